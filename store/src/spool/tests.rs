//! Tests of the spool: nothing is lost, nothing is doubled, everything is told.

use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::read::Query;
use crate::record::{MAX_RECORD_BYTES, Record};
use crate::settings::StoreSettings;

fn clock() -> Clock {
    Clock::manual("2026-11-21T10:00:00Z".parse().unwrap())
}

fn record(sequence: u64, text: &str) -> Record {
    let body = json!({"@timestamp": "2026-11-21T09:59:59.000Z", "event": {"dataset": "canary.step"},
        "run": {"id": "r", "sequence": sequence}, "step": {"name": text}});
    Record::new(&body).unwrap()
}

fn batch(sequences: std::ops::Range<u64>) -> Batch {
    sequences.map(|sequence| record(sequence, "Add to cart")).collect()
}

async fn open(folder: &tempfile::TempDir) -> Spool {
    Spool::open(folder.path().join("spool"), 1 << 30, clock()).await.unwrap()
}

async fn database(folder: &tempfile::TempDir) -> Store {
    Store::open(&StoreSettings::Sqlite { path: folder.path().join("canary.db") }, clock()).await.unwrap()
}

fn segments(folder: &tempfile::TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path().join("spool")).unwrap();
    let mut endings: Vec<_> = entries
        .map(|entry| entry.unwrap().path().extension().unwrap().to_string_lossy().into_owned())
        .collect();
    endings.sort();
    endings
}

#[tokio::test]
async fn what_waits_arrives_once_and_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (spool, store) = (open(&folder).await, database(&folder).await);
    assert_eq!(spool.replay(&store).await.unwrap(), Replay::default());
    store.write(batch(0..2)).await;
    spool.append(batch(0..3)).await.unwrap();
    spool.append(batch(3..5)).await.unwrap();
    assert_eq!(spool.waiting().await.unwrap().documents, 5);
    let replay = spool.replay(&store).await.unwrap();
    assert_eq!(replay, Replay { accepted: 3, duplicate: 2, ..Replay::default() });
    assert_eq!(store.query(&Query::default()).await.unwrap().len(), 5);
    assert_eq!(spool.waiting().await.unwrap(), Waiting::default());
    assert_eq!(segments(&folder), [""; 0]);
}

#[tokio::test]
async fn a_segment_of_a_process_that_runs_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two, store) = (open(&folder).await, open(&folder).await, database(&folder).await);
    one.append(batch(0..3)).await.unwrap();
    assert_eq!(two.replay(&store).await.unwrap(), Replay { busy: 1, ..Replay::default() });
    one.close().await;
    assert_eq!(two.replay(&store).await.unwrap().accepted, 3);
}

#[tokio::test]
async fn a_store_that_is_away_leaves_everything_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let (spool, store) = (open(&folder).await, database(&folder).await);
    spool.append(batch(0..3)).await.unwrap();
    store.clone().close().await;
    let replay = spool.replay(&store).await.unwrap();
    assert_eq!((replay.accepted, replay.waiting), (0, 3));
    assert!(replay.reason.is_some());
    assert_eq!(spool.replay(&database(&folder).await).await.unwrap().accepted, 3);
}

#[tokio::test]
async fn what_is_rejected_is_kept_aside_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (spool, store) = (open(&folder).await, database(&folder).await);
    let large = record(1, &"x".repeat(MAX_RECORD_BYTES - 200));
    let too_large = record(2, &"x".repeat(MAX_RECORD_BYTES));
    spool.append(vec![record(0, "a"), large, too_large].into()).await.unwrap();
    let replay = spool.replay(&store).await.unwrap();
    assert_eq!((replay.accepted, replay.rejected, replay.waiting), (2, 1, 0));
    assert_eq!(segments(&folder), ["rejected"]);
    let kept = std::fs::read_dir(folder.path().join("spool")).unwrap().next().unwrap().unwrap().path();
    assert!(std::fs::read_to_string(kept).unwrap().starts_with("r-2\ttoo_large: "));
}

#[tokio::test]
async fn a_damaged_segment_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (spool, store) = (open(&folder).await, database(&folder).await);
    spool.append(batch(0..3)).await.unwrap();
    spool.close().await;
    let path = std::fs::read_dir(folder.path().join("spool")).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let spool = open(&folder).await;
    assert_eq!(spool.waiting().await.unwrap().damaged, 1);
    let replay = spool.replay(&store).await.unwrap();
    assert_eq!((replay.accepted, replay.damaged), (2, 1));
    assert_eq!(segments(&folder), ["damaged"]);
}

#[tokio::test]
async fn the_limit_is_kept_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let spool = Spool::open(folder.path().join("spool"), 2000, clock.clone()).await.unwrap();
    spool.append(batch(0..2)).await.unwrap();
    clock.advance(SignedDuration::from_secs(1));
    let error = spool.append(vec![record(2, &"x".repeat(2000))].into()).await.unwrap_err();
    assert!(matches!(error, SpoolError::Limit { limit: 2000, .. }), "{error:?}");
    spool.append(batch(2..3)).await.unwrap();
    assert_eq!(spool.waiting().await.unwrap().documents, 3);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told() {
    let spool = Spool::open("/dev/null/spool", 1 << 30, clock()).await.unwrap();
    assert!(matches!(spool.append(batch(0..1)).await, Err(SpoolError::File { .. })));
    assert!(spool.waiting().await.is_err());
}
