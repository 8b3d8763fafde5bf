//! Owns what several kinds carry about a failure: the failure itself and the files kept of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FailureClass;

/// Why a run, a test or a step did not pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Class of the failure.
    pub class: FailureClass,
    /// Name of the step that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Type of the error as the script or the browser names it, for example `TimeoutError`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What went wrong, in one or a few lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Stack in terms of the files as their author wrote them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// The lines of source around the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// What the failed action tried, repeated attempts folded.
    #[serde(default, skip_serializing_if = "CallLog::is_empty")]
    pub call_log: CallLog,
    /// Key of the attachment that shows it best, usually the screenshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
}

impl Failure {
    /// Makes a failure of a class with a message and nothing else.
    pub fn new(class: FailureClass, message: impl Into<String>) -> Self {
        Self {
            class,
            step: None,
            kind: None,
            message: Some(message.into()),
            stack: None,
            excerpt: None,
            call_log: CallLog::default(),
            attachment: None,
        }
    }
}

/// Lines of the call log of one action.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CallLog(pub Vec<String>);

impl CallLog {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A file kept beside the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    /// Name of the file for people, for example `failure.png`.
    pub name: String,
    /// Key of the file in the attachment store.
    pub key: String,
    /// Media type, for example `image/png`.
    #[serde(rename = "type")]
    pub media_type: String,
    /// What the file shows.
    pub kind: AttachmentKind,
    /// Size of the file.
    #[schemars(extend("unit" = "byte"))]
    pub bytes: u64,
    /// SHA-256 of the content in hexadecimal digits.
    pub sha256: String,
}

/// What an attachment shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentKind {
    /// A picture of the page.
    Screenshot,
    /// The document as it stood.
    Dom,
    /// The requests as a HAR file.
    Har,
    /// A trace of the browser or of the script.
    Trace,
    /// Pictures of a page while it loads.
    Filmstrip,
    /// A report of a tool.
    Report,
    /// A file that the script downloaded.
    Download,
    /// What the script attached itself.
    Other,
}

impl AttachmentKind {
    /// Returns the name as documents have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Screenshot => "screenshot",
            Self::Dom => "dom",
            Self::Har => "har",
            Self::Trace => "trace",
            Self::Filmstrip => "filmstrip",
            Self::Report => "report",
            Self::Download => "download",
            Self::Other => "other",
        }
    }
}
