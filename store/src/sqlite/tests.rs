//! Tests of what is SQLite's own: the file, its locks and its limits.

use serde_json::json;

use super::*;
use crate::document::Kind;
use crate::ledger::{AlertDocument, Change, DeliveryStatus, NewDelivery};
use crate::record::Record;
use crate::settings::StoreSettings;
use crate::store::Store;

fn clock() -> Clock {
    Clock::manual("2026-11-21T10:00:00Z".parse().unwrap())
}

async fn open(folder: &tempfile::TempDir, clock: &Clock) -> Store {
    let settings = StoreSettings::Sqlite { path: folder.path().join("canary.db") };
    Store::open(&settings, clock.clone()).await.unwrap()
}

fn step(sequence: u64, status: &str) -> Record {
    let body = json!({
        "@timestamp": "2026-11-21T09:59:59.000Z", "event": {"dataset": "canary.step"},
        "run": {"id": "r", "sequence": sequence}, "step": {"status": status},
    });
    Record::new(&body).unwrap()
}

#[tokio::test]
async fn a_file_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE theirs (x)").unwrap();
    let error = SqliteStore::open(path.clone(), clock()).await.unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
    std::fs::write(&path, "this is no database at all, and long enough to tell").unwrap();
    let error = SqliteStore::open(path.clone(), clock()).await.unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("this is no database"));
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    open(&folder, &clock()).await.close().await;
    let path = folder.path().join("canary.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = SqliteStore::open(path, clock()).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error:?}");
}

#[tokio::test]
async fn the_time_of_taking_in_is_stamped() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, &clock()).await;
    store.write(vec![step(0, "passed")].into()).await;
    let rows = store.query(&Query::default()).await.unwrap();
    assert_eq!(rows[0].ingested, clock().now());
    assert_eq!(
        rows[0].body["event"],
        json!({"dataset": "canary.step", "ingested": "2026-11-21T10:00:00.000Z"})
    );
}

#[tokio::test]
async fn a_deleted_row_frees_no_place_for_a_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, &clock()).await;
    store.write(vec![step(0, "passed"), step(1, "passed")].into()).await;
    let cursor = store.latest_cursor().await.unwrap();
    Connection::open(folder.path().join("canary.db")).unwrap().execute("DELETE FROM documents", []).unwrap();
    assert_eq!(store.latest_cursor().await.unwrap(), cursor);
    store.write(vec![step(2, "passed")].into()).await;
    let page = store.read_since(&cursor, &Selection::default(), 10).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["r-2"]);
}

#[tokio::test]
async fn two_processes_write_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(&folder, &clock()).await, open(&folder, &clock()).await);
    let write = async |store: &Store, from: u64| {
        for sequence in from..from + 40 {
            assert_eq!(store.write(vec![step(sequence, "passed")].into()).await.accepted(), 1);
        }
    };
    tokio::join!(write(&one, 0), write(&two, 100));
    assert_eq!(one.query(&Query::default()).await.unwrap().len(), 80);
}

#[tokio::test]
async fn a_full_disk_makes_documents_wait_and_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, &clock()).await;
    let path = folder.path().join("canary.db");
    let small = SqliteStore::open(path, clock()).await.unwrap();
    small
        .worker
        .call(|connection| connection.pragma_update(None, "max_page_count", 30))
        .await
        .unwrap()
        .unwrap();
    let long = "x".repeat(200_000);
    let batch: Batch = vec![step(0, "passed"), step(1, &long)].into();
    let receipt = small.write(batch.clone()).await;
    assert_eq!(receipt.retry_reason().unwrap().kind, crate::receipt::RetryKind::Full);
    assert_eq!(receipt.remaining(batch).len(), 2);
    assert_eq!(store.query(&Query::default()).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_closed_store_makes_documents_wait() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, &clock()).await;
    store.clone().close().await;
    let receipt = store.write(vec![step(0, "passed")].into()).await;
    assert_eq!(receipt.retry_reason().unwrap().kind, crate::receipt::RetryKind::Unavailable);
    let error = store.query(&Query::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::Fault { source: Fault::Closed }));
}

#[tokio::test]
async fn an_epoch_that_is_over_writes_nothing_of_its_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, &clock()).await;
    let old = store.acquire_lease("l", "a", Duration::from_secs(0)).await.unwrap();
    let new = store.acquire_lease("l", "b", Duration::from_secs(9)).await.unwrap();
    let alert = AlertDocument { id: "t1".into(), body: json!({"@timestamp": "2026-11-21T10:00:00.000Z"}) };
    let delivery = NewDelivery {
        id: "t1/slack".into(),
        receiver: "slack".into(),
        group: "g".into(),
        payload: json!({"text": "down"}),
        not_before: clock().now(),
    };
    let change =
        Change { key: "k".into(), state: Some(json!(1)), alerts: vec![alert], deliveries: vec![delivery] };
    let commit = Commit { changes: vec![change], marks: vec![("cursor".into(), Some(json!(5)))] };
    let error = store.commit(&old, commit.clone()).await.unwrap_err();
    assert!(matches!(error, CommitError::Fenced { held: 1, current: 2, .. }), "{error:?}");
    assert_eq!(store.states("").await.unwrap(), []);
    assert_eq!(store.mark("cursor").await.unwrap(), None);
    assert_eq!(store.pending(clock().now(), 9).await.unwrap(), []);
    // The same commit twice is one alert document and one delivery.
    store.commit(&new, commit.clone()).await.unwrap();
    store.commit(&new, commit).await.unwrap();
    let alerts = store.query(&Query { kinds: vec![Kind::Alert], ..Query::default() }).await.unwrap();
    assert_eq!(alerts.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["t1"]);
    assert_eq!(store.pending(clock().now(), 9).await.unwrap().len(), 1);
    let note = DeliveryNote {
        id: "t1/slack".into(),
        status: DeliveryStatus::Sent,
        attempts: 1,
        not_before: clock().now(),
        reason: None,
        answer: Some(json!({"ts": "1.2"})),
    };
    assert!(matches!(store.note(&old, vec![note.clone()]).await, Err(CommitError::Fenced { .. })));
    store.note(&new, vec![note]).await.unwrap();
    assert_eq!(store.pending(clock().now(), 9).await.unwrap(), []);
    let kept = store.delivery("t1/slack").await.unwrap().unwrap();
    assert_eq!((kept.status, kept.answer), (DeliveryStatus::Sent, Some(json!({"ts": "1.2"}))));
}
