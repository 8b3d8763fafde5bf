//! Rules with `type:`, as Canarytrace's own `config-rules.yaml` has them (RULES.md §2).
//!
//! Each becomes a `threshold` on the number of hits. Both spellings that the documentation has for the
//! second field of `contains` are read.

use std::time::Duration;

use serde_json::Value;

use crate::alias::Index;
use crate::condition::{Comparison, Condition};
use crate::ids::{short_hash, slug};
use crate::measure::Measure;
use crate::read::Defaults;
use crate::read::modern::{check_times, read_index, read_label, read_score};
use crate::rule::{Check, Hold, Reporter, Route, Rule, Severity, Threshold};
use crate::select::Select;
use crate::span;
use crate::table::{Field, Table};
use crate::yaml::Yaml;

pub(super) fn read(
    kind: &Field<'_>,
    table: Table<'_>,
    field: &Field<'_>,
    defaults: &Defaults,
) -> Option<Rule> {
    let kind = kind.choice(&[("match", "match"), ("contains", "contains"), ("range", "range")])?;
    let title = table.need("title").and_then(|field| field.name());
    let index = table.need("index").and_then(|field| read_index(&field));
    let window = table.need("timeRange").and_then(|field| read_range(&field));
    let least = table.get("min").and_then(|field| field.whole(1, 1_000_000_000)).unwrap_or(1);
    let name = table.need("field").and_then(|field| field.name());
    let index = index.map(|index| name.as_ref().map_or_else(|| index.clone(), |name| index.of_field(name)));
    // An index that is not known keeps nobody from reading the rest.
    let any = Index::parse("custom")?;
    let filter = read_filter(kind, &table, index.as_ref().unwrap_or(&any), name.as_deref());
    let report = table.get("reportLabels").and_then(|field| field.texts()).unwrap_or_default();
    let reporters = table.get("reporters").map(|field| read_reporters(&field)).unwrap_or_default();
    let stateless =
        table.get("compat").and_then(|field| field.choice(&[("stateless", true), ("episodes", false)]));
    let id = table.get("id").and_then(|field| field.name());
    let mut shared = defaults.overridden_by(&table);
    let mut label = read_label(&table, &shared.tags);
    let at = table.at();
    let path = table.path().to_owned();
    table.finish();

    let (title, index, name, filter) = (title?, index?, name?, filter?);
    let select = match Select::parse(&filter, None) {
        Ok(select) => select.of_kind(&index),
        Err(said) => {
            field.problem(format!("cannot be said as a filter: {said} in `{filter}`"));
            return None;
        }
    };
    if stateless == Some(true) {
        shared.repeat = shared.every;
    }
    label.report = report.iter().map(|name| index.path(name)).collect();
    label.score = label.score.or_else(|| reporters.iter().filter_map(|reporter| reporter.score).min());
    let rule = Rule {
        id: id.unwrap_or_else(|| {
            format!("{}-{}", slug(&title), short_of(&[&title, kind, &index.written, &name]))
        }),
        title,
        message: reporters.iter().find_map(|reporter| reporter.message.clone()),
        kind,
        select,
        check: Check::Threshold(hits(least, window?, label.severity(crate::rule::Level::Crit))),
        hold: Hold { fire_after: shared.fire_after, keep_firing: shared.keep_firing, repeat: shared.repeat },
        label,
        route: Route { receivers: shared.receivers, reporters },
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

fn short_of(parts: &[&str]) -> String {
    short_hash(parts).chars().take(6).collect()
}

fn hits(least: u64, window: Duration, severity: Severity) -> Threshold {
    let limit = Some(Condition { comparison: Comparison::AtLeast, limit: least as f64 });
    let critical = severity == Severity::Critical;
    Threshold {
        measure: Measure::Count,
        bad: None,
        window,
        group_by: Vec::new(),
        warn: limit.filter(|_| !critical),
        crit: limit.filter(|_| critical),
        clear: None,
        min_samples: 1,
    }
}

/// `now-1h`, the only form that its documentation has.
fn read_range(field: &Field<'_>) -> Option<Duration> {
    let text = field.text()?;
    let read = text.trim().strip_prefix("now-").and_then(span::parse);
    if read.is_none() {
        field.problem("expected a time range such as `now-1h`");
    }
    read
}

fn read_filter(kind: &str, table: &Table<'_>, index: &Index, name: Option<&str>) -> Option<String> {
    match kind {
        "match" => {
            let must = read_must(table);
            let expected = table.need("expected").and_then(|field| field.scalar().cloned());
            let hit = equals(index, name?, &expected?);
            Some(if must? { hit } else { format!("not {hit}") })
        }
        "contains" => {
            let value = table.need("value").and_then(|field| field.scalar().cloned());
            let expression = match table.get("expression") {
                Some(field) => Some(read_expression(&field, index)?),
                None => None,
            };
            let hit = contains(index, name?, &value?);
            Some(match expression {
                Some(expression) => format!("{hit} and {expression}"),
                None => hit,
            })
        }
        _ => {
            let signs = [("gte", ">="), ("lte", "<="), ("gt", ">"), ("lt", "<")];
            let sign = table.need("operator").and_then(|field| field.choice(&signs));
            let value = table.need("value").and_then(|field| {
                field.number()?;
                field.scalar().cloned()
            });
            let translated = index.translate(name?, &value?);
            Some(format!("{} {} {}", field_name(&translated.field), sign?, translated.value))
        }
    }
}

fn read_must(table: &Table<'_>) -> Option<bool> {
    table.need("operator")?.choice(&[("must", true), ("must_not", false)])
}

/// `c` or `field`, `values` or `value`: the example and the prose of its documentation differ.
fn read_expression(field: &Field<'_>, index: &Index) -> Option<String> {
    let table = field.table()?;
    let name = table.any(&["c", "field"]).and_then(|field| field.name());
    let must = read_must(&table);
    let values = table.any(&["values", "value"]).and_then(|field| read_values(&field));
    if !table.has("c") && !table.has("field") {
        table.missing("field");
    }
    if !table.has("values") && !table.has("value") {
        table.missing("values");
    }
    table.finish();
    let (name, values) = (name?, values?);
    let any = values.iter().map(|value| contains(index, &name, value)).collect::<Vec<_>>().join(" or ");
    Some(if must? { format!("({any})") } else { format!("not ({any})") })
}

fn read_values(field: &Field<'_>) -> Option<Vec<Value>> {
    let values: Vec<Value> = match &field.node.value {
        Yaml::List(_) => field.list()?.iter().filter_map(|item| item.scalar().cloned()).collect(),
        _ => vec![field.scalar()?.clone()],
    };
    if values.is_empty() {
        field.problem("expected at least one value");
        return None;
    }
    Some(values)
}

fn equals(index: &Index, name: &str, value: &Value) -> String {
    let translated = index.translate(name, value);
    let field = field_name(&translated.field);
    match &translated.value {
        Value::String(text) => format!("{field}: {}", quoted(text)),
        other => format!("{field}: {other}"),
    }
}

/// Canarytrace's fields were analysed texts, where a word matched; ours are whole values.
fn contains(index: &Index, name: &str, value: &Value) -> String {
    let translated = index.translate(name, value);
    let field = field_name(&translated.field);
    match &translated.value {
        Value::String(text) => format!("{field}: *{}*", escaped(text)),
        other => format!("{field}: {other}"),
    }
}

fn field_name(field: &str) -> String {
    escaped(field)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Escapes what the filter language would read as its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '(' | ')' | ':' | '<' | '>' | '"' | '*' | '{' | '}' => out.extend(['\\', letter]),
            ' ' => out.push_str("\\u0020"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            _ => out.push(letter),
        }
    }
    out
}

fn read_reporters(field: &Field<'_>) -> Vec<Reporter> {
    field.list().unwrap_or_default().iter().filter_map(read_reporter).collect()
}

fn read_reporter(field: &Field<'_>) -> Option<Reporter> {
    let table = field.table()?;
    let kinds = [("slack", "slack"), ("email", "email"), ("events", "events")];
    let kind = table.need("type").and_then(|field| {
        let kind = field.choice(&kinds)?;
        if kind == "email" {
            field.warning(
                "this version sends no mail: webhooks and the terminal are told, where they are set up, and Slack where a reporter of type `slack` stands here too",
            );
        }
        Some(kind)
    });
    let score = table.get("score").and_then(|field| read_score(&field));
    let message = table.get("message").and_then(|field| field.text());
    let recipients = table.get("recipients").and_then(|field| field.texts()).unwrap_or_default();
    table.finish();
    Some(Reporter { kind: kind?.to_owned(), score, message, recipients })
}
