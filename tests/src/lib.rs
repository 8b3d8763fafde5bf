//! What tests and the demo need: the shop, a small web shop whose faults can be switched on.

pub mod shop;
