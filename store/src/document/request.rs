//! Owns the kind `request`: one request on the network, with ECS names and the phases of HAR.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::envelope::Timestamp8601;
use super::{is_default, time};

/// One request; a redirect is a request of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// What the browser tells about the request.
    pub request: RequestFields,
    /// What was asked for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub url: Url,
    /// The exchange.
    #[serde(default, skip_serializing_if = "is_default")]
    pub http: Http,
    /// Where its time went.
    #[serde(default, skip_serializing_if = "is_default")]
    pub timings: Timings,
    /// Who answered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub server: Server,
    /// How the connection was secured.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tls: Tls,
}

/// What the browser tells about a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestFields {
    /// Id of the request in its run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Type of the resource in lower case: document, script, fetch, xhr and so on.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What asked for it: parser, script, preload and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator: Option<String>,
    /// Address of the document or script that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator_url: Option<String>,
    /// Line in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator_line: Option<u32>,
    /// Priority in the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Whether it goes to another registrable domain than the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub third_party: Option<bool>,
    /// Whether it was answered from a cache of the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_cache: Option<bool>,
    /// Whether a service worker answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_service_worker: Option<bool>,
    /// Id of the request that redirected here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirected_from: Option<String>,
    /// Why it failed, as the browser names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Whether it was canceled by the page or by a navigation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canceled: Option<bool>,
    /// Why the browser blocked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_reason: Option<String>,
    /// Whether it brought the document of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub navigation: Option<bool>,
    /// Id of the frame that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<String>,
}

/// An address and its parts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Url {
    /// The whole address without user and password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<String>,
    /// Host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Port, where it stands in the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Query without the question mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Fragment without the hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fragment: Option<String>,
}

/// The exchange.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Http {
    /// Protocol, for example `h2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What was sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request: HttpRequest,
    /// What came back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub response: HttpResponse,
}

/// What was sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpRequest {
    /// Method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Bytes on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub bytes: Option<u64>,
    /// Headers by lower-case name, several values joined by comma.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub body: HttpBody,
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpResponse {
    /// Status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// Reason phrase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_text: Option<String>,
    /// Media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Bytes on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub bytes: Option<u64>,
    /// Headers by lower-case name, several values joined by comma.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub body: HttpBody,
}

/// A body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpBody {
    /// Bytes once decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "byte"))]
    pub bytes: Option<u64>,
}

/// Phases of a request, absent where they do not apply.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timings {
    /// Waiting for a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub blocked: Option<f64>,
    /// Name lookup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub dns: Option<f64>,
    /// Connecting, TLS included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub connect: Option<f64>,
    /// TLS handshake, part of connecting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub tls: Option<f64>,
    /// Sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub send: Option<f64>,
    /// Waiting for the first byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub wait: Option<f64>,
    /// Receiving.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub receive: Option<f64>,
    /// From the request to its last byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "ms"))]
    pub total: Option<f64>,
}

/// Who answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Server {
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// Port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

/// How the connection was secured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tls {
    /// Version of the protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Name of the protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_protocol: Option<String>,
    /// Cipher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// Key exchange or group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_exchange: Option<String>,
    /// The certificate.
    #[serde(default, skip_serializing_if = "is_default")]
    pub server: TlsServer,
}

/// The certificate of a server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TlsServer {
    /// Name it was given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Start of its validity, UTC.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Timestamp8601>")]
    pub not_before: Option<Timestamp>,
    /// End of its validity, UTC.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Timestamp8601>")]
    pub not_after: Option<Timestamp>,
}
