//! Exit codes and run statuses: what each class of failure means to whoever started the run. Public API:
//! schedulers and scripts rely on these numbers.

use std::process::ExitCode;

use canary_store::document::{FailureClass, RunStatus};

/// How the process ended, as a number. The highest one of several runs is the process's.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Exit(pub(crate) u8);

impl Exit {
    /// All that was to be done was done.
    pub(crate) const SUCCESS: Self = Self(0);
    /// Flags, file, environment or secrets are wrong.
    pub(crate) const PLAN: Self = Self(2);
    /// A command other than `run` could not do its work.
    pub(crate) const COMMAND: Self = Self(1);
    /// A panic of ours.
    pub(crate) const INTERNAL: Self = Self(70);
    /// SIGTERM or SIGINT.
    pub(crate) const INTERRUPTED: Self = Self(6);

    /// Returns the number for how a run ended.
    pub(crate) fn of(failure: Option<FailureClass>) -> Self {
        match failure {
            None => Self::SUCCESS,
            Some(class) => Self(match class {
                FailureClass::Assertion | FailureClass::Site | FailureClass::Timeout => 1,
                FailureClass::Plan => 2,
                FailureClass::Checkout | FailureClass::Script => 3,
                FailureClass::BrowserMissing | FailureClass::BrowserCrash | FailureClass::OutOfMemory => 4,
                FailureClass::Store => 5,
                FailureClass::Interrupted => 6,
                FailureClass::Internal | FailureClass::Lost => 70,
            }),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

/// Returns what the run says about the site.
pub(crate) fn status(failure: Option<FailureClass>) -> RunStatus {
    match failure {
        None | Some(FailureClass::Store) => RunStatus::Passed,
        Some(FailureClass::Assertion | FailureClass::Site | FailureClass::Timeout) => RunStatus::Failed,
        Some(_) => RunStatus::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_number_and_status() {
        let table = [
            (FailureClass::Assertion, RunStatus::Failed, 1),
            (FailureClass::Site, RunStatus::Failed, 1),
            (FailureClass::Timeout, RunStatus::Failed, 1),
            (FailureClass::Plan, RunStatus::Error, 2),
            (FailureClass::Checkout, RunStatus::Error, 3),
            (FailureClass::Script, RunStatus::Error, 3),
            (FailureClass::BrowserMissing, RunStatus::Error, 4),
            (FailureClass::BrowserCrash, RunStatus::Error, 4),
            (FailureClass::OutOfMemory, RunStatus::Error, 4),
            (FailureClass::Store, RunStatus::Passed, 5),
            (FailureClass::Interrupted, RunStatus::Error, 6),
            (FailureClass::Internal, RunStatus::Error, 70),
        ];
        for (class, expected, code) in table {
            assert_eq!((status(Some(class)), Exit::of(Some(class))), (expected, Exit(code)), "{class:?}");
        }
        assert_eq!((status(None), Exit::of(None)), (RunStatus::Passed, Exit::SUCCESS));
    }
}
