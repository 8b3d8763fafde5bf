//! One browser that is driven: opened in one of three ways, then the same for all.
//!
//! The session owns the connection, knows every target that we are attached to, prepares new ones while they
//! are still paused, and hands events on. What a page does with its events is left to the page.

mod clock;
mod events;
mod open;
mod raw;
mod targets;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::browser::CloseParams;
use chromiumoxide_cdp::cdp::browser_protocol::target::AttachToTargetParams;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::connection::{Connection, Traffic};
use crate::context::{Context, ContextOptions};
use crate::error::{ActionError, Closed};
use crate::home::Home;
use crate::launch::Process;
use crate::progress::Progress;
use crate::target::{Channel, Target, TargetKind};
use crate::webdriver::Driver;

pub use clock::ClockReading;
pub use events::{Event, EventReceiver};
pub use open::{Open, open};
pub use raw::{RawSession, RawSessionEvent, RawSessionEvents};
use targets::Attached;
pub(crate) use targets::auto_attach;

/// How long a browser of ours may take to end before it is killed.
const END_PATIENCE: Duration = Duration::from_secs(5);

/// What browser this is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Name and version, as `HeadlessChrome/156.0.1`.
    pub product: String,
    /// The version of the protocol that it speaks.
    pub protocol_version: String,
    /// The user agent that it sends where no other is set.
    pub user_agent: String,
    /// The version of its script engine.
    pub js_version: String,
}

impl Version {
    /// Returns the user agent that the same browser has when it shows a window.
    pub fn ordinary_user_agent(&self) -> String {
        self.user_agent.replace("HeadlessChrome", "Chrome")
    }

    /// Returns the number alone, as `156.0.1`.
    pub fn number(&self) -> &str {
        self.product.split_once('/').map_or(self.product.as_str(), |(_, number)| number)
    }
}

/// A command that every new target gets while it is still paused.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The protocol method.
    pub method: String,
    /// Its parameters, an object.
    pub params: Value,
    /// The kinds of targets that get it.
    pub targets: Vec<TargetKind>,
}

impl Command {
    /// Makes a command for targets of these kinds.
    pub fn new(method: &str, params: Value, targets: &[TargetKind]) -> Self {
        Self { method: method.to_owned(), params, targets: targets.to_vec() }
    }
}

/// A browser that is driven; clones share it.
#[derive(Clone)]
pub struct Session(pub(crate) Rc<SessionInner>);

pub(crate) struct SessionInner {
    pub(crate) connection: Connection,
    pub(crate) browser: Channel,
    version: RefCell<Version>,
    process: Option<Rc<Process>>,
    driver: RefCell<Option<Driver>>,
    notices: Vec<String>,
    remote: bool,
    attached: RefCell<HashMap<String, Attached>>,
    raw: RefCell<HashMap<String, raw::Listening>>,
    home: Rc<Home>,
    /// Targets to which a raw session is about to be opened.
    attaching_raw: RefCell<Vec<String>>,
    contexts: RefCell<HashMap<String, Context>>,
    prepared: RefCell<Vec<Command>>,
    listeners: events::Subscriptions,
    closing: Cell<bool>,
    /// The reading of the clock, or that there is none.
    clock: OnceCell<Option<ClockReading>>,
}

impl Session {
    /// Returns what browser this is.
    pub fn version(&self) -> Version {
        self.0.version.borrow().clone()
    }

    /// Returns what an operator should know about how the browser was opened.
    pub fn notices(&self) -> &[String] {
        &self.0.notices
    }

    /// Returns true when the browser sees another file system than we do, or may.
    pub fn is_remote(&self) -> bool {
        self.0.remote
    }

    /// Returns the process id of a browser that we launched.
    pub fn process_id(&self) -> Option<u32> {
        self.0.process.as_ref().map(|process| process.id())
    }

    /// Names commands that every new target gets while it is still paused, before its first request.
    ///
    /// Targets that are there already get them now.
    pub fn prepare(&self, commands: Vec<Command>) {
        for attached in self.0.attached.borrow().values() {
            for command in commands.iter().filter(|command| command.targets.contains(&attached.kind())) {
                drop(attached.channel.send_raw(&command.method, &command.params));
            }
        }
        self.0.prepared.borrow_mut().extend(commands);
    }

    /// Returns the raw events of these methods from now on, of all targets of ours.
    pub fn subscribe(&self, methods: &[&str]) -> EventReceiver {
        self.0.listeners.subscribe(methods)
    }

    /// Sends a command of an observer's to a target, after what is measured.
    pub async fn call(
        &self,
        progress: &Progress,
        target: &Target,
        method: &str,
        params: &Value,
    ) -> Result<Value, ActionError> {
        let channel = match self.0.attached.borrow().get(&*target.session_id) {
            Some(attached) => attached.channel.clone(),
            None if target.kind == TargetKind::Browser => self.0.browser.clone(),
            None => return Err(ActionError::PageClosed),
        };
        progress.run(async { Ok(channel.send_raw(method, params).decode().await?) }).await
    }

    /// Returns the target that stands for the browser itself.
    pub fn browser_target(&self) -> Rc<Target> {
        Rc::clone(self.0.browser.target())
    }

    /// Makes a fresh context; it goes away with the session whatever happens.
    ///
    /// A WebDriver session brings a fresh profile of its own: its window is the first context then.
    pub async fn new_context(
        &self,
        progress: &Progress,
        options: &ContextOptions,
    ) -> Result<Context, ActionError> {
        Context::create(self, progress, options).await
    }

    /// Attaches to a target that was there before us.
    pub(crate) async fn attach_to(&self, progress: &Progress, target_id: &str) -> Result<(), ActionError> {
        let params =
            AttachToTargetParams { flatten: Some(true), ..AttachToTargetParams::new(target_id.to_owned()) };
        let reply = self.0.browser.send(&params);
        progress.run(async { Ok(reply.done().await?) }).await
    }

    /// Returns messages and bytes so far, by method, both directions.
    pub fn traffic(&self) -> Traffic {
        self.0.connection.traffic()
    }

    /// Returns why the browser is gone, if it is.
    pub fn is_closed(&self) -> Option<Closed> {
        let ours = self.0.closing.get().then_some(Closed::Ours);
        self.0.connection.closed().map(|closed| ours.unwrap_or(closed))
    }

    /// Waits until the browser is gone, and says why.
    pub async fn closed(&self) -> Closed {
        self.0.connection.wait_closed().await
    }

    /// Closes contexts of ours, then the browser if we launched it, and waits for its end.
    pub async fn close(&self) {
        if self.0.closing.replace(true) {
            self.closed().await;
            return;
        }
        let driver = self.0.driver.borrow_mut().take();
        match (&self.0.process, driver) {
            (Some(process), _) => {
                drop(self.0.browser.send(&CloseParams::default()));
                // What is queued is still written; then the pipe is closed, which ends the browser as well.
                self.0.connection.close(Closed::Ours);
                process.end(END_PATIENCE).await;
            }
            (None, Some(driver)) => self.end_driver(driver).await,
            (None, None) => self.dispose_contexts().await,
        }
        self.0.connection.close(Closed::Ours);
        self.forget();
    }

    /// A driver answers before its browser has ended; one that is stopped then leaves the browser behind.
    async fn end_driver(&self, driver: Driver) {
        driver.end(END_PATIENCE).await;
        drop(self.0.browser.send(&CloseParams::default()));
        if tokio::time::timeout(END_PATIENCE, self.0.connection.wait_closed()).await.is_err() {
            tracing::warn!("the browser of the WebDriver session did not end in time");
        }
    }

    /// Contexts would go away with the connection too, but then nobody would know when.
    async fn dispose_contexts(&self) {
        let contexts: Vec<Context> = self.0.contexts.borrow().values().cloned().collect();
        let progress = Progress::new(END_PATIENCE);
        for context in contexts {
            if let Err(error) = context.close(&progress).await {
                tracing::debug!(%error, "failed to close a context");
            }
        }
    }

    /// Drops everything that refers back to the session.
    fn forget(&self) {
        let attached = std::mem::take(&mut *self.0.attached.borrow_mut());
        drop(attached);
        let raw = std::mem::take(&mut *self.0.raw.borrow_mut());
        raw.values().for_each(raw::Listening::ended);
        let contexts = std::mem::take(&mut *self.0.contexts.borrow_mut());
        for context in contexts.into_values() {
            context.ended();
        }
        self.0.home.remove();
        self.0.listeners.clear();
    }
}

impl SessionInner {
    /// Takes the WebDriver session's own window, which is the first context, once.
    pub(crate) fn take_driver_window(&self) -> Option<String> {
        self.driver.borrow_mut().as_mut().and_then(Driver::take_window)
    }

    pub(crate) fn home(&self) -> Rc<Home> {
        Rc::clone(&self.home)
    }

    pub(crate) fn add_context(&self, id: String, context: Context) {
        self.contexts.borrow_mut().insert(id, context);
    }

    pub(crate) fn remove_context(&self, id: &str) {
        self.contexts.borrow_mut().remove(id);
    }

    pub(crate) fn context(&self, id: Option<&str>) -> Option<Context> {
        self.contexts.borrow().get(id?).cloned()
    }
}
