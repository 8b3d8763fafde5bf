//! Lengths of time as people write them in rule files: `90s`, `15m`, `6h`, `7d`, `1h30m`.

use std::time::Duration;

const UNITS: [(&str, u64); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

/// Reads a length of time; a bare zero is a length as well.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*millis)?)?;
        rest = tail.trim_start();
    }
    (total > 0 || text.trim().starts_with('0')).then(|| Duration::from_millis(total))
}

/// Says a length of time in its two largest units: `1h 30m`, `45s`, `3d`.
#[must_use]
pub fn say(span: Duration) -> String {
    let mut rest = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    if rest < 1_000 {
        return format!("{rest}ms");
    }
    let mut parts = Vec::new();
    for (unit, millis) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        let count = rest / millis;
        rest %= millis;
        if count > 0 {
            parts.push(format!("{count}{unit}"));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_written() {
        let check =
            |text, millis: Option<u64>| assert_eq!(parse(text), millis.map(Duration::from_millis), "{text}");
        check("15m", Some(900_000));
        check("1h30m", Some(5_400_000));
        check("1h 30m", Some(5_400_000));
        check("500ms", Some(500));
        check("7d", Some(604_800_000));
        check("0", Some(0));
        check("0s", Some(0));
        check("", None);
        check("15", None);
        check("m", None);
        check("15 minutes", None);
        check("99999999999999999999h", None);
    }

    #[test]
    fn lengths_are_said_in_two_units() {
        let check = |seconds, text| assert_eq!(say(Duration::from_secs(seconds)), text);
        check(45, "45s");
        check(360, "6m");
        check(5_400, "1h 30m");
        check(90_061, "1d 1h");
        check(86_460, "1d");
    }
}
