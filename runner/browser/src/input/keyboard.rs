//! The keyboard: keys by name or by place, shortcuts, text.

use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams,
};

use super::keys::{self, Key};
use super::{Input, Modifier, pause};
use crate::connection::{Reply, all_done};
use crate::error::ActionError;
use crate::page::Page;
use crate::progress::Progress;

/// A page's keyboard.
#[derive(Clone, Debug)]
pub struct Keyboard(Page);

impl Keyboard {
    pub(super) fn new(page: &Page) -> Self {
        Self(page.clone())
    }

    fn input(&self) -> &Input {
        &self.0.0.input
    }

    /// Presses a key and holds it.
    pub async fn down(&self, progress: &Progress, key: &str) -> Result<(), ActionError> {
        let key = self.find(key)?;
        if self.gives_up_drag(progress, &key).await? {
            return Ok(());
        }
        done(progress, vec![self.send_down(&key)]).await
    }

    /// Lets a key go.
    pub async fn up(&self, progress: &Progress, key: &str) -> Result<(), ActionError> {
        let key = self.find(key)?;
        done(progress, vec![self.send_up(&key)]).await
    }

    /// Escape ends a drag, and the page hears nothing of the key.
    async fn gives_up_drag(&self, progress: &Progress, key: &Key) -> Result<bool, ActionError> {
        Ok(key.code == "Escape" && self.0.mouse().cancel_drag(progress).await?)
    }

    /// Presses a key, or several joined by `+`, and lets them go.
    pub async fn press(&self, progress: &Progress, keys: &str, delay: Duration) -> Result<(), ActionError> {
        let names = keys::split(keys);
        for name in &names {
            if self.gives_up_drag(progress, &self.find(name)?).await? {
                return Ok(());
            }
        }
        let mut replies = Vec::new();
        for name in &names {
            replies.push(self.send_down(&self.find(name)?));
        }
        if !delay.is_zero() {
            done(progress, std::mem::take(&mut replies)).await?;
            pause(progress, delay).await?;
        }
        for name in names.iter().rev() {
            replies.push(self.send_up(&self.find(name)?));
        }
        done(progress, replies).await
    }

    /// Types a text key by key; what is on no key is inserted.
    pub async fn type_text(
        &self,
        progress: &Progress,
        text: &str,
        delay: Duration,
    ) -> Result<(), ActionError> {
        for character in text.chars() {
            let mut buffer = [0; 4];
            let name: &str = character.encode_utf8(&mut buffer);
            let name = if name == "\n" || name == "\r" { "Enter" } else { name };
            if keys::find(name, false).is_some() {
                self.press(progress, name, Duration::ZERO).await?;
            } else {
                self.insert_text(progress, name).await?;
            }
            pause(progress, delay).await?;
        }
        Ok(())
    }

    /// Inserts a text at once, without key events.
    pub async fn insert_text(&self, progress: &Progress, text: &str) -> Result<(), ActionError> {
        done(progress, vec![self.0.channel().send(&InsertTextParams::new(text))]).await
    }

    /// Presses and releases modifiers so that exactly these are held; returns those that were held before.
    pub(crate) async fn hold(
        &self,
        progress: &Progress,
        wanted: &[Modifier],
    ) -> Result<Vec<Modifier>, ActionError> {
        const ALL: [Modifier; 4] = [Modifier::Alt, Modifier::Control, Modifier::Meta, Modifier::Shift];
        let bits = wanted.iter().fold(0, |bits, modifier| bits | modifier.bit());
        let before = self.input().modifiers.get();
        let mut replies = Vec::new();
        for modifier in ALL {
            let key = self.find(modifier.key())?;
            match (before & modifier.bit() != 0, bits & modifier.bit() != 0) {
                (false, true) => replies.push(self.send_down(&key)),
                (true, false) => replies.push(self.send_up(&key)),
                _ => {}
            }
        }
        done(progress, replies).await?;
        Ok(ALL.into_iter().filter(|modifier| before & modifier.bit() != 0).collect())
    }

    fn find(&self, name: &str) -> Result<Key, ActionError> {
        let shift = self.input().modifiers.get() & Modifier::Shift.bit() != 0;
        keys::find(name, shift).ok_or_else(|| ActionError::Invalid(format!("Unknown key: \"{name}\"")))
    }

    fn send_down(&self, key: &Key) -> Reply {
        let input = self.input();
        let repeated = input.keys.borrow().contains(&key.code);
        if !repeated {
            input.keys.borrow_mut().push(key.code);
        }
        if let Some(modifier) = key.modifier() {
            input.modifiers.set(input.modifiers.get() | modifier.bit());
        }
        // With Control, Alt or Meta a key is a shortcut and writes nothing.
        let is_shortcut = input.modifiers.get() & !Modifier::Shift.bit() != 0;
        let text = if is_shortcut { "" } else { key.text };
        let kind =
            if text.is_empty() { DispatchKeyEventType::RawKeyDown } else { DispatchKeyEventType::KeyDown };
        let mut params = self.event(kind, key);
        params.auto_repeat = Some(repeated);
        if !text.is_empty() {
            params.text = Some(text.to_owned());
            params.unmodified_text = Some(text.to_owned());
        }
        self.0.channel().send(&params)
    }

    fn send_up(&self, key: &Key) -> Reply {
        let input = self.input();
        input.keys.borrow_mut().retain(|code| *code != key.code);
        if let Some(modifier) = key.modifier() {
            input.modifiers.set(input.modifiers.get() & !modifier.bit());
        }
        self.0.channel().send(&self.event(DispatchKeyEventType::KeyUp, key))
    }

    fn event(&self, kind: DispatchKeyEventType, key: &Key) -> DispatchKeyEventParams {
        DispatchKeyEventParams {
            modifiers: Some(i64::from(self.input().modifiers.get())),
            windows_virtual_key_code: Some(key.virtual_code_without_location()),
            code: Some(key.code.to_owned()),
            key: Some(key.key.to_owned()),
            location: Some(key.location),
            is_keypad: Some(key.location == 3),
            ..DispatchKeyEventParams::new(kind)
        }
    }
}

async fn done(progress: &Progress, replies: Vec<Reply>) -> Result<(), ActionError> {
    progress.run(async { Ok(all_done(replies).await?) }).await
}
