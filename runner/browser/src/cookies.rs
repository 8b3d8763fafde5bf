//! Cookies of a context, read, set and cleared.

use chromiumoxide_cdp::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide_cdp::cdp::browser_protocol::storage::{ClearCookiesParams, GetCookiesParams};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::connection::Reply;
use crate::context::{Context, Cookie, SameSite};
use crate::error::ActionError;
use crate::progress::Progress;

#[derive(Deserialize)]
struct Cookies {
    cookies: Vec<Stored>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    name: String,
    value: String,
    domain: String,
    path: String,
    #[serde(default = "session")]
    expires: f64,
    #[serde(default)]
    http_only: bool,
    #[serde(default)]
    secure: bool,
    same_site: Option<SameSite>,
    partition_key: Option<Value>,
}

fn session() -> f64 {
    -1.0
}

impl From<Stored> for Cookie {
    fn from(stored: Stored) -> Self {
        let partition = stored.partition_key.and_then(|key| match key {
            Value::String(site) => Some(site),
            Value::Object(key) => key.get("topLevelSite").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        });
        Self {
            name: stored.name,
            value: stored.value,
            url: None,
            domain: Some(stored.domain),
            path: Some(stored.path),
            expires: Some(stored.expires),
            http_only: stored.http_only,
            secure: stored.secure,
            same_site: Some(stored.same_site.unwrap_or(SameSite::Lax)),
            partition_key: partition,
        }
    }
}

impl Context {
    /// Returns the cookies that go to these addresses, or all where none is named.
    pub async fn cookies(&self, progress: &Progress, urls: &[String]) -> Result<Vec<Cookie>, ActionError> {
        let wanted: Vec<Url> = urls.iter().map(|url| address(url)).collect::<Result<_, _>>()?;
        let params =
            GetCookiesParams { browser_context_id: Some(BrowserContextId::from(self.id().to_owned())) };
        let reply = self.session_inner().browser.send(&params);
        let cookies: Cookies = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        let cookies = cookies.cookies.into_iter().map(Cookie::from);
        Ok(cookies
            .filter(|cookie| wanted.is_empty() || wanted.iter().any(|url| goes_to(cookie, url)))
            .collect())
    }

    /// Sets cookies.
    pub async fn add_cookies(&self, progress: &Progress, cookies: &[Cookie]) -> Result<(), ActionError> {
        for cookie in cookies {
            check(cookie).map_err(ActionError::Invalid)?;
        }
        let reply = set(self, cookies);
        progress.run(async { Ok(reply.done().await?) }).await
    }

    /// Puts cookies in place of all that are there.
    pub async fn replace_cookies(&self, progress: &Progress, cookies: &[Cookie]) -> Result<(), ActionError> {
        let params =
            ClearCookiesParams { browser_context_id: Some(BrowserContextId::from(self.id().to_owned())) };
        let cleared = self.session_inner().browser.send(&params);
        let put = (!cookies.is_empty()).then(|| set(self, cookies));
        progress
            .run(async {
                cleared.done().await?;
                match put {
                    Some(reply) => Ok(reply.done().await?),
                    None => Ok(()),
                }
            })
            .await
    }
}

/// Sends cookies to be set.
pub(crate) fn set(context: &Context, cookies: &[Cookie]) -> Reply {
    let cookies: Vec<Value> = cookies.iter().map(in_protocol).collect();
    let params = json!({ "cookies": cookies, "browserContextId": context.id() });
    context.session_inner().browser.send_raw("Storage.setCookies", &params)
}

fn in_protocol(cookie: &Cookie) -> Value {
    let mut params = Map::new();
    let mut put = |name: &str, value: Value| params.insert(name.to_owned(), value);
    put("name", json!(cookie.name));
    put("value", json!(cookie.value));
    put("httpOnly", json!(cookie.http_only));
    put("secure", json!(cookie.secure));
    let from_url = cookie.url.as_deref().and_then(|url| Url::parse(url).ok());
    match (from_url, &cookie.domain) {
        (Some(url), _) => {
            let folder = url.path().rsplit_once('/').map_or("/", |(folder, _)| folder);
            put("domain", json!(url.host_str()));
            put("path", json!(format!("{folder}/").replace("//", "/")));
            if url.scheme() == "https" {
                put("secure", json!(true));
            }
        }
        (None, domain) => {
            put("domain", json!(domain));
            put("path", json!(cookie.path.as_deref().unwrap_or("/")));
        }
    }
    if let Some(expires) = cookie.expires.filter(|expires| *expires >= 0.0) {
        put("expires", json!(expires));
    }
    if let Some(same_site) = cookie.same_site {
        put("sameSite", json!(same_site));
    }
    if let Some(site) = &cookie.partition_key {
        put("partitionKey", json!({ "topLevelSite": site, "hasCrossSiteAncestor": false }));
    }
    Value::Object(params)
}

fn check(cookie: &Cookie) -> Result<(), String> {
    let name = &cookie.name;
    match (&cookie.url, &cookie.domain, &cookie.path) {
        (None, None, _) | (None, _, None) => {
            Err(format!("cookie `{name}` needs a `url`, or `domain` and `path`"))
        }
        (Some(_), Some(_), _) => Err(format!("cookie `{name}` has a `url` and a `domain`: give one of them")),
        (Some(_), _, Some(_)) => Err(format!("cookie `{name}` has a `url` and a `path`: give one of them")),
        (Some(url), None, None) => match Url::parse(url) {
            Ok(url) if url.has_host() => Ok(()),
            Ok(_) => Err(format!("cookie `{name}` cannot be set for `{url}`, which has no host")),
            Err(error) => Err(format!("cookie `{name}` cannot be set for `{url}`: {error}")),
        },
        (None, Some(_), Some(_)) => Ok(()),
    }?;
    match cookie.expires {
        Some(expires) if expires < 0.0 && expires != -1.0 => Err(format!(
            "cookie `{name}` ends at {expires}; only -1 (with the session) and times after 1970 can be"
        )),
        _ => Ok(()),
    }
}

fn address(url: &str) -> Result<Url, ActionError> {
    Url::parse(url).map_err(|error| ActionError::Invalid(format!("`{url}` is not an address: {error}")))
}

/// Tells whether a cookie goes to an address.
pub(crate) fn goes_to(cookie: &Cookie, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let domain = cookie.domain.as_deref().unwrap_or_default();
    let domain_fits = match domain.strip_prefix('.') {
        Some(bare) => host == bare || host.ends_with(domain),
        None => host == domain,
    };
    let path = cookie.path.as_deref().unwrap_or("/");
    let path_fits = url.path() == path
        || url.path().strip_prefix(path).is_some_and(|rest| path.ends_with('/') || rest.starts_with('/'));
    let is_trusted = url.scheme() == "https" || matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    domain_fits && path_fits && (!cookie.secure || is_trusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_go_where_domain_and_path_fit() {
        let check = |domain: &str, path: &str, secure: bool, url: &str, expected: bool| {
            let cookie = Cookie {
                domain: Some(domain.to_owned()),
                path: Some(path.to_owned()),
                secure,
                ..Cookie::default()
            };
            assert_eq!(goes_to(&cookie, &Url::parse(url).unwrap()), expected, "{domain}{path} to {url}");
        };
        check("a.test", "/", false, "http://a.test/x", true);
        check("a.test", "/", false, "http://b.a.test/x", false);
        check(".a.test", "/", false, "http://b.a.test/x", true);
        check(".a.test", "/", false, "http://ba.test/x", false);
        check("a.test", "/shop", false, "http://a.test/shop/1", true);
        check("a.test", "/shop", false, "http://a.test/shopping", false);
        check("a.test", "/", true, "http://a.test/", false);
        check("a.test", "/", true, "https://a.test/", true);
        check("127.0.0.1", "/", true, "http://127.0.0.1/", true);
    }

    #[test]
    fn a_cookie_needs_a_place() {
        let message = |cookie: Cookie| super::check(&cookie).expect_err("must not pass");
        let named = || Cookie { name: "a".to_owned(), ..Cookie::default() };
        assert!(message(named()).contains("needs a `url`"));
        assert!(message(Cookie { url: Some("about:blank".to_owned()), ..named() }).contains("no host"));
        let both =
            Cookie { url: Some("http://a.test".to_owned()), domain: Some("a.test".to_owned()), ..named() };
        assert!(message(both).contains("give one of them"));
    }
}
