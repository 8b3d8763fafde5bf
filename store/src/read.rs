//! Owns the words of reading: cursors, selections, queries, rows and pages.

use canary_filter::Filter;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::{DocumentId, Kind, RunId};
use crate::elasticsearch::Tail;

/// How far a reader has come. It may be kept as JSON and used again after a restart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    pub(crate) position: Position,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Position {
    /// Before the first document.
    #[default]
    Start,
    /// Before the first document that was taken in at this time or later.
    Since(Timestamp),
    /// After this row of SQLite.
    Row(i64),
    /// After this place in Elasticsearch.
    Ingested(Tail),
}

impl Cursor {
    /// Returns the place before everything.
    pub fn start() -> Self {
        Self::default()
    }

    /// Returns the place before the first document that the store took in at `at` or later.
    pub fn since(at: Timestamp) -> Self {
        Self { position: Position::Since(at) }
    }
}

/// Which fields of a document are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Projection {
    /// All of them.
    #[default]
    All,
    /// Only these, by dotted name; a part may be `*`. What groups hold is kept in its place.
    Fields(Vec<String>),
}

/// What a reader of news wants to see.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Kinds of documents; none means all of them.
    pub kinds: Vec<Kind>,
    /// Fields of each.
    pub fields: Projection,
    /// A filter that may keep documents away, and need not: more may come than it lets through, never less.
    pub prefilter: Option<Filter>,
}

/// A question to the documents.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Kinds of documents; none means all of them.
    pub kinds: Vec<Kind>,
    /// Only documents of this run.
    pub run: Option<RunId>,
    /// Only documents of this monitor.
    pub monitor: Option<String>,
    /// Only documents that this filter lets through; exact.
    pub filter: Option<Filter>,
    /// Only documents that happened at this time or later.
    pub from: Option<Timestamp>,
    /// Only documents that happened before this time.
    pub until: Option<Timestamp>,
    /// Fields of each.
    pub fields: Projection,
    /// In which order.
    pub order: Order,
    /// At most so many; none means all of them.
    pub limit: Option<usize>,
}

/// Order of a query's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// As they came into the store.
    #[default]
    Arrival,
    /// By time, oldest first.
    Oldest,
    /// By time, newest first.
    Newest,
}

/// One stored document.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: DocumentId,
    /// Its kind.
    pub kind: Kind,
    /// When it happened.
    pub timestamp: Timestamp,
    /// When the store took it in.
    pub ingested: Timestamp,
    /// The document, or the fields of it that were asked for.
    pub body: Value,
}

/// Some rows, and the place after them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The rows, in the order in which they came into the store.
    pub rows: Vec<Row>,
    /// The place after them.
    pub cursor: Cursor,
    /// Whether more were there than the limit.
    pub more: bool,
}
