//! Owns how a moment is written in a document: UTC with milliseconds, `2026-11-21T10:00:00.000Z`.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Deserializer, Serializer};

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// Writes a moment as documents have it.
pub(crate) fn format(at: Timestamp) -> String {
    PRINTER.timestamp_to_string(&at)
}

/// Cuts a moment to whole milliseconds, which is what documents can hold.
pub(crate) fn to_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

pub(crate) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*at))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(deserializer)
}

/// The same for a moment that may be absent.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Serializer, Timestamp, format};

    pub(crate) fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&format(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_three_digits_and_z() {
        let at = "2026-11-21T10:00:00.1234567+01:00".parse().unwrap();
        assert_eq!(format(at), "2026-11-21T09:00:00.123Z");
        assert_eq!(format(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
        assert_eq!(format(to_millis(at)), format(at));
    }
}
