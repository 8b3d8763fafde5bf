//! Between engine, host and runner while tests are played: passes calls on and tells events.

use std::rc::Rc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_util::sync::CancellationToken;

use super::schedule::{Played, Turn};
use crate::engine::{Answer, Assignment, CallId, Command, Engine, FromEngine, Report, TestDone, ToEngine};
use crate::error::{LoadError, PlayError};
use crate::failure::{plain_failure, reported_failure};
use crate::host::Host;
use crate::outcome::{Failure, FailureClass, Outcome};
use crate::play::{AttachmentContent, ConsoleMessage, PlayEvent, Stage, StepRef, TestRef};
use crate::program::TestId;
use crate::settings::PlaySettings;
use crate::stack;
use crate::tell::Teller;

/// Plays tests one at a time.
pub(crate) struct Stagehand {
    engine: Option<Engine>,
    assignment: Assignment,
    teller: Teller,
    stop: CancellationToken,
    host: Rc<Host>,
    /// Cancelled when the time of what runs is over.
    expired: CancellationToken,
    /// Steps that have begun and not ended, outermost first.
    open: Vec<OpenStep>,
    steps: u32,
}

struct OpenStep {
    /// The prelude's number for it.
    id: u32,
    step: StepRef,
    began: Instant,
}

impl Stagehand {
    pub(crate) fn new(engine: Engine, stage: Stage, assignment: Assignment, _settings: PlaySettings) -> Self {
        let Stage { session, events, stop } = stage;
        let teller = Teller::new(events);
        let host = Host::new(session, engine.sender(), assignment.modules.checkout().clone());
        let expired = CancellationToken::new();
        Self { engine: Some(engine), assignment, teller, stop, host, expired, open: Vec::new(), steps: 0 }
    }

    /// Tells whether playing is to end.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Plays one turn and tells of it.
    pub(crate) async fn play_test(&mut self, turn: &Turn) -> Result<Played, PlayError> {
        let test = TestRef { id: TestId(turn.index), attempt: turn.attempt };
        let began = self.teller.test_started(&test).await?;
        let done = match &turn.skip {
            Some(reason) => skipped(reason.clone()),
            None => self.run(&test, turn).await?,
        };
        let outcome = outcome_of(&done);
        self.close_open_steps(&test, &outcome).await?;
        if outcome == Outcome::Passed && done.assertions == 0 {
            self.teller.warn(&test, "the test expects nothing").await?;
        }
        let last = outcome.failure().is_none() || !turn.retried;
        self.teller.test_ended(&test, &outcome, began, last, self.host.page()).await?;
        self.host.end_test(outcome.failure().is_some()).await;
        if outcome.failure().is_some() {
            self.engine = None;
        }
        Ok(Played { outcome, broken_suite: done.broken_suite })
    }

    /// Has the engine play a test and serves it meanwhile.
    async fn run(&mut self, test: &TestRef, turn: &Turn) -> Result<TestDone, PlayError> {
        if let Err(failure) = self.ensure_engine().await? {
            return Ok(failed(*failure));
        }
        self.steps = 0;
        let Some(engine) = &self.engine else { return Ok(failed(gone())) };
        engine.sender().send(ToEngine::RunTest { index: turn.index, attempt: turn.attempt, next: turn.next });
        loop {
            let Some(engine) = &mut self.engine else { return Ok(failed(gone())) };
            let message = tokio::select! {
                message = engine.receive() => message,
                () = self.stop.cancelled() => return Ok(failed(self.stop())),
            };
            match message {
                Some(FromEngine::TestDone(done)) => return Ok(*done),
                Some(FromEngine::Call { id, command }) => self.serve(id, command),
                Some(FromEngine::Expire) => self.expire(),
                Some(FromEngine::Report { ack, report }) => self.report(test, ack, report).await?,
                Some(FromEngine::Loaded(_)) => {}
                None => return Ok(failed(gone())),
            }
        }
    }

    /// Loads the script anew where the former engine was thrown away.
    async fn ensure_engine(&mut self) -> Result<Result<(), Box<Failure>>, PlayError> {
        if self.engine.is_some() {
            return Ok(Ok(()));
        }
        match super::start(&self.assignment).await {
            Ok((engine, _)) => {
                self.host.restarted(engine.sender());
                self.engine = Some(engine);
                Ok(Ok(()))
            }
            Err(LoadError::Script(failure)) => Ok(Err(failure)),
            Err(error) => Err(PlayError::Engine { reason: error.to_string() }),
        }
    }

    /// Answers a call in a task of its own.
    fn serve(&self, id: CallId, command: Command) {
        let Some(engine) = &self.engine else { return };
        let engine = engine.sender();
        let (host, expired) = (Rc::clone(&self.host), self.expired.clone());
        tokio::task::spawn_local(async move {
            let result = match command {
                Command::Host(command) => host.call(command, expired).await,
            };
            engine.send(ToEngine::Reply { call: id, result });
        });
    }

    /// Ends all calls under way.
    fn expire(&mut self) {
        self.expired.cancel();
        self.expired = CancellationToken::new();
    }

    /// Ends the test because the run is to end.
    fn stop(&mut self) -> Failure {
        self.expire();
        self.engine = None;
        plain_failure(FailureClass::Interrupted, "the run was stopped")
    }

    /// Tells the runner what the script tells.
    async fn report(&mut self, test: &TestRef, ack: Option<CallId>, report: Report) -> Result<(), PlayError> {
        let test = test.clone();
        match report {
            Report::StepStarted { id, parent, name } => {
                let parent = parent.and_then(|parent| self.open.iter().find(|open| open.id == parent));
                let step = StepRef { index: self.steps, parent: parent.map(|open| open.step.index), name };
                self.steps += 1;
                let began = self.teller.step_started(&test, &step).await?;
                self.open.push(OpenStep { id, step, began });
            }
            Report::StepEnded { id, error, skipped } => {
                let outcome = match error {
                    Some(error) => {
                        Outcome::Failed(Box::new(reported_failure(error, &self.assignment.modules)))
                    }
                    None if skipped => Outcome::Skipped { reason: None },
                    None => Outcome::Passed,
                };
                if let Some(position) = self.open.iter().position(|open| open.id == id) {
                    let open = self.open.remove(position);
                    self.end_step(&test, open, outcome).await?;
                }
            }
            Report::Console { level, text, stack } => {
                let place = stack::frames(&stack, &self.assignment.modules).into_iter().next();
                self.teller
                    .tell(PlayEvent::Console { message: ConsoleMessage { level, text, place } })
                    .await?;
            }
            Report::Attachment { name, content_type, body, path } => {
                let step = self.open.last().map(|open| open.step.index);
                let content = match path {
                    Some(path) => AttachmentContent::File(path.into()),
                    None => AttachmentContent::Bytes(
                        STANDARD.decode(body.unwrap_or_default()).unwrap_or_default(),
                    ),
                };
                self.teller.tell(PlayEvent::Attachment { test, step, name, content_type, content }).await?;
            }
            Report::Custom { name, payload } => {
                self.teller.tell(PlayEvent::Custom { test, name, payload }).await?
            }
            Report::Warning { message } => {
                self.teller.tell(PlayEvent::Warning { test: Some(test), message }).await?
            }
        }
        if let (Some(id), Some(engine)) = (ack, &self.engine) {
            engine.sender().send(ToEngine::Reply { call: id, result: Ok(Answer::Json("null".to_owned())) });
        }
        Ok(())
    }

    async fn end_step(&self, test: &TestRef, open: OpenStep, outcome: Outcome) -> Result<(), PlayError> {
        let OpenStep { step, began, .. } = open;
        self.teller.step_ended(test, step, outcome, began, self.host.page()).await
    }

    /// Ends the steps of a test that was cut off, innermost first.
    async fn close_open_steps(&mut self, test: &TestRef, outcome: &Outcome) -> Result<(), PlayError> {
        while let Some(open) = self.open.pop() {
            self.end_step(test, open, outcome.clone()).await?;
        }
        Ok(())
    }
}

fn outcome_of(done: &TestDone) -> Outcome {
    let mut failures = done.failures.iter().cloned();
    match (failures.next(), &done.skipped) {
        (Some(mut first), _) => {
            first.others = failures.collect();
            Outcome::Failed(Box::new(first))
        }
        (None, Some(reason)) => {
            Outcome::Skipped { reason: Some(reason.clone()).filter(|reason| !reason.is_empty()) }
        }
        (None, None) => Outcome::Passed,
    }
}

fn skipped(reason: String) -> TestDone {
    TestDone { skipped: Some(reason), failures: Vec::new(), assertions: 0, broken_suite: None }
}

fn failed(failure: Failure) -> TestDone {
    TestDone { skipped: None, failures: vec![failure], assertions: 0, broken_suite: None }
}

fn gone() -> Failure {
    plain_failure(FailureClass::Script, "the script engine ended unexpectedly")
}
