//! The offset between the clocks of a remote browser and of the runner, from one reading of the browser's.

use canary_browser::ClockReading;
use canary_store::document::BrowserClock;

/// A clock that tells whole milliseconds is wrong by half of one.
const RESOLUTION: f64 = 0.5;

/// Returns how the clocks stand: `at` is the runner's wall clock at the moment of the reading (milliseconds since
/// the epoch). A difference that may as well be none counts as none, so that a browser beside us has our times.
pub(super) fn compare(reading: &ClockReading, at: f64) -> BrowserClock {
    let (_, half) = reading.moment();
    let uncertainty = half.as_secs_f64() * 1_000.0 + RESOLUTION;
    let offset = at - reading.browser;
    let offset = if offset.abs() <= uncertainty { 0.0 } else { offset };
    BrowserClock { offset: Some(offset), uncertainty: Some(uncertainty) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn check(browser: f64, at: f64, expected: f64) {
        #[expect(clippy::disallowed_methods, reason = "any moment will do")]
        let asked = Instant::now();
        let reading = ClockReading { asked, answered: asked + Duration::from_millis(8), browser };
        let clock = compare(&reading, at);
        assert_eq!((clock.offset, clock.uncertainty), (Some(expected), Some(4.5)));
    }

    #[test]
    fn a_difference_that_can_be_told_is_one() {
        check(1_000_000.0, 1_090_000.0, 90_000.0);
        check(1_000_000.0, 999_990.0, -10.0);
        check(1_000_000.0, 1_000_004.0, 0.0);
        check(1_000_000.0, 999_996.0, 0.0);
    }
}
