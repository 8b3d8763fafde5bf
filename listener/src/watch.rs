//! The listener at work: documents in, transitions committed, messages out.
//!
//! Owns the order of things: what is read is folded, what is decided is committed, and only what was committed
//! is sent. Each step is a function of its own that is given the time, so that a test can stop between any two
//! of them. When the steps happen is [`crate::event_loop`]'s.

mod compose;
mod evidence;
mod outbox;
mod start;
mod tick;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use canary_notify::{Receiver, Routes, Silence};
use canary_rules::{AlertId, Engine, Row};
use canary_store::{Cursor, Lease, Store, StoreSettings};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::settings::{Addresses, Settings};
use compose::Composed;
pub(crate) use outbox::{Dispatch, Outbox};
pub(crate) use tick::{TickError, TickReport};

/// What does not change while the listener works.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) receivers: Vec<Receiver>,
    pub(crate) routes: Routes,
    pub(crate) silences: Vec<Silence>,
    pub(crate) dead_letters: Option<String>,
    pub(crate) addresses: Addresses,
    /// Where screenshots lie.
    pub(crate) attachments: Option<String>,
    /// The store's address, for commands to type.
    pub(crate) store: String,
    /// How long documents may take until they can be read.
    pub(crate) query_delay: Duration,
}

impl Setup {
    /// Takes what is needed from the settings.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            receivers: settings.receivers.clone(),
            routes: settings.routes.clone(),
            silences: settings.silences.clone(),
            dead_letters: settings.dead_letters.clone(),
            addresses: settings.addresses.clone(),
            attachments: settings.attachments.clone(),
            store: settings.store.to_string(),
            query_delay: match &settings.store {
                StoreSettings::Elasticsearch(elasticsearch) => elasticsearch.query_delay,
                // What SQLite has taken in can be read at once.
                StoreSettings::Sqlite { .. } | StoreSettings::Ndjson { .. } => Duration::ZERO,
            },
        }
    }
}

/// One listener with its lease, its rules and its outbox.
#[derive(Debug)]
pub(crate) struct Watch {
    store: Store,
    lease: Lease,
    setup: Setup,
    engine: Engine,
    cursor: Cursor,
    /// Who was told of the episode that goes on: they are told of its end, and nobody else.
    told: HashMap<AlertId, BTreeSet<String>>,
    outbox: Outbox,
    /// A commit of which nobody knows whether it holds. It is made again before anything else is decided.
    doubt: Option<Doubt>,
}

/// A commit that was begun, with what is to be done once it holds.
#[derive(Debug)]
struct Doubt {
    composed: Composed,
    changes: Vec<canary_rules::Change>,
    at: Timestamp,
}

/// An alert as the store keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    row: Row,
    #[serde(default)]
    told: BTreeSet<String>,
}

/// Name of the lease that one listener holds.
pub(crate) const LEASE: &str = "listener";

/// States of alerts begin with this.
const STATES: &str = "alert/";

/// Documents in one page of reading.
const PAGE: usize = 5_000;

impl Watch {
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    pub(crate) fn set_lease(&mut self, lease: Lease) {
        self.lease = lease;
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }
}

fn state_key(alert: &AlertId) -> String {
    format!("{STATES}{alert}")
}

#[cfg(test)]
mod tests;
