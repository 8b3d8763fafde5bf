//! Owns the one way to any store: opening by settings, writing, reading, and the listener's ledger.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::Clock;
use crate::document::{DocumentId, RunId};
use crate::elasticsearch::ElasticsearchStore;
use crate::error::{CommitError, Fault, LeaseError, OpenError, ReadError};
use crate::ledger::{Commit, Delivery, DeliveryNote, Lease, StateRow};
use crate::ndjson::NdjsonStore;
use crate::read::{Cursor, Page, Query, Row, Selection};
use crate::receipt::Receipt;
use crate::record::Batch;
use crate::settings::StoreSettings;
use crate::sqlite::SqliteStore;

/// A place where documents are kept. Clones share it; the work is done on a thread of its own.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
}

#[derive(Debug, Clone)]
enum Backend {
    Sqlite(SqliteStore),
    Elasticsearch(ElasticsearchStore),
    Ndjson(NdjsonStore),
}

macro_rules! on_readable {
    ($self:ident, $operation:literal, $store:ident => $call:expr) => {
        match &$self.backend {
            Backend::Sqlite($store) => $call,
            Backend::Elasticsearch($store) => $call,
            Backend::Ndjson(_) => Err(Fault::Unsupported { store: "ndjson", operation: $operation }.into()),
        }
    };
}

impl Store {
    /// Opens the store that the settings name, making what is missing.
    pub async fn open(settings: &StoreSettings, clock: Clock) -> Result<Self, OpenError> {
        let backend = match settings {
            StoreSettings::Sqlite { path } => Backend::Sqlite(SqliteStore::open(path.clone(), clock).await?),
            StoreSettings::Elasticsearch(settings) => {
                Backend::Elasticsearch(ElasticsearchStore::open(settings, clock)?)
            }
            StoreSettings::Ndjson { path } => Backend::Ndjson(NdjsonStore::open(path.clone(), clock).await?),
        };
        Ok(Self { backend })
    }

    /// Writes a batch. Each document is created under its id: one that is there already is a duplicate and
    /// stays as it was. The receipt tells what became of each.
    pub async fn write(&self, batch: Batch) -> Receipt {
        match &self.backend {
            Backend::Sqlite(store) => store.write(batch).await,
            Backend::Elasticsearch(store) => store.write(batch, false).await,
            Backend::Ndjson(store) => store.write(batch).await,
        }
    }

    /// Writes a batch that may have been written before, by this process or by another: where an id is unique
    /// in a part of the store only, it is looked for everywhere first.
    pub async fn write_again(&self, batch: Batch) -> Receipt {
        match &self.backend {
            Backend::Elasticsearch(store) => store.write(batch, true).await,
            Backend::Sqlite(_) | Backend::Ndjson(_) => self.write(batch).await,
        }
    }

    /// Asks whether the store is there and ready for documents, and says what it is.
    pub async fn probe(&self) -> Result<String, ReadError> {
        match &self.backend {
            Backend::Sqlite(store) => store.latest_cursor().await.map(|_| "SQLite".into()),
            Backend::Elasticsearch(store) => store.probe().await,
            Backend::Ndjson(_) => Ok("lines of JSON".into()),
        }
    }

    /// Returns what came into the store after a cursor, at most `limit` rows. No document is left out, and
    /// none comes twice, if each call is given the cursor of the page before.
    pub async fn read_since(
        &self,
        cursor: &Cursor,
        selection: &Selection,
        limit: usize,
    ) -> Result<Page, ReadError> {
        on_readable!(self, "be read", store => store.read_since(cursor, selection, limit).await)
    }

    /// Returns the place after everything that can be read now.
    pub async fn latest_cursor(&self) -> Result<Cursor, ReadError> {
        on_readable!(self, "be read", store => store.latest_cursor().await)
    }

    /// Makes everything written so far readable by others, where a store takes its time for that.
    pub async fn refresh(&self) -> Result<(), ReadError> {
        match &self.backend {
            Backend::Elasticsearch(store) => store.refresh().await,
            Backend::Sqlite(_) | Backend::Ndjson(_) => Ok(()),
        }
    }

    /// Answers a question to the documents.
    pub async fn query(&self, query: &Query) -> Result<Vec<Row>, ReadError> {
        on_readable!(self, "be read", store => store.query(query).await)
    }

    /// Returns documents by their ids, in any order; what is not there is left out.
    pub async fn fetch(&self, ids: &[DocumentId]) -> Result<Vec<Row>, ReadError> {
        on_readable!(self, "be read", store => store.fetch(ids).await)
    }

    /// Returns the run that began last, of one monitor or of any.
    pub async fn latest_run(&self, monitor: Option<&str>) -> Result<Option<RunId>, ReadError> {
        on_readable!(self, "be read", store => store.latest_run(monitor).await)
    }

    /// Takes a lease for `ttl` if nobody else holds it. Whoever holds it already gets it again, under a new
    /// epoch.
    pub async fn acquire_lease(&self, name: &str, holder: &str, ttl: Duration) -> Result<Lease, LeaseError> {
        on_readable!(self, "hold leases", store => store.acquire_lease(name, holder, ttl).await)
    }

    /// Prolongs a lease to `ttl` from now, unless somebody took it over.
    pub async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError> {
        on_readable!(self, "hold leases", store => store.renew_lease(lease, ttl).await)
    }

    /// Gives a lease back, so that another listener need not wait for its end.
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError> {
        on_readable!(self, "hold leases", store => store.release_lease(lease).await)
    }

    /// Writes changes of states, their alert documents and what is to be sent, unless a newer epoch of the
    /// lease exists.
    pub async fn commit(&self, lease: &Lease, commit: Commit) -> Result<(), CommitError> {
        on_readable!(self, "keep states", store => store.commit(lease, commit).await)
    }

    /// Returns all states whose key begins with `prefix`, by key.
    pub async fn states(&self, prefix: &str) -> Result<Vec<StateRow>, ReadError> {
        on_readable!(self, "keep states", store => store.states(prefix).await)
    }

    /// Returns what was remembered under a name with [`Commit::marks`].
    pub async fn mark(&self, name: &str) -> Result<Option<Value>, ReadError> {
        on_readable!(self, "keep states", store => store.mark(name).await)
    }

    /// Returns all marks whose name begins with `prefix`, by name.
    pub async fn marks(&self, prefix: &str) -> Result<Vec<StateRow>, ReadError> {
        on_readable!(self, "keep states", store => store.marks(prefix).await)
    }

    /// Returns deliveries that wait and may be sent at `now`, oldest first.
    pub async fn pending(&self, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, ReadError> {
        on_readable!(self, "keep deliveries", store => store.pending(now, limit).await)
    }

    /// Returns the newest deliveries whatever their status, for people to look at.
    pub async fn deliveries(&self, limit: usize) -> Result<Vec<Delivery>, ReadError> {
        on_readable!(self, "keep deliveries", store => store.deliveries(limit).await)
    }

    /// Returns one delivery by its id.
    pub async fn delivery(&self, id: &str) -> Result<Option<Delivery>, ReadError> {
        on_readable!(self, "keep deliveries", store => store.delivery(id).await)
    }

    /// Writes down what became of attempts to send, unless a newer epoch of the lease exists.
    pub async fn note(&self, lease: &Lease, notes: Vec<DeliveryNote>) -> Result<(), CommitError> {
        on_readable!(self, "keep deliveries", store => store.note(lease, notes).await)
    }

    /// Finishes everything that was begun and closes the store. Later calls fail with [`Fault::Closed`].
    pub async fn close(self) {
        match self.backend {
            Backend::Sqlite(store) => store.close().await,
            Backend::Elasticsearch(store) => store.close().await,
            Backend::Ndjson(store) => store.close().await,
        }
    }
}
