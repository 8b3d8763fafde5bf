//! Owns moments in filters: days and moments as written, and moments relative to now.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{RoundMode, Span, Timestamp, Unit, Zoned, ZonedRound};

/// A moment as written, which may stand for a whole day, minute or other unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Moment {
    /// From the first to the last millisecond of what was written.
    Fixed(Period),
    /// `now` and what follows it.
    Relative { steps: Vec<(i64, Unit)>, round: Option<Unit> },
}

/// Milliseconds since 1970, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Period {
    fn at(millis: i64) -> Self {
        Self { first: millis, last: millis }
    }
}

impl Moment {
    /// Recognises a moment; everything else is only text.
    pub(crate) fn recognise(text: &str) -> Option<Self> {
        match text.strip_prefix("now") {
            Some(math) => relative(math),
            None => fixed(text).map(Self::Fixed),
        }
    }

    /// Returns what the moment stands for at `now`. A moment beyond the calendar stands at its edge.
    pub(crate) fn resolve(&self, now: Timestamp) -> Period {
        match self {
            Self::Fixed(period) => *period,
            Self::Relative { steps, round } => {
                let mut at = now.to_zoned(TimeZone::UTC);
                for (count, unit) in steps {
                    at = moved(&at, *count, *unit).unwrap_or(at);
                }
                match round {
                    Some(unit) => {
                        rounded(&at, *unit).unwrap_or_else(|| Period::at(at.timestamp().as_millisecond()))
                    }
                    None => Period::at(at.timestamp().as_millisecond()),
                }
            }
        }
    }
}

/// Returns the moment that a stored text means, if it looks like one: date, `T`, time, offset.
pub(crate) fn stored(text: &str) -> Option<i64> {
    let shape = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    if text.len() < 20 || !text.bytes().take(19).enumerate().all(shape) {
        return None;
    }
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

fn fixed(text: &str) -> Option<Period> {
    if let Some(at) = stored(text) {
        return Some(Period::at(at));
    }
    if !text.bytes().take(4).all(|byte| byte.is_ascii_digit()) || text.len() < 10 {
        return None;
    }
    match text.len() {
        10 => whole(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()), Unit::Day),
        16 => whole(text.parse().ok()?, Unit::Minute),
        19 => whole(text.parse().ok()?, Unit::Second),
        _ => None,
    }
}

fn whole(start: DateTime, unit: Unit) -> Option<Period> {
    period(&start.to_zoned(TimeZone::UTC).ok()?, unit)
}

fn period(start: &Zoned, unit: Unit) -> Option<Period> {
    let end = moved(start, 1, unit)?;
    Some(Period { first: start.timestamp().as_millisecond(), last: end.timestamp().as_millisecond() - 1 })
}

fn moved(at: &Zoned, count: i64, unit: Unit) -> Option<Zoned> {
    let span = match unit {
        Unit::Year => Span::new().try_years(count),
        Unit::Month => Span::new().try_months(count),
        Unit::Week => Span::new().try_weeks(count),
        Unit::Day => Span::new().try_days(count),
        Unit::Hour => Span::new().try_hours(count),
        Unit::Minute => Span::new().try_minutes(count),
        _ => Span::new().try_seconds(count),
    };
    at.checked_add(span.ok()?).ok()
}

fn rounded(at: &Zoned, unit: Unit) -> Option<Period> {
    let day = at.date();
    let start = match unit {
        Unit::Year => day.first_of_year().to_zoned(TimeZone::UTC).ok()?,
        Unit::Month => day.first_of_month().to_zoned(TimeZone::UTC).ok()?,
        Unit::Week => {
            let since_monday = day.weekday().to_monday_zero_offset();
            day.checked_sub(Span::new().days(since_monday)).ok()?.to_zoned(TimeZone::UTC).ok()?
        }
        unit => at.round(ZonedRound::new().smallest(unit).mode(RoundMode::Trunc)).ok()?,
    };
    period(&start, unit)
}

/// Reads what follows `now`: steps such as `-1d+2h`, then perhaps `/d`.
fn relative(math: &str) -> Option<Moment> {
    let (math, round) = match math.split_once('/') {
        Some((math, unit)) => (math, Some(unit_of(unit)?)),
        None => (math, None),
    };
    let mut steps = Vec::new();
    let mut signs = math.chars().peekable();
    while let Some(sign) = signs.next() {
        let sign = match sign {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let mut digits = String::new();
        while let Some(digit) = signs.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let count: i64 = if digits.is_empty() { 1 } else { digits.parse().ok()? };
        steps.push((sign * count, unit_of(signs.next()?.encode_utf8(&mut [0; 4]))?));
    }
    Some(Moment::Relative { steps, round })
}

fn unit_of(name: &str) -> Option<Unit> {
    Some(match name {
        "y" => Unit::Year,
        "M" => Unit::Month,
        "w" => Unit::Week,
        "d" => Unit::Day,
        "h" | "H" => Unit::Hour,
        "m" => Unit::Minute,
        "s" => Unit::Second,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let now: Timestamp = "2026-11-21T10:20:30.400Z".parse().unwrap();
        let millis = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let expected = expected.map(|(first, last)| Period { first: millis(first), last: millis(last) });
        assert_eq!(Moment::recognise(text).map(|moment| moment.resolve(now)), expected, "{text}");
    }

    #[test]
    fn moments_as_written() {
        check("2026-11-21T10:00:00.123Z", Some(("2026-11-21T10:00:00.123Z", "2026-11-21T10:00:00.123Z")));
        check("2026-11-21T10:00:00+01:00", Some(("2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z")));
        check("2026-11-21", Some(("2026-11-21T00:00:00Z", "2026-11-21T23:59:59.999Z")));
        check("2026-11-21T10:05", Some(("2026-11-21T10:05:00Z", "2026-11-21T10:05:59.999Z")));
        check("2026-11-21T10:05:06", Some(("2026-11-21T10:05:06Z", "2026-11-21T10:05:06.999Z")));
    }

    #[test]
    fn moments_from_now() {
        check("now", Some(("2026-11-21T10:20:30.400Z", "2026-11-21T10:20:30.400Z")));
        check("now-1d", Some(("2026-11-20T10:20:30.400Z", "2026-11-20T10:20:30.400Z")));
        check("now-1M+2h", Some(("2026-10-21T12:20:30.400Z", "2026-10-21T12:20:30.400Z")));
        check("now/d", Some(("2026-11-21T00:00:00Z", "2026-11-21T23:59:59.999Z")));
        check("now-1w/w", Some(("2026-11-09T00:00:00Z", "2026-11-15T23:59:59.999Z")));
        check("now/M", Some(("2026-11-01T00:00:00Z", "2026-11-30T23:59:59.999Z")));
    }

    #[test]
    fn everything_else_is_text() {
        for text in
            ["", "nowhere", "now-", "now-1x", "2026", "2026-13-01", "20261121", "now-99999999999999999999d"]
        {
            check(text, None);
        }
        check("now+999999y", Some(("2026-11-21T10:20:30.400Z", "2026-11-21T10:20:30.400Z")));
    }
}
