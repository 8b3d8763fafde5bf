//! The schema knows the keys that the reader asks for, no more and no fewer.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::problem::Problems;

/// Returns the keys that the reader knows, which it tells when it finds one that nothing resembles.
fn asked(rule: &str) -> BTreeSet<String> {
    let problems = Problems::of("f.yaml");
    let _rules = crate::read::read(&format!("rules:\n- {{{rule}, qqqqqqqqqqqq: 1}}\n"), &problems);
    let said: Vec<String> = problems.into_vec().iter().filter_map(|problem| problem.hint.clone()).collect();
    let known = said.iter().find_map(|hint| hint.strip_prefix("known here: "));
    known.unwrap_or_else(|| panic!("{rule}: {said:?}")).split(", ").map(str::to_owned).collect()
}

/// Returns the keys that the schema has for a rule.
fn described(name: &str) -> BTreeSet<String> {
    let schema = rules_schema();
    let definition = schema.get("$defs").and_then(|all| all.get(name)).unwrap_or_else(|| panic!("no {name}"));
    let properties = definition["properties"].as_object().cloned().unwrap_or_default();
    assert!(is_closed(definition), "{name} takes any key: {definition:#}");
    properties.keys().cloned().collect()
}

fn is_closed(definition: &Value) -> bool {
    ["additionalProperties", "unevaluatedProperties"].iter().any(|key| definition[*key] == false)
}

#[test]
fn every_kind_is_described_with_the_keys_it_takes() {
    for (name, rule) in [
        ("Threshold", "kind: threshold, index: request"),
        ("Runs", "kind: runs"),
        ("Silence", "kind: silence"),
        ("Lost", "kind: lost"),
        ("Match", "type: match"),
        ("Contains", "type: contains"),
        ("Range", "type: range"),
    ] {
        let (mut asked, described) = (asked(rule), described(name));
        // Asked for on the way to the other spelling, or to be refused.
        asked.retain(|key| key != "kind" && key != "type");
        if name == "Lost" {
            asked.remove("index");
        }
        let described: BTreeSet<_> =
            described.into_iter().filter(|key| key != "kind" && key != "type").collect();
        assert_eq!(asked, described, "{name}");
    }
}

#[test]
fn what_people_write_has_words_beside_it() {
    let schema = rules_schema();
    let definitions = schema.get("$defs").and_then(Value::as_object).cloned().unwrap();
    for (name, definition) in definitions {
        for (key, property) in definition["properties"].as_object().into_iter().flatten() {
            let is_plain = ["kind", "type", "operator", "expression"].contains(&key.as_str());
            assert!(is_plain || property["description"].is_string(), "{name}.{key}: {property}");
        }
    }
}
