//! The keys of `kind: runs`.

use std::time::Duration;

use crate::alias::Index;
use crate::path::Path;
use crate::read::modern::{Part, read_filter};
use crate::rule::{Check, Recover, Runs};
use crate::select::Select;
use crate::table::{Field, Table};

pub(super) fn read(part: &Part<'_, '_>) -> Option<(Select, Check)> {
    let table = part.table;
    let run = Index::parse("run")?;
    let index = part.index.as_ref().unwrap_or(&run);
    if index.kind != "run"
        && let Some(field) = table.get("index")
    {
        field.problem("rules of kind `runs` read documents of kind `run`");
    }
    let fail_when = kql_or(part, "fail_when", Some("run.status: failed"));
    let ignore_when = kql_or(part, "ignore_when", Some("run.status: error"));
    let (warn_after, consecutive) =
        table.get("consecutive").and_then(|field| read_streak(&field)).unwrap_or((None, 3));
    let locations = table.get("locations").and_then(|field| field.whole(1, 10_000)).unwrap_or(1);
    let recover = table
        .get("recover")
        .and_then(|field| field.choice(&[("first_up", Recover::FirstUp), ("all_up", Recover::AllUp)]))
        .unwrap_or(Recover::FirstUp);
    let day = Duration::from_secs(24 * 60 * 60);
    let window = table.get("window").and_then(|field| field.duration()).unwrap_or(day);
    let group_by = part.group_by(index).unwrap_or_else(|| vec![Path::new("monitor.id")]);
    let select = part.filter.clone().unwrap_or_else(Select::all).of_kind(index);
    let check = Runs {
        fail_when: fail_when?,
        ignore_when,
        warn_after,
        consecutive,
        locations: u32::try_from(locations).unwrap_or(u32::MAX),
        window,
        group_by,
        recover,
    };
    Some((select, Check::Runs(check)))
}

fn kql_or(part: &Part<'_, '_>, key: &'static str, default: Option<&str>) -> Option<Select> {
    match part.table.get(key) {
        Some(field) => read_filter(&field, part.index.as_ref()),
        None => default.and_then(|text| Select::parse(text, None).ok()),
    }
}

/// `3`, or `{warn: 1, crit: 3}` where the first failures should be told as a warning.
fn read_streak(field: &Field<'_>) -> Option<(Option<u32>, u32)> {
    let count = |field: Field<'_>| field.whole(1, 1_000).and_then(|number| u32::try_from(number).ok());
    if field.node.is_map() {
        let table: Table<'_> = field.table()?;
        let warn = table.get("warn").and_then(count);
        let crit = table.need("crit").and_then(count);
        if let (Some(warn), Some(crit)) = (warn, crit)
            && warn >= crit
        {
            table.problem("`warn` must be reached before `crit`");
        }
        table.finish();
        return Some((warn, crit?));
    }
    Some((None, count(field.clone())?))
}
