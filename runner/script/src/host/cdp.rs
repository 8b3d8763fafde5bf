//! Raw sessions of the protocol, for scripts that need what the page API has no words for.
//!
//! They talk over the page's own connection: what a script switches off there is off for us, too.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use canary_browser::{EventReceiver, Progress, Target};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::command::CdpAsk;
use super::failure::Failed;
use super::registry::CdpId;
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

/// One raw session.
pub(super) struct RawSession {
    target: Rc<Target>,
    /// What ends the passing on of a method's events.
    listening: RefCell<HashMap<String, CancellationToken>>,
}

impl Host {
    pub(super) async fn cdp(self: &Rc<Self>, progress: &Progress, ask: CdpAsk) -> Result<Answer, Failed> {
        match ask {
            CdpAsk::Open { page, frame } => {
                let target = match (page, frame) {
                    (Some(page), _) => self.page_of(page)?.target(),
                    (None, Some(frame)) => self.frame_of(frame)?.target(),
                    (None, None) => return Err(Failed::invalid("a page or a frame is needed")),
                };
                let id: CdpId = self.objects.fresh();
                let session = RawSession { target, listening: RefCell::default() };
                self.objects.raw_sessions.insert(id, Rc::new(session));
                Ok(json_answer(id))
            }
            CdpAsk::Send { session, method, params } => {
                let session = self.raw_session(session)?;
                let answer = self.open_session()?.call(progress, &session.target, &method, &params).await?;
                Ok(json_answer(answer))
            }
            CdpAsk::Listen { session: id, method, wanted } => {
                let session = self.raw_session(id)?;
                if !wanted {
                    if let Some(end) = session.listening.borrow_mut().remove(&method) {
                        end.cancel();
                    }
                    return Ok(nothing());
                }
                let end = CancellationToken::new();
                session.listening.borrow_mut().insert(method.clone(), end.clone());
                let events = self.open_session()?.subscribe(&[method.as_str()]);
                self.pass_raw_events(id, Rc::clone(&session.target), events, end);
                Ok(nothing())
            }
            CdpAsk::Detach { session } => {
                if let Some(session) = self.objects.raw_sessions.remove(session) {
                    session.listening.borrow().values().for_each(CancellationToken::cancel);
                }
                Ok(nothing())
            }
        }
    }

    fn raw_session(&self, id: CdpId) -> Result<Rc<RawSession>, Failed> {
        self.objects.raw_sessions.get(id).ok_or(Failed::Gone)
    }

    fn pass_raw_events(
        self: &Rc<Self>,
        id: CdpId,
        target: Rc<Target>,
        mut events: EventReceiver,
        end: CancellationToken,
    ) {
        let host = Rc::downgrade(self);
        tokio::task::spawn_local(async move {
            loop {
                let event = tokio::select! {
                    biased;
                    () = end.cancelled() => return,
                    event = events.recv() => event,
                };
                let (Some(event), Some(host)) = (event, host.upgrade()) else { return };
                if event.target.session_id == target.session_id {
                    host.emit(id, "cdp", json!({ "method": &*event.method, "params": &*event.params }));
                }
            }
        });
    }
}
