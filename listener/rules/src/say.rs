//! What an alert says in one line of plain words.

use crate::condition::Condition;
use crate::finding::{Finding, Unknown, Verdict};
use crate::measure::{Measure, Unit};
use crate::rule::{Check, Level, Rule, Threshold};
use crate::span;
use crate::transition::Transition;

/// Says why an alert is as it is: value, limit, window, samples.
#[must_use]
pub fn say_reason(rule: &Rule, transition: &Transition) -> String {
    say_finding(rule, &transition.finding, transition.level)
}

fn say_finding(rule: &Rule, finding: &Finding, level: Level) -> String {
    match (finding.verdict, &rule.check) {
        (Verdict::Unknown(Unknown::Error), _) => "the store did not answer".to_owned(),
        (Verdict::Unknown(Unknown::NoData), _) => format!("no data for {}", span::say(rule.window())),
        (Verdict::Unknown(Unknown::TooFew), _) => {
            format!("only {} samples in {}", finding.samples, span::say(rule.window()))
        }
        (_, Check::Threshold(check)) => threshold(check, finding, level),
        (_, Check::Runs(_)) => runs(finding),
        (verdict, Check::Silence(_)) => {
            let silent = length(finding.value);
            if matches!(verdict, Verdict::Bad(_)) {
                format!("nothing arrived for {silent}, at most {} were expected", length(finding.limit))
            } else {
                format!("last heard of {silent} ago")
            }
        }
        (Verdict::Bad(_), Check::Lost(_)) => {
            format!("a run has not ended, {} after its deadline", length(finding.value))
        }
        (_, Check::Lost(_)) => "later runs ended as they should".to_owned(),
    }
}

fn threshold(check: &Threshold, finding: &Finding, level: Level) -> String {
    let unit = check.measure.unit();
    let value = finding.value.map_or_else(|| "no value".to_owned(), |value| unit.say(value));
    let window = span::say(check.window);
    let said = match &check.measure {
        Measure::Count => format!("{value} in {window}"),
        Measure::Ratio(filter) => format!("{value} of {} in {window} are `{filter}`", finding.samples),
        measure => format!("{measure} is {value} over {window}, {} samples", finding.samples),
    };
    match say_limit(check, level, finding) {
        Some(limit) => format!("{said} (limit {limit})"),
        None => said,
    }
}

/// Says the limit that a value is held against: `> 3 000 ms`.
#[must_use]
pub fn say_limit(check: &Threshold, level: Level, finding: &Finding) -> Option<String> {
    let condition: Condition = match (finding.verdict, level) {
        (Verdict::Bad(Level::Crit), _) => check.crit.or(check.warn),
        (Verdict::Bad(Level::Warn), _) => check.warn.or(check.crit),
        (_, Level::Crit) => check.crit.or(check.warn),
        (_, Level::Warn) => check.warn.or(check.crit),
    }?;
    let unit: Unit = check.measure.unit();
    Some(format!("{} {}", condition.sign(), unit.say(condition.limit)))
}

fn runs(finding: &Finding) -> String {
    let value = finding.value.unwrap_or_default();
    let (down, of) = finding.locations.unwrap_or_default();
    let places = match (down, of) {
        (0, _) | (_, 1) => String::new(),
        (down, of) => format!(", {down} of {of} locations"),
    };
    if value == 0.0 {
        return "the newest runs passed".to_owned();
    }
    if value == 1.0 {
        return format!("the newest run failed{places}");
    }
    format!("the newest {value} runs failed{places}")
}

fn length(millis: Option<f64>) -> String {
    span::say(std::time::Duration::from_secs((millis.unwrap_or_default().max(0.0) / 1000.0) as u64))
}
