//! Faults: what can go wrong in the shop, where, and how it is written: `kind[:milliseconds][@/place]`.

use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// A kind of fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// The server answers 500.
    ServerError,
    /// The answer takes a while.
    SlowAnswer,
    /// The answer never comes.
    Hang,
    /// A script of the page throws.
    ScriptError,
    /// The button that matters on the page is missing.
    MissingButton,
    /// The partner refuses connections.
    ThirdPartyDown,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::ServerError,
        Self::SlowAnswer,
        Self::Hang,
        Self::ScriptError,
        Self::MissingButton,
        Self::ThirdPartyDown,
    ];

    /// Returns its name as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServerError => "server-error",
            Self::SlowAnswer => "slow-answer",
            Self::Hang => "hang",
            Self::ScriptError => "script-error",
            Self::MissingButton => "missing-button",
            Self::ThirdPartyDown => "third-party-down",
        }
    }

    /// Returns what a person reads beside its switch.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::ServerError => "The checkout answers 500",
            Self::SlowAnswer => "The search takes three seconds",
            Self::Hang => "The checkout never answers",
            Self::ScriptError => "A script throws on every page",
            Self::MissingButton => "The button to buy is missing",
            Self::ThirdPartyDown => "The partner's server is down",
        }
    }

    /// Returns where it strikes unless told otherwise: a beginning of paths.
    fn place(self) -> &'static str {
        match self {
            Self::ServerError | Self::Hang => "/checkout",
            Self::SlowAnswer => "/search",
            Self::ScriptError | Self::ThirdPartyDown => "/",
            Self::MissingButton => "/product",
        }
    }
}

/// How long a slow answer takes unless told otherwise.
const SLOW: Duration = Duration::from_secs(3);

/// One fault at one place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// The beginning of the paths on which it does.
    pub place: String,
    /// How long a slow answer takes.
    pub delay: Duration,
}

/// Why a text is no fault.
#[derive(Debug, Error, PartialEq)]
pub enum FaultError {
    /// There is no such kind.
    #[error(
        "`{0}` is no fault; there are server-error, slow-answer, hang, script-error, missing-button and third-party-down"
    )]
    Kind(String),
    /// The delay is no number.
    #[error("`{0}` is no number of milliseconds")]
    Delay(String),
    /// The place is no path.
    #[error("the place `{0}` does not begin with `/`")]
    Place(String),
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, place: kind.place().to_owned(), delay: SLOW }
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (what, place) = text.split_once('@').map_or((text, None), |(what, place)| (what, Some(place)));
        let (name, delay) = what.split_once(':').map_or((what, None), |(name, delay)| (name, Some(delay)));
        let kind = FaultKind::ALL.into_iter().find(|kind| kind.name() == name);
        let mut fault = Self::from(kind.ok_or_else(|| FaultError::Kind(name.to_owned()))?);
        if let Some(delay) = delay {
            let milliseconds = delay.parse().map_err(|_| FaultError::Delay(delay.to_owned()))?;
            fault.delay = Duration::from_millis(milliseconds);
        }
        if let Some(place) = place {
            if !place.starts_with('/') {
                return Err(FaultError::Place(place.to_owned()));
            }
            fault.place = place.to_owned();
        }
        Ok(fault)
    }
}

/// The faults of a session.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Returns the fault of that kind that strikes at `path`.
    pub(super) fn at(&self, kind: FaultKind, path: &str) -> Option<&Fault> {
        self.0.iter().find(|fault| fault.kind == kind && path.starts_with(&fault.place))
    }

    /// Returns whether a fault of that kind is on, wherever it strikes.
    pub(super) fn has(&self, kind: FaultKind) -> bool {
        self.0.iter().any(|fault| fault.kind == kind)
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self(faults.into_iter().collect())
    }
}

impl FromStr for Faults {
    type Err = FaultError;

    /// Reads faults separated by commas; `none` and an empty text are no fault.
    fn from_str(text: &str) -> Result<Self, FaultError> {
        let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty() && *text != "none");
        texts.map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&[(FaultKind, &str, u64)], FaultError>) {
        let expected = expected.map(|faults| {
            let fault = |&(kind, place, delay): &(FaultKind, &str, u64)| Fault {
                kind,
                place: place.to_owned(),
                delay: Duration::from_millis(delay),
            };
            faults.iter().map(fault).collect::<Faults>()
        });
        assert_eq!(text.parse::<Faults>(), expected, "{text}");
    }

    #[test]
    fn faults_are_read_from_text() {
        check("none", Ok(&[]));
        check("hang", Ok(&[(FaultKind::Hang, "/checkout", 3000)]));
        check(
            "slow-answer:1500@/api/cart, script-error",
            Ok(&[(FaultKind::SlowAnswer, "/api/cart", 1500), (FaultKind::ScriptError, "/", 3000)]),
        );
    }

    #[test]
    fn what_is_no_fault_is_told() {
        check("fire", Err(FaultError::Kind("fire".to_owned())));
        check("hang:soon", Err(FaultError::Delay("soon".to_owned())));
        check("hang@cart", Err(FaultError::Place("cart".to_owned())));
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for kind in FaultKind::ALL {
            assert_eq!(kind.name().parse::<Fault>().unwrap().kind, kind);
        }
    }
}
