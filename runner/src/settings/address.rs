//! Settings that are addresses of something: a browser, a folder for attachments. Each has its
//! text form in one place, read by the check and by the resolution. Addresses of stores are read by the store.

use std::path::PathBuf;

use url::Url;

/// Which browser a run drives, when no WebDriver server opens it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum BrowserAddress {
    /// One of our own, started for the run.
    Launch,
    /// One that runs already, by its debugging address.
    Attach(Url),
}

impl BrowserAddress {
    /// Says how a browser is written.
    pub(crate) const EXPECTATION: &'static str = "`launch`, `http://HOST:PORT` or `ws://HOST:PORT/…`";

    /// Reads the text form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "launch" {
            return Some(Self::Launch);
        }
        parse_url(text, &["http", "https", "ws", "wss"]).map(Self::Attach)
    }
}

/// Where attachments go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum AttachmentsAddress {
    /// Nowhere: none are made.
    Off,
    /// A folder.
    Folder(PathBuf),
}

impl AttachmentsAddress {
    /// Says how the place for attachments is written.
    pub(crate) const EXPECTATION: &'static str = "`folder:DIR` or `off`";

    /// Reads the text form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "off" => Some(Self::Off),
            Some(("folder", dir)) if !dir.is_empty() => Some(Self::Folder(dir.into())),
            _ => None,
        }
    }
}

/// Returns the URL if it is absolute, has a host and one of these schemes.
pub(crate) fn parse_url(text: &str, schemes: &[&str]) -> Option<Url> {
    Url::parse(text).ok().filter(|url| schemes.contains(&url.scheme()) && url.has_host())
}

/// Returns the text with user, password and token of a URL left out; what is no URL stays as it is.
pub(crate) fn without_credentials(text: &str) -> String {
    let (prefix, address) = match text.split_once(':') {
        Some((prefix @ "elasticsearch", address)) => (Some(prefix), address),
        _ => (None, text),
    };
    let Ok(mut url) = Url::parse(address) else { return text.to_owned() };
    if !url.has_host() {
        return text.to_owned();
    }
    let had_user = !url.username().is_empty() || url.password().is_some();
    let had_token = url.query_pairs().any(|(name, _)| is_token_name(&name));
    if !had_user && !had_token {
        return text.to_owned();
    }
    // Both fail only for URLs without a host, which were let through above.
    url.set_password(None).ok();
    if url.scheme() != "ssh" {
        url.set_username("").ok();
    }
    if had_token {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| {
                let value = if is_token_name(&name) { "[redacted]".into() } else { value };
                (name.into_owned(), value.into_owned())
            })
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    match prefix {
        Some(prefix) => format!("{prefix}:{url}"),
        None => url.to_string(),
    }
}

fn is_token_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "key", "secret", "password", "signature"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_launched_or_addressed() {
        assert_eq!(BrowserAddress::parse("launch"), Some(BrowserAddress::Launch));
        assert!(matches!(BrowserAddress::parse("http://127.0.0.1:9222"), Some(BrowserAddress::Attach(_))));
        assert_eq!(BrowserAddress::parse("lunch"), None);
        assert_eq!(BrowserAddress::parse("ftp://host"), None);
    }

    #[test]
    fn shown_addresses_have_no_credentials() {
        let shown = |text| without_credentials(text);
        assert_eq!(shown("https://ann:pw@host/a.git"), "https://host/a.git");
        assert_eq!(shown("ssh://git@host/a.git"), "ssh://git@host/a.git");
        assert_eq!(shown("elasticsearch:https://a:b@host/"), "elasticsearch:https://host/");
        assert_eq!(shown("ws://host/x?token=abc&a=1"), "ws://host/x?token=%5Bredacted%5D&a=1");
        assert_eq!(shown("scripts/a.ts"), "scripts/a.ts");
    }
}
