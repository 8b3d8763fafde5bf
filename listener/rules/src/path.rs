//! Field names of documents and the values found under them.
//!
//! Documents are nested objects; a name such as `http.response.status_code` leads through them. A list
//! anywhere on the way means all of its elements, as it does in Elasticsearch.

use std::fmt;

use serde_json::Value;

/// A field name, split once so that looking it up allocates nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    text: Box<str>,
    parts: Box<[Box<str>]>,
}

impl Path {
    /// Splits a field name at its dots.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), parts: text.split('.').map(Into::into).collect() }
    }

    /// Returns the name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Calls `found` with every value under this name that is no list, no object and not null.
    pub fn each<'a>(&self, document: &'a Value, found: &mut dyn FnMut(&'a Value)) {
        walk(document, &self.parts, found);
    }

    /// Returns the first value under this name.
    #[must_use]
    pub fn first<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        let mut first = None;
        self.each(document, &mut |value| {
            first.get_or_insert(value);
        });
        first
    }

    /// Returns the first value under this name as a text.
    #[must_use]
    pub fn text<'a>(&self, document: &'a Value) -> Option<&'a str> {
        self.first(document).and_then(Value::as_str)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

fn walk<'a>(value: &'a Value, parts: &[Box<str>], found: &mut dyn FnMut(&'a Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, parts, found)),
        Value::Object(object) => {
            // A key may itself hold dots (`labels.team.name` written flat), so longer prefixes are tried too.
            for taken in 1..=parts.len() {
                let (head, tail) = parts.split_at(taken);
                let below = if taken == 1 { object.get(&*head[0]) } else { object.get(&head.join(".")) };
                if let Some(below) = below {
                    walk(below, tail, found);
                    return;
                }
            }
        }
        Value::Null => {}
        scalar if parts.is_empty() => found(scalar),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_lead_through_objects_lists_and_flat_keys() {
        let check = |document: Value, name: &str, expected: Vec<Value>| {
            let mut found = Vec::new();
            Path::new(name).each(&document, &mut |value| found.push(value.clone()));
            assert_eq!(found, expected, "{name} in {document}");
        };
        check(json!({"a": {"b": 1}}), "a.b", vec![json!(1)]);
        check(json!({"a": [{"b": 1}, {"b": [2, 3]}, {"c": 4}]}), "a.b", vec![json!(1), json!(2), json!(3)]);
        check(json!({"a.b": 1}), "a.b", vec![json!(1)]);
        check(json!({"labels": {"team.name": "web"}}), "labels.team.name", vec![json!("web")]);
        check(json!({"a": {"b": {"c": 1}}}), "a.b", vec![]);
        check(json!({"a": null}), "a", vec![]);
        check(json!({"a": 1}), "a.b", vec![]);
    }
}
