//! What pages of a context keep in the browser: cookies and local storage, in and out.

use std::collections::BTreeMap;
use std::rc::Rc;

use canary_browser::{
    Argument, Context, CookieFilter, Frame, Fulfil, GotoOptions, Lifecycle, OriginState, Page, Progress,
    Script, StorageItem, StorageState,
};
use serde_json::json;
use url::Url;

use super::Host;
use super::failure::Failed;
use super::registry::ContextId;

const READ: &str =
    "() => Object.keys(localStorage).map((name) => ({ name, value: localStorage.getItem(name) }))";

const WRITE: &str = "({ items }) => {
  localStorage.clear();
  for (const { name, value } of items) localStorage.setItem(name, value);
}";

impl Host {
    /// Returns all cookies, and the local storage of every origin that the context has been to.
    pub(super) async fn storage_state(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
    ) -> Result<StorageState, Failed> {
        let context = self.context_of(id)?;
        let cookies = context.cookies(progress, &[]).await?;
        let mut origins = Vec::new();
        let live = frames_by_origin(&context);
        for origin in self.visited(id) {
            let local_storage = match live.get(&origin) {
                Some(frame) => read(progress, frame).await?,
                None => {
                    self.aside(progress, id, &context, &origin, async |page| {
                        read(progress, &page.main_frame()).await
                    })
                    .await?
                }
            };
            if !local_storage.is_empty() {
                origins.push(OriginState { origin, local_storage });
            }
        }
        Ok(StorageState { cookies, origins })
    }

    /// Puts cookies and local storage in place of those that are there.
    pub(super) async fn set_storage_state(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        state: &StorageState,
    ) -> Result<(), Failed> {
        let context = self.context_of(id)?;
        context.clear_cookies(progress, &CookieFilter::default()).await?;
        if !state.cookies.is_empty() {
            context.add_cookies(progress, &state.cookies).await?;
        }
        let mut wanted: BTreeMap<String, &[StorageItem]> = BTreeMap::new();
        for origin in self.visited(id) {
            wanted.insert(origin, &[]);
        }
        for OriginState { origin, local_storage } in &state.origins {
            wanted.insert(origin.clone(), local_storage);
        }
        let live = frames_by_origin(&context);
        for (origin, items) in wanted {
            match live.get(&origin) {
                Some(frame) => write(progress, frame, items).await?,
                None => {
                    self.aside(progress, id, &context, &origin, async |page| {
                        write(progress, &page.main_frame(), items).await
                    })
                    .await?;
                }
            }
        }
        Ok(())
    }

    /// Does something in an empty document of an origin, in a page of its own that the script never hears of.
    async fn aside<T>(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        context: &Context,
        origin: &str,
        work: impl AsyncFnOnce(&Page) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        self.keep_quiet(id, true);
        let page = context.new_page(progress).await;
        self.pass_on_events();
        self.keep_quiet(id, false);
        let page = page?;
        let mut routes = page.routes(progress, Rc::new(|_| true)).await?;
        let serve = async {
            while let Some(route) = routes.recv().await {
                let answer =
                    Fulfil { status: Some(200), headers: Vec::new(), body: b"<html></html>".to_vec() };
                if route.fulfil(progress, answer).await.is_err() {
                    break;
                }
            }
            std::future::pending::<()>().await;
        };
        let options = GotoOptions { wait_until: Lifecycle::Commit, referer: None };
        let main = page.main_frame();
        let went = tokio::select! {
            went = main.goto(progress, origin, &options) => went.map(drop).map_err(Failed::from),
            () = serve => Ok(()),
        };
        let result = match went {
            Ok(()) => work(&page).await,
            Err(error) => Err(error),
        };
        page.close(progress, false).await?;
        result
    }
}

fn frames_by_origin(context: &Context) -> BTreeMap<String, Frame> {
    let frames = context.pages().into_iter().flat_map(|page| page.frames());
    frames.filter_map(|frame| Some((origin_of(&frame.url())?, frame))).collect()
}

/// Returns the origin of a web address.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

async fn read(progress: &Progress, frame: &Frame) -> Result<Vec<StorageItem>, Failed> {
    let items = frame.evaluate(progress, &Script::Function(READ.to_owned()), &Argument::none()).await?;
    serde_json::from_value(items.to_json()).map_err(|error| Failed::invalid(error.to_string()))
}

async fn write(progress: &Progress, frame: &Frame, items: &[StorageItem]) -> Result<(), Failed> {
    let list: Vec<_> = items.iter().map(|item| json!({ "name": item.name, "value": item.value })).collect();
    let argument = Argument::json(&json!({ "items": list }));
    frame.evaluate(progress, &Script::Function(WRITE.to_owned()), &argument).await?;
    Ok(())
}
