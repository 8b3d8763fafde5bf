//! Owns patterns with `*`, which stands for any text, also for none.

/// A pattern: the pieces of text around its stars. There is always one piece more than there are stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wildcard {
    pub(crate) pieces: Vec<String>,
}

impl Wildcard {
    /// Tells whether the pattern is a star and nothing else.
    pub(crate) fn is_anything(&self) -> bool {
        self.pieces.len() > 1 && self.pieces.iter().all(String::is_empty)
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.pieces.as_slice() else {
            return self.pieces.first().is_some_and(|only| only == text);
        };
        let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        for piece in middle {
            let Some((_, after)) = rest.split_once(piece.as_str()) else { return false };
            rest = after;
        }
        true
    }

    /// Returns the pattern as it is written, its stars not told from stars in the text.
    pub(crate) fn text(&self) -> String {
        self.pieces.join("*")
    }

    /// Returns the pattern in the syntax of SQLite's GLOB.
    pub(crate) fn glob(&self) -> String {
        let escaped = |piece: &String| {
            let mut text = String::new();
            for c in piece.chars() {
                match c {
                    '*' | '?' | '[' => text.extend(['[', c, ']']),
                    _ => text.push(c),
                }
            }
            text
        };
        self.pieces.iter().map(escaped).collect::<Vec<_>>().join("*")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], text: &str, expected: bool) {
        let pattern = Wildcard { pieces: pieces.iter().map(|piece| (*piece).to_owned()).collect() };
        assert_eq!(pattern.matches(text), expected, "{pattern:?} on {text:?}");
    }

    #[test]
    fn stars_stand_for_any_text() {
        check(&["", "checkout", ""], "/shop/checkout/2", true);
        check(&["a", "a"], "a", false);
        check(&["a", "a"], "aa", true);
        check(&["a", "b", "c"], "abbc", true);
        check(&["a", "b", "c"], "acb", false);
        check(&["", ""], "", true);
        check(&["only"], "only", true);
        check(&["a", "", "b"], "ab", true);
    }

    #[test]
    fn glob_takes_other_signs_as_text() {
        let pattern = Wildcard { pieces: vec!["a[?".into(), "*]".into()] };
        assert_eq!(pattern.glob(), "a[[][?]*[*]]");
    }
}
