//! Owns the kinds `test` and `step`: what the script declared, and how it ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Attachment, Failure, Url, Vitals, is_default};

/// How a test or a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Not as expected.
    Failed,
    /// It was not run.
    Skipped,
}

/// One test of the script; a recording or a journey is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Test {
    /// How the test ended.
    pub test: TestFields,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Files kept of the test.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestFields {
    /// Outcome of the last attempt.
    pub status: Outcome,
    /// From its start to its end, hooks included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub duration: Option<f64>,
    /// Which attempt this was, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// File that declares the test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line of the declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Tags of the test.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_reason: Option<String>,
}

/// One step of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// How the step ended.
    pub step: StepFields,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Address of the page at the end of the step.
    #[serde(default, skip_serializing_if = "is_default")]
    pub url: Url,
    /// The page at the end of the step.
    #[serde(default, skip_serializing_if = "is_default")]
    pub page: StepPage,
    /// Vitals of the documents loaded in the step.
    #[serde(default, skip_serializing_if = "is_default")]
    pub vitals: Vitals,
    /// Work of the renderer during the step.
    #[serde(default, skip_serializing_if = "is_default")]
    pub layout: Layout,
    /// Files kept of the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepFields {
    /// Outcome of the step.
    pub status: Outcome,
    /// From its start to its end, without the evidence taken after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub duration: Option<f64>,
    /// How many steps it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// File of the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line of the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// The page at the end of a step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepPage {
    /// Title of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Work of the renderer during a step, as the browser counts it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Layout {
    /// Full and partial layouts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layouts: Option<u64>,
    /// Time spent on layouts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub layout_duration: Option<f64>,
    /// Recalculations of styles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style_recalculations: Option<u64>,
    /// Time spent on styles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub style_duration: Option<f64>,
    /// Time spent in scripts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub script_duration: Option<f64>,
    /// Time spent in all tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub task_duration: Option<f64>,
}
