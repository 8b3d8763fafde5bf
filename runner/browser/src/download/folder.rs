//! Where downloads lie: in a folder of ours, or in one where the browser runs.

use std::cell::OnceCell;
use std::path::PathBuf;

use tempfile::TempDir;

/// The folder of one context's downloads, made when it is needed first.
pub(crate) struct Folder {
    remote: bool,
    ours: OnceCell<Option<TempDir>>,
    name: String,
}

impl Folder {
    /// The context's id is random, so that two runners at one browser do not meet.
    pub(crate) fn new(remote: bool, context: &str) -> Self {
        Self { remote, ours: OnceCell::new(), name: format!("canary-downloads-{context}") }
    }

    fn ours(&self) -> Option<&TempDir> {
        self.ours.get_or_init(|| tempfile::Builder::new().prefix("canary-downloads-").tempdir().ok()).as_ref()
    }

    /// Returns the folder as the browser sees it.
    pub(crate) fn in_browser(&self) -> String {
        if !self.remote
            && let Some(folder) = self.ours()
        {
            return folder.path().display().to_string();
        }
        format!("/tmp/{}", self.name)
    }

    /// Returns a download's path if it lies on this machine.
    pub(crate) fn here(&self, id: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.in_browser()).join(id);
        path.is_file().then_some(path)
    }

    /// Returns where a download that is fetched goes.
    pub(crate) fn place(&self, id: &str) -> Option<PathBuf> {
        self.ours().map(|folder| folder.path().join(id))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A browser elsewhere on this very machine left its folder to us.
        let shared = PathBuf::from("/tmp").join(&self.name);
        if self.remote && shared.is_dir() && std::fs::remove_dir_all(&shared).is_err() {
            tracing::debug!(folder = %shared.display(), "failed to remove the folder of downloads");
        }
    }
}
