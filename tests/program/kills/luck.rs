//! Moments by chance that can be had again.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// Chance with a seed, which is told when the test fails.
pub(super) struct Luck {
    seed: u64,
    state: u64,
}

impl Luck {
    pub(super) fn new() -> Self {
        let seed =
            given("CANARY_TEST_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish() | 1);
        Self { seed, state: seed }
    }

    /// Returns a time between two others.
    pub(super) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        // xorshift64 (Marsaglia 2003).
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let share = (self.state >> 11) as f64 / (1u64 << 53) as f64;
        least + most.saturating_sub(least).mul_f64(share)
    }
}

impl Drop for Luck {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("these moments come again with CANARY_TEST_SEED={}", self.seed);
        }
    }
}

/// Returns how many are killed: as many as the environment says, or the usual number.
pub(super) fn kills(usual: usize) -> usize {
    given("CANARY_TEST_KILLS").map_or(usual, |kills| kills as usize)
}

fn given(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

/// Tells what was counted, to whoever runs the test with `--nocapture`.
#[expect(clippy::print_stdout, reason = "counts of a soak are for people")]
pub(super) fn tell(counts: &str) {
    println!("{counts}");
}
