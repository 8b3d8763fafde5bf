//! The commands, each from its flags to its exit code.

use std::io::Write;
use std::path::PathBuf;

use canary_notify::{Message, Notice, ReceiverKind, Transport, Verdict};
use canary_rules::{DEFAULT_RULES, Problem};
use canary_store::{Clock, Store};
use tokio::runtime::Runtime;

use crate::chain::chain;
use crate::cli::{CheckFlags, Command, CommandLine, RunFlags, SchemaFlags, SendTestFlags, SettingsFlags};
use crate::event_loop::Loop;
use crate::exit::Exit;
use crate::http::{self, Role, Shared, View};
use crate::logging;
use crate::schema::NAMES;
use crate::settings::{Environment, Settings};

/// Does what the command line says.
pub(crate) fn run(line: &CommandLine, environment: &Environment) -> Exit {
    match &line.command {
        Command::Run(flags) => watch(flags, environment),
        Command::Check(flags) => check(flags, environment),
        Command::SendTest(flags) => send_test(flags, environment),
        Command::Defaults => {
            say(DEFAULT_RULES);
            Exit::Success
        }
        Command::Schema(flags) => schema(flags),
    }
}

fn watch(flags: &RunFlags, environment: &Environment) -> Exit {
    let Some(mut settings) = read(&flags.settings, environment, &[]) else { return Exit::Settings };
    logging::start(settings.log);
    if flags.once {
        // Whoever runs it once does not wait for more of the same.
        for receiver in &mut settings.receivers {
            if let ReceiverKind::Slack(slack) = &mut receiver.kind {
                slack.group_wait = std::time::Duration::ZERO;
            }
        }
    }
    block_on(async {
        let clock = Clock::system();
        let store = match Store::open(&settings.store, clock.clone()).await {
            Ok(store) => store,
            Err(error) => return complain("the store cannot be opened", &error, Exit::Store),
        };
        let transport = match Transport::new() {
            Ok(transport) => transport,
            Err(error) => return complain("messages cannot be sent", &error, Exit::Settings),
        };
        let shared = Shared::new(view(&settings, &clock), clock.clone());
        let listen = settings.listen.filter(|_| !flags.once);
        if let Some(address) = listen {
            match http::serve(address, shared.clone()).await {
                Ok(address) => tracing::info!(%address, "pages are served"),
                Err(error) => return complain("pages cannot be served", &error, Exit::Settings),
            }
        }
        match Loop::new(store, clock, transport, shared, settings) {
            Ok(work) if flags.once => work.once().await,
            Ok(work) => work.run().await,
            Err(error) => complain("signals cannot be received", &error, Exit::Settings),
        }
    })
}

fn view(settings: &Settings, clock: &Clock) -> View {
    let now = clock.now();
    View {
        version: env!("CARGO_PKG_VERSION"),
        store: settings.store.to_string(),
        rules: settings.rules.len(),
        role: Role::Starting,
        started: now,
        tick_secs: settings.tick.as_secs(),
        looked: now,
        evaluated: None,
        trouble: None,
        alerts: Vec::new(),
        receivers: Vec::new(),
        sent: Vec::new(),
    }
}

fn check(flags: &CheckFlags, environment: &Environment) -> Exit {
    let files: Vec<PathBuf> = flags.files.clone();
    let Some(settings) = read(&flags.settings, environment, &files) else { return Exit::Settings };
    let place = match settings.rule_files.as_slice() {
        [] => "the default rules".to_owned(),
        files => files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", "),
    };
    let receivers: Vec<&str> = settings.receivers.iter().map(|receiver| receiver.name.as_str()).collect();
    say(&format!("{place}: {} rules are fine\nreceivers: {}\n", settings.rules.len(), receivers.join(", ")));
    Exit::Success
}

fn schema(flags: &SchemaFlags) -> Exit {
    match crate::schema::schema(flags.name.as_deref()) {
        Some(schema) => {
            say(&format!("{schema:#}\n"));
            Exit::Success
        }
        None => {
            let name = flags.name.as_deref().unwrap_or_default();
            let names = NAMES.join(" and ");
            complain_plainly(&format!(
                "there is no schema `{name}`: there are {names} (`canary schema` has more)"
            ));
            Exit::Settings
        }
    }
}

fn send_test(flags: &SendTestFlags, environment: &Environment) -> Exit {
    let Some(settings) = read(&flags.settings, environment, &[]) else { return Exit::Settings };
    let names: Vec<&str> = settings.receivers.iter().map(|receiver| receiver.name.as_str()).collect();
    let Some(receiver) = settings.receivers.iter().find(|receiver| receiver.name == flags.receiver) else {
        let hint = format!("there are: {}", names.join(", "));
        complain_plainly(&format!("there is no receiver called `{}` ({hint})", flags.receiver));
        return Exit::Settings;
    };
    block_on(async {
        let now = Clock::system().now();
        let id = format!("test-{}-{}", uuid::Uuid::now_v7().simple(), receiver.name);
        let message = Message::single(Notice::test(id, &receiver.name, now), now);
        let transport = match Transport::new() {
            Ok(transport) => transport,
            Err(error) => return complain("messages cannot be sent", &error, Exit::Settings),
        };
        match transport.send(receiver, &message).await {
            Verdict::Delivered => {
                say(&format!("`{}` took the message ({})\n", receiver.name, receiver.shown()));
                Exit::Success
            }
            Verdict::Retry { reason, detail, .. } | Verdict::Refused { reason, detail } => {
                let reason = reason.as_str();
                complain_plainly(&format!(
                    "`{}` did not take the message: {detail} ({reason})",
                    receiver.name
                ));
                Exit::Undelivered
            }
        }
    })
}

/// Reads the settings; where they are wrong, says everything that is.
fn read(flags: &SettingsFlags, environment: &Environment, files: &[PathBuf]) -> Option<Settings> {
    match Settings::read(flags, environment, files) {
        Ok(settings) => {
            settings.warnings.iter().map(Problem::to_string).for_each(|warning| complain_plainly(&warning));
            Some(settings)
        }
        Err(problems) => {
            complain_plainly(&problems.to_string());
            None
        }
    }
}

fn block_on<F: Future<Output = Exit>>(work: F) -> Exit {
    let runtime: std::io::Result<Runtime> =
        tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => complain("the runtime cannot be started", &error, Exit::Settings),
    }
}

fn complain(what: &str, error: &dyn std::error::Error, exit: Exit) -> Exit {
    complain_plainly(&format!("{what}: {}", chain(error)));
    exit
}

fn complain_plainly(words: &str) {
    // Where nobody reads the standard error there is nobody to complain to.
    drop(writeln!(std::io::stderr(), "{words}"));
}

fn say(words: &str) {
    drop(std::io::stdout().write_all(words.as_bytes()));
}
