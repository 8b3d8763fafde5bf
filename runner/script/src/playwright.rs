//! The Playwright dialect: orders tests from the engine, one by one, and tells what happens.

use std::rc::Rc;

use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::engine::{Command, Engine, FromEngine, ToEngine};
use crate::error::PlayError;
use crate::host::Host;
use crate::outcome::Outcome;
use crate::play::{Ack, PlayEvent, PlayOutcome, Stage, TestRef};
use crate::program::TestDeclaration;

/// Plays the tests of a loaded script.
pub(crate) async fn play(
    mut engine: Engine,
    tests: &[TestDeclaration],
    stage: Stage,
) -> Result<PlayOutcome, PlayError> {
    let mut outcome = PlayOutcome::default();
    let host = Host::new(engine.sender());
    let mut expired = CancellationToken::new();
    for (index, declaration) in tests.iter().enumerate() {
        let test = TestRef { id: declaration.id, attempt: 0 };
        tell(&stage, PlayEvent::TestStarted { test: test.clone() }).await?;
        let began = clock::now();
        let next = (index + 1 < tests.len()).then_some(index + 1);
        engine.sender().send(ToEngine::RunTest { index, attempt: 0, next });
        let done = loop {
            match engine.receive().await {
                Some(FromEngine::TestDone(done)) => break done,
                Some(FromEngine::Call { id, command: Command::Host(command) }) => {
                    let answer = Rc::clone(&host).call(command, expired.clone());
                    let engine = engine.sender();
                    tokio::task::spawn_local(async move {
                        let result = answer.await;
                        engine.send(ToEngine::Reply { call: id, result });
                    });
                }
                Some(FromEngine::Expire) => {
                    expired.cancel();
                    expired = CancellationToken::new();
                }
                Some(_) => {}
                None => return Err(PlayError::Engine { reason: "its thread ended".to_owned() }),
            }
        };
        let duration = clock::now().duration_since(began);
        let ended = match done.failures.into_iter().next() {
            Some(failure) => Outcome::Failed(Box::new(failure)),
            None => Outcome::Passed,
        };
        match &ended {
            Outcome::Passed => outcome.passed += 1,
            Outcome::Skipped { .. } => outcome.skipped += 1,
            Outcome::Failed(failure) => {
                outcome.failed += 1;
                outcome.failure.get_or_insert_with(|| failure.as_ref().clone());
            }
        }
        let (ack, heard) = Ack::pair();
        tell(&stage, PlayEvent::TestEnded { test, outcome: ended, duration, last: true, ack }).await?;
        // A dropped acknowledgement is one, too.
        drop(heard.await);
        host.end_test().await;
    }
    Ok(outcome)
}

async fn tell(stage: &Stage, event: PlayEvent) -> Result<(), PlayError> {
    stage.events.send(event).await.map_err(|_| PlayError::Unheard)
}
