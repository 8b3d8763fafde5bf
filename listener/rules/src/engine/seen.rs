//! Which documents were taken in lately, so that reading a minute again changes nothing.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use jiff::Timestamp;

use crate::time::elapsed;

/// Two generations of hashed ids; the older is dropped when the younger is full of days.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    young: HashSet<u64>,
    old: HashSet<u64>,
    began: Option<Timestamp>,
}

/// Each minute is read once more ten minutes later, so an id is remembered at least this long.
const GENERATION: Duration = Duration::from_secs(20 * 60);

impl Seen {
    /// Remembers an id; tells whether it is new.
    pub(crate) fn insert(&mut self, id: &str, now: Timestamp) -> bool {
        let began = *self.began.get_or_insert(now);
        if elapsed(began, now) > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.began = Some(now);
        }
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let hash = hasher.finish();
        !self.old.contains(&hash) && self.young.insert(hash)
    }
}
