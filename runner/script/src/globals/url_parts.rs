//! URLs as the `URL` class shows them.

use std::collections::BTreeMap;

use url::Url;

/// The parts of a URL under the names of the `URL` class.
pub(crate) type Parts = BTreeMap<&'static str, String>;

/// Parses a URL, which may be relative where there is a base.
pub(crate) fn parse(text: &str, base: Option<&str>) -> Option<Parts> {
    let url = match base {
        Some(base) => Url::parse(base).ok()?.join(text).ok()?,
        None => Url::parse(text).ok()?,
    };
    Some(parts(&url))
}

/// Changes one part; nothing where the value is none for it, as the class ignores such.
pub(crate) fn set(href: &str, part: &str, value: &str) -> Option<Parts> {
    let mut url = Url::parse(href).ok()?;
    match part {
        "protocol" => url::quirks::set_protocol(&mut url, value).ok()?,
        "username" => url::quirks::set_username(&mut url, value).ok()?,
        "password" => url::quirks::set_password(&mut url, value).ok()?,
        "host" => url::quirks::set_host(&mut url, value).ok()?,
        "hostname" => url::quirks::set_hostname(&mut url, value).ok()?,
        "port" => url::quirks::set_port(&mut url, value).ok()?,
        "pathname" => url::quirks::set_pathname(&mut url, value),
        "search" => url::quirks::set_search(&mut url, value),
        "hash" => url::quirks::set_hash(&mut url, value),
        _ => return None,
    }
    Some(parts(&url))
}

fn parts(url: &Url) -> Parts {
    use url::quirks;
    BTreeMap::from([
        ("href", quirks::href(url).to_owned()),
        ("origin", quirks::origin(url)),
        ("protocol", quirks::protocol(url).to_owned()),
        ("username", quirks::username(url).to_owned()),
        ("password", quirks::password(url).to_owned()),
        ("host", quirks::host(url).to_owned()),
        ("hostname", quirks::hostname(url).to_owned()),
        ("port", quirks::port(url).to_owned()),
        ("pathname", quirks::pathname(url).to_owned()),
        ("search", quirks::search(url).to_owned()),
        ("hash", quirks::hash(url).to_owned()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: Option<Parts>, name: &str, expected: Option<&str>) {
        assert_eq!(parts.as_ref().and_then(|parts| parts.get(name)).map(String::as_str), expected);
    }

    #[test]
    fn parses_and_sets() {
        check(parse("/a?b=1#c", Some("https://ex.com:8443/x/")), "href", Some("https://ex.com:8443/a?b=1#c"));
        check(parse("nothing", None), "href", None);
        check(set("https://ex.com/", "port", "8443"), "href", Some("https://ex.com:8443/"));
        check(set("https://ex.com/", "search", "q=ä"), "search", Some("?q=%C3%A4"));
        check(set("https://ex.com/", "host", ""), "href", None);
    }
}
