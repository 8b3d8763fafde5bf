//! The store: the document model, and the places where documents and attachments are kept.
//!
//! Runs write documents, the listener reads them and keeps its states and deliveries beside them. This room
//! knows no rule, no journey and no browser.
#![warn(missing_docs)]

mod attachments;
mod clock;
pub mod document;
pub mod elasticsearch;
mod error;
mod ledger;
mod ndjson;
mod projection;
mod read;
mod receipt;
mod record;
mod secret;
mod settings;
mod spool;
mod sqlite;
mod store;
mod worker;

pub use attachments::{AttachmentError, AttachmentStore, NewAttachment};
pub use canary_filter::Filter;
pub use clock::Clock;
pub use document::{Body, Document, DocumentId, Envelope, Kind, RunId};
pub use error::{CommitError, Fault, LeaseError, OpenError, ReadError, SettingsError};
pub use ledger::{
    AlertDocument, Change, Commit, Delivery, DeliveryNote, DeliveryStatus, Lease, NewDelivery, StateRow,
};
pub use read::{Cursor, Order, Page, Projection, Query, Row, Selection};
pub use receipt::{Outcome, Receipt, RejectReason, Rejection, RetryKind, RetryReason};
pub use record::{Batch, MAX_RECORD_BYTES, Record, RecordError};
pub use secret::Secret;
pub use settings::StoreSettings;
pub use spool::{Replay, Spool, SpoolError, Waiting};
pub use store::Store;
