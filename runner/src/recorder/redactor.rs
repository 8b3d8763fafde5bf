//! Redaction: replaces the run's secrets in everything that leaves the process. The recorder, the logger and
//! the reporters share one redactor; nothing else needs to know a secret's forms.

use std::borrow::Cow;

use serde_json::Value;

use crate::settings::secret::Secret;

/// Shorter values stand by chance in too many texts.
const SHORTEST: usize = 4;

/// Knows the secrets of a run in every form in which a text may hold them.
#[derive(Default)]
pub(crate) struct Redactor {
    /// Forms with what is put in their place, longest first, so that a secret within another is no obstacle.
    forms: Vec<(String, String)>,
    /// The values themselves, longest first: within a URL each byte may stand as it is or encoded.
    values: Vec<(Vec<u8>, String)>,
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
        let mut values: Vec<(Vec<u8>, String)> = Vec::new();
        for secret in secrets.iter().filter(|secret| secret.expose().chars().count() >= SHORTEST) {
            values.push((secret.expose().as_bytes().to_vec(), secret.to_string()));
            for form in forms_of(secret.expose()) {
                if !forms.iter().any(|(known, _)| *known == form) {
                    forms.push((form, secret.to_string()));
                }
            }
        }
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        values.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        Self { forms, values }
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
        match self.without_encoded(&clean) {
            Some(cleaner) => Cow::Owned(cleaner),
            None => clean,
        }
    }

    /// Returns the text without secrets that stand in it percent-encoded, if there are any. Which bytes a URL
    /// encodes is everybody's own choice, so each byte is looked for in both ways.
    fn without_encoded(&self, text: &str) -> Option<String> {
        if !text.contains(['%', '+']) {
            return None;
        }
        let bytes = text.as_bytes();
        let mut clean: Vec<u8> = Vec::new();
        let (mut at, mut copied) = (0, 0);
        while at < bytes.len() {
            let found = self
                .values
                .iter()
                .find_map(|(value, instead)| Some((encoded_end(bytes, at, value)?, instead)));
            let Some((end, instead)) = found else {
                at += 1;
                continue;
            };
            clean.extend_from_slice(&bytes[copied..at]);
            clean.extend_from_slice(instead.as_bytes());
            (at, copied) = (end, end);
        }
        if copied == 0 {
            return None;
        }
        clean.extend_from_slice(&bytes[copied..]);
        // Whole characters were taken out, so what is left is text.
        String::from_utf8(clean).ok()
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

/// The forms in which a value may stand in a text: as it is, within JSON (once and twice), and within HTML.
fn forms_of(value: &str) -> Vec<String> {
    let json = within_json(value);
    let twice = within_json(&json);
    let html = within_html(value);
    let quoted = html.replace('"', "&quot;");
    let apostrophes = quoted.replace('\'', "&#39;");
    let mut forms = vec![value.to_owned(), html, quoted, apostrophes, json, twice];
    forms.dedup();
    forms
}

/// Returns where a value ends that begins at `at` with each of its bytes as it is, as `%XX`, or a space as `+`.
fn encoded_end(text: &[u8], mut at: usize, value: &[u8]) -> Option<usize> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    for wanted in value {
        at += match *text.get(at)? {
            b'%' if *wanted != b'%' || text.get(at + 1..at + 3) == Some(b"25") => {
                let (high, low) = (digit(*text.get(at + 1)?)?, digit(*text.get(at + 2)?)?);
                if high * 16 + low != u32::from(*wanted) {
                    return None;
                }
                3
            }
            b'+' if *wanted == b' ' => 1,
            byte if byte == *wanted => 1,
            _ => return None,
        };
    }
    Some(at)
}

fn within_json(value: &str) -> String {
    let quoted = Value::from(value).to_string();
    quoted.trim_matches('"').to_owned()
}

/// Texts keep their quotes; attributes, and some frameworks, do not.
fn within_html(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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
            "p@ss \"w&amp;rd\"/1",
            "p@ss%20%22w&rd%22/1",
            "p@ss+\"w%26rd\"%2F1",
        ] {
            assert_eq!(redactor.text(&format!("<{text}>")), "<[redacted:SHOP]>", "{text}");
        }
    }

    #[test]
    fn finds_it_in_what_browsers_make_of_a_url() {
        let redactor = redactor(&[("SHOP", "s3cr&t wörd!"), ("ODD", "100% of+it")]);
        for text in ["s3cr%26t%20w%C3%B6rd!", "s3cr%26t+w%c3%b6rd%21", "s3cr&t%20wörd!"] {
            let cleaned = redactor.text(text);
            assert_eq!(cleaned, "[redacted:SHOP]", "{text}");
        }
        for text in ["100%25%20of%2Bit", "100%25+of+it", "100% of+it"] {
            assert_eq!(redactor.text(text), "[redacted:ODD]", "{text}");
        }
        for text in ["/search?q=100%25&s3cr=1+1", "ö%", "%2", "+"] {
            assert_eq!(redactor.text(text), text);
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
