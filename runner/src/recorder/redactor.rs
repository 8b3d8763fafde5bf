//! Redaction: replaces the run's secrets in everything that leaves the process. The recorder, the logger and
//! the reporters share one redactor; nothing else needs to know a secret's forms.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use crate::settings::secret::Secret;

/// Shorter values stand by chance in too many texts.
const SHORTEST: usize = 4;

/// Knows the secrets of a run in every form in which a text may hold them.
#[derive(Default)]
pub(crate) struct Redactor {
    /// Forms with what is put in their place, longest first, so that a secret within another is no obstacle.
    forms: Vec<(String, String)>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Redactor({} forms)", self.forms.len())
    }
}

impl Redactor {
    /// Returns the redactor of these secrets.
    pub(crate) fn new(secrets: &[Secret]) -> Self {
        let mut forms: Vec<(String, String)> = Vec::new();
        for secret in secrets.iter().filter(|secret| secret.expose().chars().count() >= SHORTEST) {
            for form in forms_of(secret.expose()) {
                if !forms.iter().any(|(known, _)| *known == form) {
                    forms.push((form, secret.to_string()));
                }
            }
        }
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        Self { forms }
    }

    /// Says whether there is nothing to redact.
    pub(crate) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Returns the text without secrets.
    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut clean = Cow::Borrowed(text);
        for (form, instead) in &self.forms {
            if clean.contains(form.as_str()) {
                clean = Cow::Owned(clean.replace(form.as_str(), instead));
            }
        }
        clean
    }

    /// Returns the bytes without secrets, if they are text; others are left alone.
    pub(crate) fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.is_empty() {
            return bytes;
        }
        match String::from_utf8(bytes) {
            Ok(text) => self.text(&text).into_owned().into_bytes(),
            Err(error) => error.into_bytes(),
        }
    }

    /// Takes the secrets out of every text of a JSON value, names of members included.
    pub(crate) fn value(&self, value: &mut Value) {
        if self.is_empty() {
            return;
        }
        match value {
            Value::String(text) => {
                if let Cow::Owned(clean) = self.text(text) {
                    *text = clean;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(members) => {
                if members.keys().any(|name| matches!(self.text(name), Cow::Owned(_))) {
                    *members = std::mem::take(members)
                        .into_iter()
                        .map(|(name, value)| (self.text(&name).into_owned(), value))
                        .collect();
                }
                members.values_mut().for_each(|member| self.value(member));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The forms in which a value may stand in a text: as it is, within JSON (once and twice), within a URL (both
/// ways of writing it), within a form's body, and within HTML.
fn forms_of(value: &str) -> Vec<String> {
    let json = within_json(value);
    let twice = within_json(&json);
    let mut forms = vec![
        value.to_owned(),
        percent_encoded(value, false, false),
        percent_encoded(value, true, false),
        percent_encoded(value, false, true),
        within_html(value),
        json,
        twice,
    ];
    // The browser leaves these as they are in paths and queries.
    let lenient: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    forms.push(lenient);
    // A URL that is parsed and printed keeps the marks that may stand in its path or user.
    if let Ok(url) = url::Url::parse(&format!("http://x/{}", value.replace(['?', '#'], "_")))
        && !value.contains(['?', '#'])
        && let Some(path) = url.path().strip_prefix('/')
    {
        forms.push(path.to_owned());
    }
    forms.retain(|form| form.chars().count() >= SHORTEST);
    forms.dedup();
    forms
}

fn within_json(value: &str) -> String {
    let quoted = Value::from(value).to_string();
    quoted.trim_matches('"').to_owned()
}

fn within_html(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn percent_encoded(value: &str, lower: bool, everything: bool) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        let plain = byte.is_ascii_alphanumeric() || (!everything && b"-_.~".contains(&byte));
        // Writing to a String cannot fail.
        match (plain, lower) {
            (true, _) => encoded.push(char::from(byte)),
            (false, true) => write!(encoded, "%{byte:02x}").unwrap_or_default(),
            (false, false) => write!(encoded, "%{byte:02X}").unwrap_or_default(),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn redactor(values: &[(&str, &str)]) -> Redactor {
        let secrets: Vec<Secret> = values.iter().map(|(name, value)| Secret::new(*name, *value)).collect();
        Redactor::new(&secrets)
    }

    #[test]
    fn replaces_every_form() {
        let redactor = redactor(&[("SHOP", "p@ss \"w&rd\"/1")]);
        for text in [
            "p@ss \"w&rd\"/1",
            r#"p@ss \"w&rd\"/1"#,
            r#"p@ss \\\"w&rd\\\"/1"#,
            "p%40ss%20%22w%26rd%22%2F1",
            "p%40ss%20%22w%26rd%22%2f1",
            "p%40ss+%22w%26rd%22%2F1",
            "p@ss &quot;w&amp;rd&quot;/1",
        ] {
            assert_eq!(redactor.text(&format!("<{text}>")), "<[redacted:SHOP]>", "{text}");
        }
    }

    #[test]
    fn leaves_short_values_and_other_texts_alone() {
        let redactor = redactor(&[("PIN", "123"), ("SHOP", "hunter22")]);
        assert_eq!(redactor.text("123 hunter2"), "123 hunter2");
    }

    #[test]
    fn a_secret_within_another_is_no_obstacle() {
        let redactor = redactor(&[("SHORT", "hunter"), ("LONG", "hunter22")]);
        assert_eq!(redactor.text("hunter22 hunter"), "[redacted:LONG] [redacted:SHORT]");
    }

    #[test]
    fn json_is_cleaned_in_values_and_names() {
        let redactor = redactor(&[("SHOP", "hunter22")]);
        let mut value = json!({"a": ["x hunter22", 1], "hunter22": {"b": "hunter22"}});
        redactor.value(&mut value);
        assert_eq!(
            value,
            json!({"a": ["x [redacted:SHOP]", 1], "[redacted:SHOP]": {"b": "[redacted:SHOP]"}})
        );
    }

    proptest! {
        #[test]
        fn no_secret_is_left(secret in "[ -~]{8,20}", before in "[a-z ]{0,5}", after in "[a-z ]{0,5}") {
            let redactor = redactor(&[("S", &secret)]);
            prop_assume!(!"[redacted:S]".contains(&secret));
            let clean = redactor.text(&format!("{before}{secret}{after}")).into_owned();
            prop_assert!(!clean.contains(&secret), "{clean}");
        }
    }
}
