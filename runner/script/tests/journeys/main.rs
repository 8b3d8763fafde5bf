//! Recordings and smoke lists against a real Chrome.

mod harness;
mod recorder;
mod script;
mod server;
mod smoke;
