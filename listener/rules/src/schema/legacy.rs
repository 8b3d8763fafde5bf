//! Rules with `type:`, as Canarytrace has them.

use schemars::JsonSchema;

use super::shared::{Label, Scalar, Shared, Texts};

/// What rules with `type:` share.
#[derive(JsonSchema)]
pub(super) struct Legacy {
    /// What the rule is called in messages.
    title: Scalar,
    /// An index of Canarytrace, such as `c.report`, or a kind of documents.
    index: String,
    /// How much of the past is counted, such as `now-1h`.
    #[serde(rename = "timeRange")]
    #[schemars(regex(pattern = "^\\s*now-[0-9.]+\\s*(ms|s|m|h|d|w)\\s*$"))]
    time_range: String,
    /// The field that is looked at.
    field: Scalar,
    /// From how many hits it is an alert; without it 1.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    min: Option<u64>,
    /// Fields of the documents that the message shows.
    #[serde(rename = "reportLabels")]
    report_labels_of_canarytrace: Option<Texts>,
    /// Who is told, with which words.
    reporters: Option<Vec<Reporter>>,
    /// `stateless` tells again at every evaluation, as Canarytrace did.
    compat: Option<Compat>,
    /// Without it made of title and condition.
    id: Option<Scalar>,
    #[serde(flatten)]
    label: Label,
    #[serde(flatten)]
    shared: Shared,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Compat {
    Stateless,
    Episodes,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reporter {
    /// Where it was told there. Receivers and routes decide here.
    r#type: ReporterKind,
    /// From 0 (critical) to 100 (information).
    #[schemars(range(max = 100))]
    score: Option<u8>,
    /// The words of the message.
    message: Option<Scalar>,
    /// Addresses of mail.
    recipients: Option<Texts>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ReporterKind {
    Slack,
    Email,
    Events,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Must {
    Must,
    MustNot,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MatchType {
    Match,
}

/// Documents whose field has, or has not, a value.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Match {
    r#type: MatchType,
    operator: Must,
    /// The value.
    expected: Scalar,
    #[serde(flatten)]
    rest: Legacy,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ContainsType {
    Contains,
}

/// Documents whose field holds a text, and another field one of several, or none of them.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Contains {
    r#type: ContainsType,
    /// The text.
    value: Scalar,
    expression: Option<Expression>,
    #[serde(flatten)]
    rest: Legacy,
}

/// Canarytrace's documentation has two spellings of each key.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Expression {
    /// The other field.
    c: Option<Scalar>,
    /// The other field.
    field: Option<Scalar>,
    operator: Must,
    /// The texts.
    values: Option<Texts>,
    /// The text.
    value: Option<Texts>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RangeType {
    Range,
}

/// Documents whose field is above or below a number.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    r#type: RangeType,
    operator: Sign,
    /// The number.
    value: f64,
    #[serde(flatten)]
    rest: Legacy,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Sign {
    Gte,
    Lte,
    Gt,
    Lt,
}
