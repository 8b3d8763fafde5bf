//! What the dialects without a script engine share: one test, its steps, one page.

use std::time::Duration;

use canary_browser::{ActionError, CallLog, ErrorKind, Interrupted, NavigationError, Progress};
use tokio_util::sync::CancellationToken;

use crate::failure::plain_failure;
use crate::outcome::{Failure, FailureClass, StackFrame};

/// Why a step of a journey failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    /// The browser could not do it.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// A navigation failed.
    #[error(transparent)]
    Navigation(#[from] NavigationError),
    /// It went, and not as expected.
    #[error("{message}")]
    Expectation { message: String, log: Vec<String> },
    /// The site answered with an error.
    #[error("{0}")]
    Site(String),
    /// The script asks for what is not there.
    #[error("{0}")]
    Script(String),
}

/// Starts the clock of a step.
pub(crate) fn progress(timeout: Duration, stop: &CancellationToken) -> Progress {
    Progress::with_cancellation(timeout, stop.child_token())
}

/// Makes a failure of an error at a place of the script.
pub(crate) fn failure(error: &StepError, step: &str, place: Option<StackFrame>) -> Failure {
    let log = log_of(error).map(CallLog::lines).unwrap_or_default();
    let text = error.to_string();
    // The log has a field of its own.
    let message = text.split_once("\ncall log:").map_or(text.as_str(), |(message, _)| message).to_owned();
    let call_log = match error {
        StepError::Expectation { log, .. } => log.clone(),
        _ => log,
    };
    Failure {
        kind: kind(error).to_owned(),
        call_log,
        steps: vec![step.to_owned()],
        stack: place.into_iter().collect(),
        ..plain_failure(class(error), message)
    }
}

fn log_of(error: &StepError) -> Option<&CallLog> {
    match error {
        StepError::Action(ActionError::Interrupted(Interrupted::Timeout { log, .. }))
        | StepError::Navigation(NavigationError::Interrupted(Interrupted::Timeout { log, .. })) => Some(log),
        _ => None,
    }
}

fn kind(error: &StepError) -> &'static str {
    match class(error) {
        FailureClass::Timeout => "TimeoutError",
        FailureClass::Assertion => "AssertionError",
        _ => "Error",
    }
}

fn class(error: &StepError) -> FailureClass {
    let kind = match error {
        StepError::Action(ActionError::Closed(_)) | StepError::Navigation(NavigationError::Closed(_)) => {
            return FailureClass::Browser;
        }
        StepError::Expectation { .. } => return FailureClass::Assertion,
        StepError::Site(_) => return FailureClass::Site,
        StepError::Script(_) => return FailureClass::Script,
        StepError::Action(error) => error.kind(),
        StepError::Navigation(error) => error.kind(),
    };
    match kind {
        ErrorKind::Timeout => FailureClass::Timeout,
        ErrorKind::Cancelled => FailureClass::Interrupted,
        ErrorKind::Navigation | ErrorKind::Crashed | ErrorKind::Closed => FailureClass::Site,
        ErrorKind::Strict => FailureClass::Assertion,
        ErrorKind::Script | ErrorKind::Invalid | ErrorKind::Protocol => FailureClass::Script,
    }
}
