//! What a script is, told without a browser: its tests and steps, what it needs, and everything it uses
//! that is not there, all at once.
//!
//! `meaning` says what names of a script stand for, `survey` walks the syntax tree of one file, `follow`
//! goes from file to file, `config` reads the configuration's keys, `recording` tells the same of recordings.

mod config;
mod follow;
mod meaning;
mod recording;
mod survey;

use std::path::Path;

use serde::Serialize;

use crate::error::{LoadError, SourcePosition};
use crate::load;
use crate::program::{Dialect, TestDeclaration};
use crate::settings::PlaySettings;

/// A place in a file of the checkout.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path in the checkout.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl From<SourcePosition> for Place {
    fn from(SourcePosition { file, line, column, .. }: SourcePosition) -> Self {
        Self { file, line, column }
    }
}

/// A step, named as it will be in documents; parts that are computed stand as they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    #[serde(flatten)]
    pub place: Place,
}

/// Where a value is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A variable of `process.env`: a parameter or a secret.
    Environment,
    /// A parameter.
    Parameter,
    /// A secret.
    Secret,
    /// A secret that one-time codes are made of.
    Code,
}

/// A value that the operator gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// Its name.
    pub name: String,
    /// Where it is taken from.
    pub source: Source,
    /// True when the script goes on without it.
    pub optional: bool,
    /// True when the settings have it.
    pub given: bool,
    /// Where it is first used.
    #[serde(flatten)]
    pub place: Place,
}

/// What is the matter with something that a script uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// It is known, and monitors do not have it.
    Unsupported,
    /// Nobody knows it.
    Unknown,
    /// It is read and changes nothing.
    Ignored,
    /// It is there and does not do quite the same.
    Differs,
}

/// A remark on something that a script uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What is the matter.
    pub kind: RemarkKind,
    /// What it is about, like `Page.pause`.
    pub what: String,
    /// Why, or what to use instead.
    pub why: String,
    /// Where it is used.
    #[serde(flatten)]
    pub place: Place,
}

/// What a script is.
#[derive(Debug)]
pub struct Explanation {
    /// The language it is written in.
    pub dialect: Dialect,
    /// Path in the checkout.
    pub path: String,
    /// The files it is made of, itself first.
    pub files: Vec<String>,
    /// Its tests in order; none when it cannot be loaded.
    pub tests: Vec<TestDeclaration>,
    /// Its steps in the order of its files.
    pub steps: Vec<Step>,
    /// What the operator gives it.
    pub needs: Vec<Need>,
    /// What it uses that is not there, or not quite.
    pub remarks: Vec<Remark>,
    /// Why it cannot be loaded.
    pub error: Option<LoadError>,
}

/// Explains the script `path` of the checkout `root`: loads it, and reads all of its files besides, so that
/// what is wrong is told together. An error is one that leaves nothing to read.
pub async fn explain(root: &Path, path: &str, settings: &PlaySettings) -> Result<Explanation, LoadError> {
    let (checkout, path) = load::open(root, path)?;
    let loaded = load::load(root, &path, settings).await;
    let (dialect, mut findings) = if path.ends_with(".json") {
        (Dialect::Recorder, recording::findings(&checkout, &path))
    } else {
        let config = load::find_config(&checkout, &path);
        (Dialect::Playwright, follow::findings(checkout, &path, config.as_deref())?)
    };
    for need in &mut findings.needs {
        need.given = match need.source {
            Source::Environment => {
                settings.parameters.contains_key(&need.name) || settings.secrets.contains_key(&need.name)
            }
            Source::Parameter => settings.parameters.contains_key(&need.name),
            Source::Secret | Source::Code => settings.secrets.contains_key(&need.name),
        };
    }
    let (tests, error) = match loaded {
        Ok(program) => (program.tests, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let Findings { files, steps, needs, remarks } = findings;
    Ok(Explanation { dialect, path, files, tests, steps, needs, remarks, error })
}

/// What is found in the files of a script.
#[derive(Debug, Default)]
struct Findings {
    files: Vec<String>,
    steps: Vec<Step>,
    needs: Vec<Need>,
    remarks: Vec<Remark>,
}

impl Findings {
    /// Notes a need; where it is used twice, once without a way out is enough.
    fn need(&mut self, name: &str, source: Source, optional: bool, place: Place) {
        let known = self.needs.iter_mut().find(|need| need.name == name && need.source == source);
        match known {
            Some(need) => need.optional &= optional,
            None => {
                self.needs.push(Need { name: name.to_owned(), source, optional, given: false, place });
            }
        }
    }

    fn remark(&mut self, kind: RemarkKind, what: impl Into<String>, why: impl Into<String>, place: Place) {
        let remark = Remark { kind, what: what.into(), why: why.into(), place };
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

#[cfg(test)]
mod tests;
