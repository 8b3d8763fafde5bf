//! What is told about one transition of an alert, in words that belong to no receiver.
//!
//! A notice is complete: it is written into the outbox and sent from there, maybe by another process.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that a receiver may want to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Id of the delivery: the same for every attempt.
    pub id: String,
    pub event: Event,
    /// Why now: first, worse, better, repeat, resolved and so on.
    pub reason: String,
    /// Id of the alert, of its episode, and the number of the transition in it.
    pub alert: String,
    pub episode: String,
    pub seq: u32,
    pub rule: String,
    pub kind: String,
    pub title: String,
    /// What the rule's author wants to say.
    #[serde(default)]
    pub message: Option<String>,
    /// Value, limit and window in one line.
    pub summary: String,
    pub severity: Severity,
    /// From 0, needs fixing, to 100, all well.
    pub score: u8,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub value: Option<f64>,
    #[serde(default)]
    pub limit: Option<f64>,
    #[serde(default)]
    pub unit: String,
    #[serde(default)]
    pub samples: u64,
    /// Since when the alert lasts.
    pub started: Timestamp,
    /// When the transition happened.
    pub at: Timestamp,
    /// Whose fault it is taken to be.
    pub fault: String,
    #[serde(default)]
    pub evidence: Evidence,
    #[serde(default)]
    pub links: Links,
    /// What to type next.
    #[serde(default)]
    pub commands: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Fired,
    Changed,
    Repeated,
    Resolved,
    /// Somebody tries a receiver.
    Test,
    /// Another receiver could not be reached.
    DeadLetter,
}

impl Event {
    /// Returns the name that webhooks carry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fired => "alert.fired",
            Self::Changed => "alert.changed",
            Self::Repeated => "alert.repeated",
            Self::Resolved => "alert.resolved",
            Self::Test => "test",
            Self::DeadLetter => "dead_letter",
        }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Critical,
}

impl Severity {
    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What was found in the documents.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    pub run: Option<String>,
    pub monitor: Option<String>,
    pub monitor_name: Option<String>,
    pub test: Option<String>,
    pub step: Option<String>,
    pub error: Option<String>,
    pub error_type: Option<String>,
    pub url: Option<String>,
    /// A path or an address.
    pub screenshot: Option<String>,
    pub revision: Option<String>,
    /// The slowest or failed request.
    pub request: Option<String>,
    pub locations: Vec<String>,
    /// How many locations show it, out of how many.
    pub down: Option<(u32, u32)>,
    /// Fields that the rule's author wants to see.
    pub report: Vec<(String, String)>,
    pub documents: Vec<SampleRef>,
}

/// A document that shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampleRef {
    #[serde(rename = "_index")]
    pub index: String,
    #[serde(rename = "_id")]
    pub id: String,
    pub timestamp: Timestamp,
}

/// Addresses to go on from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    pub alert: Option<String>,
    pub run: Option<String>,
    pub kibana: Option<String>,
    pub runbook: Option<String>,
}

impl Notice {
    /// Tells whether the alert is over.
    #[must_use]
    pub fn is_resolved(&self) -> bool {
        self.event == Event::Resolved
    }

    /// Returns what the alert is about, shortest first: monitor, else the labels, else nothing.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        let monitor = self.evidence.monitor_name.clone().or_else(|| self.labels.get("monitor.id").cloned());
        let rest: Vec<&str> = self
            .labels
            .iter()
            .filter(|(name, _)| *name != "monitor.id")
            .map(|(_, value)| value.as_str())
            .collect();
        match (monitor, rest.is_empty()) {
            (Some(monitor), true) => Some(monitor),
            (Some(monitor), false) => Some(format!("{monitor} ({})", rest.join(", "))),
            (None, false) => Some(rest.join(", ")),
            (None, true) => self.evidence.monitor.clone(),
        }
    }

    /// Returns the headline without ornaments: title and subject.
    #[must_use]
    pub fn headline(&self) -> String {
        match self.subject() {
            Some(subject) => format!("{} — {subject}", self.title),
            None => self.title.clone(),
        }
    }

    /// Returns how a person would call the state: `FIRING`, `RESOLVED` and so on.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match self.event {
            Event::Resolved => "RESOLVED",
            Event::Test => "TEST",
            Event::DeadLetter => "NOT DELIVERED",
            Event::Fired | Event::Changed | Event::Repeated => "FIRING",
        }
    }

    /// Makes a notice that only says that a receiver works.
    #[must_use]
    pub fn test(id: impl Into<String>, receiver: &str, now: Timestamp) -> Self {
        let id = id.into();
        Self {
            event: Event::Test,
            reason: "test".to_owned(),
            alert: "test".to_owned(),
            episode: id.clone(),
            id,
            seq: 1,
            rule: "send-test".to_owned(),
            kind: "test".to_owned(),
            title: "This is a test".to_owned(),
            message: Some(format!("The receiver `{receiver}` works. Alerts will look like this.")),
            summary: "nothing is wrong".to_owned(),
            severity: Severity::Info,
            score: 100,
            labels: BTreeMap::new(),
            tags: vec!["test".to_owned()],
            value: None,
            limit: None,
            unit: String::new(),
            samples: 0,
            started: now,
            at: now,
            fault: "nobody".to_owned(),
            evidence: Evidence::default(),
            links: Links::default(),
            commands: Vec::new(),
        }
    }
}
