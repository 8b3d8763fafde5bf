//! Waiting for processors: how long the threads of the runner and of its browser ran, and how long they could
//! have run and had no processor. The kernel counts both for each thread.

use std::collections::BTreeMap;
use std::time::Duration;

/// Running and waiting of some threads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Waiting {
    /// Time that they ran.
    pub(super) ran: Duration,
    /// Time that they could have run.
    pub(super) waited: Duration,
}

/// Less running than this says nothing.
const ENOUGH: Duration = Duration::from_millis(10);

impl Waiting {
    /// Returns how many times as long the work took as it would have with a processor at hand.
    pub(super) fn slowdown(self) -> Option<f64> {
        let whole = (self.ran + self.waited).as_secs_f64();
        (self.ran >= ENOUGH).then(|| whole / self.ran.as_secs_f64())
    }

    /// Returns the share of the time that they wanted a processor in which there was none.
    pub(super) fn share(self) -> Option<f64> {
        self.slowdown().map(|slowdown| 1.0 - 1.0 / slowdown)
    }

    fn and(self, other: Self) -> Self {
        Self { ran: self.ran + other.ran, waited: self.waited + other.waited }
    }

    fn since(self, before: Self) -> Self {
        Self { ran: self.ran.saturating_sub(before.ran), waited: self.waited.saturating_sub(before.waited) }
    }

    /// Reads all threads of a process that there are now; nothing where it is gone or on another machine.
    fn of(process: &str) -> Option<Self> {
        let threads = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
        let read = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("schedstat")).ok();
        let told: Vec<Self> =
            threads.flatten().filter_map(read).filter_map(|text| Self::parse(&text)).collect();
        told.into_iter().reduce(Self::and)
    }

    /// Reads one line: nanoseconds on a processor, nanoseconds waiting for one, and a count.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace().map(|word| word.parse().map(Duration::from_nanos));
        Some(Self { ran: words.next()?.ok()?, waited: words.next()?.ok()? })
    }
}

/// Watches the runner and the processes of a browser that it launched.
#[derive(Debug)]
pub(super) struct Watched {
    before: Waiting,
    /// The browser's processes as they were last seen.
    browser: BTreeMap<u32, Waiting>,
}

impl Watched {
    /// Starts now; what the runner did before does not count.
    pub(super) fn start() -> Self {
        Self { before: Waiting::of("self").unwrap_or_default(), browser: BTreeMap::new() }
    }

    /// Reads the browser's processes, all of whose life counts.
    pub(super) fn sample(&mut self, processes: impl Iterator<Item = u32>) {
        for id in processes {
            if let Some(seen) = Waiting::of(&id.to_string()) {
                self.browser.insert(id, seen);
            }
        }
    }

    /// Returns running and waiting of all of them so far.
    pub(super) fn total(&self) -> Waiting {
        let own = Waiting::of("self").unwrap_or_default().since(self.before);
        self.browser.values().fold(own, |sum, seen| sum.and(*seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u64, u64)>) {
        let read = Waiting::parse(text).map(|read| (read.ran.as_nanos(), read.waited.as_nanos()));
        assert_eq!(read, expected.map(|(ran, waited)| (ran.into(), waited.into())), "{text:?}");
    }

    #[test]
    fn the_kernels_line_is_read() {
        check("293802 148629 2\n", Some((293_802, 148_629)));
        check("293802\n", None);
        check("x y z\n", None);
    }

    #[test]
    fn this_process_runs() {
        let watched = Watched::start();
        // The kernel counts up at its own pace.
        let runs = |_: &u32| (0..100_000_u64).map(std::hint::black_box).sum::<u64>() > 0;
        let seen = (0..10_000).filter(runs).any(|_| watched.total().ran > Duration::ZERO);
        assert!(seen, "this process has run and the kernel does not say so");
        assert_eq!(Waiting::of(&u32::MAX.to_string()), None);
    }

    #[test]
    fn little_work_says_nothing() {
        let waiting =
            |ran, waited| Waiting { ran: Duration::from_millis(ran), waited: Duration::from_millis(waited) };
        assert_eq!((waiting(200, 200).slowdown(), waiting(200, 200).share()), (Some(2.0), Some(0.5)));
        assert_eq!(waiting(5, 500).slowdown(), None);
    }
}
