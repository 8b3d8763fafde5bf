//! Observers: what a browser showed while a script ran, as observations.
//!
//! Owns the in-page collector, the state machines that join raw protocol events, and the pure derivations (HAR
//! phases, vitals, navigation timing) made of them. It judges nothing and stores nothing: the runner turns an
//! [`Observation`] into a document.
//!
//! Everything here is without I/O of its own. Events go in by [`Observers::on_event`], questions to the browser
//! come out of [`Observers::reads`] and their answers go back in by [`Observers::on_answer`]; whoever owns the
//! session carries them.

mod collector;
mod console;
mod har;
mod headers;
mod memory;
mod network;
mod observation;
mod observers;
mod pages;
mod time;
mod vitals;

pub use observation::{
    Console, Entry, Memory, Observation, Observed, Observer, Page, Phases, Request, Security, Vitals,
};
pub use observers::{Observers, Prepared, Read, ReadToken, Settings, Source, When};
pub use time::TimeBase;
