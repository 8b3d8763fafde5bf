//! The engine's loop: pending jobs, due timers and messages, until a promise settles or time is over.

use std::time::Duration;

use rquickjs::promise::PromiseState;
use rquickjs::{Ctx, Function, Promise, Result, Value};

use super::message::{FromEngine, ToEngine};
use super::native;
use super::shared::{Received, Shared};
use crate::clock;

/// How many jobs run between two looks at the clock; a chain of empty awaits never interrupts itself.
const JOBS: usize = 64;
/// How long calls under way have to say what they were waiting for, once time is over.
const GRACE: Duration = Duration::from_secs(1);
/// A site that answered this recently is still what a test was busy with.
const RECENTLY: Duration = Duration::from_millis(250);

/// Functions of the prelude that the loop calls.
#[derive(Clone)]
pub(crate) struct Entries<'js> {
    /// `(id, ok, value)`: a call was answered.
    pub(crate) settle: Function<'js>,
    /// `(id)`: a timer is due.
    pub(crate) fire: Function<'js>,
    /// `(event)`: something happened in the browser.
    pub(crate) dispatch: Function<'js>,
}

/// How waiting for a promise ended.
#[derive(Debug)]
pub(crate) enum Driven<'js> {
    /// It was fulfilled.
    Fulfilled(Value<'js>),
    /// It was rejected.
    Rejected(Value<'js>),
    /// Time is over.
    Expired {
        /// The browser or the site was being waited for.
        waiting: bool,
        /// Code was cut off: a loop.
        interrupted: bool,
        /// What the promise was rejected with when the calls under way were ended.
        reason: Option<Value<'js>>,
    },
    /// The engine is to end.
    Stopped,
}

/// The loop.
pub(crate) struct Pump<'js> {
    pub(crate) ctx: Ctx<'js>,
    pub(crate) shared: Shared,
    pub(crate) entries: Entries<'js>,
}

enum Turn {
    Settled,
    Expired,
    Stopped,
}

impl<'js> Pump<'js> {
    /// Runs until `promise` settles or the limit of what runs is over.
    pub(crate) fn drive(&self, promise: &Promise<'js>) -> Driven<'js> {
        match self.turn_until(promise) {
            Turn::Settled => settled(promise),
            Turn::Stopped => Driven::Stopped,
            Turn::Expired => self.expire(promise),
        }
    }

    fn expire(&self, promise: &Promise<'js>) -> Driven<'js> {
        let limits = &self.shared.limits;
        let interrupted = limits.interrupted();
        let waiting =
            !interrupted && (self.shared.calls.waiting(RECENTLY) || self.shared.timers.borrow().waiting());
        let mut reason = None;
        if !interrupted && self.shared.calls.any() {
            // The calls fail now and say what they were waiting for; code that swallows that gets no more time.
            self.shared.send(FromEngine::Expire);
            limits.begin(Some(clock::now() + GRACE));
            if matches!(self.turn_until(promise), Turn::Settled)
                && let Driven::Rejected(value) = settled(promise)
            {
                reason = Some(value);
            }
        }
        if limits.stopped() {
            return Driven::Stopped;
        }
        Driven::Expired { waiting, interrupted, reason }
    }

    fn turn_until(&self, promise: &Promise<'js>) -> Turn {
        loop {
            let busy = self.run_jobs();
            if self.shared.limits.stopped() {
                return Turn::Stopped;
            }
            if promise.state() != PromiseState::Pending {
                return Turn::Settled;
            }
            if self.shared.limits.interrupted() || self.shared.limits.expired() {
                return Turn::Expired;
            }
            let progressed = busy | self.fire_timers();
            let patience = if progressed { Some(Duration::ZERO) } else { self.patience() };
            match self.shared.receive(patience) {
                Received::Message(message) => self.handle(message),
                Received::Nothing => {}
                Received::Gone => return Turn::Stopped,
            }
        }
    }

    /// Runs pending jobs for a while; true when there are more.
    fn run_jobs(&self) -> bool {
        for _ in 0..JOBS {
            if !self.ctx.execute_pending_job() {
                return false;
            }
            if self.shared.limits.interrupted() {
                return false;
            }
        }
        true
    }

    fn fire_timers(&self) -> bool {
        let now = clock::now();
        let due = self.shared.timers.borrow_mut().pop_due(now);
        let Some(id) = due else { return false };
        self.enter(self.entries.fire.call::<_, ()>((id,)));
        true
    }

    /// Returns how long there is nothing to do.
    fn patience(&self) -> Option<Duration> {
        let timer = self.shared.timers.borrow_mut().next_due();
        [timer, self.shared.limits.deadline()]
            .into_iter()
            .flatten()
            .min()
            .map(|until| until.saturating_duration_since(clock::now()))
    }

    fn handle(&self, message: ToEngine) {
        match message {
            ToEngine::Reply { call, result } => {
                self.shared.calls.end(call);
                let (ok, value) = match result {
                    Ok(answer) => (true, native::answer_value(&self.ctx, answer)),
                    Err(error) => (false, native::error_value(&self.ctx, &error)),
                };
                self.enter(value.and_then(|value| self.entries.settle.call((call.0, ok, value))));
            }
            ToEngine::Event(json) => {
                let event = self.ctx.json_parse(json);
                self.enter(event.and_then(|event| self.entries.dispatch.call((event,))));
            }
            // Orders are taken between tests only; the flag of `Limits` does the stopping.
            ToEngine::RunTest { .. } | ToEngine::Stop => {}
        }
    }

    /// Ends a call into the prelude, whose functions throw only when memory is out or time is over.
    fn enter(&self, result: Result<()>) {
        if result.is_err() {
            let value = self.ctx.catch();
            tracing::debug!(?value, "a callback of the script engine threw");
        }
    }
}

fn settled<'js>(promise: &Promise<'js>) -> Driven<'js> {
    match promise.result::<Value<'js>>() {
        Some(Ok(value)) => Driven::Fulfilled(value),
        Some(Err(_)) => Driven::Rejected(promise.ctx().catch()),
        None => Driven::Stopped,
    }
}
