//! A door before the browser's debugging port: it notes when the first command of the protocol comes through, and
//! how many do. What comes before them (asking for the address, the handshake) is HTTP and ends with an empty line.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::process::Running;

/// How long a runner may take to come through the door.
const PATIENCE: Duration = Duration::from_secs(20);

/// The door: an address that leads to the browser's.
pub(super) struct Door {
    pub(super) url: String,
    first: mpsc::Receiver<Instant>,
    commands: Arc<AtomicU64>,
}

/// What passes through a connection is told to.
#[derive(Clone)]
struct Tell {
    first: mpsc::Sender<Instant>,
    commands: Arc<AtomicU64>,
}

impl Door {
    /// Opens one before the port of a browser.
    ///
    /// # Errors
    /// When no port is free.
    pub(super) fn open(browser: u16) -> Result<Self, Failure> {
        let failed = |error| format!("failed to open a door to the browser: {error}");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let (tell, first) = mpsc::channel();
        let commands = Arc::<AtomicU64>::default();
        let tell = Tell { first: tell, commands: Arc::clone(&commands) };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let tell = tell.clone();
                std::thread::spawn(move || pass(client, browser, &tell));
            }
        });
        Ok(Self { url, first, commands })
    }

    /// Starts the runner and returns how long it took until its first command; the rest of the run is cut off.
    ///
    /// # Errors
    /// When it cannot be started or sends no command.
    pub(super) fn first_command(&self, runner: &mut Command, log: &Path) -> Result<Duration, Failure> {
        let began = now();
        let running = Running::start("canary", runner, log)?;
        let first = self.first.recv_timeout(PATIENCE);
        drop(running);
        first
            .map(|first| first.duration_since(began))
            .map_err(|_| format!("canary sent no command; its log is {}", log.display()))
    }
}

impl Door {
    /// Returns how many commands came through since it was asked last.
    pub(super) fn commands(&self) -> u64 {
        self.commands.swap(0, Ordering::Relaxed)
    }
}

/// Passes one connection on in both directions, until either side ends it.
fn pass(mut client: TcpStream, browser: u16, tell: &Tell) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", browser)) else { return };
    let (Ok(mut back_from), Ok(mut back_to)) = (server.try_clone(), client.try_clone()) else { return };
    std::thread::spawn(move || std::io::copy(&mut back_from, &mut back_to));
    let (mut header, mut frames) = (Vec::new(), Frames::default());
    let mut told = false;
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        let now = now();
        // A connection that asked for an address may be used again for the handshake: only what follows the
        // header of an upgrade is a command.
        if upgraded(&header) {
            tell.commands.fetch_add(frames.take(&bytes[..count]), Ordering::Relaxed);
            told = told || tell.first.send(now).is_ok();
        } else {
            header.extend_from_slice(&bytes[..count]);
        }
        if server.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // Else the browser would go on to stop new pages for a runner that is gone.
    for side in [&server, &client] {
        drop(side.shutdown(Shutdown::Both));
    }
}

fn upgraded(header: &[u8]) -> bool {
    let text = String::from_utf8_lossy(header).to_lowercase();
    text.contains("upgrade: websocket") && text.ends_with("\r\n\r\n")
}

/// Counts the messages in what a websocket's client sends (RFC 6455, §5.2).
#[derive(Default)]
struct Frames {
    /// Bytes of a frame's head that came so far.
    head: Vec<u8>,
    /// Bytes of its content that are still to come.
    rest: u64,
}

impl Frames {
    /// Takes the next bytes and returns how many messages ended their head in them.
    fn take(&mut self, mut bytes: &[u8]) -> u64 {
        let mut messages = 0;
        while let Some(first) = bytes.first() {
            if self.rest > 0 {
                let content = usize::try_from(self.rest).unwrap_or(usize::MAX).min(bytes.len());
                self.rest -= content as u64;
                bytes = &bytes[content..];
                continue;
            }
            self.head.push(*first);
            bytes = &bytes[1..];
            if let Some(content) = content(&self.head) {
                // Text or bytes, or what goes on with them; the rest is small talk of the connection.
                messages += u64::from(matches!(self.head[0] & 0x0f, 1 | 2));
                self.rest = content;
                self.head.clear();
            }
        }
        messages
    }
}

/// Returns how long the content of a frame is whose head is complete.
fn content(head: &[u8]) -> Option<u64> {
    let mask = 4;
    let (length, extended) = match *head.get(1)? & 0x7f {
        126 => (2 + 2 + mask, Some(2..4)),
        127 => (2 + 8 + mask, Some(2..10)),
        _ => (2 + mask, None),
    };
    if head.len() < length {
        return None;
    }
    match extended {
        Some(place) => Some(head[place].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))),
        None => Some(u64::from(head[1] & 0x7f)),
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_however_they_come() {
        let frame = |length: usize| {
            let mut frame = vec![0x81];
            match length {
                0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
                _ => {
                    frame.push(0x80 | 126);
                    frame.extend(u16::try_from(length).unwrap().to_be_bytes());
                }
            }
            frame.extend([1, 2, 3, 4]);
            frame.extend(vec![0; length]);
            frame
        };
        let ping = [0x89, 0x80, 1, 2, 3, 4];
        let sent = [frame(5), ping.to_vec(), frame(0), frame(300)].concat();
        for size in [1, 3, sent.len()] {
            let mut frames = Frames::default();
            assert_eq!(
                sent.chunks(size).map(|bytes| frames.take(bytes)).sum::<u64>(),
                3,
                "in pieces of {size}"
            );
        }
    }

    #[test]
    fn an_upgrade_is_told_from_a_question() {
        assert!(!upgraded(b"GET /json/version HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert!(!upgraded(b"GET /x HTTP/1.1\r\nUpgrade: websocket\r\n"));
        assert!(upgraded(b"GET /x HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\n"));
    }
}
