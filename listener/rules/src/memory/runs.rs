//! Runs of each group and location, in the order in which they ended.
//!
//! Two schedulers may have run the same slot; then the run that ended first counts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::finding::{Finding, Unknown, Verdict};
use crate::group::{self, Fingerprint, MOST_GROUPS};
use crate::ids::Labels;
use crate::memory::{Found, Incoming};
use crate::path::Path;
use crate::rule::{Level, Recover, Runs};
use crate::time;

/// What is kept for one rule.
#[derive(Debug)]
pub(crate) struct Memory {
    groups: HashMap<Fingerprint, Group>,
    names: Names,
    pub(crate) refused_groups: u64,
}

#[derive(Debug)]
struct Group {
    labels: Arc<Labels>,
    locations: BTreeMap<Box<str>, Location>,
}

/// Runs by slot: of two runs of one monitor and slot the first end wins.
#[derive(Debug, Default)]
struct Location {
    slots: HashMap<Slot, Ended>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Slot {
    monitor: Box<str>,
    /// The slot's own moment, or the run's id where it ran without a schedule.
    name: Box<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Ended {
    at: Timestamp,
    run: Arc<str>,
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Good,
    Failed,
    /// Says nothing about the site.
    Ignored,
}

#[derive(Debug)]
struct Names {
    monitor: Path,
    location: Path,
    slot: Path,
    run: Path,
}

impl Default for Memory {
    fn default() -> Self {
        let names = Names {
            monitor: Path::new("monitor.id"),
            location: Path::new("observer.name"),
            slot: Path::new("run.slot"),
            run: Path::new("run.id"),
        };
        Self { groups: HashMap::new(), names, refused_groups: 0 }
    }
}

impl Memory {
    pub(crate) fn fold(&mut self, rule: &Runs, document: &Incoming<'_>, oldest: Timestamp, now: Timestamp) {
        if document.at < oldest {
            return;
        }
        let body = document.body;
        let text = |path: &Path| path.text(body).unwrap_or_default();
        let run = if text(&self.names.run).is_empty() { document.id } else { text(&self.names.run) };
        let slot = Slot {
            monitor: text(&self.names.monitor).into(),
            name: if text(&self.names.slot).is_empty() { run } else { text(&self.names.slot) }.into(),
        };
        let ended = Ended { at: document.at, run: run.into(), outcome: outcome(rule, body, now) };
        let location: Box<str> = text(&self.names.location).into();
        let (groups, refused) = (&mut self.groups, &mut self.refused_groups);
        group::each(&rule.group_by, body, &mut |key, labels| {
            if groups.len() >= MOST_GROUPS && !groups.contains_key(&key) {
                *refused += 1;
                return;
            }
            let group = groups
                .entry(key)
                .or_insert_with(|| Group { labels: Arc::new(labels()), locations: BTreeMap::new() });
            let location = group.locations.entry(location.clone()).or_default();
            let kept = location.slots.entry(slot.clone()).or_insert_with(|| ended.clone());
            if ended < *kept {
                kept.clone_from(&ended);
            }
        });
    }

    pub(crate) fn forget(&mut self, oldest: Timestamp) {
        self.groups.retain(|_, group| {
            group.locations.retain(|_, location| {
                location.slots.retain(|_, ended| ended.at >= oldest);
                !location.slots.is_empty()
            });
            !group.locations.is_empty()
        });
    }

    pub(crate) fn look(&self, rule: &Runs, end: Timestamp, found: &mut Found<'_>) {
        for (key, group) in &self.groups {
            found(*key, &|| Arc::clone(&group.labels), group.find(rule, end));
        }
    }

    pub(crate) fn groups(&self) -> usize {
        self.groups.len()
    }
}

fn outcome(rule: &Runs, body: &Value, now: Timestamp) -> Outcome {
    if rule.ignore_when.as_ref().is_some_and(|ignore| ignore.matches(body, now)) {
        Outcome::Ignored
    } else if rule.fail_when.matches(body, now) {
        Outcome::Failed
    } else {
        Outcome::Good
    }
}

/// What the newest runs of one location say.
#[derive(Debug, Default)]
struct Streak<'a> {
    failed: Vec<&'a Ended>,
    counted: u64,
    newest: Option<Timestamp>,
}

impl Location {
    fn streak(&self, from: Timestamp, end: Timestamp) -> Streak<'_> {
        let mut runs: Vec<&Ended> = self
            .slots
            .values()
            .filter(|ended| ended.at >= from && ended.at <= end && ended.outcome != Outcome::Ignored)
            .collect();
        runs.sort_unstable_by(|one, other| other.cmp(one));
        Streak {
            counted: runs.len() as u64,
            newest: runs.first().map(|ended| ended.at),
            failed: runs.into_iter().take_while(|ended| ended.outcome == Outcome::Failed).collect(),
        }
    }
}

impl Group {
    fn find(&self, rule: &Runs, end: Timestamp) -> Finding {
        const MOST_SHOWN: usize = 5;
        let from = time::before(end, rule.window);
        let streaks: Vec<Streak<'_>> =
            self.locations.values().map(|location| location.streak(from, end)).collect();
        let present = streaks.iter().filter(|streak| streak.counted > 0).count();
        let mut finding = Finding::unknown(Unknown::NoData);
        if present == 0 {
            return finding;
        }
        let down = |least: u32| streaks.iter().filter(|streak| streak.failed.len() >= least as usize).count();
        let reached = |least: u32| down(least) >= rule.locations as usize;
        let mut shown: Vec<&Ended> =
            streaks.iter().flat_map(|streak| streak.failed.iter().copied()).collect();
        shown.sort_unstable_by(|one, other| other.cmp(one));

        let warn = rule.warn_after.filter(|least| reached(*least));
        (finding.verdict, finding.limit) = if reached(rule.consecutive) {
            (Verdict::Bad(Level::Crit), Some(f64::from(rule.consecutive)))
        } else if let Some(least) = warn {
            (Verdict::Bad(Level::Warn), Some(f64::from(least)))
        } else if rule.recover == Recover::AllUp && !shown.is_empty() {
            (Verdict::Between, Some(f64::from(rule.consecutive)))
        } else {
            (Verdict::Good, Some(f64::from(rule.consecutive)))
        };
        let longest = streaks.iter().map(|streak| streak.failed.len()).max().unwrap_or_default();
        finding.value = Some(f64::from(u32::try_from(longest).unwrap_or(u32::MAX)));
        finding.samples = streaks.iter().map(|streak| streak.counted).sum();
        finding.last_data = streaks.iter().filter_map(|streak| streak.newest).max();
        finding.last_bad = shown.first().map(|ended| ended.at);
        finding.locations = Some((number(down(1)), number(present)));
        finding.runs = shown.iter().take(MOST_SHOWN).map(|ended| Arc::clone(&ended.run)).collect();
        finding
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
