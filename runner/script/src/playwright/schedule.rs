//! Which test is played next: order, retries, serial groups, suites that cannot be entered. Pure.

use std::collections::BTreeMap;

use crate::engine::DeclaredTest;
use crate::outcome::Outcome;

/// A test to play, or to tell of as skipped.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Turn {
    pub(crate) index: usize,
    pub(crate) attempt: u32,
    /// The test that follows in the same engine unless this one fails.
    pub(crate) next: Option<usize>,
    /// Why it is not played.
    pub(crate) skip: Option<String>,
    /// True when a failure of it is tried again.
    pub(crate) retried: bool,
}

/// How a turn ended, as far as the order of things depends on it.
pub(crate) struct Played {
    pub(crate) outcome: Outcome,
    pub(crate) broken_suite: Option<u32>,
}

/// The order in which tests are played.
pub(crate) struct Schedule<'a> {
    tests: &'a [DeclaredTest],
    index: usize,
    attempt: u32,
    /// Suites whose tests cannot be played any more, and why.
    broken: BTreeMap<u32, &'static str>,
    /// The serial group that failed.
    failed_group: Option<u32>,
}

impl<'a> Schedule<'a> {
    pub(crate) fn new(tests: &'a [DeclaredTest]) -> Self {
        Self { tests, index: 0, attempt: 0, broken: BTreeMap::new(), failed_group: None }
    }

    /// Returns the next turn.
    pub(crate) fn next(&self) -> Option<Turn> {
        let test = self.tests.get(self.index)?;
        let later = self.tests.iter().enumerate().skip(self.index + 1);
        let next = later.filter(|(_, test)| self.skip(test).is_none()).map(|(index, _)| index).next();
        Some(Turn {
            index: self.index,
            attempt: self.attempt,
            next,
            skip: self.skip(test),
            retried: self.attempt < test.retries,
        })
    }

    fn skip(&self, test: &DeclaredTest) -> Option<String> {
        if let Some(reason) = &test.skipped {
            return Some(reason.clone());
        }
        if test.serial.is_some() && test.serial == self.failed_group {
            return Some("an earlier test of its serial group failed".to_owned());
        }
        test.suites.iter().find_map(|suite| self.broken.get(suite)).map(|reason| (*reason).to_owned())
    }

    /// Notes how a turn ended; true when that is the test's last word.
    pub(crate) fn note(&mut self, turn: &Turn, played: &Played) -> bool {
        let Some(test) = self.tests.get(turn.index) else { return true };
        if played.outcome.failure().is_none() {
            self.advance(test);
            return true;
        }
        if turn.retried {
            self.attempt += 1;
            // A serial group is tried again as a whole.
            if test.serial.is_some() {
                self.index =
                    self.tests.iter().position(|other| other.serial == test.serial).unwrap_or(self.index);
            }
            return false;
        }
        if let Some(suite) = played.broken_suite {
            self.broken.insert(suite, "a beforeAll hook before it failed");
        }
        if test.serial.is_some() {
            self.failed_group = test.serial;
        }
        self.advance(test);
        true
    }

    /// Goes to the next test; a serial group keeps its number of tries.
    fn advance(&mut self, test: &DeclaredTest) {
        self.index += 1;
        let same_group = self
            .tests
            .get(self.index)
            .is_some_and(|next| next.serial.is_some() && next.serial == test.serial);
        if !same_group {
            self.attempt = 0;
        }
    }
}
