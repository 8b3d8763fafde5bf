//! Dragging one element onto another, by mouse or, where the page makes it one, as a drag of its own.
//!
//! A page that starts a drag (`draggable`, a link, selected text) hands it to the browser, and no
//! mouse events follow. The browser is asked to hand it on to us instead; then we move and drop it.

use chromiumoxide_cdp::cdp::browser_protocol::input::SetInterceptDragsParams;
use serde::Deserialize;
use serde_json::{Value, json};

use super::options::DragOptions;
use super::perform::Place;
use super::pointer::{AimedFrom, aim_for, uncovered};
use super::{Point, Subject};
use crate::error::ActionError;
use crate::injected::drag_watch;
use crate::input::Button;
use crate::page::Page;
use crate::progress::Progress;
use crate::session::EventReceiver;

const INTERCEPTED: &str = "Input.dragIntercepted";

#[derive(Deserialize)]
struct Intercepted {
    data: Value,
}

pub(super) async fn drag(
    progress: &Progress,
    place: Place<'_>,
    options: &DragOptions,
) -> Result<Value, ActionError> {
    let target = Subject::Selector(&options.target);
    let onto = Place { subject: &target, strict: options.strict, ..place };
    let (from, source) = find(progress, place, options.source_position, options, "move and down").await?;
    let page = place.frame.live_page()?;
    if options.trial {
        find(progress, onto, options.target_position, options, "move and up").await?;
        return Ok(Value::Null);
    }
    let mouse = page.mouse();
    mouse.move_to(progress, from.x, from.y, 1).await?;
    mouse.down(progress, Button::Left, 1).await?;
    let (to, _) = find(progress, onto, options.target_position, options, "move and up").await?;
    match carried(progress, &page, &source, to, options.steps.unwrap_or(1)).await? {
        Some(data) => {
            send(progress, &page, "dragEnter", to, &data).await?;
            send(progress, &page, "drop", to, &data).await?;
            mouse.released();
        }
        None => mouse.up(progress, Button::Left, 1).await?,
    }
    Ok(Value::Null)
}

/// Waits until one end of the drag can be reached.
async fn find(
    progress: &Progress,
    place: Place<'_>,
    position: Option<Point>,
    options: &DragOptions,
    name: &str,
) -> Result<(Point, AimedFrom), ActionError> {
    let task = json!({
        "kind": "point",
        "name": name,
        "attached": true,
        "states": ["visible", "stable"],
        "position": position,
        "force": options.force,
        "trial": true,
    });
    loop {
        let (aim, from) = aim_for(progress, place, task.clone()).await?;
        if let Some(point) = uncovered(progress, &from.frame, aim, options.force).await? {
            return Ok((point, from));
        }
        tokio::time::sleep(super::pointer::PAUSE).await;
    }
}

/// Moves the mouse with the button held; returns the drag if the page made one of it.
async fn carried(
    progress: &Progress,
    page: &Page,
    source: &AimedFrom,
    to: Point,
    steps: u32,
) -> Result<Option<Value>, ActionError> {
    let mut events = page.context().session().subscribe(&[INTERCEPTED]);
    intercept(progress, page, true).await?;
    drag_watch(progress, &source.context, true).await?;
    page.mouse().move_to(progress, to.x, to.y, steps).await?;
    // The source may be gone by now, and with it whoever could have begun a drag.
    let began = drag_watch(progress, &source.context, false).await.unwrap_or(false);
    let data = if began { Some(intercepted(progress, page, &mut events).await?) } else { None };
    intercept(progress, page, false).await?;
    Ok(data)
}

async fn intercept(progress: &Progress, page: &Page, enabled: bool) -> Result<(), ActionError> {
    let replies =
        page.channels().iter().map(|channel| channel.send(&SetInterceptDragsParams::new(enabled))).collect();
    progress.run(async { Ok(crate::connection::all_done(replies).await?) }).await
}

async fn intercepted(
    progress: &Progress,
    page: &Page,
    events: &mut EventReceiver,
) -> Result<Value, ActionError> {
    let ours = |event: &crate::session::Event| event.target.page.as_deref() == Some(page.id());
    progress
        .run(async {
            while let Some(event) = events.recv().await {
                if ours(&event)
                    && let Ok(intercepted) = event.decode::<Intercepted>()
                {
                    return Ok(intercepted.data);
                }
            }
            Err(page.gone_error())
        })
        .await
}

async fn send(
    progress: &Progress,
    page: &Page,
    kind: &str,
    at: Point,
    data: &Value,
) -> Result<(), ActionError> {
    let event = json!({ "type": kind, "x": at.x, "y": at.y, "data": data });
    let reply = page.channel().send_raw("Input.dispatchDragEvent", &event);
    progress.run(async { Ok(reply.done().await?) }).await
}
