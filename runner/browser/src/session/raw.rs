//! Sessions of their own at a target, for scripts that speak the protocol themselves. What they switch on or
//! off holds for them alone, and no observer hears of what they hear.

use std::rc::Rc;

use chromiumoxide_cdp::cdp::browser_protocol::target::{AttachToTargetParams, DetachFromTargetParams};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::Session;
use crate::connection::RawEvent;
use crate::error::{ActionError, CallError};
use crate::progress::Progress;
use crate::target::{Channel, Target, TargetKind};

/// An event of such a session.
#[derive(Clone, Debug)]
pub struct RawSessionEvent {
    /// The protocol method.
    pub method: String,
    /// Its parameters.
    pub params: Box<RawValue>,
}

/// The events of such a session, in order. They end with it.
pub type RawSessionEvents = mpsc::UnboundedReceiver<RawSessionEvent>;

/// A session of its own at a target; clones share it.
#[derive(Clone)]
pub struct RawSession {
    session: Session,
    channel: Channel,
}

/// What the session keeps of it.
pub(super) struct Listening {
    channel: Channel,
    /// Unbounded: the browser cannot be slowed down, and the script's host filters on the same thread.
    events: mpsc::UnboundedSender<RawSessionEvent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachedSession {
    session_id: String,
}

impl std::fmt::Debug for RawSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawSession({})", self.channel.target().target_id)
    }
}

impl Listening {
    pub(super) fn take(&self, event: &RawEvent<'_>) {
        let event = RawSessionEvent { method: event.method.to_owned(), params: event.params.to_owned() };
        if self.events.send(event).is_err() {
            tracing::trace!("nobody listens to a raw session any more");
        }
    }

    pub(super) fn ended(&self) {
        self.channel.fail(CallError::TargetGone);
    }
}

impl Session {
    /// Opens a session of its own at a target.
    pub async fn raw_session(
        &self,
        progress: &Progress,
        target: &Target,
    ) -> Result<(RawSession, RawSessionEvents), ActionError> {
        let target_id = target.target_id.clone();
        let params =
            AttachToTargetParams { flatten: Some(true), ..AttachToTargetParams::new(target_id.clone()) };
        // The attachment is told before the answer: it must not be taken for a page of ours.
        self.0.attaching_raw.borrow_mut().push(target_id.clone());
        let reply = self.0.browser.send(&params);
        let attached = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await;
        self.0.attaching_raw.borrow_mut().retain(|other| *other != target_id);
        let AttachedSession { session_id } = attached?;
        let target = Rc::new(Target {
            session_id: Rc::from(session_id.as_str()),
            kind: TargetKind::Other,
            ..target.clone()
        });
        let channel = Channel::new(self.0.connection.clone(), target);
        let (events, heard) = mpsc::unbounded_channel();
        let listening = Listening { channel: channel.clone(), events };
        self.0.raw.borrow_mut().insert(session_id, listening);
        Ok((RawSession { session: self.clone(), channel }, heard))
    }
}

impl RawSession {
    /// Sends a command and waits for its answer.
    pub async fn send(
        &self,
        progress: &Progress,
        method: &str,
        params: &Value,
    ) -> Result<Value, ActionError> {
        progress.run(async { Ok(self.channel.send_raw(method, params).decode().await?) }).await
    }

    /// Ends it.
    pub async fn detach(&self, progress: &Progress) -> Result<(), ActionError> {
        let id = self.channel.target().session_id.to_string();
        let Some(listening) = self.session.0.raw.borrow_mut().remove(&id) else { return Ok(()) };
        let params = DetachFromTargetParams { session_id: Some(id.into()) };
        let reply = self.session.0.browser.send(&params);
        listening.ended();
        progress.run(async { Ok(reply.done().await?) }).await
    }
}
