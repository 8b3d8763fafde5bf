//! Alerts as they are kept and told.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::ids::{self, AlertId, Labels};
use crate::rule::{Level, Severity};
use crate::status::{Action, Reason, State, Status};

/// One alert as it is kept: the rule, the group, and how it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub alert: AlertId,
    pub rule: String,
    pub labels: Arc<Labels>,
    /// The rule's text when the row was written.
    pub revision: String,
    /// What the alert is called, for pages that show it after the rule is gone.
    pub title: String,
    pub status: Status,
}

/// What an evaluation wants changed. Nothing of it holds before it was committed.
#[derive(Debug, Clone)]
pub struct Change {
    pub row: Row,
    /// Whether the row must be written, or is only remembered.
    pub write: bool,
    pub transition: Option<Transition>,
}

/// A step of an alert with everything that follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    pub id: String,
    pub alert: AlertId,
    pub rule: String,
    pub labels: Arc<Labels>,
    /// The second at which the episode began.
    pub episode: i64,
    pub seq: u32,
    pub action: Action,
    pub reason: Reason,
    pub at: Timestamp,
    pub from: State,
    pub to: State,
    pub level: Level,
    pub severity: Severity,
    pub score: u8,
    pub finding: Finding,
    pub status: Status,
}

impl Transition {
    /// Returns the id of the episode.
    #[must_use]
    pub fn episode_id(&self) -> String {
        ids::episode(&self.alert, self.episode)
    }

    /// Returns the moment at which the episode began.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        Timestamp::from_second(self.episode).unwrap_or(self.at)
    }
}
