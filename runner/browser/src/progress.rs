//! One deadline, one cancellation and one call log for each call into the browser.
//!
//! Waiting for the deadline happens here and nowhere else.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::Interrupted;

/// The first argument of every browser call: until when, whether still, and what was tried.
///
/// Clones share deadline, cancellation and log.
#[derive(Clone, Debug)]
pub struct Progress {
    timeout: Option<Duration>,
    deadline: Option<Instant>,
    cancellation: CancellationToken,
    log: Arc<Mutex<CallLog>>,
}

impl Progress {
    /// Starts the clock now, for so long.
    pub fn new(timeout: Duration) -> Self {
        Self::with_cancellation(timeout, CancellationToken::new())
    }

    /// Starts the clock now; ends early when the token is cancelled.
    pub fn with_cancellation(timeout: Duration, cancellation: CancellationToken) -> Self {
        Self {
            timeout: Some(timeout),
            deadline: Instant::now().checked_add(timeout),
            cancellation,
            log: Arc::default(),
        }
    }

    /// Waits until cancelled, without a deadline.
    pub fn unlimited(cancellation: CancellationToken) -> Self {
        Self { timeout: None, deadline: None, cancellation, log: Arc::default() }
    }

    /// Returns how long it was to take at most, whatever is left of that.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Returns a progress with the same log that ends at the sooner of its own timeout and this deadline.
    pub fn within(&self, timeout: Duration) -> Self {
        let deadline = Instant::now().checked_add(timeout);
        match (self.deadline, deadline) {
            (Some(outer), Some(inner)) if outer <= inner => self.clone(),
            (Some(_), None) => self.clone(),
            (_, deadline) => Self { timeout: Some(timeout), deadline, ..self.clone() },
        }
    }

    /// Returns when the call must be over.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Returns how much time is left, zero when the deadline passed.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Returns the token that ends the call early.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.cancellation
    }

    /// Notes what is being tried, for the error message should the deadline pass.
    pub fn log(&self, line: &str) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Returns what was tried so far.
    pub fn call_log(&self) -> CallLog {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the error of a passed deadline, for those who find out in another way.
    pub fn timed_out(&self) -> Interrupted {
        Interrupted::Timeout { timeout: self.timeout.unwrap_or_default(), log: self.call_log() }
    }

    /// Runs a future until it is done, the deadline passes or the caller gives up.
    pub async fn run<T, E: From<Interrupted>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        tokio::select! {
            biased;
            result = work => result,
            () = self.cancellation.cancelled() => Err(Interrupted::Cancelled.into()),
            () = self.passed() => Err(self.timed_out().into()),
        }
    }

    async fn passed(&self) {
        match self.deadline {
            Some(deadline) => tokio::time::sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    }
}

/// What was tried, with repeated attempts folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallLog {
    lines: Vec<(String, u32)>,
}

impl CallLog {
    /// A block of this many lines is recognised when it repeats.
    const BLOCK: usize = 8;
    /// More lines than these are left out in the middle.
    const LIMIT: usize = 200;

    fn push(&mut self, line: &str) {
        self.lines.push((line.to_owned(), 1));
        self.fold();
        if self.lines.len() > Self::LIMIT {
            self.lines.remove(Self::LIMIT / 2);
        }
    }

    /// Joins the last block with an equal one right before it.
    fn fold(&mut self) {
        let length = self.lines.len();
        for block in 1..=Self::BLOCK.min(length / 2) {
            let (before, last) = self.lines.split_at(length - block);
            let Some(before) = before.get(before.len() - block..) else { continue };
            let counts = before.iter().zip(last).all(|(old, new)| old.1 >= new.1 && new.1 == last[0].1);
            if counts && before.iter().map(|line| &line.0).eq(last.iter().map(|line| &line.0)) {
                let added = last[0].1;
                self.lines.truncate(length - block);
                for line in self.lines.iter_mut().skip(length - 2 * block) {
                    line.1 += added;
                }
                return;
            }
        }
    }

    /// Returns true when nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns the lines as people read them: repeated ones once, with how often.
    pub fn lines(&self) -> Vec<String> {
        self.lines
            .iter()
            .map(|(line, times)| if *times > 1 { format!("{times} × {line}") } else { line.clone() })
            .collect()
    }
}

impl fmt::Display for CallLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return Ok(());
        }
        f.write_str("\ncall log:")?;
        self.lines().iter().try_for_each(|line| write!(f, "\n  - {line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], expected: &[&str]) {
        let progress = Progress::new(Duration::from_secs(1));
        lines.iter().for_each(|line| progress.log(line));
        assert_eq!(progress.call_log().lines(), expected, "{lines:?}");
    }

    #[test]
    fn repeated_lines_are_folded() {
        check(&[], &[]);
        check(&["a", "b"], &["a", "b"]);
        check(&["a", "a", "a"], &["3 × a"]);
        check(&["start", "a", "b", "a", "b", "a", "b", "end"], &["start", "3 × a", "3 × b", "end"]);
        check(&["a", "b", "c", "a"], &["a", "b", "c", "a"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_passed_deadline_tells_what_was_tried() {
        let progress = Progress::new(Duration::from_millis(250));
        progress.log("waiting for `#missing`");
        let result: Result<(), Interrupted> = progress.run(std::future::pending()).await;
        assert_eq!(
            result.expect_err("nothing ends").to_string(),
            "timeout of 250 ms exceeded\ncall log:\n  - waiting for `#missing`"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_sooner_deadline_holds() {
        let outer = Progress::new(Duration::from_secs(1));
        assert_eq!(outer.within(Duration::from_secs(5)).remaining(), Some(Duration::from_secs(1)));
        assert_eq!(outer.within(Duration::from_millis(5)).remaining(), Some(Duration::from_millis(5)));
        outer.cancellation().cancel();
        let result: Result<(), Interrupted> = outer.run(std::future::pending()).await;
        assert!(matches!(result, Err(Interrupted::Cancelled)));
    }
}
