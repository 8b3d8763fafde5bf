//! Comparisons that decide: `> 2000`, `>= 5%`, `< 0.1`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::span;

/// How a value is compared with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// One comparison with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    pub comparison: Comparison,
    pub limit: f64,
}

impl Condition {
    /// Reads a comparison as written. A percentage is a share of one; a length of time is milliseconds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const SIGNS: [(&str, Comparison); 4] = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            (">", Comparison::Above),
            ("<", Comparison::Below),
        ];
        let text = text.trim();
        let (rest, comparison) = SIGNS
            .iter()
            .find_map(|(sign, comparison)| Some((text.strip_prefix(sign)?.trim(), *comparison)))?;
        let limit = match rest.strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
            None => rest.parse::<f64>().ok().or_else(|| span::parse(rest).map(millis))?,
        };
        limit.is_finite().then_some(Self { comparison, limit })
    }

    /// Tells whether a value fulfils the comparison.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::Above => value > self.limit,
            Comparison::AtLeast => value >= self.limit,
            Comparison::Below => value < self.limit,
            Comparison::AtMost => value <= self.limit,
        }
    }

    /// Tells whether larger values are the worse ones.
    #[must_use]
    pub fn upward(&self) -> bool {
        matches!(self.comparison, Comparison::Above | Comparison::AtLeast)
    }

    /// Returns the sign as it was written.
    #[must_use]
    pub fn sign(&self) -> &'static str {
        match self.comparison {
            Comparison::Above => ">",
            Comparison::AtLeast => "≥",
            Comparison::Below => "<",
            Comparison::AtMost => "≤",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.sign(), self.limit)
    }
}

fn millis(span: Duration) -> f64 {
    span.as_millis() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_read_as_written() {
        let check = |text, expected: Option<(Comparison, f64)>| {
            let read = Condition::parse(text).map(|condition| (condition.comparison, condition.limit));
            assert_eq!(read, expected, "{text}");
        };
        check("> 2000", Some((Comparison::Above, 2000.0)));
        check(">=5%", Some((Comparison::AtLeast, 0.05)));
        check("< 0.1", Some((Comparison::Below, 0.1)));
        check("<= 3s", Some((Comparison::AtMost, 3000.0)));
        check("2000", None);
        check("> many", None);
        check("> inf", None);
    }

    #[test]
    fn limits_are_inside_only_where_the_sign_says_so() {
        let holds = |text, value| Condition::parse(text).expect("is a comparison").holds(value);
        assert!(!holds("> 5", 5.0));
        assert!(holds(">= 5", 5.0));
        assert!(holds("< 5", 4.9));
        assert!(!holds("< 5", f64::NAN));
    }
}
