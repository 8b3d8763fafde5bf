//! Headers with their repetitions, in the order in which they came.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its name as it was sent.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Headers of a request or an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// Makes headers of pairs.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| Header { name, value }).collect())
    }

    /// Returns all of them as they came.
    pub fn all(&self) -> &[Header] {
        &self.0
    }

    /// Returns the values of a header joined as HTTP joins them, whatever the case of its name.
    pub fn get(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.values(name).collect();
        let separator = if name.eq_ignore_ascii_case("set-cookie") { "\n" } else { ", " };
        (!values.is_empty()).then(|| values.join(separator))
    }

    /// Returns each value of a header.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.0.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
        of_name.map(|header| header.value.as_str())
    }

    /// Returns them by lower-case name, repetitions joined.
    pub fn by_name(&self) -> BTreeMap<String, String> {
        let names = self.0.iter().map(|header| header.name.to_ascii_lowercase());
        names.filter_map(|name| self.get(&name).map(|value| (name, value))).collect()
    }
}

/// The protocol joins repeated headers by line breaks.
impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = serde_json::Map::<String, Value>::deserialize(deserializer)?;
        let mut headers = Vec::new();
        for (name, value) in object {
            let value = match value {
                Value::String(value) => value,
                other => other.to_string(),
            };
            headers.extend(
                value.split('\n').map(|value| Header { name: name.clone(), value: value.to_owned() }),
            );
        }
        Ok(Self(headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_headers_stay_apart_and_join_as_http_does() {
        let headers: Headers =
            serde_json::from_str(r#"{ "Set-Cookie": "a=1\nb=2", "Vary": "x\ny", "Age": 3 }"#).unwrap();
        assert_eq!(headers.get("set-cookie").as_deref(), Some("a=1\nb=2"));
        assert_eq!(headers.get("vary").as_deref(), Some("x, y"));
        assert_eq!(headers.get("age").as_deref(), Some("3"));
        assert_eq!(headers.get("etag"), None);
        assert_eq!(headers.values("Set-Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    }
}
