//! The clock: the only place of this crate that reads the time.

use std::time::Instant;

use jiff::Timestamp;

/// Reads wall time and monotonic time, and brings one to the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at: Timestamp,
}

impl Clock {
    /// Returns a clock whose wall time follows the monotonic one from now on, so that times within a run never
    /// go back.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), started_at: Timestamp::now() }
    }

    /// Returns the monotonic time.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub(crate) fn instant(&self) -> Instant {
        Instant::now()
    }

    /// Returns the wall time.
    pub(crate) fn now(&self) -> Timestamp {
        self.wall(self.instant())
    }

    /// Returns the wall time of a monotonic one.
    pub(crate) fn wall(&self, at: Instant) -> Timestamp {
        let wall = match at.checked_duration_since(self.started) {
            Some(since) => self.started_at.checked_add(since),
            None => self.started_at.checked_sub(self.started.duration_since(at)),
        };
        wall.unwrap_or(self.started_at)
    }
}
