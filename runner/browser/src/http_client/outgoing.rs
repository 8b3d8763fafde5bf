//! A request outside of pages as it is about to be sent, and what a redirect makes of it.

use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::HttpError;
use crate::network::Header;

/// A request outside of pages.
#[derive(Clone, Debug, Default)]
pub struct HttpRequest {
    /// The address.
    pub url: String,
    /// The method, in capitals.
    pub method: String,
    /// Its headers; cookies are added where none are given.
    pub headers: Vec<Header>,
    /// Its body.
    pub body: Option<Vec<u8>>,
    /// How many redirects are followed, 20 where not given; none returns the redirect itself.
    pub max_redirects: Option<u32>,
    /// How often it is sent again when nobody answers, 0 where not given.
    pub max_retries: Option<u32>,
    /// Whether broken certificates are accepted, also where the client does not.
    pub ignore_https_errors: Option<bool>,
}

/// The same, its parts read.
pub(super) struct Outgoing {
    pub(super) url: Url,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
}

impl Outgoing {
    pub(super) fn of(request: HttpRequest) -> Result<Self, HttpError> {
        let HttpRequest { url, method, headers, body, .. } = request;
        let wrong_method = |_| HttpError::Invalid(format!("`{method}` is no method"));
        Ok(Self {
            url: Url::parse(&url).map_err(|error| HttpError::Invalid(format!("Invalid URL: {error}")))?,
            method: Method::from_bytes(method.as_bytes()).map_err(wrong_method)?,
            headers: header_map(&headers)?,
            body,
        })
    }

    /// Returns the request that a redirect asks for.
    pub(super) fn redirected(&self, response: &reqwest::Response) -> Option<Self> {
        let status = response.status().as_u16();
        if !matches!(status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = response.headers().get(header::LOCATION)?;
        let url = self.url.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
        let becomes_get = match status {
            301 | 302 => self.method == Method::POST,
            303 => self.method != Method::GET && self.method != Method::HEAD,
            _ => false,
        };
        let mut headers = self.headers.clone();
        headers.remove(header::HOST);
        if url.origin() != self.url.origin() {
            headers.remove(header::AUTHORIZATION);
        }
        if becomes_get {
            let of_body = [
                header::CONTENT_TYPE,
                header::CONTENT_LENGTH,
                header::CONTENT_ENCODING,
                header::CONTENT_LANGUAGE,
            ];
            of_body.iter().for_each(|name| {
                headers.remove(name);
            });
            return Some(Self { url, method: Method::GET, headers, body: None });
        }
        Some(Self { url, method: self.method.clone(), headers, body: self.body.clone() })
    }
}

fn header_map(headers: &[Header]) -> Result<HeaderMap, HttpError> {
    let mut map = HeaderMap::new();
    for Header { name, value } in headers {
        let wrong =
            |what: &str| HttpError::Invalid(format!("Invalid character in header {what} [\"{name}\"]"));
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("name"))?;
        map.append(parsed, HeaderValue::from_str(value).map_err(|_| wrong("content"))?);
    }
    Ok(map)
}
