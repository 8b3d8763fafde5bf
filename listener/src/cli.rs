//! The command line: what may be typed, and nothing about what it means.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Reads what monitors wrote, decides by rules, and tells people.
#[derive(Debug, Parser)]
#[command(name = "canary-listener", version, after_help = EXIT_CODES)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0   all was done; with `run --once`: all rules were evaluated
  1   rules could not be evaluated, because the store did not answer or not completely
  2   settings or rule files are wrong
  3   the store cannot be opened
  4   another listener holds the lease
  5   a message could not be delivered, and is given up
  70  a fault of this program

Every flag has a variable CANARY_LISTENER_<NAME>, and a key in canary-listener.yaml.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch the store and tell people, until stopped
    Run(Box<RunFlags>),
    /// Say what is wrong with rule files and settings, and stop
    Check(Box<CheckFlags>),
    /// Send one message to a receiver, to see that it arrives
    SendTest(Box<SendTestFlags>),
    /// Print the rules that are used where no file is given
    Defaults,
    /// Print JSON Schemas of rule files and settings, for editors
    Schema(SchemaFlags),
}

/// Flags of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunFlags {
    /// Evaluate all rules once, send what is due, and stop
    #[arg(long)]
    pub(crate) once: bool,
    #[command(flatten)]
    pub(crate) settings: SettingsFlags,
}

/// Flags of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckFlags {
    /// Rule files; without any those of the settings
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: SettingsFlags,
}

/// Flags of `schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaFlags {
    /// Only this one: rules or settings
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// Flags of `send-test`.
#[derive(Debug, Args)]
pub(crate) struct SendTestFlags {
    /// Name of the receiver: slack, webhook, terminal, or one of the file
    #[arg(value_name = "RECEIVER")]
    pub(crate) receiver: String,
    #[command(flatten)]
    pub(crate) settings: SettingsFlags,
}

/// Flags that are settings. Each is text here: what it means is said in one place for flags, variables and file.
#[derive(Debug, Default, Args)]
pub(crate) struct SettingsFlags {
    /// Settings file [default: canary-listener.yaml where it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Store that the monitors write [default: sqlite:canary.db]
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<String>,
    /// Rule files; several may follow [default: the rules that `defaults` prints]
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) rules: Vec<String>,
    /// Where screenshots lie: a folder or an address
    #[arg(long, value_name = "PLACE")]
    pub(crate) attachments: Option<String>,
    /// Incoming webhook of Slack: an address, env:VARIABLE or file:PATH
    #[arg(long, value_name = "URL")]
    pub(crate) slack_webhook: Option<String>,
    /// Address that takes JSON: an address, env:VARIABLE or file:PATH
    #[arg(long, value_name = "URL")]
    pub(crate) webhook: Option<String>,
    /// Signs what is sent to --webhook: env:VARIABLE or file:PATH
    #[arg(long, value_name = "SECRET")]
    pub(crate) webhook_secret: Option<String>,
    /// Print messages: yes, no, or auto (where there is no other receiver)
    #[arg(long, value_name = "WHEN", num_args = 0..=1, default_missing_value = "yes")]
    pub(crate) terminal: Option<String>,
    /// Receiver that is told what others could not be
    #[arg(long, value_name = "RECEIVER")]
    pub(crate) dead_letters: Option<String>,
    /// Address at which people reach this listener's pages
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Address of a run, with {run} in it
    #[arg(long, value_name = "URL")]
    pub(crate) run_url: Option<String>,
    /// Address of Kibana
    #[arg(long, value_name = "URL")]
    pub(crate) kibana_url: Option<String>,
    /// Address of /healthz, /metrics and the status page, or off
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// How often new documents are read
    #[arg(long, value_name = "SECONDS")]
    pub(crate) tick_secs: Option<String>,
    /// After this time without a sign of life another listener takes over
    #[arg(long, value_name = "SECONDS")]
    pub(crate) lease_ttl_secs: Option<String>,
    /// How long messages may still be sent when it ends
    #[arg(long, value_name = "SECONDS")]
    pub(crate) drain_timeout_secs: Option<String>,
    /// error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
    /// human or json
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
}

impl SettingsFlags {
    /// Returns the flags that were given, by the key of their setting.
    pub(crate) fn given(&self) -> Vec<(&'static str, Vec<String>)> {
        let one = |key, value: &Option<String>| value.clone().map(|value| (key, vec![value]));
        let rules = (!self.rules.is_empty()).then(|| ("rules", self.rules.clone()));
        [
            one("store", &self.store),
            rules,
            one("attachments", &self.attachments),
            one("slack_webhook", &self.slack_webhook),
            one("webhook", &self.webhook),
            one("webhook_secret", &self.webhook_secret),
            one("terminal", &self.terminal),
            one("dead_letters", &self.dead_letters),
            one("public_url", &self.public_url),
            one("run_url", &self.run_url),
            one("kibana_url", &self.kibana_url),
            one("listen", &self.listen),
            one("tick_secs", &self.tick_secs),
            one("lease_ttl_secs", &self.lease_ttl_secs),
            one("drain_timeout_secs", &self.drain_timeout_secs),
            one("log_level", &self.log_level),
            one("log_format", &self.log_format),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn help_says_the_exit_codes() {
        let help = CommandLine::command().render_help().to_string();
        assert!(help.contains("0   all was done; with `run --once`: all rules were evaluated"), "{help}");
    }
}
