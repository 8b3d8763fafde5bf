//! Owns the errors of the room: one enum for each operation, and the faults of stores beneath them.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::receipt::{RetryKind, RetryReason};

/// What went wrong in the store itself.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store was closed, or its thread ended.
    #[error("store is closed")]
    Closed,
    /// The database refused.
    #[error("database failed")]
    Database {
        /// Why.
        #[from]
        source: rusqlite::Error,
    },
    /// A file could not be read or written.
    #[error("failed to use file `{path}`")]
    File {
        /// Path of the file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What the store holds cannot be read.
    #[error("stored {what} is damaged: {message}")]
    Damaged {
        /// What was read.
        what: &'static str,
        /// Why it cannot be read.
        message: String,
    },
    /// The server failed or refused.
    #[error("{message}")]
    Server {
        /// What it said, without credentials.
        message: String,
        /// Status of its answer, where there was one.
        status: Option<u16>,
        /// Whether the same may succeed later.
        retryable: bool,
    },
    /// The server was not set up.
    #[error("Elasticsearch has no template `{missing}`; run `canary setup elasticsearch` first")]
    NotSetUp {
        /// What is missing.
        missing: String,
    },
    /// This store has no such operation.
    #[error("a store of type `{store}` cannot {operation}")]
    Unsupported {
        /// Type of the store.
        store: &'static str,
        /// What it cannot do.
        operation: &'static str,
    },
}

impl Fault {
    pub(crate) fn damaged(what: &'static str, error: impl std::fmt::Display) -> Self {
        Self::Damaged { what, message: error.to_string() }
    }

    /// Tells whether the same operation may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Damaged { .. } | Self::Unsupported { .. } | Self::NotSetUp { .. } => false,
            Self::Server { retryable, .. } => *retryable,
            Self::Closed | Self::Database { .. } | Self::File { .. } => true,
        }
    }

    /// Returns the reason for which a document waits.
    pub(crate) fn retry_reason(&self) -> RetryReason {
        let kind = match self {
            Self::Database { source } if is_full(source) => RetryKind::Full,
            Self::Database { source } if is_busy(source) => RetryKind::Busy,
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => RetryKind::Full,
            _ => RetryKind::Unavailable,
        };
        RetryReason { kind, message: chain(self) }
    }
}

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}

/// Returns an error and everything beneath it in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut below = error.source();
    while let Some(source) = below {
        line.push_str(": ");
        line.push_str(&source.to_string());
        below = source.source();
    }
    line
}

/// Why the address of a store cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is no store: {expected}")]
pub struct SettingsError {
    /// What was written, without password.
    pub value: String,
    /// What was expected instead.
    pub expected: String,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store is away or unusable.
    #[error("failed to open store `{store}`")]
    Fault {
        /// Address of the store, without password.
        store: String,
        /// Why.
        source: Fault,
    },
    /// The file is a database, and not ours.
    #[error("`{path}` is a database of another program")]
    Foreign {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file was written by a newer Canary.
    #[error("`{path}` has layout {found}, this program knows up to {known}; use a newer Canary")]
    Newer {
        /// Path of the file.
        path: PathBuf,
        /// Layout of the file.
        found: i64,
        /// Layout that this program writes.
        known: i64,
    },
}

/// Why documents could not be read. Nothing may be concluded from what was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store failed.
    #[error("failed to read documents")]
    Fault {
        /// Why.
        #[from]
        source: Fault,
    },
    /// The answer is incomplete.
    #[error("answer is incomplete: {reason}")]
    Partial {
        /// What is missing.
        reason: String,
    },
    /// The store took too long.
    #[error("no answer within {timeout_ms} ms")]
    Timeout {
        /// How long was waited.
        timeout_ms: u64,
    },
    /// The cursor was made by a store of another type.
    #[error("cursor belongs to a store of another type")]
    ForeignCursor,
}

/// Why a change was not committed. After [`CommitError::Fault`] it may have been all the same; committing it again
/// does no harm.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else holds the lease by now.
    #[error("lease `{name}` of epoch {held} is over: epoch {current} exists")]
    Fenced {
        /// Name of the lease.
        name: String,
        /// Epoch that the write carried.
        held: u64,
        /// Epoch that exists.
        current: u64,
    },
    /// An alert document is none.
    #[error("alert document `{id}` cannot be written: {message}")]
    Alert {
        /// Its id.
        id: String,
        /// Why.
        message: String,
    },
    /// The store failed.
    #[error("failed to commit")]
    Fault {
        /// Why.
        #[from]
        source: Fault,
    },
}

/// Why a lease could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another listener holds it.
    #[error("lease `{name}` is held by `{holder}` until {until}")]
    Held {
        /// Name of the lease.
        name: String,
        /// Who holds it.
        holder: String,
        /// When it ends unless it is renewed.
        until: Timestamp,
    },
    /// It was ours, and is another listener's by now.
    #[error("lease `{name}` of epoch {held} was taken over by `{holder}` with epoch {current}")]
    Lost {
        /// Name of the lease.
        name: String,
        /// Epoch that was ours.
        held: u64,
        /// Who holds it now.
        holder: String,
        /// Epoch that exists.
        current: u64,
    },
    /// The store failed.
    #[error("failed to use lease")]
    Fault {
        /// Why.
        #[from]
        source: Fault,
    },
}
