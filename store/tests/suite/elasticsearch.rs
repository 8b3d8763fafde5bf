//! What is Elasticsearch's own.

use std::time::Duration;

use canary_filter::Filter;
use canary_store::elasticsearch::{ElasticsearchSettings, setup};
use canary_store::{
    AlertDocument, Batch, Change, Clock, Commit, CommitError, Cursor, Kind, Outcome, Page, Query, Record,
    RejectReason, RetryKind, Selection, Spool, Store, StoreSettings,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

use crate::Namespace;
use crate::conformance::Place;
use crate::proxy::Proxy;

fn step(run: &str, sequence: u64) -> Value {
    json!({
        "@timestamp": "2026-11-21T10:00:00.000Z", "event": {"dataset": "canary.step"},
        "run": {"id": run, "sequence": sequence}, "step": {"status": "passed", "duration": 12.5},
    })
}

fn steps(run: &str, sequences: impl IntoIterator<Item = u64>) -> Batch {
    sequences.into_iter().map(|sequence| Record::new(&step(run, sequence)).unwrap()).collect()
}

async fn stored(namespace: &Namespace, store: &Store, run: &str) -> Vec<String> {
    namespace.settle().await;
    let rows = store.query(&Query { run: Some(run.into()), ..Query::default() }).await.unwrap();
    let mut ids: Vec<_> = rows.iter().map(|row| row.id.to_string()).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn setting_up_again_changes_nothing() {
    let namespace = Namespace::new().await;
    let report = setup(namespace.settings(), Clock::system()).await.unwrap();
    assert_eq!(report.written, [""; 0]);
    assert_eq!(report.unchanged.len(), Kind::ALL.len() + 1 + usize::from(report.stamps));
    let store = namespace.open(Clock::system()).await;
    assert_eq!(store.probe().await.unwrap(), format!("Elasticsearch {}", report.version));
}

#[tokio::test]
async fn who_stamped_a_document_is_told() {
    let namespace = Namespace::new().await;
    let report = setup(namespace.settings(), Clock::system()).await.unwrap();
    let clock = Clock::manual("2001-01-01T00:00:00Z".parse().unwrap());
    let store = namespace.open(clock.clone()).await;
    assert_eq!(store.write(steps("r", [0])).await.accepted(), 1);
    namespace.settle().await;
    let rows = store.query(&Query::default()).await.unwrap();
    let event = &rows[0].body["event"];
    let (by, is_ours) = if report.stamps { ("store", false) } else { ("runner", true) };
    assert_eq!((event["ingested_by"].as_str(), rows[0].ingested == clock.now()), (Some(by), is_ours));
}

/// Writes a step that was taken in a minute ago and could not be read until now.
async fn arrive_late(namespace: &Namespace, run: &str, sequence: u64) {
    let stream = format!("canary-step-{}", namespace.settings().namespace);
    let own_stamp = json!({"index": {"final_pipeline": "_none"}});
    namespace.request(Method::PUT, &format!("{stream}/_settings"), Some(own_stamp)).await;
    let minute_ago = Clock::system().now() - jiff::SignedDuration::from_secs(60);
    let store = namespace.open(Clock::manual(minute_ago)).await;
    assert_eq!(store.write(steps(run, [sequence])).await.accepted(), 1);
    namespace.settle().await;
}

#[tokio::test]
async fn what_becomes_visible_late_is_news_also_after_a_restart() {
    let namespace = Namespace::new().await;
    let store = namespace.open(Clock::system()).await;
    assert_eq!(store.write(steps("r", [0, 1])).await.accepted(), 2);
    namespace.settle().await;
    let read = async |cursor: &Cursor| store.read_since(cursor, &Selection::default(), 10).await.unwrap();
    let ids = |page: &Page| page.rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
    // A reader that read all there was, and one that begins after all there was.
    let past: Cursor = Cursor::since(Clock::system().now() - jiff::SignedDuration::from_secs(600));
    let first = read(&past).await;
    assert_eq!(ids(&first), ["r-0", "r-1"]);
    let latest = store.latest_cursor().await.unwrap();
    for (cursor, sequence) in [(first.cursor, 2), (latest, 3)] {
        let kept = serde_json::to_string(&cursor).unwrap();
        arrive_late(&namespace, "r", sequence).await;
        let page = read(&serde_json::from_str(&kept).unwrap()).await;
        assert!(ids(&page).contains(&format!("r-{sequence}")), "{:?}", ids(&page));
        assert!(!ids(&page).iter().any(|id| id == "r-0" || id == "r-1"), "{:?}", ids(&page));
        assert!(read(&page.cursor).await.rows.is_empty(), "it is told once");
    }
}

#[tokio::test]
async fn a_document_that_does_not_fit_is_rejected_alone() {
    let namespace = Namespace::new().await;
    let store = namespace.open(Clock::system()).await;
    let mut wrong = step("r", 1);
    wrong["step"]["duration"] = json!("long");
    let batch: Batch =
        [step("r", 0), wrong, step("r", 2)].iter().map(|body| Record::new(body).unwrap()).collect();
    let receipt = store.write(batch).await;
    assert_eq!((receipt.accepted(), receipt.rejected()), (2, 1));
    let Outcome::Rejected(rejection) = &receipt.outcomes[1] else { panic!("{:?}", receipt.outcomes) };
    assert_eq!(rejection.reason, RejectReason::Mapping);
    assert!(rejection.message.contains("step.duration"), "{}", rejection.message);
    assert_eq!(stored(&namespace, &store, "r").await, ["r-0", "r-2"]);
}

#[tokio::test]
async fn an_unknown_field_is_stored_and_costs_nothing() {
    let namespace = Namespace::new().await;
    let store = namespace.open(Clock::system()).await;
    let mut newer = step("r", 0);
    newer["step"]["invented"] = json!({"later": [1, "two", {"three": null}]});
    newer["labels"] = json!({"a": "1", "a.b": "2"});
    newer["custom"] = json!({"data": "anything"});
    assert_eq!(store.write([Record::new(&newer).unwrap()].into_iter().collect()).await.accepted(), 1);
    namespace.settle().await;
    let filter = Filter::parse("step.invented.later: two and labels.a.b: 2").unwrap();
    let rows = store.query(&Query { filter: Some(filter), ..Query::default() }).await.unwrap();
    assert_eq!(rows[0].body["step"], newer["step"]);
}

#[tokio::test]
async fn an_answer_that_was_lost_doubles_nothing_across_a_rollover() {
    let namespace = Namespace::new().await;
    let direct = namespace.open(Clock::system()).await;
    assert_eq!(direct.write(steps("other", [0])).await.accepted(), 1);
    let url = &namespace.settings().url;
    let server = format!("{}:{}", url.host_str().unwrap(), url.port_or_known_default().unwrap());
    let mut proxy = Proxy::start(server).await;
    let mut settings = namespace.settings().clone();
    settings.url = format!("http://127.0.0.1:{}/", proxy.port).parse().unwrap();
    let store = namespace.open_with(settings, Clock::system()).await;
    proxy.lose(1);
    let writing = tokio::spawn({
        let store = store.clone();
        async move { store.write(steps("r", 0..50)).await }
    });
    // Between the lost answer and the next attempt the data stream rolls over: the ids are free again there.
    proxy.lost.recv().await.unwrap();
    let stream = format!("canary-step-{}", namespace.settings().namespace);
    let rolled = namespace.request(Method::POST, &format!("{stream}/_rollover"), None).await;
    assert_eq!(rolled["rolled_over"], true, "{rolled}");
    let receipt = writing.await.unwrap();
    assert_eq!((receipt.accepted(), receipt.duplicate()), (50, 0), "{receipt:?}");
    assert_eq!(stored(&namespace, &direct, "r").await.len(), 50);
}

#[tokio::test]
async fn a_replay_after_a_rollover_doubles_nothing() {
    let namespace = Namespace::new().await;
    let folder = tempfile::tempdir().unwrap();
    let store = namespace.open(Clock::system()).await;
    assert_eq!(store.write(steps("r", 0..20)).await.accepted(), 20);
    let spool = Spool::open(folder.path().join("spool"), 1 << 30, Clock::system()).await.unwrap();
    spool.append(steps("r", 10..30)).await.unwrap();
    let stream = format!("canary-step-{}", namespace.settings().namespace);
    namespace.request(Method::POST, &format!("{stream}/_rollover"), None).await;
    let replay = spool.replay(&store).await.unwrap();
    assert_eq!((replay.accepted, replay.duplicate, replay.waiting), (10, 10, 0));
    assert_eq!(stored(&namespace, &store, "r").await.len(), 30);
}

#[tokio::test]
async fn a_server_that_is_away_is_not_waited_for_twice() {
    let namespace = Namespace::new().await;
    let mut settings: ElasticsearchSettings = "http://127.0.0.1:9/".parse().unwrap();
    settings.attempts = 3;
    let store = namespace.open_with(settings, Clock::manual("2026-11-21T10:00:00Z".parse().unwrap())).await;
    let receipt = store.write(steps("r", 0..3)).await;
    assert_eq!(receipt.retry(), 3);
    assert_eq!(receipt.retry_reason().unwrap().kind, RetryKind::Unavailable);
    let pages = store.read_since(&Cursor::start(), &Selection::default(), 10).await;
    assert!(pages.is_err());
}

#[tokio::test]
async fn a_commit_that_was_cut_off_is_finished_by_the_next_listener() {
    let namespace = Namespace::new().await;
    let clock = Clock::manual("2026-11-21T10:00:00Z".parse().unwrap());
    let url = &namespace.settings().url;
    let server = format!("{}:{}", url.host_str().unwrap(), url.port_or_known_default().unwrap());
    let proxy = Proxy::start(server).await;
    let mut settings = namespace.settings().clone();
    settings.url = format!("http://127.0.0.1:{}/", proxy.port).parse().unwrap();
    settings.attempts = 1;
    let first = namespace.open_with(settings, clock.clone()).await;
    let ttl = Duration::from_secs(30);
    let lease = first.acquire_lease("listener", "a", ttl).await.unwrap();
    let body = json!({"@timestamp": "2026-11-21T10:00:00.000Z", "rule": "slow"});
    let change = Change {
        key: "k".into(),
        state: Some(json!("firing")),
        alerts: vec![AlertDocument { id: "t1".into(), body }],
        deliveries: Vec::new(),
    };
    // Every answer is lost from here on: the journal may be written, the listener cannot know.
    proxy.lose(usize::MAX);
    let commit = Commit { changes: vec![change], marks: vec![("cursor".into(), Some(json!(7)))] };
    assert!(matches!(first.commit(&lease, commit).await, Err(CommitError::Fault { .. })));
    clock.advance(jiff::SignedDuration::from_secs(60));
    let second = namespace.open(clock.clone()).await;
    let lease = second.acquire_lease("listener", "b", ttl).await.unwrap();
    assert_eq!(lease.epoch, 2);
    namespace.settle().await;
    assert_eq!(second.states("").await.unwrap()[0].value, "firing");
    assert_eq!(second.mark("cursor").await.unwrap(), Some(json!(7)));
    let alerts = second.query(&Query { kinds: vec![Kind::Alert], ..Query::default() }).await.unwrap();
    assert_eq!(alerts.len(), 1);
}

#[tokio::test]
async fn an_alert_that_the_index_cannot_hold_keeps_no_commit_back() {
    let namespace = Namespace::new().await;
    let store = namespace.open(Clock::system()).await;
    let lease = store.acquire_lease("listener", "a", Duration::from_secs(30)).await.unwrap();
    for (transition, value) in [("t1", json!({"group": {"a": 1}})), ("t2", json!({"group": "text"}))] {
        let mut body = value;
        body["@timestamp"] = json!("2026-11-21T10:00:00.000Z");
        let alerts = vec![AlertDocument { id: transition.into(), body }];
        let change = Change { key: transition.into(), state: Some(json!(1)), alerts, deliveries: Vec::new() };
        store.commit(&lease, Commit { changes: vec![change], marks: Vec::new() }).await.unwrap();
    }
    assert_eq!(store.states("t").await.unwrap().len(), 2);
}

/// Texts, fields and values of which documents and filters are made.
fn any_document(sequence: u64) -> impl Strategy<Value = Value> {
    let texts = || {
        proptest::sample::select(vec!["failed", "passed", "Failed", "a*b", "a?b\\", "10", "2026-11-21", "ž"])
    };
    let number =
        || prop_oneof![(-3i64..12).prop_map(Value::from), (0..40i64).prop_map(|n| json!(n as f64 / 4.0))];
    let list = proptest::collection::vec(texts(), 0..3);
    let file = (texts(), 0u64..5).prop_map(|(name, bytes)| json!({"name": name, "bytes": bytes}));
    let optional = (
        proptest::option::of(texts()),
        proptest::option::of(number()),
        proptest::option::of(list),
        proptest::option::of(any::<bool>()),
        proptest::option::of(proptest::collection::vec(file, 0..3)),
        proptest::option::of(texts()),
        0i64..5,
    );
    optional.prop_map(move |(status, duration, tags, third, files, label, hours)| {
        let at = "2026-11-21T10:00:00Z".parse::<jiff::Timestamp>().unwrap()
            - jiff::SignedDuration::from_hours(hours);
        let mut body = json!({
            "@timestamp": at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            "event": {"dataset": "canary.step"}, "run": {"id": "r", "sequence": sequence},
        });
        let mut put = |group: &str, name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body[group][name] = value;
            }
        };
        put("step", "status", status.map(Value::from));
        put("step", "duration", duration);
        put("monitor", "tags", tags.map(|tags| json!(tags)));
        put("request", "third_party", third.map(Value::from));
        put("labels", "team.name", label.map(Value::from));
        if let Some(files) = files {
            body["attachments"] = files.into();
        }
        body
    })
}

fn any_filter() -> impl Strategy<Value = String> {
    let field = || {
        proptest::sample::select(vec![
            "step.status",
            "step.duration",
            "monitor.tags",
            "request.third_party",
            "labels.team.name",
            "attachments.bytes",
            "attachments.name",
            "@timestamp",
            "missing.field",
            "step.*",
            "attachments",
        ])
    };
    let literal = || {
        proptest::sample::select(vec![
            "failed",
            "10",
            "2",
            "2.5",
            "\"a*b\"",
            "\"a?b\\\\\"",
            "2026-11-21",
            "now-2h",
            "now/d",
            "true",
            "false",
            "ž",
            "a*",
            "*ed",
            "*",
            "null",
        ])
    };
    let range = prop_oneof![Just("<"), Just("<="), Just(">"), Just(">=")];
    let bound =
        proptest::sample::select(vec!["failed", "10", "2", "2.5", "now-2h", "\"2026-11-21T08:00:00.000Z\""]);
    let test = prop_oneof![
        3 => (field(), literal()).prop_map(|(field, value)| format!("{field}: {value}")),
        2 => (field(), range, bound).prop_map(|(field, sign, value)| format!("{field} {sign} {value}")),
        1 => literal().prop_map(str::to_owned),
        1 => (literal(), 0..5u64).prop_map(|(name, bytes)| format!("attachments: {{name: {name} and bytes >= {bytes}}}")),
    ];
    test.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) or ({b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

/// What filters must be made of, by what they show of it, and how often that came.
struct Features(Vec<(&'static str, &'static str, usize)>);

impl Features {
    fn new() -> Self {
        let features = [
            ("missing fields", "missing.field"),
            ("arrays", "monitor.tags"),
            ("objects in arrays", "attachments: {"),
            ("wildcards", "*ed"),
            ("wildcards in fields", "step.*"),
            ("negation", "not ("),
            ("existence", ": *"),
            ("numbers", "step.duration"),
            ("dates", "@timestamp"),
            ("dates that move", "now-2h"),
            ("truth", "request.third_party"),
            ("names with dots", "labels.team.name"),
        ];
        Self(features.map(|(name, sign)| (name, sign, 0)).into())
    }

    fn note(&mut self, filter: &str) {
        self.0.iter_mut().for_each(|(_, sign, count)| *count += usize::from(filter.contains(*sign)));
    }

    fn assert_complete(&self) {
        let lacking: Vec<_> = self.0.iter().filter(|(.., count)| *count == 0).collect();
        assert!(lacking.is_empty(), "no filter had {lacking:?}");
    }
}

#[tokio::test]
async fn both_stores_and_memory_agree_on_generated_filters() {
    let namespace = Namespace::new().await;
    let clock = Clock::manual("2026-11-21T10:00:00Z".parse().unwrap());
    let store = namespace.open(clock.clone()).await;
    let mut runner = TestRunner::default();
    let documents: Vec<Value> =
        (0..120).map(|sequence| any_document(sequence).new_tree(&mut runner).unwrap().current()).collect();
    let batch: Batch = documents.iter().map(|body| Record::new(body).unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = StoreSettings::Sqlite { path: folder.path().join("canary.db") };
    let sqlite = Store::open(&file, clock.clone()).await.unwrap();
    assert_eq!(sqlite.write(batch.clone()).await.accepted(), documents.len());
    let receipt = store.write(batch).await;
    assert_eq!(receipt.accepted(), documents.len(), "{:?}", receipt.outcomes);
    namespace.settle().await;
    let (mut features, mut decided) = (Features::new(), 0);
    for _ in 0..300 {
        let text = any_filter().new_tree(&mut runner).unwrap().current();
        let filter = Filter::parse(&text).unwrap();
        let passes = |body: &&Value| filter.matches(body, clock.now());
        let mut expected: Vec<_> =
            documents.iter().filter(passes).map(|body| Record::new(body).unwrap().id.to_string()).collect();
        let query = Query { kinds: vec![Kind::Step], filter: Some(filter.clone()), ..Query::default() };
        expected.sort();
        for (name, store) in [("Elasticsearch", &store), ("SQLite", &sqlite)] {
            let rows = store.query(&query).await.unwrap_or_else(|error| panic!("{name}, {text}: {error:?}"));
            let mut found: Vec<_> = rows.iter().map(|row| row.id.to_string()).collect();
            found.sort();
            assert_eq!(found, expected, "{name}, {text}");
        }
        features.note(&text);
        decided += usize::from(!expected.is_empty() && expected.len() < documents.len());
    }
    features.assert_complete();
    assert!(decided > 60, "only {decided} filters let some through and kept others back");
}
