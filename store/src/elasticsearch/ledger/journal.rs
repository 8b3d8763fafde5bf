//! Owns the journal of a commit: the writes that follow from it, and carrying them out.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::document::Document;
use crate::document::Kind;
use crate::elasticsearch::error::{Failure, Meaning};
use crate::elasticsearch::service::{Call, Method, Service, reason_of};

/// Deliveries of one commit are put in order below this number.
const PLACES: u64 = 1_000_000;

/// What follows from a commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Journal {
    /// Tells a journal of ours from another one after an answer was lost.
    pub(super) id: String,
    /// The writes.
    pub(super) steps: Vec<Step>,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// Writes a document of the ledger, unless a later commit wrote it.
    Put(Document),
    /// Creates a document of the ledger, unless it is there.
    Create(Document),
    /// Creates an alert document (as JSON text), unless it is there.
    Alert(Document),
}

impl Step {
    fn lines(&self, service: &Service, commit: u64, place: usize) -> String {
        let ledger = service.settings.ledger();
        match self {
            Self::Put(Document { id, body }) => {
                let action =
                    json!({"_index": ledger, "_id": id, "version": commit, "version_type": "external_gte"});
                format!("{}\n{body}\n", json!({"index": action}))
            }
            Self::Create(Document { id, body }) => {
                let mut body = body.clone();
                body["order"] = (commit * PLACES + place as u64).into();
                format!("{}\n{body}\n", json!({"create": {"_index": ledger, "_id": id}}))
            }
            Self::Alert(Document { id, body }) => {
                let index = service.settings.index(Kind::Alert);
                let body = body.as_str().unwrap_or_default();
                format!("{}\n{body}\n", json!({"create": {"_index": index, "_id": id}}))
            }
        }
    }
}

impl Journal {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self { id: uuid::Uuid::now_v7().to_string(), steps }
    }

    /// Carries out the writes, or some of them; doing it again does the rest.
    pub(super) async fn carry_out(&self, service: &Service, commit: u64) -> Result<(), Failure> {
        if self.steps.is_empty() {
            return Ok(());
        }
        let steps = self.steps.iter().enumerate();
        let body: String = steps.map(|(place, step)| step.lines(service, commit, place)).collect();
        let answer = service.call(Call::new(Method::Post, "_bulk?refresh=true").lines(body)).await?;
        let items = answer.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (place, step) in self.steps.iter().enumerate() {
            judge(step, items.get(place))?;
        }
        Ok(())
    }
}

fn judge(step: &Step, item: Option<&Value>) -> Result<(), Failure> {
    let item = item.and_then(|item| item.get("index").or_else(|| item.get("create")));
    let Some(item) = item else { return Err(Failure::Lost { message: "it lacks items".into() }) };
    let status = item.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status = status.unwrap_or_default();
    match Meaning::of(status) {
        // There already, or overwritten by a later commit: either way nothing is left to do.
        Meaning::Done | Meaning::Conflict => Ok(()),
        // An alert document that the index cannot hold must not keep every later commit back.
        Meaning::Wrong | Meaning::TooLarge if matches!(step, Step::Alert(_)) => {
            let Step::Alert(document) = step else { return Ok(()) };
            tracing::error!(id = %document.id, reason = %reason_of(item), "alert document was rejected");
            Ok(())
        }
        _ => Err(Failure::Status { status, reason: reason_of(item) }),
    }
}
