//! Chores of this repository: `cargo xtask demo|test|tidy|bench|elasticsearch`.
//!
//! Depends on little, so that the first thing a newcomer types builds in seconds; the heavy programs are built
//! by cargo when a chore needs them.

mod bench;
mod chrome;
mod debian;
mod demo;
mod elasticsearch;
mod images;
mod kustomize;
mod place;
mod process;
mod python;
mod report;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Runs three monitors against a small shop, one of them with a fault, and shows the alert.
    Demo,
    /// Runs every check: format, clippy, tidy, unit tests, whole-program tests, a real Elasticsearch.
    Test {
        /// Handed to `cargo test`; only tests whose name contains it.
        filter: Option<String>,
        /// Heavy checks as well: images, a run in a pod, what Kustomize renders; installs what they need.
        #[arg(long)]
        full: bool,
    },
    /// Measures what a run costs, or compares it with others.
    #[command(subcommand)]
    Bench(Measurement),
    /// Runs a real Elasticsearch in the foreground until it is ended.
    Elasticsearch {
        /// Where it listens on 127.0.0.1.
        #[arg(long, default_value_t = 9200)]
        port: u16,
        /// Folder that it keeps everything in; what is there is there again.
        #[arg(long)]
        data: PathBuf,
        /// Which one: 9.4.3, or 8.16.1, which has no ingest processors.
        #[arg(long)]
        version: Option<String>,
    },
    /// Finds or installs what tests need, and stops.
    SetUp,
    /// Builds the images and runs a pod of them: what `test --full` has beside the tests.
    Images,
    /// Checks the walls between rooms, module docs, licences and names of settings.
    Tidy,
}

/// What is measured.
#[derive(Subcommand)]
enum Measurement {
    /// The runner beside a browser, against the same journey as bare commands.
    Run {
        /// How often; the median counts.
        #[arg(long, default_value_t = 15)]
        rounds: usize,
        /// Keeps the numbers as those that later ones are compared with.
        #[arg(long)]
        save: bool,
    },
    /// One line of a script: commands, processor, and how long beside Playwright.
    Script {
        /// How often; the median counts.
        #[arg(long, default_value_t = 7)]
        rounds: usize,
    },
    /// A run that ships to a real Elasticsearch, beside one that ships nothing.
    Shipping {
        /// How many pairs; the median of their ratios counts.
        #[arg(long, default_value_t = 15)]
        rounds: usize,
    },
    /// Roles and names, computed in the page and asked of the accessibility tree.
    Roles {
        /// How often; the median counts.
        #[arg(long, default_value_t = 100)]
        rounds: usize,
    },
    /// The runner beside Playwright and Elastic Synthetics, installed from npm.
    Peers {
        /// How often; the median counts.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
}

/// What a chore ends with when it fails: one text, already complete.
type Failure = String;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = root();
    let outcome = match arguments.chore {
        Chore::Demo => demo::run(&root),
        Chore::Test { filter, full } => test::run_all(&root, filter.as_deref(), full),
        Chore::Bench(Measurement::Run { rounds, save }) => bench::run(&root, rounds, save),
        Chore::Bench(Measurement::Script { rounds }) => bench::script(&root, rounds),
        Chore::Bench(Measurement::Shipping { rounds }) => bench::shipping(&root, rounds),
        Chore::Bench(Measurement::Roles { rounds }) => bench::roles(&root, rounds),
        Chore::Bench(Measurement::Peers { rounds }) => bench::peers(&root, rounds),
        Chore::Elasticsearch { port, data, version } => {
            elasticsearch::stay(&root, version.as_deref(), &data, port)
        }
        Chore::SetUp => test::set_up(&root),
        Chore::Images => images::check(&root),
        Chore::Tidy => tidy::run(&root),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report::failure(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Returns the repository's root: the folder above this package.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}
