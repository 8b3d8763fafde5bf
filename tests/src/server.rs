//! A server on a thread and a runtime of its own, so that a test may block while it answers.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// A server that runs until this goes away; what hangs is cut off then.
#[derive(Debug)]
pub(crate) struct Server {
    close: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Runs what `serve` returns on a runtime of its own.
    ///
    /// # Errors
    /// When no thread can be had.
    pub(crate) fn start<F>(name: &str, serve: impl FnOnce() -> F + Send + 'static) -> io::Result<Self>
    where
        F: Future<Output = io::Result<()>>,
    {
        let (close, closed) = oneshot::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let ended = runtime.block_on(async {
                tokio::select! {
                    ended = serve() => ended,
                    _ = closed => Ok(()),
                }
            });
            if let Err(error) = ended {
                eprintln!("{}: {error}", std::thread::current().name().unwrap_or_default());
            }
        })?;
        Ok(Self { close: Some(close), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.close.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            eprintln!("a server's thread panicked");
        }
    }
}

/// Listens on an address; port 0 chooses a free one.
///
/// # Errors
/// When that is not possible, with the address.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .map_err(|error| io::Error::new(error.kind(), format!("failed to listen on {address}: {error}")))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
