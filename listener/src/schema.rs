//! The command `schema`: JSON Schemas of what a person writes for the listener: rule files and settings.
//!
//! The settings' types here are what a file may hold; what values mean is [`crate::settings`]'s, which says more
//! and where. A test holds the two together.

#![expect(dead_code, reason = "these types are read by the generator of the schema only")]

use std::collections::BTreeMap;

use canary_rules::{WrittenDuration, rules_schema};
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value};

/// What there is a schema of.
pub(crate) const NAMES: [&str; 2] = ["rules", "settings"];

/// Returns one schema, or all of them in one object.
pub(crate) fn schema(name: Option<&str>) -> Option<Value> {
    let all = [("rules", rules_schema()), ("settings", schema_for!(Settings))];
    let mut all: Map<String, Value> =
        all.into_iter().map(|(name, schema)| (name.to_owned(), schema.into())).collect();
    match name {
        None => Some(Value::Object(all)),
        Some(name) => all.remove(name),
    }
}

/// A settings file of canary-listener. Each single value can also be given as a flag, or as a variable
/// `CANARY_LISTENER_<NAME>`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "canary-listener.yaml")]
struct Settings {
    /// The store that the monitors write: `sqlite:FILE` or `elasticsearch:URL`.
    store: Option<String>,
    /// Rule files; without any the rules that `canary-listener defaults` prints.
    rules: Option<Texts>,
    /// Where screenshots lie: a folder or an address, for messages.
    attachments: Option<String>,
    /// Address of an incoming webhook of Slack: a receiver called `slack`.
    slack_webhook: Option<Secret>,
    /// Any address that takes JSON: a receiver called `webhook`.
    webhook: Option<Secret>,
    /// Signs what is sent to it.
    webhook_secret: Option<Secret>,
    /// Whether messages are printed; `auto`: where there is no other receiver.
    terminal: Option<Terminal>,
    /// Receiver that is told what others could not be; without it any other one.
    dead_letters: Option<String>,
    /// More receivers, by name.
    receivers: Option<BTreeMap<String, Receiver>>,
    /// Who gets which alert; without them every receiver gets everything; the first that fits decides.
    routes: Option<Vec<Route>>,
    /// Alerts that fit are written down and not told.
    silences: Option<Vec<Silence>>,
    /// Address at which people reach this listener's pages.
    public_url: Option<String>,
    /// Address of a run, with `{run}` in it.
    run_url: Option<String>,
    /// Address of Kibana.
    kibana_url: Option<String>,
    /// Address of `/healthz`, `/metrics` and the status page, or `off`.
    listen: Option<String>,
    /// How often new documents are read, in seconds.
    tick_secs: Option<u64>,
    /// After this time without a sign of life, in seconds, another listener takes over.
    lease_ttl_secs: Option<u64>,
    /// How long messages may still be sent when it ends, in seconds.
    drain_timeout_secs: Option<u64>,
    /// What is logged.
    log_level: Option<Level>,
    /// How it is logged.
    log_format: Option<Format>,
}

/// A secret as it is, or where it is read: `env:VARIABLE` or `file:PATH`.
#[derive(JsonSchema)]
struct Secret(String);

/// A list of texts; a single text counts as a list of one.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Texts {
    One(String),
    Many(Vec<String>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Terminal {
    Word(TerminalWord),
    Truth(bool),
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TerminalWord {
    Yes,
    No,
    Auto,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    Human,
    Json,
}

/// One who is told.
#[derive(JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Receiver {
    /// An incoming webhook of Slack.
    Slack {
        /// Its address.
        url: Secret,
        /// Template of the words.
        template: Option<String>,
        /// How long alerts are gathered into one message.
        group_wait: Option<WrittenDuration>,
    },
    /// Any address that takes JSON.
    Webhook {
        /// The address.
        url: Secret,
        /// Signs what is sent.
        secret: Option<Secret>,
        /// Token of the header `Authorization`.
        bearer: Option<Secret>,
        /// User of basic authentication.
        user: Option<String>,
        /// Its password.
        password: Option<Secret>,
        /// Template of the body, instead of ours.
        body: Option<String>,
        /// How long an answer may take.
        timeout: Option<WrittenDuration>,
    },
    /// The standard output.
    Terminal {
        /// Template of the words.
        template: Option<String>,
    },
}

/// Values by label; several values are alternatives, `*` stands for anything.
#[derive(JsonSchema)]
struct Matchers(BTreeMap<String, Texts>);

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Route {
    /// Which alerts; without it all.
    r#match: Option<Matchers>,
    /// The same as `match`.
    when: Option<Matchers>,
    /// Names of receivers.
    receivers: Texts,
    /// Whether later routes are asked as well.
    r#continue: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Silence {
    /// Its name.
    id: String,
    /// Which alerts; without it all.
    r#match: Option<Matchers>,
    /// The same as `match`.
    when: Option<Matchers>,
    /// From when, such as `2026-11-20T10:00:00Z`.
    from: Option<String>,
    /// Until when.
    until: Option<String>,
    /// Why.
    comment: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_setting_is_described() {
        let settings = schema(Some("settings")).unwrap();
        let properties = settings["properties"].as_object().unwrap();
        let described: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        let known = crate::settings::known();
        assert_eq!(described, known.iter().map(String::as_str).collect::<BTreeSet<_>>());
        for (name, property) in properties {
            assert!(property["description"].is_string(), "{name}: {property}");
        }
    }

    #[test]
    fn there_is_a_schema_of_each_name() {
        assert!(NAMES.iter().all(|name| schema(Some(name)).is_some()));
        assert_eq!(schema(None).unwrap().as_object().unwrap().len(), NAMES.len());
        assert_eq!(schema(Some("rulez")), None);
    }
}
