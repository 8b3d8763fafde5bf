//! Where downloads lie: in a folder of ours, or in one where the browser runs.

use std::cell::RefCell;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::launch::temporary;

/// The folder of one context's downloads, made when it is needed first.
pub(crate) struct Folder {
    remote: bool,
    ours: RefCell<Option<TempDir>>,
    name: String,
}

impl Folder {
    /// The context's id is random, so that two runners at one browser do not meet.
    pub(crate) fn new(remote: bool, context: &str) -> Self {
        Self { remote, ours: RefCell::default(), name: format!("canary-remote-downloads-{context}") }
    }

    fn ours(&self) -> Option<PathBuf> {
        let mut ours = self.ours.borrow_mut();
        if ours.is_none() {
            *ours = temporary("downloads").ok();
        }
        ours.as_ref().map(|folder| folder.path().to_owned())
    }

    /// Returns the folder as the browser sees it.
    pub(crate) fn in_browser(&self) -> String {
        if !self.remote
            && let Some(folder) = self.ours()
        {
            return folder.display().to_string();
        }
        format!("/tmp/{}", self.name)
    }

    /// Returns a download's path if the browser writes it here.
    pub(crate) fn here(&self, id: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.in_browser()).join(id);
        (!self.remote && path.is_file()).then_some(path)
    }

    /// Returns where a download that is fetched goes.
    pub(crate) fn place(&self, id: &str) -> Option<PathBuf> {
        self.ours().map(|folder| folder.join(id))
    }

    /// Removes everything of it that lies on this machine.
    pub(crate) fn remove(&self) {
        self.ours.borrow_mut().take();
        // A browser elsewhere on this very machine left its folder to us.
        let shared = PathBuf::from("/tmp").join(&self.name);
        if self.remote && shared.is_dir() && std::fs::remove_dir_all(&shared).is_err() {
            tracing::debug!(folder = %shared.display(), "failed to remove the folder of downloads");
        }
    }
}
