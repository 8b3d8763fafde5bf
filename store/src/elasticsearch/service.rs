//! Owns the connection: one call is one request, judged by its status.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use canary_filter::elasticsearch::Mapping;
use elasticsearch::auth::Credentials as ClientCredentials;
use elasticsearch::cert::{Certificate, CertificateValidation};
pub(super) use elasticsearch::http::Method;
use elasticsearch::http::headers::{CONTENT_TYPE, HeaderMap, HeaderValue};
use elasticsearch::http::transport::{SingleNodeConnectionPool, Transport, TransportBuilder};
use serde_json::Value;

use super::config::{Credentials, ElasticsearchSettings};
use super::error::{Failure, Meaning};
use super::mapping;
use crate::clock::Clock;
use crate::document::Kind;
use crate::error::{Fault, chain};

/// Shortest pause before a request is tried again; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After the server was away, each batch is tried once only for this long, so that a run does not wait again
/// and again for what is not coming back.
const AWAY_MILLIS: i64 = 5000;

/// The connection, and what was learnt about the server.
pub(super) struct Service {
    pub(super) settings: ElasticsearchSettings,
    pub(super) clock: Clock,
    /// How the fields of each kind are indexed.
    pub(super) mappings: BTreeMap<Kind, Mapping>,
    /// Whether the server knows the parameter that keeps it from making plain indices; 8.13 and newer do.
    pub(super) requires_streams: AtomicBool,
    transport: Transport,
    away_since: AtomicI64,
}

/// The client would show its credentials.
impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Bytes>,
    pub(super) lines: bool,
}

impl Call {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, lines: false }
    }

    pub(super) fn json(self, body: &Value) -> Self {
        Self { body: Some(body.to_string().into()), ..self }
    }

    /// Gives the request a body of lines, as bulks have it.
    pub(super) fn lines(self, body: String) -> Self {
        Self { body: Some(body.into()), lines: true, ..self }
    }
}

impl Service {
    pub(super) fn new(settings: ElasticsearchSettings, clock: Clock) -> Result<Self, Fault> {
        let pool = SingleNodeConnectionPool::new(settings.url.clone());
        let mut builder = TransportBuilder::new(pool)
            .request_body_compression(settings.compression)
            .enable_meta_header(false)
            .timeout(settings.timeout);
        if let Some(credentials) = &settings.credentials {
            builder = builder.auth(client_credentials(credentials));
        }
        if let Some(Credentials::ApiKey(key)) = &settings.credentials
            && HeaderValue::from_str(key.expose()).is_err()
        {
            return Err(Fault::Server {
                message: "the API key has signs that no header may have".into(),
                status: None,
                retryable: false,
            });
        }
        if let Some(path) = &settings.ca {
            let failed = |source| Fault::File { path: path.clone(), source };
            let pem = std::fs::read(path).map_err(failed)?;
            let certificate =
                Certificate::from_pem(&pem).map_err(|error| failed(std::io::Error::other(error)))?;
            builder = builder.cert_validation(CertificateValidation::Full(certificate));
        }
        let transport = builder.build().map_err(|error| Fault::Server {
            message: chain(&error),
            status: None,
            retryable: false,
        })?;
        Ok(Self {
            settings,
            clock,
            mappings: Kind::ALL.into_iter().map(|kind| (kind, mapping::of_documents(kind))).collect(),
            requires_streams: AtomicBool::new(true),
            transport,
            away_since: AtomicI64::new(i64::MIN),
        })
    }

    /// Sends one request once. An answer of another kind than success is a failure.
    pub(super) async fn once(&self, call: &Call) -> Result<Value, Failure> {
        let mut headers = HeaderMap::new();
        if call.lines {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
        }
        let body = call.body.clone();
        let sent = self.transport.send(call.method, &call.path, headers, None::<&()>, body, None).await;
        let failed = |error: elasticsearch::Error| Failure::of(&error, self.settings.timeout);
        let answer = sent.map_err(failed)?;
        let status = answer.status_code().as_u16();
        let text = answer.text().await.map_err(failed)?;
        let body = serde_json::from_str(&text);
        if Meaning::of(status) == Meaning::Done {
            // HEAD and some proxies answer without a body.
            return if text.is_empty() { Ok(Value::Null) } else { body.map_err(|error| unreadable(&error)) };
        }
        Err(Failure::Status { status, reason: reason_of(&body.unwrap_or(Value::String(text))) })
    }

    /// Sends one request that may be repeated without harm, again while that may help.
    pub(super) async fn call(&self, call: Call) -> Result<Value, Failure> {
        let mut attempt = 1;
        loop {
            match self.once(&call).await {
                Err(failure) if failure.is_retryable() && attempt < self.settings.attempts => {
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Returns how often a batch is tried now.
    pub(super) fn attempts(&self) -> u32 {
        let since = self.away_since.load(Ordering::Relaxed);
        let now = self.clock.now().as_millisecond();
        if now.saturating_sub(since) < AWAY_MILLIS { 1 } else { self.settings.attempts.max(1) }
    }

    /// Notes whether the server was there.
    pub(super) fn note_away(&self, away: bool) {
        let since = if away { self.clock.now().as_millisecond() } else { i64::MIN };
        self.away_since.store(since, Ordering::Relaxed);
    }
}

fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::Lost { message: format!("it is no JSON: {error}") }
}

/// Returns the pause after an attempt: doubling, and a little different each time, so that runs that lost the
/// server together do not come back together.
pub(super) fn pause(attempt: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE);
    let part = uuid::Uuid::now_v7().as_bytes().last().map_or(0, |byte| u32::from(*byte));
    longest / 2 + longest * part / 512
}

fn client_credentials(credentials: &Credentials) -> ClientCredentials {
    match credentials {
        Credentials::Basic { user, password } => {
            ClientCredentials::Basic(user.clone(), password.expose().to_owned())
        }
        Credentials::ApiKey(key) => ClientCredentials::EncodedApiKey(key.expose().to_owned()),
    }
}

/// Returns what the server says is wrong, in one line.
pub(super) fn reason_of(body: &Value) -> String {
    let error = body.get("error").unwrap_or(body);
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut reason = text(error, "reason");
    let mut below = error.get("caused_by");
    while let Some(cause) = below {
        reason = format!("{reason}: {}", text(cause, "reason"));
        below = cause.get("caused_by");
    }
    if reason.is_empty() {
        reason = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
    }
    shortened(&reason.replace('\n', " "), 500)
}

fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reasons_are_one_line() {
        let body = json!({"error": {"type": "t", "reason": "failed to parse\nfield [d]",
            "caused_by": {"reason": "For input string: \"abc\""}}, "status": 400});
        assert_eq!(reason_of(&body), "failed to parse field [d]: For input string: \"abc\"");
        assert_eq!(reason_of(&json!({"error": "no handler found"})), "no handler found");
        assert_eq!(reason_of(&json!("<html>")), "<html>");
        assert_eq!(reason_of(&json!({"error": {"reason": "ž".repeat(600)}})).chars().count(), 501);
    }

    #[test]
    fn pauses_grow_and_stay_short() {
        for attempt in 1..40 {
            let pause = pause(attempt);
            assert!(pause >= FIRST_PAUSE && pause <= LONGEST_PAUSE, "{attempt}: {pause:?}");
        }
    }
}
