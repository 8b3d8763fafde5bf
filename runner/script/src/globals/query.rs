//! Query strings as `URLSearchParams` reads and writes them.

use url::form_urlencoded;

/// Returns the pairs of a query without its `?`.
pub(crate) fn parse(query: &str) -> Vec<Vec<String>> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.map(|(name, value)| vec![name.into_owned(), value.into_owned()]).collect()
}

/// Returns the query of pairs.
pub(crate) fn format(pairs: &[Vec<String>]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for pair in pairs {
        if let [name, value] = pair.as_slice() {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_a_round_trip() {
        let pairs = parse("a=1&a=2&q=%C3%A4+b&empty");
        assert_eq!(pairs, [["a", "1"], ["a", "2"], ["q", "ä b"], ["empty", ""]]);
        assert_eq!(format(&pairs), "a=1&a=2&q=%C3%A4+b&empty=");
    }
}
