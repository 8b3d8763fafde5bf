//! Pressing: has the page wait and aim, sends the real events, and asks what became of them.
//!
//! A press that the page never saw, since something had come between, is aimed anew. One that it
//! saw is never repeated.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Point;
use super::options::Scroll;
use super::owner::owner_in;
use super::perform::Place;
use super::run::{Ask, Asked, ask_subject};
use crate::error::ActionError;
use crate::evaluate::ExecutionContext;
use crate::frame::Frame;
use crate::frame::pending::Mark;
use crate::injected::{Verdict, verdict};
use crate::input::{ClickShape, Modifier};
use crate::page::Page;
use crate::progress::Progress;

/// What is pressed, and how.
pub(super) struct Press {
    pub(super) gesture: Gesture,
    /// The state that it must bring about.
    pub(super) checked: Option<bool>,
    pub(super) force: bool,
    /// The keys held meanwhile; without them those that are.
    pub(super) modifiers: Option<Vec<Modifier>>,
    pub(super) position: Option<Point>,
    pub(super) trial: bool,
    /// Whether navigations that it begins are left to themselves.
    pub(super) no_wait_after: bool,
    pub(super) scroll: Scroll,
}

#[derive(Clone, Copy)]
pub(super) enum Gesture {
    Click(ClickShape),
    Hover,
    Tap,
}

impl Gesture {
    fn name(self) -> &'static str {
        match self {
            Self::Click(ClickShape { count: 2, .. }) => "dblclick",
            Self::Click(_) => "click",
            Self::Hover => "hover",
            Self::Tap => "tap",
        }
    }

    fn states(self) -> &'static [&'static str] {
        match self {
            Self::Hover => &["visible", "stable"],
            Self::Click(_) | Self::Tap => &["visible", "enabled", "stable"],
        }
    }

    /// Which events the page guards.
    fn guard(self) -> &'static str {
        match self {
            Self::Click(_) => "mouse",
            Self::Hover => "hover",
            Self::Tap => "tap",
        }
    }
}

/// Where the page says to press.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Aim {
    /// Nothing has to be done.
    already: bool,
    pub(super) seen: Seen,
    guard: Value,
}

/// A point as the documents around a frame see it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    pub(super) point: Point,
    /// Whether the point is one of the whole page.
    whole: bool,
    /// How many frames were left on the way to the document that it is a point of.
    levels: usize,
    /// What covers a frame there.
    pub(super) obstacle: Option<String>,
}

/// A pause before aiming anew at something that got in the way.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn press(
    progress: &Progress,
    place: Place<'_>,
    press: &Press,
) -> Result<Value, ActionError> {
    loop {
        let (aim, asked) = aim(progress, place, press).await?;
        if aim.already {
            return Ok(Value::Null);
        }
        let guard = aim.guard.clone();
        let Some(point) = uncovered(progress, &asked.frame, aim, press.force).await? else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if press.trial {
            return Ok(Value::Null);
        }
        progress.log(&format!("  performing {} action", press.gesture.name()));
        let page = asked.frame.live_page()?;
        let mark = page.mark();
        dispatch(progress, &page, point, press).await?;
        let verdict = judged(progress, &asked, &guard, press).await?;
        if let Some(obstacle) = verdict.obstacle {
            progress.log(&format!("  {obstacle} intercepts pointer events"));
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        progress.log(&format!("  {} action done", press.gesture.name()));
        if !press.no_wait_after {
            settle(progress, &page, mark).await?;
        }
        if press.checked.is_some() && verdict.checked.is_some() && verdict.checked != press.checked {
            return Err(ActionError::Invalid("Clicking the checkbox did not change its state".to_owned()));
        }
        return Ok(Value::Null);
    }
}

/// Sends the events, with the modifiers held meanwhile.
async fn dispatch(progress: &Progress, page: &Page, point: Point, press: &Press) -> Result<(), ActionError> {
    let keyboard = page.keyboard();
    let held = match &press.modifiers {
        Some(modifiers) => Some(keyboard.hold(progress, modifiers).await?),
        None => None,
    };
    match press.gesture {
        Gesture::Click(shape) => page.mouse().click(progress, point.x, point.y, shape).await?,
        Gesture::Hover => page.mouse().move_to(progress, point.x, point.y, 1).await?,
        Gesture::Tap => page.touchscreen().tap(progress, point.x, point.y).await?,
    }
    if let Some(held) = held {
        keyboard.hold(progress, &held).await?;
    }
    Ok(())
}

/// Waits in the page until the element can be pressed.
async fn aim(progress: &Progress, place: Place<'_>, press: &Press) -> Result<(Aim, AimedFrom), ActionError> {
    let task = json!({
        "kind": "point",
        "name": press.gesture.name(),
        "attached": true,
        "states": press.gesture.states(),
        "guard": press.gesture.guard(),
        "position": press.position,
        "force": press.force,
        "trial": press.trial,
        "scroll": press.scroll,
        "checked": press.checked,
    });
    aim_for(progress, place, task).await
}

/// The document that aimed.
pub(super) struct AimedFrom {
    pub(super) frame: Frame,
    pub(super) context: ExecutionContext,
}

/// Has the page aim for a task of the kind `point`.
pub(super) async fn aim_for(
    progress: &Progress,
    place: Place<'_>,
    task: Value,
) -> Result<(Aim, AimedFrom), ActionError> {
    let Asked { answer, frame, context } =
        ask_subject(progress, place.frame, place.subject, place.strict, &Ask::new(task)).await?;
    let value = Asked { answer, frame: frame.clone(), context: context.clone() }.value(progress)?;
    let aim = serde_json::from_value(value)
        .map_err(|error| ActionError::Invalid(format!("the page aimed in an unknown form: {error}")))?;
    Ok((aim, AimedFrom { frame, context }))
}

/// Returns the point of the page, or nothing when a frame around is covered there.
pub(super) async fn uncovered(
    progress: &Progress,
    frame: &Frame,
    aim: Aim,
    force: bool,
) -> Result<Option<Point>, ActionError> {
    let seen = seen_from_page(progress, frame, aim.seen, force).await?;
    if let Some(obstacle) = &seen.obstacle {
        progress.log(&format!("  {obstacle} intercepts pointer events"));
    }
    Ok(seen.obstacle.is_none().then_some(seen.point))
}

/// Follows a point outward through frames of other origins, which documents cannot see past.
pub(super) async fn seen_from_page(
    progress: &Progress,
    frame: &Frame,
    seen: Seen,
    force: bool,
) -> Result<Seen, ActionError> {
    let mut seen = seen;
    let mut inner = frame.clone();
    while !seen.whole {
        let outermost = (0..seen.levels).try_fold(inner, |frame, _| frame.parent());
        let Some((outermost, parent)) = outermost.and_then(|frame| Some((frame.clone(), frame.parent()?)))
        else {
            break;
        };
        let context = parent.isolated_context(progress).await?;
        let element = owner_in(progress, &outermost, &context).await?;
        let task = json!({ "kind": "framePoint", "point": seen.point, "force": force });
        let subject = super::Subject::Element(&element);
        let value = ask_subject(progress, &parent, &subject, true, &Ask::new(task)).await?.value(progress)?;
        seen = serde_json::from_value(value).unwrap_or_default();
        if seen.obstacle.is_some() {
            return Ok(seen);
        }
        inner = parent;
    }
    Ok(seen)
}

/// How long to wait for the page's word on a press where a navigation that it began is not waited for.
const BRIEF: Duration = Duration::from_millis(100);

/// Waits until the navigations that an action brought about have committed or failed.
pub(super) async fn settle(progress: &Progress, page: &Page, since: Mark) -> Result<(), ActionError> {
    progress.log("  waiting for scheduled navigations to finish");
    page.wait_settled(progress, since).await?;
    progress.log("  navigations have finished");
    Ok(())
}

/// Asks what became of the press; a document that went away took it. Before the answer, the browser has
/// told what the document asked for because of the press.
async fn judged(
    progress: &Progress,
    asked: &AimedFrom,
    guard: &Value,
    press: &Press,
) -> Result<Verdict, ActionError> {
    let judged = verdict(progress, &asked.context, guard, press.checked.is_some());
    let judged = if press.no_wait_after {
        tokio::time::timeout(BRIEF, judged).await.unwrap_or_else(|_| Ok(Verdict::default()))
    } else {
        judged.await
    };
    went_with_document(judged)
}

/// Waits until the document has told what it asked for because of an input event.
pub(super) async fn heard_out(progress: &Progress, document: &ExecutionContext) -> Result<(), ActionError> {
    went_with_document(verdict(progress, document, &Value::Null, false).await).map(drop)
}

fn went_with_document(verdict: Result<Verdict, ActionError>) -> Result<Verdict, ActionError> {
    match verdict {
        Err(ActionError::ContextGone | ActionError::FrameDetached | ActionError::PageClosed) => {
            Ok(Verdict::default())
        }
        other => other,
    }
}
