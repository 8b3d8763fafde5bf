//! The one internal form that every kind of rule is brought into: select, check, hold, label, route.
//!
//! Owns the types. Reading them from files belongs to [`crate::read`], deciding with them to
//! [`crate::engine`] and [`crate::status`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::measure::Measure;
use crate::path::Path;
use crate::problem::Position;
use crate::select::Select;

/// One rule, ready to be evaluated.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique over all files; part of every derived id.
    pub id: String,
    /// What the rule is called in messages.
    pub title: String,
    /// One or two sentences for the person who gets the message.
    pub message: Option<String>,
    /// The kind as written: `match`, `threshold`, `runs` and so on.
    pub kind: &'static str,
    pub select: Select,
    pub check: Check,
    pub hold: Hold,
    pub label: Label,
    pub route: Route,
    /// How often the rule is evaluated.
    pub every: Duration,
    /// How long documents may take until they can be read; the store's own figure where not written.
    pub query_delay: Option<Duration>,
    pub no_data: WhenUnknown,
    pub on_error: WhenUnknown,
    /// Changes whenever the rule's own text does.
    pub revision: String,
    /// Where the rule stands.
    pub file: String,
    pub at: Position,
}

/// What a rule decides on.
#[derive(Debug, Clone)]
pub enum Check {
    Threshold(Threshold),
    Runs(Runs),
    Silence(Silence),
    Lost(Lost),
}

/// A measured value against limits, over a window, for each group.
#[derive(Debug, Clone)]
pub struct Threshold {
    pub measure: Measure,
    /// The second filter of `ratio(…)`.
    pub bad: Option<Select>,
    pub window: Duration,
    pub group_by: Vec<Path>,
    pub warn: Option<Condition>,
    pub crit: Option<Condition>,
    /// What the value must fulfil before a firing alert counts as good again.
    pub clear: Option<Condition>,
    pub min_samples: u64,
}

/// Runs that failed one after the other, in enough locations.
#[derive(Debug, Clone)]
pub struct Runs {
    pub fail_when: Select,
    pub ignore_when: Option<Select>,
    /// Failed runs in a row for a warning, if there is one before the alarm.
    pub warn_after: Option<u32>,
    /// Failed runs in a row for the alarm.
    pub consecutive: u32,
    pub locations: u32,
    pub window: Duration,
    pub group_by: Vec<Path>,
    pub recover: Recover,
}

/// When a `runs` alert counts as good again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recover {
    /// As soon as too few locations are down.
    FirstUp,
    /// When the newest run of every location is no failure.
    AllUp,
}

/// Monitors that should give something and gave nothing.
#[derive(Debug, Clone)]
pub struct Silence {
    pub expect: Expect,
    /// Longer than the schedule by this much; derived from the schedule where not written.
    pub grace: Option<Duration>,
    /// Slots in a row that must have been missed.
    pub consecutive: u32,
    pub level: Level,
}

/// Which monitors are expected.
#[derive(Debug, Clone, PartialEq)]
pub enum Expect {
    /// Those that published a `monitor` document, else those that ran on time in the last seven days.
    Monitors,
    /// Exactly these.
    List(Vec<Expected>),
}

/// One expected monitor at one location.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    pub monitor: String,
    /// Any location will do where none is written.
    pub location: Option<String>,
    pub every: Duration,
}

/// Runs that started and never ended.
#[derive(Debug, Clone)]
pub struct Lost {
    /// How long after its deadline a run counts as lost.
    pub grace: Duration,
    pub level: Level,
}

/// How long something must last before it counts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hold {
    /// Before an alert fires.
    pub fire_after: Duration,
    /// Before a firing alert ends.
    pub keep_firing: Duration,
    /// Between two reminders of an alert that goes on.
    pub repeat: Duration,
}

/// How bad a breach is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Warn,
    Crit,
}

/// What an alert is called by people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Critical,
}

impl Severity {
    /// The three severities with the words that files use.
    pub const WORDS: [(&'static str, Self); 3] =
        [("info", Self::Info), ("warning", Self::Warning), ("critical", Self::Critical)];

    /// Returns the severity that a score stands for: up to 30 critical, up to 70 warning, else information.
    #[must_use]
    pub fn of_score(score: u8) -> Self {
        match score {
            0..=30 => Self::Critical,
            31..=70 => Self::Warning,
            _ => Self::Info,
        }
    }

    /// Returns the word that documents and messages use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What is said about an alert beside its numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Label {
    /// Wins over the score where written.
    pub severity: Option<Severity>,
    pub score: Option<u8>,
    pub tags: Vec<String>,
    /// Fields whose values a message should show.
    pub report: Vec<Path>,
    /// Whose fault it is taken to be: `site` unless written.
    pub fault: Option<String>,
    /// A page that says what to do.
    pub runbook: Option<String>,
}

impl Label {
    /// Returns the score of an alert at a level.
    #[must_use]
    pub fn score(&self, level: Level) -> u8 {
        self.score.unwrap_or(match (self.severity, level) {
            (Some(Severity::Critical), _) | (None, Level::Crit) => 10,
            (Some(Severity::Warning), _) | (None, Level::Warn) => 40,
            (Some(Severity::Info), _) => 80,
        })
    }

    /// Returns the severity of an alert at a level.
    #[must_use]
    pub fn severity(&self, level: Level) -> Severity {
        self.severity.unwrap_or_else(|| Severity::of_score(self.score(level)))
    }
}

/// Who is told, where the rule itself says so; the routes of the listener decide otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Route {
    pub receivers: Vec<String>,
    /// Canarytrace's own way: each reporter has a score and a message of its own.
    pub reporters: Vec<Reporter>,
}

/// One reporter of a Canarytrace rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reporter {
    /// `slack`, `email` or `events`.
    pub kind: String,
    pub score: Option<u8>,
    pub message: Option<String>,
    pub recipients: Vec<String>,
}

/// What an unknown answer does to an alert. It never resolves one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenUnknown {
    /// The alert stays as it is.
    Keep,
    /// Not knowing is an alert of its own, at the rule's highest level.
    Alert,
}

impl Rule {
    /// Returns the highest level that the rule can reach.
    #[must_use]
    pub fn highest(&self) -> Level {
        match &self.check {
            Check::Threshold(threshold) if threshold.crit.is_none() => Level::Warn,
            Check::Silence(Silence { level, .. }) | Check::Lost(Lost { level, .. }) => *level,
            Check::Threshold(_) | Check::Runs(_) => Level::Crit,
        }
    }

    /// Returns the fields that make a group of this rule, in their order.
    #[must_use]
    pub fn group_by(&self) -> &[Path] {
        match &self.check {
            Check::Threshold(threshold) => &threshold.group_by,
            Check::Runs(runs) => &runs.group_by,
            Check::Silence(_) | Check::Lost(_) => &[],
        }
    }

    /// Returns how far back the rule looks.
    #[must_use]
    pub fn window(&self) -> Duration {
        match &self.check {
            Check::Threshold(threshold) => threshold.window,
            Check::Runs(runs) => runs.window,
            Check::Silence(_) | Check::Lost(_) => LOOK_BACK,
        }
    }
}

/// How long a monitor that ran counts as expected, and an unfinished run as lost.
pub(crate) const LOOK_BACK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
