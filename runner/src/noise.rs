//! Noise: how far other work on the machine disturbed what a run measured. What counts is what the runner and
//! the browser that it launched felt themselves: how long their threads waited for a processor, how long their
//! control group was throttled, and whether the same piece of work took longer. How busy the machine was as a
//! whole is told beside it and decides nothing: others may be busy without being in the way. Owns reading and
//! verdict; whoever reads the documents decides what to make of it.

mod waiting;

use std::hint::black_box;
use std::time::Duration;

use canary_store::document::{Noise, NoiseVerdict};
use sha2::{Digest as _, Sha256};

use crate::clock::Clock;
use crate::memory::control_group;
use waiting::{Waiting, Watched};

/// How many times as long work may take before it disturbs, and before it spoils. A browser's own threads get in
/// each other's way: a page load on a quiet machine of two cores takes up to 1.3 times as long as it would on
/// many cores.
const SLOWER_NOISY: f64 = 1.5;
const SLOWER_UNUSABLE: f64 = 4.0;

/// Share of the run's time from which throttling disturbs, and from which it spoils.
const THROTTLED_NOISY: f64 = 0.01;
const THROTTLED_UNUSABLE: f64 = 0.10;

/// The kernel adds pressure up now and then: over a shorter time than this its counters say nothing.
const PRESSURE_NEEDS: Duration = Duration::from_secs(1);

/// What was read at the beginning of a run.
#[derive(Debug)]
pub(crate) struct NoiseMeter {
    benchmark: Duration,
    counters: Counters,
    watched: Watched,
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
        let (counters, watched) = (Counters::read(), Watched::start());
        Self { benchmark, counters, watched, clock, since: clock.instant() }
    }

    /// Reads how the processes of a browser that we launched fare. Called while they are there.
    pub(crate) fn sample(&mut self, processes: impl Iterator<Item = u32>) {
        self.watched.sample(processes);
    }

    /// Reads again and judges.
    pub(crate) fn finish(&self) -> Noise {
        let waiting = self.watched.total();
        let elapsed = self.clock.instant().duration_since(self.since);
        let benchmarks = [self.benchmark, benchmark(&self.clock)];
        judge(waiting, benchmarks, self.counters.until(Counters::read()), elapsed)
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

    fn until(self, end: Self) -> Self {
        let since = |end: Option<Duration>, start: Option<Duration>| Some(end?.saturating_sub(start?));
        Self { throttled: since(end.throttled, self.throttled), waited: since(end.waited, self.waited) }
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

fn judge(waiting: Waiting, benchmarks: [Duration; 2], counted: Counters, elapsed: Duration) -> Noise {
    let throttled = counted.throttled;
    let waited = counted.waited.filter(|_| elapsed >= PRESSURE_NEEDS);
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
    if let Some(slowdown) = waiting.slowdown() {
        let [ran, waited] = [waiting.ran, waiting.waited].map(say);
        let reason = format!("waited {waited} for a processor to run {ran}");
        weigh(slowdown, SLOWER_NOISY, SLOWER_UNUSABLE, reason);
    }
    let [fast, slow] =
        if benchmarks[0] < benchmarks[1] { benchmarks } else { [benchmarks[1], benchmarks[0]] };
    let ratio = slow.as_secs_f64() / fast.as_secs_f64().max(1e-9);
    weigh(ratio, SLOWER_NOISY, SLOWER_UNUSABLE, format!("the same work took {ratio:.1} times as long"));
    Noise {
        verdict: Some(verdict),
        reasons,
        benchmark: Some(millis(fast)),
        waited: waiting.share(),
        throttled: throttled.map(millis),
        pressure: waited.map(share),
    }
}

fn say(span: Duration) -> String {
    match span.as_secs_f64() {
        short if short < 1.0 => format!("{:.0} ms", short * 1_000.0),
        long => format!("{long:.1} s"),
    }
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn check(throttled_ms: u64, waited_ms: u64, after_us: u64) -> (Option<NoiseVerdict>, Vec<String>) {
        let counted = Counters { throttled: Some(span(throttled_ms)), waited: Some(span(9_000)) };
        let waiting = Waiting { ran: span(1_000), waited: span(waited_ms) };
        let benchmarks = [Duration::from_micros(100), Duration::from_micros(after_us)];
        let noise = judge(waiting, benchmarks, counted, span(10_000));
        (noise.verdict, noise.reasons)
    }

    #[test]
    fn a_machine_that_is_busy_elsewhere_is_quiet() {
        assert_eq!(check(0, 300, 110), (Some(NoiseVerdict::Quiet), vec![]));
    }

    #[test]
    fn each_disturbance_is_named() {
        let (verdict, reasons) = check(200, 1_100, 210);
        assert_eq!(verdict, Some(NoiseVerdict::Noisy));
        insta::assert_snapshot!(reasons.join("\n"), @"
        throttled for 2 % of the run
        waited 1.1 s for a processor to run 1.0 s
        the same work took 2.1 times as long
        ");
    }

    #[test]
    fn the_worst_decides() {
        assert_eq!(check(2_000, 0, 100).0, Some(NoiseVerdict::Unusable));
        assert_eq!(check(200, 3_500, 100).0, Some(NoiseVerdict::Unusable));
    }

    #[test]
    fn pressure_is_a_share_of_the_run_and_decides_nothing() {
        let counted = |waited| Counters { waited: Some(waited), ..Counters::default() };
        let long = judge(Waiting::default(), [span(1); 2], counted(span(6_000)), span(2_000));
        assert_eq!((long.verdict, long.pressure), (Some(NoiseVerdict::Quiet), Some(1.0)));
        let short = judge(Waiting::default(), [span(1); 2], counted(span(300)), span(100));
        assert_eq!(short.pressure, None);
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        let noise = judge(Waiting::default(), [span(1); 2], Counters::default(), Duration::ZERO);
        assert_eq!(noise.verdict, Some(NoiseVerdict::Quiet));
        assert_eq!((noise.waited, noise.throttled, noise.pressure), (None, None, None));
    }
}
