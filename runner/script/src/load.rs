//! From a file of the checkout to a [`Program`], without a browser.

use std::path::Path;

use crate::error::{LoadError, SourcePosition};
use crate::modules::{Checkout, Modules};
use crate::playwright::Script;
use crate::program::{Body, Dialect, Program, TestDeclaration, TestId};
use crate::recorder::{self, Recording};
use crate::settings::PlaySettings;
use crate::stack;

/// Names of a configuration, beside the script or above it.
const CONFIGS: &[&str] = &[
    "playwright.config.ts",
    "playwright.config.mts",
    "playwright.config.js",
    "playwright.config.mjs",
    "playwright.config.cjs",
];

/// Endings of scripts.
const ENDINGS: &[&str] = &[".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"];

/// Loads the script `path` of the checkout `root`: parses it, evaluates its top level, lists its tests.
pub async fn load(root: &Path, path: &str, settings: &PlaySettings) -> Result<Program, LoadError> {
    let (checkout, path) = open(root, path)?;
    if path.ends_with(".json") {
        return load_recording(checkout, path, settings);
    }
    if !ENDINGS.iter().any(|ending| path.ends_with(ending)) {
        let hint =
            "a monitor is a TypeScript or JavaScript file, or a recording (.json) of the DevTools Recorder";
        return Err(LoadError::Unknown { path, hint: hint.to_owned() });
    }
    load_script(checkout, path, settings).await
}

/// Opens a checkout and finds a script in it; returns the script's path as modules name it.
pub(crate) fn open(root: &Path, path: &str) -> Result<(Checkout, String), LoadError> {
    let read = |source| LoadError::Read { path: path.to_owned(), source };
    let checkout = Checkout::open(root).map_err(read)?;
    let found = checkout
        .locate(path.trim_start_matches("./"))
        .map_err(|_| LoadError::Outside { path: path.to_owned() })?;
    let found = found.ok_or_else(|| read(std::io::ErrorKind::NotFound.into()))?;
    Ok((checkout, found))
}

fn load_recording(checkout: Checkout, path: String, settings: &PlaySettings) -> Result<Program, LoadError> {
    let text = checkout.read_text(&path).map_err(|error| LoadError::Read {
        path: path.clone(),
        source: std::io::Error::other(error.to_string()),
    })?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line() as u32, error.column() as u32);
        let excerpt = stack::excerpt(&text, line, column);
        let position = SourcePosition { file: path.clone(), line, column, excerpt };
        LoadError::Syntax { message: error.to_string(), position }
    })?;
    if !recorder::is_recording(&value) {
        let hint = "it has no `steps`; export the recording from the DevTools Recorder as JSON".to_owned();
        return Err(LoadError::Unknown { path, hint });
    }
    let mut flow = recorder::read(&path, &text, &value)?;
    if let Some(base) = settings.base_url.as_deref().and_then(|base| url::Url::parse(base).ok()) {
        flow = flow.moved_to(&base);
    }
    let test = TestDeclaration {
        id: TestId(0),
        title: vec![flow.title.clone()],
        file: path.clone(),
        line: 1,
        tags: Vec::new(),
    };
    let recording = Recording { flow, file: path.clone(), text, checkout, settings: settings.clone() };
    let body = Body::Recorder(Box::new(recording));
    Ok(Program { dialect: Dialect::Recorder, path, tests: vec![test], body })
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

/// Returns the path of the configuration nearest to a script.
pub(crate) fn find_config(checkout: &Checkout, path: &str) -> Option<String> {
    let folders = Path::new(path).ancestors().skip(1);
    let candidates = folders.flat_map(|folder| CONFIGS.iter().map(|name| folder.join(name)));
    candidates
        .filter_map(|path| path.to_str().map(str::to_owned))
        .find_map(|path| checkout.locate(&path).ok().flatten())
}
