//! One tick: read the news, evaluate, commit.

use std::time::Duration;

use canary_rules::{Change, Reason, Transition};
use canary_store::{CommitError, Kind, ReadError, Selection};
use jiff::Timestamp;

use super::{Doubt, PAGE, Watch};

/// What a tick has done.
#[derive(Debug, Default)]
pub(crate) struct TickReport {
    pub(crate) documents: usize,
    /// Transitions that were committed.
    pub(crate) transitions: Vec<Transition>,
    /// When the newest document that was read came into the store.
    pub(crate) newest: Option<Timestamp>,
}

/// Why a tick did not come to its end. Nothing was decided then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TickError {
    #[error("failed to read new documents")]
    Read { source: ReadError },
    #[error("the store took longer than {} ms", .0.as_millis())]
    Slow(Duration),
    #[error("failed to commit transitions")]
    Commit { source: CommitError },
    /// Another listener has taken over.
    #[error("another listener has taken over")]
    Fenced,
}

impl Watch {
    /// Reads what is new, evaluates the rules that are due (or `all`), and commits what changes.
    pub(crate) async fn tick(
        &mut self,
        now: Timestamp,
        all: bool,
        deadline: Duration,
    ) -> Result<TickReport, TickError> {
        let mut report = TickReport { transitions: self.settle().await?, ..TickReport::default() };
        match tokio::time::timeout(deadline, self.read_news(now, &mut report)).await {
            Ok(Ok(())) => {}
            Ok(Err(source)) => {
                self.overlay_error(now).await;
                return Err(TickError::Read { source });
            }
            Err(_) => {
                self.overlay_error(now).await;
                return Err(TickError::Slow(deadline));
            }
        }
        let changes = self.engine.evaluate(now, all);
        report.transitions.extend(self.commit(changes, now).await?);
        Ok(report)
    }

    async fn read_news(&mut self, now: Timestamp, report: &mut TickReport) -> Result<(), ReadError> {
        let kinds: Vec<Kind> = self.engine.horizons().keys().filter_map(|kind| kind.parse().ok()).collect();
        let selection = Selection { kinds, fields: self.projection(), prefilter: None };
        loop {
            let page = self.store.read_since(&self.cursor, &selection, PAGE).await?;
            report.documents += page.rows.len();
            report.newest = report.newest.max(page.rows.iter().map(|row| row.ingested).max());
            self.fold(&page.rows, now);
            self.cursor = page.cursor;
            if !page.more {
                return Ok(());
            }
        }
    }

    /// An answer that did not come changes no alert; that it did not come is written down if that is possible.
    async fn overlay_error(&mut self, now: Timestamp) {
        let changes = self.engine.fail(now);
        if let Err(error) = self.commit(changes, now).await {
            tracing::debug!(%error, "alerts could not be marked as unknown");
        }
    }

    /// Commits changes with everything that follows from them, and only then takes them as true.
    pub(super) async fn commit(
        &mut self,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> Result<Vec<Transition>, TickError> {
        let composed = self.compose(&changes, now).await;
        self.doubt = Some(Doubt { composed, changes, at: now });
        self.settle().await
    }

    /// Makes the commit that is in doubt, maybe again: every part of it has an id that follows from what it says,
    /// so that making it twice changes nothing. As long as it does not hold nothing else is decided.
    async fn settle(&mut self) -> Result<Vec<Transition>, TickError> {
        let Some(mut doubt) = self.doubt.take() else { return Ok(Vec::new()) };
        if !doubt.composed.commit.changes.is_empty() {
            match self.store.commit(&self.lease, doubt.composed.commit.clone()).await {
                Ok(()) => {}
                Err(CommitError::Fenced { .. }) => return Err(TickError::Fenced),
                Err(source) => {
                    if let CommitError::Alert { .. } = source {
                        // People are told all the same; what cannot be written never could.
                        doubt.composed.commit.changes.iter_mut().for_each(|change| change.alerts.clear());
                    }
                    self.doubt = Some(doubt);
                    return Err(TickError::Commit { source });
                }
            }
        }
        let Doubt { composed, changes, at } = doubt;
        let transitions: Vec<Transition> =
            changes.iter().filter_map(|change| change.transition.clone()).collect();
        for transition in &transitions {
            log(transition);
        }
        self.engine.accept(changes, at);
        self.told.extend(composed.told);
        for (receiver, item) in composed.items {
            self.outbox.push(&receiver, item);
        }
        Ok(transitions)
    }
}

fn log(transition: &Transition) {
    let labels: Vec<&str> = transition.labels.values().map(String::as_str).collect();
    let (rule, reason, labels) = (&transition.rule, transition.reason.as_str(), labels.join(","));
    let id = &transition.id;
    if transition.reason == Reason::Repeat {
        tracing::debug!(rule, reason, labels, id, "alert goes on");
    } else {
        tracing::info!(rule, reason, labels, id, "alert changed");
    }
}
