//! Owns the kinds `memory`, `coverage` and `audit`: what is measured once the page is still.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Attachment, Url, is_default};

/// One sample of a page's memory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Memory {
    /// The sample.
    pub memory: MemoryFields,
}

/// The sample.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemoryFields {
    /// JavaScript heap in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub used: Option<u64>,
    /// JavaScript heap as allocated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub total: Option<u64>,
    /// Limit of the JavaScript heap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub limit: Option<u64>,
    /// DOM nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u64>,
    /// Event listeners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listeners: Option<u64>,
    /// Documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
}

/// Unused bytes of one script or style sheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// The resource.
    pub coverage: CoverageFields,
}

/// The resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageFields {
    /// Name under which the script asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Type: js or css.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// All bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub total: Option<u64>,
    /// Bytes that were not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub unused: Option<u64>,
    /// Share that was not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "percent"))]
    pub unused_ratio: Option<f64>,
}

/// One audit of a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Audit {
    /// The audit.
    pub audit: AuditFields,
    /// The page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub url: Url,
    /// The full report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// The audit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditFields {
    /// Score from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "percent"))]
    pub score: Option<f64>,
    /// Form factor: mobile or desktop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_factor: Option<String>,
    /// How the network and the processor were slowed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub throttling: AuditThrottling,
    /// Metrics by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, AuditMetric>,
    /// What the audit found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<AuditFinding>,
}

/// How the network and the processor were slowed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditThrottling {
    /// Method: devtools, packet or provided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Round trip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub rtt: Option<f64>,
    /// Download in kilobits each second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download: Option<f64>,
    /// Upload in kilobits each second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<f64>,
    /// Factor by which the processor was slowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_slowdown: Option<f64>,
}

/// One metric of an audit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditMetric {
    /// Value, times in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Score from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "percent"))]
    pub score: Option<f64>,
}

/// One thing that an audit found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditFinding {
    /// Id of the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The finding in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Score from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "percent"))]
    pub score: Option<f64>,
    /// Time that could be saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub savings: Option<f64>,
}
