//! Owns the way between a typed document and the one nested JSON object that stores keep.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Body, Document, Envelope, Kind};

/// Why a JSON value is no document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// `event.dataset` is missing or names no kind that has typed fields.
    #[error("no kind of document in `event.dataset`: `{dataset}`")]
    Kind {
        /// What stands there.
        dataset: String,
    },
    /// A field is missing or has another type.
    #[error("fields do not fit a document of kind `{kind}`")]
    Fields {
        /// Kind that `event.dataset` names.
        kind: Kind,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The document cannot be written as JSON, which only a map key that is no text can cause.
    #[error("document cannot be written as JSON")]
    Write {
        /// Why.
        source: serde_json::Error,
    },
}

impl Document {
    /// Returns the document as one nested JSON object, the body's fields merged into the envelope's groups.
    pub fn to_json(&self) -> Result<Value, DocumentError> {
        let write = |source| DocumentError::Write { source };
        let mut whole = serde_json::to_value(&self.envelope).map_err(write)?;
        merge(&mut whole, self.body.to_value().map_err(write)?);
        let dataset = Value::from(self.kind().dataset());
        if let Value::Object(fields) = &mut whole
            && let Value::Object(event) = fields.entry("event").or_insert_with(|| Map::new().into())
        {
            event.insert("dataset".into(), dataset);
        }
        Ok(whole)
    }

    /// Reads a document from the JSON object that [`Document::to_json`] makes.
    pub fn from_json(value: &Value) -> Result<Self, DocumentError> {
        let kind = kind_of(value)?;
        let fields = |source| DocumentError::Fields { kind, source };
        let envelope = Envelope::deserialize(value).map_err(fields)?;
        let body = Body::from_value(kind, value).map_err(fields)?;
        Ok(Self { envelope, body })
    }
}

fn kind_of(value: &Value) -> Result<Kind, DocumentError> {
    let dataset = value.pointer("/event/dataset").and_then(Value::as_str).unwrap_or_default();
    Kind::from_dataset(dataset)
        .filter(|kind| *kind != Kind::Alert)
        .ok_or_else(|| DocumentError::Kind { dataset: dataset.into() })
}

/// Lays `over` onto `base`, group by group; a plain value replaces the one below.
pub(super) fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (name, value) in over {
                match base.get_mut(&name) {
                    Some(below) => merge(below, value),
                    None => {
                        base.insert(name, value);
                    }
                }
            }
        }
        (base, over) => *base = over,
    }
}
