//! From a file of the checkout to a [`Program`], without a browser.

use std::path::Path;

use crate::engine::{Assignment, Engine, FromEngine};
use crate::error::LoadError;
use crate::modules::Modules;
use crate::program::{Body, Dialect, Program, TestDeclaration, TestId};

/// What loading may be told.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// What `process.env` shows to the script.
    pub environment: std::collections::BTreeMap<String, String>,
}

/// Loads the script `path` of the checkout `root`: parses it, evaluates its top level, lists its tests.
pub async fn load(root: &Path, path: &str, options: LoadOptions) -> Result<Program, LoadError> {
    let root = root.canonicalize().map_err(|source| LoadError::Read { path: ".".to_owned(), source })?;
    let modules = Modules::new(root);
    let settings = serde_json::json!({ "env": options.environment }).to_string();
    let assignment = Assignment { modules, entry: path.to_owned(), settings };
    let mut engine =
        Engine::start(assignment).map_err(|error| LoadError::Engine { reason: error.to_string() })?;
    loop {
        match engine.receive().await {
            Some(FromEngine::Loaded(Ok(tests))) if tests.is_empty() => {
                return Err(LoadError::NoTests { path: path.to_owned() });
            }
            Some(FromEngine::Loaded(Ok(tests))) => {
                let tests = tests.into_iter().enumerate().map(|(index, test)| TestDeclaration {
                    id: TestId(index),
                    title: test.title,
                    file: test.file,
                    line: test.line,
                    tags: test.tags,
                });
                let tests = tests.collect();
                let body = Body::Playwright(engine);
                return Ok(Program { dialect: Dialect::Playwright, path: path.to_owned(), tests, body });
            }
            Some(FromEngine::Loaded(Err(failure))) => return Err(LoadError::Script(failure)),
            Some(_) => {}
            None => return Err(LoadError::Engine { reason: "its thread ended".to_owned() }),
        }
    }
}
