//! Owns the spool: documents that no store took wait in files of this machine until one does.
//!
//! Each process appends to a segment of its own and holds a lock on it; a segment is never appended to by
//! another. What was appended is on the disk before the call returns. A segment can be read after a crash at
//! any byte: what was cut off or damaged is counted, everything else is there. Replaying writes documents under
//! their ids, so that doing it twice does no harm.

mod replay;
mod segment;

use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::document::RunId;
use crate::error::Fault;
use crate::record::Batch;
use crate::store::Store;
use crate::worker::Worker;
use segment::{Contents, Segment};

pub use replay::Replay;

/// Name ending of segments.
const ENDING: &str = "spool";
/// A segment that has grown to this size is closed and another begun, so that replaying frees space early.
const SEGMENT_BYTES: u64 = 16 * 1024 * 1024;

/// Why the spool could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// There is no space left for the documents.
    #[error("no space left for the spool in `{path}`")]
    Full {
        /// The segment or the folder.
        path: PathBuf,
    },
    /// The spool has grown to its limit.
    #[error("spool `{path}` holds {bytes} bytes, its limit is {limit}")]
    Limit {
        /// The folder.
        path: PathBuf,
        /// Size of all segments.
        bytes: u64,
        /// What it may hold.
        limit: u64,
    },
    /// A file could not be used.
    #[error("failed to use spool `{path}`")]
    File {
        /// The segment or the folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The spool was closed.
    #[error("spool is closed")]
    Closed,
}

impl From<Fault> for SpoolError {
    fn from(_: Fault) -> Self {
        Self::Closed
    }
}

impl SpoolError {
    fn file(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::Full { path: path.into() }
            }
            _ => Self::File { path: path.into(), source },
        }
    }
}

/// What waits in a spool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Documents that can be read.
    pub documents: u64,
    /// Size of all segments.
    pub bytes: u64,
    /// Places where something is damaged or was cut off.
    pub damaged: u64,
}

/// A folder in which documents wait. Clones share it; the work is done on a thread of its own.
#[derive(Debug, Clone)]
pub struct Spool {
    worker: Worker<Folder>,
}

/// The folder as its thread sees it.
struct Folder {
    path: PathBuf,
    limit: u64,
    clock: Clock,
    own: Option<Segment>,
    /// Segments that this process has begun.
    begun: Vec<PathBuf>,
}

impl Spool {
    /// Opens a folder that may hold up to `limit` bytes. It is made when the first document comes.
    pub async fn open(path: impl Into<PathBuf>, limit: u64, clock: Clock) -> Result<Self, SpoolError> {
        let folder = Folder { path: path.into(), limit, clock, own: None, begun: Vec::new() };
        Ok(Self { worker: Worker::start("store-spool", move || Ok::<_, SpoolError>(folder)).await? })
    }

    /// Appends documents; they are on the disk when the call returns. On an error none of them is.
    pub async fn append(&self, batch: Batch) -> Result<(), SpoolError> {
        self.worker.call(move |folder| folder.append(&batch)).await?
    }

    /// Counts what waits, of all processes.
    pub async fn waiting(&self) -> Result<Waiting, SpoolError> {
        self.worker.call(|folder| folder.waiting()).await?
    }

    /// Writes what waits into a store and removes what arrived. Segments of processes that still run are left
    /// alone; where the store takes no more, everything not taken goes on waiting.
    pub async fn replay(&self, store: &Store) -> Result<Replay, SpoolError> {
        replay::replay(self, store).await
    }

    /// Writes what this process has appended into a store, and nothing else; otherwise as [`Spool::replay`].
    pub async fn replay_own(&self, store: &Store) -> Result<Replay, SpoolError> {
        replay::replay_own(self, store).await
    }

    /// Closes the own segment, so that another process can replay it.
    pub async fn close(self) {
        self.worker.close().await;
    }
}

impl Folder {
    fn append(&mut self, batch: &Batch) -> Result<(), SpoolError> {
        if batch.is_empty() {
            return Ok(());
        }
        let bytes = self.bytes()?;
        if bytes + batch.bytes() as u64 > self.limit {
            return Err(SpoolError::Limit { path: self.path.clone(), bytes, limit: self.limit });
        }
        let segment = match self.own.take().filter(|own| own.bytes() < SEGMENT_BYTES) {
            Some(own) => own,
            None => self.begin()?,
        };
        self.own.insert(segment).append(batch)
    }

    /// Begins a segment; names sort by the time at which segments were begun.
    fn begin(&mut self) -> Result<Segment, SpoolError> {
        std::fs::create_dir_all(&self.path).map_err(|source| SpoolError::file(&self.path, source))?;
        let name = RunId::at(self.clock.now());
        let path = self.path.join(format!("{name}.{ENDING}"));
        let segment = Segment::begin(path.clone())?;
        self.begun.push(path);
        Ok(segment)
    }

    /// Returns the paths of all segments, oldest first.
    fn segments(&self) -> Result<Vec<PathBuf>, SpoolError> {
        let failed = |source| SpoolError::file(&self.path, source);
        let entries = match std::fs::read_dir(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|ending| ending == ENDING) {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn bytes(&self) -> Result<u64, SpoolError> {
        let sizes =
            self.segments()?.into_iter().map(|path| std::fs::metadata(path).map_or(0, |data| data.len()));
        Ok(sizes.sum())
    }

    fn waiting(&self) -> Result<Waiting, SpoolError> {
        let mut waiting = Waiting { bytes: self.bytes()?, ..Waiting::default() };
        for path in self.segments()? {
            let Some(contents) = Contents::read(&path)? else { continue };
            waiting.documents += contents.records.len() as u64;
            waiting.damaged += contents.damaged;
        }
        Ok(waiting)
    }
}

#[cfg(test)]
mod tests;
