//! Derives the phases of a request from the browser's resource timing, in the sense of HAR 1.2.

use serde::Deserialize;

use crate::observation::Phases;

/// `Network.ResourceTiming`: milliseconds after `request_time`, −1 where not applicable.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceTiming {
    pub(crate) request_time: f64,
    #[serde(default = "absent")]
    dns_start: f64,
    #[serde(default = "absent")]
    dns_end: f64,
    #[serde(default = "absent")]
    connect_start: f64,
    #[serde(default = "absent")]
    connect_end: f64,
    #[serde(default = "absent")]
    ssl_start: f64,
    #[serde(default = "absent")]
    ssl_end: f64,
    #[serde(default = "absent")]
    send_start: f64,
    #[serde(default = "absent")]
    send_end: f64,
    #[serde(default = "absent")]
    receive_headers_end: f64,
}

fn absent() -> f64 {
    -1.0
}

/// Returns the phases of a request that was issued and finished at these monotonic times (seconds).
///
/// Without a timing (cache, data URL, failure before a connection) only the total is known.
pub(crate) fn phases(timing: Option<&ResourceTiming>, issued: f64, finished: f64) -> Phases {
    let total = ((finished - issued) * 1000.0).max(0.0);
    let Some(timing) = timing else {
        return Phases { total: Some(total), ..Phases::default() };
    };
    let queued = ((timing.request_time - issued) * 1000.0).max(0.0);
    let first = [timing.dns_start, timing.connect_start, timing.send_start].into_iter().find(|at| *at >= 0.0);
    let receive = (finished - timing.request_time) * 1000.0 - timing.receive_headers_end;
    Phases {
        blocked: Some(queued + first.unwrap_or(0.0)),
        dns: span(timing.dns_start, timing.dns_end),
        connect: span(timing.connect_start, timing.connect_end),
        tls: span(timing.ssl_start, timing.ssl_end),
        send: span(timing.send_start, timing.send_end),
        wait: span(timing.send_end, timing.receive_headers_end),
        receive: (timing.receive_headers_end >= 0.0).then_some(receive.max(0.0)),
        total: Some(total),
    }
}

fn span(start: f64, end: f64) -> Option<f64> {
    (start >= 0.0 && end >= start).then_some(end - start)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(timing: serde_json::Value, issued: f64, finished: f64, expected: [Option<f64>; 8]) {
        let timing: Option<ResourceTiming> = serde_json::from_value(timing).unwrap();
        let p = phases(timing.as_ref(), issued, finished);
        let got = [p.blocked, p.dns, p.connect, p.tls, p.send, p.wait, p.receive, p.total];
        let rounded = got.map(|value| value.map(|v| (v * 1000.0).round() / 1000.0));
        assert_eq!(rounded, expected);
    }

    #[test]
    fn a_new_secure_connection_has_all_phases() {
        check(
            json!({"requestTime": 100.002, "dnsStart": 1, "dnsEnd": 4, "connectStart": 4, "connectEnd": 24,
                   "sslStart": 10, "sslEnd": 24, "sendStart": 24, "sendEnd": 25, "receiveHeadersEnd": 75}),
            100.0,
            100.102,
            [Some(3.0), Some(3.0), Some(20.0), Some(14.0), Some(1.0), Some(50.0), Some(25.0), Some(102.0)],
        );
    }

    #[test]
    fn a_reused_connection_has_no_dns_and_connect() {
        check(
            json!({"requestTime": 5.0, "dnsStart": -1, "dnsEnd": -1, "connectStart": -1, "connectEnd": -1,
                   "sslStart": -1, "sslEnd": -1, "sendStart": 2, "sendEnd": 2.5, "receiveHeadersEnd": 10}),
            5.0,
            5.03,
            [Some(2.0), None, None, None, Some(0.5), Some(7.5), Some(20.0), Some(30.0)],
        );
    }

    #[test]
    fn without_timing_only_the_total_is_known() {
        check(json!(null), 1.0, 1.25, [None, None, None, None, None, None, None, Some(250.0)]);
    }
}
