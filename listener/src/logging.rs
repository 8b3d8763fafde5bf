//! Logging: lines for people or for programs on the standard error.
//!
//! Nothing secret is ever given to it: secrets are a type of their own that prints as `[redacted]`. Of libraries
//! only warnings are let through, since what they say of connections names addresses.

use std::io::IsTerminal;

use canary_store::Clock;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::Log;

/// Starts logging for the whole process.
pub(crate) fn start(log: Log) {
    let ours = Targets::new().with_target("canary", log.level).with_default(LevelFilter::WARN);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_timer(WallTime(Clock::system()))
        .with_target(false);
    let registry = tracing_subscriber::registry().with(ours);
    if log.json {
        registry.with(lines.json().flatten_event(true)).init();
    } else {
        registry.with(lines.with_ansi(may_colour() && std::io::stderr().is_terminal())).init();
    }
}

/// Tells whether what is printed should have colours: somebody looks at it, and wants them.
pub(crate) fn wants_colours() -> bool {
    may_colour() && std::io::stdout().is_terminal()
}

/// The convention of <https://no-color.org>.
fn may_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

struct WallTime(Clock);

impl FormatTime for WallTime {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        write!(out, "{:.3}", self.0.now())
    }
}
