//! The document model: every kind of document, its envelope and its fields.
//!
//! Owns the names and the version of what Canary writes, and the way between a typed [`Document`] and the
//! one nested JSON object that stores keep. It leaves numbering to the runner's recorder and writing to the
//! stores. Field names follow the Elastic Common Schema where it has one; times are milliseconds as numbers,
//! sizes bytes, shares 0 to 1. The unit of a number stands beside it as the schema keyword `unit`.

mod availability;
mod console;
mod custom;
mod entry;
mod envelope;
mod evidence;
mod fields;
mod id;
mod json;
mod kind;
mod measures;
mod monitor;
mod page;
mod request;
mod run;
mod script;
mod start;
mod time;

pub use availability::{Availability, AvailabilityTimes};
pub use console::{Console, ConsoleMessage};
pub use custom::{Custom, CustomValue};
pub use entry::{Entry, EntryFields};
pub use envelope::{
    Envelope, EventInfo, Geo, IngestedBy, MonitorRef, Observer, PageRef, RunRef, SchemaInfo, ScriptRef,
    StepRef, TestRef,
};
pub use evidence::{Attachment, AttachmentKind, CallLog, Failure};
pub use fields::{leaves, of_envelope, of_kind};
pub use id::{DocumentId, RunId};
pub use json::DocumentError;
pub use kind::{Kind, UnknownKind};
pub use measures::{
    Audit, AuditFields, AuditFinding, AuditMetric, AuditThrottling, Coverage, CoverageFields, Memory,
    MemoryFields,
};
pub use monitor::{Monitor, MonitorFields, Objective};
pub use page::{
    ClsAttribution, InpAttribution, LcpAttribution, LoadType, Measurement, Navigation, Page, PageFields,
    TbtAttribution, Vitals,
};
pub use request::{
    Http, HttpBody, HttpRequest, HttpResponse, Request, RequestFields, Server, Timings, Tls, TlsServer, Url,
};
pub use run::{
    BrowserClock, Cost, Delivery, FailureClass, Noise, NoiseVerdict, Run, RunFields, RunStatus, StepCounts,
    Versions,
};
pub use script::{Layout, Outcome, Step, StepFields, StepPage, Test, TestFields};
pub use start::{Plan, Start, StartFields};
pub(crate) use time::format as format_time;

/// Version of the document model. A changed field raises it; the changelog says what an old reader sees.
pub const SCHEMA_VERSION: u32 = 1;

/// One document: what all kinds share, and what its kind alone says.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The fields that every document carries.
    pub envelope: Envelope,
    /// The fields of this document's kind.
    pub body: Body,
}

impl Document {
    /// Returns the document's own id, made of its run and its number in it.
    pub fn id(&self) -> DocumentId {
        DocumentId::new(&self.envelope.run.id, self.envelope.run.sequence)
    }

    /// Returns the kind, which is that of the body.
    pub fn kind(&self) -> Kind {
        self.body.kind()
    }
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $kind:ident($body:ty)),* $(,)?) => {
        /// The fields of one kind of document.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body {
            $($(#[$doc])* $kind(Box<$body>),)*
        }

        impl Body {
            /// Returns which kind of document this is the body of.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Self::$kind(_) => Kind::$kind,)*
                }
            }

            fn to_value(&self) -> Result<serde_json::Value, serde_json::Error> {
                match self {
                    $(Self::$kind(body) => serde_json::to_value(body),)*
                }
            }

            fn from_value(kind: Kind, value: &serde_json::Value) -> Result<Self, serde_json::Error> {
                match kind {
                    $(Kind::$kind => <Box<$body> as serde::Deserialize>::deserialize(value).map(Self::$kind),)*
                    Kind::Alert => Err(serde::de::Error::custom("alert documents belong to the listener")),
                }
            }
        }

        impl Kind {
            /// Returns the JSON Schema of the fields that this kind adds to the envelope; the fields of an
            /// alert are the listener's, so that kind has none here.
            pub fn body_schema(self, generator: &mut schemars::SchemaGenerator) -> Option<schemars::Schema> {
                match self {
                    $(Kind::$kind => Some(<$body as schemars::JsonSchema>::json_schema(generator)),)*
                    Kind::Alert => None,
                }
            }
        }

        $(impl From<$body> for Body {
            fn from(body: $body) -> Self {
                Self::$kind(Box::new(body))
            }
        })*
    };
}

bodies! {
    /// First document of a run: the plan without secrets.
    Start(Start),
    /// Last document of a run: how it ended and what it cost.
    Run(Run),
    /// One test of the script.
    Test(Test),
    /// One step; a test without steps is one.
    Step(Step),
    /// One document load in a page.
    Page(Page),
    /// One performance entry.
    Entry(Entry),
    /// One request on the network.
    Request(Request),
    /// One console message or uncaught error.
    Console(Console),
    /// One sample of the page's memory.
    Memory(Memory),
    /// Unused bytes of one script or style sheet.
    Coverage(Coverage),
    /// One audit of a page.
    Audit(Audit),
    /// The check of the target before the run.
    Availability(Availability),
    /// What the script saved under a name of its own.
    Custom(Custom),
    /// What should be running: a published expectation.
    Monitor(Monitor),
}

/// Tells whether a value equals its default, so that an empty group is left out of the JSON.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests;
