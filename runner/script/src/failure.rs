//! From an error as the engine reports it to a [`Failure`] that people read.

use crate::engine::ReportedError;
use crate::modules::Modules;
use crate::outcome::{Failure, FailureClass, StackFrame};
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
    let text = stack.first().and_then(|frame| modules.text(&frame.file));
    let (message, excerpt) = match (&text, stack.first()) {
        (Some(text), Some(frame)) => {
            (explained(&error, text, frame, modules), stack::excerpt(text, frame.line, frame.column))
        }
        _ => (error.message.clone(), None),
    };
    Failure {
        class: class(&error),
        kind: error.name,
        message,
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

/// Says more than the interpreter where more is known.
fn explained(error: &ReportedError, text: &str, frame: &StackFrame, modules: &Modules) -> String {
    let message = error.message.clone();
    let Some(name) = message.strip_suffix(" is not initialized") else { return named(message, text, frame) };
    match modules.circle(&frame.file, name) {
        Some(circle) => format!(
            "`{name}` is used before its file has run: files import each other in a circle ({})",
            circle.join(" -> ")
        ),
        None => format!("`{name}` is used before its declaration has run"),
    }
}

/// Says what is no function; the interpreter only says that something is not.
fn named(message: String, text: &str, frame: &StackFrame) -> String {
    if message != "not a function" {
        return message;
    }
    let line: Vec<char> = text.lines().nth(frame.line as usize - 1).unwrap_or_default().chars().collect();
    let word = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let at = frame.column as usize - 1;
    let before = line.iter().take(at).rev().take_while(|c| word(c)).count();
    let name: String = line.iter().skip(at - before.min(at)).take_while(|c| word(c)).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { message } else { format!("`{name}` is not a function") }
}
