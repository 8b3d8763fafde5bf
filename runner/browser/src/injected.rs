//! The code that is injected into pages, once for each document and world, and the way to ask it.
//!
//! Our own world gets it from the browser with each new document ([`init_script`]), so that the first question
//! is one round trip like all others; where it is not there yet, it is sent when it is asked for.
//!
//! One question is one round trip: the page looks at once, then after each change, and answers when
//! it is done or the time is up. The deadline is kept here as well, since a page may hang.

use std::sync::LazyLock;
use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::page::AddScriptToEvaluateOnNewDocumentParams;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{ActionError, Interrupted};
use crate::evaluate::{
    Call, CallValue, ExecutionContext, ISOLATED_WORLD, RemoteObject, SERIALIZER, World, call_function,
};
use crate::progress::Progress;
use crate::selector::{Part, Selector};

/// The sources in the order in which they build on each other.
const SOURCES: [&str; 13] = [
    include_str!("injected/dom.js"),
    include_str!("injected/text.js"),
    include_str!("injected/css.js"),
    include_str!("injected/roles.js"),
    include_str!("injected/names.js"),
    include_str!("injected/query.js"),
    include_str!("injected/suggest.js"),
    include_str!("injected/state.js"),
    include_str!("injected/point.js"),
    include_str!("injected/edit.js"),
    include_str!("injected/snapshot.js"),
    include_str!("injected/expect.js"),
    include_str!("injected/wait.js"),
];

/// What the interface consists of.
const INTERFACE: &str = "run, verdict, watchDrag, dragBegan";

/// One function that gives the interface; comments and indentation stay here.
static BUNDLE: LazyLock<String> = LazyLock::new(|| {
    let lines = SOURCES.iter().flat_map(|source| source.lines()).map(str::trim);
    let code: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    format!(
        "function() {{ 'use strict';\nconst serializer = {SERIALIZER};\n{}\nreturn {{ {INTERFACE} }}; }}",
        code.join("\n")
    )
});

/// How much longer than the page we wait for its answer, so that a page that is only busy can still
/// say what it was waiting for, and the first look is always had.
const PATIENCE: Duration = Duration::from_secs(1);

/// The attributes that hold test ids, for the selectors that a strictness error suggests.
const TEST_IDS: [&str; 1] = ["data-testid"];

/// What the page is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Question<'a> {
    /// What to find; nothing when an element is given.
    pub(crate) parts: &'a [Part],
    /// The element, by its object id.
    pub(crate) element: Option<String>,
    /// Other objects that the task names by their place.
    pub(crate) handles: Vec<String>,
    /// Whether several elements are an error.
    pub(crate) strict: bool,
    /// What the frame element is called that the selector goes on in, if it is one.
    pub(crate) frame: Option<String>,
    /// Whether the page looks only once.
    pub(crate) once: bool,
    /// What to do with the element.
    pub(crate) task: Value,
}

/// What the page answered.
#[derive(Debug)]
pub(crate) enum Answer {
    /// An element or a list of them, by reference.
    Object(RemoteObject),
    /// The result of the task.
    Value(Value),
    /// The time was up; what was there at the last look.
    TimedOut(Value),
}

/// The page's answer in text.
#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    ok: bool,
    #[serde(default)]
    timeout: bool,
    #[serde(default)]
    value: Value,
    strict: Option<Ambiguity>,
    error: Option<String>,
    #[serde(default)]
    log: Vec<String>,
}

#[derive(Deserialize)]
struct Ambiguity {
    count: usize,
    matches: Vec<AmbiguousMatch>,
}

#[derive(Deserialize)]
struct AmbiguousMatch {
    element: String,
    selector: String,
}

impl Ambiguity {
    fn lines(&self) -> Vec<String> {
        let shown = self.matches.iter().enumerate().map(|(index, found)| {
            let aka =
                if found.selector.is_empty() { String::new() } else { format!(" aka {}", found.selector) };
            format!("    {}) {}{aka}", index + 1, found.element)
        });
        let rest = (self.count > self.matches.len()).then(|| "    ...".to_owned());
        shown.chain(rest).collect()
    }
}

/// The command that brings the interface into our world of every document, as globals that are made on first use.
pub(crate) fn init_script() -> AddScriptToEvaluateOnNewDocumentParams {
    let source = format!(
        "{{ let made; const define = (name) => Object.defineProperty(globalThis, name, \
         {{ configurable: true, get: () => (made ??= ({})())[name] }}); \
         '{INTERFACE}'.split(', ').forEach(define); }}",
        *BUNDLE
    );
    AddScriptToEvaluateOnNewDocumentParams {
        world_name: Some(ISOLATED_WORLD.to_owned()),
        run_immediately: Some(true),
        ..AddScriptToEvaluateOnNewDocumentParams::new(source)
    }
}

/// What a question answers in a world where the interface is not installed.
const ABSENT: &str = "absent";

/// Calls a function that finds the interface in `this` and answers [`ABSENT`] where it does not.
async fn call_interface(
    progress: &Progress,
    context: &ExecutionContext,
    call: Call<'_>,
) -> Result<RemoteObject, ActionError> {
    // A function without `this` has that of its world, where the browser put the interface.
    if context.injected.get().is_none() && context.world() == World::Isolated {
        let object = call_function(progress, context, call.clone()).await?;
        if object.value.as_ref().and_then(Value::as_str) != Some(ABSENT) {
            return Ok(object);
        }
    }
    let install = async {
        let call = Call { by_value: false, await_promise: false, ..Call::new(&BUNDLE) };
        let object = call_function(progress, context, call).await?;
        object.object_id.ok_or(ActionError::ContextGone)
    };
    let interface = context.injected.get_or_try_init(|| install).await?;
    call_function(progress, context, Call { this: Some(interface), ..call }).await
}

const RUN: &str = "function(request, element, ...handles) \
    { return this.run ? this.run(request, element, ...handles) : 'absent'; }";
const VERDICT: &str = "function(id, checked) { return this.verdict ? this.verdict(id, checked) : 'absent'; }";
const WATCH_DRAG: &str = "function() { return this.watchDrag ? this.watchDrag() : 'absent'; }";
const DRAG_BEGAN: &str = "function() { return this.dragBegan ? this.dragBegan() : 'absent'; }";

/// Asks one world of one document; fails with `ContextGone` when the document goes away meanwhile.
pub(crate) async fn ask(
    progress: &Progress,
    context: &ExecutionContext,
    question: &Question<'_>,
    selector: Option<&Selector>,
) -> Result<Answer, ActionError> {
    let remaining = progress.remaining();
    let patient = patient(progress);
    let timeout = if question.once {
        Some(0)
    } else {
        remaining.map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    };
    let parts = if question.element.is_some() {
        Value::Null
    } else {
        serde_json::to_value(question.parts).unwrap_or_default()
    };
    let request = json!({
        "parts": parts,
        "strict": question.strict,
        "frame": question.frame,
        "timeout": timeout,
        "testIds": TEST_IDS,
        "task": question.task,
    });
    let answered = async {
        let element = question.element.clone().map_or(CallValue::Json(Value::Null), CallValue::Object);
        let mut arguments = vec![CallValue::Json(request), element];
        arguments.extend(question.handles.iter().cloned().map(CallValue::Object));
        let call = Call { arguments, by_value: false, user_gesture: true, ..Call::new(RUN) };
        call_interface(&patient, context, call).await
    };
    let object = answered.await.map_err(|error| impatient(error, progress))?;
    match &object.value {
        Some(Value::String(text)) => read_reply(progress, text, selector),
        _ => Ok(Answer::Object(object)),
    }
}

/// Returns the same progress with a later deadline and a log of its own.
pub(crate) fn patient(progress: &Progress) -> Progress {
    let cancellation = progress.cancellation().clone();
    match progress.remaining() {
        Some(left) => Progress::with_cancellation(left + PATIENCE, cancellation),
        None => Progress::unlimited(cancellation),
    }
}

/// A page that did not even answer is out of time like any other.
pub(crate) fn impatient(error: ActionError, progress: &Progress) -> ActionError {
    match error {
        ActionError::Interrupted(Interrupted::Timeout { .. }) => progress.timed_out().into(),
        error => error,
    }
}

fn read_reply(progress: &Progress, text: &str, selector: Option<&Selector>) -> Result<Answer, ActionError> {
    let reply: Reply = serde_json::from_str(text)
        .map_err(|error| ActionError::Invalid(format!("the page answered in an unknown form: {error}")))?;
    reply.log.iter().for_each(|line| progress.log(line));
    if let Some(ambiguity) = reply.strict {
        let selector = selector.map(Selector::describe).unwrap_or_default();
        return Err(ActionError::Strict { selector, count: ambiguity.count, matches: ambiguity.lines() });
    }
    match reply.error {
        Some(error) => Err(ActionError::Invalid(error)),
        None if reply.timeout => Ok(Answer::TimedOut(reply.value)),
        None if reply.ok => Ok(Answer::Value(reply.value)),
        None => Err(ActionError::Invalid("the page answered nothing".to_owned())),
    }
}

/// What the guard of a dispatched press has to say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Verdict {
    /// What was in the way, so that the page never saw the press.
    pub(crate) obstacle: Option<String>,
    /// Whether the element is checked now, where that was asked.
    pub(crate) checked: Option<bool>,
}

/// Asks what became of a press. A document that went away took the press.
pub(crate) async fn verdict(
    progress: &Progress,
    context: &ExecutionContext,
    guard: &Value,
    checked: bool,
) -> Result<Verdict, ActionError> {
    let arguments = vec![CallValue::Json(guard.clone()), CallValue::Json(checked.into())];
    let call = Call { arguments, await_promise: false, ..Call::new(VERDICT) };
    let object = call_interface(progress, context, call).await?;
    let text = object.value.as_ref().and_then(Value::as_str).unwrap_or_default();
    if text.contains("\"error\"") {
        read_reply(progress, text, None)?;
    }
    Ok(serde_json::from_str(text).unwrap_or_default())
}

/// Has a document watch for a drag that it begins.
pub(crate) async fn watch_drag(progress: &Progress, context: &ExecutionContext) -> Result<(), ActionError> {
    call_interface(progress, context, Call::new(WATCH_DRAG)).await.map(drop)
}

/// Ends the watch; returns whether a drag began.
pub(crate) async fn drag_began(progress: &Progress, context: &ExecutionContext) -> Result<bool, ActionError> {
    let object = call_interface(progress, context, Call::new(DRAG_BEGAN)).await?;
    Ok(object.value.and_then(|value| value.as_bool()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundle_is_small() {
        assert!(BUNDLE.len() < 110_000, "{} bytes are compiled in every document", BUNDLE.len());
    }
}
