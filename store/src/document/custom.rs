//! Owns the kind `custom`: what a script saved under a name of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a script saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Custom {
    /// The name and the value.
    pub custom: CustomValue,
}

/// The name and the value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CustomValue {
    /// Name that the script chose.
    pub name: String,
    /// The value where it is one number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The value where it is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}
