//! The recordings of the DevTools Recorder: read whole, with every mistake told at its place, and
//! played step by step on the browser. No script engine is involved.
//!
//! `flow` says what a recording is, `read` makes one of JSON, `play` runs it, `extension` holds the
//! steps that recordings lack and we offer as `customStep`.

mod asks;
mod elements;
mod extension;
mod flow;
mod origin;
mod perform;
mod play;
mod position;
mod read;
mod schema;
mod variables;

pub(crate) use asks::Ask;
pub(crate) use extension::CUSTOM_STEPS;
pub(crate) use play::{Recording, play};
pub(crate) use read::{is_recording, read};
pub use schema::recording_schema;
