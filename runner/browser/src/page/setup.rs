//! Making a target usable while it is still paused: everything is sent at once and awaited together.

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
use crate::context::ContextEvent;
use crate::emulation;
use crate::error::ActionError;
use crate::frame::{FrameInfo, FrameNode};
use crate::injected;
use crate::progress::Progress;
use crate::session::auto_attach;
use crate::target::Channel;
use crate::worker::Worker;

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
            if let Err(error) = all_done(replies).await {
                tracing::debug!(%error, "failed to prepare a page");
                if page.is_closed() {
                    return;
                }
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
        let worker = Worker::new(self, channel.clone(), url);
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

    /// Runs a script in every document of this page before the page's own.
    pub async fn add_init_script(&self, progress: &Progress, source: &str) -> Result<(), ActionError> {
        self.0.bindings.add_init_script(source);
        self.send_init_script(progress, source).await
    }

    pub(crate) async fn send_init_script(
        &self,
        progress: &Progress,
        source: &str,
    ) -> Result<(), ActionError> {
        let params = AddScriptToEvaluateOnNewDocumentParams::new(source);
        let replies = self.channels().iter().map(|channel| channel.send(&params)).collect();
        progress.run(async { Ok::<_, ActionError>(all_done(replies).await?) }).await
    }

    fn bindings_and_scripts(&self, channel: &Channel) -> Vec<Reply> {
        let mut replies = self.send_bindings(channel);
        let context = self.context().0.init_scripts.borrow();
        let own = self.0.bindings.init_scripts();
        for source in context.iter().chain(own.iter()) {
            replies.push(channel.send(&AddScriptToEvaluateOnNewDocumentParams::new(source)));
        }
        replies
    }
}
