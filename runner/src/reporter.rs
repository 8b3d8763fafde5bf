//! Reporters: tell whoever started a run how it goes, for people or for programs. Own what is told; the two
//! forms are in their own files. Everything passes the redactor here.

mod json;
mod pretty;

use std::io::Write as _;
use std::sync::Arc;

use canary_store::document::{Cost, Delivery, Failure, FailureClass, Noise, Outcome, RunStatus};
use serde::Serialize;

use crate::recorder::redactor::Redactor;
use crate::settings::ReporterKind;

/// What is told when a run begins.
#[derive(Debug)]
pub(crate) struct RunBegins<'a> {
    /// The monitor.
    pub(crate) monitor: &'a str,
    /// The dialect of its script.
    pub(crate) dialect: &'a str,
    /// The commit that runs.
    pub(crate) revision: Option<&'a str>,
}

/// A step that ended.
#[derive(Debug, Serialize)]
pub(crate) struct StepEnded<'a> {
    /// Titles of the groups around its test, and of the test.
    pub(crate) test: &'a [String],
    /// Number in its test, from 1.
    pub(crate) index: u32,
    /// In how many steps it stands.
    pub(crate) depth: u32,
    /// Its name.
    pub(crate) name: &'a str,
    /// How it ended.
    pub(crate) status: Outcome,
    /// How long it took.
    pub(crate) duration_ms: f64,
    /// Why it failed.
    pub(crate) error: Option<ErrorReport>,
}

/// A test that ended.
#[derive(Debug, Serialize)]
pub(crate) struct TestEnded<'a> {
    /// Titles of the groups around it, and its own.
    pub(crate) title: &'a [String],
    /// The file that declares it.
    pub(crate) file: &'a str,
    /// The line of its declaration.
    pub(crate) line: u32,
    /// How it ended.
    pub(crate) status: Outcome,
    /// Which attempt this was, from 1.
    pub(crate) attempt: u32,
    /// How long it took.
    pub(crate) duration_ms: f64,
    /// Why it failed.
    pub(crate) error: Option<ErrorReport>,
}

/// Why something failed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ErrorReport {
    /// What went wrong.
    pub(crate) message: String,
    /// The calls that led there, in the user's own files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stack: Option<String>,
    /// Where in the user's own files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<Location>,
    /// The lines around.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excerpt: Option<String>,
    /// What the action tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) call_log: Vec<String>,
}

/// A place in a file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Location {
    /// The file.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The column, from 1.
    pub(crate) column: u32,
}

/// A run that ended.
#[derive(Debug, Serialize)]
pub(crate) struct RunEnded {
    /// Its id; a run that was refused has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// The monitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) monitor: Option<String>,
    /// What happened to the site, or to us.
    pub(crate) status: RunStatus,
    /// Whether the documents arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delivery: Option<Delivery>,
    /// Why it did not pass.
    pub(crate) failure: Option<Failure>,
    /// How many tests and steps ended in which way.
    pub(crate) counts: Counts,
    /// How long it took.
    pub(crate) duration_ms: f64,
    /// What it cost.
    pub(crate) cost: Cost,
    /// Where its documents are, for people.
    #[serde(skip)]
    pub(crate) store: String,
    /// Where the files kept of it are, for people.
    #[serde(skip)]
    pub(crate) evidence: Vec<String>,
    /// What noise disturbed it, for people.
    #[serde(skip)]
    pub(crate) noise: Noise,
}

/// How many tests and steps ended in which way.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Counts {
    /// Tests, each counted once whatever its attempts.
    pub(crate) tests: OutcomeCounts,
    /// Steps.
    pub(crate) steps: OutcomeCounts,
}

/// How many ended in which way.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct OutcomeCounts {
    /// As expected.
    pub(crate) passed: u64,
    /// Not as expected.
    pub(crate) failed: u64,
    /// Not tried.
    pub(crate) skipped: u64,
}

impl OutcomeCounts {
    /// Counts one more.
    pub(crate) fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Skipped => self.skipped += 1,
        }
    }
}

/// Where a reporter writes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stream {
    /// The standard output.
    Stdout,
    /// The standard error, where documents own the standard output.
    Stderr,
}

/// Tells how runs go.
#[derive(Debug)]
pub(crate) struct Reporter {
    kind: ReporterKind,
    stream: Stream,
    redactor: Arc<Redactor>,
    colours: bool,
}

impl Reporter {
    /// Returns a reporter.
    pub(crate) fn new(kind: ReporterKind, stream: Stream, redactor: Arc<Redactor>) -> Self {
        let colours = kind == ReporterKind::Pretty && stream.shows_colours();
        Self { kind, stream, redactor, colours }
    }

    /// Tells that a run begins.
    pub(crate) fn run_begins(&self, run: &RunBegins<'_>) {
        if self.kind == ReporterKind::Pretty {
            self.write(&pretty::run_begins(run));
        }
    }

    /// Tells that a step ended.
    pub(crate) fn step_ended(&self, step: &StepEnded<'_>) {
        self.write(&match self.kind {
            ReporterKind::Pretty => pretty::step_ended(step),
            ReporterKind::Json => json::line("step", step),
        });
    }

    /// Tells that a test ended.
    pub(crate) fn test_ended(&self, test: &TestEnded<'_>) {
        self.write(&match self.kind {
            ReporterKind::Pretty => pretty::test_ended(test),
            ReporterKind::Json => json::line("test", test),
        });
    }

    /// Tells what a script printed, or what its author should know.
    pub(crate) fn said(&self, level: &str, text: &str) {
        match self.kind {
            ReporterKind::Pretty => self.write(&pretty::said(level, text)),
            ReporterKind::Json => tracing::info!(level, text, "the script printed"),
        }
    }

    /// Tells that a run ended.
    pub(crate) fn run_ended(&self, run: &RunEnded) {
        self.write(&match self.kind {
            ReporterKind::Pretty => pretty::run_ended(run),
            ReporterKind::Json => json::line("run", run),
        });
    }

    /// Whoever listened may be gone: then nobody is left to be told.
    fn write(&self, text: &str) {
        let clean = self.redactor.text(text);
        let shown = if self.colours { pretty::coloured(&clean) } else { clean.into_owned() };
        match self.stream {
            Stream::Stdout => std::io::stdout().lock().write_all(shown.as_bytes()).ok(),
            Stream::Stderr => std::io::stderr().lock().write_all(shown.as_bytes()).ok(),
        };
    }
}

impl Stream {
    fn shows_colours(self) -> bool {
        use std::io::IsTerminal as _;
        match self {
            Self::Stdout => crate::logging::wants_colours() && std::io::stdout().is_terminal(),
            Self::Stderr => crate::logging::wants_colours() && std::io::stderr().is_terminal(),
        }
    }
}

/// Tells a program that no run was performed, in the form in which it expects the end of one.
pub(crate) fn refuse(message: &str, class: FailureClass) {
    let run = RunEnded {
        id: None,
        monitor: None,
        status: RunStatus::Error,
        delivery: None,
        failure: Some(Failure::new(class, message)),
        counts: Counts::default(),
        duration_ms: 0.0,
        cost: Cost::default(),
        store: String::new(),
        evidence: Vec::new(),
        noise: Noise::default(),
    };
    // Whoever listened may be gone: then nobody is left to be told.
    std::io::stdout().write_all(json::line("run", &run).as_bytes()).ok();
}

#[cfg(test)]
mod tests;
