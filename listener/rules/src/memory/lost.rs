//! Runs that began and have not ended yet.
//!
//! Nobody else can say that a run was lost: after SIGKILL the run itself writes nothing any more.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::finding::{Finding, Unknown, Verdict};
use crate::group::{self, Fingerprint};
use crate::ids::Labels;
use crate::memory::{Found, Incoming};
use crate::path::Path;
use crate::rule::Lost;
use crate::time::{after, elapsed, millis};

/// What is kept for one rule.
#[derive(Debug)]
pub(crate) struct Memory {
    groups: HashMap<Fingerprint, Group>,
    fields: [Path; 2],
    run: Path,
    deadline: Path,
}

#[derive(Debug)]
struct Group {
    labels: Arc<Labels>,
    runs: HashMap<Arc<str>, Seen>,
}

/// What was seen of one run; the end may arrive before the start.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    began: Option<Timestamp>,
    deadline: Option<Timestamp>,
    ended: Option<Timestamp>,
}

/// A start without a deadline of its own gets the longest time a run has by default.
const RUN_TIMEOUT: Duration = Duration::from_secs(600);

impl Default for Memory {
    fn default() -> Self {
        Self {
            groups: HashMap::new(),
            fields: [Path::new("monitor.id"), Path::new("observer.name")],
            run: Path::new("run.id"),
            deadline: Path::new("run.deadline"),
        }
    }
}

impl Seen {
    fn newest(&self) -> Option<Timestamp> {
        self.began.max(self.ended)
    }

    fn is_lost(&self, end: Timestamp, grace: Duration) -> bool {
        self.ended.is_none() && self.deadline.is_some_and(|deadline| end > after(deadline, grace))
    }
}

impl Memory {
    pub(crate) fn fold(&mut self, document: &Incoming<'_>, oldest: Timestamp) {
        if document.at < oldest {
            return;
        }
        let Some(run) = self.run.text(document.body) else { return };
        let deadline = self.deadline.text(document.body).and_then(|text| text.parse().ok());
        let groups = &mut self.groups;
        group::each(&self.fields, document.body, &mut |_, labels| {
            let labels = labels();
            let key = group::of_names(&labels);
            let group =
                groups.entry(key).or_insert_with(|| Group { labels: Arc::new(labels), runs: HashMap::new() });
            let seen = group.runs.entry(run.into()).or_default();
            if document.kind == "start" {
                seen.began = seen.began.or(Some(document.at));
                seen.deadline = deadline.or(Some(after(document.at, RUN_TIMEOUT)));
            } else {
                seen.ended = Some(document.at);
            }
        });
    }

    pub(crate) fn forget(&mut self, oldest: Timestamp) {
        self.groups.retain(|_, group| {
            group.runs.retain(|_, seen| seen.newest().is_some_and(|at| at >= oldest));
            !group.runs.is_empty()
        });
    }

    pub(crate) fn groups(&self) -> usize {
        self.groups.len()
    }

    pub(crate) fn look(&self, rule: &Lost, end: Timestamp, found: &mut Found<'_>) {
        for (key, group) in &self.groups {
            found(*key, &|| Arc::clone(&group.labels), group.find(rule, end));
        }
    }
}

impl Group {
    /// A lost run is told until a later run of the same monitor and location ends as it should.
    fn find(&self, rule: &Lost, end: Timestamp) -> Finding {
        let ended_start =
            self.runs.values().filter(|seen| seen.ended.is_some()).filter_map(Seen::newest_start).max();
        let mut lost: Vec<(Timestamp, Timestamp, &Arc<str>)> = self
            .runs
            .iter()
            .filter(|(_, seen)| seen.is_lost(end, rule.grace))
            .filter_map(|(run, seen)| Some((seen.began?, seen.deadline?, run)))
            .filter(|(began, _, _)| ended_start.is_none_or(|ended| *began > ended))
            .collect();
        lost.sort_unstable_by(|one, other| other.cmp(one));

        let mut finding = Finding::unknown(Unknown::NoData);
        finding.last_data = self.runs.values().filter_map(Seen::newest).max();
        finding.samples = self.runs.len() as u64;
        match lost.first() {
            Some((_, deadline, _)) => {
                finding.verdict = Verdict::Bad(rule.level);
                finding.value = Some(millis(elapsed(*deadline, end)));
                finding.limit = Some(millis(rule.grace));
                finding.last_bad = None;
                finding.runs = lost.iter().take(5).map(|(_, _, run)| Arc::clone(run)).collect();
            }
            None => finding.verdict = Verdict::Good,
        }
        finding
    }
}

impl Seen {
    /// An end without a start still shows that the pair is alive since then.
    fn newest_start(&self) -> Option<Timestamp> {
        self.began.or(self.ended)
    }
}
