//! Names of Canarytrace's indices and fields, and what they are called here.
//!
//! Owns the tables (RULES.md §2). A field may be renamed, may carry its truth as another value, or may have
//! another unit.

use crate::path::Path;

/// Kinds of document, as the store names them. This crate does not depend on the store.
pub const KINDS: [&str; 15] = [
    "start",
    "run",
    "test",
    "step",
    "page",
    "entry",
    "request",
    "console",
    "memory",
    "coverage",
    "audit",
    "availability",
    "custom",
    "alert",
    "monitor",
];

/// An index as written in a rule, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// As written.
    pub written: String,
    /// The kind of our documents that it stands for.
    pub kind: &'static str,
    names: Names,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Names {
    Ours,
    Canarytrace(&'static [(&'static str, Meaning)]),
}

/// What a field of Canarytrace is here.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    Field(&'static str),
    /// A truth value that is a word here: the field, the word for true, the word for false.
    Word(&'static str, &'static str, &'static str),
    /// Another unit: ours is theirs times the factor.
    Scaled(&'static str, f64),
}

/// A field with the value that is meant by a value of Canarytrace.
#[derive(Debug, Clone, PartialEq)]
pub struct Translated {
    pub field: String,
    pub value: serde_json::Value,
}

impl Index {
    /// Understands an index name: a kind, `canary-<kind>-*`, or a name of Canarytrace with or without `-*`.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let name = written.trim().trim_end_matches('*').trim_end_matches('-');
        let ours = name.strip_prefix("canary-").map_or(name, |rest| rest.split('-').next().unwrap_or(rest));
        if let Some(kind) = KINDS.iter().find(|kind| **kind == ours) {
            return Some(Self { written: written.to_owned(), kind, names: Names::Ours });
        }
        let (_, kind, fields) = CANARYTRACE.iter().find(|(index, _, _)| *index == name)?;
        Some(Self { written: written.to_owned(), kind, names: Names::Canarytrace(fields) })
    }

    /// Returns the names that may be written, for hints.
    pub fn known() -> impl Iterator<Item = &'static str> {
        KINDS.into_iter().chain(CANARYTRACE.iter().map(|(index, _, _)| *index))
    }

    /// Returns the index that holds a field. Canarytrace kept the figures of navigations among the performance
    /// entries; here they stand with the page that was loaded.
    #[must_use]
    pub fn of_field(&self, written: &str) -> Self {
        let bare = written.trim_end_matches(".keyword").trim_end_matches(".raw");
        let moved = self.kind == "entry" && self.names != Names::Ours && NAVIGATIONS.contains(&bare);
        if moved {
            Self { kind: "page", names: Names::Canarytrace(PAGE), ..self.clone() }
        } else {
            self.clone()
        }
    }

    /// Returns what a field is called here; a name that is not in the tables stays as it is.
    #[must_use]
    pub fn field(&self, written: &str) -> String {
        match self.meaning(written) {
            Some(Meaning::Field(field) | Meaning::Word(field, ..) | Meaning::Scaled(field, _)) => {
                field.to_owned()
            }
            None => self.by_prefix(written),
        }
    }

    /// Returns what a field is called here, as a path.
    #[must_use]
    pub fn path(&self, written: &str) -> Path {
        Path::new(&self.field(written))
    }

    /// Returns field and value as they are here.
    #[must_use]
    pub fn translate(&self, written: &str, value: &serde_json::Value) -> Translated {
        let field = self.field(written);
        let truth = match value {
            serde_json::Value::Bool(truth) => Some(*truth),
            serde_json::Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let value = match (self.meaning(written), truth) {
            (Some(Meaning::Word(_, yes, no)), Some(truth)) => (if truth { yes } else { no }).into(),
            (Some(Meaning::Scaled(_, factor)), _) => {
                value.as_f64().map_or_else(|| value.clone(), |number| (number * factor).into())
            }
            _ => value.clone(),
        };
        Translated { field, value }
    }

    fn meaning(&self, written: &str) -> Option<Meaning> {
        let Names::Canarytrace(fields) = self.names else { return None };
        let bare = written.trim_end_matches(".keyword").trim_end_matches(".raw");
        fields.iter().find(|(name, _)| *name == bare).map(|(_, meaning)| *meaning)
    }

    /// Fields that stand for many: headers of a response, figures of an audit, entries as the browser gave them.
    fn by_prefix(&self, written: &str) -> String {
        let Names::Canarytrace(_) = self.names else { return written.to_owned() };
        let bare = written.trim_end_matches(".keyword").trim_end_matches(".raw");
        if let Some(shared) = SHARED.iter().find(|(name, _)| *name == bare) {
            return shared.1.to_owned();
        }
        let renamed = match self.kind {
            "request" => bare
                .strip_prefix("response.headers.")
                .or_else(|| bare.strip_prefix("headers."))
                .map(|header| format!("http.response.headers.{}", header.to_lowercase()))
                .or_else(|| {
                    bare.strip_prefix("request.headers.")
                        .map(|header| format!("http.request.headers.{}", header.to_lowercase()))
                }),
            "audit" => bare.strip_prefix("audits.").and_then(|rest| {
                let (audit, figure) = rest.rsplit_once('.')?;
                let figure = if figure == "numericValue" { "value" } else { figure };
                Some(format!("audit.metrics.{audit}.{figure}"))
            }),
            "entry" => Some(format!("entry.{}", snake_case(bare))),
            "page" => Some(format!("navigation.{}", snake_case(bare))),
            _ => None,
        };
        renamed.unwrap_or_else(|| bare.to_owned())
    }
}

fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() {
            out.push('_');
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Fields that all of Canarytrace's indices have.
const SHARED: [(&str, &str); 8] = [
    ("timestamp", "@timestamp"),
    ("uuid", "run.id"),
    ("uuidAction", "step.id"),
    ("sequence", "run.sequence"),
    ("labels", "monitor.tags"),
    ("spec", "script.path"),
    ("fullTitle", "test.title"),
    ("context", "test.title"),
];

type Fields = &'static [(&'static str, Meaning)];

const CANARYTRACE: [(&str, &str, Fields); 9] = [
    ("c.report", "step", REPORT),
    ("c.performance-entries", "entry", ENTRY),
    ("c.request-log", "request", REQUEST),
    ("c.response", "request", REQUEST),
    ("c.console", "console", CONSOLE),
    ("c.memory", "memory", MEMORY),
    ("c.audit", "audit", AUDIT),
    ("c.coverage-audit", "coverage", COVERAGE),
    ("c.smoke-title", "page", SMOKE),
];

const REPORT: Fields = &[
    ("passed", Meaning::Word("step.status", "passed", "failed")),
    ("errMessage", Meaning::Field("failure.message")),
    ("errType", Meaning::Field("failure.type")),
    ("testStepDuration", Meaning::Field("step.duration")),
    ("title", Meaning::Field("step.name")),
    ("baseUrl", Meaning::Field("url.full")),
];

const ENTRY: Fields = &[
    ("entryType", Meaning::Field("entry.type")),
    ("startTime", Meaning::Field("entry.start")),
    ("responseTime", Meaning::Field("entry.response_time")),
    ("ttfb", Meaning::Field("entry.ttfb")),
    ("title", Meaning::Field("step.name")),
];

/// Figures that only navigations have.
const NAVIGATIONS: [&str; 22] = [
    "loadEventEnd",
    "loadEventStart",
    "domComplete",
    "domInteractive",
    "domContentLoadedEventStart",
    "domContentLoadedEventEnd",
    "unloadEventStart",
    "unloadEventEnd",
    "redirectStart",
    "redirectEnd",
    "workerStart",
    "fetchStart",
    "domainLookupStart",
    "domainLookupEnd",
    "connectStart",
    "secureConnectionStart",
    "connectEnd",
    "requestStart",
    "responseStart",
    "responseEnd",
    "redirectCount",
    "activationStart",
];

const PAGE: Fields = &[
    ("name", Meaning::Field("page.url")),
    ("url", Meaning::Field("page.url")),
    ("title", Meaning::Field("step.name")),
];

const REQUEST: Fields = &[
    ("url", Meaning::Field("url.full")),
    ("requestId", Meaning::Field("request.id")),
    ("method", Meaning::Field("http.request.method")),
    ("request.method", Meaning::Field("http.request.method")),
    ("request.url", Meaning::Field("url.full")),
    ("status", Meaning::Field("http.response.status_code")),
    ("response.status", Meaning::Field("http.response.status_code")),
    ("mimeType", Meaning::Field("http.response.mime_type")),
    ("response.mimeType", Meaning::Field("http.response.mime_type")),
    ("protocol", Meaning::Field("http.version")),
    ("response.protocol", Meaning::Field("http.version")),
    ("encodedDataLength", Meaning::Field("http.response.bytes")),
    ("response.encodedDataLength", Meaning::Field("http.response.bytes")),
    ("fromDiskCache", Meaning::Field("request.from_cache")),
    ("response.fromDiskCache", Meaning::Field("request.from_cache")),
    ("type", Meaning::Field("request.type")),
    ("har.blocked", Meaning::Field("timings.blocked")),
    ("har.dns", Meaning::Field("timings.dns")),
    ("har.connect", Meaning::Field("timings.connect")),
    ("har.ssl", Meaning::Field("timings.tls")),
    ("har.send", Meaning::Field("timings.send")),
    ("har.wait", Meaning::Field("timings.wait")),
    ("har.receive", Meaning::Field("timings.receive")),
    ("har.time", Meaning::Field("timings.total")),
];

const CONSOLE: Fields = &[
    ("level", Meaning::Field("console.level")),
    ("source", Meaning::Field("console.source")),
    ("text", Meaning::Field("console.text")),
    ("url", Meaning::Field("console.url")),
];

const MEMORY: Fields = &[
    ("data.usedJSHeapSize", Meaning::Field("memory.used")),
    ("data.totalJSHeapSize", Meaning::Field("memory.total")),
    ("data.jsHeapSizeLimit", Meaning::Field("memory.limit")),
    ("testStep", Meaning::Field("step.name")),
];

const AUDIT: Fields = &[
    ("score", Meaning::Field("audit.score")),
    ("categories.performance.score", Meaning::Field("audit.score")),
    ("finalUrl", Meaning::Field("page.url")),
    ("requestedUrl", Meaning::Field("page.url")),
    ("configSettings.formFactor", Meaning::Field("audit.form_factor")),
];

const COVERAGE: Fields = &[
    ("url", Meaning::Field("coverage.url")),
    ("total", Meaning::Field("coverage.total")),
    ("unused", Meaning::Field("coverage.unused")),
    ("percentUnused", Meaning::Scaled("coverage.unused_ratio", 0.01)),
];

const SMOKE: Fields = &[("url", Meaning::Field("page.url")), ("title", Meaning::Field("page.title"))];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn indices_of_both_worlds_are_understood() {
        let check =
            |written, kind: Option<&str>| assert_eq!(Index::parse(written).map(|index| index.kind), kind);
        check("request", Some("request"));
        check("canary-request-*", Some("request"));
        check("c.report", Some("step"));
        check("c.report-*", Some("step"));
        check("c.coverage-audit-*", Some("coverage"));
        check("c.unknown", None);
    }

    #[test]
    fn figures_of_navigations_stand_with_their_page() {
        let entries = Index::parse("c.performance-entries").expect("is an index");
        let moved = entries.of_field("loadEventEnd");
        assert_eq!((moved.kind, moved.field("loadEventEnd").as_str()), ("page", "navigation.load_event_end"));
        assert_eq!(
            (moved.field("name").as_str(), moved.written.as_str()),
            ("page.url", "c.performance-entries")
        );
        assert_eq!(entries.of_field("responseTime").kind, "entry");
    }

    #[test]
    fn fields_and_values_are_translated_together() {
        let check =
            |index: &str, field: &str, value: serde_json::Value, expected: (&str, serde_json::Value)| {
                let translated = Index::parse(index).expect("is an index").translate(field, &value);
                assert_eq!((translated.field.as_str(), translated.value), expected, "{index} {field}");
            };
        check("c.report", "passed", json!(false), ("step.status", json!("failed")));
        check("c.report", "passed", json!("true"), ("step.status", json!("passed")));
        check("c.report", "errMessage.raw", json!("x"), ("failure.message", json!("x")));
        check("c.report", "uuid", json!("x"), ("run.id", json!("x")));
        check(
            "c.response",
            "headers.Content-Type",
            json!("x"),
            ("http.response.headers.content-type", json!("x")),
        );
        check(
            "c.request-log",
            "response.headers.content-encoding",
            json!("gzip"),
            ("http.response.headers.content-encoding", json!("gzip")),
        );
        check("c.performance-entries", "startTime", json!(5), ("entry.start", json!(5)));
        check("c.performance-entries", "responseTime", json!(3000), ("entry.response_time", json!(3000)));
        check(
            "c.audit",
            "audits.largest-contentful-paint.numericValue",
            json!(2500),
            ("audit.metrics.largest-contentful-paint.value", json!(2500)),
        );
        check("c.coverage-audit", "percentUnused", json!(40), ("coverage.unused_ratio", json!(0.4)));
        check("step", "passed", json!(false), ("passed", json!(false)));
    }
}
