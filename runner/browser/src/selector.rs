//! Selectors: their text, the parts it is made of, and how they are called in messages.
//!
//! A selector is a chain of parts joined by `>>`, each `engine=body`. Rust parses all of it, so
//! that a mistake is told where it was written; the page only evaluates (`injected/query.js`).
//! Entering a frame is a part too, but the page never sees it: `action` walks the frames.

mod build;
mod css;
mod describe;
mod parse;
mod role;
#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

pub use build::RoleOptions;
pub(crate) use css::Css;
pub(crate) use role::RoleQuery;

/// A parsed selector.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    parts: Vec<Part>,
}

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("selector `{selector}` cannot be parsed at character {position}: expected {expected}{}", hint.map(|hint| format!(" ({hint})")).unwrap_or_default())]
pub struct SelectorError {
    /// The text as given.
    pub selector: String,
    /// Where it went wrong, in characters from the start, counted from zero.
    pub position: usize,
    /// What could have stood there.
    pub expected: String,
    /// What may help.
    pub hint: Option<&'static str>,
}

/// One step of a selector: finds elements below those found so far, or keeps some of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Part {
    Css(Css),
    Xpath(String),
    Text(TextMatch),
    /// Text outside of shadow roots only.
    TextLight(TextMatch),
    Role(RoleQuery),
    /// Name and role together, as Chrome's recorder writes them.
    Aria {
        name: Option<String>,
        role: Option<String>,
    },
    Label(TextMatch),
    Attribute {
        names: Vec<String>,
        matcher: TextMatch,
    },
    Nth(i64),
    Visible(bool),
    Has(Vec<Part>),
    HasNot(Vec<Part>),
    HasText(TextMatch),
    HasNotText(TextMatch),
    And(Vec<Part>),
    Or(Vec<Part>),
    Chain(Vec<Part>),
    /// Goes on in the document of the frame element found so far.
    Frame,
    /// What the user calls the selector; finds nothing by itself.
    Describe(String),
}

/// How a text is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum TextMatch {
    Plain { kind: TextKind, text: String },
    Regex(Regex),
}

/// How a plain text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TextKind {
    /// A part of the text, in any case.
    Lax,
    /// The whole text.
    Exact,
    /// One run of text that stands directly in the element.
    Node,
}

/// A regular expression of JavaScript, evaluated in the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regex {
    /// What stands between the slashes.
    pub source: String,
    /// The letters after the second slash.
    #[serde(default)]
    pub flags: String,
}

/// A text to look for: a plain one or an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Pattern {
    /// Compared as a text.
    Text(String),
    /// Compared as an expression.
    Regex(Regex),
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Selector {
    pub(crate) fn from_parts(parts: Vec<Part>) -> Self {
        Self { parts }
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Splits the selector where it enters frames: the selectors of the frame elements, then that of the target.
    pub(crate) fn split_at_frames(&self) -> (Vec<Selector>, Selector) {
        let mut pieces: Vec<Vec<Part>> = vec![Vec::new()];
        for part in &self.parts {
            match (part, pieces.last_mut()) {
                (Part::Frame, _) => pieces.push(Vec::new()),
                (Part::Describe(_), _) | (_, None) => {}
                (part, Some(piece)) => piece.push(part.clone()),
            }
        }
        let last = pieces.pop().unwrap_or_default();
        (pieces.into_iter().map(Self::from_parts).collect(), Self::from_parts(last))
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
