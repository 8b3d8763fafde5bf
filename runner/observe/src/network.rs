//! Joins the Network events of each request into one observation, told when the request ended.
//!
//! Extra information (header fields as they went over the wire) comes by separate events, before or after the
//! others and also after the end: a finished request waits for it until the observers are drained for good.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::har::{ResourceTiming, phases};
use crate::headers::visible;
use crate::observation::{Request, Security};
use crate::time::TimeBase;

/// Events this observer listens to.
pub(crate) const METHODS: &[&str] = &[
    "Network.requestWillBeSent",
    "Network.requestWillBeSentExtraInfo",
    "Network.requestServedFromCache",
    "Network.responseReceived",
    "Network.responseReceivedExtraInfo",
    "Network.dataReceived",
    "Network.loadingFinished",
    "Network.loadingFailed",
];

/// A request that ended, with when it was issued and the document that it belongs to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) at: f64,
    pub(crate) loader: String,
    pub(crate) request: Request,
}

#[derive(Debug, Default)]
struct Open {
    request: Request,
    loader: String,
    issued: f64,
    wall: f64,
    timing: Option<ResourceTiming>,
    decoded: u64,
    awaits_extra: bool,
    has_response_extra: bool,
    ended: bool,
}

/// The requests under way, by the browser's id.
#[derive(Debug, Default)]
pub(crate) struct Network {
    open: HashMap<String, Open>,
    /// Extra information that came before the request it belongs to.
    early: HashMap<String, BTreeMap<String, String>>,
    ended: Vec<Ended>,
}

impl Network {
    /// Takes one event; unknown methods and undecodable parameters are an error text.
    pub(crate) fn on_event(&mut self, method: &str, params: &str, base: &TimeBase) -> Result<(), String> {
        match method {
            "Network.requestWillBeSent" => self.sent(decode(params)?, base),
            "Network.requestWillBeSentExtraInfo" => self.sent_extra(decode(params)?),
            "Network.requestServedFromCache" => {
                let Id { request_id } = decode(params)?;
                if let Some(open) = self.open.get_mut(&request_id) {
                    open.request.from_cache = true;
                }
            }
            "Network.responseReceived" => self.received(decode(params)?),
            "Network.responseReceivedExtraInfo" => self.received_extra(decode(params)?),
            "Network.dataReceived" => {
                let data: Data = decode(params)?;
                if let Some(open) = self.open.get_mut(data.request_id) {
                    open.decoded += data.data_length;
                }
            }
            "Network.loadingFinished" => self.finished(decode(params)?),
            "Network.loadingFailed" => self.failed(decode(params)?),
            _ => {}
        }
        Ok(())
    }

    /// Returns the requests that ended since the last call.
    pub(crate) fn drain(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.ended)
    }

    /// Ends everything still open: what waits for extra information as it is, the rest as unfinished.
    pub(crate) fn flush(&mut self) {
        let mut ids: Vec<String> = self.open.keys().cloned().collect();
        ids.sort();
        for id in ids {
            if let Some(mut open) = self.open.remove(&id) {
                if !open.ended {
                    open.request.failure = Some("unfinished when the test ended".to_owned());
                }
                self.ended.push(open.end());
            }
        }
    }

    fn sent(&mut self, mut event: Sent, base: &TimeBase) {
        base.tie(event.timestamp, event.wall_time);
        let redirect = event.redirect_response.take();
        let redirected_from = redirect.and_then(|response| self.redirected(&event, response));
        let mut request = Request {
            id: event.request_id.clone(),
            kind: event.kind.unwrap_or_default().to_ascii_lowercase(),
            url: event.request.url + event.request.url_fragment.as_deref().unwrap_or_default(),
            method: event.request.method,
            frame: event.frame_id,
            navigation: event.request_id == event.loader_id,
            priority: Some(event.request.initial_priority).filter(|priority| !priority.is_empty()),
            third_party: event.request.is_same_site.map(|same| !same),
            redirected_from,
            request_headers: visible(event.request.headers),
            sent_body: event.request.post_data_entries.map(|parts| parts.iter().map(Part::len).sum()),
            ..Request::default()
        };
        if let Some(initiator) = event.initiator {
            request.initiator_line = initiator.line();
            request.initiator_url = initiator.url();
            request.initiator = Some(initiator.kind.to_ascii_lowercase());
        }
        if let Some(headers) = self.early.remove(&event.request_id) {
            request.request_headers = visible(headers);
        }
        let open = Open {
            request,
            loader: event.loader_id,
            issued: event.timestamp,
            wall: base.monotonic(event.timestamp).unwrap_or_else(|| base.wall(event.wall_time * 1000.0)),
            ..Open::default()
        };
        self.open.insert(event.request_id, open);
    }

    /// Ends the hop that was answered with a redirect and returns its address.
    fn redirected(&mut self, event: &Sent, response: Response) -> Option<String> {
        let mut open = self.open.remove(&event.request_id)?;
        let url = open.request.url.clone();
        open.answered(response);
        open.finish(event.timestamp);
        self.ended.push(open.end());
        Some(url)
    }

    fn sent_extra(&mut self, event: Extra) {
        match self.open.get_mut(&event.request_id) {
            Some(open) => open.request.request_headers = visible(event.headers),
            None => {
                self.early.insert(event.request_id, event.headers);
            }
        }
    }

    fn received(&mut self, event: Received) {
        let Some(open) = self.open.get_mut(&event.request_id) else { return };
        open.awaits_extra = event.has_extra_info && !open.has_response_extra;
        if open.request.kind.is_empty() {
            open.request.kind = event.kind.unwrap_or_default().to_ascii_lowercase();
        }
        open.answered(event.response);
    }

    fn received_extra(&mut self, event: Extra) {
        let Some(open) = self.open.get_mut(&event.request_id) else { return };
        open.request.response_headers = visible(event.headers);
        if let Some(code) = event.status_code {
            // A revalidated answer is 304 on the wire although the page is told 200.
            open.request.status.get_or_insert(code);
        }
        open.has_response_extra = true;
        open.awaits_extra = false;
        if open.ended {
            self.close(&event.request_id);
        }
    }

    fn finished(&mut self, event: Finished) {
        let Some(open) = self.open.get_mut(&event.request_id) else { return };
        open.request.received = Some(event.encoded_data_length.max(0.0) as u64);
        self.end(&event.request_id, event.timestamp);
    }

    fn failed(&mut self, event: Failed) {
        let Some(open) = self.open.get_mut(&event.request_id) else { return };
        open.request.failure = Some(event.error_text);
        open.request.canceled = event.canceled;
        open.request.blocked_reason = event
            .blocked_reason
            .or_else(|| event.cors_error_status.map(|cors| format!("cors: {}", cors.cors_error)));
        // A failed request may never get its extra information.
        open.awaits_extra = false;
        self.end(&event.request_id, event.timestamp);
    }

    fn end(&mut self, id: &str, at: f64) {
        let Some(open) = self.open.get_mut(id) else { return };
        open.finish(at);
        open.ended = true;
        if !open.awaits_extra {
            self.close(id);
        }
    }

    fn close(&mut self, id: &str) {
        if let Some(open) = self.open.remove(id) {
            self.ended.push(open.end());
        }
    }
}

impl Open {
    fn answered(&mut self, response: Response) {
        let request = &mut self.request;
        request.status = Some(response.status);
        request.status_text = Some(response.status_text).filter(|text| !text.is_empty());
        request.mime_type = Some(response.mime_type).filter(|kind| !kind.is_empty());
        request.http_version = response.protocol.as_deref().and_then(http_version).map(str::to_owned);
        if !self.has_response_extra {
            request.response_headers = visible(response.headers);
        }
        if let Some(headers) = response.request_headers {
            request.request_headers = visible(headers);
        }
        request.from_cache |=
            response.from_disk_cache.unwrap_or(false) || response.from_prefetch_cache.unwrap_or(false);
        request.from_service_worker = response.from_service_worker.unwrap_or(false);
        request.remote_ip = response.remote_ip.map(|ip| ip.trim_matches(['[', ']']).to_owned());
        request.remote_port = response.remote_port;
        request.received.get_or_insert(response.encoded_data_length.max(0.0) as u64);
        request.security = response.security_details.map(Security::from);
        self.timing = response.timing;
    }

    fn finish(&mut self, at: f64) {
        self.request.phases = phases(self.timing.as_ref(), self.issued, at);
    }

    fn end(mut self) -> Ended {
        if self.request.status.is_some() {
            self.request.decoded_body = Some(self.decoded);
        }
        Ended { at: self.wall, loader: self.loader, request: self.request }
    }
}

/// Returns the version as ECS writes it.
fn http_version(protocol: &str) -> Option<&str> {
    match protocol {
        "h2" => Some("2"),
        "h3" | "h3-29" => Some("3"),
        _ => protocol.strip_prefix("http/"),
    }
}

fn decode<'a, T: Deserialize<'a>>(params: &'a str) -> Result<T, String> {
    serde_json::from_str(params).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Id {
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    request_id: String,
    #[serde(default)]
    loader_id: String,
    request: SentRequest,
    timestamp: f64,
    #[serde(default)]
    wall_time: f64,
    initiator: Option<Initiator>,
    redirect_response: Option<Response>,
    #[serde(rename = "type")]
    kind: Option<String>,
    frame_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentRequest {
    url: String,
    url_fragment: Option<String>,
    #[serde(default)]
    method: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    initial_priority: String,
    is_same_site: Option<bool>,
    post_data_entries: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    bytes: Option<String>,
}

impl Part {
    /// Returns the length of what the base64 text stands for.
    fn len(&self) -> u64 {
        self.bytes.as_ref().map_or(0, |text| {
            let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
            (text.len() / 4 * 3).saturating_sub(padding) as u64
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Initiator {
    #[serde(rename = "type", default)]
    kind: String,
    url: Option<String>,
    line_number: Option<f64>,
    stack: Option<Stack>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stack {
    #[serde(default)]
    call_frames: Vec<CallFrame>,
    parent: Option<Box<Stack>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallFrame {
    #[serde(default)]
    url: String,
    #[serde(default)]
    line_number: u32,
}

impl Stack {
    fn first(&self) -> Option<&CallFrame> {
        self.call_frames
            .iter()
            .find(|frame| !frame.url.is_empty())
            .or_else(|| self.parent.as_ref().and_then(|parent| parent.first()))
    }
}

impl Initiator {
    fn url(&self) -> Option<String> {
        self.url.clone().or_else(|| self.stack.as_ref()?.first().map(|frame| frame.url.clone()))
    }

    /// The protocol counts lines from 0.
    fn line(&self) -> Option<u32> {
        let direct = self.line_number.map(|line| line.max(0.0) as u32);
        direct.or_else(|| self.stack.as_ref()?.first().map(|frame| frame.line_number)).map(|line| line + 1)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extra {
    request_id: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    status_code: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    request_id: String,
    response: Response,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    has_extra_info: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(default)]
    status: u16,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    request_headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    mime_type: String,
    protocol: Option<String>,
    #[serde(rename = "remoteIPAddress")]
    remote_ip: Option<String>,
    remote_port: Option<u16>,
    from_disk_cache: Option<bool>,
    from_service_worker: Option<bool>,
    from_prefetch_cache: Option<bool>,
    #[serde(default)]
    encoded_data_length: f64,
    timing: Option<ResourceTiming>,
    security_details: Option<SecurityDetails>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecurityDetails {
    #[serde(default)]
    protocol: String,
    #[serde(default)]
    key_exchange: String,
    #[serde(default)]
    key_exchange_group: String,
    #[serde(default)]
    cipher: String,
    #[serde(default)]
    subject_name: String,
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    valid_from: f64,
    #[serde(default)]
    valid_to: f64,
}

impl From<SecurityDetails> for Security {
    fn from(details: SecurityDetails) -> Self {
        let exchange =
            if details.key_exchange.is_empty() { details.key_exchange_group } else { details.key_exchange };
        Self {
            protocol: details.protocol,
            cipher: details.cipher,
            key_exchange: exchange,
            subject: details.subject_name,
            issuer: details.issuer,
            valid_from: details.valid_from,
            valid_to: details.valid_to,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    request_id: &'a str,
    #[serde(default)]
    data_length: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Finished {
    request_id: String,
    timestamp: f64,
    #[serde(default)]
    encoded_data_length: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    request_id: String,
    timestamp: f64,
    #[serde(default)]
    error_text: String,
    #[serde(default)]
    canceled: bool,
    blocked_reason: Option<String>,
    cors_error_status: Option<CorsStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CorsStatus {
    #[serde(default)]
    cors_error: String,
}

#[cfg(test)]
mod tests;
