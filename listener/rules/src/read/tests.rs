//! Files as people write them, and what is said about their mistakes.

use super::*;
use crate::condition::Condition;
use crate::rule::{Check, Expect, Level, Severity};

fn load(text: &str) -> Vec<Rule> {
    let problems = Problems::of("rules.yaml");
    let rules = read(text, &problems).rules;
    assert_eq!(said(problems), "");
    rules
}

fn refuse(text: &str) -> String {
    let problems = Problems::of("rules.yaml");
    let rules = read(text, &problems).rules;
    assert!(rules.is_empty(), "a rule with problems is left out: {rules:#?}");
    said(problems)
}

fn said(problems: Problems) -> String {
    problems.into_vec().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The example of Canarytrace's documentation as RULES.md §4 has it, byte for byte.
const DOCUMENTED: &str = r#"- type: contains
  title: "Encoding of response with Javascript files must contains gzip or brotli compression."
  index: c.response
  timeRange: now-1h
  field: headers.content-type
  value: 'javascript'
  expression:
    c: 'headers.content-encoding'
    operator: must_not
    values:
    - 'gzip'
    - 'br'
  min: 10
  reportLabels:
  - 'url'
  - 'timestamp'
  reporters:
  - type: slack
    score: 40
    message: "Use Brotli for plain text compression."
"#;

#[test]
fn a_reporter_by_mail_is_not_dropped_in_silence() {
    let text = format!("{DOCUMENTED}  - type: email\n    recipients: [ops@example.test]\n");
    let problems = Problems::of("rules.yaml");
    let rules = read(&text, &problems).rules;
    assert_eq!((rules.len(), problems.errors()), (1, 0));
    insta::assert_snapshot!(said(problems), @"rules.yaml:21:11: warning: [0].reporters[1].type: this version sends no mail: webhooks and the terminal are told, where they are set up, and Slack where a reporter of type `slack` stands here too");
}

#[test]
fn the_documented_example_loads_unchanged() {
    let rules = load(DOCUMENTED);
    let rule = &rules[0];
    assert_eq!(rule.select.kind(), "request");
    assert_eq!(
        rule.select.text(),
        "http.response.headers.content-type: *javascript* and not \
         (http.response.headers.content-encoding: *gzip* or http.response.headers.content-encoding: *br*)"
    );
    let Check::Threshold(check) = &rule.check else { panic!("is a threshold") };
    assert_eq!(check.window, Duration::from_secs(3600));
    assert_eq!((check.warn, check.crit), (Condition::parse(">= 10"), None));
    assert_eq!(rule.label.severity(Level::Warn), Severity::Warning);
    assert_eq!(rule.route.reporters[0].message.as_deref(), Some("Use Brotli for plain text compression."));
    assert_eq!(
        rule.label.report.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["url.full", "@timestamp"]
    );
    assert!(rule.id.starts_with("encoding-of-response-with-javascript"), "{}", rule.id);
}

#[test]
fn both_spellings_of_the_second_field_mean_the_same() {
    let other = DOCUMENTED
        .replace("    c: ", "    field: ")
        .replace("    values:\n    - 'gzip'\n    - 'br'\n", "    value: [gzip, br]\n");
    assert_ne!(other, DOCUMENTED);
    assert_eq!(load(DOCUMENTED)[0].select.text(), load(&other)[0].select.text());
}

#[test]
fn the_other_types_become_filters() {
    let check = |body: &str, filter: &str| {
        let rules = load(&format!("- {{title: T, timeRange: now-1h, {body}}}"));
        assert_eq!(rules[0].select.text(), filter);
    };
    check(
        "type: match, index: c.report, field: passed, operator: must, expected: false",
        "step.status: \"failed\"",
    );
    check(
        "type: match, index: c.report, field: passed, operator: must_not, expected: true",
        "not step.status: \"passed\"",
    );
    check(
        "type: match, index: c.report, field: errType, operator: must, expected: 'a \"b\" \\ c'",
        "failure.type: \"a \\\"b\\\" \\\\ c\"",
    );
    check(
        "type: range, index: c.performance-entries, field: responseTime, operator: gte, value: 3000",
        "entry.response_time >= 3000",
    );
    check(
        "type: range, index: c.coverage-audit, field: percentUnused, operator: lte, value: 40",
        "coverage.unused_ratio <= 0.4",
    );
    check(
        "type: contains, index: c.console, field: text, value: 'is (not) a: \"function\"'",
        "console.text: *is\\u0020\\(not\\)\\u0020a\\:\\u0020\\\"function\\\"*",
    );
}

#[test]
fn a_map_has_defaults_and_rules_of_both_ways() {
    let rules = load(
        r#"
version: 1
defaults: {every: 30s, repeat: 2h, tags: [eshop]}
rules:
- {type: match, title: Old, index: c.report, timeRange: now-1h, field: passed, operator: must, expected: false}
- {id: new, kind: threshold, index: step, window: 30m, measure: "ratio(step.status: failed)", warn: "> 5%", crit: "> 20%", min_samples: 10, every: 5m}
- {id: down, kind: runs, where: "monitor.tags: eshop", consecutive: {warn: 1, crit: 3}, locations: 2}
- {id: alive, kind: silence, expect: [{monitor: shop, location: eu, every: 5m}]}
- {id: lost, kind: lost, warn: true}
"#,
    );
    assert_eq!(rules.len(), 5);
    assert_eq!((rules[0].every, rules[1].every), (Duration::from_secs(30), Duration::from_secs(300)));
    assert!(
        rules
            .iter()
            .all(|rule| rule.label.tags == ["eshop"] && rule.hold.repeat == Duration::from_secs(7200))
    );
    let Check::Runs(runs) = &rules[2].check else { panic!("is runs") };
    assert_eq!((runs.warn_after, runs.consecutive, runs.locations), (Some(1), 3, 2));
    let Check::Silence(silence) = &rules[3].check else { panic!("is silence") };
    assert!(matches!(&silence.expect, Expect::List(list) if list.len() == 1));
    assert_eq!(rules[4].highest(), Level::Warn);
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let text = r#"
version: 2
rulez: []
defaults: {every: soon}
rules:
- {id: a b, kind: threshold, indx: request, window: 15m, measure: p95(timings.total), crit: 3000}
- {id: later, kind: slo, index: run}
- {id: typo, kind: treshold}
- {id: filter, kind: threshold, index: request, where: "a: (b", window: 5m, measure: count(), crit: "> 1"}
- {id: sides, kind: threshold, index: request, window: 5m, measure: avg(x), warn: "> 5", crit: "> 3", clear: "> 6"}
- {id: times, kind: threshold, index: request, window: 30s, measure: count(), crit: "> 1", for: 10s}
- {id: none, kind: threshold, index: requests, window: 5m, measure: count()}
- {type: match, title: T, index: c.reprot, timeRange: 1h, operator: should, field: passed, expected: true}
- {kind: runs, type: match}
- nothing
"#;
    insta::assert_snapshot!(refuse(text));
}

#[test]
fn a_filter_with_names_of_canarytrace_is_refused_with_ours() {
    let said = refuse(
        "- {id: a, kind: threshold, index: c.report, where: 'errType: x and step.status: failed', window: 5m, measure: count(), crit: '> 1'}",
    );
    assert!(
        said.contains("`errType` is called `failure.type` here") && !said.contains("step.status` is"),
        "{said}"
    );
}

#[test]
fn the_same_id_twice_is_a_problem_over_all_files() {
    let (one, two) = (Problems::of("one.yaml"), Problems::of("two.yaml"));
    let text = "- {id: lost, kind: lost}";
    let (first, second) = (read(text, &one).rules, read(text, &two).rules);
    check_ids(&[(&one, &first), (&two, &second)]);
    assert_eq!(said(one), "");
    assert_eq!(said(two), "two.yaml:1:3: id: `lost`: the same id stands at one.yaml:1");
}

#[test]
fn hostile_files_are_refused_and_never_panic() {
    assert!(refuse("a: &a [*a, *a]\n").contains("no valid YAML"));
    assert!(refuse(&"[".repeat(100_000)).contains("no valid YAML"));
    assert!(refuse("\"\u{0}\"").contains("expected"));
    assert_eq!(load("").len(), 0);
    assert_eq!(load("# nothing\n").len(), 0);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let problems = Problems::of("f");
        let _rules = read(&text, &problems);
    }

    #[test]
    fn no_value_makes_a_rule_panic(value in "[-a-z0-9 :(){}\\[\\]\"'*<>%.]{0,40}", key in 0usize..12) {
        let keys = ["id", "kind", "index", "where", "window", "measure", "crit", "clear", "for", "group_by", "expect", "consecutive"];
        let mut fields: Vec<(&str, String)> = [
            ("id", "x"), ("kind", "threshold"), ("index", "step"), ("window", "5m"), ("measure", "count()"), ("crit", "\"> 1\""),
        ].into_iter().map(|(key, value)| (key, value.to_owned())).collect();
        fields.retain(|(name, _)| *name != keys[key]);
        fields.push((keys[key], format!("'{}'", value.replace('\'', "''"))));
        let body: Vec<String> = fields.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        let problems = Problems::of("f");
        let _rules = read(&format!("- {{{}}}", body.join(", ")), &problems);
    }
}
