//! Owns the settings of the store in Elasticsearch, and how they are written in one address.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use url::Url;

use crate::document::Kind;
use crate::error::SettingsError;
use crate::secret::Secret;

/// Where Elasticsearch is, and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElasticsearchSettings {
    /// Address, without credentials.
    pub url: Url,
    /// Last part of the names of all indices, so that several installations share a server.
    pub namespace: String,
    /// Who we are.
    pub credentials: Option<Credentials>,
    /// File with the certificates (PEM) of an authority of one's own.
    pub ca: Option<PathBuf>,
    /// Whether requests are compressed (gzip).
    pub compression: bool,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a request is tried.
    pub attempts: u32,
    /// Documents are read as news only this long after they were taken in, since a bulk may become visible late.
    pub query_delay: Duration,
}

/// Credentials for Elasticsearch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// User and password.
    Basic {
        /// Name of the user.
        user: String,
        /// Password of the user.
        password: Secret,
    },
    /// An API key, encoded as the server gives it.
    ApiKey(Secret),
}

impl ElasticsearchSettings {
    /// Makes settings with the defaults.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            namespace: "default".into(),
            credentials: None,
            ca: None,
            compression: true,
            timeout: Duration::from_secs(10),
            attempts: 4,
            query_delay: Duration::from_secs(30),
        }
    }

    /// Returns the name of the data stream (or, for alerts, of the index) of a kind.
    pub(super) fn index(&self, kind: Kind) -> String {
        format!("canary-{kind}-{}", self.namespace)
    }

    /// Returns the index of the listener's ledger. It is hidden from patterns that look for documents.
    pub(super) fn ledger(&self) -> String {
        format!("canary.listener-{}", self.namespace)
    }

    /// Returns the indices of kinds; none means all of them.
    pub(super) fn indices(&self, kinds: &[Kind]) -> String {
        let kinds = if kinds.is_empty() { &Kind::ALL[..] } else { kinds };
        kinds.iter().map(|kind| self.index(*kind)).collect::<Vec<_>>().join(",")
    }

    fn option(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let millis = |value: &str| value.parse().map(Duration::from_millis);
        match name {
            "namespace" if is_namespace(value) => self.namespace = value.into(),
            "namespace" => return Err("a namespace of lower-case letters, digits, `_` and `.`"),
            "ca" => self.ca = Some(value.into()),
            "compression" => {
                self.compression = value.parse().map_err(|_| "`true` or `false` for `compression`")?
            }
            "timeout_ms" => self.timeout = millis(value).map_err(|_| "milliseconds for `timeout_ms`")?,
            "attempts" => self.attempts = value.parse().map_err(|_| "a number for `attempts`")?,
            "query_delay_ms" => {
                self.query_delay = millis(value).map_err(|_| "milliseconds for `query_delay_ms`")?
            }
            _ => {
                return Err(
                    "only the options namespace, ca, compression, timeout_ms, attempts, query_delay_ms",
                );
            }
        }
        Ok(())
    }
}

/// A hyphen would make the parts of a data stream's name ambiguous.
fn is_namespace(text: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    (1..=100).contains(&text.len()) && text.chars().all(is_sign) && !text.starts_with(['.', '_'])
}

/// Reads `http(s)://[USER:PASSWORD@]HOST[:PORT][/PATH][?OPTION=VALUE&…]`.
impl FromStr for ElasticsearchSettings {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            |expected: &str| SettingsError { value: shown(text), expected: format!("expected {expected}") };
        let mut url = Url::parse(text).map_err(|_| wrong("`elasticsearch:http://HOST:PORT`"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong("an address that begins with `http://` or `https://`"));
        }
        let credentials = credentials_of(&url);
        let options: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.set_query(None);
        url.set_fragment(None);
        // Setting these fails only for addresses without a host, which were refused above.
        url.set_password(None).unwrap_or_default();
        url.set_username("").unwrap_or_default();
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let mut settings = Self { credentials, ..Self::new(url) };
        for (name, value) in options {
            settings.option(&name, &value).map_err(wrong)?;
        }
        Ok(settings)
    }
}

fn credentials_of(url: &Url) -> Option<Credentials> {
    let decode = |text: &str| {
        let pair = format!("x={}", text.replace('+', "%2B"));
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let user = decode(url.username()).filter(|user| !user.is_empty())?;
    let password = url.password().and_then(decode).unwrap_or_default();
    Some(Credentials::Basic { user, password: password.into() })
}

/// Returns an address without what stands before its `@`.
fn shown(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            let kept = text.get(..scheme).unwrap_or_default();
            format!("{kept}://[redacted]{}", text.get(at..).unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

impl fmt::Display for ElasticsearchSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "elasticsearch:{}?namespace={}", self.url, self.namespace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_everything() {
        let text = "https://us%40er:p%3Ass+@es.test:9200/prefix?namespace=prod&timeout_ms=500&compression=false\
                    &query_delay_ms=0&attempts=2&ca=ca.pem";
        let settings: ElasticsearchSettings = text.parse().unwrap();
        let expected = ElasticsearchSettings {
            url: Url::parse("https://es.test:9200/prefix/").unwrap(),
            namespace: "prod".into(),
            credentials: Some(Credentials::Basic { user: "us@er".into(), password: "p:ss+".into() }),
            ca: Some("ca.pem".into()),
            compression: false,
            timeout: Duration::from_millis(500),
            attempts: 2,
            query_delay: Duration::ZERO,
        };
        assert_eq!(settings, expected);
        assert_eq!(settings.to_string(), "elasticsearch:https://es.test:9200/prefix/?namespace=prod");
        assert!(!format!("{settings:?}").contains("p:ss"));
    }

    fn check(text: &str, expected: &str) {
        let error = text.parse::<ElasticsearchSettings>().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("geheim"), "{error}");
    }

    #[test]
    fn problems_show_no_password() {
        check("es.test:9200", "expected an address that begins with `http://`");
        check("http://me:geheim@es.test?namespace=A-b", "lower-case letters");
        check("http://me:geheim@es.test?timeout=1", "only the options namespace");
        check("http://me:geheim@", "`elasticsearch:http://HOST:PORT`");
    }
}
