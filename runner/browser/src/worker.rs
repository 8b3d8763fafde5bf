//! Workers: those of a page, and the service workers of a context.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Deserialize;
use tokio::sync::watch;

use crate::connection::RawEvent;
use crate::error::ActionError;
use crate::evaluate::{Argument, ExecutionContext, JsHandle, Script, WireValue, World};
use crate::page::{Page, WeakPage};
use crate::progress::Progress;
use crate::target::Channel;

/// A worker; clones share it.
#[derive(Clone)]
pub struct Worker(Rc<State>);

struct State {
    /// The page that started it; none for a service worker.
    page: Option<WeakPage>,
    channel: Channel,
    url: String,
    context: RefCell<Option<ExecutionContext>>,
    phase: watch::Sender<Phase>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Starting,
    Running,
    Ended,
}

#[derive(Deserialize)]
struct ContextCreated {
    context: CreatedContext,
}

#[derive(Deserialize)]
struct CreatedContext {
    id: i64,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Worker({})", self.0.url)
    }
}

impl PartialEq for Worker {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Worker {
    pub(crate) fn new(page: Option<&Page>, channel: Channel, url: &str) -> Self {
        Self(Rc::new(State {
            page: page.map(Page::downgrade),
            channel,
            url: url.to_owned(),
            context: RefCell::default(),
            phase: watch::Sender::new(Phase::Starting),
        }))
    }

    /// Returns the address of its script.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns the page that started it; nothing for a service worker.
    pub fn page(&self) -> Option<Page> {
        self.0.page.as_ref()?.upgrade()
    }

    /// Returns true once it ended.
    pub fn is_ended(&self) -> bool {
        *self.0.phase.borrow() == Phase::Ended
    }

    /// Waits for its end.
    pub async fn closed(&self) {
        let mut phase = self.0.phase.subscribe();
        drop(phase.wait_for(|phase| *phase == Phase::Ended).await);
    }

    /// Runs a script in the worker; gives its value in the wire form.
    pub async fn evaluate(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<WireValue, ActionError> {
        self.started(progress).await?.evaluate(progress, script, argument).await
    }

    /// The same, but the result stays in the worker.
    pub async fn evaluate_handle(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<JsHandle, ActionError> {
        self.started(progress).await?.evaluate_handle(progress, script, argument).await
    }

    async fn started(&self, progress: &Progress) -> Result<ExecutionContext, ActionError> {
        let mut phase = self.0.phase.subscribe();
        progress
            .run(async {
                drop(phase.wait_for(|phase| *phase != Phase::Starting).await);
                let context = self.context().filter(|context| !context.is_gone());
                context.ok_or_else(|| ActionError::Invalid("the worker has ended".to_owned()))
            })
            .await
    }

    pub(crate) fn channel(&self) -> &Channel {
        &self.0.channel
    }

    pub(crate) fn context(&self) -> Option<ExecutionContext> {
        self.0.context.borrow().clone()
    }

    /// Notes the world in which its script runs.
    pub(crate) fn take(&self, event: &RawEvent<'_>) {
        if event.method == "Runtime.executionContextCreated"
            && let Some(created) = event.decode::<ContextCreated>()
        {
            let channel = self.0.channel.clone();
            self.set_context(ExecutionContext::new(created.context.id, channel, World::Main));
        }
    }

    fn set_context(&self, context: ExecutionContext) {
        *self.0.context.borrow_mut() = Some(context);
        self.0.phase.send_replace(Phase::Running);
    }

    pub(crate) fn ended(&self) {
        if let Some(context) = self.0.context.borrow().as_ref() {
            context.went_away();
        }
        self.0.phase.send_replace(Phase::Ended);
    }
}
