//! Owns the list of all document fields with their types, read from the JSON Schemas of the model.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use super::{Envelope, Kind};

/// Returns every leaf field of all kinds by its dotted path, with its schema. Parts of a path whose names are
/// data, such as labels, stand as `*`.
pub fn leaves() -> Vec<(String, Value)> {
    let mut found = of_envelope();
    for kind in Kind::ALL {
        found.extend(of_kind(kind));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// Returns the leaf fields of the envelope.
pub fn of_envelope() -> Vec<(String, Value)> {
    let mut generator = SchemaGenerator::default();
    let schema = Envelope::json_schema(&mut generator).to_value();
    let mut found = collect(&schema, generator);
    found.push(("event.dataset".into(), serde_json::json!({"type": "string"})));
    found
}

/// Returns the leaf fields that a kind adds to the envelope; none for alerts, whose fields are the listener's.
pub fn of_kind(kind: Kind) -> Vec<(String, Value)> {
    let mut generator = SchemaGenerator::default();
    match kind.body_schema(&mut generator) {
        Some(schema) => collect(&schema.to_value(), generator),
        None => Vec::new(),
    }
}

fn collect(schema: &Value, mut generator: SchemaGenerator) -> Vec<(String, Value)> {
    let definitions = Value::Object(generator.take_definitions(true));
    let mut found = Vec::new();
    walk(schema, &definitions, "", &mut found);
    found
}

fn walk(schema: &Value, definitions: &Value, path: &str, found: &mut Vec<(String, Value)>) {
    let target = resolved(schema, definitions);
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if let Some(properties) = target.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            walk(property, definitions, &join(name), found);
        }
    } else if let Some(values) = target.get("additionalProperties").filter(|values| values.is_object()) {
        walk(values, definitions, &join("*"), found);
    } else if let Some(items) = target.get("items") {
        walk(items, definitions, path, found);
    } else {
        let mut leaf = target.clone();
        if let (Value::Object(leaf), Value::Object(schema)) = (&mut leaf, schema) {
            for key in ["description", "unit"] {
                if let Some(value) = schema.get(key) {
                    leaf.insert(key.into(), value.clone());
                }
            }
        }
        found.push((path.to_owned(), leaf));
    }
}

/// Follows a reference, and takes the part of an optional value that is not null.
fn resolved<'a>(schema: &'a Value, definitions: &'a Value) -> &'a Value {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next().unwrap_or(name);
        return definitions.get(name).map_or(schema, |target| resolved(target, definitions));
    }
    match schema.get("anyOf").and_then(Value::as_array) {
        Some(options) => options
            .iter()
            .find(|option| option.get("type").and_then(Value::as_str) != Some("null"))
            .map_or(schema, |option| resolved(option, definitions)),
        None => schema,
    }
}
