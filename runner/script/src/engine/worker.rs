//! What runs on the engine's thread: the script is loaded once, then tests are played as ordered.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Function, Module, Object, Result, Runtime, Value};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::limits::{self, Limits};
use super::loader::{self, Hooks};
use super::message::{DeclaredTest, FromEngine, ReportedError, TestDone, ToEngine};
use super::native;
use super::pump::{Driven, Entries, Pump};
use super::rejections::Rejections;
use super::shared::{Received, Shared};
use crate::clock;
use crate::modules::Modules;
use crate::outcome::{Failure, FailureClass};
use crate::stack;

/// How long loading may take.
const LOAD: Duration = Duration::from_secs(10);

/// What an engine is started for.
pub(crate) struct Assignment {
    pub(crate) modules: Modules,
    /// Path of the script in the checkout.
    pub(crate) entry: String,
    /// JSON for the prelude: timeouts, parameters and the like.
    pub(crate) settings: String,
}

/// A piece of work of a test, as the prelude hands it out.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unit {
    /// What it is called in messages: `test`, `"beforeAll" hook`, `fixture "page"`.
    name: String,
    /// Its limit in milliseconds; zero means none.
    timeout: f64,
}

/// Loads and plays until told to stop. The last thing a thread does.
pub(crate) fn run(
    assignment: Assignment,
    inbox: Receiver<ToEngine>,
    outbox: mpsc::Sender<FromEngine>,
    stop: Arc<AtomicBool>,
) {
    let limits = Limits::new(stop);
    let shared = Shared::new(limits.clone(), assignment.modules.clone(), outbox, inbox);
    if let Err(error) = start(&assignment, &shared, limits) {
        tracing::error!(%error, "the script engine failed");
    }
}

fn start(assignment: &Assignment, shared: &Shared, limits: Limits) -> Result<()> {
    let runtime = Runtime::new()?;
    runtime.set_memory_limit(limits::MEMORY);
    runtime.set_max_stack_size(limits::STACK);
    let interrupt = limits.clone();
    runtime.set_interrupt_handler(Some(Box::new(move || interrupt.interrupt())));
    let modules = assignment.modules.clone();
    runtime.set_loader(Hooks { modules: modules.clone() }, Hooks { modules });
    let rejections = Rejections::default();
    rejections.track(&runtime);
    let context = Context::full(&runtime)?;
    let result = context.with(|ctx| {
        let result = work(&ctx, assignment, shared, &rejections);
        result.catch(&ctx).map_err(|error| tracing::error!(%error, "the prelude failed"))
    });
    rejections.clear();
    runtime.set_host_promise_rejection_tracker(None);
    result.or(Ok(()))
}

fn work(ctx: &Ctx<'_>, assignment: &Assignment, shared: &Shared, rejections: &Rejections) -> Result<()> {
    native::install(ctx, shared)?;
    let prelude = loader::import_now(ctx, "canary:playwright/native")?;
    let entries = Entries {
        settle: prelude.get("settle")?,
        fire: prelude.get("fire")?,
        dispatch: prelude.get("dispatch")?,
    };
    prelude
        .get::<_, Function<'_>>("configure")?
        .call::<_, ()>((ctx.json_parse(assignment.settings.as_str())?,))?;
    loader::import_now(ctx, "canary:globals/install")?;
    let runner = loader::import_now(ctx, "canary:playwright/runner")?;
    let worker =
        Worker { pump: Pump { ctx: ctx.clone(), shared: shared.clone(), entries }, runner, rejections };
    if worker.load(&assignment.entry)? {
        worker.take_orders()?;
    }
    Ok(())
}

struct Worker<'js, 'a> {
    pump: Pump<'js>,
    runner: Object<'js>,
    rejections: &'a Rejections,
}

impl<'js> Worker<'js, '_> {
    /// Evaluates the script and tells what it declares; false when it could not be.
    fn load(&self, entry: &str) -> Result<bool> {
        let shared = &self.pump.shared;
        let ctx = &self.pump.ctx;
        shared.began.set(clock::now());
        shared.limits.begin(Some(clock::now() + LOAD));
        let outcome = match Module::import(ctx, format!("/{entry}")) {
            Ok(promise) => self.pump.drive(&promise),
            Err(error) => self.thrown(error),
        };
        shared.limits.begin(None);
        self.rejections.take(ctx);
        let failure = match outcome {
            Driven::Fulfilled(_) => {
                let json: String = self.function("declared")?.call(())?;
                let tests: Vec<DeclaredTest> = serde_json::from_str(&json).unwrap_or_default();
                return Ok(shared.send(FromEngine::Loaded(Ok(tests))));
            }
            Driven::Stopped => return Ok(false),
            Driven::Rejected(reason) => self.failure(&reason)?,
            Driven::Expired { .. } => {
                self.plain(FailureClass::Script, "loading the script took longer than 10 s")
            }
        };
        shared.send(FromEngine::Loaded(Err(Box::new(failure))));
        Ok(false)
    }

    /// Tells how a call into the script ended that did not even give a promise.
    fn thrown(&self, error: rquickjs::Error) -> Driven<'js> {
        if self.pump.shared.limits.interrupted() {
            self.pump.ctx.catch();
            return Driven::Expired { waiting: false, interrupted: true, reason: None };
        }
        match CaughtError::from_error(&self.pump.ctx, error) {
            CaughtError::Exception(exception) => Driven::Rejected(exception.into_value()),
            CaughtError::Value(value) => Driven::Rejected(value),
            CaughtError::Error(error) => {
                match rquickjs::Exception::from_message(self.pump.ctx.clone(), &error.to_string()) {
                    Ok(exception) => Driven::Rejected(exception.into_value()),
                    Err(_) => Driven::Stopped,
                }
            }
        }
    }

    fn take_orders(&self) -> Result<()> {
        loop {
            match self.pump.shared.receive(None) {
                Received::Message(ToEngine::RunTest { index, attempt, next }) => {
                    let done = self.run_test(index, attempt, next)?;
                    self.pump.shared.send(FromEngine::TestDone(Box::new(done)));
                }
                Received::Message(ToEngine::Reply { .. } | ToEngine::Event(_)) | Received::Nothing => {}
                Received::Message(ToEngine::Stop) | Received::Gone => return Ok(()),
            }
        }
    }

    /// Plays a test: the prelude hands out its units of work one by one, each with a limit of its own.
    fn run_test(&self, index: usize, attempt: u32, next: Option<usize>) -> Result<TestDone> {
        let ctx = &self.pump.ctx;
        let shared = &self.pump.shared;
        let mut failures = Vec::new();
        self.function("begin")?.call::<_, ()>((index, attempt, next))?;
        loop {
            let unit: Option<String> = self.function("next")?.call((failures.is_empty(),))?;
            let Some(unit) = unit.and_then(|json| serde_json::from_str::<Unit>(&json).ok()) else { break };
            shared.calls.clear();
            shared.began.set(clock::now());
            let limit =
                Duration::try_from_secs_f64(unit.timeout / 1000.0).ok().filter(|limit| !limit.is_zero());
            shared.limits.begin(limit.map(|limit| clock::now() + limit));
            let driven = match self.function("start")?.call::<_, rquickjs::Promise<'js>>(()) {
                Ok(promise) => self.pump.drive(&promise),
                Err(error) => self.thrown(error),
            };
            shared.limits.begin(None);
            match driven {
                Driven::Fulfilled(_) => {}
                Driven::Rejected(reason) => failures.push(self.failure(&reason)?),
                Driven::Expired { waiting, .. } => {
                    let class = if waiting { FailureClass::Timeout } else { FailureClass::Script };
                    failures.push(self.plain(class, &format!("{} ran out of time", unit.name)));
                }
                Driven::Stopped => break,
            }
            for reason in self.rejections.take(ctx) {
                failures.push(self.failure(&reason)?);
            }
        }
        Ok(TestDone { index, skipped: None, failures, assertions: 0 })
    }

    fn function(&self, name: &str) -> Result<Function<'js>> {
        self.runner.get(name)
    }

    fn plain(&self, class: FailureClass, message: &str) -> Failure {
        Failure {
            class,
            kind: "Error".to_owned(),
            message: message.to_owned(),
            stack: Vec::new(),
            excerpt: None,
            call_log: Vec::new(),
            steps: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Describes what was thrown.
    fn failure(&self, reason: &Value<'js>) -> Result<Failure> {
        let json: String = self.function("describe")?.call((reason.clone(),))?;
        let error: ReportedError = serde_json::from_str(&json).unwrap_or_default();
        Ok(failure(error, &self.pump.shared.modules))
    }
}

/// Makes a failure of an error that the prelude described.
pub(crate) fn failure(error: ReportedError, modules: &Modules) -> Failure {
    let class = match error.kind.as_deref() {
        Some("assertion") => FailureClass::Assertion,
        Some("timeout") => FailureClass::Timeout,
        Some("navigation" | "crashed") => FailureClass::Site,
        Some("browser") => FailureClass::Browser,
        _ => FailureClass::Script,
    };
    let stack = stack::frames(&error.stack, modules);
    let excerpt =
        stack.first().and_then(|frame| stack::excerpt(&modules.text(&frame.file)?, frame.line, frame.column));
    Failure {
        class,
        kind: error.name,
        message: error.message,
        stack,
        excerpt,
        call_log: error.log,
        steps: error.steps,
        others: Vec::new(),
    }
}
