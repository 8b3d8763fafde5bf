//! A page: its frames, its events, its end. What can be done with it is in files of their own.

mod bindings;
mod event;
mod init_script;
mod setup;
mod take;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::page::{BringToFrontParams, CloseParams};
use chromiumoxide_cdp::cdp::browser_protocol::target::CloseTargetParams;
use tokio::sync::watch;

use crate::context::{Context, ContextEvent, ContextOptions, Viewport};
use crate::dialog::Dialog;
use crate::download::Downloads;
use crate::emulation::Media;
use crate::error::{ActionError, CallError};
use crate::evaluate::{ExecutionContext, JsHandle};
use crate::frame::Frame;
use crate::input::Input;
use crate::listeners::Listeners;
use crate::network::Network;
use crate::progress::Progress;
use crate::route::Interception;
use crate::target::{Channel, Target, TargetInfo};
use crate::worker::Worker;

pub use bindings::{BindingCall, BindingCalls};
pub use event::{PageEvent, PageEventKind, PageEvents};
pub use init_script::InitScript;

/// How long a page may take to close before it is asked again.
const CLOSING: Duration = Duration::from_secs(1);

/// A page; clones share it.
#[derive(Clone)]
pub struct Page(pub(crate) Rc<PageInner>);

/// A page that may be gone.
#[derive(Clone)]
pub(crate) struct WeakPage(Weak<PageInner>);

impl WeakPage {
    pub(crate) fn upgrade(&self) -> Option<Page> {
        self.0.upgrade().map(Page)
    }
}

pub(crate) struct PageInner {
    id: String,
    context: Context,
    channel: Channel,
    opener: Option<WeakPage>,
    pub(crate) frames: RefCell<Vec<Frame>>,
    worlds: RefCell<HashMap<(Rc<str>, i64), WorldOfFrame>>,
    pub(crate) workers: RefCell<Vec<Worker>>,
    pub(crate) network: Network,
    pub(crate) events: Listeners<PageEvent>,
    pub(crate) input: Input,
    pub(crate) downloads: Downloads,
    pub(crate) dialog: RefCell<Option<Dialog>>,
    pub(crate) interception: Interception,
    pub(crate) bindings: bindings::Bindings,
    overrides: RefCell<Overrides>,
    ready: watch::Sender<bool>,
    closed: watch::Sender<bool>,
    crashed: Cell<bool>,
    /// What of the context's options the browser refused.
    refused: RefCell<Option<String>>,
    unused: Cell<bool>,
    /// How many navigations its documents asked for.
    pub(crate) navigations: Cell<u64>,
}

/// A script world and the id of the frame whose document it belongs to.
type WorldOfFrame = (ExecutionContext, String);

/// What of the context's options the page has of its own.
#[derive(Default)]
struct Overrides {
    media: Media,
    viewport: Option<Viewport>,
    extra_headers: Option<std::collections::BTreeMap<String, String>>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Page({} {})", self.0.id, self.url())
    }
}

impl PartialEq for Page {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Page {
    /// Makes a page of a target that we were just attached to.
    pub(crate) fn attached(context: &Context, channel: Channel, info: &TargetInfo) -> Self {
        // A frame of another site may be named in its page's place.
        let by_id = |id: &str| context.page_by_id(id).or_else(|| context.page_of_frame(id));
        let opener = info.opener_id.as_deref().and_then(by_id);
        let page = Self(Rc::new(PageInner {
            id: info.target_id.clone(),
            context: context.clone(),
            channel: channel.clone(),
            opener: opener.map(|page| page.downgrade()),
            frames: RefCell::default(),
            worlds: RefCell::default(),
            workers: RefCell::default(),
            network: Network::default(),
            events: Listeners::default(),
            input: Input::default(),
            downloads: Downloads::default(),
            dialog: RefCell::default(),
            interception: Interception::default(),
            bindings: bindings::Bindings::default(),
            overrides: RefCell::new(Overrides {
                media: Media::of(&context.options()),
                ..Overrides::default()
            }),
            ready: watch::Sender::new(false),
            closed: watch::Sender::new(false),
            crashed: Cell::new(false),
            refused: RefCell::default(),
            unused: Cell::new(true),
            navigations: Cell::default(),
        }));
        let main = Frame::new(&page, info.target_id.clone(), None, channel);
        main.set_url(&info.url);
        page.0.frames.borrow_mut().push(main);
        context.add_page(&page);
        page
    }

    pub(crate) fn downgrade(&self) -> WeakPage {
        WeakPage(Rc::downgrade(&self.0))
    }

    /// Returns the browser's id of it.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the context that it lives in.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// Returns the page that opened it, if that is still there.
    pub fn opener(&self) -> Option<Page> {
        self.0.opener.as_ref()?.upgrade().filter(|page| !page.is_closed())
    }

    /// Returns the target that it is, for commands of observers.
    pub fn target(&self) -> Rc<Target> {
        Rc::clone(self.0.channel.target())
    }

    pub(crate) fn channel(&self) -> &Channel {
        &self.0.channel
    }

    /// Returns the frame that fills the page.
    pub fn main_frame(&self) -> Frame {
        let frames = self.0.frames.borrow();
        frames.first().cloned().expect("a page has its main frame from the start to the end")
    }

    /// Returns all frames, the main one first.
    pub fn frames(&self) -> Vec<Frame> {
        self.0.frames.borrow().clone()
    }

    /// Returns the frame of this id.
    pub fn frame_by_id(&self, id: &str) -> Option<Frame> {
        self.0.frames.borrow().iter().find(|frame| frame.id() == id).cloned()
    }

    /// Returns the frame in whose document a handle lives.
    pub fn frame_of(&self, handle: &JsHandle) -> Result<Frame, ActionError> {
        let worlds = self.0.worlds.borrow();
        let world = worlds.values().find(|(context, _)| context.is(handle.context()));
        let frame = world.map(|(_, frame)| frame.clone()).ok_or(ActionError::ContextGone)?;
        self.frame_by_id(&frame).ok_or(ActionError::FrameDetached)
    }

    /// Returns the workers that run.
    pub fn workers(&self) -> Vec<Worker> {
        self.0.workers.borrow().clone()
    }

    /// Returns the address of the main frame's document.
    pub fn url(&self) -> String {
        self.main_frame().url()
    }

    /// Returns the size that the page was given, if it was.
    pub fn viewport_size(&self) -> Option<Viewport> {
        self.effective_options().viewport
    }

    /// Returns what happens in the page from now on, of these kinds.
    ///
    /// While anybody asks for dialogs or file choosers, these wait for an answer; else they are dismissed.
    pub fn events(&self, kinds: &[PageEventKind]) -> PageEvents {
        let events = PageEvents(self.0.events.subscribe_to(PageEventKind::bits(kinds)));
        if kinds.contains(&PageEventKind::FileChooser) {
            crate::file_chooser::intercept(self, true);
        }
        events
    }

    pub(crate) fn emit(&self, event: PageEvent) {
        let kind = event.kind().bit();
        let in_context = &self.0.context.0.events;
        if in_context.wants(kind) {
            in_context.emit_to(kind, &ContextEvent::InPage(self.clone(), event.clone()));
        }
        self.0.events.emit_to(kind, &event);
    }

    /// Returns true when nobody would hear of it, so that nothing needs to be made for it.
    pub(crate) fn is_unheard(&self, kind: PageEventKind) -> bool {
        !self.0.events.wants(kind.bit()) && !self.0.context.0.events.wants(kind.bit())
    }

    /// Returns true once it can be used.
    pub(crate) fn is_ready(&self) -> bool {
        *self.0.ready.borrow()
    }

    /// Returns true once: for a window that was there before anybody asked for a page.
    pub(crate) fn take_unused(&self) -> bool {
        self.0.unused.replace(false)
    }

    pub(crate) async fn wait_ready(&self, progress: &Progress) -> Result<(), ActionError> {
        let mut ready = self.0.ready.subscribe();
        let mut closed = self.0.closed.subscribe();
        progress
            .run(async {
                tokio::select! {
                    _ = ready.wait_for(|ready| *ready) => match self.0.refused.borrow().clone() {
                        Some(why) => Err(ActionError::Invalid(why)),
                        None => Ok(()),
                    },
                    _ = closed.wait_for(|closed| *closed) => Err(self.gone_error()),
                }
            })
            .await
    }

    /// Returns the options of the context with what the page has of its own.
    pub(crate) fn effective_options(&self) -> ContextOptions {
        let mut options = self.0.context.options().clone();
        let overrides = self.0.overrides.borrow();
        if overrides.viewport.is_some() {
            options.viewport = overrides.viewport;
        }
        if let Some(headers) = &overrides.extra_headers {
            options.extra_http_headers.extend(headers.clone());
        }
        options
    }

    /// Returns the page's own way to talk and those of its frames of other sites.
    pub(crate) fn channels(&self) -> Vec<Channel> {
        let mut channels = vec![self.0.channel.clone()];
        for frame in self.0.frames.borrow().iter() {
            let channel = frame.channel();
            if !channels.iter().any(|known| known.is(&channel)) {
                channels.push(channel);
            }
        }
        channels
    }

    /// Changes the size of the page.
    pub async fn set_viewport_size(&self, progress: &Progress, size: Viewport) -> Result<(), ActionError> {
        self.0.overrides.borrow_mut().viewport = Some(size);
        let reply = crate::emulation::viewport(&self.0.channel, &self.effective_options(), size);
        progress.run(async { Ok(reply.done().await?) }).await
    }

    /// Changes what media queries see; fields that are not given stay as they were.
    pub async fn emulate_media(
        &self,
        progress: &Progress,
        change: impl FnOnce(&mut Media),
    ) -> Result<(), ActionError> {
        change(&mut self.0.overrides.borrow_mut().media);
        let media = self.media();
        let replies =
            self.channels().iter().map(|channel| crate::emulation::emulate_media(channel, &media)).collect();
        progress.run(async { Ok(crate::connection::all_done(replies).await?) }).await
    }

    pub(crate) fn media(&self) -> Media {
        self.0.overrides.borrow().media.clone()
    }

    /// Names the headers that every request of this page carries besides its own and the context's.
    pub async fn set_extra_http_headers(
        &self,
        progress: &Progress,
        headers: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ActionError> {
        self.0.overrides.borrow_mut().extra_headers = Some(headers.into_iter().collect());
        let options = self.effective_options();
        let replies = self
            .channels()
            .iter()
            .map(|channel| crate::emulation::extra_headers(channel, &options))
            .collect();
        progress.run(async { Ok(crate::connection::all_done(replies).await?) }).await
    }

    /// Shows the page in front of the others.
    pub async fn bring_to_front(&self, progress: &Progress) -> Result<(), ActionError> {
        let reply = self.0.channel.send(&BringToFrontParams::default());
        progress.run(async { Ok(reply.done().await?) }).await
    }

    /// Closes the page; with `before_unload` the page may ask for confirmation, and this returns at once.
    pub async fn close(&self, progress: &Progress, before_unload: bool) -> Result<(), ActionError> {
        if self.is_closed() {
            return Ok(());
        }
        if before_unload {
            let reply = self.0.channel.send(&CloseParams::default());
            return progress.run(async { Ok(reply.done().await?) }).await;
        }
        let params = CloseTargetParams::new(self.0.id.clone());
        let browser = &self.0.context.session_inner().browser;
        progress
            .run(async {
                // Chrome forgets the wish when the page is just moving to another process.
                loop {
                    let asked = browser.send(&params).done().await;
                    if tokio::time::timeout(CLOSING, self.wait_closed()).await.is_ok() {
                        return Ok(());
                    }
                    asked?;
                }
            })
            .await
    }

    /// Waits until the page is closed, by whomever.
    pub async fn wait_closed(&self) {
        let mut closed = self.0.closed.subscribe();
        drop(closed.wait_for(|closed| *closed).await);
    }

    /// Returns true when it was closed.
    pub fn is_closed(&self) -> bool {
        *self.0.closed.borrow()
    }

    /// Returns true when its process died.
    pub fn is_crashed(&self) -> bool {
        self.0.crashed.get()
    }

    pub(crate) fn gone_error(&self) -> ActionError {
        match self.0.channel.gone() {
            Some(CallError::Crashed) => ActionError::Crashed,
            _ => match self.0.context.session().is_closed() {
                Some(closed) => ActionError::Closed(closed),
                None => ActionError::PageClosed,
            },
        }
    }

    /// Tells everybody that the page is gone.
    pub(crate) fn closed_by_browser(&self) {
        if self.0.closed.send_replace(true) {
            return;
        }
        self.0.channel.fail(CallError::TargetGone);
        for frame in self.frames() {
            frame.detached();
        }
        for (context, _) in self.0.worlds.borrow().values() {
            context.went_away();
        }
        self.0.network.ended();
        self.0.downloads.ended();
        self.0.context.remove_page(self);
        self.emit(PageEvent::Close);
        self.0.events.clear();
    }

    fn crashed(&self) {
        if self.0.crashed.replace(true) {
            return;
        }
        for channel in self.channels() {
            channel.fail(CallError::Crashed);
        }
        for frame in self.frames() {
            frame.crashed();
        }
        self.emit(PageEvent::Crash);
    }
}
