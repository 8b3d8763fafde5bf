//! The table of a benchmark, beside what was promised and what was measured before.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::{Failure, place, report};

/// Where earlier numbers are kept.
const FILE: &str = "docs/cost.json";

/// How much worse than before is worth a word: runs differ by as much on a quiet machine.
const WORSE: f64 = 1.15;

/// One line of the table.
pub(super) struct Row {
    name: &'static str,
    value: f64,
    unit: &'static str,
    limit: f64,
}

impl Row {
    pub(super) fn new(name: &'static str, value: f64, unit: &'static str, limit: f64) -> Self {
        Self { name, value, unit, limit }
    }

    /// Returns the line, beside what was measured before.
    pub(super) fn line(&self, before: Option<f64>) -> String {
        let Self { name, value, unit, limit } = self;
        let kept = if value <= limit { "kept" } else { "BROKEN" };
        let before = match before {
            Some(before) if *value > before * WORSE => format!("{before:.2} {unit}, WORSE"),
            Some(before) => format!("{before:.2} {unit}"),
            None => "none".to_owned(),
        };
        format!("    {name:<26} {value:>9.2} {unit:<3} promised ≤ {limit:>6.2} ({kept}), before: {before}")
    }
}

/// Prints the table; keeps the numbers as what later ones are compared with where that is wished.
///
/// # Errors
/// When the kept numbers cannot be read or written.
pub(super) fn tell(root: &Path, rows: &[Row], save: bool) -> Result<(), Failure> {
    let file = root.join(FILE);
    let kept: Map<String, Value> = match std::fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?,
        Err(_) => Map::new(),
    };
    report::step("what a run costs");
    for row in rows {
        report::text(&row.line(kept.get(row.name).and_then(Value::as_f64)));
    }
    if !save {
        return Ok(());
    }
    let rounded = |value: f64| json!((value * 100.0).round() / 100.0);
    let kept: Map<String, Value> = rows.iter().map(|row| (row.name.to_owned(), rounded(row.value))).collect();
    let text = serde_json::to_string_pretty(&kept).map_err(|error| format!("{FILE}: {error}"))?;
    place::write(&file, &(text + "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, before: Option<f64>, expected: &[&str]) {
        let line = Row::new("runner, processor", value, "ms", 50.0).line(before);
        for part in expected {
            assert!(line.contains(part), "`{part}` is not in {line}");
        }
    }

    #[test]
    fn a_line_says_whether_promises_are_kept_and_numbers_worse() {
        check(40.0, None, &["40.00 ms", "(kept)", "before: none"]);
        check(60.0, Some(59.0), &["(BROKEN)", "before: 59.00 ms"]);
        check(40.0, Some(20.0), &["(kept)", "WORSE"]);
    }
}
