//! Owns the question which documents are there already.
//!
//! In a data stream an id is unique in each backing index only. After an answer was lost, a document may
//! therefore be written again only when no backing index has it, whatever rolled over meanwhile.

use std::collections::HashSet;

use serde_json::json;

use super::error::Failure;
use super::response;
use super::service::{Call, Method, Service};
use crate::record::Record;

/// Most ids asked for at once.
const MOST_IDS: usize = 1000;

/// Returns the ids of those records that are stored. Asked once: whoever writes tries again as a whole.
pub(super) async fn present(
    service: &Service,
    records: &[(usize, &Record)],
) -> Result<HashSet<String>, Failure> {
    let mut kinds: Vec<_> = records.iter().map(|(_, record)| record.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let indices = service.settings.indices(&kinds);
    let ids: Vec<&str> = records.iter().map(|(_, record)| record.id.as_str()).collect();
    // What was written a moment ago can be searched only after a refresh.
    service.once(&Call::new(Method::Post, format!("{indices}/_refresh?ignore_unavailable=true"))).await?;
    let mut found = HashSet::new();
    for ids in ids.chunks(MOST_IDS) {
        let path = format!("{indices}/_search?ignore_unavailable=true&allow_partial_search_results=false");
        let body = json!({
            "query": {"ids": {"values": ids}},
            "size": ids.len(), "_source": false, "track_total_hits": false,
        });
        let answer = service.once(&Call::new(Method::Post, path).json(&body)).await?;
        let complete = response::check(&answer);
        complete.map_err(|error| Failure::Lost { message: error.to_string() })?;
        found.extend(response::hits(&answer).filter_map(|hit| hit.get("_id")?.as_str().map(str::to_owned)));
    }
    Ok(found)
}
