//! A receiver in a thread of the test, and questions to the program's pages.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Takes everything, after a pause, and remembers the ids of deliveries.
pub(crate) struct Receiver {
    address: SocketAddr,
    ids: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// Starts to listen on a free port.
    pub(crate) fn start(pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("has an address");
        let ids = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&ids);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heard = Arc::clone(&heard);
                std::thread::spawn(move || serve(stream, pause, &heard));
            }
        });
        Self { address, ids }
    }

    /// Returns the address to send to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Returns the ids that came, in their order, repeats included.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many messages came.
    pub(crate) fn wait_for(&self, count: usize) {
        wait_until(|| self.ids().len() >= count);
    }
}

/// Waits until something holds, for ten seconds at most.
pub(crate) fn wait_until(holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it did not come to hold within ten seconds");
}

fn serve(mut stream: TcpStream, pause: Duration, heard: &Mutex<Vec<String>>) {
    while let Some(id) = request(&mut stream) {
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        std::thread::sleep(pause);
        if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").is_err() {
            return;
        }
    }
}

/// Reads one whole request and returns its idempotency key.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            let length: usize = header("content-length:")?.parse().ok()?;
            if body.len() >= length {
                return header("idempotency-key:").map(str::to_owned);
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Returns an address that nobody listens on.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("has an address").to_string()
}

/// Asks for a page; nothing where nobody listens.
pub(crate) fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
