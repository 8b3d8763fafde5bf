//! Owns the thread on which a store works, so that the asynchronous side never waits for a disk.

use tokio::sync::{mpsc, oneshot};

use crate::error::Fault;

/// Calls that may wait for the thread; more callers wait for a place.
const QUEUE: usize = 64;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

enum Message<S> {
    Work(Job<S>),
    Close(oneshot::Sender<()>),
}

/// A thread that owns a state and does one call after the other on it.
pub(crate) struct Worker<S> {
    sender: mpsc::Sender<Message<S>>,
}

/// Its state lives on the thread and cannot be shown.
impl<S> std::fmt::Debug for Worker<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

impl<S> Clone for Worker<S> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone() }
    }
}

impl<S: 'static> Worker<S> {
    /// Starts the thread, which makes its state itself; fails with what making it failed with.
    pub(crate) async fn start<E, F>(name: &str, make: F) -> Result<Self, E>
    where
        F: FnOnce() -> Result<S, E> + Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (sender, mut receiver) = mpsc::channel::<Message<S>>(QUEUE);
        let (ready, made) = oneshot::channel();
        let run = move || {
            let mut state = match make() {
                Ok(state) => state,
                Err(error) => return drop(ready.send(Err(error))),
            };
            if ready.send(Ok(())).is_err() {
                return;
            }
            while let Some(message) = receiver.blocking_recv() {
                match message {
                    Message::Work(job) => job(&mut state),
                    Message::Close(done) => {
                        drop(state);
                        // Whoever closed may have stopped waiting.
                        return done.send(()).unwrap_or_default();
                    }
                }
            }
        };
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(run);
        spawned.map_err(|source| Fault::File { path: "thread".into(), source })?;
        made.await.map_err(|_| Fault::Closed)??;
        Ok(Self { sender })
    }

    /// Does one piece of work on the thread and returns what it gave.
    pub(crate) async fn call<T, F>(&self, work: F) -> Result<T, Fault>
    where
        F: FnOnce(&mut S) -> T + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job<S> = Box::new(move |state| drop(reply.send(work(state))));
        self.sender.send(Message::Work(job)).await.map_err(|_| Fault::Closed)?;
        answer.await.map_err(|_| Fault::Closed)
    }

    /// Lets the thread finish what it was given, drop its state and end.
    pub(crate) async fn close(&self) {
        let (done, ended) = oneshot::channel();
        if self.sender.send(Message::Close(done)).await.is_ok() {
            drop(ended.await);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn works_in_order_and_closes() {
        let worker = Worker::start("test", || Ok::<_, Fault>(Vec::new())).await.unwrap();
        for number in 0..3 {
            worker.call(move |seen: &mut Vec<i32>| seen.push(number)).await.unwrap();
        }
        assert_eq!(worker.call(|seen| seen.clone()).await.unwrap(), [0, 1, 2]);
        worker.close().await;
        assert!(matches!(worker.call(|seen| seen.len()).await, Err(Fault::Closed)));
    }

    #[tokio::test]
    async fn a_state_that_cannot_be_made_is_told() {
        let made = Worker::<()>::start("test", || Err(Fault::damaged("test", "no"))).await;
        assert!(matches!(made, Err(Fault::Damaged { .. })));
    }
}
