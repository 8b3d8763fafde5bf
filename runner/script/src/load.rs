//! From a file of the checkout to a [`Program`], without a browser.

use std::path::Path;

use crate::error::LoadError;
use crate::modules::{Checkout, Modules};
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
    let read = |source| LoadError::Read { path: path.to_owned(), source };
    let checkout = Checkout::open(root).map_err(read)?;
    let found = checkout
        .locate(path.trim_start_matches("./"))
        .map_err(|_| LoadError::Outside { path: path.to_owned() })?;
    let path = found.ok_or_else(|| read(std::io::ErrorKind::NotFound.into()))?;
    load_script(checkout, path, settings).await
}

async fn load_script(
    checkout: Checkout,
    path: String,
    settings: &PlaySettings,
) -> Result<Program, LoadError> {
    let config = find_config(&checkout, &path);
    let modules = Modules::new(checkout, &path);
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

fn find_config(checkout: &Checkout, path: &str) -> Option<String> {
    let folders = Path::new(path).ancestors().skip(1);
    let candidates = folders.flat_map(|folder| CONFIGS.iter().map(|name| folder.join(name)));
    candidates
        .filter_map(|path| path.to_str().map(str::to_owned))
        .find_map(|path| checkout.locate(&path).ok().flatten())
}
