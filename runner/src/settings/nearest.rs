//! The nearest known name for a mistyped one.

/// Returns the known name that is most like the written one, if any is like it at all.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (likeness(written, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

/// Letters may be swapped, left out or wrong (Jaro-Winkler), or the word may be part of a longer one.
fn likeness(written: &str, name: &str) -> f64 {
    let (written, name) = (written.to_lowercase(), name.to_lowercase());
    let alike = strsim::jaro_winkler(&written, &name);
    let part = name.split(['_', '.', '-']).any(|word| word == written);
    if part { alike.max(0.8) } else { alike }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let known = ["browser_executable", "timeout_ms", "store", "observe.console"];
        assert_eq!(nearest("browser_exectuable", known), Some("browser_executable"));
        assert_eq!(nearest("timeout", known), Some("timeout_ms"));
        assert_eq!(nearest("console", known), Some("observe.console"));
        assert_eq!(nearest("zzz", known), None);
    }
}
