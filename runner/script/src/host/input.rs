//! Keyboard, mouse, touchscreen and dialogs.

use std::time::Duration;

use canary_browser::{ClickShape, Progress};

use super::command::{DialogAsk, KeyboardAsk, MouseAsk, TouchscreenAsk};
use super::failure::Failed;
use super::{Host, nothing};
use crate::engine::Answer;

impl Host {
    pub(super) async fn keyboard(&self, progress: &Progress, ask: KeyboardAsk) -> Result<Answer, Failed> {
        match ask {
            KeyboardAsk::Down { page, key } => self.page_of(page)?.keyboard().down(progress, &key).await?,
            KeyboardAsk::Up { page, key } => self.page_of(page)?.keyboard().up(progress, &key).await?,
            KeyboardAsk::Press { page, key, options } => {
                self.page_of(page)?.keyboard().press(progress, &key, pause(options.delay)).await?;
            }
            KeyboardAsk::Type { page, text, options } => {
                self.page_of(page)?.keyboard().type_text(progress, &text, pause(options.delay)).await?;
            }
            KeyboardAsk::InsertText { page, text } => {
                self.page_of(page)?.keyboard().insert_text(progress, &text).await?;
            }
        }
        Ok(nothing())
    }

    pub(super) async fn mouse(&self, progress: &Progress, ask: MouseAsk) -> Result<Answer, Failed> {
        match ask {
            MouseAsk::Move { page, x, y, options } => {
                self.page_of(page)?.mouse().move_to(progress, x, y, options.steps.unwrap_or(1)).await?;
            }
            MouseAsk::Down { page, options } => {
                let count = options.click_count.unwrap_or(1);
                self.page_of(page)?.mouse().down(progress, options.button, count).await?;
            }
            MouseAsk::Up { page, options } => {
                let count = options.click_count.unwrap_or(1);
                self.page_of(page)?.mouse().up(progress, options.button, count).await?;
            }
            MouseAsk::Click { page, x, y, options } => {
                let shape = ClickShape {
                    button: options.button,
                    count: options.click_count.unwrap_or(1),
                    delay: pause(options.delay),
                    ..ClickShape::default()
                };
                self.page_of(page)?.mouse().click(progress, x, y, shape).await?;
            }
            MouseAsk::Wheel { page, delta_x, delta_y } => {
                self.page_of(page)?.mouse().wheel(progress, delta_x, delta_y).await?;
            }
        }
        Ok(nothing())
    }

    pub(super) async fn touchscreen(
        &self,
        progress: &Progress,
        ask: TouchscreenAsk,
    ) -> Result<Answer, Failed> {
        let TouchscreenAsk::Tap { page, x, y } = ask;
        let page = self.page_of(page)?;
        if !page.context().options().has_touch {
            return Err(Failed::invalid(
                "hasTouch must be enabled on the browser context before using the touchscreen.",
            ));
        }
        page.touchscreen().tap(progress, x, y).await?;
        Ok(nothing())
    }

    pub(super) async fn dialog(&self, progress: &Progress, ask: DialogAsk) -> Result<Answer, Failed> {
        let (DialogAsk::Accept { dialog: id, .. } | DialogAsk::Dismiss { dialog: id }) = &ask;
        let dialog = self.objects.dialogs.remove(*id).ok_or(Failed::Gone)?;
        match ask {
            DialogAsk::Accept { text, .. } => dialog.accept(progress, text.as_deref()).await?,
            DialogAsk::Dismiss { .. } => dialog.dismiss(progress).await?,
        }
        Ok(nothing())
    }
}

fn pause(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default()
}
