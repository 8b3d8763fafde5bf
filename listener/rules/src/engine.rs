//! All rules with their memories and alerts: documents in, changes out.
//!
//! Owns which rule sees which document, when each rule is due, and the rows of alerts. A change is proposed by
//! [`Engine::evaluate`] and taken by [`Engine::accept`] once it was committed, so that a store that is away
//! delays alerts and loses none.

mod dispatch;
mod seen;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::finding::{Finding, Unknown, Verdict};
use crate::group::{self, Fingerprint};
use crate::ids::{self, AlertId, Labels};
use crate::memory::{Incoming, Memory, SLACK};
use crate::rule::{Check, Label, Level, Rule, WhenUnknown};
use crate::status::{FORGOTTEN_AFTER, State, Status, Step};
use crate::time::{self, elapsed};
use crate::transition::{Change, Row, Transition};
use dispatch::Dispatch;
use seen::Seen;

/// The rules at work.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Watched>,
    dispatch: Dispatch,
    /// Rules that have alerts and groups, by kind: they want to know who was heard of.
    alerting: HashMap<&'static str, Vec<usize>>,
    /// The newest document of each kind, whatever filters say of it.
    newest: HashMap<Box<str>, Timestamp>,
    /// Rules that may care for the document at hand; kept to allocate once.
    woken: Vec<usize>,
    by_id: HashMap<String, usize>,
    seen: Seen,
    /// How long documents may take until they can be read, where a rule says nothing.
    query_delay: Duration,
    /// Rows whose rule is gone.
    orphans: Vec<Row>,
    counts: Counts,
}

#[derive(Debug)]
struct Watched {
    rule: Arc<Rule>,
    memory: Memory,
    rows: HashMap<Fingerprint, Row>,
    /// The slot of `every` in which the rule was last evaluated.
    evaluated: Option<i64>,
}

/// What the engine has done, for metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub documents: u64,
    /// Documents that were read again and not counted again.
    pub repeated: u64,
    pub evaluations: u64,
    pub refused_groups: u64,
    pub groups: u64,
}

impl Engine {
    /// Puts rules to work, with the rows that were kept of earlier times.
    #[must_use]
    pub fn new(rules: Vec<Rule>, rows: Vec<Row>, query_delay: Duration) -> Self {
        let mut engine = Self {
            rules: Vec::with_capacity(rules.len()),
            dispatch: Dispatch::default(),
            alerting: HashMap::new(),
            newest: HashMap::new(),
            woken: Vec::new(),
            by_id: HashMap::new(),
            seen: Seen::default(),
            query_delay,
            orphans: Vec::new(),
            counts: Counts::default(),
        };
        for (index, rule) in rules.into_iter().enumerate() {
            engine.by_id.insert(rule.id.clone(), index);
            let memory = Memory::of(&rule);
            engine.rules.push(Watched {
                rule: Arc::new(rule),
                memory,
                rows: HashMap::new(),
                evaluated: None,
            });
        }
        engine.dispatch =
            Dispatch::of(engine.rules.iter().map(|watched| (kinds(&watched.rule), &watched.rule.select)));
        for row in rows {
            match engine.by_id.get(&row.rule).copied() {
                Some(index) => {
                    let watched = &mut engine.rules[index];
                    let key = fingerprint(&watched.rule, &row.labels);
                    watched.rows.insert(key, row);
                }
                None => engine.orphans.push(row),
            }
        }
        engine.note_alerting();
        engine
    }

    /// Returns the kinds of documents that rules want, with how far back each is needed at the start.
    #[must_use]
    pub fn horizons(&self) -> BTreeMap<&'static str, Duration> {
        let mut horizons = BTreeMap::new();
        for watched in &self.rules {
            for kind in kinds(&watched.rule) {
                let horizon: &mut Duration = horizons.entry(kind).or_default();
                *horizon = (*horizon).max(watched.rule.window().saturating_add(SLACK));
            }
        }
        horizons
    }

    /// Returns the fields that rules name, for the projection; nothing where a rule may look at any field.
    #[must_use]
    pub fn fields(&self) -> Option<BTreeSet<String>> {
        let mut fields: BTreeSet<String> = ALWAYS.iter().map(|field| (*field).to_owned()).collect();
        for watched in &self.rules {
            let rule = &watched.rule;
            fields.extend(rule.select.fields()?);
            fields.extend(rule.group_by().iter().map(ToString::to_string));
            match &rule.check {
                Check::Threshold(check) => {
                    fields.extend(check.measure.field().map(ToString::to_string));
                    if let Some(bad) = &check.bad {
                        fields.extend(bad.fields()?);
                    }
                }
                Check::Runs(check) => {
                    fields.extend(check.fail_when.fields()?);
                    if let Some(ignore) = &check.ignore_when {
                        fields.extend(ignore.fields()?);
                    }
                }
                Check::Silence(_) | Check::Lost(_) => {}
            }
        }
        Some(fields)
    }

    /// Returns the rules, in their order.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.iter().map(|watched| &watched.rule)
    }

    /// Returns a rule by its id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.by_id.get(id).map(|index| &self.rules[*index].rule)
    }

    /// Returns all rows that are kept.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rules.iter().flat_map(|watched| watched.rows.values())
    }

    /// Returns what was done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = self.counts;
        for watched in &self.rules {
            let (groups, refused) = watched.memory.size();
            counts.groups += groups as u64;
            counts.refused_groups += refused;
        }
        counts
    }

    /// Takes in one document. A document that was taken in before counts once, so reading the same minutes
    /// again is safe; the order does not matter.
    pub fn fold(&mut self, document: &Incoming<'_>, now: Timestamp) {
        if !self.seen.insert(document.id, now) {
            self.counts.repeated += 1;
            return;
        }
        self.counts.documents += 1;
        match self.newest.get_mut(document.kind) {
            Some(newest) => *newest = (*newest).max(document.at),
            None => {
                self.newest.insert(document.kind.into(), document.at);
            }
        }
        self.dispatch.find(document.kind, document.body, &mut self.woken);
        for index in &self.woken {
            let watched = &mut self.rules[*index];
            if watched.rule.select.matches(document.body, now) {
                watched.memory.fold(&watched.rule, document, now);
            }
        }
        for index in self.alerting.get(document.kind).into_iter().flatten() {
            self.rules[*index].hear(document);
        }
    }

    /// Notes which rules have alerts and groups.
    fn note_alerting(&mut self) {
        self.alerting.clear();
        for (index, watched) in self.rules.iter().enumerate() {
            if !watched.rows.is_empty() && !watched.rule.group_by().is_empty() {
                self.alerting.entry(watched.rule.select.kind()).or_default().push(index);
            }
        }
    }

    /// Evaluates the rules that are due, or all of them, and returns what should change.
    #[must_use]
    pub fn evaluate(&mut self, now: Timestamp, all: bool) -> Vec<Change> {
        let mut changes = self.remove_orphans(now);
        for watched in &mut self.rules {
            let slot = slot(&watched.rule, now);
            if !all && watched.evaluated == Some(slot) {
                continue;
            }
            watched.memory.forget(&watched.rule, now);
            self.counts.evaluations += 1;
            let heard = self.newest.get(watched.rule.select.kind()).copied();
            watched.evaluate(self.query_delay, heard, now, &mut changes);
        }
        changes
    }

    /// Lays the overlay `error` over all alerts, because the store did not answer or not completely.
    #[must_use]
    pub fn fail(&mut self, now: Timestamp) -> Vec<Change> {
        let mut changes = Vec::new();
        for watched in &mut self.rules {
            for row in watched.rows.values() {
                let finding = Finding::unknown(Unknown::Error);
                changes.extend(change(&watched.rule, row.clone(), &finding, now));
            }
        }
        changes
    }

    /// Takes changes that were committed.
    pub fn accept(&mut self, changes: Vec<Change>, now: Timestamp) {
        for change in changes {
            let Some(index) = self.by_id.get(&change.row.rule).copied() else {
                self.orphans.retain(|row| row.alert != change.row.alert);
                continue;
            };
            let watched = &mut self.rules[index];
            let key = fingerprint(&watched.rule, &change.row.labels);
            watched.rows.insert(key, change.row);
        }
        for watched in &mut self.rules {
            watched.evaluated = Some(slot(&watched.rule, now));
            let keep = watched.rule.window().max(Duration::from_secs(24 * 60 * 60));
            watched.rows.retain(|_, row| {
                let over = row.status.closed.is_some_and(|closed| elapsed(closed, now) > keep);
                !(row.status.state == State::Ok && (over || row.status.is_blank()))
            });
        }
        self.note_alerting();
    }

    /// Ends the alerts of rules that are gone.
    fn remove_orphans(&self, now: Timestamp) -> Vec<Change> {
        self.orphans
            .iter()
            .map(|row| {
                let (status, step) = row.status.remove(now);
                let transition = step.map(|step| Transition {
                    id: ids::transition(&row.alert, status.episode.unwrap_or_default(), status.seq),
                    alert: row.alert.clone(),
                    rule: row.rule.clone(),
                    labels: Arc::clone(&row.labels),
                    episode: status.episode.unwrap_or_default(),
                    seq: status.seq,
                    action: step.action,
                    reason: step.reason,
                    at: now,
                    from: row.status.state,
                    to: status.state,
                    level: status.level.unwrap_or(Level::Warn),
                    severity: Label::default().severity(status.level.unwrap_or(Level::Warn)),
                    score: Label::default().score(status.level.unwrap_or(Level::Warn)),
                    finding: Finding::unknown(Unknown::NoData),
                    status: status.clone(),
                });
                Change { row: Row { status, ..row.clone() }, write: true, transition }
            })
            .collect()
    }
}

impl Watched {
    /// Groups with an alert must know whether anybody is looking at all.
    fn hear(&mut self, document: &Incoming<'_>) {
        let (Memory::Threshold(memory), Check::Threshold(check)) = (&mut self.memory, &self.rule.check)
        else {
            return;
        };
        let rows = &self.rows;
        group::each(&check.group_by, document.body, &mut |key, _| {
            if rows.contains_key(&key) {
                memory.hear(key, document.at);
            }
        });
    }

    fn evaluate(
        &self,
        query_delay: Duration,
        heard: Option<Timestamp>,
        now: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        let delay = self.rule.query_delay.unwrap_or(query_delay);
        let mut looked = std::collections::HashSet::new();
        let has_alert = |key| self.rows.contains_key(&key);
        self.memory.look(&self.rule, now, delay, heard, &has_alert, &mut |key, labels, finding| {
            match self.rows.get(&key) {
                Some(row) => {
                    looked.insert(key);
                    changes.extend(change(&self.rule, row.clone(), &finding, now));
                }
                // An alert that does not exist need not be made to be found good.
                None if matches!(finding.verdict, Verdict::Bad(_)) || self.alerts_on(&finding) => {
                    changes.extend(change(&self.rule, new_row(&self.rule, labels()), &finding, now));
                }
                None => {}
            }
        });
        for (key, row) in self.rows.iter().filter(|(key, _)| !looked.contains(key)) {
            let end = time::before(now, delay);
            let finding = self
                .memory
                .look_at(&self.rule, *key, end)
                .unwrap_or_else(|| Finding::unknown(Unknown::NoData));
            changes.extend(
                self.forgotten(row, &finding, now).or_else(|| change(&self.rule, row.clone(), &finding, now)),
            );
        }
    }

    fn alerts_on(&self, finding: &Finding) -> bool {
        finding.verdict == Verdict::Unknown(Unknown::NoData) && self.rule.no_data == WhenUnknown::Alert
    }

    /// Ends an alert whose group gave nothing for so long that it counts as gone.
    fn forgotten(&self, row: &Row, finding: &Finding, now: Timestamp) -> Option<Change> {
        let unheard = matches!(finding.verdict, Verdict::Unknown(Unknown::NoData));
        let last = row.status.last_data.max(row.status.since)?;
        let forgotten = unheard && elapsed(last, now) > FORGOTTEN_AFTER.max(self.rule.window());
        let gone = forgotten || self.memory.is_gone(&self.rule, &row.labels);
        if !gone || !row.status.state.is_active() {
            return None;
        }
        let (status, step) = row.status.remove(now);
        Some(proposed(&self.rule, row.clone(), status, step, finding, now))
    }
}

fn change(rule: &Rule, row: Row, finding: &Finding, now: Timestamp) -> Option<Change> {
    let (status, step) = row.status.step(rule, finding, now);
    if status == row.status {
        return None;
    }
    Some(proposed(rule, row, status, step, finding, now))
}

fn proposed(
    rule: &Rule,
    row: Row,
    status: Status,
    step: Option<Step>,
    finding: &Finding,
    now: Timestamp,
) -> Change {
    let write = step.is_some() || status.differs(&row.status);
    let level = status.level.unwrap_or_else(|| rule.highest());
    let transition = step.map(|step| {
        let episode = status.episode.unwrap_or_else(|| now.as_second());
        Transition {
            id: ids::transition(&row.alert, episode, status.seq),
            alert: row.alert.clone(),
            rule: rule.id.clone(),
            labels: Arc::clone(&row.labels),
            episode,
            seq: status.seq,
            action: step.action,
            reason: step.reason,
            at: now,
            from: row.status.state,
            to: status.state,
            level,
            severity: rule.label.severity(level),
            score: rule.label.score(level),
            finding: finding.clone(),
            status: status.clone(),
        }
    });
    let row = Row { revision: rule.revision.clone(), title: rule.title.clone(), status, ..row };
    Change { row, write, transition }
}

fn new_row(rule: &Rule, labels: Arc<Labels>) -> Row {
    Row {
        alert: AlertId::of(&rule.id, &labels),
        rule: rule.id.clone(),
        labels,
        revision: rule.revision.clone(),
        title: rule.title.clone(),
        status: Status::default(),
    }
}

/// Rules of a silence or a lost run make their labels themselves; all others by their `group_by`.
fn fingerprint(rule: &Rule, labels: &Labels) -> Fingerprint {
    match rule.check {
        Check::Threshold(_) | Check::Runs(_) => group::of_labels(rule.group_by(), labels),
        Check::Silence(_) | Check::Lost(_) => group::of_names(labels),
    }
}

fn kinds(rule: &Rule) -> Vec<&'static str> {
    match rule.check {
        Check::Threshold(_) | Check::Runs(_) => vec![rule.select.kind()],
        Check::Silence(_) => vec!["start", "run", "monitor"],
        Check::Lost(_) => vec!["start", "run"],
    }
}

fn slot(rule: &Rule, now: Timestamp) -> i64 {
    let every = i64::try_from(rule.every.as_millis()).unwrap_or(i64::MAX).max(1);
    now.as_millisecond().div_euclid(every)
}

/// Fields that the memories read themselves.
const ALWAYS: [&str; 10] = [
    "@timestamp",
    "monitor.id",
    "observer.name",
    "run.id",
    "run.slot",
    "run.deadline",
    "run.duration",
    "monitor.interval",
    "monitor.locations",
    "monitor.removed",
];

#[cfg(test)]
pub(crate) mod tests;
