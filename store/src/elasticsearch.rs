//! Owns the store in Elasticsearch: a data stream for each kind of document, plain indices for alerts and for
//! the listener's ledger.
//!
//! All work is done on a thread with a runtime of its own, so that encoding and compressing never delay the
//! runtime of a run.

mod config;
mod encode;
mod engine;
mod error;
mod judge;
mod ledger;
mod mapping;
mod presence;
mod read;
mod request;
mod response;
mod service;
mod setup;
mod write;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::Clock;
use crate::document::{DocumentId, RunId};
use crate::error::{CommitError, LeaseError, OpenError, ReadError};
use crate::ledger::{Commit, Delivery, DeliveryNote, Lease, StateRow};
use crate::read::{Cursor, Page, Query, Row, Selection};
use crate::receipt::{Receipt, RetryKind, RetryReason};
use crate::record::Batch;
use engine::Engine;
use service::Service;

pub use config::{Credentials, ElasticsearchSettings};
pub(crate) use read::Tail;
pub use setup::{SetupError, SetupReport, setup};

/// The store in Elasticsearch.
#[derive(Debug, Clone)]
pub(crate) struct ElasticsearchStore {
    engine: Engine,
    service: Arc<Service>,
}

impl ElasticsearchStore {
    /// Prepares the connection; the server is asked nothing yet, since a run may begin while it is away.
    pub(crate) fn open(settings: &ElasticsearchSettings, clock: Clock) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Fault { store: settings.to_string(), source };
        let service = Service::new(settings.clone(), clock).map_err(failed)?;
        Ok(Self { engine: Engine::start().map_err(failed)?, service: Arc::new(service) })
    }

    pub(crate) async fn write(&self, batch: Batch, ask_first: bool) -> Receipt {
        let (count, service) = (batch.len(), Arc::clone(&self.service));
        let written = self.engine.run(async move { write::write(&service, &batch, ask_first).await }).await;
        written.unwrap_or_else(|fault| {
            let reason = RetryReason { kind: RetryKind::Unavailable, message: fault.to_string() };
            Receipt::retry_all(count, &reason)
        })
    }

    pub(crate) async fn probe(&self) -> Result<String, ReadError> {
        let service = Arc::clone(&self.service);
        self.engine.run(async move { setup::probe(&service).await }).await?
    }

    pub(crate) async fn read_since(
        &self,
        cursor: &Cursor,
        selection: &Selection,
        limit: usize,
    ) -> Result<Page, ReadError> {
        let (service, cursor, selection) = (Arc::clone(&self.service), cursor.clone(), selection.clone());
        self.engine.run(async move { read::since(&service, &cursor, &selection, limit).await }).await?
    }

    pub(crate) async fn latest_cursor(&self) -> Result<Cursor, ReadError> {
        let service = Arc::clone(&self.service);
        self.engine.run(async move { read::latest_cursor(&service).await }).await?
    }

    pub(crate) async fn refresh(&self) -> Result<(), ReadError> {
        let service = Arc::clone(&self.service);
        self.engine.run(async move { read::refresh(&service).await }).await?
    }

    pub(crate) async fn query(&self, query: &Query) -> Result<Vec<Row>, ReadError> {
        let (service, query) = (Arc::clone(&self.service), query.clone());
        self.engine.run(async move { read::query(&service, &query).await }).await?
    }

    pub(crate) async fn fetch(&self, ids: &[DocumentId]) -> Result<Vec<Row>, ReadError> {
        let (service, ids) = (Arc::clone(&self.service), ids.to_vec());
        self.engine.run(async move { read::fetch(&service, &ids).await }).await?
    }

    pub(crate) async fn latest_run(&self, monitor: Option<&str>) -> Result<Option<RunId>, ReadError> {
        let (service, monitor) = (Arc::clone(&self.service), monitor.map(str::to_owned));
        self.engine.run(async move { read::latest_run(&service, monitor.as_deref()).await }).await?
    }

    pub(crate) async fn acquire_lease(
        &self,
        name: &str,
        holder: &str,
        ttl: Duration,
    ) -> Result<Lease, LeaseError> {
        let (service, name, holder) = (Arc::clone(&self.service), name.to_owned(), holder.to_owned());
        self.engine.run(async move { ledger::acquire(&service, &name, &holder, ttl).await }).await?
    }

    pub(crate) async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError> {
        let (service, lease) = (Arc::clone(&self.service), lease.clone());
        self.engine.run(async move { ledger::renew(&service, lease, ttl).await }).await?
    }

    pub(crate) async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError> {
        let (service, lease) = (Arc::clone(&self.service), lease.clone());
        self.engine.run(async move { ledger::release(&service, lease).await }).await?
    }

    pub(crate) async fn commit(&self, lease: &Lease, commit: Commit) -> Result<(), CommitError> {
        let (service, lease) = (Arc::clone(&self.service), lease.clone());
        self.engine.run(async move { ledger::commit(&service, &lease, commit).await }).await?
    }

    pub(crate) async fn note(&self, lease: &Lease, notes: Vec<DeliveryNote>) -> Result<(), CommitError> {
        let (service, lease) = (Arc::clone(&self.service), lease.clone());
        self.engine.run(async move { ledger::note(&service, &lease, notes).await }).await?
    }

    pub(crate) async fn states(&self, prefix: &str) -> Result<Vec<StateRow>, ReadError> {
        self.values(ledger::Part::State, prefix).await
    }

    pub(crate) async fn marks(&self, prefix: &str) -> Result<Vec<StateRow>, ReadError> {
        self.values(ledger::Part::Mark, prefix).await
    }

    async fn values(&self, part: ledger::Part, prefix: &str) -> Result<Vec<StateRow>, ReadError> {
        let (service, prefix) = (Arc::clone(&self.service), prefix.to_owned());
        self.engine.run(async move { ledger::values(&service, part, &prefix).await }).await?
    }

    pub(crate) async fn mark(&self, name: &str) -> Result<Option<Value>, ReadError> {
        let (service, name) = (Arc::clone(&self.service), name.to_owned());
        self.engine.run(async move { ledger::mark(&service, &name).await }).await?
    }

    pub(crate) async fn pending(&self, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, ReadError> {
        let service = Arc::clone(&self.service);
        self.engine.run(async move { ledger::pending(&service, now, limit).await }).await?
    }

    pub(crate) async fn deliveries(&self, limit: usize) -> Result<Vec<Delivery>, ReadError> {
        let service = Arc::clone(&self.service);
        self.engine.run(async move { ledger::newest(&service, limit).await }).await?
    }

    pub(crate) async fn delivery(&self, id: &str) -> Result<Option<Delivery>, ReadError> {
        let (service, id) = (Arc::clone(&self.service), id.to_owned());
        self.engine.run(async move { ledger::delivery(&service, &id).await }).await?
    }

    pub(crate) async fn close(&self) {
        self.engine.close().await;
    }
}

#[cfg(test)]
mod tests;
