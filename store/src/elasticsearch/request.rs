//! Owns the searches: points in time, queries, sorting, and pages of hits.

use canary_filter::Filter;
use serde_json::{Value, json};

use super::response;
use super::service::{Call, Method, Service};
use crate::document::Kind;
use crate::error::{Fault, ReadError};
use crate::read::{Order, Projection};

/// How long a point in time lives between two pages.
const KEEP_ALIVE: &str = "2m";

/// What is asked of a point in time.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// Conditions that all must hold.
    pub(super) filters: Vec<Value>,
    /// In which order.
    pub(super) sort: Value,
    /// Which parts of the documents come along.
    pub(super) source: Value,
}

/// A frozen view of some indices, so that pages neither miss nor repeat what is written meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PointInTime {
    id: String,
}

impl PointInTime {
    pub(super) async fn open(service: &Service, indices: &str) -> Result<Self, ReadError> {
        let path = format!("{indices}/_pit?keep_alive={KEEP_ALIVE}&ignore_unavailable=true");
        let answer = service.call(Call::new(Method::Post, path)).await?;
        match answer.get("id").and_then(Value::as_str) {
            Some(id) => Ok(Self { id: id.to_owned() }),
            None => Err(ReadError::Partial { reason: "the server opened no point in time".into() }),
        }
    }

    /// Returns one page of hits after a place, complete or not at all.
    pub(super) async fn page(
        &mut self,
        service: &Service,
        search: &Search,
        after: Option<&Value>,
        size: usize,
    ) -> Result<Vec<Value>, ReadError> {
        let mut body = json!({
            "pit": {"id": self.id, "keep_alive": KEEP_ALIVE},
            "query": {"bool": {"filter": search.filters}},
            "sort": search.sort,
            "size": size,
            "track_total_hits": false,
            "_source": search.source,
            "timeout": format!("{}ms", service.settings.timeout.as_millis()),
        });
        if let Some(after) = after {
            body["search_after"] = after.clone();
        }
        let path = "_search?allow_partial_search_results=false";
        let mut answer = service.call(Call::new(Method::Post, path).json(&body)).await?;
        response::check(&answer)?;
        if let Some(id) = answer.get("pit_id").and_then(Value::as_str) {
            self.id = id.to_owned();
        }
        match answer.pointer_mut("/hits/hits").map(Value::take) {
            Some(Value::Array(hits)) => Ok(hits),
            _ => Ok(Vec::new()),
        }
    }

    /// Gives the view back. A failure costs the server some memory for two minutes and nothing else.
    pub(super) async fn close(self, service: &Service) {
        let closed = service.once(&Call::new(Method::Delete, "_pit").json(&json!({"id": self.id}))).await;
        if let Err(error) = closed {
            tracing::debug!(%error, "failed to close a point in time");
        }
    }
}

/// Tells whether a failure means that a point in time is over.
pub(super) fn is_over(error: &ReadError) -> bool {
    matches!(error, ReadError::Fault { source: Fault::Server { status: Some(404), .. } })
}

/// Returns the sorting of an order. The last key makes every place unique within a point in time.
pub(super) fn sort(order: Order) -> Value {
    let sequence = json!({"run.sequence": {"order": "asc", "unmapped_type": "long", "missing": "_last"}});
    let ingested = json!({"event.ingested": {"order": "asc", "unmapped_type": "date"}});
    let timestamp = |order: &str| json!({"@timestamp": {"order": order, "unmapped_type": "date"}});
    match order {
        Order::Arrival => json!([ingested, sequence, "_shard_doc"]),
        Order::Oldest => json!([timestamp("asc"), sequence, "_shard_doc"]),
        Order::Newest => {
            json!([timestamp("desc"), {"run.sequence": {"order": "desc", "unmapped_type": "long"}}, "_shard_doc"])
        }
    }
}

/// Returns which parts of the documents a projection needs, with what every row needs.
pub(super) fn source(projection: &Projection) -> Value {
    match projection {
        Projection::All => json!(true),
        Projection::Fields(fields) => {
            let always = ["@timestamp", "event.dataset", "event.ingested"];
            let includes: Vec<&str> = fields.iter().map(String::as_str).chain(always).collect();
            json!({"includes": includes})
        }
    }
}

/// Returns a condition on the time of taking in, in milliseconds, both ends included.
pub(super) fn ingested(first: i64, last: Option<i64>) -> Value {
    let mut range = json!({"gte": first, "format": "epoch_millis"});
    if let Some(last) = last {
        range["lte"] = last.into();
    }
    json!({"range": {"event.ingested": range}})
}

/// Returns the part of a filter that the server can answer; it lets more through, never less. Each kind has a
/// mapping of its own, so that the same filter may become different queries.
pub(super) fn filter(service: &Service, filter: Option<&Filter>, kinds: &[Kind]) -> Option<Value> {
    let (filter, now) = (filter?, service.clock.now());
    let kinds = if kinds.is_empty() { &Kind::ALL[..] } else { kinds };
    let mut queries: Vec<(Value, Vec<String>)> = Vec::new();
    for kind in kinds {
        let query =
            service.mappings.get(kind).map_or(Value::Null, |mapping| filter.to_elasticsearch(mapping, now));
        match queries.iter_mut().find(|(known, _)| *known == query) {
            Some((_, datasets)) => datasets.push(kind.dataset()),
            None => queries.push((query, vec![kind.dataset()])),
        }
    }
    if queries.len() == 1 {
        return queries.pop().map(|(query, _)| query);
    }
    let of_kinds = queries.into_iter().map(
        |(query, datasets)| json!({"bool": {"filter": [{"terms": {"event.dataset": datasets}}, query]}}),
    );
    Some(json!({"bool": {"should": of_kinds.collect::<Vec<_>>(), "minimum_should_match": 1}}))
}

/// Returns the condition that a document has one of these ids.
pub(super) fn ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> Value {
    json!({"ids": {"values": ids.into_iter().collect::<Vec<_>>()}})
}
