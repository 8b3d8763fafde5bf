//! Secrets: written as they are, or as the place where they are kept.

use canary_notify::Secret;
use canary_rules::Field;

use super::sources::Environment;

/// Reads a secret: its value, `env:VARIABLE` or `file:PATH`. A problem never shows the value.
pub(super) fn read(field: &Field<'_>, environment: &Environment) -> Option<Secret> {
    let text = field.name()?;
    let found = if let Some(name) = text.strip_prefix("env:") {
        let value = environment.get(name).map(str::to_owned);
        value.ok_or_else(|| format!("the variable `{name}` is not set"))
    } else if let Some(path) = text.strip_prefix("file:") {
        std::fs::read_to_string(path).map_err(|error| format!("the file `{path}` cannot be read: {error}"))
    } else {
        Ok(text)
    };
    let refuse = |expectation: String| {
        field.problems().add(field.at(), &field.path, None, expectation);
        None
    };
    match found {
        Ok(value) if value.trim().is_empty() => refuse("the secret is empty".to_owned()),
        Ok(value) => Some(Secret::new(value.trim())),
        Err(expectation) => refuse(expectation),
    }
}
