//! What the sources together give, and what is told when they are wrong.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::settings::Settings;
use crate::settings::catalog::CATALOG;
use crate::settings::sources::Environment;

fn flag(path: &str, value: Value) -> Written {
    Written { path: path.to_owned(), value, place: format!("--{}", path.replace('_', "-")) }
}

fn sources<const N: usize>(flags: Vec<Written>, variables: [(&str, &str); N]) -> Sources {
    Sources { flags, environment: Environment::from(variables), file: None, compat: None }
}

#[test]
fn every_setting_has_a_default_line() {
    let mut problems = Vec::new();
    let mentioned: BTreeSet<&str> = DEFAULTS
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split_once(':').map(|(name, _)| name.trim()))
        .collect();
    for setting in CATALOG {
        let name = setting.path.rsplit('.').next().unwrap_or(setting.path);
        assert!(mentioned.contains(name), "{} has no line in default-config.yaml", setting.path);
    }
    file::read("default-config.yaml", DEFAULTS, &mut problems);
    assert_eq!(problems, []);
}

#[test]
fn the_catalog_and_the_schema_name_the_same_settings() {
    let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap();
    let mut names = BTreeSet::new();
    for (name, _) in schema["properties"].as_object().unwrap() {
        let group = match name.as_str() {
            "observe" => "Observe",
            "elasticsearch" => "Elasticsearch",
            _ => "",
        };
        if let Some(members) = schema["$defs"][group]["properties"].as_object() {
            names.extend(members.keys().map(|member| format!("{name}.{member}")));
        } else {
            names.insert(name.clone());
        }
    }
    let catalog: BTreeSet<String> = catalog::paths().map(str::to_owned).collect();
    assert_eq!(names, catalog);
}

#[test]
fn flags_stand_over_variables() {
    let sources = sources(
        vec![flag("timeout_ms", json!("7s")), flag("labels", json!(["a=flag"]))],
        [
            ("CANARY_TIMEOUT_MS", "9s"),
            ("CANARY_LABELS", "a=variable,b=variable"),
            ("CANARY_LOCATION", "prague"),
        ],
    );
    let (settings, _) = Settings::read(&sources).checked().unwrap();
    assert_eq!(settings.limits.test, Some(std::time::Duration::from_secs(7)));
    assert_eq!(settings.identity.location, "prague");
    let labels: Vec<_> = settings.identity.labels.into_iter().collect();
    assert_eq!(labels, [("a".to_owned(), "flag".to_owned()), ("b".to_owned(), "variable".to_owned())]);
}

#[test]
fn what_was_changed_is_told_without_credentials() {
    let flags = vec![
        flag("git", json!("https://ann:hunter22@host/a.git")),
        flag("params", json!(["a=b"])),
        flag("observe.memory", json!("no")),
    ];
    let (settings, _) = Settings::read(&sources(flags, [])).checked().unwrap();
    let changed: Vec<_> = settings.changed.into_iter().collect();
    let expected =
        [("git".to_owned(), json!("https://host/a.git")), ("observe.memory".to_owned(), json!(false))];
    assert_eq!(changed, expected);
}

#[test]
fn all_problems_are_told_together() {
    let sources = sources(
        vec![
            flag("browser", json!("lunch")),
            flag("store", json!("canary.db")),
            flag("secrets", json!(["SHOP=hunter22", "API=env:MISSING"])),
            flag("revision", json!("main")),
            flag("git_token", json!("file:/nowhere/token")),
        ],
        [("CANARY_TIMEOUT_MS", "soon"), ("CANARY_OBSERVE_MEMRY", "yes")],
    );
    let problems = Settings::read(&sources).checked().unwrap_err();
    insta::assert_snapshot!(problems.to_string(), @"
    8 problems with the settings
      CANARY_OBSERVE_MEMRY (environment)
        expected: a variable of a setting; others do not begin with `CANARY_`
        hint: did you mean `CANARY_OBSERVE_MEMORY`?
      timeout_ms (CANARY_TIMEOUT_MS): `soon`
        expected: milliseconds above 0, or a span such as `30s` or `5m`
      browser (--browser): `lunch`
        expected: `launch`, `http://HOST:PORT` or `ws://HOST:PORT/…`
        hint: did you mean `launch`?
      store (--store): `canary.db`
        expected: `sqlite:FILE`, `elasticsearch:URL`, `ndjson:FILE` or `ndjson:-`
        hint: for a SQLite file write `sqlite:canary.db`
      secrets.SHOP (--secrets)
        expected: `env:VARIABLE` or `file:PATH`
        hint: the value itself is never written into settings: name a variable or a file
      revision (--revision)
        expected: a repository beside the revision
        hint: add --git URL
      secrets.API (--secrets): `env:MISSING`
        expected: a variable that is set; `MISSING` is not
      git_token (--git-token): `file:/nowhere/token`
        expected: a file that can be read: No such file or directory (os error 2)
    ");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let sources = Sources { file: Some("/nowhere/canary.yaml".into()), ..Sources::default() };
    insta::assert_snapshot!(Settings::read(&sources).checked().unwrap_err().to_string(), @"
    1 problem with the settings
      config (--config): `/nowhere/canary.yaml`
        expected: a settings file that can be read
        hint: No such file or directory (os error 2)
    ");
}

#[test]
fn canarytrace_is_left_alone_unless_asked_for() {
    let variables = [("BASE_URL", "http://shop/"), ("USER", "ann"), ("CANARY_BASE_URL", "http://ours/")];
    let (settings, _) = Settings::read(&sources(vec![], variables)).checked().unwrap();
    assert!(settings.params.is_empty());
    let asked = Sources { compat: Some("canarytrace".into()), ..sources(vec![], variables) };
    let (settings, notes) = Settings::read(&asked).checked().unwrap();
    assert_eq!(settings.params.get("username").map(String::as_str), Some("ann"));
    assert_eq!(settings.browser.base_url.unwrap().as_str(), "http://ours/");
    assert_eq!(notes, ["USER means params", "BASE_URL means base_url"]);
}

proptest! {
    #[test]
    fn settings_never_panic(text in "\\PC{0,200}", index in 0..CATALOG.len(), value in "\\PC{0,30}") {
        let mut problems = Vec::new();
        file::read("canary.yaml", &text, &mut problems);
        let setting = CATALOG[index];
        let sources = Sources { flags: vec![flag(setting.path, json!(value))], ..Sources::default() };
        if let Err(problems) = Settings::read(&sources).checked() {
            prop_assert!(!problems.to_string().is_empty());
        }
    }
}
