//! Playing a program in a browser, and the events that tell of it.

use std::path::PathBuf;
use std::time::Duration;

use canary_browser::{Page, Session};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::error::PlayError;
use crate::outcome::{Failure, Outcome, StackFrame};
use crate::program::{Body, Program, TestId};

/// Where and how a program is played.
pub struct Stage {
    /// The browser; a script that opens no page can do without.
    pub session: Option<Session>,
    /// Where events go. Events with an [`Ack`] are waited for.
    pub events: mpsc::Sender<PlayEvent>,
    /// Ends playing early.
    pub stop: CancellationToken,
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
        if self.0.send(()).is_err() {
            tracing::debug!("nobody waits for this acknowledgement any more");
        }
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
        /// The page it happened on.
        page: Option<Page>,
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
        /// The page for evidence.
        page: Option<Page>,
        /// Lets the script go on.
        ack: Ack,
    },
    /// A script attached something.
    Attachment {
        /// The test.
        test: TestRef,
        /// The step it was attached in.
        step: Option<u32>,
        /// Its name.
        name: String,
        /// Its media type.
        content_type: String,
        /// Its content.
        content: AttachmentContent,
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
        /// The test it is about.
        test: Option<TestRef>,
        /// What.
        message: String,
    },
}

/// The content of an attachment.
#[derive(Debug)]
pub enum AttachmentContent {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// A file, as the script named it.
    File(PathBuf),
}

/// What a script wrote to its console.
#[derive(Clone, Debug)]
pub struct ConsoleMessage {
    /// `log`, `info`, `warn`, `error` or `debug`.
    pub level: String,
    /// The text.
    pub text: String,
    /// Where.
    pub place: Option<StackFrame>,
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

impl PlayOutcome {
    /// Counts the last word on a test.
    pub(crate) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Skipped { .. } => self.skipped += 1,
            Outcome::Failed(failure) => {
                self.failed += 1;
                self.failure.get_or_insert(*failure);
            }
        }
    }
}

/// Plays all tests of `program` in order.
pub async fn play(program: Program, stage: Stage) -> Result<PlayOutcome, PlayError> {
    match program.body {
        Body::Playwright(script) => script.play(stage).await,
        Body::Recorder(recording) => crate::recorder::play(&recording, stage).await,
        Body::Smoke(smoke) => crate::smoke::play(&smoke, stage).await,
    }
}
