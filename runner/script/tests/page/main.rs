//! The page API for scripts in a real Chrome: each case is a script and what must hold in it.

mod cases;
mod harness;
mod server;
