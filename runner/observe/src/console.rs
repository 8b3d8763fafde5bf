//! Console messages, uncaught errors and what the browser itself logs, as one kind of observation.

use serde::Deserialize;
use serde_json::Value;

use crate::observation::Console;
use crate::time::TimeBase;

/// Events this observer listens to.
pub(crate) const METHODS: &[&str] =
    &["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"];

/// A text longer than this is cut: pages log whole responses.
const LONGEST_TEXT: usize = 16 * 1024;

/// Returns the message of one event with its time (epoch milliseconds), or why it could not be read.
pub(crate) fn read(method: &str, params: &str, base: &TimeBase) -> Result<Option<(f64, Console)>, String> {
    let fail = |error: serde_json::Error| error.to_string();
    Ok(match method {
        "Runtime.consoleAPICalled" => Some(from_call(serde_json::from_str(params).map_err(fail)?, base)),
        "Runtime.exceptionThrown" => Some(from_exception(serde_json::from_str(params).map_err(fail)?, base)),
        "Log.entryAdded" => Some(from_log(serde_json::from_str(params).map_err(fail)?, base)),
        _ => None,
    })
}

fn from_call(call: Call, base: &TimeBase) -> (f64, Console) {
    let frame = call.stack_trace.as_ref().and_then(|stack| stack.call_frames.first());
    let console = Console {
        level: level(&call.kind),
        source: "console-api".to_owned(),
        text: cut(call.args.iter().map(Remote::text).collect::<Vec<_>>().join(" ")),
        url: frame.map(|frame| frame.url.clone()),
        line: frame.map(|frame| frame.line_number + 1),
        column: frame.map(|frame| frame.column_number + 1),
        stack: None,
    };
    (base.wall(call.timestamp), console)
}

fn from_exception(thrown: Thrown, base: &TimeBase) -> (f64, Console) {
    let details = thrown.exception_details;
    let described = details.exception.as_ref().and_then(|exception| exception.description.clone());
    let mut text = described.or_else(|| details.exception.as_ref().map(Remote::text)).unwrap_or_default();
    if text.is_empty() {
        text = details.text;
    }
    let stack = text.contains("\n    at ").then(|| text.clone());
    let first_line = text.lines().next().unwrap_or_default().to_owned();
    let frame = details.stack_trace.as_ref().and_then(|stack| stack.call_frames.first());
    let console = Console {
        level: "error",
        source: "exception".to_owned(),
        text: cut(first_line),
        url: details.url.or_else(|| frame.map(|frame| frame.url.clone())),
        line: Some(details.line_number + 1),
        column: Some(details.column_number + 1),
        stack: stack.map(cut),
    };
    (base.wall(thrown.timestamp), console)
}

fn from_log(added: Added, base: &TimeBase) -> (f64, Console) {
    let entry = added.entry;
    let console = Console {
        level: level(&entry.level),
        source: entry.source,
        text: cut(entry.text),
        url: entry.url,
        line: entry.line_number.map(|line| line + 1),
        column: None,
        stack: None,
    };
    (base.wall(entry.timestamp), console)
}

fn level(name: &str) -> &'static str {
    match name {
        "error" | "assert" => "error",
        "warning" | "warn" => "warning",
        "debug" | "verbose" | "trace" => "debug",
        _ => "info",
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let end = (0..=LONGEST_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    args: Vec<Remote>,
    #[serde(default)]
    timestamp: f64,
    stack_trace: Option<StackTrace>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thrown {
    timestamp: f64,
    exception_details: Details,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    #[serde(default)]
    text: String,
    #[serde(default)]
    line_number: u32,
    #[serde(default)]
    column_number: u32,
    url: Option<String>,
    exception: Option<Remote>,
    stack_trace: Option<StackTrace>,
}

#[derive(Deserialize)]
struct Added {
    entry: LogEntry,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogEntry {
    #[serde(default)]
    source: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    timestamp: f64,
    url: Option<String>,
    line_number: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StackTrace {
    #[serde(default)]
    call_frames: Vec<Frame>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    #[serde(default)]
    url: String,
    #[serde(default)]
    line_number: u32,
    #[serde(default)]
    column_number: u32,
}

/// A value in the page, as far as the protocol describes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Remote {
    #[serde(rename = "type", default)]
    kind: String,
    subtype: Option<String>,
    value: Option<Value>,
    unserializable_value: Option<String>,
    description: Option<String>,
    preview: Option<Preview>,
}

impl Remote {
    fn text(&self) -> String {
        if let Some(Value::String(text)) = &self.value {
            return text.clone();
        }
        if self.kind == "undefined" {
            return "undefined".to_owned();
        }
        if self.subtype.as_deref() == Some("null") {
            return "null".to_owned();
        }
        if let Some(value) = &self.value {
            return value.to_string();
        }
        if let Some(text) = &self.unserializable_value {
            return text.clone();
        }
        if let Some(preview) = &self.preview {
            return preview.text();
        }
        self.description.clone().unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Preview {
    subtype: Option<String>,
    description: Option<String>,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct Property {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: String,
}

impl Preview {
    /// Returns it the way a console shows an object or an array.
    fn text(&self) -> String {
        if self.subtype.as_deref() == Some("error") {
            return self.description.clone().unwrap_or_default();
        }
        let array = self.subtype.as_deref() == Some("array");
        let parts: Vec<String> = self
            .properties
            .iter()
            .map(|p| if array { p.value.clone() } else { format!("{}: {}", p.name, p.value) })
            .collect();
        if array { format!("[{}]", parts.join(", ")) } else { format!("{{{}}}", parts.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(method: &str, params: serde_json::Value, expected: (&str, &str, &str, Option<u32>)) {
        let base = TimeBase::new(0.0);
        let (_, console) = read(method, &params.to_string(), &base).unwrap().unwrap();
        assert_eq!((console.level, console.source.as_str(), console.text.as_str(), console.line), expected);
    }

    #[test]
    fn calls_read_as_in_a_console() {
        let args = json!([{"type": "string", "value": "cart"}, {"type": "number", "value": 3},
            {"type": "undefined"}, {"type": "object", "subtype": "null", "value": null},
            {"type": "object", "preview": {"properties": [{"name": "a", "value": "1"}]}},
            {"type": "object", "preview": {"subtype": "array", "properties": [{"name": "0", "value": "x"}]}},
            {"type": "number", "unserializableValue": "NaN"}]);
        let stack =
            json!({"callFrames": [{"url": "https://shop.test/a.js", "lineNumber": 4, "columnNumber": 0}]});
        check(
            "Runtime.consoleAPICalled",
            json!({"type": "warning", "args": args, "timestamp": 1.0, "stackTrace": stack}),
            ("warning", "console-api", "cart 3 undefined null {a: 1} [x] NaN", Some(5)),
        );
    }

    #[test]
    fn an_uncaught_error_has_its_message_and_place() {
        let details = json!({"text": "Uncaught", "lineNumber": 6, "columnNumber": 2, "url": "https://shop.test/",
            "exception": {"type": "object", "subtype": "error",
                          "description": "TypeError: x is undefined\n    at f (https://shop.test/:7:3)"}});
        check(
            "Runtime.exceptionThrown",
            json!({"timestamp": 1.0, "exceptionDetails": details}),
            ("error", "exception", "TypeError: x is undefined", Some(7)),
        );
    }

    #[test]
    fn the_browsers_own_messages_are_kept() {
        let entry =
            json!({"source": "network", "level": "error", "text": "Failed to load resource", "timestamp": 1});
        check(
            "Log.entryAdded",
            json!({ "entry": entry }),
            ("error", "network", "Failed to load resource", None),
        );
    }

    #[test]
    fn a_text_without_end_is_cut_between_characters() {
        let text = "é".repeat(LONGEST_TEXT);
        let cut = cut(text);
        assert!(cut.len() <= LONGEST_TEXT + "…".len() && cut.ends_with('…'));
    }
}
