//! Tells the actions apart: those that the page does alone, those that go on with real input.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::options::{ClickOptions, HoverOptions, Point};
use super::pointer::{self, Gesture, Press, Seen};
use super::run::{Ask, ask_subject};
use super::{Action, Subject, drag, files};
use crate::error::ActionError;
use crate::evaluate::World;
use crate::frame::Frame;
use crate::input::ClickShape;
use crate::progress::Progress;

/// Where an action takes place.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) frame: &'a Frame,
    pub(super) subject: &'a Subject<'a>,
    pub(super) strict: bool,
}

pub(super) async fn perform(
    progress: &Progress,
    frame: &Frame,
    subject: &Subject<'_>,
    strict: bool,
    action: &Action,
) -> Result<Value, ActionError> {
    let place = Place { frame, subject, strict };
    let press = |options: &ClickOptions, clicks: u32, checked: Option<bool>| Press {
        gesture: Gesture::Click(ClickShape {
            button: options.button,
            count: clicks,
            delay: milliseconds(options.delay),
            steps: options.steps.unwrap_or(1),
        }),
        checked,
        force: options.force,
        modifiers: options.modifiers.clone(),
        position: options.position,
        trial: options.trial,
        no_wait_after: options.no_wait_after,
        scroll: options.scroll,
    };
    let touch = |options: &HoverOptions, gesture: Gesture| Press {
        gesture,
        checked: None,
        force: options.force,
        modifiers: options.modifiers.clone(),
        position: options.position,
        trial: options.trial,
        no_wait_after: options.no_wait_after,
        scroll: options.scroll,
    };
    match action {
        Action::Click(options) => {
            pointer::press(progress, place, &press(options, options.click_count.unwrap_or(1), None)).await
        }
        Action::Dblclick(options) => pointer::press(progress, place, &press(options, 2, None)).await,
        Action::Check(options) => pointer::press(progress, place, &press(options, 1, Some(true))).await,
        Action::Uncheck(options) => pointer::press(progress, place, &press(options, 1, Some(false))).await,
        Action::SetChecked { checked, options } => {
            pointer::press(progress, place, &press(options, 1, Some(*checked))).await
        }
        Action::Hover(options) => pointer::press(progress, place, &touch(options, Gesture::Hover)).await,
        Action::Tap(options) => pointer::press(progress, place, &touch(options, Gesture::Tap)).await,
        Action::DragTo(options) => drag::drag(progress, place, options).await,
        Action::SetInputFiles { files } => files::put(progress, place, files).await,
        Action::Fill { .. } | Action::Clear { .. } => fill(progress, place, action).await,
        Action::PressSequentially { text, delay } => {
            ask(progress, place, action).await?;
            place.frame.live_page()?.keyboard().type_text(progress, text, milliseconds(*delay)).await?;
            Ok(Value::Null)
        }
        Action::Press { key, delay, no_wait_after } => {
            let focused = asked(progress, place, action).await?;
            let context = focused.context.clone();
            focused.value(progress)?;
            let page = place.frame.live_page()?;
            let mark = page.mark();
            page.keyboard().press(progress, key, milliseconds(*delay)).await?;
            if !no_wait_after {
                pointer::heard_out(progress, &context).await?;
                pointer::settle(progress, &page, mark).await?;
            }
            Ok(Value::Null)
        }
        Action::BoundingBox => bounding_box(progress, place, action).await,
        _ => ask(progress, place, action).await,
    }
}

/// Times in options are milliseconds; what is none counts as nothing.
fn milliseconds(time: f64) -> Duration {
    Duration::try_from_secs_f64(time / 1000.0).unwrap_or_default()
}

/// Has the page do the action.
async fn ask(progress: &Progress, place: Place<'_>, action: &Action) -> Result<Value, ActionError> {
    asked(progress, place, action).await?.value(progress)
}

async fn asked(
    progress: &Progress,
    place: Place<'_>,
    action: &Action,
) -> Result<super::run::Asked, ActionError> {
    let mut task = action.task();
    task["attached"] = action.needs_attached().into();
    if action.needs_attached() {
        task["name"] = action.name().into();
    }
    let handles = match action {
        Action::SelectOption { handles, .. } => handles.clone(),
        Action::DispatchEvent { event_init, .. } => event_init.handles.clone(),
        _ => Vec::new(),
    };
    // Objects that scripts hold live in the page's own world.
    let own = matches!(action, Action::DispatchEvent { .. } | Action::Drop(_)) || !handles.is_empty();
    let world = if own { World::Main } else { World::Isolated };
    let ask = Ask { handles, world, once: action.is_immediate(), ..Ask::new(task) };
    ask_subject(progress, place.frame, place.subject, place.strict, &ask).await
}

/// The page sets the value, or selects the old one and says what is to be typed over it.
async fn fill(progress: &Progress, place: Place<'_>, action: &Action) -> Result<Value, ActionError> {
    let filled = ask(progress, place, action).await?;
    let keyboard = place.frame.live_page()?.keyboard();
    match filled.get("insert").and_then(Value::as_str) {
        Some("") => keyboard.press(progress, "Delete", Duration::ZERO).await?,
        Some(text) => keyboard.insert_text(progress, text).await?,
        None => {}
    }
    Ok(Value::Null)
}

/// A box, with its corner as the page around the frame sees it, as far as it could be followed.
#[derive(Deserialize)]
struct Bounds {
    width: f64,
    height: f64,
    corner: Seen,
}

async fn bounding_box(progress: &Progress, place: Place<'_>, action: &Action) -> Result<Value, ActionError> {
    let asked = asked(progress, place, action).await?;
    let frame = asked.frame.clone();
    let bounds: Option<Bounds> = serde_json::from_value(asked.value(progress)?).unwrap_or_default();
    let Some(Bounds { width, height, corner }) = bounds else { return Ok(Value::Null) };
    let Point { x, y } = pointer::seen_from_page(progress, &frame, corner, true).await?.point;
    Ok(json!({ "x": x, "y": y, "width": width, "height": height }))
}
