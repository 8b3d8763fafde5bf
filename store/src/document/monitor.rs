//! Owns the kind `monitor`: what should be running.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_default;

/// A published expectation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Monitor {
    /// What is expected; id, name and tags stand in the envelope.
    pub monitor: MonitorFields,
}

/// What is expected of a monitor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MonitorFields {
    /// Schedule as written: a cron expression or `@every`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Longest pause between two slots of the schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub interval: Option<f64>,
    /// Time zone of the schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Locations where it should run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// What it should reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<Objective>,
    /// Whether the monitor is no longer expected.
    #[serde(default, skip_serializing_if = "is_default")]
    pub removed: bool,
}

/// What a monitor should reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Objective {
    /// Name of the objective.
    pub name: String,
    /// Share of good runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "percent"))]
    pub target: Option<f64>,
    /// Period over which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub period: Option<f64>,
}
