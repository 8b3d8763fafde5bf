//! From an error as the engine reports it to a [`Failure`] that people read.

use crate::engine::ReportedError;
use crate::modules::Modules;
use crate::outcome::{Failure, FailureClass};
use crate::stack;

/// Makes a failure that has no place in the script.
pub(crate) fn plain_failure(class: FailureClass, message: impl Into<String>) -> Failure {
    Failure {
        class,
        kind: "Error".to_owned(),
        message: message.into(),
        stack: Vec::new(),
        excerpt: None,
        call_log: Vec::new(),
        steps: Vec::new(),
        others: Vec::new(),
    }
}

/// Makes a failure of an error that the prelude described.
pub(crate) fn reported_failure(error: ReportedError, modules: &Modules) -> Failure {
    let stack = stack::frames(&error.stack, modules);
    let excerpt =
        stack.first().and_then(|frame| stack::excerpt(&modules.text(&frame.file)?, frame.line, frame.column));
    Failure {
        class: class(&error),
        kind: error.name,
        message: error.message,
        stack,
        excerpt,
        call_log: error.log,
        steps: error.steps,
        others: Vec::new(),
    }
}

/// Returns what an error says about the site or the script (FORMATS.md §2).
fn class(error: &ReportedError) -> FailureClass {
    match error.kind.as_deref() {
        Some("assertion") => FailureClass::Assertion,
        Some("timeout") => FailureClass::Timeout,
        Some("navigation" | "crashed") => FailureClass::Site,
        Some("strict") => FailureClass::Assertion,
        Some("browser") => FailureClass::Browser,
        _ => FailureClass::Script,
    }
}
