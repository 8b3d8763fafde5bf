//! The way out: HTTP for those who listen to it, standard output for the terminal.
//!
//! Owns one HTTP client for all receivers. It follows no redirects, reads only the beginning of an answer, and
//! its errors show no address.

use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::redirect;

use crate::message::Message;
use crate::receiver::{Outgoing, Receiver, Request, Response};
use crate::redact::Secret;
use crate::text::{cut, plain};
use crate::verdict::{Refusal, Verdict, retry_after};

/// Sends messages.
#[derive(Debug, Clone)]
pub struct Transport {
    client: reqwest::Client,
}

/// So much of an answer is read, and so much of it is kept for people.
const MOST_READ: usize = 16 * 1024;
const MOST_KEPT: usize = 200;

/// Why there can be no transport.
#[derive(Debug, thiserror::Error)]
#[error("failed to prepare the HTTP client")]
pub struct TransportError {
    #[from]
    source: reqwest::Error,
}

impl Transport {
    /// Makes a transport.
    pub fn new() -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .user_agent(concat!("canary-listener/", env!("CARGO_PKG_VERSION")))
            .pool_idle_timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self { client })
    }

    /// Sends a message and says what became of it. It never takes longer than the receiver's timeout.
    pub async fn send(&self, receiver: &Receiver, message: &Message) -> Verdict {
        match receiver.write(message) {
            Ok(Outgoing::Http(request)) => {
                let timeout = request.timeout;
                match tokio::time::timeout(timeout, self.post(request, message.now)).await {
                    Ok(Ok(response)) => receiver.judge(&response),
                    Ok(Err(error)) => broken(&error),
                    Err(_) => Verdict::Retry {
                        reason: Refusal::Timeout,
                        detail: format!("no answer within {} ms", timeout.as_millis()),
                        after: None,
                    },
                }
            }
            Ok(Outgoing::Text(text)) => print(&text),
            Err(error) => Verdict::Refused { reason: Refusal::Rejected, detail: error.to_string() },
        }
    }

    async fn post(&self, request: Request, now: Timestamp) -> Result<Response, reqwest::Error> {
        let secret = |value: &Secret| value.expose().to_owned();
        let mut builder = self.client.post(secret(&request.url)).body(request.body);
        for (name, value) in &request.headers {
            builder = builder.header(name, secret(value));
        }
        let mut response = builder.send().await?;
        let status = response.status().as_u16();
        let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let after = header.and_then(|header| retry_after(header, now));
        let mut read = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            read.extend_from_slice(&chunk);
            if read.len() >= MOST_READ {
                break;
            }
        }
        let said = cut(plain(&String::from_utf8_lossy(&read)).trim(), MOST_KEPT);
        Ok(Response { status, after, said })
    }
}

fn broken(error: &reqwest::Error) -> Verdict {
    if error.is_builder() {
        return Verdict::Refused {
            reason: Refusal::Rejected,
            detail: "the request cannot be built".to_owned(),
        };
    }
    let reason = if error.is_timeout() { Refusal::Timeout } else { Refusal::Network };
    Verdict::Retry { reason, detail: chain(error), after: None }
}

/// Says an error and its causes; the first line would show the address, so it is replaced.
fn chain(error: &reqwest::Error) -> String {
    let what = if error.is_connect() { "failed to connect" } else { "the connection broke" };
    let mut words = what.to_owned();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let said = cause.to_string();
        if !words.contains(&said) {
            words.push_str(": ");
            words.push_str(&said);
        }
        source = cause.source();
    }
    cut(&words, MOST_KEPT)
}

fn print(text: &str) -> Verdict {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Verdict::Delivered,
        Err(error) => Verdict::Retry { reason: Refusal::Network, detail: error.to_string(), after: None },
    }
}

#[cfg(test)]
mod tests;
