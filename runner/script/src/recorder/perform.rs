//! Each type of step, done on the browser.

use std::time::Duration;

use canary_browser::{
    Action, ActionError, Argument, Choice, ClickOptions, Frame, GotoOptions, HoverOptions, NetworkConditions,
    Page, Point, Progress, Script, SelectorState, Viewport as Size,
};
use serde_json::{Value, json};

use super::elements;
use super::extension::{self, Surroundings};
use super::flow::{Alternatives, Click, Operator, StepAction, WaitForElement};
use crate::journey::StepError;

/// The Recorder's own player waits so long after each key.
const KEY_PAUSE: Duration = Duration::from_millis(100);
/// How long to wait before looking again at elements or an expression.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(50), Duration::from_millis(100)];

/// Where a step happens.
pub(crate) struct Place<'a> {
    pub(crate) progress: &'a Progress,
    pub(crate) page: &'a Page,
    pub(crate) frame: &'a Frame,
}

/// Does what a step says; a warning for the author may come of it.
pub(crate) async fn perform(
    place: &Place<'_>,
    around: &mut Surroundings,
    action: &StepAction,
) -> Result<Option<String>, StepError> {
    let Place { progress, page, frame } = place;
    match action {
        StepAction::Change { on, value } => change(place, on, &around.expand(value)?).await?,
        StepAction::Click { on, click } => {
            let action = click_action(place, on, click, false).await?;
            elements::act(progress, frame, on, &action).await?;
        }
        StepAction::DoubleClick { on, click } => {
            let action = click_action(place, on, click, true).await?;
            elements::act(progress, frame, on, &action).await?;
        }
        StepAction::Hover { on } => {
            elements::act(progress, frame, on, &Action::Hover(HoverOptions::default())).await?;
        }
        StepAction::Close => page.close(progress, false).await?,
        StepAction::Custom(custom) => return extension::perform(place, around, custom).await,
        StepAction::EmulateNetwork { download, upload, latency } => {
            // The Recorder writes "offline" as nothing both ways.
            let offline = *download == 0.0 && *upload == 0.0;
            let conditions =
                NetworkConditions { offline, download: *download, upload: *upload, latency: *latency };
            page.emulate_network(progress, conditions).await?;
        }
        StepAction::KeyDown { key } => {
            page.keyboard().down(progress, key).await?;
            tokio::time::sleep(KEY_PAUSE).await;
        }
        StepAction::KeyUp { key } => {
            page.keyboard().up(progress, key).await?;
            tokio::time::sleep(KEY_PAUSE).await;
        }
        StepAction::Navigate { url } => {
            frame.goto(progress, &around.expand(url)?, &GotoOptions::default()).await?;
        }
        StepAction::Scroll { on, x, y } => scroll(place, on.as_ref(), *x, *y).await?,
        StepAction::SetViewport(viewport) => {
            let size = Size { width: viewport.width, height: viewport.height };
            page.set_viewport_size(progress, size).await?;
        }
        StepAction::WaitForElement(wait) => wait_for_element(place, wait).await?,
        StepAction::WaitForExpression { expression } => {
            wait_for_expression(place, &around.expand(expression)?).await?;
        }
    }
    Ok(None)
}

/// Tells whether a place of an element lies in it, and whether what a click there meets is the element or around
/// it: the corners of a drawing's shape, or of a round button, belong to what stands behind.
const AT: &str = "(element, [x, y]) => {
  const box = element.getBoundingClientRect();
  const inside = x >= 0 && y >= 0 && x < box.width && y < box.height;
  const met = inside ? element.getRootNode().elementFromPoint?.(box.x + x, box.y + y) : null;
  return { inside, around: Boolean(met) && met !== element && met.contains(element) };
}";

/// Returns the click at the recorded place in the element, or in its middle where it has become smaller.
async fn click_action(
    place: &Place<'_>,
    on: &Alternatives,
    click: &Click,
    double: bool,
) -> Result<Action, StepError> {
    let (mut position, mut force) = (None, false);
    if let Some((x, y)) = click.offset {
        elements::act(place.progress, place.frame, on, &Action::ScrollIntoViewIfNeeded).await?;
        let element = elements::element(place.progress, place.frame, on).await?;
        let argument = Argument::json(&json!([x, y]));
        let found = element.evaluate(place.progress, &Script::Function(AT.to_owned()), &argument).await?;
        let found = found.to_json();
        let says = |what: &str| found.get(what).and_then(Value::as_bool).unwrap_or_default();
        position = says("inside").then_some(Point { x, y });
        force = says("around");
    }
    if click.touch {
        return Ok(Action::Tap(HoverOptions { position, force, ..HoverOptions::default() }));
    }
    let delay = click.duration.as_secs_f64() * 1000.0;
    let options = ClickOptions { button: click.button, delay, position, force, ..ClickOptions::default() };
    Ok(if double { Action::Dblclick(options) } else { Action::Click(options) })
}

/// What a value is put into.
const KIND: &str = "(element) => {
  if (element instanceof HTMLSelectElement) return 'select';
  if (element instanceof HTMLTextAreaElement || element.isContentEditable) return 'text';
  const typed = ['text', 'url', 'tel', 'search', 'password', 'number', 'email'];
  return element instanceof HTMLInputElement && typed.includes(element.type) ? 'text' : 'other';
}";

/// Makes a field ready for typing and tells what is missing: what stands there already is kept where the value
/// begins with it. The page hears of the keys; where there are none, of the change.
const READY: &str = "(element, value) => {
  if (element.isContentEditable) {
    element.textContent = '';
    return value;
  }
  const before = element.value;
  const kept = value.length > before.length && value.startsWith(before) ? before : '';
  element.focus();
  element.value = '';
  element.value = kept;
  // Numbers and addresses of mail have no selection; there the caret stands at the end by itself.
  if (element.selectionStart !== null) element.setSelectionRange(kept.length, kept.length);
  if (value === '' && before !== '') {
    element.dispatchEvent(new Event('input', { bubbles: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
  }
  return value.slice(kept.length);
}";

/// Sets a value as the page's own script would, and tells the page of it.
const SET: &str = "(element, value) => {
  element.focus();
  element.value = value;
  element.dispatchEvent(new Event('input', { bubbles: true }));
  element.dispatchEvent(new Event('change', { bubbles: true }));
}";

/// Puts a value into a field: typed where people type, chosen or set elsewhere.
pub(crate) async fn change(place: &Place<'_>, on: &Alternatives, value: &str) -> Result<(), StepError> {
    let Place { progress, frame, .. } = place;
    let element = elements::element(progress, frame, on).await?;
    let kind =
        element.evaluate(progress, &Script::Function(KIND.to_owned()), &Argument::none()).await?.to_json();
    match kind.as_str() {
        Some("text") => {
            let script = Script::Function(READY.to_owned());
            let missing = element.evaluate(progress, &script, &Argument::json(&Value::from(value))).await?;
            let text = missing.to_json().as_str().unwrap_or(value).to_owned();
            elements::act(progress, frame, on, &Action::PressSequentially { text, delay: 0.0 }).await?;
        }
        Some("select") => {
            let choice = Choice { value: Some(value.to_owned()), ..Choice::default() };
            let select = Action::SelectOption { options: vec![choice], handles: Vec::new(), force: false };
            elements::act(progress, frame, on, &select).await?;
        }
        _ => {
            let argument = Argument::json(&Value::from(value));
            element.evaluate(progress, &Script::Function(SET.to_owned()), &argument).await?;
        }
    }
    Ok(())
}

async fn scroll(place: &Place<'_>, on: Option<&Alternatives>, x: f64, y: f64) -> Result<(), StepError> {
    let Place { progress, frame, .. } = place;
    let argument = Argument::json(&json!([x, y]));
    match on {
        Some(on) => {
            let selector = elements::find(progress, frame, on, SelectorState::Attached).await?;
            let element = frame.locating(&selector, false).element(progress).await?;
            let script = "(element, [x, y]) => { element.scrollLeft = x; element.scrollTop = y; }";
            element.evaluate(progress, &Script::Function(script.to_owned()), &argument).await?;
        }
        None => {
            let script = Script::Function("([x, y]) => window.scroll(x, y)".to_owned());
            frame.evaluate(progress, &script, &argument).await?;
        }
    }
    Ok(())
}

/// Tells whether elements have attributes and properties, however deep the latter.
const FIT: &str = "(elements, { properties, attributes }) => {
  const fits = (wanted, found) => wanted === found || (wanted !== null && typeof wanted === 'object'
    && found !== null && typeof found === 'object' && Object.keys(wanted).every((key) => fits(wanted[key], found[key])));
  const all = (element) => fits(properties, element)
    && Object.keys(attributes).every((name) => element.getAttribute(name) === attributes[name]);
  return { count: elements.length, fit: elements.every(all) };
}";

async fn wait_for_element(place: &Place<'_>, wait: &WaitForElement) -> Result<(), StepError> {
    let Place { progress, frame, .. } = place;
    let WaitForElement { on, operator, count, visible, properties, attributes } = wait;
    let what = if *visible { "" } else { " to end" };
    progress.log(&format!("waiting for {} {count} of {}{what}", operator.symbol(), on.label));
    let argument = Argument::json(&json!({ "properties": properties, "attributes": attributes }));
    let look = async || -> Result<bool, StepError> {
        let Some(list) = elements::all(progress, frame, on).await? else {
            return Ok(compare(*operator, 0, *count) == *visible);
        };
        let seen = list.evaluate(progress, &Script::Function(FIT.to_owned()), &argument).await?.to_json();
        let found = seen.get("count").and_then(Value::as_u64).unwrap_or_default();
        progress.log(&format!("found {found}"));
        let fit = seen.get("fit").and_then(Value::as_bool).unwrap_or_default();
        Ok((compare(*operator, found, *count) && fit) == *visible)
    };
    until(progress, look).await
}

fn compare(operator: Operator, found: u64, wanted: u32) -> bool {
    let wanted = u64::from(wanted);
    match operator {
        Operator::AtLeast => found >= wanted,
        Operator::Exactly => found == wanted,
        Operator::AtMost => found <= wanted,
    }
}

async fn wait_for_expression(place: &Place<'_>, expression: &str) -> Result<(), StepError> {
    let Place { progress, frame, .. } = place;
    progress.log("waiting for the expression to be truthy");
    let script = Script::Expression(format!("(async () => Boolean(await ({expression})))()"));
    let look = async || match frame.evaluate(progress, &script, &Argument::none()).await {
        Ok(value) => Ok(value.to_json() == Value::Bool(true)),
        // What the expression asks for may not be there yet.
        Err(ActionError::Script(exception)) if exception.name != "SyntaxError" => {
            progress.log(&format!("it threw {exception}"));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    };
    until(progress, look).await
}

/// Looks again and again, a little later each time, until it holds or time is over.
pub(crate) async fn until(
    progress: &Progress,
    mut look: impl AsyncFnMut() -> Result<bool, StepError>,
) -> Result<(), StepError> {
    for turn in 0.. {
        match look().await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            // A navigation came between: the next document is looked at.
            Err(StepError::Action(error)) if error.is_context_gone() => {}
            Err(error) => return Err(error),
        }
        let pause = PAUSES.get(turn).or(PAUSES.last()).copied().unwrap_or_default();
        let sleep = async {
            tokio::time::sleep(pause).await;
            Ok::<(), ActionError>(())
        };
        progress.run(sleep).await?;
    }
    Ok(())
}
