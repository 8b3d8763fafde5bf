//! What the prelude knows by number: pages, frames, requests, handles and so on.
//!
//! Numbers are never used again in a run. What goes away with its test is forgotten with it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use canary_browser::{
    BindingCall, Context, Dialog, Download, Frame, HttpClient, InitScript, JsHandle, Page, Request, Response,
    Route, Worker,
};
use serde::{Deserialize, Serialize};

use super::cdp::Raw;
use super::har::Har;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) u32);

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }
    )*};
}

ids! {
    /// A context.
    ContextId,
    /// A page.
    PageId,
    /// A frame.
    FrameId,
    /// An object of a page.
    HandleId,
    /// A worker.
    WorkerId,
    /// A request of a page.
    RequestId,
    /// The answer to one.
    ResponseId,
    /// A request that waits for a handler's word.
    RouteId,
    /// A dialog.
    DialogId,
    /// A download.
    DownloadId,
    /// A WebSocket.
    SocketId,
    /// A page's call of a function of the script.
    BindingCallId,
    /// A script for new documents.
    InitScriptId,
    /// A HAR file.
    HarId,
    /// Cookies of requests outside of pages.
    JarId,
    /// The body of an answer outside of pages.
    BodyId,
    /// A raw session.
    CdpId,
}

/// Things of one kind by their number.
pub(crate) struct Table<I, T>(RefCell<HashMap<I, T>>);

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<I: Copy + Eq + std::hash::Hash, T: Clone> Table<I, T> {
    pub(crate) fn get(&self, id: I) -> Option<T> {
        self.0.borrow().get(&id).cloned()
    }

    pub(crate) fn insert(&self, id: I, thing: T) {
        self.0.borrow_mut().insert(id, thing);
    }

    pub(crate) fn remove(&self, id: I) -> Option<T> {
        self.0.borrow_mut().remove(&id)
    }

    pub(crate) fn find(&self, is_it: impl Fn(&T) -> bool) -> Option<I> {
        self.0.borrow().iter().find(|(_, thing)| is_it(thing)).map(|(id, _)| *id)
    }

    pub(crate) fn ids(&self) -> Vec<I> {
        self.0.borrow().keys().copied().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

/// An object of a page that the script holds, and the frame that it came from; one of a worker has none.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) handle: JsHandle,
    pub(crate) frame: Option<Frame>,
}

/// Everything that has a number.
#[derive(Default)]
pub(crate) struct Registry {
    last: Cell<u32>,
    pub(crate) contexts: Table<ContextId, Context>,
    pub(crate) pages: Table<PageId, Page>,
    pub(crate) frames: Table<FrameId, Frame>,
    pub(crate) handles: Table<HandleId, Held>,
    pub(crate) workers: Table<WorkerId, Worker>,
    pub(crate) requests: Table<RequestId, Request>,
    pub(crate) responses: Table<ResponseId, Response>,
    pub(crate) routes: Table<RouteId, Rc<Route>>,
    pub(crate) dialogs: Table<DialogId, Dialog>,
    pub(crate) downloads: Table<DownloadId, Download>,
    pub(crate) binding_calls: Table<BindingCallId, BindingCall>,
    pub(crate) hars: Table<HarId, Rc<Har>>,
    pub(crate) init_scripts: Table<InitScriptId, InitScript>,
    pub(crate) jars: Table<JarId, HttpClient>,
    pub(crate) bodies: Table<BodyId, Rc<[u8]>>,
    pub(crate) raw_sessions: Table<CdpId, Rc<Raw>>,
    /// Numbers of pages, frames and requests by what the browser calls them.
    names: RefCell<HashMap<String, u32>>,
}

impl Registry {
    /// Returns a number that nothing had before.
    pub(crate) fn fresh<I: From<u32>>(&self) -> I {
        let number = self.last.get() + 1;
        self.last.set(number);
        number.into()
    }

    fn named<I: From<u32>>(&self, name: String) -> I {
        let known = self.names.borrow().get(&name).copied();
        match known {
            Some(number) => number.into(),
            None => {
                let number = self.last.get() + 1;
                self.last.set(number);
                self.names.borrow_mut().insert(name, number);
                number.into()
            }
        }
    }

    /// Returns a context's number.
    pub(crate) fn context_id(&self, context: &Context) -> ContextId {
        self.named(format!("context {}", context.id()))
    }

    /// Returns a page's number; the page is registered with it.
    pub(crate) fn page_id(&self, page: &Page) -> PageId {
        self.named(format!("page {}", page.id()))
    }

    /// Returns a frame's number; the frame is registered with it.
    pub(crate) fn frame_id(&self, frame: &Frame) -> FrameId {
        let id = self.named(format!("frame {}", frame.id()));
        self.frames.insert(id, frame.clone());
        id
    }

    /// Returns a request's number, and whether it is new.
    pub(crate) fn request_id(&self, request: &Request) -> (RequestId, bool) {
        let redirects =
            std::iter::successors(request.redirected_from(), |request| request.redirected_from()).count();
        let before = self.last.get();
        let id: RequestId = self.named(format!("request {} {redirects}", request.id()));
        self.requests.insert(id, request.clone());
        (id, id.0 > before)
    }

    /// Returns the number of an answer.
    pub(crate) fn response_id(&self, response: &Response) -> ResponseId {
        let (request, _) = self.request_id(response.request());
        let id = self.named(format!("response {}", request.0));
        self.responses.insert(id, response.clone());
        id
    }

    /// Returns the number of a worker.
    pub(crate) fn worker_id(&self, worker: &Worker) -> WorkerId {
        let known = self.workers.find(|known| known == worker);
        let id = known.unwrap_or_else(|| self.fresh());
        self.workers.insert(id, worker.clone());
        id
    }

    /// Holds an object for the script.
    pub(crate) fn hold(&self, handle: &JsHandle, frame: Option<&Frame>) -> HandleId {
        let id = self.fresh();
        self.handles.insert(id, Held { handle: handle.clone(), frame: frame.cloned() });
        id
    }

    /// Forgets everything, once no context is left.
    pub(crate) fn forget_all(&self) {
        self.contexts.clear();
        self.pages.clear();
        self.frames.clear();
        self.handles.clear();
        self.workers.clear();
        self.requests.clear();
        self.responses.clear();
        self.routes.clear();
        self.dialogs.clear();
        self.downloads.clear();
        self.binding_calls.clear();
        self.hars.clear();
        self.init_scripts.clear();
        self.jars.clear();
        self.bodies.clear();
        self.raw_sessions.clear();
        self.names.borrow_mut().clear();
    }
}
