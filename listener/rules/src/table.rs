//! Reading a tree of YAML key by key.
//!
//! Owns the way from a [`Node`] to typed values, with a problem for whatever does not fit and for every key
//! that nobody asked for. It is public because the listener reads `receivers` and `routes` with it too.

use std::cell::RefCell;
use std::time::Duration;

use crate::problem::{Position, Problems, nearest};
use crate::span;
use crate::yaml::{Key, Node, Yaml};

/// A value that was found under a key, with the way to it.
#[derive(Clone)]
pub struct Field<'a> {
    pub node: &'a Node,
    pub path: String,
    problems: &'a Problems,
}

impl<'a> Field<'a> {
    /// Starts reading at the top of a file.
    #[must_use]
    pub fn top(node: &'a Node, problems: &'a Problems) -> Self {
        Self { node, path: String::new(), problems }
    }

    /// Returns the place of the value in its file.
    #[must_use]
    pub fn at(&self) -> Position {
        self.node.at
    }

    /// Returns the collector that this field reports to.
    #[must_use]
    pub fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Reports that the value is not what was expected.
    pub fn problem(&self, expectation: impl Into<String>) {
        self.problems.add(self.node.at, &self.path, self.written(), expectation);
    }

    /// Reports that the value is not what was expected, with what to do.
    pub fn problem_with_hint(&self, expectation: impl Into<String>, hint: Option<String>) {
        self.problems.add_with_hint(self.node.at, &self.path, self.written(), expectation, hint);
    }

    /// Reports something that is worth a second look.
    pub fn warning(&self, words: impl Into<String>) {
        self.problems.warn(self.node.at, &self.path, words);
    }

    fn written(&self) -> Option<String> {
        match &self.node.value {
            Yaml::Scalar(serde_json::Value::String(text)) => Some(text.clone()),
            Yaml::Scalar(value) => Some(value.to_string()),
            Yaml::List(_) => Some("[…]".to_owned()),
            Yaml::Map(_) => Some("{…}".to_owned()),
        }
    }

    /// Returns the scalar as it was written.
    #[must_use]
    pub fn scalar(&self) -> Option<&'a serde_json::Value> {
        match &self.node.value {
            Yaml::Scalar(value) if !value.is_null() => Some(value),
            _ => {
                self.problem("expected a single value");
                None
            }
        }
    }

    /// Reads a text; numbers and booleans count as the text they were written as.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self.scalar()? {
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// Reads a text that must not be empty.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.problem("must not be empty");
            return None;
        }
        Some(text)
    }

    /// Reads a truth value.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self.scalar()? {
            serde_json::Value::Bool(value) => Some(*value),
            _ => {
                self.problem("expected `true` or `false`");
                None
            }
        }
    }

    /// Reads a number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self.scalar()?.as_f64() {
            Some(number) if number.is_finite() => Some(number),
            _ => {
                self.problem("expected a number");
                None
            }
        }
    }

    /// Reads a whole number within bounds.
    #[must_use]
    pub fn whole(&self, least: u64, most: u64) -> Option<u64> {
        match self.scalar()?.as_u64() {
            Some(number) if (least..=most).contains(&number) => Some(number),
            _ => {
                self.problem(format!("expected a whole number from {least} to {most}"));
                None
            }
        }
    }

    /// Reads a length of time with its unit.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        let text = self.text()?;
        let read = span::parse(&text);
        if read.is_none() {
            self.problem("expected a length of time with its unit, such as `90s`, `15m`, `6h` or `7d`");
        }
        read
    }

    /// Reads one of a closed list of words.
    #[must_use]
    pub fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let hint = nearest(&text, words.iter().copied()).map(|word| format!("did you mean `{word}`?"));
            self.problem_with_hint(format!("expected one of `{}`", words.join("`, `")), hint);
        }
        found
    }

    /// Reads a list.
    #[must_use]
    pub fn list(&self) -> Option<Vec<Field<'a>>> {
        match &self.node.value {
            Yaml::List(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, node)| Field {
                        node,
                        path: format!("{}[{index}]", self.path),
                        problems: self.problems,
                    })
                    .collect(),
            ),
            _ => {
                self.problem("expected a list");
                None
            }
        }
    }

    /// Reads a list of texts; a single text counts as a list of one.
    #[must_use]
    pub fn texts(&self) -> Option<Vec<String>> {
        match &self.node.value {
            Yaml::Scalar(_) => Some(vec![self.name()?]),
            _ => Some(self.list()?.iter().filter_map(Field::name).collect()),
        }
    }

    /// Reads a map whose keys are known beforehand.
    #[must_use]
    pub fn table(&self) -> Option<Table<'a>> {
        match &self.node.value {
            Yaml::Map(entries) => Some(Table {
                entries,
                at: self.node.at,
                path: self.path.clone(),
                asked: RefCell::default(),
                problems: self.problems,
            }),
            _ => {
                self.problem("expected a map of keys and values");
                None
            }
        }
    }

    /// Reads a map whose keys are names that the person chose.
    #[must_use]
    pub fn entries(&self) -> Option<Vec<(String, Field<'a>)>> {
        match &self.node.value {
            Yaml::Map(entries) => Some(
                entries
                    .iter()
                    .map(|(key, node)| {
                        let path = join(&self.path, &key.name);
                        (key.name.clone(), Field { node, path, problems: self.problems })
                    })
                    .collect(),
            ),
            _ => {
                self.problem("expected a map of names and values");
                None
            }
        }
    }
}

/// A map that is being read; it remembers which keys were asked for.
pub struct Table<'a> {
    entries: &'a [(Key, Node)],
    at: Position,
    path: String,
    asked: RefCell<Vec<&'static str>>,
    problems: &'a Problems,
}

impl<'a> Table<'a> {
    /// Returns the value under a key, if the key is there and its value is not null.
    #[must_use]
    pub fn get(&self, key: &'static str) -> Option<Field<'a>> {
        self.asked.borrow_mut().push(key);
        let (_, node) = self.entries.iter().find(|(name, _)| name.name == key)?;
        if node.value == Yaml::Scalar(serde_json::Value::Null) {
            return None;
        }
        Some(Field { node, path: join(&self.path, key), problems: self.problems })
    }

    /// Returns the value under the first of several spellings that is there.
    #[must_use]
    pub fn any(&self, keys: &[&'static str]) -> Option<Field<'a>> {
        keys.iter().map(|key| self.get(key)).fold(None, |found, next| found.or(next))
    }

    /// Returns the value under a key that must be there.
    #[must_use]
    pub fn need(&self, key: &'static str) -> Option<Field<'a>> {
        let field = self.get(key);
        if field.is_none() {
            self.missing(key);
        }
        field
    }

    /// Reports that a key is missing.
    pub fn missing(&self, key: &str) {
        self.problems.add(self.at, &self.path, None, format!("the key `{key}` is missing"));
    }

    /// Tells whether a key was written, without reading it.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name.name == key)
    }

    /// Returns the place of the map.
    #[must_use]
    pub fn at(&self) -> Position {
        self.at
    }

    /// Returns the way to the map.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reports something that is wrong with the map as a whole.
    pub fn problem(&self, expectation: impl Into<String>) {
        self.problems.add(self.at, &self.path, None, expectation);
    }

    /// Ends reading: every key that was not asked for is a problem, with the nearest known name as hint.
    pub fn finish(self) {
        let known = self.asked.into_inner();
        for (key, _) in self.entries {
            if known.contains(&key.name.as_str()) {
                continue;
            }
            let hint = match nearest(&key.name, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("known here: {}", sorted(&known).join(", ")),
            };
            self.problems.add_with_hint(
                key.at,
                &join(&self.path, &key.name),
                None,
                "unknown key",
                Some(hint),
            );
        }
    }
}

fn sorted(known: &[&'static str]) -> Vec<&'static str> {
    let mut known = known.to_vec();
    known.sort_unstable();
    known.dedup();
    known
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn problems_of(text: &str, read: impl Fn(Field<'_>)) -> Vec<String> {
        let problems = Problems::of("f.yaml");
        let node = yaml::parse(text, &problems).expect("is valid YAML");
        read(Field::top(&node, &problems));
        problems.into_vec().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_problems_are_told_together_and_in_order() {
        let said = problems_of("windwo: 1\nevery: soon\nmode: fasst\ncount: 12\n", |top| {
            let table = top.table().expect("is a map");
            assert_eq!(table.get("window").map(|_| ()), None);
            assert_eq!(table.get("every").and_then(|field| field.duration()), None);
            assert_eq!(table.get("mode").and_then(|field| field.choice(&[("fast", 1), ("slow", 2)])), None);
            assert_eq!(table.get("count").and_then(|field| field.whole(1, 9)), None);
            assert!(table.need("id").is_none());
            table.finish();
        });
        insta::assert_snapshot!(said.join("\n"), @r"
        f.yaml:1:1: the key `id` is missing
        f.yaml:1:1: windwo: unknown key (did you mean `window`?)
        f.yaml:2:8: every: `soon`: expected a length of time with its unit, such as `90s`, `15m`, `6h` or `7d`
        f.yaml:3:7: mode: `fasst`: expected one of `fast`, `slow` (did you mean `fast`?)
        f.yaml:4:8: count: `12`: expected a whole number from 1 to 9
        ");
    }

    #[test]
    fn a_single_text_is_a_list_of_one() {
        let said = problems_of("a: x\nb: [x, y]\n", |top| {
            let table = top.table().expect("is a map");
            assert_eq!(table.get("a").and_then(|field| field.texts()), Some(vec!["x".to_owned()]));
            assert_eq!(
                table.any(&["c", "b"]).and_then(|field| field.texts()).map(|list| list.len()),
                Some(2)
            );
            table.finish();
        });
        assert_eq!(said, Vec::<String>::new());
    }
}
