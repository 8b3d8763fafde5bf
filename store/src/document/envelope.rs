//! Owns the envelope: the fields that every document carries.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RunId, SCHEMA_VERSION, is_default, time};

/// The fields that every document carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// When it happened, UTC, by the runner's wall clock.
    #[serde(rename = "@timestamp", with = "time")]
    #[schemars(with = "Timestamp8601")]
    pub timestamp: Timestamp,
    /// How the document came into the store.
    #[serde(default, skip_serializing_if = "is_default")]
    pub event: EventInfo,
    /// Version of the document model.
    #[serde(default)]
    pub schema: SchemaInfo,
    /// The run that the document belongs to.
    pub run: RunRef,
    /// The monitor that ran.
    pub monitor: MonitorRef,
    /// Where it ran.
    #[serde(default, skip_serializing_if = "is_default")]
    pub observer: Observer,
    /// The script that ran.
    #[serde(default, skip_serializing_if = "is_default")]
    pub script: ScriptRef,
    /// The test that the document belongs to, where it belongs to one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub test: TestRef,
    /// The step that the document belongs to, where it belongs to one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub step: StepRef,
    /// The document load that the document belongs to, where it belongs to one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub page: PageRef,
    /// Labels that the operator gave to the run, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl Envelope {
    /// Makes the envelope of a document with nothing but what each must have.
    pub fn new(timestamp: Timestamp, run: RunId, sequence: u64, monitor: impl Into<String>) -> Self {
        Self {
            timestamp: time::to_millis(timestamp),
            event: EventInfo::default(),
            schema: SchemaInfo::default(),
            run: RunRef { id: run, sequence, attempt: 1 },
            monitor: MonitorRef { id: monitor.into(), name: None, tags: Vec::new() },
            observer: Observer::default(),
            script: ScriptRef::default(),
            test: TestRef::default(),
            step: StepRef::default(),
            page: PageRef::default(),
            labels: BTreeMap::new(),
        }
    }
}

/// How the document came into the store; `event.dataset` is written from the body's kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventInfo {
    /// When the store took the document in, UTC. Stamped by the store, not by the writer.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Timestamp8601>")]
    pub ingested: Option<Timestamp>,
    /// Who stamped `event.ingested`; absent where the store has no word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingested_by: Option<IngestedBy>,
}

/// Who stamped `event.ingested`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IngestedBy {
    /// The runner, because the server has no ingest processors: its clock, and before the network.
    Runner,
    /// The store, by its own clock.
    Store,
}

/// Version of the document model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SchemaInfo {
    /// Version of the document model that the document was written with.
    pub version: u32,
}

impl Default for SchemaInfo {
    fn default() -> Self {
        Self { version: SCHEMA_VERSION }
    }
}

/// The run that a document belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRef {
    /// Id of the run, a UUID of version 7.
    pub id: RunId,
    /// Number of the document in its run, from 0.
    pub sequence: u64,
    /// Which attempt at the same slot this run is, from 1.
    #[serde(default = "first_attempt")]
    pub attempt: u32,
}

fn first_attempt() -> u32 {
    1
}

/// The monitor that ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MonitorRef {
    /// Id of the monitor, by default made from the script's path.
    pub id: String,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Tags of the monitor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Where the monitor ran.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observer {
    /// Name of the location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The location for people.
    #[serde(default, skip_serializing_if = "is_default")]
    pub geo: Geo,
}

/// A location for people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Geo {
    /// Name of the location for people, for example a city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The script that ran.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScriptRef {
    /// Address of the git repository, without credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The full commit id that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Path of the script in its repository or folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Dialect of the script: recorder, playwright, smoke and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
}

/// The test that a document belongs to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestRef {
    /// Id of the test, stable from run to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Title of the test with the titles of the groups around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The step that a document belongs to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepRef {
    /// Id of the step in its run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Number of the step in its test, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// Name of the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The document load that a document belongs to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageRef {
    /// Id of the document load in its run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Address of the document when the observation was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Schema of a moment as documents write it.
pub(crate) struct Timestamp8601;

impl JsonSchema for Timestamp8601 {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}
