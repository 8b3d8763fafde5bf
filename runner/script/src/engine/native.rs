//! The module `canary:native`: the only functions by which prelude code reaches Rust.

use std::time::Duration;

use rquickjs::function::Constructor;
use rquickjs::prelude::Opt;
use rquickjs::{Ctx, Exception, Function, IntoJs, Module, Object, Result, TypedArray, Value};
use serde::de::DeserializeOwned;

use super::global_natives;
use super::message::{Answer, CallId, Command, FromEngine, HostError, Report, ToEngine};
use super::module_natives;
use super::shared::{Received, Shared};
use crate::clock;
use crate::globals::totp;
use crate::host::HostCommand;

/// Name of the module.
pub(crate) const NAME: &str = "canary:native";
/// Where its functions lie until the module is evaluated.
const BAGGAGE: &str = "__canaryNative";
/// Its text: it takes the functions away from where scripts could see them.
const SOURCE: &str = "const native = globalThis.__canaryNative;
delete globalThis.__canaryNative;
export default native;
";

/// Makes the functions and the module.
pub(crate) fn install<'js>(ctx: &Ctx<'js>, shared: &Shared) -> Result<()> {
    let object = Object::new(ctx.clone())?;
    let state = shared.clone();
    let function = move |ctx: Ctx<'js>, command: Value<'js>| call(&state, &ctx, command);
    object.set("call", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move |ctx: Ctx<'js>, command: Value<'js>| call_sync(&state, &ctx, command);
    object.set("callSync", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move |ctx: Ctx<'js>, value: Value<'js>| report(&state, &ctx, value);
    object.set("report", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move |ctx: Ctx<'js>, value: Value<'js>| report_and_wait(&state, &ctx, value);
    object.set("reportAndWait", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move |ms: f64, waiting: Opt<bool>| timer(&state, ms, waiting.0.unwrap_or(false));
    object.set("timer", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move |id: u32| state.timers.borrow_mut().cancel(id);
    object.set("cancelTimer", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move || clock::now().duration_since(state.birth).as_secs_f64() * 1000.0;
    object.set("now", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move |ms: f64| limit(&state, ms);
    object.set("limit", Function::new(ctx.clone(), function)?)?;
    let state = shared.clone();
    let function = move || clock::now().duration_since(state.began.get()).as_secs_f64() * 1000.0;
    object.set("elapsed", Function::new(ctx.clone(), function)?)?;
    let function = |ctx: Ctx<'js>, name: String| super::loader::import_now(&ctx, &name);
    object.set("module", Function::new(ctx.clone(), function)?)?;

    let state = shared.clone();
    object.set(
        "totp",
        Function::new(ctx.clone(), move |ctx: Ctx<'js>, name: String| totp(&state, &ctx, &name))?,
    )?;
    global_natives::install(ctx, &object)?;
    module_natives::install(ctx, &object, &shared.modules)?;
    ctx.globals().set(BAGGAGE, object)?;
    Module::declare(ctx.clone(), NAME, SOURCE)?.eval()?.1.finish()
}

/// Reads `value` as `T` by way of JSON; what does not fit throws a `TypeError` at the caller's line.
fn parse<'js, T: DeserializeOwned>(ctx: &Ctx<'js>, value: Value<'js>) -> Result<T> {
    let Some(text) = ctx.json_stringify(value)? else {
        return Err(throw_type(ctx, "expected an object"));
    };
    serde_json::from_str(&text.to_string()?).map_err(|error| {
        // Nobody sees the text that lines and columns are of.
        let words = error.to_string();
        throw_type(ctx, words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words))
    })
}

/// Throws a `TypeError` with all of its message: the interpreter's own way cuts it at 255 bytes.
fn throw_type(ctx: &Ctx<'_>, message: &str) -> rquickjs::Error {
    let make = || -> Result<Value<'_>> {
        ctx.globals().get::<_, Constructor<'_>>("TypeError")?.construct((message,))
    };
    match make() {
        Ok(error) => ctx.throw(error),
        Err(error) => error,
    }
}

/// Throws an `Error` with all of its message.
fn throw_message(ctx: &Ctx<'_>, message: &str) -> rquickjs::Error {
    match Exception::from_message(ctx.clone(), message) {
        Ok(exception) => exception.throw(),
        Err(error) => error,
    }
}

/// Sends a command to the host and returns the call's number.
fn call<'js>(shared: &Shared, ctx: &Ctx<'js>, command: Value<'js>) -> Result<u32> {
    let command: HostCommand = parse(ctx, command)?;
    begin(shared, ctx, Command::Host(command)).map(|id| id.0)
}

fn begin(shared: &Shared, ctx: &Ctx<'_>, command: Command) -> Result<CallId> {
    let id = shared.calls.begin(true);
    send(shared, ctx, FromEngine::Call { id, command })?;
    Ok(id)
}

fn send(shared: &Shared, ctx: &Ctx<'_>, message: FromEngine) -> Result<()> {
    match shared.send(message) {
        true => Ok(()),
        false => Err(throw_message(ctx, "the run has ended")),
    }
}

/// Sends a command and waits for its answer; for scripts in the old synchronous style.
fn call_sync<'js>(shared: &Shared, ctx: &Ctx<'js>, command: Value<'js>) -> Result<Value<'js>> {
    let command: HostCommand = parse(ctx, command)?;
    let id = begin(shared, ctx, Command::Host(command))?;
    loop {
        match shared.receive_new(shared.limits.remaining()) {
            Received::Message(ToEngine::Reply { call, result }) if call == id => {
                shared.calls.end(id);
                return match result {
                    Ok(answer) => answer_value(ctx, answer),
                    Err(error) => Err(ctx.throw(error_value(ctx, &error)?)),
                };
            }
            Received::Message(message) => shared.defer(message),
            // The interrupt handler ends the script at its next instruction.
            Received::Nothing | Received::Gone => return Err(throw_message(ctx, "time is over")),
        }
    }
}

/// Makes a JavaScript value of an answer.
pub(crate) fn answer_value<'js>(ctx: &Ctx<'js>, answer: Answer) -> Result<Value<'js>> {
    match answer {
        Answer::Json(text) => ctx.json_parse(text),
        Answer::Bytes(bytes) => TypedArray::new(ctx.clone(), bytes)?.into_js(ctx),
    }
}

/// Makes a plain object of a failed call; the prelude turns it into an `Error`.
pub(crate) fn error_value<'js>(ctx: &Ctx<'js>, error: &HostError) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("kind", error.kind.name())?;
    object.set("message", error.message.as_str())?;
    object.set("log", error.log.clone())?;
    Ok(object.into_value())
}

/// Tells the host something.
fn report<'js>(shared: &Shared, ctx: &Ctx<'js>, report: Value<'js>) -> Result<()> {
    let report: Report = parse(ctx, report)?;
    send(shared, ctx, FromEngine::Report { ack: None, report })
}

/// Tells the host something and returns the number under which it says that it was heard.
fn report_and_wait<'js>(shared: &Shared, ctx: &Ctx<'js>, report: Value<'js>) -> Result<u32> {
    let report: Report = parse(ctx, report)?;
    let id = shared.calls.begin(false);
    send(shared, ctx, FromEngine::Report { ack: Some(id), report })?;
    Ok(id.0)
}

/// Starts a timer and returns its number; `waiting` says that the site is waited for meanwhile.
fn timer(shared: &Shared, ms: f64, waiting: bool) -> u32 {
    let delay =
        Duration::try_from_secs_f64(ms.max(0.0) / 1000.0).unwrap_or(Duration::from_secs(u32::MAX.into()));
    shared.timers.borrow_mut().add(clock::now() + delay, waiting)
}

/// Returns the one-time code of a secret.
fn totp(shared: &Shared, ctx: &Ctx<'_>, name: &str) -> Result<String> {
    let Some(secret) = shared.secrets.get(name) else {
        let message =
            format!("there is no secret `{name}`; give it with --secret {name}=env:VARIABLE or =file:PATH");
        return Err(throw_message(ctx, &message));
    };
    totp::code(secret, clock::unix_seconds())
        .map_err(|error| throw_message(ctx, &format!("secret `{name}`: {error}")))
}

/// Changes the time limit of what runs, counted from its beginning; zero means none.
fn limit(shared: &Shared, ms: f64) {
    let limit = Duration::try_from_secs_f64(ms / 1000.0).ok().filter(|limit| !limit.is_zero());
    shared.limits.extend(limit.map(|limit| shared.began.get() + limit));
}
