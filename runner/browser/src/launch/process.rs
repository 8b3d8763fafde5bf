//! A launched browser's process: its last words, its end, and its profile, which goes after it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::process::ExitStatus;
use std::rc::Rc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr};
use tokio::sync::{Notify, watch};

use super::profile;
use crate::error::Closed;

/// How many lines of standard error are kept.
const LINES: usize = 20;
/// A longer line is cut; the browser is trusted, the page's text in it is not.
const LINE: usize = 500;

/// A browser that we started.
#[derive(Debug)]
pub(crate) struct Process {
    id: u32,
    ended: watch::Receiver<Option<String>>,
    kill: Rc<Notify>,
    words: Rc<RefCell<VecDeque<String>>>,
    silent: watch::Receiver<bool>,
}

impl Process {
    /// Watches over a child until its end; its profile is removed then.
    pub(super) fn watch(mut child: Child, profile: TempDir) -> Rc<Self> {
        let (ended_sender, ended) = watch::channel(None);
        let (silent_sender, silent) = watch::channel(false);
        let kill = Rc::new(Notify::new());
        let words = Rc::new(RefCell::new(VecDeque::new()));
        let id = child.id().unwrap_or_default();
        match child.stderr.take() {
            Some(stderr) => {
                tokio::task::spawn_local(listen(stderr, Rc::clone(&words), silent_sender));
            }
            None => drop(silent_sender.send(true)),
        }
        tokio::task::spawn_local(wait(child, profile, Rc::clone(&kill), ended_sender));
        Rc::new(Self { id, ended, kill, words, silent })
    }

    /// Returns the process id.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Returns how it ended, in words, if it did.
    pub(crate) fn exit_status(&self) -> Option<String> {
        self.ended.borrow().clone()
    }

    /// Returns the last lines of its standard error, once it has said everything.
    pub(crate) async fn last_words(&self) -> Vec<String> {
        // A process of the browser's that lives on holds the pipe open: do not wait for it.
        let mut silent = self.silent.clone();
        drop(tokio::time::timeout(Duration::from_millis(200), silent.wait_for(|silent| *silent)).await);
        self.words.borrow().iter().cloned().collect()
    }

    /// Says why the pipe was closed: gives the process a moment to end.
    pub(crate) async fn why_closed(&self) -> Closed {
        let end = tokio::time::timeout(Duration::from_secs(2), self.wait_ended()).await;
        end.unwrap_or(Closed::Disconnected)
    }

    /// Waits for its end and says how it came.
    pub(crate) async fn wait_ended(&self) -> Closed {
        let mut ended = self.ended.clone();
        let status = match ended.wait_for(Option::is_some).await {
            Ok(status) => status.clone().unwrap_or_default(),
            Err(_) => return Closed::Disconnected,
        };
        Closed::Exited { status, stderr: self.last_words().await }
    }

    /// Waits until it ended and its profile is gone; after the patience it is killed.
    pub(crate) async fn end(&self, patience: Duration) {
        let mut ended = self.ended.clone();
        if tokio::time::timeout(patience, ended.wait_for(Option::is_some)).await.is_err() {
            self.kill.notify_one();
        }
        // Closed once the profile is removed.
        while ended.changed().await.is_ok() {}
    }
}

async fn wait(mut child: Child, profile: TempDir, kill: Rc<Notify>, ended: watch::Sender<Option<String>>) {
    let status = tokio::select! {
        status = child.wait() => status,
        () = kill.notified() => {
            if let Err(error) = child.start_kill() {
                tracing::debug!(%error, "failed to kill the browser");
            }
            child.wait().await
        }
    };
    let status = match status {
        Ok(status) => in_words(status),
        Err(error) => format!("its end could not be seen: {error}"),
    };
    ended.send_replace(Some(status));
    let folder = profile.keep();
    // Its helper processes write a little longer.
    for _ in 0..10 {
        profile::remove(&folder);
        if !folder.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn in_words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => status.to_string(),
    }
}

async fn listen(stderr: ChildStderr, words: Rc<RefCell<VecDeque<String>>>, silent: watch::Sender<bool>) {
    let mut lines = BufReader::new(stderr).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        let line: String = String::from_utf8_lossy(&line).trim_end().chars().take(LINE).collect();
        if line.is_empty() {
            continue;
        }
        tracing::debug!(line, "browser");
        let mut words = words.borrow_mut();
        if words.len() == LINES {
            words.pop_front();
        }
        words.push_back(line);
    }
    silent.send_replace(true);
}
