//! What is kept of the documents for each rule, so that an evaluation reads nothing but memory.
//!
//! Owns the choice by kind of rule. Each kind's memory takes in documents in any order and answers for all of
//! its groups.

pub(crate) mod lost;
pub(crate) mod runs;
pub(crate) mod silence;
pub(crate) mod threshold;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::finding::Finding;
use crate::group::Fingerprint;
use crate::ids::Labels;
use crate::rule::{Check, LOOK_BACK, Rule};
use crate::time;

/// A document as the rules see it.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    pub id: &'a str,
    /// The kind, as the store names it.
    pub kind: &'a str,
    /// When it happened.
    pub at: Timestamp,
    pub body: &'a Value,
}

/// Called with each group that was looked at: its labels are made only if somebody asks for them.
pub(crate) type Found<'f> = dyn FnMut(Fingerprint, &dyn Fn() -> Arc<Labels>, Finding) + 'f;

/// Documents this late still find their minute.
pub(crate) const SLACK: Duration = Duration::from_secs(10 * 60);

/// The memory of one rule.
#[derive(Debug)]
pub(crate) enum Memory {
    Threshold(threshold::Memory),
    Runs(runs::Memory),
    Silence(silence::Memory),
    Lost(lost::Memory),
}

impl Memory {
    pub(crate) fn of(rule: &Rule) -> Self {
        match &rule.check {
            Check::Threshold(_) => Self::Threshold(threshold::Memory::default()),
            Check::Runs(_) => Self::Runs(runs::Memory::default()),
            Check::Silence(_) => Self::Silence(silence::Memory::default()),
            Check::Lost(_) => Self::Lost(lost::Memory::default()),
        }
    }

    /// Takes in a document that the rule's filter let through.
    pub(crate) fn fold(&mut self, rule: &Rule, document: &Incoming<'_>, now: Timestamp) {
        let oldest = time::before(now, rule.window().saturating_add(SLACK));
        match (self, &rule.check) {
            (Self::Threshold(memory), Check::Threshold(check)) => {
                memory.fold(check, document, time::minute(oldest), now)
            }
            (Self::Runs(memory), Check::Runs(check)) => memory.fold(check, document, oldest, now),
            (Self::Silence(memory), Check::Silence(_)) => memory.fold(document, oldest),
            (Self::Lost(memory), Check::Lost(_)) => memory.fold(document, oldest),
            _ => unreachable!("the memory is made from the rule's own check"),
        }
    }

    /// Forgets what no window can reach any more.
    pub(crate) fn forget(&mut self, rule: &Rule, now: Timestamp) {
        let oldest = time::before(now, rule.window().saturating_add(SLACK));
        match self {
            Self::Threshold(memory) => memory.forget(time::minute(oldest)),
            Self::Runs(memory) => memory.forget(oldest),
            Self::Silence(memory) => memory.forget(time::before(now, LOOK_BACK)),
            Self::Lost(memory) => memory.forget(time::before(now, LOOK_BACK)),
        }
    }

    /// Looks at all groups that the memory holds. `heard` is the newest document of the rule's kind at all.
    pub(crate) fn look(
        &self,
        rule: &Rule,
        now: Timestamp,
        delay: Duration,
        heard: Option<Timestamp>,
        has_alert: &dyn Fn(Fingerprint) -> bool,
        found: &mut Found<'_>,
    ) {
        let end = time::before(now, delay);
        match (self, &rule.check) {
            (Self::Threshold(memory), Check::Threshold(check)) => {
                memory.look(check, end, heard, has_alert, found)
            }
            (Self::Runs(memory), Check::Runs(check)) => memory.look(check, end, found),
            (Self::Silence(memory), Check::Silence(check)) => memory.look(check, now, delay, found),
            (Self::Lost(memory), Check::Lost(check)) => memory.look(check, end, found),
            _ => unreachable!("the memory is made from the rule's own check"),
        }
    }

    /// Looks at a group that has an alert and that the memory may no longer hold.
    pub(crate) fn look_at(&self, rule: &Rule, key: Fingerprint, end: Timestamp) -> Option<Finding> {
        match (self, &rule.check) {
            (Self::Threshold(memory), Check::Threshold(check)) if !memory.has(key) => {
                Some(memory.look_at(check, key, end))
            }
            _ => None,
        }
    }

    /// Tells whether what a group speaks of is no longer expected, so that its alert ends.
    pub(crate) fn is_gone(&self, rule: &Rule, labels: &Labels) -> bool {
        match (self, &rule.check) {
            (Self::Silence(memory), Check::Silence(check)) => memory.is_gone(check, labels),
            _ => false,
        }
    }

    /// Returns how many groups there are, and how many documents were refused because there are too many.
    pub(crate) fn size(&self) -> (usize, u64) {
        match self {
            Self::Threshold(memory) => (memory.groups(), memory.refused_groups),
            Self::Runs(memory) => (memory.groups(), memory.refused_groups),
            Self::Silence(memory) => (memory.groups(), 0),
            Self::Lost(memory) => (memory.groups(), 0),
        }
    }
}
