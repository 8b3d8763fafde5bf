//! Owns the replay: from the segments of the spool into a store.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::segment::Contents;
use super::{Folder, Spool, SpoolError};
use crate::receipt::{Outcome, Receipt, RetryReason};
use crate::record::{Batch, Record};
use crate::store::Store;

/// Documents and bytes that one batch of a replay holds at most.
const BATCH_DOCUMENTS: usize = 500;
const BATCH_BYTES: usize = 1024 * 1024;

/// What a replay did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// Documents that are in the store now and were not before.
    pub accepted: usize,
    /// Documents that had been in the store before.
    pub duplicate: usize,
    /// Documents that the store will never take; they are kept in a file ending in `.rejected`.
    pub rejected: usize,
    /// Documents that go on waiting.
    pub waiting: usize,
    /// Places in segments where something is damaged or was cut off.
    pub damaged: u64,
    /// Segments left alone because the process that writes them still runs.
    pub busy: usize,
    /// Why documents go on waiting.
    pub reason: Option<RetryReason>,
}

/// A segment that nobody writes any more. The lock keeps a second replay away.
struct Taken {
    path: PathBuf,
    contents: Contents,
    _lock: File,
}

pub(super) async fn replay(spool: &Spool, store: &Store) -> Result<Replay, SpoolError> {
    let paths = spool.worker.call(|folder| folder.finish_own().segments()).await??;
    replay_segments(spool, store, paths).await
}

pub(super) async fn replay_own(spool: &Spool, store: &Store) -> Result<Replay, SpoolError> {
    let paths = spool.worker.call(|folder| folder.finish_own().begun.clone()).await?;
    replay_segments(spool, store, paths).await
}

async fn replay_segments(spool: &Spool, store: &Store, paths: Vec<PathBuf>) -> Result<Replay, SpoolError> {
    let mut replay = Replay::default();
    for path in paths {
        match spool.worker.call(move |_| take(path)).await?? {
            None => replay.busy += 1,
            Some(taken) => replay_segment(spool, store, taken, &mut replay).await?,
        }
    }
    Ok(replay)
}

impl Folder {
    /// Ends the own segment, so that it can be replayed too.
    fn finish_own(&mut self) -> &Self {
        self.own = None;
        self
    }
}

fn take(path: PathBuf) -> Result<Option<Taken>, SpoolError> {
    let failed = |source| SpoolError::file(&path, source);
    let lock = match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(failed)?,
    };
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    let contents = Contents::read(&path)?;
    Ok(contents.map(|contents| Taken { path, contents, _lock: lock }))
}

/// Writes one segment. It is removed once every document of it is stored or kept as rejected.
async fn replay_segment(
    spool: &Spool,
    store: &Store,
    mut taken: Taken,
    replay: &mut Replay,
) -> Result<(), SpoolError> {
    replay.damaged += taken.contents.damaged;
    let mut waiting = std::mem::take(&mut taken.contents.records);
    while !waiting.is_empty() && replay.reason.is_none() {
        let rest = waiting.split_off(batch_length(&waiting));
        let batch = Batch::from(std::mem::replace(&mut waiting, rest));
        let receipt = store.write_again(batch.clone()).await;
        replay.count(&receipt);
        let rejected = rejected(&batch, &receipt);
        if !rejected.is_empty() {
            let path = taken.path.with_extension("rejected");
            spool.worker.call(move |_| keep_rejected(&path, &rejected)).await??;
        }
        waiting.splice(0..0, receipt.remaining(batch).records);
    }
    replay.waiting += waiting.len();
    if waiting.is_empty() {
        spool.worker.call(move |_| finish(&taken)).await??;
    }
    Ok(())
}

/// A damaged segment is set aside rather than removed: a person may want to look.
fn finish(taken: &Taken) -> Result<(), SpoolError> {
    let done = match taken.contents.damaged {
        0 => std::fs::remove_file(&taken.path),
        _ => std::fs::rename(&taken.path, taken.path.with_extension("damaged")),
    };
    done.map_err(|source| SpoolError::file(&taken.path, source))
}

fn batch_length(records: &[Record]) -> usize {
    let mut bytes = 0;
    let fits = |record: &&Record| {
        bytes += record.bytes();
        bytes <= BATCH_BYTES
    };
    records.iter().take(BATCH_DOCUMENTS).take_while(fits).count().max(1)
}

fn rejected(batch: &Batch, receipt: &Receipt) -> Vec<String> {
    let pairs = batch.records.iter().zip(&receipt.outcomes);
    let lines = pairs.filter_map(|(record, outcome)| match outcome {
        Outcome::Rejected(rejection) => Some(format!("{}\t{rejection}\t{}\n", record.id, record.json())),
        _ => None,
    });
    lines.collect()
}

fn keep_rejected(path: &Path, lines: &[String]) -> Result<(), SpoolError> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| {
        file.write_all(lines.concat().as_bytes())?;
        file.sync_data()
    });
    written.map_err(|source| SpoolError::file(path, source))
}

impl Replay {
    fn count(&mut self, receipt: &Receipt) {
        self.accepted += receipt.accepted();
        self.duplicate += receipt.duplicate();
        self.rejected += receipt.rejected();
        self.reason = receipt.retry_reason().cloned();
    }
}
