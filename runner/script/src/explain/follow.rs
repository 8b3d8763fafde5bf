//! From a script to all files that it is made of.

use std::collections::{BTreeMap, BTreeSet};

use super::meaning::Meaning;
use super::survey::{Sight, Survey};
use super::{Findings, Place, RemarkKind, config};
use crate::api::Api;
use crate::api::types::Types;
use crate::error::LoadError;
use crate::modules::{Checkout, ModuleError, Modules};
use crate::prelude;
use crate::typescript;

/// What is known while files are followed.
pub(super) struct Trail {
    pub(super) modules: Modules,
    pub(super) api: Api,
    pub(super) types: Types,
    pub(super) findings: Findings,
    /// What the exports of files stand for, by file and name.
    pub(super) exports: BTreeMap<String, BTreeMap<String, Meaning>>,
    /// Matchers that the script adds; nothing when they cannot be told.
    pub(super) matchers: Option<BTreeSet<String>>,
    /// Fixtures and options that the script adds.
    pub(super) fixtures: BTreeSet<String>,
    /// Names that are looked at when all files are known.
    pub(super) pending: Vec<Pending>,
}

/// A use that can only be judged when all files are known.
pub(super) struct Pending {
    pub(super) name: String,
    pub(super) asked: Asked,
    pub(super) place: Place,
}

/// What is asked of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Matcher,
    Option,
}

/// Reads the script `entry`, its configuration and all that they import.
pub(super) fn findings(checkout: Checkout, entry: &str, config: Option<&str>) -> Result<Findings, LoadError> {
    let api = Api::read().map_err(|error| LoadError::Engine { reason: error.to_string() })?;
    let mut trail = Trail {
        modules: Modules::new(checkout, entry),
        api,
        types: Types::read(),
        findings: Findings::default(),
        exports: BTreeMap::new(),
        matchers: Some(BTreeSet::new()),
        fixtures: BTreeSet::new(),
        pending: Vec::new(),
    };
    trail.follow(entry);
    if let Some(config) = config {
        trail.follow(config);
        trail.read_config(config);
    }
    trail.judge();
    let mut findings = trail.findings;
    let order: BTreeMap<String, usize> =
        findings.files.iter().enumerate().map(|(index, file)| (file.clone(), index)).collect();
    let key = |place: &Place| (order.get(&place.file).copied(), place.line, place.column);
    findings.steps.sort_by_key(|step| key(&step.place));
    findings.needs.sort_by_key(|need| key(&need.place));
    findings.remarks.sort_by_key(|remark| key(&remark.place));
    Ok(findings)
}

impl Trail {
    /// Reads a file and what it imports, once.
    pub(super) fn follow(&mut self, file: &str) {
        if self.findings.files.iter().any(|known| known == file) {
            return;
        }
        self.findings.files.push(file.to_owned());
        if file.ends_with(".json") {
            return;
        }
        let Some(source) = self.modules.text(file) else { return };
        if let Err(ModuleError::Syntax { message, position }) = self.modules.compiled(file) {
            self.findings.remark(RemarkKind::Unknown, "syntax", message, position.into());
            return;
        }
        typescript::with_program(file, &source, |program, scoping| {
            let mut survey = Survey::new(self, file, &source, scoping);
            // What stands further down is known when it is used further up.
            survey.walk(program, Sight::Gathering);
            survey.walk(program, Sight::Judging);
        });
    }

    /// Finds what `specifier` means in `base` and reads it; nothing where there is none, which is remarked.
    pub(super) fn import(&mut self, base: &str, specifier: &str, place: &Place) -> Option<Meaning> {
        match self.modules.resolve(base, specifier) {
            Ok(name) => match prelude::builtin(&name) {
                Some(builtin) => Some(Meaning::Builtin(builtin)),
                None => {
                    self.follow(&name);
                    Some(Meaning::File(name))
                }
            },
            Err(ModuleError::Import { reason, .. }) => {
                self.findings.remark(
                    RemarkKind::Unsupported,
                    format!("import of `{specifier}`"),
                    reason,
                    place.clone(),
                );
                None
            }
            Err(error) => {
                let what = format!("import of `{specifier}`");
                self.findings.remark(RemarkKind::Unsupported, what, error.to_string(), place.clone());
                None
            }
        }
    }

    /// Tells whether a module may export a name.
    pub(super) fn may_export(&self, module: &Meaning, name: &str) -> bool {
        match module {
            Meaning::Builtin(module) => name == "default" || exports(module).contains(name),
            Meaning::File(file) => self.modules.compiled(file).map_or(true, |file| file.may_export(name)),
            _ => true,
        }
    }

    fn read_config(&mut self, file: &str) {
        let Some(source) = self.modules.text(file) else { return };
        let keys = typescript::with_program(file, &source, |program, _| config::keys(program));
        for key in keys.unwrap_or_default() {
            let place: Place = typescript::position(file, &source, key.offset as usize).into();
            match config::judge(&key.path, &self.api.words) {
                config::Judgement::Used => {}
                config::Judgement::Remark(kind, why) => {
                    self.findings.remark(kind, key.path.join("."), why, place);
                }
                config::Judgement::Option(name) => {
                    self.pending.push(Pending { name, asked: Asked::Option, place });
                }
            }
        }
    }

    /// Judges what could not be judged before.
    fn judge(&mut self) {
        for Pending { name, asked, place } in std::mem::take(&mut self.pending) {
            match asked {
                Asked::Matcher => {
                    if self.matchers.as_ref().is_none_or(|added| added.contains(&name)) {
                        continue;
                    }
                    if self.api.words.files.contains(&name) {
                        let why = "it compares with files of an earlier run, which a monitor does not have";
                        self.findings.remark(RemarkKind::Unsupported, format!("expect().{name}"), why, place);
                    } else {
                        let why = near(&name, self.api.words.matchers.iter().map(String::as_str));
                        self.findings.remark(RemarkKind::Unknown, format!("expect().{name}"), why, place);
                    }
                }
                Asked::Option => {
                    if self.fixtures.contains(&name) {
                        continue;
                    }
                    let (kind, why) = config::option(&name, &self.api.words);
                    if let Some(kind) = kind {
                        self.findings.remark(kind, format!("use.{name}"), why, place);
                    }
                }
            }
        }
    }
}

/// Returns the names that a built-in module exports.
fn exports(module: &str) -> BTreeSet<String> {
    let Some(text) = prelude::text(module) else { return BTreeSet::new() };
    match typescript::compile("module.mjs", text.to_owned()) {
        Ok(compiled) => compiled.exports.into_iter().collect(),
        Err(_) => BTreeSet::new(),
    }
}

/// Names what may be meant by a name that nobody knows.
pub(super) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let alike = known.map(|one| (strsim::jaro_winkler(&name.to_lowercase(), &one.to_lowercase()), one));
    match alike.filter(|(alike, _)| *alike > 0.8).max_by(|left, right| left.0.total_cmp(&right.0)) {
        Some((_, one)) => format!("there is none; is `{one}` meant?"),
        None => "there is none".to_owned(),
    }
}
