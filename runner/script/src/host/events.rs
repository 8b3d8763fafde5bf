//! What happens in the browser, passed on to the prelude in order.
//!
//! Each context has one feed with the events of all its pages. It is emptied by a task of its own, and
//! before the answer of every call, so that a script never learns the end of something before its parts.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::{
    ConsoleMessage, Context, ContextEvent, ContextEvents, Dialog, DialogKind, Exception, FileChooser, Frame,
    Page, PageEvent, PageEventKind, PageEvents, Progress, Request, WebSocket, WebSocketEvent,
    WebSocketMessage, Worker,
};
use serde_json::{Value, json};

use super::command::{Since, Wanted};
use super::describe::exception;
use super::registry::{ContextId, PageId, SocketId};
use super::storage::origin_of;
use super::{CLOSING, Host};

/// How much of a page's past can be asked for.
const KEPT: usize = 200;

/// Events that the prelude mirrors, or that are kept for who asks later.
const ALWAYS: [PageEventKind; 12] = [
    PageEventKind::FrameAttached,
    PageEventKind::FrameDetached,
    PageEventKind::FrameNavigated,
    PageEventKind::DomContentLoaded,
    PageEventKind::Load,
    PageEventKind::Crash,
    PageEventKind::Close,
    PageEventKind::Download,
    PageEventKind::Worker,
    PageEventKind::Console,
    PageEventKind::PageError,
    PageEventKind::Request,
];

/// The feeds of all contexts.
#[derive(Default)]
pub(super) struct Feeds(RefCell<Vec<Rc<Feed>>>);

struct Feed {
    context: ContextId,
    browser_context: Context,
    events: RefCell<Option<ContextEvents>>,
    /// Wakes the feed's task when its stream was replaced by another one.
    waker: RefCell<Option<Waker>>,
    wanted_by_context: RefCell<HashSet<Wanted>>,
    pages: RefCell<Vec<Rc<FollowedPage>>>,
    /// Origins that its pages have been to.
    origins: RefCell<BTreeSet<String>>,
    /// A page that opens now is ours: the script is not told of it.
    quiet: Cell<bool>,
    ended: Cell<bool>,
}

struct FollowedPage {
    id: PageId,
    page: Page,
    wanted: RefCell<HashSet<Wanted>>,
    /// Questions for files are caught only while this is held.
    choosers: RefCell<Option<PageEvents>>,
    messages: RefCell<History<ConsoleMessage>>,
    errors: RefCell<History<Exception>>,
    requests: RefCell<History<Request>>,
}

/// The last things of a kind, and how many of them came before the document that is shown.
struct History<T> {
    entries: VecDeque<T>,
    before: usize,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), before: 0 }
    }
}

impl<T: Clone> History<T> {
    fn push(&mut self, entry: T) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
            self.before = self.before.saturating_sub(1);
        }
        self.entries.push_back(entry);
    }

    fn navigated(&mut self) {
        self.before = self.entries.len();
    }

    fn since(&self, since: Since) -> Vec<T> {
        let skipped = if since == Since::All { 0 } else { self.before };
        self.entries.iter().skip(skipped).cloned().collect()
    }
}

impl Feeds {
    fn all(&self) -> Vec<Rc<Feed>> {
        self.0.borrow().clone()
    }

    fn of(&self, context: ContextId) -> Option<Rc<Feed>> {
        self.0.borrow().iter().find(|feed| feed.context == context).cloned()
    }

    fn page(&self, page: PageId) -> Option<(Rc<Feed>, Rc<FollowedPage>)> {
        let feeds = self.0.borrow();
        feeds.iter().find_map(|feed| feed.page(page).map(|page| (Rc::clone(feed), page)))
    }

    /// Forgets contexts that are gone.
    pub(super) fn forget_closed(&self) {
        self.0.borrow_mut().retain(|feed| !feed.ended.get());
    }
}

impl Feed {
    fn page(&self, id: PageId) -> Option<Rc<FollowedPage>> {
        self.pages.borrow().iter().find(|page| page.id == id).cloned()
    }

    /// Returns the kinds that somebody wants, and those that are always wanted.
    fn kinds(&self) -> Vec<PageEventKind> {
        let mut kinds = ALWAYS.to_vec();
        kinds.extend(self.wanted_by_context.borrow().iter().copied().filter_map(kind_of));
        for page in self.pages.borrow().iter() {
            kinds.extend(page.wanted.borrow().iter().copied().filter_map(kind_of));
        }
        kinds
    }

    /// Asks for what is wanted now. What came before is passed on first; nothing can come in between.
    fn resubscribe(&self) {
        if self.ended.get() {
            return;
        }
        self.events.replace(Some(self.browser_context.events(&self.kinds())));
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    fn try_next(&self) -> Option<ContextEvent> {
        self.events.borrow_mut().as_mut()?.try_recv().ok()
    }

    /// Waits for the next event; nothing once the context is gone.
    async fn next(&self) -> Option<ContextEvent> {
        std::future::poll_fn(|cx| {
            self.waker.replace(Some(cx.waker().clone()));
            match self.events.borrow_mut().as_mut() {
                Some(events) if !self.ended.get() => events.poll_recv(cx),
                _ => Poll::Ready(None),
            }
        })
        .await
    }

    fn wants(&self, page: &FollowedPage, what: Wanted) -> bool {
        page.wanted.borrow().contains(&what) || self.wanted_by_context.borrow().contains(&what)
    }
}

/// Questions for files are caught page by page.
fn kind_of(wanted: Wanted) -> Option<PageEventKind> {
    match wanted {
        Wanted::Console => Some(PageEventKind::Console),
        Wanted::Dialog => Some(PageEventKind::Dialog),
        Wanted::FileChooser => None,
        Wanted::PageError => Some(PageEventKind::PageError),
        Wanted::Request => Some(PageEventKind::Request),
        Wanted::RequestFailed => Some(PageEventKind::RequestFailed),
        Wanted::RequestFinished => Some(PageEventKind::RequestFinished),
        Wanted::Response => Some(PageEventKind::Response),
        Wanted::WebSocket => Some(PageEventKind::WebSocket),
    }
}

impl Host {
    /// Passes on everything that has happened by now.
    pub(super) fn pass_on_events(self: &Rc<Self>) {
        for feed in self.feeds.all() {
            while let Some(event) = feed.try_next() {
                self.pass_on(&feed, event);
            }
        }
    }

    /// Passes on what happens in a context from now on.
    pub(super) fn follow_context(self: &Rc<Self>, id: ContextId, context: &Context) {
        let feed = Rc::new(Feed {
            context: id,
            browser_context: context.clone(),
            events: RefCell::default(),
            waker: RefCell::default(),
            wanted_by_context: RefCell::default(),
            pages: RefCell::default(),
            origins: RefCell::default(),
            quiet: Cell::new(false),
            ended: Cell::new(false),
        });
        feed.resubscribe();
        self.feeds.0.borrow_mut().push(Rc::clone(&feed));
        let host = Rc::downgrade(self);
        tokio::task::spawn_local(empty(host, feed));
    }

    /// Notes a page, so that its events can be told apart.
    pub(super) fn follow_page(&self, id: PageId, page: &Page) {
        let Some(feed) = self.feeds.of(self.objects.context_id(page.context())) else { return };
        if feed.page(id).is_none() {
            feed.pages.borrow_mut().push(Rc::new(FollowedPage {
                id,
                page: page.clone(),
                wanted: RefCell::default(),
                choosers: RefCell::default(),
                messages: RefCell::default(),
                errors: RefCell::default(),
                requests: RefCell::default(),
            }));
        }
    }

    /// The script begins or ceases to listen to all pages of a context.
    pub(super) fn listen_to_context(self: &Rc<Self>, context: ContextId, what: Wanted, wanted: bool) {
        let Some(feed) = self.feeds.of(context) else { return };
        self.pass_on_events();
        set(&mut feed.wanted_by_context.borrow_mut(), what, wanted);
        feed.resubscribe();
    }

    /// The script begins or ceases to listen to a page.
    pub(super) fn listen_to_page(self: &Rc<Self>, page: PageId, what: Wanted, wanted: bool) {
        let Some((feed, followed)) = self.feeds.page(page) else { return };
        self.pass_on_events();
        set(&mut followed.wanted.borrow_mut(), what, wanted);
        if what == Wanted::FileChooser {
            let choosers = wanted.then(|| followed.page.events(&[PageEventKind::FileChooser]));
            followed.choosers.replace(choosers);
            if wanted {
                tokio::task::spawn_local(choose(Rc::downgrade(self), Rc::clone(&followed)));
            }
        } else {
            feed.resubscribe();
        }
    }

    fn pass_on(self: &Rc<Self>, feed: &Rc<Feed>, event: ContextEvent) {
        match event {
            ContextEvent::Page(_) if feed.quiet.get() => {}
            ContextEvent::Page(page) => {
                let description = self.describe_page(&page);
                self.emit(feed.context, "page", description);
            }
            ContextEvent::InPage(page, event) => {
                let id = self.objects.page_id(&page);
                // A page that is not ready yet is told of with all that it has.
                if let Some(followed) = feed.page(id) {
                    self.pass_on_page_event(feed, &followed, event);
                }
            }
            ContextEvent::ServiceWorker(worker) => {
                let description = self.follow_worker(&worker);
                self.emit(feed.context, "serviceworker", description);
            }
            ContextEvent::Close => {
                feed.ended.set(true);
                self.emit(feed.context, "close", Value::Null);
            }
        }
    }

    fn pass_on_page_event(self: &Rc<Self>, feed: &Rc<Feed>, page: &Rc<FollowedPage>, event: PageEvent) {
        let (kind, id) = (event.kind(), page.id);
        let told = match event {
            PageEvent::FrameAttached(frame) => Some(("frameattached", self.describe_frame(&frame))),
            PageEvent::FrameDetached(frame) => {
                Some(("framedetached", json!({ "frame": self.objects.frame_id(&frame) })))
            }
            PageEvent::FrameNavigated(frame) => {
                feed.origins.borrow_mut().extend(origin_of(&frame.url()));
                Some(("framenavigated", self.navigated(page, &frame)))
            }
            PageEvent::DomContentLoaded => Some(("domcontentloaded", Value::Null)),
            PageEvent::Load => Some(("load", Value::Null)),
            PageEvent::Crash => Some(("crash", Value::Null)),
            PageEvent::Close => {
                feed.pages.borrow_mut().retain(|other| other.id != id);
                Some(("close", json!({})))
            }
            PageEvent::Download(download) => Some(("download", self.describe_download(&download))),
            PageEvent::Worker(worker) => Some(("worker", self.follow_worker(&worker))),
            PageEvent::Console(message) => {
                let told = feed.wants(page, Wanted::Console).then(|| self.describe_console(&message));
                page.messages.borrow_mut().push(message);
                told.map(|message| ("console", message))
            }
            PageEvent::PageError(thrown) => {
                let told = feed.wants(page, Wanted::PageError).then(|| exception(&thrown));
                page.errors.borrow_mut().push(thrown);
                told.map(|thrown| ("pageerror", thrown))
            }
            PageEvent::Request(request) => {
                let told = feed.wants(page, Wanted::Request).then(|| self.describe_request(&request));
                page.requests.borrow_mut().push(request);
                told.map(|request| ("request", request))
            }
            PageEvent::Response(response) if feed.wants(page, Wanted::Response) => {
                Some(("response", self.describe_response(&response)))
            }
            PageEvent::RequestFinished(request) if feed.wants(page, Wanted::RequestFinished) => {
                Some(("requestfinished", self.ended(&request)))
            }
            PageEvent::RequestFailed(request) if feed.wants(page, Wanted::RequestFailed) => {
                Some(("requestfailed", self.ended(&request)))
            }
            PageEvent::WebSocket(socket) if feed.wants(page, Wanted::WebSocket) => {
                Some(("websocket", self.follow_socket(id, &socket)))
            }
            PageEvent::Dialog(dialog) if feed.wants(page, Wanted::Dialog) => {
                Some(("dialog", self.describe_dialog(id, &dialog)))
            }
            PageEvent::Dialog(dialog) => {
                tokio::task::spawn_local(close_dialog(dialog));
                None
            }
            _ => None,
        };
        if let Some((name, data)) = told {
            tracing::trace!(?kind, "passing on");
            self.emit(id, name, data);
        }
    }

    /// Returns the origins that a context has been to.
    pub(super) fn visited(self: &Rc<Self>, context: ContextId) -> BTreeSet<String> {
        self.pass_on_events();
        let origins = self.feeds.of(context).map(|feed| feed.origins.borrow().clone());
        origins.unwrap_or_default()
    }

    /// Hides pages that open from the script, or no longer.
    pub(super) fn keep_quiet(&self, context: ContextId, quiet: bool) {
        if let Some(feed) = self.feeds.of(context) {
            feed.quiet.set(quiet);
        }
    }

    fn navigated(&self, page: &FollowedPage, frame: &Frame) -> Value {
        if frame.parent().is_none() {
            page.messages.borrow_mut().navigated();
            page.errors.borrow_mut().navigated();
            page.requests.borrow_mut().navigated();
        }
        json!({ "frame": self.objects.frame_id(frame), "url": frame.url(), "name": frame.name() })
    }

    fn ended(&self, request: &Request) -> Value {
        json!({
            "requests": self.describe_chain(request),
            "request": self.objects.request_id(request).0,
            "errorText": request.failure(),
            "responseEnd": request.timing().response_end,
        })
    }

    fn describe_dialog(&self, page: PageId, dialog: &Dialog) -> Value {
        let id: super::registry::DialogId = self.objects.fresh();
        self.objects.dialogs.insert(id, dialog.clone());
        json!({
            "id": id,
            "page": page,
            "type": dialog.kind(),
            "message": dialog.message(),
            "defaultValue": dialog.default_value(),
        })
    }

    fn follow_worker(self: &Rc<Self>, worker: &Worker) -> Value {
        let description = self.describe_worker(worker);
        let (host, worker) = (Rc::downgrade(self), worker.clone());
        tokio::task::spawn_local(async move {
            worker.closed().await;
            if let Some(host) = host.upgrade() {
                host.emit(host.objects.worker_id(&worker), "close", Value::Null);
            }
        });
        description
    }

    fn follow_socket(self: &Rc<Self>, page: PageId, socket: &WebSocket) -> Value {
        let id: SocketId = self.objects.fresh();
        let (host, mut events) = (Rc::downgrade(self), socket.events());
        tokio::task::spawn_local(async move {
            while let Some(event) = events.recv().await {
                let Some(host) = host.upgrade() else { return };
                let (name, data) = socket_event(event);
                host.emit(id, name, data);
            }
        });
        json!({ "id": id, "page": page, "url": socket.url() })
    }

    /// Returns what a page wrote to its console.
    pub(super) fn past_messages(&self, page: PageId, since: Since) -> Vec<Value> {
        let Some((_, page)) = self.feeds.page(page) else { return Vec::new() };
        let messages = page.messages.borrow().since(since);
        messages.iter().map(|message| self.describe_console(message)).collect()
    }

    /// Returns what a page threw.
    pub(super) fn past_errors(&self, page: PageId, since: Since) -> Vec<Value> {
        let Some((_, page)) = self.feeds.page(page) else { return Vec::new() };
        let errors = page.errors.borrow().since(since);
        errors.iter().map(exception).collect()
    }

    /// Returns what a page requested.
    pub(super) fn past_requests(&self, page: PageId) -> Vec<Value> {
        let Some((_, page)) = self.feeds.page(page) else { return Vec::new() };
        let requests = page.requests.borrow().since(Since::All);
        requests.iter().map(|request| self.describe_request(request)).collect()
    }

    pub(super) fn forget_messages(&self, page: PageId) {
        if let Some((_, page)) = self.feeds.page(page) {
            page.messages.take();
        }
    }

    pub(super) fn forget_errors(&self, page: PageId) {
        if let Some((_, page)) = self.feeds.page(page) {
            page.errors.take();
        }
    }
}

fn set(all: &mut HashSet<Wanted>, what: Wanted, wanted: bool) {
    if wanted {
        all.insert(what);
    } else {
        all.remove(&what);
    }
}

/// Empties a feed while nothing is asked.
async fn empty(host: Weak<Host>, feed: Rc<Feed>) {
    while let Some(event) = feed.next().await {
        let Some(host) = host.upgrade() else { return };
        host.pass_on(&feed, event);
    }
}

/// Passes on a page's questions for files.
async fn choose(host: Weak<Host>, page: Rc<FollowedPage>) {
    let Some(mut choosers) = page.choosers.borrow_mut().take() else { return };
    while let Some(event) = choosers.recv().await {
        let Some(host) = host.upgrade() else { return };
        if !page.wanted.borrow().contains(&Wanted::FileChooser) {
            return;
        }
        if let PageEvent::FileChooser(FileChooser { frame, element, multiple, .. }) = event {
            let element = host.describe_handle(&element, Some(&frame));
            host.emit(page.id, "filechooser", json!({ "element": element, "multiple": multiple }));
        }
    }
}

/// Answers as if nobody was there: a page that wants to stay must not hold up the run.
async fn close_dialog(dialog: Dialog) {
    let progress = Progress::new(CLOSING);
    let answered = match dialog.kind() {
        DialogKind::BeforeUnload => dialog.accept(&progress, None).await,
        _ => dialog.dismiss(&progress).await,
    };
    if let Err(error) = answered {
        tracing::debug!(%error, "failed to close a dialog");
    }
}

fn socket_event(event: WebSocketEvent) -> (&'static str, Value) {
    match event {
        WebSocketEvent::Sent(message) => ("framesent", payload(message)),
        WebSocketEvent::Received(message) => ("framereceived", payload(message)),
        WebSocketEvent::Error(error) => ("socketerror", json!({ "error": error })),
        WebSocketEvent::Closed => ("close", Value::Null),
    }
}

fn payload(message: WebSocketMessage) -> Value {
    match message {
        WebSocketMessage::Text(text) => json!({ "text": text }),
        WebSocketMessage::Binary(bytes) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}
