//! Problems of what a person wrote: collected, never thrown one at a time.
//!
//! Owns the shape of a problem, the collector and the nearest-name hint. What counts as a problem is
//! said by the readers of each section.

use std::cell::RefCell;
use std::fmt;

use serde::Serialize;

/// A place in a file, counted from one; zero where a value came from no file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Position {
    pub line: u64,
    pub column: u64,
}

/// One thing that is wrong in what a person wrote, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file as it was named by the person.
    pub file: String,
    pub at: Position,
    /// The way to the value: `rules[2].measure`.
    pub path: String,
    /// The value as written, shortened.
    pub value: Option<String>,
    /// What would have been right.
    pub expectation: String,
    pub hint: Option<String>,
    /// A warning does not keep the rules from being used.
    pub warning: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.line {
            0 => write!(out, "{}: ", self.file)?,
            line => write!(out, "{}:{line}:{}: ", self.file, self.at.column)?,
        }
        if self.warning {
            out.write_str("warning: ")?;
        }
        if !self.path.is_empty() {
            write!(out, "{}: ", self.path)?;
        }
        if let Some(value) = &self.value {
            write!(out, "`{value}`: ")?;
        }
        out.write_str(&self.expectation)?;
        if let Some(hint) = &self.hint {
            write!(out, " ({hint})")?;
        }
        Ok(())
    }
}

/// Collects the problems of one file.
#[derive(Debug)]
pub struct Problems {
    file: String,
    list: RefCell<Vec<Problem>>,
}

impl Problems {
    /// Starts an empty collection for a file.
    #[must_use]
    pub fn of(file: impl Into<String>) -> Self {
        Self { file: file.into(), list: RefCell::default() }
    }

    /// Returns the name of the file the problems belong to.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Adds a problem; `value` is shortened to what fits on a line.
    pub fn add(&self, at: Position, path: &str, value: Option<String>, expectation: impl Into<String>) {
        self.push(at, path, value, expectation.into(), None, false);
    }

    /// Adds a problem together with what to do about it.
    pub fn add_with_hint(
        &self,
        at: Position,
        path: &str,
        value: Option<String>,
        expectation: impl Into<String>,
        hint: Option<String>,
    ) {
        self.push(at, path, value, expectation.into(), hint, false);
    }

    /// Adds a warning: worth reading, but the file can be used.
    pub fn warn(&self, at: Position, path: &str, expectation: impl Into<String>) {
        self.push(at, path, None, expectation.into(), None, true);
    }

    fn push(
        &self,
        at: Position,
        path: &str,
        value: Option<String>,
        expectation: String,
        hint: Option<String>,
        warning: bool,
    ) {
        self.list.borrow_mut().push(Problem {
            file: self.file.clone(),
            at,
            path: path.to_owned(),
            value: value.map(|value| shorten(&value)),
            expectation,
            hint,
            warning,
        });
    }

    /// Returns how many problems there are so far, warnings not counted.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.list.borrow().iter().filter(|problem| !problem.warning).count()
    }

    /// Gives the problems away, in the order of the file.
    #[must_use]
    pub fn into_vec(self) -> Vec<Problem> {
        let mut list = self.list.into_inner();
        list.sort_by_key(|problem| (problem.at.line, problem.at.column));
        list
    }
}

fn shorten(value: &str) -> String {
    const LONGEST: usize = 80;
    let line = value.replace('\n', " ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Returns the known name that is closest to what was written, if one is close enough to be meant.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let reach = (written.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| (distance(written, name), name))
        .filter(|(distance, _)| *distance <= reach)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Counts the edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let width = right.len() + 1;
    let mut table = vec![0; (left.len() + 1) * width];
    let cell = |row: usize, column: usize| row * width + column;
    for row in 0..=left.len() {
        for column in 0..=right.len() {
            table[cell(row, column)] = if row == 0 || column == 0 {
                row + column
            } else {
                let same = usize::from(left[row - 1] != right[column - 1]);
                let mut best = (table[cell(row - 1, column - 1)] + same)
                    .min(table[cell(row - 1, column)] + 1)
                    .min(table[cell(row, column - 1)] + 1);
                if row > 1
                    && column > 1
                    && left[row - 1] == right[column - 2]
                    && left[row - 2] == right[column - 1]
                {
                    best = best.min(table[cell(row - 2, column - 2)] + 1);
                }
                best
            };
        }
    }
    table[cell(left.len(), right.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_a_typo_meant() {
        let known = ["window", "where", "measure", "group_by"];
        assert_eq!(nearest("windwo", known), Some("window"));
        assert_eq!(nearest("groupby", known), Some("group_by"));
        assert_eq!(nearest("Where", known), Some("where"));
        assert_eq!(nearest("recipients", known), None);
    }

    #[test]
    fn a_problem_reads_as_one_line() {
        let problems = Problems::of("rules.yaml");
        problems.add_with_hint(
            Position { line: 3, column: 5 },
            "rules[0].windwo",
            Some("15m\n".repeat(40)),
            "unknown key",
            Some("did you mean `window`?".to_owned()),
        );
        let text = problems.into_vec()[0].to_string();
        assert!(text.starts_with("rules.yaml:3:5: rules[0].windwo: `15m 15m"), "{text}");
        assert!(text.ends_with("…`: unknown key (did you mean `window`?)"), "{text}");
    }
}
