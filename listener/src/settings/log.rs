//! How the program talks about itself.

use super::sources::Sources;

/// Settings of the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    pub(crate) level: LogLevel,
    pub(crate) json: bool,
}

/// How much is said.
pub(crate) type LogLevel = tracing::Level;

impl Log {
    pub(super) fn read(sources: &Sources) -> Option<Self> {
        let levels = [
            ("error", LogLevel::ERROR),
            ("warn", LogLevel::WARN),
            ("info", LogLevel::INFO),
            ("debug", LogLevel::DEBUG),
            ("trace", LogLevel::TRACE),
        ];
        let level = sources.value("log_level").and_then(|field| field.choice(&levels));
        let json =
            sources.value("log_format").and_then(|field| field.choice(&[("human", false), ("json", true)]));
        Some(Self { level: level?, json: json? })
    }
}
