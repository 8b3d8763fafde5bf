//! What a script is given and how long things may take.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Limit of a test that nothing else is said of (FORMATS.md §2).
pub const TEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Limit of an `expect` that waits.
pub const EXPECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Limit of a step of a recording.
pub const STEP_TIMEOUT: Duration = Duration::from_secs(5);

/// What a script is given and how long things may take. What is not set comes from a
/// `playwright.config` in the checkout, else from the defaults of this module.
#[derive(Clone, Debug, Default)]
pub struct PlaySettings {
    /// Limit of a test unless the script sets its own.
    pub test_timeout: Option<Duration>,
    /// Limit of an `expect` that waits.
    pub expect_timeout: Option<Duration>,
    /// Limit of a step of a recording unless the recording sets its own.
    pub step_timeout: Option<Duration>,
    /// How often a failed test is tried again.
    pub retries: Option<u32>,
    /// What relative URLs are resolved against.
    pub base_url: Option<String>,
    /// Parameters of the operator, by name; scripts find them in `process.env`.
    pub parameters: BTreeMap<String, String>,
    /// Secrets of the operator, by name; scripts find them in `process.env`.
    pub secrets: BTreeMap<String, String>,
    /// Folder for downloads and other files of the run.
    pub artifacts: Option<PathBuf>,
}

impl PlaySettings {
    /// Returns them as the prelude reads them.
    pub(crate) fn for_prelude(&self, entry: &str, config: Option<&str>) -> serde_json::Value {
        let ms = |limit: Option<Duration>| limit.map(|limit| limit.as_millis() as u64);
        let environment: BTreeMap<&String, &String> = self.parameters.iter().chain(&self.secrets).collect();
        serde_json::json!({
            "entry": entry,
            "configFile": config,
            "timeout": ms(self.test_timeout),
            "expectTimeout": ms(self.expect_timeout),
            "retries": self.retries,
            "baseUrl": self.base_url,
            "environment": environment,
            "parameters": self.parameters,
            "secrets": self.secrets.keys().collect::<Vec<_>>(),
            "outputDir": self.artifacts,
        })
    }
}
