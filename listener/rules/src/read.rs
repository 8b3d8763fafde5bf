//! Rule files: a bare list as Canarytrace has it, or a map with version, defaults and more sections.
//!
//! Owns the way from text to [`Rule`]s with all problems at once. The sections `receivers`, `routes` and
//! `silences` are handed on as they stand: their reader is the listener, since this crate knows no receiver.

mod legacy;
mod lost;
mod modern;
mod runs;
mod silence;
mod threshold;

use std::collections::HashMap;
use std::time::Duration;

use crate::problem::Problems;
use crate::rule::{Rule, WhenUnknown};
use crate::table::{Field, Table};
use crate::yaml::{self, Node, Yaml};

/// What one file says.
#[derive(Debug, Default)]
pub struct RuleFile {
    pub rules: Vec<Rule>,
    /// Sections for the listener.
    pub receivers: Option<Node>,
    pub routes: Option<Node>,
    pub silences: Option<Node>,
}

/// The only version of the format so far.
const VERSION: u64 = 1;

/// Most rules in one file; more is taken for a mistake or an attack.
const MOST_RULES: usize = 20_000;

/// Reads one file. What is wrong with it goes to `problems`; rules with problems are left out.
#[must_use]
pub fn read(text: &str, problems: &Problems) -> RuleFile {
    let Some(node) = yaml::parse(text, problems) else { return RuleFile::default() };
    let top = Field::top(&node, problems);
    match &node.value {
        Yaml::Scalar(serde_json::Value::Null) => RuleFile::default(),
        Yaml::List(_) => RuleFile { rules: read_rules(&top, &Defaults::default()), ..RuleFile::default() },
        Yaml::Map(_) => read_map(&top),
        Yaml::Scalar(_) => {
            top.problem("expected a list of rules, or a map with the key `rules`");
            RuleFile::default()
        }
    }
}

fn read_map(top: &Field<'_>) -> RuleFile {
    let Some(table) = top.table() else { return RuleFile::default() };
    if let Some(version) = table.get("version")
        && version.whole(1, u64::MAX).is_some_and(|number| number != VERSION)
    {
        version.problem(format!("this program reads version {VERSION}"));
    }
    let defaults = table.get("defaults").map(|field| Defaults::read(&field)).unwrap_or_default();
    let rules = table.get("rules").map(|field| read_rules(&field, &defaults)).unwrap_or_default();
    let section = |key| table.get(key).map(|field: Field<'_>| field.node.clone());
    let file = RuleFile {
        rules,
        receivers: section("receivers"),
        routes: section("routes"),
        silences: section("silences"),
    };
    table.finish();
    file
}

fn read_rules(field: &Field<'_>, defaults: &Defaults) -> Vec<Rule> {
    let Some(items) = field.list() else { return Vec::new() };
    if items.len() > MOST_RULES {
        field.problem(format!("expected at most {MOST_RULES} rules in one file"));
        return Vec::new();
    }
    items.iter().filter_map(|item| read_rule(item, defaults)).collect()
}

fn read_rule(field: &Field<'_>, defaults: &Defaults) -> Option<Rule> {
    let before = field.problems().errors();
    let table = field.table()?;
    let rule = match (table.get("kind"), table.get("type")) {
        (Some(kind), Some(_)) => {
            kind.problem("a rule has either `kind`, or `type` as Canarytrace spells it");
            None
        }
        (Some(kind), None) => modern::read(&kind, table, field, defaults),
        (None, Some(kind)) => legacy::read(&kind, table, field, defaults),
        (None, None) => {
            table.problem("the key `kind` is missing (or `type`, as Canarytrace spells it)");
            None
        }
    };
    rule.filter(|_| field.problems().errors() == before)
}

/// What rules of a file have where they say nothing themselves.
#[derive(Debug, Clone)]
struct Defaults {
    every: Duration,
    query_delay: Option<Duration>,
    on_error: WhenUnknown,
    no_data: WhenUnknown,
    repeat: Duration,
    fire_after: Duration,
    keep_firing: Duration,
    tags: Vec<String>,
    receivers: Vec<String>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(60),
            query_delay: None,
            on_error: WhenUnknown::Keep,
            no_data: WhenUnknown::Keep,
            repeat: Duration::from_secs(4 * 60 * 60),
            fire_after: Duration::ZERO,
            keep_firing: Duration::ZERO,
            tags: Vec::new(),
            receivers: Vec::new(),
        }
    }
}

impl Defaults {
    fn read(field: &Field<'_>) -> Self {
        let Some(table) = field.table() else { return Self::default() };
        let read = Self::default().overridden_by(&table);
        table.finish();
        read
    }

    /// Returns these defaults with whatever the table says instead. Rules use the same keys.
    fn overridden_by(&self, table: &Table<'_>) -> Self {
        let unknown = [("keep", WhenUnknown::Keep), ("alert", WhenUnknown::Alert)];
        let duration = |key, or: Duration| table.get(key).and_then(|field| field.duration()).unwrap_or(or);
        Self {
            every: table.get("every").and_then(|field| read_every(&field)).unwrap_or(self.every),
            query_delay: match table.get("query_delay") {
                Some(field) if field.node.value == Yaml::Scalar("auto".into()) => None,
                Some(field) => field.duration(),
                None => self.query_delay,
            },
            on_error: table.get("on_error").and_then(|field| field.choice(&unknown)).unwrap_or(self.on_error),
            no_data: table.get("no_data").and_then(|field| field.choice(&unknown)).unwrap_or(self.no_data),
            repeat: duration("repeat", self.repeat),
            fire_after: duration("for", self.fire_after),
            keep_firing: duration("keep_firing_for", self.keep_firing),
            tags: table.get("tags").and_then(|field| field.texts()).unwrap_or_else(|| self.tags.clone()),
            receivers: table
                .get("receivers")
                .and_then(|field| field.texts())
                .unwrap_or_else(|| self.receivers.clone()),
        }
    }
}

fn read_every(field: &Field<'_>) -> Option<Duration> {
    let every = field.duration()?;
    if every < Duration::from_secs(1) {
        field.problem("expected at least `1s`");
        return None;
    }
    Some(every)
}

/// Reports every id that stands twice, over all files.
pub fn check_ids(files: &[(&Problems, &[Rule])]) {
    let mut first: HashMap<&str, &Rule> = HashMap::new();
    for (problems, rules) in files {
        for rule in *rules {
            if let Some(other) = first.insert(&rule.id, rule) {
                let place = format!("{}:{}", other.file, other.at.line);
                problems.add(rule.at, "id", Some(rule.id.clone()), format!("the same id stands at {place}"));
            }
        }
    }
}

#[cfg(test)]
mod tests;
