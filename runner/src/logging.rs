//! Logging: lines for people or for programs on the standard error, without secrets.

use std::io::{self, Write};
use std::sync::Arc;

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::time::FormatTime;

use crate::clock::Clock;
use crate::recorder::redactor::Redactor;
use crate::settings::Log;

/// Starts logging. What is logged before the secrets are known holds none: settings are read after flags.
pub(crate) fn start(log: &Log, redactor: Arc<Redactor>, clock: Clock) {
    let outlet = Outlet { redactor };
    let builder = tracing_subscriber::fmt()
        .with_max_level(log.level)
        .with_writer(outlet)
        .with_timer(RunTime(clock))
        .with_target(false);
    if log.json {
        builder.json().flatten_event(true).init();
    } else {
        builder.with_ansi(wants_colours() && io::IsTerminal::is_terminal(&io::stderr())).init();
    }
}

/// Says whether colours are wanted at all (<https://no-color.org>).
pub(crate) fn wants_colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Takes the secrets out of every line.
struct Outlet {
    redactor: Arc<Redactor>,
}

impl<'a> MakeWriter<'a> for Outlet {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { redactor: Arc::clone(&self.redactor) }
    }
}

struct Line {
    redactor: Arc<Redactor>,
}

impl Write for Line {
    /// The formatter hands over each line in one piece.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(&self.redactor.bytes(line.to_vec()))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Stamps lines with the run's own clock.
struct RunTime(Clock);

impl FormatTime for RunTime {
    fn format_time(&self, out: &mut tracing_subscriber::fmt::format::Writer<'_>) -> std::fmt::Result {
        write!(out, "{:.3}", self.0.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::secret::Secret;

    #[test]
    fn lines_leave_without_secrets() {
        let redactor = Redactor::new(&[Secret::new("SHOP", "hunter22")]);
        let clean = redactor.bytes(b"login with hunter22\n".to_vec());
        assert_eq!(String::from_utf8(clean).unwrap(), "login with [redacted:SHOP]\n");
    }
}
