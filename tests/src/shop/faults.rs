//! What can be wrong with the shop.

use clap::ValueEnum;

/// One thing that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// Placing an order answers 500.
    #[value(name = "error-500")]
    Error500,
    /// The search answers after three seconds.
    SlowAnswer,
    /// A product's page never answers.
    Hang,
    /// A script throws while every page loads.
    JsError,
    /// A product has no button to put it into the cart.
    MissingButton,
    /// What pages embed from the third party fails.
    ThirdPartyDown,
}

impl Fault {
    /// Every fault there is.
    pub const ALL: [Self; 6] = [
        Self::Error500,
        Self::SlowAnswer,
        Self::Hang,
        Self::JsError,
        Self::MissingButton,
        Self::ThirdPartyDown,
    ];

    /// Returns its name, as a cookie, an address or a command line writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error500 => "error-500",
            Self::SlowAnswer => "slow-answer",
            Self::Hang => "hang",
            Self::JsError => "js-error",
            Self::MissingButton => "missing-button",
            Self::ThirdPartyDown => "third-party-down",
        }
    }

    /// Returns what a person reads beside its switch.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Error500 => "placing an order answers 500",
            Self::SlowAnswer => "the search answers after three seconds",
            Self::Hang => "a product's page never answers",
            Self::JsError => "a script throws while every page loads",
            Self::MissingButton => "a product cannot be put into the cart",
            Self::ThirdPartyDown => "what pages embed from elsewhere fails",
        }
    }

    /// Returns the faults named in a list separated by `.` or `,`; unknown names are passed over.
    pub(super) fn list(text: &str) -> Vec<Self> {
        let named = |name: &str| Self::ALL.into_iter().find(|fault| fault.name() == name);
        text.split(['.', ',']).filter_map(|name| named(name.trim())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_understood_everywhere() {
        for fault in Fault::ALL {
            assert_eq!(Fault::list(fault.name()), [fault]);
            assert_eq!(Fault::from_str(fault.name(), false), Ok(fault), "as on the command line");
        }
        assert_eq!(Fault::list("hang.nonsense,js-error"), [Fault::Hang, Fault::JsError]);
    }
}
