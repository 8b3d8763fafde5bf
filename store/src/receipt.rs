//! Owns the answer of a store to a batch: what became of each document.

use crate::record::Batch;

/// What became of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored now.
    Accepted,
    /// A document of that id was stored before; the new one was left out.
    Duplicate,
    /// The store will never take it.
    Rejected(Rejection),
    /// The store could not take it now.
    Retry(RetryReason),
}

/// Why a store will never take a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {message}")]
pub struct Rejection {
    /// Reason as a label.
    pub reason: RejectReason,
    /// What the store said, without secrets.
    pub message: String,
}

/// Reasons for which documents are rejected, as labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectReason {
    /// The document is larger than the store takes.
    TooLarge,
    /// A field does not fit the store's mapping.
    Mapping,
    /// The store refused it for another reason of the document's own.
    Refused,
}

impl std::fmt::Display for RejectReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "too_large",
            Self::Mapping => "mapping",
            Self::Refused => "refused",
        })
    }
}

/// Why a document could not be taken now: the reason as a label, and what the store said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct RetryReason {
    /// Reason as a label.
    pub kind: RetryKind,
    /// What the store said, without secrets.
    pub message: String,
}

/// Reasons for which documents wait, as labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RetryKind {
    /// Nobody answered, or the store is closed.
    Unavailable,
    /// No answer in time; the documents may or may not be there.
    Timeout,
    /// The store asked to come later.
    Busy,
    /// There is no space left.
    Full,
    /// The store refused the credentials.
    Unauthorized,
    /// The store lacks what documents need; `canary setup` makes it.
    NotSetUp,
}

impl std::fmt::Display for RetryKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Busy => "busy",
            Self::Full => "full",
            Self::Unauthorized => "unauthorized",
            Self::NotSetUp => "not_set_up",
        })
    }
}

/// What became of each document of a batch, in the batch's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// One outcome for each document.
    pub outcomes: Vec<Outcome>,
}

impl Receipt {
    /// Makes the receipt of a batch that could not be written at all for now.
    pub fn retry_all(count: usize, reason: &RetryReason) -> Self {
        Self { outcomes: vec![Outcome::Retry(reason.clone()); count] }
    }

    /// Counts the documents that are stored now.
    pub fn accepted(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Accepted))
    }

    /// Counts the documents that had been stored before.
    pub fn duplicate(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Duplicate))
    }

    /// Counts the documents that will never be stored.
    pub fn rejected(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Rejected(_)))
    }

    /// Counts the documents that should be written again.
    pub fn retry(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Retry(_)))
    }

    /// Returns the reasons of all rejections.
    pub fn rejections(&self) -> impl Iterator<Item = &Rejection> {
        self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Rejected(rejection) => Some(rejection),
            _ => None,
        })
    }

    /// Returns why documents should be written again, if any should.
    pub fn retry_reason(&self) -> Option<&RetryReason> {
        self.outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Retry(reason) => Some(reason),
            _ => None,
        })
    }

    /// Returns the documents of the batch that should be written again.
    pub fn remaining(&self, batch: Batch) -> Batch {
        let keep = self.outcomes.iter().map(|outcome| matches!(outcome, Outcome::Retry(_)));
        batch.records.into_iter().zip(keep).filter_map(|(record, keep)| keep.then_some(record)).collect()
    }

    fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.outcomes.iter().filter(|outcome| wanted(outcome)).count()
    }
}
