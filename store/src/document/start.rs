//! Owns the kind `start`: the plan of a run, written before anything else of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::envelope::Timestamp8601;
use super::{Versions, is_default, time};

/// First document of a run: what is going to happen, without secrets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Start {
    /// When the run was due and when it must be over.
    pub run: StartFields,
    /// The plan as it was resolved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub plan: Plan,
    /// Versions of what takes part.
    #[serde(default, skip_serializing_if = "is_default")]
    pub versions: Versions,
}

/// When the run was due and when it must be over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StartFields {
    /// The moment in its schedule that the run stands for, UTC.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Timestamp8601>")]
    pub slot: Option<Timestamp>,
    /// When the run is over at the latest, UTC; a run without an end past it is lost.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Timestamp8601>")]
    pub deadline: Option<Timestamp>,
}

/// The plan of a run, without secrets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Scripts or addresses to visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// How the browser is reached: launch, attach or webdriver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// Settings that differ from their defaults, by name; secrets only by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, serde_json::Value>,
    /// Parameters that the script gets, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// Names of the secrets that the script gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}
