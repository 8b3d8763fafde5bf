//! Drags that a page makes of mouse moves.
//!
//! A page that starts a drag (`draggable`, a link, selected text) hands it to the browser, and no mouse
//! events follow. The browser is asked to hand it on to us instead; then moves carry it and the release
//! drops it.

use chromiumoxide_cdp::cdp::browser_protocol::input::SetInterceptDragsParams;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Button, Mouse};
use crate::connection::all_done;
use crate::error::ActionError;
use crate::evaluate::ExecutionContext;
use crate::injected::{drag_began, watch_drag};
use crate::page::Page;
use crate::progress::Progress;
use crate::session::{Event, EventReceiver};

const INTERCEPTED: &str = "Input.dragIntercepted";

#[derive(Deserialize)]
struct Intercepted {
    data: Value,
}

impl Mouse {
    /// Moves to a point, as part of a drag if there is one or one begins.
    pub(super) async fn carry_to(&self, progress: &Progress, x: f64, y: f64) -> Result<(), ActionError> {
        if self.input().drag.borrow().is_some() {
            self.input().position.set((x, y));
            return self.send_drag(progress, "dragOver").await;
        }
        if self.input().last_button.get() != Some(Button::Left) {
            return self.move_plainly(progress, x, y).await;
        }
        let page = self.page();
        let mut events = page.context().session().subscribe(&[INTERCEPTED]);
        let documents = watch(progress, page).await;
        intercept(progress, page, true).await?;
        self.move_plainly(progress, x, y).await?;
        let begun = if any_began(progress, &documents).await {
            Some(intercepted(progress, page, &mut events).await?)
        } else {
            None
        };
        intercept(progress, page, false).await?;
        if begun.is_some() {
            *self.input().drag.borrow_mut() = begun;
            self.send_drag(progress, "dragEnter").await?;
        }
        Ok(())
    }

    /// Drops what is dragged; returns false if there is nothing.
    pub(super) async fn drop_dragged(&self, progress: &Progress) -> Result<bool, ActionError> {
        if self.input().drag.borrow().is_none() {
            return Ok(false);
        }
        let dropped = self.send_drag(progress, "drop").await;
        self.forget_drag();
        dropped.map(|()| true)
    }

    /// Ends a drag without a drop, as the Escape key does; returns false if there is none.
    pub(super) async fn cancel_drag(&self, progress: &Progress) -> Result<bool, ActionError> {
        if self.input().drag.borrow().is_none() {
            return Ok(false);
        }
        *self.input().drag.borrow_mut() = Some(json!({ "items": [], "dragOperationsMask": 0xffff }));
        let cancelled = self.send_drag(progress, "dragCancel").await;
        *self.input().drag.borrow_mut() = None;
        cancelled.map(|()| true)
    }

    /// The drag took the press; no release follows.
    fn forget_drag(&self) {
        *self.input().drag.borrow_mut() = None;
        self.input().buttons.set(0);
        self.input().last_button.set(None);
    }

    async fn send_drag(&self, progress: &Progress, kind: &str) -> Result<(), ActionError> {
        let (x, y) = self.position();
        let data = self.input().drag.borrow().clone();
        let event =
            json!({ "type": kind, "x": x, "y": y, "data": data, "modifiers": self.input().modifiers.get() });
        let reply = self.page().channel().send_raw("Input.dispatchDragEvent", &event);
        progress.run(async { Ok(reply.done().await?) }).await
    }
}

/// Has all documents of the page watch for a drag; a document that goes away meanwhile begins none.
async fn watch(progress: &Progress, page: &Page) -> Vec<ExecutionContext> {
    let mut documents = Vec::new();
    for frame in page.frames() {
        if frame.current_main_context().is_none() {
            continue;
        }
        let Ok(context) = frame.isolated_context(progress).await else { continue };
        if watch_drag(progress, &context).await.is_ok() {
            documents.push(context);
        }
    }
    documents
}

async fn any_began(progress: &Progress, documents: &[ExecutionContext]) -> bool {
    let mut any = false;
    for context in documents {
        any |= drag_began(progress, context).await.unwrap_or(false);
    }
    any
}

async fn intercept(progress: &Progress, page: &Page, enabled: bool) -> Result<(), ActionError> {
    let replies =
        page.channels().iter().map(|channel| channel.send(&SetInterceptDragsParams::new(enabled))).collect();
    progress.run(async { Ok(all_done(replies).await?) }).await
}

async fn intercepted(
    progress: &Progress,
    page: &Page,
    events: &mut EventReceiver,
) -> Result<Value, ActionError> {
    let ours = |event: &Event| event.target.page.as_deref() == Some(page.id());
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
