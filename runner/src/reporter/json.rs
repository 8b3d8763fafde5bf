//! The reporter for programs: one JSON object a line, each with its `type`.

use serde::Serialize;
use serde_json::{Map, Value};

/// Returns a line.
pub(super) fn line(kind: &str, event: &impl Serialize) -> String {
    let mut line = Map::from_iter([("type".to_owned(), Value::from(kind))]);
    // Reports are structs of texts and numbers, which always have a JSON form.
    if let Ok(Value::Object(fields)) = serde_json::to_value(event) {
        line.extend(fields);
    }
    format!("{}\n", Value::Object(line))
}
