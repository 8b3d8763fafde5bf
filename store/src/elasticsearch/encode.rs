//! Owns the bodies of bulk requests.

use jiff::Timestamp;
use serde_json::json;

use super::config::ElasticsearchSettings;
use crate::document::{IngestedBy, Kind};
use crate::record::Record;

/// Most documents and bytes of one bulk. A single larger document is sent alone.
const MOST_DOCUMENTS: usize = 1000;
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// Cuts records (given with their places in the batch) into bulks. Alerts live in a plain index and go apart,
/// since a bulk asks for data streams as a whole.
pub(super) fn bulks<'a>(records: &[(usize, &'a Record)]) -> Vec<Vec<(usize, &'a Record)>> {
    let mut bulks: Vec<Vec<(usize, &Record)>> = Vec::new();
    let (alerts, others): (Vec<_>, Vec<_>) =
        records.iter().partition(|(_, record)| record.kind == Kind::Alert);
    for records in [others, alerts] {
        let mut bytes = usize::MAX;
        for (place, record) in records {
            bytes = bytes.saturating_add(record.bytes());
            match bulks.last_mut() {
                Some(bulk) if bytes <= MOST_BYTES && bulk.len() < MOST_DOCUMENTS => {
                    bulk.push((place, record))
                }
                _ => {
                    bytes = record.bytes();
                    bulks.push(vec![(place, record)]);
                }
            }
        }
    }
    bulks
}

/// Writes the body of a bulk. Each document carries the runner's stamp; where the server has an ingest
/// pipeline, that stamp is replaced by the server's.
pub(super) fn body(settings: &ElasticsearchSettings, records: &[(usize, &Record)], now: Timestamp) -> String {
    let bytes: usize = records.iter().map(|(_, record)| record.bytes() + 200).sum();
    let mut body = String::with_capacity(bytes);
    for (_, record) in records {
        let action = json!({"create": {"_index": settings.index(record.kind), "_id": record.id.as_str()}});
        body.push_str(&action.to_string());
        body.push('\n');
        body.push_str(&record.stamped(now, Some(IngestedBy::Runner)));
        body.push('\n');
    }
    body
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn record(kind: Kind, sequence: u64, bytes: usize) -> Record {
        let body = json!({"@timestamp": "2026-11-21T09:59:59.000Z", "event": {"dataset": kind.dataset()},
            "run": {"id": "r", "sequence": sequence}, "x": "x".repeat(bytes)});
        Record::new(&body).unwrap()
    }

    fn check(records: &[Record], expected: &[&[usize]]) {
        let places: Vec<_> = records.iter().enumerate().collect();
        let bulks: Vec<Vec<usize>> =
            bulks(&places).iter().map(|bulk| bulk.iter().map(|(place, _)| *place).collect()).collect();
        assert_eq!(bulks, expected);
    }

    #[test]
    fn bulks_have_limits_and_alerts_go_apart() {
        let (small, large) = (record(Kind::Step, 0, 10), record(Kind::Step, 1, 3 * 1024 * 1024));
        let alert = record(Kind::Alert, 2, 10);
        check(&[], &[]);
        check(&[small.clone(), small.clone()], &[&[0, 1]]);
        check(&[large.clone(), large.clone(), small.clone()], &[&[0], &[1, 2]]);
        check(&[small.clone(), alert, small.clone()], &[&[0, 2], &[1]]);
        let many = vec![small; 1001];
        let places: Vec<_> = many.iter().enumerate().collect();
        assert_eq!(bulks(&places).iter().map(Vec::len).collect::<Vec<_>>(), [1000, 1]);
    }

    #[test]
    fn a_body_is_lines_of_action_and_document() {
        let settings: ElasticsearchSettings = "http://es.test?namespace=prod".parse().unwrap();
        let record = record(Kind::Step, 3, 1);
        let text = body(&settings, &[(0, &record)], "2026-11-21T10:00:00Z".parse().unwrap());
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0], json!({"create": {"_index": "canary-step-prod", "_id": "r-3"}}));
        let event = json!({"dataset": "canary.step", "ingested": "2026-11-21T10:00:00.000Z", "ingested_by": "runner"});
        assert_eq!(lines[1]["event"], event);
        assert!(text.ends_with('\n'));
    }
}
