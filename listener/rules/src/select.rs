//! Which documents a rule looks at: a kind, and a filter in KQL.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::alias::Index;

/// A filter on documents of one kind.
#[derive(Debug, Clone)]
pub struct Select {
    kind: &'static str,
    index: String,
    text: String,
    filter: canary_filter::Filter,
}

impl Select {
    /// Lets every document through.
    #[must_use]
    pub fn all() -> Self {
        Self::parse("", None).expect("the empty filter is valid")
    }

    /// Reads a filter. The error says what is wrong and where.
    pub fn parse(text: &str, index: Option<&Index>) -> Result<Self, String> {
        let filter = canary_filter::Filter::parse(text).map_err(|error| error.to_string())?;
        let kind = index.map_or("", |index| index.kind);
        let written = index.map_or_else(String::new, |index| index.written.clone());
        Ok(Self { kind, index: written, text: text.to_owned(), filter })
    }

    /// Returns the same filter on the documents of an index.
    #[must_use]
    pub fn of_kind(self, index: &Index) -> Self {
        Self { kind: index.kind, index: index.written.clone(), ..self }
    }

    /// Returns the kind of documents.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the index as the rule names it.
    #[must_use]
    pub fn index(&self) -> &str {
        &self.index
    }

    /// Returns the filter in KQL.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the filter itself, for questions to the store.
    #[must_use]
    pub fn filter(&self) -> &canary_filter::Filter {
        &self.filter
    }

    /// Tells whether a document is let through, with relative moments counted from `now`.
    #[must_use]
    pub fn matches(&self, body: &Value, now: Timestamp) -> bool {
        self.filter.matches(body, now)
    }

    /// Returns the fields that the filter reads, unless it may read any.
    #[must_use]
    pub fn fields(&self) -> Option<BTreeSet<String>> {
        let fields = self.filter.fields();
        (!fields.contains("*")).then_some(fields)
    }
}
