//! The script engine: one thread with one QuickJS runtime, reached by messages only.
//!
//! It owns starting and ending that thread. What runs on it is `worker`; what the messages mean to
//! Chrome is `host`'s.

mod global_natives;
mod limits;
mod loader;
mod message;
mod module_natives;
mod native;
mod pump;
mod rejections;
mod shared;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::sync::mpsc;

pub(crate) use message::{
    Answer, CallId, Command, Declared, DeclaredTest, FromEngine, HostError, HostErrorKind, Report,
    ReportedError, TestDone, ToEngine,
};
pub(crate) use worker::Assignment;

/// How many messages may wait on their way out; a script that says more has to wait itself.
const OUTBOX: usize = 256;
/// Room for Rust and C frames below the interpreter's own limit (`limits::STACK`).
const THREAD_STACK: usize = 8 << 20;

/// A running engine.
pub(crate) struct Engine {
    to: std::sync::mpsc::Sender<ToEngine>,
    from: mpsc::Receiver<FromEngine>,
    stop: Arc<AtomicBool>,
}

impl Engine {
    /// Starts a thread that loads the script of `assignment`; the first message that is no call is
    /// `FromEngine::Loaded`.
    pub(crate) fn start(assignment: Assignment) -> std::io::Result<Self> {
        let (to, inbox) = std::sync::mpsc::channel();
        let (outbox, from) = mpsc::channel(OUTBOX);
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        thread::Builder::new()
            .name("script".to_owned())
            .stack_size(THREAD_STACK)
            .spawn(move || worker::run(&assignment, inbox, outbox, flag))?;
        Ok(Self { to, from, stop })
    }

    /// Returns the next message, or nothing once the thread has ended.
    pub(crate) async fn receive(&mut self) -> Option<FromEngine> {
        self.from.recv().await
    }

    /// Returns a handle for sending; a message to an ended engine is dropped.
    pub(crate) fn sender(&self) -> EngineSender {
        EngineSender(self.to.clone())
    }
}

impl Drop for Engine {
    /// Lets the thread end at its next instruction; it is not waited for.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.sender().send(ToEngine::Stop);
    }
}

/// Sends messages to an engine.
#[derive(Clone)]
pub(crate) struct EngineSender(std::sync::mpsc::Sender<ToEngine>);

impl EngineSender {
    /// Sends `message`, or drops it when the engine has ended.
    pub(crate) fn send(&self, message: ToEngine) {
        if self.0.send(message).is_err() {
            tracing::debug!("message to a script engine that has ended");
        }
    }
}
