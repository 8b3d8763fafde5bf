//! The Playwright dialect: orders tests from the engine, one by one, and tells what happens.
//!
//! After a test that failed the engine is thrown away and the script loaded anew, as Playwright does
//! with its workers: whatever a test left behind, the next one starts clean.

mod schedule;
mod stagehand;

use std::sync::Arc;

use crate::engine::{Assignment, Declared, Engine, FromEngine, HostError, HostErrorKind, ToEngine};
use crate::error::{LoadError, PlayError};
use crate::modules::Modules;
use crate::play::{PlayOutcome, Stage};
use crate::settings::PlaySettings;
use crate::waiting::Waiting;

#[cfg(test)]
mod tests;

use schedule::Schedule;
use stagehand::Stagehand;

/// What a script hears that uses browser or network at its top level.
const TOO_EARLY: &str =
    "there is no browser and no network while a script is loaded; do this in a test or a hook";

/// A loaded script, its engine waiting for orders.
pub(crate) struct Script {
    assignment: Assignment,
    engine: Engine,
    declared: Declared,
    settings: PlaySettings,
}

impl Script {
    /// Starts an engine that evaluates the script.
    pub(crate) async fn load(
        modules: Modules,
        entry: String,
        config: Option<String>,
        settings: &PlaySettings,
    ) -> Result<(Self, Declared), LoadError> {
        let for_prelude = settings.for_prelude(&entry, config.as_deref()).to_string();
        let secrets = Arc::new(settings.secrets.clone());
        let waiting = Waiting::default();
        let assignment = Assignment { modules, entry, config, settings: for_prelude, secrets, waiting };
        let (engine, declared) = start(&assignment).await?;
        Ok((Self { assignment, engine, declared: declared.clone(), settings: settings.clone() }, declared))
    }

    /// Returns what tells whether it waits for the site.
    pub(crate) fn waiting(&self) -> Waiting {
        self.assignment.waiting.clone()
    }

    /// Plays its tests in order.
    pub(crate) async fn play(self, stage: Stage) -> Result<PlayOutcome, PlayError> {
        let Self { assignment, engine, declared, settings } = self;
        let mut hand = Stagehand::new(engine, stage, assignment, settings);
        let mut schedule = Schedule::new(&declared.tests);
        let mut outcome = PlayOutcome::default();
        while let Some(turn) = schedule.next() {
            let played = hand.play_test(&turn).await?;
            if schedule.note(&turn, &played) {
                outcome.count(played.outcome);
            }
            if hand.stopped() {
                break;
            }
        }
        Ok(outcome)
    }
}

/// Starts an engine and waits until the script is loaded.
async fn start(assignment: &Assignment) -> Result<(Engine, Declared), LoadError> {
    let engine_error = |reason: String| LoadError::Engine { reason };
    let mut engine = Engine::start(assignment.clone()).map_err(|error| engine_error(error.to_string()))?;
    loop {
        match engine.receive().await {
            Some(FromEngine::Loaded(Ok(declared))) => return Ok((engine, declared)),
            Some(FromEngine::Loaded(Err(failure))) => return Err(LoadError::Script(failure)),
            Some(FromEngine::Call { id, .. }) => {
                let result = Err(HostError {
                    kind: HostErrorKind::Other,
                    message: TOO_EARLY.to_owned(),
                    log: Vec::new(),
                });
                engine.sender().send(ToEngine::Reply { call: id, result });
            }
            // What a script logs while it is loaded is told by tracing.
            Some(other) => tracing::debug!(message = ?other, "while a script was loaded"),
            None => return Err(engine_error("its thread ended".to_owned())),
        }
    }
}
