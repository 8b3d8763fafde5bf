//! Keyboard, mouse and touchscreen of a page, as a person would use them.
//!
//! Coordinates are CSS pixels of the page's own viewport; where an element is, is left to the actions.

mod drag;
mod keyboard;
mod keys;
mod mouse;
mod touchscreen;

use std::cell::{Cell, RefCell};

use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::progress::Progress;

pub use keyboard::Keyboard;
pub use mouse::{ClickShape, Mouse};
pub use touchscreen::Touchscreen;

/// What is pressed, and where the mouse is.
#[derive(Default)]
pub(crate) struct Input {
    modifiers: Cell<u8>,
    keys: RefCell<Vec<&'static str>>,
    position: Cell<(f64, f64)>,
    buttons: Cell<u8>,
    last_button: Cell<Option<Button>>,
    /// What is dragged, in the browser's own form.
    drag: RefCell<Option<serde_json::Value>>,
}

/// A button of the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Button {
    /// The left one.
    #[default]
    Left,
    /// The wheel.
    Middle,
    /// The right one.
    Right,
    /// The one on the side that goes back.
    Back,
    /// The one on the side that goes forward.
    Forward,
}

impl Button {
    fn bit(self) -> u8 {
        match self {
            Self::Left => 1,
            Self::Right => 2,
            Self::Middle => 4,
            Self::Back => 8,
            Self::Forward => 16,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Middle => "middle",
            Self::Right => "right",
            Self::Back => "back",
            Self::Forward => "forward",
        }
    }
}

/// A key that changes what others mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Modifier {
    /// Alt.
    Alt,
    /// Control.
    Control,
    /// Command on a Mac, Control elsewhere.
    ControlOrMeta,
    /// Command, or the Windows key.
    Meta,
    /// Shift.
    Shift,
}

impl Modifier {
    fn bit(self) -> u8 {
        match self {
            Self::Alt => 1,
            Self::Control | Self::ControlOrMeta => 2,
            Self::Meta => 4,
            Self::Shift => 8,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Alt => "Alt",
            Self::Control | Self::ControlOrMeta => "Control",
            Self::Meta => "Meta",
            Self::Shift => "Shift",
        }
    }
}

impl crate::page::Page {
    /// Returns the page's keyboard.
    pub fn keyboard(&self) -> Keyboard {
        Keyboard::new(self)
    }

    /// Returns the page's mouse.
    pub fn mouse(&self) -> Mouse {
        Mouse::new(self)
    }

    /// Returns the page's touchscreen.
    pub fn touchscreen(&self) -> Touchscreen {
        Touchscreen::new(self)
    }
}

/// Waits, unless the deadline passes.
async fn pause(progress: &Progress, time: std::time::Duration) -> Result<(), ActionError> {
    if time.is_zero() {
        return Ok(());
    }
    progress
        .run(async {
            tokio::time::sleep(time).await;
            Ok(())
        })
        .await
}
