//! Documents pushed at moments, and the only transitions that may follow.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::problem::Problems;
use crate::read::read;

/// A clock that is moved by hand, an engine, and what it told so far.
pub(crate) struct Play {
    engine: Engine,
    start: Timestamp,
    now: u64,
    documents: u64,
    told: Vec<String>,
}

pub(crate) fn rules(text: &str) -> Vec<Rule> {
    let problems = Problems::of("test.yaml");
    let file = read(text, &problems);
    let list = problems.into_vec();
    assert!(list.is_empty(), "{list:#?}");
    file.rules
}

impl Play {
    pub(crate) fn of(text: &str) -> Self {
        Self::with(rules(text))
    }

    pub(crate) fn with(rules: Vec<Rule>) -> Self {
        let start = "2026-11-20T10:00:00Z".parse().expect("is a moment");
        let engine = Engine::new(rules, Vec::new(), Duration::ZERO);
        Self { engine, start, now: 0, documents: 0, told: Vec::new() }
    }

    pub(crate) fn at(&self, second: u64) -> Timestamp {
        time::after(self.start, Duration::from_secs(second))
    }

    /// Moves the clock, evaluating every ten seconds as the listener does.
    pub(crate) fn run_to(&mut self, second: u64) -> &mut Self {
        while self.now + 10 <= second {
            self.now += 10;
            let now = self.at(self.now);
            let changes = self.engine.evaluate(now, false);
            self.take(changes);
        }
        self
    }

    fn take(&mut self, changes: Vec<Change>) {
        let now = self.at(self.now);
        for transition in changes.iter().filter_map(|change| change.transition.as_ref()) {
            let labels: Vec<&str> = transition.labels.values().map(String::as_str).collect();
            self.told.push(format!(
                "{}s {} {}{}{} {}",
                self.now,
                transition.rule,
                transition.reason.as_str(),
                if labels.is_empty() { "" } else { " " },
                labels.join("/"),
                transition.severity.as_str()
            ));
        }
        self.engine.accept(changes, now);
    }

    /// Gives a document that happened at a second, whatever the clock says.
    pub(crate) fn push(&mut self, kind: &str, second: u64, body: Value) -> &mut Self {
        self.documents += 1;
        let id = format!("d-{}", self.documents);
        let (at, now) = (self.at(second), self.at(self.now));
        self.engine.fold(&Incoming { id: &id, kind, at, body: &body }, now);
        self
    }

    pub(crate) fn run(&mut self, second: u64, monitor: &str, location: &str, status: &str) -> &mut Self {
        let run = format!("run-{second}-{monitor}-{location}");
        let body = json!({"run": {"id": run, "status": status}, "monitor": {"id": monitor}, "observer": {"name": location}});
        self.push("run", second, body)
    }

    /// Everything that was told must be this, in this order, and nothing else.
    pub(crate) fn told(&mut self, expected: &[&str]) -> &mut Self {
        assert_eq!(self.told, expected);
        self
    }

    /// Returns why people were told, in order.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let word = |line: &String| line.split(' ').nth(2).unwrap_or_default().to_owned();
        self.told.iter().map(word).collect()
    }

    /// People must have been told for these reasons, in this order, and for no other.
    pub(crate) fn told_reasons(&mut self, expected: &[&str]) -> &mut Self {
        assert_eq!(self.reasons(), expected, "{:#?}", self.told);
        self
    }

    /// The newest message must have this severity.
    pub(crate) fn told_severity(&mut self, expected: &str) -> &mut Self {
        assert!(self.told.last().is_some_and(|line| line.ends_with(expected)), "{:#?}", self.told);
        self
    }

    /// A run of a monitor that began.
    pub(crate) fn started(&mut self, second: u64, monitor: &str, location: &str) -> &mut Self {
        let run = format!("run-{second}-{monitor}-{location}");
        let body = json!({"run": {"id": run}, "monitor": {"id": monitor}, "observer": {"name": location}});
        self.push("start", second, body)
    }

    fn restart(&mut self, text: &str) -> &mut Self {
        let rows: Vec<Row> = self.engine.rows().cloned().collect();
        let stored = serde_json::to_string(&rows).expect("rows are kept as JSON");
        let rows = serde_json::from_str(&stored).expect("rows are read again");
        self.engine = Engine::new(rules(text), rows, Duration::ZERO);
        self
    }
}

const SLOW: &str = r#"
version: 1
rules:
- id: slow
  kind: threshold
  index: request
  where: 'request.type: fetch'
  window: 5m
  measure: p95(timings.total)
  group_by: [monitor.id]
  warn: "> 2000"
  crit: "> 3000"
  clear: "< 1800"
  min_samples: 3
  for: 3m
  keep_firing_for: 10m
"#;

fn request(total: u64) -> Value {
    json!({"request": {"type": "fetch"}, "timings": {"total": total}, "monitor": {"id": "shop"}})
}

/// One request every twenty seconds.
fn load(play: &mut Play, from: u64, to: u64, total: u64) {
    let mut second = from;
    while second < to {
        play.run_to(second).push("request", second, request(total));
        second += 20;
    }
    play.run_to(to);
}

#[test]
fn a_threshold_holds_fires_worsens_and_ends() {
    let mut play = Play::of(SLOW);
    load(&mut play, 0, 600, 500);
    play.told(&[]);
    load(&mut play, 600, 720, 2500);
    play.told(&[]);
    load(&mut play, 720, 1200, 2500);
    play.told(&["840s slow first shop warning"]);
    load(&mut play, 1200, 1800, 3500);
    play.told(&["840s slow first shop warning", "1440s slow worse shop critical"]);
    load(&mut play, 1800, 4200, 500);
    assert_eq!(play.told.len(), 3, "{:?}", play.told);
    assert!(play.told[2].contains("resolved shop"), "{:?}", play.told);
}

#[test]
fn too_few_samples_and_no_data_never_end_an_alert() {
    let mut play = Play::of(SLOW);
    load(&mut play, 0, 900, 5000);
    play.told(&["240s slow first shop critical"]);
    play.run_to(7200).told(&["240s slow first shop critical"]);
    let row = play.engine.rows().next().expect("there is an alert");
    assert_eq!(row.status.overlay, crate::status::Overlay::NoData);
    assert_eq!(row.status.state, State::Firing);
    play.push("request", 7200, request(100)).run_to(7300);
    assert_eq!(play.told.len(), 1, "one good sample of three needed: {:?}", play.told);
}

#[test]
fn an_error_of_the_store_is_no_answer() {
    let mut play = Play::of(SLOW);
    load(&mut play, 0, 900, 5000);
    let now = play.at(900);
    let changes = play.engine.fail(now);
    assert!(changes.iter().all(|change| change.transition.is_none()), "{changes:?}");
    play.take(changes);
    let row = play.engine.rows().next().expect("there is an alert");
    assert_eq!((row.status.overlay, row.status.state), (crate::status::Overlay::Error, State::Firing));
}

#[test]
fn a_restart_keeps_hold_and_episode() {
    let mut play = Play::of(SLOW);
    load(&mut play, 0, 180, 5000);
    play.restart(SLOW);
    load(&mut play, 180, 400, 5000);
    assert_eq!(play.told.len(), 1, "{:?}", play.told);
    play.restart(SLOW).run_to(600);
    assert_eq!(play.told.len(), 1, "an alert that fires is not told again: {:?}", play.told);
}

#[test]
fn a_rule_that_is_gone_ends_its_alert_silently() {
    let mut play = Play::of(SLOW);
    load(&mut play, 0, 400, 5000);
    play.restart("[]").run_to(420);
    assert_eq!(play.told.len(), 2, "{:?}", play.told);
    assert!(play.told[1].contains("removed"), "{:?}", play.told);
    play.run_to(600);
    assert_eq!(play.told.len(), 2);
}

const DOWN: &str = r#"
- id: down
  kind: runs
  consecutive: 3
  locations: 2
  window: 1h
"#;

#[test]
fn runs_count_in_a_row_and_by_location() {
    let mut play = Play::of(DOWN);
    for slot in 0..3 {
        let at = slot * 300;
        play.run_to(at).run(at, "shop", "eu", "failed").run(at + 1, "shop", "us", "passed");
    }
    play.run_to(900).told(&[]);
    for slot in 3..6 {
        let at = slot * 300;
        play.run_to(at).run(at, "shop", "eu", "failed").run(at + 1, "shop", "us", "failed");
    }
    play.run_to(1799).told(&["1560s down first shop critical"]);
    play.run_to(1800).run(1800, "shop", "us", "error").run_to(1900);
    assert_eq!(play.told.len(), 1, "an error says nothing about the site: {:?}", play.told);
    play.run(1900, "shop", "eu", "passed").run_to(2000);
    play.told(&["1560s down first shop critical", "1920s down resolved shop critical"]);
}

#[test]
fn the_same_slot_run_twice_counts_once_and_the_first_end_wins() {
    let run = |id: &str, slot: &str, status: &str| json!({"run": {"id": id, "status": status, "slot": slot}, "monitor": {"id": "shop"}, "observer": {"name": "eu"}});
    let mut play = Play::of("- {id: down, kind: runs, consecutive: 2, window: 1h}");
    play.push("run", 10, run("a", "2026-11-20T10:00:00Z", "failed"));
    play.push("run", 12, run("b", "2026-11-20T10:00:00Z", "failed"));
    play.run_to(120).told(&[]);
    play.push("run", 312, run("d", "2026-11-20T10:05:00Z", "failed"));
    play.push("run", 310, run("c", "2026-11-20T10:05:00Z", "passed"));
    play.run_to(420).told(&[]);
}

#[test]
fn a_run_that_never_ended_is_lost_until_a_later_one_ends() {
    let start = |id: &str, second: u64, deadline: &str| {
        (
            second,
            json!({"run": {"id": id, "deadline": deadline}, "monitor": {"id": "shop"}, "observer": {"name": "eu"}}),
        )
    };
    let mut play = Play::of("- {id: lost, kind: lost, warn: true}");
    let (at, body) = start("a", 0, "2026-11-20T10:10:00Z");
    play.push("start", at, body).run_to(650).told(&[]);
    play.run_to(720).told(&["720s lost first shop/eu warning"]);
    let (at, body) = start("b", 900, "2026-11-20T10:25:00Z");
    play.run_to(900).push("start", at, body).run_to(960);
    assert_eq!(play.told.len(), 1);
    play.push("run", 960, json!({"run": {"id": "b", "status": "passed"}, "monitor": {"id": "shop"}, "observer": {"name": "eu"}}));
    play.run_to(1100).told(&["720s lost first shop/eu warning", "1020s lost resolved shop/eu warning"]);
}

#[test]
fn silence_is_told_after_the_grace_and_ends_with_a_sign_of_life() {
    let mut play = Play::of("- {id: alive, kind: silence, crit: true}");
    for slot in 0..8 {
        play.run_to(slot * 300).started(slot * 300, "shop", "eu");
    }
    // Last sign at 2100 s; five minutes of schedule, twice, half a schedule on top.
    play.run_to(2100 + 740).told(&[]);
    play.run_to(2100 + 840).told(&["2880s alive first shop/eu critical"]);
    play.run_to(3000).started(3000, "shop", "eu").run_to(3120);
    play.told(&["2880s alive first shop/eu critical", "3060s alive resolved shop/eu critical"]);
}

#[test]
fn a_published_monitor_is_expected_before_its_first_run() {
    let mut play = Play::of("- {id: alive, kind: silence}");
    let body = json!({"monitor": {"id": "shop", "interval": 60_000, "locations": ["eu", "us"]}});
    play.push("monitor", 0, body).run_to(170).told(&[]);
    play.run(170, "shop", "eu", "passed").run_to(240);
    play.told(&["240s alive first shop/us critical"]);
    let body = json!({"monitor": {"id": "shop", "interval": 60_000, "removed": true}});
    play.push("monitor", 240, body).run_to(300);
    play.told(&["240s alive first shop/us critical", "300s alive removed shop/us critical"]);
}

#[test]
fn hits_end_only_while_somebody_is_looking() {
    let rule = r#"
- {type: match, title: Failed, id: failed, index: c.report, timeRange: now-10m, field: passed, operator: must, expected: false, min: 2, reporters: [{type: slack, score: 10}]}
"#;
    let step = |status: &str| json!({"step": {"status": status}, "monitor": {"id": "shop"}});
    let mut play = Play::of(rule);
    play.push("step", 0, step("failed")).run_to(60).told(&[]);
    play.push("step", 60, step("failed")).run_to(120).told(&["120s failed first critical"]);
    play.run_to(1200).told(&["120s failed first critical"]);
    play.push("step", 1200, step("passed")).run_to(1260);
    play.told(&["120s failed first critical", "1260s failed resolved critical"]);
}

#[test]
fn documents_that_come_late_correct_and_do_not_reopen() {
    let rule = "- {type: match, title: Failed, id: failed, index: step, timeRange: now-30m, field: step.status, operator: must, expected: failed}";
    let step = |status: &str| json!({"step": {"status": status}});
    let mut play = Play::of(rule);
    play.push("step", 0, step("failed")).run_to(60);
    play.run_to(1900).push("step", 1900, step("passed")).run_to(1980);
    play.told(&["10s failed first critical", "1920s failed resolved critical"]);
    play.push("step", 1000, step("failed")).run_to(2100);
    assert!(play.told.iter().filter(|line| line.contains("corrected")).count() == 1, "{:?}", play.told);
    play.push("step", 2100, step("failed")).run_to(2200);
    assert!(play.told.last().is_some_and(|line| line.contains("first")), "news open it: {:?}", play.told);
}

#[test]
fn an_alert_that_goes_on_is_repeated() {
    let mut play = Play::of("- {id: down, kind: runs, consecutive: 1, window: 12h, repeat: 1h}");
    play.run(0, "shop", "eu", "failed").run_to(3 * 3600 + 100);
    let reasons: Vec<&str> = play.told.iter().filter_map(|line| line.split(' ').nth(2)).collect();
    assert_eq!(reasons, ["first", "repeat", "repeat", "repeat"]);
}

#[test]
fn back_and_forth_is_told_once() {
    let mut play = Play::of("- {id: down, kind: runs, consecutive: 1, window: 12h}");
    for slot in 0..30 {
        let status = if slot % 2 == 0 { "failed" } else { "passed" };
        play.run_to(slot * 60).run(slot * 60, "shop", "eu", status);
    }
    let opened = play.told.iter().filter(|line| line.contains(" first ")).count();
    assert!(opened <= 3, "an alert that flaps stays open: {:?}", play.told);
    play.run_to(3600);
    assert!(play.told.last().is_some_and(|line| line.contains("resolved")), "{:?}", play.told);
}

#[test]
fn a_document_read_twice_counts_once() {
    let mut play =
        Play::of("- {id: many, kind: threshold, index: step, window: 10m, measure: count(), crit: '>= 2'}");
    let body = json!({"step": {"status": "failed"}});
    let (at, now) = (play.at(5), play.at(10));
    for _ in 0..3 {
        play.engine.fold(&Incoming { id: "same", kind: "step", at, body: &body }, now);
    }
    assert_eq!(play.engine.counts().repeated, 2);
    play.run_to(120).told(&[]);
}

#[test]
fn endless_values_of_a_group_are_refused_and_counted() {
    let mut play = Play::of(
        "- {id: many, kind: threshold, index: step, window: 10m, measure: count(), group_by: [x], crit: '>= 2'}",
    );
    for number in 0..group::MOST_GROUPS + 50 {
        play.push("step", 0, json!({"x": number}));
    }
    assert_eq!(play.engine.counts().refused_groups, 50);
    assert_eq!(play.engine.counts().groups, group::MOST_GROUPS as u64);
}

fn word(words: [&'static str; 3], index: usize) -> &'static str {
    words[index]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is pushed, nothing is told before it was bad for as long as the rule holds it back.
    #[test]
    fn nothing_fires_before_its_hold(values in prop::collection::vec(0u64..6000, 1..60), hold in 1u64..10) {
        let rule = SLOW.replace("for: 3m", &format!("for: {hold}m")).replace("min_samples: 3", "min_samples: 1");
        let mut play = Play::of(&rule);
        let mut bad_since = None;
        for (index, value) in values.iter().enumerate() {
            let second = index as u64 * 60;
            play.run_to(second).push("request", second, request(*value));
            let first = values.iter().take(index + 1).any(|value| *value > 1900);
            bad_since = bad_since.or(first.then_some(second));
        }
        play.run_to(values.len() as u64 * 60 + 600);
        for line in play.told.iter().filter(|line| line.contains("first")) {
            let at: u64 = line.split('s').next().and_then(|second| second.parse().ok()).unwrap_or_default();
            let since = bad_since.expect("something was bad");
            prop_assert!(at >= since + hold * 60, "{line} although bad only since {since}s");
        }
    }

    /// The same documents in any order give the same answers.
    #[test]
    fn the_order_of_documents_does_not_matter(
        documents in prop::collection::vec((0u64..900, 0usize..3, 0usize..3, 1u64..5000), 1..40),
        seed in any::<u64>(),
    ) {
        let file = format!("{SLOW}\n- {{id: down, kind: runs, consecutive: 2, window: 1h}}\n- {{id: lost, kind: lost}}\n- {{id: alive, kind: silence}}\n");
        let told = |order: &[usize]| {
            let mut play = Play::of(&file);
            for index in order {
                let (second, status, monitor, total) = documents[*index];
                let (at, now) = (play.at(second), play.at(900));
                let run = json!({
                    "run": {"id": format!("r{index}"), "status": word(["passed", "failed", "error"], status), "duration": total},
                    "monitor": {"id": word(["a", "b", "c"], monitor)}, "observer": {"name": "eu"},
                    "request": {"type": "fetch"}, "timings": {"total": total},
                });
                for kind in ["run", "request", "start"] {
                    let id = format!("{index}-{kind}");
                    play.engine.fold(&Incoming { id: &id, kind, at, body: &run }, now);
                }
            }
            play.now = 900;
            play.run_to(3000);
            play.told.sort();
            play.told
        };
        let straight: Vec<usize> = (0..documents.len()).collect();
        let mut mixed = straight.clone();
        mixed.sort_by_key(|index| (*index as u64 + 1).wrapping_mul(seed | 1));
        prop_assert_eq!(told(&straight), told(&mixed));
    }

    /// A group that is passed over because nothing came would not have been found bad either.
    #[test]
    fn quiet_groups_are_passed_over_and_never_missed(
        documents in prop::collection::vec((0u64..30, 0u64..40, 0usize..3, 1u64..100), 1..60),
        measure in prop::sample::select(vec!["count()", "avg(timings.total)", "min(timings.total)", "p50(timings.total)"]),
        condition in prop::sample::select(vec!["> 3", "> 50", "< 20"]),
    ) {
        let file = format!(
            "- {{id: r, kind: threshold, index: request, window: 5m, measure: {measure}, group_by: [monitor.id], crit: '{condition}', min_samples: 2}}"
        );
        let play = Play::of(&file);
        let fold = |engine: &mut Engine, index: usize, now: Timestamp| {
            let (_, happened, monitor, total) = documents[index];
            let body = json!({"monitor": {"id": word(["a", "b", "c"], monitor)}, "timings": {"total": total}});
            engine.fold(&Incoming { id: &index.to_string(), kind: "request", at: play.at(happened * 60), body: &body }, now);
        };
        let bad = |engine: &mut Engine, now: Timestamp| {
            let mut alerts: Vec<String> = engine.evaluate(now, true).iter().map(|change| change.row.alert.to_string()).collect();
            alerts.sort();
            alerts
        };
        let mut long = Engine::new(rules(&file), Vec::new(), Duration::ZERO);
        for minute in 0..45 {
            let now = play.at(minute * 60 + 30);
            let mut fresh = Engine::new(rules(&file), Vec::new(), Duration::ZERO);
            for (index, document) in documents.iter().enumerate() {
                if document.0 == minute {
                    fold(&mut long, index, now);
                }
                if document.0 <= minute {
                    fold(&mut fresh, index, now);
                }
            }
            prop_assert_eq!(bad(&mut long, now), bad(&mut fresh, now), "at minute {}", minute);
        }
    }
}
