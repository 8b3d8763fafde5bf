//! Recordings and smoke lists against a real Chrome.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod harness;
mod recorder;
mod script;
mod server;
mod smoke;
