//! The browser room against a real Chrome: one test binary, one Chrome, one context for each test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod actions;
mod devices;
mod evaluate;
mod events;
mod expectations;
mod frames;
mod harness;
mod locators;
mod navigation;
mod open;
mod requests;
mod selectors;
mod server;
