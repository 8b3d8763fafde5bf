//! Owns the kind `console`: messages of the page and its uncaught errors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One console message or uncaught error.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Console {
    /// The message.
    pub console: ConsoleMessage,
}

/// The message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsoleMessage {
    /// Level: error, warning, info, log or debug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Where it comes from: console-api, exception, network, security and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Address of the script or document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Stack of an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
}
