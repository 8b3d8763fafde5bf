//! From start to first command: a door before the browser's debugging port that notes when the first message of
//! the protocol comes through. What comes before it (asking for the address, the handshake) is HTTP and ends with
//! an empty line.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::process::Running;

/// How long a runner may take to come through the door.
const PATIENCE: Duration = Duration::from_secs(20);

/// The door: an address that leads to the browser's.
pub(super) struct Door {
    pub(super) url: String,
    first: mpsc::Receiver<Instant>,
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
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let tell = tell.clone();
                std::thread::spawn(move || pass(client, browser, &tell));
            }
        });
        Ok(Self { url, first })
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

/// Passes one connection on in both directions, until either side ends it.
fn pass(mut client: TcpStream, browser: u16, tell: &mpsc::Sender<Instant>) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", browser)) else { return };
    let (Ok(mut back_from), Ok(mut back_to)) = (server.try_clone(), client.try_clone()) else { return };
    std::thread::spawn(move || std::io::copy(&mut back_from, &mut back_to));
    let mut header = Vec::new();
    let mut told = false;
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        let now = now();
        // A connection that asked for an address may be used again for the handshake: only what follows the
        // header of an upgrade is a command.
        if upgraded(&header) && !told {
            told = tell.send(now).is_ok();
        } else {
            header.extend_from_slice(&bytes[..count]);
        }
        if server.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

fn upgraded(header: &[u8]) -> bool {
    let text = String::from_utf8_lossy(header).to_lowercase();
    text.contains("upgrade: websocket") && text.ends_with("\r\n\r\n")
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upgrade_is_told_from_a_question() {
        assert!(!upgraded(b"GET /json/version HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert!(!upgraded(b"GET /x HTTP/1.1\r\nUpgrade: websocket\r\n"));
        assert!(upgraded(b"GET /x HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\n"));
    }
}
