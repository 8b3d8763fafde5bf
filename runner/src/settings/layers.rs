//! Lays the sources over each other: each value is checked by its kind, wherever it stands; the highest source
//! wins, for maps member by member. Returns the settings as written, complete through the defaults.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::address::without_credentials;
use super::kind::{Complaint, Kind};
use super::problem::Problem;
use super::sources::{Sources, Written};
use super::written::Config;
use super::{canarytrace, catalog, environment, file};

/// The commented defaults, as people see them.
pub(crate) const DEFAULTS: &str = include_str!("../default-config.yaml");

/// The name under which they are told.
const DEFAULTS_NAME: &str = "default-config.yaml";

/// What the start document tells apart from other settings.
const TOLD_APART: &[&str] = &["targets", "params", "secrets"];

/// The file that is read when none is named.
const USUAL_FILE: &str = "canary.yaml";

/// All sources laid over each other.
#[derive(Debug, Default)]
pub(crate) struct Layered {
    /// What is written, all together.
    pub(crate) config: Config,
    /// What is not as the defaults have it, by path, without credentials.
    pub(crate) changed: BTreeMap<String, Value>,
    /// Where each value stands, by path.
    pub(crate) places: BTreeMap<String, String>,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
    /// What is to be logged about it.
    pub(crate) notes: Vec<String>,
}

/// Reads and lays over each other all sources.
pub(crate) fn read(sources: &Sources) -> Layered {
    let mut layered = Layered::default();
    let problems = &mut layered.problems;
    let defaults = file::read(DEFAULTS_NAME, DEFAULTS, problems);
    let settings_file = read_file(sources, problems);
    let named = variables_named(settings_file.iter().chain(&sources.flags));
    let variables = environment::read(&sources.environment, &named, problems);
    let canarytrace = if wants_canarytrace(sources, &settings_file) {
        let translation = canarytrace::read(&sources.environment, problems);
        layered.notes = translation.notes;
        translation.written
    } else {
        Vec::new()
    };
    let mut tree = Map::new();
    for layer in [defaults, settings_file, canarytrace, variables, sources.flags.clone()] {
        for written in layer {
            lay(&mut tree, written, &mut layered.places, &mut layered.problems);
        }
    }
    layered.changed = changed(&tree, &layered.places);
    match serde_json::from_value(Value::Object(tree)) {
        Ok(config) => layered.config = config,
        // Values passed their kinds before; what is left is a default that was refused, which a test excludes.
        Err(error) => layered.problems.push(Problem::new("(settings)", "", error.to_string())),
    }
    layered
}

fn changed(tree: &Map<String, Value>, places: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let set = |path: &&str| places.get(*path).is_some_and(|place| !place.starts_with(DEFAULTS_NAME));
    let value = |path: &str| match path.split_once('.') {
        Some((group, name)) => tree.get(group)?.get(name).cloned(),
        None => tree.get(path).cloned(),
    };
    catalog::paths()
        .filter(|path| !TOLD_APART.contains(path))
        .filter(set)
        .filter_map(|path| {
            let value = match value(path)? {
                Value::String(text) => Value::String(without_credentials(&text)),
                value => value,
            };
            Some((path.to_owned(), value))
        })
        .collect()
}

fn read_file(sources: &Sources, problems: &mut Vec<Problem>) -> Vec<Written> {
    let named = sources
        .file
        .clone()
        .map(|path| (path, "--config"))
        .or_else(|| Some((sources.environment.get("CANARY_CONFIG")?.into(), "CANARY_CONFIG")));
    let (path, place) = named.clone().unwrap_or_else(|| (USUAL_FILE.into(), USUAL_FILE));
    match std::fs::read_to_string(&path) {
        Ok(text) => file::read(&path.display().to_string(), &text, problems),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            problems.push(
                Problem::new("config", place, "a settings file that can be read")
                    .value(path.display().to_string())
                    .hint(error.to_string()),
            );
            Vec::new()
        }
    }
}

fn variables_named<'a>(layers: impl Iterator<Item = &'a Written>) -> BTreeSet<String> {
    fn collect(value: &Value, named: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                if let Some((_, name)) = text.split_once("env:") {
                    named.insert(name.to_owned());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, named)),
            Value::Object(members) => members.values().for_each(|member| collect(member, named)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut named = BTreeSet::new();
    layers.for_each(|written| collect(&written.value, &mut named));
    named
}

fn wants_canarytrace(sources: &Sources, file: &[Written]) -> bool {
    let asked = sources.compat.as_deref().or_else(|| sources.environment.get("CANARY_COMPAT"));
    let written =
        file.iter().find(|written| written.path == "compat").and_then(|written| written.value.as_str());
    asked.or(written) == Some("canarytrace")
}

fn lay(
    tree: &mut Map<String, Value>,
    written: Written,
    places: &mut BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) {
    let Some(setting) = catalog::find(&written.path) else {
        problems.push(file::unknown(&written.path, &written.place));
        return;
    };
    let (read, complaints) = setting.kind.read(&written.value);
    problems.extend(complaints.into_iter().map(|complaint| problem(&written, complaint)));
    if let Some(value) = read {
        note_places(&written, &value, places);
        put(tree, setting.path, value, setting.kind);
    }
}

fn note_places(written: &Written, value: &Value, places: &mut BTreeMap<String, String>) {
    places.insert(written.path.clone(), written.place.clone());
    for member in value.as_object().into_iter().flat_map(Map::keys) {
        places.insert(format!("{}.{member}", written.path), written.place.clone());
    }
}

fn put(tree: &mut Map<String, Value>, path: &str, value: Value, kind: Kind) {
    if let Some((group, name)) = path.split_once('.') {
        let members = tree.entry(group).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(members) = members {
            put(members, name, value, kind);
        }
        return;
    }
    match (kind.is_map(), tree.get_mut(path), value) {
        (true, Some(Value::Object(lower)), Value::Object(higher)) => lower.extend(higher),
        (_, _, value) => {
            tree.insert(path.to_owned(), value);
        }
    }
}

fn problem(written: &Written, complaint: Complaint) -> Problem {
    let path = match &complaint.member {
        Some(member) => format!("{}.{member}", written.path),
        None => written.path.clone(),
    };
    Problem {
        path,
        place: written.place.clone(),
        value: complaint.value.map(|value| without_credentials(&value)),
        expectation: complaint.expectation,
        hint: complaint.hint,
    }
}

/// Says where a path's value stands, for problems that show only when values meet.
pub(crate) fn place<'a>(places: &'a BTreeMap<String, String>, path: &str) -> &'a str {
    places.get(path).map_or("", String::as_str)
}

#[cfg(test)]
mod tests;
