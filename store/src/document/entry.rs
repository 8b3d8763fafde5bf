//! Owns the kind `entry`: one PerformanceEntry as the browser gave it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One performance entry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The entry.
    pub entry: EntryFields,
}

/// The entry; times count from the start of the navigation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntryFields {
    /// Name of the entry: for resources the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Type of the entry: resource, paint, mark, measure, longtask and so on.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Start of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub start: Option<f64>,
    /// Duration of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub duration: Option<f64>,
    /// What asked for the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator_type: Option<String>,
    /// Protocol, as ALPN names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_hop_protocol: Option<String>,
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
    /// Status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_status: Option<u16>,
    /// Where the resource came from, `cache` for the browser's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_type: Option<String>,
    /// Whether the resource blocked rendering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub render_blocking_status: Option<String>,
    /// From the request to the end of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub response_time: Option<f64>,
    /// From the request to the first byte of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub ttfb: Option<f64>,
    /// Value of a layout shift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Painted area in square pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When the element was painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub render_time: Option<f64>,
    /// When the element's resource was loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub load_time: Option<f64>,
    /// Selector of the element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Address of the element's resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Identifier from the attribute `elementtiming`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Number of the interaction that an event belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction_id: Option<u64>,
    /// When the first handler of an event ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub processing_start: Option<f64>,
    /// When its last handler was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub processing_end: Option<f64>,
    /// Everything else that the browser tells about the entry; stored, not searchable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Map<String, Value>>,
}
