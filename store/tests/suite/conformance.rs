//! The properties that every store of documents must have, each a named test for each store.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use canary_store::{
    AlertDocument, Batch, Change, Clock, Commit, CommitError, Cursor, DeliveryNote, DeliveryStatus,
    DocumentId, Filter, Kind, LeaseError, MAX_RECORD_BYTES, NewDelivery, Order, Outcome, Projection, Query,
    Record, RejectReason, Row, Selection, Store,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A place that a test has to itself.
pub(crate) trait Place {
    /// Opens the store in this place; a second call opens it again with what it holds.
    async fn open(&self, clock: Clock) -> Store;

    /// Returns once everything written so far can be read.
    async fn settle(&self);
}

/// Makes a named test of each property for a place that `$place` makes.
#[macro_export]
macro_rules! conformance {
    ($place:expr) => {
        $crate::conformance!(@each $place;
            written_documents_are_read_back,
            an_empty_batch_has_an_empty_receipt,
            the_second_write_of_an_id_is_a_duplicate_and_changes_nothing,
            an_id_twice_in_one_batch_is_stored_once,
            what_is_too_large_is_rejected_alone,
            a_cursor_misses_nothing_and_repeats_nothing,
            a_cursor_survives_as_json_and_a_reopening,
            a_cursor_may_begin_at_a_time,
            the_latest_cursor_is_after_everything,
            a_selection_gives_kinds_and_fields,
            a_prefilter_keeps_no_match_away,
            a_query_gives_what_its_filter_lets_through,
            a_query_keeps_to_run_monitor_and_time,
            a_query_has_order_and_limit,
            the_latest_run_is_found,
            documents_are_fetched_by_id,
            a_batch_split_anywhere_stores_the_same,
            one_listener_holds_a_lease,
            a_lease_that_is_over_is_taken_over,
            a_commit_of_an_old_epoch_changes_nothing,
            a_commit_told_twice_is_stored_once,
            states_and_marks_are_replaced_and_forgotten,
            a_delivery_waits_until_its_time,
            a_delivery_that_is_done_waits_no_more,
            states_survive_a_reopening,
        );
    };
    (@each $place:expr; $($property:ident),* $(,)?) => {
        $(#[tokio::test]
        async fn $property() {
            let place = $place;
            $crate::conformance::$property(&place).await;
        })*
    };
}

fn start_of_tests() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn clock() -> Clock {
    Clock::manual(start_of_tests())
}

/// A step document; `also` is laid over it.
fn step(run: &str, sequence: u64, also: &Value) -> Value {
    let at = start_of_tests() + SignedDuration::from_millis(i64::try_from(sequence).unwrap());
    let mut body = json!({
        "@timestamp": at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        "event": {"dataset": "canary.step"},
        "schema": {"version": 1},
        "run": {"id": run, "sequence": sequence, "attempt": 1},
        "monitor": {"id": "shop", "tags": ["eshop", "prod"]},
        "step": {"index": 1, "name": "Add to cart", "status": "passed", "duration": 12.5},
    });
    for (group, fields) in also.as_object().into_iter().flatten() {
        for (name, value) in fields.as_object().into_iter().flatten() {
            body[group][name] = value.clone();
        }
    }
    body
}

fn records(bodies: &[Value]) -> Batch {
    bodies.iter().map(|body| Record::new(body).unwrap()).collect()
}

fn steps(run: &str, sequences: impl IntoIterator<Item = u64>) -> Batch {
    let bodies: Vec<_> = sequences.into_iter().map(|sequence| step(run, sequence, &json!({}))).collect();
    records(&bodies)
}

async fn written(place: &impl Place, store: &Store, batch: Batch) {
    let count = batch.len();
    let receipt = store.write(batch).await;
    assert_eq!(receipt.accepted(), count, "{:?}", receipt.outcomes);
    place.settle().await;
}

fn ids(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

fn sorted_ids(rows: &[Row]) -> Vec<&str> {
    let mut ids = ids(rows);
    ids.sort_unstable();
    ids
}

/// Takes away what the store stamps.
fn as_written(row: &Row) -> Value {
    let mut body = row.body.clone();
    let event = body["event"].as_object_mut().unwrap();
    event.remove("ingested").expect("the store stamps what it takes in");
    event.remove("ingested_by");
    body
}

pub(crate) async fn written_documents_are_read_back(place: &impl Place) {
    let store = place.open(clock()).await;
    let also = json!({"labels": {"team": "web \"quoted\" žluť"}, "failure": {"class": "timeout", "message": "a\nb"}});
    let body = step("r", 3, &also);
    written(place, &store, records(std::slice::from_ref(&body))).await;
    let rows = store.query(&Query::default()).await.unwrap();
    assert_eq!(ids(&rows), ["r-3"]);
    assert_eq!(as_written(&rows[0]), body);
    assert_eq!(rows[0].kind, Kind::Step);
    assert_eq!(rows[0].timestamp, start_of_tests() + SignedDuration::from_millis(3));
    let ingested: Timestamp = rows[0].body["event"]["ingested"].as_str().unwrap().parse().unwrap();
    assert_eq!(ingested, rows[0].ingested);
}

pub(crate) async fn an_empty_batch_has_an_empty_receipt(place: &impl Place) {
    let store = place.open(clock()).await;
    assert_eq!(store.write(Batch::default()).await.outcomes, []);
}

pub(crate) async fn the_second_write_of_an_id_is_a_duplicate_and_changes_nothing(place: &impl Place) {
    let store = place.open(clock()).await;
    written(place, &store, steps("r", [0])).await;
    let changed = step("r", 0, &json!({"step": {"status": "failed"}}));
    let receipt = store.write(records(&[changed, step("r", 1, &json!({}))])).await;
    assert_eq!(receipt.outcomes, [Outcome::Duplicate, Outcome::Accepted]);
    place.settle().await;
    let rows = store.query(&Query { order: Order::Oldest, ..Query::default() }).await.unwrap();
    assert_eq!(ids(&rows), ["r-0", "r-1"]);
    assert_eq!(rows[0].body["step"]["status"], "passed");
}

pub(crate) async fn an_id_twice_in_one_batch_is_stored_once(place: &impl Place) {
    let store = place.open(clock()).await;
    let receipt = store.write(steps("r", [0, 1, 0])).await;
    assert_eq!(receipt.outcomes, [Outcome::Accepted, Outcome::Accepted, Outcome::Duplicate]);
    place.settle().await;
    assert_eq!(sorted_ids(&store.query(&Query::default()).await.unwrap()), ["r-0", "r-1"]);
}

pub(crate) async fn what_is_too_large_is_rejected_alone(place: &impl Place) {
    let store = place.open(clock()).await;
    let large = step("r", 1, &json!({"failure": {"stack": "x".repeat(MAX_RECORD_BYTES)}}));
    let receipt = store.write(records(&[step("r", 0, &json!({})), large, step("r", 2, &json!({}))])).await;
    assert_eq!((receipt.accepted(), receipt.rejected()), (2, 1), "{:?}", receipt.outcomes);
    assert_eq!(receipt.rejections().next().unwrap().reason, RejectReason::TooLarge);
    assert!(matches!(receipt.outcomes[1], Outcome::Rejected(_)));
    place.settle().await;
    assert_eq!(sorted_ids(&store.query(&Query::default()).await.unwrap()), ["r-0", "r-2"]);
}

pub(crate) async fn a_cursor_misses_nothing_and_repeats_nothing(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let (mut cursor, mut seen, mut sequence) = (Cursor::start(), Vec::new(), 0);
    for (count, limit) in [(3, 1), (0, 5), (7, 3), (1, 1), (12, 4), (4, 100)] {
        written(place, &store, steps("r", sequence..sequence + count)).await;
        clock.advance(SignedDuration::from_millis(700));
        sequence += count;
        let mut more = true;
        while more {
            let page = store.read_since(&cursor, &Selection::default(), limit).await.unwrap();
            assert!(page.rows.len() <= limit);
            assert!(page.rows.is_sorted_by_key(|row| row.ingested));
            seen.extend(page.rows.iter().map(|row| row.id.to_string()));
            (cursor, more) = (page.cursor, page.more);
        }
        assert_eq!(seen.len() as u64, sequence, "after {count} documents more");
    }
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
}

pub(crate) async fn a_cursor_survives_as_json_and_a_reopening(place: &impl Place) {
    let store = place.open(clock()).await;
    written(place, &store, steps("r", 0..3)).await;
    let page = store.read_since(&Cursor::start(), &Selection::default(), 10).await.unwrap();
    let kept = serde_json::to_string(&page.cursor).unwrap();
    store.close().await;
    let store = place.open(clock()).await;
    written(place, &store, steps("r", 3..5)).await;
    let cursor: Cursor = serde_json::from_str(&kept).unwrap();
    let page = store.read_since(&cursor, &Selection::default(), 10).await.unwrap();
    assert_eq!(sorted_ids(&page.rows), ["r-3", "r-4"], "nothing is missed and nothing repeated");
}

pub(crate) async fn a_cursor_may_begin_at_a_time(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    written(place, &store, steps("r", 0..2)).await;
    clock.advance(SignedDuration::from_secs(1));
    tokio::time::sleep(Duration::from_millis(5)).await;
    written(place, &store, steps("r", 2..4)).await;
    let rows = store.query(&Query::default()).await.unwrap();
    let times: BTreeMap<_, _> = rows.iter().map(|row| (row.id.as_str(), row.ingested)).collect();
    let page = store.read_since(&Cursor::since(times["r-2"]), &Selection::default(), 10).await.unwrap();
    assert_eq!(sorted_ids(&page.rows), ["r-2", "r-3"]);
    let later = times["r-3"] + SignedDuration::from_secs(5);
    let page = store.read_since(&Cursor::since(later), &Selection::default(), 10).await.unwrap();
    assert_eq!(page.rows, []);
}

pub(crate) async fn the_latest_cursor_is_after_everything(place: &impl Place) {
    let store = place.open(clock()).await;
    written(place, &store, steps("r", 0..2)).await;
    let cursor = store.latest_cursor().await.unwrap();
    assert_eq!(store.read_since(&cursor, &Selection::default(), 10).await.unwrap().rows, []);
    written(place, &store, steps("r", 2..3)).await;
    let page = store.read_since(&cursor, &Selection::default(), 10).await.unwrap();
    assert_eq!(ids(&page.rows), ["r-2"]);
}

pub(crate) async fn a_selection_gives_kinds_and_fields(place: &impl Place) {
    let store = place.open(clock()).await;
    let run =
        json!({"event": {"dataset": "canary.run"}, "run": {"status": "failed", "steps": {"failed": 1}}});
    let attachments = json!([{"key": "a", "bytes": 1}, {"key": "b", "bytes": 2}]);
    let mut with_files = step("r", 1, &json!({"labels": {"team": "web", "tier": "1"}}));
    with_files["attachments"] = attachments;
    written(place, &store, records(&[step("r", 0, &run), with_files])).await;
    let select = |kinds: Vec<Kind>, fields: &[&str]| Selection {
        kinds,
        fields: Projection::Fields(fields.iter().map(|field| (*field).to_owned()).collect()),
        prefilter: None,
    };
    let read = async |selection: Selection| {
        let page = store.read_since(&Cursor::start(), &selection, 10).await.unwrap();
        page.rows.into_iter().map(|row| (row.id.to_string(), row.body)).collect::<BTreeMap<_, _>>()
    };
    let rows = read(select(vec![Kind::Run], &["run.status", "run.steps.failed", "missing"])).await;
    assert_eq!(
        rows,
        BTreeMap::from([("r-0".into(), json!({"run": {"status": "failed", "steps": {"failed": 1}}}))])
    );
    let rows = read(select(vec![Kind::Step, Kind::Page], &["labels.*", "attachments.bytes", "step"])).await;
    let expected = json!({
        "labels": {"team": "web", "tier": "1"},
        "attachments": [{"bytes": 1}, {"bytes": 2}],
        "step": {"index": 1, "name": "Add to cart", "status": "passed", "duration": 12.5},
    });
    assert_eq!(rows, BTreeMap::from([("r-1".into(), expected)]));
    assert_eq!(read(select(vec![], &["run.sequence"])).await.len(), 2);
}

/// Documents and filters that between them touch every rule of the filter language.
fn varied() -> Vec<Value> {
    let mut documents = vec![
        step(
            "a",
            0,
            &json!({"step": {"status": "failed", "duration": 900}, "failure": {"class": "timeout"}}),
        ),
        step("a", 1, &json!({"vitals": {"lcp": 2600.5, "cls": 0.05}, "url": {"path": "/shop/checkout/2"}})),
        step("b", 2, &json!({"monitor": {"tags": ["prod"]}, "labels": {"team": "web [1]?*"}})),
        step("b", 3, &json!({"monitor": {"tags": []}, "observer": {"name": "eu"}})),
        step("b", 4, &json!({"step": {"name": "say \"hi\" \\ it's", "duration": null}})),
        step("c", 5, &json!({"event": {"dataset": "canary.request"}, "request": {"third_party": true}})),
    ];
    documents[0]["attachments"] = json!([{"type": "image/png", "bytes": 10, "key": "k1"}, {"type": "text/html", "bytes": 500, "key": "k2"}]);
    documents
}

const FILTERS: &[&str] = &[
    "",
    "step.status: failed",
    "not step.status: failed",
    "step.status: (failed or passed) and step.duration > 100",
    "step.duration <= 12.5",
    "not step.duration > 100",
    "step.duration: *",
    "not step.duration: *",
    "vitals.lcp > 2600 and vitals.cls < 0.1",
    "vitals.*: *",
    "vitals: *",
    "vitals.l*: 2600.5",
    "monitor.tags: eshop",
    "monitor.tags: (eshop and prod)",
    "not monitor.tags: eshop",
    "url.path: *checkout*",
    "url.path: /shop*",
    "labels.team: \"web [1]?*\"",
    "labels.team: web [1]*",
    "labels.te*: web*",
    "step.name: \"say \\\"hi\\\" \\\\ it's\"",
    "step.name: Add to cart",
    "step.name: add to cart",
    "request.third_party: true",
    "not request.third_party: true",
    "attachments.type: image/png and attachments.bytes: 500",
    "attachments: {type: image/png and bytes: 500}",
    "attachments: {type: text/html and bytes >= 500}",
    "@timestamp >= \"2026-11-21T10:00:00.002Z\" and @timestamp < \"2026-11-21T10:00:00.005Z\"",
    "@timestamp: 2026-11-21",
    "@timestamp > 2026-11-21",
    "@timestamp > now-1h",
    "run.sequence: 3 or run.sequence >= 5",
    "run.id: (a or c)",
    "run.id > a",
    "missing.field: x",
    "not missing.field: x",
    "missing.field: null and observer.name: eu",
    "event.dataset: canary.request",
    "failed",
    "timeout or eu",
];

pub(crate) async fn a_prefilter_keeps_no_match_away(place: &impl Place) {
    let store = place.open(clock()).await;
    let documents = varied();
    written(place, &store, records(&documents)).await;
    for text in FILTERS {
        let filter = Filter::parse(text).unwrap();
        let expected = expected_ids(&filter, &documents);
        let selection = Selection { prefilter: Some(filter), ..Selection::default() };
        let page = store.read_since(&Cursor::start(), &selection, 100).await.unwrap();
        let found: BTreeSet<_> = page.rows.iter().map(|row| row.id.to_string()).collect();
        assert!(found.is_superset(&expected), "{text}: {found:?} instead of {expected:?}");
    }
}

pub(crate) async fn a_query_gives_what_its_filter_lets_through(place: &impl Place) {
    let store = place.open(clock()).await;
    let documents = varied();
    written(place, &store, records(&documents)).await;
    for text in FILTERS {
        let filter = Filter::parse(text).unwrap();
        let expected = expected_ids(&filter, &documents);
        let query = Query { filter: Some(filter), ..Query::default() };
        let rows = store.query(&query).await.unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let found: BTreeSet<_> = rows.iter().map(|row| row.id.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }
}

fn expected_ids(filter: &Filter, documents: &[Value]) -> BTreeSet<String> {
    let passes = |body: &&Value| filter.matches(body, start_of_tests());
    documents.iter().filter(passes).map(|body| Record::new(body).unwrap().id.to_string()).collect()
}

pub(crate) async fn a_query_keeps_to_run_monitor_and_time(place: &impl Place) {
    let store = place.open(clock()).await;
    let other = step("b", 1, &json!({"monitor": {"id": "other"}}));
    let request = step("b", 2, &json!({"event": {"dataset": "canary.request"}}));
    written(place, &store, records(&[step("a", 0, &json!({})), other, request, step("b", 3, &json!({}))]))
        .await;
    let found = async |query: Query| {
        let rows = store.query(&query).await.unwrap();
        sorted_ids(&rows).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(Query { run: Some("b".into()), ..Query::default() }).await, ["b-1", "b-2", "b-3"]);
    assert_eq!(found(Query { monitor: Some("other".into()), ..Query::default() }).await, ["b-1"]);
    assert_eq!(found(Query { kinds: vec![Kind::Request, Kind::Page], ..Query::default() }).await, ["b-2"]);
    let at = |millis| Some(start_of_tests() + SignedDuration::from_millis(millis));
    assert_eq!(found(Query { from: at(1), until: at(3), ..Query::default() }).await, ["b-1", "b-2"]);
}

pub(crate) async fn a_query_has_order_and_limit(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    written(place, &store, steps("r", [2, 0])).await;
    clock.advance(SignedDuration::from_millis(5));
    tokio::time::sleep(Duration::from_millis(5)).await;
    written(place, &store, steps("r", [1])).await;
    let found = async |order: Order, limit: Option<usize>| {
        let rows = store.query(&Query { order, limit, ..Query::default() }).await.unwrap();
        ids(&rows).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(Order::Oldest, None).await, ["r-0", "r-1", "r-2"]);
    assert_eq!(found(Order::Newest, Some(2)).await, ["r-2", "r-1"]);
    assert_eq!(found(Order::Arrival, None).await.last().unwrap(), "r-1");
    assert_eq!(found(Order::Oldest, Some(0)).await, [""; 0]);
}

pub(crate) async fn the_latest_run_is_found(place: &impl Place) {
    let store = place.open(clock()).await;
    assert_eq!(store.latest_run(None).await.unwrap(), None);
    let start = |run: &str, sequence: u64, monitor: &str| {
        step(run, sequence, &json!({"event": {"dataset": "canary.start"}, "monitor": {"id": monitor}}))
    };
    let bodies = [start("a", 5, "shop"), start("b", 7, "other"), step("a", 9, &json!({}))];
    written(place, &store, records(&bodies)).await;
    assert_eq!(store.latest_run(None).await.unwrap(), Some("b".into()));
    assert_eq!(store.latest_run(Some("shop")).await.unwrap(), Some("a".into()));
    assert_eq!(store.latest_run(Some("none")).await.unwrap(), None);
}

pub(crate) async fn documents_are_fetched_by_id(place: &impl Place) {
    let store = place.open(clock()).await;
    written(place, &store, steps("r", 0..5)).await;
    let wanted: Vec<DocumentId> = ["r-1", "r-4", "r-9"].map(DocumentId::from).to_vec();
    assert_eq!(sorted_ids(&store.fetch(&wanted).await.unwrap()), ["r-1", "r-4"]);
    assert_eq!(store.fetch(&[]).await.unwrap(), []);
}

pub(crate) async fn a_batch_split_anywhere_stores_the_same(place: &impl Place) {
    let store = place.open(clock()).await;
    let all: Vec<Vec<Record>> =
        (0..=6).map(|split| steps(&format!("r{split}"), 0..6).records.into_iter().collect()).collect();
    for (split, records) in all.into_iter().enumerate() {
        let (first, second) = records.split_at(split);
        // The second part overlaps the first, as after an answer that was lost.
        let overlap: Batch = first.iter().rev().take(2).chain(second).cloned().collect();
        let accepted =
            store.write(first.to_vec().into()).await.accepted() + store.write(overlap).await.accepted();
        assert_eq!(accepted, 6);
    }
    place.settle().await;
    for split in 0..=6 {
        let query = Query { run: Some(format!("r{split}").as_str().into()), ..Query::default() };
        assert_eq!(store.query(&query).await.unwrap().len(), 6);
    }
}

pub(crate) async fn one_listener_holds_a_lease(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let ttl = Duration::from_secs(30);
    let lease = store.acquire_lease("listener", "a", ttl).await.unwrap();
    assert_eq!((lease.epoch, lease.until), (1, clock.now() + SignedDuration::from_secs(30)));
    match store.acquire_lease("listener", "b", ttl).await.unwrap_err() {
        LeaseError::Held { holder, until, .. } => assert_eq!((holder.as_str(), until), ("a", lease.until)),
        other => panic!("{other:?}"),
    }
    assert_eq!(store.acquire_lease("another", "b", ttl).await.unwrap().epoch, 1);
    clock.advance(SignedDuration::from_secs(20));
    let renewed = store.renew_lease(&lease, ttl).await.unwrap();
    assert_eq!((renewed.epoch, renewed.until), (1, clock.now() + SignedDuration::from_secs(30)));
    clock.advance(SignedDuration::from_secs(20));
    assert!(matches!(store.acquire_lease("listener", "b", ttl).await, Err(LeaseError::Held { .. })));
    store.release_lease(&renewed).await.unwrap();
    assert_eq!(store.acquire_lease("listener", "b", ttl).await.unwrap().epoch, 2);
}

pub(crate) async fn a_lease_that_is_over_is_taken_over(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let ttl = Duration::from_secs(30);
    let old = store.acquire_lease("listener", "a", ttl).await.unwrap();
    clock.advance(SignedDuration::from_secs(31));
    let new = store.acquire_lease("listener", "b", ttl).await.unwrap();
    assert_eq!(new.epoch, 2);
    for refused in [store.renew_lease(&old, ttl).await.map(drop), store.release_lease(&old).await] {
        match refused.unwrap_err() {
            LeaseError::Lost { holder, held, current, .. } => {
                assert_eq!((holder.as_str(), held, current), ("b", 1, 2))
            }
            other => panic!("{other:?}"),
        }
    }
    // The same listener, started again, must not be taken for its former self.
    assert_eq!(store.acquire_lease("listener", "b", ttl).await.unwrap().epoch, 3);
    assert!(matches!(store.renew_lease(&new, ttl).await, Err(LeaseError::Lost { .. })));
}

fn change(key: &str, transition: &str) -> Change {
    let alert = json!({"@timestamp": "2026-11-21T10:00:00.000Z", "rule": "slow", "tags": ["eshop"]});
    Change {
        key: key.into(),
        state: Some(json!({"state": "firing", "transition": transition})),
        alerts: vec![AlertDocument { id: transition.into(), body: alert }],
        deliveries: vec![delivery(&format!("{transition}/slack"), start_of_tests())],
    }
}

fn delivery(id: &str, not_before: Timestamp) -> NewDelivery {
    NewDelivery {
        id: id.into(),
        receiver: "slack".into(),
        group: "g".into(),
        payload: json!({"text": id}),
        not_before,
    }
}

fn commit_of(change: Change) -> Commit {
    Commit { changes: vec![change], marks: vec![("cursor".into(), Some(json!({"row": 5})))] }
}

pub(crate) async fn a_commit_of_an_old_epoch_changes_nothing(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let old = store.acquire_lease("listener", "a", Duration::ZERO).await.unwrap();
    let new = store.acquire_lease("listener", "b", Duration::from_secs(30)).await.unwrap();
    match store.commit(&old, commit_of(change("k", "t1"))).await.unwrap_err() {
        CommitError::Fenced { held, current, .. } => assert_eq!((held, current), (1, 2)),
        other => panic!("{other:?}"),
    }
    place.settle().await;
    assert_eq!(store.states("").await.unwrap(), []);
    assert_eq!(store.mark("cursor").await.unwrap(), None);
    assert_eq!(store.pending(clock.now(), 10).await.unwrap(), []);
    assert_eq!(store.query(&Query { kinds: vec![Kind::Alert], ..Query::default() }).await.unwrap(), []);
    store.commit(&new, commit_of(change("k", "t1"))).await.unwrap();
    let done = note("t1/slack", DeliveryStatus::Sent, clock.now());
    assert!(matches!(store.note(&old, vec![done]).await, Err(CommitError::Fenced { .. })));
    assert!(matches!(
        store.commit(&old, commit_of(change("k", "t2"))).await,
        Err(CommitError::Fenced { .. })
    ));
    place.settle().await;
    assert_eq!(store.states("").await.unwrap()[0].value["transition"], "t1");
    assert_eq!(store.pending(clock.now(), 10).await.unwrap().len(), 1);
}

pub(crate) async fn a_commit_told_twice_is_stored_once(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let lease = store.acquire_lease("listener", "a", Duration::from_secs(30)).await.unwrap();
    store.commit(&lease, commit_of(change("k", "t1"))).await.unwrap();
    store.note(&lease, vec![note("t1/slack", DeliveryStatus::Sent, clock.now())]).await.unwrap();
    store.commit(&lease, commit_of(change("k", "t1"))).await.unwrap();
    place.settle().await;
    let alerts = store.query(&Query { kinds: vec![Kind::Alert], ..Query::default() }).await.unwrap();
    assert_eq!(ids(&alerts), ["t1"]);
    let body = &alerts[0].body;
    assert_eq!((&body["rule"], &body["event"]["dataset"]), (&json!("slow"), &json!("canary.alert")));
    assert_eq!(store.pending(clock.now(), 10).await.unwrap(), [], "what was sent does not wait again");
    assert_eq!(store.deliveries(10).await.unwrap().len(), 1);
    let refused =
        Change { alerts: vec![AlertDocument { id: "t2".into(), body: json!(7) }], ..change("k2", "t2") };
    assert!(matches!(store.commit(&lease, commit_of(refused)).await, Err(CommitError::Alert { .. })));
    place.settle().await;
    assert_eq!(store.states("k2").await.unwrap(), []);
}

pub(crate) async fn states_and_marks_are_replaced_and_forgotten(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let lease = store.acquire_lease("listener", "a", Duration::from_secs(30)).await.unwrap();
    let put = |key: &str, state: Option<Value>| Change { key: key.into(), state, ..Change::default() };
    let changes =
        vec![put("alert/1", Some(json!(1))), put("alert/2", Some(json!([2]))), put("other", Some(json!(3)))];
    let marks =
        vec![("a".into(), Some(json!(1))), ("ab".into(), Some(json!("x"))), ("b".into(), Some(json!(null)))];
    store.commit(&lease, Commit { changes, marks }).await.unwrap();
    clock.advance(SignedDuration::from_secs(1));
    let changes = vec![put("alert/1", Some(json!({"n": 4}))), put("alert/2", None)];
    store.commit(&lease, Commit { changes, marks: vec![("ab".into(), None)] }).await.unwrap();
    place.settle().await;
    let states = store.states("alert/").await.unwrap();
    assert_eq!(
        states.iter().map(|row| (row.key.as_str(), &row.value)).collect::<Vec<_>>(),
        [("alert/1", &json!({"n": 4}))]
    );
    assert_eq!(states[0].updated, clock.now());
    assert_eq!(store.states("").await.unwrap().len(), 2);
    assert_eq!(store.mark("a").await.unwrap(), Some(json!(1)));
    assert_eq!(store.mark("ab").await.unwrap(), None);
    let marks = store.marks("").await.unwrap();
    assert_eq!(marks.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

fn note(id: &str, status: DeliveryStatus, not_before: Timestamp) -> DeliveryNote {
    DeliveryNote { id: id.into(), status, attempts: 1, not_before, reason: None, answer: None }
}

pub(crate) async fn a_delivery_waits_until_its_time(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let lease = store.acquire_lease("listener", "a", Duration::from_secs(300)).await.unwrap();
    let now = clock.now();
    let later = now + SignedDuration::from_secs(60);
    let deliveries = vec![delivery("d1", now), delivery("d2", later), delivery("d3", now)];
    let change = Change { key: "k".into(), state: Some(json!(1)), alerts: vec![], deliveries };
    store.commit(&lease, commit_of(change)).await.unwrap();
    place.settle().await;
    let due = async |at| {
        let due = store.pending(at, 10).await.unwrap();
        due.into_iter().map(|delivery| delivery.id).collect::<Vec<_>>()
    };
    assert_eq!(due(now).await, ["d1", "d3"]);
    assert_eq!(due(later).await, ["d1", "d2", "d3"]);
    assert_eq!(store.pending(later, 1).await.unwrap().len(), 1);
    let first = store.delivery("d1").await.unwrap().unwrap();
    assert_eq!((first.receiver.as_str(), first.group.as_str(), first.attempts), ("slack", "g", 0));
    assert_eq!((first.payload, first.created), (json!({"text": "d1"}), now));
    store.note(&lease, vec![note("d1", DeliveryStatus::Pending, later)]).await.unwrap();
    place.settle().await;
    assert_eq!(due(now).await, ["d3"]);
    assert_eq!(store.delivery("d1").await.unwrap().unwrap().attempts, 1);
    assert_eq!(store.delivery("d9").await.unwrap(), None);
}

pub(crate) async fn a_delivery_that_is_done_waits_no_more(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let lease = store.acquire_lease("listener", "a", Duration::from_secs(300)).await.unwrap();
    let deliveries = ["d1", "d2", "d3"].map(|id| delivery(id, clock.now())).to_vec();
    let change = Change { key: "k".into(), state: None, alerts: vec![], deliveries };
    store.commit(&lease, commit_of(change)).await.unwrap();
    let sent =
        DeliveryNote { answer: Some(json!({"ts": "1.2"})), ..note("d1", DeliveryStatus::Sent, clock.now()) };
    let dead = DeliveryNote { reason: Some("404".into()), ..note("d2", DeliveryStatus::Dead, clock.now()) };
    let notes = vec![sent, dead, note("d3", DeliveryStatus::Dropped, clock.now())];
    store.note(&lease, notes).await.unwrap();
    place.settle().await;
    assert_eq!(store.pending(clock.now(), 10).await.unwrap(), []);
    let statuses: BTreeMap<_, _> = store
        .deliveries(10)
        .await
        .unwrap()
        .into_iter()
        .map(|delivery| (delivery.id, delivery.status))
        .collect();
    let expected =
        [("d1", DeliveryStatus::Sent), ("d2", DeliveryStatus::Dead), ("d3", DeliveryStatus::Dropped)];
    assert_eq!(statuses, expected.map(|(id, status)| (id.to_owned(), status)).into());
    assert_eq!(store.delivery("d1").await.unwrap().unwrap().answer, Some(json!({"ts": "1.2"})));
    assert_eq!(store.delivery("d2").await.unwrap().unwrap().reason.as_deref(), Some("404"));
}

pub(crate) async fn states_survive_a_reopening(place: &impl Place) {
    let clock = clock();
    let store = place.open(clock.clone()).await;
    let lease = store.acquire_lease("listener", "a", Duration::from_secs(30)).await.unwrap();
    store.commit(&lease, commit_of(change("k", "t1"))).await.unwrap();
    store.close().await;
    let store = place.open(clock.clone()).await;
    place.settle().await;
    assert_eq!(store.states("k").await.unwrap().len(), 1);
    assert_eq!(store.mark("cursor").await.unwrap(), Some(json!({"row": 5})));
    assert_eq!(store.pending(clock.now(), 10).await.unwrap().len(), 1);
    assert!(matches!(
        store.acquire_lease("listener", "b", Duration::from_secs(30)).await,
        Err(LeaseError::Held { .. })
    ));
}
