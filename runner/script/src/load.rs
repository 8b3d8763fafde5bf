//! From a file of the checkout to a [`Program`], without a browser.

use std::path::{Path, PathBuf};

use crate::error::LoadError;
use crate::modules::Modules;
use crate::playwright::Script;
use crate::program::{Body, Dialect, Program, TestDeclaration, TestId};
use crate::settings::PlaySettings;

/// Names of a configuration, beside the script or above it.
const CONFIGS: &[&str] = &[
    "playwright.config.ts",
    "playwright.config.mts",
    "playwright.config.js",
    "playwright.config.mjs",
    "playwright.config.cjs",
];

/// Loads the script `path` of the checkout `root`: parses it, evaluates its top level, lists its tests.
pub async fn load(root: &Path, path: &str, settings: &PlaySettings) -> Result<Program, LoadError> {
    let root = root.canonicalize().map_err(|source| LoadError::Read { path: ".".to_owned(), source })?;
    let path = inside(&root, path)?;
    load_script(root, path, settings).await
}

/// Returns the path of a file relative to the checkout, which must hold it.
fn inside(root: &Path, path: &str) -> Result<String, LoadError> {
    let file =
        root.join(path).canonicalize().map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
    let relative = file.strip_prefix(root).ok().and_then(Path::to_str);
    relative.map(str::to_owned).ok_or_else(|| LoadError::Outside { path: path.to_owned() })
}

async fn load_script(root: PathBuf, path: String, settings: &PlaySettings) -> Result<Program, LoadError> {
    let config = find_config(&root, &path);
    let modules = Modules::new(root);
    let (script, declared) = Script::load(modules, path.clone(), config, settings).await?;
    if declared.tests.is_empty() {
        return Err(LoadError::NoTests { path });
    }
    let tests = declared.tests.into_iter().zip(declared.places).enumerate();
    let tests = tests.map(|(index, (test, place))| TestDeclaration {
        id: TestId(index),
        title: test.title,
        file: place.file,
        line: place.line,
        tags: test.tags,
    });
    let tests = tests.collect();
    Ok(Program { dialect: Dialect::Playwright, path, tests, body: Body::Playwright(Box::new(script)) })
}

fn find_config(root: &Path, path: &str) -> Option<String> {
    let folders = Path::new(path).ancestors().skip(1);
    folders
        .flat_map(|folder| CONFIGS.iter().map(|name| folder.join(name)))
        .find(|candidate| root.join(candidate).is_file())
        .and_then(|found| found.to_str().map(str::to_owned))
}
