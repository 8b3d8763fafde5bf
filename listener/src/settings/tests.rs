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
