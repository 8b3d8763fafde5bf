//! Requests and their answers, joined from the browser's events.
//!
//! This is the model that scripts see. The observers keep a measuring one of their own.

mod exchange;
mod headers;
mod take;
mod websocket;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

pub use exchange::{Request, Response, SecurityDetails, ServerAddress, Sizes, Timing};
pub use headers::{Header, Headers};
pub use websocket::{Message as WebSocketMessage, WebSocket, WebSocketEvent};

/// Finished exchanges are kept a little: late events still belong to them.
const KEPT: usize = 64;

/// The exchanges of one page, with everything in it.
#[derive(Default)]
pub(crate) struct Network {
    chains: RefCell<HashMap<String, Chain>>,
    finished: RefCell<VecDeque<String>>,
    sockets: RefCell<HashMap<String, WebSocket>>,
}

/// The requests of one id: each redirect adds one. Events with the true headers come apart, in the same order.
#[derive(Default)]
struct Chain {
    requests: Vec<Request>,
    sent_headers: usize,
    received_headers: usize,
    early_sent: VecDeque<Headers>,
    early_received: VecDeque<(Headers, u16)>,
}

impl Network {
    /// Returns the request of this id that is under way or was last.
    pub(crate) fn request(&self, id: &str) -> Option<Request> {
        self.chains.borrow().get(id)?.requests.last().cloned()
    }

    /// Fails everybody who waits for an answer.
    pub(crate) fn ended(&self) {
        for chain in self.chains.borrow().values() {
            for request in &chain.requests {
                request.abandon();
            }
        }
        self.sockets.borrow_mut().clear();
    }

    /// Lets the oldest finished exchange go.
    fn keep_finished(&self, id: &str) {
        let mut finished = self.finished.borrow_mut();
        finished.push_back(id.to_owned());
        if finished.len() > KEPT
            && let Some(oldest) = finished.pop_front()
        {
            self.chains.borrow_mut().remove(&oldest);
        }
    }
}
