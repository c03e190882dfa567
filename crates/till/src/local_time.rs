//! Instants of a local day.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The instant of a minute of a local day, in milliseconds since 1970: the earlier one where the clocks are
/// put back, the one after the gap where they are put on.
#[must_use]
pub fn instant(zone: Tz, date: NaiveDate, minute: i64) -> i64 {
    let local = date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute);
    let after_gap = || zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest();
    let at = zone.from_local_datetime(&local).earliest().or_else(after_gap);
    at.map_or_else(|| Utc.from_utc_datetime(&local).timestamp_millis(), |at| at.timestamp_millis())
}

/// The local date of an instant.
#[must_use]
pub fn date_of(zone: Tz, ms: i64) -> NaiveDate {
    Utc.timestamp_millis_opt(ms).earliest().map_or(NaiveDate::MIN, |at| at.with_timezone(&zone).date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(date: (i32, u32, u32), minute: i64, utc: &str) {
        let day = NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
        let ms = instant(Tz::Europe__Berlin, day, minute);
        assert_eq!(Utc.timestamp_millis_opt(ms).unwrap().format("%d %H:%M").to_string(), utc);
    }

    #[test]
    fn minutes_of_local_days() {
        check((2026, 3, 2), 8 * 60, "02 07:00");
        check((2026, 7, 1), 0, "30 22:00");
        // On 29 March there is no 02:30, on 25 October there are two.
        check((2026, 3, 29), 150, "29 01:30");
        check((2026, 10, 25), 150, "25 00:30");
        let midnight = instant(Tz::Europe__Berlin, NaiveDate::from_ymd_opt(2026, 7, 1).unwrap(), 0);
        assert_eq!(date_of(Tz::Europe__Berlin, midnight).to_string(), "2026-07-01");
    }
}
