//! From an expectation to its outcome: asks the page, keeps the deadline, gathers what was seen.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ExpectOutcome, Expectation, Matcher};
use crate::action::Locating;
use crate::error::{ActionError, Interrupted};
use crate::evaluate::World;
use crate::frame::Frame;
use crate::injected::Answer;
use crate::progress::Progress;
use crate::selector::Selector;

/// What the page saw.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    pass: bool,
    received: Value,
    missing: bool,
}

impl Frame {
    /// Waits until the expectation holds of what the selector finds.
    ///
    /// An expectation that fails is an outcome; an error is what keeps it from being asked.
    pub async fn expect(
        &self,
        progress: &Progress,
        selector: &Selector,
        expectation: &Expectation,
    ) -> Result<ExpectOutcome, ActionError> {
        self.locating(selector, true).expect(progress, expectation).await
    }

    /// Waits until the expectation holds of the document itself: its title, its address, its tree.
    pub async fn expect_document(
        &self,
        progress: &Progress,
        expectation: &Expectation,
    ) -> Result<ExpectOutcome, ActionError> {
        let root = match expectation.matcher {
            Matcher::ToMatchAriaSnapshot { .. } => "body",
            _ => ":root",
        };
        let selector = Selector::parse(root).map_err(|error| ActionError::Invalid(error.to_string()))?;
        run(progress, self.locating(&selector, false), expectation, false).await
    }
}

impl Locating<'_> {
    /// Waits until the expectation holds.
    pub async fn expect(
        &self,
        progress: &Progress,
        expectation: &Expectation,
    ) -> Result<ExpectOutcome, ActionError> {
        run(progress, *self, expectation, true).await
    }
}

async fn run(
    progress: &Progress,
    locating: Locating<'_>,
    expectation: &Expectation,
    named: bool,
) -> Result<ExpectOutcome, ActionError> {
    let wish = expectation.wish().map_err(ActionError::Invalid)?;
    let timeout =
        progress.timeout().map_or_else(String::new, |limit| format!(" with timeout {}ms", limit.as_millis()));
    progress.log(&format!("Expect \"{}\"{timeout}", expectation.name()));
    if named {
        progress.log(&format!("waiting for {}", locating.selector().describe()));
    }
    let world = if expectation.needs_main_world() { World::Main } else { World::Isolated };
    let ask =
        crate::action::Ask { world, ..crate::action::Ask::new(json!({ "kind": "expect", "wish": wish })) };
    let mut outcome = ExpectOutcome {
        pass: false,
        received: Value::Null,
        missing: true,
        error: None,
        timed_out: false,
        log: progress.call_log(),
    };
    let seen = match locating.ask(progress, &ask).await {
        Ok(asked) => match asked.answer {
            Answer::Value(value) => Seen { pass: true, ..seen(value) },
            Answer::TimedOut(value) => {
                outcome.timed_out = true;
                Seen { pass: false, ..seen(value) }
            }
            Answer::Object(_) => {
                return Err(ActionError::Invalid("the page answered with an object".to_owned()));
            }
        },
        Err(ActionError::Interrupted(Interrupted::Timeout { .. })) => {
            outcome.timed_out = true;
            Seen { missing: true, ..Seen::default() }
        }
        Err(error @ (ActionError::Strict { .. } | ActionError::Invalid(_))) => {
            outcome.error = Some(error.to_string());
            Seen::default()
        }
        Err(error) => return Err(error),
    };
    Ok(ExpectOutcome {
        pass: seen.pass,
        received: seen.received,
        missing: seen.missing,
        log: progress.call_log(),
        ..outcome
    })
}

fn seen(value: Value) -> Seen {
    serde_json::from_value(value).unwrap_or_default()
}
