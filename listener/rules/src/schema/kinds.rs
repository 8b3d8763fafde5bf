//! Rules with `kind:`.

use schemars::JsonSchema;

use super::shared::{Auto, Duration, Label, Scalar, Shared, Texts};

/// What rules with `kind:` share.
#[derive(JsonSchema)]
pub(super) struct Modern {
    /// Unique over all files: up to 100 letters, digits, `-`, `_` or `.`.
    #[schemars(regex(pattern = "^[A-Za-z0-9._-]{1,100}$"))]
    id: String,
    /// What the rule is called in messages; without it the id.
    title: Option<Scalar>,
    /// One or two sentences for whoever gets the message.
    message: Option<Scalar>,
    /// Which documents, in KQL.
    r#where: Option<String>,
    #[serde(flatten)]
    label: Label,
    #[serde(flatten)]
    shared: Shared,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ThresholdKind {
    Threshold,
}

/// A measured value against limits, over a window, for each group.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Threshold {
    kind: ThresholdKind,
    /// The kind of documents, or an index of Canarytrace.
    index: String,
    /// How much of the past is measured.
    window: Duration,
    /// `count()`, `rate()`, `ratio(KQL)`, `avg(FIELD)`, `min`, `max`, `sum`, `p95(FIELD)`, `distinct(FIELD)`.
    measure: String,
    /// Fields whose values make groups, each with an alert of its own.
    group_by: Option<Texts>,
    /// From where it is a warning, such as `"> 2000"` or `">= 5%"`.
    warn: Option<Comparison>,
    /// From where it is critical.
    crit: Option<Comparison>,
    /// From where it is good again; without it as soon as it is no longer bad.
    clear: Option<Comparison>,
    /// With fewer documents nothing is decided.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    min_samples: Option<u64>,
    #[serde(flatten)]
    rest: Modern,
}

/// A comparison, quoted since YAML reads `>` itself.
#[derive(JsonSchema)]
pub(super) struct Comparison(#[schemars(regex(pattern = "^\\s*(>=|<=|>|<)\\s*-?[0-9.]+\\s*%?\\s*$"))] String);

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RunsKind {
    Runs,
}

/// Failed runs in a row, in so many locations.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Runs {
    kind: RunsKind,
    /// `run`.
    index: Option<String>,
    /// Which runs failed, in KQL; without it `run.status: failed`.
    fail_when: Option<String>,
    /// Which runs say nothing, in KQL; without it `run.status: error`.
    ignore_when: Option<String>,
    /// How many in a row; without it 3.
    consecutive: Option<Streak>,
    /// In how many locations at once; without it 1.
    #[schemars(range(min = 1, max = 10_000))]
    locations: Option<u64>,
    /// When it is over: with the first good run, or with one in every location.
    recover: Option<Recover>,
    /// How far back runs count; without it a day.
    window: Option<Duration>,
    /// Fields whose values make groups; without it `monitor.id`.
    group_by: Option<Texts>,
    #[serde(flatten)]
    rest: Modern,
}

/// A number, or one for each level.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(super) enum Streak {
    Count(#[schemars(range(min = 1, max = 1_000))] u32),
    Levels(Levels),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Levels {
    /// A warning after so many.
    #[schemars(range(min = 1, max = 1_000))]
    warn: Option<u32>,
    /// Critical after so many, more than for a warning.
    #[schemars(range(min = 1, max = 1_000))]
    crit: u32,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Recover {
    FirstUp,
    AllUp,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SilenceKind {
    Silence,
}

/// A monitor that should have spoken and did not.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Silence {
    kind: SilenceKind,
    /// The kind of documents; without it `run`.
    index: Option<String>,
    /// Who should speak: `monitors` (those that publish themselves) or a list.
    expect: Option<Expect>,
    /// How late is still in time.
    grace: Option<Auto>,
    /// How many slots in a row; without it 2.
    #[schemars(range(min = 1, max = 1_000))]
    consecutive: Option<u64>,
    /// `true` where it is only a warning.
    warn: Option<bool>,
    /// `true`, as it is without either.
    crit: Option<bool>,
    #[serde(flatten)]
    rest: Modern,
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(super) enum Expect {
    Word(ExpectWord),
    List(#[schemars(length(min = 1))] Vec<Expected>),
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExpectWord {
    Monitors,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    /// The monitor's id.
    monitor: Scalar,
    /// Only from this location.
    location: Option<Scalar>,
    /// How often it runs.
    every: Duration,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LostKind {
    Lost,
}

/// Runs that started and never ended.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lost {
    kind: LostKind,
    /// How long after its deadline a run is lost; without it `60s`.
    grace: Option<Duration>,
    /// `true` where it is only a warning.
    warn: Option<bool>,
    /// `true`, as it is without either.
    crit: Option<bool>,
    #[serde(flatten)]
    rest: Modern,
}
