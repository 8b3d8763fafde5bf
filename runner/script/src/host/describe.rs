//! Objects of the browser as the prelude is told of them. Describing one gives it its number.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::{
    ConsoleMessage, Exception, Frame, Header, JsHandle, Page, Request, Response, Timing, Worker,
};
use serde_json::{Value, json};

use super::Host;

impl Host {
    /// Describes a page with its frames; from now on its events are passed on.
    pub(crate) fn describe_page(self: &Rc<Self>, page: &Page) -> Value {
        let id = self.objects.page_id(page);
        self.objects.pages.insert(id, page.clone());
        self.follow_page(id, page);
        let frames: Vec<Value> = page.frames().iter().map(|frame| self.describe_frame(frame)).collect();
        let viewport = page.viewport_size();
        json!({
            "id": id,
            "frames": frames,
            "opener": page.opener().map(|opener| self.objects.page_id(&opener)),
            "viewport": viewport,
            "closed": page.is_closed(),
        })
    }

    pub(crate) fn describe_frame(&self, frame: &Frame) -> Value {
        json!({
            "id": self.objects.frame_id(frame),
            "parent": frame.parent().map(|parent| self.objects.frame_id(&parent)),
            "name": frame.name(),
            "url": frame.url(),
        })
    }

    /// Describes a request; the ones that were redirected to it are told of before it.
    pub(crate) fn describe_request(&self, request: &Request) -> Value {
        let before = request.redirected_from().map(|before| {
            self.describe_request(before);
            self.objects.request_id(before).0
        });
        let frame = request.frame();
        let page = frame.as_ref().and_then(Frame::page).map(|page| self.objects.page_id(&page));
        json!({
            "id": self.objects.request_id(request).0,
            "url": request.url(),
            "method": request.method(),
            "headers": request.headers().by_name(),
            "resourceType": request.resource_type(),
            "navigation": request.is_navigation(),
            "frame": frame.map(|frame| self.objects.frame_id(&frame)),
            "page": page,
            "redirectedFrom": before,
            "postData": request.known_post_data().map(|data| STANDARD.encode(data)),
        })
    }

    /// Describes a request with all that were redirected to it, first one first.
    pub(crate) fn describe_chain(&self, request: &Request) -> Vec<Value> {
        let mut chain: Vec<&Request> =
            std::iter::successors(Some(request), |request| request.redirected_from()).collect();
        chain.reverse();
        chain.into_iter().map(|request| self.describe_request(request)).collect()
    }

    pub(crate) fn describe_response(&self, response: &Response) -> Value {
        let request = response.request();
        json!({
            "id": self.objects.response_id(response),
            "requests": self.describe_chain(request),
            "request": self.objects.request_id(request).0,
            "url": response.url(),
            "status": response.status(),
            "statusText": response.status_text(),
            "headers": response.headers().by_name(),
            "fromServiceWorker": response.from_service_worker(),
            "timing": timing(&request.timing()),
        })
    }

    /// Describes a handle, which gets a number of its own each time.
    pub(crate) fn describe_handle(&self, handle: &JsHandle, frame: Option<&Frame>) -> Value {
        let id = self.objects.hold(handle, frame);
        let is_element = handle.is_element();
        if is_element {
            self.look_up_words(id, handle);
        }
        json!({
            "id": id,
            "element": is_element,
            "preview": if is_element { "JSHandle@node".to_owned() } else { handle.preview() },
            "frame": frame.map(|frame| self.objects.frame_id(frame)),
        })
    }

    pub(crate) fn describe_console(&self, message: &ConsoleMessage) -> Value {
        let frame = message.page.main_frame();
        let arguments: Vec<Value> =
            message.arguments.iter().map(|argument| self.describe_handle(argument, Some(&frame))).collect();
        json!({
            "page": self.objects.page_id(&message.page),
            "type": message.kind,
            "text": message.text,
            "args": arguments,
            "location": {
                "url": message.location.url,
                "line": message.location.line,
                "column": message.location.column,
            },
            "timestamp": message.timestamp,
        })
    }

    pub(crate) fn describe_worker(&self, worker: &Worker) -> Value {
        json!({ "id": self.objects.worker_id(worker), "url": worker.url() })
    }
}

pub(crate) fn exception(thrown: &Exception) -> Value {
    let (name, message) = taken_apart(thrown);
    json!({
        "name": name,
        "message": message,
        "stack": thrown.stack,
        "location": { "url": "", "line": 0, "column": 0 },
    })
}

/// Some come as one text: `Uncaught TypeError: words`.
fn taken_apart(thrown: &Exception) -> (&str, &str) {
    let Some(text) = thrown.message.strip_prefix("Uncaught ").filter(|_| thrown.name.is_empty()) else {
        return (&thrown.name, &thrown.message);
    };
    match text.split_once(": ") {
        Some((name, message)) if name.ends_with("Error") => (name, message),
        _ => ("Error", text),
    }
}

/// Milliseconds after the start, as far as they are known.
pub(crate) fn timing(timing: &Timing) -> Value {
    serde_json::to_value(timing).unwrap_or_default()
}

pub(crate) fn headers(list: &[Header]) -> Value {
    list.iter().map(|header| json!({ "name": header.name, "value": header.value })).collect()
}
