//! Arithmetic with moments. Nothing here reads a clock.

use std::time::Duration;

use jiff::Timestamp;

/// Returns the moment after a length of time; the end of all time where that is beyond it.
#[must_use]
pub(crate) fn after(at: Timestamp, span: Duration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// Returns the moment before a length of time; the start of all time where that is beyond it.
#[must_use]
pub(crate) fn before(at: Timestamp, span: Duration) -> Timestamp {
    at.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// Returns how long it is from one moment to the other, zero where the other is the earlier one.
#[must_use]
pub(crate) fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

/// Returns the number of the minute that a moment lies in.
#[must_use]
pub(crate) fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

/// Returns a length of time in milliseconds, as values of documents are.
#[must_use]
pub(crate) fn millis(span: Duration) -> f64 {
    span.as_millis() as f64
}
