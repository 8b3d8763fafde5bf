//! The outlet: gathers numbered documents into batches and brings them to the store, again and again where the
//! store says so, and to the spool in the end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use canary_store::{Batch, Receipt, Record, Store};
use tokio::sync::{Mutex, Notify};

use super::spool::SpoolPlace;
use super::tally::{DropReason, Tally};
use crate::clock::Clock;

/// A batch leaves at this many documents, this many bytes or this old, whichever is first.
const BATCH_DOCUMENTS: usize = 500;
const BATCH_BYTES: usize = 1024 * 1024;
const BATCH_AGE: Duration = Duration::from_millis(500);

/// What may wait in memory while the store is slow.
const BACKLOG_BYTES: usize = 16 * 1024 * 1024;

/// Pauses between tries of one batch; after the last one it goes to the spool.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(900),
    Duration::from_millis(1_700),
];

/// Where documents leave the process.
pub(super) struct Outlet {
    store: Option<Store>,
    spool: Mutex<SpoolPlace>,
    clock: Clock,
    waiting: RefCell<Waiting>,
    tally: RefCell<Tally>,
    /// Set while somebody waits for everything to be delivered: then nothing waits for company.
    draining: Cell<bool>,
    /// Set once a batch has left. The first leaves at once: it is the start document, which must be there even
    /// if the run is killed.
    begun: Cell<bool>,
    /// Set while the store takes nothing: then each batch is tried once and goes to the spool.
    away: Cell<bool>,
    pushed: Notify,
    shipped: Notify,
}

#[derive(Default)]
struct Waiting {
    records: Vec<Record>,
    bytes: usize,
    since: Option<Instant>,
    /// What is on its way: kept until it is known to be done with.
    travelling: Vec<Record>,
}

impl Outlet {
    pub(super) fn new(store: Option<Store>, spool: SpoolPlace, clock: Clock) -> Self {
        let store_is_missing = store.is_none();
        Self {
            store,
            spool: Mutex::new(spool),
            clock,
            waiting: RefCell::default(),
            tally: RefCell::default(),
            draining: Cell::new(false),
            begun: Cell::new(false),
            away: Cell::new(store_is_missing),
            pushed: Notify::new(),
            shipped: Notify::new(),
        }
    }

    /// Takes a document that shall leave with the next batch.
    pub(super) fn push(&self, record: Record) {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.bytes > BACKLOG_BYTES {
            self.tally(|tally| tally.document_dropped(DropReason::Backlog, 1));
            return;
        }
        waiting.bytes += record.bytes();
        waiting.records.push(record);
        let first = waiting.since.is_none();
        if first {
            waiting.since = Some(self.clock.instant());
        }
        if first || waiting.is_full() {
            self.pushed.notify_one();
        }
    }

    /// Reads or changes the counts.
    pub(super) fn tally<T>(&self, with: impl FnOnce(&mut Tally) -> T) -> T {
        with(&mut self.tally.borrow_mut())
    }

    /// Lets everything leave that waits.
    pub(super) fn hurry(&self) {
        self.draining.set(true);
        self.pushed.notify_one();
    }

    /// Waits until nothing waits.
    pub(super) async fn settled(&self) {
        self.draining.set(true);
        loop {
            let shipped = self.shipped.notified();
            if self.waiting.borrow().is_empty() {
                break;
            }
            self.pushed.notify_one();
            shipped.await;
        }
        self.draining.set(false);
    }

    /// Ships batches for as long as the run goes.
    pub(super) async fn run(self: Rc<Self>) {
        loop {
            self.batch_due().await;
            let batch = self.take();
            self.deliver(batch).await;
            self.waiting.borrow_mut().travelling.clear();
            self.shipped.notify_waiters();
        }
    }

    /// Writes the last document of a run and says whether the store took it.
    pub(super) async fn write_last(&self, record: Record, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(self.clock.instant());
        match tokio::time::timeout(left, self.write(vec![record], false)).await {
            Ok(receipt) => {
                self.tally(|tally| tally.receipt(&receipt));
                receipt.retry() == 0
            }
            Err(_) => false,
        }
    }

    /// Brings everything that still waits to the spool. What was on its way may be in the store as well; its
    /// id makes sure that it stays one document.
    pub(super) async fn spool_rest(&self) {
        let rest = {
            let mut waiting = std::mem::take(&mut *self.waiting.borrow_mut());
            waiting.travelling.append(&mut waiting.records);
            waiting.travelling
        };
        self.spool(rest).await;
    }

    /// Brings what this run has spooled to the store after all, if it takes documents again by now.
    pub(super) async fn recover(&self, deadline: Instant) {
        let Some(store) = self.store.as_ref().filter(|_| !self.away.get()) else { return };
        if self.tally(|tally| tally.spooled) == 0 {
            return;
        }
        let left = deadline.saturating_duration_since(self.clock.instant());
        let spool = self.spool.lock().await;
        // What does not arrive in time stays in the spool, and is known by its id if it arrived unheard.
        if let Ok(Some(replay)) = tokio::time::timeout(left, spool.replay_own(store)).await {
            let stored = (replay.accepted + replay.duplicate) as u64;
            self.tally(|tally| tally.recovered(stored, replay.rejected as u64));
        }
    }

    /// Brings documents to the spool.
    pub(super) async fn spool(&self, records: Vec<Record>) {
        if records.is_empty() {
            return;
        }
        let count = records.len() as u64;
        let safe = self.spool.lock().await.write(Batch::from(records)).await;
        self.tally(|tally| match safe {
            true => tally.spooled(count),
            false => tally.document_dropped(DropReason::Spool, count),
        });
    }

    /// Closes the spool, so that what waits can be replayed by others.
    pub(super) async fn close_spool(&self) {
        self.spool.lock().await.close().await;
    }

    async fn batch_due(&self) {
        loop {
            let pushed = self.pushed.notified();
            let age = {
                let waiting = self.waiting.borrow();
                match waiting.since {
                    Some(_) if waiting.is_full() || self.draining.get() || !self.begun.get() => return,
                    Some(since) => Some(self.clock.instant().duration_since(since)),
                    None => None,
                }
            };
            match age.map(|age| BATCH_AGE.checked_sub(age)) {
                Some(None | Some(Duration::ZERO)) => return,
                Some(Some(left)) => {
                    tokio::select! {
                        () = pushed => {}
                        () = tokio::time::sleep(left) => return,
                    }
                }
                None => pushed.await,
            }
        }
    }

    fn take(&self) -> Vec<Record> {
        self.begun.set(true);
        let mut waiting = self.waiting.borrow_mut();
        let fitting = waiting.fitting();
        let later = waiting.records.split_off(fitting);
        let batch = std::mem::replace(&mut waiting.records, later);
        waiting.bytes = waiting.records.iter().map(Record::bytes).sum();
        waiting.since = (!waiting.records.is_empty()).then(|| self.clock.instant());
        waiting.travelling.clone_from(&batch);
        batch
    }

    async fn deliver(&self, mut batch: Vec<Record>) {
        let mut pauses = PAUSES.iter().take(if self.away.get() { 0 } else { PAUSES.len() });
        let mut again = false;
        loop {
            let receipt = self.write(batch.clone(), again).await;
            again = true;
            self.tally(|tally| tally.receipt(&receipt));
            for rejection in receipt.rejections() {
                tracing::error!(%rejection, "the store refused a document");
            }
            let reason = receipt.retry_reason().cloned();
            batch = receipt.remaining(Batch::from(batch)).records;
            self.waiting.borrow_mut().travelling.clone_from(&batch);
            let Some(reason) = reason else {
                self.away.set(false);
                return;
            };
            tracing::warn!(%reason, documents = batch.len(), "the store did not take documents now");
            match pauses.next() {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => break,
            }
        }
        self.away.set(true);
        self.spool(batch).await;
    }

    /// Writes documents once; with `again` they may have arrived before without our knowing.
    async fn write(&self, records: Vec<Record>, again: bool) -> Receipt {
        match &self.store {
            Some(store) if again => store.write_again(Batch::from(records)).await,
            Some(store) => store.write(Batch::from(records)).await,
            None => Receipt::retry_all(
                records.len(),
                &canary_store::RetryReason {
                    kind: canary_store::RetryKind::Unavailable,
                    message: "the store could not be opened".to_owned(),
                },
            ),
        }
    }
}

impl Waiting {
    fn is_full(&self) -> bool {
        self.records.len() >= BATCH_DOCUMENTS || self.bytes >= BATCH_BYTES
    }

    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.travelling.is_empty()
    }

    /// Says how many documents make one batch: at least one, however large.
    fn fitting(&self) -> usize {
        let mut bytes = 0;
        let fitting = self.records.iter().take(BATCH_DOCUMENTS).take_while(|record| {
            bytes += record.bytes();
            bytes <= BATCH_BYTES
        });
        fitting.count().max(1).min(self.records.len())
    }
}
