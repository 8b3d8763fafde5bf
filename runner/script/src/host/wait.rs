//! Waiting in the page for a function of the script to become true.

use canary_browser::{ActionError, Argument, Frame, JsHandle, Progress, Script};
use serde_json::json;

use super::failure::Failed;

/// Calls the script again and again in the page, with each frame or every so many milliseconds, until it
/// gives something. The script stands in the text itself, since a page may forbid `eval`.
const POLL: [&str; 2] = [
    "({ polling, budget }) => {
  const deadline = budget === null ? Infinity : performance.now() + budget;
  const again = (work) => polling === null ? requestAnimationFrame(work) : setTimeout(work, polling);
  return (...values) => new Promise((resolve, reject) => {
    const look = async () => {
      try {
        const made = (",
    "\n);
        const value = await (typeof made === 'function' ? made(...values) : made);
        if (value) resolve(value);
        else if (performance.now() < deadline) again(look);
      } catch (error) {
        reject(error);
      }
    };
    look();
  });
}",
];

/// What is waited for.
pub(super) struct Condition<'a> {
    pub(super) script: &'a Script,
    pub(super) argument: &'a Argument,
    /// The element that the function gets first.
    pub(super) element: Option<&'a JsHandle>,
    /// Milliseconds between two looks; without it each frame is looked at.
    pub(super) polling: Option<f64>,
}

/// Waits until the function gives something that is true, and returns it. A document that goes away takes
/// the wait with it: the next one is asked anew.
pub(super) async fn until(
    progress: &Progress,
    frame: &Frame,
    condition: &Condition<'_>,
) -> Result<JsHandle, Failed> {
    loop {
        match once(progress, frame, condition).await {
            Err(ActionError::ContextGone) if condition.element.is_none() && !frame.is_detached() => {}
            other => return Ok(other?),
        }
    }
}

async fn once(
    progress: &Progress,
    frame: &Frame,
    condition: &Condition<'_>,
) -> Result<JsHandle, ActionError> {
    let source = match condition.script {
        Script::Function(text) => text.clone(),
        Script::Expression(text) => format!("() => (\n{}\n)", text.trim_end().trim_end_matches(';')),
    };
    let budget = progress.remaining().map(|left| left.as_secs_f64() * 1000.0);
    let setup = Argument::json(&json!({ "polling": condition.polling, "budget": budget }));
    let [before, after] = POLL;
    let code = Script::Function(format!("{before}{source}{after}"));
    let poll = frame.evaluate_handle(progress, &code, &setup).await?;
    match condition.element {
        Some(element) => {
            let run = Script::Function("(element, [poll, argument]) => poll(element, argument)".to_owned());
            element.evaluate_handle(progress, &run, &with_poll(&poll, condition.argument)).await
        }
        None => {
            let run = Script::Function("(poll, [argument]) => poll(argument)".to_owned());
            poll.evaluate_handle(progress, &run, &wrapped(condition.argument)).await
        }
    }
}

fn wrapped(argument: &Argument) -> Argument {
    let value = canary_browser::WireValue(json!({ "a": [argument.value.0] }));
    Argument { handles: argument.handles.clone(), ..Argument::of(value) }
}

fn with_poll(poll: &JsHandle, argument: &Argument) -> Argument {
    let mut handles = argument.handles.clone();
    handles.push(poll.clone());
    let value = canary_browser::WireValue(json!({ "a": [{ "h": handles.len() - 1 }, argument.value.0] }));
    Argument { handles, ..Argument::of(value) }
}
