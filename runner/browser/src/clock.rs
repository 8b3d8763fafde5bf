//! The one place of this crate that reads the calendar's clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the seconds since 1970 by the system's clock.
#[expect(clippy::disallowed_methods, reason = "this is the crate's clock")]
pub(crate) fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
