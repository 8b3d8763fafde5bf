//! Owns attachments in a folder of this machine.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::{AttachmentError, key};

/// A folder with attachments.
pub(super) struct Folder {
    root: PathBuf,
    written: u64,
}

impl Folder {
    pub(super) fn open(root: PathBuf) -> Result<Self, AttachmentError> {
        fs::create_dir_all(&root).map_err(|source| AttachmentError::File { path: root.clone(), source })?;
        Ok(Self { root, written: 0 })
    }

    pub(super) fn path(&self, key: &str) -> Result<PathBuf, AttachmentError> {
        if key::is_key(key) { Ok(self.root.join(key)) } else { Err(AttachmentError::Key { key: key.into() }) }
    }

    /// Writes a file aside, then moves it to its key.
    pub(super) fn write(&mut self, key: &str, content: &[u8]) -> Result<(), AttachmentError> {
        let path = self.path(key)?;
        if path.exists() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| AttachmentError::File { path, source }
        };
        fs::create_dir_all(folder).map_err(at(folder))?;
        self.written += 1;
        let aside = folder.join(format!(".{}-{}.part", std::process::id(), self.written));
        let written = write_through(&aside, content).and_then(|()| fs::rename(&aside, &path));
        if written.is_err() {
            // Best effort: what matters is the error that is returned.
            drop(fs::remove_file(&aside));
        }
        written.map_err(at(&path))
    }

    pub(super) fn read(&self, key: &str) -> Result<Option<Bytes>, AttachmentError> {
        let path = self.path(key)?;
        match fs::read(&path) {
            Ok(content) => Ok(Some(content.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(AttachmentError::File { path, source }),
        }
    }
}

fn write_through(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_data()
}
