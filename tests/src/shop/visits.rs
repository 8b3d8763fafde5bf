//! What was asked for, so that a test knows when a browser has come to a page that never answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How often each path was asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Visits(Arc<Mutex<BTreeMap<String, usize>>>);

impl Visits {
    /// Notes that a path is asked for.
    pub(super) fn note(&self, path: &str) {
        *self.table().entry(path.to_owned()).or_default() += 1;
    }

    /// Returns how often that was.
    pub(super) fn of(&self, path: &str) -> usize {
        self.table().get(path).copied().unwrap_or_default()
    }

    fn table(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
