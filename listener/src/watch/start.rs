//! The start: what was kept is loaded, and what rules look back at is read.

use std::collections::BTreeMap;
use std::time::Duration;

use canary_notify::Notice;
use canary_rules::{Engine, Incoming, Rule};
use canary_store::{Cursor, Kind, Lease, Projection, ReadError, Selection, Store};
use jiff::Timestamp;

use super::{Kept, Outbox, PAGE, STATES, Setup, Watch};

/// Why a listener cannot begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("failed to load states")]
    States { source: ReadError },
    #[error("failed to load deliveries")]
    Deliveries { source: ReadError },
    #[error("failed to read what rules look back at")]
    Documents { source: ReadError },
}

/// Deliveries that may wait when a listener starts.
const MOST_WAITING: usize = 1_000_000;

impl Watch {
    /// Loads states and deliveries, and reads documents as far back as rules look.
    pub(crate) async fn start(
        store: Store,
        lease: Lease,
        setup: Setup,
        rules: Vec<Rule>,
        now: Timestamp,
    ) -> Result<Self, StartError> {
        let mut rows = Vec::new();
        let mut told = std::collections::HashMap::new();
        for state in store.states(STATES).await.map_err(|source| StartError::States { source })? {
            match serde_json::from_value::<Kept>(state.value) {
                Ok(kept) => {
                    told.insert(kept.row.alert.clone(), kept.told);
                    rows.push(kept.row);
                }
                Err(error) => {
                    tracing::error!(key = state.key, %error, "state cannot be read and is left alone")
                }
            }
        }
        let mut outbox = Outbox::new(&setup.receivers);
        let waiting = store.pending(Timestamp::MAX, MOST_WAITING).await;
        for delivery in waiting.map_err(|source| StartError::Deliveries { source })? {
            match serde_json::from_value::<Notice>(delivery.payload) {
                Ok(notice) => outbox.push(
                    &delivery.receiver,
                    canary_notify::Item {
                        notice,
                        group: delivery.group,
                        created: delivery.created,
                        not_before: delivery.not_before,
                        attempts: delivery.attempts,
                    },
                ),
                Err(error) => {
                    tracing::error!(id = delivery.id, %error, "delivery cannot be read and is left alone")
                }
            }
        }
        let engine = Engine::new(rules, rows, setup.query_delay);
        let mut watch =
            Self { store, lease, setup, engine, cursor: Cursor::start(), told, outbox, doubt: None };
        watch.rebuild(now).await.map_err(|source| StartError::Documents { source })?;
        Ok(watch)
    }

    /// Puts other rules to work. What is known of alerts stays; windows are read anew.
    pub(crate) async fn replace_rules(&mut self, rules: Vec<Rule>, now: Timestamp) -> Result<(), StartError> {
        let rows = self.engine.rows().cloned().collect();
        let engine = Engine::new(rules, rows, self.setup.query_delay);
        let old = std::mem::replace(&mut self.engine, engine);
        if let Err(source) = self.rebuild(now).await {
            self.engine = old;
            return Err(StartError::Documents { source });
        }
        Ok(())
    }

    /// Reads each kind as far back as some rule looks. Documents that arrive meanwhile come again with the next
    /// news and count once.
    async fn rebuild(&mut self, now: Timestamp) -> Result<(), ReadError> {
        let head = self.store.latest_cursor().await?;
        let mut depths: BTreeMap<Duration, Vec<Kind>> = BTreeMap::new();
        for (kind, depth) in self.engine.horizons() {
            if let Ok(kind) = kind.parse() {
                depths.entry(depth).or_default().push(kind);
            }
        }
        for (depth, kinds) in depths {
            let since = now.checked_sub(depth).unwrap_or(Timestamp::MIN);
            let selection = Selection { kinds, fields: self.projection(), prefilter: None };
            let mut cursor = Cursor::since(since);
            loop {
                let page = self.store.read_since(&cursor, &selection, PAGE).await?;
                self.fold(&page.rows, now);
                cursor = page.cursor;
                if !page.more {
                    break;
                }
            }
        }
        self.cursor = head;
        Ok(())
    }

    pub(super) fn projection(&self) -> Projection {
        match self.engine.fields() {
            Some(fields) => Projection::Fields(fields.into_iter().collect()),
            None => Projection::All,
        }
    }

    pub(super) fn fold(&mut self, rows: &[canary_store::Row], now: Timestamp) {
        for row in rows {
            let document =
                Incoming { id: row.id.as_str(), kind: row.kind.as_str(), at: row.timestamp, body: &row.body };
            self.engine.fold(&document, now);
        }
    }
}
