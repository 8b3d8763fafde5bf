//! What rules of all kinds share.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A length of time with its unit.
pub struct Duration;

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time with its unit, such as `90s`, `15m`, `6h` or `7d`.",
            "type": "string",
            "pattern": "^\\s*[0-9.]+\\s*(ms|s|m|h|d|w)\\s*$"
        })
    }
}

/// A length of time, or what the program finds out itself.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(super) enum Auto {
    /// A length of time.
    Duration(Duration),
    /// The program finds out.
    Auto(AutoWord),
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AutoWord {
    Auto,
}

/// A list of texts; a single text counts as a list of one.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(super) enum Texts {
    One(Scalar),
    Many(Vec<Scalar>),
}

/// A single value.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(super) enum Scalar {
    Text(String),
    Number(f64),
    Truth(bool),
}

/// What is done when a rule cannot be evaluated.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WhenUnknown {
    /// Nothing changes.
    Keep,
    /// It is an alert of its own.
    Alert,
}

/// How bad it is.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    Info,
    Warning,
    Critical,
}

/// Keys that every rule takes, and `defaults` for all of them.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shared {
    /// How often the rule is evaluated; at least `1s`.
    every: Option<Duration>,
    /// How long documents may take until they can be read; `auto`: the store knows.
    query_delay: Option<Auto>,
    /// When the store does not answer.
    on_error: Option<WhenUnknown>,
    /// When there is nothing to measure.
    no_data: Option<WhenUnknown>,
    /// When an alert that goes on is told again.
    repeat: Option<Duration>,
    /// How long it must be bad before it is told.
    r#for: Option<Duration>,
    /// How long it must be good before it is over.
    keep_firing_for: Option<Duration>,
    /// Words that routes and people go by.
    tags: Option<Texts>,
    /// Names of receivers; without them the routes decide.
    receivers: Option<Texts>,
}

/// What an alert says beside what was measured.
#[derive(JsonSchema)]
pub(super) struct Label {
    /// How bad it is, whatever was measured.
    severity: Option<Severity>,
    /// From 0 (critical) to 100 (information).
    #[schemars(range(max = 100))]
    score: Option<u8>,
    /// Fields of the documents that the message shows.
    report_labels: Option<Texts>,
    /// Whose fault it would be.
    fault: Option<Scalar>,
    /// Address of instructions for whoever is told.
    runbook: Option<Scalar>,
}
