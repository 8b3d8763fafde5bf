//! Owns the kind `availability`: the check of the target before a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Failure, Url, is_default};

/// The check of the target before a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Availability {
    /// What was checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub url: Url,
    /// The answer.
    pub availability: AvailabilityTimes,
    /// Why there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// The phases of the check.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AvailabilityTimes {
    /// Name lookup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub dns: Option<f64>,
    /// Connecting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub connect: Option<f64>,
    /// TLS handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub tls: Option<f64>,
    /// From the request to the first byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub first_byte: Option<f64>,
    /// All of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub total: Option<f64>,
    /// Status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// Address that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
}
