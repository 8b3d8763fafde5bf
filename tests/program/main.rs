//! Whole-program tests: the built programs, a real Chrome, the shop, as a person would use them.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

mod books;
mod certificates;
mod chrome;
mod delivery;
mod endings;
mod git;
mod kills;
mod listener;
mod manifests;
mod programs;
mod readme;
mod schemas;
mod sessions;
mod stores;
