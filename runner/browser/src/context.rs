//! A context: a profile of its own inside the browser, fresh and gone after use, with the pages in it.

mod options;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chromiumoxide_cdp::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide_cdp::cdp::browser_protocol::target::{
    CreateBrowserContextParams, CreateTargetParams, DisposeBrowserContextParams, GetTargetsParams,
};
use serde::Deserialize;

use crate::connection::RawEvent;
use crate::download::Folder;
use crate::error::{ActionError, NavigationError};
use crate::listeners::Listeners;
use crate::navigation::GotoOptions;
use crate::page::{BindingCall, InitScript, Page, PageEvent, PageEventKind};
use crate::progress::Progress;
use crate::route::Interception;
use crate::session::{Session, SessionInner};
use crate::target::TargetInfo;
use crate::worker::Worker;

pub use options::{
    ColorScheme, ContextOptions, Cookie, ForcedColors, Geolocation, HttpCredentials, OriginState, Proxy,
    ReducedMotion, SameSite, ServiceWorkers, StorageItem, StorageState, Viewport,
};

/// What happened in a context.
#[derive(Clone, Debug)]
pub enum ContextEvent {
    /// A page is there and ready: opened by us or by another page.
    Page(Page),
    /// Something happened in one of the pages; only for kinds that were asked for.
    InPage(Page, PageEvent),
    /// A service worker was started for a site.
    ServiceWorker(Worker),
    /// The context is gone.
    Close,
}

impl ContextEvent {
    /// The kinds that every listener of a context hears of.
    pub(crate) const OF_CONTEXT: u32 = 1 << 31;
}

/// The events of a context, in order. They end with it.
pub type ContextEvents = tokio::sync::mpsc::UnboundedReceiver<ContextEvent>;

/// A profile of its own inside the browser; clones share it.
#[derive(Clone)]
pub struct Context(pub(crate) Rc<ContextInner>);

pub(crate) struct ContextInner {
    session: Session,
    id: String,
    /// A WebDriver session's own window lives in a context that only the driver may end.
    owned: bool,
    options: RefCell<ContextOptions>,
    pages: RefCell<Vec<Page>>,
    pub(crate) events: Listeners<ContextEvent>,
    pub(crate) init_scripts: RefCell<Vec<InitScript>>,
    pub(crate) bindings: RefCell<Vec<String>>,
    pub(crate) binding_calls: Listeners<BindingCall>,
    pub(crate) interception: Interception,
    pub(crate) downloads: Folder,
    closed: Cell<bool>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Context({})", self.0.id)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    browser_context_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreatedTarget {
    target_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Targets {
    target_infos: Vec<TargetInfo>,
}

impl Context {
    pub(crate) async fn create(
        session: &Session,
        progress: &Progress,
        options: &ContextOptions,
    ) -> Result<Self, ActionError> {
        options.check().map_err(ActionError::Invalid)?;
        if let Some(window) = session.0.take_driver_window() {
            return Self::adopt(session, progress, &window, options).await;
        }
        let proxy = options.proxy.as_ref();
        let params = CreateBrowserContextParams {
            dispose_on_detach: Some(true),
            proxy_server: proxy.map(|proxy| proxy.server.clone()),
            proxy_bypass_list: proxy.and_then(|proxy| proxy.bypass.clone()),
            origins_with_universal_network_access: None,
        };
        let reply = session.0.browser.send(&params);
        let created: Created = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        let context = Self::register(session, created.browser_context_id, true, options);
        context.apply(progress).await?;
        Ok(context)
    }

    /// Makes a context of the window that a WebDriver session brought.
    async fn adopt(
        session: &Session,
        progress: &Progress,
        window: &str,
        options: &ContextOptions,
    ) -> Result<Self, ActionError> {
        if options.proxy.is_some() {
            let reason = "a WebDriver session's context has the proxy that its capabilities name".to_owned();
            return Err(ActionError::Invalid(reason));
        }
        let reply = session.0.browser.send(&GetTargetsParams::default());
        let targets: Targets = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        let found = targets.target_infos.into_iter().find(|target| target.target_id == window);
        let id = found.and_then(|target| target.browser_context_id).ok_or(ActionError::PageClosed)?;
        let context = Self::register(session, id, false, options);
        context.apply(progress).await?;
        session.attach_to(progress, window).await?;
        let page = context.page_of(progress, window).await?;
        // The driver's own first navigation may still be under way and would replace the script's.
        let mut blank = page.goto(progress, "about:blank", &GotoOptions::default()).await;
        while let Err(NavigationError::Replaced { .. }) = blank {
            blank = page.goto(progress, "about:blank", &GotoOptions::default()).await;
        }
        blank.map_err(Box::new)?;
        Ok(context)
    }

    fn register(session: &Session, id: String, owned: bool, options: &ContextOptions) -> Self {
        let context = Self(Rc::new(ContextInner {
            session: session.clone(),
            id: id.clone(),
            owned,
            options: RefCell::new(options.clone()),
            pages: RefCell::default(),
            events: Listeners::default(),
            init_scripts: RefCell::default(),
            bindings: RefCell::default(),
            binding_calls: Listeners::default(),
            interception: Interception::default(),
            downloads: Folder::new(session.is_remote(), &id, session.0.home()),
            closed: Cell::new(false),
        }));
        session.0.add_context(id, context.clone());
        context
    }

    /// Returns the browser's id of it.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the session that it lives in.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// Returns the options as they are now.
    pub fn options(&self) -> std::cell::Ref<'_, ContextOptions> {
        self.0.options.borrow()
    }

    pub(crate) fn options_mut(&self) -> std::cell::RefMut<'_, ContextOptions> {
        self.0.options.borrow_mut()
    }

    /// Returns the pages that are open, in the order in which they were opened.
    pub fn pages(&self) -> Vec<Page> {
        self.0.pages.borrow().iter().filter(|page| page.is_ready()).cloned().collect()
    }

    /// Returns what happens in the context from now on, and in its pages what is of these kinds.
    pub fn events(&self, kinds: &[PageEventKind]) -> ContextEvents {
        self.0.events.subscribe_to(PageEventKind::bits(kinds) | ContextEvent::OF_CONTEXT)
    }

    /// Opens a page. A WebDriver session's own window is given out first.
    pub async fn new_page(&self, progress: &Progress) -> Result<Page, ActionError> {
        match self.unused_window() {
            Some(page) => Ok(page),
            None => self.open_page(progress).await,
        }
    }

    /// Opens a page of its own in any case.
    pub(crate) async fn open_page(&self, progress: &Progress) -> Result<Page, ActionError> {
        if self.0.closed.get() {
            return Err(ActionError::PageClosed);
        }
        let id = BrowserContextId::from(self.0.id.clone());
        let params =
            CreateTargetParams { browser_context_id: Some(id), ..CreateTargetParams::new("about:blank") };
        let reply = self.0.session.0.browser.send(&params);
        let created: CreatedTarget =
            progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        self.page_of(progress, &created.target_id).await
    }

    fn unused_window(&self) -> Option<Page> {
        if self.0.owned {
            return None;
        }
        self.0.pages.borrow().first().filter(|page| page.take_unused()).cloned()
    }

    async fn page_of(&self, progress: &Progress, target_id: &str) -> Result<Page, ActionError> {
        let page = self.0.pages.borrow().iter().find(|page| page.id() == target_id).cloned();
        // The attachment is told before the answer; a page that is not there was closed already.
        let page = page.ok_or(ActionError::PageClosed)?;
        page.wait_ready(progress).await?;
        self.0.session.read_clock(&page).await;
        Ok(page)
    }

    /// Returns the pages that are open, also those that are not ready yet.
    pub(crate) fn all_pages(&self) -> Vec<Page> {
        self.0.pages.borrow().clone()
    }

    pub(crate) fn add_page(&self, page: &Page) {
        self.0.pages.borrow_mut().push(page.clone());
    }

    pub(crate) fn remove_page(&self, page: &Page) {
        self.0.pages.borrow_mut().retain(|other| other.id() != page.id());
    }

    pub(crate) fn page_by_id(&self, id: &str) -> Option<Page> {
        self.0.pages.borrow().iter().find(|page| page.id() == id).cloned()
    }

    pub(crate) fn page_of_frame(&self, frame: &str) -> Option<Page> {
        self.0.pages.borrow().iter().find(|page| page.frame_by_id(frame).is_some()).cloned()
    }

    /// Sends what the options ask of the context as a whole.
    async fn apply(&self, progress: &Progress) -> Result<(), ActionError> {
        let replies = crate::emulation::apply_to_context(self);
        progress.run(async { Ok(crate::connection::all_done(replies).await?) }).await
    }

    /// Closes the context with all its pages.
    pub async fn close(&self, progress: &Progress) -> Result<(), ActionError> {
        if self.0.closed.replace(true) {
            return Ok(());
        }
        if self.0.owned {
            let id = BrowserContextId::from(self.0.id.clone());
            let reply = self.0.session.0.browser.send(&DisposeBrowserContextParams::new(id));
            progress.run(async { Ok::<_, ActionError>(reply.done().await?) }).await?;
        } else {
            let pages = self.0.pages.borrow().clone();
            // The driver needs one window as long as its session lives.
            for page in pages.iter().skip(1) {
                page.close(progress, false).await?;
            }
        }
        self.0.session.0.remove_context(&self.0.id);
        self.ended();
        Ok(())
    }

    /// Tells everybody that the context is gone.
    pub(crate) fn ended(&self) {
        self.0.closed.set(true);
        let pages = std::mem::take(&mut *self.0.pages.borrow_mut());
        for page in pages {
            page.closed_by_browser();
        }
        self.0.downloads.remove();
        self.0.events.emit_to(ContextEvent::OF_CONTEXT, &ContextEvent::Close);
        self.0.events.clear();
    }

    /// Returns true when it was closed.
    pub fn is_closed(&self) -> bool {
        self.0.closed.get()
    }

    pub(crate) fn session_inner(&self) -> &SessionInner {
        &self.0.session.0
    }

    /// Takes a download's event if one of our pages caused it.
    pub(crate) fn take_download(&self, event: &RawEvent<'_>) -> bool {
        crate::download::take(self, event)
    }
}
