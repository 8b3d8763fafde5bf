//! Telling people: who is told, in which words, how fast, and what becomes of it.
//!
//! This room takes [`Notice`]s and delivers them. What may be sent, and that it was written down first, is the
//! listener's affair; documents and rules are unknown here. Everything but the sending itself is pure and is
//! given the time.

mod message;
mod notice;
mod queue;
mod receiver;
mod redact;
mod route;
mod template;
mod text;
mod transport;
mod verdict;

pub use message::{Line, Message};
pub use notice::{Event, Evidence, Links, Notice, SampleRef, Severity};
pub use queue::{Item, Next, Note, Pace, Queue, Standing};
pub use receiver::{
    Receiver, ReceiverKind, SettingsError,
    slack::Slack,
    terminal::Terminal,
    webhook::{Auth, Webhook},
};
pub use redact::{Secret, redact_url};
pub use route::{Matchers, Route, Routes, Silence, Subject};
pub use template::{Template, TemplateError};
pub use text::{cut, plain};
pub use transport::{Transport, TransportError};
pub use verdict::{Refusal, Verdict};
