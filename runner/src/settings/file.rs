//! The settings file: reads YAML into values with the line where each stands. Checks names against the
//! catalog; values are left to their kinds.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use super::catalog::{self, GROUPS};
use super::kind::did_you_mean;
use super::nearest::nearest;
use super::problem::Problem;
use super::sources::Written;

/// Reads the text of a settings file, which is shown under that name.
pub(crate) fn read(name: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Written> {
    // `off` is a word, and a label `007` is no 7.
    let options = serde_saphyr::options! { strict_booleans: true, leading_zero_numbers_as_strings: true };
    let members = match serde_saphyr::from_str_with_options::<Option<Node>>(text, options) {
        Ok(None | Some(Node::Null)) => return Vec::new(),
        Ok(Some(Node::Members(members))) => members,
        Ok(Some(_)) => {
            problems.push(Problem::new("(file)", name, "a map of settings, `name: value`"));
            return Vec::new();
        }
        Err(error) => {
            let place = match error.location() {
                Some(at) => format!("{name}:{}:{}", at.line(), at.column()),
                None => name.to_owned(),
            };
            let text = error.without_snippet().to_string();
            let reason = text.lines().next().unwrap_or_default().to_owned();
            problems.push(Problem::new("(file)", &place, "valid YAML").hint(reason));
            return Vec::new();
        }
    };
    let mut written = Vec::new();
    for (key, value) in members {
        read_member(name, &key, value, &mut written, problems);
    }
    written
}

fn read_member(
    file: &str,
    path: &str,
    node: Spanned<Node>,
    written: &mut Vec<Written>,
    problems: &mut Vec<Problem>,
) {
    let place = format!("{file}:{}:{}", node.referenced.line(), node.referenced.column());
    if GROUPS.contains(&path) {
        match node.value {
            Node::Null => {}
            Node::Members(members) => {
                for (key, value) in members {
                    read_member(file, &format!("{path}.{key}"), value, written, problems);
                }
            }
            other => problems.push(
                Problem::new(path, &place, "a map of settings, `name: value`")
                    .value(other.plain().to_string()),
            ),
        }
        return;
    }
    if catalog::find(path).is_none() {
        problems.push(unknown(path, &place));
        return;
    }
    match node.value.plain() {
        Value::Null => {}
        value => written.push(Written { path: path.to_owned(), value, place }),
    }
}

/// Returns the problem of a name that no setting has.
pub(crate) fn unknown(path: &str, place: &str) -> Problem {
    let problem = Problem::new(path, place, "the name of a setting; `canary schema` lists them");
    match nearest(path, catalog::paths().chain(GROUPS.iter().copied())) {
        Some(name) => problem.hint(did_you_mean(name)),
        None => problem,
    }
}

/// A YAML value whose members know their lines.
#[derive(Debug)]
enum Node {
    Null,
    Toggle(bool),
    Number(Number),
    Text(String),
    Items(Vec<Node>),
    Members(Vec<(String, Spanned<Node>)>),
}

impl Node {
    fn plain(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Toggle(toggle) => Value::Bool(toggle),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::String(text),
            Self::Items(items) => Value::Array(items.into_iter().map(Self::plain).collect()),
            Self::Members(members) => Value::Object(
                members.into_iter().map(|(name, node)| (name, node.value.plain())).collect::<Map<_, _>>(),
            ),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, toggle: bool) -> Result<Node, E> {
        Ok(Node::Toggle(toggle))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Number::from_f64(number).map_or_else(|| Node::Text(number.to_string()), Node::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element()? {
            read.push(item);
        }
        Ok(Node::Items(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut read = Vec::new();
        while let Some(member) = members.next_entry()? {
            read.push(member);
        }
        Ok(Node::Members(read))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(text: &str) -> (Vec<Written>, Vec<String>) {
        let mut problems = Vec::new();
        let written = read("canary.yaml", text, &mut problems);
        (written, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn values_know_their_line() {
        let (written, problems) = check("# a comment\ntimeout_ms: 5000\nobserve:\n  memory: false\n");
        assert_eq!(problems, Vec::<String>::new());
        let expected = [
            Written { path: "timeout_ms".into(), value: json!(5000), place: "canary.yaml:2:13".into() },
            Written { path: "observe.memory".into(), value: json!(false), place: "canary.yaml:4:11".into() },
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn off_is_a_word() {
        let (written, _) = check("attachments: off\nobserve:\n  screenshot: off\n");
        let values: Vec<_> = written.into_iter().map(|written| written.value).collect();
        assert_eq!(values, [json!("off"), json!("off")]);
    }

    #[test]
    fn an_empty_file_says_nothing() {
        assert_eq!(check(""), (vec![], vec![]));
        assert_eq!(check("# only a comment\n"), (vec![], vec![]));
    }

    #[test]
    fn unknown_names_are_problems_with_a_hint() {
        let (_, problems) = check("brwoser: launch\nobserve:\n  consol: true\n");
        insta::assert_snapshot!(problems.join("\n"), @"
        brwoser (canary.yaml:1:10)
            expected: the name of a setting; `canary schema` lists them
            hint: did you mean `browser`?
        observe.consol (canary.yaml:3:11)
            expected: the name of a setting; `canary schema` lists them
            hint: did you mean `observe.console`?
        ");
    }

    #[test]
    fn broken_yaml_is_a_problem_at_its_line() {
        let (_, problems) = check("tags: [a, b\n");
        assert_eq!(problems.len(), 1);
        assert!(problems.iter().all(|problem| problem.contains("canary.yaml:")), "{problems:?}");
    }
}
