//! What can go wrong with a browser: one enum for each operation, and the kind that callers decide by.
//!
//! Nothing here says whether the site or the monitor is to blame: the callers do.

use std::time::Duration;

use thiserror::Error;

use crate::progress::CallLog;

/// What an error means to somebody who has to classify it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The deadline passed while the browser was asked or waited for.
    Timeout,
    /// The caller gave up.
    Cancelled,
    /// The browser, the page or the frame is gone.
    Closed,
    /// The page's process died.
    Crashed,
    /// A selector that must match one element matched several.
    Strict,
    /// A navigation failed; the text carries the browser's own error.
    Navigation,
    /// Script in the page threw.
    Script,
    /// An argument or selector that cannot be used.
    Invalid,
    /// The browser refused or did not understand.
    Protocol,
}

/// Why a connection to a browser ended.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Closed {
    /// The other side hung up.
    #[error("the browser closed the connection")]
    Disconnected,
    /// The transport failed.
    #[error("the connection to the browser broke: {0}")]
    Broken(String),
    /// A browser that we had launched ended.
    #[error("the browser ended ({status}){}", tail(.stderr))]
    Exited {
        /// Exit code or signal, in words.
        status: String,
        /// The last lines that it wrote to its standard error.
        stderr: Vec<String>,
    },
    /// We closed it ourselves.
    #[error("the session was closed")]
    Ours,
}

fn tail(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("; its last words:\n  {}", lines.join("\n  "))
}

/// The deadline passed, or the caller gave up.
#[derive(Clone, Debug, Error)]
pub enum Interrupted {
    /// The deadline passed.
    #[error("timeout of {} ms exceeded{log}", timeout.as_millis())]
    Timeout {
        /// How long the caller was willing to wait.
        timeout: Duration,
        /// What was tried meanwhile.
        log: CallLog,
    },
    /// The caller gave up.
    #[error("cancelled")]
    Cancelled,
}

/// Why one protocol command failed.
#[derive(Clone, Debug, Error)]
pub enum CallError {
    /// The connection is gone.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The page, frame or worker that was addressed is gone.
    #[error("the target was closed")]
    TargetGone,
    /// The addressed page's process died.
    #[error("the page crashed")]
    Crashed,
    /// The browser refused the command.
    #[error("`{method}` was refused: {message}")]
    Refused {
        /// The protocol method.
        method: String,
        /// The protocol's error code.
        code: i64,
        /// The browser's words.
        message: String,
    },
    /// An answer that is not of the expected shape.
    #[error("`{method}` was answered in an unknown form: {message}")]
    Malformed {
        /// The protocol method.
        method: String,
        /// What the decoder said.
        message: String,
    },
}

impl CallError {
    /// Returns true where the document that was addressed is no longer there, so that looking again may help.
    pub fn is_context_gone(&self) -> bool {
        const WORDS: [&str; 6] = [
            "Cannot find context with specified id",
            "Execution context was destroyed",
            "Inspected target navigated or closed",
            "uniqueContextId not found",
            "Cannot find default execution context",
            "Could not find object with given id",
        ];
        matches!(self, Self::Refused { message, .. } if WORDS.iter().any(|words| message.contains(words)))
    }

    /// Returns what the error means to a caller.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Closed(_) | Self::TargetGone => ErrorKind::Closed,
            Self::Crashed => ErrorKind::Crashed,
            Self::Refused { .. } | Self::Malformed { .. } => ErrorKind::Protocol,
        }
    }
}

/// Why no session could be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// No Chrome is installed.
    #[error(
        "no Chrome was found (looked for {}); install one, for example `apt-get install --no-install-recommends chromium-headless-shell`, or name it with `--browser-executable`",
        looked_for.join(", ")
    )]
    Missing {
        /// The names and paths that were tried.
        looked_for: Vec<String>,
    },
    /// The executable that was named cannot be run.
    #[error(
        "failed to start the browser `{executable}`; name a Chrome, Chromium or chrome-headless-shell with `--browser-executable`"
    )]
    Start {
        /// The path that was tried.
        executable: String,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// No place for the profile.
    #[error("failed to make a folder for the browser's profile")]
    Profile(#[source] std::io::Error),
    /// The browser ended before it answered.
    #[error("the browser `{executable}` ended at once ({status}){}", tail(.stderr))]
    Ended {
        /// The executable.
        executable: String,
        /// Exit code or signal, in words.
        status: String,
        /// The last lines that it wrote to its standard error.
        stderr: Vec<String>,
    },
    /// An address that cannot be used.
    #[error("`{url}` is not the address of a browser: {reason}")]
    Address {
        /// The address as given, without user and password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A browser that did not let us in.
    #[error(
        "failed to attach to Chrome at `{url}`: {reason}; is a Chrome there, started with `--remote-debugging-port`?"
    )]
    Attach {
        /// The address as given, without user and password.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// A WebDriver server that gave no session.
    #[error("failed to open a WebDriver session at `{url}`: {reason}")]
    WebDriver {
        /// The server's address, without user and password.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// The deadline passed, or the caller gave up.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The browser answered, but not as a browser should.
    #[error("the browser refused to be driven")]
    Call(#[from] CallError),
}

impl OpenError {
    /// Returns what the error means to a caller.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing { .. } | Self::Start { .. } | Self::Address { .. } => ErrorKind::Invalid,
            Self::Profile(_) | Self::WebDriver { .. } => ErrorKind::Protocol,
            Self::Ended { .. } | Self::Attach { .. } => ErrorKind::Closed,
            Self::Interrupted(Interrupted::Timeout { .. }) => ErrorKind::Timeout,
            Self::Interrupted(Interrupted::Cancelled) => ErrorKind::Cancelled,
            Self::Call(error) => error.kind(),
        }
    }
}

/// An exception that script in a page threw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exception {
    /// The error's class, as `TypeError`; empty where something else than an error was thrown.
    pub name: String,
    /// The message, or the thrown value in words.
    pub message: String,
    /// The page's own stack, as the browser printed it.
    pub stack: String,
}

impl std::fmt::Display for Exception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.name.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.name, self.message)
        }
    }
}

/// Why an action on a page, frame or element failed.
#[derive(Clone, Debug, Error)]
pub enum ActionError {
    /// The deadline passed, or the caller gave up.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The browser is gone.
    #[error(transparent)]
    Closed(Closed),
    /// The page, its context or the frame is gone.
    #[error("the page, its context or the browser was closed")]
    PageClosed,
    /// The frame was taken out of its page.
    #[error("the frame was detached")]
    FrameDetached,
    /// The page's process died.
    #[error("the page crashed")]
    Crashed,
    /// The document went away while it was asked; looking again may help.
    #[error("the execution context was destroyed, most likely because of a navigation")]
    ContextGone,
    /// A selector that must match one element matched several.
    #[error("strict mode violation: {selector} resolved to {count} elements:\n{}", matches.join("\n"))]
    Strict {
        /// What the selector is called.
        selector: String,
        /// How many elements matched.
        count: usize,
        /// The first of them, in words.
        matches: Vec<String>,
    },
    /// Script in the page threw.
    #[error("{0}")]
    Script(Exception),
    /// An argument, selector or element that cannot be used so.
    #[error("{0}")]
    Invalid(String),
    /// The navigation that the action waited for failed.
    #[error(transparent)]
    Navigation(#[from] Box<NavigationError>),
    /// The browser refused.
    #[error(transparent)]
    Call(CallError),
}

impl ActionError {
    /// Returns what the error means to a caller.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Interrupted(Interrupted::Timeout { .. }) => ErrorKind::Timeout,
            Self::Interrupted(Interrupted::Cancelled) => ErrorKind::Cancelled,
            Self::Closed(_) | Self::PageClosed | Self::FrameDetached => ErrorKind::Closed,
            Self::Crashed => ErrorKind::Crashed,
            Self::ContextGone => ErrorKind::Navigation,
            Self::Strict { .. } => ErrorKind::Strict,
            Self::Script(_) => ErrorKind::Script,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Navigation(error) => error.kind(),
            Self::Call(error) => error.kind(),
        }
    }

    /// Returns true where the document went away while it was asked, so that looking again may help.
    pub fn is_context_gone(&self) -> bool {
        matches!(self, Self::ContextGone)
    }
}

impl From<CallError> for ActionError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Closed(closed) => Self::Closed(closed),
            CallError::TargetGone => Self::PageClosed,
            CallError::Crashed => Self::Crashed,
            error if error.is_context_gone() => Self::ContextGone,
            error => Self::Call(error),
        }
    }
}

/// Why a navigation did not reach the state that was asked for.
#[derive(Clone, Debug, Error)]
pub enum NavigationError {
    /// The deadline passed, or the caller gave up.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The browser is gone.
    #[error(transparent)]
    Closed(Closed),
    /// The page, its context or the frame is gone.
    #[error("the page, its context or the browser was closed")]
    PageClosed,
    /// The frame was taken out of its page.
    #[error("the frame was detached while it navigated")]
    FrameDetached,
    /// The page's process died.
    #[error("the page crashed while it navigated")]
    Crashed,
    /// The browser could not load the address.
    #[error("{text} at {url}")]
    Failed {
        /// The address that was to be loaded.
        url: String,
        /// The browser's own error, as `net::ERR_CONNECTION_REFUSED`.
        text: String,
    },
    /// Another navigation took its place.
    #[error("net::ERR_ABORTED: navigation to `{url}` is interrupted by another navigation to `{by}`")]
    Replaced {
        /// The address that was to be loaded.
        url: String,
        /// The address that came between.
        by: String,
    },
    /// The address turned out to be a file to download.
    #[error("download is starting at {url}")]
    Download {
        /// The address that was to be loaded.
        url: String,
    },
    /// An address or option that cannot be used.
    #[error("{0}")]
    Invalid(String),
    /// The browser refused.
    #[error(transparent)]
    Call(CallError),
}

impl NavigationError {
    /// Returns what the error means to a caller.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Interrupted(Interrupted::Timeout { .. }) => ErrorKind::Timeout,
            Self::Interrupted(Interrupted::Cancelled) => ErrorKind::Cancelled,
            Self::Closed(_) | Self::PageClosed | Self::FrameDetached => ErrorKind::Closed,
            Self::Crashed => ErrorKind::Crashed,
            Self::Failed { .. } | Self::Replaced { .. } | Self::Download { .. } => ErrorKind::Navigation,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Call(error) => error.kind(),
        }
    }
}

impl From<CallError> for NavigationError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Closed(closed) => Self::Closed(closed),
            CallError::TargetGone => Self::PageClosed,
            CallError::Crashed => Self::Crashed,
            error => Self::Call(error),
        }
    }
}

impl From<ActionError> for NavigationError {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Interrupted(interrupted) => Self::Interrupted(interrupted),
            ActionError::Closed(closed) => Self::Closed(closed),
            ActionError::PageClosed => Self::PageClosed,
            ActionError::FrameDetached => Self::FrameDetached,
            ActionError::Crashed => Self::Crashed,
            ActionError::Navigation(error) => *error,
            ActionError::Call(error) => Self::Call(error),
            error => Self::Invalid(error.to_string()),
        }
    }
}
