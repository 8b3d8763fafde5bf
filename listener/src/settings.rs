//! Settings: flags stand over variables, these over the settings file, this over the defaults.
//!
//! Owns what each setting means, for all sources alike. All problems of all sources, rule files included, are
//! reported together. What was written is [`sources`]'s, what it resolves to is here.

mod fields;
mod log;
mod receivers;
mod secret;
mod sources;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use canary_notify::{Receiver, Routes, Silence};
use canary_rules::{DEFAULT_RULES, Field, Problem, Problems, Rule, RuleFile, check_ids, read};
use canary_store::StoreSettings;

use crate::cli::SettingsFlags;
pub(crate) use log::Log;
use receivers::Told;
pub(crate) use sources::Environment;
use sources::{Layer, Sources};

/// Everything that a command needs to know.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) store: StoreSettings,
    pub(crate) rules: Vec<Rule>,
    /// The files that rules were read from, for reading them again.
    pub(crate) rule_files: Vec<PathBuf>,
    pub(crate) attachments: Option<String>,
    pub(crate) receivers: Vec<Receiver>,
    pub(crate) routes: Routes,
    pub(crate) silences: Vec<Silence>,
    pub(crate) dead_letters: Option<String>,
    pub(crate) addresses: Addresses,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) tick: Duration,
    pub(crate) lease_ttl: Duration,
    pub(crate) drain_timeout: Duration,
    pub(crate) log: Log,
    /// What is worth a second look and keeps nobody from working.
    pub(crate) warnings: Vec<Problem>,
}

/// What messages point to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Addresses {
    pub(crate) public: Option<String>,
    pub(crate) run: Option<String>,
    pub(crate) kibana: Option<String>,
}

/// Everything that is wrong with what was written.
#[derive(Debug, thiserror::Error)]
#[error("{}", said(.0))]
pub(crate) struct SettingsProblems(pub(crate) Vec<Problem>);

fn said(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

impl Settings {
    /// Reads all sources. `files` are rule files that stand over those of the settings.
    pub(crate) fn read(
        flags: &SettingsFlags,
        environment: &Environment,
        files: &[PathBuf],
    ) -> Result<Self, SettingsProblems> {
        let sources = Sources::gather(flags, environment);
        let written: Vec<String> = sources.value("rules").and_then(|field| field.texts()).unwrap_or_default();
        let rule_files =
            if files.is_empty() { written.iter().map(PathBuf::from).collect() } else { files.to_vec() };
        let books = Books::read(&rule_files);
        let told = Told::read(&sources, &books, environment);
        let settings = Resolved::of(&sources);

        let mut problems = sources.into_problems();
        let (rules, more) = books.into_rules(&told);
        problems.extend(more);
        let (warnings, errors): (Vec<Problem>, Vec<Problem>) =
            problems.into_iter().partition(|problem| problem.warning);
        match settings.filter(|_| errors.is_empty()) {
            Some(settings) => Ok(settings.with(rules, rule_files, told, warnings)),
            None => Err(SettingsProblems(errors)),
        }
    }
}

/// Settings that stand alone. Where one is missing there is a problem that says so.
struct Resolved {
    store: StoreSettings,
    attachments: Option<String>,
    addresses: Addresses,
    listen: Option<SocketAddr>,
    tick: Duration,
    lease_ttl: Duration,
    drain_timeout: Duration,
    log: Log,
}

impl Resolved {
    fn of(sources: &Sources) -> Option<Self> {
        let store = sources.value("store").and_then(|field| read_store(&field));
        let listen = sources.value("listen").map_or(Some(None), |field| read_listen(&field));
        let seconds = |key| sources.value(key).and_then(|field| read_seconds(&field));
        let (tick, lease_ttl, drain) =
            (seconds("tick_secs"), seconds("lease_ttl_secs"), seconds("drain_timeout_secs"));
        let address = |key| sources.value(key).and_then(|field| read_address(&field));
        let addresses = Addresses {
            public: address("public_url"),
            run: address("run_url"),
            kibana: address("kibana_url"),
        };
        let attachments = sources.value("attachments").and_then(|field| field.name());
        let log = Log::read(sources);
        Some(Self {
            store: store?,
            attachments,
            addresses,
            listen: listen?,
            tick: tick?,
            lease_ttl: lease_ttl?,
            drain_timeout: drain?,
            log: log?,
        })
    }

    fn with(
        self,
        rules: Vec<Rule>,
        rule_files: Vec<PathBuf>,
        told: Told,
        warnings: Vec<Problem>,
    ) -> Settings {
        Settings {
            store: self.store,
            rules,
            rule_files,
            attachments: self.attachments,
            receivers: told.receivers,
            routes: told.routes,
            silences: told.silences,
            dead_letters: told.dead_letters,
            addresses: self.addresses,
            listen: self.listen,
            tick: self.tick,
            lease_ttl: self.lease_ttl,
            drain_timeout: self.drain_timeout,
            log: self.log,
            warnings,
        }
    }
}

fn read_store(field: &Field<'_>) -> Option<StoreSettings> {
    let text = field.name()?;
    match text.parse::<StoreSettings>() {
        Ok(StoreSettings::Ndjson { .. }) => {
            field.problem("expected a store that can be read, such as `sqlite:canary.db`");
            None
        }
        Ok(store) => Some(store),
        Err(error) => {
            field.problem(error.expected);
            None
        }
    }
}

fn read_listen(field: &Field<'_>) -> Option<Option<SocketAddr>> {
    let text = field.name()?;
    if text == "off" {
        return Some(None);
    }
    let address = text.parse().ok();
    if address.is_none() {
        field.problem("expected an address such as `127.0.0.1:9464`, or `off`");
    }
    address.map(Some)
}

fn read_seconds(field: &Field<'_>) -> Option<Duration> {
    field.whole(1, 86_400).map(Duration::from_secs)
}

fn read_address(field: &Field<'_>) -> Option<String> {
    let text = field.name()?;
    if !text.starts_with("http://") && !text.starts_with("https://") {
        field.problem("expected an address that begins with http:// or https://");
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// All rule files, with the sections that are the listener's.
pub(crate) struct Books {
    books: Vec<(Problems, RuleFile)>,
}

impl Books {
    /// Reads files; without any the embedded rules.
    fn read(files: &[PathBuf]) -> Self {
        if files.is_empty() {
            let problems = Problems::of("the default rules");
            let file = read(DEFAULT_RULES, &problems);
            return Self { books: vec![(problems, file)] };
        }
        let books = files.iter().map(|path| {
            let problems = Problems::of(path.display().to_string());
            let file = match std::fs::read_to_string(path) {
                Ok(text) => read(&text, &problems),
                Err(error) => {
                    problems.add_with_hint(
                        canary_rules::Position::default(),
                        "",
                        None,
                        format!("cannot be read: {error}"),
                        Some("name a rule file, or none to use the default rules".to_owned()),
                    );
                    RuleFile::default()
                }
            };
            (problems, file)
        });
        Self { books: books.collect() }
    }

    /// Checks what no file alone can know, and gives the rules away.
    fn into_rules(self, told: &Told) -> (Vec<Rule>, Vec<Problem>) {
        let files: Vec<(&Problems, &[Rule])> =
            self.books.iter().map(|(problems, file)| (problems, file.rules.as_slice())).collect();
        check_ids(&files);
        for (problems, file) in &self.books {
            told.check_receivers(problems, &file.rules);
            fields::check(problems, &file.rules);
        }
        let (mut rules, mut problems) = (Vec::new(), Vec::new());
        for (found, file) in self.books {
            rules.extend(file.rules);
            problems.extend(found.into_vec());
        }
        (rules, problems)
    }
}

/// Reads the rules again, for a reload. Nothing else of the settings changes.
pub(crate) fn reread_rules(files: &[PathBuf]) -> Result<Vec<Rule>, SettingsProblems> {
    let (rules, problems) = Books::read(files).into_rules(&Told::default());
    let errors: Vec<Problem> = problems.into_iter().filter(|problem| !problem.warning).collect();
    if errors.is_empty() { Ok(rules) } else { Err(SettingsProblems(errors)) }
}

/// The commented file of defaults.
pub(crate) const DEFAULTS: &str = include_str!("default-config.yaml");

impl Layer {
    /// Returns the layer of the defaults.
    fn defaults() -> Self {
        Self::file("default-config.yaml", DEFAULTS)
    }
}

/// Returns the names of all settings.
#[cfg(test)]
pub(crate) fn known() -> Vec<String> {
    Layer::defaults().known()
}

#[cfg(test)]
mod tests;
