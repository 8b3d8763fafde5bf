//! Owns the kind `page` and the vitals: how one document load felt.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_default;

/// One document load in a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// The document.
    pub page: PageFields,
    /// Web vitals of the load.
    #[serde(default, skip_serializing_if = "is_default")]
    pub vitals: Vitals,
    /// Navigation timing of the load.
    #[serde(default, skip_serializing_if = "is_default")]
    pub navigation: Navigation,
    /// How the load was measured.
    #[serde(default, skip_serializing_if = "is_default")]
    pub measurement: Measurement,
}

/// The document that was loaded; its id and address stand in the envelope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageFields {
    /// Title of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How it came onto the screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_type: Option<LoadType>,
    /// Status of the answer that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
}

/// How a document came onto the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoadType {
    /// A navigation that loaded a document.
    Hard,
    /// A navigation within the document, by its script.
    Soft,
    /// Back from the cache of whole pages.
    Restored,
}

/// Web vitals, each absent where the browser did not tell it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vitals {
    /// First contentful paint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub fcp: Option<f64>,
    /// Largest contentful paint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub lcp: Option<f64>,
    /// Cumulative layout shift, largest session window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cls: Option<f64>,
    /// Interaction to next paint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub inp: Option<f64>,
    /// Time to first byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub ttfb: Option<f64>,
    /// Total blocking time between first contentful paint and the end of the load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub tbt: Option<f64>,
    /// What made the largest contentful paint.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lcp_attribution: LcpAttribution,
    /// What shifted most.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cls_attribution: ClsAttribution,
    /// Which interaction was slowest.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inp_attribution: InpAttribution,
    /// What blocked most.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tbt_attribution: TbtAttribution,
}

/// What made the largest contentful paint, and where its time went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LcpAttribution {
    /// Selector of the element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Address of its resource, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Until the first byte of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub ttfb: Option<f64>,
    /// From there until its resource was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub resource_load_delay: Option<f64>,
    /// Loading of its resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub resource_load_duration: Option<f64>,
    /// From there until it was painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub element_render_delay: Option<f64>,
}

/// What shifted most.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClsAttribution {
    /// Selector of the element that moved most in the largest shift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Value of the largest shift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// When it happened, from the start of the navigation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub time: Option<f64>,
}

/// Which interaction was slowest, and where its time went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InpAttribution {
    /// Selector of the element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Type of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// When it began, from the start of the navigation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub time: Option<f64>,
    /// Until its first handler ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub input_delay: Option<f64>,
    /// Its handlers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub processing_duration: Option<f64>,
    /// From there until the next paint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub presentation_delay: Option<f64>,
}

/// What blocked the main thread most.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TbtAttribution {
    /// Address of the script, where the browser tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// Length of the longest task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub duration: Option<f64>,
    /// Tasks longer than 50 ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<u32>,
}

/// PerformanceNavigationTiming as the browser gave it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Navigation {
    /// Start of the navigation, always 0 unless restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub start_time: Option<f64>,
    /// Start of the unload of the document before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub unload_event_start: Option<f64>,
    /// End of the unload of the document before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub unload_event_end: Option<f64>,
    /// Start of the first redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub redirect_start: Option<f64>,
    /// End of the last redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub redirect_end: Option<f64>,
    /// Start of the service worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub worker_start: Option<f64>,
    /// Ready to fetch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub fetch_start: Option<f64>,
    /// Start of the name lookup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub domain_lookup_start: Option<f64>,
    /// End of the name lookup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub domain_lookup_end: Option<f64>,
    /// Start of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub connect_start: Option<f64>,
    /// Start of the TLS handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub secure_connection_start: Option<f64>,
    /// End of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub connect_end: Option<f64>,
    /// Request sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub request_start: Option<f64>,
    /// First interim answer (103).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub first_interim_response_start: Option<f64>,
    /// First byte of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub response_start: Option<f64>,
    /// Last byte of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub response_end: Option<f64>,
    /// Parsing done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub dom_interactive: Option<f64>,
    /// Start of DOMContentLoaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub dom_content_loaded_event_start: Option<f64>,
    /// End of DOMContentLoaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub dom_content_loaded_event_end: Option<f64>,
    /// Document and its resources complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub dom_complete: Option<f64>,
    /// Start of the load event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub load_event_start: Option<f64>,
    /// End of the load event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub load_event_end: Option<f64>,
    /// From the start to the end of the load event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub duration: Option<f64>,
    /// Activation of a document rendered ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub activation_start: Option<f64>,
    /// Type of the navigation: navigate, reload, back_forward or prerender.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Redirects of the same origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_count: Option<u32>,
    /// Bytes on the wire with headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub transfer_size: Option<u64>,
    /// Bytes of the body as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub encoded_body_size: Option<u64>,
    /// Bytes of the body once decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub decoded_body_size: Option<u64>,
    /// Protocol, as ALPN names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_hop_protocol: Option<String>,
    /// Status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_status: Option<u16>,
}

/// How a load was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    /// Whether something ran that disturbs the numbers, such as tracing or a rewritten document.
    #[serde(default, skip_serializing_if = "is_default")]
    pub disturbed: bool,
    /// What disturbed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// When the window of measurement closed, from the start of the navigation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub settled: Option<f64>,
}
