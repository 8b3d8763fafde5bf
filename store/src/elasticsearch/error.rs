//! Owns the failures of one call to the server, and what each means for those who called.

use std::time::Duration;

use crate::error::{CommitError, Fault, LeaseError, ReadError, chain};
use crate::receipt::{RetryKind, RetryReason};

/// Why a call gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The server was not reached, so nothing arrived there.
    #[error("no connection to Elasticsearch: {message}")]
    Away {
        /// Why.
        message: String,
    },
    /// The request may have arrived, its answer did not.
    #[error("answer of Elasticsearch was lost: {message}")]
    Lost {
        /// Why.
        message: String,
    },
    /// No answer in time; the request may have arrived.
    #[error("no answer of Elasticsearch within {} ms", .timeout.as_millis())]
    Timeout {
        /// How long was waited.
        timeout: Duration,
    },
    /// The server refused the request.
    #[error("Elasticsearch answered {status}: {reason}")]
    Status {
        /// Status of the answer.
        status: u16,
        /// What the server says.
        reason: String,
    },
}

/// What the status of an answer, or of one item of a bulk, means. The one table of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Done.
    Done,
    /// It is there already, or was changed meanwhile.
    Conflict,
    /// The same again later may succeed.
    Later(RetryKind),
    /// The request is too large.
    TooLarge,
    /// The index or its template is missing.
    Missing,
    /// The request itself is wrong.
    Wrong,
}

impl Meaning {
    pub(super) fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Done,
            401 | 403 => Self::Later(RetryKind::Unauthorized),
            404 => Self::Missing,
            408 => Self::Later(RetryKind::Timeout),
            409 => Self::Conflict,
            413 => Self::TooLarge,
            429 => Self::Later(RetryKind::Busy),
            500..=599 => Self::Later(RetryKind::Unavailable),
            _ => Self::Wrong,
        }
    }
}

impl Failure {
    /// Classifies an error of the client.
    pub(super) fn of(error: &elasticsearch::Error, timeout: Duration) -> Self {
        let http =
            std::error::Error::source(error).and_then(|source| source.downcast_ref::<reqwest::Error>());
        let message = http.map_or_else(|| chain(error), |http| chain(http));
        match http {
            Some(http) if http.is_connect() => Self::Away { message },
            _ if error.is_timeout() => Self::Timeout { timeout },
            _ => Self::Lost { message },
        }
    }

    /// Tells whether the request may have been carried out.
    pub(super) fn may_have_arrived(&self) -> bool {
        match self {
            Self::Away { .. } => false,
            Self::Lost { .. } | Self::Timeout { .. } => true,
            // A proxy or a coordinating node may answer for a server that goes on working.
            Self::Status { status, .. } => matches!(status, 408 | 500..=599),
        }
    }

    /// Tells whether trying again in a moment may help.
    pub(super) fn is_retryable(&self) -> bool {
        match self {
            Self::Status { status, .. } => {
                matches!(Meaning::of(*status), Meaning::Later(kind) if kind != RetryKind::Unauthorized)
            }
            _ => true,
        }
    }

    /// Returns the reason for which documents wait.
    pub(super) fn retry_reason(&self) -> RetryReason {
        let kind = match self {
            Self::Away { .. } | Self::Lost { .. } => RetryKind::Unavailable,
            Self::Timeout { .. } => RetryKind::Timeout,
            Self::Status { status, .. } => match Meaning::of(*status) {
                Meaning::Later(kind) => kind,
                Meaning::Missing => RetryKind::NotSetUp,
                _ => RetryKind::Unavailable,
            },
        };
        RetryReason { kind, message: self.to_string() }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        let status = match failure {
            Failure::Status { status, .. } => Some(status),
            _ => None,
        };
        Self::Server { message: failure.to_string(), status, retryable: failure.is_retryable() }
    }
}

impl From<Failure> for ReadError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Timeout { timeout } => {
                Self::Timeout { timeout_ms: u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX) }
            }
            failure => Self::Fault { source: failure.into() },
        }
    }
}

impl From<Failure> for LeaseError {
    fn from(failure: Failure) -> Self {
        Self::Fault { source: failure.into() }
    }
}

impl From<Failure> for CommitError {
    fn from(failure: Failure) -> Self {
        Self::Fault { source: failure.into() }
    }
}
