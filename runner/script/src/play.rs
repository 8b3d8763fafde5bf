//! Playing a program in a browser, and the events that tell of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::error::PlayError;
use crate::outcome::{Failure, Outcome};
use crate::program::{Program, TestId};

/// Where and how a program is played.
pub struct Stage {
    /// How long things may take and what the script is given.
    pub settings: PlaySettings,
    /// Where events go. Events with an [`Ack`] are waited for.
    pub events: mpsc::Sender<PlayEvent>,
}

/// How long things may take and what the script is given.
#[derive(Clone, Debug)]
pub struct PlaySettings {
    /// Limit of a test unless the script sets its own.
    pub test_timeout: Duration,
    /// Limit of an `expect` that waits.
    pub expect_timeout: Duration,
    /// Limit of a step of a recording unless the recording sets its own.
    pub step_timeout: Duration,
    /// What relative URLs are resolved against.
    pub base_url: Option<String>,
    /// Parameters of the operator, by name.
    pub parameters: BTreeMap<String, String>,
    /// Secrets of the operator, by name.
    pub secrets: BTreeMap<String, String>,
    /// Where downloads and files that a script writes are put.
    pub artifacts: PathBuf,
}

/// Tells the script that an event was dealt with; dropping it tells the same.
#[derive(Debug)]
pub struct Ack(oneshot::Sender<()>);

impl Ack {
    /// Makes an acknowledgement and what waits for it.
    pub(crate) fn pair() -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    /// Lets the script go on.
    pub fn release(self) {
        // A script that was stopped meanwhile waits no longer.
        drop(self.0.send(()));
    }
}

/// A test that is played.
#[derive(Clone, Debug)]
pub struct TestRef {
    /// The test's number.
    pub id: TestId,
    /// Which try it is, from 0.
    pub attempt: u32,
}

/// A step of a test.
#[derive(Clone, Debug)]
pub struct StepRef {
    /// Number of the step in its test, from 0, in order of start.
    pub index: u32,
    /// The step that it is part of.
    pub parent: Option<u32>,
    /// Its name.
    pub name: String,
}

/// What happens while a program is played, in order.
#[derive(Debug)]
pub enum PlayEvent {
    /// A test begins.
    TestStarted {
        /// The test.
        test: TestRef,
    },
    /// A step begins.
    StepStarted {
        /// The test.
        test: TestRef,
        /// The step.
        step: StepRef,
    },
    /// A step ended; the script waits for the acknowledgement.
    StepEnded {
        /// The test.
        test: TestRef,
        /// The step.
        step: StepRef,
        /// How it ended.
        outcome: Outcome,
        /// How long it took.
        duration: Duration,
        /// Lets the script go on.
        ack: Ack,
    },
    /// A test ended; its page stays open until the acknowledgement.
    TestEnded {
        /// The test.
        test: TestRef,
        /// How it ended.
        outcome: Outcome,
        /// How long it took.
        duration: Duration,
        /// True when it will not be tried again.
        last: bool,
        /// Lets the script go on.
        ack: Ack,
    },
    /// A script attached something.
    Attachment {
        /// The test.
        test: TestRef,
        /// Its name.
        name: String,
        /// Its media type.
        content_type: String,
        /// Its bytes.
        body: Vec<u8>,
    },
    /// A script saved a document of its own.
    Custom {
        /// The test.
        test: TestRef,
        /// The name it chose.
        name: String,
        /// What it saved, as JSON.
        payload: Box<serde_json::value::RawValue>,
    },
    /// A script wrote to its console.
    Console {
        /// What.
        message: ConsoleMessage,
    },
    /// Something the author of the script should know.
    Warning {
        /// What.
        message: String,
    },
}

/// What a script wrote to its console.
#[derive(Clone, Debug)]
pub struct ConsoleMessage {
    /// `log`, `info`, `warn`, `error` or `debug`.
    pub level: String,
    /// The text.
    pub text: String,
}

/// How a program ended.
#[derive(Clone, Debug, Default)]
pub struct PlayOutcome {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// Tests that were not tried.
    pub skipped: u32,
    /// The first failure of a test that no later attempt mended.
    pub failure: Option<Failure>,
}

/// Plays all tests of `program` in order.
pub async fn play(program: Program, stage: Stage) -> Result<PlayOutcome, PlayError> {
    match program.body {
        crate::program::Body::Playwright(engine) => {
            crate::playwright::play(engine, &program.tests, stage).await
        }
    }
}
