//! Recordings and smoke lists against a real Chrome.

mod harness;
mod recorder;
mod server;
mod smoke;
