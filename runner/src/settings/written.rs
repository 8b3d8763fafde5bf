//! The settings as they are written: what a `canary.yaml` may hold. Owns the names, their descriptions and
//! with them the JSON Schema; what they resolve to is `Settings`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// A settings file of `canary`. Each value can also be given as a variable `CANARY_<NAME>` and most of them
/// as a flag.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "canary.yaml")]
pub(crate) struct Config {
    /// Scripts, globs or URLs to run.
    pub(crate) targets: Vec<String>,
    /// Repository to take the scripts from: an https, ssh or file URL, or a folder.
    pub(crate) git: Option<String>,
    /// Commit, branch or tag to run; without it the repository's default branch.
    pub(crate) revision: Option<String>,
    /// Where the token for https is read: `env:VARIABLE` or `file:PATH`.
    pub(crate) git_token: Option<String>,
    /// Path of the private key for ssh.
    pub(crate) git_ssh_key: Option<String>,
    /// Path of the file that holds the ssh server's key.
    pub(crate) git_known_hosts: Option<String>,
    /// How long a clone may take, in milliseconds.
    pub(crate) git_timeout_ms: u64,
    /// How much a clone may bring, in bytes.
    pub(crate) git_limit_bytes: u64,
    /// `launch`, or the debugging address of a browser that runs.
    pub(crate) browser: String,
    /// Path of the browser to launch; without it the first one found.
    pub(crate) browser_executable: Option<String>,
    /// More arguments for the browser.
    pub(crate) browser_arguments: Vec<String>,
    /// Launches the browser without a window.
    pub(crate) headless: bool,
    /// Address of a WebDriver server that opens the browser.
    pub(crate) webdriver: Option<String>,
    /// What relative URLs of scripts are relative to.
    pub(crate) base_url: Option<String>,
    /// Where documents go: `sqlite:FILE`, `elasticsearch:URL`, `ndjson:FILE` or `ndjson:-`.
    pub(crate) store: String,
    /// Folder for documents that the store did not take.
    pub(crate) spool: String,
    /// Where attachments go: `folder:DIR` or `off`.
    pub(crate) attachments: String,
    /// Name of the monitor; without it the script's path.
    pub(crate) monitor: Option<String>,
    /// Where the run looks from; without it the name of the machine.
    pub(crate) location: Option<String>,
    /// Tags of the monitor.
    pub(crate) tags: Vec<String>,
    /// Labels that every document carries.
    pub(crate) labels: BTreeMap<String, String>,
    /// The point in time that the schedule meant.
    pub(crate) slot: Option<String>,
    /// Which attempt at the slot this is, from 1 on.
    pub(crate) attempt: u64,
    /// Texts that scripts are given, by name.
    pub(crate) params: BTreeMap<String, String>,
    /// Where secrets of scripts are read, by name: `env:VARIABLE` or `file:PATH`.
    pub(crate) secrets: BTreeMap<String, String>,
    /// How long each test may take, in milliseconds; without it what the script says, else 30 s.
    pub(crate) timeout_ms: Option<u64>,
    /// How long each expectation may take, in milliseconds; without it what the script says, else 5 s.
    pub(crate) expect_timeout_ms: Option<u64>,
    /// How long each step of a recording may take, in milliseconds; without it what the recording says, else 5 s.
    pub(crate) recorder_timeout_ms: Option<u64>,
    /// How long the whole run may take, in milliseconds.
    pub(crate) run_timeout_ms: u64,
    /// What is observed.
    pub(crate) observe: Observe,
    /// Who we are to an Elasticsearch server, where the store is one.
    pub(crate) elasticsearch: Elasticsearch,
    /// How results are reported: `pretty` or `json`.
    pub(crate) reporter: String,
    /// What is logged: `error`, `warn`, `info`, `debug` or `trace`.
    pub(crate) log_level: String,
    /// How it is logged: `human` or `json`.
    pub(crate) log_format: String,
    /// Another program whose variables are accepted: `canarytrace`.
    pub(crate) compat: Option<String>,
}

/// Which observers watch a run.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Observe {
    /// Requests with their phases and sizes.
    pub(crate) requests: bool,
    /// Pages with navigation timing and vitals.
    pub(crate) pages: bool,
    /// Performance entries of pages.
    pub(crate) entries: bool,
    /// Console messages and uncaught errors.
    pub(crate) console: bool,
    /// Memory of pages after each step.
    pub(crate) memory: bool,
    /// When screenshots are taken: at a `failure`, after each `step`, or `off`.
    pub(crate) screenshot: String,
    /// How quiet the machine is that measures.
    pub(crate) noise: bool,
}

/// Who we are to an Elasticsearch server.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Elasticsearch {
    /// Where the API key is read: `env:VARIABLE` or `file:PATH`.
    pub(crate) api_key: Option<String>,
    /// User of basic authentication.
    pub(crate) user: Option<String>,
    /// Where its password is read: `env:VARIABLE` or `file:PATH`.
    pub(crate) password: Option<String>,
}
