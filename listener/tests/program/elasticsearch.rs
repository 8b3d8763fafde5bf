//! The same rules and the same documents give the same transitions on SQLite and on Elasticsearch.
//!
//! The server's address comes from `ELASTICSEARCH_URL`. Without it the test fails and says how to get one.

use std::path::Path;
use std::time::Duration;

use canary_store::elasticsearch::{ElasticsearchSettings, setup};
use canary_store::{Batch, Clock, Kind, Order, Query, Record, Store, StoreSettings};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::run;

const RULES: &str = r#"
version: 1
defaults: {every: 1s}
rules:
- {id: down, kind: runs, title: Monitor failed, consecutive: {warn: 1, crit: 2}, window: 1h}
- {id: lost, kind: lost, warn: true}
- {id: alive, kind: silence, crit: true}
- {id: failures, kind: threshold, index: step, window: 1h, measure: "ratio(step.status: failed)", group_by: [monitor.id], warn: "> 5%", crit: "> 60%", min_samples: 2}
- {id: slow, kind: threshold, index: request, where: 'request.type: (fetch or xhr) and url.path: *checkout*', window: 1h, measure: p95(timings.total), group_by: [monitor.id, observer.name], warn: "> 2000", crit: "> 3000", min_samples: 3}
- {id: many, kind: threshold, index: console, where: 'not console.level: info', window: 1h, measure: count(), crit: ">= 3"}
- type: match
  id: checks
  title: Failed check
  index: c.report
  timeRange: now-1h
  field: passed
  operator: must
  expected: false
  min: 2
- type: contains
  id: compressed
  title: JavaScript is not compressed
  index: c.response
  timeRange: now-1h
  field: headers.content-type
  value: javascript
  expression: {field: headers.content-encoding, operator: must_not, values: [gzip, br]}
  min: 2
"#;

/// Documents with times that count from now, so that both stores see the same.
struct Documents {
    now: Timestamp,
    made: Vec<Value>,
}

impl Documents {
    fn add(&mut self, kind: &str, seconds_ago: i64, mut body: Value) {
        let at = self.now.checked_sub(SignedDuration::from_secs(seconds_ago)).expect("is in time");
        body["@timestamp"] = json!(format!("{at:.3}"));
        body["event"] = json!({"dataset": format!("canary.{kind}")});
        let number = self.made.len();
        if body["run"]["id"].is_null() {
            body["run"]["id"] = json!(format!("r{number}"));
        }
        body["run"]["sequence"] = json!(number);
        body["observer"] = json!({"name": "eu"});
        self.made.push(body);
    }

    fn bad(now: Timestamp) -> Self {
        let mut documents = Self { now, made: Vec::new() };
        let shop = json!({"id": "shop", "tags": ["eshop"]});
        for (ago, status) in [(1200, "passed"), (900, "failed"), (600, "error"), (300, "failed")] {
            documents.add(
                "run",
                ago,
                json!({"run": {"status": status, "duration": 1000.0}, "monitor": shop}),
            );
        }
        let deadline = format!("{:.3}", now.checked_sub(SignedDuration::from_secs(600)).expect("is in time"));
        documents.add(
            "start",
            1200,
            json!({"run": {"id": "lost", "deadline": deadline}, "monitor": {"id": "mail"}}),
        );
        documents.add(
            "monitor",
            5000,
            json!({"monitor": {"id": "quiet", "interval": 60000.0, "locations": ["us"]}}),
        );
        documents.add(
            "monitor",
            5000,
            json!({"monitor": {"id": "shop", "interval": 300000.0, "locations": ["eu"]}}),
        );
        for (ago, status) in [(900, "failed"), (600, "failed"), (300, "passed")] {
            documents.add("step", ago, json!({"step": {"status": status, "name": "Pay"}, "monitor": shop}));
        }
        for total in [100.0, 2500.0, 3500.0, 3600.0] {
            let request = json!({
                "request": {"type": "fetch"}, "url": {"path": "/api/checkout/1"},
                "timings": {"total": total}, "monitor": shop,
                "http": {"response": {"headers": {"content-type": "text/javascript; charset=utf-8"}}},
            });
            documents.add("request", 300, request);
        }
        let compressed = json!({
            "monitor": shop, "request": {"type": "script"},
            "http": {"response": {"headers": {"content-type": "text/javascript", "content-encoding": "br"}}},
        });
        documents.add("request", 300, compressed);
        for level in ["error", "warning", "error", "info"] {
            documents.add("console", 300, json!({"console": {"level": level, "text": "x"}, "monitor": shop}));
        }
        documents
    }

    fn good(now: Timestamp) -> Self {
        let mut documents = Self { now, made: Vec::new() };
        let shop = json!({"id": "shop", "tags": ["eshop"]});
        documents.add("run", 10, json!({"run": {"id": "g1", "status": "passed"}, "monitor": shop}));
        documents.add("start", 10, json!({"run": {"id": "g2"}, "monitor": {"id": "mail"}}));
        documents.add("run", 5, json!({"run": {"id": "g2", "status": "passed"}, "monitor": {"id": "mail"}}));
        documents
    }

    fn batch(&self) -> Batch {
        self.made.iter().map(|body| Record::new(body).expect("is a document")).collect()
    }
}

/// Everything that was decided, in words that know no time.
async fn told(store: &Store) -> Vec<String> {
    let query = Query { kinds: vec![Kind::Alert], order: Order::Oldest, ..Query::default() };
    let rows = store.query(&query).await.expect("are read");
    let mut told: Vec<String> = rows
        .iter()
        .map(|row| {
            let (alert, body) = (&row.body["alert"], &row.body);
            format!(
                "{} {} {} {}→{} {} {} {}",
                body["rule"],
                alert["seq"],
                alert["why"],
                alert["from"],
                alert["to"],
                alert["severity"],
                alert["labels"],
                if body["rule"] == "alive" || body["rule"] == "lost" {
                    &Value::Null
                } else {
                    &alert["value"]
                },
            )
        })
        .collect();
    told.sort();
    told
}

/// Plays both parts and returns what was told after each. What Elasticsearch shows comes with its next refresh,
/// so there the answer is waited for.
async fn play(folder: &Path, address: &str, expected: Option<&[Vec<String>; 2]>) -> [Vec<String>; 2] {
    let settings: StoreSettings = address.parse().expect("is an address");
    let store = Store::open(&settings, Clock::system()).await.expect("opens");
    let arguments = ["run", "--once", "--store", address, "--rules", "rules.yaml", "--terminal", "yes"];
    let now = Clock::system().now();
    let (mut written, mut parts) = (0, Vec::new());
    for (index, documents) in [Documents::bad(now), Documents::good(now)].into_iter().enumerate() {
        let receipt = store.write(documents.batch()).await;
        assert_eq!(receipt.accepted(), documents.made.len(), "{receipt:?}");
        written += documents.made.len();
        wait_until(async || count(&store).await == written).await;
        let (code, _, said) = run(folder, &arguments);
        assert_eq!(code, 0, "{said}");
        if let Some(expected) = expected {
            wait_until(async || told(&store).await == expected[index]).await;
        }
        parts.push(told(&store).await);
    }
    parts.try_into().expect("there are two parts")
}

async fn count(store: &Store) -> usize {
    let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Alert).collect();
    store.query(&Query { kinds, ..Query::default() }).await.expect("are read").len()
}

/// Waits for ten seconds at most; whoever asks then says what is missing.
async fn wait_until(holds: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "the address of a test server has no other way in")]
fn server() -> String {
    std::env::var("ELASTICSEARCH_URL").expect(
        "ELASTICSEARCH_URL is not set; run `cargo xtask test`, which starts a server, or start one and set it, for \
         example to http://127.0.0.1:9200",
    )
}

/// Returns the address of a namespace that one test has to itself.
async fn namespace() -> String {
    let namespace = format!("l{}", uuid::Uuid::now_v7().simple());
    let url = format!("{}/?namespace={namespace}&query_delay_ms=0", server().trim_end_matches('/'));
    let settings: ElasticsearchSettings = url.parse().expect("is an address");
    setup(&settings, Clock::system()).await.expect("is set up");
    format!("elasticsearch:{url}")
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_stands_twice_after_kills() {
    let folder = tempfile::tempdir().expect("a folder");
    crate::kills::check(folder.path(), &namespace().await, 6).await;
}

#[tokio::test]
async fn the_same_transitions_on_both_stores() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("rules.yaml"), RULES).expect("is written");
    let address = namespace().await;
    let sqlite = format!("sqlite:{}", folder.path().join("canary.db").display());
    let on_sqlite = play(folder.path(), &sqlite, None).await;
    insta::assert_snapshot!(on_sqlite[0].join("\n"));
    insta::assert_snapshot!(on_sqlite[1].join("\n"));
    let on_elasticsearch = play(folder.path(), &address, Some(&on_sqlite)).await;
    assert_eq!(on_elasticsearch, on_sqlite);
}
