//! What an answer means: the one table of HTTP statuses for all receivers.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde::Serialize;

/// What became of one attempt to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    /// It may work later; the receiver may have said when.
    Retry {
        reason: Refusal,
        detail: String,
        after: Option<Duration>,
    },
    /// It will not work later either.
    Refused {
        reason: Refusal,
        detail: String,
    },
}

/// Why a message was not taken; a closed list, since metrics carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No connection, or it broke.
    Network,
    Timeout,
    /// Too many messages.
    Pace,
    /// The receiver is in trouble.
    Server,
    /// The receiver does not want this message.
    Rejected,
    /// The receiver does not know us.
    Unauthorized,
    /// There is no such address any more.
    Gone,
    /// The answer makes no sense.
    Answer,
}

impl Refusal {
    /// Returns the word that metrics and pages use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Pace => "pace",
            Self::Server => "server",
            Self::Rejected => "rejected",
            Self::Unauthorized => "unauthorized",
            Self::Gone => "gone",
            Self::Answer => "answer",
        }
    }
}

/// Judges an answer by its status; `said` is the beginning of its body.
#[must_use]
pub(crate) fn of_status(status: u16, after: Option<Duration>, said: &str) -> Verdict {
    let detail =
        if said.is_empty() { format!("status {status}") } else { format!("status {status}: {said}") };
    let retry = |reason| Verdict::Retry { reason, detail: detail.clone(), after };
    let refused = |reason| Verdict::Refused { reason, detail: detail.clone() };
    match status {
        200..=299 => Verdict::Delivered,
        408 => retry(Refusal::Timeout),
        425 | 429 => retry(Refusal::Pace),
        500..=599 => retry(Refusal::Server),
        401 | 403 | 407 => refused(Refusal::Unauthorized),
        404 | 410 => refused(Refusal::Gone),
        400..=499 => refused(Refusal::Rejected),
        // Redirects are not followed: the address holds a key that must not go elsewhere.
        _ => refused(Refusal::Answer),
    }
}

/// Reads `Retry-After`: seconds, or a date.
#[must_use]
pub(crate) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
    let header = header.trim();
    let wait = match header.parse::<f64>() {
        Ok(seconds) if seconds.is_nan() => return None,
        Ok(seconds) => Duration::try_from_secs_f64(seconds.max(0.0)).ok()?,
        Err(_) => {
            static PARSER: DateTimeParser = DateTimeParser::new();
            let at = PARSER.parse_timestamp(header).ok()?;
            Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
        }
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_judged_by_one_table() {
        let check = |status, expected: &str| {
            let said = match of_status(status, None, "") {
                Verdict::Delivered => "delivered".to_owned(),
                Verdict::Retry { reason, .. } => format!("retry {}", reason.as_str()),
                Verdict::Refused { reason, .. } => format!("refused {}", reason.as_str()),
            };
            assert_eq!(said, expected, "{status}");
        };
        check(200, "delivered");
        check(202, "delivered");
        check(204, "delivered");
        check(302, "refused answer");
        check(400, "refused rejected");
        check(401, "refused unauthorized");
        check(403, "refused unauthorized");
        check(404, "refused gone");
        check(408, "retry timeout");
        check(410, "refused gone");
        check(422, "refused rejected");
        check(425, "retry pace");
        check(429, "retry pace");
        check(500, "retry server");
        check(503, "retry server");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-11-20T10:00:00Z".parse().expect("is a moment");
        let check = |header, seconds: Option<u64>| {
            assert_eq!(retry_after(header, now), seconds.map(Duration::from_secs), "{header}");
        };
        check("30", Some(30));
        check(" 1.0 ", Some(1));
        check("-5", Some(0));
        check("Fri, 20 Nov 2026 10:01:00 GMT", Some(60));
        check("Fri, 20 Nov 2026 09:00:00 GMT", Some(0));
        check("9999999999", Some(86_400));
        check("soon", None);
        check("NaN", None);
    }
}
