//! Owns the tree of a filter.

use std::collections::BTreeSet;

use crate::literal::Test;
use crate::wildcard::Wildcard;

/// A part of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Every document passes.
    All,
    /// All parts must pass.
    And(Vec<Node>),
    /// One part must pass.
    Or(Vec<Node>),
    /// The part must not pass; a document without the field does not.
    Not(Box<Node>),
    /// Some value of a field must pass.
    Field(Field, Test),
    /// One object of a field must pass as a document of its own.
    Nested(Field, Box<Node>),
}

/// Which fields are meant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Field {
    /// The one with this dotted path.
    Named(String),
    /// All whose dotted path fits.
    Like(Wildcard),
}

impl Field {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::Like(pattern) => pattern.text(),
        }
    }
}

impl Node {
    /// Joins parts of one kind into a flat list.
    pub(crate) fn and(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.remove(0) } else { Self::And(parts) }
    }

    /// Joins alternatives into a flat list.
    pub(crate) fn or(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.remove(0) } else { Self::Or(parts) }
    }

    /// Texts that mean nothing but themselves: no number, no truth value, no moment.
    pub(crate) fn required_texts(&self) -> Vec<(&str, &str)> {
        match self {
            Self::And(parts) => parts.iter().flat_map(Self::required_texts).collect(),
            Self::Field(Field::Named(name), Test::Equals(literal)) => {
                literal.only_text().map(|text| (name.as_str(), text)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn collect_fields(&self, prefix: &str, fields: &mut BTreeSet<String>) {
        match self {
            Self::All => {}
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().for_each(|part| part.collect_fields(prefix, fields))
            }
            Self::Not(part) => part.collect_fields(prefix, fields),
            Self::Field(field, _) => {
                fields.insert(format!("{prefix}{}", field.text()));
            }
            Self::Nested(field, part) => part.collect_fields(&format!("{prefix}{}.", field.text()), fields),
        }
    }
}
