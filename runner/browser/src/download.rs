//! Files that pages give to be kept.
//!
//! A browser of ours writes them into a folder of ours. One elsewhere writes them where it runs; their bytes
//! come to us through the protocol: the page takes the file in our own world of it, as if a person had chosen it.

mod folder;
mod remote;

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

use chromiumoxide_cdp::cdp::browser_protocol::browser::{
    BrowserContextId, CancelDownloadParams, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use serde::Deserialize;
use tokio::sync::watch;

use crate::connection::{RawEvent, Reply};
use crate::context::Context;
use crate::error::ActionError;
use crate::page::{Page, PageEvent};
use crate::progress::Progress;

pub(crate) use folder::Folder;

/// The downloads of a page that are under way.
#[derive(Default)]
pub(crate) struct Downloads(RefCell<Vec<Download>>);

impl Downloads {
    /// The page is gone: what it still loads will not come.
    pub(crate) fn ended(&self) {
        for download in self.0.borrow_mut().drain(..) {
            download.end(End::Failed("the page was closed".to_owned()));
        }
    }
}

/// A file that a page gives; clones share it.
#[derive(Clone)]
pub struct Download(Rc<State>);

struct State {
    page: Page,
    id: String,
    url: String,
    suggested_filename: String,
    end: watch::Sender<End>,
    fetched: tokio::sync::OnceCell<PathBuf>,
    deleted: Cell<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    NotYet,
    Done,
    Failed(String),
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Download({} {})", self.0.suggested_filename, self.0.url)
    }
}

impl PartialEq for Download {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WillBegin {
    frame_id: String,
    guid: String,
    url: String,
    suggested_filename: String,
}

#[derive(Deserialize)]
struct Moved {
    guid: String,
    state: String,
}

impl Download {
    /// Returns the page that gave it.
    pub fn page(&self) -> &Page {
        &self.0.page
    }

    /// Returns the address that it comes from.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns the name that the page or the server suggests.
    pub fn suggested_filename(&self) -> &str {
        &self.0.suggested_filename
    }

    /// Waits for its end; gives the reason when it failed.
    pub async fn failure(&self, progress: &Progress) -> Result<Option<String>, ActionError> {
        let mut end = self.0.end.subscribe();
        progress
            .run(async {
                let end =
                    end.wait_for(|end| *end != End::NotYet).await.map_err(|_| ActionError::PageClosed)?;
                match &*end {
                    End::Failed(reason) => Ok(Some(reason.clone())),
                    End::Done | End::NotYet => Ok(None),
                }
            })
            .await
    }

    /// Waits until it is whole and returns where it lies here. The file goes away with the context.
    pub async fn path(&self, progress: &Progress) -> Result<PathBuf, ActionError> {
        if let Some(reason) = self.failure(progress).await? {
            return Err(ActionError::Invalid(format!("the download failed: {reason}")));
        }
        if self.0.deleted.get() {
            return Err(ActionError::Invalid("the download was deleted".to_owned()));
        }
        let fetch = async {
            let folder = &self.0.page.context().0.downloads;
            match folder.here(&self.0.id) {
                Some(path) => Ok(path),
                None => remote::fetch(progress, &self.0.page, &self.0.id).await,
            }
        };
        self.0.fetched.get_or_try_init(|| fetch).await.cloned()
    }

    /// Stops it.
    pub async fn cancel(&self, progress: &Progress) -> Result<(), ActionError> {
        let context = self.0.page.context();
        let params = CancelDownloadParams {
            browser_context_id: Some(BrowserContextId::from(context.id().to_owned())),
            ..CancelDownloadParams::new(&self.0.id)
        };
        let reply = context.session_inner().browser.send(&params);
        progress.run(async { Ok::<_, ActionError>(reply.done().await?) }).await?;
        self.failure(progress).await.map(drop)
    }

    /// Forgets the file once it is whole.
    pub async fn delete(&self, progress: &Progress) -> Result<(), ActionError> {
        if self.failure(progress).await?.is_none()
            && let Ok(path) = self.path(progress).await
            && !self.0.deleted.replace(true)
        {
            tokio::fs::remove_file(&path)
                .await
                .map_err(|error| ActionError::Invalid(format!("failed to remove the download: {error}")))?;
        }
        Ok(())
    }

    fn end(&self, end: End) {
        self.0.end.send_if_modified(|current| {
            let is_first = *current == End::NotYet;
            if is_first {
                *current = end;
            }
            is_first
        });
    }
}

/// Says where downloads of a context go.
pub(crate) fn behavior(context: &Context) -> Reply {
    let accept = context.options().accept_downloads;
    let behavior =
        if accept { SetDownloadBehaviorBehavior::AllowAndName } else { SetDownloadBehaviorBehavior::Deny };
    let params = SetDownloadBehaviorParams {
        browser_context_id: Some(BrowserContextId::from(context.id().to_owned())),
        download_path: accept.then(|| context.0.downloads.in_browser()),
        events_enabled: Some(true),
        ..SetDownloadBehaviorParams::new(behavior)
    };
    context.session_inner().browser.send(&params)
}

/// Takes a download's event if one of the context's pages caused it.
pub(crate) fn take(context: &Context, event: &RawEvent<'_>) -> bool {
    match event.method {
        "Browser.downloadWillBegin" => began(context, event),
        "Browser.downloadProgress" => moved(context, event),
        _ => false,
    }
}

fn began(context: &Context, event: &RawEvent<'_>) -> bool {
    let Some(begun) = event.decode::<WillBegin>() else { return false };
    let Some(mut page) = context.page_of_frame(&begun.frame_id) else { return false };
    // A window that was opened for a download alone goes away again: the opener hears of it.
    if let Some(opener) =
        page.opener().filter(|_| !page.is_ready() || page.url().is_empty() || page.url() == "about:blank")
    {
        page = opener;
    }
    let download = Download(Rc::new(State {
        page: page.clone(),
        id: begun.guid,
        url: begun.url,
        suggested_filename: begun.suggested_filename,
        end: watch::Sender::new(End::NotYet),
        fetched: tokio::sync::OnceCell::new(),
        deleted: Cell::new(false),
    }));
    if !context.options().accept_downloads {
        let reason = "the context was made with `acceptDownloads: false`";
        download.end(End::Failed(reason.to_owned()));
    }
    page.0.downloads.0.borrow_mut().push(download.clone());
    page.emit(PageEvent::Download(download));
    true
}

fn moved(context: &Context, event: &RawEvent<'_>) -> bool {
    let Some(moved) = event.decode::<Moved>() else { return false };
    let pages = context.all_pages();
    let of_page = |page: &Page| {
        let downloads = page.0.downloads.0.borrow();
        downloads.iter().find(|download| download.0.id == moved.guid).cloned()
    };
    let Some(download) = pages.iter().find_map(of_page) else { return false };
    let end = match moved.state.as_str() {
        "completed" => End::Done,
        "canceled" => End::Failed("canceled".to_owned()),
        _ => return true,
    };
    download.end(end);
    let downloads = &download.page().0.downloads;
    downloads.0.borrow_mut().retain(|other| other.0.id != moved.guid);
    true
}
