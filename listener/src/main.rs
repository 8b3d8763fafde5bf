//! `canary-listener`: reads what monitors wrote, decides by rules, and tells people.
//!
//! This file is the table of contents: it parses the command line, calls the command, prints one chain of errors
//! and exits. Everything else has a file named after what it owns.

mod chain;
mod cli;
mod command;
mod event_loop;
mod exit;
mod http;
mod logging;
mod report;
mod schema;
mod settings;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use cli::CommandLine;
use settings::Environment;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let environment = Environment::of_process();
    match std::panic::catch_unwind(|| command::run(&line, &environment)) {
        Ok(exit) => exit.into(),
        Err(_) => ExitCode::from(exit::INTERNAL),
    }
}
