//! YAML as a tree that remembers where each value stands.
//!
//! Owns parsing into [`Node`]s. What the keys mean belongs to the readers in [`crate::table`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use crate::problem::{Position, Problems};

/// A value with the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub at: Position,
    pub value: Yaml,
}

impl Node {
    /// Tells whether the value is a map.
    #[must_use]
    pub fn is_map(&self) -> bool {
        matches!(self.value, Yaml::Map(_))
    }

    /// Returns the value as JSON, without the places.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Yaml::Scalar(value) => value.clone(),
            Yaml::List(items) => items.iter().map(Self::to_json).collect(),
            Yaml::Map(entries) => entries
                .iter()
                .map(|(key, node)| (key.name.clone(), node.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

/// The value itself; keys keep their order and their own place.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// Null, a boolean, a number or a text.
    Scalar(serde_json::Value),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map with the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub at: Position,
    pub name: String,
}

/// Parses one file. A syntax error is a problem of its own, and the only one.
#[must_use]
pub fn parse(text: &str, problems: &Problems) -> Option<Node> {
    // `off`, `yes` and the like are words; only `true` and `false` are truth values.
    let options = serde_saphyr::options! { strict_booleans: true };
    match serde_saphyr::from_str_with_options::<Spanned<Bare>>(text, options) {
        Ok(spanned) => Some(place(spanned)),
        Err(error) => {
            let at = error.location().map(position).unwrap_or_default();
            let said = error.without_snippet().to_string();
            let line =
                usize::try_from(at.line).ok().and_then(|line| text.lines().nth(line.saturating_sub(1)));
            problems.add_with_hint(
                at,
                "",
                line.map(str::to_owned),
                format!("is no valid YAML: {said}"),
                hint(line),
            );
            None
        }
    }
}

/// `crit: > 2000` is the usual slip: YAML reads `>` as the start of a folded text.
fn hint(line: Option<&str>) -> Option<String> {
    let (_, value) = line?.split_once(": ")?;
    value
        .trim_start()
        .starts_with(['>', '<', '*', '!', '%', '@', '`'])
        .then(|| format!("put the value in quotes: \"{}\"", value.trim()))
}

fn position(location: serde_saphyr::Location) -> Position {
    Position { line: location.line(), column: location.column() }
}

fn place(spanned: Spanned<Bare>) -> Node {
    Node { at: position(spanned.referenced), value: spanned.value.0 }
}

/// What the visitor sees of a node before its place is known.
struct Bare(Yaml);

impl<'de> Deserialize<'de> for Bare {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BareVisitor)
    }
}

struct BareVisitor;

impl BareVisitor {
    fn scalar<E>(value: impl Into<serde_json::Value>) -> Result<Bare, E> {
        Ok(Bare(Yaml::Scalar(value.into())))
    }
}

impl<'de> Visitor<'de> for BareVisitor {
    type Value = Bare;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Bare, E> {
        Self::scalar(serde_json::Value::Null)
    }

    fn visit_none<E>(self) -> Result<Bare, E> {
        Self::scalar(serde_json::Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Bare, E> {
        Self::scalar(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Bare, E> {
        Self::scalar(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Bare, E> {
        Self::scalar(value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Bare, E> {
        Self::scalar(value)
    }

    fn visit_str<E>(self, value: &str) -> Result<Bare, E> {
        Self::scalar(value)
    }

    fn visit_string<E>(self, value: String) -> Result<Bare, E> {
        Self::scalar(value)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Bare, D::Error> {
        Bare::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Bare, A::Error> {
        let mut nodes = Vec::new();
        while let Some(item) = list.next_element::<Spanned<Bare>>()? {
            nodes.push(place(item));
        }
        Ok(Bare(Yaml::List(nodes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bare, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<Spanned<String>, Spanned<Bare>>()? {
            entries.push((Key { at: position(key.referenced), name: key.value }, place(value)));
        }
        Ok(Bare(Yaml::Map(entries)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_knows_its_place() {
        let problems = Problems::of("f");
        let node = parse("a: 1\nb:\n  - x: true\n    y: ~\n", &problems).expect("is valid");
        let Yaml::Map(entries) = &node.value else { panic!("is a map") };
        assert_eq!(entries[0].1, Node { at: Position { line: 1, column: 4 }, value: Yaml::Scalar(1.into()) });
        let Yaml::List(items) = &entries[1].1.value else { panic!("is a list") };
        let Yaml::Map(inner) = &items[0].value else { panic!("is a map") };
        assert_eq!(inner[0].0, Key { at: Position { line: 3, column: 5 }, name: "x".to_owned() });
        assert_eq!(inner[1].1.value, Yaml::Scalar(serde_json::Value::Null));
    }

    #[test]
    fn a_bare_condition_is_met_with_advice() {
        let problems = Problems::of("f");
        assert_eq!(parse("crit: > 2000\n", &problems), None);
        let list = problems.into_vec();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].hint.as_deref(), Some("put the value in quotes: \"> 2000\""));
        assert_eq!(list[0].at.line, 1);
    }
}
