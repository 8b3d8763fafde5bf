//! The filter language: KQL, parsed once into a tree, asked of documents in memory, compiled for stores.
//!
//! A document is one nested JSON object. A field is named by its dotted path; where a list stands on the way,
//! every element is looked at, and one that fits is enough. Values compare as their JSON type: numbers as
//! numbers, moments (`2026-11-21T10:00:00.000Z`) as moments, everything else as text, exactly. A moment in a
//! filter may be relative to now (`now-1d`), which is therefore an argument of evaluation.
//!
//! The compilers to SQL and to Elasticsearch mean the same as evaluation in memory. This crate does no I/O.
#![warn(missing_docs)]

mod date;
pub mod elasticsearch;
mod error;
mod evaluate;
mod literal;
mod parse;
mod path;
pub mod sql;
mod tree;
mod wildcard;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value;

pub use error::ParseError;

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    text: String,
    root: tree::Node,
}

impl Filter {
    /// Parses a filter. An empty text matches every document.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Ok(Self { text: text.to_owned(), root: parse::parse(text)? })
    }

    /// Tells whether a document passes, with relative moments counted from `now`.
    pub fn matches(&self, document: &Value, now: Timestamp) -> bool {
        evaluate::matches(&self.root, document, now)
    }

    /// Returns the fields that the filter names, by dotted path; with `*` in them where it names a pattern.
    /// A value without a field looks at all of them, which is told as `*`.
    pub fn fields(&self) -> BTreeSet<String> {
        let mut fields = BTreeSet::new();
        self.root.collect_fields("", &mut fields);
        fields
    }

    /// Returns fields with texts that a document must have one of exactly, or it cannot pass. Who asks many filters
    /// of one document can leave out most of them by it.
    pub fn required_texts(&self) -> Vec<(&str, &str)> {
        self.root.required_texts()
    }

    /// Compiles the filter into a condition on a column that holds documents as JSON text. Parameters are
    /// numbered from `first`.
    pub fn to_sql(&self, column: &str, first: usize, now: Timestamp) -> sql::Condition {
        sql::compile(&self.root, column, first, now)
    }

    /// Compiles the filter into a query of Elasticsearch, which finds every document that passes and may find
    /// more.
    pub fn to_elasticsearch(&self, mapping: &elasticsearch::Mapping, now: Timestamp) -> Value {
        elasticsearch::compile(&self.root, mapping, now)
    }

    /// Returns the filter as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Filter {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for Filter {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Filter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
