//! A receiver on the loopback interface that answers by a script and remembers what it heard, and when.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use canary_store::Clock;
use jiff::Timestamp;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the fake does with one request. After the script it takes everything.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    Ok,
    Status(u16),
    /// Too many messages: come again after so many seconds.
    Busy(u32),
    /// Takes the request and closes without a word.
    Reset,
    /// Takes the request and says nothing.
    Silent,
}

#[derive(Debug, Clone)]
struct Heard {
    second: u64,
    id: String,
    body: Value,
}

/// The receiver; clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Fake {
    address: std::net::SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    clock: Arc<Mutex<Option<Clock>>>,
}

impl Fake {
    pub(super) async fn start(start: Timestamp, script: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("has an address");
        let fake = Self { address, heard: Arc::default(), clock: Arc::default() };
        let (heard, clock) = (Arc::clone(&fake.heard), Arc::clone(&fake.clock));
        let script = Arc::new(Mutex::new(VecDeque::from(script)));
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (heard, clock, script) = (Arc::clone(&heard), Arc::clone(&clock), Arc::clone(&script));
                tokio::spawn(async move { serve(stream, start, &heard, &clock, &script).await });
            }
        });
        fake
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Times are told by this clock.
    pub(super) fn follow(&self, clock: &Clock) {
        *lock(&self.clock) = Some(clock.clone());
    }

    pub(super) fn bodies(&self) -> Vec<Value> {
        lock(&self.heard).iter().map(|heard| heard.body.clone()).collect()
    }

    pub(super) fn ids(&self) -> Vec<String> {
        lock(&self.heard).iter().map(|heard| heard.id.clone()).collect()
    }

    pub(super) fn times(&self) -> Vec<u64> {
        lock(&self.heard).iter().map(|heard| heard.second).collect()
    }

    /// Each of these must have come between its moments, in this order, and nothing else.
    pub(super) fn wants(&self, expected: &[(u64, u64, &str, &str)]) {
        let heard = lock(&self.heard).clone();
        let said: Vec<String> = heard
            .iter()
            .map(|heard| {
                format!("{}s {} {}", heard.second, heard.body["event"], heard.body["alert"]["severity"])
            })
            .collect();
        assert_eq!(heard.len(), expected.len(), "{said:#?}");
        for (heard, (from, to, event, severity)) in heard.iter().zip(expected) {
            assert!((*from..=*to).contains(&heard.second), "{event} between {from} and {to}: {said:#?}");
            assert_eq!(heard.body["event"], **event, "{said:#?}");
            assert_eq!(heard.body["alert"]["severity"], **severity, "{said:#?}");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(
    mut stream: TcpStream,
    start: Timestamp,
    heard: &Mutex<Vec<Heard>>,
    clock: &Mutex<Option<Clock>>,
    script: &Mutex<VecDeque<Answer>>,
) {
    while let Some((head, body)) = request(&mut stream).await {
        let now = lock(clock).as_ref().map_or(start, Clock::now);
        let header = |name: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .unwrap_or_default()
                .to_owned()
        };
        let second = u64::try_from(now.duration_since(start).as_secs()).unwrap_or_default();
        let body = serde_json::from_slice(&body).expect("receivers get JSON");
        lock(heard).push(Heard { second, id: header("idempotency-key"), body });
        let answer = lock(script).pop_front().unwrap_or(Answer::Ok);
        let words = match answer {
            Answer::Ok => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned(),
            Answer::Status(status) => format!("HTTP/1.1 {status} Status\r\ncontent-length: 0\r\n\r\n"),
            Answer::Busy(after) => {
                format!("HTTP/1.1 429 Busy\r\nretry-after: {after}\r\ncontent-length: 0\r\n\r\n")
            }
            Answer::Reset => return,
            Answer::Silent => std::future::pending().await,
        };
        if stream.write_all(words.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            let mut body = read.split_off(end + 4);
            while body.len() < length.unwrap_or_default() {
                match stream.read(&mut chunk).await {
                    Ok(0) | Err(_) => return None,
                    Ok(count) => body.extend_from_slice(&chunk[..count]),
                }
            }
            return Some((head, body));
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&chunk[..count]),
        }
    }
}
