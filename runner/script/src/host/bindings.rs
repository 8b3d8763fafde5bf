//! Functions of the script that pages call.

use std::rc::Rc;

use canary_browser::{BindingCalls, Progress, WireValue};
use serde_json::json;

use super::failure::Failed;
use super::registry::{BindingCallId, ContextId, PageId};
use super::{Host, nothing};
use crate::engine::Answer;

impl Host {
    pub(super) async fn expose_to_context(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        name: &str,
    ) -> Result<(), Failed> {
        let context = self.context_of(id)?;
        if self.answering.borrow_mut().insert(format!("context {}", id.0)) {
            self.pass_calls(context.binding_calls());
        }
        Ok(context.expose_binding(progress, name).await?)
    }

    pub(super) async fn expose_to_page(
        self: &Rc<Self>,
        progress: &Progress,
        id: PageId,
        name: &str,
    ) -> Result<(), Failed> {
        let page = self.page_of(id)?;
        if self.answering.borrow_mut().insert(format!("page {}", id.0)) {
            self.pass_calls(page.binding_calls());
        }
        Ok(page.expose_binding(progress, name).await?)
    }

    fn pass_calls(self: &Rc<Self>, mut calls: BindingCalls) {
        let host = Rc::downgrade(self);
        tokio::task::spawn_local(async move {
            while let Some(call) = calls.recv().await {
                let Some(host) = host.upgrade() else { return };
                host.pass_on_events();
                let id: BindingCallId = host.objects.fresh();
                let data = json!({
                    "page": host.objects.page_id(&call.page),
                    "frame": host.objects.frame_id(&call.frame),
                    "name": call.name,
                    "call": id,
                    "args": call.arguments,
                });
                host.objects.binding_calls.insert(id, call);
                host.emit((), "binding", data);
            }
        });
    }

    pub(super) async fn answer_binding(
        &self,
        progress: &Progress,
        id: BindingCallId,
        result: Option<WireValue>,
        error: Option<WireValue>,
    ) -> Result<Answer, Failed> {
        let call = self.objects.binding_calls.remove(id).ok_or(Failed::Gone)?;
        match error {
            Some(error) => call.reject(progress, &error).await?,
            None => call.resolve(progress, &result.unwrap_or_else(WireValue::undefined)).await?,
        }
        Ok(nothing())
    }
}
