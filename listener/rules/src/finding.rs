//! What a look at a window says about one group.

use std::sync::Arc;

use jiff::Timestamp;

use crate::rule::Level;

/// The answer of one evaluation for one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub verdict: Verdict,
    /// The measured value, and the limit it was held against.
    pub value: Option<f64>,
    pub limit: Option<f64>,
    /// How many documents (or runs) the answer rests on.
    pub samples: u64,
    /// The newest moment that the answer rests on.
    pub last_data: Option<Timestamp>,
    /// The newest moment that speaks for an alert. Late documents are known by it.
    pub last_bad: Option<Timestamp>,
    /// Locations that are down, out of how many, where the kind of rule counts them.
    pub locations: Option<(u32, u32)>,
    /// Runs that show it, newest first.
    pub runs: Vec<Arc<str>>,
}

/// How a window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Bad(Level),
    /// Neither bad nor good enough to end a firing alert.
    Between,
    Good,
    Unknown(Unknown),
}

/// Why there is no answer. None of these ever resolves an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    NoData,
    /// There are documents, but fewer than the rule wants to judge by.
    TooFew,
    /// The store did not answer, or not completely.
    Error,
}

impl Finding {
    /// Makes an answer that says nothing but why there is none.
    #[must_use]
    pub fn unknown(why: Unknown) -> Self {
        Self {
            verdict: Verdict::Unknown(why),
            value: None,
            limit: None,
            samples: 0,
            last_data: None,
            last_bad: None,
            locations: None,
            runs: Vec::new(),
        }
    }
}
