//! Exit codes. They are public: cron jobs and scripts rely on these numbers, and the help lists them.

use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    Success,
    /// The store did not answer, or not completely.
    NotEvaluated,
    /// Settings or rule files are wrong.
    Settings,
    /// The store cannot be opened.
    Store,
    /// Another listener holds the lease.
    Lease,
    /// A message is given up.
    Undelivered,
}

/// A fault of this program.
pub(crate) const INTERNAL: u8 = 70;

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::NotEvaluated => 1,
            Exit::Settings => 2,
            Exit::Store => 3,
            Exit::Lease => 4,
            Exit::Undelivered => 5,
        })
    }
}
