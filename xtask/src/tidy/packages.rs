//! Walls: which package may use which, and who alone may touch an outside thing. Read off `cargo metadata`.

use serde_json::Value;

/// Which packages of this workspace each may use.
const WALLS: &[(&str, &[&str])] = &[
    (
        "canary-runner",
        &["canary-browser", "canary-script", "canary-observe", "canary-store", "canary-filter"],
    ),
    ("canary-browser", &[]),
    ("canary-script", &["canary-browser"]),
    ("canary-observe", &[]),
    ("canary-store", &["canary-filter"]),
    ("canary-filter", &[]),
    ("canary-listener", &["canary-store", "canary-filter", "canary-rules", "canary-notify"]),
    ("canary-rules", &["canary-filter"]),
    ("canary-notify", &[]),
    ("canary-tests", &["canary-browser", "canary-store"]),
    ("xtask", &[]),
];

/// Outside things with one owner; a name that ends in `*` is a prefix.
const OWNERS: &[(&str, &str)] = &[
    ("chromiumoxide*", "canary-browser"),
    ("fantoccini", "canary-browser"),
    ("tokio-tungstenite", "canary-browser"),
    ("rquickjs*", "canary-script"),
    ("oxc*", "canary-script"),
    ("rusqlite", "canary-store"),
    ("elasticsearch", "canary-store"),
    ("aws-sdk-s3", "canary-store"),
    ("git2", "canary-runner"),
    ("lettre", "canary-notify"),
];

/// Licences that dependencies may have; of alternatives one is enough.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Returns the broken rules among the packages of `cargo metadata`.
pub(super) fn problems(metadata: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        if package["source"].is_null() {
            walls(name, package, &mut problems);
            owners(name, package, &mut problems);
        } else {
            foreign(name, package, &mut problems);
        }
    }
    problems
}

fn walls(name: &str, package: &Value, problems: &mut Vec<String>) {
    let Some((_, allowed)) = WALLS.iter().find(|(package, _)| *package == name) else {
        problems.push(format!("{name}: no wall is written for it (add it to xtask/src/tidy/packages.rs)"));
        return;
    };
    for used in list(&package["dependencies"]).map(|dependency| text(&dependency["name"])) {
        let ours = WALLS.iter().any(|(package, _)| *package == used);
        if ours && !allowed.contains(&used) {
            problems.push(format!("{name}: uses {used} (docs/architecture.md §2 does not let it)"));
        }
    }
}

fn owners(name: &str, package: &Value, problems: &mut Vec<String>) {
    for dependency in list(&package["dependencies"]) {
        // A test may look at an outside thing through another eye.
        if dependency["kind"] == "dev" {
            continue;
        }
        let used = text(&dependency["name"]);
        let owner = OWNERS.iter().find(|(thing, _)| match thing.strip_suffix('*') {
            Some(prefix) => used.starts_with(prefix),
            None => *thing == used,
        });
        if let Some((_, owner)) = owner.filter(|(_, owner)| *owner != name) {
            problems.push(format!("{name}: uses {used}, which only {owner} may (ask that room instead)"));
        }
    }
}

fn foreign(name: &str, package: &Value, problems: &mut Vec<String>) {
    let version = text(&package["version"]);
    if !text(&package["source"]).starts_with("registry+") {
        problems
            .push(format!("{name} {version}: comes from {} (use a published version)", package["source"]));
    }
    let licence = text(&package["license"]);
    if !allowed(licence) {
        problems.push(format!(
            "{name} {version}: licence `{licence}` is not on the list in xtask/src/tidy/packages.rs"
        ));
    }
}

/// Returns whether an SPDX expression can be met with the list: every part of an AND, one part of an OR.
fn allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    expression.split(" AND ").all(|all| all.split(" OR ").any(|one| LICENCES.contains(&one.trim())))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(package: Value, expected: &[&str]) {
        let found = problems(&json!({ "packages": [package] }));
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found:?} does not say {expected:?}");
        }
    }

    fn ours(name: &str, uses: &[(&str, Value)]) -> Value {
        let uses: Vec<_> = uses.iter().map(|(name, kind)| json!({"name": name, "kind": kind})).collect();
        json!({"name": name, "source": null, "dependencies": uses})
    }

    #[test]
    fn walls_hold() {
        check(ours("canary-script", &[("canary-browser", Value::Null)]), &[]);
        check(ours("canary-browser", &[("canary-store", Value::Null)]), &["uses canary-store"]);
        check(ours("canary-new", &[]), &["no wall"]);
    }

    #[test]
    fn outside_things_have_one_owner() {
        check(ours("canary-runner", &[("git2", Value::Null)]), &[]);
        check(ours("canary-listener", &[("oxc_parser", Value::Null)]), &["only canary-script"]);
        check(ours("canary-filter", &[("rusqlite", json!("dev"))]), &[]);
    }

    #[test]
    fn foreign_packages_are_published_and_licensed() {
        let foreign = |source: &str, licence: &str| json!({"name": "x", "version": "1.0.0", "source": source, "license": licence, "dependencies": []});
        check(foreign("registry+x", "MIT OR GPL-3.0"), &[]);
        check(foreign("registry+x", "(MIT OR Apache-2.0) AND Unicode-3.0"), &[]);
        check(foreign("registry+x", "GPL-3.0"), &["licence"]);
        check(foreign("registry+x", "MIT AND GPL-3.0"), &["licence"]);
        check(foreign("git+https://example.test/x", "MIT"), &["comes from"]);
    }
}
