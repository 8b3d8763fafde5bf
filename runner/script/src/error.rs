//! What can go wrong before a test runs ([`LoadError`]) and outside of all tests ([`PlayError`]).

use std::fmt;

/// A place in a file of the checkout, as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePosition {
    /// Path in the checkout.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The lines around it with a caret under the column.
    pub excerpt: Option<String>,
}

impl fmt::Display for SourcePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)?;
        match &self.excerpt {
            Some(excerpt) => write!(f, "\n{excerpt}"),
            None => Ok(()),
        }
    }
}

/// A value that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is in the document, like `steps[2].selectors`.
    pub path: String,
    /// The value found.
    pub value: String,
    /// What it must be.
    pub expectation: String,
    /// What to do.
    pub hint: String,
    /// Where it is in the file.
    pub position: SourcePosition,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, value, expectation, hint, position } = self;
        let SourcePosition { file, line, column, .. } = position;
        write!(f, "{file}:{line}:{column}: `{path}` is {value}, expected {expectation} ({hint})")
    }
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

/// Why a script cannot be loaded. Every variant is of the failure class `script`.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is not there, or is not readable.
    #[error("failed to read `{path}`")]
    Read {
        /// Path in the checkout.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The path leads out of the checkout.
    #[error("`{path}` is outside of the checkout")]
    Outside {
        /// The path as given.
        path: String,
    },
    /// No dialect reads such a file.
    #[error("`{path}` is no script: {hint}")]
    Unknown {
        /// Path in the checkout.
        path: String,
        /// What would be one.
        hint: String,
    },
    /// The text does not parse.
    #[error("syntax error: {message}\n  at {position}")]
    Syntax {
        /// What the parser said.
        message: String,
        /// Where.
        position: SourcePosition,
    },
    /// Values in a recording are not what they must be.
    #[error("{}", listed(.0))]
    Problems(Vec<Problem>),
    /// The script threw while it was loaded, or never finished loading.
    #[error("{}", render(.0))]
    Script(Box<crate::Failure>),
    /// It loads, but declares nothing to run.
    #[error("`{path}` declares no test")]
    NoTests {
        /// Path in the checkout.
        path: String,
    },
    /// The engine could not be started.
    #[error("failed to start the script engine: {reason}")]
    Engine {
        /// Why.
        reason: String,
    },
}

/// Why playing stopped outside of any test.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The engine's thread ended without an answer.
    #[error("the script engine ended unexpectedly: {reason}")]
    Engine {
        /// What its thread left behind.
        reason: String,
    },
    /// Nobody listens to the events any more.
    #[error("the receiver of play events is gone")]
    Unheard,
}

fn render(failure: &crate::Failure) -> String {
    let mut text = format!("{}: {}", failure.kind, failure.message);
    for frame in &failure.stack {
        text.push_str(&format!("\n    {frame}"));
    }
    if let Some(excerpt) = &failure.excerpt {
        text.push('\n');
        text.push_str(excerpt);
    }
    text
}
