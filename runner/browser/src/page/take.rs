//! A page's events as they come from the browser, taken in at once and in order.

use serde::Deserialize;
use std::rc::Rc;

use super::{Page, PageEvent, PageEventKind};
use crate::connection::RawEvent;
use crate::console::{self, ConsoleMessage};
use crate::error::Exception;
use crate::evaluate::{ExceptionDetails, ExecutionContext, ISOLATED_WORLD, World};
use crate::frame::{Frame, FrameInfo, Lifecycle};
use crate::target::{Channel, TargetKind};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FrameAttached {
    frame_id: String,
    parent_frame_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FrameDetached {
    frame_id: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct FrameNavigated {
    frame: FrameInfo,
    #[serde(default)]
    r#type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NavigatedWithinDocument {
    frame_id: String,
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NavigationRequested {
    frame_id: String,
    url: String,
    /// `currentTab`, or somewhere else.
    disposition: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NavigationStarted {
    frame_id: String,
    loader_id: String,
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoadingStopped {
    frame_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LifecycleEvent {
    frame_id: String,
    loader_id: String,
    name: String,
}

#[derive(Deserialize)]
struct ContextCreated {
    context: ContextDescription,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextDescription {
    id: i64,
    #[serde(default)]
    name: String,
    aux_data: Option<AuxiliaryData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuxiliaryData {
    #[serde(default)]
    is_default: bool,
    frame_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextDestroyed {
    execution_context_id: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExceptionThrown {
    exception_details: ExceptionDetails,
}

impl Page {
    /// Takes one event of the page or of something in it.
    pub(crate) fn take(&self, channel: &Channel, event: &RawEvent<'_>) {
        let is_worker = !matches!(channel.target().kind, TargetKind::Page | TargetKind::Iframe);
        match event.method {
            "Runtime.consoleAPICalled" => self.on_console(channel, event),
            "Runtime.exceptionThrown" => self.on_exception(event),
            _ if event.method.starts_with("Network.") => self.take_network(channel, event),
            "Runtime.executionContextCreated" if is_worker => self.on_worker_context(channel, event),
            _ if is_worker => {}
            "Page.lifecycleEvent" => self.on_lifecycle(event),
            "Page.frameAttached" => self.on_frame_attached(channel, event),
            "Page.frameDetached" => self.on_frame_detached(event),
            "Page.frameNavigated" => self.on_frame_navigated(channel, event),
            "Page.navigatedWithinDocument" => self.on_navigated_within_document(event),
            "Page.frameRequestedNavigation" => self.on_navigation_requested(event),
            "Page.frameStartedNavigating" => self.on_navigation_started(event),
            "Page.frameStoppedLoading" => self.on_loading_stopped(event),
            "Page.javascriptDialogOpening" => self.on_dialog(channel, event),
            "Page.javascriptDialogClosed" => self.on_dialog_closed(),
            "Page.fileChooserOpened" => self.on_file_chooser(channel, event),
            "Runtime.executionContextCreated" => self.on_context_created(channel, event),
            "Runtime.executionContextDestroyed" => self.on_context_destroyed(channel, event),
            "Runtime.executionContextsCleared" => self.forget_worlds(|world| world.channel().is(channel)),
            "Runtime.bindingCalled" => self.on_binding_called(channel, event),
            "Fetch.requestPaused" => self.on_request_paused(channel, event),
            "Fetch.authRequired" => self.on_auth_required(channel, event),
            "Log.entryAdded" => self.on_log_entry(event),
            "Inspector.targetCrashed" if channel.target().kind == TargetKind::Page => self.crashed(),
            _ => {}
        }
    }

    /// Returns the frame of this id, made if it is not known yet.
    pub(super) fn frame_or_new(&self, id: &str, parent: Option<&str>, channel: &Channel) -> Frame {
        if let Some(frame) = self.frame_by_id(id) {
            if let Some(parent) = parent {
                frame.set_parent(parent);
            }
            return frame;
        }
        let frame = Frame::new(self, id.to_owned(), parent.map(str::to_owned), channel.clone());
        self.0.frames.borrow_mut().push(frame.clone());
        self.emit(PageEvent::FrameAttached(frame.clone()));
        frame
    }

    /// Removes a frame with everything in it; the main frame stays.
    pub(super) fn remove_frame(&self, id: &str) {
        if id == self.main_frame().id() {
            return;
        }
        self.remove_children(id);
        let removed = {
            let mut frames = self.0.frames.borrow_mut();
            let at = frames.iter().position(|frame| frame.id() == id);
            at.map(|at| frames.remove(at))
        };
        if let Some(frame) = removed {
            self.forget_frame_worlds(id);
            frame.detached();
            self.emit(PageEvent::FrameDetached(frame));
        }
    }

    pub(super) fn remove_children(&self, id: &str) {
        let children: Vec<String> = {
            let frames = self.0.frames.borrow();
            let children = frames.iter().filter(|frame| frame.parent_id().as_deref() == Some(id));
            children.map(|frame| frame.id().to_owned()).collect()
        };
        for child in children {
            self.remove_frame(&child);
        }
    }

    fn on_frame_attached(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(attached) = event.decode::<FrameAttached>() else { return };
        let frame = self.frame_or_new(&attached.frame_id, Some(&attached.parent_frame_id), channel);
        // Back from a process of its own.
        frame.set_channel(channel);
    }

    fn on_frame_detached(&self, event: &RawEvent<'_>) {
        let Some(detached) = event.decode::<FrameDetached>() else { return };
        // A frame that moves to another process stays the same frame.
        if detached.reason == "swap" {
            self.remove_children(&detached.frame_id);
        } else {
            self.remove_frame(&detached.frame_id);
        }
    }

    fn on_frame_navigated(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(navigated) = event.decode::<FrameNavigated>() else { return };
        let info = &navigated.frame;
        let frame = self.frame_or_new(&info.id, info.parent_id.as_deref(), channel);
        self.remove_children(&info.id);
        frame.committed(info, navigated.r#type == "BackForwardCacheRestore");
        self.emit(PageEvent::FrameNavigated(frame));
    }

    fn on_navigated_within_document(&self, event: &RawEvent<'_>) {
        let Some(navigated) = event.decode::<NavigatedWithinDocument>() else { return };
        let Some(frame) = self.frame_by_id(&navigated.frame_id) else { return };
        frame.navigated_within_document(&navigated.url);
        self.emit(PageEvent::FrameNavigated(frame));
    }

    fn on_navigation_requested(&self, event: &RawEvent<'_>) {
        let Some(requested) = event.decode::<NavigationRequested>() else { return };
        if requested.disposition == "currentTab"
            && let Some(frame) = self.frame_by_id(&requested.frame_id)
        {
            frame.navigation_requested(&requested.url);
        }
    }

    fn on_navigation_started(&self, event: &RawEvent<'_>) {
        let Some(started) = event.decode::<NavigationStarted>() else { return };
        if let Some(frame) = self.frame_by_id(&started.frame_id) {
            frame.navigation_started(&started.loader_id, &started.url);
        }
    }

    fn on_loading_stopped(&self, event: &RawEvent<'_>) {
        let Some(stopped) = event.decode::<LoadingStopped>() else { return };
        if let Some(frame) = self.frame_by_id(&stopped.frame_id) {
            frame.loading_stopped();
        }
    }

    fn on_lifecycle(&self, event: &RawEvent<'_>) {
        let Some(lifecycle) = event.decode::<LifecycleEvent>() else { return };
        let Some(state) = Lifecycle::named(&lifecycle.name) else { return };
        let Some(frame) = self.frame_by_id(&lifecycle.frame_id) else { return };
        if !frame.reached(state, &lifecycle.loader_id) || frame.parent_id().is_some() {
            return;
        }
        match state {
            Lifecycle::DomContentLoaded => self.emit(PageEvent::DomContentLoaded),
            Lifecycle::Load => self.emit(PageEvent::Load),
            Lifecycle::Commit | Lifecycle::NetworkIdle => {}
        }
    }

    fn on_context_created(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(created) = event.decode::<ContextCreated>() else { return };
        let description = created.context;
        let Some(AuxiliaryData { is_default, frame_id: Some(frame_id) }) = description.aux_data else {
            return;
        };
        let world = match (is_default, description.name.as_str()) {
            (true, _) => World::Main,
            (false, ISOLATED_WORLD) => World::Isolated,
            (false, _) => return,
        };
        let context = ExecutionContext::new(description.id, channel.clone(), world);
        let key = (Rc::clone(&channel.target().session_id), description.id);
        self.0.worlds.borrow_mut().insert(key, (context.clone(), frame_id.clone()));
        let frame = self.frame_or_new_for_world(&frame_id, channel);
        frame.set_world(world, context);
    }

    /// A world may be told before its frame.
    fn frame_or_new_for_world(&self, id: &str, channel: &Channel) -> Frame {
        let frame = self.frame_or_new(id, None, channel);
        frame.set_channel(channel);
        frame
    }

    fn on_context_destroyed(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(destroyed) = event.decode::<ContextDestroyed>() else { return };
        let id = destroyed.execution_context_id;
        self.forget_worlds(|world| world.id() == id && world.channel().is(channel));
    }

    /// Forgets worlds whose documents are gone, and tells who waits in them.
    pub(super) fn forget_worlds(&self, is_gone: impl Fn(&ExecutionContext) -> bool) {
        let gone: Vec<(ExecutionContext, String)> = {
            let mut worlds = self.0.worlds.borrow_mut();
            worlds.extract_if(|_, (world, _)| is_gone(world)).map(|(_, world)| world).collect()
        };
        for (world, frame) in gone {
            world.went_away();
            if let Some(frame) = self.frame_by_id(&frame) {
                frame.forget_world(&world);
            }
        }
    }

    fn forget_frame_worlds(&self, id: &str) {
        let gone: Vec<ExecutionContext> = {
            let mut worlds = self.0.worlds.borrow_mut();
            worlds.extract_if(|_, (_, frame)| frame == id).map(|(_, (world, _))| world).collect()
        };
        gone.iter().for_each(ExecutionContext::went_away);
    }

    fn on_exception(&self, event: &RawEvent<'_>) {
        if self.is_unheard(PageEventKind::PageError) {
            return;
        }
        let Some(thrown) = event.decode::<ExceptionThrown>() else { return };
        self.emit(PageEvent::PageError(Exception::from(thrown.exception_details)));
    }

    fn on_console(&self, channel: &Channel, event: &RawEvent<'_>) {
        if self.is_unheard(PageEventKind::Console) {
            return;
        }
        let Some(called) = event.decode::<console::ApiCalled>() else { return };
        let key = (Rc::clone(&channel.target().session_id), called.context());
        let context = self.0.worlds.borrow().get(&key).map(|(context, _)| context.clone());
        let context = context
            .or_else(|| self.workers().iter().find(|worker| worker.channel().is(channel))?.context())
            .unwrap_or_else(|| ExecutionContext::new(called.context(), channel.clone(), World::Main));
        self.emit(PageEvent::Console(ConsoleMessage::of_call(self, &context, called)));
    }

    fn on_log_entry(&self, event: &RawEvent<'_>) {
        if self.is_unheard(PageEventKind::Console) {
            return;
        }
        if let Some(message) = event.decode::<console::EntryAdded>().and_then(|entry| entry.message(self)) {
            self.emit(PageEvent::Console(message));
        }
    }

    fn on_worker_context(&self, channel: &Channel, event: &RawEvent<'_>) {
        let worker = self.0.workers.borrow().iter().find(|worker| worker.channel().is(channel)).cloned();
        if let Some(worker) = worker {
            worker.take(event);
        }
    }
}
