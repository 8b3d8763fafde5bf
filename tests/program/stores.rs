//! The same documents and rules give the same transitions on SQLite and on Elasticsearch.

use canary_store::{Batch, Clock, Kind, Record, Store};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::books::{elasticsearch, elasticsearch_url, rows};
use crate::programs::{Finished, Workplace, program};

/// One rule of each kind that decides on documents, with groups, filters, percentiles and ratios.
const RULES: &str = "version: 1
defaults: {every: 1s}
rules:
- {id: down, kind: runs, consecutive: 2, recover: first_up}
- {id: down-everywhere, kind: runs, consecutive: 1, locations: 2, recover: first_up}
- {id: lost, kind: lost, grace: 1s, warn: true}
- {id: quiet, kind: silence, expect: [{monitor: import, location: eu, every: 1m}], consecutive: 1, crit: true}
- id: slow
  kind: threshold
  index: step
  where: 'step.status: passed and not monitor.tags: batch'
  window: 30m
  measure: p95(step.duration)
  group_by: [monitor.id, step.name]
  crit: '> 1000'
- id: failing-steps
  kind: threshold
  index: step
  window: 30m
  measure: 'ratio(step.status: failed)'
  group_by: [monitor.id]
  warn: '> 20%'
";

/// A world of monitors that goes through two times.
struct World {
    now: Timestamp,
    sequence: u64,
    documents: Vec<Value>,
}

impl World {
    fn put(&mut self, kind: Kind, seconds_ago: i64, monitor: &str, location: &str, also: Value) {
        let at = self.now - SignedDuration::from_secs(seconds_ago);
        let mut body = json!({
            "@timestamp": at.to_string(),
            "event": {"dataset": kind.dataset()},
            "schema": {"version": 1},
            "run": {"id": format!("{monitor}-{location}-{}", self.sequence), "sequence": self.sequence, "attempt": 1},
            "monitor": {"id": monitor, "tags": if monitor == "import" { json!(["batch"]) } else { json!(["web"]) }},
            "observer": {"name": location},
        });
        for (group, fields) in also.as_object().unwrap() {
            for (name, value) in fields.as_object().unwrap() {
                body[group][name] = value.clone();
            }
        }
        self.sequence += 1;
        self.documents.push(body);
    }

    /// One run of a monitor with steps of these durations, the last of which has its status.
    fn run(&mut self, seconds_ago: i64, monitor: &str, location: &str, status: &str, durations: &[f64]) {
        for (index, duration) in durations.iter().enumerate() {
            let status = if index + 1 == durations.len() { status } else { "passed" };
            let step =
                json!({"step": {"name": format!("step {index}"), "status": status, "duration": duration}});
            self.put(Kind::Step, seconds_ago, monitor, location, step);
        }
        let failure = if status == "failed" { json!({"class": "site"}) } else { json!({}) };
        self.put(
            Kind::Run,
            seconds_ago,
            monitor,
            location,
            json!({"run": {"status": status}, "failure": failure}),
        );
    }

    fn bad(&mut self) {
        for ago in [900, 600, 300] {
            self.run(ago, "shop", "eu", "failed", &[200.0, 1_500.0, 90.0]);
            self.run(ago, "shop", "us", "failed", &[210.0, 1_400.0, 80.0]);
            self.run(ago, "import", "eu", "passed", &[9_000.0, 8_000.0]);
            self.run(ago, "blog", "eu", if ago == 300 { "failed" } else { "passed" }, &[20.0, 30.0]);
        }
        let deadline = (self.now - SignedDuration::from_secs(60)).to_string();
        self.put(Kind::Start, 700, "nightly", "eu", json!({"run": {"deadline": deadline}}));
    }

    fn good(&mut self) {
        for ago in [20, 10, 5] {
            self.run(ago, "shop", "eu", "passed", &[200.0; 40]);
            self.run(ago, "shop", "us", "passed", &[200.0; 40]);
            self.run(ago, "blog", "eu", "passed", &[20.0; 10]);
        }
        self.put(Kind::Start, 20, "nightly", "eu", json!({}));
        self.run(10, "nightly", "eu", "passed", &[5.0]);
    }
}

async fn write(store: &str, documents: &[Value]) {
    let store = Store::open(&store.parse().unwrap(), Clock::system()).await.unwrap();
    let batch: Batch = documents.iter().map(|body| Record::new(body).unwrap()).collect();
    let receipt = store.write(batch).await;
    assert_eq!(receipt.accepted(), documents.len(), "{receipt:?}");
    store.refresh().await.unwrap();
    store.close().await;
}

async fn listen(workplace: &Workplace, store: &str) {
    let mut listener = workplace.command(&program("canary-listener"));
    listener.args(["run", "--once", "--rules", "rules.yaml", "--store", store]);
    let finished = Finished::of(listener.spawn().unwrap()).await;
    assert_eq!(finished.code(), Some(0), "{finished:#?}");
}

/// Returns the transitions that a store holds: rule, group, what happened, and why.
async fn transitions(store: &str) -> Vec<String> {
    let alerts = rows(store, &[Kind::Alert]).await;
    let line = |body: &Value| {
        let alert = &body["kibana"]["alert"];
        let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rule = part(&alert["rule"]["uuid"]);
        format!(
            "{} {rule} {} {}",
            part(&body["event"]["action"]),
            alert["instance"]["id"],
            part(&alert["action_group"])
        )
    };
    let mut lines: Vec<String> = alerts.iter().map(|alert| line(&alert.body)).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn rules_mean_the_same_on_every_store() {
    let workplace = Workplace::new();
    workplace.write("rules.yaml", RULES);
    let sqlite = format!("sqlite:{}", workplace.path().join("canary.db").display());
    let elasticsearch = elasticsearch(&workplace, &elasticsearch_url()).await;
    let mut world = World { now: Clock::system().now(), sequence: 0, documents: Vec::new() };
    let mut known = Vec::new();
    for time in [World::bad, World::good] {
        time(&mut world);
        for store in [&sqlite, &elasticsearch] {
            write(store, &world.documents).await;
            listen(&workplace, store).await;
        }
        world.documents.clear();
        let on_sqlite = transitions(&sqlite).await;
        assert_eq!(transitions(&elasticsearch).await, on_sqlite);
        assert!(on_sqlite.len() > known.len(), "something happened: {on_sqlite:#?}");
        known = on_sqlite;
    }
    for rule in ["down", "down-everywhere", "lost", "quiet", "slow", "failing-steps"] {
        assert!(known.iter().any(|line| line.contains(&format!("open {rule} "))), "{rule} not in {known:#?}");
    }
    for rule in ["down", "down-everywhere", "lost"] {
        assert!(
            known.iter().any(|line| line.contains(&format!("close {rule} "))),
            "{rule} not in {known:#?}"
        );
    }
}
