//! What tests, benchmarks and the demo stand on: the shop, fake receivers, the programs under test.

pub mod gate;
pub mod git;
pub mod receiver;
mod server;
pub mod shop;
pub mod tls;
