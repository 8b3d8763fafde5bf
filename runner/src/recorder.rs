//! The recorder: numbers the documents of one run, each once, takes the secrets out of them and hands them to
//! the store in batches while the run goes on. What cannot be delivered goes to the spool or is counted with
//! its reason; nothing is dropped in silence.

mod outlet;
pub(crate) mod redactor;
mod spool;
mod tally;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use canary_store::document::{
    Body, Delivery, Document, Envelope, MonitorRef, Observer, PageRef, Run, RunId, ScriptRef, StepRef,
    TestRef,
};
use canary_store::{Record, Store};
use jiff::Timestamp;
use tokio::task::JoinHandle;

use crate::chain;
use crate::clock::Clock;
use outlet::Outlet;
use redactor::Redactor;
pub(crate) use spool::SpoolPlace;
pub(crate) use tally::{DropReason, Tally};

/// What every document of a run says.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// The run.
    pub(crate) run: RunId,
    /// Which attempt at its slot.
    pub(crate) attempt: u32,
    /// The monitor.
    pub(crate) monitor: MonitorRef,
    /// Where it looks from.
    pub(crate) observer: Observer,
    /// The script.
    pub(crate) script: ScriptRef,
    /// The operator's labels.
    pub(crate) labels: std::collections::BTreeMap<String, String>,
}

/// What a document belongs to within its run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Context {
    /// The test.
    pub(crate) test: TestRef,
    /// The step.
    pub(crate) step: StepRef,
    /// The document load.
    pub(crate) page: PageRef,
}

/// Numbers and ships the documents of one run.
pub(crate) struct Recorder {
    header: Header,
    sequence: Cell<u64>,
    redactor: Arc<Redactor>,
    outlet: Rc<Outlet>,
    clock: Clock,
    shipping: JoinHandle<()>,
}

impl Recorder {
    /// Starts recording into a store; without one everything goes to the spool.
    pub(crate) fn start(
        header: Header,
        store: Option<Store>,
        spool: SpoolPlace,
        redactor: Arc<Redactor>,
        clock: Clock,
    ) -> Self {
        let outlet = Rc::new(Outlet::new(store, spool, clock));
        let shipping = tokio::task::spawn_local(Rc::clone(&outlet).run());
        Self { header, sequence: Cell::new(0), redactor, outlet, clock, shipping }
    }

    /// Records one document.
    pub(crate) fn record(&self, at: Timestamp, context: &Context, body: impl Into<Body>) {
        if let Some(record) = self.number(at, context, body.into()) {
            self.outlet.push(record);
        }
    }

    /// Counts observations that did not become documents.
    pub(crate) fn dropped(&self, reason: DropReason, count: u64) {
        self.outlet.tally(|tally| tally.observations_dropped(reason, count));
    }

    /// Ships what was recorded so far without waiting for more: nothing but the summary will follow.
    pub(crate) fn hurry(&self) {
        self.outlet.hurry();
    }

    /// Waits until everything recorded so far is delivered, spooled or counted.
    pub(crate) async fn settle(&self, deadline: Instant) {
        let left = deadline.saturating_duration_since(self.clock.instant());
        if tokio::time::timeout(left, self.outlet.settled()).await.is_err() {
            tracing::warn!("the store did not take all documents before the end of the run");
        }
    }

    /// Returns what became of the documents so far.
    pub(crate) fn tally(&self) -> Tally {
        self.outlet.tally(|tally| tally.clone())
    }

    /// Records the summary, which is made knowing what became of everything before it, and stops. Returns it as
    /// it was recorded.
    pub(crate) async fn finish(
        self,
        at: Timestamp,
        deadline: Instant,
        summary: impl FnOnce(&Tally) -> Run,
    ) -> Run {
        self.settle(deadline).await;
        self.shipping.abort();
        self.outlet.spool_rest().await;
        self.outlet.recover(deadline).await;
        let mut run = summary(&self.tally());
        run.run.delivery = self.tally().delivery();
        let number = self.sequence.get();
        // The summary counts itself, so that its count is that of the store.
        run.cost.documents = Some(number + 1);
        run.cost.dropped = self.tally().dropped();
        let arrived = match self.number(at, &Context::default(), run.clone().into()) {
            Some(record) => self.outlet.write_last(record, deadline).await,
            None => true,
        };
        if !arrived {
            // The store was there until now: the summary itself is what waits.
            run.run.delivery = worse(run.run.delivery, Delivery::Spooled);
            self.sequence.set(number);
            if let Some(record) = self.number(at, &Context::default(), run.clone().into()) {
                self.outlet.spool(vec![record]).await;
            }
        }
        self.outlet.close_spool().await;
        run
    }

    fn number(&self, at: Timestamp, context: &Context, body: Body) -> Option<Record> {
        let sequence = self.sequence.replace(self.sequence.get() + 1);
        let mut envelope = Envelope::new(at, self.header.run.clone(), sequence, "");
        envelope.run.attempt = self.header.attempt;
        envelope.monitor = self.header.monitor.clone();
        envelope.observer = self.header.observer.clone();
        envelope.script = self.header.script.clone();
        envelope.labels = self.header.labels.clone();
        envelope.test = context.test.clone();
        envelope.step = context.step.clone();
        envelope.page = context.page.clone();
        match self.encode(&Document { envelope, body }) {
            Ok(record) => Some(record),
            Err(error) => {
                tracing::error!(error = chain::line(&error), "a document has no JSON form and was dropped");
                self.outlet.tally(|tally| tally.document_dropped(DropReason::Encoding, 1));
                None
            }
        }
    }

    fn encode(&self, document: &Document) -> Result<Record, canary_store::RecordError> {
        let mut json = document.to_json()?;
        self.redactor.value(&mut json);
        Record::new(&json)
    }
}

/// What is lost weighs more than what waits, and that more than what arrived.
fn worse(left: Delivery, right: Delivery) -> Delivery {
    let weight = |delivery| match delivery {
        Delivery::Complete => 0,
        Delivery::Spooled => 1,
        Delivery::Partial => 2,
    };
    if weight(left) >= weight(right) { left } else { right }
}

#[cfg(test)]
mod tests;
