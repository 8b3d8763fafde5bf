//! Logging: lines for people or for programs on the standard error.
//!
//! Nothing secret is ever given to it: secrets are a type of their own that prints as `[redacted]`.

use std::io::IsTerminal;

use canary_store::Clock;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use crate::settings::Log;

/// Starts logging for the whole process.
pub(crate) fn start(log: Log) {
    let builder = tracing_subscriber::fmt()
        .with_max_level(log.level)
        .with_writer(std::io::stderr)
        .with_timer(WallTime(Clock::system()))
        .with_target(false);
    if log.json {
        builder.json().flatten_event(true).init();
    } else {
        builder.with_ansi(may_colour() && std::io::stderr().is_terminal()).init();
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
