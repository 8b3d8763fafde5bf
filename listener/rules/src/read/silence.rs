//! The keys of `kind: silence`.

use crate::alias::Index;
use crate::read::modern::Part;
use crate::rule::{Check, Expect, Expected, Level, Silence};
use crate::select::Select;
use crate::table::Field;
use crate::yaml::Yaml;

pub(super) fn read(part: &Part<'_, '_>) -> Option<(Select, Check)> {
    let table = part.table;
    let expect = table.get("expect").map_or(Some(Expect::Monitors), |field| read_expect(&field));
    let grace = table.get("grace").and_then(|field| {
        if field.node.value == Yaml::Scalar("auto".into()) { None } else { field.duration() }
    });
    let consecutive = table.get("consecutive").and_then(|field| field.whole(1, 1_000)).unwrap_or(2);
    let level = read_level(part);
    let index = part.index.clone().or_else(|| Index::parse("run"))?;
    let select = part.filter.clone().unwrap_or_else(Select::all).of_kind(&index);
    let consecutive = u32::try_from(consecutive).unwrap_or(u32::MAX);
    Some((select, Check::Silence(Silence { expect: expect?, grace, consecutive, level })))
}

/// These kinds know no number: `crit: true`, or `warn: true` where it is less bad.
pub(super) fn read_level(part: &Part<'_, '_>) -> Level {
    let said = |key| part.table.get(key).and_then(|field| field.boolean());
    match (said("crit"), said("warn")) {
        (Some(true), Some(true)) => {
            part.table.problem("either `crit: true` or `warn: true`");
            Level::Crit
        }
        (None | Some(false), Some(true)) => Level::Warn,
        _ => Level::Crit,
    }
}

fn read_expect(field: &Field<'_>) -> Option<Expect> {
    if field.node.value == Yaml::Scalar("monitors".into()) {
        return Some(Expect::Monitors);
    }
    if let Yaml::Scalar(_) = &field.node.value {
        field.problem("expected `monitors`, or a list of `{monitor: ID, location: NAME, every: 5m}`");
        return None;
    }
    let list = field.list()?.iter().filter_map(read_expected).collect::<Vec<_>>();
    if list.is_empty() {
        field.problem("expected at least one monitor");
        return None;
    }
    Some(Expect::List(list))
}

fn read_expected(field: &Field<'_>) -> Option<Expected> {
    let table = field.table()?;
    let monitor = table.need("monitor").and_then(|field| field.name());
    let location = table.get("location").and_then(|field| field.name());
    let every = table.need("every").and_then(|field| field.duration());
    table.finish();
    Some(Expected { monitor: monitor?, location, every: every? })
}
