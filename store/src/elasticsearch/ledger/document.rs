//! Owns the documents of the ledger: their ids, what they hold, and getting them by id.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{millis, text};
use crate::elasticsearch::error::Failure;
use crate::elasticsearch::service::{Call, Method, Service};
use crate::error::Fault;
use crate::ledger::{Delivery, DeliveryNote, DeliveryStatus, NewDelivery, StateRow};
use crate::record::Record;

/// Longest id that is used as it is; Elasticsearch takes 512 bytes.
const LONGEST_ID: usize = 480;

/// The parts of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::elasticsearch) enum Part {
    Lease,
    State,
    Mark,
    Delivery,
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Lease => "lease",
            Self::State => "state",
            Self::Mark => "mark",
            Self::Delivery => "delivery",
        }
    }
}

/// A document with its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) body: Value,
}

/// A document as it was found, with what a conditional write of it needs.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) body: Value,
    pub(super) seq_no: i64,
    pub(super) primary_term: i64,
}

pub(super) fn id(part: Part, key: &str) -> String {
    let id = format!("{}:{key}", part.name());
    if id.len() <= LONGEST_ID {
        return id;
    }
    let hash: String = Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}#{hash}", part.name())
}

/// A value that is forgotten stays as a mark of it, so that an older commit cannot bring it back.
pub(super) fn value(part: Part, key: &str, value: Option<&Value>, now: Timestamp) -> Document {
    let body = json!({
        "type": part.name(), "key": key, "updated": millis(now),
        "gone": value.is_none(), "value": value.map(text),
    });
    Document { id: id(part, key), body }
}

pub(super) fn alert(record: &Record, now: Timestamp) -> Document {
    let body = record.stamped(now, Some(crate::document::IngestedBy::Runner));
    Document { id: record.id.to_string(), body: Value::String(body) }
}

pub(super) fn delivery(delivery: &NewDelivery, now: Timestamp) -> Document {
    let body = json!({
        "type": Part::Delivery.name(), "key": delivery.id, "receiver": delivery.receiver, "group": delivery.group,
        "payload": text(&delivery.payload), "created": millis(now), "not_before": millis(delivery.not_before),
        "attempts": 0, "status": DeliveryStatus::Pending.as_str(),
    });
    Document { id: id(Part::Delivery, &delivery.id), body }
}

/// Lays a note over a delivery.
pub(super) fn noted(found: Found, note: &DeliveryNote) -> Document {
    let mut body = found.body;
    body["status"] = note.status.as_str().into();
    body["attempts"] = note.attempts.into();
    body["not_before"] = millis(note.not_before);
    body["reason"] = json!(note.reason);
    if let Some(answer) = &note.answer {
        body["answer"] = text(answer);
    }
    Document { id: found.id, body }
}

/// Gets documents by their ids, as they are now and not as they were at the last refresh.
pub(super) async fn get(service: &Service, ids: &[String]) -> Result<Vec<Option<Found>>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let path = format!("{}/_mget", service.settings.ledger());
    let answer = service.call(Call::new(Method::Post, path).json(&json!({"ids": ids}))).await?;
    let docs = answer.get("docs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    ids.iter().enumerate().map(|(place, id)| found(docs.get(place), id)).collect()
}

fn found(doc: Option<&Value>, id: &str) -> Result<Option<Found>, Failure> {
    let Some(doc) = doc else { return Err(Failure::Lost { message: "it lacks documents".into() }) };
    if let Some(error) = doc.get("error") {
        // Without the index nothing was ever written.
        return match error.get("type").and_then(Value::as_str) {
            Some("index_not_found_exception") => Ok(None),
            _ => Err(Failure::Lost { message: crate::elasticsearch::service::reason_of(doc) }),
        };
    }
    if doc.get("found").and_then(Value::as_bool) != Some(true) {
        return Ok(None);
    }
    let number = |name: &str| doc.get(name).and_then(Value::as_i64).unwrap_or(-1);
    let body = doc.get("_source").cloned().unwrap_or_default();
    Ok(Some(Found {
        id: id.to_owned(),
        body,
        seq_no: number("_seq_no"),
        primary_term: number("_primary_term"),
    }))
}

pub(super) fn time(body: &Value, name: &str) -> Result<Timestamp, Fault> {
    let millis = body.get(name).and_then(Value::as_i64).ok_or_else(|| Fault::damaged("ledger", name))?;
    Timestamp::from_millisecond(millis).map_err(|error| Fault::damaged("ledger", error))
}

fn string(body: &Value, name: &str) -> Result<String, Fault> {
    let text = body.get(name).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Fault::damaged("ledger", name))
}

/// Reads JSON that is kept as text; absent is absent.
fn json_of(body: &Value, name: &str) -> Result<Option<Value>, Fault> {
    match body.get(name).and_then(Value::as_str) {
        Some(text) => serde_json::from_str(text).map(Some).map_err(|error| Fault::damaged("ledger", error)),
        None => Ok(None),
    }
}

/// Reads a value, unless it was forgotten.
pub(super) fn value_of(body: &Value) -> Result<Option<StateRow>, Fault> {
    let Some(value) = json_of(body, "value")? else { return Ok(None) };
    Ok(Some(StateRow { key: string(body, "key")?, value, updated: time(body, "updated")? }))
}

pub(super) fn delivery_of(body: &Value) -> Result<Delivery, Fault> {
    let status = string(body, "status")?;
    let attempts =
        body.get("attempts").and_then(Value::as_u64).and_then(|attempts| u32::try_from(attempts).ok());
    Ok(Delivery {
        id: string(body, "key")?,
        receiver: string(body, "receiver")?,
        group: string(body, "group")?,
        payload: json_of(body, "payload")?.unwrap_or_default(),
        created: time(body, "created")?,
        not_before: time(body, "not_before")?,
        attempts: attempts.unwrap_or_default(),
        status: DeliveryStatus::from_name(&status).ok_or_else(|| Fault::damaged("ledger", status))?,
        reason: body.get("reason").and_then(Value::as_str).map(str::to_owned),
        answer: json_of(body, "answer")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_keys_have_short_ids() {
        assert_eq!(id(Part::State, "k"), "state:k");
        let (one, two) = (id(Part::State, &"k".repeat(600)), id(Part::State, &"k".repeat(601)));
        assert!(one.len() < LONGEST_ID && one != two && one.starts_with("state#"));
    }
}
