//! Where downloads lie: in a folder of ours, or in one where the browser runs.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::home::{Home, discard};

/// The folder of one context's downloads, made when it is needed first.
pub(crate) struct Folder {
    remote: bool,
    home: Rc<Home>,
    context: String,
}

impl Folder {
    /// The context's id is random, so that two runners at one browser do not meet.
    pub(crate) fn new(remote: bool, context: &str, home: Rc<Home>) -> Self {
        Self { remote, home, context: context.to_owned() }
    }

    fn ours(&self) -> Option<PathBuf> {
        self.home.folder(&self.context)
    }

    fn shared(&self) -> PathBuf {
        Path::new("/tmp").join(format!("canary-remote-downloads-{}", self.context))
    }

    /// Returns the folder as the browser sees it.
    pub(crate) fn in_browser(&self) -> String {
        let ours = if self.remote { None } else { self.ours() };
        ours.unwrap_or_else(|| self.shared()).display().to_string()
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
        self.home.discard(&self.context);
        // A browser elsewhere on this very machine left its folder to us.
        let shared = self.shared();
        if self.remote && shared.is_dir() {
            discard(&shared);
        }
    }
}
