//! Owns the store in one SQLite file: documents as rows of one table, the listener's ledger beside them.
//!
//! A row's number is its place in the order of arrival and is never used again, so that it serves as cursor.
//! The file is in WAL mode: runs write while a listener reads.

mod layout;
mod ledger;
mod read;
mod write;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use crate::clock::Clock;
use crate::document::{DocumentId, RunId};
use crate::error::{CommitError, Fault, LeaseError, OpenError, ReadError};
use crate::ledger::{Commit, Delivery, DeliveryNote, Lease, StateRow};
use crate::read::{Cursor, Page, Query, Row, Selection};
use crate::receipt::Receipt;
use crate::record::Batch;
use crate::worker::Worker;

/// The store in one SQLite file.
#[derive(Debug, Clone)]
pub(crate) struct SqliteStore {
    worker: Worker<Connection>,
    clock: Clock,
}

impl SqliteStore {
    pub(crate) async fn open(path: PathBuf, clock: Clock) -> Result<Self, OpenError> {
        let store = format!("sqlite:{}", path.display());
        let opened = Worker::start("store-sqlite", move || layout::open(&path).map_err(Opening)).await;
        match opened {
            Ok(worker) => Ok(Self { worker, clock }),
            Err(Opening(layout::LayoutError::Fault(source))) => Err(OpenError::Fault { store, source }),
            Err(Opening(layout::LayoutError::Open(error))) => Err(error),
        }
    }

    pub(crate) async fn write(&self, batch: Batch) -> Receipt {
        let (count, now) = (batch.len(), self.clock.now());
        let written = self.worker.call(move |connection| write::write(connection, &batch, now)).await;
        match written.and_then(|receipt| receipt) {
            Ok(receipt) => receipt,
            Err(fault) => Receipt::retry_all(count, &fault.retry_reason()),
        }
    }

    pub(crate) async fn read_since(
        &self,
        cursor: &Cursor,
        selection: &Selection,
        limit: usize,
    ) -> Result<Page, ReadError> {
        let (cursor, selection, now) = (cursor.clone(), selection.clone(), self.clock.now());
        self.worker.call(move |connection| read::since(connection, &cursor, &selection, limit, now)).await?
    }

    pub(crate) async fn latest_cursor(&self) -> Result<Cursor, ReadError> {
        self.worker.call(|connection| read::latest_cursor(connection)).await?
    }

    pub(crate) async fn query(&self, query: &Query) -> Result<Vec<Row>, ReadError> {
        let (query, now) = (query.clone(), self.clock.now());
        self.worker.call(move |connection| read::query(connection, &query, now)).await?
    }

    pub(crate) async fn fetch(&self, ids: &[DocumentId]) -> Result<Vec<Row>, ReadError> {
        let ids = ids.to_vec();
        self.worker.call(move |connection| read::fetch(connection, &ids)).await?
    }

    pub(crate) async fn latest_run(&self, monitor: Option<&str>) -> Result<Option<RunId>, ReadError> {
        let monitor = monitor.map(str::to_owned);
        self.worker.call(move |connection| read::latest_run(connection, monitor.as_deref())).await?
    }

    pub(crate) async fn acquire_lease(
        &self,
        name: &str,
        holder: &str,
        ttl: Duration,
    ) -> Result<Lease, LeaseError> {
        let (name, holder, now) = (name.to_owned(), holder.to_owned(), self.clock.now());
        self.worker.call(move |connection| ledger::acquire(connection, &name, &holder, ttl, now)).await?
    }

    pub(crate) async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError> {
        let (lease, now) = (lease.clone(), self.clock.now());
        self.worker.call(move |connection| ledger::renew(connection, lease, ttl, now)).await?
    }

    pub(crate) async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError> {
        let (lease, now) = (lease.clone(), self.clock.now());
        self.worker.call(move |connection| ledger::release(connection, &lease, now)).await?
    }

    pub(crate) async fn commit(&self, lease: &Lease, commit: Commit) -> Result<(), CommitError> {
        let (lease, now) = (lease.clone(), self.clock.now());
        self.worker.call(move |connection| ledger::commit(connection, &lease, &commit, now)).await?
    }

    pub(crate) async fn states(&self, prefix: &str) -> Result<Vec<StateRow>, ReadError> {
        let prefix = prefix.to_owned();
        self.worker.call(move |connection| ledger::values(connection, ledger::Table::States, &prefix)).await?
    }

    pub(crate) async fn mark(&self, name: &str) -> Result<Option<Value>, ReadError> {
        let name = name.to_owned();
        self.worker.call(move |connection| ledger::mark(connection, &name)).await?
    }

    pub(crate) async fn marks(&self, prefix: &str) -> Result<Vec<StateRow>, ReadError> {
        let prefix = prefix.to_owned();
        self.worker.call(move |connection| ledger::values(connection, ledger::Table::Marks, &prefix)).await?
    }

    pub(crate) async fn pending(&self, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, ReadError> {
        self.worker.call(move |connection| ledger::pending(connection, now, limit)).await?
    }

    pub(crate) async fn deliveries(&self, limit: usize) -> Result<Vec<Delivery>, ReadError> {
        self.worker.call(move |connection| ledger::newest(connection, limit)).await?
    }

    pub(crate) async fn delivery(&self, id: &str) -> Result<Option<Delivery>, ReadError> {
        let id = id.to_owned();
        self.worker.call(move |connection| ledger::delivery(connection, &id)).await?
    }

    pub(crate) async fn note(&self, lease: &Lease, notes: Vec<DeliveryNote>) -> Result<(), CommitError> {
        let lease = lease.clone();
        self.worker.call(move |connection| ledger::note(connection, &lease, &notes)).await?
    }

    pub(crate) async fn close(&self) {
        self.worker.close().await;
    }
}

/// The error of opening, in a shape that also takes the worker's own.
struct Opening(layout::LayoutError);

impl From<Fault> for Opening {
    fn from(fault: Fault) -> Self {
        Self(layout::LayoutError::Fault(fault))
    }
}

fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

fn timestamp(millis: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_millisecond(millis).map_err(|error| Fault::damaged("time", error))
}

#[cfg(test)]
mod tests;
