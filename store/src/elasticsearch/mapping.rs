//! Owns how each field of the documents is indexed, made from the document model itself.

use canary_filter::elasticsearch::{FieldType, Mapping};
use serde_json::{Map, Value, json};

use crate::document::{Kind, of_envelope, of_kind};

/// Longest text that is indexed. A character takes up to four bytes, and Lucene takes terms of 32,766.
const LONGEST_KEYWORD: u64 = 8191;

/// Lists of objects whose elements are asked for one by one.
const NESTED: [&str; 3] = ["attachments", "audit.findings", "monitor.objectives"];

/// Fields whose names or shapes are data: how each is indexed below its group.
const OPEN: [(&str, Open); 7] = [
    ("labels", Open::Keywords),
    ("cost.dropped", Open::Numbers),
    ("audit.metrics", Open::Numbers),
    ("http.request.headers", Open::Flattened),
    ("http.response.headers", Open::Flattened),
    ("plan.params", Open::Flattened),
    ("plan.settings", Open::Stored),
];

/// Single fields that hold anything and are only stored.
const STORED: [&str; 2] = ["entry.detail", "custom.data"];

/// How a group of open names is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Keywords,
    Numbers,
    Flattened,
    Stored,
}

impl Open {
    fn field(self) -> FieldType {
        match self {
            Self::Keywords => FieldType::Keyword,
            Self::Numbers => FieldType::Number,
            Self::Flattened => FieldType::Flattened,
            Self::Stored => FieldType::Stored,
        }
    }

    fn property(self) -> Value {
        match self {
            // Names with dots stay names: `a` and `a.b` may both be there.
            Self::Keywords => json!({"type": "object", "dynamic": true, "subobjects": false}),
            Self::Numbers => json!({"type": "object", "dynamic": true}),
            Self::Flattened => json!({"type": "flattened", "ignore_above": LONGEST_KEYWORD}),
            Self::Stored => json!({"type": "object", "enabled": false}),
        }
    }
}

fn open(path: &str) -> Option<(&'static str, Open)> {
    OPEN.into_iter().find(|(group, _)| path.strip_prefix(group).is_some_and(|rest| rest.starts_with(".*")))
}

fn field(path: &str, schema: &Value) -> FieldType {
    if STORED.contains(&path) {
        return FieldType::Stored;
    }
    let kind =
        schema.get("type").map(|kind| kind.as_str().unwrap_or_else(|| kind[0].as_str().unwrap_or_default()));
    match kind {
        Some("integer" | "number") => FieldType::Number,
        Some("boolean") => FieldType::Boolean,
        Some("string") if schema["format"] == "date-time" => FieldType::Date,
        Some("string") => FieldType::Keyword,
        // Closed lists of names come as alternatives of constants.
        None if schema.get("oneOf").is_some() || schema.get("const").is_some() => FieldType::Keyword,
        _ => FieldType::Stored,
    }
}

/// Returns how the fields of a kind are indexed. Nothing is said of alerts, whose fields are the listener's.
pub(super) fn of_documents(kind: Kind) -> Mapping {
    let mut mapping = Mapping::default();
    if kind == Kind::Alert {
        return mapping;
    }
    for (path, schema) in of_kind(kind).into_iter().chain(of_envelope()) {
        match open(&path) {
            Some((_, open)) => mapping.insert(&path, open.field()),
            None => mapping.insert(&path, field(&path, &schema)),
        }
        for nested in NESTED.into_iter().filter(|nested| path.starts_with(&format!("{nested}."))) {
            mapping.insert(nested, FieldType::Nested);
        }
    }
    mapping
}

/// Returns the mappings of a kind's index template.
pub(super) fn template(kind: Kind) -> Value {
    let mut root = json!({"properties": {}});
    for (path, schema) in of_envelope().into_iter().chain(of_kind(kind)) {
        match open(&path) {
            Some((group, open)) => insert(&mut root, group, open.property()),
            None => insert(&mut root, &path, property(&path, &schema)),
        }
    }
    let keyword = json!({"type": "keyword", "ignore_above": LONGEST_KEYWORD});
    let number =
        |path: &str| json!({"path_match": path, "match_mapping_type": "*", "mapping": {"type": "double"}});
    json!({
        // A field that a newer runner writes is stored and can be read; it is indexed once the template knows it.
        "dynamic": false,
        "dynamic_templates": [
            {"labels": {"path_match": "labels.*", "mapping": keyword}},
            {"dropped": {"path_match": "cost.dropped.*", "mapping": {"type": "long"}}},
            {"metric_value": number("audit.metrics.*.value")},
            {"metric_score": number("audit.metrics.*.score")},
        ],
        "properties": root["properties"],
    })
}

/// Returns the mappings of alerts, whose fields are the listener's: texts as a whole, the rest as it comes.
pub(super) fn alerts() -> Value {
    let keyword = json!({"type": "keyword", "ignore_above": LONGEST_KEYWORD});
    json!({
        "dynamic": true,
        "date_detection": false,
        "dynamic_templates": [
            {"texts": {"match_mapping_type": "string", "mapping": keyword}},
        ],
        "properties": {
            "@timestamp": {"type": "date"},
            "event": {"properties": {"ingested": {"type": "date"}}},
            "run": {"properties": {"sequence": {"type": "long"}}},
        },
    })
}

fn property(path: &str, schema: &Value) -> Value {
    let mut property = match field(path, schema) {
        FieldType::Number if is_integer(schema) => json!({"type": "long"}),
        FieldType::Number => json!({"type": "double"}),
        FieldType::Boolean => json!({"type": "boolean"}),
        FieldType::Date => json!({"type": "date"}),
        FieldType::Keyword => json!({"type": "keyword", "ignore_above": LONGEST_KEYWORD}),
        _ => json!({"type": "object", "enabled": false}),
    };
    if let Some(unit) = schema.get("unit") {
        property["meta"] = json!({"unit": unit});
    }
    property
}

fn is_integer(schema: &Value) -> bool {
    schema["type"] == "integer" || schema["type"][0] == "integer"
}

fn insert(root: &mut Value, path: &str, property: Value) {
    let mut at = root;
    let mut walked = String::new();
    for part in path.split('.') {
        if !walked.is_empty() {
            walked.push('.');
        }
        walked.push_str(part);
        if at.get("properties").is_none() {
            at["properties"] = Map::new().into();
        }
        at = &mut at["properties"][part];
        if at.is_null() {
            *at = Map::new().into();
        }
        if NESTED.contains(&walked.as_str()) {
            // Included in the parent, so that a filter may also ask for any element.
            at["type"] = "nested".into();
            at["include_in_parent"] = true.into();
        }
    }
    *at = property;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_indexed_by_their_type() {
        for (kind, path, expected) in [
            (Kind::Page, "@timestamp", Some(FieldType::Date)),
            (Kind::Page, "event.ingested", Some(FieldType::Date)),
            (Kind::Page, "event.dataset", Some(FieldType::Keyword)),
            (Kind::Page, "run.sequence", Some(FieldType::Number)),
            (Kind::Page, "monitor.tags", Some(FieldType::Keyword)),
            (Kind::Page, "labels.any.name", Some(FieldType::Keyword)),
            (Kind::Run, "run.status", Some(FieldType::Keyword)),
            (Kind::Run, "run.duration", Some(FieldType::Number)),
            (Kind::Run, "failure.class", Some(FieldType::Keyword)),
            (Kind::Run, "failure.call_log", Some(FieldType::Keyword)),
            (Kind::Run, "attachments", Some(FieldType::Nested)),
            (Kind::Run, "attachments.bytes", Some(FieldType::Number)),
            (Kind::Run, "cost.dropped.full", Some(FieldType::Number)),
            (Kind::Request, "http.response.headers.etag", Some(FieldType::Flattened)),
            (Kind::Request, "request.third_party", Some(FieldType::Boolean)),
            (Kind::Request, "tls.server.not_after", Some(FieldType::Date)),
            (Kind::Request, "attachments", None),
            (Kind::Audit, "audit.metrics.lcp.value", Some(FieldType::Number)),
            (Kind::Entry, "entry.detail", Some(FieldType::Stored)),
            (Kind::Entry, "entry.unheard", None),
            (Kind::Entry, "run.status", None),
            (Kind::Alert, "@timestamp", None),
        ] {
            assert_eq!(of_documents(kind).get(path), expected, "{kind} {path}");
        }
    }

    #[test]
    fn a_template_carries_units_and_open_groups() {
        let run = template(Kind::Run);
        let properties = &run["properties"];
        assert_eq!(
            properties["run"]["properties"]["duration"],
            json!({"type": "double", "meta": {"unit": "ms"}})
        );
        assert_eq!(properties["run"]["properties"]["sequence"], json!({"type": "long"}));
        assert_eq!(properties["labels"], json!({"type": "object", "dynamic": true, "subobjects": false}));
        assert_eq!(properties["attachments"]["type"], "nested");
        assert_eq!(
            properties["attachments"]["properties"]["bytes"],
            json!({"type": "long", "meta": {"unit": "byte"}})
        );
        assert_eq!(properties["cost"]["properties"]["dropped"], json!({"type": "object", "dynamic": true}));
        assert_eq!(run["dynamic"], false);
    }

    /// Searches over several kinds sort and filter by a field as one.
    #[test]
    fn a_field_means_the_same_in_every_kind() {
        let mut types = std::collections::BTreeMap::new();
        for (path, schema) in Kind::ALL.into_iter().flat_map(of_kind).filter(|(path, _)| open(path).is_none())
        {
            let first = *types.entry(path.clone()).or_insert(field(&path, &schema));
            assert_eq!(field(&path, &schema), first, "{path}");
        }
    }

    #[test]
    fn every_open_group_of_the_model_is_listed() {
        for (path, _) in Kind::ALL.into_iter().flat_map(of_kind).chain(of_envelope()) {
            assert!(!path.contains('*') || open(&path).is_some(), "{path}");
        }
    }
}
