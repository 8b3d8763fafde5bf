//! Our own variables: `CANARY_<NAME>` for each setting, `CANARY_PARAM_<NAME>` and `CANARY_SECRET_<NAME>` for
//! what scripts are given.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::catalog::{CATALOG, PARAM_PREFIX, PREFIX, SECRET_PREFIX};
use super::kind::{Kind, did_you_mean};
use super::nearest::nearest;
use super::problem::Problem;
use super::sources::{Environment, Written};

/// Variables with our prefix that are read elsewhere: the settings file's name, and what the listener, which
/// may share an environment with the runner, reads.
const ELSEWHERE: &[&str] = &["CANARY_CONFIG", "CANARY_LISTENER_", "CANARY_TEST_"];

/// Reads our variables.
///
/// A variable that another source names as the source of a secret (`sources`) may be called as it likes.
pub(crate) fn read(
    environment: &Environment,
    sources: &BTreeSet<String>,
    problems: &mut Vec<Problem>,
) -> Vec<Written> {
    let mut written = Vec::new();
    for (name, value) in
        environment.iter().filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty())
    {
        if let Some(param) = name.strip_prefix(PARAM_PREFIX) {
            written.push(member("params", param, value, name));
        } else if let Some(secret) = name.strip_prefix(SECRET_PREFIX) {
            written.push(member("secrets", secret, &secret_source(name, value), name));
        } else if let Some(setting) = CATALOG.iter().find(|setting| setting.variable() == name) {
            let value = if matches!(setting.kind, Kind::Secret) {
                secret_source(name, value)
            } else {
                value.to_owned()
            };
            written.push(Written {
                path: setting.path.to_owned(),
                value: Value::from(value),
                place: name.to_owned(),
            });
        } else if !is_elsewhere(name) && !sources.contains(name) {
            problems.push(unknown(name));
        }
    }
    written
}

/// A variable may hold the secret itself, then it is its own source.
fn secret_source(name: &str, value: &str) -> String {
    if value.starts_with("env:") || value.starts_with("file:") {
        value.to_owned()
    } else {
        format!("env:{name}")
    }
}

fn member(path: &str, name: &str, value: &str, place: &str) -> Written {
    let map = Map::from_iter([(name.to_owned(), Value::from(value))]);
    Written { path: path.to_owned(), value: Value::Object(map), place: place.to_owned() }
}

/// Kubernetes sets such variables for each service, and a service may be called `canary`.
fn is_elsewhere(name: &str) -> bool {
    ELSEWHERE.iter().any(|prefix| name.starts_with(prefix))
        || ["_SERVICE_HOST", "_SERVICE_PORT", "_TCP", "_PORT"].iter().any(|end| name.ends_with(end))
        || ["_SERVICE_PORT_", "_TCP_", "_UDP_"].iter().any(|part| name.contains(part))
}

fn unknown(name: &str) -> Problem {
    let variables: Vec<String> = CATALOG.iter().map(super::catalog::Setting::variable).collect();
    let problem =
        Problem::new(name, "environment", "a variable of a setting; others do not begin with `CANARY_`");
    match nearest(name, variables.iter().map(String::as_str)) {
        Some(known) => problem.hint(did_you_mean(known)),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check<const N: usize>(variables: [(&str, &str); N]) -> (Vec<(String, Value)>, Vec<String>) {
        let mut problems = Vec::new();
        let written = read(
            &Environment::from(variables),
            &BTreeSet::from(["CANARY_SHOP_PW".to_owned()]),
            &mut problems,
        );
        let written = written.into_iter().map(|written| (written.path, written.value)).collect();
        (written, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn each_setting_has_a_variable() {
        let (written, problems) = check([("CANARY_OBSERVE_MEMORY", "no"), ("CANARY_PARAM_USER", "ann")]);
        assert_eq!(problems, Vec::<String>::new());
        let expected =
            [("observe.memory".to_owned(), json!("no")), ("params".to_owned(), json!({"USER": "ann"}))];
        assert_eq!(written, expected);
    }

    #[test]
    fn a_secret_variable_is_its_own_source() {
        let (written, _) = check([("CANARY_SECRET_SHOP", "hunter22"), ("CANARY_GIT_TOKEN", "abcd")]);
        let expected = [
            ("git_token".to_owned(), json!("env:CANARY_GIT_TOKEN")),
            ("secrets".to_owned(), json!({"SHOP": "env:CANARY_SECRET_SHOP"})),
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn unknown_variables_are_problems_unless_others_set_them() {
        let (_, problems) = check([
            ("CANARY_STROE", "sqlite:a.db"),
            ("CANARY_SERVICE_HOST", "10.0.0.1"),
            ("CANARY_PORT_9222_TCP_ADDR", "10.0.0.1"),
            ("CANARY_LISTENER_STORE", "sqlite:a.db"),
            ("CANARY_SHOP_PW", "hunter22"),
        ]);
        insta::assert_snapshot!(problems.join("\n"), @"
        CANARY_STROE (environment)
            expected: a variable of a setting; others do not begin with `CANARY_`
            hint: did you mean `CANARY_STORE`?
        ");
    }
}
