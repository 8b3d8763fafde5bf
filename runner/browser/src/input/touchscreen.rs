//! The touchscreen.

use serde_json::json;

use crate::connection::all_done;
use crate::error::ActionError;
use crate::page::Page;
use crate::progress::Progress;

/// A page's touchscreen; only contexts with touch have one.
#[derive(Clone, Debug)]
pub struct Touchscreen(Page);

impl Touchscreen {
    pub(super) fn new(page: &Page) -> Self {
        Self(page.clone())
    }

    /// Touches a point shortly.
    pub async fn tap(&self, progress: &Progress, x: f64, y: f64) -> Result<(), ActionError> {
        if !self.0.context().options().has_touch {
            let reason =
                "The page does not support tap. Use hasTouch context option to enable touch support.";
            return Err(ActionError::Invalid(reason.to_owned()));
        }
        let modifiers = self.0.0.input.modifiers.get();
        let channel = self.0.channel();
        let touch = |kind: &str, points: serde_json::Value| {
            let event = json!({ "type": kind, "touchPoints": points, "modifiers": modifiers });
            channel.send_raw("Input.dispatchTouchEvent", &event)
        };
        let replies = vec![touch("touchStart", json!([{ "x": x, "y": y }])), touch("touchEnd", json!([]))];
        progress.run(async { Ok(all_done(replies).await?) }).await
    }
}
