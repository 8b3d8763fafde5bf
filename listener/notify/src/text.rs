//! Text from pages and scripts made safe and short enough to be shown.

use jiff::Timestamp;

/// Cuts a text to so many Unicode scalars; the last one is an ellipsis where something was cut.
#[must_use]
pub fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    if longest > 0 {
        short.push('…');
    }
    short
}

/// Removes what would command a terminal instead of being read: control characters other than line breaks,
/// and marks that turn the direction of writing.
#[must_use]
pub fn plain(text: &str) -> String {
    let hidden = |letter: &char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars()
        .map(|letter| if letter == '\t' { ' ' } else { letter })
        .filter(|letter| *letter == '\n' || !(letter.is_control() || hidden(letter)))
        .collect()
}

/// Returns the first line that says something.
#[must_use]
pub(crate) fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

/// Says how long it is from one moment to the other in its two largest units.
#[must_use]
pub(crate) fn ago(from: Timestamp, to: Timestamp) -> String {
    let mut rest = to.duration_since(from).as_secs().max(0);
    let mut parts = Vec::new();
    for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        let count = rest / seconds;
        rest %= seconds;
        if count > 0 {
            parts.push(format!("{count}{unit}"));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// Says a moment for people, in UTC.
#[must_use]
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_by_scalars_and_never_inside_one() {
        assert_eq!(cut("žluťoučký", 9), "žluťoučký");
        assert_eq!(cut("žluťoučký", 5), "žluť…");
        assert_eq!(cut("👩‍👩‍👧", 2), "👩…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn terminals_are_not_commanded_by_pages() {
        assert_eq!(plain("a\u{1b}[31mred\u{7}\r\nb\tc\u{202e}d"), "a[31mred\nb cd");
    }

    #[test]
    fn spans_are_said_in_two_units() {
        let at = |text: &str| text.parse::<Timestamp>().expect("is a moment");
        let check = |to, said| assert_eq!(ago(at("2026-11-20T10:00:00Z"), at(to)), said);
        check("2026-11-20T10:00:00Z", "0s");
        check("2026-11-20T10:06:10Z", "6m 10s");
        check("2026-11-21T12:00:09Z", "1d 2h");
        check("2026-11-19T10:00:00Z", "0s");
    }
}
