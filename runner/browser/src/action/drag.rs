//! Dragging one element onto another: both are waited for, the mouse does the rest.

use serde_json::{Value, json};

use super::options::DragOptions;
use super::perform::Place;
use super::pointer::{aim_for, uncovered};
use super::{Point, Subject};
use crate::error::ActionError;
use crate::input::Button;
use crate::progress::Progress;

pub(super) async fn drag(
    progress: &Progress,
    place: Place<'_>,
    options: &DragOptions,
) -> Result<Value, ActionError> {
    let target = Subject::Selector(&options.target);
    let onto = Place { subject: &target, strict: options.strict, ..place };
    let from = find(progress, place, options.source_position, options, "move and down").await?;
    let page = place.frame.live_page()?;
    if options.trial {
        find(progress, onto, options.target_position, options, "move and up").await?;
        return Ok(Value::Null);
    }
    let mouse = page.mouse();
    mouse.move_to(progress, from.x, from.y, 1).await?;
    mouse.down(progress, Button::Left, 1).await?;
    let to = find(progress, onto, options.target_position, options, "move and up").await?;
    mouse.move_to(progress, to.x, to.y, options.steps.unwrap_or(1)).await?;
    mouse.up(progress, Button::Left, 1).await?;
    Ok(Value::Null)
}

/// Waits until one end of the drag can be reached.
async fn find(
    progress: &Progress,
    place: Place<'_>,
    position: Option<Point>,
    options: &DragOptions,
    name: &str,
) -> Result<Point, ActionError> {
    let task = json!({
        "kind": "point",
        "name": name,
        "attached": true,
        "states": ["visible", "stable"],
        "position": position,
        "force": options.force,
        "trial": true,
        "scroll": options.scroll,
    });
    loop {
        let (aim, from) = aim_for(progress, place, task.clone()).await?;
        if let Some(point) = uncovered(progress, &from.frame, aim, options.force).await? {
            return Ok(point);
        }
        tokio::time::sleep(super::pointer::PAUSE).await;
    }
}
