//! Owns the words of the listener's side: leases, states, alert documents and deliveries.
//!
//! A store knows no rule: a state is a JSON value under a key, an alert a JSON document under an id.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::{DocumentId, Kind, SCHEMA_VERSION};
use crate::error::CommitError;
use crate::record::Record;

/// The right to write, held by one listener at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What the lease is for.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// Number of this holding; every write carries it, and none is taken once a higher one exists.
    pub epoch: u64,
    /// When it ends unless it is renewed.
    pub until: Timestamp,
}

/// What is written in one piece. On a store without transactions each change is one piece.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Commit {
    /// Changes of states with what follows from each.
    pub changes: Vec<Change>,
    /// Values that the listener remembers beside its states: cursors, ledgers, roll-ups; `None` forgets one.
    pub marks: Vec<(String, Option<Value>)>,
}

/// The new state under a key, and what follows from the change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Key of the state, for example the alert's id.
    pub key: String,
    /// The state; `None` forgets it.
    pub state: Option<Value>,
    /// Alert documents that tell of the change. One whose id is there already is left out.
    pub alerts: Vec<AlertDocument>,
    /// What is to be sent. A delivery whose id is there already is left out.
    pub deliveries: Vec<NewDelivery>,
}

/// A document of the kind `alert`.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertDocument {
    /// Its id: the transition's.
    pub id: DocumentId,
    /// The document. `event.dataset` and `schema.version` are added; `@timestamp` must be there.
    pub body: Value,
}

impl AlertDocument {
    /// Returns the document as a record of the kind `alert`.
    pub(crate) fn record(&self) -> Result<Record, CommitError> {
        let refuse = |message: String| CommitError::Alert { id: self.id.to_string(), message };
        let mut body = self.body.clone();
        for (group, name, value) in [
            ("event", "dataset", Value::from(Kind::Alert.dataset())),
            ("schema", "version", SCHEMA_VERSION.into()),
        ] {
            let fields = body.as_object_mut().ok_or_else(|| refuse("it is no object".into()))?;
            let group = fields.entry(group).or_insert_with(|| serde_json::json!({}));
            let group =
                group.as_object_mut().ok_or_else(|| refuse("`event` or `schema` is no group".into()))?;
            group.insert(name.into(), value);
        }
        Record::with_id(self.id.clone(), &body).map_err(|error| refuse(error.to_string()))
    }
}

/// Something that is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDelivery {
    /// Its id, made of transition and receiver.
    pub id: String,
    /// Who gets it.
    pub receiver: String,
    /// Group of alerts that it speaks of.
    pub group: String,
    /// What is sent.
    pub payload: Value,
    /// When it may be sent at the earliest.
    pub not_before: Timestamp,
}

/// Something that is to be sent, or was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// Who gets it.
    pub receiver: String,
    /// Group of alerts that it speaks of.
    pub group: String,
    /// What is sent.
    pub payload: Value,
    /// When it was committed.
    pub created: Timestamp,
    /// When it may be sent at the earliest.
    pub not_before: Timestamp,
    /// How often sending was tried.
    pub attempts: u32,
    /// How it stands.
    pub status: DeliveryStatus,
    /// What the last attempt gave, or why it was not sent.
    pub reason: Option<String>,
    /// What the receiver said that a later message needs, for example the id of a thread.
    pub answer: Option<Value>,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// It waits to be sent.
    Pending,
    /// The receiver took it.
    Sent,
    /// It was told together with a later one, or silenced; `reason` says which.
    Dropped,
    /// It cannot be delivered.
    Dead,
}

impl DeliveryStatus {
    /// Returns the name as it stands in stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Sent, Self::Dropped, Self::Dead]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// What became of one attempt to send.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryNote {
    /// Id of the delivery.
    pub id: String,
    /// How it stands now.
    pub status: DeliveryStatus,
    /// How often sending was tried by now.
    pub attempts: u32,
    /// When it may be tried again.
    pub not_before: Timestamp,
    /// What the attempt gave.
    pub reason: Option<String>,
    /// What the receiver said that a later message needs.
    pub answer: Option<Value>,
}

/// A state with its key.
#[derive(Debug, Clone, PartialEq)]
pub struct StateRow {
    /// Key of the state.
    pub key: String,
    /// The state.
    pub value: Value,
    /// When it was written.
    pub updated: Timestamp,
}
