//! What failed calls tell the script: the words that people search for, and the kind that decides
//! what the failure means for the run.

use canary_browser::{
    ActionError, ErrorKind, HttpError, Interrupted, NavigationError, Progress, SelectorError,
};

use crate::engine::{HostError, HostErrorKind};

/// Why a call failed, before it is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The browser's word on an action.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// The browser's word on a navigation.
    #[error(transparent)]
    Navigation(#[from] NavigationError),
    /// A selector that is none.
    #[error(transparent)]
    Selector(#[from] SelectorError),
    /// Something that was closed or let go.
    #[error("Target page, context or browser has been closed")]
    Gone,
    /// A call that the script's `AbortSignal` ended.
    #[error("the call was aborted")]
    Aborted,
    /// No answer came to a request of the script itself.
    #[error("{0}")]
    Unreachable(String),
    /// Anything that is wrong with what was asked.
    #[error("{0}")]
    Invalid(String),
    /// There is no browser.
    #[error("no browser is open: this script is only loaded, not played")]
    NoBrowser,
}

impl From<HttpError> for Failed {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Invalid(message) => Self::Invalid(message),
            HttpError::Unreachable(message) => Self::Unreachable(message),
            HttpError::Action(error) => Self::Action(error),
        }
    }
}

impl Failed {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    fn kind(&self) -> HostErrorKind {
        let kind = match self {
            Self::Action(error) => error.kind(),
            Self::Navigation(error) => error.kind(),
            Self::Selector(_) | Self::Invalid(_) => return HostErrorKind::Invalid,
            Self::Gone | Self::Aborted => return HostErrorKind::Closed,
            Self::Unreachable(_) => return HostErrorKind::Navigation,
            Self::NoBrowser => return HostErrorKind::Browser,
        };
        match kind {
            ErrorKind::Timeout | ErrorKind::Cancelled => HostErrorKind::Timeout,
            ErrorKind::Closed if self.browser_is_gone() => HostErrorKind::Browser,
            ErrorKind::Closed => HostErrorKind::Closed,
            ErrorKind::Crashed => HostErrorKind::Crashed,
            ErrorKind::Strict => HostErrorKind::Strict,
            ErrorKind::Navigation if self.context_is_gone() => HostErrorKind::Page,
            ErrorKind::Navigation => HostErrorKind::Navigation,
            ErrorKind::Script => HostErrorKind::Page,
            ErrorKind::Invalid => HostErrorKind::Invalid,
            ErrorKind::Protocol => HostErrorKind::Other,
        }
    }

    fn browser_is_gone(&self) -> bool {
        matches!(self, Self::Action(ActionError::Closed(_)) | Self::Navigation(NavigationError::Closed(_)))
    }

    fn context_is_gone(&self) -> bool {
        matches!(self, Self::Action(error) if error.is_context_gone())
    }

    fn interruption(&self) -> Option<&Interrupted> {
        match self {
            Self::Action(ActionError::Interrupted(interrupted))
            | Self::Navigation(NavigationError::Interrupted(interrupted)) => Some(interrupted),
            _ => None,
        }
    }

    /// Returns what is told to the script that called `api`.
    pub(crate) fn told(self, api: &str, progress: &Progress) -> HostError {
        let log = progress.call_log().lines();
        HostError { kind: self.kind(), message: format!("{api}: {}", self.words()), log }
    }

    fn words(&self) -> String {
        if let Some(interrupted) = self.interruption() {
            return match interrupted {
                Interrupted::Timeout { timeout, .. } => {
                    format!("Timeout {}ms exceeded.", timeout.as_millis())
                }
                Interrupted::Cancelled => "the test ran out of time".to_owned(),
            };
        }
        match self {
            Self::Action(ActionError::PageClosed) | Self::Navigation(NavigationError::PageClosed) => {
                Self::Gone.to_string()
            }
            Self::Action(ActionError::Closed(reason)) | Self::Navigation(NavigationError::Closed(reason)) => {
                format!("{} ({reason})", Self::Gone)
            }
            Self::Action(ActionError::FrameDetached) => "Frame was detached".to_owned(),
            Self::Navigation(NavigationError::FrameDetached) => "Navigating frame was detached".to_owned(),
            Self::Action(ActionError::ContextGone) => {
                "Execution context was destroyed, most likely because of a navigation".to_owned()
            }
            Self::Action(ActionError::Crashed) => "Target crashed".to_owned(),
            Self::Navigation(NavigationError::Crashed) => "Page crashed".to_owned(),
            Self::Navigation(NavigationError::Failed { url, text }) => format!("{text} at {url}"),
            Self::Navigation(NavigationError::Replaced { url, by }) => {
                format!("Navigation to \"{url}\" is interrupted by another navigation to \"{by}\"")
            }
            Self::Navigation(NavigationError::Download { .. }) => "Download is starting".to_owned(),
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(failed: impl Into<Failed>, kind: HostErrorKind, message: &str) {
        let progress = Progress::new(Duration::from_secs(1));
        progress.log("waiting for locator('a')");
        let told = failed.into().told("locator.click", &progress);
        assert_eq!((told.kind, told.message.as_str()), (kind, message));
        assert_eq!(told.log, ["waiting for locator('a')"]);
    }

    #[test]
    fn failures_speak_as_people_know_them() {
        let progress = Progress::new(Duration::from_millis(250));
        check(
            ActionError::from(progress.timed_out()),
            HostErrorKind::Timeout,
            "locator.click: Timeout 250ms exceeded.",
        );
        check(
            ActionError::PageClosed,
            HostErrorKind::Closed,
            "locator.click: Target page, context or browser has been closed",
        );
        check(
            ActionError::ContextGone,
            HostErrorKind::Page,
            "locator.click: Execution context was destroyed, most likely because of a navigation",
        );
        let refused = NavigationError::Failed {
            url: "http://127.0.0.1:1/".to_owned(),
            text: "net::ERR_CONNECTION_REFUSED".to_owned(),
        };
        check(
            refused,
            HostErrorKind::Navigation,
            "locator.click: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/",
        );
        check(Failed::invalid("no"), HostErrorKind::Invalid, "locator.click: no");
    }
}
