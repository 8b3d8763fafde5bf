//! The listener's own metrics, in the text format that Prometheus reads.

use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode_registry;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

type Level = Gauge<f64, AtomicU64>;

/// All metrics. Counters and log lines about the same thing are written at the same place.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) ticks: Family<Outcome, Counter>,
    pub(crate) tick_seconds: Histogram,
    pub(crate) documents: Counter,
    pub(crate) repeated: Counter,
    pub(crate) evaluations: Counter,
    pub(crate) transitions: Family<Reason, Counter>,
    pub(crate) deliveries: Family<Delivered, Counter>,
    pub(crate) alerts: Family<Stated, Gauge>,
    pub(crate) waiting: Family<To, Gauge>,
    pub(crate) oldest_seconds: Family<To, Level>,
    pub(crate) groups: Gauge,
    pub(crate) refused: Gauge,
    pub(crate) rules: Gauge,
    pub(crate) leading: Gauge,
    pub(crate) lag_seconds: Level,
    pub(crate) orphaned: Gauge,
}

/// How a tick ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Outcome {
    pub(crate) result: Word,
}

/// Why an alert changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Reason {
    pub(crate) reason: Word,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Delivered {
    pub(crate) receiver: String,
    pub(crate) result: Word,
}

/// In which state alerts are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Stated {
    pub(crate) state: Word,
}

/// For which receiver.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct To {
    pub(crate) receiver: String,
}

/// A word of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Word(pub(crate) &'static str);

impl EncodeLabelValue for Word {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        encoder.write_str(self.0)
    }
}

/// A tick over thousands of rules takes milliseconds; a slow store takes seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("canary_listener"),
            ticks: Family::default(),
            tick_seconds: Histogram::new(BUCKETS),
            documents: Counter::default(),
            repeated: Counter::default(),
            evaluations: Counter::default(),
            transitions: Family::default(),
            deliveries: Family::default(),
            alerts: Family::default(),
            waiting: Family::default(),
            oldest_seconds: Family::default(),
            groups: Gauge::default(),
            refused: Gauge::default(),
            rules: Gauge::default(),
            leading: Gauge::default(),
            lag_seconds: Level::default(),
            orphaned: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("ticks", "Ticks by how they ended", self.ticks.clone());
        registry.register("tick_seconds", "How long a tick took", self.tick_seconds.clone());
        registry.register("documents", "Documents read", self.documents.clone());
        registry.register(
            "documents_repeated",
            "Documents read again and not counted again",
            self.repeated.clone(),
        );
        registry.register("evaluations", "Evaluations of rules", self.evaluations.clone());
        registry.register("transitions", "Changes of alerts by reason", self.transitions.clone());
        registry.register(
            "deliveries",
            "Deliveries by receiver and what became of them",
            self.deliveries.clone(),
        );
        registry.register("alerts", "Alerts by state", self.alerts.clone());
        registry.register("deliveries_waiting", "Deliveries that wait", self.waiting.clone());
        registry.register(
            "delivery_oldest_seconds",
            "Age of the oldest delivery that waits",
            self.oldest_seconds.clone(),
        );
        registry.register("groups", "Groups of documents that rules hold", self.groups.clone());
        registry.register("groups_refused", "Documents of groups beyond the limit", self.refused.clone());
        registry.register("rules", "Rules at work", self.rules.clone());
        registry.register("leading", "Whether this listener holds the lease", self.leading.clone());
        registry.register(
            "lag_seconds",
            "From a document's arrival to its reading",
            self.lag_seconds.clone(),
        );
        registry.register(
            "deliveries_orphaned",
            "Deliveries for receivers that are not set up",
            self.orphaned.clone(),
        );
    }

    /// Returns all metrics as text.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry).expect("writing to a string does not fail");
        classic(&text)
    }
}

/// The older text format names a counter with its `_total` also where it is described; everything else is alike.
fn classic(text: &str) -> String {
    let counters: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter")).collect();
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.lines() {
        let described =
            ["# HELP ", "# TYPE "].iter().find_map(|begin| Some((*begin, line.strip_prefix(begin)?)));
        let written = match described.and_then(|(begin, rest)| Some((begin, rest.split_once(' ')?))) {
            Some((begin, (name, rest))) if counters.contains(&name) => {
                writeln!(out, "{begin}{name}_total {rest}")
            }
            _ => writeln!(out, "{line}"),
        };
        written.expect("writing to a string does not fail");
    }
    out
}
