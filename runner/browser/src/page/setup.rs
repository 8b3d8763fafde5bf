//! Making a target usable while it is still paused: everything is sent at once and awaited together.

use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::log::EnableParams as EnableLog;
use chromiumoxide_cdp::cdp::browser_protocol::network::EnableParams as EnableNetwork;
use chromiumoxide_cdp::cdp::browser_protocol::page::{
    AddScriptToEvaluateOnNewDocumentParams, EnableParams as EnablePage, GetFrameTreeParams,
    SetLifecycleEventsEnabledParams,
};
use chromiumoxide_cdp::cdp::js_protocol::runtime::{
    EnableParams as EnableRuntime, RunIfWaitingForDebuggerParams,
};
use serde::Deserialize;

use super::{Page, PageEvent};
use crate::connection::{Reply, all_done};
use crate::context::{ContextEvent, ServiceWorkers};
use crate::emulation;
use crate::error::CallError;
use crate::frame::{FrameEvent, FrameInfo, FrameNode};
use crate::injected;
use crate::session::auto_attach;
use crate::target::Channel;
use crate::worker::Worker;

/// Pages get no service workers; who waits for one waits for ever, as where nobody registers any.
const NO_SERVICE_WORKERS: &str = "if (globalThis.navigator?.serviceWorker) {
  navigator.serviceWorker.register = async () => { console.warn('service workers are blocked in this context'); };
}";

/// How long a window that a page opened is waited for to show what it was opened for.
const FIRST_DOCUMENT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tree {
    frame_tree: FrameNode,
}

impl Page {
    /// Prepares a page and releases it; popups become known to their opener once they are ready.
    pub(crate) fn initialise(&self, paused: bool) {
        let (tree, replies) = self.prepare(self.channel(), true, paused);
        let page = self.clone();
        tokio::task::spawn_local(async move {
            page.take_tree(page.channel().clone(), tree).await;
            page.first_document().await;
            if let Err(error) = all_done(replies).await {
                tracing::debug!(%error, "failed to prepare a page");
                page.0.refused.replace(page.refusal(&error));
            }
            page.0.ready.send_replace(true);
            page.context().0.events.emit_to(ContextEvent::OF_CONTEXT, &ContextEvent::Page(page.clone()));
            if let Some(opener) = page.opener() {
                page.take_unused();
                opener.emit(PageEvent::Popup(page));
            }
        });
    }

    /// Takes over a frame that moved to a process of its own.
    pub(crate) fn adopt_frame(&self, channel: Channel) {
        let id = channel.target().target_id.clone();
        self.remove_children(&id);
        let frame = self.frame_or_new(&id, None, &channel);
        frame.set_channel(&channel);
        let (tree, replies) = self.prepare(&channel, false, true);
        let page = self.clone();
        tokio::task::spawn_local(async move {
            page.take_tree(channel, tree).await;
            if let Err(error) = all_done(replies).await {
                tracing::debug!(%error, "failed to prepare a frame of another site");
            }
        });
    }

    /// Takes a worker in and releases it.
    pub(crate) fn adopt_worker(&self, channel: Channel, url: &str) {
        let worker = Worker::new(Some(self), channel.clone(), url);
        drop(channel.send(&EnableRuntime::default()));
        drop(channel.send(&EnableNetwork::default()));
        drop(channel.send(&auto_attach(&["worker"])));
        drop(channel.send(&RunIfWaitingForDebuggerParams::default()));
        self.0.workers.borrow_mut().push(worker.clone());
        self.emit(PageEvent::Worker(worker));
    }

    pub(crate) fn lost_worker(&self, channel: &Channel) {
        let mut workers = self.0.workers.borrow_mut();
        for worker in workers.extract_if(.., |worker| worker.channel().is(channel)) {
            worker.ended();
        }
    }

    fn prepare(&self, channel: &Channel, is_page: bool, paused: bool) -> (Reply, Vec<Reply>) {
        let mut replies = vec![channel.send(&EnablePage::default())];
        let tree = channel.send(&GetFrameTreeParams::default());
        replies.push(channel.send(&SetLifecycleEventsEnabledParams::new(true)));
        replies.push(channel.send(&EnableRuntime::default()));
        replies.push(channel.send(&EnableNetwork::default()));
        replies.push(channel.send(&EnableLog::default()));
        replies.push(channel.send(&auto_attach(&["iframe", "worker"])));
        replies.extend(emulation::apply(channel, &self.effective_options(), &self.media(), is_page));
        replies.push(channel.send(&injected::init_script()));
        replies.extend(self.bindings_and_scripts(channel));
        replies.extend(self.intercept(channel));
        self.context().session().prepare_target(channel);
        if paused {
            replies.push(channel.send(&RunIfWaitingForDebuggerParams::default()));
        }
        (tree, replies)
    }

    /// Waits until a page that another one opened shows what it was opened for, not the nothing before it.
    async fn first_document(&self) {
        let mut events = self.main_frame().0.events.subscribe();
        // The browser's address of a document that was never asked for.
        if !matches!(self.url().as_str(), "" | ":") {
            return;
        }
        let told = async {
            use FrameEvent::{Aborted, Committed, Detached};
            while !matches!(events.recv().await, Some(Committed { .. } | Aborted { .. } | Detached) | None) {}
        };
        // Some windows never get a document, as those for `javascript:`; they are told of all the same.
        if tokio::time::timeout(FIRST_DOCUMENT, told).await.is_err() {
            tracing::debug!(page = self.id(), "a new window has no document yet");
        }
    }

    /// Tells in words which option the browser has no use for.
    fn refusal(&self, error: &CallError) -> Option<String> {
        let CallError::Refused { method, .. } = error else { return None };
        let options = self.effective_options();
        match method.as_str() {
            "Emulation.setTimezoneOverride" => {
                Some(format!("Invalid timezone ID: {}", options.timezone_id.unwrap_or_default()))
            }
            "Emulation.setLocaleOverride" => {
                Some(format!("Invalid locale: {}", options.locale.unwrap_or_default()))
            }
            _ => None,
        }
    }

    async fn take_tree(&self, channel: Channel, tree: Reply) {
        match tree.decode::<Tree>().await {
            Ok(tree) => self.take_node(&channel, tree.frame_tree),
            Err(error) => tracing::debug!(%error, "failed to read the tree of frames"),
        }
    }

    fn take_node(&self, channel: &Channel, node: FrameNode) {
        let FrameInfo { id, parent_id, .. } = &node.frame;
        let frame = self.frame_or_new(id, parent_id.as_deref(), channel);
        frame.take_first_info(&node.frame);
        for child in node.child_frames {
            self.take_node(channel, child);
        }
    }

    /// A frame that left its process is gone, unless its parent has taken it back by now.
    pub(crate) fn lost_frame_session(&self, parent: &Channel, lost: &Channel) {
        let Some(frame) = self.frame_by_id(&lost.target().target_id) else { return };
        if !frame.channel().is(lost) {
            return;
        }
        self.forget_worlds(|world| world.channel().is(lost));
        // The parent's word of it may come after: ask the parent anything, its answer comes after that word.
        let asked = parent.send(&EnablePage::default());
        let (page, lost) = (self.clone(), lost.clone());
        tokio::task::spawn_local(async move {
            drop(asked.done().await);
            if frame.channel().is(&lost) {
                page.remove_frame(frame.id());
            }
        });
    }

    fn bindings_and_scripts(&self, channel: &Channel) -> Vec<Reply> {
        let mut replies = self.send_bindings(channel);
        if self.context().options().service_workers == ServiceWorkers::Block {
            replies.push(channel.send(&AddScriptToEvaluateOnNewDocumentParams::new(NO_SERVICE_WORKERS)));
        }
        let context = self.context().0.init_scripts.borrow();
        let own = self.0.bindings.init_scripts.borrow();
        for script in context.iter().chain(own.iter()) {
            script.send(channel);
        }
        replies
    }
}
