//! Owns what is handed to a store: a document as JSON text with what a store must know about it.

use jiff::Timestamp;
use serde_json::Value;

use crate::document::{Document, DocumentError, DocumentId, Kind};
use crate::receipt::{RejectReason, Rejection};

/// Largest document that a store takes. A heap snapshot has no place in a document; it is an attachment.
pub const MAX_RECORD_BYTES: usize = 8 * 1024 * 1024;

/// One document, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Id under which it is created.
    pub id: DocumentId,
    /// Kind of document.
    pub kind: Kind,
    /// When it happened.
    pub timestamp: Timestamp,
    pub(crate) keys: Keys,
    pub(crate) body: String,
}

/// The values that stores keep in typed columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Keys {
    pub(crate) run: Option<String>,
    pub(crate) sequence: Option<i64>,
    pub(crate) monitor: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) status: Option<String>,
}

/// Why a JSON value cannot be written as a document.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A field that every document needs is missing or unreadable.
    #[error("document has no usable `{field}`")]
    Field {
        /// Dotted name of the field.
        field: &'static str,
    },
    /// The typed document could not become JSON.
    #[error("failed to encode document")]
    Document {
        /// Why.
        #[from]
        source: DocumentError,
    },
}

impl Record {
    /// Makes a record of a typed document.
    pub fn of(document: &Document) -> Result<Self, RecordError> {
        Self::new(&document.to_json()?)
    }

    /// Makes a record of a document as JSON; its id comes from `run.id` and `run.sequence`.
    pub fn new(body: &Value) -> Result<Self, RecordError> {
        let run = text(body, "/run/id").ok_or(RecordError::Field { field: "run.id" })?;
        let sequence = body.pointer("/run/sequence").and_then(Value::as_u64);
        let sequence = sequence.ok_or(RecordError::Field { field: "run.sequence" })?;
        Self::with_id(DocumentId::new(&run.into(), sequence), body)
    }

    /// Makes a record under an id of its own, as alerts have it.
    pub fn with_id(id: DocumentId, body: &Value) -> Result<Self, RecordError> {
        let dataset = text(body, "/event/dataset").unwrap_or_default();
        let kind = Kind::from_dataset(&dataset).ok_or(RecordError::Field { field: "event.dataset" })?;
        let timestamp = text(body, "/@timestamp").and_then(|at| at.parse().ok());
        let timestamp = timestamp.ok_or(RecordError::Field { field: "@timestamp" })?;
        Ok(Self { id, kind, timestamp, keys: Keys::of(kind, body), body: body.to_string() })
    }

    /// Returns the size of the document as JSON text.
    pub fn bytes(&self) -> usize {
        self.body.len()
    }

    /// Says why no store takes the document, if it is too large.
    pub(crate) fn too_large(&self) -> Option<Rejection> {
        (self.bytes() > MAX_RECORD_BYTES).then(|| Rejection {
            reason: RejectReason::TooLarge,
            message: format!("{} bytes, at most {MAX_RECORD_BYTES} are taken", self.bytes()),
        })
    }

    /// Returns the document as JSON text.
    pub fn json(&self) -> &str {
        &self.body
    }
}

impl Keys {
    fn of(kind: Kind, body: &Value) -> Self {
        let status = match kind {
            Kind::Run => "/run/status",
            Kind::Test => "/test/status",
            Kind::Step => "/step/status",
            Kind::Alert => "/kibana/alert/status",
            _ => "",
        };
        Self {
            run: text(body, "/run/id"),
            sequence: body.pointer("/run/sequence").and_then(Value::as_i64),
            monitor: text(body, "/monitor/id"),
            location: text(body, "/observer/name"),
            status: text(body, status),
        }
    }
}

fn text(body: &Value, pointer: &str) -> Option<String> {
    body.pointer(pointer)?.as_str().map(str::to_owned)
}

/// Documents that are written together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The documents, in the order in which they were numbered.
    pub records: Vec<Record>,
}

impl Batch {
    /// Returns how many documents there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Returns the size of all documents as JSON text.
    pub fn bytes(&self) -> usize {
        self.records.iter().map(Record::bytes).sum()
    }
}

impl From<Vec<Record>> for Batch {
    fn from(records: Vec<Record>) -> Self {
        Self { records }
    }
}

impl FromIterator<Record> for Batch {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        Self { records: records.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(body: Value, expected: Result<&str, &str>) {
        let id = Record::new(&body).map(|record| record.id.to_string()).map_err(|error| error.to_string());
        assert_eq!(id.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn needs_an_id_a_kind_and_a_time() {
        let run = json!({"id": "r", "sequence": 3});
        let event = json!({"dataset": "canary.step"});
        check(json!({"run": run, "event": event, "@timestamp": "2026-11-21T10:00:00Z"}), Ok("r-3"));
        check(
            json!({"run": run, "event": event, "@timestamp": "soon"}),
            Err("document has no usable `@timestamp`"),
        );
        check(json!({"run": run}), Err("document has no usable `event.dataset`"));
        check(json!({"run": {"id": "r"}}), Err("document has no usable `run.sequence`"));
        check(json!({}), Err("document has no usable `run.id`"));
    }
}
