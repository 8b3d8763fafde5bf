//! One message to one receiver: what several notices say when they are told together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::notice::{Event, Notice, Severity};

/// What goes out in one piece. There is at least one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    pub lines: Vec<Line>,
    /// When it is sent.
    pub now: Timestamp,
}

/// One alert in a message: its newest state, and what waited with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    pub notice: Notice,
    /// Ids of older notices of the same alert that are told by this one.
    pub collapsed: Vec<String>,
    /// Whether the alert began and ended while it waited to be told.
    pub whole: bool,
}

impl Message {
    /// Puts notices together: those of one alert become one line that tells its newest state.
    #[must_use]
    pub fn of(notices: Vec<Notice>, now: Timestamp) -> Self {
        let mut alerts: BTreeMap<String, Vec<Notice>> = BTreeMap::new();
        let mut order = Vec::new();
        for notice in notices {
            let waiting = alerts.entry(notice.alert.clone()).or_default();
            if waiting.is_empty() {
                order.push(notice.alert.clone());
            }
            waiting.push(notice);
        }
        let lines =
            order.into_iter().filter_map(|alert| alerts.remove(&alert)).filter_map(Line::of).collect();
        Self { lines, now }
    }

    /// Makes a message of one notice.
    #[must_use]
    pub fn single(notice: Notice, now: Timestamp) -> Self {
        Self { lines: vec![Line { notice, collapsed: Vec::new(), whole: false }], now }
    }

    /// Returns the worst severity of what still burns; of all where nothing does.
    #[must_use]
    pub fn severity(&self) -> Severity {
        let burning =
            self.lines.iter().filter(|line| !line.notice.is_resolved()).map(|line| line.notice.severity);
        let any = self.lines.iter().map(|line| line.notice.severity);
        burning.max().or_else(|| any.max()).unwrap_or(Severity::Info)
    }

    /// Tells whether everything in it is over.
    #[must_use]
    pub fn is_resolved(&self) -> bool {
        self.lines.iter().all(|line| line.notice.is_resolved())
    }

    /// Counts lines: alerts that burn, and alerts that are over.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let over = self.lines.iter().filter(|line| line.notice.is_resolved()).count();
        (self.lines.len() - over, over)
    }

    /// Returns the ids of all deliveries that this message carries.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().flat_map(|line| {
            line.collapsed.iter().map(String::as_str).chain(std::iter::once(line.notice.id.as_str()))
        })
    }
}

impl Line {
    fn of(mut notices: Vec<Notice>) -> Option<Self> {
        // Episodes begin with the alert's id and end with their second, so they sort by time.
        notices.sort_by_key(|notice| (notice.at, notice.seq));
        let newest = notices.pop()?;
        let began =
            notices.iter().any(|older| older.event == Event::Fired && older.episode == newest.episode);
        let whole = newest.is_resolved() && began;
        Some(Self { collapsed: notices.into_iter().map(|older| older.id).collect(), notice: newest, whole })
    }
}
