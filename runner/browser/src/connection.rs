//! The protocol client: one connection, any number of flat sessions, commands typed by the protocol.
//!
//! Events are handed on as raw JSON, in order, at once; who listens decodes them. When the connection ends,
//! every waiter fails at once with the reason. What targets and pages are is not known here.

mod pipe;
mod websocket;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use chromiumoxide_types::Command;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{CallError, Closed};

pub(crate) use pipe::pipe;
pub(crate) use websocket::websocket;

/// Messages and bytes, by method, both directions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Commands by method.
    pub commands: BTreeMap<String, Count>,
    /// Events by method.
    pub events: BTreeMap<String, Count>,
    /// Answers to commands.
    pub answers: Count,
}

/// How many messages, and how many bytes they had together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Messages.
    pub messages: u64,
    /// Bytes of their JSON.
    pub bytes: u64,
}

impl Count {
    fn add(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes as u64;
    }
}

impl Traffic {
    /// Returns messages and bytes of all methods in both directions together.
    pub fn total(&self) -> Count {
        let all = self.commands.values().chain(self.events.values()).chain([&self.answers]);
        all.fold(Count::default(), |sum, count| Count {
            messages: sum.messages + count.messages,
            bytes: sum.bytes + count.bytes,
        })
    }

    fn event(&mut self, method: &str, bytes: usize) {
        match self.events.get_mut(method) {
            Some(count) => count.add(bytes),
            None => self.events.entry(method.to_owned()).or_default().add(bytes),
        }
    }

    fn command(&mut self, method: &str, bytes: usize) {
        match self.commands.get_mut(method) {
            Some(count) => count.add(bytes),
            None => self.commands.entry(method.to_owned()).or_default().add(bytes),
        }
    }
}

/// An event as it came, borrowed from the message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawEvent<'a> {
    /// The flat session it belongs to; none for the browser itself.
    pub(crate) session: Option<&'a str>,
    /// The protocol method.
    pub(crate) method: &'a str,
    /// Its parameters.
    pub(crate) params: &'a RawValue,
}

impl RawEvent<'_> {
    /// Decodes the parameters; an event of an unexpected form is noted and skipped.
    pub(crate) fn decode<'de, T: Deserialize<'de>>(&'de self) -> Option<T> {
        match serde_json::from_str(self.params.get()) {
            Ok(params) => Some(params),
            Err(error) => {
                tracing::warn!(method = self.method, %error, "skipped an event of an unknown form");
                None
            }
        }
    }
}

/// The answer to a command that is on its way. The command is sent whether or not anybody waits for it.
#[derive(Debug)]
pub(crate) struct Reply {
    method: String,
    receiver: oneshot::Receiver<Result<Box<RawValue>, CallError>>,
}

impl Reply {
    /// An answer that failed before anything was sent.
    pub(crate) fn failed(method: &str, error: CallError) -> Self {
        let (answer, receiver) = oneshot::channel();
        drop(answer.send(Err(error)));
        Self { method: method.to_owned(), receiver }
    }

    /// Waits for the answer and decodes what of it is asked for.
    pub(crate) async fn decode<T: DeserializeOwned>(self) -> Result<T, CallError> {
        let method = self.method.clone();
        let raw = self.await?;
        serde_json::from_str(raw.get())
            .map_err(|error| CallError::Malformed { method, message: error.to_string() })
    }

    /// Waits until the command is done, whatever the answer holds.
    pub(crate) async fn done(self) -> Result<(), CallError> {
        self.await.map(drop)
    }
}

impl Future for Reply {
    type Output = Result<Box<RawValue>, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.receiver)
            .poll(cx)
            .map(|answer| answer.unwrap_or(Err(CallError::Closed(Closed::Disconnected))))
    }
}

/// Waits for all of several commands that were sent together; the first refusal is the answer.
pub(crate) async fn all_done(replies: Vec<Reply>) -> Result<(), CallError> {
    let mut result = Ok(());
    for reply in replies {
        let done = reply.done().await;
        if result.is_ok() {
            result = done;
        }
    }
    result
}

/// What receives the events of a connection.
pub(crate) trait EventSink {
    /// Takes one event, at once.
    fn event(&self, event: RawEvent<'_>);
}

/// Finds out why the other side hung up, once it has.
pub(crate) type Inquest = Pin<Box<dyn Future<Output = Closed>>>;

/// One connection to a browser; clones share it.
#[derive(Clone)]
pub(crate) struct Connection(Rc<Shared>);

struct Shared {
    next_id: Cell<u64>,
    waiting: RefCell<HashMap<u64, Waiting>>,
    /// Unbounded: commands are awaited by their senders, so that only pipelined ones queue up.
    outgoing: RefCell<Option<mpsc::UnboundedSender<String>>>,
    closed: watch::Sender<Option<Closed>>,
    traffic: RefCell<Traffic>,
    sink: RefCell<Option<Rc<dyn EventSink>>>,
}

struct Waiting {
    session: Option<Rc<str>>,
    method: String,
    answer: oneshot::Sender<Result<Box<RawValue>, CallError>>,
}

#[derive(Serialize)]
struct Outgoing<'a, P: Serialize> {
    id: u64,
    method: &'a str,
    params: &'a P,
    #[serde(rename = "sessionId", skip_serializing_if = "Option::is_none")]
    session: Option<&'a str>,
}

#[derive(Deserialize)]
struct Incoming<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    method: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<Refusal>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow, rename = "sessionId")]
    session: Option<std::borrow::Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Refusal {
    code: i64,
    message: String,
    data: Option<String>,
}

impl Connection {
    fn new(outgoing: mpsc::UnboundedSender<String>) -> Self {
        Self(Rc::new(Shared {
            next_id: Cell::new(1),
            waiting: RefCell::default(),
            outgoing: RefCell::new(Some(outgoing)),
            closed: watch::Sender::new(None),
            traffic: RefCell::default(),
            sink: RefCell::default(),
        }))
    }

    /// Names who takes the events from now on.
    pub(crate) fn set_sink(&self, sink: Rc<dyn EventSink>) {
        *self.0.sink.borrow_mut() = Some(sink);
    }

    /// Sends a command typed by the protocol; the answer may be awaited later or not at all.
    pub(crate) fn send<C: Command>(&self, session: Option<&Rc<str>>, command: &C) -> Reply {
        self.send_raw(session, &command.identifier(), command)
    }

    /// Sends a command that the protocol types do not know.
    pub(crate) fn send_raw(&self, session: Option<&Rc<str>>, method: &str, params: &impl Serialize) -> Reply {
        let (answer, receiver) = oneshot::channel();
        let reply = Reply { method: method.to_owned(), receiver };
        if let Some(closed) = self.closed() {
            drop(answer.send(Err(CallError::Closed(closed))));
            return reply;
        }
        let id = self.0.next_id.get();
        self.0.next_id.set(id + 1);
        let outgoing = Outgoing { id, method, params, session: session.map(|session| &**session) };
        let text = match serde_json::to_string(&outgoing) {
            Ok(text) => text,
            Err(error) => {
                let error = CallError::Malformed { method: method.to_owned(), message: error.to_string() };
                drop(answer.send(Err(error)));
                return reply;
            }
        };
        self.0.traffic.borrow_mut().command(method, text.len());
        let waiting = Waiting { session: session.cloned(), method: method.to_owned(), answer };
        self.0.waiting.borrow_mut().insert(id, waiting);
        // A writer that ended is about to close the connection, which answers the waiter.
        if let Some(outgoing) = &*self.0.outgoing.borrow() {
            drop(outgoing.send(text));
        }
        reply
    }

    /// Fails everybody who waits for this session.
    pub(crate) fn fail_session(&self, session: &str, error: &CallError) {
        let mut waiting = self.0.waiting.borrow_mut();
        let of_session = |waiting: &Waiting| waiting.session.as_deref() == Some(session);
        for (_, waiting) in waiting.extract_if(|_, waiting| of_session(waiting)) {
            drop(waiting.answer.send(Err(error.clone())));
        }
    }

    /// Returns why the connection ended, if it did.
    pub(crate) fn closed(&self) -> Option<Closed> {
        self.0.closed.borrow().clone()
    }

    /// Waits for the end of the connection.
    pub(crate) async fn wait_closed(&self) -> Closed {
        let mut closed = self.0.closed.subscribe();
        let reason = match closed.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone(),
            Err(_) => None,
        };
        reason.unwrap_or(Closed::Disconnected)
    }

    /// Returns messages and bytes so far.
    pub(crate) fn traffic(&self) -> Traffic {
        self.0.traffic.borrow().clone()
    }

    /// Ends the connection and fails every waiter with the reason; the first reason stays.
    pub(crate) fn close(&self, reason: Closed) {
        let first = self.0.closed.send_if_modified(|closed| {
            let first = closed.is_none();
            closed.get_or_insert_with(|| reason.clone());
            first
        });
        if !first {
            return;
        }
        self.0.outgoing.borrow_mut().take();
        let waiting = std::mem::take(&mut *self.0.waiting.borrow_mut());
        for waiting in waiting.into_values() {
            drop(waiting.answer.send(Err(CallError::Closed(reason.clone()))));
        }
    }

    /// Returns what ends the connection should its reader end in whatever way, a panic included.
    fn guard(&self) -> ReaderGuard {
        ReaderGuard(self.clone())
    }

    /// Takes one message of the browser.
    fn receive(&self, message: &[u8]) {
        let incoming: Incoming<'_> = match serde_json::from_slice(message) {
            Ok(incoming) => incoming,
            Err(error) => {
                tracing::warn!(%error, bytes = message.len(), "skipped a message of an unknown form");
                return;
            }
        };
        match (incoming.id, &incoming.method) {
            (Some(id), _) => self.answer(id, &incoming, message.len()),
            (None, Some(method)) => {
                self.0.traffic.borrow_mut().event(method, message.len());
                let Some(sink) = self.0.sink.borrow().clone() else { return };
                let Some(params) = incoming.params else { return };
                sink.event(RawEvent { session: incoming.session.as_deref(), method, params });
            }
            (None, None) => tracing::warn!("skipped a message that is neither answer nor event"),
        }
    }

    fn answer(&self, id: u64, incoming: &Incoming<'_>, bytes: usize) {
        self.0.traffic.borrow_mut().answers.add(bytes);
        let Some(waiting) = self.0.waiting.borrow_mut().remove(&id) else { return };
        let answer = match (&incoming.error, incoming.result) {
            (Some(refusal), _) => Err(waiting.refused(refusal)),
            (None, Some(result)) => Ok(result.to_owned()),
            (None, None) => Err(CallError::Malformed {
                method: waiting.method.clone(),
                message: "neither a result nor an error".to_owned(),
            }),
        };
        drop(waiting.answer.send(answer));
    }
}

/// Without its reader a connection would never answer: everybody hears of it at once instead.
struct ReaderGuard(Connection);

impl Drop for ReaderGuard {
    fn drop(&mut self) {
        self.0.close(Closed::Broken("its reader ended".to_owned()));
    }
}

impl Waiting {
    fn refused(&self, refusal: &Refusal) -> CallError {
        // The protocol's code for a session that no longer exists.
        if refusal.code == -32001 {
            return CallError::TargetGone;
        }
        let message = match &refusal.data {
            Some(data) => format!("{} ({data})", refusal.message),
            None => refusal.message.clone(),
        };
        CallError::Refused { method: self.method.clone(), code: refusal.code, message }
    }
}
