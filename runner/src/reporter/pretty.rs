//! The reporter for people: a line for each step and test, and what to look at when something failed.

use std::fmt::Write as _;

use canary_store::document::{Delivery, FailureClass, NoiseVerdict, Outcome, RunStatus};

use super::{ErrorReport, RunBegins, RunEnded, StepEnded, TestEnded};

/// Marks in front of lines; the colours of a terminal follow from them.
const PASSED: &str = "✓";
const FAILED: &str = "✗";
const SKIPPED: &str = "−";

pub(super) fn run_begins(run: &RunBegins<'_>) -> String {
    let commit = run.revision.map(|revision| format!(" at {}", short(revision))).unwrap_or_default();
    format!("{} ({}{commit})\n", run.monitor, run.dialect)
}

pub(super) fn step_ended(step: &StepEnded<'_>) -> String {
    let indent = "  ".repeat(2 + step.depth as usize);
    format!("{indent}{} {} ({})\n", mark(step.status), step.name, span(step.duration_ms))
}

pub(super) fn test_ended(test: &TestEnded<'_>) -> String {
    let title = test.title.join(" › ");
    let again = if test.attempt > 1 { format!(", attempt {}", test.attempt) } else { String::new() };
    let mut text = format!("  {} {title} ({}{again})\n", mark(test.status), span(test.duration_ms));
    if let Some(error) = &test.error {
        text.push_str(&error_text(error));
    }
    text
}

pub(super) fn said(level: &str, text: &str) -> String {
    format!("    {level}: {text}\n")
}

pub(super) fn run_ended(run: &RunEnded) -> String {
    let mut text = String::new();
    let tests = &run.counts.tests;
    let status = match run.status {
        RunStatus::Passed => format!("{PASSED} passed"),
        RunStatus::Failed => format!("{FAILED} failed"),
        RunStatus::Error => format!("{FAILED} error"),
    };
    let mut counts = Vec::new();
    for (count, word) in [(tests.passed, "passed"), (tests.failed, "failed"), (tests.skipped, "skipped")] {
        if count > 0 {
            counts.push(format!("{count} {word}"));
        }
    }
    let counts = if counts.is_empty() { "no test ran".to_owned() } else { counts.join(", ") };
    // Writing to a String cannot fail.
    writeln!(text, "{status}: {counts} in {}", span(run.duration_ms)).ok();
    if let Some(failure) = &run.failure {
        let message = failure.message.as_deref().unwrap_or_default();
        writeln!(text, "  {}: {}", class(failure.class), indented(message.trim_end(), 4)).ok();
    }
    let doubt = match run.noise.verdict {
        Some(NoiseVerdict::Noisy) => Some("noisy machine, times may be too long"),
        Some(NoiseVerdict::Unusable) => Some("overloaded machine, times say nothing about the site"),
        Some(NoiseVerdict::Quiet) | None => None,
    };
    if let Some(doubt) = doubt {
        writeln!(text, "  {doubt}: {}", run.noise.reasons.join("; ")).ok();
    }
    for evidence in &run.evidence {
        writeln!(text, "  kept: {evidence}").ok();
    }
    if let Some(documents) = run.cost.documents.filter(|_| !run.store.is_empty()) {
        let arrived = match run.delivery {
            None | Some(Delivery::Complete) => String::new(),
            Some(Delivery::Spooled) => ", some of them wait in the spool".to_owned(),
            Some(Delivery::Partial) => {
                let reasons: Vec<String> =
                    run.cost.dropped.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
                format!(", some of them were dropped ({})", reasons.join(", "))
            }
        };
        writeln!(text, "  {documents} documents in {}{arrived}", run.store).ok();
    }
    if let Some(id) = &run.id {
        writeln!(text, "  run {id}").ok();
    }
    text
}

/// Returns the text with the colours of its marks.
pub(super) fn coloured(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let colour = match line.trim_start().chars().next() {
                Some('✓') => "32",
                Some('✗') => "31",
                Some('−') => "33",
                _ => return line.to_owned(),
            };
            format!("\u{1b}[{colour}m{}\u{1b}[0m\n", line.trim_end_matches('\n'))
        })
        .collect()
}

fn error_text(error: &ErrorReport) -> String {
    let mut text = format!("      {}\n", indented(error.message.trim_end(), 6));
    if let Some(excerpt) = &error.excerpt {
        writeln!(text, "\n      {}\n", indented(excerpt.trim_matches('\n'), 6)).ok();
    }
    if let Some(stack) = &error.stack {
        writeln!(text, "      {}", indented(stack.trim_end(), 6)).ok();
    }
    if !error.call_log.is_empty() && !error.message.contains("call log") {
        text.push_str("      call log:\n");
        for line in &error.call_log {
            writeln!(text, "        - {}", indented(line, 10)).ok();
        }
    }
    text
}

fn indented(text: &str, by: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(by)))
}

fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => PASSED,
        Outcome::Failed => FAILED,
        Outcome::Skipped => SKIPPED,
    }
}

fn class(class: FailureClass) -> &'static str {
    match class {
        FailureClass::Assertion => "not as expected",
        FailureClass::Site => "the site failed",
        FailureClass::Timeout => "time ran out",
        FailureClass::Plan => "the settings are wrong",
        FailureClass::Checkout => "no checkout",
        FailureClass::Script => "the script failed",
        FailureClass::BrowserMissing => "no browser",
        FailureClass::BrowserCrash => "the browser died",
        FailureClass::OutOfMemory => "the browser ran out of memory",
        FailureClass::Store => "not delivered",
        FailureClass::Interrupted => "interrupted",
        FailureClass::Internal => "a bug of Canary",
        FailureClass::Lost => "lost",
    }
}

fn short(revision: &str) -> &str {
    revision.get(..10).unwrap_or(revision)
}

fn span(millis: f64) -> String {
    if millis < 1_000.0 { format!("{millis:.0} ms") } else { format!("{:.1} s", millis / 1_000.0) }
}
