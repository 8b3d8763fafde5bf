//! Modules of a script: which file an import means, and its text as the engine runs it.
//!
//! Names of modules are paths in the checkout; those of built-in modules begin with `canary:`.
//! What the folder below owns: `checkout` reads files and nothing outside, `tsconfig` knows `paths`,
//! `packages` knows what people import from npm, `commonjs` makes both kinds of modules meet.

mod checkout;
mod commonjs;
mod packages;
mod tsconfig;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::error::SourcePosition;
use crate::typescript::{self, Compiled, Form};

pub(crate) use checkout::{Checkout, FileError};
pub(crate) use commonjs::FACADE;
use tsconfig::Aliases;

/// Why a module cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ModuleError {
    /// Its text does not parse.
    #[error("{message}")]
    Syntax { message: String, position: SourcePosition },
    /// There is no such module.
    #[error("cannot import `{specifier}`: {reason}")]
    Import { specifier: String, reason: String, position: Option<SourcePosition> },
    /// Its file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The modules of one checkout, compiled once and shared by all engines of a program.
#[derive(Clone)]
pub(crate) struct Modules(Arc<Inner>);

struct Inner {
    checkout: Checkout,
    compiled: Mutex<HashMap<String, Arc<Compiled>>>,
    aliases: OnceLock<Aliases>,
    /// The folder of the script, where a `tsconfig.json` is looked for.
    folder: String,
}

/// Endings tried, in this order, for an import without one.
const ENDINGS: &[&str] = &[".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json"];

impl Modules {
    /// Serves the files of a checkout to the script `entry`.
    pub(crate) fn new(checkout: Checkout, entry: &str) -> Self {
        let folder = entry.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        Self(Arc::new(Inner { checkout, compiled: Mutex::default(), aliases: OnceLock::new(), folder }))
    }

    /// Returns the files behind the modules.
    pub(crate) fn checkout(&self) -> &Checkout {
        &self.0.checkout
    }

    /// Returns the name of the module that `specifier` means in the module `base`.
    pub(crate) fn resolve(&self, base: &str, specifier: &str) -> Result<String, ModuleError> {
        self.find(base, specifier).map_err(|reason| ModuleError::Import {
            specifier: specifier.to_owned(),
            reason,
            position: self.import_position(base, specifier),
        })
    }

    fn find(&self, base: &str, specifier: &str) -> Result<String, String> {
        if let Some(builtin) = packages::builtin(specifier) {
            return Ok(builtin.to_owned());
        }
        if specifier.starts_with('.') || specifier.starts_with('/') {
            let folder = if specifier.starts_with('/') { Path::new("") } else { folder_of(base) };
            let path = checkout::normalize(&folder.join(specifier.trim_start_matches('/')))
                .ok_or("it is outside of the checkout")?;
            return self.find_file(&path)?.ok_or_else(|| self.nothing_there(&path));
        }
        for path in self.aliases().paths(specifier) {
            if let Some(found) = self.find_file(&path)? {
                return Ok(found);
            }
        }
        Err(packages::refusal(specifier))
    }

    /// Returns the module behind a path that may lack its ending.
    fn find_file(&self, path: &str) -> Result<Option<String>, String> {
        let typescript =
            [(".js", ".ts"), (".js", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts"), (".jsx", ".tsx")]
                .iter()
                .filter_map(|(js, ts)| path.strip_suffix(js).map(|stem| format!("{stem}{ts}")));
        let candidates = std::iter::once(path.to_owned())
            .chain(typescript)
            .chain(ENDINGS.iter().map(|ending| format!("{path}{ending}")))
            .chain(ENDINGS.iter().map(|ending| format!("{path}/index{ending}")));
        for candidate in candidates {
            match self.0.checkout.locate(&candidate) {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(None)
    }

    fn nothing_there(&self, path: &str) -> String {
        let near = self.0.checkout.siblings(path);
        let near = near
            .iter()
            .filter(|name| similar(name, path))
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>();
        match near.as_slice() {
            [] => format!("there is no file `{path}` in the checkout"),
            near => format!("there is no file `{path}` in the checkout; there is {}", near.join(", ")),
        }
    }

    fn aliases(&self) -> &Aliases {
        self.0.aliases.get_or_init(|| Aliases::find(&self.0.checkout, &self.0.folder))
    }

    /// Returns the text that the engine runs for an ES module. For a CommonJS module that is a facade
    /// which exports what the module has.
    pub(crate) fn load(&self, name: &str) -> Result<String, ModuleError> {
        let compiled = self.compiled(name)?;
        match compiled.form {
            Form::Module => Ok(compiled.code.clone()),
            Form::CommonJs => Ok(commonjs::facade(name, &compiled.exports)),
        }
    }

    /// Returns a compiled file.
    pub(crate) fn compiled(&self, name: &str) -> Result<Arc<Compiled>, ModuleError> {
        let mut cache = self.0.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = cache.get(name) {
            return Ok(Arc::clone(compiled));
        }
        let text = self.0.checkout.read_text(name)?;
        let compiled = match name.ends_with(".json") {
            true => typescript::compile_json(name, text)?,
            false => typescript::compile(name, text)?,
        };
        let compiled = Arc::new(compiled);
        cache.insert(name.to_owned(), Arc::clone(&compiled));
        Ok(compiled)
    }

    fn import_position(&self, base: &str, specifier: &str) -> Option<SourcePosition> {
        let compiled = self.compiled(base).ok()?;
        compiled
            .imports
            .iter()
            .find(|import| import.specifier == specifier)
            .map(|import| import.position.clone())
    }

    /// Returns line and column in the source, from 1, of a position in the code that ran.
    pub(crate) fn original(&self, file: &str, line: u32, column: u32) -> Option<(u32, u32)> {
        self.compiled(file).ok()?.original(line, column)
    }

    /// Returns the text of a file as its author wrote it.
    pub(crate) fn text(&self, file: &str) -> Option<String> {
        match self.compiled(file) {
            Ok(compiled) => Some(compiled.source.clone()),
            Err(_) => self.0.checkout.read_text(file).ok(),
        }
    }

    /// Returns the files that import each other in a circle by which `file` gets `name`: itself, then one
    /// that each imports, then itself again.
    pub(crate) fn circle(&self, file: &str, name: &str) -> Option<Vec<String>> {
        let compiled = self.compiled(file).ok()?;
        let takes = |import: &&typescript::Import| import.names.iter().any(|(taken, _)| taken == name);
        let sources = compiled.imports.iter().filter(takes).chain(compiled.imports.iter());
        sources.filter_map(|import| self.find(file, &import.specifier).ok()).find_map(|source| {
            let mut path = vec![file.to_owned()];
            self.way(&source, file, &mut path).then_some(path)
        })
    }

    /// Extends `path` by a way of imports from one file to another; false where there is none.
    fn way(&self, from: &str, to: &str, path: &mut Vec<String>) -> bool {
        path.push(from.to_owned());
        if from == to {
            return true;
        }
        let imports = self.compiled(from).map(|compiled| {
            let specifiers = compiled.imports.iter().map(|import| import.specifier.clone());
            specifiers.collect::<Vec<_>>()
        });
        for specifier in imports.unwrap_or_default() {
            if let Ok(next) = self.find(from, &specifier)
                && (next == to || !path.contains(&next))
                && self.way(&next, to, path)
            {
                return true;
            }
        }
        path.pop();
        false
    }

    /// Returns the first import of a name that the other module does not export. The interpreter
    /// only says that there is one.
    pub(crate) fn missing_export(&self) -> Option<ModuleError> {
        let loaded: Vec<(String, Arc<Compiled>)> = {
            let cache = self.0.compiled.lock().unwrap_or_else(PoisonError::into_inner);
            cache.iter().map(|(name, compiled)| (name.clone(), Arc::clone(compiled))).collect()
        };
        loaded.iter().find_map(|(name, compiled)| self.missing_in(name, compiled))
    }

    fn missing_in(&self, name: &str, compiled: &Compiled) -> Option<ModuleError> {
        compiled.imports.iter().find_map(|import| {
            let target = self.find(name, &import.specifier).ok()?;
            let exported = self.compiled(&target).ok()?;
            let (missing, position) = import.names.iter().find(|(name, _)| !exported.may_export(name))?;
            let mut exports: Vec<&str> = exported.exports.iter().map(String::as_str).collect();
            exports.sort_unstable();
            let there = if exports.is_empty() { "nothing".to_owned() } else { exports.join(", ") };
            Some(ModuleError::Syntax {
                message: format!("`{target}` does not export `{missing}`; it exports {there}"),
                position: position.clone(),
            })
        })
    }
}

fn folder_of(path: &str) -> &Path {
    Path::new(path).parent().unwrap_or(Path::new(""))
}

/// Tells whether two file names are close enough for one to be meant by the other.
fn similar(name: &str, path: &str) -> bool {
    let wanted = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    let stem = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    stem(&name) == stem(&wanted) || name.starts_with(&wanted)
}

#[cfg(test)]
mod tests;
