//! Interruption: SIGTERM and SIGINT, told to everybody who waits. The first one ends the run in order; a
//! second one ends the process at once.

use std::sync::OnceLock;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

/// Whether the process was told to end.
#[derive(Debug, Default)]
pub(crate) struct Interrupt {
    name: OnceLock<&'static str>,
    notify: Notify,
}

impl Interrupt {
    /// Listens for signals until the process ends.
    pub(crate) async fn listen(&self) {
        let (Ok(mut terminate), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            tracing::warn!("failed to listen for signals; a run that is stopped writes no summary");
            return;
        };
        loop {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            if self.name.set(name).is_err() {
                tracing::warn!(name, "stopped a second time: ending at once");
                std::process::exit(i32::from(crate::exit::Exit::INTERRUPTED.0));
            }
            self.notify.notify_waiters();
        }
    }

    /// Returns the signal that was received, if one was.
    pub(crate) fn name(&self) -> Option<&'static str> {
        self.name.get().copied()
    }

    /// Waits until the process is told to end, and says by which signal.
    pub(crate) async fn wait(&self) -> &'static str {
        loop {
            let notified = self.notify.notified();
            if let Some(name) = self.name() {
                return name;
            }
            notified.await;
        }
    }
}
