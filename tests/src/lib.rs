//! What tests, benchmarks and the demo stand on: the shop, fake receivers, the programs under test.

pub mod git;
pub mod receiver;
mod server;
pub mod shop;
