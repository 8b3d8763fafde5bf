//! Files of the checkout, and nothing else: no path and no symbolic link leads out of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The largest file that a script may read.
const LIMIT: u64 = 16 << 20;

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileError {
    /// There is none.
    #[error("there is no file `{0}` in the checkout")]
    Missing(String),
    /// It is not in the checkout.
    #[error("`{0}` is outside of the checkout")]
    Outside(String),
    /// It is a folder.
    #[error("`{0}` is a folder")]
    Folder(String),
    /// It is no folder.
    #[error("`{0}` is no folder")]
    NoFolder(String),
    /// It is too large.
    #[error("`{path}` has {bytes} bytes, more than the {LIMIT} that a script may read")]
    TooLarge { path: String, bytes: u64 },
    /// It is no text.
    #[error("`{0}` is no text in UTF-8")]
    NoText(String),
    /// The system refused.
    #[error("`{path}` cannot be read: {reason}")]
    System { path: String, reason: String },
}

/// What is known of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) bytes: u64,
    pub(crate) is_folder: bool,
    /// Milliseconds since the epoch.
    pub(crate) modified: u64,
}

/// The files below one folder, read-only.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Opens the folder `root`.
    pub(crate) fn open(root: &Path) -> std::io::Result<Self> {
        Ok(Self { root: root.canonicalize()? })
    }

    /// Returns the path in the checkout of an existing file, with symbolic links resolved; nothing
    /// where there is no file.
    pub(crate) fn locate(&self, path: &str) -> Result<Option<String>, FileError> {
        let Ok(real) = self.root.join(path).canonicalize() else { return Ok(None) };
        let inside = real.strip_prefix(&self.root).map_err(|_| FileError::Outside(path.to_owned()))?;
        if !real.is_file() {
            return Ok(None);
        }
        Ok(inside.to_str().map(str::to_owned))
    }

    /// Returns the bytes of a file.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let real = self.real(path)?;
        let system =
            |error: std::io::Error| FileError::System { path: path.to_owned(), reason: error.to_string() };
        let file = std::fs::File::open(real).map_err(system)?;
        let metadata = file.metadata().map_err(system)?;
        if metadata.is_dir() {
            return Err(FileError::Folder(path.to_owned()));
        }
        let mut bytes = Vec::new();
        file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(system)?;
        if bytes.len() as u64 > LIMIT {
            return Err(FileError::TooLarge { path: path.to_owned(), bytes: metadata.len() });
        }
        Ok(bytes)
    }

    /// Returns the text of a file, without a byte order mark.
    pub(crate) fn read_text(&self, path: &str) -> Result<String, FileError> {
        let text = String::from_utf8(self.read(path)?).map_err(|_| FileError::NoText(path.to_owned()))?;
        Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
    }

    /// Returns what is known of a file or folder.
    pub(crate) fn stat(&self, path: &str) -> Result<Stat, FileError> {
        let system =
            |error: std::io::Error| FileError::System { path: path.to_owned(), reason: error.to_string() };
        let metadata = self.real(path)?.metadata().map_err(system)?;
        let modified =
            metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        Ok(Stat {
            bytes: metadata.len(),
            is_folder: metadata.is_dir(),
            modified: modified.map_or(0, |since| since.as_millis() as u64),
        })
    }

    /// Returns the names in a folder, sorted, each with whether it is a folder.
    pub(crate) fn list(&self, path: &str) -> Result<Vec<(String, bool)>, FileError> {
        let real = self.real(path)?;
        if !real.is_dir() {
            return Err(FileError::NoFolder(path.to_owned()));
        }
        let system =
            |error: std::io::Error| FileError::System { path: path.to_owned(), reason: error.to_string() };
        let mut names: Vec<(String, bool)> = std::fs::read_dir(real)
            .map_err(system)?
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.file_name().into_string().ok()?, entry.path().is_dir()))
            })
            .collect();
        names.sort();
        Ok(names)
    }

    /// Returns the names of the files beside a path.
    pub(crate) fn siblings(&self, path: &str) -> Vec<String> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let names = self.list(folder).unwrap_or_default();
        names.into_iter().filter(|(_, is_folder)| !is_folder).map(|(name, _)| name).collect()
    }

    /// Returns where a file or folder lies, with symbolic links resolved.
    pub(crate) fn real(&self, path: &str) -> Result<PathBuf, FileError> {
        let inside = normalize(Path::new(path)).ok_or_else(|| FileError::Outside(path.to_owned()))?;
        let real = self.root.join(inside).canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => FileError::Missing(path.to_owned()),
            _ => FileError::System { path: path.to_owned(), reason: error.to_string() },
        })?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(FileError::Outside(path.to_owned())) }
    }
}

/// Resolves `.` and `..` of a path in the checkout, whose root is `/`; nothing when it leads out.
pub(crate) fn normalize(path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.to_str()?.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
