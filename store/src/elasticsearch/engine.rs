//! Owns the thread with a runtime of its own on which everything about Elasticsearch happens.

use std::future::Future;
use std::sync::{Arc, Mutex};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::error::Fault;

/// A runtime on another thread. It ends when the last clone is dropped, or when it is closed.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    handle: Handle,
    running: Mutex<Option<Running>>,
}

/// What ends the thread, and what tells that it ended.
#[derive(Debug)]
struct Running {
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl Engine {
    pub(super) fn start() -> Result<Self, Fault> {
        let failed = |source| Fault::File { path: "thread".into(), source };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (ending, ended) = oneshot::channel();
        let run = move || {
            // Either a word to stop, or the other end is gone: both end the thread.
            drop(runtime.block_on(stopped));
            drop(runtime);
            ending.send(()).unwrap_or_default();
        };
        std::thread::Builder::new().name("store-elasticsearch".into()).spawn(run).map_err(failed)?;
        let running = Mutex::new(Some(Running { stop, ended }));
        Ok(Self { shared: Arc::new(Shared { handle, running }) })
    }

    /// Does work on the thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Fault> {
        self.shared.handle.spawn(work).await.map_err(|_| Fault::Closed)
    }

    pub(super) async fn close(&self) {
        let running = self.shared.running.lock().map(|mut running| running.take()).unwrap_or_default();
        if let Some(Running { stop, ended }) = running {
            stop.send(()).unwrap_or_default();
            drop(ended.await);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn works_until_it_is_closed() {
        let engine = Engine::start().unwrap();
        let thread = engine.run(async { std::thread::current().name().map(str::to_owned) }).await.unwrap();
        assert_eq!(thread.as_deref(), Some("store-elasticsearch"));
        engine.close().await;
        assert!(matches!(engine.run(async {}).await, Err(Fault::Closed)));
    }
}
