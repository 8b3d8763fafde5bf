//! Pressing: has the page wait and aim, sends the real events, and asks what became of them.
//!
//! A press that the page never saw, since something had come between, is aimed anew. One that it
//! saw is never repeated.

use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::dom::{BackendNodeId, GetFrameOwnerParams, ResolveNodeParams};
use chromiumoxide_cdp::cdp::browser_protocol::page::FrameId;
use chromiumoxide_cdp::cdp::js_protocol::runtime::ExecutionContextId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Point;
use super::perform::Place;
use super::run::{Ask, Asked, ask_subject};
use crate::error::ActionError;
use crate::evaluate::{ExecutionContext, JsHandle, RemoteObject};
use crate::frame::Frame;
use crate::injected::{Verdict, verdict};
use crate::input::{ClickShape, Modifier};
use crate::progress::Progress;

/// What is pressed, and how.
pub(super) struct Press {
    pub(super) gesture: Gesture,
    /// The state that it must bring about.
    pub(super) checked: Option<bool>,
    pub(super) force: bool,
    pub(super) modifiers: Vec<Modifier>,
    pub(super) position: Option<Point>,
    pub(super) trial: bool,
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
    pub(super) point: Point,
    /// Whether the point is one of the whole page, not only of the frame's process.
    whole: bool,
    guard: Value,
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
        let Some(point) = seen_from_page(progress, &asked.frame, &aim, press.force).await? else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if press.trial {
            return Ok(Value::Null);
        }
        progress.log(&format!("  performing {} action", press.gesture.name()));
        dispatch(progress, &asked.frame, point, press).await?;
        let verdict = judged(progress, &asked, &aim, press).await?;
        if let Some(obstacle) = verdict.obstacle {
            progress.log(&format!("  {obstacle} intercepts pointer events"));
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        progress.log(&format!("  {} action done", press.gesture.name()));
        if press.checked.is_some() && verdict.checked.is_some() && verdict.checked != press.checked {
            return Err(ActionError::Invalid("Clicking the checkbox did not change its state".to_owned()));
        }
        return Ok(Value::Null);
    }
}

/// Sends the events, with the modifiers held meanwhile.
async fn dispatch(
    progress: &Progress,
    frame: &Frame,
    point: Point,
    press: &Press,
) -> Result<(), ActionError> {
    let page = frame.live_page()?;
    let keyboard = page.keyboard();
    let held = if press.modifiers.is_empty() {
        None
    } else {
        Some(keyboard.hold(progress, &press.modifiers).await?)
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
pub(super) async fn seen_from_page(
    progress: &Progress,
    frame: &Frame,
    aim: &Aim,
    force: bool,
) -> Result<Option<Point>, ActionError> {
    if aim.whole {
        return Ok(Some(aim.point));
    }
    let seen = through_frames(progress, frame, aim.point, force).await?;
    match seen.obstacle {
        Some(obstacle) => {
            progress.log(&format!("  {obstacle} intercepts pointer events"));
            Ok(None)
        }
        None => Ok(Some(seen.point)),
    }
}

/// A point as the documents around see it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    pub(super) point: Point,
    whole: bool,
    obstacle: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    backend_node_id: i64,
}

#[derive(Deserialize)]
struct Resolved {
    object: RemoteObject,
}

/// Follows a point outward from process to process.
pub(super) async fn through_frames(
    progress: &Progress,
    frame: &Frame,
    point: Point,
    force: bool,
) -> Result<Seen, ActionError> {
    let mut seen = Seen { point, ..Seen::default() };
    let mut inner = frame.clone();
    while !seen.whole {
        let Some((local_root, parent)) = border(&inner) else { break };
        let params = GetFrameOwnerParams::new(FrameId::new(local_root.id()));
        let reply = parent.channel().send(&params);
        let owner: Owner = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        let context = parent.isolated_context(progress).await?;
        let params = ResolveNodeParams::builder()
            .backend_node_id(BackendNodeId::new(owner.backend_node_id))
            .execution_context_id(ExecutionContextId::new(context.id()))
            .build();
        let reply = context.channel().send(&params);
        let resolved: Resolved = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        let element = JsHandle::new(&context, resolved.object);
        let task = json!({ "kind": "framePoint", "point": seen.point, "force": force });
        let value = ask_subject(progress, &parent, &super::Subject::Element(&element), true, &Ask::new(task))
            .await?
            .value(progress)?;
        seen = serde_json::from_value(value).unwrap_or_default();
        if seen.obstacle.is_some() {
            return Ok(seen);
        }
        inner = parent;
    }
    Ok(seen)
}

/// The outermost frame in the same process as this one, and the frame of another process around it.
fn border(frame: &Frame) -> Option<(Frame, Frame)> {
    let mut local_root = frame.clone();
    loop {
        let parent = local_root.parent()?;
        if !parent.channel().is(&local_root.channel()) {
            return Some((local_root, parent));
        }
        local_root = parent;
    }
}

/// Asks what became of the press; a document that went away took it.
async fn judged(
    progress: &Progress,
    asked: &AimedFrom,
    aim: &Aim,
    press: &Press,
) -> Result<Verdict, ActionError> {
    match verdict(progress, &asked.context, &aim.guard, press.checked.is_some()).await {
        Err(ActionError::ContextGone | ActionError::FrameDetached | ActionError::PageClosed) => {
            Ok(Verdict::default())
        }
        other => other,
    }
}
