//! Cookies of requests outside of pages: which go along, and what answers set.

use reqwest::header::{self, HeaderMap, HeaderValue};
use url::Url;

use super::{HttpError, Owner};
use crate::clock;
use crate::context::{Cookie, SameSite};
use crate::cookies::goes_to;
use crate::progress::Progress;

impl Owner {
    /// Returns the cookies for these addresses, or all.
    pub(super) async fn cookies(
        &self,
        progress: &Progress,
        urls: &[String],
    ) -> Result<Vec<Cookie>, HttpError> {
        match self {
            Self::Context(context) => Ok(context.cookies(progress, urls).await?),
            Self::Jar(jar) => {
                let now = clock::unix_seconds() as f64;
                let urls: Vec<Url> = urls.iter().filter_map(|url| Url::parse(url).ok()).collect();
                let mut cookies = jar.cookies.borrow_mut();
                cookies.retain(|cookie| cookie.expires.is_none_or(|until| until < 0.0 || until > now));
                let wanted =
                    |cookie: &&Cookie| urls.is_empty() || urls.iter().any(|url| goes_to(cookie, url));
                Ok(cookies.iter().filter(wanted).cloned().collect())
            }
        }
    }

    pub(super) async fn add(&self, progress: &Progress, cookies: Vec<Cookie>) -> Result<(), HttpError> {
        match self {
            Self::Context(context) => context.add_cookies(progress, &cookies).await?,
            Self::Jar(jar) => {
                for cookie in cookies {
                    put(&mut jar.cookies.borrow_mut(), placed(cookie)?);
                }
            }
        }
        Ok(())
    }

    /// Puts cookies in place of all that are there.
    pub(super) async fn replace(&self, progress: &Progress, cookies: Vec<Cookie>) -> Result<(), HttpError> {
        match self {
            Self::Context(context) => context.replace_cookies(progress, &cookies).await?,
            Self::Jar(jar) => {
                jar.cookies.borrow_mut().clear();
                self.add(progress, cookies).await?;
            }
        }
        Ok(())
    }

    /// Returns the header for a request.
    pub(super) async fn cookie_header(
        &self,
        progress: &Progress,
        url: &Url,
    ) -> Result<Option<HeaderValue>, HttpError> {
        let cookies = self.cookies(progress, &[url.as_str().to_owned()]).await?;
        if cookies.is_empty() {
            return Ok(None);
        }
        let pairs: Vec<String> =
            cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        Ok(HeaderValue::from_str(&pairs.join("; ")).ok())
    }

    /// Keeps what an answer sets.
    pub(super) async fn keep(
        &self,
        progress: &Progress,
        url: &Url,
        headers: &HeaderMap,
    ) -> Result<(), HttpError> {
        let now = clock::unix_seconds() as f64;
        let set: Vec<Cookie> = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|value| parse(&String::from_utf8_lossy(value.as_bytes()), url, now))
            .collect();
        if set.is_empty() {
            return Ok(());
        }
        match self {
            Self::Context(context) => {
                // The browser refuses a whole list for one cookie that it does not like.
                for cookie in set {
                    if let Err(error) = context.add_cookies(progress, std::slice::from_ref(&cookie)).await {
                        tracing::debug!(%error, cookie = cookie.name, "the browser refused a cookie");
                    }
                }
            }
            Self::Jar(jar) => {
                for cookie in set {
                    put(&mut jar.cookies.borrow_mut(), cookie);
                }
            }
        }
        Ok(())
    }
}

/// Puts a cookie in place of the one with the same name, domain and path.
fn put(cookies: &mut Vec<Cookie>, cookie: Cookie) {
    let same = |other: &Cookie| {
        (&other.name, &other.domain, &other.path) == (&cookie.name, &cookie.domain, &cookie.path)
    };
    cookies.retain(|other| !same(other));
    cookies.push(cookie);
}

/// Gives a cookie that came with an address its domain and path.
fn placed(cookie: Cookie) -> Result<Cookie, HttpError> {
    let Some(url) = &cookie.url else { return Ok(cookie) };
    let url =
        Url::parse(url).map_err(|error| HttpError::Invalid(format!("the address of a cookie: {error}")))?;
    let domain = url.host_str().map(str::to_owned);
    let path = Some(default_path(&url));
    Ok(Cookie { url: None, domain, path, secure: cookie.secure || url.scheme() == "https", ..cookie })
}

/// The folder of an address, as RFC 6265 §5.1.4 says.
fn default_path(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        Some(("", _)) | None => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
    }
}

/// Reads a `Set-Cookie` header; nothing where it is not allowed for this address.
fn parse(text: &str, url: &Url, now: f64) -> Option<Cookie> {
    let mut parts = text.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let host = url.host_str()?;
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        domain: Some(host.to_owned()),
        path: Some(default_path(url)),
        expires: Some(-1.0),
        same_site: Some(SameSite::Lax),
        ..Cookie::default()
    };
    let mut max_age = None;
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match attribute.trim().to_ascii_lowercase().as_str() {
            "domain" if !value.is_empty() => {
                let bare = value.trim_start_matches('.').to_ascii_lowercase();
                if host != bare && !host.ends_with(&format!(".{bare}")) {
                    return None;
                }
                let is_address = host.parse::<std::net::IpAddr>().is_ok();
                cookie.domain = Some(if is_address { bare } else { format!(".{bare}") });
            }
            "path" if value.starts_with('/') => cookie.path = Some(value.to_owned()),
            "expires" => {
                cookie.expires = cookie.expires.filter(|_| max_age.is_some()).or_else(|| date(value))
            }
            "max-age" => max_age = value.parse::<f64>().ok(),
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "samesite" => {
                cookie.same_site = match value.to_ascii_lowercase().as_str() {
                    "strict" => Some(SameSite::Strict),
                    "none" => Some(SameSite::None),
                    _ => Some(SameSite::Lax),
                };
            }
            _ => {}
        }
    }
    if let Some(seconds) = max_age {
        cookie.expires = Some(if seconds <= 0.0 { 0.0 } else { now + seconds });
    }
    Some(cookie)
}

/// Reads the date of HTTP, and the older form with hyphens.
fn date(text: &str) -> Option<f64> {
    let text = text.replace('-', " ");
    let zoned = jiff::fmt::rfc2822::DateTimeParser::new().parse_zoned(&text).ok()?;
    Some(zoned.timestamp().as_second() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str, &str, f64)>) {
        let url = Url::parse("https://www.shop.test/cart/add").unwrap();
        let cookie = parse(text, &url, 1000.0);
        let seen = cookie.as_ref().map(|cookie| {
            let part = |part: &Option<String>| part.clone().unwrap_or_default();
            (
                cookie.value.clone(),
                part(&cookie.domain),
                part(&cookie.path),
                cookie.expires.unwrap_or_default(),
            )
        });
        let expected = expected.map(|(value, domain, path, expires)| {
            (value.to_owned(), domain.to_owned(), path.to_owned(), expires)
        });
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn set_cookie_is_read_as_browsers_do() {
        check("a=1", Some(("1", "www.shop.test", "/cart", -1.0)));
        check("a=b=c; Path=/; Domain=shop.test", Some(("b=c", ".shop.test", "/", -1.0)));
        check("a=1; Domain=other.test", None);
        check("a=1; Max-Age=60", Some(("1", "www.shop.test", "/cart", 1060.0)));
        check("a=1; Max-Age=0", Some(("1", "www.shop.test", "/cart", 0.0)));
        check(
            "a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT",
            Some(("1", "www.shop.test", "/cart", 1_445_412_480.0)),
        );
        check(
            "a=1; Expires=Wed, 21-Oct-2015 07:28:00 GMT",
            Some(("1", "www.shop.test", "/cart", 1_445_412_480.0)),
        );
        check("nothing", None);
    }
}
