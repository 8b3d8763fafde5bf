//! Owns the listener's ledger in SQLite: a commit is one transaction, and the epoch is checked within it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::Value;

use super::{millis, timestamp, write};
use crate::error::{CommitError, Fault, LeaseError, ReadError};
use crate::ledger::{Commit, Delivery, DeliveryNote, DeliveryStatus, Lease, NewDelivery, StateRow};

type Found = Option<(String, i64, i64)>;

fn begin(connection: &mut Connection) -> Result<Transaction<'_>, Fault> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

fn current(transaction: &Transaction<'_>, name: &str) -> Result<Found, Fault> {
    let sql = "SELECT holder, epoch, until FROM leases WHERE name = ?";
    Ok(transaction.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
}

fn after(now: Timestamp, ttl: Duration) -> Timestamp {
    SignedDuration::try_from(ttl).ok().and_then(|ttl| now.checked_add(ttl).ok()).unwrap_or(Timestamp::MAX)
}

fn put(transaction: &Transaction<'_>, lease: &Lease) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO leases (name, holder, epoch, until) VALUES (?, ?, ?, ?)";
    transaction.execute(sql, params![lease.name, lease.holder, number(lease.epoch), millis(lease.until)])?;
    Ok(())
}

fn number(epoch: u64) -> i64 {
    i64::try_from(epoch).unwrap_or(i64::MAX)
}

fn epoch(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(super) fn acquire(
    connection: &mut Connection,
    name: &str,
    holder: &str,
    ttl: Duration,
    now: Timestamp,
) -> Result<Lease, LeaseError> {
    let transaction = begin(connection)?;
    let found = current(&transaction, name)?;
    if let Some((other, _, until)) = &found
        && other != holder
        && *until > millis(now)
    {
        return Err(LeaseError::Held { name: name.into(), holder: other.clone(), until: timestamp(*until)? });
    }
    let last = found.map_or(0, |(_, epoch, _)| epoch);
    let lease =
        Lease { name: name.into(), holder: holder.into(), epoch: epoch(last + 1), until: after(now, ttl) };
    put(&transaction, &lease)?;
    transaction.commit().map_err(Fault::from)?;
    Ok(lease)
}

fn still_ours(transaction: &Transaction<'_>, lease: &Lease) -> Result<(), LeaseError> {
    let (holder, current) = match current(transaction, &lease.name)? {
        Some((holder, current, _)) => (holder, epoch(current)),
        None => (String::new(), 0),
    };
    if current == lease.epoch {
        return Ok(());
    }
    Err(LeaseError::Lost { name: lease.name.clone(), held: lease.epoch, holder, current })
}

pub(super) fn renew(
    connection: &mut Connection,
    lease: Lease,
    ttl: Duration,
    now: Timestamp,
) -> Result<Lease, LeaseError> {
    let transaction = begin(connection)?;
    still_ours(&transaction, &lease)?;
    let lease = Lease { until: after(now, ttl), ..lease };
    put(&transaction, &lease)?;
    transaction.commit().map_err(Fault::from)?;
    Ok(lease)
}

/// Ends the lease and keeps its row, since the next epoch must be higher.
pub(super) fn release(connection: &mut Connection, lease: &Lease, now: Timestamp) -> Result<(), LeaseError> {
    let transaction = begin(connection)?;
    still_ours(&transaction, lease)?;
    put(&transaction, &Lease { until: now, ..lease.clone() })?;
    transaction.commit().map_err(Fault::from)?;
    Ok(())
}

fn fence(transaction: &Transaction<'_>, lease: &Lease) -> Result<(), CommitError> {
    match current(transaction, &lease.name)? {
        Some((_, current, _)) if current == number(lease.epoch) => Ok(()),
        found => Err(CommitError::Fenced {
            name: lease.name.clone(),
            held: lease.epoch,
            current: epoch(found.map_or(0, |(_, epoch, _)| epoch)),
        }),
    }
}

pub(super) fn commit(
    connection: &mut Connection,
    lease: &Lease,
    commit: &Commit,
    now: Timestamp,
) -> Result<(), CommitError> {
    let transaction = begin(connection)?;
    fence(&transaction, lease)?;
    for change in &commit.changes {
        put_value(&transaction, Table::States, &change.key, change.state.as_ref(), now)?;
        for alert in &change.alerts {
            write::insert(&transaction, &alert.record()?, now)?;
        }
        for delivery in &change.deliveries {
            put_delivery(&transaction, delivery, now)?;
        }
    }
    for (name, value) in &commit.marks {
        put_value(&transaction, Table::Marks, name, value.as_ref(), now)?;
    }
    transaction.commit().map_err(Fault::from)?;
    Ok(())
}

/// The two tables of values under keys.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    States,
    Marks,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::States => "states",
            Self::Marks => "marks",
        }
    }
}

fn put_value(
    transaction: &Transaction<'_>,
    table: Table,
    key: &str,
    value: Option<&Value>,
    now: Timestamp,
) -> Result<(), Fault> {
    let table = table.name();
    match value {
        Some(value) => {
            let sql = format!("INSERT OR REPLACE INTO {table} (key, value, updated) VALUES (?, ?, ?)");
            transaction.prepare_cached(&sql)?.execute(params![key, value.to_string(), millis(now)])?;
        }
        None => {
            transaction.prepare_cached(&format!("DELETE FROM {table} WHERE key = ?"))?.execute([key])?;
        }
    }
    Ok(())
}

fn put_delivery(transaction: &Transaction<'_>, delivery: &NewDelivery, now: Timestamp) -> Result<(), Fault> {
    let sql = "
        INSERT INTO deliveries (id, receiver, grouping, payload, created, not_before, attempts, status)
        VALUES (?, ?, ?, ?, ?, ?, 0, 'pending') ON CONFLICT (id) DO NOTHING";
    transaction.prepare_cached(sql)?.execute(params![
        delivery.id,
        delivery.receiver,
        delivery.group,
        delivery.payload.to_string(),
        millis(now),
        millis(delivery.not_before),
    ])?;
    Ok(())
}

/// Returns the values whose key begins with `prefix`.
pub(super) fn values(
    connection: &Connection,
    table: Table,
    prefix: &str,
) -> Result<Vec<StateRow>, ReadError> {
    let sql = format!(
        "SELECT key, value, updated FROM {} WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key",
        table.name()
    );
    let mut statement = connection.prepare_cached(&sql).map_err(Fault::from)?;
    let rows = statement.query_map([prefix], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)));
    let mut values = Vec::new();
    for row in rows.map_err(Fault::from)? {
        let (key, value, updated) = row.map_err(Fault::from)?;
        values.push(StateRow { key, value: json(&value)?, updated: timestamp(updated)? });
    }
    Ok(values)
}

pub(super) fn mark(connection: &Connection, name: &str) -> Result<Option<Value>, ReadError> {
    let sql = "SELECT value FROM marks WHERE key = ?";
    let value =
        connection.query_row(sql, [name], |row| row.get::<_, String>(0)).optional().map_err(Fault::from)?;
    Ok(value.map(|value| json(&value)).transpose()?)
}

fn json(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::damaged("state", error))
}

const DELIVERY: &str = "
SELECT id, receiver, grouping, payload, created, not_before, attempts, status, reason, answer FROM deliveries";

pub(super) fn pending(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Delivery>, ReadError> {
    let sql = format!("{DELIVERY} WHERE status = 'pending' AND not_before <= ? ORDER BY row LIMIT ?");
    deliveries(connection, &sql, params![millis(now), rows(limit)])
}

pub(super) fn newest(connection: &Connection, limit: usize) -> Result<Vec<Delivery>, ReadError> {
    deliveries(connection, &format!("{DELIVERY} ORDER BY row DESC LIMIT ?"), params![rows(limit)])
}

pub(super) fn delivery(connection: &Connection, id: &str) -> Result<Option<Delivery>, ReadError> {
    Ok(deliveries(connection, &format!("{DELIVERY} WHERE id = ?"), params![id])?.pop())
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn deliveries(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<Delivery>, ReadError> {
    let mut statement = connection.prepare_cached(sql).map_err(Fault::from)?;
    let mut rows = statement.query(params).map_err(Fault::from)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(Fault::from)? {
        found.push(delivery_of(row)?);
    }
    Ok(found)
}

fn delivery_of(row: &rusqlite::Row<'_>) -> Result<Delivery, Fault> {
    let status: String = row.get(7)?;
    let answer: Option<String> = row.get(9)?;
    Ok(Delivery {
        id: row.get(0)?,
        receiver: row.get(1)?,
        group: row.get(2)?,
        payload: json(&row.get::<_, String>(3)?)?,
        created: timestamp(row.get(4)?)?,
        not_before: timestamp(row.get(5)?)?,
        attempts: row.get(6)?,
        status: DeliveryStatus::from_name(&status).ok_or_else(|| Fault::damaged("delivery", status))?,
        reason: row.get(8)?,
        answer: answer.as_deref().map(json).transpose()?,
    })
}

pub(super) fn note(
    connection: &mut Connection,
    lease: &Lease,
    notes: &[DeliveryNote],
) -> Result<(), CommitError> {
    let transaction = begin(connection)?;
    fence(&transaction, lease)?;
    for note in notes {
        let sql = "
            UPDATE deliveries SET status = ?, attempts = ?, not_before = ?, reason = ?, answer = coalesce(?, answer)
            WHERE id = ?";
        let answer = note.answer.as_ref().map(Value::to_string);
        let values = params![
            note.status.as_str(),
            note.attempts,
            millis(note.not_before),
            note.reason,
            answer,
            note.id
        ];
        transaction.prepare_cached(sql).and_then(|mut update| update.execute(values)).map_err(Fault::from)?;
    }
    transaction.commit().map_err(Fault::from)?;
    Ok(())
}
