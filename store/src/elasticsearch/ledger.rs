//! Owns the listener's ledger in a plain index, where no transaction spans two documents.
//!
//! The document of the lease is the one place where commits are put in order: a commit is one conditional write
//! of it, which checks the epoch, counts the commit and holds everything that follows as a journal. Then the
//! journal is carried out, each document of it under the number of the commit, so that doing it again changes
//! nothing and an older one never overwrites a newer. Whoever takes the lease over carries out what was left.

mod document;
mod journal;
mod lease;
mod query;

use jiff::Timestamp;
use serde_json::Value;

use super::service::Service;
use crate::error::CommitError;
use crate::ledger::{Commit, DeliveryNote, Lease};
use journal::{Journal, Step};

pub(super) use document::Part;
pub(super) use lease::{acquire, release, renew};
pub(super) use query::{delivery, mark, newest, pending, values};

/// Writes changes, their alert documents and what is to be sent.
pub(super) async fn commit(service: &Service, lease: &Lease, commit: Commit) -> Result<(), CommitError> {
    let steps = steps_of(service, &commit)?;
    lease::commit(service, lease, steps).await
}

fn steps_of(service: &Service, commit: &Commit) -> Result<Vec<Step>, CommitError> {
    let now = service.clock.now();
    let mut steps = Vec::new();
    for change in &commit.changes {
        steps.push(Step::Put(document::value(Part::State, &change.key, change.state.as_ref(), now)));
        for alert in &change.alerts {
            steps.push(Step::Alert(document::alert(&alert.record()?, now)));
        }
        let deliveries =
            change.deliveries.iter().map(|delivery| Step::Create(document::delivery(delivery, now)));
        steps.extend(deliveries);
    }
    let marks = commit.marks.iter().map(|(name, value)| (name, value.as_ref()));
    steps.extend(marks.map(|(name, value)| Step::Put(document::value(Part::Mark, name, value, now))));
    Ok(steps)
}

/// Writes down what became of attempts to send.
pub(super) async fn note(
    service: &Service,
    lease: &Lease,
    notes: Vec<DeliveryNote>,
) -> Result<(), CommitError> {
    let ids: Vec<String> = notes.iter().map(|note| document::id(Part::Delivery, &note.id)).collect();
    let found = document::get(service, &ids).await?;
    let noted = found.into_iter().zip(&notes).filter_map(|(found, note)| {
        let found = found?;
        Some(Step::Put(document::noted(found, note)))
    });
    lease::commit(service, lease, noted.collect()).await
}

/// Returns a value as JSON text: an index that takes any JSON would guess at types.
fn text(value: &Value) -> Value {
    Value::String(value.to_string())
}

fn millis(at: Timestamp) -> Value {
    at.as_millisecond().into()
}

/// Tells whether a journal has anything to carry out.
fn is_done(journal: Option<&Journal>) -> bool {
    journal.is_none_or(|journal| journal.steps.is_empty())
}
