//! The host: answers what the Playwright API of the prelude asks of Chrome, and passes on what happens.
//!
//! The prelude sends a command with `ask` of `playwright/channel.js`. It is parsed into a
//! [`HostCommand`] at once, so that a wrong argument throws at the line of the call, and crosses to the
//! main runtime, where [`Host::call`] answers it, each call in a task of its own. Events go the other
//! way, in order, and always before the answer of the call that caused them.

mod act;
mod bindings;
mod cdp;
mod command;
#[cfg(test)]
mod completeness;
mod context;
mod describe;
mod document;
mod events;
mod failure;
mod fetch;
mod files;
mod frame;
mod handle;
mod har;
mod input;
mod network;
mod obstacles;
mod page;
mod picture;
mod preview;
mod registry;
mod route;
mod storage;
mod wait;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::{Rc, Weak};
use std::time::Duration;

use canary_browser::{Context, Page, Progress, Session};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::engine::{Answer, EngineSender, HostError, ToEngine};
use crate::modules::Checkout;

pub(crate) use command::HostCommand;
use command::{Ask, BrowserAsk, SessionAsk};
use events::Feeds;
use failure::Failed;
use obstacles::Obstacles;
use registry::{ContextId, PageId, Registry};

/// How long contexts may take to close when their test is over.
const CLOSING: Duration = Duration::from_secs(5);

/// Answers commands; lives as long as the program is played, across restarts of the engine.
pub(crate) struct Host {
    me: Weak<Host>,
    engine: RefCell<EngineSender>,
    session: Option<Session>,
    /// The only files that scripts see.
    checkout: Checkout,
    objects: Registry,
    feeds: Feeds,
    /// Calls that the script may end early.
    tagged: RefCell<HashMap<u32, CancellationToken>>,
    /// Contexts of the test that runs, to be closed once its end was told.
    released: RefCell<Vec<ContextId>>,
    /// Pages and contexts whose requests are held up, with what ends it.
    held_up: RefCell<HashMap<String, CancellationToken>>,
    /// Pages and contexts whose calls of the script's functions are passed on.
    answering: RefCell<HashSet<String>>,
    /// Functions of the script that get their argument as a handle.
    by_handle: RefCell<HashSet<String>>,
    /// What stands in the way of actions.
    obstacles: Obstacles,
    /// The page that was asked last: the one to look at when the test fails.
    current: Cell<Option<PageId>>,
}

impl Host {
    /// Without a session every command of the browser fails.
    pub(crate) fn new(session: Option<Session>, engine: EngineSender, checkout: Checkout) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            engine: RefCell::new(engine),
            session,
            checkout,
            objects: Registry::default(),
            feeds: Feeds::default(),
            tagged: RefCell::default(),
            released: RefCell::default(),
            held_up: RefCell::default(),
            answering: RefCell::default(),
            by_handle: RefCell::default(),
            obstacles: Obstacles::default(),
            current: Cell::default(),
        })
    }

    /// Sends events to another engine from now on: the former was ended after a failed test, and nothing
    /// of what it had is known to the new one.
    pub(crate) fn restarted(&self, engine: EngineSender) {
        self.engine.replace(engine);
    }

    /// Answers a command; `expired` is cancelled when the time of what runs is over, and the call then
    /// fails with a timeout that carries its log.
    pub(crate) async fn call(
        self: Rc<Self>,
        command: HostCommand,
        expired: CancellationToken,
    ) -> Result<Answer, HostError> {
        let HostCommand { api, timeout, tag, ask } = command;
        let cancellation = expired.child_token();
        if let Some(tag) = tag {
            self.tagged.borrow_mut().insert(tag, cancellation.clone());
        }
        let limit = timeout.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok());
        let progress = match limit {
            Some(limit) => Progress::with_cancellation(limit, cancellation.clone()),
            None => Progress::unlimited(cancellation.clone()),
        };
        let answer = self.answer(&progress, ask).await;
        if let Some(tag) = tag {
            self.tagged.borrow_mut().remove(&tag);
        }
        self.pass_on_events();
        answer.map_err(|failed| match cancellation.is_cancelled() && !expired.is_cancelled() {
            true => Failed::Aborted.told(&api, &progress),
            false => failed.told(&api, &progress),
        })
    }

    async fn answer(self: &Rc<Self>, progress: &Progress, ask: Ask) -> Result<Answer, Failed> {
        match ask {
            Ask::Session(ask) => Ok(self.session(ask)),
            Ask::Browser(BrowserAsk::NewContext { options }) => self.new_context(progress, &options).await,
            Ask::Context(ask) => self.context(progress, ask).await,
            Ask::Page(ask) => self.ask_page(progress, ask).await,
            Ask::Frame(ask) => self.frame(progress, ask).await,
            Ask::Handle(ask) => self.handle(progress, ask).await,
            Ask::Worker(ask) => self.worker(progress, ask).await,
            Ask::Keyboard(ask) => self.keyboard(progress, ask).await,
            Ask::Mouse(ask) => self.mouse(progress, ask).await,
            Ask::Touchscreen(ask) => self.touchscreen(progress, ask).await,
            Ask::Dialog(ask) => self.dialog(progress, ask).await,
            Ask::Download(ask) => self.download(progress, ask).await,
            Ask::Request(ask) => self.request(progress, ask).await,
            Ask::Response(ask) => self.response(progress, ask).await,
            Ask::Route(ask) => self.route(progress, ask).await,
            Ask::Har(ask) => self.har(ask).await,
            Ask::Fetch(ask) => self.fetch(progress, ask).await,
            Ask::Cdp(ask) => self.cdp(progress, ask).await,
        }
    }

    fn session(&self, SessionAsk::Cancel { tag }: SessionAsk) -> Answer {
        if let Some(cancellation) = self.tagged.borrow_mut().remove(&tag) {
            cancellation.cancel();
        }
        nothing()
    }

    fn open_session(&self) -> Result<&Session, Failed> {
        self.session.as_ref().ok_or(Failed::NoBrowser)
    }

    fn context_of(&self, id: ContextId) -> Result<Context, Failed> {
        self.objects.contexts.get(id).ok_or(Failed::Gone)
    }

    fn page_of(&self, id: PageId) -> Result<Page, Failed> {
        self.current.set(Some(id));
        self.objects.pages.get(id).ok_or(Failed::Gone)
    }

    /// Returns the page that evidence is taken of: the one that the script used last.
    pub(crate) fn page(&self) -> Option<Page> {
        let page = self.objects.pages.get(self.current.get()?)?;
        (!page.is_closed()).then_some(page)
    }

    /// Closes what the test opened, once its end was told. After a failure nothing of the script is left
    /// that could use what it made for later tests, so that all goes.
    pub(crate) async fn end_test(&self, failed: bool) {
        let mut ended = self.released.take();
        if failed {
            ended = self.objects.contexts.ids();
        }
        let progress = Progress::new(CLOSING);
        for id in ended {
            if let Some(context) = self.objects.contexts.remove(id)
                && let Err(error) = context.close(&progress).await
            {
                tracing::debug!(%error, "failed to close a context");
            }
        }
        self.feeds.forget_closed();
        if self.objects.contexts.is_empty() {
            self.objects.forget_all();
        }
    }

    /// Sends an event to the prelude: what happened, in words of `playwright/*.js`, to which object.
    fn emit(&self, to: impl serde::Serialize, event: &str, data: Value) {
        let text = json!({ "to": to, "event": event, "data": data }).to_string();
        self.engine.borrow().send(ToEngine::Event(text));
    }
}

/// The answer to a call that only does something.
fn nothing() -> Answer {
    Answer::Json("null".to_owned())
}

/// An answer of anything that JSON can hold.
fn json_answer(value: impl serde::Serialize) -> Answer {
    Answer::Json(serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned()))
}
