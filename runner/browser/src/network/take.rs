//! The browser's network events, taken in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use tokio::sync::{Notify, OnceCell};

use super::exchange::{RequestState, ResourceTiming, ResponseState, SecurityDetails, ServerAddress};
use super::headers::Headers;
use super::{Request, Response};
use crate::connection::RawEvent;
use crate::page::{Page, PageEvent};
use crate::target::Channel;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestWillBeSent {
    request_id: String,
    #[serde(default)]
    loader_id: String,
    request: RequestData,
    timestamp: f64,
    wall_time: f64,
    redirect_response: Option<ResponseData>,
    #[serde(default)]
    redirect_has_extra_info: bool,
    #[serde(default)]
    r#type: String,
    frame_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestData {
    url: String,
    #[serde(default)]
    url_fragment: String,
    method: String,
    headers: Headers,
    #[serde(default)]
    has_post_data: bool,
    #[serde(default)]
    post_data_entries: Vec<PostDataEntry>,
    post_data: Option<String>,
}

#[derive(Deserialize)]
struct PostDataEntry {
    bytes: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResponseReceived {
    request_id: String,
    response: ResponseData,
    #[serde(default)]
    has_extra_info: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResponseData {
    url: String,
    status: u16,
    #[serde(default)]
    status_text: String,
    headers: Headers,
    #[serde(default)]
    mime_type: String,
    #[serde(rename = "remoteIPAddress")]
    remote_ip: Option<String>,
    remote_port: Option<u16>,
    #[serde(default)]
    from_disk_cache: bool,
    #[serde(default)]
    from_prefetch_cache: bool,
    #[serde(default)]
    from_service_worker: bool,
    timing: Option<ResourceTiming>,
    protocol: Option<String>,
    security_details: Option<SecurityDetails>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestExtraInfo {
    request_id: String,
    headers: Headers,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResponseExtraInfo {
    request_id: String,
    headers: Headers,
    #[serde(default)]
    status_code: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfRequest {
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataReceived {
    request_id: String,
    data_length: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoadingFinished {
    request_id: String,
    timestamp: f64,
    #[serde(default)]
    encoded_data_length: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoadingFailed {
    request_id: String,
    timestamp: f64,
    #[serde(default)]
    error_text: String,
    #[serde(default)]
    canceled: bool,
    blocked_reason: Option<String>,
}

impl Page {
    /// Takes one event of the network.
    pub(crate) fn take_network(&self, channel: &Channel, event: &RawEvent<'_>) {
        match event.method {
            "Network.requestWillBeSent" => self.on_request(channel, event),
            "Network.requestWillBeSentExtraInfo" => self.on_request_extra(event),
            "Network.responseReceived" => self.on_response(channel, event),
            "Network.responseReceivedExtraInfo" => self.on_response_extra(event),
            "Network.requestServedFromCache" => self.on_served_from_cache(event),
            "Network.dataReceived" => self.on_data(event),
            "Network.loadingFinished" => self.on_finished(channel, event),
            "Network.loadingFailed" => self.on_failed(event),
            _ if event.method.starts_with("Network.webSocket") => self.take_websocket(event),
            _ => {}
        }
    }

    fn on_request(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(sent) = event.decode::<RequestWillBeSent>() else { return };
        // The data is the address: nothing is requested.
        if sent.request.url.starts_with("data:") {
            return;
        }
        let redirected_from = sent.redirect_response.as_ref().and_then(|answer| {
            self.on_redirected(&sent.request_id, answer, sent.redirect_has_extra_info, sent.timestamp)
        });
        let is_navigation = sent.r#type == "Document" && sent.request_id == sent.loader_id;
        let post_data = post_data(&sent.request);
        let request = Request(Rc::new(RequestState {
            id: sent.request_id.clone(),
            page: self.downgrade(),
            channel: RefCell::new(channel.clone()),
            url: format!("{}{}", sent.request.url, sent.request.url_fragment),
            method: sent.request.method,
            headers: sent.request.headers,
            sent_headers: RefCell::default(),
            post_data,
            has_post_data: sent.request.has_post_data,
            resource_type: resource_type(&sent.r#type),
            frame: sent.frame_id.clone(),
            is_navigation,
            started_at: sent.wall_time * 1000.0,
            monotonic: sent.timestamp,
            redirected_from: redirected_from.clone(),
            redirected_to: RefCell::default(),
            response: RefCell::default(),
            from_memory: Cell::new(false),
            failure: RefCell::default(),
            ended_at: Cell::new(None),
            wire_bytes: Cell::new(0.0),
            body_bytes: Cell::new(0.0),
            over: Cell::new(false),
            changed: Notify::new(),
        }));
        if let Some(from) = redirected_from {
            *from.0.redirected_to.borrow_mut() = Rc::downgrade(&request.0);
        }
        {
            let mut chains = self.0.network.chains.borrow_mut();
            let chain = chains.entry(sent.request_id).or_default();
            chain.requests.push(request.clone());
            if let Some(headers) = chain.early_sent.pop_front() {
                chain.sent_headers += 1;
                *request.0.sent_headers.borrow_mut() = Some(headers);
            }
        }
        if is_navigation && let Some(frame) = request.frame() {
            frame.document_requested(&sent.loader_id, request.clone());
        }
        self.join_paused(&request);
        self.emit(PageEvent::Request(request));
    }

    /// Ends the request that was redirected and returns it.
    fn on_redirected(&self, id: &str, answer: &ResponseData, has_extra: bool, now: f64) -> Option<Request> {
        let request = self.0.network.request(id)?;
        let response = self.answer(&request, answer, has_extra, true);
        self.emit(PageEvent::Response(response));
        request.0.ended_at.set(Some(now));
        request.0.over.set(true);
        request.change();
        self.emit(PageEvent::RequestFinished(request.clone()));
        Some(request)
    }

    fn on_response(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(received) = event.decode::<ResponseReceived>() else { return };
        let Some(request) = self.0.network.request(&received.request_id) else { return };
        *request.0.channel.borrow_mut() = channel.clone();
        let response = self.answer(&request, &received.response, received.has_extra_info, false);
        request.change();
        self.emit(PageEvent::Response(response));
    }

    fn answer(&self, request: &Request, data: &ResponseData, has_extra: bool, is_redirect: bool) -> Response {
        let server = data
            .remote_ip
            .as_ref()
            .filter(|ip| !ip.is_empty())
            .map(|ip| ServerAddress { ip_address: ip.clone(), port: data.remote_port.unwrap_or_default() });
        let mut chains = self.0.network.chains.borrow_mut();
        let early = chains.get_mut(request.id()).and_then(|chain| {
            let early = chain.early_received.pop_front();
            chain.received_headers += usize::from(early.is_some());
            early
        });
        let is_early = early.is_some();
        let (received_headers, status) = match early {
            Some((headers, status)) => (Some(headers), if status == 0 { data.status } else { status }),
            None => (None, data.status),
        };
        let state = Rc::new(ResponseState {
            url: data.url.clone(),
            // A cached answer that was asked about shows 200 here and 304 on the wire.
            status: if data.status == 0 || is_early && is_redirect { status } else { data.status },
            status_text: data.status_text.clone(),
            headers: data.headers.clone(),
            received_headers: RefCell::new(received_headers),
            has_extra,
            is_redirect,
            from_disk: data.from_disk_cache || data.from_prefetch_cache,
            from_service_worker: data.from_service_worker,
            server,
            security: data.security_details.clone(),
            protocol: data.protocol.clone(),
            mime_type: data.mime_type.clone(),
            timing: data.timing.clone(),
            body: OnceCell::new(),
        });
        *request.0.response.borrow_mut() = Some(Rc::clone(&state));
        Response::new(request, state)
    }

    fn on_request_extra(&self, event: &RawEvent<'_>) {
        let Some(extra) = event.decode::<RequestExtraInfo>() else { return };
        let mut chains = self.0.network.chains.borrow_mut();
        let chain = chains.entry(extra.request_id).or_default();
        match chain.requests.get(chain.sent_headers) {
            Some(request) => {
                *request.0.sent_headers.borrow_mut() = Some(extra.headers);
                chain.sent_headers += 1;
                request.change();
            }
            None => chain.early_sent.push_back(extra.headers),
        }
    }

    fn on_response_extra(&self, event: &RawEvent<'_>) {
        let Some(extra) = event.decode::<ResponseExtraInfo>() else { return };
        let mut chains = self.0.network.chains.borrow_mut();
        let chain = chains.entry(extra.request_id).or_default();
        let request = chain.requests.get(chain.received_headers);
        let response = request.and_then(Request::known_response);
        match (request, response) {
            (Some(request), Some(response)) => {
                *response.state.received_headers.borrow_mut() = Some(extra.headers);
                chain.received_headers += 1;
                request.change();
            }
            _ => chain.early_received.push_back((extra.headers, extra.status_code)),
        }
    }

    fn on_served_from_cache(&self, event: &RawEvent<'_>) {
        let Some(of) = event.decode::<OfRequest>() else { return };
        if let Some(request) = self.0.network.request(&of.request_id) {
            request.0.from_memory.set(true);
        }
    }

    fn on_data(&self, event: &RawEvent<'_>) {
        let Some(data) = event.decode::<DataReceived>() else { return };
        if let Some(request) = self.0.network.request(&data.request_id) {
            request.0.body_bytes.set(request.0.body_bytes.get() + data.data_length);
        }
    }

    fn on_finished(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(finished) = event.decode::<LoadingFinished>() else { return };
        let Some(request) = self.0.network.request(&finished.request_id) else { return };
        *request.0.channel.borrow_mut() = channel.clone();
        request.0.wire_bytes.set(finished.encoded_data_length);
        request.0.ended_at.set(Some(finished.timestamp));
        if request.0.over.replace(true) {
            return;
        }
        request.change();
        self.emit(PageEvent::RequestFinished(request));
        self.0.network.keep_finished(&finished.request_id);
    }

    fn on_failed(&self, event: &RawEvent<'_>) {
        let Some(failed) = event.decode::<LoadingFailed>() else { return };
        let Some(request) = self.0.network.request(&failed.request_id) else { return };
        let text = match (failed.error_text.as_str(), &failed.blocked_reason) {
            ("", Some(reason)) => format!("blocked: {reason}"),
            ("", None) if failed.canceled => "net::ERR_ABORTED".to_owned(),
            (text, _) => text.to_owned(),
        };
        request.0.ended_at.set(Some(failed.timestamp));
        *request.0.failure.borrow_mut() = Some(text.clone());
        if request.0.over.replace(true) {
            return;
        }
        request.change();
        if request.is_navigation()
            && let Some(frame) = request.frame()
        {
            frame.navigation_aborted(request.id(), &text);
        }
        self.emit(PageEvent::RequestFailed(request));
        self.0.network.keep_finished(&failed.request_id);
    }
}

fn post_data(request: &RequestData) -> Option<Vec<u8>> {
    let parts: Option<Vec<Vec<u8>>> =
        request.post_data_entries.iter().map(|entry| BASE64.decode(entry.bytes.as_ref()?).ok()).collect();
    match parts {
        Some(parts) if !parts.is_empty() => Some(parts.concat()),
        _ => request.post_data.as_ref().map(|text| text.clone().into_bytes()),
    }
}

/// The protocol's names of types in the form that scripts know.
pub(crate) fn resource_type(name: &str) -> String {
    match name {
        "" => "other".to_owned(),
        "XHR" => "xhr".to_owned(),
        name => name.to_ascii_lowercase(),
    }
}
