//! Brings the browser's clocks to the runner's: one offset for each session.

use std::cell::Cell;

/// Turns times of one browser into epoch milliseconds on the runner's clock.
///
/// The protocol gives two clocks: a monotonic one in seconds and, with each request, the browser's wall clock
/// in seconds. The first pair seen ties the two together; the offset between the two wall clocks is measured
/// once for each session, before the first document, and recorded in the run's documents.
#[derive(Debug, Default)]
pub struct TimeBase {
    offset: Cell<f64>,
    monotonic_zero: Cell<Option<f64>>,
}

impl TimeBase {
    /// Makes one with the runner's wall clock less the browser's (milliseconds).
    #[must_use]
    pub fn new(offset: f64) -> Self {
        Self { offset: Cell::new(offset), monotonic_zero: Cell::new(None) }
    }

    /// Sets the offset (milliseconds), where it becomes known only later.
    pub(crate) fn set_offset(&self, offset: f64) {
        self.offset.set(offset);
    }

    /// Ties a monotonic time to a wall time, both in seconds as the browser gave them. Only the first counts.
    pub(crate) fn tie(&self, monotonic: f64, wall: f64) {
        if self.monotonic_zero.get().is_none() {
            self.monotonic_zero.set(Some((wall - monotonic) * 1000.0));
        }
    }

    /// Returns a monotonic time (seconds) as epoch milliseconds, once tied.
    pub(crate) fn monotonic(&self, seconds: f64) -> Option<f64> {
        self.monotonic_zero.get().map(|zero| zero + seconds * 1000.0 + self.offset.get())
    }

    /// Returns a wall time of the browser (milliseconds) as epoch milliseconds.
    pub(crate) fn wall(&self, millis: f64) -> f64 {
        millis + self.offset.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monotonic_times_follow_the_first_pair_and_the_offset() {
        let base = TimeBase::new(250.0);
        assert_eq!(base.monotonic(7.0), None, "nothing ties the clocks yet");
        base.tie(10.0, 1_000.0);
        base.tie(11.0, 5_000.0);
        assert_eq!(base.monotonic(10.5), Some(1_000_500.0 + 250.0));
        assert_eq!(base.wall(42.0), 292.0);
    }
}
