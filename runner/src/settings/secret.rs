//! Values that must never leave the process: a type that prints as its name, and where such a value is read.

use std::fmt;
use std::path::{Path, PathBuf};

use super::sources::Environment;

/// A secret value with the name it is known by. Prints as `[redacted:NAME]`.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Secret {
    name: String,
    value: String,
}

impl Secret {
    /// Returns a secret of that name.
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// Returns the name under which the value is redacted.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value itself: only for who must use it.
    pub(crate) fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[redacted:{}]", self.name)
    }
}

/// Where a secret is read from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum SecretSource {
    /// A variable of the environment.
    Variable(String),
    /// A file, of which a last line break is cut off.
    File(PathBuf),
}

/// Why a secret could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("a variable that is set; `{0}` is not")]
    NotSet(String),
    #[error("a file that can be read: {0}")]
    Unreadable(#[source] std::io::Error),
    #[error("a value that is not empty")]
    Empty,
}

impl SecretSource {
    /// Says how a source is written.
    pub(crate) const EXPECTATION: &'static str = "`env:VARIABLE` or `file:PATH`";

    /// Returns the source written as `env:NAME` or `file:PATH`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("env", name) if !name.is_empty() => Some(Self::Variable(name.to_owned())),
            ("file", path) if !path.is_empty() => Some(Self::File(PathBuf::from(path))),
            _ => None,
        }
    }

    /// Reads the value.
    pub(crate) fn read(&self, environment: &Environment) -> Result<String, SecretError> {
        let value = match self {
            Self::Variable(name) => {
                environment.get(name).ok_or_else(|| SecretError::NotSet(name.clone()))?.to_owned()
            }
            Self::File(path) => read_file(path)?,
        };
        if value.is_empty() { Err(SecretError::Empty) } else { Ok(value) }
    }
}

fn read_file(path: &Path) -> Result<String, SecretError> {
    let text = std::fs::read_to_string(path).map_err(SecretError::Unreadable)?;
    Ok(text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(&text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretSource};

    #[test]
    fn never_prints_its_value() {
        let secret = Secret::new("SHOP", "hunter22");
        assert_eq!(format!("{secret} {secret:?}"), "[redacted:SHOP] [redacted:SHOP]");
    }

    #[test]
    fn sources_have_two_forms() {
        assert_eq!(SecretSource::parse("env:A"), Some(SecretSource::Variable("A".to_owned())));
        assert_eq!(SecretSource::parse("file:/run/a"), Some(SecretSource::File("/run/a".into())));
        assert_eq!(SecretSource::parse("hunter22"), None);
        assert_eq!(SecretSource::parse("env:"), None);
    }
}
