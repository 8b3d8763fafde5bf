//! The `alert` document of a transition (RULES.md §8): Canarytrace's fields, Kibana's, and our own.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::rule::{Check, Rule};
use crate::say::say_reason;
use crate::status::Reason;
use crate::time::elapsed;
use crate::transition::Transition;

/// What the listener found in the documents about an alert. All of it may be missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// The newest run that shows it.
    pub run: Option<String>,
    pub monitor: Option<String>,
    pub monitor_name: Option<String>,
    pub test: Option<String>,
    pub step: Option<String>,
    pub error: Option<String>,
    pub error_type: Option<String>,
    pub url: Option<String>,
    /// Where the screenshot lies: a path or an address.
    pub screenshot: Option<String>,
    /// The commit of the script that ran.
    pub revision: Option<String>,
    /// The slowest or failed request.
    pub request: Option<String>,
    pub locations: Vec<String>,
    /// How many locations show it, out of how many.
    pub down: Option<(u32, u32)>,
    /// Values of the fields that the rule wants to see.
    pub report: Vec<(String, String)>,
    pub documents: Vec<SampleRef>,
}

/// A document that shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampleRef {
    #[serde(rename = "_index")]
    pub index: String,
    #[serde(rename = "_id")]
    pub id: String,
    pub timestamp: Timestamp,
}

/// Addresses that messages and documents point to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Links {
    pub kibana: Option<String>,
    /// The listener's own page of the alert.
    pub alert: Option<String>,
}

/// Makes the document.
#[must_use]
pub fn alert_document(rule: &Rule, transition: &Transition, evidence: &Evidence, links: &Links) -> Value {
    let reason = say_reason(rule, transition);
    let at = stamp(transition.at);
    let active = transition.to.is_active();
    let mut document = json!({
        "@timestamp": at,
        "event": { "kind": "signal", "action": transition.action.as_str() },
        "type": rule.kind,
        "rule": rule.id,
        "tags": rule.label.tags,
        "kibana_endpoint": links.kibana,
        "score": transition.score,
        "title": rule.title,
        "description": rule.message.clone().unwrap_or_else(|| reason.clone()),
        "documents": evidence.documents,
        "timestamp": at,
        "kibana": {
            "alert": kibana(rule, transition, links, &reason, active),
            "space_ids": ["default"],
            "version": env!("CARGO_PKG_VERSION"),
        },
        "alert": ours(rule, transition, evidence, &reason),
    });
    for (name, value) in transition.labels.iter() {
        insert(&mut document, name, value);
    }
    document
}

fn kibana(rule: &Rule, transition: &Transition, links: &Links, reason: &str, active: bool) -> Value {
    let started = transition.started();
    let status = &transition.status;
    let end = (!active).then(|| stamp(transition.at));
    let mut range = Map::from_iter([("gte".to_owned(), json!(stamp(started)))]);
    if let Some(end) = &end {
        range.insert("lte".to_owned(), json!(end));
    }
    json!({
        "uuid": transition.episode_id(),
        "instance": { "id": group_key(transition) },
        "status": if active { "active" } else { "recovered" },
        "start": stamp(started),
        "end": end,
        "duration": { "us": u64::try_from(elapsed(started, transition.at).as_micros()).unwrap_or(u64::MAX) },
        "time_range": range,
        "reason": reason,
        "url": links.alert,
        "action_group": if active { transition.severity.as_str() } else { "recovered" },
        "flapping": status.is_flapping(),
        "flapping_history": status.flap_history(),
        "consecutive_matches": status.bad_run,
        "severity_improving": matches!(transition.reason, Reason::Better | Reason::Resolved),
        "last_detected": status.last_data.map(stamp),
        "maintenance_window_ids": [],
        "workflow_status": if active { "open" } else { "closed" },
        "workflow_tags": [],
        "rule": {
            "uuid": rule.id,
            "name": rule.title,
            "category": "Canary",
            "consumer": "canary",
            "producer": "canary",
            "rule_type_id": format!("canary.{}", rule.kind),
            "revision": rule.revision,
            "tags": rule.label.tags,
            "parameters": parameters(rule),
            "execution": { "uuid": transition.id, "timestamp": stamp(transition.at) },
        },
    })
}

fn ours(rule: &Rule, transition: &Transition, evidence: &Evidence, reason: &str) -> Value {
    let finding = &transition.finding;
    let unit = match &rule.check {
        Check::Threshold(check) => check.measure.unit().as_str(),
        Check::Runs(_) => "",
        Check::Silence(_) | Check::Lost(_) => "ms",
    };
    json!({
        "id": transition.alert,
        "episode": transition.episode_id(),
        "transition": transition.id,
        "seq": transition.seq,
        "why": transition.reason.as_str(),
        "from": transition.from.as_str(),
        "to": transition.to.as_str(),
        "severity": transition.severity.as_str(),
        "reason": reason,
        "value": finding.value,
        "limit": finding.limit,
        "unit": unit,
        "samples": finding.samples,
        "fault": rule.label.fault.as_deref().unwrap_or("site"),
        "labels": labels(&transition.labels),
        "evidence": evidence,
    })
}

/// Labels are field names with dots; a list keeps them from becoming fields of the alert's own.
fn labels(labels: &Arc<crate::ids::Labels>) -> Vec<Value> {
    labels.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn group_key(transition: &Transition) -> String {
    let values: Vec<&str> = transition.labels.values().map(String::as_str).collect();
    if values.is_empty() { "*".to_owned() } else { values.join(",") }
}

fn parameters(rule: &Rule) -> Value {
    json!({
        "index": rule.select.index(),
        "where": rule.select.text(),
        "window": crate::span::say(rule.window()),
        "measure": match &rule.check {
            Check::Threshold(check) => Some(check.measure.to_string()),
            _ => None,
        },
    })
}

/// Puts a label where the documents have it, unless something else stands there.
fn insert(document: &mut Value, name: &str, value: &str) {
    let mut place = document;
    let mut parts = name.split('.').peekable();
    while let Some(part) = parts.next() {
        let Value::Object(object) = place else { return };
        if parts.peek().is_none() {
            object.entry(part).or_insert_with(|| value.into());
            return;
        }
        place = object.entry(part).or_insert_with(|| Value::Object(Map::new()));
    }
}

fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}
