//! What is asked of pages.

use std::rc::Rc;

use canary_browser::{Page, Progress, Viewport};
use serde_json::Value;

use super::command::PageAsk;
use super::context::text_of;
use super::failure::Failed;
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

impl Host {
    pub(super) async fn ask_page(
        self: &Rc<Self>,
        progress: &Progress,
        ask: PageAsk,
    ) -> Result<Answer, Failed> {
        match ask {
            PageAsk::Close { page, run_before_unload } => {
                if let Some(page) = self.objects.pages.get(page) {
                    page.close(progress, run_before_unload).await?;
                }
                Ok(nothing())
            }
            PageAsk::Reload { page, wait_until } => {
                let response = self.page_of(page)?.reload(progress, wait_until).await?;
                Ok(self.maybe_response(response.as_ref()))
            }
            PageAsk::GoBack { page, wait_until } => {
                let response = self.page_of(page)?.go_back(progress, wait_until).await?;
                Ok(self.maybe_response(response.as_ref()))
            }
            PageAsk::GoForward { page, wait_until } => {
                let response = self.page_of(page)?.go_forward(progress, wait_until).await?;
                Ok(self.maybe_response(response.as_ref()))
            }
            PageAsk::BringToFront { page } => {
                self.page_of(page)?.bring_to_front(progress).await?;
                Ok(nothing())
            }
            PageAsk::SetViewportSize { page, width, height } => {
                self.page_of(page)?.set_viewport_size(progress, Viewport { width, height }).await?;
                Ok(nothing())
            }
            PageAsk::SetExtraHttpHeaders { page, headers } => {
                self.page_of(page)?.set_extra_http_headers(progress, headers).await?;
                Ok(nothing())
            }
            PageAsk::EmulateMedia { page, media, color_scheme, reduced_motion, forced_colors, contrast } => {
                let change = MediaChange { media, color_scheme, reduced_motion, forced_colors, contrast };
                change.apply(progress, &self.page_of(page)?).await?;
                Ok(nothing())
            }
            PageAsk::AddInitScript { page, source } => {
                let script = self.page_of(page)?.add_init_script(progress, &text_of(&source)).await?;
                Ok(self.keep_init_script(script))
            }
            PageAsk::RemoveInitScript { page, script } => {
                if let Some(script) = self.objects.init_scripts.remove(script) {
                    self.page_of(page)?.remove_init_script(progress, &script).await?;
                }
                Ok(nothing())
            }
            PageAsk::ExposeBinding { page, name, handle } => {
                self.expose_to_page(progress, page, &name, handle).await?;
                Ok(nothing())
            }
            PageAsk::AnswerBinding { call, thrown, value, handles } => {
                self.answer_binding(progress, call, thrown, value, &handles).await
            }
            PageAsk::SetRouting { page, enabled } => self.route_page(progress, page, enabled).await,
            PageAsk::Listen { page, event, wanted } => {
                self.listen_to_page(page, event, wanted);
                Ok(nothing())
            }
            PageAsk::Screenshot { page, options } => self.picture(progress, page, options).await,
            PageAsk::Pdf { page, options } => self.pdf(progress, page, options).await,
            PageAsk::ConsoleMessages { page, filter } => Ok(json_answer(self.past_messages(page, filter))),
            PageAsk::ClearConsoleMessages { page } => {
                self.forget_messages(page);
                Ok(nothing())
            }
            PageAsk::PageErrors { page, filter } => Ok(json_answer(self.past_errors(page, filter))),
            PageAsk::ClearPageErrors { page } => {
                self.forget_errors(page);
                Ok(nothing())
            }
            PageAsk::RequestGc { page } => {
                let target = self.page_of(page)?.target();
                let nothing_more = serde_json::json!({});
                self.open_session()?
                    .call(progress, &target, "HeapProfiler.collectGarbage", &nothing_more)
                    .await?;
                Ok(nothing())
            }
            PageAsk::AddLocatorHandler { page, selector, no_wait_after } => {
                Ok(json_answer(self.add_obstacle(page, &selector, no_wait_after)?))
            }
            PageAsk::RemoveLocatorHandler { page, handler } => {
                self.remove_obstacle(page, handler);
                Ok(nothing())
            }
            PageAsk::LocatorHandlerDone { page, handler, remove } => {
                self.obstacle_handled(page, handler, remove);
                Ok(nothing())
            }
            PageAsk::Requests { page } => Ok(json_answer(self.past_requests(page))),
        }
    }
}

/// What `emulateMedia` changes; `no-override` takes an emulation back.
struct MediaChange {
    media: Option<String>,
    color_scheme: Option<String>,
    reduced_motion: Option<String>,
    forced_colors: Option<String>,
    contrast: Option<String>,
}

impl MediaChange {
    async fn apply(self, progress: &Progress, page: &Page) -> Result<(), Failed> {
        let media = change("media", self.media)?;
        let color_scheme = change("colorScheme", self.color_scheme)?;
        let reduced_motion = change("reducedMotion", self.reduced_motion)?;
        let forced_colors = change("forcedColors", self.forced_colors)?;
        let contrast = change("contrast", self.contrast)?;
        let changed = page.emulate_media(progress, |current| {
            media.into_iter().for_each(|media| current.media = media);
            color_scheme.into_iter().for_each(|scheme| current.color_scheme = scheme);
            reduced_motion.into_iter().for_each(|motion| current.reduced_motion = motion);
            forced_colors.into_iter().for_each(|colors| current.forced_colors = colors);
            contrast.into_iter().for_each(|contrast| current.contrast = contrast);
        });
        Ok(changed.await?)
    }
}

/// Reads one of the options: nothing, taken back, or a value.
fn change<T: serde::de::DeserializeOwned>(
    name: &str,
    value: Option<String>,
) -> Result<Option<Option<T>>, Failed> {
    match value {
        None => Ok(None),
        Some(value) if value == "no-override" => Ok(Some(None)),
        Some(value) => serde_json::from_value(Value::String(value))
            .map(|value| Some(Some(value)))
            .map_err(|error| Failed::invalid(format!("{name}: {error}"))),
    }
}
