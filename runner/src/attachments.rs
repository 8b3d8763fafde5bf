//! Attachments of one run: files that are kept beside its documents. Takes secrets out of texts; what cannot be
//! kept is counted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use canary_store::document::{Attachment, AttachmentKind, RunId};
use canary_store::{AttachmentStore, NewAttachment};
use jiff::Timestamp;

use crate::chain;
use crate::recorder::redactor::Redactor;

/// Largest file that is kept.
const LARGEST: u64 = 32 * 1024 * 1024;

/// Keeps the files of one run.
pub(crate) struct Attachments {
    store: Option<AttachmentStore>,
    monitor: String,
    run: RunId,
    at: Timestamp,
    redactor: Arc<Redactor>,
}

/// A file to be kept.
#[derive(Debug)]
pub(crate) struct File {
    /// Name for people.
    pub(crate) name: String,
    /// Media type.
    pub(crate) media_type: String,
    /// What it shows.
    pub(crate) kind: AttachmentKind,
    /// Its content.
    pub(crate) content: Vec<u8>,
}

/// Why a file of a script cannot be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("failed to read `{path}`")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{path}` lies outside of the checkout and of the run's own folder")]
    Outside { path: PathBuf },
    #[error("`{path}` has {bytes} bytes, more than {LARGEST}")]
    TooLarge { path: PathBuf, bytes: u64 },
}

impl Attachments {
    /// Keeps files in a store; without one none are kept.
    pub(crate) fn new(
        store: Option<AttachmentStore>,
        monitor: &str,
        run: &RunId,
        at: Timestamp,
        redactor: Arc<Redactor>,
    ) -> Self {
        Self { store, monitor: monitor.to_owned(), run: run.clone(), at, redactor }
    }

    /// Says whether files are kept at all.
    pub(crate) fn is_on(&self) -> bool {
        self.store.is_some()
    }

    /// Keeps a file; returns nothing where it could not be kept.
    pub(crate) async fn keep(&self, file: File) -> Result<Option<Attachment>, canary_store::AttachmentError> {
        let Some(store) = &self.store else { return Ok(None) };
        let is_text = file.media_type.starts_with("text/") || file.media_type.contains("json");
        let content = if is_text { self.redactor.bytes(file.content) } else { file.content };
        let new = NewAttachment {
            monitor: self.monitor.clone(),
            run: self.run.clone(),
            at: self.at,
            name: self.redactor.text(&file.name).into_owned(),
            kind: file.kind,
            media_type: file.media_type,
            content: content.into(),
        };
        match store.put(new).await {
            Ok(kept) => Ok(Some(kept)),
            Err(error) => {
                tracing::error!(error = chain::line(&error), "failed to keep an attachment");
                Err(error)
            }
        }
    }

    /// Returns where a kept file lies, for people.
    pub(crate) async fn path(&self, kept: &Attachment) -> Option<PathBuf> {
        self.store.as_ref()?.path(&kept.key).await.ok()
    }
}

/// Reads a file that a script attached: only from the folders that it may see.
pub(crate) fn read(path: &Path, folders: &[&Path]) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let candidates = folders.iter().map(|folder| folder.join(path));
    let found =
        candidates.into_iter().find(|candidate| candidate.exists()).unwrap_or_else(|| path.to_owned());
    let real = found.canonicalize().map_err(failed)?;
    let allowed = folders.iter().filter_map(|folder| folder.canonicalize().ok());
    if !allowed.into_iter().any(|folder| real.starts_with(folder)) {
        return Err(FileError::Outside { path: path.to_owned() });
    }
    let bytes = std::fs::metadata(&real).map_err(failed)?.len();
    if bytes > LARGEST {
        return Err(FileError::TooLarge { path: path.to_owned(), bytes });
    }
    std::fs::read(&real).map_err(failed)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn scripts_attach_files_of_their_own_folders_only() {
        let folder = TempDir::new().unwrap();
        let checkout = folder.path().join("checkout");
        std::fs::create_dir(&checkout).unwrap();
        std::fs::write(checkout.join("a.txt"), "a").unwrap();
        std::fs::write(folder.path().join("secret.txt"), "s").unwrap();
        assert_eq!(read(Path::new("a.txt"), &[&checkout]).unwrap(), b"a");
        for path in ["../secret.txt", "/etc/hostname"] {
            let error = read(Path::new(path), &[&checkout]).unwrap_err();
            assert!(matches!(error, FileError::Outside { .. }), "{path}: {error}");
        }
        assert!(matches!(read(Path::new("b.txt"), &[&checkout]), Err(FileError::Read { .. })));
    }
}
