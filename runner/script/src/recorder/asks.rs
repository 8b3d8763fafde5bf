//! What a step asks of the operator: names in double braces, secrets, and what it sets itself.

use super::flow::{Custom, Step, StepAction, VariableSource};
use super::variables;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask<'a> {
    /// A name in double braces.
    Variable(&'a str),
    /// A secret to type.
    Secret(&'a str),
    /// A secret to make a one-time code of.
    Code(&'a str),
    /// A name that later steps may use.
    Sets(&'a str),
    /// A custom step that nobody knows.
    Nothing(&'a str),
}

impl Step {
    /// Returns them in the order in which they are needed.
    pub(crate) fn asks(&self) -> Vec<Ask<'_>> {
        let variables = |text| variables::names(text).map(Ask::Variable).collect();
        match &self.action {
            StepAction::Change { value, .. } => variables(value),
            StepAction::Navigate { url } => variables(url),
            StepAction::WaitForExpression { expression } => variables(expression),
            StepAction::Custom(custom) => custom.asks(),
            _ => Vec::new(),
        }
    }
}

impl Custom {
    fn asks(&self) -> Vec<Ask<'_>> {
        match self {
            Self::AssertText { text, .. } => variables::names(text).map(Ask::Variable).collect(),
            Self::SetVariable { name, from } => {
                let value = match from {
                    VariableSource::Value(value) => value.as_str(),
                    VariableSource::Text(_) | VariableSource::Attribute(..) => "",
                };
                variables::names(value).map(Ask::Variable).chain([Ask::Sets(name)]).collect()
            }
            Self::Secret { secret, .. } => vec![Ask::Secret(secret)],
            Self::Totp { secret, .. } => vec![Ask::Code(secret)],
            Self::Unknown { name } => vec![Ask::Nothing(name)],
            Self::Upload { .. } | Self::Download { .. } => Vec::new(),
        }
    }
}
