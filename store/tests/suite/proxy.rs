//! A proxy that loses answers: it hands a request on, waits for the answer, and cuts the connection instead of
//! handing the answer back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A proxy before a server.
pub(crate) struct Proxy {
    /// Address of the proxy.
    pub(crate) port: u16,
    lose: Arc<AtomicUsize>,
    /// Tells each time an answer was lost.
    pub(crate) lost: mpsc::UnboundedReceiver<()>,
}

impl Proxy {
    /// Starts a proxy before a server on this machine.
    pub(crate) async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let lose = Arc::new(AtomicUsize::new(0));
        let (told, lost) = mpsc::unbounded_channel();
        let counter = Arc::clone(&lose);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(hand_on(client, server.clone(), Arc::clone(&counter), told.clone()));
            }
        });
        Self { port, lose, lost }
    }

    /// Loses the answers to the next so many bulks.
    pub(crate) fn lose(&self, count: usize) {
        self.lose.store(count, Ordering::SeqCst);
    }
}

async fn hand_on(
    mut client: TcpStream,
    server: String,
    lose: Arc<AtomicUsize>,
    told: mpsc::UnboundedSender<()>,
) -> Option<()> {
    let mut server = TcpStream::connect(server).await.ok()?;
    let (mut request, mut answer) = (vec![0; 65536], vec![0; 65536]);
    let mut is_bulk = false;
    loop {
        tokio::select! {
            read = client.read(&mut request) => {
                let read = read.ok().filter(|read| *read > 0)?;
                if request[..read].starts_with(b"POST ") {
                    is_bulk = request[..read].windows(6).take(40).any(|part| part == b"/_bulk");
                }
                server.write_all(&request[..read]).await.ok()?;
            }
            read = server.read(&mut answer) => {
                let read = read.ok().filter(|read| *read > 0)?;
                let losing = |count: usize| (is_bulk && count > 0).then(|| count - 1);
                if lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, losing).is_ok() {
                    told.send(()).ok()?;
                    return None;
                }
                client.write_all(&answer[..read]).await.ok()?;
            }
        }
    }
}
