//! What pages write to the console, and what the browser writes there about them.

use serde::Deserialize;

use crate::evaluate::{ExecutionContext, JsHandle, RemoteObject};
use crate::page::Page;

/// A message on the console of a page.
#[derive(Clone, Debug)]
pub struct ConsoleMessage {
    /// The page that it belongs to.
    pub page: Page,
    /// `log`, `debug`, `info`, `error`, `warning`, `dir`, `table`, `trace`, `assert`, `timeEnd` and so on.
    pub kind: String,
    /// The arguments in words.
    pub text: String,
    /// The arguments themselves.
    pub arguments: Vec<JsHandle>,
    /// Where it was written.
    pub location: Location,
    /// When, in milliseconds since 1970.
    pub timestamp: f64,
}

/// A place in a source; line and column count from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The source's address.
    pub url: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiCalled {
    r#type: String,
    args: Vec<RemoteObject>,
    execution_context_id: i64,
    timestamp: f64,
    stack_trace: Option<StackTrace>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StackTrace {
    call_frames: Vec<CallFrame>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallFrame {
    url: String,
    line_number: u32,
    column_number: u32,
}

#[derive(Deserialize)]
pub(crate) struct EntryAdded {
    entry: Entry,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    source: String,
    level: String,
    text: String,
    timestamp: f64,
    url: Option<String>,
    line_number: Option<u32>,
}

impl ApiCalled {
    /// Returns the world that wrote.
    pub(crate) fn context(&self) -> i64 {
        self.execution_context_id
    }
}

impl ConsoleMessage {
    /// Makes a message of a call of `console`.
    pub(crate) fn of_call(page: &Page, context: &ExecutionContext, called: ApiCalled) -> Self {
        let arguments: Vec<JsHandle> =
            called.args.into_iter().map(|object| JsHandle::new(context, object)).collect();
        let text: Vec<String> = arguments.iter().map(JsHandle::preview).collect();
        let place = called.stack_trace.and_then(|trace| trace.call_frames.into_iter().next());
        let location = place.map(|frame| Location {
            url: frame.url,
            line: frame.line_number,
            column: frame.column_number,
        });
        Self {
            page: page.clone(),
            kind: called.r#type,
            text: text.join(" "),
            arguments,
            location: location.unwrap_or_default(),
            timestamp: called.timestamp,
        }
    }
}

impl EntryAdded {
    /// Makes a message of what the browser wrote; what workers write comes from themselves.
    pub(crate) fn message(self, page: &Page) -> Option<ConsoleMessage> {
        let entry = self.entry;
        if entry.source == "worker" {
            return None;
        }
        Some(ConsoleMessage {
            page: page.clone(),
            kind: entry.level,
            text: entry.text,
            arguments: Vec::new(),
            location: Location {
                url: entry.url.unwrap_or_default(),
                line: entry.line_number.unwrap_or_default(),
                column: 0,
            },
            timestamp: entry.timestamp,
        })
    }
}
