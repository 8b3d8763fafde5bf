//! Owns the ids of runs and documents.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Id of one run: a UUID of version 7, so that ids sort by the time the run was planned.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// Makes a new id for a run that begins at `now`.
    pub fn at(now: Timestamp) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
        let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos);
        Self(uuid::Uuid::new_v7(stamp).to_string())
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for RunId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for RunId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Id of one document, unique over everything a store holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(String);

impl DocumentId {
    /// Makes the id of the document with this number in a run.
    pub fn new(run: &RunId, sequence: u64) -> Self {
        Self(format!("{run}-{sequence}"))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for DocumentId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for DocumentId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_ids_sort_by_time() {
        let earlier = RunId::at("2026-11-21T10:00:00Z".parse().unwrap());
        let later = RunId::at("2026-11-21T10:00:01Z".parse().unwrap());
        assert!(earlier < later);
    }

    #[test]
    fn document_id_is_run_and_sequence() {
        assert_eq!(DocumentId::new(&"r-1".into(), 7).as_str(), "r-1-7");
    }
}
