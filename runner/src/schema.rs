//! The command `schema`: JSON Schemas of everything a person writes, and of the documents a person reads.

mod config;

use std::io::Write as _;

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::error::CommandError;
use crate::exit::Exit;

/// The schemas by name.
fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        ("config", config::schema()),
        ("documents", documents()),
        ("recording", canary_script::recording_schema()),
    ]
}

/// The fields of each kind of document.
fn documents() -> Schema {
    let mut generator = SchemaGenerator::default();
    let mut kinds = Map::new();
    for kind in canary_store::Kind::ALL {
        if let Some(schema) = kind.body_schema(&mut generator) {
            kinds.insert(kind.as_str().to_owned(), schema.into());
        }
    }
    let mut schema = Schema::default();
    schema.insert("title".to_owned(), Value::from("documents by kind"));
    schema.insert("properties".to_owned(), Value::Object(kinds));
    schema.insert("$defs".to_owned(), Value::Object(generator.take_definitions(true)));
    schema
}

/// Prints one schema, or all of them in one object.
pub(crate) fn print(name: Option<&str>) -> Result<Exit, CommandError> {
    let schemas = schemas();
    let mut known = schemas.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    known += "; those of rule files and of the listener's settings are printed by `canary-listener schema`";
    let mut all: Map<String, Value> =
        schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema.into())).collect();
    let shown = match name {
        None => Value::Object(all),
        Some(name) => match all.remove(name) {
            Some(schema) => schema,
            None => return Err(CommandError::NoSchema { name: name.to_owned(), known }),
        },
    };
    writeln!(std::io::stdout(), "{shown:#}")?;
    Ok(Exit::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_and_kind_is_described() {
        let schemas: Map<String, Value> =
            schemas().into_iter().map(|(name, schema)| (name.to_owned(), schema.into())).collect();
        assert_eq!(schemas["recording"]["required"], serde_json::json!(["title", "steps"]));
        assert!(schemas["documents"]["properties"]["request"].is_object());
        assert!(schemas["documents"]["$defs"]["Timings"].is_object());
    }
}
