//! Owns the reading of search answers: complete or not, and what they hold.

use jiff::Timestamp;
use serde_json::Value;

use crate::document::{Kind, format_time};
use crate::error::{Fault, ReadError};
use crate::projection::Wanted;
use crate::read::Row;

/// Fails unless every shard answered in time.
pub(super) fn check(answer: &Value) -> Result<(), ReadError> {
    let partial = |reason: String| Err(ReadError::Partial { reason });
    if answer.get("timed_out").and_then(Value::as_bool) != Some(false) {
        return partial("the search ran out of time".into());
    }
    let shards = |name: &str| answer.pointer(&format!("/_shards/{name}")).and_then(Value::as_u64);
    match (shards("failed"), shards("total"), shards("successful")) {
        (Some(0), Some(total), Some(successful)) if successful >= total => {}
        (Some(failed), Some(total), _) => {
            let failure = answer.pointer("/_shards/failures/0/reason/reason").and_then(Value::as_str);
            return partial(format!(
                "{failed} of {total} shards failed: {}",
                failure.unwrap_or("no reason told")
            ));
        }
        _ => return partial("the answer does not say which shards answered".into()),
    }
    match answer.pointer("/hits/hits").is_some_and(Value::is_array) {
        true => Ok(()),
        false => partial("the answer has no hits".into()),
    }
}

/// Returns the hits of an answer.
pub(super) fn hits(answer: &Value) -> impl Iterator<Item = &Value> {
    answer.pointer("/hits/hits").and_then(Value::as_array).into_iter().flatten()
}

/// Makes a row of a hit, or fails where it is no document of ours.
pub(super) fn row(hit: &Value, wanted: &Wanted) -> Result<Row, Fault> {
    let damaged = |message: &str| Fault::damaged("document", message);
    let id = hit.get("_id").and_then(Value::as_str).ok_or_else(|| damaged("a hit has no id"))?;
    let mut source = hit.get("_source").cloned().unwrap_or_default();
    let text = |pointer: &str| source.pointer(pointer).and_then(Value::as_str);
    let kind = text("/event/dataset").and_then(Kind::from_dataset);
    let kind = kind.ok_or_else(|| damaged(&format!("`{id}` has no known `event.dataset`")))?;
    let time = |pointer: &str| text(pointer).and_then(|at| at.parse::<Timestamp>().ok());
    let timestamp = time("/@timestamp").ok_or_else(|| damaged(&format!("`{id}` has no `@timestamp`")))?;
    let ingested =
        time("/event/ingested").ok_or_else(|| damaged(&format!("`{id}` has no `event.ingested`")))?;
    let ingested = Timestamp::from_millisecond(ingested.as_millisecond()).unwrap_or(ingested);
    // The server stamps nanoseconds; documents have milliseconds everywhere.
    if let Some(stamp) = source.pointer_mut("/event/ingested") {
        *stamp = format_time(ingested).into();
    }
    let body = wanted.take(source).map_err(|error| Fault::damaged("document", error))?;
    Ok(Row { id: id.into(), kind, timestamp, ingested, body })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complete() -> Value {
        json!({"timed_out": false, "_shards": {"total": 2, "successful": 2, "failed": 0}, "hits": {"hits": []}})
    }

    fn is_partial(change: impl FnOnce(&mut Value)) -> bool {
        let mut answer = complete();
        change(&mut answer);
        matches!(check(&answer), Err(ReadError::Partial { .. }))
    }

    #[test]
    fn an_incomplete_answer_is_an_error() {
        assert!(check(&complete()).is_ok());
        assert!(is_partial(|answer| answer["timed_out"] = json!(true)));
        assert!(is_partial(|answer| answer["_shards"]["failed"] = json!(1)));
        assert!(is_partial(|answer| answer["_shards"]["successful"] = json!(1)));
        assert!(is_partial(|answer| *answer = json!({})));
        assert!(is_partial(|answer| answer["hits"] = json!(null)));
        assert!(is_partial(|answer| answer["_shards"] = json!(null)));
    }

    #[test]
    fn a_hit_that_is_no_document_is_an_error() {
        let wanted = Wanted::Whole;
        let good = json!({"_id": "r-1", "_source": {"@timestamp": "2026-11-21T10:00:00.000Z",
            "event": {"dataset": "canary.step", "ingested": "2026-11-21T10:00:00.123456789Z"}}});
        let read = row(&good, &wanted).unwrap();
        assert_eq!(read.ingested.to_string(), "2026-11-21T10:00:00.123Z");
        assert_eq!(read.body["event"]["ingested"], "2026-11-21T10:00:00.123Z");
        for pointer in ["/_source/@timestamp", "/_source/event/dataset", "/_source/event/ingested"] {
            let mut hit = good.clone();
            *hit.pointer_mut(pointer).unwrap() = json!("x");
            assert!(matches!(row(&hit, &wanted), Err(Fault::Damaged { .. })), "{pointer}");
        }
    }
}
