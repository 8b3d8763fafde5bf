//! Owns writing documents into SQLite: one transaction for a batch, each document created under its id.

use jiff::Timestamp;
use rusqlite::{Transaction, TransactionBehavior, params};

use super::millis;
use crate::error::Fault;
use crate::receipt::{Outcome, Receipt};
use crate::record::{Batch, Record};

const INSERT: &str = "
INSERT INTO documents (id, kind, timestamp, ingested, run, sequence, monitor, location, status, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING";

pub(super) fn write(
    connection: &mut rusqlite::Connection,
    batch: &Batch,
    now: Timestamp,
) -> Result<Receipt, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut receipt = Receipt::default();
    for record in &batch.records {
        receipt.outcomes.push(insert(&transaction, record, now)?);
    }
    transaction.commit()?;
    Ok(receipt)
}

/// Inserts one document; says what became of it.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    record: &Record,
    now: Timestamp,
) -> Result<Outcome, Fault> {
    if let Some(rejection) = record.too_large() {
        return Ok(Outcome::Rejected(rejection));
    }
    let keys = &record.keys;
    let mut statement = transaction.prepare_cached(INSERT)?;
    let inserted = statement.execute(params![
        record.id.as_str(),
        record.kind.as_str(),
        millis(record.timestamp),
        millis(now),
        keys.run,
        keys.sequence,
        keys.monitor,
        keys.location,
        keys.status,
        record.stamped(now, None),
    ])?;
    Ok(if inserted == 1 { Outcome::Accepted } else { Outcome::Duplicate })
}
