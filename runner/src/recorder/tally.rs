//! What became of the documents of a run: counts, and reasons for what was dropped.

use std::collections::BTreeMap;

use canary_store::document::Delivery;
use canary_store::{Outcome, Receipt};

/// Why a document or an observation was dropped.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum DropReason {
    /// The store will never take the document.
    Rejected,
    /// More waited for the store than may be held in memory.
    Backlog,
    /// The store was away and the spool could not be written.
    Spool,
    /// The document has no JSON form.
    Encoding,
    /// An observer could not do its work.
    Observer(&'static str),
    /// An attachment could not be stored.
    Attachment,
}

impl DropReason {
    /// Returns the reason as documents name it.
    pub(crate) fn name(self) -> String {
        let name = match self {
            Self::Rejected => "rejected",
            Self::Backlog => "backlog",
            Self::Spool => "spool",
            Self::Encoding => "encoding",
            Self::Observer(name) => return format!("observer_{name}"),
            Self::Attachment => "attachment",
        };
        name.to_owned()
    }
}

/// Counts of what became of the documents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Documents that the store took.
    pub(crate) stored: u64,
    /// Documents that wait in the spool.
    pub(crate) spooled: u64,
    documents_dropped: BTreeMap<DropReason, u64>,
    observations_dropped: BTreeMap<DropReason, u64>,
}

impl Tally {
    /// Counts what a receipt says to be done with: what it leaves to be tried again is not counted yet.
    pub(super) fn receipt(&mut self, receipt: &Receipt) {
        for outcome in &receipt.outcomes {
            match outcome {
                Outcome::Accepted | Outcome::Duplicate => self.stored += 1,
                Outcome::Rejected(_) => self.document_dropped(DropReason::Rejected, 1),
                Outcome::Retry(_) => {}
            }
        }
    }

    pub(super) fn spooled(&mut self, count: u64) {
        self.spooled += count;
    }

    /// Counts what came from the spool into the store after all.
    pub(super) fn recovered(&mut self, stored: u64, rejected: u64) {
        self.spooled = self.spooled.saturating_sub(stored + rejected);
        self.stored += stored;
        if rejected > 0 {
            self.document_dropped(DropReason::Rejected, rejected);
        }
    }

    pub(super) fn document_dropped(&mut self, reason: DropReason, count: u64) {
        *self.documents_dropped.entry(reason).or_default() += count;
    }

    pub(super) fn observations_dropped(&mut self, reason: DropReason, count: u64) {
        *self.observations_dropped.entry(reason).or_default() += count;
    }

    /// Returns whether the documents arrived. What never became a document could not arrive.
    pub(crate) fn delivery(&self) -> Delivery {
        match (self.documents_dropped.is_empty(), self.spooled) {
            (false, _) => Delivery::Partial,
            (true, 0) => Delivery::Complete,
            (true, _) => Delivery::Spooled,
        }
    }

    /// Returns what was dropped, by reason.
    pub(crate) fn dropped(&self) -> BTreeMap<String, u64> {
        let mut dropped = BTreeMap::new();
        for (reason, count) in self.documents_dropped.iter().chain(&self.observations_dropped) {
            *dropped.entry(reason.name()).or_default() += count;
        }
        dropped
    }
}
