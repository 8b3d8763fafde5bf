//! State that the functions of `canary:native` and the engine's loop share. One thread, no locks.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::limits::Limits;
use super::message::{CallId, FromEngine, ToEngine};
use super::worker::Assignment;
use crate::clock;
use crate::modules::Modules;
use crate::waiting::Waiting;

/// Handle to the shared state, held by the functions and the loop.
#[derive(Clone)]
pub(crate) struct Shared(Rc<State>);

impl std::ops::Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

/// The shared state.
pub(crate) struct State {
    pub(crate) limits: Limits,
    pub(crate) modules: Modules,
    /// Secrets of the operator, by name.
    pub(crate) secrets: Arc<BTreeMap<String, String>>,
    pub(crate) timers: RefCell<Timers>,
    pub(crate) calls: Calls,
    /// Whether a call or a timer waits for the site.
    pub(crate) waiting: Waiting,
    /// When what runs now began, and what its time limit is counted from.
    pub(crate) began: Cell<Instant>,
    pub(crate) birth: Instant,
    outbox: mpsc::Sender<FromEngine>,
    inbox: Receiver<ToEngine>,
    deferred: RefCell<VecDeque<ToEngine>>,
}

impl Shared {
    pub(crate) fn new(
        assignment: &Assignment,
        limits: Limits,
        outbox: mpsc::Sender<FromEngine>,
        inbox: Receiver<ToEngine>,
    ) -> Self {
        let now = clock::now();
        let Assignment { modules, secrets, waiting, .. } = assignment;
        waiting.reset();
        Self(Rc::new(State {
            limits,
            modules: modules.clone(),
            secrets: Arc::clone(secrets),
            timers: RefCell::new(Timers { waiting: waiting.clone(), ..Timers::default() }),
            calls: Calls { waiting: waiting.clone(), ..Calls::default() },
            waiting: waiting.clone(),
            began: Cell::new(now),
            birth: now,
            outbox,
            inbox,
            deferred: RefCell::default(),
        }))
    }
}

impl State {
    /// Sends to the host; waits while the outbox is full. False when nobody listens any more.
    pub(crate) fn send(&self, message: FromEngine) -> bool {
        self.outbox.blocking_send(message).is_ok()
    }

    /// Returns the next message that is there or arrives within `patience`.
    pub(crate) fn receive(&self, patience: Option<Duration>) -> Received {
        if let Some(message) = self.deferred.borrow_mut().pop_front() {
            return Received::Message(message);
        }
        self.receive_new(patience)
    }

    /// Returns the next message that was not put aside with `defer`.
    pub(crate) fn receive_new(&self, patience: Option<Duration>) -> Received {
        let received = match patience {
            Some(Duration::ZERO) => self.inbox.try_recv().map_err(|error| match error {
                TryRecvError::Empty => Received::Nothing,
                TryRecvError::Disconnected => Received::Gone,
            }),
            Some(patience) => self.inbox.recv_timeout(patience).map_err(|error| match error {
                RecvTimeoutError::Timeout => Received::Nothing,
                RecvTimeoutError::Disconnected => Received::Gone,
            }),
            None => self.inbox.recv().map_err(|_| Received::Gone),
        };
        received.map_or_else(|nothing| nothing, Received::Message)
    }

    /// Puts a message aside for the loop.
    pub(crate) fn defer(&self, message: ToEngine) {
        self.deferred.borrow_mut().push_back(message);
    }
}

/// What waiting for a message gave.
pub(crate) enum Received {
    Message(ToEngine),
    Nothing,
    Gone,
}

/// Calls under way.
#[derive(Default)]
pub(crate) struct Calls {
    next: Cell<u32>,
    /// Calls that the browser or the site is waited for.
    pending: RefCell<BTreeSet<u32>>,
    waiting: Waiting,
}

impl Calls {
    /// Notes a new call.
    pub(crate) fn begin(&self, waits_for_site: bool) -> CallId {
        let id = self.next.get();
        self.next.set(id.wrapping_add(1));
        if waits_for_site {
            self.pending.borrow_mut().insert(id);
            self.waiting.begin();
        }
        CallId(id)
    }

    /// Notes that a call was answered.
    pub(crate) fn end(&self, id: CallId) {
        if self.pending.borrow_mut().remove(&id.0) {
            self.waiting.answered();
        }
    }

    /// Forgets all calls.
    pub(crate) fn clear(&self) {
        for _ in std::mem::take(&mut *self.pending.borrow_mut()) {
            self.waiting.end();
        }
        self.waiting.forget_answer();
    }

    /// Tells whether any call is under way.
    pub(crate) fn any(&self) -> bool {
        !self.pending.borrow().is_empty()
    }
}

/// Timers by due time.
#[derive(Default)]
pub(crate) struct Timers {
    next: u32,
    heap: BinaryHeap<Reverse<(Instant, u32)>>,
    /// Live timers, and whether the site is waited for by it (a retry of an assertion).
    live: HashMap<u32, bool>,
    waiting: Waiting,
}

impl Timers {
    pub(crate) fn add(&mut self, due: Instant, waits_for_site: bool) -> u32 {
        self.next = self.next.wrapping_add(1);
        self.heap.push(Reverse((due, self.next)));
        self.live.insert(self.next, waits_for_site);
        if waits_for_site {
            self.waiting.begin();
        }
        self.next
    }

    pub(crate) fn cancel(&mut self, id: u32) {
        self.remove(id);
    }

    /// Removes a timer and tells whether it was there.
    fn remove(&mut self, id: u32) -> bool {
        let removed = self.live.remove(&id);
        if removed == Some(true) {
            self.waiting.end();
        }
        removed.is_some()
    }

    /// Returns a timer that is due.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<u32> {
        while let Some(Reverse((due, id))) = self.heap.peek().copied() {
            if self.live.contains_key(&id) && due > now {
                return None;
            }
            self.heap.pop();
            if self.remove(id) {
                return Some(id);
            }
        }
        None
    }

    /// Returns when the next timer is due.
    pub(crate) fn next_due(&mut self) -> Option<Instant> {
        while let Some(Reverse((due, id))) = self.heap.peek().copied() {
            if self.live.contains_key(&id) {
                return Some(due);
            }
            self.heap.pop();
        }
        None
    }
}
