//! Owns the files kept beside the documents: screenshots, pages as they stood, HAR files, downloads.
//!
//! A file is named by the hash of its content, below the monitor, the day and the run that it belongs to. It
//! is written aside and then moved into its place, so that a key never leads to half a file.

mod folder;
mod key;

use std::path::PathBuf;

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::document::{Attachment, AttachmentKind, RunId};
use crate::worker::Worker;

/// A file that is to be kept.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    /// Monitor that it belongs to.
    pub monitor: String,
    /// Run that it belongs to.
    pub run: RunId,
    /// When the run began; the day is part of the key.
    pub at: Timestamp,
    /// Name for people, for example `failure.png`.
    pub name: String,
    /// What it shows.
    pub kind: AttachmentKind,
    /// Media type, for example `image/png`.
    pub media_type: String,
    /// The content, with secrets replaced already.
    pub content: Bytes,
}

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// The folder or the file could not be used.
    #[error("failed to use attachment `{path}`")]
    File {
        /// Path of the file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key is none that a store of attachments makes.
    #[error("`{key}` is no key of an attachment")]
    Key {
        /// The key as given.
        key: String,
    },
    /// The content is not the one that the key was made of.
    #[error("content of attachment `{key}` does not have the hash in its key")]
    Damaged {
        /// The key.
        key: String,
    },
    /// The store was closed.
    #[error("attachment store is closed")]
    Closed,
}

impl From<crate::error::Fault> for AttachmentError {
    fn from(_: crate::error::Fault) -> Self {
        Self::Closed
    }
}

/// A place where files are kept. Clones share it; the work is done on a thread of its own.
#[derive(Debug, Clone)]
pub struct AttachmentStore {
    worker: Worker<folder::Folder>,
}

impl AttachmentStore {
    /// Opens a folder, making it if it is not there.
    pub async fn folder(path: impl Into<PathBuf>) -> Result<Self, AttachmentError> {
        let path = path.into();
        let worker = Worker::start("store-attachments", move || folder::Folder::open(path)).await?;
        Ok(Self { worker })
    }

    /// Keeps a file and returns the reference that documents carry. The same content in the same run is kept
    /// once.
    pub async fn put(&self, new: NewAttachment) -> Result<Attachment, AttachmentError> {
        self.worker.call(move |folder| put(folder, &new)).await?
    }

    /// Returns the content under a key, or `None` where there is none.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, AttachmentError> {
        let key = key.to_owned();
        self.worker.call(move |folder| get(folder, &key)).await?
    }

    /// Returns the path of the file under a key, for people on the same machine.
    pub async fn path(&self, key: &str) -> Result<PathBuf, AttachmentError> {
        let key = key.to_owned();
        self.worker.call(move |folder| folder.path(&key)).await?
    }

    /// Finishes what was begun and closes the store.
    pub async fn close(self) {
        self.worker.close().await;
    }
}

fn put(folder: &mut folder::Folder, new: &NewAttachment) -> Result<Attachment, AttachmentError> {
    let sha256 = sha256(&new.content);
    let key = key::key(new, &sha256);
    folder.write(&key, &new.content)?;
    Ok(Attachment {
        name: new.name.clone(),
        key,
        media_type: new.media_type.clone(),
        kind: new.kind,
        bytes: new.content.len() as u64,
        sha256,
    })
}

fn get(folder: &folder::Folder, key: &str) -> Result<Option<Bytes>, AttachmentError> {
    let Some(content) = folder.read(key)? else { return Ok(None) };
    if key::hash_of(key) != Some(sha256(&content).as_str()) {
        return Err(AttachmentError::Damaged { key: key.into() });
    }
    Ok(Some(content))
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screenshot(monitor: &str, content: &'static [u8]) -> NewAttachment {
        NewAttachment {
            monitor: monitor.into(),
            run: "r-1".into(),
            at: "2026-11-21T23:59:59Z".parse().unwrap(),
            name: "failure.png".into(),
            kind: AttachmentKind::Screenshot,
            media_type: "image/png".into(),
            content: Bytes::from_static(content),
        }
    }

    #[tokio::test]
    async fn what_is_kept_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = AttachmentStore::folder(folder.path().join("deep/er")).await.unwrap();
        let kept = store.put(screenshot("shop", b"abc")).await.unwrap();
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(kept.key, format!("shop/2026/11/21/r-1/{hash}.png"));
        assert_eq!((kept.bytes, kept.sha256.as_str()), (3, hash));
        assert_eq!(store.get(&kept.key).await.unwrap().unwrap(), "abc");
        assert_eq!(store.put(screenshot("shop", b"abc")).await.unwrap(), kept);
        assert_eq!(store.get(&kept.key.replace("shop", "other")).await.unwrap(), None);
        let path = store.path(&kept.key).await.unwrap();
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left aside");
        std::fs::write(path, "abd").unwrap();
        assert!(matches!(store.get(&kept.key).await, Err(AttachmentError::Damaged { .. })));
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_told() {
        let error = AttachmentStore::folder("/dev/null/x").await.unwrap_err();
        assert_eq!(error.to_string(), "failed to use attachment `/dev/null/x`");
    }
}
