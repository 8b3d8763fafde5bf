//! Who wants to hear of what.

use std::cell::RefCell;

use tokio::sync::mpsc;

/// Subscribers of events, each with the kinds that it asked for as bits; those that went away are forgotten.
///
/// Unbounded: the browser cannot be slowed down, and the subscribers run on the same thread.
pub(crate) struct Listeners<T>(RefCell<Vec<Listener<T>>>);

struct Listener<T> {
    kinds: u32,
    sender: mpsc::UnboundedSender<T>,
}

impl<T> Default for Listeners<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> Listeners<T> {
    /// Every kind.
    pub(crate) const ALL: u32 = u32::MAX;

    /// Returns everything from now on.
    pub(crate) fn subscribe(&self) -> mpsc::UnboundedReceiver<T> {
        self.subscribe_to(Self::ALL)
    }

    /// Returns events of these kinds from now on.
    pub(crate) fn subscribe_to(&self, kinds: u32) -> mpsc::UnboundedReceiver<T> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.0.borrow_mut().push(Listener { kinds, sender });
        receiver
    }

    /// Returns true when somebody asked for one of these kinds.
    pub(crate) fn wants(&self, kinds: u32) -> bool {
        self.0.borrow().iter().any(|listener| listener.kinds & kinds != 0 && !listener.sender.is_closed())
    }

    /// Tells all subscribers.
    pub(crate) fn emit(&self, event: &T) {
        self.emit_to(Self::ALL, event);
    }

    /// Tells the subscribers of these kinds.
    pub(crate) fn emit_to(&self, kinds: u32, event: &T) {
        self.0.borrow_mut().retain(|listener| {
            if listener.kinds & kinds == 0 {
                return !listener.sender.is_closed();
            }
            listener.sender.send(event.clone()).is_ok()
        });
    }

    /// Ends all subscriptions.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}
