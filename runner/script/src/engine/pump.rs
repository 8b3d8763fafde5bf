//! The engine's loop: pending jobs, due timers and messages, until a promise settles or time is over.

use std::time::Duration;

use rquickjs::promise::PromiseState;
use rquickjs::{Context, Ctx, Function, Persistent, Promise, Result, Runtime, Value};

use super::message::{FromEngine, ToEngine};
use super::native;
use super::shared::{Received, Shared};
use crate::clock;

/// How many jobs run between two looks at the clock; a chain of empty awaits never interrupts itself.
const JOBS: usize = 64;
/// How long calls under way have to say what they were waiting for, once time is over.
const GRACE: Duration = Duration::from_secs(1);

/// A promise that is kept outside of the interpreter.
pub(crate) type Kept<T> = Persistent<T>;

/// Functions of the prelude that the loop calls.
pub(crate) struct Entries {
    /// `(id, ok, value)`: a call was answered.
    pub(crate) settle: Kept<Function<'static>>,
    /// `(id)`: a timer is due.
    pub(crate) fire: Kept<Function<'static>>,
    /// `(event)`: something happened in the browser.
    pub(crate) dispatch: Kept<Function<'static>>,
}

/// How waiting for a promise ended.
pub(crate) enum Driven {
    /// It was fulfilled.
    Fulfilled,
    /// It was rejected.
    Rejected(Kept<Value<'static>>),
    /// Time is over.
    Expired(Expiry),
    /// The engine is to end.
    Stopped,
}

/// What was going on when time was over.
#[derive(Default)]
pub(crate) struct Expiry {
    /// The browser or the site was being waited for.
    pub(crate) waiting: bool,
    /// Code was cut off: a loop. This is where.
    pub(crate) interrupted: Option<String>,
    /// What the promise was rejected with when the calls under way were ended.
    pub(crate) reason: Option<Kept<Value<'static>>>,
}

/// The loop.
pub(crate) struct Pump {
    pub(crate) entries: Entries,
    pub(crate) shared: Shared,
    pub(crate) context: Context,
    pub(crate) runtime: Runtime,
}

enum Turn {
    Settled,
    Expired,
    Stopped,
}

impl Pump {
    /// Runs until `promise` settles or the limit of what runs is over.
    pub(crate) fn drive(&self, promise: &Kept<Promise<'static>>) -> Driven {
        match self.turn_until(promise) {
            Turn::Settled => self.settled(promise),
            Turn::Stopped => Driven::Stopped,
            Turn::Expired => self.expire(promise),
        }
    }

    fn expire(&self, promise: &Kept<Promise<'static>>) -> Driven {
        let limits = &self.shared.limits;
        let mut expiry = Expiry { interrupted: limits.take_interruption(), ..Expiry::default() };
        if expiry.interrupted.is_none() {
            expiry.waiting = self.shared.waiting.is_any();
            if self.shared.calls.any() {
                // The calls fail now and say what they waited for; code that swallows that gets no more time.
                self.shared.send(FromEngine::Expire);
                limits.begin(Some(clock::now() + GRACE));
                if matches!(self.turn_until(promise), Turn::Settled)
                    && let Driven::Rejected(value) = self.settled(promise)
                {
                    expiry.reason = Some(value);
                }
            }
        }
        if limits.stopped() { Driven::Stopped } else { Driven::Expired(expiry) }
    }

    fn settled(&self, promise: &Kept<Promise<'static>>) -> Driven {
        self.context.with(|ctx| {
            let Ok(promise) = promise.clone().restore(&ctx) else { return Driven::Stopped };
            match promise.result::<Value<'_>>() {
                Some(Ok(_)) => Driven::Fulfilled,
                Some(Err(_)) => Driven::Rejected(Persistent::save(&ctx, ctx.catch())),
                None => Driven::Stopped,
            }
        })
    }

    fn turn_until(&self, promise: &Kept<Promise<'static>>) -> Turn {
        loop {
            let busy = self.run_jobs();
            if self.shared.limits.stopped() {
                return Turn::Stopped;
            }
            if !self.is_pending(promise) {
                return Turn::Settled;
            }
            if self.shared.limits.interrupted() || self.shared.limits.expired() {
                return Turn::Expired;
            }
            let progressed = busy | self.fire_timer();
            let patience = if progressed { Some(Duration::ZERO) } else { self.patience() };
            match self.shared.receive(patience) {
                Received::Message(message) => self.handle(message),
                Received::Nothing => {}
                Received::Gone => return Turn::Stopped,
            }
        }
    }

    fn is_pending(&self, promise: &Kept<Promise<'static>>) -> bool {
        self.context.with(|ctx| {
            promise.clone().restore(&ctx).is_ok_and(|promise| promise.state() == PromiseState::Pending)
        })
    }

    /// Runs pending jobs for a while; true when there are more.
    fn run_jobs(&self) -> bool {
        for _ in 0..JOBS {
            match self.runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => return false,
                Err(failed) => {
                    let stack = failed.0.with(|ctx| stack_of(&ctx.catch()));
                    self.shared.limits.note_place(stack);
                }
            }
            if self.shared.limits.interrupted() {
                return false;
            }
        }
        true
    }

    fn fire_timer(&self) -> bool {
        let due = self.shared.timers.borrow_mut().pop_due(clock::now());
        let Some(id) = due else { return false };
        self.enter(|ctx| self.entries.fire.clone().restore(ctx)?.call((id,)));
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
                self.enter(|ctx| {
                    let (ok, value) = match result {
                        Ok(answer) => (true, native::answer_value(ctx, answer)?),
                        Err(error) => (false, native::error_value(ctx, &error)?),
                    };
                    self.entries.settle.clone().restore(ctx)?.call((call.0, ok, value))
                });
            }
            ToEngine::Event(json) => {
                self.enter(|ctx| self.entries.dispatch.clone().restore(ctx)?.call((ctx.json_parse(json)?,)));
            }
            // Orders are taken between tests only; the flag of `Limits` does the stopping.
            ToEngine::RunTest { .. } | ToEngine::Stop => {}
        }
    }

    /// Calls into the prelude, whose functions throw only when memory is out or time is over.
    fn enter(&self, work: impl FnOnce(&Ctx<'_>) -> Result<()>) {
        self.context.with(|ctx| {
            if work(&ctx).is_err() {
                let stack = stack_of(&ctx.catch());
                tracing::debug!(stack, "a callback of the script engine threw");
                self.shared.limits.note_place(stack);
            }
        });
    }
}

/// Returns the stack of an error, empty for anything else.
pub(crate) fn stack_of(value: &Value<'_>) -> String {
    value.as_exception().and_then(|exception| exception.stack()).unwrap_or_default()
}
