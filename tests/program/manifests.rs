//! The manifests of `k8s/` would be taken by a cluster: their schemas in several versions of Kubernetes, and what
//! schemas do not say: words that must be one of a few, schedules, names that must be there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::programs::{Finished, Workplace, root};

/// The oldest version with native sidecars, the newest that the checker knows, and some between.
const VERSIONS: [&str; 4] = ["1.28", "1.31", "1.34", "1.37"];

/// Words that must be one of a few, by the key they stand behind.
const WORDS: [(&str, &[&str]); 7] = [
    ("concurrencyPolicy", &["Allow", "Forbid", "Replace"]),
    ("imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("medium", &["", "Memory"]),
    ("protocol", &["TCP", "UDP", "SCTP"]),
    ("restartPolicy", &["Always", "Never", "OnFailure"]),
    ("timeZone", &["Etc/UTC"]),
    ("whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
];

/// Returns the manifests, without the files that only Kustomize reads; and what Kustomize made of them, where it
/// was asked (`cargo xtask test --full`).
fn manifests() -> Vec<PathBuf> {
    sources().into_iter().chain(rendered()).collect()
}

/// Returns what Kustomize made of base and overlay, each in one file.
fn rendered() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("RENDERED_MANIFESTS") else { return Vec::new() };
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found.len(), 2, "base and overlay are rendered: {found:?}");
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["k8s/base", "k8s/overlays/example"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".yaml") && !["kustomization.yaml", "rules.yaml"].contains(&name.as_str()) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn documents(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Calls `see` with every key and value, from the outside to the inside.
fn walk(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                see(key, value);
                walk(value, see);
            }
        }
        Value::Array(array) => array.iter().for_each(|value| walk(value, see)),
        _ => {}
    }
}

#[tokio::test]
async fn schemas_hold_in_every_version() {
    let checker = root().join("target/tools/kubernetes-validate/bin/kubernetes-validate");
    assert!(checker.exists(), "{} is missing: `cargo xtask test` installs it", checker.display());
    let workplace = Workplace::new();
    for version in VERSIONS {
        let mut check = workplace.command(&checker);
        check.args(["--strict", "--quiet", "--kubernetes-version", version]).args(manifests());
        let ended = Finished::of(check.spawn().unwrap()).await;
        assert!(ended.status.success(), "{version}: {}{}", ended.stdout, ended.stderr);
    }
}

#[test]
fn words_are_those_that_kubernetes_knows() {
    for file in manifests() {
        for document in documents(&file) {
            walk(&document, &mut |key, value| {
                if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == key) {
                    let word = value.as_str().unwrap();
                    assert!(words.contains(&word), "{}: {key} is `{word}`", file.display());
                }
            });
        }
    }
}

/// Returns whether a text is a schedule of five fields, each a list of `*`, numbers, ranges and steps.
fn is_schedule(text: &str) -> bool {
    const LIMITS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    let fields: Vec<_> = text.split(' ').collect();
    let number = |text: &str, (low, high): (u32, u32)| {
        text.parse::<u32>().is_ok_and(|number| (low..=high).contains(&number))
    };
    let item = |text: &str, limits| {
        let (range, step) = text.split_once('/').map_or((text, None), |(range, step)| (range, Some(step)));
        let range = range == "*" || range.split('-').all(|end| number(end, limits));
        range && step.is_none_or(|step| number(step, (1, limits.1)))
    };
    fields.len() == LIMITS.len()
        && fields.iter().zip(LIMITS).all(|(field, limits)| field.split(',').all(|text| item(text, limits)))
}

#[test]
fn schedules_are_told_from_other_texts() {
    for good in ["*/5 * * * *", "2-59/5 * * * *", "0 6,18 1 1-12 0"] {
        assert!(is_schedule(good), "{good}");
    }
    for bad in ["* * * *", "60 * * * *", "*/0 * * * *", "0 0 0 1 1", "@hourly 1", "1-x * * * *"] {
        assert!(!is_schedule(bad), "{bad}");
    }
}

#[test]
fn monitors_run_on_schedule_beside_a_native_sidecar() {
    let all: Vec<_> = manifests().iter().flat_map(|file| documents(file)).collect();
    let jobs: Vec<_> = all.iter().filter(|document| document["kind"] == "CronJob").collect();
    assert!(jobs.len() >= 2, "base and overlay have a monitor each");
    for job in jobs {
        let spec = &job["spec"];
        assert!(is_schedule(spec["schedule"].as_str().unwrap()), "{}", spec["schedule"]);
        assert_eq!(spec["concurrencyPolicy"], "Forbid");
        let run = &spec["jobTemplate"]["spec"];
        assert_eq!(run["backoffLimit"], 0);
        let pod = &run["template"]["spec"];
        assert_eq!(pod["restartPolicy"], "Never");
        let chrome = &pod["initContainers"][0];
        assert_eq!((&chrome["name"], &chrome["restartPolicy"]), (&"chrome".into(), &"Always".into()));
        assert!(chrome["startupProbe"].is_object());
        let canary = &pod["containers"][0];
        let setting = |name: &str| {
            let variables = canary["env"].as_array().unwrap();
            let found = variables.iter().find(|variable| variable["name"] == name).unwrap();
            found["value"].as_str().unwrap().to_owned()
        };
        let own: u64 = setting("CANARY_RUN_TIMEOUT_MS").parse().unwrap();
        let outer = run["activeDeadlineSeconds"].as_u64().unwrap() * 1000;
        assert!(own < outer, "the run's own deadline ends it first, with a reason");
        assert_eq!(setting("CANARY_BROWSER"), "http://127.0.0.1:9222");
        let memory =
            pod["volumes"].as_array().unwrap().iter().find(|volume| volume["name"] == "shared-memory");
        assert_eq!(memory.unwrap()["emptyDir"]["medium"], "Memory");
    }
}

#[test]
fn what_is_referred_to_is_there() {
    let files = sources();
    let mut made: BTreeSet<(String, String)> = BTreeSet::new();
    let mut named: BTreeSet<String> = BTreeSet::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for folder in ["k8s/base", "k8s/overlays/example"] {
        for document in documents(&root().join(folder).join("kustomization.yaml")) {
            for file in document["resources"].as_array().unwrap() {
                let path = root().join(folder).join(file.as_str().unwrap());
                assert!(path.exists(), "{folder}/kustomization.yaml names {}", path.display());
                named.insert(path.canonicalize().unwrap().display().to_string());
            }
            for map in document["configMapGenerator"].as_array().into_iter().flatten() {
                made.insert(("ConfigMap".to_owned(), text(&map["name"])));
                for file in map["files"].as_array().unwrap() {
                    assert!(root().join(folder).join(file.as_str().unwrap()).exists(), "{file}");
                }
            }
        }
    }
    for file in &files {
        let path = file.canonicalize().unwrap().display().to_string();
        assert!(named.contains(&path), "{path} is in no kustomization.yaml");
        for document in documents(file) {
            made.insert((text(&document["kind"]), text(&document["metadata"]["name"])));
        }
    }
    let all: Vec<_> = files.iter().flat_map(|file| documents(file)).collect();
    assert_references(&all, &made);
    // Kustomize puts a hash behind the names of what it makes, in both places or not at all.
    for file in rendered() {
        let all = documents(&file);
        let made = all.iter().map(|made| (text(&made["kind"]), text(&made["metadata"]["name"]))).collect();
        assert_references(&all, &made);
        assert!(
            all.iter()
                .all(|document| document["kind"] == "Namespace"
                    || document["metadata"]["namespace"] == "canary")
        );
    }
}

/// Checks that everything that manifests refer to is among what is made, by kind and name.
fn assert_references(all: &[Value], made: &BTreeSet<(String, String)>) {
    let mut seen = 0;
    for document in all {
        walk(document, &mut |key, value| {
            let (kind, name) = match key {
                "configMapRef" | "configMap" => ("ConfigMap", &value["name"]),
                "serviceAccountName" => ("ServiceAccount", value),
                _ => return,
            };
            let wanted = (kind.to_owned(), name.as_str().unwrap_or_default().to_owned());
            assert!(made.contains(&wanted), "nobody makes {wanted:?}");
            seen += 1;
        });
    }
    assert!(seen >= 4, "base has a monitor and a listener with their settings: {seen}");
}
