//! The one list of all settings: path and kind. Files, environment and flags are checked against it; the
//! name of a setting's variable follows from its path.

use super::kind::Kind;

/// One setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// The path in a settings file, with dots.
    pub(crate) path: &'static str,
    /// The kind of its value.
    pub(crate) kind: Kind,
}

impl Setting {
    /// Returns the name of the setting's variable.
    pub(crate) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.path.replace('.', "_").to_uppercase())
    }
}

/// Begins the name of each of our variables.
pub(crate) const PREFIX: &str = "CANARY_";

/// Begins the names of variables that hold one parameter for scripts each.
pub(crate) const PARAM_PREFIX: &str = "CANARY_PARAM_";

/// Begins the names of variables that hold one secret each.
pub(crate) const SECRET_PREFIX: &str = "CANARY_SECRET_";

/// The settings that are groups of others.
pub(crate) const GROUPS: &[&str] = &["observe", "elasticsearch"];

/// All settings, in the order of the default file.
pub(crate) const CATALOG: &[Setting] = &[
    setting("targets", Kind::Texts),
    setting("git", Kind::Text),
    setting("revision", Kind::Text),
    setting("git_token", Kind::Secret),
    setting("git_ssh_key", Kind::Text),
    setting("git_known_hosts", Kind::Text),
    setting("git_timeout_ms", Kind::Milliseconds),
    setting("git_limit_bytes", Kind::Bytes),
    setting("browser", Kind::Browser),
    setting("browser_executable", Kind::Text),
    setting("browser_arguments", Kind::Texts),
    setting("headless", Kind::Toggle),
    setting("webdriver", Kind::Http),
    setting("base_url", Kind::Http),
    setting("store", Kind::Store),
    setting("spool", Kind::Text),
    setting("attachments", Kind::Attachments),
    setting("monitor", Kind::Text),
    setting("location", Kind::Text),
    setting("tags", Kind::Texts),
    setting("labels", Kind::Named),
    setting("slot", Kind::Time),
    setting("attempt", Kind::Count),
    setting("params", Kind::Named),
    setting("secrets", Kind::NamedSecrets),
    setting("timeout_ms", Kind::Milliseconds),
    setting("expect_timeout_ms", Kind::Milliseconds),
    setting("recorder_timeout_ms", Kind::Milliseconds),
    setting("run_timeout_ms", Kind::Milliseconds),
    setting("observe.requests", Kind::Toggle),
    setting("observe.pages", Kind::Toggle),
    setting("observe.entries", Kind::Toggle),
    setting("observe.console", Kind::Toggle),
    setting("observe.memory", Kind::Toggle),
    setting("observe.screenshot", Kind::Choice(&["failure", "step", "off"])),
    setting("observe.noise", Kind::Toggle),
    setting("elasticsearch.api_key", Kind::Secret),
    setting("elasticsearch.user", Kind::Text),
    setting("elasticsearch.password", Kind::Secret),
    setting("reporter", Kind::Choice(&["pretty", "json"])),
    setting("log_level", Kind::Choice(&["error", "warn", "info", "debug", "trace"])),
    setting("log_format", Kind::Choice(&["human", "json"])),
    setting("compat", Kind::Choice(&["canarytrace"])),
];

const fn setting(path: &'static str, kind: Kind) -> Setting {
    Setting { path, kind }
}

/// Returns the setting at a path.
pub(crate) fn find(path: &str) -> Option<Setting> {
    CATALOG.iter().find(|setting| setting.path == path).copied()
}

/// Returns all paths.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    CATALOG.iter().map(|setting| setting.path)
}
