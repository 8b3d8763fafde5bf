//! `kill -9` at moments that nobody chose: of runs, of their browsers, of listeners, of Elasticsearch. What is left is
//! counted: documents once, transitions once, every delivery.
//!
//! `CANARY_TEST_KILLS` says how many of each, for a long soak; `CANARY_TEST_SEED` repeats the moments of a failure.

mod listeners;
mod luck;
mod node;
mod runs;

use canary_tests::shop::Shop;

use crate::books::{elasticsearch, elasticsearch_url};
use crate::programs::Workplace;
use listeners::kill_listeners;
use luck::{Luck, kills, tell};
use node::kill_nodes;
use runs::{Victim, kill_runs, kill_spooling_runs};

/// A folder, a shop and a store for one test.
struct Arena {
    workplace: Workplace,
    shop: Shop,
    store: String,
}

impl Arena {
    fn on_sqlite() -> Self {
        let workplace = Workplace::new();
        let store = format!("sqlite:{}", workplace.path().join("canary.db").display());
        Self { workplace, shop: Shop::open().unwrap(), store }
    }

    async fn on_elasticsearch() -> Self {
        let workplace = Workplace::new();
        let store = elasticsearch(&workplace, &elasticsearch_url()).await;
        Self { workplace, shop: Shop::open().unwrap(), store }
    }
}

#[tokio::test]
async fn runs_on_sqlite() {
    kill_runs(&Arena::on_sqlite(), Victim::Runner, kills(8)).await;
}

#[tokio::test]
async fn browsers_on_sqlite() {
    kill_runs(&Arena::on_sqlite(), Victim::Browser, kills(8)).await;
}

#[tokio::test]
async fn runs_that_spool() {
    kill_spooling_runs(&Arena::on_sqlite(), kills(3)).await;
}

#[tokio::test]
async fn listeners_on_sqlite() {
    kill_listeners(&Arena::on_sqlite(), kills(8)).await;
}

#[tokio::test]
async fn runs_on_elasticsearch() {
    let arena = Arena::on_elasticsearch().await;
    kill_runs(&arena, Victim::Runner, kills(4)).await;
}

#[tokio::test]
async fn browsers_on_elasticsearch() {
    let arena = Arena::on_elasticsearch().await;
    kill_runs(&arena, Victim::Browser, kills(4)).await;
}

#[tokio::test]
async fn listeners_on_elasticsearch() {
    let arena = Arena::on_elasticsearch().await;
    kill_listeners(&arena, kills(5)).await;
}

#[tokio::test]
async fn elasticsearch_itself() {
    kill_nodes(kills(3)).await;
}
