//! Header fields as documents carry them: lower-case names, no credentials.

use std::collections::BTreeMap;

/// What stands in the place of a value that gives access to something.
const HIDDEN: &str = "[redacted]";

/// Returns header fields with lower-case names and without the values of credentials.
pub(crate) fn visible(headers: BTreeMap<String, String>) -> BTreeMap<String, String> {
    headers
        .into_iter()
        .map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let value = if is_credential(&name) { HIDDEN.to_owned() } else { value };
            (name, value)
        })
        .collect()
}

fn is_credential(name: &str) -> bool {
    matches!(name, "cookie" | "set-cookie" | "cookie2" | "set-cookie2")
        || ["auth", "token", "secret", "password", "api-key", "apikey", "session"]
            .iter()
            .any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: (&str, &str)) {
        let got = visible(BTreeMap::from([(name.to_owned(), "v".to_owned())]));
        assert_eq!(got.into_iter().next().unwrap(), (expected.0.to_owned(), expected.1.to_owned()));
    }

    #[test]
    fn credentials_are_hidden_and_names_lowered() {
        check("Content-Type", ("content-type", "v"));
        check("Cookie", ("cookie", HIDDEN));
        check("Set-Cookie", ("set-cookie", HIDDEN));
        check("Authorization", ("authorization", HIDDEN));
        check("X-Auth-Token", ("x-auth-token", HIDDEN));
        check("X-Api-Key", ("x-api-key", HIDDEN));
        check("Etag", ("etag", "v"));
    }
}
