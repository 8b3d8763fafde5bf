//! Owns what is handed to a store: a document as JSON text with what a store must know about it.

use std::fmt::{self, Write};

use jiff::Timestamp;
use serde_json::Value;

use crate::document::{Document, DocumentError, DocumentId, IngestedBy, Kind, format_time};
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
        Ok(Self { id, kind, timestamp, keys: Keys::of(kind, body), body: event_first(body) })
    }

    /// Returns the document with the time at which it is taken in, and who says so if it is not the store.
    pub(crate) fn stamped(&self, now: Timestamp, by: Option<IngestedBy>) -> String {
        let rest = self.body.strip_prefix(EVENT).unwrap_or_default();
        let by = match by {
            Some(IngestedBy::Runner) => r#""ingested_by":"runner","#,
            Some(IngestedBy::Store) => r#""ingested_by":"store","#,
            None => "",
        };
        format!(r#"{EVENT}"ingested":"{}",{by}{rest}"#, format_time(now))
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

/// Every record's text begins with these characters, so that a stamp needs no parsing.
const EVENT: &str = r#"{"event":{"#;

/// Writes the document with its group `event` first, and without stamps: those are for the store to make.
fn event_first(body: &Value) -> String {
    let mut text = String::with_capacity(1024);
    text.push_str(EVENT);
    let event = body.get("event").and_then(Value::as_object).into_iter().flatten();
    push_fields(&mut text, event.filter(|(name, _)| *name != "ingested" && *name != "ingested_by"));
    text.push_str("},");
    let others = body.as_object().into_iter().flatten();
    push_fields(&mut text, others.filter(|(name, _)| *name != "event"));
    text.push('}');
    text
}

/// Writes fields with commas between them.
fn push_fields<'a>(text: &mut String, fields: impl Iterator<Item = (&'a String, &'a Value)>) {
    for (place, (name, value)) in fields.enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let name = Name(name);
        // Writing to a string cannot fail.
        write!(text, "{comma}{name}:{value}").unwrap_or_default();
    }
}

/// A name as JSON text. Names of ours need no escapes; those of labels may.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if self.0.bytes().all(is_plain) {
            return write!(f, "\"{}\"", self.0);
        }
        write!(f, "{}", Value::from(self.0))
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

    #[test]
    fn a_stamp_goes_into_the_group_event() {
        let body = json!({
            "@timestamp": "2026-11-21T10:00:00.000Z", "run": {"id": "r", "sequence": 3}, "a\"b": [1.50, null],
            "event": {"ingested": "yesterday", "dataset": "canary.custom", "ingested_by": "runner"},
        });
        let record = Record::new(&body).unwrap();
        let now = "2026-11-21T10:00:01Z".parse().unwrap();
        for (by, who) in [(None, Value::Null), (Some(IngestedBy::Runner), json!("runner"))] {
            let mut expected = body.clone();
            expected["event"]["ingested"] = json!("2026-11-21T10:00:01.000Z");
            expected["event"]["ingested_by"] = who;
            let mut stamped: Value = serde_json::from_str(&record.stamped(now, by)).unwrap();
            stamped["event"].as_object_mut().unwrap().entry("ingested_by").or_insert(Value::Null);
            assert_eq!(stamped, expected);
        }
    }
}
