//! What stores hold, counted: each run's documents without a gap and none of them twice.

use std::collections::BTreeMap;

use canary_store::{Batch, Clock, Kind, Order, Query, Record, Row, Store};
use serde_json::{Value, json};

use crate::programs::{Finished, Workplace, program};

/// Returns the address of a namespace of its own on the Elasticsearch for tests, set up, and readable at once.
pub(crate) async fn elasticsearch(workplace: &Workplace, url: &str) -> String {
    let folder = workplace.path().file_name().unwrap().to_str().unwrap().to_lowercase();
    let namespace: String = folder.chars().filter(char::is_ascii_alphanumeric).collect();
    // A busy server is no server that is away.
    let store = format!("elasticsearch:{url}/?namespace={namespace}&query_delay_ms=0&timeout_ms=60000");
    let mut setup = workplace.command(&program("canary"));
    let finished =
        Finished::of(setup.args(["setup", "elasticsearch", "--store", &store]).spawn().unwrap()).await;
    assert_eq!(finished.code(), Some(0), "{finished:#?}");
    begin(&store).await;
    store
}

/// The run that began each data stream.
const BEGINNING: &str = "beginning";

/// Begins the data stream of each kind, which takes a busy server seconds: what a test watches should not wait for
/// that.
async fn begin(store: &str) {
    let store = Store::open(&store.parse().unwrap(), Clock::system()).await.unwrap();
    let documents = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Alert).enumerate();
    let batch: Batch = documents
        .map(|(sequence, kind)| {
            let at = Clock::system().now().to_string();
            let run = json!({"id": BEGINNING, "sequence": sequence});
            Record::new(&json!({"@timestamp": at, "event": {"dataset": kind.dataset()}, "run": run})).unwrap()
        })
        .collect();
    let receipt = store.write(batch).await;
    assert_eq!(receipt.accepted(), Kind::ALL.len() - 1, "{receipt:?}");
    store.close().await;
}

/// Returns the address of the Elasticsearch for tests.
pub(crate) fn elasticsearch_url() -> String {
    let url = std::env::var_os("ELASTICSEARCH_URL").and_then(|url| url.into_string().ok());
    let url = url.expect("ELASTICSEARCH_URL is not set: `cargo xtask test` starts a server");
    url.trim_end_matches('/').to_owned()
}

/// Returns all documents of these kinds that a store holds, none meaning every kind, as they happened.
pub(crate) async fn rows(store: &str, kinds: &[Kind]) -> Vec<Row> {
    let store = Store::open(&store.parse().unwrap(), Clock::system()).await.unwrap();
    store.refresh().await.unwrap();
    let query = Query { kinds: kinds.to_vec(), order: Order::Oldest, ..Query::default() };
    let rows = store.query(&query).await.unwrap();
    store.close().await;
    rows
}

/// The documents of one run.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Account {
    /// The kind of each document, by its number.
    pub(crate) kinds: BTreeMap<u64, String>,
    /// How the run ended and what it says of itself, if it came to its end.
    pub(crate) end: Option<Value>,
}

/// Returns what a store holds of each run.
///
/// # Panics
/// When a document stands there twice, when one is missing before the last of its run, or when a run that came
/// to its end lacks one.
pub(crate) async fn accounts(store: &str) -> BTreeMap<String, Account> {
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    for row in rows(store, &[]).await {
        if row.kind == Kind::Alert || row.body["run"]["id"] == BEGINNING {
            continue;
        }
        let run = row.body["run"]["id"].as_str().unwrap().to_owned();
        let sequence = row.body["run"]["sequence"].as_u64().unwrap();
        assert_eq!(row.id.as_str(), format!("{run}-{sequence}"));
        let account = accounts.entry(run).or_default();
        let twice = account.kinds.insert(sequence, row.kind.as_str().to_owned());
        assert_eq!(twice, None, "{} stands there twice", row.id);
        if row.kind == Kind::Run {
            assert_eq!(account.end, None, "a run ended twice");
            account.end = Some(row.body);
        }
    }
    for (run, account) in &accounts {
        let held: Vec<u64> = account.kinds.keys().copied().collect();
        let whole: Vec<u64> = (0..held.len() as u64).collect();
        assert_eq!(held, whole, "documents of {run} are missing: {account:#?}");
        assert_eq!(account.kinds[&0], "start", "{account:#?}");
        if let Some(end) = &account.end {
            assert_eq!(end["cost"]["documents"], held.len(), "{run} made other documents than are there");
            assert_eq!(account.kinds.last_key_value().unwrap().1, "run", "{account:#?}");
        }
    }
    accounts
}
