//! What is asked of handles and workers.

use canary_browser::{Argument, Frame, Progress, Script, Selector, World};
use serde_json::{Value, json};

use super::command::{HandleAsk, WorkerAsk};
use super::failure::Failed;
use super::registry::{HandleId, Held};
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

/// The root of the document that a node is in; the browser knows by it which frame that is.
const DOCUMENT_ELEMENT: &str = "(node) => (node.documentElement ?? node.ownerDocument?.documentElement)";

impl Host {
    pub(super) async fn handle(&self, progress: &Progress, ask: HandleAsk) -> Result<Answer, Failed> {
        match ask {
            HandleAsk::Evaluate { handle, code, wants_handle } => {
                let Held { mut handle, frame } = self.held(handle)?;
                let argument = self.argument(&code)?;
                if code.world == World::Isolated
                    && let Some(page) = frame.as_ref().and_then(Frame::page)
                {
                    handle = page.in_world(progress, &handle, code.world).await?;
                }
                if wants_handle {
                    let made = handle.evaluate_handle(progress, &code.script, &argument).await?;
                    return Ok(json_answer(self.describe_handle(&made, frame.as_ref())));
                }
                Ok(json_answer(handle.evaluate(progress, &code.script, &argument).await?))
            }
            HandleAsk::JsonValue { handle } => {
                Ok(json_answer(self.held(handle)?.handle.json_value(progress).await?))
            }
            HandleAsk::Property { handle, name } => {
                let Held { handle, frame } = self.held(handle)?;
                let read = Script::Function("(object, name) => object[name]".to_owned());
                let argument = Argument::json(&json!(name));
                let made = handle.evaluate_handle(progress, &read, &argument).await?;
                Ok(json_answer(self.describe_handle(&made, frame.as_ref())))
            }
            HandleAsk::Properties { handle } => {
                let Held { handle, frame } = self.held(handle)?;
                let properties = handle.properties(progress).await?;
                let described: Vec<(&str, Value)> = properties
                    .iter()
                    .map(|(name, value)| (name.as_str(), self.describe_handle(value, frame.as_ref())))
                    .collect();
                Ok(json_answer(described))
            }
            HandleAsk::Dispose { handle } => {
                if let Some(held) = self.objects.handles.remove(handle) {
                    held.handle.dispose(progress).await?;
                }
                Ok(nothing())
            }
            HandleAsk::Act { element, action, beside } => {
                self.act_on(progress, element, action.made()?, beside).await
            }
            HandleAsk::Query { element, selector } => {
                let (held, frame) = self.element(element)?;
                let page = frame.page().ok_or(Failed::Gone)?;
                let found = page.query_in(progress, &held.handle, &Selector::parse(&selector)?).await?;
                Ok(self.maybe_element(found.as_ref(), &frame))
            }
            HandleAsk::QueryAll { element, selector } => {
                let (held, frame) = self.element(element)?;
                let page = frame.page().ok_or(Failed::Gone)?;
                let list = page.query_all_in(progress, &held.handle, &Selector::parse(&selector)?).await?;
                self.elements(progress, &list, &frame).await
            }
            HandleAsk::EvaluateAll { element, selector, code } => {
                let (held, frame) = self.element(element)?;
                let page = frame.page().ok_or(Failed::Gone)?;
                let argument = self.argument(&code)?;
                let list = page.query_all_in(progress, &held.handle, &Selector::parse(&selector)?).await?;
                let value = list.evaluate(progress, &code.script, &argument).await?;
                list.dispose(progress).await?;
                Ok(json_answer(value))
            }
            HandleAsk::WaitForElement { element, selector, state, strict } => {
                let (held, frame) = self.element(element)?;
                let page = frame.page().ok_or(Failed::Gone)?;
                let selector = Selector::parse(&selector)?;
                let found =
                    page.wait_for_selector_in(progress, &held.handle, &selector, state, strict).await?;
                Ok(self.maybe_element(found.as_ref(), &frame))
            }
            HandleAsk::WaitForState { element, state } => {
                let (held, frame) = self.element(element)?;
                let page = frame.page().ok_or(Failed::Gone)?;
                page.wait_for_element_state(progress, &held.handle, state).await?;
                Ok(nothing())
            }
            HandleAsk::ContentFrame { element } => {
                let (held, frame) = self.element(element)?;
                let page = frame.page().ok_or(Failed::Gone)?;
                let inner = page.content_frame(progress, &held.handle).await?;
                Ok(json_answer(inner.map(|inner| self.objects.frame_id(&inner))))
            }
            HandleAsk::OwnerFrame { element } => {
                let (held, frame) = self.element(element)?;
                let page = frame.page().ok_or(Failed::Gone)?;
                let find = Script::Function(DOCUMENT_ELEMENT.to_owned());
                let root = held.handle.evaluate_handle(progress, &find, &Argument::none()).await?;
                let owner = page.content_frame(progress, &root).await?;
                Ok(json_answer(owner.map(|owner| self.objects.frame_id(&owner))))
            }
            HandleAsk::Screenshot { element, options } => {
                let (held, frame) = self.element(element)?;
                self.picture_of(progress, &frame, &held.handle, options).await
            }
        }
    }

    /// Returns an element and the frame that it came from.
    fn element(&self, id: HandleId) -> Result<(Held, Frame), Failed> {
        let held = self.held(id)?;
        let frame = held.frame.clone().ok_or(Failed::Gone)?;
        Ok((held, frame))
    }

    pub(super) async fn worker(&self, progress: &Progress, ask: WorkerAsk) -> Result<Answer, Failed> {
        let WorkerAsk::Evaluate { worker, code, handle } = ask;
        let worker = self.objects.workers.get(worker).ok_or(Failed::Gone)?;
        let argument = self.argument(&code)?;
        if handle {
            let made = worker.evaluate_handle(progress, &code.script, &argument).await?;
            return Ok(json_answer(self.describe_handle(&made, None)));
        }
        Ok(json_answer(worker.evaluate(progress, &code.script, &argument).await?))
    }
}
