//! What the settings are read from: the flags as given, a copy of the environment, the working directory.
//! The only place of the program that looks at the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

/// A copy of the process environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Copies the environment of this process; what is no text is left out.
    pub(crate) fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// Returns one variable.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns all variables, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}

/// One value as it was written, with the place where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Written {
    /// The path of the setting.
    pub(crate) path: String,
    /// The value, not yet checked.
    pub(crate) value: Value,
    /// The flag, variable or line where it stands.
    pub(crate) place: String,
}

/// Everything settings are read from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    /// Values given as flags.
    pub(crate) flags: Vec<Written>,
    /// The environment.
    pub(crate) environment: Environment,
    /// The file named by a flag; without it `canary.yaml` is read where it is there.
    pub(crate) file: Option<PathBuf>,
    /// Whether Canarytrace's names were asked for by a flag.
    pub(crate) compat: Option<String>,
}
