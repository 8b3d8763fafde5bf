//! The one place of this crate that reads the clock.

use std::time::Instant;

/// Returns the monotonic time now.
#[expect(clippy::disallowed_methods, reason = "this is the crate's clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
