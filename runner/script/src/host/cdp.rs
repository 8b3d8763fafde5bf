//! Raw sessions of the protocol, for scripts that need what the page API has no words for.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use canary_browser::{Progress, RawSession, RawSessionEvents};
use serde_json::{Value, json};

use super::command::CdpAsk;
use super::failure::Failed;
use super::registry::CdpId;
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

/// One raw session, and which of its events the script wants to hear.
pub(super) struct Raw {
    session: RawSession,
    wanted: RefCell<HashSet<String>>,
}

/// The name under which a script asks for every event.
const EVERY: &str = "event";

impl Host {
    pub(super) async fn cdp(self: &Rc<Self>, progress: &Progress, ask: CdpAsk) -> Result<Answer, Failed> {
        match ask {
            CdpAsk::Open { page, frame } => {
                let target = match (page, frame) {
                    (Some(page), _) => self.page_of(page)?.target(),
                    (None, Some(frame)) => {
                        let frame = self.frame_of(frame)?;
                        let around = frame.parent().map(|parent| parent.target());
                        if around.is_some_and(|around| around == frame.target()) {
                            return Err(Failed::invalid(
                                "This frame does not have a separate CDP session, it is a part of the \
                                 parent frame's session",
                            ));
                        }
                        frame.target()
                    }
                    (None, None) => return Err(Failed::invalid("a page or a frame is needed")),
                };
                let (session, events) = self.open_session()?.raw_session(progress, &target).await?;
                let id: CdpId = self.objects.fresh();
                let raw = Rc::new(Raw { session, wanted: RefCell::default() });
                self.objects.raw_sessions.insert(id, Rc::clone(&raw));
                self.pass_raw_events(id, raw, events);
                Ok(json_answer(id))
            }
            CdpAsk::Send { session, method, params } => {
                Ok(json_answer(self.raw(session)?.session.send(progress, &method, &params).await?))
            }
            CdpAsk::Listen { session, method, wanted } => {
                let raw = self.raw(session)?;
                let mut all = raw.wanted.borrow_mut();
                if wanted {
                    all.insert(method);
                } else {
                    all.remove(&method);
                }
                Ok(nothing())
            }
            CdpAsk::Detach { session } => {
                if let Some(raw) = self.objects.raw_sessions.remove(session) {
                    raw.session.detach(progress).await?;
                }
                Ok(nothing())
            }
        }
    }

    fn raw(&self, id: CdpId) -> Result<Rc<Raw>, Failed> {
        self.objects.raw_sessions.get(id).ok_or(Failed::Gone)
    }

    fn pass_raw_events(self: &Rc<Self>, id: CdpId, raw: Rc<Raw>, mut events: RawSessionEvents) {
        let host = Rc::downgrade(self);
        tokio::task::spawn_local(async move {
            while let Some(event) = events.recv().await {
                let Some(host) = host.upgrade() else { return };
                let wanted = raw.wanted.borrow();
                if wanted.contains(&event.method) || wanted.contains(EVERY) {
                    host.emit(id, "cdp", json!({ "method": event.method, "params": &*event.params }));
                }
            }
            if let Some(host) = host.upgrade() {
                host.objects.raw_sessions.remove(id);
                host.emit(id, "close", Value::Null);
            }
        });
    }
}
