//! The code that collects performance entries inside a page, and what it reports.

use serde::Deserialize;
use serde_json::{Map, Value};

/// Source of the collector.
pub(crate) const SOURCE: &str = include_str!("collector.js");
/// Isolated world that it runs in, apart from the page's own scripts.
pub(crate) const WORLD: &str = "canary_observe";
/// Function through which it reports when a document is left.
pub(crate) const BINDING: &str = "canaryTell";
/// Expression that reads what it kept, once the page has been painted.
pub(crate) const READ: &str = "globalThis.canarySettled ? canarySettled() : ''";

/// What one document reported: everything kept since its last report.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Report {
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) restored: bool,
    #[serde(default)]
    pub(crate) leaving: bool,
    #[serde(default)]
    pub(crate) dropped: u64,
    /// PerformanceNavigationTiming as the browser serializes it (camel case).
    pub(crate) navigation: Option<Map<String, Value>>,
    /// Entries in the names of documents; fields with a leading underscore serve derivations only.
    #[serde(default)]
    pub(crate) entries: Vec<Map<String, Value>>,
    pub(crate) heap_limit: Option<u64>,
}
