//! How long and how much a script may: the interrupt handler's deadline, memory and stack.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::clock;

/// Heap of a script; beyond it allocation throws an error that the script can catch.
pub(crate) const MEMORY: usize = 64 << 20;
/// More heap for our own bookkeeping, so that the end of a test can be told when a script ate all.
pub(crate) const RESERVE: usize = 4 << 20;
/// Stack of the interpreter; about eight thousand plain calls.
pub(crate) const STACK: usize = 2 << 20;

/// The deadline of what runs now, shared with the interrupt handler.
#[derive(Clone)]
pub(crate) struct Limits {
    state: Rc<State>,
    stop: Arc<AtomicBool>,
}

struct State {
    deadline: Cell<Option<Instant>>,
    interrupted: Cell<bool>,
    /// The stack of the code that was cut off.
    place: RefCell<String>,
}

impl Limits {
    pub(crate) fn new(stop: Arc<AtomicBool>) -> Self {
        let state =
            State { deadline: Cell::new(None), interrupted: Cell::new(false), place: RefCell::default() };
        Self { state: Rc::new(state), stop }
    }

    /// Sets the deadline from now on and forgets an earlier interruption.
    pub(crate) fn begin(&self, deadline: Option<Instant>) {
        self.state.deadline.set(deadline);
        self.state.interrupted.set(false);
        self.state.place.take();
    }

    /// Moves the deadline of what runs.
    pub(crate) fn extend(&self, deadline: Option<Instant>) {
        self.state.deadline.set(deadline);
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.state.deadline.get()
    }

    /// Returns how long there is to wait at most.
    pub(crate) fn remaining(&self) -> Option<Duration> {
        self.deadline().map(|deadline| deadline.saturating_duration_since(clock::now()))
    }

    /// Tells whether the engine is to end.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Tells whether time is over.
    pub(crate) fn expired(&self) -> bool {
        self.stopped() || self.deadline().is_some_and(|deadline| clock::now() >= deadline)
    }

    /// Tells whether running code was cut off since `begin`: its promises will never settle.
    pub(crate) fn interrupted(&self) -> bool {
        self.state.interrupted.get()
    }

    /// Notes where code was when it was cut off.
    pub(crate) fn note_place(&self, stack: String) {
        if self.interrupted() && !stack.is_empty() {
            self.state.place.replace(stack);
        }
    }

    /// Returns where code was cut off, if any was.
    pub(crate) fn take_interruption(&self) -> Option<String> {
        self.interrupted().then(|| self.state.place.take())
    }

    /// Answers the interpreter, which asks every few thousand instructions.
    pub(crate) fn interrupt(&self) -> bool {
        let expired = self.expired();
        if expired {
            self.state.interrupted.set(true);
        }
        expired
    }
}
