//! Who is expected to run, and when each was last heard of.
//!
//! A start counts as a sign of life; that it never ended is told by the kind `lost`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::finding::{Finding, Unknown, Verdict};
use crate::group;
use crate::ids::Labels;
use crate::memory::{Found, Incoming};
use crate::path::Path;
use crate::rule::{Expect, Silence};
use crate::time::{after, elapsed, millis};

/// What is kept for one rule.
#[derive(Debug)]
pub(crate) struct Memory {
    heard: HashMap<Pair, Heard>,
    /// Expectations that monitors published, newest of each.
    published: BTreeMap<Box<str>, Published>,
    names: Names,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Pair {
    monitor: Box<str>,
    location: Box<str>,
}

#[derive(Debug)]
struct Heard {
    last: Timestamp,
    run: Arc<str>,
    longest: Duration,
    /// When runs began, by their slot where they have one. The pauses between them are the schedule.
    begun: BTreeSet<Timestamp>,
}

#[derive(Debug, Clone)]
struct Published {
    at: Timestamp,
    every: Option<Duration>,
    locations: Vec<Box<str>>,
    removed: bool,
}

#[derive(Debug)]
struct Names {
    monitor: Path,
    location: Path,
    slot: Path,
    run: Path,
    duration: Path,
    interval: Path,
    locations: Path,
    removed: Path,
}

/// So many starts are remembered of each monitor and location.
const MOST_BEGUN: usize = 24;

/// So many starts are needed before their pauses are taken for a schedule.
const LEAST_BEGUN: usize = 4;

impl Default for Memory {
    fn default() -> Self {
        let names = Names {
            monitor: Path::new("monitor.id"),
            location: Path::new("observer.name"),
            slot: Path::new("run.slot"),
            run: Path::new("run.id"),
            duration: Path::new("run.duration"),
            interval: Path::new("monitor.interval"),
            locations: Path::new("monitor.locations"),
            removed: Path::new("monitor.removed"),
        };
        Self { heard: HashMap::new(), published: BTreeMap::new(), names }
    }
}

impl Memory {
    pub(crate) fn fold(&mut self, document: &Incoming<'_>, oldest: Timestamp) {
        let Some(monitor) = self.names.monitor.text(document.body) else { return };
        match document.kind {
            "monitor" => self.publish(monitor.into(), document),
            "start" | "run" if document.at >= oldest => self.hear(monitor.into(), document),
            _ => {}
        }
    }

    fn publish(&mut self, monitor: Box<str>, document: &Incoming<'_>) {
        let body = document.body;
        let mut locations = Vec::new();
        self.names.locations.each(body, &mut |value| locations.extend(value.as_str().map(Into::into)));
        let every = self.names.interval.first(body).and_then(serde_json::Value::as_f64);
        let news = Published {
            at: document.at,
            every: every.and_then(|interval| Duration::try_from_secs_f64(interval / 1000.0).ok()),
            locations,
            removed: self.names.removed.first(body).and_then(serde_json::Value::as_bool).unwrap_or(false),
        };
        match self.published.get_mut(&monitor) {
            Some(old) if old.at > news.at => {}
            Some(old) => *old = news,
            None => {
                self.published.insert(monitor, news);
            }
        }
    }

    fn hear(&mut self, monitor: Box<str>, document: &Incoming<'_>) {
        let body = document.body;
        let location: Box<str> = self.names.location.text(body).unwrap_or_default().into();
        let run: Arc<str> = self.names.run.text(body).unwrap_or(document.id).into();
        let heard = self.heard.entry(Pair { monitor, location }).or_insert_with(|| Heard {
            last: document.at,
            run: Arc::clone(&run),
            longest: Duration::ZERO,
            begun: BTreeSet::new(),
        });
        if document.at >= heard.last {
            heard.last = document.at;
            heard.run = run;
        }
        if let Some(duration) = self.names.duration.first(body).and_then(serde_json::Value::as_f64) {
            let duration = Duration::try_from_secs_f64(duration / 1000.0).unwrap_or_default();
            heard.longest = heard.longest.max(duration);
        }
        let slot = self.names.slot.text(body).and_then(|slot| slot.parse::<Timestamp>().ok());
        if let Some(begun) = slot.or((document.kind == "start").then_some(document.at)) {
            heard.begun.insert(begun);
            while heard.begun.len() > MOST_BEGUN {
                heard.begun.pop_first();
            }
        }
    }

    pub(crate) fn forget(&mut self, oldest: Timestamp) {
        self.heard.retain(|_, heard| heard.last >= oldest);
    }

    pub(crate) fn groups(&self) -> usize {
        self.heard.len()
    }

    pub(crate) fn look(&self, rule: &Silence, now: Timestamp, delay: Duration, found: &mut Found<'_>) {
        for (pair, expected) in self.expected(rule) {
            let labels = Arc::new(pair.labels());
            found(group::of_names(&labels), &|| Arc::clone(&labels), expected.find(rule, now, delay));
        }
    }

    /// A pair that nobody expects any more: it left the list, or was heard of too long ago.
    pub(crate) fn is_gone(&self, rule: &Silence, labels: &Labels) -> bool {
        let label = |name| labels.get(name).map_or("", String::as_str);
        let pair = Pair { monitor: label("monitor.id").into(), location: label("observer.name").into() };
        let by_schedule = rule.expect == Expect::Monitors && self.published.is_empty();
        if by_schedule { !self.heard.contains_key(&pair) } else { !self.expected(rule).contains_key(&pair) }
    }

    /// Returns who is expected: the list of the rule, else what was published, else what ran regularly.
    fn expected(&self, rule: &Silence) -> BTreeMap<Pair, Expected<'_>> {
        let mut expected = BTreeMap::new();
        let mut add = |monitor: &str, location: Option<&str>, every: Duration, since: Option<Timestamp>| {
            let (location, heard) = match location {
                Some(location) => (location, self.heard_at(monitor, location)),
                None => ("", self.heard_anywhere(monitor)),
            };
            let pair = Pair { monitor: monitor.into(), location: location.into() };
            expected.insert(pair, Expected { every, since, heard });
        };
        match &rule.expect {
            Expect::List(list) => {
                for one in list {
                    add(&one.monitor, one.location.as_deref(), one.every, None);
                }
            }
            Expect::Monitors if !self.published.is_empty() => {
                for (monitor, published) in self.published.iter().filter(|(_, published)| !published.removed)
                {
                    let every =
                        published.every.or_else(|| self.heard_anywhere(monitor).and_then(Heard::schedule));
                    let Some(every) = every else { continue };
                    if published.locations.is_empty() {
                        add(monitor, None, every, Some(published.at));
                    }
                    for location in &published.locations {
                        add(monitor, Some(location), every, Some(published.at));
                    }
                }
            }
            Expect::Monitors => {
                for (pair, heard) in &self.heard {
                    if let Some(every) = heard.schedule() {
                        expected.insert(pair.clone(), Expected { every, since: None, heard: Some(heard) });
                    }
                }
            }
        }
        expected
    }

    fn heard_at(&self, monitor: &str, location: &str) -> Option<&Heard> {
        self.heard.get(&Pair { monitor: monitor.into(), location: location.into() })
    }

    fn heard_anywhere(&self, monitor: &str) -> Option<&Heard> {
        self.heard
            .iter()
            .filter(|(pair, _)| &*pair.monitor == monitor)
            .map(|(_, heard)| heard)
            .max_by_key(|heard| heard.last)
    }
}

impl Pair {
    fn labels(&self) -> Labels {
        let mut labels = Labels::from([("monitor.id".to_owned(), self.monitor.to_string())]);
        if !self.location.is_empty() {
            labels.insert("observer.name".to_owned(), self.location.to_string());
        }
        labels
    }
}

impl Heard {
    /// Returns the usual pause between runs, if there is one: most pauses must be about as long.
    fn schedule(&self) -> Option<Duration> {
        if self.begun.len() < LEAST_BEGUN {
            return None;
        }
        let mut pauses: Vec<Duration> = self
            .begun
            .iter()
            .zip(self.begun.iter().skip(1))
            .map(|(one, next)| elapsed(*one, *next))
            .collect();
        pauses.sort_unstable();
        let usual = pauses[pauses.len() / 2];
        let near = |pause: &&Duration| **pause >= usual / 2 && **pause <= usual * 3 / 2;
        let regular = pauses.iter().filter(near).count() * 4 >= pauses.len() * 3;
        (regular && usual >= Duration::from_secs(10)).then_some(usual)
    }
}

struct Expected<'a> {
    every: Duration,
    /// When the expectation was published.
    since: Option<Timestamp>,
    heard: Option<&'a Heard>,
}

impl Expected<'_> {
    fn find(&self, rule: &Silence, now: Timestamp, delay: Duration) -> Finding {
        let mut finding = Finding::unknown(Unknown::NoData);
        let Some(last) = self.heard.map(|heard| heard.last).max(self.since) else {
            // A monitor of the rule's own list that never ran: nobody knows since when it should have.
            return finding;
        };
        let silent = elapsed(last, now);
        let allowed = self.allowed(rule, delay);
        finding.verdict = if now > after(last, allowed) { Verdict::Bad(rule.level) } else { Verdict::Good };
        finding.value = Some(millis(silent));
        finding.limit = Some(millis(allowed));
        finding.samples = 1;
        finding.last_data = Some(last);
        finding.runs = self.heard.iter().map(|heard| Arc::clone(&heard.run)).collect();
        finding
    }

    /// RULES.md §7: the schedule, half of it again or a minute, the longest run, what reading takes; and all
    /// but one of the missed slots on top.
    fn allowed(&self, rule: &Silence, delay: Duration) -> Duration {
        let missed = self.every * rule.consecutive.saturating_sub(1);
        let longest = self.heard.map_or(Duration::ZERO, |heard| heard.longest);
        let grace =
            rule.grace.unwrap_or_else(|| (self.every / 2).max(Duration::from_secs(60)) + longest + delay);
        missed + self.every + grace
    }
}
