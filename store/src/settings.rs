//! Owns the address of a store as a person writes it: `sqlite:FILE`, `elasticsearch:URL`, `ndjson:FILE`,
//! `ndjson:-`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::elasticsearch::ElasticsearchSettings;
use crate::error::SettingsError;

/// Which store, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreSettings {
    /// One SQLite file.
    Sqlite {
        /// Path of the file; it is made if it is not there.
        path: PathBuf,
    },
    /// Elasticsearch.
    Elasticsearch(Box<ElasticsearchSettings>),
    /// Documents as lines of JSON, for reading by other programs. It can only be written.
    Ndjson {
        /// Path of the file, or standard output.
        path: Option<PathBuf>,
    },
}

impl FromStr for StoreSettings {
    type Err = SettingsError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let unknown = |expected: &str| SettingsError { value: value.into(), expected: expected.into() };
        match value.split_once(':') {
            Some((_, "")) => Err(unknown("a file must follow the colon, for example `sqlite:canary.db`")),
            Some(("elasticsearch", address)) => Ok(Self::Elasticsearch(Box::new(address.parse()?))),
            Some(("sqlite", path)) => Ok(Self::Sqlite { path: path.into() }),
            Some(("ndjson", "-")) => Ok(Self::Ndjson { path: None }),
            Some(("ndjson", path)) => Ok(Self::Ndjson { path: Some(path.into()) }),
            _ => Err(unknown("expected `sqlite:FILE`, `elasticsearch:URL`, `ndjson:FILE` or `ndjson:-`")),
        }
    }
}

impl fmt::Display for StoreSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(f, "sqlite:{}", path.display()),
            Self::Elasticsearch(settings) => settings.fmt(f),
            Self::Ndjson { path: Some(path) } => write!(f, "ndjson:{}", path.display()),
            Self::Ndjson { path: None } => f.write_str("ndjson:-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: Result<StoreSettings, &str>) {
        let parsed = value.parse::<StoreSettings>();
        assert_eq!(
            parsed.as_ref().map_err(|error| error.expected.as_str()),
            expected.as_ref().map_err(|error| *error)
        );
        if let Ok(settings) = parsed {
            assert_eq!(settings.to_string(), value);
        }
    }

    #[test]
    fn addresses() {
        check("sqlite:a:b.db", Ok(StoreSettings::Sqlite { path: "a:b.db".into() }));
        check("ndjson:-", Ok(StoreSettings::Ndjson { path: None }));
        check("ndjson:out.ndjson", Ok(StoreSettings::Ndjson { path: Some("out.ndjson".into()) }));
        check("sqlite:", Err("a file must follow the colon, for example `sqlite:canary.db`"));
        check("canary.db", Err("expected `sqlite:FILE`, `elasticsearch:URL`, `ndjson:FILE` or `ndjson:-`"));
    }
}
