//! Listeners that are killed: each change of a monitor is one transition, and every transition is told.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use canary_store::Kind;
use canary_tests::receiver::Receiver;
use serde_json::Value;
use tokio::process::{Child, Command};

use super::{Arena, Luck, tell};
use crate::books::rows;
use crate::programs::{Finished, Workplace, program, try_signal};

pub(super) const RULES: &str = "version: 1\ndefaults: {every: 1s}\nrules:\n- {id: down, kind: runs, consecutive: 1, recover: first_up}\n";

/// A dead listener's lease ends by itself after this.
const LEASE: Duration = Duration::from_secs(2);

/// Returns the command of a listener that tells a webhook.
pub(super) fn listener(workplace: &Workplace, store: &str, hook: &Receiver, more: &[&str]) -> Command {
    let mut listener = workplace.command(&program("canary-listener"));
    let lease = LEASE.as_secs().to_string();
    listener.args([
        "run",
        "--rules",
        "rules.yaml",
        "--store",
        store,
        "--webhook",
        hook.url(),
        "--listen",
        "off",
    ]);
    listener.args(["--tick-secs", "1", "--lease-ttl-secs", &lease, "--log-level", "error"]).args(more);
    listener
}

/// Waits until a store holds so many transitions.
pub(super) async fn transitions(store: &str, count: usize) {
    for _ in 0..600 {
        if rows(store, &[Kind::Alert]).await.len() >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("there are no {count} transitions: {:#?}", rows(store, &[Kind::Alert]).await);
}

/// Kills so many listeners while a monitor fails and recovers again and again, and counts what they did.
pub(super) async fn kill_listeners(arena: &Arena, kills: usize) {
    let Arena { workplace, shop, store } = arena;
    let hook = Receiver::open().unwrap();
    workplace.write("rules.yaml", RULES);
    let (killed, changes, done) = (Cell::new(0), Cell::new(0), Cell::new(false));
    let killing = async {
        let mut luck = Luck::new();
        while !done.get() {
            let mut child = listener(workplace, store, &hook, &[]).spawn().unwrap();
            // Long enough for some to take over the lease, to decide and to tell; too short for others.
            tokio::time::sleep(luck.between(Duration::from_millis(200), 4 * LEASE)).await;
            assert_eq!(child.try_wait().unwrap(), None, "it stays until it is killed");
            kill(child).await;
            killed.set(killed.get() + 1);
        }
    };
    let living = async {
        while killed.get() < kills || changes.get() < 2 {
            let fails = changes.get() % 2 == 0;
            let url = if fails { "http://127.0.0.1:1/" } else { shop.url() };
            let run = workplace.run(&[url, "--monitor", "pages", "--store", store]).await;
            assert_eq!(run.code(), Some(i32::from(fails)), "{run:#?}");
            changes.set(changes.get() + 1);
            transitions(store, changes.get()).await;
        }
        done.set(true);
    };
    tokio::join!(killing, living);

    let last = listener(workplace, store, &hook, &["--once"]).spawn().unwrap();
    let last = Finished::of(last).await;
    assert_eq!(last.code(), Some(0), "{last:#?}");
    let repeats = check_told(store, &hook, changes.get()).await;
    tell(&format!("{} killed: {} transitions, {repeats} messages repeated", killed.get(), changes.get()));
}

async fn kill(child: Child) {
    assert!(try_signal(child.id().unwrap(), "-KILL"));
    Finished::of(child).await;
}

/// Checks that there are so many transitions, each once, in turn, and that each was told; returns how many messages
/// came again.
pub(super) async fn check_told(store: &str, hook: &Receiver, changes: usize) -> usize {
    let alerts = rows(store, &[Kind::Alert]).await;
    let ids: BTreeSet<String> = alerts.iter().map(|alert| alert.id.to_string()).collect();
    assert_eq!(
        (alerts.len(), ids.len()),
        (changes, changes),
        "no transition stands there twice: {alerts:#?}"
    );
    let actions: Vec<_> =
        alerts.iter().map(|alert| alert.body["event"]["action"].as_str().unwrap()).collect();
    let turns: Vec<_> = ["open", "close"].into_iter().cycle().take(changes).collect();
    assert_eq!(actions, turns);

    let messages = hook.received();
    let mut told: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for message in &messages {
        let id = message.headers["idempotency-key"].to_str().unwrap().to_owned();
        told.entry(id).or_default().push(&message.body);
    }
    // Who failed and recovered while a message waited is told so in one.
    let together =
        messages.iter().flat_map(|message| message.body["collapsed"].as_array().cloned().unwrap_or_default());
    let together: BTreeSet<String> = together.filter_map(|id| id.as_str().map(str::to_owned)).collect();
    let wanted: BTreeSet<String> = ids.iter().map(|id| format!("{id}-webhook")).collect();
    let heard: BTreeSet<String> = told.keys().cloned().chain(together).collect();
    assert_eq!(heard, wanted, "every delivery has arrived, and no other");
    for (id, bodies) in &told {
        let alert = |body: &Value| (body["event"].clone(), body["alert"].clone());
        assert!(bodies.iter().all(|body| alert(body) == alert(bodies[0])), "{id} says different things");
    }
    messages.len() - told.len()
}
