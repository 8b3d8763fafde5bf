//! Owns the answer to one question that others may ask at any time: is the browser or the site waited for?
//!
//! The engine keeps it up to date from its own thread; what is waited for is counted where calls and timers are.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock;

/// A site that answered this recently is still what a test is busy with.
const RECENTLY: Duration = Duration::from_millis(250);

/// Tells whether a program that is played waits for the browser or the site. Clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Waiting(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Calls into the browser that are under way, and timers between two looks at the site.
    open: usize,
    answered: Option<Instant>,
}

impl Waiting {
    /// Returns the one of a program that does nothing but ask the browser.
    pub(crate) fn always() -> Self {
        let waiting = Self::default();
        waiting.begin();
        waiting
    }

    /// Returns true while the browser or the site is waited for, or has answered just now.
    pub fn is_any(&self) -> bool {
        let state = self.state();
        state.open > 0 || state.answered.is_some_and(|at| clock::now().duration_since(at) < RECENTLY)
    }

    pub(crate) fn begin(&self) {
        self.state().open += 1;
    }

    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.open = state.open.saturating_sub(1);
    }

    /// Notes that the site answered a call.
    pub(crate) fn answered(&self) {
        self.end();
        self.state().answered = Some(clock::now());
    }

    /// Forgets what was answered: something else begins.
    pub(crate) fn forget_answer(&self) {
        self.state().answered = None;
    }

    /// Forgets everything: another engine begins.
    pub(crate) fn reset(&self) {
        *self.state() = State::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_for_a_moment() {
        let waiting = Waiting::default();
        assert!(!waiting.is_any());
        waiting.begin();
        waiting.begin();
        waiting.end();
        assert!(waiting.is_any());
        waiting.answered();
        assert!(waiting.is_any(), "it was answered just now");
        waiting.reset();
        assert!(!waiting.is_any());
        assert!(Waiting::always().is_any());
    }
}
