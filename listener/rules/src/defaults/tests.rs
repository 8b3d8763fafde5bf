//! Every default rule fires when it should, holds back when it should, and ends when it should.

use serde_json::{Value, json};

use super::DEFAULT_RULES;
use crate::engine::tests::{Play, rules};

#[test]
fn the_default_rules_load() {
    let rules = rules(DEFAULT_RULES);
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    insta::assert_snapshot!(ids.join("\n"), @r"
    failed-runs
    broken-monitor
    lost-run
    collectors-alive
    failed-check
    javascript-not-compressed
    css-not-compressed
    slow-responses
    audit-largest-contentful-paint
    audit-time-to-interactive
    audit-layout-shift
    slow-load-event
    vitals-lcp
    vitals-inp
    vitals-cls
    ");
}

/// Plays one of the default rules alone.
fn play(id: &str) -> Play {
    let chosen: Vec<_> = rules(DEFAULT_RULES).into_iter().filter(|rule| rule.id == id).collect();
    assert_eq!(chosen.len(), 1, "there is a rule {id}");
    Play::with(chosen)
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// A rule that counts: one hit less than it wants holds, the next one fires, an hour without any ends it.
fn check_hits(id: &str, kind: &str, least: u64, severity: &str, bad: Value, good: Value) {
    let mut play = play(id);
    for hit in 1..least {
        play.run_to(hit * 10).push(kind, hit * 10, bad.clone());
    }
    play.push(kind, least * 10, good.clone()).run_to(20 * MINUTE).told(&[]);
    play.push(kind, 20 * MINUTE, bad).run_to(22 * MINUTE);
    play.told_reasons(&["first"]).told_severity(severity);
    for minute in [40, 70, 85] {
        play.run_to(minute * MINUTE).push(kind, minute * MINUTE, good.clone());
    }
    play.run_to(2 * HOUR).told_reasons(&["first", "resolved"]);
}

fn response(mime: &str, encoding: Option<&str>) -> Value {
    let mut headers = json!({"content-type": mime});
    if let Some(encoding) = encoding {
        headers["content-encoding"] = json!(encoding);
    }
    json!({"http": {"response": {"headers": headers}}})
}

fn audit(metric: &str, value: f64) -> Value {
    json!({"audit": {"metrics": {metric: {"value": value}}}})
}

#[test]
fn failed_check() {
    let step = |status: &str| json!({"step": {"status": status}});
    check_hits("failed-check", "step", 2, "critical", step("failed"), step("passed"));
}

#[test]
fn javascript_not_compressed() {
    let bad = response("application/javascript; charset=utf-8", None);
    let good = response("application/javascript", Some("br"));
    check_hits("javascript-not-compressed", "request", 10, "warning", bad, good);
}

#[test]
fn css_not_compressed() {
    let bad = response("text/css", Some("identity"));
    check_hits("css-not-compressed", "request", 10, "warning", bad, response("text/css", Some("gzip")));
}

#[test]
fn slow_responses() {
    let entry = |time: f64| json!({"entry": {"response_time": time}});
    check_hits("slow-responses", "entry", 10, "warning", entry(3000.0), entry(2999.0));
}

#[test]
fn slow_load_event() {
    let entry = |time: f64| json!({"navigation": {"load_event_end": time}});
    check_hits("slow-load-event", "page", 5, "warning", entry(4200.5), entry(900.0));
}

#[test]
fn audits() {
    for (id, metric, bad, good) in [
        ("audit-largest-contentful-paint", "largest-contentful-paint", 2500.0, 2400.0),
        ("audit-time-to-interactive", "interactive", 6000.0, 4999.0),
        ("audit-layout-shift", "cumulative-layout-shift", 0.25, 0.05),
    ] {
        check_hits(id, "audit", 5, "warning", audit(metric, bad), audit(metric, good));
    }
}

#[test]
fn failed_runs() {
    let mut play = play("failed-runs");
    play.run(10, "shop", "eu", "error").run_to(MINUTE).told(&[]);
    play.run(70, "shop", "eu", "failed").run_to(3 * MINUTE).told_reasons(&["first"]).told_severity("warning");
    play.run(190, "shop", "eu", "error").run_to(6 * MINUTE).told_reasons(&["first"]);
    play.run(370, "shop", "eu", "failed").run_to(9 * MINUTE).told_reasons(&["first", "worse"]);
    play.told_severity("critical");
    play.run(550, "shop", "eu", "passed").run_to(12 * MINUTE).told_reasons(&["first", "worse", "resolved"]);
}

#[test]
fn broken_monitor() {
    let mut play = play("broken-monitor");
    play.run(10, "shop", "eu", "error").run(20, "shop", "us", "error").run_to(2 * MINUTE).told(&[]);
    play.run(130, "shop", "eu", "error").run_to(4 * MINUTE).told_reasons(&["first"]).told_severity("warning");
    play.run(250, "shop", "eu", "failed").run_to(6 * MINUTE).told_reasons(&["first", "resolved"]);
}

#[test]
fn lost_run() {
    let run =
        |id: &str| json!({"run": {"id": id, "deadline": "2026-11-20T10:10:00Z"}, "monitor": {"id": "shop"}});
    let mut play = play("lost-run");
    play.push("start", 0, run("a")).run_to(10 * MINUTE).told(&[]);
    play.run_to(13 * MINUTE).told_reasons(&["first"]).told_severity("warning");
    // The end comes late, out of the spool: the run was not lost after all.
    play.push("run", 9 * MINUTE, run("a")).run_to(15 * MINUTE).told_reasons(&["first", "resolved"]);
}

#[test]
fn collectors_alive() {
    let mut play = play("collectors-alive");
    for slot in 0..6 {
        play.run_to(slot * 5 * MINUTE).started(slot * 5 * MINUTE, "shop", "eu");
    }
    // Last heard of at 25 minutes; two slots of five, and half a one.
    play.run_to(37 * MINUTE).told(&[]);
    play.run_to(39 * MINUTE).told_reasons(&["first"]).told_severity("critical");
    play.started(39 * MINUTE, "shop", "eu").run_to(42 * MINUTE).told_reasons(&["first", "resolved"]);
}

#[test]
fn vitals() {
    for (id, vital, good, warn, crit) in [
        ("vitals-lcp", "lcp", 2000.0, 3000.0, 5000.0),
        ("vitals-inp", "inp", 100.0, 300.0, 800.0),
        ("vitals-cls", "cls", 0.05, 0.2, 0.4),
    ] {
        let page = |value: f64| json!({"vitals": {vital: value}, "monitor": {"id": "shop"}, "page": {"url": "https://x/"}});
        let mut play = play(id);
        let mut minute = 0;
        let mut load = |play: &mut Play, loads: u64, value: f64| {
            for _ in 0..loads {
                minute += 5;
                play.run_to(minute * MINUTE).push("page", minute * MINUTE, page(value));
            }
            play.run_to(minute * MINUTE + 90);
        };
        load(&mut play, 11, warn);
        play.told(&[]);
        load(&mut play, 1, warn);
        play.told_reasons(&["first"]).told_severity("warning");
        // Over six hours of good loads push the bad ones out; a quarter of an hour is waited.
        load(&mut play, 90, good);
        play.told_reasons(&["first", "resolved"]);
        load(&mut play, 90, crit);
        assert!(play.reasons().contains(&"first".to_owned()), "{id}");
    }
}
