//! Shows that the SQLite store has the properties of a store.

#![expect(clippy::unwrap_used, reason = "a test ends by panicking")]

#[path = "suite/conformance.rs"]
mod conformance;

use canary_store::{Clock, Store, StoreSettings};
use conformance::Place;

struct Folder(tempfile::TempDir);

impl Place for Folder {
    async fn open(&self, clock: Clock) -> Store {
        let settings = StoreSettings::Sqlite { path: self.0.path().join("canary.db") };
        Store::open(&settings, clock).await.unwrap()
    }

    async fn settle(&self) {}
}

conformance!(Folder(tempfile::tempdir().unwrap()));
