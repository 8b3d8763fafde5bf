//! Owns the reading of the time, so that everything else takes it from here and tests can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Where a store takes the time from.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// Makes a clock that follows the machine's.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// Makes a clock that stands at `at` until it is moved; its clones move with it.
    pub fn manual(at: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Returns the time, in whole milliseconds.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::from_millisecond(Timestamp::now().as_millisecond()),
            Source::Manual(at) => Timestamp::from_millisecond(at.load(Ordering::SeqCst)),
        }
        .unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a manual clock forward (or back); the machine's clock is left alone.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(at) = &self.0 {
            let millis = i64::try_from(by.as_millis()).unwrap_or_default();
            at.fetch_add(millis, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_with_its_clones() {
        let clock = Clock::manual("2026-11-21T10:00:00Z".parse().unwrap());
        clock.clone().advance(SignedDuration::from_secs(90));
        assert_eq!(clock.now().to_string(), "2026-11-21T10:01:30Z");
    }
}
