//! The JSON Schemas that the programs print take what people write, and refuse what the programs refuse. The
//! judge is a validator of others: Python's `jsonschema`, which comes with the checker of Kubernetes manifests.

use std::path::Path;

use serde_json::{Value, json};

use crate::programs::{Finished, Workplace, program, root};

/// Judges every instance by its schema, and prints for each whether it holds.
const JUDGE: &str = "
import json, sys
from jsonschema.validators import validator_for
for schema, instance in json.load(open('cases.json')):
    judge = validator_for(schema)
    judge.check_schema(schema)
    errors = [f'{error.json_path}: {error.message}' for error in judge(schema).iter_errors(instance)]
    print(json.dumps(errors))
";

/// Returns a schema that a program prints.
async fn schema(workplace: &Workplace, name: &str, of: &str) -> Value {
    let child = workplace.command(&program(name)).args(["schema", of]).spawn().unwrap();
    let ended = Finished::of(child).await;
    assert_eq!(ended.code(), Some(0), "{ended:?}");
    serde_json::from_str(&ended.stdout).unwrap()
}

/// What somebody wrote, and whether that is as it should be.
struct Case {
    name: String,
    value: Value,
    good: bool,
}

fn written(file: &str) -> Case {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let value = if file.ends_with(".json") {
        serde_json::from_str(&text).unwrap()
    } else {
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    Case { name: file.to_owned(), value, good: true }
}

fn case(good: bool, yaml: &str) -> Case {
    let value = serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
    Case { name: yaml.to_owned(), value, good }
}

async fn check(program: &str, of: &str, cases: &[Case]) {
    let python = root().join("target/tools/kubernetes-validate/bin/python3");
    assert!(python.exists(), "{} is missing: `cargo xtask test` installs it", python.display());
    let workplace = Workplace::new();
    let schema = schema(&workplace, program, of).await;
    let pairs: Vec<_> = cases.iter().map(|case| json!([schema, case.value])).collect();
    workplace.write("cases.json", &Value::Array(pairs).to_string());
    workplace.write("judge.py", JUDGE);
    let judged = workplace.command(Path::new(&python)).arg("judge.py").spawn().unwrap();
    let judged = Finished::of(judged).await;
    assert!(judged.status.success(), "{judged:?}");
    let verdicts = judged.lines();
    assert_eq!(verdicts.len(), cases.len());
    for (case, errors) in cases.iter().zip(verdicts) {
        assert_eq!(errors == json!([]), case.good, "{of}: {}: {errors}", case.name);
    }
}

#[tokio::test]
async fn settings_of_the_runner() {
    let mut cases = vec![written("runner/src/default-config.yaml")];
    cases.extend(
        [
            "{store: 'sqlite:a.db', timeout_ms: 45s, git_limit_bytes: 1 GiB, labels: {team: web, tier: 1}}",
            "{secrets: {SHOP: 'env:SHOP'}, observe: {memory: no, screenshot: step}, tags: a}",
        ]
        .map(|yaml| case(true, yaml)),
    );
    cases.extend(
        [
            "{stroe: 'sqlite:a.db'}",
            "{store: a.db}",
            "{timeout_ms: soon}",
            "{git_token: ghp_0123456789}",
            "{observe: {screenshot: always}}",
            "{observe: {memroy: true}}",
            "{reporter: prety}",
            "{browser: chrome}",
        ]
        .map(|yaml| case(false, yaml)),
    );
    check("canary", "config", &cases).await;
}

#[tokio::test]
async fn recordings() {
    let mut cases = vec![written("scripts/checkout.json")];
    cases.extend(
        [
            "{title: x}",
            "{title: x, steps: [{type: klick, selectors: [['#a']], offsetX: 1, offsetY: 1}]}",
            "{title: x, steps: [{type: navigate}]}",
        ]
        .map(|yaml| case(false, yaml)),
    );
    check("canary", "recording", &cases).await;
}

/// A rule of Canarytrace's documentation.
const LEGACY: &str = "
- type: contains
  title: Scripts are compressed
  index: c.response
  timeRange: now-1h
  field: headers.content-type
  value: javascript
  expression: {c: headers.content-encoding, operator: must_not, values: [gzip, br]}
  min: 10
  reportLabels: [url, timestamp]
  reporters: [{type: slack, score: 40, message: Use Brotli.}, {type: email, recipients: [a@example.test]}]
";

const THRESHOLD: &str = "
rules:
- {id: a, kind: threshold, index: request, window: 15m, measure: p95(timings.total), crit: '> 3000', for: 3m}
";

#[tokio::test]
async fn rule_files() {
    let mut cases = vec![written("scripts/rules.yaml"), written("k8s/base/rules.yaml")];
    cases.push(written("listener/rules/src/defaults.yaml"));
    cases.extend([LEGACY, THRESHOLD].map(|yaml| case(true, yaml)));
    let broken = [
        LEGACY.replace("type: contains", "type: contians"),
        LEGACY.replace("operator: must_not", "operator: maybe"),
        LEGACY.replace("now-1h", "1h"),
        LEGACY.replace("  title: Scripts are compressed\n", ""),
        LEGACY.replace("score: 40", "score: 400"),
        THRESHOLD.replace("kind: threshold", "kind: treshold"),
        THRESHOLD.replace("window", "windwo"),
        THRESHOLD.replace("'> 3000'", "3000"),
        THRESHOLD.replace("15m", "15 parsecs"),
        THRESHOLD.replace("rules:", "rulez:"),
        THRESHOLD.replace("kind: threshold", "kind: baseline"),
    ];
    cases.extend(broken.iter().map(|yaml| case(false, yaml)));
    check("canary-listener", "rules", &cases).await;
    // The program itself judges alike.
    let workplace = Workplace::new();
    for case in &cases {
        workplace.write("rules.yaml", &case.value.to_string());
        let mut listener = workplace.command(&program("canary-listener"));
        let ended = Finished::of(listener.args(["check", "rules.yaml"]).spawn().unwrap()).await;
        assert_eq!(ended.status.success(), case.good, "{}: {ended:?}", case.name);
    }
}

#[tokio::test]
async fn settings_of_the_listener() {
    let mut cases = vec![written("listener/src/default-config.yaml")];
    let cut = |case: &mut Case| {
        // `null` stands for: not set.
        if let Value::Object(settings) = &mut case.value {
            settings.retain(|_, value| !value.is_null());
        }
    };
    cases.iter_mut().for_each(cut);
    cases.push(case(
        true,
        "
receivers:
  ops: {type: slack, url: 'file:/run/secrets/slack', group_wait: 5s}
  hook: {type: webhook, url: 'https://example.test/hook', secret: 'env:S', bearer: 'env:T'}
routes: [{match: {severity: critical, tags: [eshop]}, receivers: [ops], continue: true}]
silences: [{id: deploy, match: {monitor.id: shop-*}, from: '2026-11-20T10:00:00Z'}]
",
    ));
    cases.extend(
        [
            "{tick_sec: 10}",
            "{receivers: {ops: {type: slak, url: x}}}",
            "{receivers: {ops: {type: slack}}}",
            "{receivers: {ops: {type: slack, url: x, bearer: y}}}",
            "{routes: [{receiver: ops}]}",
            "{log_level: loud}",
        ]
        .map(|yaml| case(false, yaml)),
    );
    check("canary-listener", "settings", &cases).await;
}
