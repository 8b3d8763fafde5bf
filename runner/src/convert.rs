//! Conversion: makes documents of what the observers saw. Total: every observation has a document, and a part
//! that does not fit is left out rather than the whole.

use canary_observe::{Console, Entry, Memory, Observation, Observed, Page, Request, Vitals};
use canary_store::document::{self, Body, PageRef};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Longest text of one field; what a page prints or loads has no limit of its own.
const LONGEST_TEXT: usize = 16 * 1024;

/// Longest address; those of the scheme `data` hold whole files.
const LONGEST_URL: usize = 4 * 1024;

/// A document in the making: when it happened, in which document load, and what it says.
#[derive(Debug)]
pub(crate) struct Converted {
    /// When it happened.
    pub(crate) at: Timestamp,
    /// The document load.
    pub(crate) page: PageRef,
    /// What it says.
    pub(crate) body: Body,
}

/// Makes a document of an observation. An observer that could not do its work makes none.
pub(crate) fn document(observed: Observed) -> Option<Converted> {
    let body = match observed.what {
        Observation::Request(seen) => request(*seen).into(),
        Observation::Page(seen) => page(*seen).into(),
        Observation::Entry(seen) => entry(seen).into(),
        Observation::Console(seen) => console(seen).into(),
        Observation::Memory(seen) => memory(seen).into(),
        Observation::Unavailable { .. } => return None,
    };
    let page = PageRef {
        id: observed.page_id.map(|id| id.as_ref().to_owned()),
        url: observed.page_url.map(|url| limited(url.as_ref().to_owned(), LONGEST_URL)),
    };
    Some(Converted { at: timestamp(observed.at), page, body })
}

/// Returns milliseconds since the epoch as a point in time.
pub(crate) fn timestamp(millis: f64) -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast of a float saturates, and limits are checked"
    )]
    Timestamp::from_microsecond((millis * 1_000.0) as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Returns an address with its parts, without user and password.
pub(crate) fn url(full: &str) -> document::Url {
    let Ok(mut parsed) = url::Url::parse(full) else {
        return document::Url {
            full: some(limited(full.to_owned(), LONGEST_URL)),
            ..document::Url::default()
        };
    };
    if !parsed.username().is_empty() || parsed.password().is_some() {
        // Cannot fail: what has a user has a host.
        parsed.set_username("").ok();
        parsed.set_password(None).ok();
    }
    document::Url {
        full: some(limited(parsed.to_string(), LONGEST_URL)),
        domain: parsed.host_str().map(str::to_owned),
        scheme: some(parsed.scheme().to_owned()),
        port: parsed.port(),
        path: parsed.has_host().then(|| limited(parsed.path().to_owned(), LONGEST_URL)),
        query: parsed.query().map(|query| limited(query.to_owned(), LONGEST_URL)),
        fragment: parsed.fragment().map(|fragment| limited(fragment.to_owned(), LONGEST_URL)),
    }
}

/// Returns vitals as documents have them.
pub(crate) fn vitals(seen: Vitals) -> document::Vitals {
    document::Vitals {
        fcp: seen.fcp,
        lcp: seen.lcp,
        cls: seen.cls,
        inp: seen.inp,
        ttfb: seen.ttfb,
        tbt: seen.tbt,
        lcp_attribution: read(seen.lcp_attribution),
        cls_attribution: read(seen.cls_attribution),
        inp_attribution: read(seen.inp_attribution),
        tbt_attribution: read(seen.tbt_attribution),
    }
}

/// Cuts a text that is too long and says how much is missing.
pub(crate) fn limited_text(text: String) -> String {
    limited(text, LONGEST_TEXT)
}

fn limited(text: String, longest: usize) -> String {
    if text.len() <= longest {
        return text;
    }
    let kept = text.floor_char_boundary(longest);
    let (start, rest) = text.split_at(kept);
    format!("{start}… ({} bytes more)", rest.len())
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn yes(toggle: bool) -> Option<bool> {
    toggle.then_some(true)
}

/// Reads fields that were gathered by name; one that does not fit is left out.
fn read<T: DeserializeOwned + Default>(mut fields: Map<String, Value>) -> T {
    if let Ok(read) = serde_json::from_value(Value::Object(fields.clone())) {
        return read;
    }
    let names: Vec<String> = fields.keys().cloned().collect();
    for name in names {
        let alone = fields.get(&name).cloned().map(|value| Map::from_iter([(name.clone(), value)]));
        if serde_json::from_value::<T>(Value::Object(alone.unwrap_or_default())).is_err() {
            fields.remove(&name);
        }
    }
    serde_json::from_value(Value::Object(fields)).unwrap_or_default()
}

fn request(seen: Request) -> document::Request {
    let security = seen.security.map(|security| document::Tls {
        version: security.protocol.split_whitespace().next_back().map(str::to_owned),
        version_protocol: security.protocol.split_whitespace().next().map(str::to_lowercase),
        cipher: some(security.cipher),
        key_exchange: some(security.key_exchange),
        server: document::TlsServer {
            subject: some(security.subject),
            issuer: some(security.issuer),
            not_before: certificate_date(security.valid_from),
            not_after: certificate_date(security.valid_to),
        },
    });
    document::Request {
        request: document::RequestFields {
            id: some(seen.id),
            kind: some(seen.kind),
            initiator: seen.initiator,
            initiator_url: seen.initiator_url.map(|url| limited(url, LONGEST_URL)),
            initiator_line: seen.initiator_line,
            priority: seen.priority,
            third_party: seen.third_party,
            from_cache: Some(seen.from_cache),
            from_service_worker: yes(seen.from_service_worker),
            redirected_from: seen.redirected_from.map(|url| limited(url, LONGEST_URL)),
            failure: seen.failure,
            canceled: yes(seen.canceled),
            blocked_reason: seen.blocked_reason,
            navigation: yes(seen.navigation),
            frame: seen.frame,
        },
        url: url(&seen.url),
        http: document::Http {
            version: seen.http_version,
            request: document::HttpRequest {
                method: some(seen.method),
                bytes: None,
                headers: seen.request_headers,
                body: document::HttpBody { bytes: seen.sent_body },
            },
            response: document::HttpResponse {
                status_code: seen.status,
                status_text: seen.status_text.and_then(some),
                mime_type: seen.mime_type.and_then(some),
                bytes: seen.received,
                headers: seen.response_headers,
                body: document::HttpBody { bytes: seen.decoded_body },
            },
        },
        timings: document::Timings {
            blocked: seen.phases.blocked,
            dns: seen.phases.dns,
            connect: seen.phases.connect,
            tls: seen.phases.tls,
            send: seen.phases.send,
            wait: seen.phases.wait,
            receive: seen.phases.receive,
            total: seen.phases.total,
        },
        server: document::Server { ip: seen.remote_ip, port: seen.remote_port },
        tls: security.unwrap_or_default(),
    }
}

fn certificate_date(seconds: f64) -> Option<Timestamp> {
    (seconds > 0.0).then(|| timestamp(seconds * 1_000.0))
}

fn page(seen: Page) -> document::Page {
    document::Page {
        page: document::PageFields {
            title: some(limited_text(seen.title)),
            load_type: Some(match seen.load_type {
                "restored" => document::LoadType::Restored,
                "soft" => document::LoadType::Soft,
                _ => document::LoadType::Hard,
            }),
            status_code: seen.status,
        },
        vitals: vitals(seen.vitals),
        navigation: read(seen.navigation),
        measurement: document::Measurement::default(),
    }
}

fn entry(seen: Entry) -> document::Entry {
    let mut fields: document::EntryFields = read(seen.fields);
    fields.name = fields.name.map(|name| limited(name, LONGEST_URL));
    fields.url = fields.url.map(|url| limited(url, LONGEST_URL));
    document::Entry { entry: fields }
}

fn console(seen: Console) -> document::Console {
    document::Console {
        console: document::ConsoleMessage {
            level: Some(seen.level.to_owned()),
            source: some(seen.source),
            text: Some(limited_text(seen.text)),
            url: seen.url.map(|url| limited(url, LONGEST_URL)),
            line: seen.line,
            column: seen.column,
            stack: seen.stack.map(limited_text),
        },
    }
}

fn memory(seen: Memory) -> document::Memory {
    document::Memory {
        memory: document::MemoryFields {
            used: seen.used,
            total: seen.total,
            limit: seen.limit,
            nodes: seen.nodes,
            listeners: seen.listeners,
            documents: seen.documents,
        },
    }
}

#[cfg(test)]
mod tests {
    use canary_observe::{Phases, Security};
    use serde_json::json;

    use super::*;

    fn observed(what: Observation) -> Observed {
        Observed {
            at: 1_795_262_400_123.4,
            page_id: Some("L1".into()),
            page_url: Some("http://shop/".into()),
            what,
        }
    }

    fn check(what: Observation) -> Value {
        let converted = document(observed(what)).unwrap();
        let mut envelope = canary_store::Envelope::new(converted.at, "run-1".into(), 7, "shop");
        envelope.page = converted.page;
        canary_store::Document { envelope, body: converted.body }.to_json().unwrap()
    }

    #[test]
    fn a_request_has_ecs_names() {
        let seen = Request {
            id: "R1".into(),
            kind: "script".into(),
            url: "https://ann:pw@cdn.example:8443/app.js?v=1#x".into(),
            method: "GET".into(),
            third_party: Some(true),
            status: Some(200),
            http_version: Some("2".into()),
            received: Some(1_024),
            decoded_body: Some(4_096),
            phases: Phases { dns: Some(1.5), total: Some(20.0), ..Phases::default() },
            security: Some(Security {
                protocol: "TLS 1.3".into(),
                valid_from: 1_700_000_000.0,
                ..Security::default()
            }),
            ..Request::default()
        };
        insta::assert_snapshot!("request", format!("{:#}", check(Observation::Request(Box::new(seen)))));
    }

    #[test]
    fn a_page_has_vitals_and_navigation() {
        let attribution = json!({"element": "#hero", "ttfb": 12.0}).as_object().unwrap().clone();
        let navigation = json!({"load_event_end": 321.5, "type": "navigate", "redirect_count": "many"});
        let seen = Page {
            url: "http://shop/".into(),
            title: "Shop".into(),
            load_type: "hard",
            status: Some(200),
            vitals: Vitals { lcp: Some(250.0), lcp_attribution: attribution, ..Vitals::default() },
            navigation: navigation.as_object().unwrap().clone(),
        };
        insta::assert_snapshot!("page", format!("{:#}", check(Observation::Page(Box::new(seen)))));
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let seen = Console { level: "info", text: "é".repeat(20_000), ..Console::default() };
        let document = check(Observation::Console(seen));
        let text = document["console"]["text"].as_str().unwrap();
        assert!(text.ends_with("é… (23616 bytes more)"), "{}", text.len());
    }

    #[test]
    fn an_observer_that_failed_makes_no_document() {
        let what =
            Observation::Unavailable { observer: canary_observe::Observer::Memory, reason: "x".into() };
        assert!(document(observed(what)).is_none());
    }
}
