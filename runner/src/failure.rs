//! Failures: how what went wrong in a room becomes the one failure of a test, a step or a run, with its class.

use canary_browser::{Closed, ErrorKind, OpenError};
use canary_script::{LoadError, PlayError, StackFrame};
use canary_store::document::{CallLog, Failure, FailureClass, Outcome};

use crate::caught;
use crate::chain;
use crate::checkout::CheckoutError;
use crate::reporter::{ErrorReport, Location};

/// Why a run could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    Checkout(#[from] CheckoutError),
    #[error(transparent)]
    Script(#[from] LoadError),
    #[error(transparent)]
    Browser(#[from] OpenError),
    #[error(transparent)]
    Play(#[from] PlayError),
    #[error("the browser died: {reason}{}", verdict.words())]
    BrowserDied { reason: Closed, verdict: MemoryVerdict },
    #[error("{0}")]
    Stopped(Stop),
    #[error("a bug of Canary: {message}; please report it with the log of `--log-level debug`")]
    Panic { message: String },
}

/// Why a run was stopped before its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stop {
    /// SIGTERM or SIGINT.
    Signal(&'static str),
    /// The run's own deadline, and whether the browser was being waited for.
    Deadline { waiting: bool },
}

impl std::fmt::Display for Stop {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Signal(name) => write!(out, "the run was stopped by {name}"),
            Self::Deadline { waiting: true } => out.write_str(
                "the run's own deadline passed while the browser was being waited for; see `run_timeout_ms`",
            ),
            Self::Deadline { waiting: false } => {
                out.write_str("the run's own deadline passed in the script; see `run_timeout_ms`")
            }
        }
    }
}

impl Stop {
    fn class(self) -> FailureClass {
        match self {
            Self::Signal(_) | Self::Deadline { waiting: false } => FailureClass::Interrupted,
            Self::Deadline { waiting: true } => FailureClass::Timeout,
        }
    }
}

/// Whether a browser died for lack of memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MemoryVerdict {
    /// The kernel counted that it ended a process of our control group.
    Measured,
    /// Its pages had used nearly all they may.
    Suspected,
    /// Nothing says so.
    None,
}

impl MemoryVerdict {
    fn words(self) -> &'static str {
        match self {
            Self::Measured => " (measured: the kernel ended a process for lack of memory)",
            Self::Suspected => " (suspected: its last page had used nearly all the memory it may)",
            Self::None => "",
        }
    }
}

impl RunError {
    /// Returns the error of a task of ours that did not end by itself.
    pub(crate) fn panicked(error: tokio::task::JoinError) -> Self {
        let message = match error.try_into_panic() {
            Ok(panic) => caught::words(panic.as_ref()),
            Err(_) => "a task was ended from outside".to_owned(),
        };
        Self::Panic { message }
    }

    /// Returns the class.
    pub(crate) fn class(&self) -> FailureClass {
        match self {
            Self::Checkout(_) => FailureClass::Checkout,
            Self::Script(_) => FailureClass::Script,
            Self::Browser(error) => match error.kind() {
                ErrorKind::Cancelled => FailureClass::Interrupted,
                ErrorKind::Crashed => FailureClass::BrowserCrash,
                _ => FailureClass::BrowserMissing,
            },
            Self::BrowserDied { verdict: MemoryVerdict::None, .. } => FailureClass::BrowserCrash,
            Self::BrowserDied { .. } => FailureClass::OutOfMemory,
            Self::Stopped(stop) => stop.class(),
            Self::Play(_) | Self::Panic { .. } => FailureClass::Internal,
        }
    }

    /// Returns the failure of a run.
    pub(crate) fn failure(&self) -> Failure {
        Failure::new(self.class(), chain::line(self))
    }
}

/// Returns the failure of a test or a step as documents have it. What became of a browser that is gone and of
/// a run that was stopped is known better by the run.
pub(crate) fn document(failure: &canary_script::Failure) -> Failure {
    use canary_script::FailureClass as Script;
    let class = match failure.class {
        Script::Assertion => FailureClass::Assertion,
        Script::Site => FailureClass::Site,
        Script::Timeout => FailureClass::Timeout,
        Script::Script => FailureClass::Script,
        Script::Browser => FailureClass::BrowserCrash,
        Script::Interrupted => FailureClass::Interrupted,
    };
    Failure {
        class,
        step: (!failure.steps.is_empty()).then(|| failure.steps.join(" › ")),
        kind: Some(failure.kind.clone()),
        message: Some(message(failure)),
        stack: stack(&failure.stack),
        excerpt: failure.excerpt.clone(),
        call_log: CallLog(failure.call_log.clone()),
        attachment: None,
    }
}

/// Returns the failure of a test or a step as it is reported.
pub(crate) fn report(failure: &canary_script::Failure) -> ErrorReport {
    ErrorReport {
        message: message(failure),
        stack: stack(&failure.stack),
        location: failure.stack.first().map(|frame| Location {
            file: frame.file.clone(),
            line: frame.line,
            column: frame.column,
        }),
        excerpt: failure.excerpt.clone(),
        call_log: failure.call_log.clone(),
    }
}

/// Returns how a test or a step ended.
pub(crate) fn outcome(outcome: &canary_script::Outcome) -> Outcome {
    match outcome {
        canary_script::Outcome::Passed => Outcome::Passed,
        canary_script::Outcome::Failed(_) => Outcome::Failed,
        canary_script::Outcome::Skipped { .. } => Outcome::Skipped,
    }
}

/// The first failure, and that there are more.
fn message(failure: &canary_script::Failure) -> String {
    let mut message = failure.message.clone();
    for other in &failure.others {
        message.push_str("\nalso: ");
        message.push_str(&other.message);
    }
    message
}

fn stack(frames: &[StackFrame]) -> Option<String> {
    let lines: Vec<String> = frames.iter().map(ToString::to_string).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_blames_whoever_was_waited_for() {
        assert_eq!(RunError::Stopped(Stop::Deadline { waiting: true }).class(), FailureClass::Timeout);
        assert_eq!(RunError::Stopped(Stop::Deadline { waiting: false }).class(), FailureClass::Interrupted);
        assert_eq!(RunError::Stopped(Stop::Signal("SIGTERM")).class(), FailureClass::Interrupted);
    }

    #[test]
    fn a_dead_browser_says_whether_memory_was_measured_or_suspected() {
        let died = |verdict| RunError::BrowserDied { reason: Closed::Disconnected, verdict };
        assert_eq!(died(MemoryVerdict::None).class(), FailureClass::BrowserCrash);
        assert_eq!(died(MemoryVerdict::Measured).class(), FailureClass::OutOfMemory);
        assert!(died(MemoryVerdict::Measured).to_string().contains("measured"));
        assert!(died(MemoryVerdict::Suspected).to_string().contains("suspected"));
    }
}
