//! A gate before an HTTP server: lets requests through, answers in the server's place, or is shut, as a test wants
//! it, and counts what came to it.
//!
//! It speaks the part of HTTP/1.1 that stores and their clients use: bodies have a length.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{Server, listen};

/// What becomes of requests.
#[derive(Clone, Debug, PartialEq)]
pub enum Mood {
    /// They come to the server, and its answers back.
    Open,
    /// Nobody is there: connections are cut without a word.
    Shut,
    /// The next so many are answered with this status, then the gate is open.
    Unwell {
        /// The status.
        status: u16,
        /// How many requests.
        times: usize,
    },
    /// Bulks are answered with this status for each document; everything else comes through. The next so many.
    Refusing {
        /// The status of each document.
        status: u16,
        /// How many bulks.
        times: usize,
    },
}

/// What became of a request.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Fate {
    /// The server answered it.
    Passed,
    /// The gate did.
    Answered,
    /// Nobody did.
    Cut,
}

#[derive(Debug)]
struct State {
    mood: Mood,
    bulks: BTreeMap<Fate, usize>,
}

/// An open or a shut gate; it goes away with this.
#[derive(Debug)]
pub struct Gate {
    url: String,
    state: Arc<Mutex<State>>,
    _server: Server,
}

impl Gate {
    /// Puts a gate before the server at an address `http://HOST:PORT`.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn before(server: &str) -> io::Result<Self> {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = server.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let state = Arc::new(Mutex::new(State { mood: Mood::Open, bulks: BTreeMap::new() }));
        let shared = Arc::clone(&state);
        let serve = async move || {
            let listener = TcpListener::from_std(listener)?;
            loop {
                let (client, _) = listener.accept().await?;
                let (server, state) = (server.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    // A connection that breaks is the client's to notice.
                    drop(stand(client, &server, &state).await);
                });
            }
        };
        Ok(Self { url, state, _server: Server::start("gate", serve)? })
    }

    /// Returns its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Changes what becomes of requests from now on; those under way are cut when it is shut.
    pub fn set(&self, mood: Mood) {
        lock(&self.state).mood = mood;
    }

    /// Returns what becomes of requests now.
    #[must_use]
    pub fn mood(&self) -> Mood {
        lock(&self.state).mood.clone()
    }

    /// Returns how many bulks had this fate.
    #[must_use]
    pub fn bulks(&self, fate: Fate) -> usize {
        lock(&self.state).bulks.get(&fate).copied().unwrap_or_default()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the gate does with one request.
enum Deed {
    Pass,
    Cut,
    Answer { status: u16, body: String },
}

struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    fn is_bulk(&self) -> bool {
        self.head.lines().next().is_some_and(|line| line.contains("/_bulk"))
    }
}

async fn stand(mut client: TcpStream, server: &str, state: &Mutex<State>) -> io::Result<()> {
    while let Some(request) = read(&mut client).await? {
        match decide(state, &request) {
            Deed::Cut => return Ok(()),
            Deed::Pass => return pass(client, server, &request, state).await,
            Deed::Answer { status, body } => {
                let head = format!(
                    "HTTP/1.1 {status} Gate\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                client.write_all(head.as_bytes()).await?;
                client.write_all(body.as_bytes()).await?;
            }
        }
    }
    Ok(())
}

fn decide(state: &Mutex<State>, request: &Request) -> Deed {
    let mut state = lock(state);
    let (deed, mood) = match state.mood.clone() {
        Mood::Unwell { times: 0, .. } | Mood::Refusing { times: 0, .. } | Mood::Open => {
            (Deed::Pass, Mood::Open)
        }
        Mood::Shut => (Deed::Cut, Mood::Shut),
        Mood::Unwell { status, times } => {
            let body = format!(r#"{{"error":{{"type":"gate","reason":"unwell"}},"status":{status}}}"#);
            (Deed::Answer { status, body }, Mood::Unwell { status, times: times - 1 })
        }
        Mood::Refusing { status, times } if request.is_bulk() => {
            let item =
                format!(r#"{{"create":{{"status":{status},"error":{{"type":"gate","reason":"unwell"}}}}}}"#);
            let items = vec![item; documents(request)].join(",");
            let body = format!(r#"{{"took":1,"errors":true,"items":[{items}]}}"#);
            (Deed::Answer { status: 200, body }, Mood::Refusing { status, times: times - 1 })
        }
        refusing @ Mood::Refusing { .. } => (Deed::Pass, refusing),
    };
    state.mood = mood;
    if request.is_bulk() {
        let fate = match deed {
            Deed::Pass => Fate::Passed,
            Deed::Cut => Fate::Cut,
            Deed::Answer { .. } => Fate::Answered,
        };
        *state.bulks.entry(fate).or_default() += 1;
    }
    deed
}

/// Returns how many documents a bulk holds: two lines each.
fn documents(request: &Request) -> usize {
    let zipped = request.head.to_ascii_lowercase().contains("content-encoding: gzip");
    let mut text = Vec::new();
    let read = match zipped {
        true => io::Read::read_to_end(&mut flate2::read::GzDecoder::new(request.body.as_slice()), &mut text),
        false => io::Read::read_to_end(&mut request.body.as_slice(), &mut text),
    };
    read.map_or(0, |_| text.iter().filter(|byte| **byte == b'\n').count() / 2)
}

/// Hands a request on and its answer back. The connection ends with it, so that each request is decided upon.
async fn pass(
    mut client: TcpStream,
    server: &str,
    request: &Request,
    state: &Mutex<State>,
) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (line, headers) = request.head.split_once("\r\n").unwrap_or((&request.head, ""));
    let kept = headers.lines().filter(|header| !header.to_ascii_lowercase().starts_with("connection:"));
    let mut head = format!("{line}\r\nconnection: close\r\n");
    kept.for_each(|header| head.extend([header, "\r\n"]));
    server.write_all(format!("{head}\r\n").as_bytes()).await?;
    server.write_all(&request.body).await?;
    let mut bytes = vec![0; 64 * 1024];
    let mut begun = false;
    loop {
        let read = server.read(&mut bytes).await?;
        if read == 0 || lock(state).mood == Mood::Shut {
            return client.shutdown().await;
        }
        let mut answer = &bytes[..read];
        if !begun && let Some(end) = answer.windows(2).position(|window| window == b"\r\n") {
            client.write_all(&answer[..end]).await?;
            client.write_all(b"\r\nconnection: close").await?;
            answer = &answer[end..];
            begun = true;
        }
        client.write_all(answer).await?;
    }
}

/// Reads one request, or nothing at the end of the connection.
async fn read(client: &mut TcpStream) -> io::Result<Option<Request>> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let named = |line: &str| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            };
            let length: usize = head.lines().find_map(named).unwrap_or_default();
            let mut body = bytes.split_off(end + 4);
            while body.len() < length {
                let read = client.read(&mut chunk).await?;
                if read == 0 {
                    return Ok(None);
                }
                body.extend_from_slice(&chunk[..read]);
            }
            return Ok(Some(Request { head, body }));
        }
        let read = client.read(&mut chunk).await?;
        if read == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk[..read]);
    }
}
