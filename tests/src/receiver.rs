//! A fake receiver of messages: Slack or any webhook on loopback, which keeps what it got and answers as told.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::server::{Server, listen};

/// One message as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// When it arrived.
    pub at: Instant,
    /// The path it was sent to.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null when it is no JSON.
    pub body: Value,
    /// The status it was answered with.
    pub status: u16,
}

/// What the receiver answers.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Seconds to wait before the next message.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// A message is taken.
    pub const OK: Self = Self { status: 200, retry_after: None };
}

#[derive(Debug, Default)]
struct Desk {
    received: Vec<Received>,
    answers: VecDeque<Answer>,
}

#[derive(Debug, Default)]
struct Shared {
    desk: Mutex<Desk>,
    arrived: Condvar,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open receiver; it closes when this goes away.
#[derive(Debug)]
pub struct Receiver {
    url: String,
    shared: Arc<Shared>,
    _server: Server,
}

impl Receiver {
    /// Opens a receiver that takes every message.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn open() -> io::Result<Self> {
        Self::open_with([])
    }

    /// Opens a receiver that gives these answers first and takes every message after them.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn open_with(answers: impl IntoIterator<Item = Answer>) -> io::Result<Self> {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let url = format!("http://{}", listener.local_addr()?);
        let desk = Desk { received: Vec::new(), answers: answers.into_iter().collect() };
        let shared = Arc::new(Shared { desk: Mutex::new(desk), arrived: Condvar::new() });
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        let server = Server::start("receiver", async || {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, router).await
        })?;
        Ok(Self { url, shared, _server: server })
    }

    /// Returns its address; Slack's would have a secret path behind it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns what has arrived so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.desk().received.clone()
    }

    /// Waits until that many messages have arrived and returns all, or what there is after the time.
    #[must_use]
    pub fn wait_for(&self, count: usize, time: Duration) -> Vec<Received> {
        let waited = self
            .shared
            .arrived
            .wait_timeout_while(self.shared.desk(), time, |desk| desk.received.len() < count);
        let (desk, _) = waited.unwrap_or_else(PoisonError::into_inner);
        desk.received.clone()
    }
}

#[expect(clippy::disallowed_methods, reason = "what is measured here is when others really send")]
fn now() -> Instant {
    Instant::now()
}

async fn take(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut desk = shared.desk();
    let answer = desk.answers.pop_front().unwrap_or(Answer::OK);
    let body = serde_json::from_slice(&body).unwrap_or_default();
    desk.received.push(Received {
        at: now(),
        path: uri.path().to_owned(),
        headers,
        body,
        status: answer.status,
    });
    drop(desk);
    shared.arrived.notify_all();
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, "ok").into_response();
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
