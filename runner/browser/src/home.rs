//! The one folder for what a session keeps on this machine for a while: made when it is needed first, gone with
//! the session. What a killed run leaves behind is swept when the next session is opened.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::launch::temporary;

/// The folder of one session.
#[derive(Default)]
pub(crate) struct Home(RefCell<Option<TempDir>>);

impl Home {
    /// Returns a folder in it, made where it is missing; nothing where the disk has no place.
    pub(crate) fn folder(&self, name: &str) -> Option<PathBuf> {
        let mut home = self.0.borrow_mut();
        if home.is_none() {
            *home = temporary("downloads").ok();
        }
        let folder = home.as_ref()?.path().join(name);
        std::fs::create_dir_all(&folder).ok()?;
        Some(folder)
    }

    /// Removes a folder in it, if there is one.
    pub(crate) fn discard(&self, name: &str) {
        let folder = self.0.borrow().as_ref().map(|home| home.path().join(name));
        if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
            discard(&folder);
        }
    }

    /// Removes it with all that is in it.
    pub(crate) fn remove(&self) {
        self.0.borrow_mut().take();
    }
}

/// Removes a folder; what cannot be removed now is left to the next sweep.
pub(crate) fn discard(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::debug!(folder = %folder.display(), %error, "failed to remove a folder");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_folders_go_with_their_home() {
        let home = Home::default();
        let (one, two) = (home.folder("one").unwrap(), home.folder("two").unwrap());
        std::fs::write(one.join("file"), "text").unwrap();
        assert!(two.is_dir() && one.parent() == two.parent());
        home.discard("two");
        assert!(one.is_dir() && !two.exists());
        home.remove();
        assert!(!one.parent().unwrap().exists());
    }
}
