//! The JSON Schema of the settings file: names and descriptions from the settings as they are written, what a
//! value may look like from the kind of each, defaults from the file of defaults.

use schemars::{Schema, schema_for};
use serde_json::{Value, json};

use crate::settings::catalog::CATALOG;
use crate::settings::kind::Kind;
use crate::settings::written::Config;

/// The settings with their defaults, as a person reads them.
const DEFAULTS: &str = include_str!("../default-config.yaml");

/// Returns the schema of `canary.yaml`.
pub(super) fn schema() -> Schema {
    let mut schema = schema_for!(Config);
    let defaults: Value = serde_saphyr::from_str(DEFAULTS).unwrap_or_default();
    for setting in CATALOG {
        let default = defaults.pointer(&format!("/{}", setting.path.replace('.', "/")));
        if let Some(property) = property(&mut schema, setting.path) {
            let mut written = forms(setting.kind);
            if let Some(description) = property.get("description") {
                written["description"] = description.clone();
            }
            written["default"] = default.cloned().unwrap_or_default();
            *property = written;
        }
    }
    // A group as a whole has no default of its own.
    for group in crate::settings::catalog::GROUPS {
        if let Some(group) = property(&mut schema, group).and_then(Value::as_object_mut) {
            group.remove("default");
        }
    }
    schema
}

/// Returns the schema of one setting; those of a group stand in a definition.
fn property<'a>(schema: &'a mut Schema, path: &str) -> Option<&'a mut Value> {
    let Some((group, name)) = path.split_once('.') else {
        return schema.get_mut("properties")?.get_mut(path);
    };
    let reference = schema.get("properties")?.get(group)?.get("$ref")?.as_str()?;
    let definition = reference.strip_prefix("#/$defs/")?.to_owned();
    schema.get_mut("$defs")?.get_mut(definition)?.get_mut("properties")?.get_mut(name)
}

/// Returns what values of a kind look like in a file; `null` stands for the default.
fn forms(kind: Kind) -> Value {
    let text = |pattern: &str| json!({"type": ["string", "null"], "pattern": pattern});
    match kind {
        Kind::Text => json!({"type": ["string", "number", "boolean", "null"], "minLength": 1}),
        Kind::Toggle => {
            json!({"enum": [true, false, "true", "false", "yes", "no", "on", "off", "allow", "1", "0", 1, 0, null]})
        }
        Kind::Milliseconds => number_or(r"^\s*[0-9.]+\s*(ms|s|m|min|h)?\s*$"),
        Kind::Bytes => number_or(r"^\s*[0-9.]+\s*(B|kB|KiB|k|K|MB|MiB|m|M|GB|GiB|g|G)?\s*$"),
        Kind::Count => number_or(r"^\s*[0-9]+\s*$"),
        Kind::Choice(words) => {
            let words = words.iter().map(|word| json!(word)).chain([Value::Null]);
            json!({"enum": words.collect::<Vec<_>>()})
        }
        Kind::Texts => json!({"type": ["array", "string", "null"], "items": {"type": ["string", "number"]}}),
        Kind::Named => {
            let value = json!({"type": ["string", "number", "boolean"]});
            json!({"type": ["object", "array", "string", "null"], "additionalProperties": value})
        }
        Kind::NamedSecrets => {
            let value = json!({"type": "string", "pattern": SECRET});
            json!({"type": ["object", "array", "string", "null"], "additionalProperties": value})
        }
        Kind::Secret => text(SECRET),
        Kind::Http => text("^https?://"),
        Kind::Browser => text("^\\s*(launch$|https?://|wss?://)"),
        Kind::Store => text("^\\s*(sqlite|elasticsearch|ndjson):"),
        Kind::Attachments => text("^\\s*(off$|folder:)"),
        Kind::Time => json!({"type": ["string", "null"], "format": "date-time"}),
    }
}

const SECRET: &str = "^\\s*(env|file):";

fn number_or(pattern: &str) -> Value {
    json!({"type": ["number", "string", "null"], "exclusiveMinimum": 0, "pattern": pattern})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_description_its_form_and_its_default() {
        let mut schema = schema();
        for setting in CATALOG {
            let property = property(&mut schema, setting.path).cloned().unwrap_or_default();
            assert!(property["description"].is_string(), "{}: {property}", setting.path);
            assert!(property.get("default").is_some(), "{}: {property}", setting.path);
        }
        let limit = property(&mut schema, "git_limit_bytes").unwrap();
        assert_eq!((&limit["default"], &limit["type"][1]), (&json!("512MiB"), &json!("string")));
        assert_eq!(property(&mut schema, "observe.screenshot").unwrap()["enum"][0], "failure");
    }
}
