//! Targets as they come and go: ours are prepared while paused, then released; foreign ones are let go at once.

use std::cell::Ref;
use std::rc::Rc;

use chromiumoxide_cdp::cdp::browser_protocol::target::{
    DetachFromTargetParams, FilterEntry, SetAutoAttachParams, TargetFilter,
};
use chromiumoxide_cdp::cdp::js_protocol::runtime::{
    EnableParams as EnableRuntime, RunIfWaitingForDebuggerParams,
};
use serde::Deserialize;

use super::{Session, SessionInner};
use crate::connection::{EventSink, RawEvent};
use crate::context::ContextEvent;
use crate::error::{CallError, Closed};
use crate::page::Page;
use crate::target::{Channel, Target, TargetInfo, TargetKind};
use crate::worker::Worker;

/// A target that we are attached to, and whose it is.
pub(super) struct Attached {
    pub(super) channel: Channel,
    page: Option<Page>,
    /// A service worker, which no page owns.
    worker: Option<Worker>,
}

impl Attached {
    pub(super) fn kind(&self) -> TargetKind {
        self.channel.target().kind
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachedToTarget {
    session_id: String,
    target_info: TargetInfo,
    waiting_for_debugger: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DetachedFromTarget {
    session_id: String,
}

/// The command that attaches to these kinds of targets while they are paused.
pub(crate) fn auto_attach(kinds: &[&str]) -> SetAutoAttachParams {
    let entries = kinds.iter().map(|kind| FilterEntry { exclude: None, r#type: Some((*kind).to_owned()) });
    SetAutoAttachParams {
        auto_attach: true,
        wait_for_debugger_on_start: true,
        flatten: Some(true),
        filter: Some(TargetFilter::new(entries.collect::<Vec<_>>())),
    }
}

/// Takes events for a session as long as it lives.
pub(super) struct Sink(pub(super) std::rc::Weak<SessionInner>);

impl EventSink for Sink {
    fn event(&self, event: RawEvent<'_>) {
        let Some(session) = self.0.upgrade().map(Session) else { return };
        session.take(&event);
    }
}

impl Session {
    fn take(&self, event: &RawEvent<'_>) {
        if let Some(raw) =
            event.session.and_then(|id| Ref::filter_map(self.0.raw.borrow(), |raw| raw.get(id)).ok())
        {
            return raw.take(event);
        }
        let (channel, page, worker) = match event.session {
            None => (self.0.browser.clone(), None, None),
            Some(id) => match self.0.attached.borrow().get(id) {
                Some(attached) => (attached.channel.clone(), attached.page.clone(), attached.worker.clone()),
                // A foreign target that is about to be let go.
                None => return,
            },
        };
        match event.method {
            "Target.attachedToTarget" => self.on_attached(page.as_ref(), &channel, event),
            "Target.detachedFromTarget" => self.on_detached(page.as_ref(), &channel, event),
            _ => match (&page, worker) {
                (Some(page), _) => page.take(&channel, event),
                (None, Some(worker)) => worker.take(event),
                (None, None) => self.take_browser_event(event),
            },
        }
        self.0.listeners.emit(channel.target(), event);
    }

    /// Downloads are told by the browser, not by the page.
    fn take_browser_event(&self, event: &RawEvent<'_>) {
        if event.method.starts_with("Browser.download") {
            let contexts: Vec<_> = self.0.contexts.borrow().values().cloned().collect();
            for context in contexts {
                if context.take_download(event) {
                    return;
                }
            }
        }
    }

    fn on_attached(&self, parent: Option<&Page>, parent_channel: &Channel, event: &RawEvent<'_>) {
        let Some(attached) = event.decode::<AttachedToTarget>() else { return };
        let info = &attached.target_info;
        if parent.is_none() && self.0.attaching_raw.borrow().contains(&info.target_id) {
            return;
        }
        let context = self.0.context(info.browser_context_id.as_deref());
        let owner = match (parent, info.r#type, &context) {
            // Popups are attached through the browser: a second session would only cost.
            (Some(_), TargetKind::Page | TargetKind::Other, _) | (None, _, None) => None,
            (Some(parent), _, _) => Some(Some(parent.clone())),
            (None, TargetKind::Page, Some(_)) => Some(None),
            (None, TargetKind::ServiceWorker | TargetKind::SharedWorker, Some(_)) => Some(None),
            (None, _, Some(_)) => None,
        };
        let Some(owner) = owner else {
            self.let_go(parent_channel, &attached);
            return;
        };
        let page_id = match info.r#type {
            TargetKind::Page => Some(info.target_id.clone()),
            _ => owner.as_ref().map(|page| page.id().to_owned()),
        };
        let target = Rc::new(Target {
            session_id: Rc::from(attached.session_id.as_str()),
            target_id: info.target_id.clone(),
            kind: info.r#type,
            page: page_id,
            context: info.browser_context_id.clone().or_else(|| parent_channel.target().context.clone()),
        });
        let channel = Channel::new(self.0.connection.clone(), target);
        match (info.r#type, context, owner) {
            (TargetKind::Page, Some(context), _) => {
                let page = Page::attached(&context, channel.clone(), info);
                self.insert(&attached.session_id, channel, Some(page.clone()));
                page.initialise(attached.waiting_for_debugger);
            }
            (TargetKind::Iframe, _, Some(page)) => {
                self.insert(&attached.session_id, channel.clone(), Some(page.clone()));
                page.adopt_frame(channel);
            }
            (TargetKind::ServiceWorker, Some(context), None) => {
                let worker = Worker::new(None, channel.clone(), &info.url);
                let attached_worker =
                    Attached { channel: channel.clone(), page: None, worker: Some(worker.clone()) };
                self.0.attached.borrow_mut().insert(attached.session_id.clone(), attached_worker);
                drop(channel.send(&EnableRuntime::default()));
                self.prepare_target(&channel);
                drop(channel.send(&RunIfWaitingForDebuggerParams::default()));
                let event = ContextEvent::ServiceWorker(worker);
                context.0.events.emit_to(ContextEvent::OF_CONTEXT, &event);
            }
            (_, _, page) => {
                self.insert(&attached.session_id, channel.clone(), page.clone());
                self.prepare_target(&channel);
                match page {
                    Some(page) => page.adopt_worker(channel, &info.url),
                    None => drop(channel.send(&RunIfWaitingForDebuggerParams::default())),
                }
            }
        }
    }

    fn insert(&self, session_id: &str, channel: Channel, page: Option<Page>) {
        self.0.attached.borrow_mut().insert(session_id.to_owned(), Attached { channel, page, worker: None });
    }

    /// Lets a target go that is none of ours.
    fn let_go(&self, parent: &Channel, attached: &AttachedToTarget) {
        let session: Rc<str> = Rc::from(attached.session_id.as_str());
        if attached.waiting_for_debugger {
            drop(self.0.connection.send(Some(&session), &RunIfWaitingForDebuggerParams::default()));
        }
        let detach = DetachFromTargetParams { session_id: Some(attached.session_id.clone().into()) };
        drop(parent.send(&detach));
    }

    /// Sends a paused target what observers asked for.
    pub(crate) fn prepare_target(&self, channel: &Channel) {
        for command in self.0.prepared.borrow().iter() {
            if command.targets.contains(&channel.target().kind) {
                drop(channel.send_raw(&command.method, &command.params));
            }
        }
    }

    fn on_detached(&self, parent: Option<&Page>, parent_channel: &Channel, event: &RawEvent<'_>) {
        let Some(detached) = event.decode::<DetachedFromTarget>() else { return };
        if let Some(raw) = self.0.raw.borrow_mut().remove(&detached.session_id) {
            return raw.ended();
        }
        let Some(attached) = self.0.attached.borrow_mut().remove(&detached.session_id) else { return };
        attached.channel.fail(CallError::TargetGone);
        if let Some(worker) = attached.worker {
            return worker.ended();
        }
        let Some(page) = attached.page.or_else(|| parent.cloned()) else { return };
        match attached.channel.target().kind {
            TargetKind::Page => page.closed_by_browser(),
            TargetKind::Iframe => page.lost_frame_session(parent_channel, &attached.channel),
            _ => page.lost_worker(&attached.channel),
        }
    }

    /// Tells every page and listener that the browser is gone.
    pub(super) fn disconnected(&self, reason: &Closed) {
        tracing::debug!(%reason, "the browser is gone");
        let pages: Vec<Page> =
            self.0.attached.borrow().values().filter_map(|attached| attached.page.clone()).collect();
        for page in pages {
            page.closed_by_browser();
        }
        self.forget();
    }
}
