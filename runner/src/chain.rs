//! How an error is printed: the one function that prints chains.

use std::error::Error;

/// Returns the error and everything beneath it, one line each.
pub(crate) fn lines(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(source) = below {
        text.push_str("\n  because: ");
        text.push_str(&source.to_string());
        below = source.source();
    }
    text
}

/// Returns the error and everything beneath it in one line.
pub(crate) fn line(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(source) = below {
        text.push_str(": ");
        text.push_str(&source.to_string());
        below = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("failed to open `{path}`")]
    struct Failed {
        path: &'static str,
        source: std::io::Error,
    }

    #[test]
    fn says_where_and_why() {
        let source = std::io::Error::other("it is gone");
        let error = Failed { path: "a.db", source };
        assert_eq!(lines(&error), "failed to open `a.db`\n  because: it is gone");
        assert_eq!(line(&error), "failed to open `a.db`: it is gone");
    }
}
