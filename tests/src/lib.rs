//! What tests, benchmarks and the demo stand on: the shop, fake receivers, the programs under test.

pub mod shop;
