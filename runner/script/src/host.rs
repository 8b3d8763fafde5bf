//! Host commands: what the Playwright API asks of Chrome, and who answers.
//!
//! The prelude sends a command with `call({ method, ... })` of `playwright/native.js`. It is parsed
//! into a [`HostCommand`] at once, so a wrong argument throws at the line of the call, and crosses
//! to the main runtime, where [`Host::call`] answers it. Each call is a task of its own there.
//! Events for the prelude go the other way through [`Host::emit`] to the listeners of `onEvent`.

use std::rc::Rc;

use canary_browser::{Page, Session};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::engine::{Answer, EngineSender, HostError, ToEngine};

/// A call of the prelude.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum HostCommand {}

/// Answers commands; lives as long as the program is played, across restarts of the engine.
pub(crate) struct Host {
    session: Option<Session>,
    engine: std::cell::RefCell<EngineSender>,
}

impl Host {
    /// Without a session every command of the browser fails.
    pub(crate) fn new(session: Option<Session>, engine: EngineSender) -> Rc<Self> {
        Rc::new(Self { session, engine: std::cell::RefCell::new(engine) })
    }

    /// Returns the page that evidence is taken of: the one that the test used last.
    pub(crate) fn page(&self) -> Option<Page> {
        None
    }

    /// Sends events to another engine from now on: the former was ended after a failed test.
    pub(crate) fn restarted(&self, engine: EngineSender) {
        self.engine.replace(engine);
    }

    /// Answers `command`; `expired` is cancelled when the time of what runs is over, and the call
    /// then fails with a timeout that carries its log.
    pub(crate) async fn call(
        self: Rc<Self>,
        command: HostCommand,
        _expired: CancellationToken,
    ) -> Result<Answer, HostError> {
        match command {}
    }

    /// Closes what the test opened, once its end was told.
    pub(crate) async fn end_test(&self) {}

    /// Sends an event, as JSON, to the prelude.
    pub(crate) fn emit(&self, event: &serde_json::Value) {
        self.engine.borrow().send(ToEngine::Event(event.to_string()));
    }
}
