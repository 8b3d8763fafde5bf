//! Tells the runner what happens while a program is played, and waits where it wants to be waited for.

use std::time::{Duration, Instant};

use canary_browser::Page;
use tokio::sync::mpsc;

use crate::clock;
use crate::error::PlayError;
use crate::outcome::Outcome;
use crate::play::{Ack, PlayEvent, StepRef, TestRef};

/// The way to the runner.
#[derive(Clone)]
pub(crate) struct Teller(mpsc::Sender<PlayEvent>);

impl Teller {
    pub(crate) fn new(events: mpsc::Sender<PlayEvent>) -> Self {
        Self(events)
    }

    /// Tells an event that nothing waits for.
    pub(crate) async fn tell(&self, event: PlayEvent) -> Result<(), PlayError> {
        self.0.send(event).await.map_err(|_| PlayError::Unheard)
    }

    /// Tells that a test began and returns when.
    pub(crate) async fn test_started(&self, test: &TestRef) -> Result<Instant, PlayError> {
        self.tell(PlayEvent::TestStarted { test: test.clone() }).await?;
        Ok(clock::now())
    }

    /// Tells that a test ended and waits until its evidence was taken.
    pub(crate) async fn test_ended(
        &self,
        test: &TestRef,
        outcome: &Outcome,
        began: Instant,
        last: bool,
        page: Option<Page>,
    ) -> Result<(), PlayError> {
        let duration = since(began);
        let (ack, heard) = Ack::pair();
        let (test, outcome) = (test.clone(), outcome.clone());
        self.tell(PlayEvent::TestEnded { test, outcome, duration, last, page, ack }).await?;
        wait_for(heard).await;
        Ok(())
    }

    /// Tells that a step began and returns when.
    pub(crate) async fn step_started(&self, test: &TestRef, step: &StepRef) -> Result<Instant, PlayError> {
        self.tell(PlayEvent::StepStarted { test: test.clone(), step: step.clone() }).await?;
        Ok(clock::now())
    }

    /// Tells that a step ended and waits until it was dealt with.
    pub(crate) async fn step_ended(
        &self,
        test: &TestRef,
        step: StepRef,
        outcome: Outcome,
        began: Instant,
        page: Option<Page>,
    ) -> Result<(), PlayError> {
        let duration = since(began);
        let (ack, heard) = Ack::pair();
        self.tell(PlayEvent::StepEnded { test: test.clone(), step, outcome, duration, page, ack }).await?;
        wait_for(heard).await;
        Ok(())
    }

    /// Tells the author of the script something.
    pub(crate) async fn warn(&self, test: &TestRef, message: impl Into<String>) -> Result<(), PlayError> {
        self.tell(PlayEvent::Warning { test: Some(test.clone()), message: message.into() }).await
    }
}

fn since(began: Instant) -> Duration {
    clock::now().duration_since(began)
}

/// Waits until an event was dealt with; a dropped acknowledgement says the same.
async fn wait_for(heard: tokio::sync::oneshot::Receiver<()>) {
    if heard.await.is_err() {
        tracing::debug!("an event was dropped without an acknowledgement");
    }
}
