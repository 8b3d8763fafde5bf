//! What engine and host say to each other.

use serde::Deserialize;

use crate::host::HostCommand;
use crate::outcome::{Failure, StackFrame};

/// Number of a call, unique in its engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CallId(pub(crate) u32);

/// To the engine.
#[derive(Debug)]
pub(crate) enum ToEngine {
    /// The answer to a call.
    Reply { call: CallId, result: Result<Answer, HostError> },
    /// Something happened in the browser; JSON for the listener that the prelude registered.
    Event(String),
    /// Play a test. Without a `next` one everything is torn down after it.
    RunTest { index: usize, attempt: u32, next: Option<usize> },
    /// End.
    Stop,
}

/// From the engine.
#[derive(Debug)]
pub(crate) enum FromEngine {
    /// The script is loaded, or could not be.
    Loaded(Result<Declared, Box<Failure>>),
    /// A call; with an id the engine waits for the reply.
    Call { id: CallId, command: Command },
    /// Time is over: all calls under way are to fail now.
    Expire,
    /// Something to tell, with an id where the script waits until it is heard.
    Report { ack: Option<CallId>, report: Report },
    /// The test ended.
    TestDone(Box<TestDone>),
}

/// What a script asks for.
#[derive(Debug)]
pub(crate) enum Command {
    /// Something of the browser.
    Host(HostCommand),
}

/// An answer of the host.
#[derive(Debug)]
pub(crate) enum Answer {
    /// JSON text.
    Json(String),
    /// Bytes, which become a `Uint8Array`.
    Bytes(Vec<u8>),
}

/// Why a call failed. The prelude makes an `Error` of it at the line of the call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HostError {
    pub(crate) kind: HostErrorKind,
    /// Starts with what was called, like `locator.click: `.
    pub(crate) message: String,
    /// One line an attempt, repeated ones folded.
    pub(crate) log: Vec<String>,
}

/// What a failed call means for the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostErrorKind {
    /// The call's own time or the test's is over.
    Timeout,
    /// DNS, connect, TLS, aborted.
    Navigation,
    /// The page crashed.
    Crashed,
    /// The page, the context or the browser was closed.
    Closed,
    /// A strict selector matched several elements.
    Strict,
    /// Code in the page threw.
    Page,
    /// An argument or selector is wrong.
    Invalid,
    /// The browser is gone.
    Browser,
    /// Anything else.
    Other,
}

impl HostErrorKind {
    /// Returns the word that the prelude knows it by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Navigation => "navigation",
            Self::Crashed => "crashed",
            Self::Closed => "closed",
            Self::Strict => "strict",
            Self::Page => "page",
            Self::Invalid => "invalid",
            Self::Browser => "browser",
            Self::Other => "other",
        }
    }
}

/// A test as the prelude lists it after loading.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeclaredTest {
    pub(crate) title: Vec<String>,
    /// Where it was declared; mapped to the source by the worker.
    #[serde(rename = "stack")]
    pub(crate) place: String,
    pub(crate) tags: Vec<String>,
    /// Why it is not to be tried, when it was skipped at its declaration.
    pub(crate) skipped: Option<String>,
    /// How often it is tried again when it fails.
    pub(crate) retries: u32,
    /// Number of the serial group it belongs to.
    pub(crate) serial: Option<u32>,
    /// Numbers of the suites it is in, outermost first.
    pub(crate) suites: Vec<u32>,
}

/// What a loaded script declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    pub(crate) tests: Vec<DeclaredTest>,
    /// Where each stands in its file.
    pub(crate) places: Vec<StackFrame>,
}

/// What a script tells while it runs.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Report {
    StepStarted { id: u32, parent: Option<u32>, name: String },
    StepEnded { id: u32, error: Option<ReportedError>, skipped: bool },
    Console { level: String, text: String, stack: String },
    Attachment { name: String, content_type: String, body: Option<String>, path: Option<String> },
    Custom { name: String, payload: Box<serde_json::value::RawValue> },
    Warning { message: String },
}

/// An error as the prelude describes it; stack positions are of the code that ran.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ReportedError {
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) stack: String,
    /// `HostErrorKind::name`, or `assertion`.
    pub(crate) kind: Option<String>,
    pub(crate) log: Vec<String>,
    pub(crate) steps: Vec<String>,
}

/// How a test ended.
#[derive(Debug)]
pub(crate) struct TestDone {
    /// Why it was not tried, if it was not.
    pub(crate) skipped: Option<String>,
    /// What went wrong, in order.
    pub(crate) failures: Vec<Failure>,
    /// How many expectations were looked at.
    pub(crate) assertions: u32,
    /// The suite whose `beforeAll` failed: its other tests cannot be tried.
    pub(crate) broken_suite: Option<u32>,
}

/// The prelude's words for the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) skipped: Option<String>,
    pub(crate) failures: Vec<ReportedError>,
    pub(crate) assertions: u32,
    pub(crate) broken_suite: Option<u32>,
}
