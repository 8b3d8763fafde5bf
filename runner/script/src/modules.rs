//! Modules of the checkout: which file an import means, and its text as the engine runs it.
//!
//! Names of modules are paths in the checkout. Nothing outside of it is ever read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::SourcePosition;
use crate::typescript::{self, Compiled};

/// Why a module cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ModuleError {
    /// Its text does not parse.
    #[error("{message}")]
    Syntax { message: String, position: SourcePosition },
    /// There is no such module.
    #[error("cannot import `{specifier}`: {reason}")]
    Import { specifier: String, reason: String, position: Option<SourcePosition> },
}

/// The modules of one checkout, compiled once and shared by all engines of a program.
#[derive(Clone)]
pub(crate) struct Modules(Arc<Inner>);

struct Inner {
    root: PathBuf,
    compiled: Mutex<HashMap<String, Arc<Compiled>>>,
}

/// Endings tried, in this order, for an import without one.
const ENDINGS: &[&str] = &[".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

impl Modules {
    /// Serves the files below `root`, which must be canonical.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self(Arc::new(Inner { root, compiled: Mutex::default() }))
    }

    /// Returns the name of the module that `specifier` means in the module `base`.
    pub(crate) fn resolve(&self, base: &str, specifier: &str) -> Result<String, ModuleError> {
        let refuse = |reason: String| ModuleError::Import {
            specifier: specifier.to_owned(),
            reason,
            position: self.import_position(base, specifier),
        };
        if matches!(specifier, "@playwright/test" | "playwright/test" | "playwright") {
            return Ok("canary:playwright/exports".to_owned());
        }
        if !specifier.starts_with('.') && !specifier.starts_with('/') {
            return Err(refuse(
                "only files of the checkout and `@playwright/test` can be imported".to_owned(),
            ));
        }
        let folder = Path::new(base).parent().unwrap_or(Path::new(""));
        let joined = normalize(&folder.join(specifier.trim_start_matches('/')))
            .ok_or_else(|| refuse("it is outside of the checkout".to_owned()))?;
        self.find_file(&joined).ok_or_else(|| refuse("there is no such file in the checkout".to_owned()))
    }

    fn find_file(&self, path: &str) -> Option<String> {
        let typescript = [(".js", ".ts"), (".mjs", ".mts"), (".cjs", ".cts")]
            .iter()
            .find_map(|(js, ts)| path.strip_suffix(js).map(|stem| format!("{stem}{ts}")));
        std::iter::once(path.to_owned())
            .chain(typescript)
            .chain(ENDINGS.iter().map(|ending| format!("{path}{ending}")))
            .chain(ENDINGS.iter().map(|ending| format!("{path}/index{ending}")))
            .find(|candidate| self.0.root.join(candidate).is_file())
    }

    /// Returns the text of a module as the engine runs it.
    pub(crate) fn load(&self, name: &str) -> Result<String, ModuleError> {
        self.compiled(name).map(|compiled| compiled.code.clone())
    }

    fn compiled(&self, name: &str) -> Result<Arc<Compiled>, ModuleError> {
        let mut cache = self.0.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = cache.get(name) {
            return Ok(Arc::clone(compiled));
        }
        let text = std::fs::read_to_string(self.0.root.join(name)).map_err(|error| ModuleError::Import {
            specifier: name.to_owned(),
            reason: error.to_string(),
            position: None,
        })?;
        let compiled = Arc::new(typescript::compile(name, &text)?);
        cache.insert(name.to_owned(), Arc::clone(&compiled));
        Ok(compiled)
    }

    fn import_position(&self, base: &str, specifier: &str) -> Option<SourcePosition> {
        self.compiled(base)
            .ok()?
            .imports
            .iter()
            .find(|(known, _)| known == specifier)
            .map(|(_, at)| at.clone())
    }

    /// Returns line and column in the source, from 1, of a position in the code that ran.
    pub(crate) fn original(&self, file: &str, line: u32, column: u32) -> Option<(u32, u32)> {
        self.compiled(file).ok()?.original(line, column)
    }

    /// Returns the text of a file as its author wrote it.
    pub(crate) fn text(&self, file: &str) -> Option<String> {
        self.compiled(file).ok().map(|compiled| compiled.source.clone())
    }
}

/// Resolves `.` and `..`; nothing when the path leads out.
fn normalize(path: &Path) -> Option<String> {
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
