//! Owns the values that stand in filters, and how they compare with values of documents.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use crate::date::{self, Moment, Period};
use crate::wildcard::Wildcard;

/// A value as it stands in a filter, with everything it may mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Literal {
    /// The text without quotes and escapes.
    pub(crate) text: String,
    /// The number that the text means, if it means one.
    pub(crate) number: Option<Number>,
    /// The truth value that the text means, if it stood without quotes.
    pub(crate) boolean: Option<bool>,
    /// The moment that the text means.
    pub(crate) moment: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Integer(i64),
    Real(f64),
}

/// What one side of `:` may hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// Some value is there: `field: *`.
    Exists,
    /// No value is there: `field: null`.
    Absent,
    /// A value equals this one.
    Equals(Literal),
    /// A text fits the pattern.
    Like(Wildcard),
    /// A value lies on this side of the literal.
    Compare(Comparison, Literal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Literal {
    pub(crate) fn unquoted(text: String) -> Self {
        let boolean = match text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        Self { boolean, ..Self::quoted(text) }
    }

    pub(crate) fn quoted(text: String) -> Self {
        Self { number: number(&text), boolean: None, moment: Moment::recognise(&text), text }
    }

    /// Returns the text where it means nothing else.
    pub(crate) fn only_text(&self) -> Option<&str> {
        let plain = self.number.is_none() && self.boolean.is_none() && self.moment.is_none();
        plain.then_some(self.text.as_str())
    }

    /// Tells whether a single value of a document equals this one.
    pub(crate) fn equals(&self, value: &Value, now: Timestamp) -> bool {
        match value {
            Value::String(text) => {
                *text == self.text || self.order_in_time(text, now) == Some(Ordering::Equal)
            }
            Value::Number(number) => self.order_of_number(number) == Some(Ordering::Equal),
            Value::Bool(value) => self.boolean == Some(*value),
            _ => false,
        }
    }

    fn order_in_time(&self, text: &str, now: Timestamp) -> Option<Ordering> {
        let period = self.moment.as_ref()?.resolve(now);
        Some(place(date::stored(text)?, period))
    }

    fn order_of_number(&self, value: &serde_json::Number) -> Option<Ordering> {
        match (self.number?, value.as_i64()) {
            (Number::Integer(wanted), Some(value)) => Some(value.cmp(&wanted)),
            (Number::Integer(wanted), None) => value.as_f64()?.partial_cmp(&(wanted as f64)),
            (Number::Real(wanted), _) => value.as_f64()?.partial_cmp(&wanted),
        }
    }

    fn order(&self, value: &Value, now: Timestamp) -> Option<Ordering> {
        match value {
            Value::String(text) => {
                self.order_in_time(text, now).or_else(|| Some(text.as_str().cmp(&self.text)))
            }
            Value::Number(number) => self.order_of_number(number),
            _ => None,
        }
    }
}

/// Says where a moment lies: before, within or after a period.
fn place(at: i64, period: Period) -> Ordering {
    if at < period.first {
        Ordering::Less
    } else if at > period.last {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

/// Reads numbers as JSON writes them; `inf`, `0x1` and `1_000` are text.
fn number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || first == b'-')
        || !text.bytes().last().is_some_and(|last| last.is_ascii_digit())
    {
        return None;
    }
    if let Ok(number) = text.parse() {
        return Some(Number::Integer(number));
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Number::Real(number))
}

impl Test {
    /// Tells whether a single value of a document passes; `Exists` and `Absent` ask no value.
    pub(crate) fn passes(&self, value: &Value, now: Timestamp) -> bool {
        match self {
            Self::Exists => !value.is_null(),
            Self::Absent => false,
            Self::Equals(literal) => literal.equals(value, now),
            Self::Like(pattern) => value.as_str().is_some_and(|text| pattern.matches(text)),
            Self::Compare(comparison, literal) => {
                literal.order(value, now).is_some_and(|order| comparison.holds(order))
            }
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order == Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::AtLeast => order != Ordering::Less,
        }
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Returns the millisecond of a period that the comparison is about.
    pub(crate) fn bound(self, period: Period) -> i64 {
        match self {
            Self::Less | Self::AtLeast => period.first,
            Self::AtMost | Self::Greater => period.last,
        }
    }
}
