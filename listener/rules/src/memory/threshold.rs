//! Minute buckets of a threshold rule, group by group.

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::bucket::{Bucket, Keep, Sample};
use crate::condition::Condition;
use crate::finding::{Finding, Unknown, Verdict};
use crate::group::{self, Fingerprint, MOST_GROUPS};
use crate::ids::Labels;
use crate::measure::Measure;
use crate::memory::{Found, Incoming};
use crate::rule::{Level, Threshold};
use crate::time;

/// What is kept for one rule.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    series: HashMap<Fingerprint, Series>,
    /// When a group was last heard of at all, whatever the rule's filter says. Kept only for groups with an
    /// alert: it tells "no hits" from "nobody is looking".
    heard: HashMap<Fingerprint, Timestamp>,
    pub(crate) refused_groups: u64,
}

#[derive(Debug)]
struct Series {
    labels: Arc<Labels>,
    /// In the order of their minutes, empty ones left out.
    minutes: VecDeque<(i64, Bucket)>,
    newest: Timestamp,
    newest_bad: Option<Timestamp>,
    /// Until this minute a look would find what the last one found, nothing, unless documents come.
    quiet_until: Cell<i64>,
}

impl Memory {
    /// Takes in one document that the rule's filter let through.
    pub(crate) fn fold(&mut self, rule: &Threshold, document: &Incoming<'_>, oldest: i64, now: Timestamp) {
        let minute = time::minute(document.at);
        if minute < oldest {
            return;
        }
        for sample in samples(rule, document.body, now) {
            group::each(&rule.group_by, document.body, &mut |key, labels| {
                self.add(rule, key, labels, minute, document.at, sample);
            });
        }
    }

    fn add(
        &mut self,
        rule: &Threshold,
        key: Fingerprint,
        labels: &mut dyn FnMut() -> Labels,
        minute: i64,
        at: Timestamp,
        sample: Sample,
    ) {
        if self.series.len() >= MOST_GROUPS && !self.series.contains_key(&key) {
            self.refused_groups += 1;
            return;
        }
        let series = self.series.entry(key).or_insert_with(|| Series {
            labels: Arc::new(labels()),
            minutes: VecDeque::new(),
            newest: at,
            newest_bad: None,
            quiet_until: Cell::new(i64::MIN),
        });
        series.quiet_until.set(i64::MIN);
        series.newest = series.newest.max(at);
        if !matches!(sample, Sample::Judged { bad: false }) {
            series.newest_bad = series.newest_bad.max(Some(at));
        }
        series.bucket(minute).add(sample, Keep::of(&rule.measure));
    }

    /// Notes that a group was heard of, also by documents that the filter holds back.
    pub(crate) fn hear(&mut self, key: Fingerprint, at: Timestamp) {
        let heard = self.heard.entry(key).or_insert(at);
        *heard = (*heard).max(at);
    }

    /// Forgets minutes before `oldest`, and groups that have none left.
    pub(crate) fn forget(&mut self, oldest: i64) {
        self.series.retain(|_, series| {
            while series.minutes.front().is_some_and(|(minute, _)| *minute < oldest) {
                series.minutes.pop_front();
            }
            !series.minutes.is_empty()
        });
        self.heard.retain(|_, at| time::minute(*at) >= oldest);
    }

    /// Looks at every group that has documents, and at the only group of a rule without groups.
    pub(crate) fn look(
        &self,
        rule: &Threshold,
        end: Timestamp,
        heard: Option<Timestamp>,
        has_alert: &dyn Fn(Fingerprint) -> bool,
        found: &mut Found<'_>,
    ) {
        if rule.group_by.is_empty() {
            found(group::ONLY, &Arc::default, find(rule, self.series.get(&group::ONLY), heard, end));
            return;
        }
        let now = time::minute(end);
        for (key, series) in &self.series {
            if series.quiet_until.get() > now && !has_alert(*key) {
                continue;
            }
            let heard = self.heard.get(key).copied();
            let finding = find(rule, Some(series), heard, end);
            series.note_quiet(rule, &finding, now);
            found(*key, &|| Arc::clone(&series.labels), finding);
        }
    }

    /// Looks at one group that has an alert and may have no documents any more.
    pub(crate) fn look_at(&self, rule: &Threshold, key: Fingerprint, end: Timestamp) -> Finding {
        find(rule, self.series.get(&key), self.heard.get(&key).copied(), end)
    }

    pub(crate) fn has(&self, key: Fingerprint) -> bool {
        self.series.contains_key(&key)
    }

    pub(crate) fn groups(&self) -> usize {
        self.series.len()
    }
}

impl Series {
    /// A group that is well stays so until a minute leaves its window, or one that was ahead of time enters it.
    fn note_quiet(&self, rule: &Threshold, finding: &Finding, now: i64) {
        let well =
            matches!(finding.verdict, Verdict::Good | Verdict::Between | Verdict::Unknown(Unknown::TooFew));
        let window = i64::try_from(rule.window.as_secs() / 60).unwrap_or(i64::MAX);
        let minutes = || self.minutes.iter().map(|(minute, _)| *minute);
        let leaves = minutes().find(|minute| *minute >= now.saturating_sub(window));
        let leaves = leaves.map_or(i64::MAX, |oldest| oldest.saturating_add(window).saturating_add(1));
        let enters = minutes().find(|minute| *minute > now).unwrap_or(i64::MAX);
        if well {
            self.quiet_until.set(leaves.min(enters));
        }
    }

    /// Documents mostly arrive in order, so the search starts at the end.
    fn bucket(&mut self, minute: i64) -> &mut Bucket {
        let place = self.minutes.iter().rposition(|(other, _)| *other <= minute);
        let index = match place {
            Some(index) if self.minutes[index].0 == minute => index,
            Some(index) => {
                self.minutes.insert(index + 1, (minute, Bucket::default()));
                index + 1
            }
            None => {
                self.minutes.push_front((minute, Bucket::default()));
                0
            }
        };
        &mut self.minutes[index].1
    }
}

/// Looks at the window of one group. `heard` is the newest document of it, whatever the filter says.
fn find(rule: &Threshold, series: Option<&Series>, heard: Option<Timestamp>, end: Timestamp) -> Finding {
    let from = time::minute(time::before(end, rule.window));
    let to = time::minute(end);
    let heard = heard.filter(|at| time::minute(*at) >= from);
    let Some(series) = series else {
        return judge(rule, &Bucket::default(), heard, None, end);
    };
    let within = |minute: i64| minute >= from && minute <= to;
    let seen = Some(series.newest).filter(|at| time::minute(*at) >= from).max(heard);
    let bad = series.newest_bad;
    let mut inside = series.minutes.iter().filter(|(minute, _)| within(*minute));
    match (inside.next(), inside.next()) {
        (None, _) => judge(rule, &Bucket::default(), seen, bad, end),
        (Some((_, only)), None) => judge(rule, only, seen, bad, end),
        (Some((_, first)), Some((_, second))) => {
            let keep = Keep::of(&rule.measure);
            let mut sum = first.clone();
            sum.merge(second, keep);
            inside.for_each(|(_, bucket)| sum.merge(bucket, keep));
            judge(rule, &sum, seen, bad, end)
        }
    }
}

/// Judges the sum of a window. `seen` is the newest document that anybody saw of the group, `last_bad` the newest
/// that speaks for an alert.
fn judge(
    rule: &Threshold,
    bucket: &Bucket,
    seen: Option<Timestamp>,
    last_bad: Option<Timestamp>,
    end: Timestamp,
) -> Finding {
    let minutes = minutes(rule.window);
    let first = rule.warn.or(rule.crit);
    let downward = first.is_some_and(|condition| !condition.upward());
    let mut finding = Finding::unknown(Unknown::NoData);
    finding.samples = u64::from(bucket.count);
    finding.last_data = seen;
    finding.last_bad = last_bad;
    // Nothing counted is only good news if somebody was there to count.
    if bucket.count == 0 && seen.is_none() && !(rule.measure.counts() && downward) {
        return finding;
    }
    let Some(value) = bucket.value(&rule.measure, minutes) else { return finding };
    finding.value = Some(value);
    finding.limit = first.map(|condition| condition.limit);
    if !rule.measure.counts() && u64::from(bucket.count) < rule.min_samples {
        finding.verdict = Verdict::Unknown(Unknown::TooFew);
        return finding;
    }
    let (verdict, limit) = decide(rule, value);
    let aged = rule.measure.counts() && !downward && !rests_on_news(rule, seen, last_bad, end);
    finding.verdict = match verdict {
        Verdict::Good | Verdict::Between if aged => Verdict::Unknown(Unknown::NoData),
        verdict => verdict,
    };
    finding.limit = limit.or(finding.limit);
    finding
}

/// Hits that only grew old are no good news. Somebody must have seen something since, or lately.
fn rests_on_news(
    rule: &Threshold,
    seen: Option<Timestamp>,
    last_bad: Option<Timestamp>,
    end: Timestamp,
) -> bool {
    seen > last_bad || seen.is_some_and(|seen| time::elapsed(seen, end) <= rule.window / 2)
}

fn decide(rule: &Threshold, value: f64) -> (Verdict, Option<f64>) {
    let holds = |condition: Option<Condition>| condition.filter(|condition| condition.holds(value));
    if let Some(crit) = holds(rule.crit) {
        return (Verdict::Bad(Level::Crit), Some(crit.limit));
    }
    if let Some(warn) = holds(rule.warn) {
        return (Verdict::Bad(Level::Warn), Some(warn.limit));
    }
    match rule.clear {
        Some(clear) if !clear.holds(value) => (Verdict::Between, None),
        _ => (Verdict::Good, None),
    }
}

/// Returns what a document adds; a field with several values adds each of them.
fn samples(rule: &Threshold, body: &Value, now: Timestamp) -> Vec<Sample> {
    match (&rule.measure, rule.measure.field()) {
        (Measure::Ratio(_), _) => {
            let bad = rule.bad.as_ref().is_some_and(|bad| bad.matches(body, now));
            vec![Sample::Judged { bad }]
        }
        (_, None) => vec![Sample::Plain],
        (Measure::Distinct(_), Some(field)) => {
            let mut found = Vec::new();
            field.each(body, &mut |value| found.push(Sample::Hash(group::hash_value(value))));
            found
        }
        (_, Some(field)) => {
            let mut found = Vec::new();
            field.each(body, &mut |value| {
                if let Some(number) = value.as_f64().filter(|number| number.is_finite()) {
                    found.push(Sample::Value(number));
                }
            });
            found
        }
    }
}

fn minutes(window: Duration) -> f64 {
    window.as_secs() as f64 / 60.0
}
