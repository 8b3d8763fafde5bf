//! The endings of a held request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use super::{Route, let_go};
use crate::connection::Reply;
use crate::error::{ActionError, CallError};
use crate::network::{Header, Request};
use crate::page::Page;
use crate::progress::Progress;

/// An answer of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fulfil {
    /// The status, 200 if none is given.
    pub status: Option<u16>,
    /// The headers.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is changed about a request before it goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Continue {
    /// Another address with the same scheme.
    pub url: Option<String>,
    /// Another method.
    pub method: Option<String>,
    /// All headers.
    pub headers: Option<Vec<Header>>,
    /// Another body.
    pub post_data: Option<Vec<u8>>,
}

/// Scripts' names of reasons, and the protocol's.
const REASONS: [(&str, &str); 14] = [
    ("aborted", "Aborted"),
    ("accessdenied", "AccessDenied"),
    ("addressunreachable", "AddressUnreachable"),
    ("blockedbyclient", "BlockedByClient"),
    ("blockedbyresponse", "BlockedByResponse"),
    ("connectionaborted", "ConnectionAborted"),
    ("connectionclosed", "ConnectionClosed"),
    ("connectionfailed", "ConnectionFailed"),
    ("connectionrefused", "ConnectionRefused"),
    ("connectionreset", "ConnectionReset"),
    ("internetdisconnected", "InternetDisconnected"),
    ("namenotresolved", "NameNotResolved"),
    ("timedout", "TimedOut"),
    ("failed", "Failed"),
];

impl Route {
    /// Returns the page that asks.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Returns what is held up.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Answers in the server's place.
    pub async fn fulfil(&self, progress: &Progress, answer: Fulfil) -> Result<(), ActionError> {
        self.end()?;
        let status = answer.status.unwrap_or(200);
        let params = json!({
            "requestId": self.id,
            "responseCode": status,
            "responsePhrase": phrase(status),
            "responseHeaders": entries(&answer.headers),
            "body": BASE64.encode(&answer.body),
        });
        self.finish(progress, self.channel.send_raw("Fetch.fulfillRequest", &params)).await
    }

    /// Lets it go to the network, changed.
    pub async fn carry_on(&self, progress: &Progress, change: Continue) -> Result<(), ActionError> {
        if let Some(url) = &change.url {
            let scheme = |url: &str| url.split(':').next().map(str::to_owned);
            if scheme(url) != scheme(self.request.url()) {
                return Err(ActionError::Invalid(
                    "the new address must have the same scheme as the old one".to_owned(),
                ));
            }
        }
        self.end()?;
        let mut params = Map::from_iter([("requestId".to_owned(), json!(self.id))]);
        let mut put =
            |name: &str, value: Option<Value>| value.map(|value| params.insert(name.to_owned(), value));
        put("url", change.url.map(Value::from));
        put("method", change.method.map(Value::from));
        put("headers", change.headers.map(|headers| entries(&headers)));
        put("postData", change.post_data.map(|data| Value::from(BASE64.encode(data))));
        self.finish(progress, self.channel.send_raw("Fetch.continueRequest", &params)).await
    }

    /// Refuses it, for a reason as `connectionrefused`.
    pub async fn abort(&self, progress: &Progress, reason: &str) -> Result<(), ActionError> {
        let known = REASONS.iter().find(|(name, _)| *name == reason);
        let (_, reason) =
            known.ok_or_else(|| ActionError::Invalid(format!("unknown error code: `{reason}`")))?;
        self.end()?;
        let params = json!({ "requestId": self.id, "errorReason": reason });
        self.finish(progress, self.channel.send_raw("Fetch.failRequest", &params)).await
    }

    /// Leaves it to who comes next: older streams of the page, the context, then the network.
    pub fn fall_back(self) {
        if !self.over.replace(true) {
            let page = self.page.clone();
            page.pass_on(Self { over: std::cell::Cell::new(false), ..self });
        }
    }

    pub(super) fn let_go(&self) -> Reply {
        self.over.set(true);
        let_go(&self.channel, &self.id)
    }

    fn end(&self) -> Result<(), ActionError> {
        match self.over.replace(true) {
            true => Err(ActionError::Invalid("the route is handled already".to_owned())),
            false => Ok(()),
        }
    }

    async fn finish(&self, progress: &Progress, reply: Reply) -> Result<(), ActionError> {
        let result = progress.run(async { Ok(reply.done().await?) }).await;
        match result {
            // The page gave up on the request, or is gone: there is nobody left to answer.
            Err(ActionError::Call(CallError::Refused { message, .. }))
                if message.contains("Invalid InterceptionId") =>
            {
                Ok(())
            }
            Err(ActionError::PageClosed | ActionError::Closed(_)) => Ok(()),
            result => result,
        }
    }
}

fn entries(headers: &[Header]) -> Value {
    headers.iter().map(|header| json!({ "name": header.name, "value": header.value })).collect()
}

/// The browser refuses an answer of a status that it has no words for, unless it gets some.
fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        418 => "I'm a teapot",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}
