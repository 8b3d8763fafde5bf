//! A moment in a time zone, for `Intl.DateTimeFormat` and `toLocaleString`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

/// A moment as a clock and a calendar in its zone show it.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Moment {
    year: i16,
    month: i8,
    day: i8,
    /// From 0, Sunday.
    weekday: i8,
    hour: i8,
    minute: i8,
    second: i8,
    millisecond: i16,
    /// Minutes east of UTC.
    offset: i32,
    /// Like `CET`.
    abbreviation: String,
    /// The zone's name in the time zone database.
    zone: String,
}

/// Returns the moment `ms` after the epoch in a zone; nothing where the zone is unknown or the
/// moment is out of range.
pub(crate) fn moment(ms: f64, zone: Option<&str>) -> Option<Moment> {
    let zone = match zone {
        None => TimeZone::UTC,
        Some(name) if name.eq_ignore_ascii_case("utc") || name.eq_ignore_ascii_case("gmt") => TimeZone::UTC,
        Some(name) => TimeZone::get(name).ok()?,
    };
    let timestamp = Timestamp::from_millisecond(ms.floor() as i64).ok()?;
    let time = timestamp.to_zoned(zone.clone());
    let info = zone.to_offset_info(timestamp);
    Some(Moment {
        year: time.year(),
        month: time.month(),
        day: time.day(),
        weekday: time.weekday().to_sunday_zero_offset(),
        hour: time.hour(),
        minute: time.minute(),
        second: time.second(),
        millisecond: time.millisecond(),
        offset: time.offset().seconds() / 60,
        abbreviation: info.abbreviation().to_owned(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_shifts_the_clock() {
        let ms = 1_767_323_045_000.0; // 2026-01-02T03:04:05Z
        let there = moment(ms, Some("America/New_York")).unwrap();
        assert_eq!((there.day, there.hour, there.minute, there.weekday), (1, 22, 4, 4));
        assert_eq!((there.offset, there.abbreviation.as_str()), (-300, "EST"));
        assert_eq!(moment(ms, Some("Mars/Olympus")), None);
        assert_eq!(moment(f64::INFINITY, None), None);
    }
}
