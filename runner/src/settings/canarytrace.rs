//! Variables of Canarytrace, accepted when asked for: says which setting each means. Below our own variables,
//! above the settings file.

use serde_json::{Map, Value, json};

use super::problem::Problem;
use super::sources::{Environment, Written};

/// What was read from Canarytrace's variables.
#[derive(Debug, Default)]
pub(crate) struct Translation {
    /// The values, under our paths.
    pub(crate) written: Vec<Written>,
    /// What each variable means here, for the log.
    pub(crate) notes: Vec<String>,
}

/// What a variable means here.
enum Meaning {
    /// The value of a setting.
    Setting(&'static str),
    /// A list of texts, with the sign between them.
    List(&'static str, char),
    /// `allow` or `no`.
    Toggle(&'static str),
    /// A member of a map.
    Member(&'static str, &'static str),
    /// Nothing, and why.
    Nothing(&'static str),
}

use Meaning::{List, Member, Nothing, Setting, Toggle};

/// The variables whose meaning does not depend on others.
const VARIABLES: &[(&str, Meaning)] = &[
    ("GIT_REPOSITORY", Setting("git")),
    ("GIT_REVISION", Setting("revision")),
    ("GIT_REPOSITORY_HOST", Nothing("the host is taken from the repository's URL")),
    ("GIT_REPOSITORY_PORT", Nothing("the port is taken from the repository's URL")),
    ("INDEX_PREFIX", Nothing("documents go to data streams `canary-<kind>-<namespace>`")),
    ("LABELS", List("tags", ',')),
    ("USER", Member("params", "username")),
    ("WAIT_FOR_TIMEOUT", Setting("expect_timeout_ms")),
    ("AWS_S3_BUCKET", Nothing("attachments go to the place named by `attachments`")),
    ("AVAILABILITY_CHECK", Nothing("the name lookup, connect and TLS times are in every `request` document")),
    ("PAUSE_BETWEEN_SMOKE", Nothing("URLs are visited one after the other")),
    ("REQUEST_LOG", Toggle("observe.requests")),
    ("CONSOLE_INTERCEPT", Toggle("observe.console")),
    ("COVERAGE_AUDIT", Nothing("coverage is not measured")),
    ("MEMORY_INTERCEPT", Toggle("observe.memory")),
    ("PERFORMANCE_ENTRIES_INTERCEPT", Toggle("observe.entries")),
    ("HERO_ELEMENTS", Nothing("marks `HE-start-…` and `HE-stop-…` are `entry` documents")),
    ("PT_AUDIT", Nothing("vitals are in every `page` document; audits are not made")),
    ("PT_AUDIT_THROTTLING", Nothing("audits are not made")),
    ("LICENSE", Nothing("no licence is needed")),
];

/// Translates the variables that are set.
pub(crate) fn read(environment: &Environment, problems: &mut Vec<Problem>) -> Translation {
    let mut translation = Translation::default();
    for (name, meaning) in VARIABLES {
        if let Some(value) = environment.get(name) {
            translation.add(name, value, meaning);
        }
    }
    translation.read_password(environment);
    translation.read_mode(environment, problems);
    translation.read_cluster(environment);
    translation.read_attachments(environment);
    if environment.get("ENV_PRINT").is_some_and(|value| value != "no") {
        problems.push(
            Problem::new("ENV_PRINT", "environment", "not to be set")
                .hint("it would print secrets; `canary doctor` shows the settings without them"),
        );
    }
    translation
}

impl Translation {
    fn add(&mut self, name: &str, value: &str, meaning: &Meaning) {
        match meaning {
            Setting(path) => self.set(name, path, json!(value)),
            List(path, between) => {
                let items: Vec<&str> =
                    value.split(*between).map(str::trim).filter(|item| !item.is_empty()).collect();
                self.set(name, path, json!(items));
            }
            Toggle(path) => self.set(name, path, json!(value)),
            Member(path, member) => {
                let map = Map::from_iter([((*member).to_owned(), json!(value))]);
                self.set(name, path, Value::Object(map));
            }
            Nothing(why) => self.notes.push(format!("{name} has no meaning here: {why}")),
        }
    }

    fn set(&mut self, name: &str, path: &str, value: Value) {
        self.notes.push(format!("{name} means {path}"));
        self.written.push(Written { path: path.to_owned(), value, place: name.to_owned() });
    }

    /// `PASS` is a secret: it becomes the source of itself.
    fn read_password(&mut self, environment: &Environment) {
        if environment.get("PASS").is_some() {
            self.set("PASS", "secrets", json!({"password": "env:PASS"}));
        }
    }

    /// `BASE_URL` is the list of targets in smoke mode, and what URLs are relative to otherwise.
    fn read_mode(&mut self, environment: &Environment, problems: &mut Vec<Problem>) {
        let mode = environment.get("MODE");
        if let Some(mode) = mode {
            if mode != "smoke" && mode != "user-journey" {
                let problem = Problem::new("MODE", "environment", "`smoke` or `user-journey`").value(mode);
                problems.push(problem);
            }
            self.notes.push("MODE says whether BASE_URL or SPEC holds the targets".to_owned());
        }
        let smoke = mode == Some("smoke");
        match environment.get("BASE_URL") {
            Some(urls) if smoke => self.add("BASE_URL", urls, &List("targets", ';')),
            Some(url) => self.set("BASE_URL", "base_url", json!(url)),
            None => {}
        }
        if let Some(spec) = environment.get("SPEC").filter(|_| !smoke) {
            self.add("SPEC", spec, &List("targets", ','));
        }
    }

    /// An empty cluster means that documents are printed.
    fn read_cluster(&mut self, environment: &Environment) {
        match environment.get("ELASTIC_CLUSTER").map(str::trim) {
            Some("") => self.set("ELASTIC_CLUSTER", "store", json!("ndjson:-")),
            Some(url) => self.set("ELASTIC_CLUSTER", "store", json!(server_address(url, environment))),
            None => {}
        }
        // User and password stand in one variable, which is read where the password is.
        if let Some((user, _)) = environment.get("ELASTIC_HTTP_AUTH").and_then(|auth| auth.split_once(':')) {
            self.set("ELASTIC_HTTP_AUTH", "elasticsearch.user", json!(user));
            self.set("ELASTIC_HTTP_AUTH", "elasticsearch.password", json!("env:ELASTIC_HTTP_AUTH"));
        }
    }

    fn read_attachments(&mut self, environment: &Environment) {
        if environment.get("ATTACHMENTS") == Some("no") {
            self.set("ATTACHMENTS", "attachments", json!("off"));
        }
        if let Some(every) = environment.get("CAPTURE_EVERY_SCREEN") {
            let when = if every == "allow" { "step" } else { "failure" };
            self.set("CAPTURE_EVERY_SCREEN", "observe.screenshot", json!(when));
        }
    }
}

/// Timeout and compression are options of the server's address.
fn server_address(url: &str, environment: &Environment) -> String {
    let timeout = environment.get("ELASTIC_TIMEOUT").map(|millis| format!("timeout_ms={millis}"));
    let compression = environment
        .get("ELASTIC_REQUEST_COMPRESSION")
        .map(|allowed| format!("compression={}", allowed == "allow" || allowed == "true"));
    let options: Vec<String> = timeout.into_iter().chain(compression).collect();
    let between = if options.is_empty() { "" } else { "?" };
    format!("elasticsearch:{url}{between}{}", options.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const N: usize>(variables: [(&str, &str); N]) -> String {
        let mut problems = Vec::new();
        let translation = read(&Environment::from(variables), &mut problems);
        let written =
            translation.written.iter().map(|written| format!("{} = {}", written.path, written.value));
        let notes = translation.notes.iter().map(|note| format!("note: {note}"));
        let problems = problems.iter().map(|problem| format!("problem: {problem}"));
        written.chain(notes).chain(problems).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn smoke_mode_takes_the_urls() {
        insta::assert_snapshot!(check([("MODE", "smoke"), ("BASE_URL", "http://a/;http://b/"), ("SPEC", "x.js")]), @r#"
        targets = ["http://a/","http://b/"]
        note: MODE says whether BASE_URL or SPEC holds the targets
        note: BASE_URL means targets
        "#);
    }

    #[test]
    fn journeys_take_the_spec() {
        insta::assert_snapshot!(check([("MODE", "user-journey"), ("BASE_URL", "http://a/"), ("SPEC", "x.js"), ("PASS", "hunter22")]), @r#"
        secrets = {"password":"env:PASS"}
        base_url = "http://a/"
        targets = ["x.js"]
        note: PASS means secrets
        note: MODE says whether BASE_URL or SPEC holds the targets
        note: BASE_URL means base_url
        note: SPEC means targets
        "#);
    }

    #[test]
    fn a_cluster_takes_its_options() {
        let variables = [
            ("ELASTIC_CLUSTER", "http://es:9200"),
            ("ELASTIC_HTTP_AUTH", "elastic:hunter22"),
            ("ELASTIC_TIMEOUT", "5000"),
            ("ELASTIC_REQUEST_COMPRESSION", "allow"),
        ];
        insta::assert_snapshot!(check(variables), @r#"
        store = "elasticsearch:http://es:9200?timeout_ms=5000&compression=true"
        elasticsearch.user = "elastic"
        elasticsearch.password = "env:ELASTIC_HTTP_AUTH"
        note: ELASTIC_CLUSTER means store
        note: ELASTIC_HTTP_AUTH means elasticsearch.user
        note: ELASTIC_HTTP_AUTH means elasticsearch.password
        "#);
    }

    #[test]
    fn an_empty_cluster_prints_and_env_print_is_refused() {
        insta::assert_snapshot!(check([("ELASTIC_CLUSTER", ""), ("LICENSE", "x"), ("ENV_PRINT", "allow")]), @r#"
        store = "ndjson:-"
        note: LICENSE has no meaning here: no licence is needed
        note: ELASTIC_CLUSTER means store
        problem: ENV_PRINT (environment)
            expected: not to be set
            hint: it would print secrets; `canary doctor` shows the settings without them
        "#);
    }
}
