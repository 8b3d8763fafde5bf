//! Names of settings: every `CANARY_…` variable in manifests, images and the README is one that a program reads.

use std::collections::BTreeSet;
use std::path::Path;

use super::sources::{files, read};
use crate::Failure;

/// Where each program keeps its defaults, and what its variables start with.
const SETTINGS: &[(&str, &str)] = &[
    ("runner/src/default-config.yaml", "CANARY_"),
    ("listener/src/default-config.yaml", "CANARY_LISTENER_"),
];

/// Variables with a free end: a name that the person chooses.
const FREE: &[&str] = &["CANARY_SECRET_", "CANARY_PARAM_", "CANARY_LABEL_"];

/// Where variables are named for people.
const NAMED_IN: &[&str] = &["k8s", "docker"];

/// Returns every variable that no program reads.
pub(super) fn problems(root: &Path) -> Result<Vec<String>, Failure> {
    let mut known = BTreeSet::new();
    for (file, prefix) in SETTINGS {
        known.extend(variables(&read(&root.join(file))?, prefix));
    }
    let mut problems = Vec::new();
    for folder in NAMED_IN {
        for file in files(&root.join(folder))? {
            let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            for name in named(&read(&file)?) {
                let free = FREE.iter().any(|prefix| name.starts_with(prefix));
                if !free && !known.contains(&name) {
                    problems.push(format!("{shown}: `{name}` is no setting of canary or canary-listener"));
                }
            }
        }
    }
    Ok(problems)
}

/// Returns the variables that a file of defaults stands for: one a key, nested keys joined by `_`.
fn variables(defaults: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut group = String::new();
    for line in defaults.lines() {
        let indent = line.len() - line.trim_start().len();
        let Some((key, _)) = line.trim_start().split_once(':') else { continue };
        if key.is_empty()
            || !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            continue;
        }
        let key = key.to_ascii_uppercase();
        if indent == 0 {
            names.insert(format!("{prefix}{key}"));
            group = key;
        } else {
            names.insert(format!("{prefix}{group}_{key}"));
        }
    }
    names
}

/// Returns every `CANARY_…` name in a text.
fn named(text: &str) -> BTreeSet<String> {
    let in_name = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    text.split(|letter| !in_name(letter))
        .filter(|word| word.starts_with("CANARY_"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_defaults_become_variables() {
        let defaults =
            "# store: no\nstore: x # why\nelasticsearch:\n  api_key: null\n  # note: no\nrules: []\n";
        let names = variables(defaults, "CANARY_");
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let expected =
            ["CANARY_ELASTICSEARCH", "CANARY_ELASTICSEARCH_API_KEY", "CANARY_RULES", "CANARY_STORE"];
        assert_eq!(names, expected);
    }

    #[test]
    fn names_are_found_in_any_text() {
        let names = named("- name: CANARY_STORE\n  value: $CANARY_GIT_TOKEN/MY_CANARY_X canary_no");
        assert_eq!(
            names.iter().map(String::as_str).collect::<Vec<_>>(),
            ["CANARY_GIT_TOKEN", "CANARY_STORE"]
        );
    }
}
