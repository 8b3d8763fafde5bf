//! A start without an end: only the listener can tell, since a killed run writes nothing any more.

use std::time::Duration;

use canary_store::Kind;

use super::{shop, under_way};
use crate::books::{elasticsearch, elasticsearch_url, rows};
use crate::programs::{Finished, Workplace, program, signal};

const RULES: &str = "version: 1\ndefaults: {every: 1s}\nrules:\n- {id: lost, kind: lost, grace: 1s, warn: true, title: Run was lost}\n";

async fn check(workplace: &Workplace, store: &str) {
    let shop = shop("hang");
    workplace.write("rules.yaml", RULES);
    // Time enough to come to the hanging page on a busy machine.
    let soon = ["--run-timeout", "30s", "--timeout", "60s", "--store", store];
    let child = under_way(&shop, workplace, &soon).await;
    signal(child.id().unwrap(), "-KILL");
    Finished::of(child).await;
    workplace.no_browser_left().await;

    let listen = async || {
        let mut listener = workplace.command(&program("canary-listener"));
        listener.args(["run", "--once", "--rules", "rules.yaml", "--store", store]);
        let finished = Finished::of(listener.spawn().unwrap()).await;
        assert_eq!(finished.code(), Some(0), "{finished:#?}");
        finished.stdout
    };
    let mut said = listen().await;
    for _ in 0..240 {
        if !said.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        said = listen().await;
    }
    assert!(said.contains("Run was lost") && said.contains("ending"), "{said}");
    assert_eq!(listen().await, "", "it is told once");
    let alerts = rows(store, &[Kind::Alert]).await;
    assert_eq!(alerts.len(), 1, "{alerts:#?}");
    assert_eq!(alerts[0].body["event"]["action"], "open");
}

#[tokio::test]
async fn a_run_that_was_killed_is_told_as_lost() {
    let workplace = Workplace::new();
    let file = format!("sqlite:{}", workplace.path().join("lost.db").display());
    check(&workplace, &file).await;
}

#[tokio::test]
async fn a_run_that_was_killed_is_told_as_lost_on_elasticsearch() {
    let workplace = Workplace::new();
    let store = elasticsearch(&workplace, &elasticsearch_url()).await;
    check(&workplace, &store).await;
}
