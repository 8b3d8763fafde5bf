//! Tests of the document model: every field of every kind there and back.

use proptest::prelude::*;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::*;

/// Draws any JSON that a schema of ours describes; what is optional is there half of the time.
fn drawn(schema: &Value, definitions: &Value) -> BoxedStrategy<Value> {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next().unwrap();
        return drawn(&definitions[name], definitions);
    }
    if let Some(options) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
        let options: Vec<_> =
            options.iter().filter(|option| option.get("type") != Some(&json!("null"))).collect();
        return proptest::strategy::Union::new(options.into_iter().map(|option| drawn(option, definitions)))
            .boxed();
    }
    if let Some(value) = schema.get("const") {
        return Just(value.clone()).boxed();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return proptest::sample::select(values.clone()).boxed();
    }
    let kind = schema.get("type").map_or("", |kind| kind.as_str().or_else(|| kind[0].as_str()).unwrap());
    match kind {
        "object" => object(schema, definitions),
        "array" => proptest::collection::vec(drawn(&schema["items"], definitions), 1..3)
            .prop_map(Value::from)
            .boxed(),
        "integer" if schema.get("maximum").is_some() || schema["format"] == "uint32" => {
            any::<u8>().prop_map(Value::from).boxed()
        }
        "integer" => any::<u64>().prop_map(Value::from).boxed(),
        "number" => (-1.0e9..1.0e9f64).prop_map(Value::from).boxed(),
        "boolean" => Just(json!(true)).boxed(),
        "string" if schema["format"] == "date-time" => (0..4_000_000_000_000i64)
            .prop_map(|at| time::format(jiff::Timestamp::from_millisecond(at).unwrap()).into())
            .boxed(),
        "string" => "\\PC{0,8}".prop_map(Value::from).boxed(),
        _ => prop_oneof![Just(json!({"deep": [1, "a", null]})), Just(json!(3.5)), Just(json!("x"))].boxed(),
    }
}

fn object(schema: &Value, definitions: &Value) -> BoxedStrategy<Value> {
    let required: Vec<_> = schema["required"].as_array().cloned().unwrap_or_default();
    let mut fields = Just(Map::new()).boxed();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let always = required.contains(&json!(name));
        let (name, value) = (name.clone(), drawn(field, definitions));
        fields = (fields, value, any::<bool>())
            .prop_map(move |(mut fields, value, present)| {
                if always || present {
                    fields.insert(name.clone(), value);
                }
                fields
            })
            .boxed();
    }
    match schema.get("additionalProperties").filter(|schema| schema.is_object()) {
        Some(values) => proptest::collection::btree_map("[a-z]{1,4}", drawn(values, definitions), 1..3)
            .prop_map(|map| map.into_iter().collect::<Map<_, _>>().into())
            .boxed(),
        None => fields.prop_map(Value::Object).boxed(),
    }
}

fn any_document() -> impl Strategy<Value = (Kind, Value)> {
    proptest::sample::select(Kind::ALL.to_vec())
        .prop_filter("alert documents are the listener's", |kind| *kind != Kind::Alert)
        .prop_flat_map(|kind| {
            let mut generator = SchemaGenerator::default();
            let envelope = Envelope::json_schema(&mut generator).to_value();
            let body = kind.body_schema(&mut generator).unwrap().to_value();
            let definitions = Value::Object(generator.take_definitions(true));
            (Just(kind), drawn(&envelope, &definitions), drawn(&body, &definitions))
        })
        .prop_map(|(kind, mut envelope, body)| {
            json::merge(&mut envelope, body);
            json::merge(&mut envelope, json!({"event": {"dataset": kind.dataset()}}));
            (kind, envelope)
        })
}

/// Drops groups that say nothing, since an absent group and an empty one mean the same.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, without_empty(value)))
            .filter(|(_, value)| !matches!(value, Value::Object(fields) if fields.is_empty()))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

proptest! {
    #[test]
    fn every_field_of_every_kind_round_trips((kind, value) in any_document()) {
        let document = Document::from_json(&value).unwrap();
        prop_assert_eq!(document.kind(), kind);
        let written = document.to_json().unwrap();
        prop_assert_eq!(&Document::from_json(&written).unwrap(), &document);
        let mut expected = json!({"schema": {"version": SCHEMA_VERSION}, "run": {"attempt": 1}});
        json::merge(&mut expected, value);
        for counts in ["passed", "failed", "skipped"] {
            if kind == Kind::Run && expected["run"]["steps"].get(counts).is_none() {
                expected["run"]["steps"][counts] = json!(0);
            }
        }
        prop_assert_eq!(without_empty(written), without_empty(expected));
    }
}

fn step() -> Document {
    let mut envelope = Envelope::new("2026-11-21T10:00:00.1239Z".parse().unwrap(), "r-1".into(), 7, "shop");
    envelope.step = StepRef { id: Some("s1".into()), index: Some(2), name: Some("Add to cart".into()) };
    envelope.labels.insert("team".into(), "eshop".into());
    let failure = Failure::new(FailureClass::Timeout, "waiting for `#cart` took longer than 5000 ms");
    let body = Step {
        step: StepFields {
            status: Outcome::Failed,
            duration: Some(5000.5),
            depth: None,
            file: None,
            line: None,
        },
        failure: Some(failure),
        url: Url { full: Some("https://shop.test/cart".into()), ..Url::default() },
        page: StepPage { title: Some("Cart".into()) },
        vitals: Vitals::default(),
        layout: Layout::default(),
        attachments: Vec::new(),
    };
    Document { envelope, body: body.into() }
}

#[test]
fn a_step_reads_as_one_nested_object() {
    let document = step();
    assert_eq!(document.id().as_str(), "r-1-7");
    let expected = json!({
        "@timestamp": "2026-11-21T10:00:00.123Z",
        "event": {"dataset": "canary.step"},
        "schema": {"version": 1},
        "run": {"id": "r-1", "sequence": 7, "attempt": 1},
        "monitor": {"id": "shop"},
        "step": {"id": "s1", "index": 2, "name": "Add to cart", "status": "failed", "duration": 5000.5},
        "labels": {"team": "eshop"},
        "failure": {"class": "timeout", "message": "waiting for `#cart` took longer than 5000 ms"},
        "url": {"full": "https://shop.test/cart"},
        "page": {"title": "Cart"},
    });
    assert_eq!(document.to_json().unwrap(), expected);
}

#[test]
fn what_is_no_document_says_why() {
    let check = |value: Value, expected: &str| {
        assert_eq!(Document::from_json(&value).unwrap_err().to_string(), expected);
    };
    check(json!({}), "no kind of document in `event.dataset`: ``");
    check(
        json!({"event": {"dataset": "canary.alert"}}),
        "no kind of document in `event.dataset`: `canary.alert`",
    );
    check(json!({"event": {"dataset": "canary.step"}}), "fields do not fit a document of kind `step`");
}

#[test]
fn every_number_has_a_unit_or_counts_something() {
    let counted = [
        "version",
        "sequence",
        "attempt",
        "index",
        "line",
        "column",
        "port",
        "status_code",
        "response_status",
        "value",
        "score",
        "cls",
        "target",
        "cpu_slowdown",
        "download",
        "upload",
        "size",
        "interaction_id",
        "depth",
        "tasks",
        "passed",
        "failed",
        "skipped",
        "cdp_messages",
        "documents",
        "nodes",
        "listeners",
        "layouts",
        "style_recalculations",
        "redirect_count",
        "initiator_line",
    ];
    for (path, schema) in crate::document::leaves() {
        let number = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        if matches!(number, Some("number" | "integer")) && schema.get("unit").is_none() {
            let name = path.rsplit('.').next().unwrap();
            assert!(counted.contains(&name) || path.contains(".*"), "`{path}` has no unit");
        }
    }
}
