//! The spool as a run uses it: opened only when the store does not take something, since it has a thread and
//! files of its own.

use std::path::PathBuf;

use canary_store::{Batch, Clock, Replay, Spool, Store};

use crate::chain;

/// What may wait in the spool of a machine. A run of an hour makes some ten megabytes.
const LIMIT: u64 = 1024 * 1024 * 1024;

/// Where documents wait for the store.
#[derive(Debug)]
pub(crate) struct SpoolPlace {
    folder: PathBuf,
    opened: Option<Spool>,
}

impl SpoolPlace {
    /// Returns the spool in a folder, not opened yet.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, opened: None }
    }

    /// Opens the spool, to replay what waits there.
    pub(crate) async fn open(folder: PathBuf) -> Option<Spool> {
        match Spool::open(&folder, LIMIT, Clock::system()).await {
            Ok(spool) => Some(spool),
            Err(error) => {
                let error = chain::line(&error);
                tracing::error!(path = %folder.display(), error, "failed to open the spool");
                None
            }
        }
    }

    /// Writes documents and says whether they are safe.
    pub(super) async fn write(&mut self, batch: Batch) -> bool {
        if self.opened.is_none() {
            tracing::warn!(path = %self.folder.display(), "documents wait in the spool");
            self.opened = Self::open(self.folder.clone()).await;
        }
        let Some(spool) = &self.opened else { return false };
        match spool.append(batch).await {
            Ok(()) => true,
            Err(error) => {
                let error = chain::line(&error);
                tracing::error!(path = %self.folder.display(), error, "failed to write the spool");
                false
            }
        }
    }

    /// Brings what was written here to a store after all; nothing where that failed.
    pub(super) async fn replay_own(&self, store: &Store) -> Option<Replay> {
        match self.opened.as_ref()?.replay_own(store).await {
            Ok(replay) => Some(replay),
            Err(error) => {
                let error = chain::line(&error);
                tracing::warn!(path = %self.folder.display(), error, "failed to replay the spool");
                None
            }
        }
    }

    /// Closes it, so that what waits can be replayed by others.
    pub(super) async fn close(&mut self) {
        if let Some(spool) = self.opened.take() {
            spool.close().await;
        }
    }
}
