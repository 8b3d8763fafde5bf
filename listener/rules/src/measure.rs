//! What a threshold rule measures: `count()`, `p95(timings.total)`, `ratio(step.status: failed)`.

use std::fmt;

use crate::path::Path;

/// A function over the documents of a window.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// How many documents matched.
    Count,
    /// How many documents matched in a minute, on average over the window.
    Rate,
    /// The share of matching documents that also match a second filter.
    Ratio(String),
    Avg(Path),
    Min(Path),
    Max(Path),
    Sum(Path),
    /// A percentile, from just above 0 up to 100, with a relative error of 1 %.
    Percentile(f64, Path),
    /// How many different values a field has.
    Distinct(Path),
}

impl Measure {
    /// Reads a measure as written; the error says what would have been right.
    pub fn parse(text: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected `count()`, `rate()`, `ratio(KQL)`, `avg(FIELD)`, `min(FIELD)`, \
            `max(FIELD)`, `sum(FIELD)`, `distinct(FIELD)` or a percentile such as `p95(FIELD)`";
        let text = text.trim();
        let (name, argument) = text
            .split_once('(')
            .and_then(|(name, rest)| Some((name.trim(), rest.strip_suffix(')')?.trim())))
            .ok_or(EXPECTED)?;
        let field = || {
            let plain = !argument.is_empty() && !argument.contains(|c: char| c.is_whitespace() || c == '*');
            if plain { Ok(Path::new(argument)) } else { Err(format!("`{name}` takes the name of one field")) }
        };
        let nothing = |measure| {
            if argument.is_empty() {
                Ok(measure)
            } else {
                Err(format!("`{name}` takes nothing in its brackets"))
            }
        };
        match name {
            "count" => nothing(Self::Count),
            "rate" => nothing(Self::Rate),
            "ratio" if argument.is_empty() => Err("`ratio` takes a KQL filter".to_owned()),
            "ratio" => Ok(Self::Ratio(argument.to_owned())),
            "avg" => field().map(Self::Avg),
            "min" => field().map(Self::Min),
            "max" => field().map(Self::Max),
            "sum" => field().map(Self::Sum),
            "distinct" => field().map(Self::Distinct),
            _ => {
                let rank =
                    name.strip_prefix('p').and_then(|rank| rank.parse::<f64>().ok()).ok_or(EXPECTED)?;
                if rank > 0.0 && rank <= 100.0 {
                    field().map(|field| Self::Percentile(rank, field))
                } else {
                    Err("expected a percentile above 0 and up to 100".to_owned())
                }
            }
        }
    }

    /// Returns the field that is measured, if one is.
    #[must_use]
    pub fn field(&self) -> Option<&Path> {
        match self {
            Self::Count | Self::Rate | Self::Ratio(_) => None,
            Self::Avg(field)
            | Self::Min(field)
            | Self::Max(field)
            | Self::Sum(field)
            | Self::Percentile(_, field)
            | Self::Distinct(field) => Some(field),
        }
    }

    /// Tells whether an empty window has a value of its own: nothing counted is zero, while the average of
    /// nothing is unknown.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self, Self::Count | Self::Rate | Self::Sum(_) | Self::Distinct(_))
    }

    /// Returns the unit of the value, as people read it.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match self {
            Self::Ratio(_) => Unit::Share,
            Self::Rate => Unit::PerMinute,
            Self::Count | Self::Distinct(_) => Unit::Number,
            Self::Avg(field)
            | Self::Min(field)
            | Self::Max(field)
            | Self::Sum(field)
            | Self::Percentile(_, field) => unit_of(field.as_str()),
        }
    }

    /// Returns the name of the function alone, for messages: `p95`, `count`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Count => "count".to_owned(),
            Self::Rate => "rate".to_owned(),
            Self::Ratio(_) => "ratio".to_owned(),
            Self::Avg(_) => "avg".to_owned(),
            Self::Min(_) => "min".to_owned(),
            Self::Max(_) => "max".to_owned(),
            Self::Sum(_) => "sum".to_owned(),
            Self::Percentile(rank, _) => format!("p{rank}"),
            Self::Distinct(_) => "distinct".to_owned(),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}(", self.name())?;
        match (self, self.field()) {
            (Self::Ratio(filter), _) => out.write_str(filter)?,
            (_, Some(field)) => out.write_str(field.as_str())?,
            (_, None) => {}
        }
        out.write_str(")")
    }
}

/// The unit of a measured value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Number,
    PerMinute,
    Share,
    Millis,
    Bytes,
}

impl Unit {
    /// Returns the name that alert documents carry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "",
            Self::PerMinute => "/min",
            Self::Share => "ratio",
            Self::Millis => "ms",
            Self::Bytes => "bytes",
        }
    }

    /// Writes a value with its unit as a person would: `4 812 ms`, `7.5 %`, `0.31`.
    #[must_use]
    pub fn say(self, value: f64) -> String {
        match self {
            Self::Number => plain(value),
            Self::PerMinute => format!("{} a minute", plain(value)),
            Self::Share => format!("{} %", plain(value * 100.0)),
            Self::Millis => format!("{} ms", plain(value)),
            Self::Bytes => format!("{} bytes", plain(value)),
        }
    }
}

/// Three figures are kept of small numbers; large ones lose their fraction and are set in groups.
fn plain(value: f64) -> String {
    let shown = if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") };
    let (whole, fraction) = shown.split_once('.').unwrap_or((&shown, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

/// The unit follows from the field's name: documents write times in milliseconds and sizes in bytes.
fn unit_of(field: &str) -> Unit {
    const MILLIS: [&str; 11] = [
        "duration",
        "ttfb",
        "fcp",
        "lcp",
        "inp",
        "tbt",
        "response_time",
        "start",
        "load_event_end",
        "throttled",
        "total",
    ];
    let last = field.rsplit('.').next().unwrap_or(field);
    if last == "bytes"
        || last.ends_with("_size")
        || field.starts_with("memory.")
        || field.starts_with("coverage.")
    {
        return Unit::Bytes;
    }
    let timed = field.starts_with("timings.")
        || field.starts_with("navigation.")
        || field.starts_with("availability.");
    if timed || MILLIS.contains(&last) { Unit::Millis } else { Unit::Number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_read_and_said_again() {
        for text in [
            "count()",
            "rate()",
            "ratio(step.status: (failed or skipped))",
            "p95(timings.total)",
            "p99.9(step.duration)",
            "distinct(url.domain)",
        ] {
            assert_eq!(Measure::parse(text).map(|measure| measure.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        let check = |text, words: &str| {
            let error = Measure::parse(text).expect_err(text);
            assert!(error.contains(words), "{text}: {error}");
        };
        check("p95", "expected `count()`");
        check("median(x)", "expected `count()`");
        check("p0(x)", "percentile above 0");
        check("p101(x)", "percentile above 0");
        check("count(x)", "takes nothing");
        check("avg()", "the name of one field");
        check("ratio()", "takes a KQL filter");
    }

    #[test]
    fn values_are_said_with_their_unit() {
        let check = |measure: &str, value, text: &str| {
            let said = Measure::parse(measure).expect("is a measure").unit().say(value);
            assert_eq!(said.replace('\u{202f}', " "), text);
        };
        check("p95(timings.total)", 4812.4, "4 812 ms");
        check("ratio(x: 1)", 0.075, "7.5 %");
        check("p75(vitals.cls)", 0.31, "0.31");
        check("max(memory.used)", 1_234_567.0, "1 234 567 bytes");
        check("count()", 3.0, "3");
        check("avg(step.duration)", -12.5, "-12.5 ms");
    }
}
