//! Recorded and hand-made event sequences against the observations they must give.

use serde_json::{Value, json};

use super::*;

fn play(events: &[(&str, Value)]) -> Network {
    let mut network = Network::default();
    let base = TimeBase::new(0.0);
    for (method, params) in events {
        network.on_event(&format!("Network.{method}"), &params.to_string(), &base).unwrap();
    }
    network
}

fn sent(id: &str, url: &str) -> (&'static str, Value) {
    let params = json!({"requestId": id, "loaderId": "L1", "timestamp": 10.0, "wallTime": 1000.0, "type": "Fetch",
        "frameId": "F1", "initiator": {"type": "script", "stack": {"callFrames": [
            {"url": "", "lineNumber": 3}, {"url": "https://shop.test/app.js", "lineNumber": 11}]}},
        "request": {"url": url, "method": "GET", "headers": {"Accept": "*/*"}, "initialPriority": "High",
                    "isSameSite": true}});
    ("requestWillBeSent", params)
}

fn answer(id: &str, extra: bool) -> (&'static str, Value) {
    let params = json!({"requestId": id, "type": "Fetch", "hasExtraInfo": extra,
        "response": {"status": 200, "statusText": "OK", "headers": {"Content-Type": "text/html"},
                     "mimeType": "text/html", "protocol": "h2", "remoteIPAddress": "[::1]", "remotePort": 443,
                     "encodedDataLength": 120}});
    ("responseReceived", params)
}

fn finished(id: &str) -> (&'static str, Value) {
    ("loadingFinished", json!({"requestId": id, "timestamp": 10.25, "encodedDataLength": 620}))
}

#[test]
fn a_plain_request_is_told_when_it_ends() {
    let data = ("dataReceived", json!({"requestId": "R1", "dataLength": 900, "encodedDataLength": 500}));
    let mut network = play(&[sent("R1", "https://shop.test/api"), answer("R1", false), data]);
    assert!(network.drain().is_empty(), "it has not ended yet");
    let base = TimeBase::new(0.0);
    network.on_event("Network.loadingFinished", &finished("R1").1.to_string(), &base).unwrap();

    let ended = network.drain().pop().unwrap();
    let request = ended.request;
    assert_eq!((ended.at, ended.loader.as_str()), (1_000_000.0, "L1"));
    assert_eq!((request.status, request.received, request.decoded_body), (Some(200), Some(620), Some(900)));
    assert_eq!(request.http_version.as_deref(), Some("2"));
    assert_eq!(request.remote_ip.as_deref(), Some("::1"));
    assert_eq!(request.initiator_url.as_deref(), Some("https://shop.test/app.js"));
    assert_eq!(request.initiator_line, Some(12));
    assert_eq!(request.phases.total, Some(250.0));
    assert_eq!(request.third_party, Some(false));
}

#[test]
fn extra_information_is_waited_for_whenever_it_comes() {
    let extra = |id: &str| {
        let params =
            json!({"requestId": id, "statusCode": 200, "headers": {"Set-Cookie": "a=b", "Server": "x"}});
        ("responseReceivedExtraInfo", params)
    };
    let wire =
        ("requestWillBeSentExtraInfo", json!({"requestId": "R1", "headers": {"Cookie": "a=b", "Host": "h"}}));
    for order in [[0, 1, 2, 3, 4], [1, 0, 2, 3, 4], [0, 1, 3, 4, 2]] {
        let all =
            [sent("R1", "https://shop.test/"), wire.clone(), extra("R1"), answer("R1", true), finished("R1")];
        let events: Vec<_> = order.iter().map(|index| all[*index].clone()).collect();
        let request = play(&events).drain().pop().unwrap().request;
        assert_eq!(request.request_headers["cookie"], "[redacted]", "{order:?}");
        assert_eq!(request.request_headers["host"], "h", "{order:?}");
        assert_eq!(request.response_headers["server"], "x", "{order:?}");
        assert_eq!(request.response_headers["set-cookie"], "[redacted]", "{order:?}");
    }
}

#[test]
fn each_hop_of_a_redirect_is_one_request() {
    let mut second = sent("R1", "https://shop.test/b");
    second.1["redirectResponse"] =
        json!({"status": 302, "headers": {"location": "/b"}, "encodedDataLength": 80});
    second.1["timestamp"] = json!(10.1);
    let events = [sent("R1", "https://shop.test/a"), second, answer("R1", false), finished("R1")];
    let ended = play(&events).drain();
    let hops: Vec<_> = ended.iter().map(|e| (e.request.url.as_str(), e.request.status)).collect();
    assert_eq!(hops, [("https://shop.test/a", Some(302)), ("https://shop.test/b", Some(200))]);
    assert_eq!(ended[1].request.redirected_from.as_deref(), Some("https://shop.test/a"));
}

#[test]
fn a_failure_says_why() {
    let failed = json!({"requestId": "R1", "timestamp": 10.5, "errorText": "net::ERR_BLOCKED_BY_CLIENT",
        "canceled": false, "blockedReason": "csp"});
    let ended = play(&[sent("R1", "https://shop.test/"), ("loadingFailed", failed)]).drain();
    let request = &ended[0].request;
    assert_eq!(request.failure.as_deref(), Some("net::ERR_BLOCKED_BY_CLIENT"));
    assert_eq!((request.blocked_reason.as_deref(), request.status), (Some("csp"), None));
}

#[test]
fn what_is_open_at_the_end_is_told_as_unfinished() {
    let mut network = play(&[sent("R1", "https://shop.test/hang"), sent("R2", "https://shop.test/late")]);
    let base = TimeBase::new(0.0);
    for (method, params) in [answer("R2", true), finished("R2")] {
        network.on_event(&format!("Network.{method}"), &params.to_string(), &base).unwrap();
    }
    network.flush();
    let told: Vec<_> = network.drain().into_iter().map(|e| (e.request.url, e.request.failure)).collect();
    let unfinished = Some("unfinished when the test ended".to_owned());
    let expected =
        [("https://shop.test/hang".to_owned(), unfinished), ("https://shop.test/late".to_owned(), None)];
    assert_eq!(told, expected);
}

#[test]
fn an_event_that_cannot_be_read_is_an_error_and_spoils_nothing_else() {
    let mut network = Network::default();
    let base = TimeBase::new(0.0);
    assert!(network.on_event("Network.requestWillBeSent", "{}", &base).is_err());
    assert!(network.on_event("Network.loadingFinished", r#"{"requestId":"X","timestamp":1}"#, &base).is_ok());
    assert!(network.drain().is_empty());
}
