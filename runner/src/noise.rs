//! Noise: how quiet the machine is that measures. A small piece of fixed work is timed, the time that the
//! control group was throttled and the pressure on the processors are read before and after. Owns reading and
//! verdict; whoever reads the documents decides what to make of it.

use std::hint::black_box;
use std::time::Duration;

use canary_store::document::{Noise, NoiseVerdict};
use sha2::{Digest as _, Sha256};

use crate::clock::Clock;
use crate::memory::control_group;

/// Share of the run's time from which throttling disturbs, and from which it spoils.
const THROTTLED_NOISY: f64 = 0.01;
const THROTTLED_UNUSABLE: f64 = 0.10;

/// Share of the run's time in which some task waited for a processor, likewise. Chrome alone makes tasks
/// wait: one page load on a quiet machine of two cores shows up to 15 %.
const PRESSURE_NOISY: f64 = 0.25;
const PRESSURE_UNUSABLE: f64 = 0.60;

/// The kernel adds pressure up now and then: over a shorter time than this its counters say nothing.
const PRESSURE_NEEDS: Duration = Duration::from_secs(1);

/// How much longer than the fastest the slowest benchmark may take.
const BENCHMARK_NOISY: f64 = 1.5;
const BENCHMARK_UNUSABLE: f64 = 4.0;

/// What was read at the beginning of a run.
#[derive(Debug)]
pub(crate) struct NoiseMeter {
    benchmark: Duration,
    counters: Counters,
    clock: Clock,
    since: std::time::Instant,
}

/// Counters of the kernel, as far as they can be read.
#[derive(Clone, Copy, Debug, Default)]
struct Counters {
    /// Time that the control group was throttled.
    throttled: Option<Duration>,
    /// Time in which some task waited for a processor.
    waited: Option<Duration>,
}

impl NoiseMeter {
    /// Reads the counters and times the work.
    pub(crate) fn start(clock: Clock) -> Self {
        let benchmark = benchmark(&clock);
        Self { benchmark, counters: Counters::read(), clock, since: clock.instant() }
    }

    /// Reads again and judges.
    pub(crate) fn finish(&self) -> Noise {
        let elapsed = self.clock.instant().duration_since(self.since);
        judge(self.benchmark, benchmark(&self.clock), self.counters, Counters::read(), elapsed)
    }
}

/// Times the fixed work: the fastest of three, since what disturbs only ever makes it longer.
fn benchmark(clock: &Clock) -> Duration {
    let block = [0x5a_u8; 16 * 1024];
    let once = || {
        let before = clock.instant();
        black_box(Sha256::digest(black_box(block)));
        clock.instant().duration_since(before)
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

impl Counters {
    fn read() -> Self {
        Self { throttled: read_throttled(), waited: read_waited() }
    }
}

/// Reads `throttled_usec` of our control group (version 2).
fn read_throttled() -> Option<Duration> {
    let text = std::fs::read_to_string(control_group()?.join("cpu.stat")).ok()?;
    let micros = text.lines().find_map(|line| line.strip_prefix("throttled_usec "))?;
    micros.trim().parse().ok().map(Duration::from_micros)
}

/// Reads the total of `some` in the pressure on the processors.
fn read_waited() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/pressure/cpu").ok()?;
    let some = text.lines().find_map(|line| line.strip_prefix("some "))?;
    let (_, micros) = some.split_once("total=")?;
    micros.trim().parse().ok().map(Duration::from_micros)
}

fn judge(before: Duration, after: Duration, start: Counters, end: Counters, elapsed: Duration) -> Noise {
    let since = |end: Option<Duration>, start: Option<Duration>| Some(end?.saturating_sub(start?));
    let throttled = since(end.throttled, start.throttled);
    let waited = since(end.waited, start.waited).filter(|_| elapsed >= PRESSURE_NEEDS);
    let share = |part: Duration| (part.as_secs_f64() / elapsed.as_secs_f64().max(0.001)).min(1.0);
    let mut verdict = NoiseVerdict::Quiet;
    let mut reasons = Vec::new();
    let mut weigh = |value: f64, noisy: f64, unusable: f64, reason: String| {
        if value >= unusable {
            verdict = NoiseVerdict::Unusable;
        } else if value >= noisy {
            if verdict == NoiseVerdict::Quiet {
                verdict = NoiseVerdict::Noisy;
            }
        } else {
            return;
        }
        reasons.push(reason);
    };
    if let Some(share) = throttled.map(share) {
        let reason = format!("throttled for {:.0} % of the run", share * 100.0);
        weigh(share, THROTTLED_NOISY, THROTTLED_UNUSABLE, reason);
    }
    if let Some(share) = waited.map(share) {
        let reason = format!("tasks waited for a processor for {:.0} % of the run", share * 100.0);
        weigh(share, PRESSURE_NOISY, PRESSURE_UNUSABLE, reason);
    }
    let (fast, slow) = if before < after { (before, after) } else { (after, before) };
    let ratio = slow.as_secs_f64() / fast.as_secs_f64().max(1e-9);
    weigh(ratio, BENCHMARK_NOISY, BENCHMARK_UNUSABLE, format!("the same work took {ratio:.1} times as long"));
    Noise {
        verdict: Some(verdict),
        reasons,
        benchmark: Some(millis(fast)),
        throttled: throttled.map(millis),
        pressure: waited.map(share),
    }
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(throttled_ms: u64, waited_ms: u64, after_us: u64) -> (Option<NoiseVerdict>, Vec<String>) {
        let start = Counters { throttled: Some(Duration::ZERO), waited: Some(Duration::ZERO) };
        let end = Counters {
            throttled: Some(Duration::from_millis(throttled_ms)),
            waited: Some(Duration::from_millis(waited_ms)),
        };
        let noise = judge(
            Duration::from_micros(100),
            Duration::from_micros(after_us),
            start,
            end,
            Duration::from_secs(10),
        );
        (noise.verdict, noise.reasons)
    }

    #[test]
    fn a_quiet_machine_is_quiet() {
        assert_eq!(check(0, 500, 110), (Some(NoiseVerdict::Quiet), vec![]));
    }

    #[test]
    fn each_disturbance_is_named() {
        let (verdict, reasons) = check(200, 3_000, 210);
        assert_eq!(verdict, Some(NoiseVerdict::Noisy));
        insta::assert_snapshot!(reasons.join("\n"), @"
        throttled for 2 % of the run
        tasks waited for a processor for 30 % of the run
        the same work took 2.1 times as long
        ");
    }

    #[test]
    fn the_worst_decides() {
        assert_eq!(check(2_000, 0, 100).0, Some(NoiseVerdict::Unusable));
    }

    #[test]
    fn pressure_is_a_share_of_the_run() {
        let start = Counters::default();
        let end = |waited| Counters { waited: Some(waited), ..Counters::default() };
        let start = Counters { waited: Some(Duration::ZERO), ..start };
        let work = Duration::from_micros(100);
        let long = judge(work, work, start, end(Duration::from_secs(6)), Duration::from_secs(2));
        assert_eq!(long.pressure, Some(1.0));
        let short = judge(work, work, start, end(Duration::from_millis(300)), Duration::from_millis(100));
        assert_eq!((short.verdict, short.pressure), (Some(NoiseVerdict::Quiet), None));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        let nothing = Counters::default();
        let noise =
            judge(Duration::from_micros(1), Duration::from_micros(1), nothing, nothing, Duration::ZERO);
        assert_eq!((noise.verdict, noise.throttled, noise.pressure), (Some(NoiseVerdict::Quiet), None, None));
    }
}
