//! The one place of this crate that reads the clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Returns the monotonic time now.
#[expect(clippy::disallowed_methods, reason = "this is the crate's clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Returns the seconds since the epoch by the system's clock.
#[expect(clippy::disallowed_methods, reason = "this is the crate's clock")]
pub(crate) fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
