//! Rule files as they are written: names, forms and what they mean, for the JSON Schema that an editor completes
//! and checks with. Reading is [`crate::read`]'s, which says more and where; a test holds the two together.

#![expect(dead_code, reason = "these types are read by the generator of the schema only")]

mod kinds;
mod legacy;
mod shared;

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, schema_for};

use kinds::{Lost, Runs, Silence, Threshold};
use legacy::{Contains, Match, Range};
pub use shared::Duration;
use shared::Shared;

/// Returns the JSON Schema of rule files.
#[must_use]
pub fn rules_schema() -> Schema {
    schema_for!(File)
}

/// A rule file of canary-listener: a map, or a bare list of rules as Canarytrace has it.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(title = "rule file")]
enum File {
    List(Vec<AnyRule>),
    Sections(Box<Sections>),
    /// An empty file.
    Nothing(()),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sections {
    /// The version of the format.
    version: Option<Version>,
    /// What rules have where they say nothing themselves.
    defaults: Option<Shared>,
    /// The rules.
    rules: Option<Vec<AnyRule>>,
    /// Receivers by name; `canary-listener schema settings` has their form.
    receivers: Option<BTreeMap<String, serde_json::Value>>,
    /// Who gets which alert; the first that fits decides.
    routes: Option<Vec<serde_json::Value>>,
    /// Alerts that are written down and not told.
    silences: Option<Vec<serde_json::Value>>,
}

/// The only one so far.
struct Version;

impl JsonSchema for Version {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        schemars::json_schema!({ "const": 1 })
    }
}

/// One rule. Which keys it takes follows from its `kind`, or from its `type` where it comes from Canarytrace.
#[derive(JsonSchema)]
#[serde(untagged)]
enum AnyRule {
    Threshold(Box<Threshold>),
    Runs(Box<Runs>),
    Silence(Box<Silence>),
    Lost(Box<Lost>),
    Match(Box<Match>),
    Contains(Box<Contains>),
    Range(Box<Range>),
}

#[cfg(test)]
mod tests;
