//! What observers tell: one value for each thing seen. Times are milliseconds since the Unix epoch on the
//! runner's clock, durations milliseconds, sizes bytes.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};

/// One thing that was seen, when, and in which document.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// When it happened (epoch milliseconds).
    pub at: f64,
    /// The document it belongs to: the loader id of the page's main frame; none outside of pages.
    pub page_id: Option<Rc<str>>,
    /// Address of that document.
    pub page_url: Option<Rc<str>>,
    /// What was seen.
    pub what: Observation,
}

/// The closed set of things that observers see.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// A request that ended, one for each hop of a redirect.
    Request(Box<Request>),
    /// A document that was loaded, told when it is left or the test ends.
    Page(Box<Page>),
    /// A performance entry as the browser gave it.
    Entry(Entry),
    /// A console message or an uncaught error.
    Console(Console),
    /// A sample of what the page holds in memory.
    Memory(Memory),
    /// An observer could not do its work; the others go on.
    Unavailable {
        /// Which one.
        observer: Observer,
        /// Why, as the browser said it.
        reason: String,
    },
}

/// The observers by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Observer {
    /// Requests.
    Network,
    /// Documents with their vitals.
    Pages,
    /// Performance entries.
    Entries,
    /// Console and uncaught errors.
    Console,
    /// Heap and DOM sizes.
    Memory,
}

impl Observer {
    /// Returns the name under which settings and documents know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "requests",
            Self::Pages => "pages",
            Self::Entries => "entries",
            Self::Console => "console",
            Self::Memory => "memory",
        }
    }
}

/// Parts of a request's time in milliseconds, HAR 1.2 semantics; absent where not applicable.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Phases {
    /// Waiting for a connection or a turn.
    pub blocked: Option<f64>,
    /// Looking the name up.
    pub dns: Option<f64>,
    /// Making the connection, TLS included.
    pub connect: Option<f64>,
    /// TLS alone.
    pub tls: Option<f64>,
    /// Sending the request.
    pub send: Option<f64>,
    /// Waiting for the first byte of the answer.
    pub wait: Option<f64>,
    /// Receiving the answer.
    pub receive: Option<f64>,
    /// From being issued to its end.
    pub total: Option<f64>,
}

/// What is known of a secure connection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Security {
    /// Protocol as the browser names it, for example `TLS 1.3`.
    pub protocol: String,
    /// Cipher.
    pub cipher: String,
    /// Group of the key exchange.
    pub key_exchange: String,
    /// Subject of the server's certificate.
    pub subject: String,
    /// Issuer of the server's certificate.
    pub issuer: String,
    /// Certificate valid from (epoch seconds).
    pub valid_from: f64,
    /// Certificate valid to (epoch seconds).
    pub valid_to: f64,
}

/// One request with its answer or its failure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// The browser's id of it; hops of a redirect share one.
    pub id: String,
    /// Resource type in lower case: `document`, `script`, `fetch`, `xhr`, `image`, …
    pub kind: String,
    /// Full address, fragment included.
    pub url: String,
    /// Method.
    pub method: String,
    /// Frame that asked.
    pub frame: Option<String>,
    /// Whether it loads a document.
    pub navigation: bool,
    /// What caused it: `parser`, `script`, `preload`, `other`, …
    pub initiator: Option<String>,
    /// Address of the script or document that caused it.
    pub initiator_url: Option<String>,
    /// Line in it, from 1.
    pub initiator_line: Option<u32>,
    /// Priority as the browser set it first.
    pub priority: Option<String>,
    /// Whether its site differs from the page's, as the browser judges sites.
    pub third_party: Option<bool>,
    /// Whether the answer came from a cache.
    pub from_cache: bool,
    /// Whether a service worker answered.
    pub from_service_worker: bool,
    /// Address of the hop before.
    pub redirected_from: Option<String>,
    /// Why it failed, the browser's `net::ERR_…`.
    pub failure: Option<String>,
    /// Whether it was given up by the page or the browser.
    pub canceled: bool,
    /// Why it was blocked: `csp`, `mixed-content`, `cors`, …
    pub blocked_reason: Option<String>,
    /// Response code.
    pub status: Option<u16>,
    /// Text beside the response code.
    pub status_text: Option<String>,
    /// Media type of the answer.
    pub mime_type: Option<String>,
    /// Version of HTTP: `1.1`, `2`, `3`.
    pub http_version: Option<String>,
    /// Header fields of the request, names in lower case, credentials removed.
    pub request_headers: BTreeMap<String, String>,
    /// Header fields of the answer, names in lower case, credentials removed.
    pub response_headers: BTreeMap<String, String>,
    /// Size of the body that was sent.
    pub sent_body: Option<u64>,
    /// Bytes of the answer on the wire, header and body.
    pub received: Option<u64>,
    /// Bytes of the decoded body.
    pub decoded_body: Option<u64>,
    /// Address of the server.
    pub remote_ip: Option<String>,
    /// Its port.
    pub remote_port: Option<u16>,
    /// Parts of its time.
    pub phases: Phases,
    /// What is known of its connection's security.
    pub security: Option<Security>,
}

/// Core web vitals of one document with what is to blame; absent where the page gave none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vitals {
    /// First contentful paint.
    pub fcp: Option<f64>,
    /// Largest contentful paint.
    pub lcp: Option<f64>,
    /// Cumulative layout shift (the worst session window; no unit).
    pub cls: Option<f64>,
    /// Interaction to next paint.
    pub inp: Option<f64>,
    /// Time to first byte.
    pub ttfb: Option<f64>,
    /// Blocking time of long tasks after FCP.
    pub tbt: Option<f64>,
    /// `element`, `url`, `ttfb`, `resource_load_delay`, `resource_load_duration`, `element_render_delay`.
    pub lcp_attribution: Map<String, Value>,
    /// `element`, `value`, `time` of the largest shift.
    pub cls_attribution: Map<String, Value>,
    /// `element`, `event`, `time`, `input_delay`, `processing_duration`, `presentation_delay`.
    pub inp_attribution: Map<String, Value>,
    /// `script`, `duration`, `tasks`.
    pub tbt_attribution: Map<String, Value>,
}

/// One document load.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// Address at the end.
    pub url: String,
    /// Title at the end.
    pub title: String,
    /// `hard`, or `restored` from the back/forward cache.
    pub load_type: &'static str,
    /// Response code of the document.
    pub status: Option<u16>,
    /// Vitals.
    pub vitals: Vitals,
    /// PerformanceNavigationTiming in snake case.
    pub navigation: Map<String, Value>,
}

/// A performance entry in snake case (`name`, `type`, `start`, `duration`, …).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// Its fields, named as the documents name them.
    pub fields: Map<String, Value>,
}

/// A console message or an uncaught error.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Console {
    /// `debug`, `info`, `warning` or `error`.
    pub level: &'static str,
    /// `console-api`, `exception`, `network`, `security`, …
    pub source: String,
    /// Text as a person would read it in the console.
    pub text: String,
    /// Script or document it came from.
    pub url: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// Stack, one frame a line.
    pub stack: Option<String>,
}

/// A sample of memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// JavaScript heap in use (bytes).
    pub used: Option<u64>,
    /// JavaScript heap reserved (bytes).
    pub total: Option<u64>,
    /// What the heap may grow to (bytes).
    pub limit: Option<u64>,
    /// DOM nodes.
    pub nodes: Option<u64>,
    /// Event listeners.
    pub listeners: Option<u64>,
    /// Documents.
    pub documents: Option<u64>,
}
