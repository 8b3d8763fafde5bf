//! The mouse: moving, pressing, the wheel.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Button, Input, pause};
use crate::connection::{Reply, all_done};
use crate::error::ActionError;
use crate::page::Page;
use crate::progress::Progress;

/// A page's mouse.
#[derive(Clone, Debug)]
pub struct Mouse(Page);

/// How a click is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClickShape {
    /// Which button.
    pub button: Button,
    /// How many clicks in a row.
    pub count: u32,
    /// How long the button is held.
    pub delay: Duration,
    /// In how many steps the mouse moves there.
    pub steps: u32,
}

impl Default for ClickShape {
    fn default() -> Self {
        Self { button: Button::Left, count: 1, delay: Duration::ZERO, steps: 1 }
    }
}

impl Mouse {
    pub(super) fn new(page: &Page) -> Self {
        Self(page.clone())
    }

    pub(super) fn page(&self) -> &Page {
        &self.0
    }

    pub(super) fn input(&self) -> &Input {
        &self.0.0.input
    }

    /// Returns where the mouse is.
    pub fn position(&self) -> (f64, f64) {
        self.input().position.get()
    }

    /// Moves the mouse in a straight line.
    pub async fn move_to(&self, progress: &Progress, x: f64, y: f64, steps: u32) -> Result<(), ActionError> {
        let (from_x, from_y) = self.position();
        for step in 1..steps.max(1) {
            let part = f64::from(step) / f64::from(steps);
            let (x, y) = (from_x + (x - from_x) * part, from_y + (y - from_y) * part);
            // One by one: the browser makes one event of moves that come together.
            self.carry_to(progress, x, y).await?;
        }
        self.carry_to(progress, x, y).await
    }

    pub(super) async fn move_plainly(&self, progress: &Progress, x: f64, y: f64) -> Result<(), ActionError> {
        done(progress, vec![self.send_move(x, y)]).await
    }

    /// Presses a button and holds it.
    pub async fn down(&self, progress: &Progress, button: Button, count: u32) -> Result<(), ActionError> {
        done(progress, vec![self.send_down(button, count)]).await
    }

    /// Lets a button go; drops what is dragged.
    pub async fn up(&self, progress: &Progress, button: Button, count: u32) -> Result<(), ActionError> {
        if self.drop_dragged(progress).await? {
            return Ok(());
        }
        done(progress, vec![self.send_up(button, count)]).await
    }

    /// Moves there and clicks.
    pub async fn click(
        &self,
        progress: &Progress,
        x: f64,
        y: f64,
        shape: ClickShape,
    ) -> Result<(), ActionError> {
        let mut replies = Vec::new();
        if shape.steps > 1 {
            self.move_to(progress, x, y, shape.steps).await?;
        } else {
            replies.push(self.send_move(x, y));
        }
        for count in 1..=shape.count {
            replies.push(self.send_down(shape.button, count));
            if !shape.delay.is_zero() {
                done(progress, std::mem::take(&mut replies)).await?;
                pause(progress, shape.delay).await?;
            }
            replies.push(self.send_up(shape.button, count));
            if !shape.delay.is_zero() && count < shape.count {
                done(progress, std::mem::take(&mut replies)).await?;
                pause(progress, shape.delay).await?;
            }
        }
        done(progress, replies).await
    }

    /// Turns the wheel by so many pixels.
    pub async fn wheel(&self, progress: &Progress, x: f64, y: f64) -> Result<(), ActionError> {
        let mut event = self.event("mouseWheel");
        if let Value::Object(fields) = &mut event {
            fields.insert("deltaX".to_owned(), json!(x));
            fields.insert("deltaY".to_owned(), json!(y));
        }
        done(progress, vec![self.send(&event)]).await
    }

    fn send_move(&self, x: f64, y: f64) -> Reply {
        self.input().position.set((x, y));
        let event = self.event("mouseMoved");
        self.send(&event)
    }

    fn send_down(&self, button: Button, count: u32) -> Reply {
        let input = self.input();
        input.buttons.set(input.buttons.get() | button.bit());
        input.last_button.set(Some(button));
        let event = self.press_event("mousePressed", button, count);
        self.send(&event)
    }

    fn send_up(&self, button: Button, count: u32) -> Reply {
        let input = self.input();
        input.buttons.set(input.buttons.get() & !button.bit());
        input.last_button.set(None);
        let event = self.press_event("mouseReleased", button, count);
        self.send(&event)
    }

    fn press_event(&self, kind: &str, button: Button, count: u32) -> Value {
        let mut event = self.event(kind);
        if let Value::Object(fields) = &mut event {
            fields.insert("button".to_owned(), json!(button.name()));
            fields.insert("clickCount".to_owned(), json!(count));
        }
        event
    }

    fn event(&self, kind: &str) -> Value {
        let input = self.input();
        let (x, y) = input.position.get();
        let button = input.last_button.get().map_or("none", Button::name);
        let force = if input.buttons.get() == 0 { 0.0 } else { 0.5 };
        json!({
            "type": kind,
            "x": x,
            "y": y,
            "button": button,
            "buttons": input.buttons.get(),
            "modifiers": input.modifiers.get(),
            "force": force,
        })
    }

    /// Plain JSON, since every event has other fields.
    fn send(&self, event: &Value) -> Reply {
        self.0.channel().send_raw("Input.dispatchMouseEvent", event)
    }
}

async fn done(progress: &Progress, replies: Vec<Reply>) -> Result<(), ActionError> {
    progress.run(async { Ok(all_done(replies).await?) }).await
}
