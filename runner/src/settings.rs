//! Settings: what they are once all sources are read. Flags stand over our variables, these over Canarytrace's
//! (when asked for), these over the settings file, this over the defaults. All problems of all sources are
//! reported together.

pub(crate) mod address;
pub(crate) mod canarytrace;
pub(crate) mod catalog;
mod environment;
mod file;
pub(crate) mod kind;
mod layers;
pub(crate) mod nearest;
pub(crate) mod problem;
mod resolve;
pub(crate) mod secret;
pub(crate) mod sources;
pub(crate) mod written;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use canary_store::StoreSettings;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use address::{AttachmentsAddress, BrowserAddress};
use problem::{Problem, Problems};
use secret::Secret;
use sources::Sources;

/// The settings of a run, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Scripts, globs and URLs, as written.
    pub(crate) targets: Vec<String>,
    /// The repository, where scripts come from one.
    pub(crate) git: Option<Git>,
    /// The browser and how its pages are set up.
    pub(crate) browser: Browser,
    /// Where documents go.
    pub(crate) store: StoreSettings,
    /// What the store is given that must not leave the process.
    store_secrets: Vec<Secret>,
    /// Folder for documents that the store did not take.
    pub(crate) spool: PathBuf,
    /// Where attachments go.
    pub(crate) attachments: AttachmentsAddress,
    /// What documents say about the run.
    pub(crate) identity: Identity,
    /// Texts for scripts.
    pub(crate) params: BTreeMap<String, String>,
    /// Secrets for scripts.
    pub(crate) secrets: Vec<Secret>,
    /// Limits of time and memory.
    pub(crate) limits: Limits,
    /// What is observed.
    pub(crate) observe: Observe,
    /// How results are reported.
    pub(crate) reporter: ReporterKind,
    /// How it is logged.
    pub(crate) log: Log,
    /// What is not as the defaults have it, by path, without credentials.
    pub(crate) changed: BTreeMap<String, Value>,
}

/// A repository and what of it.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    /// Where it is, without credentials.
    pub(crate) url: String,
    /// The user named in the URL.
    pub(crate) user: Option<String>,
    /// Commit, branch or tag.
    pub(crate) revision: Option<String>,
    /// The token, or the password of the URL.
    pub(crate) token: Option<Secret>,
    /// The private key.
    pub(crate) ssh_key: Option<PathBuf>,
    /// The servers' keys.
    pub(crate) known_hosts: Option<PathBuf>,
    /// How long a clone may take.
    pub(crate) timeout: Duration,
    /// How many bytes a clone may bring.
    pub(crate) limit: u64,
}

/// The browser and how its pages are set up.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    /// Which browser.
    pub(crate) address: BrowserAddress,
    /// The file to launch.
    pub(crate) executable: Option<PathBuf>,
    /// More arguments.
    pub(crate) arguments: Vec<String>,
    /// Without a window.
    pub(crate) headless: bool,
    /// The server that opens it.
    pub(crate) webdriver: Option<Url>,
    /// What URLs are relative to.
    pub(crate) base_url: Option<Url>,
}

/// What documents say about the run.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// Name of the monitor, where it is not the script's path.
    pub(crate) monitor: Option<String>,
    /// Where the run looks from.
    pub(crate) location: String,
    /// Tags of the monitor.
    pub(crate) tags: Vec<String>,
    /// Labels of every document.
    pub(crate) labels: BTreeMap<String, String>,
    /// The point in time that the schedule meant.
    pub(crate) slot: Option<Timestamp>,
    /// Which attempt at the slot.
    pub(crate) attempt: u32,
}

/// Limits of time and memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Each test. Where not set the script decides.
    pub(crate) test: Option<Duration>,
    /// Each expectation. Where not set the script decides.
    pub(crate) expect: Option<Duration>,
    /// Each step of a recording. Where not set the script decides.
    pub(crate) recorder_step: Option<Duration>,
    /// The whole run.
    pub(crate) run: Duration,
}

/// What is observed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observe {
    /// Requests.
    pub(crate) requests: bool,
    /// Pages with vitals.
    pub(crate) pages: bool,
    /// Performance entries.
    pub(crate) entries: bool,
    /// Console and uncaught errors.
    pub(crate) console: bool,
    /// Memory after steps.
    pub(crate) memory: bool,
    /// When screenshots are taken.
    pub(crate) screenshot: ScreenshotWhen,
    /// The machine's own noise.
    pub(crate) noise: bool,
}

/// When screenshots are taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ScreenshotWhen {
    /// At a failure.
    Failure,
    /// After each step.
    Step,
    /// Never.
    Off,
}

/// How results are reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ReporterKind {
    /// For people.
    Pretty,
    /// For programs.
    Json,
}

/// How it is logged.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// The least level that is shown.
    pub(crate) level: tracing::Level,
    /// Lines of JSON instead of text.
    pub(crate) json: bool,
}

/// The settings with what is to be said about them.
#[derive(Debug)]
pub(crate) struct Read {
    /// The settings; a value that is wrong is that of the source below. Nothing where even that is wrong.
    pub(crate) settings: Option<Settings>,
    /// Everything that is wrong.
    pub(crate) problems: Vec<Problem>,
    /// What variables of another program mean here.
    pub(crate) notes: Vec<String>,
}

impl Read {
    /// Returns the settings, unless something is wrong with them.
    pub(crate) fn checked(self) -> Result<(Settings, Vec<String>), Problems> {
        match self.settings {
            Some(settings) if self.problems.is_empty() => Ok((settings, self.notes)),
            _ => Err(Problems(self.problems)),
        }
    }
}

impl Settings {
    /// Reads all sources.
    pub(crate) fn read(sources: &Sources) -> Read {
        let layers::Layered { config, changed, places, mut problems, notes } = layers::read(sources);
        let settings = resolve::resolve(&config, &places, &sources.environment, &mut problems)
            .map(|settings| Self { changed, ..settings });
        Read { settings, problems, notes }
    }

    /// Returns every value that must not leave the process.
    pub(crate) fn all_secrets(&self) -> Vec<Secret> {
        let git = self.git.iter().filter_map(|git| git.token.clone());
        self.secrets.iter().chain(&self.store_secrets).cloned().chain(git).collect()
    }
}
