//! Addresses and tokens that must not be seen.

use std::fmt;

use url::Url;

/// A value that is used and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a value into keeping.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the value, for the one who uses it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[redacted]")
    }
}

/// Returns what may be shown of an address: scheme, host and port. Path and query of a webhook are its key.
#[must_use]
pub fn redact_url(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => {
            let host = url.host_str().unwrap_or_default();
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{host}{port}/[redacted]", url.scheme())
        }
        Err(_) => "[redacted]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let shown = redact_url("https://user:pw@hooks.slack.com:8443/services/T0/B0/KEY?token=x");
        assert_eq!(shown, "https://hooks.slack.com:8443/[redacted]");
        assert_eq!(redact_url("KEY"), "[redacted]");
        assert_eq!(format!("{:?}", Secret::new("KEY")), "[redacted]");
    }
}
