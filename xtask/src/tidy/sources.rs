//! Module docs: every source file opens with what it owns.

use std::path::{Path, PathBuf};

use crate::Failure;

/// Folders of this repository that hold sources.
const FOLDERS: &[&str] = &["runner", "store", "listener", "tests", "xtask"];

/// Returns every source file without module docs, and every `mod.rs`.
pub(super) fn problems(root: &Path) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for folder in FOLDERS {
        for file in files(&root.join(folder))? {
            if file.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            let text = read(&file)?;
            if !text.starts_with("//!") {
                problems.push(format!("{shown}: does not open with `//!` (say what the file owns)"));
            }
            if file.ends_with("mod.rs") {
                problems.push(format!("{shown}: is a mod.rs (name it after its module, beside the folder)"));
            }
        }
    }
    Ok(problems)
}

/// Returns all files below a folder, sorted, without build output.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error| format!("failed to read `{}`: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            let skipped = path.file_name().is_some_and(|name| name == "target" || name == "node_modules");
            if !skipped {
                found.extend(files(&path)?);
            }
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Returns a file's text.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| format!("failed to read `{}`: {error}", file.display()))
}
