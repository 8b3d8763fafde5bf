//! What is asked of contexts.

use std::rc::Rc;

use canary_browser::{ContextOptions, Progress};
use serde_json::Value;

use super::command::{ContextAsk, InitScript};
use super::failure::Failed;
use super::registry::InitScriptId;
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

impl Host {
    pub(super) async fn new_context(
        self: &Rc<Self>,
        progress: &Progress,
        options: &ContextOptions,
    ) -> Result<Answer, Failed> {
        let context = self.open_session()?.new_context(progress, options).await?;
        let id = self.objects.context_id(&context);
        self.objects.contexts.insert(id, context.clone());
        self.follow_context(id, &context);
        if let Some(state) = &options.storage_state {
            self.store(progress, id, &context, &state.origins).await?;
        }
        Ok(json_answer(id))
    }

    pub(super) async fn context(
        self: &Rc<Self>,
        progress: &Progress,
        ask: ContextAsk,
    ) -> Result<Answer, Failed> {
        match ask {
            ContextAsk::NewPage { context } => {
                let page = self.context_of(context)?.new_page(progress).await?;
                self.pass_on_events();
                let id = self.objects.page_id(&page);
                self.current.set(Some(id));
                Ok(json_answer(self.describe_page(&page)))
            }
            ContextAsk::Close { context } => {
                if let Some(context) = self.objects.contexts.remove(context) {
                    context.close(progress).await?;
                }
                Ok(nothing())
            }
            ContextAsk::Release { context } => {
                self.released.borrow_mut().push(context);
                Ok(nothing())
            }
            ContextAsk::Cookies { context, urls } => {
                Ok(json_answer(self.context_of(context)?.cookies(progress, &urls).await?))
            }
            ContextAsk::AddCookies { context, cookies } => {
                self.context_of(context)?.add_cookies(progress, &cookies).await?;
                Ok(nothing())
            }
            ContextAsk::ClearCookies { context, kept } => {
                self.context_of(context)?.replace_cookies(progress, &kept).await?;
                Ok(nothing())
            }
            ContextAsk::StorageState { context, databases } => {
                Ok(json_answer(self.storage_state(progress, context, databases).await?))
            }
            ContextAsk::SetStorageState { context, state } => {
                self.set_storage_state(progress, context, &state).await?;
                Ok(nothing())
            }
            ContextAsk::GrantPermissions { context, permissions, origin } => {
                self.context_of(context)?
                    .grant_permissions(progress, &permissions, origin.as_deref())
                    .await?;
                Ok(nothing())
            }
            ContextAsk::ClearPermissions { context } => {
                self.context_of(context)?.clear_permissions(progress).await?;
                Ok(nothing())
            }
            ContextAsk::SetGeolocation { context, geolocation } => {
                self.context_of(context)?.set_geolocation(progress, geolocation).await?;
                Ok(nothing())
            }
            ContextAsk::SetOffline { context, offline } => {
                self.context_of(context)?.set_offline(progress, offline).await?;
                Ok(nothing())
            }
            ContextAsk::SetExtraHttpHeaders { context, headers } => {
                self.context_of(context)?.set_extra_http_headers(progress, headers).await?;
                Ok(nothing())
            }
            ContextAsk::SetHttpCredentials { context, credentials } => {
                self.context_of(context)?.set_http_credentials(progress, credentials).await?;
                Ok(nothing())
            }
            ContextAsk::AddInitScript { context, source } => {
                let script = self.context_of(context)?.add_init_script(progress, &text_of(&source)).await?;
                Ok(self.keep_init_script(script))
            }
            ContextAsk::RemoveInitScript { context, script } => {
                if let Some(script) = self.objects.init_scripts.remove(script) {
                    self.context_of(context)?.remove_init_script(progress, &script).await?;
                }
                Ok(nothing())
            }
            ContextAsk::ExposeBinding { context, name, handle } => {
                self.expose_to_context(progress, context, &name, handle).await?;
                Ok(nothing())
            }
            ContextAsk::SetRouting { context, enabled } => {
                self.route_context(progress, context, enabled).await
            }
            ContextAsk::Listen { context, event, wanted } => {
                self.listen_to_context(context, event, wanted);
                Ok(nothing())
            }
        }
    }
}

impl Host {
    /// Keeps a script, so that it can be taken back.
    pub(super) fn keep_init_script(&self, script: canary_browser::InitScript) -> Answer {
        let id: InitScriptId = self.objects.fresh();
        self.objects.init_scripts.insert(id, script);
        json_answer(id)
    }
}

/// Makes one text of a script and its argument.
pub(super) fn text_of(script: &InitScript) -> String {
    match script {
        InitScript::Text(text) => text.clone(),
        InitScript::Function(function, argument) => {
            // A text of JSON is one of JavaScript; `</script>` means nothing here.
            let wire = serde_json::to_string(argument).unwrap_or_else(|_| Value::Null.to_string());
            format!("({function})(({}).decode({wire}, []))", canary_browser::SERIALIZER)
        }
    }
}
