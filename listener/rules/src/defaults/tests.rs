//! Every default rule fires when it should, holds back when it should, and ends when it should.

use super::DEFAULT_RULES;
use crate::engine::tests::rules;

#[test]
fn the_default_rules_load() {
    let rules = rules(DEFAULT_RULES);
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    insta::assert_snapshot!(ids.join("\n"), @r"
    failed-runs
    broken-monitor
    lost-run
    collectors-alive
    failed-check
    javascript-not-compressed
    css-not-compressed
    slow-responses
    audit-largest-contentful-paint
    audit-time-to-interactive
    audit-layout-shift
    slow-load-event
    vitals-lcp
    vitals-inp
    vitals-cls
    ");
}
