//! Websockets that pages open.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::connection::RawEvent;
use crate::listeners::Listeners;
use crate::page::{Page, PageEvent};

/// A websocket of a page; clones share it.
#[derive(Clone)]
pub struct WebSocket(Rc<State>);

struct State {
    url: String,
    closed: std::cell::Cell<bool>,
    events: Listeners<WebSocketEvent>,
}

/// What happens on a websocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebSocketEvent {
    /// The page sent a message.
    Sent(Message),
    /// The page got a message.
    Received(Message),
    /// Something went wrong.
    Error(String),
    /// It is closed.
    Closed,
}

/// A message of a websocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

impl std::fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebSocket({})", self.0.url)
    }
}

impl WebSocket {
    /// Returns its address.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns true once it is closed.
    pub fn is_closed(&self) -> bool {
        self.0.closed.get()
    }

    /// Returns what happens on it from now on.
    pub fn events(&self) -> mpsc::UnboundedReceiver<WebSocketEvent> {
        self.0.events.subscribe()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    request_id: String,
    url: Option<String>,
    response: Option<FrameData>,
    error_message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FrameData {
    #[serde(default)]
    opcode: f64,
    #[serde(default)]
    payload_data: String,
}

impl FrameData {
    fn message(self) -> Option<Message> {
        match self.opcode as u8 {
            1 => Some(Message::Text(self.payload_data)),
            2 => BASE64.decode(self.payload_data).ok().map(Message::Binary),
            _ => None,
        }
    }
}

impl Page {
    pub(super) fn take_websocket(&self, event: &RawEvent<'_>) {
        let Some(data) = event.decode::<Event>() else { return };
        if event.method == "Network.webSocketCreated" {
            let state = State {
                url: data.url.unwrap_or_default(),
                closed: std::cell::Cell::new(false),
                events: Listeners::default(),
            };
            let socket = WebSocket(Rc::new(state));
            self.0.network.sockets.borrow_mut().insert(data.request_id, socket.clone());
            self.emit(PageEvent::WebSocket(socket));
            return;
        }
        let Some(socket) = self.0.network.sockets.borrow().get(&data.request_id).cloned() else { return };
        let message = |data: Option<FrameData>| data.and_then(FrameData::message);
        let happened = match event.method {
            "Network.webSocketFrameSent" => message(data.response).map(WebSocketEvent::Sent),
            "Network.webSocketFrameReceived" => message(data.response).map(WebSocketEvent::Received),
            "Network.webSocketFrameError" => data.error_message.map(WebSocketEvent::Error),
            "Network.webSocketClosed" => Some(WebSocketEvent::Closed),
            _ => None,
        };
        let Some(happened) = happened else { return };
        socket.0.events.emit(&happened);
        if happened == WebSocketEvent::Closed {
            socket.0.closed.set(true);
            socket.0.events.clear();
            self.0.network.sockets.borrow_mut().remove(&data.request_id);
        }
    }
}
