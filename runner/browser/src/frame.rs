//! A frame: its place in the page, its document, the worlds in which script runs in that document.

pub(crate) mod pending;
mod worlds;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::error::ActionError;
use crate::evaluate::{ExecutionContext, World};
use crate::listeners::Listeners;
use crate::network::Request;
use crate::page::{Page, WeakPage};
use crate::target::{Channel, Target};

/// How far a document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lifecycle {
    /// The browser has begun to show it.
    #[serde(rename = "commit")]
    Commit,
    /// It is parsed.
    #[serde(rename = "domcontentloaded")]
    DomContentLoaded,
    /// It is loaded with everything in it.
    #[default]
    #[serde(rename = "load")]
    Load,
    /// Nothing was requested for half a second.
    #[serde(rename = "networkidle")]
    NetworkIdle,
}

impl Lifecycle {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "commit" => Some(Self::Commit),
            "DOMContentLoaded" => Some(Self::DomContentLoaded),
            "load" => Some(Self::Load),
            "networkIdle" => Some(Self::NetworkIdle),
            _ => None,
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A frame as the protocol describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FrameInfo {
    pub(crate) id: String,
    pub(crate) parent_id: Option<String>,
    pub(crate) loader_id: String,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) url_fragment: String,
    pub(crate) unreachable_url: Option<String>,
}

/// A frame with those in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FrameNode {
    pub(crate) frame: FrameInfo,
    #[serde(default)]
    pub(crate) child_frames: Vec<FrameNode>,
}

/// What happens to a frame, for those who wait for a navigation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FrameEvent {
    /// Another document is shown; an address in the last field could not be reached.
    Committed { loader: String, url: String, unreachable: Option<String> },
    /// The address changed, the document did not.
    WithinDocument { url: String },
    /// A navigation began to load.
    Started { loader: String, url: String },
    /// A navigation ended without a document.
    Aborted { loader: String, text: String },
    /// The document is further than it was.
    Reached(Lifecycle),
    /// The page's process died.
    Crashed,
    /// The frame is gone.
    Detached,
}

/// A frame of a page; clones share it.
#[derive(Clone)]
pub struct Frame(pub(crate) Rc<FrameInner>);

pub(crate) struct FrameInner {
    id: String,
    page: WeakPage,
    parent: RefCell<Option<String>>,
    channel: RefCell<Channel>,
    url: RefCell<String>,
    name: RefCell<String>,
    loader: RefCell<String>,
    reached: Cell<u8>,
    detached: Cell<bool>,
    main: RefCell<Option<ExecutionContext>>,
    isolated: RefCell<Option<ExecutionContext>>,
    making_isolated: tokio::sync::Mutex<()>,
    changed: Notify,
    pub(crate) events: Listeners<FrameEvent>,
    /// The requests of documents that are loading or shown, by loader.
    documents: RefCell<Vec<(String, Request)>>,
    /// The navigations that its document asked for and that did not end yet, oldest first.
    pending: RefCell<Vec<pending::Pending>>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} {})", self.0.id, self.url())
    }
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Frame {
    pub(crate) fn new(page: &Page, id: String, parent: Option<String>, channel: Channel) -> Self {
        Self(Rc::new(FrameInner {
            id,
            page: page.downgrade(),
            parent: RefCell::new(parent),
            channel: RefCell::new(channel),
            url: RefCell::default(),
            name: RefCell::default(),
            loader: RefCell::default(),
            reached: Cell::default(),
            detached: Cell::default(),
            main: RefCell::default(),
            isolated: RefCell::default(),
            making_isolated: tokio::sync::Mutex::default(),
            changed: Notify::new(),
            events: Listeners::default(),
            documents: RefCell::default(),
            pending: RefCell::default(),
        }))
    }

    /// Returns the browser's id of it.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the page that it belongs to; nothing once the page is gone.
    pub fn page(&self) -> Option<Page> {
        self.0.page.upgrade()
    }

    pub(crate) fn live_page(&self) -> Result<Page, ActionError> {
        self.page().ok_or(ActionError::PageClosed)
    }

    /// Returns the address of its document.
    pub fn url(&self) -> String {
        self.0.url.borrow().clone()
    }

    /// Returns the name that it was given by the page.
    pub fn name(&self) -> String {
        self.0.name.borrow().clone()
    }

    /// Returns the id of the load that its document came from.
    pub fn loader_id(&self) -> String {
        self.0.loader.borrow().clone()
    }

    /// Returns the frame that it is in; nothing for the main frame.
    pub fn parent(&self) -> Option<Frame> {
        let parent = self.parent_id()?;
        self.page()?.frame_by_id(&parent)
    }

    pub(crate) fn parent_id(&self) -> Option<String> {
        self.0.parent.borrow().clone()
    }

    /// Returns the frames in it.
    pub fn children(&self) -> Vec<Frame> {
        let Some(page) = self.page() else { return Vec::new() };
        let frames = page.frames();
        frames.into_iter().filter(|frame| frame.parent_id().as_deref() == Some(self.id())).collect()
    }

    /// Returns true when it was taken out of its page.
    pub fn is_detached(&self) -> bool {
        self.0.detached.get()
    }

    /// Returns the target that it lives in: its page, or one of its own.
    pub fn target(&self) -> Rc<Target> {
        Rc::clone(self.channel().target())
    }

    pub(crate) fn channel(&self) -> Channel {
        self.0.channel.borrow().clone()
    }

    pub(crate) fn set_channel(&self, channel: &Channel) {
        let is_same = self.0.channel.borrow().is(channel);
        if !is_same {
            *self.0.channel.borrow_mut() = channel.clone();
            self.0.changed.notify_waiters();
        }
    }

    pub(crate) fn set_parent(&self, parent: &str) {
        *self.0.parent.borrow_mut() = Some(parent.to_owned());
    }

    pub(crate) fn set_url(&self, url: &str) {
        url.clone_into(&mut self.0.url.borrow_mut());
    }

    /// Takes what the tree of frames says, unless newer events were faster.
    pub(crate) fn take_first_info(&self, info: &FrameInfo) {
        let is_first = self.0.loader.borrow().is_empty() || *self.0.loader.borrow() == info.loader_id;
        if is_first {
            self.take_info(info);
        }
    }

    fn take_info(&self, info: &FrameInfo) {
        info.loader_id.clone_into(&mut self.0.loader.borrow_mut());
        *self.0.url.borrow_mut() = format!("{}{}", info.url, info.url_fragment);
        info.name.clone_into(&mut self.0.name.borrow_mut());
    }

    /// Another document is shown.
    pub(crate) fn committed(&self, info: &FrameInfo, restored: bool) {
        let is_new = *self.0.loader.borrow() != info.loader_id || restored;
        self.forget_committed(&info.loader_id);
        self.take_info(info);
        if is_new {
            self.0.reached.set(Lifecycle::Commit.bit());
        }
        if restored {
            let done = [Lifecycle::DomContentLoaded, Lifecycle::Load, Lifecycle::NetworkIdle];
            self.0.reached.set(done.iter().fold(Lifecycle::Commit.bit(), |all, state| all | state.bit()));
        }
        self.0.documents.borrow_mut().retain(|(loader, _)| *loader == info.loader_id);
        let unreachable = info.unreachable_url.clone().filter(|url| !url.is_empty());
        self.tell(FrameEvent::Committed { loader: info.loader_id.clone(), url: self.url(), unreachable });
    }

    pub(crate) fn navigated_within_document(&self, url: &str) {
        self.set_url(url);
        self.tell(FrameEvent::WithinDocument { url: url.to_owned() });
    }

    /// Notes a state of the document; returns true if it was not reached before.
    pub(crate) fn reached(&self, state: Lifecycle, loader: &str) -> bool {
        let is_ours = {
            let mut current = self.0.loader.borrow_mut();
            if current.is_empty() {
                loader.clone_into(&mut current);
            }
            *current == loader
        };
        if !is_ours || self.has_reached_alone(state) {
            return false;
        }
        self.0.reached.set(self.0.reached.get() | state.bit());
        self.tell(FrameEvent::Reached(state));
        true
    }

    fn has_reached_alone(&self, state: Lifecycle) -> bool {
        self.0.reached.get() & state.bit() != 0
    }

    /// Returns true when the document is that far; silence counts for the frames in it too.
    pub fn has_reached(&self, state: Lifecycle) -> bool {
        match state {
            Lifecycle::NetworkIdle => {
                self.has_reached_alone(state) && self.children().iter().all(|child| child.has_reached(state))
            }
            _ => self.has_reached_alone(state),
        }
    }

    /// Notes the request that may bring the next document.
    pub(crate) fn document_requested(&self, loader: &str, request: Request) {
        {
            let mut documents = self.0.documents.borrow_mut();
            documents.retain(|(known, _)| known != loader);
            documents.push((loader.to_owned(), request.clone()));
        }
        self.navigation_started(loader, request.url());
        self.tell(FrameEvent::Started { loader: loader.to_owned(), url: request.url().to_owned() });
    }

    /// Returns the last request of the chain that brought the document of this loader.
    pub(crate) fn document_request(&self, loader: &str) -> Option<Request> {
        self.0
            .documents
            .borrow()
            .iter()
            .find(|(known, _)| known == loader)
            .map(|(_, request)| request.clone())
    }

    pub(crate) fn navigation_aborted(&self, loader: &str, text: &str) {
        self.forget_aborted(loader);
        self.tell(FrameEvent::Aborted { loader: loader.to_owned(), text: text.to_owned() });
    }

    pub(crate) fn detached(&self) {
        if self.0.detached.replace(true) {
            return;
        }
        for world in [&self.0.main, &self.0.isolated] {
            if let Some(world) = world.borrow_mut().take() {
                world.went_away();
            }
        }
        self.tell(FrameEvent::Detached);
        self.0.events.clear();
    }

    pub(crate) fn crashed(&self) {
        self.tell(FrameEvent::Crashed);
    }

    fn tell(&self, event: FrameEvent) {
        self.0.events.emit(&event);
        self.0.changed.notify_waiters();
        // Silence of a frame is a matter of those that it is in.
        if matches!(event, FrameEvent::Reached(Lifecycle::NetworkIdle) | FrameEvent::Detached)
            && let Some(parent) = self.parent()
        {
            parent.tell(FrameEvent::Reached(Lifecycle::NetworkIdle));
        }
    }

    pub(crate) fn set_world(&self, world: World, context: ExecutionContext) {
        *self.world(world).borrow_mut() = Some(context);
        self.0.changed.notify_waiters();
    }

    pub(crate) fn forget_world(&self, context: &ExecutionContext) {
        let mut held = self.world(context.world()).borrow_mut();
        if held.as_ref().is_some_and(|held| held.is(context)) {
            *held = None;
        }
    }

    fn world(&self, world: World) -> &RefCell<Option<ExecutionContext>> {
        match world {
            World::Main => &self.0.main,
            World::Isolated => &self.0.isolated,
        }
    }

    /// Says why the frame cannot be used, if so.
    pub(crate) fn check_alive(&self) -> Result<(), ActionError> {
        if let Some(page) = self.page() {
            if page.is_crashed() || page.is_closed() {
                return Err(page.gone_error());
            }
        } else {
            return Err(ActionError::PageClosed);
        }
        if self.is_detached() { Err(ActionError::FrameDetached) } else { Ok(()) }
    }
}
