//! One thing that is wrong with the settings, and the list of all of them. Owns how problems read; what is
//! a problem is said by the layers, the kinds and the resolution.

use std::fmt;

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Problem {
    /// The setting, as a dotted path.
    pub(crate) path: String,
    /// Where it was written: a flag, a variable, a line of a file.
    pub(crate) place: String,
    /// What was written. Absent where showing it would give a secret away, or where nothing was written.
    pub(crate) value: Option<String>,
    /// What would have been right.
    pub(crate) expectation: String,
    /// How to mend it, where more can be said than the expectation.
    pub(crate) hint: Option<String>,
}

impl Problem {
    /// Returns a problem without value and hint.
    pub(crate) fn new(path: &str, place: &str, expectation: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            place: place.to_owned(),
            value: None,
            expectation: expectation.into(),
            hint: None,
        }
    }

    /// Adds what was written.
    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds how to mend it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path)?;
        if !self.place.is_empty() && self.place != self.path {
            write!(out, " ({})", self.place)?;
        }
        if let Some(value) = &self.value {
            write!(out, ": `{value}`")?;
        }
        write!(out, "\n    expected: {}", self.expectation)?;
        if let Some(hint) = &self.hint {
            write!(out, "\n    hint: {hint}")?;
        }
        Ok(())
    }
}

/// Everything that is wrong with the settings, all sources together.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(out, "1 problem with the settings")?,
            count => write!(out, "{count} problems with the settings")?,
        }
        for problem in &self.0 {
            write!(out, "\n  {problem}")?;
        }
        Ok(())
    }
}
