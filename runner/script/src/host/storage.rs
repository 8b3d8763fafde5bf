//! What pages of a context keep in the browser: cookies, local storage and databases, in and out.

use std::collections::BTreeMap;
use std::rc::Rc;

use canary_browser::{
    Argument, Context, Frame, Fulfil, GotoOptions, Lifecycle, OriginState, Page, Progress, SERIALIZER,
    Script, StorageItem, StorageState,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::Host;
use super::failure::Failed;
use super::registry::ContextId;

/// Reads and writes what an origin stores.
const STORAGE: &str = include_str!("storage.js");

impl Host {
    /// Returns all cookies, and what every origin stored that the context has been to.
    pub(super) async fn storage_state(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        with_databases: bool,
    ) -> Result<StorageState, Failed> {
        let context = self.context_of(id)?;
        let cookies = context.cookies(progress, &[]).await?;
        let mut origins = Vec::new();
        let live = frames_by_origin(&context);
        for origin in self.visited(id) {
            let stored = match live.get(&origin) {
                Some(frame) => read(progress, frame, with_databases).await?,
                None => {
                    self.aside(progress, id, &context, &origin, async |page| {
                        read(progress, &page.main_frame(), with_databases).await
                    })
                    .await?
                }
            };
            if stored != Stored::default() {
                let Stored { local_storage, indexed_db } = stored;
                origins.push(OriginState { origin, local_storage, indexed_db });
            }
        }
        Ok(StorageState { cookies, origins })
    }

    /// Puts cookies and what origins store in place of what is there.
    pub(super) async fn set_storage_state(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        state: &StorageState,
    ) -> Result<(), Failed> {
        let context = self.context_of(id)?;
        context.replace_cookies(progress, &state.cookies).await?;
        self.store(progress, id, &context, &state.origins).await
    }

    /// Puts what origins store in place of what those have that the context has been to.
    pub(super) async fn store(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        context: &Context,
        origins: &[OriginState],
    ) -> Result<(), Failed> {
        let visited = self.visited(id).into_iter().map(|origin| (origin, Stored::default()));
        let mut wanted: BTreeMap<String, Stored> = visited.collect();
        for OriginState { origin, local_storage, indexed_db } in origins {
            let stored = Stored { local_storage: local_storage.clone(), indexed_db: indexed_db.clone() };
            wanted.insert(origin.clone(), stored);
        }
        let live = frames_by_origin(context);
        for (origin, stored) in wanted {
            match live.get(&origin) {
                Some(frame) => write(progress, frame, &stored).await?,
                None => {
                    self.aside(progress, id, context, &origin, async |page| {
                        write(progress, &page.main_frame(), &stored).await
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

/// What one origin stores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    local_storage: Vec<StorageItem>,
    #[serde(rename = "indexedDB")]
    indexed_db: Vec<Value>,
}

async fn read(progress: &Progress, frame: &Frame, with_databases: bool) -> Result<Stored, Failed> {
    let script = format!("(wanted) => ({STORAGE})({SERIALIZER}).read(wanted)");
    let argument = Argument::json(&json!(with_databases));
    let stored = frame.evaluate(progress, &Script::Function(script), &argument).await?;
    serde_json::from_value(stored.to_json()).map_err(|error| Failed::invalid(error.to_string()))
}

async fn write(progress: &Progress, frame: &Frame, stored: &Stored) -> Result<(), Failed> {
    let script = format!("(stored) => ({STORAGE})({SERIALIZER}).write(stored)");
    frame.evaluate(progress, &Script::Function(script), &Argument::json(&json!(stored))).await?;
    Ok(())
}
