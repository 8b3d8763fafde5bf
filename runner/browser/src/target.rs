//! What a browser has inside that can be talked to: pages, frames of other sites, workers.

use std::cell::RefCell;
use std::rc::Rc;

use chromiumoxide_types::Command;
use serde::{Deserialize, Serialize};

use crate::connection::{Connection, Reply};
use crate::error::CallError;

/// The kind of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// The browser itself.
    Browser,
    /// A page: a tab, or a window that a page opened.
    Page,
    /// A frame of another site, which has a process of its own.
    Iframe,
    /// A dedicated worker.
    Worker,
    /// A shared worker.
    SharedWorker,
    /// A service worker.
    ServiceWorker,
    /// Something else.
    #[serde(other)]
    Other,
}

/// A target that we are attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The protocol session; empty for the browser itself.
    pub session_id: Rc<str>,
    /// The browser's id of it.
    pub target_id: String,
    /// What it is.
    pub kind: TargetKind,
    /// The id of the page that it belongs to (its own for a page); none for what no page owns.
    pub page: Option<String>,
    /// The id of the browser context that it lives in.
    pub context: Option<String>,
}

/// A target as the protocol describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetInfo {
    pub(crate) target_id: String,
    pub(crate) r#type: TargetKind,
    #[serde(default)]
    pub(crate) url: String,
    pub(crate) opener_id: Option<String>,
    pub(crate) browser_context_id: Option<String>,
}

/// A way to talk to one target; clones share it.
#[derive(Clone)]
pub(crate) struct Channel(Rc<Shared>);

struct Shared {
    connection: Connection,
    target: Rc<Target>,
    gone: RefCell<Option<CallError>>,
}

impl Channel {
    pub(crate) fn new(connection: Connection, target: Rc<Target>) -> Self {
        Self(Rc::new(Shared { connection, target, gone: RefCell::default() }))
    }

    /// Returns what it talks to.
    pub(crate) fn target(&self) -> &Rc<Target> {
        &self.0.target
    }

    /// Returns true for two ways to the same session.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Sends a command now; the answer may be awaited later or not at all.
    pub(crate) fn send<C: Command>(&self, command: &C) -> Reply {
        match self.gone() {
            Some(error) => Reply::failed(&command.identifier(), error),
            None => self.0.connection.send(self.session(), command),
        }
    }

    /// Sends a command that the protocol types do not know.
    pub(crate) fn send_raw(&self, method: &str, params: &impl Serialize) -> Reply {
        match self.gone() {
            Some(error) => Reply::failed(method, error),
            None => self.0.connection.send_raw(self.session(), method, params),
        }
    }

    fn session(&self) -> Option<&Rc<str>> {
        (self.0.target.kind != TargetKind::Browser).then_some(&self.0.target.session_id)
    }

    /// Returns why it cannot be talked to any more, if so.
    pub(crate) fn gone(&self) -> Option<CallError> {
        self.0.gone.borrow().clone()
    }

    /// Fails everybody who waits for an answer of it, now and later.
    pub(crate) fn fail(&self, error: CallError) {
        self.0.connection.fail_session(&self.0.target.session_id, &error);
        self.0.gone.borrow_mut().get_or_insert(error);
    }
}
