//! Owns the kind `run`: how a run ended, what it cost, and how far its numbers can be trusted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::envelope::Timestamp8601;
use super::{Attachment, Failure, Vitals, is_default, time};

/// Last document of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// How the run ended.
    pub run: RunFields,
    /// Why it did not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The worst of each vital over the pages of the run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub vitals: Vitals,
    /// What the run cost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cost: Cost,
    /// How far the machine disturbed the numbers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub noise: Noise,
    /// How the browser's clock stood beside the runner's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clock: BrowserClock,
    /// Versions of what took part.
    #[serde(default, skip_serializing_if = "is_default")]
    pub versions: Versions,
    /// Files kept of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunFields {
    /// What happened to the site, or to us.
    pub status: RunStatus,
    /// Whether the documents arrived.
    pub delivery: Delivery,
    /// From the start document to the summary.
    #[schemars(extend("unit" = "ms"))]
    pub duration: f64,
    /// The moment in its schedule that the run stands for, UTC.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Timestamp8601>")]
    pub slot: Option<Timestamp>,
    /// How many steps ended in which way.
    #[serde(default)]
    pub steps: StepCounts,
}

/// What happened to the site, or to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// The site did what the script expects.
    Passed,
    /// The site did not.
    Failed,
    /// We could not tell: the fault is ours.
    Error,
}

/// Whether the documents of a run arrived in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// All of them arrived.
    Complete,
    /// Some wait in the spool.
    Spooled,
    /// Some were dropped; `cost.dropped` says why.
    Partial,
}

/// The one reason why a run ended as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The site answered, and not as expected.
    Assertion,
    /// Navigation failed, or the page crashed.
    Site,
    /// Time ran out while the browser or the site was waited for.
    Timeout,
    /// Flags, file, environment or secrets are wrong.
    Plan,
    /// The script could not be fetched from git.
    Checkout,
    /// The script itself is at fault.
    Script,
    /// There is no browser.
    BrowserMissing,
    /// The browser died.
    BrowserCrash,
    /// The browser died for lack of memory.
    OutOfMemory,
    /// Documents could not be delivered.
    Store,
    /// The run was stopped from outside, or by its own deadline.
    Interrupted,
    /// A panic of ours.
    Internal,
    /// No end was seen; said by the listener.
    Lost,
}

impl FailureClass {
    /// All classes.
    pub const ALL: [Self; 13] = [
        Self::Assertion,
        Self::Site,
        Self::Timeout,
        Self::Plan,
        Self::Checkout,
        Self::Script,
        Self::BrowserMissing,
        Self::BrowserCrash,
        Self::OutOfMemory,
        Self::Store,
        Self::Interrupted,
        Self::Internal,
        Self::Lost,
    ];
}

/// How many steps ended in which way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepCounts {
    /// Steps that passed.
    pub passed: u64,
    /// Steps that failed.
    pub failed: u64,
    /// Steps that were not run.
    pub skipped: u64,
}

/// What a run cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// Processor time of the runner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub runner_cpu: Option<f64>,
    /// Processor time of the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub browser_cpu: Option<f64>,
    /// Peak memory of the runner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub runner_memory: Option<u64>,
    /// Peak memory of the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub browser_memory: Option<u64>,
    /// Bytes that pages received from the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub received: Option<u64>,
    /// Messages between runner and browser, both directions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cdp_messages: Option<u64>,
    /// Bytes between runner and browser, both directions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub cdp_bytes: Option<u64>,
    /// Documents that the run made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
    /// Documents and observations that were dropped, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<String, u64>,
}

/// How a remote browser's clock stood beside the runner's; of one that the runner launched there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BrowserClock {
    /// The runner's wall clock less the browser's. Times that the browser told have it added already; 0 where the
    /// difference is smaller than what can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub offset: Option<f64>,
    /// By how much that may be wrong: half of the time that the answer took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub uncertainty: Option<f64>,
}

/// How far the machine disturbed the numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Noise {
    /// Whether the numbers can be trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<NoiseVerdict>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Share of the time in which the runner and the browser that it launched wanted a processor and had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "percent"))]
    pub waited: Option<f64>,
    /// A fixed piece of work, timed before the run and after it: the shorter time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub benchmark: Option<f64>,
    /// Time for which the control group was throttled during the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub throttled: Option<f64>,
    /// Share of the run in which some task of the machine waited for a processor, whoever's it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "percent"))]
    pub pressure: Option<f64>,
}

/// Whether the numbers of a run can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoiseVerdict {
    /// Nothing disturbed.
    Quiet,
    /// Times may be too long.
    Noisy,
    /// Times say nothing about the site.
    Unusable,
}

/// Versions of what takes part in a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Versions {
    /// Version of Canary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner: Option<String>,
    /// Product and version of the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// Version of the browser's debugging protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// User agent of the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}
