//! Scripts that run in every new document before the page's own, until they are taken back.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chromiumoxide_cdp::cdp::browser_protocol::page::{
    AddScriptToEvaluateOnNewDocumentParams, RemoveScriptToEvaluateOnNewDocumentParams,
};
use serde::Deserialize;

use super::Page;
use crate::connection::{Reply, all_done};
use crate::context::Context;
use crate::error::{ActionError, CallError};
use crate::progress::Progress;
use crate::target::Channel;

/// A script for new documents; clones share it.
#[derive(Clone)]
pub struct InitScript(Rc<State>);

struct State {
    source: String,
    /// Where it was sent, and the browser's name for it there.
    sent: RefCell<Vec<(Channel, String)>>,
    removed: Cell<bool>,
}

impl std::fmt::Debug for InitScript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InitScript({} bytes)", self.0.source.len())
    }
}

#[derive(Deserialize)]
struct Added {
    identifier: String,
}

impl InitScript {
    fn new(source: &str) -> Self {
        let source = source.to_owned();
        Self(Rc::new(State { source, sent: RefCell::default(), removed: Cell::new(false) }))
    }

    fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Sends it; commands that follow find it there, its name comes later.
    pub(super) fn send(&self, channel: &Channel) {
        let reply = self.command(channel);
        let (script, channel) = (self.clone(), channel.clone());
        tokio::task::spawn_local(async move {
            if let Err(error) = script.note(channel, reply).await {
                tracing::debug!(%error, "failed to add a script for new documents");
            }
        });
    }

    fn command(&self, channel: &Channel) -> Reply {
        channel.send(&AddScriptToEvaluateOnNewDocumentParams::new(&self.0.source))
    }

    async fn note(&self, channel: Channel, reply: Reply) -> Result<(), CallError> {
        let Added { identifier } = reply.decode().await?;
        if self.0.removed.get() {
            return remove(&channel, &identifier).done().await;
        }
        self.0.sent.borrow_mut().push((channel, identifier));
        Ok(())
    }

    async fn send_to(&self, progress: &Progress, channels: Vec<Channel>) -> Result<(), ActionError> {
        let sent: Vec<_> = channels
            .into_iter()
            .map(|channel| {
                let reply = self.command(&channel);
                (channel, reply)
            })
            .collect();
        progress
            .run(async {
                for (channel, reply) in sent {
                    self.note(channel, reply).await?;
                }
                Ok(())
            })
            .await
    }

    /// Takes it back from new documents; those that are there keep what it did.
    async fn withdraw(&self, progress: &Progress) -> Result<(), ActionError> {
        self.0.removed.set(true);
        let sent = self.0.sent.take();
        let live = sent.iter().filter(|(channel, _)| channel.gone().is_none());
        let replies = live.map(|(channel, identifier)| remove(channel, identifier)).collect();
        progress.run(async { Ok(all_done(replies).await?) }).await
    }
}

fn remove(channel: &Channel, identifier: &str) -> Reply {
    channel.send(&RemoveScriptToEvaluateOnNewDocumentParams::new(identifier.to_owned()))
}

impl Page {
    /// Runs a script in every new document of this page before the page's own.
    pub async fn add_init_script(
        &self,
        progress: &Progress,
        source: &str,
    ) -> Result<InitScript, ActionError> {
        let script = InitScript::new(source);
        self.0.bindings.init_scripts.borrow_mut().push(script.clone());
        script.send_to(progress, self.channels()).await?;
        Ok(script)
    }

    /// Takes a script of this page or its context back.
    pub async fn remove_init_script(
        &self,
        progress: &Progress,
        script: &InitScript,
    ) -> Result<(), ActionError> {
        self.0.bindings.init_scripts.borrow_mut().retain(|other| !other.is(script));
        script.withdraw(progress).await
    }
}

impl Context {
    /// Runs a script in every new document of every page before the page's own.
    pub async fn add_init_script(
        &self,
        progress: &Progress,
        source: &str,
    ) -> Result<InitScript, ActionError> {
        let script = InitScript::new(source);
        self.0.init_scripts.borrow_mut().push(script.clone());
        let channels = self.pages().iter().flat_map(Page::channels).collect();
        script.send_to(progress, channels).await?;
        Ok(script)
    }

    /// Takes a script of this context back.
    pub async fn remove_init_script(
        &self,
        progress: &Progress,
        script: &InitScript,
    ) -> Result<(), ActionError> {
        self.0.init_scripts.borrow_mut().retain(|other| !other.is(script));
        script.withdraw(progress).await
    }
}
