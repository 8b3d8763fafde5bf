//! What runs on the engine's thread: the script is loaded once, then tests are played as ordered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use rquickjs::function::IntoArgs;
use rquickjs::{
    Array, CaughtError, Context, Ctx, Exception, FromJs, Function, Module, Object, Persistent, Promise,
    Result, Runtime, Value,
};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::limits::{self, Limits};
use super::loader::{self, Hooks};
use super::message::{Declared, DeclaredTest, FromEngine, ReportedError, Summary, TestDone, ToEngine};
use super::native;
use super::pump::{Driven, Entries, Expiry, Kept, Pump, stack_of};
use super::rejections::Rejections;
use super::shared::{Received, Shared};
use crate::clock;
use crate::error::SourcePosition;
use crate::failure::{plain_failure, reported_failure};
use crate::modules::{ModuleError, Modules};
use crate::outcome::{Failure, FailureClass, StackFrame};
use crate::stack;
use crate::waiting::Waiting;

/// How long loading may take.
const LOAD: Duration = Duration::from_secs(10);
/// What a script hears when nothing else can be said any more.
const OUT_OF_MEMORY: &str = "the script used up its memory (64 MiB)";

/// What an engine is started for.
#[derive(Clone)]
pub(crate) struct Assignment {
    pub(crate) modules: Modules,
    /// Path of the script in the checkout.
    pub(crate) entry: String,
    /// Path of the configuration in the checkout.
    pub(crate) config: Option<String>,
    /// JSON for the prelude: timeouts, parameters and the like.
    pub(crate) settings: String,
    /// Secrets of the operator, by name.
    pub(crate) secrets: Arc<BTreeMap<String, String>>,
    /// Told of everything that the site is waited for in.
    pub(crate) waiting: Waiting,
}

/// A piece of work of a test, as the prelude hands it out.
#[derive(Deserialize)]
struct Unit {
    /// Its limit in milliseconds; zero means none.
    timeout: f64,
}

/// Loads and plays until told to stop. The last thing a thread does.
pub(crate) fn run(
    assignment: &Assignment,
    inbox: Receiver<ToEngine>,
    outbox: mpsc::Sender<FromEngine>,
    stop: Arc<AtomicBool>,
) {
    let limits = Limits::new(stop);
    let shared = Shared::new(assignment, limits.clone(), outbox, inbox);
    let rejections = Rejections::default();
    let worker = match start(assignment, &shared, limits, &rejections) {
        Ok(worker) => worker,
        Err(reason) => {
            shared.send(FromEngine::Loaded(Err(Box::new(plain_failure(FailureClass::Script, reason)))));
            return;
        }
    };
    match worker.load(assignment) {
        Ok(Some(declared)) => {
            if shared.send(FromEngine::Loaded(Ok(declared))) {
                worker.take_orders();
            }
        }
        Ok(None) => {}
        Err(failure) => {
            shared.send(FromEngine::Loaded(Err(failure)));
        }
    }
    // Values must go before the runtime that they belong to.
    rejections.clear();
    worker.pump.runtime.set_host_promise_rejection_tracker(None);
}

/// Makes the runtime and evaluates the prelude.
fn start(
    assignment: &Assignment,
    shared: &Shared,
    limits: Limits,
    rejections: &Rejections,
) -> std::result::Result<Worker, String> {
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    runtime.set_memory_limit(limits::MEMORY);
    runtime.set_max_stack_size(limits::STACK);
    runtime.set_interrupt_handler(Some(Box::new(move || limits.interrupt())));
    let modules = assignment.modules.clone();
    runtime.set_loader(Hooks { modules: modules.clone() }, Hooks { modules });
    rejections.track(&runtime);
    let context = Context::full(&runtime).map_err(|error| error.to_string())?;
    let prelude = context.with(|ctx| {
        evaluate_prelude(&ctx, assignment, shared).map_err(|error| {
            let thrown = CaughtError::from_error(&ctx, error);
            format!("the prelude failed: {thrown}")
        })
    });
    let (entries, runner) = prelude?;
    let pump = Pump { entries, shared: shared.clone(), context, runtime };
    Ok(Worker { runner, rejections: rejections.clone(), pump })
}

fn evaluate_prelude(
    ctx: &Ctx<'_>,
    assignment: &Assignment,
    shared: &Shared,
) -> Result<(Entries, Kept<Object<'static>>)> {
    native::install(ctx, shared)?;
    let prelude = loader::import_now(ctx, "canary:playwright/native")?;
    prelude
        .get::<_, Function<'_>>("configure")?
        .call::<_, ()>((ctx.json_parse(assignment.settings.as_str())?,))?;
    let entry = |name: &str| prelude.get::<_, Function<'_>>(name).map(|entry| Persistent::save(ctx, entry));
    let entries = Entries { settle: entry("settle")?, fire: entry("fire")?, dispatch: entry("dispatch")? };
    loader::import_now(ctx, "canary:globals/install")?;
    let runner = loader::import_now(ctx, "canary:playwright/runner")?;
    Ok((entries, Persistent::save(ctx, runner)))
}

struct Worker {
    runner: Kept<Object<'static>>,
    rejections: Rejections,
    pump: Pump,
}

type Thrown = Option<Kept<Value<'static>>>;

impl Worker {
    /// Evaluates configuration and script and returns what they declare; nothing when told to stop.
    fn load(&self, assignment: &Assignment) -> std::result::Result<Option<Declared>, Box<Failure>> {
        self.pump.shared.began.set(clock::now());
        self.pump.shared.limits.begin(Some(clock::now() + LOAD));
        let loaded = self.evaluate(assignment);
        self.pump.shared.limits.begin(None);
        self.rejections.clear();
        match loaded {
            Driven::Fulfilled => self.declared().map(Some),
            Driven::Stopped => Ok(None),
            Driven::Rejected(reason) => Err(Box::new(self.failed_load(&reason))),
            Driven::Expired(expiry) => Err(Box::new(self.slow_load(expiry))),
        }
    }

    fn evaluate(&self, assignment: &Assignment) -> Driven {
        let configured = match &assignment.config {
            Some(config) => self.import(config, true),
            None => match self.call::<()>("configure", ()) {
                Ok(()) => Driven::Fulfilled,
                Err(thrown) => thrown.map_or(Driven::Stopped, Driven::Rejected),
            },
        };
        match configured {
            Driven::Fulfilled => self.import(&assignment.entry, false),
            other => other,
        }
    }

    /// Evaluates a file of the checkout; a configuration's exports are handed to the prelude.
    fn import(&self, path: &str, is_config: bool) -> Driven {
        let promise = self.pump.context.with(|ctx| {
            let import = || {
                let promise = Module::import(&ctx, format!("/{path}"))?;
                if !is_config {
                    return Ok(promise);
                }
                let configure = self.runner(&ctx)?.get::<_, Function<'_>>("configure")?;
                promise.then()?.call::<_, Promise<'_>>((rquickjs::function::This(promise.clone()), configure))
            };
            import().map(|promise| Persistent::save(&ctx, promise)).map_err(|error| self.thrown(&ctx, error))
        });
        match promise {
            Ok(promise) => self.pump.drive(&promise),
            Err(driven) => driven,
        }
    }

    fn declared(&self) -> std::result::Result<Declared, Box<Failure>> {
        let listed = self.call::<String>("declared", ());
        let json = listed.map_err(|thrown| Box::new(self.describe_thrown(&thrown)))?;
        let tests: Vec<DeclaredTest> = serde_json::from_str(&json).map_err(|error| {
            let message = format!("the prelude's list of tests is malformed: {error}");
            Box::new(plain_failure(FailureClass::Script, message))
        })?;
        let modules = &self.pump.shared.modules;
        let places: Vec<_> =
            tests.iter().filter_map(|test| stack::frames(&test.place, modules).into_iter().next()).collect();
        let located = serde_json::to_string(&places).unwrap_or_default();
        self.locate(&located);
        Ok(Declared { tests, places })
    }

    /// Tells the prelude where tests stand, for `test.info()`.
    fn locate(&self, places: &str) {
        let located = self.pump.context.with(|ctx| {
            let value = ctx.json_parse(places)?;
            self.runner(&ctx)?.get::<_, Function<'_>>("locate")?.call::<_, ()>((value,))
        });
        if let Err(error) = located {
            tracing::debug!(%error, "the prelude did not take the places of tests");
        }
    }

    /// Describes why a script could not be loaded. Of a missing export the interpreter knows no place.
    fn failed_load(&self, reason: &Kept<Value<'static>>) -> Failure {
        let failure = self.describe(reason);
        let modules = &self.pump.shared.modules;
        if !failure.stack.is_empty() || failure.kind != "SyntaxError" {
            return failure;
        }
        let Some(ModuleError::Syntax { message, position }) = modules.missing_export() else {
            return failure;
        };
        let SourcePosition { file, line, column, excerpt } = position;
        let place = StackFrame { function: String::new(), file, line, column };
        Failure { message, stack: vec![place], excerpt, ..failure }
    }

    fn slow_load(&self, expiry: Expiry) -> Failure {
        let seconds = LOAD.as_secs();
        let message = match &expiry.interrupted {
            Some(_) => format!("loading the script took longer than {seconds} s: it is in a loop of its own"),
            None => {
                format!("loading the script took longer than {seconds} s: a top-level await that never ends?")
            }
        };
        let stack = expiry.interrupted.unwrap_or_default();
        let error = ReportedError { name: "Error".to_owned(), message, stack, ..ReportedError::default() };
        reported_failure(error, &self.pump.shared.modules)
    }

    fn take_orders(&self) {
        loop {
            match self.pump.shared.receive(None) {
                Received::Message(ToEngine::RunTest { index, attempt, next }) => {
                    let done = self.run_test(index, attempt, next);
                    if !self.pump.shared.send(FromEngine::TestDone(Box::new(done))) {
                        return;
                    }
                }
                Received::Message(ToEngine::Reply { .. } | ToEngine::Event(_)) | Received::Nothing => {}
                Received::Message(ToEngine::Stop) | Received::Gone => return,
            }
        }
    }

    /// Plays a test: the prelude hands out its units of work one by one, each with a limit of its own.
    fn run_test(&self, index: usize, attempt: u32, next: Option<usize>) -> TestDone {
        // Our own bookkeeping gets more memory than the script, so that its end can be told.
        let roomy = |work: &dyn Fn() -> std::result::Result<(), Thrown>| {
            self.pump.runtime.set_memory_limit(limits::MEMORY + limits::RESERVE);
            let result = work();
            self.pump.runtime.set_memory_limit(limits::MEMORY);
            result
        };
        if let Err(thrown) = roomy(&|| self.call("begin", (index, attempt, next))) {
            return self.broken(&thrown);
        }
        let mut driven = Driven::Fulfilled;
        loop {
            self.pump.runtime.set_memory_limit(limits::MEMORY + limits::RESERVE);
            let unit = self.next_unit(&driven);
            self.pump.runtime.set_memory_limit(limits::MEMORY);
            driven = match unit {
                Ok(Some(unit)) => self.run_unit(&unit),
                Ok(None) => break,
                Err(thrown) => return self.broken(&thrown),
            };
            if matches!(driven, Driven::Stopped) {
                break;
            }
        }
        self.summary()
    }

    fn next_unit(&self, driven: &Driven) -> std::result::Result<Option<Unit>, Thrown> {
        let json = self.pump.context.with(|ctx| {
            let next = || {
                let ended = self.ended(&ctx, driven)?;
                self.runner(&ctx)?.get::<_, Function<'_>>("next")?.call::<_, Option<String>>((ended,))
            };
            next().map_err(|error| self.caught(&ctx, error))
        })?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Tells the prelude how the last unit ended.
    fn ended<'js>(&self, ctx: &Ctx<'js>, driven: &Driven) -> Result<Object<'js>> {
        let ended = Object::new(ctx.clone())?;
        let rejections = Array::new(ctx.clone())?;
        for (index, reason) in self.rejections.take(ctx).into_iter().enumerate() {
            rejections.set(index, reason)?;
        }
        ended.set("rejections", rejections)?;
        match driven {
            Driven::Fulfilled | Driven::Stopped => ended.set("kind", "fulfilled")?,
            Driven::Rejected(reason) => {
                ended.set("kind", "rejected")?;
                ended.set("error", reason.clone().restore(ctx)?)?;
            }
            Driven::Expired(Expiry { waiting, interrupted, reason }) => {
                ended.set("kind", "expired")?;
                ended.set("waiting", *waiting)?;
                ended.set("interrupted", interrupted.is_some())?;
                ended.set("stack", interrupted.as_deref())?;
                if let Some(reason) = reason {
                    ended.set("error", reason.clone().restore(ctx)?)?;
                }
            }
        }
        Ok(ended)
    }

    fn run_unit(&self, unit: &Unit) -> Driven {
        let shared = &self.pump.shared;
        shared.calls.clear();
        shared.began.set(clock::now());
        let limit = Duration::try_from_secs_f64(unit.timeout / 1000.0).ok().filter(|limit| !limit.is_zero());
        shared.limits.begin(limit.map(|limit| clock::now() + limit));
        let started = self.pump.context.with(|ctx| {
            let start = || self.runner(&ctx)?.get::<_, Function<'_>>("start")?.call::<_, Promise<'_>>(());
            start().map(|promise| Persistent::save(&ctx, promise)).map_err(|error| self.thrown(&ctx, error))
        });
        let driven = match started {
            Ok(promise) => self.pump.drive(&promise),
            Err(driven) => driven,
        };
        shared.limits.begin(None);
        driven
    }

    fn summary(&self) -> TestDone {
        let json = match self.call::<String>("outcome", ()) {
            Ok(json) => json,
            Err(thrown) => return self.broken(&thrown),
        };
        let summary: Summary = serde_json::from_str(&json).unwrap_or_default();
        let modules = &self.pump.shared.modules;
        TestDone {
            skipped: summary.skipped,
            failures: summary.failures.into_iter().map(|error| reported_failure(error, modules)).collect(),
            assertions: summary.assertions,
            broken_suite: summary.broken_suite,
        }
    }

    /// Ends a test of which not even the end can be told by the prelude.
    fn broken(&self, thrown: &Thrown) -> TestDone {
        TestDone {
            skipped: None,
            failures: vec![self.describe_thrown(thrown)],
            assertions: 0,
            broken_suite: None,
        }
    }

    /// Calls a function of the runner's prelude.
    fn call<T>(&self, name: &str, args: impl for<'js> IntoArgs<'js>) -> std::result::Result<T, Thrown>
    where
        T: for<'js> FromJs<'js>,
    {
        self.pump.context.with(|ctx| {
            let call = || self.runner(&ctx)?.get::<_, Function<'_>>(name)?.call::<_, T>(args);
            call().map_err(|error| self.caught(&ctx, error))
        })
    }

    fn runner<'js>(&self, ctx: &Ctx<'js>) -> Result<Object<'js>> {
        self.runner.clone().restore(ctx)
    }

    /// Keeps what was thrown; nothing where there is no room even for that.
    fn caught(&self, ctx: &Ctx<'_>, error: rquickjs::Error) -> Thrown {
        let value = match CaughtError::from_error(ctx, error) {
            CaughtError::Exception(exception) => exception.into_value(),
            CaughtError::Value(value) => value,
            CaughtError::Error(error) => {
                Exception::from_message(ctx.clone(), &error.to_string()).ok()?.into_value()
            }
        };
        Some(Persistent::save(ctx, value))
    }

    /// Tells how a call into the script ended that did not even give a promise.
    fn thrown(&self, ctx: &Ctx<'_>, error: rquickjs::Error) -> Driven {
        let limits = &self.pump.shared.limits;
        if limits.interrupted() {
            limits.note_place(stack_of(&ctx.catch()));
            return Driven::Expired(Expiry { interrupted: limits.take_interruption(), ..Expiry::default() });
        }
        match self.caught(ctx, error) {
            Some(reason) => Driven::Rejected(reason),
            None => Driven::Stopped,
        }
    }

    fn describe_thrown(&self, thrown: &Thrown) -> Failure {
        match thrown {
            Some(reason) => self.describe(reason),
            None => plain_failure(FailureClass::Script, OUT_OF_MEMORY),
        }
    }

    /// Describes what was thrown.
    fn describe(&self, reason: &Kept<Value<'static>>) -> Failure {
        self.pump.runtime.set_memory_limit(limits::MEMORY + limits::RESERVE);
        let json = self.pump.context.with(|ctx| {
            let reason = reason.clone().restore(&ctx)?;
            self.runner(&ctx)?.get::<_, Function<'_>>("describe")?.call::<_, String>((reason,))
        });
        self.pump.runtime.set_memory_limit(limits::MEMORY);
        match json.ok().and_then(|json| serde_json::from_str::<ReportedError>(&json).ok()) {
            Some(error) => reported_failure(error, &self.pump.shared.modules),
            None => plain_failure(FailureClass::Script, OUT_OF_MEMORY),
        }
    }
}
