//! `canary`: runs monitor scripts in a real browser and streams what it measured into a store.
//!
//! This file is the table of contents: it parses the command line, calls the command, prints one chain of
//! errors and exits. Everything else has a file named after what it owns.

mod attachments;
mod caught;
mod chain;
mod checkout;
mod cli;
mod clock;
mod convert;
mod cost;
mod doctor;
mod documents;
mod error;
mod evidence;
mod exit;
mod explain;
mod failure;
mod interrupt;
mod logging;
mod memory;
mod noise;
mod plan;
mod recorder;
mod replay;
mod reporter;
mod run;
mod runs;
mod schema;
mod settings;
mod setup;
mod stage;
mod urls;
mod watch;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;

use cli::{Command, CommandLine, Server};
use clock::Clock;
use error::CommandError;
use exit::Exit;
use recorder::redactor::Redactor;
use settings::Settings;
use settings::sources::Environment;

fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(help) => {
            // Prints help and version on the standard output, mistakes on the standard error.
            help.print().ok();
            return if help.use_stderr() { Exit::PLAN } else { Exit::SUCCESS }.into();
        }
    };
    let caught = std::panic::catch_unwind(|| command(&line));
    let exit = match caught {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            print_error(&line, &error);
            error.exit()
        }
        Err(panic) => {
            let error = CommandError::Panic { message: caught::words(panic.as_ref()) };
            print_error(&line, &error);
            error.exit()
        }
    };
    exit.into()
}

fn command(line: &CommandLine) -> Result<Exit, CommandError> {
    match &line.command {
        Command::CheckoutChild => return Ok(checkout::child::run().map(|()| Exit::SUCCESS)?),
        Command::Completions { shell } => return Ok(cli::print_completions(*shell)?),
        Command::Schema(flags) => return schema::print(flags.name.as_deref()),
        Command::Run(_)
        | Command::Doctor(_)
        | Command::Documents(_)
        | Command::Explain(_)
        | Command::Replay(_)
        | Command::Setup { .. } => {}
    }
    let environment = Environment::of_process();
    let mut read = Settings::read(&line.sources(environment.clone()));
    if let (Command::Run(_) | Command::Explain(_), Some(settings)) = (&line.command, &read.settings) {
        let working = std::env::current_dir().map_err(CommandError::Prepare)?;
        read.problems.extend(plan::check(settings, &working));
    }
    let (settings, notes) = read.checked()?;
    let clock = Clock::start();
    let redactor = Arc::new(Redactor::new(&settings.all_secrets()));
    logging::start(&settings.log, Arc::clone(&redactor), clock);
    caught::log_panics();
    for note in notes {
        tracing::warn!("{note}");
    }
    match &line.command {
        Command::Run(_) => runs::perform(settings, &environment, redactor, clock),
        Command::Doctor(_) => doctor::examine(settings, &environment, redactor, clock),
        Command::Documents(flags) => documents::print(&settings, flags),
        Command::Explain(flags) => explain::explain(&settings, flags.json, &redactor, clock),
        Command::Replay(_) => replay::replay(&settings),
        Command::Setup { server: Server::Elasticsearch(_) } => setup::elasticsearch(&settings),
        Command::CheckoutChild | Command::Completions { .. } | Command::Schema(_) => Ok(Exit::SUCCESS),
    }
}

/// Prints one chain: what, why, and how to mend it. Programs get it as the end of a run.
fn print_error(line: &CommandLine, error: &CommandError) {
    let text = chain::lines(error);
    // Whoever listened may be gone: then nobody is left to be told.
    writeln!(std::io::stderr(), "error: {text}").ok();
    if line.reports_json() {
        reporter::refuse(&text, error.class());
    }
}
