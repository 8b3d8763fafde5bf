//! Functions of ours that pages can call, and scripts that run before the page's own.

use std::cell::RefCell;

use chromiumoxide_cdp::cdp::browser_protocol::page::AddScriptToEvaluateOnNewDocumentParams;
use chromiumoxide_cdp::cdp::js_protocol::runtime::AddBindingParams;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{InitScript, Page};
use crate::connection::{RawEvent, Reply, all_done};
use crate::context::Context;
use crate::error::ActionError;
use crate::evaluate::{
    Argument, Call, CallValue, ExecutionContext, JsHandle, SERIALIZER, WireValue, call_function,
};
use crate::frame::Frame;
use crate::listeners::Listeners;
use crate::progress::Progress;
use crate::target::Channel;

/// The name under which pages reach us; calls name the function that they mean.
const CHANNEL: &str = "__canaryBinding";

/// Makes a function in the page that sends its arguments and returns a promise of the answer.
const INSTALL: &str = include_str!("binding.js");

/// What a page has of bindings and scripts.
#[derive(Default)]
pub(crate) struct Bindings {
    names: RefCell<Vec<String>>,
    pub(super) init_scripts: RefCell<Vec<InitScript>>,
    calls: Listeners<BindingCall>,
}

/// Calls of exposed functions, in order.
pub type BindingCalls = mpsc::UnboundedReceiver<BindingCall>;

/// A page called a function of ours and waits for the answer.
#[derive(Clone)]
pub struct BindingCall {
    /// The function's name.
    pub name: String,
    /// The page that called.
    pub page: Page,
    /// The frame that called.
    pub frame: Frame,
    /// The arguments: an array in the wire form.
    pub arguments: WireValue,
    sequence: u64,
    context: ExecutionContext,
}

impl std::fmt::Debug for BindingCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BindingCall({} {:?})", self.name, self.arguments.0)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BindingCalled {
    name: String,
    payload: String,
    execution_context_id: i64,
}

#[derive(Deserialize)]
struct Payload {
    name: String,
    sequence: u64,
    arguments: Value,
}

impl BindingCall {
    /// Returns the handle of the only argument, for a function that was exposed with a handle.
    pub async fn argument_handle(&self, progress: &Progress) -> Result<JsHandle, ActionError> {
        let function = format!(
            "function(name, sequence) {{ return globalThis[{CHANNEL:?} + 's'][name].take(sequence); }}"
        );
        let arguments = self.address();
        let call = Call { arguments, by_value: false, ..Call::new(&function) };
        let object = call_function(progress, &self.context, call).await?;
        Ok(JsHandle::new(&self.context, object))
    }

    /// Gives the answer; its handles must be of the page that called.
    pub async fn resolve(&self, progress: &Progress, value: &Argument) -> Result<(), ActionError> {
        self.settle(progress, "resolve", value).await
    }

    /// Gives an error.
    pub async fn reject(&self, progress: &Progress, error: &Argument) -> Result<(), ActionError> {
        self.settle(progress, "reject", error).await
    }

    fn address(&self) -> Vec<CallValue> {
        vec![CallValue::Json(json!(self.name)), CallValue::Json(json!(self.sequence))]
    }

    async fn settle(&self, progress: &Progress, how: &str, value: &Argument) -> Result<(), ActionError> {
        let function = format!(
            "function(name, sequence, how, wire, ...handles) {{ \
               globalThis[{CHANNEL:?} + 's'][name].settle(sequence, how, wire, handles); }}"
        );
        let mut arguments = self.address();
        arguments.extend([CallValue::Json(json!(how)), CallValue::Json(value.value.0.clone())]);
        for handle in &value.handles {
            arguments.push(handle.argument_in(&self.context)?);
        }
        let call = Call { arguments, ..Call::new(&function) };
        match call_function(progress, &self.context, call).await {
            // Nobody waits any more.
            Err(ActionError::ContextGone) => Ok(()),
            result => result.map(drop),
        }
    }
}

fn install(name: &str) -> String {
    format!("({INSTALL})({}, {name:?}, {SERIALIZER})", json!(CHANNEL))
}

impl Page {
    /// Returns the calls of this page's exposed functions from now on.
    pub fn binding_calls(&self) -> BindingCalls {
        self.0.bindings.calls.subscribe()
    }

    /// Gives every document of this page a function that calls us; it is there also after navigations.
    pub async fn expose_binding(&self, progress: &Progress, name: &str) -> Result<(), ActionError> {
        let is_known = self.0.bindings.names.borrow().iter().any(|known| known == name);
        if is_known {
            return Err(ActionError::Invalid(format!("function `{name}` is exposed to the page already")));
        }
        if self.context().0.bindings.borrow().iter().any(|known| known == name) {
            return Err(ActionError::Invalid(format!(
                "function `{name}` is exposed to the page's context already"
            )));
        }
        self.0.bindings.names.borrow_mut().push(name.to_owned());
        self.send_binding(progress, name).await
    }

    async fn send_binding(&self, progress: &Progress, name: &str) -> Result<(), ActionError> {
        let mut replies = Vec::new();
        for channel in self.channels() {
            replies.extend(send_binding(&channel, name));
        }
        progress.run(async { Ok::<_, ActionError>(all_done(replies).await?) }).await?;
        let source = format!("function() {{ {} }}", install(name));
        for frame in self.frames() {
            // Frames that are just loading get it with their next document.
            let Some(context) = frame.current_main_context() else { continue };
            match call_function(progress, &context, Call::new(&source)).await {
                Ok(_) | Err(ActionError::ContextGone | ActionError::FrameDetached) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(super) fn send_bindings(&self, channel: &Channel) -> Vec<Reply> {
        let of_context = self.context().0.bindings.borrow();
        let own = self.0.bindings.names.borrow();
        of_context.iter().chain(own.iter()).flat_map(|name| send_binding(channel, name)).collect()
    }

    pub(super) fn on_binding_called(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(called) = event.decode::<BindingCalled>() else { return };
        if called.name != CHANNEL {
            return;
        }
        // The page may call the channel itself with anything.
        let Ok(payload) = serde_json::from_str::<Payload>(&called.payload) else { return };
        let key = (channel.target().session_id.clone(), called.execution_context_id);
        let world = self.0.worlds.borrow().get(&key).cloned();
        let Some((context, frame)) = world else { return };
        let Some(frame) = self.frame_by_id(&frame) else { return };
        let call = BindingCall {
            page: self.clone(),
            frame,
            arguments: WireValue(payload.arguments),
            sequence: payload.sequence,
            context,
            name: payload.name,
        };
        let is_own = self.0.bindings.names.borrow().contains(&call.name);
        if is_own {
            self.0.bindings.calls.emit(&call);
        } else {
            self.context().0.binding_calls.emit(&call);
        }
    }
}

fn send_binding(channel: &Channel, name: &str) -> [Reply; 2] {
    [
        channel.send(&AddBindingParams::new(CHANNEL)),
        channel.send(&AddScriptToEvaluateOnNewDocumentParams::new(install(name))),
    ]
}

impl Context {
    /// Returns the calls of this context's exposed functions from now on.
    pub fn binding_calls(&self) -> BindingCalls {
        self.0.binding_calls.subscribe()
    }

    /// Gives every document of every page a function that calls us.
    pub async fn expose_binding(&self, progress: &Progress, name: &str) -> Result<(), ActionError> {
        if self.0.bindings.borrow().iter().any(|known| known == name) {
            return Err(ActionError::Invalid(format!("function `{name}` is exposed to the context already")));
        }
        let pages = self.all_pages();
        let in_page = |page: &Page| page.0.bindings.names.borrow().iter().any(|known| known == name);
        if pages.iter().any(in_page) {
            return Err(ActionError::Invalid(format!(
                "function `{name}` is exposed to one of the pages already"
            )));
        }
        self.0.bindings.borrow_mut().push(name.to_owned());
        for page in pages {
            page.send_binding(progress, name).await?;
        }
        Ok(())
    }
}
