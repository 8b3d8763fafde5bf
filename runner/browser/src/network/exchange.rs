//! One request and its answer.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chromiumoxide_cdp::cdp::browser_protocol::network::{GetRequestPostDataParams, GetResponseBodyParams};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, OnceCell};

use super::headers::Headers;
use crate::error::{ActionError, CallError};
use crate::frame::Frame;
use crate::page::WeakPage;
use crate::progress::Progress;
use crate::target::Channel;

/// A request; clones share it.
#[derive(Clone)]
pub struct Request(pub(super) Rc<RequestState>);

pub(super) struct RequestState {
    pub(super) id: String,
    pub(super) page: WeakPage,
    pub(super) channel: RefCell<Channel>,
    pub(super) url: String,
    pub(super) method: String,
    pub(super) headers: Headers,
    pub(super) sent_headers: RefCell<Option<Headers>>,
    pub(super) post_data: Option<Vec<u8>>,
    pub(super) has_post_data: bool,
    pub(super) resource_type: String,
    pub(super) frame: Option<String>,
    pub(super) is_navigation: bool,
    /// When it was sent, in milliseconds since 1970.
    pub(super) started_at: f64,
    /// The same moment on the browser's monotonic clock, in seconds.
    pub(super) monotonic: f64,
    pub(super) redirected_from: Option<Request>,
    pub(super) redirected_to: RefCell<Weak<RequestState>>,
    pub(super) response: RefCell<Option<Rc<ResponseState>>>,
    pub(super) from_memory: Cell<bool>,
    pub(super) failure: RefCell<Option<String>>,
    pub(super) ended_at: Cell<Option<f64>>,
    pub(super) wire_bytes: Cell<f64>,
    pub(super) body_bytes: Cell<f64>,
    pub(super) over: Cell<bool>,
    pub(super) changed: Notify,
}

/// How many bytes an exchange took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sizes {
    /// The request's body.
    pub request_body_size: u64,
    /// The request's head.
    pub request_headers_size: u64,
    /// The answer's body as it was sent.
    pub response_body_size: u64,
    /// The answer's head.
    pub response_headers_size: u64,
}

/// When what happened, in milliseconds after the start; -1 where it did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timing {
    /// When the request began, in milliseconds since 1970.
    pub start_time: f64,
    /// The name began to be looked up.
    pub domain_lookup_start: f64,
    /// The name was found.
    pub domain_lookup_end: f64,
    /// The connection began.
    pub connect_start: f64,
    /// The encryption began.
    pub secure_connection_start: f64,
    /// The connection stood.
    pub connect_end: f64,
    /// The request began to be sent.
    pub request_start: f64,
    /// The first byte of the answer arrived.
    pub response_start: f64,
    /// The last byte of the answer arrived.
    pub response_end: f64,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({} {})", self.0.method, self.0.url)
    }
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Request {
    /// Returns the browser's id; redirects share it.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the address.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns the method.
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// Returns what the page wants it for: `document`, `stylesheet`, `image`, `script`, `xhr`, `fetch` and so on.
    pub fn resource_type(&self) -> &str {
        &self.0.resource_type
    }

    /// Returns the headers as the page set them.
    pub fn headers(&self) -> &Headers {
        &self.0.headers
    }

    /// Returns the headers as they were sent, cookies included.
    pub async fn all_headers(&self, progress: &Progress) -> Result<Headers, ActionError> {
        progress
            .run(async {
                loop {
                    let changed = self.0.changed.notified();
                    tokio::pin!(changed);
                    changed.as_mut().enable();
                    if let Some(headers) = self.0.sent_headers.borrow().clone() {
                        return Ok(headers);
                    }
                    let comes_later =
                        self.0.response.borrow().as_ref().is_none_or(|response| response.has_extra);
                    if self.0.over.get() || !comes_later {
                        return Ok(self.0.headers.clone());
                    }
                    changed.await;
                }
            })
            .await
    }

    /// Returns the body; a long one is asked for.
    pub async fn post_data(&self, progress: &Progress) -> Result<Option<Vec<u8>>, ActionError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct PostData {
            post_data: String,
            #[serde(default)]
            base64_encoded: bool,
        }
        if self.0.post_data.is_some() || !self.0.has_post_data {
            return Ok(self.0.post_data.clone());
        }
        let channel = self.0.channel.borrow().clone();
        let reply = channel.send(&GetRequestPostDataParams::new(self.0.id.clone()));
        let data: PostData = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        match data.base64_encoded {
            true => Ok(BASE64.decode(data.post_data).ok()),
            false => Ok(Some(data.post_data.into_bytes())),
        }
    }

    /// Returns the body where the browser told it right away, as it does for all but long ones.
    pub fn known_post_data(&self) -> Option<&[u8]> {
        self.0.post_data.as_deref()
    }

    /// Returns true for the request of a frame's document.
    pub fn is_navigation(&self) -> bool {
        self.0.is_navigation
    }

    /// Returns the frame that asked for it; nothing for a service worker's.
    pub fn frame(&self) -> Option<Frame> {
        self.0.page.upgrade()?.frame_by_id(self.0.frame.as_deref()?)
    }

    /// Returns the request that was redirected here.
    pub fn redirected_from(&self) -> Option<&Request> {
        self.0.redirected_from.as_ref()
    }

    /// Returns the request that this one was redirected to.
    pub fn redirected_to(&self) -> Option<Request> {
        self.0.redirected_to.borrow().upgrade().map(Request)
    }

    /// Returns why there was no answer, in the browser's words.
    pub fn failure(&self) -> Option<String> {
        self.0.failure.borrow().clone()
    }

    /// Returns the answer if it began already.
    pub fn known_response(&self) -> Option<Response> {
        let state = self.0.response.borrow().clone()?;
        Some(Response::new(self, state))
    }

    /// Waits for the answer to begin; nothing when there is none.
    pub async fn response(&self, progress: &Progress) -> Result<Option<Response>, ActionError> {
        self.wait_until(progress, |state| state.over.get() || state.response.borrow().is_some()).await?;
        Ok(self.known_response())
    }

    /// Waits until the answer arrived whole; gives the reason when it did not.
    pub async fn finished(&self, progress: &Progress) -> Result<Option<String>, ActionError> {
        self.wait_until(progress, |state| state.over.get()).await?;
        Ok(self.failure())
    }

    async fn wait_until(
        &self,
        progress: &Progress,
        holds: impl Fn(&RequestState) -> bool,
    ) -> Result<(), ActionError> {
        let held = async {
            loop {
                let changed = self.0.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if holds(&self.0) {
                    return Ok(());
                }
                changed.await;
            }
        };
        progress.run(held).await
    }

    /// Returns when what happened.
    pub fn timing(&self) -> Timing {
        let response = self.0.response.borrow();
        let timing = response.as_ref().and_then(|response| response.timing.as_ref());
        let end = self.0.ended_at.get();
        let Some(timing) = timing else {
            let end = end.map_or(-1.0, |end| (end - self.0.monotonic) * 1000.0);
            return Timing { response_end: end, ..Timing::none(self.0.started_at) };
        };
        // The protocol's times count from the moment in which the request was handed to the network.
        let offset = (timing.request_time - self.0.monotonic) * 1000.0;
        Timing {
            start_time: self.0.started_at + offset,
            domain_lookup_start: timing.dns_start,
            domain_lookup_end: timing.dns_end,
            connect_start: timing.connect_start,
            secure_connection_start: timing.ssl_start,
            connect_end: timing.connect_end,
            request_start: timing.send_start,
            response_start: timing.receive_headers_end,
            response_end: end.map_or(-1.0, |end| (end - timing.request_time) * 1000.0),
        }
    }

    /// Returns how many bytes went over the wire; complete once the request is finished.
    pub fn sizes(&self) -> Sizes {
        let heads = |headers: &Headers| {
            let lines = headers.all().iter().map(|header| header.name.len() + header.value.len() + 4);
            lines.sum::<usize>() as u64
        };
        let sent = self.0.sent_headers.borrow();
        let path = url::Url::parse(&self.0.url).map(|url| url.path().len()).unwrap_or_default();
        let first_line = (self.0.method.len() + path + " HTTP/1.1\r\n".len() + 1) as u64;
        let response = self.known_response();
        let response_head = response.as_ref().map_or(0, |response| {
            let head = heads(&response.known_headers());
            head + (response.status_text().len() + "HTTP/1.1 200 \r\n\r\n".len()) as u64
        });
        // The wire's count holds head and body; from a cache nothing came over it.
        let wire = self.0.wire_bytes.get().max(0.0) as u64;
        let body = match &response {
            Some(response) if response.from_cache() => self.0.body_bytes.get().max(0.0) as u64,
            _ => wire.saturating_sub(response_head),
        };
        Sizes {
            request_body_size: self.0.post_data.as_ref().map_or(0, Vec::len) as u64,
            request_headers_size: first_line + heads(sent.as_ref().unwrap_or(&self.0.headers)) + 2,
            response_body_size: body,
            response_headers_size: response_head,
        }
    }

    pub(super) fn change(&self) {
        self.0.changed.notify_waiters();
    }

    /// The page went away: whoever waits gets what is known.
    pub(super) fn abandon(&self) {
        if !self.0.over.replace(true) {
            self.0.failure.borrow_mut().get_or_insert_with(|| "the page was closed".to_owned());
        }
        self.change();
    }
}

impl Timing {
    fn none(start_time: f64) -> Self {
        Self {
            start_time,
            domain_lookup_start: -1.0,
            domain_lookup_end: -1.0,
            connect_start: -1.0,
            secure_connection_start: -1.0,
            connect_end: -1.0,
            request_start: -1.0,
            response_start: -1.0,
            response_end: -1.0,
        }
    }
}

/// The protocol's timing: seconds of the monotonic clock, then milliseconds after it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceTiming {
    request_time: f64,
    dns_start: f64,
    dns_end: f64,
    connect_start: f64,
    connect_end: f64,
    ssl_start: f64,
    send_start: f64,
    receive_headers_end: f64,
}

/// Where an answer came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerAddress {
    /// The address.
    pub ip_address: String,
    /// The port.
    pub port: u16,
}

/// How an answer was protected on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase", deserialize = "camelCase"))]
pub struct SecurityDetails {
    /// As `TLS 1.3`.
    pub protocol: String,
    /// Whom the certificate names.
    pub subject_name: String,
    /// Who signed it.
    pub issuer: String,
    /// From when it holds, in seconds since 1970.
    pub valid_from: f64,
    /// Until when it holds, in seconds since 1970.
    pub valid_to: f64,
}

/// An answer; clones share it.
#[derive(Clone)]
pub struct Response {
    request: Request,
    pub(super) state: Rc<ResponseState>,
}

pub(super) struct ResponseState {
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) status_text: String,
    pub(super) headers: Headers,
    pub(super) received_headers: RefCell<Option<Headers>>,
    pub(super) has_extra: bool,
    pub(super) is_redirect: bool,
    pub(super) from_disk: bool,
    pub(super) from_service_worker: bool,
    pub(super) server: Option<ServerAddress>,
    pub(super) security: Option<SecurityDetails>,
    pub(super) protocol: Option<String>,
    pub(super) mime_type: String,
    pub(super) timing: Option<ResourceTiming>,
    pub(super) body: OnceCell<Vec<u8>>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({} {})", self.state.status, self.state.url)
    }
}

impl PartialEq for Response {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    body: String,
    base64_encoded: bool,
}

impl Response {
    pub(super) fn new(request: &Request, state: Rc<ResponseState>) -> Self {
        Self { request: request.clone(), state }
    }

    /// Returns the request that it answers.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Returns the address.
    pub fn url(&self) -> &str {
        &self.state.url
    }

    /// Returns the status code.
    pub fn status(&self) -> u16 {
        self.state.status
    }

    /// Returns the status in words.
    pub fn status_text(&self) -> &str {
        &self.state.status_text
    }

    /// Returns true for a status of success.
    pub fn ok(&self) -> bool {
        self.state.status == 0 || (200..300).contains(&self.state.status)
    }

    /// Returns the headers as the page may see them.
    pub fn headers(&self) -> &Headers {
        &self.state.headers
    }

    /// Returns the headers as they came, where the browser told them by now.
    pub fn known_headers(&self) -> Headers {
        self.state.received_headers.borrow().clone().unwrap_or_else(|| self.state.headers.clone())
    }

    /// Returns the headers as they came, cookies included.
    pub async fn all_headers(&self, progress: &Progress) -> Result<Headers, ActionError> {
        let request = &self.request;
        progress
            .run(async {
                loop {
                    let changed = request.0.changed.notified();
                    tokio::pin!(changed);
                    changed.as_mut().enable();
                    let is_whole = self.state.received_headers.borrow().is_some() || !self.state.has_extra;
                    if is_whole || request.0.over.get() {
                        return Ok(self.known_headers());
                    }
                    changed.await;
                }
            })
            .await
    }

    /// Returns true when it came from the browser's cache.
    pub fn from_cache(&self) -> bool {
        self.state.from_disk || self.request.0.from_memory.get()
    }

    /// Returns true when a service worker made it.
    pub fn from_service_worker(&self) -> bool {
        self.state.from_service_worker
    }

    /// Returns where it came from.
    pub fn server_address(&self) -> Option<&ServerAddress> {
        self.state.server.as_ref()
    }

    /// Returns how it was protected on its way.
    pub fn security_details(&self) -> Option<&SecurityDetails> {
        self.state.security.as_ref()
    }

    /// Returns the protocol, as `http/1.1` or `h2`.
    pub fn protocol(&self) -> Option<&str> {
        self.state.protocol.as_deref()
    }

    /// Returns the media type that the browser made of it.
    pub fn mime_type(&self) -> &str {
        &self.state.mime_type
    }

    /// Waits until it arrived whole; gives the reason when it did not.
    pub async fn finished(&self, progress: &Progress) -> Result<Option<String>, ActionError> {
        self.request.finished(progress).await
    }

    /// Returns the body. The browser keeps it only a while, and never that of a redirect.
    pub async fn body(&self, progress: &Progress) -> Result<Vec<u8>, ActionError> {
        if self.state.is_redirect {
            return Err(ActionError::Invalid(
                "Response body is unavailable for redirect responses".to_owned(),
            ));
        }
        let read = async {
            let request = &self.request;
            if let Some(failure) = request.finished(progress).await? {
                return Err(ActionError::Invalid(format!("the answer did not arrive whole: {failure}")));
            }
            let channel = request.0.channel.borrow().clone();
            let reply = channel.send(&GetResponseBodyParams::new(request.0.id.clone()));
            let body: Result<Body, ActionError> = progress.run(async { Ok(reply.decode().await?) }).await;
            let body = match body {
                // A body of no bytes is none to the browser.
                Err(ActionError::Call(CallError::Refused { .. })) if request.0.body_bytes.get() == 0.0 => {
                    return Ok(Vec::new());
                }
                body => body?,
            };
            match body.base64_encoded {
                true => BASE64.decode(body.body).map_err(|error| ActionError::Invalid(error.to_string())),
                false => Ok(body.body.into_bytes()),
            }
        };
        self.state.body.get_or_try_init(|| read).await.cloned()
    }
}
