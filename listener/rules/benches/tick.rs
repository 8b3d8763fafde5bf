//! One tick at scale: 1,000 rules with 100 groups each, 33,500 new documents (RULES.md §10).
//!
//! Prints how long folding and evaluating take and what the memory holds. No parsing, no disk.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time and prints it"
)]

use std::time::{Duration, Instant};

use canary_rules::{Engine, Incoming, Problems, read};
use jiff::Timestamp;
use serde_json::{Value, json};

const RULES: usize = 1_000;
const GROUPS: usize = 100;
const DOCUMENTS: usize = 33_500;

fn main() {
    let problems = Problems::of("bench.yaml");
    let rules = read(&rules(), &problems).rules;
    assert_eq!((problems.into_vec().len(), rules.len()), (0, RULES));
    let start: Timestamp = "2026-11-20T10:00:00Z".parse().expect("is a moment");
    let mut engine = Engine::new(rules, Vec::new(), Duration::ZERO);

    // A quarter of an hour of history, so that every group of every rule has buckets.
    let documents = documents();
    let mut number = 0_u64;
    for minute in 0..15 {
        let now = at(start, minute * 60);
        fold(&mut engine, &documents, now, &mut number);
    }
    let changes = engine.evaluate(at(start, 15 * 60), true);
    println!("groups {}, changes {}", engine.counts().groups, changes.len());
    engine.accept(changes, at(start, 15 * 60));
    println!("memory {} MiB", resident_kib() / 1024);

    for tick in 0..5 {
        let now = at(start, 16 * 60 + tick * 60);
        let begun = Instant::now();
        fold(&mut engine, &documents, now, &mut number);
        let folded = begun.elapsed();
        let begun = Instant::now();
        let changes = engine.evaluate(now, true);
        let evaluated = begun.elapsed();
        let begun = Instant::now();
        let count = changes.len();
        engine.accept(changes, now);
        println!("fold {folded:?}, evaluate {evaluated:?}, accept {:?}, changes {count}", begun.elapsed());
        let begun = Instant::now();
        let changes = engine.evaluate(now, true);
        let count = changes.len();
        println!("    nothing new: evaluate {:?}, changes {count}", begun.elapsed());
        engine.accept(changes, now);
    }
    println!("memory {} MiB", resident_kib() / 1024);
}

fn rules() -> String {
    let measures =
        ["count()", "avg(timings.total)", "ratio(http.response.status_code >= 500)", "p95(timings.total)"];
    let rule = |number: usize| {
        let measure = measures[number % measures.len()];
        format!(
            "- {{id: r{number}, kind: threshold, index: request, where: 'monitor.id: m{number} and request.type: fetch', \
             window: 15m, measure: '{measure}', group_by: [page.url], crit: '> 1000000'}}\n"
        )
    };
    (0..RULES).map(rule).collect()
}

fn documents() -> Vec<Value> {
    (0..DOCUMENTS)
        .map(|number| {
            json!({
                "monitor": {"id": format!("m{}", number % RULES)},
                "request": {"type": "fetch"},
                "page": {"url": format!("https://shop.example.test/page/{}", (number / RULES) * 3 % GROUPS)},
                "timings": {"total": 100 + number % 977},
                "http": {"response": {"status_code": 200}},
            })
        })
        .collect()
}

fn fold(engine: &mut Engine, documents: &[Value], now: Timestamp, number: &mut u64) {
    for body in documents {
        *number += 1;
        let id = format!("0193aaaa-bbbb-7ccc-8ddd-eeeeffff0000-{number}");
        engine.fold(&Incoming { id: &id, kind: "request", at: now, body }, now);
    }
}

fn at(start: Timestamp, second: u64) -> Timestamp {
    start.checked_add(Duration::from_secs(second)).expect("is in time")
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
