//! What Slack gets, word for word, and that its limits hold.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::*;
use crate::notice::{Evidence, Links, Notice, SampleRef, Severity};

fn at(text: &str) -> Timestamp {
    text.parse().expect("is a moment")
}

/// An alert with everything that a message may show.
pub(crate) fn failed_run() -> Notice {
    Notice {
        id: "a1b2c3d4e5f60718-1795132800-1-ops".to_owned(),
        event: crate::notice::Event::Fired,
        reason: "first".to_owned(),
        alert: "a1b2c3d4e5f60718".to_owned(),
        episode: "a1b2c3d4e5f60718-1795132800".to_owned(),
        seq: 1,
        rule: "failed-runs".to_owned(),
        kind: "runs".to_owned(),
        title: "Monitor failed".to_owned(),
        message: None,
        summary: "the newest 2 runs failed, 2 of 3 locations".to_owned(),
        severity: Severity::Critical,
        score: 10,
        labels: BTreeMap::from([("monitor.id".to_owned(), "checkout".to_owned())]),
        tags: vec!["eshop".to_owned(), "prod".to_owned()],
        value: Some(2.0),
        limit: Some(2.0),
        unit: String::new(),
        samples: 6,
        started: at("2026-11-20T00:00:00Z"),
        at: at("2026-11-20T00:00:00Z"),
        fault: "site".to_owned(),
        evidence: Evidence {
            run: Some("0193-abc".to_owned()),
            monitor: Some("checkout".to_owned()),
            monitor_name: None,
            test: Some("checkout › buys a product".to_owned()),
            step: Some("Add to cart".to_owned()),
            error: Some(
                "locator.click: Timeout 5000ms exceeded\n  waiting for <button> \"Add & pay\"".to_owned(),
            ),
            error_type: Some("TimeoutError".to_owned()),
            url: Some("https://shop.example.test/product/1".to_owned()),
            screenshot: Some("attachments/checkout/2026/11/20/0193-abc/failure.png".to_owned()),
            revision: Some("3f2c1b0a".to_owned()),
            request: Some("GET /api/cart 500 in 812 ms".to_owned()),
            locations: vec!["eu".to_owned(), "us".to_owned()],
            down: Some((2, 3)),
            report: Vec::new(),
            documents: vec![SampleRef {
                index: "canary-run".to_owned(),
                id: "0193-abc-17".to_owned(),
                timestamp: at("2026-11-19T23:59:58Z"),
            }],
        },
        links: Links {
            run: Some("https://example.test/run/0193-abc".to_owned()),
            kibana: Some("https://kibana.example.test/".to_owned()),
            ..Links::default()
        },
        commands: vec!["canary documents --store sqlite:canary.db --run 0193-abc".to_owned()],
    }
}

pub(crate) fn resolved() -> Notice {
    Notice {
        id: "a1b2c3d4e5f60718-1795132800-2-ops".to_owned(),
        event: crate::notice::Event::Resolved,
        reason: "resolved".to_owned(),
        seq: 2,
        summary: "the newest runs passed".to_owned(),
        at: at("2026-11-20T00:21:00Z"),
        ..failed_run()
    }
}

pub(crate) fn message(notices: Vec<Notice>) -> Message {
    Message::of(notices, at("2026-11-20T00:06:00Z"))
}

fn body(notices: Vec<Notice>) -> Value {
    let slack = Slack::new("https://hooks.slack.com/services/T/B/KEY").expect("is an address");
    let request = slack.write(&message(notices)).expect("is written");
    serde_json::from_str(&request.body).expect("is JSON")
}

#[test]
fn a_failed_run_in_slack() {
    insta::assert_json_snapshot!(body(vec![failed_run()]));
}

#[test]
fn an_end_in_slack() {
    insta::assert_json_snapshot!(body(vec![resolved()]));
}

#[test]
fn several_alerts_in_one_message() {
    let other = Notice { alert: "b".to_owned(), severity: Severity::Warning, ..failed_run() };
    let over = Notice { alert: "c".to_owned(), ..resolved() };
    insta::assert_json_snapshot!(body(vec![failed_run(), other, over]));
}

#[test]
fn slack_says_ok_or_it_was_not_slack() {
    let judge = |status, said: &str| {
        let response = Response { status, after: None, said: said.to_owned() };
        judge(crate::verdict::of_status(status, None, said), &response)
    };
    assert_eq!(judge(200, "ok"), Verdict::Delivered);
    assert!(matches!(judge(200, "<html>"), Verdict::Refused { reason: Refusal::Answer, .. }));
    assert!(matches!(judge(404, "no_service"), Verdict::Refused { reason: Refusal::Gone, .. }));
    assert!(matches!(judge(500, "rollup_error"), Verdict::Retry { reason: Refusal::Server, .. }));
}

/// Walks a body and checks every text against Slack's limits, in Unicode scalars.
fn check_limits(body: &Value) {
    let blocks = body["attachments"][0]["blocks"].as_array().expect("has blocks");
    assert!(blocks.len() <= 50, "{} blocks", blocks.len());
    let count = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    for block in blocks {
        match block["type"].as_str() {
            Some("header") => assert!(count(&block["text"]["text"]) <= 150),
            Some("section") => {
                assert!(count(&block["text"]["text"]) <= 3000);
                let fields = block["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
                assert!(fields.len() <= 10 && fields.iter().all(|field| count(&field["text"]) <= 2000));
            }
            Some("context") => assert!(block["elements"].as_array().is_some_and(|list| list.len() <= 10)),
            Some("actions") => assert!(block["elements"].as_array().is_some_and(|list| list.len() <= 25)),
            Some("image") => assert!(count(&block["alt_text"]) <= 2000),
            other => panic!("unexpected block {other:?}"),
        }
    }
}

#[test]
fn limits_hold_for_long_texts_of_any_script() {
    for letter in ["ž", "😀", "&", "`", "a\u{301}"] {
        let long = letter.repeat(5000);
        let mut notice = failed_run();
        notice.title.clone_from(&long);
        notice.message = Some(long.clone());
        notice.summary.clone_from(&long);
        notice.tags = vec![long.clone(); 20];
        notice.commands = vec![long.clone(); 5];
        notice.evidence.error = Some(long.clone());
        notice.evidence.step = Some(long.clone());
        notice.evidence.screenshot = Some(format!("https://x.test/{letter}"));
        notice.evidence.report = vec![(long.clone(), long.clone()); 20];
        check_limits(&body(vec![notice.clone()]));
        let many = (0..300).map(|number| Notice { alert: number.to_string(), ..notice.clone() }).collect();
        check_limits(&body(many));
    }
}

#[test]
fn pages_cannot_write_links_or_mentions() {
    let mut notice = failed_run();
    notice.evidence.error = Some("<!channel> <https://evil.test|click> ```".to_owned());
    notice.title = "<!here> title".to_owned();
    let text = body(vec![notice]).to_string();
    assert!(
        !text.contains("<!channel>") && !text.contains("<https://evil") && text.contains("&lt;!channel&gt;")
    );
}
