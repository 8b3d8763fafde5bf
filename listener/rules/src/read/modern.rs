//! Rules with `kind:`: what they share. Each kind's own keys are read beside this file.

use crate::alias::Index;
use crate::ids::short_hash;
use crate::problem::nearest;
use crate::read::{Defaults, lost, runs, silence, threshold};
use crate::rule::{Check, Hold, Label, Route, Rule, Severity};
use crate::select::Select;
use crate::table::{Field, Table};

/// Kinds that this program evaluates.
const KINDS: [&str; 4] = ["threshold", "runs", "silence", "lost"];

/// Kinds that the format knows and this program does not evaluate yet.
const NOT_YET: [&str; 3] = ["baseline", "slo", "health"];

pub(super) fn read(
    kind: &Field<'_>,
    table: Table<'_>,
    field: &Field<'_>,
    defaults: &Defaults,
) -> Option<Rule> {
    let kind = known_kind(kind)?;
    let id = table.need("id").and_then(|id| read_id(&id));
    let title = table.get("title").and_then(|title| title.name());
    let shared = defaults.overridden_by(&table);
    let index = table.get("index").and_then(|index| read_index(&index));
    let filter = table.get("where").and_then(|filter| read_filter(&filter, index.as_ref()));
    let part = Part { table: &table, index, filter };
    let parts = match kind {
        "threshold" => threshold::read(&part),
        "runs" => runs::read(&part),
        "silence" => silence::read(&part),
        _ => lost::read(&part),
    };
    let label = read_label(&table, &shared.tags);
    let message = table.get("message").and_then(|message| message.name());
    let at = table.at();
    let path = table.path().to_owned();
    table.finish();

    let (select, check) = parts?;
    let id = id?;
    let rule = Rule {
        title: title.unwrap_or_else(|| id.replace(['-', '_'], " ")),
        id,
        message,
        kind,
        select,
        check,
        hold: Hold { fire_after: shared.fire_after, keep_firing: shared.keep_firing, repeat: shared.repeat },
        label,
        route: Route { receivers: shared.receivers, reporters: Vec::new() },
        every: shared.every,
        query_delay: shared.query_delay,
        no_data: shared.no_data,
        on_error: shared.on_error,
        revision: short_hash(&[&field.node.to_json().to_string()]),
        file: field.problems().file().to_owned(),
        at,
    };
    check_times(&rule, field, &path);
    Some(rule)
}

/// What the reader of a kind needs of its rule.
pub(super) struct Part<'t, 'a> {
    pub(super) table: &'t Table<'a>,
    pub(super) index: Option<Index>,
    pub(super) filter: Option<Select>,
}

impl Part<'_, '_> {
    /// Returns the index, which a rule of this kind must name.
    pub(super) fn need_index(&self) -> Option<&Index> {
        if !self.table.has("index") {
            self.table.missing("index");
        }
        self.index.as_ref()
    }

    /// Reads the fields that make a group.
    pub(super) fn group_by(&self, index: &Index) -> Option<Vec<crate::path::Path>> {
        let names = self.table.get("group_by")?.texts()?;
        Some(names.iter().map(|name| index.path(name)).collect())
    }
}

fn known_kind(field: &Field<'_>) -> Option<&'static str> {
    let written = field.name()?;
    if let Some(kind) = KINDS.iter().find(|kind| **kind == written) {
        return Some(kind);
    }
    if NOT_YET.contains(&written.as_str()) {
        field.problem_with_hint(
            "rules of this kind are not evaluated by this version",
            Some(format!("kinds that are: {}, and with `type:` match, contains, range", KINDS.join(", "))),
        );
        return None;
    }
    let hint = match nearest(&written, KINDS) {
        Some(kind) => format!("did you mean `{kind}`?"),
        None => "match, contains and range are written with `type:`".to_owned(),
    };
    field.problem_with_hint(format!("expected one of `{}`", KINDS.join("`, `")), Some(hint));
    None
}

/// Ids become parts of document ids, keys and addresses, so their letters are limited.
fn read_id(field: &Field<'_>) -> Option<String> {
    let id = field.name()?;
    let fits =
        id.len() <= 100 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !fits {
        field.problem("expected up to 100 letters, digits, `-`, `_` or `.`");
        return None;
    }
    Some(id)
}

pub(super) fn read_index(field: &Field<'_>) -> Option<Index> {
    let written = field.name()?;
    let index = Index::parse(&written);
    if index.is_none() {
        let hint = match nearest(&written, Index::known()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("kinds: {}", crate::alias::KINDS.join(", ")),
        };
        field.problem_with_hint("expected a kind of document or an index name of Canarytrace", Some(hint));
    }
    index
}

/// Reads a filter written in KQL.
pub(super) fn read_filter(field: &Field<'_>, index: Option<&Index>) -> Option<Select> {
    let text = field.text()?;
    match Select::parse(&text, index) {
        Ok(select) => {
            check_names(field, &select, index);
            Some(select)
        }
        Err(said) => {
            field.problem(format!("is no valid filter: {said}"));
            None
        }
    }
}

/// Filters name our fields; a name of Canarytrace would never match, so it is a problem and not a surprise.
fn check_names(field: &Field<'_>, select: &Select, index: Option<&Index>) {
    let (Some(index), Some(names)) = (index, select.fields()) else { return };
    for name in names {
        let ours = index.field(&name);
        if ours != name {
            let hint = Some(format!("`{name}` is called `{ours}` here"));
            field.problem_with_hint("filters name fields as Canary's documents have them", hint);
        }
    }
}

pub(super) fn read_label(table: &Table<'_>, tags: &[String]) -> Label {
    Label {
        severity: table.get("severity").and_then(|field| field.choice(&Severity::WORDS)),
        score: table.get("score").and_then(|field| read_score(&field)),
        tags: tags.to_vec(),
        report: table
            .get("report_labels")
            .and_then(|field| field.texts())
            .unwrap_or_default()
            .iter()
            .map(|name| crate::path::Path::new(name))
            .collect(),
        fault: table.get("fault").and_then(|field| field.name()),
        runbook: table.get("runbook").and_then(|field| field.name()),
    }
}

pub(super) fn read_score(field: &Field<'_>) -> Option<u8> {
    field.whole(0, 100).and_then(|score| u8::try_from(score).ok())
}

/// A window shorter than the pause between evaluations would miss documents; a hold shorter than it is none.
pub(super) fn check_times(rule: &Rule, field: &Field<'_>, path: &str) {
    let problems = field.problems();
    let every = crate::span::say(rule.every);
    if matches!(rule.check, Check::Threshold(_) | Check::Runs(_)) && rule.window() < rule.every {
        problems.add(
            rule.at,
            path,
            None,
            format!("the window is shorter than `every` ({every}): documents would be missed"),
        );
    }
    if !rule.hold.fire_after.is_zero() && rule.hold.fire_after < rule.every {
        problems.add(
            rule.at,
            path,
            None,
            format!("`for` is shorter than `every` ({every}): it would hold nothing back"),
        );
    }
    if !rule.hold.repeat.is_zero() && rule.hold.repeat < rule.every {
        problems.add(rule.at, path, None, format!("`repeat` is shorter than `every` ({every})"));
    }
}
