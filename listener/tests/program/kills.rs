//! A listener that is killed again and again, on any store: what was decided and told is counted in the end.

use std::path::Path;
use std::time::Duration;

use canary_store::{Clock, Kind, Query, Store, StoreSettings};
use rustix::process::Signal;

use crate::receiver::Receiver;
use crate::{RULES, ended, run, start};

/// Kills a listener so many times, each time with a new failure to tell of, and counts what came of it.
pub(crate) async fn check(folder: &Path, address: &str, kills: usize) {
    std::fs::write(folder.join("rules.yaml"), RULES).expect("is written");
    let receiver = Receiver::start(Duration::from_millis(20));
    let settings: StoreSettings = address.parse().expect("is an address");
    let store = Store::open(&settings, Clock::system()).await.expect("opens");
    let url = receiver.url();
    let arguments = [
        "run",
        "--store",
        address,
        "--rules",
        "rules.yaml",
        "--webhook",
        &url,
        "--listen",
        "off",
        "--tick-secs",
        "1",
        "--lease-ttl-secs",
        "1",
    ];
    for kill in 0..kills {
        let running = start(folder, &arguments);
        ended(&store, &format!("monitor-{kill}"), "failed").await;
        // Spread over the whole of a tick: before reading, while committing, while sending.
        std::thread::sleep(Duration::from_millis(100 + kill as u64 * 7919 % 1300));
        running.signal(Signal::KILL);
    }
    // What Elasticsearch has taken in is seen after its next refresh.
    let once = [&arguments[..], &["--once"]].concat();
    for _ in 0..10 {
        let (code, _, said) = run(folder, &once);
        assert_eq!(code, 0, "{said}");
        if distinct(&receiver).len() >= kills {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    let heard = receiver.ids();
    let distinct = distinct(&receiver);
    assert_eq!(distinct.len(), kills, "every delivery arrived: {heard:?}");
    assert!(heard.len() - distinct.len() <= kills, "at most one repeat for each kill: {heard:?}");
    let query = Query { kinds: vec![Kind::Alert], ..Query::default() };
    let mut alerts = 0;
    for _ in 0..50 {
        alerts = store.query(&query).await.expect("are read").len();
        if alerts >= kills {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(alerts, kills, "every transition stands once");
    let deliveries = store.deliveries(100).await.expect("are read");
    assert!(deliveries.iter().all(|delivery| delivery.status.as_str() == "sent"), "{deliveries:?}");
}

fn distinct(receiver: &Receiver) -> Vec<String> {
    let mut ids = receiver.ids();
    ids.sort();
    ids.dedup();
    ids
}
