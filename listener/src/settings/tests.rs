//! Where settings come from, and what is said about those that are wrong.

use super::*;

fn flags(pairs: &[(&str, &str)]) -> SettingsFlags {
    let mut flags = SettingsFlags::default();
    for (name, value) in pairs {
        let value = (*value).to_owned();
        match *name {
            "config" => flags.config = Some(value.into()),
            "store" => flags.store = Some(value),
            "rules" => flags.rules.push(value),
            "slack_webhook" => flags.slack_webhook = Some(value),
            "terminal" => flags.terminal = Some(value),
            "listen" => flags.listen = Some(value),
            "tick_secs" => flags.tick_secs = Some(value),
            other => panic!("no flag {other} in tests"),
        }
    }
    flags
}

fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("settings.yaml");
    std::fs::write(&path, text).expect("is written");
    (folder, path.display().to_string())
}

#[test]
fn without_anything_the_defaults_hold() {
    let settings = Settings::read(&SettingsFlags::default(), &Environment::default(), &[]).expect("are fine");
    assert_eq!(settings.store.to_string(), "sqlite:canary.db");
    assert_eq!(settings.rules.len(), 15);
    assert_eq!(settings.listen.map(|address| address.port()), Some(9464));
    assert_eq!(settings.tick, Duration::from_secs(10));
    let names: Vec<&str> = settings.receivers.iter().map(|receiver| receiver.name.as_str()).collect();
    assert_eq!(names, ["terminal"]);
    assert_eq!(settings.warnings, [], "the default rules name fields that documents have");
}

/// Every name of Canarytrace that dashboards and rules use leads to a field that our documents have.
#[test]
fn names_of_canarytrace_lead_to_fields_that_exist() {
    let names = [
        (
            "c.report",
            "passed errMessage.raw errType testStepDuration title fullTitle context.keyword uuid uuidAction spec labels baseUrl timestamp",
        ),
        (
            "c.performance-entries",
            "name entryType startTime duration initiatorType transferSize encodedBodySize decodedBodySize responseTime ttfb loadEventEnd domComplete domInteractive domContentLoadedEventEnd",
        ),
        (
            "c.request-log",
            "url requestId request.method response.status response.mimeType response.headers.content-encoding response.protocol har.blocked har.dns har.connect har.ssl har.send har.wait har.receive har.time",
        ),
        (
            "c.response",
            "headers.content-type headers.Content-Encoding status mimeType encodedDataLength fromDiskCache",
        ),
        ("c.console", "level source text.keyword url"),
        ("c.memory", "data.usedJSHeapSize data.totalJSHeapSize data.jsHeapSizeLimit testStep"),
        (
            "c.audit",
            "score categories.performance.score audits.largest-contentful-paint.numericValue audits.speed-index.score configSettings.formFactor finalUrl",
        ),
        ("c.coverage-audit", "url total unused percentUnused"),
        ("c.smoke-title", "url title"),
    ];
    let mut rules = String::new();
    for (index, fields) in names {
        for field in fields.split(' ') {
            rules.push_str(&format!(
                "- {{type: match, title: T, id: '{index}.{field}', index: {index}, timeRange: now-1h, field: '{field}', operator: must, expected: 1}}\n"
            ));
        }
    }
    let (_folder, path) = file(&rules);
    let settings =
        Settings::read(&flags(&[("rules", &path)]), &Environment::default(), &[]).expect("are fine");
    let said: Vec<String> = settings.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn fields_that_no_document_has_are_warned_of() {
    let (_folder, path) = file(
        "- {id: a, kind: threshold, index: request, where: 'http.response.status_cod >= 500', window: 5m, measure: p95(timings.totl), group_by: [monitor.id, labels.team], crit: '> 1'}\n\
         - {id: b, kind: threshold, index: custom, where: 'custom.data.x: 1', window: 5m, measure: count(), crit: '> 1'}\n",
    );
    let settings =
        Settings::read(&flags(&[("rules", &path)]), &Environment::default(), &[]).expect("are fine");
    let said: Vec<String> =
        settings.warnings.iter().map(|warning| warning.to_string().replace(&path, "rules.yaml")).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn flags_stand_over_variables_and_these_over_the_file() {
    let (_folder, path) = file("store: sqlite:file.db\ntick_secs: 30\nlisten: off\n");
    let environment = Environment::from([
        ("CANARY_LISTENER_STORE", "sqlite:environment.db"),
        ("CANARY_LISTENER_TICK_SECS", "20"),
        ("CANARY_LISTENER_CONFIG", path.as_str()),
        ("CANARY_LISTENER_SERVICE_HOST", "10.0.0.1"),
        ("CANARY_STORE", "sqlite:other.db"),
    ]);
    let settings =
        Settings::read(&flags(&[("store", "sqlite:flag.db")]), &environment, &[]).expect("are fine");
    assert_eq!(settings.store.to_string(), "sqlite:flag.db");
    assert_eq!(settings.tick, Duration::from_secs(20));
    assert_eq!(settings.listen, None);
}

#[test]
fn secrets_are_found_where_they_are_kept_and_never_shown() {
    let (_folder, path) = file("https://hooks.slack.com/services/T/B/KEY\n");
    let environment = Environment::from([("HOOK", "https://hooks.slack.com/services/T/B/KEY")]);
    for written in ["https://hooks.slack.com/services/T/B/KEY", "env:HOOK", &format!("file:{path}")] {
        let settings =
            Settings::read(&flags(&[("slack_webhook", written)]), &environment, &[]).expect("are fine");
        assert_eq!(settings.receivers[0].shown(), "https://hooks.slack.com/[redacted]");
        assert!(!format!("{settings:?}").contains("KEY"));
    }
    let error = Settings::read(&flags(&[("slack_webhook", "hooks.slack.com/KEY")]), &environment, &[]);
    let said = error.expect_err("is no address").to_string();
    assert!(said.contains("--slack-webhook: expected an address") && !said.contains("KEY"), "{said}");
}

#[test]
fn receivers_and_routes_are_read_from_settings_and_rule_files() {
    let (_settings, settings_path) = file(
        "receivers:\n  ops: {type: slack, url: 'https://hooks.slack.com/x', group_wait: 1s}\n\
         routes:\n- {match: {severity: critical}, receivers: [ops], continue: true}\n",
    );
    let (_rules, rules_path) = file(
        "version: 1\nrules:\n- {id: lost, kind: lost, receivers: [hook]}\n\
         receivers:\n  hook: {type: webhook, url: 'https://example.test/', bearer: env:TOKEN, body: '{\"a\": 1}'}\n\
         silences:\n- {id: night, match: {monitor.id: 'shop-*'}, until: 2026-11-20T11:00:00Z}\n",
    );
    let flags = flags(&[("config", &settings_path), ("rules", &rules_path)]);
    let settings = Settings::read(&flags, &Environment::from([("TOKEN", "t")]), &[]).expect("are fine");
    let names: Vec<&str> = settings.receivers.iter().map(|receiver| receiver.name.as_str()).collect();
    assert_eq!(names, ["ops", "hook"]);
    assert_eq!((settings.routes.0.len(), settings.silences.len(), settings.rules.len()), (1, 1, 1));
}

#[test]
fn all_problems_of_all_sources_are_told_at_once() {
    let (_settings, settings_path) = file(
        "stroe: sqlite:a.db\nlisten: nowhere\n\
         receivers:\n  a b: {type: terminal}\n  ops: {type: slak, url: x}\n  hook: {type: webhook, url: 'https://h/', user: u, body: '{{ a'}\n\
         routes:\n- {match: {severity: critical}, receivers: [opps]}\n- {receivers: [hok], contine: true}\n\
         silences:\n- {match: {}, from: yesterday}\n",
    );
    let (_rules, rules_path) = file("- {id: lost, kind: lots}\n");
    let flags = flags(&[
        ("config", &settings_path),
        ("rules", &rules_path),
        ("store", "ndjson:-"),
        ("tick_secs", "0"),
    ]);
    let environment = Environment::from([("CANARY_LISTENER_TERMINAL", "maybe")]);
    let said = Settings::read(&flags, &environment, &[]).expect_err("are wrong").to_string();
    let said = said.replace(&settings_path, "settings.yaml").replace(&rules_path, "rules.yaml");
    insta::assert_snapshot!(said);
}

#[test]
fn every_default_is_a_setting_and_every_flag_has_a_default() {
    let keys: Vec<&str> = DEFAULTS
        .lines()
        .filter(|line| !line.starts_with(['#', ' ', '-']))
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    let all = SettingsFlags {
        config: None,
        store: Some(String::new()),
        rules: vec![String::new()],
        attachments: Some(String::new()),
        slack_webhook: Some(String::new()),
        webhook: Some(String::new()),
        webhook_secret: Some(String::new()),
        terminal: Some(String::new()),
        dead_letters: Some(String::new()),
        public_url: Some(String::new()),
        run_url: Some(String::new()),
        kibana_url: Some(String::new()),
        listen: Some(String::new()),
        tick_secs: Some(String::new()),
        lease_ttl_secs: Some(String::new()),
        drain_timeout_secs: Some(String::new()),
        log_level: Some(String::new()),
        log_format: Some(String::new()),
    };
    let mut given: Vec<&str> = all.given().into_iter().map(|(key, _)| key).collect();
    let mut keys = keys;
    given.sort_unstable();
    keys.sort_unstable();
    assert_eq!(keys, given);
}
