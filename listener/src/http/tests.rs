//! What others get to see.

use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::metrics::{Delivered, Outcome, Word};
use super::*;

fn at(second: u64) -> Timestamp {
    let start: Timestamp = "2026-11-20T10:00:00Z".parse().expect("is a moment");
    start.checked_add(Duration::from_secs(second)).expect("is in time")
}

fn view() -> View {
    View {
        version: "0",
        store: "sqlite:canary.db".to_owned(),
        rules: 3,
        role: Role::Leading,
        started: at(0),
        tick_secs: 10,
        looked: at(0),
        evaluated: Some(at(0)),
        trouble: None,
        alerts: vec![AlertView {
            id: "a1".to_owned(),
            rule: "failed-runs".to_owned(),
            title: "<script>alert(1)</script>".to_owned(),
            group: "shop".to_owned(),
            state: "firing",
            overlay: Some("no_data"),
            severity: "critical",
            since: Some(at(0)),
            started: Some(at(0)),
            value: Some("2".to_owned()),
            flapping: false,
        }],
        receivers: vec![ReceiverView {
            name: "ops".to_owned(),
            kind: "slack",
            address: "https://hooks.slack.com/[redacted]".to_owned(),
            waiting: 1,
            oldest: Some(at(0)),
        }],
        sent: Vec::new(),
    }
}

#[test]
fn health_is_said_in_words() {
    let check = |change: fn(&mut View), second, expected: (bool, &str)| {
        let viewed = Viewed::new(view());
        viewed.change(change);
        let (well, words) = viewed.health(at(second));
        assert_eq!((well, words.as_str()), expected);
    };
    check(|_| (), 10, (true, "leading"));
    check(|view| view.looked = at(100), 100, (false, "leading"));
    check(|_| (), 100, (false, "stuck since 2026-11-20T10:00:00Z"));
    check(|view| view.trouble = Some("no answer".to_owned()), 10, (true, "leading: no answer"));
    let waits = |view: &mut View| view.role = Role::Waiting { holder: "other".to_owned() };
    check(waits, 10, (true, "waiting, `other` leads"));
}

#[test]
fn pages_escape_what_they_show() {
    let html = page::index(&view(), at(90)).expect("is made");
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
    assert!(html.contains("1m 30s ago") && html.contains("no_data"), "{html}");
    let html = page::alert(&view().alerts[0], at(90)).expect("is made");
    assert!(html.contains("alert.id: a1"), "{html}");
}

#[test]
fn metrics_are_in_the_text_format() {
    let metrics = Metrics::new();
    metrics.ticks.get_or_create(&Outcome { result: Word("ok") }).inc();
    metrics.tick_seconds.observe(0.003);
    metrics
        .deliveries
        .get_or_create(&Delivered { receiver: "ops".to_owned(), result: Word("sent") })
        .inc_by(2);
    metrics.lag_seconds.set(1.5);
    let text = metrics.encode();
    for line in [
        "# HELP canary_listener_ticks_total Ticks by how they ended.",
        "# TYPE canary_listener_ticks_total counter",
        "canary_listener_ticks_total{result=\"ok\"} 1",
        "canary_listener_deliveries_total{receiver=\"ops\",result=\"sent\"} 2",
        "canary_listener_tick_seconds_bucket{le=\"0.005\"} 1",
        "canary_listener_lag_seconds 1.5",
        "canary_listener_leading 0",
    ] {
        assert!(text.lines().any(|other| other == line), "{line} is missing in\n{text}");
    }
    check_format(&text);
}

/// What `promtool check metrics` checks: each name described once, before its samples, with help and type.
fn check_format(text: &str) {
    let mut described = std::collections::BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("has a type");
            assert!(described.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} stands twice");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
            assert!(text.contains(&format!("# HELP {name} ")), "{name} has no help");
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().expect("has a name");
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let known = described.contains_key(name) || base.is_some_and(|base| described.contains_key(base));
            assert!(known, "{name} is not described");
            let value = line.rsplit(' ').next().expect("has a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
}

async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("is heard");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answers");
    answer
}

#[tokio::test]
async fn questions_are_answered() {
    let shared = Shared::new(view(), Clock::manual(at(5)));
    let address = serve("127.0.0.1:0".parse().expect("is an address"), shared).await.expect("listens");
    assert!(get(address, "/healthz").await.ends_with("leading\n"));
    assert!(get(address, "/metrics").await.contains("# TYPE canary_listener_rules gauge"));
    assert!(get(address, "/").await.contains("Canary listener"));
    assert!(get(address, "/a/a1").await.starts_with("HTTP/1.1 200"));
    assert!(get(address, "/a/other").await.starts_with("HTTP/1.1 404"));
}
