//! Owns the list of document kinds and their names.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kind of a document. In Elasticsearch each is a data stream, in SQLite a value of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// First document of a run.
    Start,
    /// Last document of a run.
    Run,
    /// One test.
    Test,
    /// One step.
    Step,
    /// One document load.
    Page,
    /// One performance entry.
    Entry,
    /// One request.
    Request,
    /// One console message or uncaught error.
    Console,
    /// One memory sample.
    Memory,
    /// Coverage of one resource.
    Coverage,
    /// One audit.
    Audit,
    /// One availability check.
    Availability,
    /// What a script saved.
    Custom,
    /// One alert transition.
    Alert,
    /// One published expectation.
    Monitor,
}

impl Kind {
    /// All kinds, in the order of the reference.
    pub const ALL: [Self; 15] = [
        Self::Start,
        Self::Run,
        Self::Test,
        Self::Step,
        Self::Page,
        Self::Entry,
        Self::Request,
        Self::Console,
        Self::Memory,
        Self::Coverage,
        Self::Audit,
        Self::Availability,
        Self::Custom,
        Self::Alert,
        Self::Monitor,
    ];

    /// Returns the kind's name as it stands in stores, flags and rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Run => "run",
            Self::Test => "test",
            Self::Step => "step",
            Self::Page => "page",
            Self::Entry => "entry",
            Self::Request => "request",
            Self::Console => "console",
            Self::Memory => "memory",
            Self::Coverage => "coverage",
            Self::Audit => "audit",
            Self::Availability => "availability",
            Self::Custom => "custom",
            Self::Alert => "alert",
            Self::Monitor => "monitor",
        }
    }

    /// Returns the value of `event.dataset` for this kind.
    pub fn dataset(self) -> String {
        format!("canary.{}", self.as_str())
    }

    /// Returns the kind that a value of `event.dataset` names.
    pub fn from_dataset(dataset: &str) -> Option<Self> {
        dataset.strip_prefix("canary.")?.parse().ok()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no kind of document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of document `{name}`, expected one of {}", names())]
pub struct UnknownKind {
    /// The name as written.
    pub name: String,
}

fn names() -> String {
    Kind::ALL.map(Kind::as_str).join(", ")
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| UnknownKind { name: name.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_datasets_round_trip() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(Kind::from_dataset(&kind.dataset()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn unknown_name_lists_the_kinds() {
        let error = "runs".parse::<Kind>().unwrap_err();
        assert!(
            error.to_string().starts_with("unknown kind of document `runs`, expected one of start, run,")
        );
    }
}
