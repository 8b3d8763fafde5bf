//! Owns the reading of chosen fields out of JSON text, passing over the rest without keeping it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::read::Projection;

/// The fields of a projection as a tree of names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    Whole,
    Some { named: BTreeMap<String, Wanted>, any: Option<Box<Wanted>> },
}

impl Wanted {
    fn nothing() -> Self {
        Self::Some { named: BTreeMap::new(), any: None }
    }

    fn add(&mut self, path: &str) {
        let Self::Some { named, any } = self else { return };
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let below = match name {
            "*" => any.get_or_insert_with(|| Box::new(Self::nothing())),
            _ => named.entry(name.to_owned()).or_insert_with(Self::nothing),
        };
        match rest {
            Some(rest) => below.add(rest),
            None => *below = Self::Whole,
        }
    }

    /// Takes the wanted fields of a JSON value.
    pub(crate) fn take(&self, value: Value) -> Result<Value, serde_json::Error> {
        if *self == Self::Whole {
            return Ok(value);
        }
        Ok(self.deserialize(value)?.unwrap_or_default())
    }

    /// Reads the wanted fields of a JSON text.
    pub(crate) fn read(&self, text: &str) -> Result<Value, serde_json::Error> {
        if *self == Self::Whole {
            return serde_json::from_str(text);
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = self.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(value.unwrap_or_default())
    }
}

impl From<&Projection> for Wanted {
    fn from(projection: &Projection) -> Self {
        match projection {
            Projection::All => Self::Whole,
            Projection::Fields(fields) => {
                let mut wanted = Self::nothing();
                fields.iter().for_each(|field| wanted.add(field));
                wanted
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for &Wanted {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self {
            Wanted::Whole => serde::Deserialize::deserialize(deserializer).map(Some),
            Wanted::Some { .. } => deserializer.deserialize_any(self),
        }
    }
}

/// Only groups and lists of groups have fields within; a plain value where a group was wanted is left out.
impl<'de> Visitor<'de> for &Wanted {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Wanted::Some { named, any } = self else { return Ok(None) };
        let mut fields = Map::new();
        while let Some(key) = map.next_key_seed(Key { named, any: any.as_deref() })? {
            match key {
                Some((name, wanted)) => {
                    if let Some(value) = map.next_value_seed(wanted)? {
                        fields.insert(name, value);
                    }
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok((!fields.is_empty()).then_some(Value::Object(fields)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self)? {
            items.extend(item);
        }
        Ok((!items.is_empty()).then_some(Value::Array(items)))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// Reads a name and finds what is wanted under it; a name that is not wanted is never copied.
struct Key<'a> {
    named: &'a BTreeMap<String, Wanted>,
    any: Option<&'a Wanted>,
}

impl<'de, 'a> DeserializeSeed<'de> for Key<'a> {
    type Value = Option<(String, &'a Wanted)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Key<'a> {
    type Value = Option<(String, &'a Wanted)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.named.get(name).or(self.any).map(|wanted| (name.to_owned(), wanted)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(fields: &[&str], expected: Value) {
        let text = json!({
            "run": {"id": "r", "status": "failed"},
            "labels": {"a\"b": "1", "c": "2"},
            "attachments": [{"key": "k", "bytes": 1}, 7, {"bytes": 2}],
            "deep": {"a": {"x": 1, "y": 2}, "b": {"x": 3}},
        });
        let projection = Projection::Fields(fields.iter().map(|field| (*field).to_owned()).collect());
        assert_eq!(Wanted::from(&projection).read(&text.to_string()).unwrap(), expected);
    }

    #[test]
    fn keeps_what_is_named() {
        check(&["run.status", "missing.field"], json!({"run": {"status": "failed"}}));
        check(&["run", "run.status"], json!({"run": {"id": "r", "status": "failed"}}));
        check(&["run.id.below"], Value::Null);
        check(&["labels.*"], json!({"labels": {"a\"b": "1", "c": "2"}}));
        check(&["deep.*.x"], json!({"deep": {"a": {"x": 1}, "b": {"x": 3}}}));
        check(&["attachments.bytes"], json!({"attachments": [{"bytes": 1}, {"bytes": 2}]}));
        check(&[], Value::Null);
    }

    #[test]
    fn everything_is_everything() {
        let text = r#"{"a":[1,{"b":null}]}"#;
        assert_eq!(Wanted::from(&Projection::All).read(text).unwrap().to_string(), text);
    }
}
