//! The keys of `kind: threshold`.

use crate::alias::Index;
use crate::condition::Condition;
use crate::measure::Measure;
use crate::read::modern::Part;
use crate::rule::{Check, Threshold};
use crate::select::Select;
use crate::table::{Field, Table};

pub(super) fn read(part: &Part<'_, '_>) -> Option<(Select, Check)> {
    let table = part.table;
    let index = part.need_index();
    let group_by = index.and_then(|index| part.group_by(index));
    let window = table.need("window").and_then(|field| field.duration());
    let measure = table.need("measure").and_then(|field| read_measure(&field, index));
    let condition = |key| table.get(key).and_then(|field: Field<'_>| read_condition(&field));
    let (warn, crit, clear) = (condition("warn"), condition("crit"), condition("clear"));
    let min_samples = table.get("min_samples").and_then(|field| field.whole(1, 1_000_000_000)).unwrap_or(1);
    check_sides(table, warn, crit, clear);

    let (index, (measure, bad)) = (index?, measure?);
    let select = part.filter.clone().unwrap_or_else(Select::all).of_kind(index);
    let group_by = group_by.unwrap_or_default();
    let check = Threshold { measure, bad, window: window?, group_by, warn, crit, clear, min_samples };
    Some((select, Check::Threshold(check)))
}

fn read_measure(field: &Field<'_>, index: Option<&Index>) -> Option<(Measure, Option<Select>)> {
    let measure = match Measure::parse(&field.text()?) {
        Ok(measure) => measure,
        Err(said) => {
            field.problem(said);
            return None;
        }
    };
    let here =
        |path: &crate::path::Path| index.map_or_else(|| path.clone(), |index| index.path(path.as_str()));
    let bad = match &measure {
        Measure::Ratio(filter) => match Select::parse(filter, index) {
            Ok(select) => Some(select),
            Err(said) => {
                field.problem(format!("is no valid filter: {said}"));
                return None;
            }
        },
        _ => None,
    };
    let measure = match measure {
        Measure::Avg(path) => Measure::Avg(here(&path)),
        Measure::Min(path) => Measure::Min(here(&path)),
        Measure::Max(path) => Measure::Max(here(&path)),
        Measure::Sum(path) => Measure::Sum(here(&path)),
        Measure::Percentile(rank, path) => Measure::Percentile(rank, here(&path)),
        Measure::Distinct(path) => Measure::Distinct(here(&path)),
        other => other,
    };
    Some((measure, bad))
}

fn read_condition(field: &Field<'_>) -> Option<Condition> {
    let text = field.text()?;
    let condition = Condition::parse(&text);
    if condition.is_none() {
        let hint = text.parse::<f64>().is_ok().then(|| format!("write \"> {text}\" or \"< {text}\""));
        field.problem_with_hint(
            "expected a comparison such as `\"> 2000\"`, `\">= 5%\"` or `\"< 0.1\"`",
            hint,
        );
    }
    condition
}

/// Warn must be reached before crit, and clear must lie on the good side of both.
fn check_sides(
    table: &Table<'_>,
    warn: Option<Condition>,
    crit: Option<Condition>,
    clear: Option<Condition>,
) {
    let Some(first) = warn.or(crit) else {
        if !table.has("warn") && !table.has("crit") {
            table.problem("a threshold needs `warn`, `crit` or both");
        }
        return;
    };
    if let (Some(warn), Some(crit)) = (warn, crit) {
        let ordered = if warn.upward() { warn.limit <= crit.limit } else { warn.limit >= crit.limit };
        if warn.upward() != crit.upward() {
            table.problem("`warn` and `crit` must look in the same direction");
        } else if !ordered {
            table.problem("`warn` must be reached before `crit`");
        }
    }
    if let Some(clear) = clear {
        let good_side = if first.upward() { clear.limit <= first.limit } else { clear.limit >= first.limit };
        if clear.upward() == first.upward() || !good_side {
            table.problem(format!("`clear` must lie on the good side of `{first}`"));
        }
    }
}
