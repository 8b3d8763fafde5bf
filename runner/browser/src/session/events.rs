//! Raw events for whoever asked for their methods.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::connection::RawEvent;
use crate::target::Target;

/// An event of the protocol, its parameters not decoded yet.
#[derive(Clone, Debug)]
pub struct Event {
    /// When it reached us.
    pub at: Instant,
    /// The target that it happened in.
    pub target: Rc<Target>,
    /// The protocol method.
    pub method: Rc<str>,
    /// Its parameters.
    pub params: Rc<RawValue>,
}

impl Event {
    /// Decodes what of the parameters is asked for.
    pub fn decode<'de, T: Deserialize<'de>>(&'de self) -> serde_json::Result<T> {
        serde_json::from_str(self.params.get())
    }
}

/// The events of a subscription, in order. They end with the session.
#[derive(Debug)]
pub struct EventReceiver(mpsc::UnboundedReceiver<Event>);

impl EventReceiver {
    /// Waits for the next event; nothing once the session is over.
    pub async fn recv(&mut self) -> Option<Event> {
        self.0.recv().await
    }

    /// Returns the next event if it is there already.
    pub fn try_recv(&mut self) -> Option<Event> {
        self.0.try_recv().ok()
    }
}

type Subscriber = mpsc::UnboundedSender<Event>;

/// Who listens to which method.
#[derive(Default)]
pub(super) struct Subscriptions(RefCell<HashMap<Rc<str>, Vec<Subscriber>>>);

impl Subscriptions {
    /// Unbounded: the browser cannot be slowed down, and a lost event would be a wrong measurement. The
    /// subscriber runs on the same thread and keeps up or the run's memory limit says so.
    pub(super) fn subscribe(&self, methods: &[&str]) -> EventReceiver {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut subscriptions = self.0.borrow_mut();
        for method in methods {
            subscriptions.entry(Rc::from(*method)).or_default().push(sender.clone());
        }
        EventReceiver(receiver)
    }

    /// Hands an event on; it is copied only if somebody listens.
    pub(super) fn emit(&self, target: &Rc<Target>, event: &RawEvent<'_>) {
        let mut subscriptions = self.0.borrow_mut();
        let Some((method, _)) = subscriptions.get_key_value(event.method) else { return };
        let method = Rc::clone(method);
        let Some(subscribers) = subscriptions.get_mut(event.method) else { return };
        subscribers.retain(|subscriber| !subscriber.is_closed());
        if subscribers.is_empty() {
            return;
        }
        let event = Event {
            at: tokio::time::Instant::now().into_std(),
            target: Rc::clone(target),
            method,
            params: Rc::from(event.params.to_owned()),
        };
        for subscriber in subscribers {
            // One that closed meanwhile is removed by the next event.
            drop(subscriber.send(event.clone()));
        }
    }

    /// Ends all subscriptions.
    pub(super) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}
