//! Functions of the script that pages call.

use std::rc::Rc;

use canary_browser::{Argument, BindingCall, BindingCalls, Progress, WireValue};
use serde_json::{Value, json};

use super::failure::Failed;
use super::registry::{BindingCallId, ContextId, HandleId, PageId};
use super::{CLOSING, Host, nothing};
use crate::engine::Answer;

impl Host {
    pub(super) async fn expose_to_context(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        name: &str,
        handle: bool,
    ) -> Result<(), Failed> {
        let context = self.context_of(id)?;
        if self.answering.borrow_mut().insert(format!("context {}", id.0)) {
            self.pass_calls(context.binding_calls());
        }
        self.note_handle(name, handle);
        Ok(context.expose_binding(progress, name).await?)
    }

    pub(super) async fn expose_to_page(
        self: &Rc<Self>,
        progress: &Progress,
        id: PageId,
        name: &str,
        handle: bool,
    ) -> Result<(), Failed> {
        let page = self.page_of(id)?;
        if self.answering.borrow_mut().insert(format!("page {}", id.0)) {
            self.pass_calls(page.binding_calls());
        }
        self.note_handle(name, handle);
        Ok(page.expose_binding(progress, name).await?)
    }

    fn note_handle(&self, name: &str, handle: bool) {
        if handle {
            self.by_handle.borrow_mut().insert(name.to_owned());
        }
    }

    fn pass_calls(self: &Rc<Self>, mut calls: BindingCalls) {
        let host = Rc::downgrade(self);
        tokio::task::spawn_local(async move {
            while let Some(call) = calls.recv().await {
                let Some(host) = host.upgrade() else { return };
                host.pass_on_events();
                if host.by_handle.borrow().contains(&call.name) {
                    tokio::task::spawn_local(async move { host.pass_call_with_handle(call).await });
                } else {
                    host.pass_call(call, &Value::Null);
                }
            }
        });
    }

    async fn pass_call_with_handle(&self, call: BindingCall) {
        let argument = call.argument_handle(&Progress::new(CLOSING)).await;
        match argument {
            Ok(argument) => {
                let handle = self.describe_handle(&argument, Some(&call.frame));
                self.pass_call(call, &handle);
            }
            // The document went on and with it who asked.
            Err(error) => tracing::debug!(%error, "the argument of a call is gone"),
        }
    }

    fn pass_call(&self, call: BindingCall, handle: &Value) {
        let id: BindingCallId = self.objects.fresh();
        let data = json!({
            "page": self.objects.page_id(&call.page),
            "frame": self.objects.frame_id(&call.frame),
            "name": call.name,
            "call": id,
            "args": call.arguments,
            "handle": handle,
        });
        self.objects.binding_calls.insert(id, call);
        self.emit((), "binding", data);
    }

    pub(super) async fn answer_binding(
        &self,
        progress: &Progress,
        id: BindingCallId,
        thrown: bool,
        value: WireValue,
        handles: &[HandleId],
    ) -> Result<Answer, Failed> {
        let call = self.objects.binding_calls.remove(id).ok_or(Failed::Gone)?;
        let answer = Argument { handles: self.handles(handles)?, ..Argument::of(value) };
        match thrown {
            true => call.reject(progress, &answer).await?,
            false => call.resolve(progress, &answer).await?,
        }
        Ok(nothing())
    }
}
