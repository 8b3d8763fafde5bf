//! Dialogs: alert, confirm, prompt, and the question before a page is left.
//!
//! One that nobody listens for is dismissed at once, since the page stands still meanwhile.

use std::cell::Cell;
use std::rc::Rc;

use chromiumoxide_cdp::cdp::browser_protocol::page::HandleJavaScriptDialogParams;
use serde::{Deserialize, Serialize};

use crate::connection::{RawEvent, Reply};
use crate::error::ActionError;
use crate::page::{Page, PageEvent, PageEventKind};
use crate::progress::Progress;
use crate::target::Channel;

/// The kind of a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DialogKind {
    /// Says something.
    Alert,
    /// Asks yes or no.
    Confirm,
    /// Asks for a text.
    Prompt,
    /// Asks whether the page may be left.
    BeforeUnload,
}

/// A dialog that is open; clones share it.
#[derive(Clone)]
pub struct Dialog(Rc<State>);

struct State {
    page: Page,
    channel: Channel,
    opening: Opening,
    answered: Cell<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opening {
    message: String,
    r#type: DialogKind,
    #[serde(default)]
    default_prompt: String,
}

impl std::fmt::Debug for Dialog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dialog({:?} {:?})", self.kind(), self.message())
    }
}

impl Dialog {
    /// Returns the page that it belongs to.
    pub fn page(&self) -> &Page {
        &self.0.page
    }

    /// Returns the kind.
    pub fn kind(&self) -> DialogKind {
        self.0.opening.r#type
    }

    /// Returns what it says.
    pub fn message(&self) -> &str {
        &self.0.opening.message
    }

    /// Returns the text that a prompt starts with.
    pub fn default_value(&self) -> &str {
        &self.0.opening.default_prompt
    }

    /// Answers yes, with this text to a prompt.
    pub async fn accept(&self, progress: &Progress, text: Option<&str>) -> Result<(), ActionError> {
        let reply = self.answer(true, text)?;
        progress.run(async { Ok(reply.done().await?) }).await
    }

    /// Answers no.
    pub async fn dismiss(&self, progress: &Progress) -> Result<(), ActionError> {
        let reply = self.answer(false, None)?;
        progress.run(async { Ok(reply.done().await?) }).await
    }

    fn answer(&self, accept: bool, text: Option<&str>) -> Result<Reply, ActionError> {
        if self.0.answered.replace(true) {
            return Err(ActionError::Invalid("the dialog was answered already".to_owned()));
        }
        let params = HandleJavaScriptDialogParams { accept, prompt_text: text.map(str::to_owned) };
        Ok(self.0.channel.send(&params))
    }

    /// Answers as if nobody was there: a page that wants to stay must not hold up the run.
    pub(crate) fn close(&self) {
        drop(self.answer(self.kind() == DialogKind::BeforeUnload, None));
    }
}

impl Page {
    pub(crate) fn on_dialog(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(opening) = event.decode::<Opening>() else { return };
        let state =
            State { page: self.clone(), channel: channel.clone(), opening, answered: Cell::new(false) };
        let dialog = Dialog(Rc::new(state));
        if self.is_unheard(PageEventKind::Dialog) {
            dialog.close();
            return;
        }
        *self.0.dialog.borrow_mut() = Some(dialog.clone());
        self.emit(PageEvent::Dialog(dialog));
    }

    pub(crate) fn on_dialog_closed(&self) {
        self.0.dialog.borrow_mut().take();
    }

    /// Returns the dialog that waits for an answer.
    pub fn open_dialog(&self) -> Option<Dialog> {
        self.0.dialog.borrow().clone()
    }
}
