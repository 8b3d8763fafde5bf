//! The command line: commands, flags and their help. Values of settings stay texts here, so that what is
//! wrong with them is told together with what is wrong elsewhere.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::settings::sources::{Environment, Sources, Written};

/// Watches web applications with a real browser: runs monitor scripts and streams what it measured into a
/// store.
#[derive(Debug, Parser)]
#[command(name = "canary", version, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// Settings file, instead of `canary.yaml` in the working directory
    #[arg(long, global = true, value_name = "FILE", help_heading = "Settings")]
    pub(crate) config: Option<PathBuf>,
    /// Accepts the environment variables of another program: canarytrace
    #[arg(long, global = true, value_name = "PROGRAM", help_heading = "Settings")]
    pub(crate) compat: Option<String>,
    /// What is logged: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "Settings")]
    pub(crate) log_level: Option<String>,
    /// How it is logged: human or json
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "Settings")]
    pub(crate) log_format: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs scripts, or visits URLs
    Run(Box<RunFlags>),
    /// Prints documents of a store, one line of JSON each
    Documents(DocumentsFlags),
    /// Brings documents that wait in the spool to the store
    Replay(StoreFlags),
    /// Prepares a server to hold documents; doing it again changes nothing
    Setup {
        #[command(subcommand)]
        server: Server,
    },
    /// Says what would fail with these settings, and why
    Doctor(Box<RunFlags>),
    /// Says what scripts are and need, and all they use that is not supported, without a browser
    Explain(ExplainFlags),
    /// Prints JSON Schemas of what a person writes: settings, recordings; for rules: canary-listener schema
    Schema(SchemaFlags),
    /// Prints completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Clones one repository for a run
    #[command(name = crate::checkout::child::COMMAND, hide = true)]
    CheckoutChild,
}

/// Flags of `run` and `doctor`.
#[derive(Args, Debug, Default)]
pub(crate) struct RunFlags {
    /// Scripts, globs or URLs; with --git they are paths in the repository
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,

    /// Takes the scripts from a repository: https, ssh or file URL, or a folder
    #[arg(long, value_name = "URL", help_heading = "Source")]
    git: Option<String>,
    /// Commit, branch or tag; without it the repository's default branch
    #[arg(long, value_name = "REV", help_heading = "Source")]
    revision: Option<String>,
    /// Where the token for https is read: env:VARIABLE or file:PATH
    #[arg(long, value_name = "SOURCE", help_heading = "Source")]
    git_token: Option<String>,
    /// Private key for ssh
    #[arg(long, value_name = "PATH", help_heading = "Source")]
    git_ssh_key: Option<String>,
    /// File that holds the ssh server's key
    #[arg(long, value_name = "PATH", help_heading = "Source")]
    git_known_hosts: Option<String>,
    /// How long a clone may take
    #[arg(long, value_name = "TIME", help_heading = "Source")]
    git_timeout: Option<String>,

    /// Browser: launch, http://HOST:PORT or ws://…; with --webdriver, where its debugging address is
    #[arg(long, value_name = "ADDRESS", help_heading = "Browser")]
    browser: Option<String>,
    /// Browser to launch, instead of the first one found
    #[arg(long, value_name = "PATH", help_heading = "Browser")]
    browser_executable: Option<String>,
    /// One more argument for the browser
    #[arg(long, value_name = "ARGUMENT", allow_hyphen_values = true, help_heading = "Browser")]
    browser_argument: Vec<String>,
    /// Launches the browser with a window
    #[arg(long, help_heading = "Browser")]
    headed: bool,
    /// WebDriver server that opens the browser
    #[arg(long, value_name = "URL", help_heading = "Browser")]
    webdriver: Option<String>,
    /// What relative URLs of scripts are relative to
    #[arg(long, value_name = "URL", help_heading = "Browser")]
    base_url: Option<String>,

    /// Where documents go: sqlite:FILE, elasticsearch:URL, ndjson:FILE or ndjson:- (standard output)
    #[arg(long, value_name = "STORE", help_heading = "Results")]
    store: Option<String>,
    /// Where attachments go: folder:DIR or off
    #[arg(long, value_name = "PLACE", help_heading = "Results")]
    attachments: Option<String>,
    /// Name of the monitor; without it the script's path
    #[arg(long, value_name = "NAME", help_heading = "Results")]
    monitor: Option<String>,
    /// Where the run looks from; without it the name of the machine
    #[arg(long, value_name = "NAME", help_heading = "Results")]
    location: Option<String>,
    /// Tag of the monitor; may be given several times
    #[arg(long, value_name = "TAG", help_heading = "Results")]
    tag: Vec<String>,
    /// Label of every document; may be given several times
    #[arg(long, value_name = "K=V", help_heading = "Results")]
    label: Vec<String>,
    /// Point in time that the schedule meant
    #[arg(long, value_name = "TIME", help_heading = "Results")]
    slot: Option<String>,
    /// How results are reported: pretty or json
    #[arg(long, value_name = "REPORTER", help_heading = "Results")]
    reporter: Option<String>,

    /// Text for scripts; may be given several times
    #[arg(long, value_name = "K=V", help_heading = "Script")]
    param: Vec<String>,
    /// Secret for scripts: NAME=env:VARIABLE or NAME=file:PATH; may be given several times
    #[arg(long, value_name = "NAME=SOURCE", help_heading = "Script")]
    secret: Vec<String>,
    /// How long each test may take, for example 30s
    #[arg(long, value_name = "TIME", help_heading = "Script")]
    timeout: Option<String>,
    /// How long the whole run may take, for example 10m
    #[arg(long, value_name = "TIME", help_heading = "Script")]
    run_timeout: Option<String>,
}

/// Servers that can be set up.
#[derive(Debug, Subcommand)]
pub(crate) enum Server {
    /// Templates and the ingest pipeline of Elasticsearch
    Elasticsearch(StoreFlags),
}

/// Flags of commands that only need a store.
#[derive(Args, Debug)]
pub(crate) struct StoreFlags {
    /// Store, for example sqlite:canary.db or elasticsearch:https://HOST:9200
    #[arg(long, value_name = "STORE")]
    store: Option<String>,
}

/// Flags of `documents`.
#[derive(Args, Debug)]
pub(crate) struct DocumentsFlags {
    /// Store to read, for example sqlite:canary.db
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<String>,
    /// Only documents of this kind; may be given several times
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Vec<String>,
    /// Only documents of this run; `last` is the one that began last
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Only documents that this filter (KQL) lets through, for example 'run.status: failed'
    #[arg(long = "where", value_name = "KQL")]
    pub(crate) filter: Option<String>,
}

/// Flags of `explain`.
#[derive(Args, Debug)]
pub(crate) struct ExplainFlags {
    /// Scripts, globs or URLs
    #[arg(value_name = "SCRIPT", required = true)]
    targets: Vec<String>,
    /// What relative URLs of scripts are relative to
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Text for scripts; may be given several times
    #[arg(long, value_name = "K=V")]
    param: Vec<String>,
    /// Secret for scripts: NAME=env:VARIABLE or NAME=file:PATH; may be given several times
    #[arg(long, value_name = "NAME=SOURCE")]
    secret: Vec<String>,
    /// Prints one line of JSON for each script
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `schema`.
#[derive(Args, Debug)]
pub(crate) struct SchemaFlags {
    /// Only this schema; without it all of them in one object
    pub(crate) name: Option<String>,
}

impl CommandLine {
    /// Returns everything settings are read from.
    pub(crate) fn sources(&self, environment: Environment) -> Sources {
        let mut flags = Flags::default();
        flags.text("log_level", "--log-level", self.common.log_level.as_deref());
        flags.text("log_format", "--log-format", self.common.log_format.as_deref());
        flags.text("compat", "--compat", self.common.compat.as_deref());
        match &self.command {
            Command::Run(run) | Command::Doctor(run) => run.write(&mut flags),
            Command::Documents(documents) => flags.text("store", "--store", documents.store.as_deref()),
            Command::Setup { server: Server::Elasticsearch(setup) } => {
                flags.text("store", "--store", setup.store.as_deref());
            }
            Command::Explain(explain) => {
                flags.list("targets", "SCRIPT", &explain.targets);
                flags.text("base_url", "--base-url", explain.base_url.as_deref());
                flags.list("params", "--param", &explain.param);
                flags.list("secrets", "--secret", &explain.secret);
            }
            Command::Replay(replay) => flags.text("store", "--store", replay.store.as_deref()),
            Command::Schema(_) | Command::Completions { .. } | Command::CheckoutChild => {}
        }
        Sources {
            flags: flags.0,
            environment,
            file: self.common.config.clone(),
            compat: self.common.compat.clone(),
        }
    }
}

impl CommandLine {
    /// Says whether whoever started a run is a program, even when its settings cannot be read.
    pub(crate) fn reports_json(&self) -> bool {
        matches!(&self.command, Command::Run(run) if run.reporter.as_deref() == Some("json"))
    }
}

/// Prints completions for a shell.
pub(crate) fn print_completions(shell: Shell) -> std::io::Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "canary", &mut text);
    std::io::stdout().write_all(&text)?;
    Ok(Exit::SUCCESS)
}

impl RunFlags {
    fn write(&self, flags: &mut Flags) {
        flags.list("targets", "TARGET", &self.targets);
        for (path, flag, value) in [
            ("git", "--git", &self.git),
            ("revision", "--revision", &self.revision),
            ("git_token", "--git-token", &self.git_token),
            ("git_ssh_key", "--git-ssh-key", &self.git_ssh_key),
            ("git_known_hosts", "--git-known-hosts", &self.git_known_hosts),
            ("git_timeout_ms", "--git-timeout", &self.git_timeout),
            ("browser", "--browser", &self.browser),
            ("browser_executable", "--browser-executable", &self.browser_executable),
            ("webdriver", "--webdriver", &self.webdriver),
            ("base_url", "--base-url", &self.base_url),
            ("store", "--store", &self.store),
            ("attachments", "--attachments", &self.attachments),
            ("monitor", "--monitor", &self.monitor),
            ("location", "--location", &self.location),
            ("slot", "--slot", &self.slot),
            ("reporter", "--reporter", &self.reporter),
            ("timeout_ms", "--timeout", &self.timeout),
            ("run_timeout_ms", "--run-timeout", &self.run_timeout),
        ] {
            flags.text(path, flag, value.as_deref());
        }
        flags.list("browser_arguments", "--browser-argument", &self.browser_argument);
        flags.list("tags", "--tag", &self.tag);
        flags.list("labels", "--label", &self.label);
        flags.list("params", "--param", &self.param);
        flags.list("secrets", "--secret", &self.secret);
        if self.headed {
            flags.add("headless", "--headed", json!(false));
        }
    }
}

/// The flags that were given, as written values.
#[derive(Default)]
struct Flags(Vec<Written>);

impl Flags {
    fn add(&mut self, path: &str, flag: &str, value: Value) {
        self.0.push(Written { path: path.to_owned(), value, place: flag.to_owned() });
    }

    fn text(&mut self, path: &str, flag: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(path, flag, json!(value));
        }
    }

    fn list(&mut self, path: &str, flag: &str, values: &[String]) {
        if !values.is_empty() {
            self.add(path, flag, json!(values));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::catalog;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn help_says_what_there_is() {
        let mut command = CommandLine::command();
        insta::assert_snapshot!("help", command.render_help());
        let run = command.find_subcommand_mut("run").unwrap();
        insta::assert_snapshot!("help_run", run.render_help());
    }

    #[test]
    fn every_flag_is_a_setting() {
        let line = [
            "canary",
            "run",
            "a.ts",
            "--git",
            "x",
            "--revision",
            "x",
            "--git-token",
            "x",
            "--git-ssh-key",
            "x",
            "--git-known-hosts",
            "x",
            "--git-timeout",
            "x",
            "--browser",
            "x",
            "--browser-executable",
            "x",
            "--browser-argument=--x",
            "--headed",
            "--webdriver",
            "x",
            "--base-url",
            "x",
            "--store",
            "x",
            "--attachments",
            "x",
            "--monitor",
            "x",
            "--location",
            "x",
            "--tag",
            "x",
            "--label",
            "x",
            "--slot",
            "x",
            "--reporter",
            "x",
            "--param",
            "x",
            "--secret",
            "x",
            "--timeout",
            "x",
            "--run-timeout",
            "x",
            "--compat",
            "x",
            "--log-level",
            "x",
            "--log-format",
            "x",
        ];
        let sources = CommandLine::try_parse_from(line).unwrap().sources(Environment::default());
        for written in &sources.flags {
            assert!(catalog::find(&written.path).is_some(), "{} is no setting", written.path);
        }
        assert_eq!(sources.flags.len(), 28);
    }
}
