//! How a step or a test ended. What follows from it (documents, exit codes) is the runner's.

use serde::{Deserialize, Serialize};

/// How a step or a test ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Outcome {
    /// Everything went as expected.
    Passed,
    /// It went wrong, and this is the first cause.
    Failed(Box<Failure>),
    /// It was not tried, on purpose.
    Skipped {
        /// Why, when the script says so.
        reason: Option<String>,
    },
}

impl Outcome {
    /// Returns the failure, if it is one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Passed | Self::Skipped { .. } => None,
        }
    }
}

/// The classes of failure that a script can end with (FORMATS.md §2 lists all of a run).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailureClass {
    /// The site answered, and not as expected.
    Assertion,
    /// Navigation failed, or the page crashed.
    Site,
    /// Time ran out while the browser or the site was being waited for.
    Timeout,
    /// The script itself: syntax, unknown API, an exception that is no assertion, a loop, memory.
    Script,
    /// The browser is gone; the runner finds out why.
    Browser,
    /// The run was stopped from outside.
    Interrupted,
}

/// Why a step or a test failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure {
    /// The class, which decides the run's status and exit code.
    pub class: FailureClass,
    /// The error's name, like `TimeoutError`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, without the stack.
    pub message: String,
    /// Calls that led there, in the script as its author wrote it, innermost first.
    pub stack: Vec<StackFrame>,
    /// The lines around the innermost frame with a caret under the column.
    pub excerpt: Option<String>,
    /// What the browser call did until it failed, one line an attempt, repeated ones folded.
    pub call_log: Vec<String>,
    /// Names of the steps it happened in, outermost first.
    pub steps: Vec<String>,
    /// Further failures of the same test (soft assertions, hooks, fixtures).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Failure>,
}

/// One call of a stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StackFrame {
    /// The function's name, empty at the top level and for anonymous ones.
    pub function: String,
    /// Path of the file in the checkout.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl std::fmt::Display for StackFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { function, file, line, column } = self;
        match function.as_str() {
            "" => write!(f, "at {file}:{line}:{column}"),
            _ => write!(f, "at {function} ({file}:{line}:{column})"),
        }
    }
}
