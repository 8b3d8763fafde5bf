//! Owns the place of a reader of news, and the reading on from it.
//!
//! Documents are ordered by the time at which they were taken in. A bulk may become visible late, so the last
//! minutes are looked at again with each reading and each minute once more after ten; what came before is known
//! by its id and not given again.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PAGE, all_ids};
use crate::elasticsearch::request::{self, PointInTime, Search};
use crate::elasticsearch::response;
use crate::elasticsearch::service::Service;
use crate::error::ReadError;
use crate::projection::Wanted;
use crate::read::{Cursor, Order, Page, Position, Row, Selection};

const MINUTE: i64 = 60_000;
/// How far back each reading looks again.
const OVERLAP: i64 = 2 * MINUTE;
/// After how long each minute is looked at once more.
const LATE: i64 = 10 * MINUTE;
/// How long ids are remembered: for the last look and some more.
pub(super) const MEMORY: i64 = LATE + 2 * MINUTE;

/// Most ids that a cursor carries when it is kept as JSON; of busier minutes only the newest are looked at again.
const MOST_KEPT: usize = 50_000;

/// The place of a reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub(crate) struct Tail {
    /// Everything taken in up to this millisecond was seen, but for what becomes visible late.
    at: i64,
    /// What was seen in the last minutes.
    seen: Seen,
    /// How far back `seen` is complete.
    complete_from: Option<i64>,
    /// Up to where everything was looked at once more.
    late_until: Option<i64>,
    /// Where a page that was full ended.
    resume: Option<Resume>,
}

/// A place as it outlives the program: a reader that was restarted looks back as far as before, and repeats
/// nothing.
#[derive(Serialize, Deserialize)]
struct Kept {
    at: i64,
    /// Hashes of ids, by minute.
    #[serde(default)]
    seen: BTreeMap<i64, Vec<u64>>,
    #[serde(default)]
    complete_from: Option<i64>,
    #[serde(default)]
    late_until: Option<i64>,
}

impl From<Kept> for Tail {
    fn from(kept: Kept) -> Self {
        let Kept { at, seen, complete_from, late_until } = kept;
        let minutes = seen.into_iter().map(|(minute, ids)| (minute, Arc::new(ids.into_iter().collect())));
        Self { at, seen: Seen(minutes.collect()), complete_from, late_until, resume: None }
    }
}

impl From<Tail> for Kept {
    fn from(tail: Tail) -> Self {
        let mut kept = Self {
            seen: BTreeMap::new(),
            at: tail.at,
            complete_from: tail.complete_from,
            late_until: tail.late_until,
        };
        let mut room = MOST_KEPT;
        for (minute, ids) in tail.seen.0.iter().rev() {
            if ids.len() > room {
                let from = (minute + 1) * MINUTE;
                kept.complete_from = kept.complete_from.map(|complete| complete.max(from));
                break;
            }
            room -= ids.len();
            let mut ids: Vec<u64> = ids.iter().copied().collect();
            ids.sort_unstable();
            kept.seen.insert(*minute, ids);
        }
        kept
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Resume {
    view: PointInTime,
    first: i64,
    after: Value,
}

/// Ids by the minute in which they were taken in, as hashes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Seen(BTreeMap<i64, Arc<HashSet<u64>>>);

impl Seen {
    fn contains(&self, id: u64, at: i64) -> bool {
        self.0.get(&(at / MINUTE)).is_some_and(|ids| ids.contains(&id))
    }

    fn insert(&mut self, id: u64, at: i64) {
        Arc::make_mut(self.0.entry(at / MINUTE).or_default()).insert(id);
    }

    fn forget_before(&mut self, at: i64) {
        self.0 = self.0.split_off(&(at / MINUTE));
    }
}

/// FNV-1a with 64 bits: the same in every version of the program, since hashes are kept in cursors.
fn hash(id: &str) -> u64 {
    id.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Tail {
    /// Returns the place before everything taken in at `at` or later.
    pub(crate) fn beginning_at(at: i64) -> Self {
        Self { at, seen: Seen::default(), complete_from: None, late_until: None, resume: None }
    }

    /// Returns the place after everything taken in up to `at`, of which these were seen. What becomes visible
    /// later and was taken in before is news.
    pub(super) fn after(at: i64, seen: impl IntoIterator<Item = (String, i64)>) -> Self {
        let (complete_from, late_until) = (Some(at - MEMORY), Some(at - LATE));
        let mut tail = Self { complete_from, late_until, ..Self::beginning_at(at) };
        tail.pass(seen);
        tail
    }

    pub(super) fn is_within_a_page(&self) -> bool {
        self.resume.is_some()
    }

    pub(super) fn without_resume(self) -> Self {
        Self { resume: None, ..self }
    }

    /// Notes documents as seen, and moves on to the newest of them.
    pub(super) fn pass(&mut self, ids: impl IntoIterator<Item = (String, i64)>) {
        for (id, at) in ids {
            self.seen.insert(hash(&id), at);
            self.at = self.at.max(at);
        }
    }

    /// Reads on: first what became visible late, then what is new.
    pub(super) async fn read(
        mut self,
        service: &Service,
        selection: &Selection,
        limit: usize,
    ) -> Result<Page, ReadError> {
        self.begin();
        let mut rows = Vec::new();
        let (mut view, first, mut after) = match self.resume.take() {
            Some(resume) => (resume.view, resume.first, Some(resume.after)),
            None => {
                let mut view =
                    PointInTime::open(service, &service.settings.indices(&selection.kinds)).await?;
                self.look_again(service, &mut view, selection, limit, &mut rows).await?;
                (view, self.at + 1, None)
            }
        };
        let search = search(service, selection, vec![request::ingested(first, newest(service))]);
        let mut more = true;
        while more && rows.len() < limit {
            let size = (limit - rows.len()).min(PAGE);
            let hits = view.page(service, &search, after.as_ref(), size).await?;
            more = hits.len() == size;
            after = hits.last().and_then(|hit| hit.get("sort")).cloned().or(after);
            self.take(selection, &hits, &mut rows)?;
        }
        match after.filter(|_| more) {
            Some(after) => self.resume = Some(Resume { view, first, after }),
            None => view.close(service).await,
        }
        self.forget();
        Ok(Page { rows, cursor: Cursor { position: Position::Ingested(self) }, more })
    }

    /// Begins at a fresh place: it stands before its first millisecond, and what is older is none of its business.
    fn begin(&mut self) {
        if self.complete_from.is_none() {
            self.complete_from = Some(self.at);
            self.late_until = Some(self.at);
        }
    }

    /// Gives what became visible late: of the last minutes, and of the minutes ten minutes ago.
    async fn look_again(
        &mut self,
        service: &Service,
        view: &mut PointInTime,
        selection: &Selection,
        limit: usize,
        rows: &mut Vec<Row>,
    ) -> Result<(), ReadError> {
        let complete = self.complete_from.unwrap_or(self.at);
        let late_from = self.late_until.unwrap_or(self.at).max(complete);
        let late_until = self.at - LATE;
        let mut unseen =
            self.unseen(service, view, selection, (self.at - OVERLAP).max(complete), self.at).await?;
        let is_late = late_until - late_from >= MINUTE;
        if is_late {
            unseen.extend(self.unseen(service, view, selection, late_from, late_until).await?);
        }
        if unseen.len() > limit {
            // What does not fit stays unseen, and is found by the next reading.
            unseen.truncate(limit);
        } else if is_late {
            self.late_until = Some(late_until);
        }
        for ids in unseen.chunks(PAGE) {
            let found = search(service, selection, vec![request::ids(ids.iter().map(String::as_str))]);
            let hits = view.page(service, &found, None, ids.len()).await?;
            self.take(selection, &hits, rows)?;
        }
        Ok(())
    }

    async fn unseen(
        &self,
        service: &Service,
        view: &mut PointInTime,
        selection: &Selection,
        first: i64,
        last: i64,
    ) -> Result<Vec<String>, ReadError> {
        let mut filters = vec![request::ingested(first, Some(last))];
        filters.extend(request::filter(service, selection.prefilter.as_ref(), &selection.kinds));
        let ids = all_ids(service, view, filters).await?;
        Ok(ids.into_iter().filter(|(id, at)| !self.seen.contains(hash(id), *at)).map(|(id, _)| id).collect())
    }

    fn take(&mut self, selection: &Selection, hits: &[Value], rows: &mut Vec<Row>) -> Result<(), ReadError> {
        let wanted = Wanted::from(&selection.fields);
        for hit in hits {
            let row = response::row(hit, &wanted)?;
            self.pass([(row.id.to_string(), row.ingested.as_millisecond())]);
            rows.push(row);
        }
        Ok(())
    }

    fn forget(&mut self) {
        let before = self.at - MEMORY;
        self.seen.forget_before(before);
        // The minute that `before` lies in is kept whole, everything older is gone.
        self.complete_from = self.complete_from.map(|from| from.max(before));
    }
}

/// Returns up to which millisecond documents are read as news.
fn newest(service: &Service) -> Option<i64> {
    let delay = i64::try_from(service.settings.query_delay.as_millis()).unwrap_or(i64::MAX);
    (delay > 0).then(|| service.clock.now().as_millisecond().saturating_sub(delay))
}

fn search(service: &Service, selection: &Selection, mut filters: Vec<Value>) -> Search {
    filters.extend(request::filter(service, selection.prefilter.as_ref(), &selection.kinds));
    Search { filters, sort: request::sort(Order::Arrival), source: request::source(&selection.fields) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_remembered_by_minute() {
        let mut tail = Tail::beginning_at(0);
        tail.begin();
        tail.pass([("a".into(), 5 * MINUTE), ("b".into(), 20 * MINUTE), ("c".into(), 20 * MINUTE)]);
        assert_eq!(tail.at, 20 * MINUTE);
        assert!(tail.seen.contains(hash("a"), 5 * MINUTE));
        tail.forget();
        assert!(!tail.seen.contains(hash("a"), 5 * MINUTE));
        assert!(tail.seen.contains(hash("c"), 20 * MINUTE));
        assert_eq!(tail.complete_from, Some(8 * MINUTE));
    }

    #[test]
    fn a_kept_place_knows_what_it_has_seen() {
        let mut tail = Tail::beginning_at(7);
        tail.begin();
        tail.pass([("a".into(), 9), ("b".into(), 9), ("c".into(), MINUTE)]);
        let kept = serde_json::to_value(&tail).unwrap();
        assert_eq!(kept["at"], MINUTE);
        assert_eq!(serde_json::from_value::<Tail>(kept).unwrap(), tail);
        let older: Tail = serde_json::from_value(json!({"at": 9, "last": [1]})).unwrap();
        assert_eq!(older, Tail::beginning_at(9));
    }

    #[test]
    fn a_kept_place_has_room_for_the_newest_minutes() {
        let mut tail = Tail::after(3 * MINUTE, []);
        tail.pass((0..MOST_KEPT).map(|id| (format!("old-{id}"), MINUTE)));
        tail.pass([("new".into(), 3 * MINUTE)]);
        let kept: Tail = serde_json::from_value(serde_json::to_value(&tail).unwrap()).unwrap();
        assert!(kept.seen.contains(hash("new"), 3 * MINUTE));
        assert!(!kept.seen.contains(hash("old-1"), MINUTE));
        assert_eq!(kept.complete_from, Some(2 * MINUTE), "what it does not know is not looked at again");
    }

    #[test]
    fn the_hash_never_changes() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }
}
