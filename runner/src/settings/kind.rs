//! The kinds of values a setting can have: reads a value in whatever form a source wrote it, and says what
//! would have been right. What the value means is left to the resolution.

use canary_store::StoreSettings;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::address::{AttachmentsAddress, BrowserAddress, parse_url};
use super::nearest::nearest;
use super::secret::SecretSource;

/// The kind of value that a setting has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Any text that is not empty.
    Text,
    /// Yes or no.
    Toggle,
    /// A span of time, at least one millisecond.
    Milliseconds,
    /// A size in memory or on disk.
    Bytes,
    /// A whole number from one on.
    Count,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// Texts by name.
    Named,
    /// Sources of secrets by name.
    NamedSecrets,
    /// The source of one secret.
    Secret,
    /// The address of an HTTP server.
    Http,
    /// A browser.
    Browser,
    /// A store.
    Store,
    /// A place for attachments.
    Attachments,
    /// A point in time.
    Time,
}

/// What is wrong with a value, at a place within it.
#[derive(Debug, PartialEq)]
pub(crate) struct Complaint {
    /// The name within the setting, where it has names.
    pub(crate) member: Option<String>,
    /// What was written, if it may be shown.
    pub(crate) value: Option<String>,
    /// What would have been right.
    pub(crate) expectation: String,
    /// How to mend it.
    pub(crate) hint: Option<String>,
}

impl Kind {
    /// Reads a value into the one form that the kind has. Of lists and maps the right members are kept, so that
    /// what is wrong elsewhere with them is told as well.
    pub(crate) fn read(self, value: &Value) -> (Option<Value>, Vec<Complaint>) {
        let mut complaints = Vec::new();
        let read = match self {
            Self::Texts => Some(read_list(value, &mut complaints)),
            Self::Named => Some(read_map(value, Self::Text, &mut complaints)),
            Self::NamedSecrets => Some(read_map(value, Self::Secret, &mut complaints)),
            _ => {
                let read = self.read_one(value);
                if read.is_none() {
                    complaints.push(self.complain(value));
                }
                read
            }
        };
        (read, complaints)
    }

    /// Says whether a value of this kind is a map, whose members are layered one by one.
    pub(crate) fn is_map(self) -> bool {
        matches!(self, Self::Named | Self::NamedSecrets)
    }

    fn read_one(self, value: &Value) -> Option<Value> {
        let text = as_text(value)?;
        let text = text.trim();
        let kept = || Some(Value::from(text));
        match self {
            Self::Toggle => read_toggle(text).map(Value::from),
            Self::Milliseconds => read_milliseconds(text).filter(|span| *span > 0).map(Value::from),
            Self::Bytes => read_bytes(text).map(Value::from),
            Self::Count => text.parse::<u64>().ok().filter(|count| *count > 0).map(Value::from),
            Self::Choice(words) => words.contains(&text).then(kept)?,
            Self::Secret => SecretSource::parse(text).and_then(|_| kept()),
            Self::Http => parse_url(text, &["http", "https"]).and_then(|_| kept()),
            Self::Browser => BrowserAddress::parse(text).and_then(|_| kept()),
            Self::Store => text.parse::<StoreSettings>().is_ok().then(kept)?,
            Self::Attachments => AttachmentsAddress::parse(text).and_then(|_| kept()),
            Self::Time => text.parse::<Timestamp>().ok().and_then(|_| kept()),
            Self::Text | Self::Texts | Self::Named | Self::NamedSecrets => {
                if text.is_empty() {
                    None
                } else {
                    kept()
                }
            }
        }
    }

    fn complain(self, value: &Value) -> Complaint {
        let shown = match self {
            Self::Secret => None,
            _ => Some(as_text(value).unwrap_or_else(|| value.to_string())),
        };
        let hint = match (self, &shown) {
            (Self::Choice(words), Some(text)) => nearest(text, words.iter().copied()).map(did_you_mean),
            (Self::Browser, Some(text)) => nearest(text, ["launch"]).map(did_you_mean),
            (Self::Store, Some(text)) if !text.contains(':') => {
                Some(format!("for a SQLite file write `sqlite:{text}`"))
            }
            (Self::Attachments, Some(text)) if !text.contains(':') => {
                Some(format!("for a folder write `folder:{text}`"))
            }
            (Self::Secret, _) => {
                Some("the value itself is never written into settings: name a variable or a file".to_owned())
            }
            _ => None,
        };
        Complaint { member: None, value: shown, expectation: self.expectation(), hint }
    }

    /// Says what values of this kind look like.
    pub(crate) fn expectation(self) -> String {
        match self {
            Self::Text => "a text that is not empty".to_owned(),
            Self::Toggle => "`true` or `false`".to_owned(),
            Self::Milliseconds => "milliseconds above 0, or a span such as `30s` or `5m`".to_owned(),
            Self::Bytes => "bytes, or a size such as `64MiB`".to_owned(),
            Self::Count => "a whole number above 0".to_owned(),
            Self::Choice(words) => {
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
            }
            Self::Texts => "a list of texts".to_owned(),
            Self::Named => "names with values: `NAME=VALUE`".to_owned(),
            Self::NamedSecrets => {
                format!("names with sources: `NAME=SOURCE`, a source being {}", SecretSource::EXPECTATION)
            }
            Self::Secret => SecretSource::EXPECTATION.to_owned(),
            Self::Http => "an address such as `http://HOST:PORT`".to_owned(),
            Self::Browser => BrowserAddress::EXPECTATION.to_owned(),
            Self::Store => "`sqlite:FILE`, `elasticsearch:URL`, `ndjson:FILE` or `ndjson:-`".to_owned(),
            Self::Attachments => AttachmentsAddress::EXPECTATION.to_owned(),
            Self::Time => "a point in time such as `2026-11-21T12:00:00Z`".to_owned(),
        }
    }
}

/// Returns the hint for a mistyped word.
pub(crate) fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(toggle) => Some(toggle.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn read_toggle(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "on" | "allow" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// A bare number is milliseconds.
fn read_milliseconds(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text);
    let factor = match unit {
        "" | "ms" => 1.0,
        "s" => 1e3,
        "m" | "min" => 60e3,
        "h" => 3_600e3,
        _ => return None,
    };
    scaled(number, factor)
}

fn read_bytes(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text);
    let factor = match unit {
        "" | "B" => 1.0,
        "kB" => 1e3,
        "KiB" | "k" | "K" => 1_024.0,
        "MB" => 1e6,
        "MiB" | "m" | "M" => 1_048_576.0,
        "GB" => 1e9,
        "GiB" | "g" | "G" => 1_073_741_824.0,
        _ => return None,
    };
    scaled(number, factor).filter(|bytes| *bytes > 0)
}

fn split_unit(text: &str) -> (&str, &str) {
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    (number, unit.trim_start())
}

/// Spans and sizes above this are mistakes, and would overflow sums made with them.
const LARGEST: f64 = 1e15;

fn scaled(number: &str, factor: f64) -> Option<u64> {
    let number: f64 = number.parse().ok()?;
    let scaled = (number * factor).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above and below")]
    (0.0..=LARGEST).contains(&scaled).then_some(scaled as u64)
}

fn read_list(value: &Value, complaints: &mut Vec<Complaint>) -> Value {
    let texts: Vec<Value> = match value {
        Value::Array(items) => items.clone(),
        Value::String(text) => text.split(',').map(|item| Value::from(item.trim())).collect(),
        other => vec![other.clone()],
    };
    let mut read = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match Kind::Text.read_one(text) {
            Some(text) => read.push(text),
            None => {
                let mut complaint = Kind::Text.complain(text);
                complaint.member = Some(index.to_string());
                complaints.push(complaint);
            }
        }
    }
    Value::Array(read)
}

fn read_map(value: &Value, kind: Kind, complaints: &mut Vec<Complaint>) -> Value {
    let mut read = Map::new();
    for (name, value) in pairs(value, kind, complaints) {
        match kind.read_one(&value) {
            Some(value) => {
                read.insert(name, value);
            }
            None => {
                let mut complaint = kind.complain(&value);
                complaint.member = Some(name);
                complaints.push(complaint);
            }
        }
    }
    Value::Object(read)
}

/// Files write maps; flags write lists of `NAME=VALUE`; variables write them with commas between.
fn pairs(value: &Value, kind: Kind, complaints: &mut Vec<Complaint>) -> Vec<(String, Value)> {
    let items: Vec<String> = match value {
        Value::Object(map) => return map.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        Value::Array(items) => items.iter().filter_map(as_text).collect(),
        Value::String(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
        other => vec![other.to_string()],
    };
    let mut pairs = Vec::new();
    for item in items {
        match item.split_once('=') {
            Some((name, value)) if !name.is_empty() => pairs.push((name.to_owned(), Value::from(value))),
            _ => complaints.push(Complaint {
                member: None,
                value: (!matches!(kind, Kind::Secret)).then_some(item),
                expectation: if matches!(kind, Kind::Secret) { Kind::NamedSecrets } else { Kind::Named }
                    .expectation(),
                hint: None,
            }),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(kind: Kind, written: Value, expected: Value) {
        assert_eq!(kind.read(&written), (Some(expected), vec![]), "{kind:?} of {written}");
    }

    fn refused(kind: Kind, written: Value) -> Vec<Complaint> {
        let (_, complaints) = kind.read(&written);
        assert!(!complaints.is_empty(), "{kind:?} takes {written}");
        complaints
    }

    #[test]
    fn spans_have_units() {
        check(Kind::Milliseconds, json!(30_000), json!(30_000));
        check(Kind::Milliseconds, json!("30s"), json!(30_000));
        check(Kind::Milliseconds, json!("1.5 s"), json!(1_500));
        check(Kind::Milliseconds, json!("2m"), json!(120_000));
        refused(Kind::Milliseconds, json!(0));
        refused(Kind::Milliseconds, json!("-1"));
        refused(Kind::Milliseconds, json!("soon"));
        refused(Kind::Milliseconds, json!("1e300h"));
    }

    #[test]
    fn sizes_have_units() {
        check(Kind::Bytes, json!("64MiB"), json!(67_108_864));
        refused(Kind::Bytes, json!("64 parsecs"));
    }

    #[test]
    fn maps_come_in_three_forms() {
        let expected = json!({"team": "web", "tier": "1"});
        check(Kind::Named, json!({"team": "web", "tier": 1}), expected.clone());
        check(Kind::Named, json!(["team=web", "tier=1"]), expected.clone());
        check(Kind::Named, json!("team=web,tier=1"), expected);
        refused(Kind::Named, json!("team"));
    }

    #[test]
    fn a_secret_written_in_the_open_is_not_shown() {
        let complaints = refused(Kind::NamedSecrets, json!({"SHOP": "hunter22"}));
        assert_eq!(complaints.len(), 1);
        assert!(!format!("{complaints:?}").contains("hunter22"));
        assert!(!format!("{:?}", refused(Kind::NamedSecrets, json!("hunter22"))).contains("hunter22"));
    }

    #[test]
    fn a_mistyped_word_gets_a_hint() {
        let complaints = refused(Kind::Choice(&["pretty", "json"]), json!("prety"));
        assert_eq!(
            complaints.first().and_then(|first| first.hint.as_deref()),
            Some("did you mean `pretty`?")
        );
    }
}
