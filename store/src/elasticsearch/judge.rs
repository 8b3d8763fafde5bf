//! Owns the judgement of a bulk's answer, item by item.

use serde_json::Value;

use super::error::Meaning;
use super::service::reason_of;
use crate::receipt::{Outcome, RejectReason, Rejection, RetryKind, RetryReason};

/// Returns one outcome for each of `count` documents. An answer that lacks items says nothing about those.
pub(super) fn judge(answer: &Value, count: usize) -> Vec<Outcome> {
    let items = answer.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    (0..count)
        .map(|place| match items.get(place).and_then(|item| item.get("create")) {
            Some(item) => judge_item(item),
            None => Outcome::Retry(RetryReason {
                kind: RetryKind::Unavailable,
                message: "the answer to a bulk has no item for a document".into(),
            }),
        })
        .collect()
}

fn judge_item(item: &Value) -> Outcome {
    let status = item.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let meaning = Meaning::of(status.unwrap_or_default());
    let rejected = |reason| Outcome::Rejected(Rejection { reason, message: reason_of(item) });
    let retry = |kind| Outcome::Retry(RetryReason { kind, message: reason_of(item) });
    match meaning {
        Meaning::Done => Outcome::Accepted,
        Meaning::Conflict => Outcome::Duplicate,
        Meaning::Later(kind) => retry(kind),
        Meaning::Missing => retry(RetryKind::NotSetUp),
        Meaning::TooLarge => rejected(RejectReason::TooLarge),
        Meaning::Wrong if is_mapping(item) => rejected(RejectReason::Mapping),
        Meaning::Wrong => rejected(RejectReason::Refused),
    }
}

fn is_mapping(item: &Value) -> bool {
    let kind = item.pointer("/error/type").and_then(Value::as_str).unwrap_or_default();
    ["document_parsing_exception", "mapper_parsing_exception", "strict_dynamic_mapping_exception"]
        .contains(&kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(items: &Value, expected: &[&str]) {
        let shown: Vec<String> = judge(&json!({"errors": true, "items": items}), expected.len())
            .into_iter()
            .map(|outcome| match outcome {
                Outcome::Accepted => "accepted".into(),
                Outcome::Duplicate => "duplicate".into(),
                Outcome::Rejected(rejection) => rejection.to_string(),
                Outcome::Retry(reason) => reason.to_string(),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn each_item_has_its_own_outcome() {
        let error = |status: u16, kind: &str| json!({"create": {"status": status, "error": {"type": kind, "reason": "why"}}});
        let items = json!([
            {"create": {"status": 201, "result": "created"}},
            error(409, "version_conflict_engine_exception"),
            error(400, "document_parsing_exception"),
            error(400, "illegal_argument_exception"),
            error(429, "es_rejected_execution_exception"),
            error(503, "unavailable_shards_exception"),
            error(403, "security_exception"),
            error(404, "index_not_found_exception"),
            error(413, "too_large"),
            {"index": {"status": 201}},
        ]);
        check(
            &items,
            &[
                "accepted",
                "duplicate",
                "mapping: why",
                "refused: why",
                "busy: why",
                "unavailable: why",
                "unauthorized: why",
                "not_set_up: why",
                "too_large: why",
                "unavailable: the answer to a bulk has no item for a document",
                "unavailable: the answer to a bulk has no item for a document",
            ],
        );
    }
}
