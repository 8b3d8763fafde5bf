//! Owns the error of parsing: where, what was expected, and what to write instead.

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at character {}, found {found}{}", .position + 1, hint_of(.hint.as_deref()))]
pub struct ParseError {
    /// Where, in characters from 0.
    pub position: usize,
    /// What was expected there.
    pub expected: &'static str,
    /// What stands there.
    pub found: String,
    /// What to write instead, where that can be guessed.
    pub hint: Option<String>,
}

fn hint_of(hint: Option<&str>) -> String {
    hint.map(|hint| format!("; {hint}")).unwrap_or_default()
}
