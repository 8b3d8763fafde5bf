//! Owns the compiler to Elasticsearch's query language.
//!
//! What a mapping cannot answer exactly (fields it does not index, patterns of names, moments kept as text) is
//! compiled to a query that lets more through, or under a negation keeps less away. So the query finds every
//! document that passes in memory, and perhaps some that do not: whoever needs exactness asks the filter again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::literal::{Comparison, Literal, Number, Test};
use crate::tree::{Field, Node};
use crate::wildcard::Wildcard;

/// How a field is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text as a whole; values beyond the mapping's length are only named in `_ignored`.
    Keyword,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// A moment.
    Date,
    /// A name within a `flattened` field.
    Flattened,
    /// A list of objects, each a document of its own.
    Nested,
    /// Stored and not indexed.
    Stored,
}

/// How the fields of documents are indexed, by dotted path. A part of a path may be `*`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    named: BTreeMap<String, FieldType>,
    patterns: Vec<(Wildcard, FieldType)>,
}

impl Mapping {
    /// Adds a field.
    pub fn insert(&mut self, path: &str, field: FieldType) {
        if path.contains('*') {
            let pieces = path.split('*').map(str::to_owned).collect();
            self.patterns.push((Wildcard { pieces }, field));
        } else {
            self.named.insert(path.to_owned(), field);
        }
    }

    /// Returns how a field is indexed, if that is known.
    pub fn get(&self, path: &str) -> Option<FieldType> {
        self.named.get(path).copied().or_else(|| {
            self.patterns.iter().find(|(pattern, _)| pattern.matches(path)).map(|(_, field)| *field)
        })
    }
}

pub(crate) fn compile(node: &Node, mapping: &Mapping, now: Timestamp) -> Value {
    Compiler { mapping, now }.node(node, "", Side::More)
}

struct Compiler<'a> {
    mapping: &'a Mapping,
    now: Timestamp,
}

/// On which side a query may err.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// It may let more through.
    More,
    /// It may let less through, since it stands under a negation.
    Less,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::More => Self::Less,
            Self::Less => Self::More,
        }
    }

    /// Returns the query where nothing can be known.
    fn unknown(self) -> Value {
        match self {
            Self::More => everything(),
            Self::Less => nothing(),
        }
    }
}

fn everything() -> Value {
    json!({"match_all": {}})
}

fn nothing() -> Value {
    json!({"match_none": {}})
}

fn negated(query: Value) -> Value {
    json!({"bool": {"must_not": [query]}})
}

fn any(queries: Vec<Value>) -> Value {
    json!({"bool": {"should": queries, "minimum_should_match": 1}})
}

impl Compiler<'_> {
    fn node(&self, node: &Node, prefix: &str, side: Side) -> Value {
        let each =
            |parts: &[Node]| parts.iter().map(|part| self.node(part, prefix, side)).collect::<Vec<_>>();
        match node {
            Node::All => everything(),
            Node::And(parts) => json!({"bool": {"filter": each(parts)}}),
            Node::Or(parts) => any(each(parts)),
            Node::Not(part) => negated(self.node(part, prefix, side.other())),
            Node::Field(field, Test::Absent) => {
                negated(self.field(field, &Test::Exists, prefix, side.other()))
            }
            Node::Field(field, test) => self.field(field, test, prefix, side),
            Node::Nested(field, part) => self.nested(field, part, prefix, side),
        }
    }

    fn nested(&self, field: &Field, part: &Node, prefix: &str, side: Side) -> Value {
        let Field::Named(name) = field else { return side.unknown() };
        let path = format!("{prefix}{name}");
        match self.mapping.get(&path) {
            Some(FieldType::Nested) => {
                let query = self.node(part, &format!("{path}."), side);
                json!({"nested": {"path": path, "query": query, "ignore_unmapped": true}})
            }
            _ => side.unknown(),
        }
    }

    fn field(&self, field: &Field, test: &Test, prefix: &str, side: Side) -> Value {
        let Field::Named(name) = field else { return side.unknown() };
        let path = format!("{prefix}{name}");
        let query = match self.mapping.get(&path) {
            None | Some(FieldType::Nested | FieldType::Stored) => None,
            Some(_) if *test == Test::Exists => Some(json!({"exists": {"field": path}})),
            Some(FieldType::Keyword) => keyword(&path, test),
            Some(FieldType::Flattened) => flattened(&path, test),
            Some(FieldType::Number) => Some(number(&path, test)),
            Some(FieldType::Boolean) => Some(boolean(&path, test)),
            Some(FieldType::Date) => self.date(&path, test),
        };
        match query {
            None => side.unknown(),
            // A value too long for the index is in the document all the same.
            Some(query) if side == Side::More && self.is_text(&path) => {
                any(vec![query, json!({"term": {"_ignored": path}})])
            }
            Some(query) => query,
        }
    }

    fn is_text(&self, path: &str) -> bool {
        matches!(self.mapping.get(path), Some(FieldType::Keyword | FieldType::Flattened))
    }

    fn date(&self, path: &str, test: &Test) -> Option<Value> {
        let (literal, comparison) = match test {
            Test::Equals(literal) => (literal, None),
            Test::Compare(comparison, literal) => (literal, Some(*comparison)),
            _ => return None,
        };
        let period = literal.moment.as_ref()?.resolve(self.now);
        let mut range = match comparison {
            Some(comparison) => json!({operator(comparison): comparison.bound(period)}),
            None => json!({"gte": period.first, "lte": period.last}),
        };
        range["format"] = "epoch_millis".into();
        Some(json!({"range": {path: range}}))
    }
}

fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "lt",
        Comparison::AtMost => "lte",
        Comparison::Greater => "gt",
        Comparison::AtLeast => "gte",
    }
}

/// In memory a moment kept as text compares as a moment; an index of texts cannot do that.
fn keyword(path: &str, test: &Test) -> Option<Value> {
    match test {
        Test::Like(pattern) => Some(json!({"wildcard": {path: {"value": escaped(pattern)}}})),
        Test::Equals(literal) if literal.moment.is_none() => Some(json!({"term": {path: literal.text}})),
        Test::Compare(comparison, literal) if literal.moment.is_none() => {
            Some(json!({"range": {path: {operator(*comparison): literal.text}}}))
        }
        _ => None,
    }
}

fn flattened(path: &str, test: &Test) -> Option<Value> {
    match test {
        Test::Equals(literal) if literal.moment.is_none() => Some(json!({"term": {path: literal.text}})),
        _ => None,
    }
}

fn number(path: &str, test: &Test) -> Value {
    let value = |literal: &Literal| match literal.number {
        Some(Number::Integer(number)) => Some(json!(number)),
        Some(Number::Real(number)) => Some(json!(number)),
        None => None,
    };
    let query = match test {
        // As a range, since a whole number given as `2.0` is no term of an index of whole numbers.
        Test::Equals(literal) => {
            value(literal).map(|number| json!({"range": {path: {"gte": number, "lte": number}}}))
        }
        Test::Compare(comparison, literal) => {
            value(literal).map(|number| json!({"range": {path: {operator(*comparison): number}}}))
        }
        _ => None,
    };
    query.unwrap_or_else(nothing)
}

fn boolean(path: &str, test: &Test) -> Value {
    match test {
        Test::Equals(Literal { boolean: Some(value), .. }) => json!({"term": {path: value}}),
        _ => nothing(),
    }
}

/// Returns a pattern in the syntax of wildcard queries.
fn escaped(pattern: &Wildcard) -> String {
    let escaped = |piece: &String| {
        let mut text = String::new();
        for c in piece.chars() {
            if matches!(c, '*' | '?' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
        text
    };
    pattern.pieces.iter().map(escaped).collect::<Vec<_>>().join("*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Filter;

    fn check(filter: &str, expected: Value) {
        let mut mapping = Mapping::default();
        for (path, field) in [
            ("run.status", FieldType::Keyword),
            ("run.duration", FieldType::Number),
            ("request.third_party", FieldType::Boolean),
            ("@timestamp", FieldType::Date),
            ("attachments", FieldType::Nested),
            ("attachments.bytes", FieldType::Number),
            ("http.headers.*", FieldType::Flattened),
            ("entry.detail", FieldType::Stored),
        ] {
            mapping.insert(path, field);
        }
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        assert_eq!(Filter::parse(filter).unwrap().to_elasticsearch(&mapping, now), expected, "{filter}");
    }

    fn with_ignored(query: Value, path: &str) -> Value {
        any(vec![query, json!({"term": {"_ignored": path}})])
    }

    #[test]
    fn values_by_their_type() {
        check("run.status: failed", with_ignored(json!({"term": {"run.status": "failed"}}), "run.status"));
        check(
            r"run.status: a?\**",
            with_ignored(json!({"wildcard": {"run.status": {"value": "a\\?\\**"}}}), "run.status"),
        );
        check("run.duration: 2.0", json!({"range": {"run.duration": {"gte": 2.0, "lte": 2.0}}}));
        check("run.duration > 5", json!({"range": {"run.duration": {"gt": 5}}}));
        check("run.duration: long", nothing());
        check("request.third_party: true", json!({"term": {"request.third_party": true}}));
        check(
            "@timestamp < now-1h",
            json!({"range": {"@timestamp": {"lt": 1_795_251_600_000_i64, "format": "epoch_millis"}}}),
        );
        check(
            "http.headers.etag: x",
            with_ignored(json!({"term": {"http.headers.etag": "x"}}), "http.headers.etag"),
        );
    }

    #[test]
    fn what_cannot_be_asked_lets_more_through() {
        check("entry.detail: x", everything());
        check("not unknown: x", negated(nothing()));
        check("http.headers.etag: x*", everything());
        check("not http.headers.etag > x", negated(nothing()));
        check("not run.status: failed", negated(json!({"term": {"run.status": "failed"}})));
        check("not not unknown: x", negated(negated(everything())));
        check("run.*: x", everything());
        check("run.status: 2026-11-21", everything());
        check("unknown: {a: 1}", everything());
    }

    #[test]
    fn presence_and_nesting() {
        check("run.duration: *", json!({"exists": {"field": "run.duration"}}));
        check("run.duration: null", negated(json!({"exists": {"field": "run.duration"}})));
        let inner = json!({"range": {"attachments.bytes": {"gt": 5}}});
        check(
            "attachments: {bytes > 5}",
            json!({"nested": {"path": "attachments", "query": inner, "ignore_unmapped": true}}),
        );
    }
}
