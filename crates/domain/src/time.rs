//! Time comes in from outside; nothing here reads a clock.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use minicbor::{Decode, Encode};

/// An instant as the device's clock told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// Milliseconds since 1970-01-01T00:00Z.
    pub ms: i64,
    /// Offset of local time from UTC in minutes.
    pub utc_offset_min: i32,
}

impl Now {
    /// The instant with the offset that the zone has then.
    #[must_use]
    pub fn in_zone(ms: i64, zone: Tz) -> Self {
        let utc_offset_min = DateTime::<Utc>::from_timestamp_millis(ms)
            .map_or(0, |at| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc() / 60);
        Self { ms, utc_offset_min }
    }

    /// The business date: the local date of the instant less the day boundary.
    #[must_use]
    pub fn business_date(self, day_boundary_min: u32) -> BusinessDate {
        let local_min =
            self.ms.div_euclid(60_000) + i64::from(self.utc_offset_min) - i64::from(day_boundary_min);
        BusinessDate(i32::try_from(local_min.div_euclid(24 * 60)).unwrap_or(0))
    }

    /// Minutes since the business day began, 0 to 1439.
    #[must_use]
    pub fn minute_of_day(self, day_boundary_min: u32) -> u32 {
        let local_min =
            self.ms.div_euclid(60_000) + i64::from(self.utc_offset_min) - i64::from(day_boundary_min);
        u32::try_from(local_min.rem_euclid(24 * 60)).unwrap_or(0)
    }

    /// Hour of the local day, 0 to 23.
    #[must_use]
    pub fn local_hour(self) -> u8 {
        let local_min = self.ms.div_euclid(60_000) + i64::from(self.utc_offset_min);
        u8::try_from(local_min.rem_euclid(24 * 60) / 60).unwrap_or(0)
    }

    /// Local time as `YYYY-MM-DD HH:MM`.
    #[must_use]
    pub fn local_text(self) -> String {
        DateTime::<Utc>::from_timestamp_millis(self.ms)
            .and_then(|at| {
                at.naive_utc().checked_add_signed(TimeDelta::minutes(i64::from(self.utc_offset_min)))
            })
            .map_or_else(String::new, |local| local.format("%Y-%m-%d %H:%M").to_string())
    }
}

impl Now {
    /// The instant on the wall with its offset: `2026-11-21T08:00:00+01:00`.
    #[must_use]
    pub fn iso_text(self) -> String {
        let offset = FixedOffset::east_opt(self.utc_offset_min.saturating_mul(60));
        DateTime::<Utc>::from_timestamp_millis(self.ms)
            .zip(offset)
            .map_or_else(String::new, |(at, offset)| {
                at.with_timezone(&offset).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
            })
    }
}

/// A business date: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct BusinessDate(#[n(0)] pub i32);

impl BusinessDate {
    /// Reads `YYYY-MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(Self(date.num_days_from_ce() - 719_163))
    }

    /// From year, month and day; `None` where there is no such day.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(|date| Self(date.num_days_from_ce() - 719_163))
    }

    /// As a calendar date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(719_163)).unwrap_or(NaiveDate::MIN)
    }
}

impl std::fmt::Display for BusinessDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.date().format("%Y-%m-%d"))
    }
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first_day: BusinessDate,
    /// Its last day.
    pub last_day: BusinessDate,
}

impl Month {
    /// Reads `YYYY-MM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let first_day = BusinessDate::parse(&format!("{text}-01"))?;
        let (year, month0) = (first_day.date().year(), first_day.date().month0());
        let next = BusinessDate::from_ymd(year + i32::from(month0 == 11), (month0 + 1) % 12 + 1, 1)?;
        Some(Self { first_day, last_day: BusinessDate(next.0 - 1) })
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first_day.date().format("%Y-%m"))
    }
}

/// A hybrid logical clock: 48 bits of milliseconds, 16 bits of counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hlc(pub u64);

/// How far a remote clock may pull ours ahead, in milliseconds.
pub const HLC_MAX_AHEAD_MS: i64 = 60_000;

impl Hlc {
    /// The milliseconds in it.
    #[must_use]
    pub fn ms(self) -> i64 {
        i64::try_from(self.0 >> 16).unwrap_or(i64::MAX)
    }

    /// The next local value at this instant: never below or equal to the last one.
    #[must_use]
    pub fn tick(self, now_ms: i64) -> Self {
        let wall = u64::try_from(now_ms).unwrap_or(0).min((1 << 48) - 1) << 16;
        Self(wall.max(self.0.saturating_add(1)))
    }

    /// The last value after having seen a remote one, which never pulls ours more than
    /// [`HLC_MAX_AHEAD_MS`] ahead of our own clock.
    #[must_use]
    pub fn seen(self, remote: Self, now_ms: i64) -> Self {
        if remote.ms() > now_ms.saturating_add(HLC_MAX_AHEAD_MS) { self } else { self.max(remote) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ms: i64, offset: i32, boundary: u32, date: &str, hour: u8) {
        let now = Now { ms, utc_offset_min: offset };
        assert_eq!((now.business_date(boundary).to_string().as_str(), now.local_hour()), (date, hour));
    }

    #[test]
    fn business_dates() {
        check(0, 0, 0, "1970-01-01", 0);
        check(-1, 0, 0, "1969-12-31", 23);
        check(1_793_145_600_000, 60, 0, "2026-10-28", 1);
        check(1_793_145_600_000, 60, 240, "2026-10-27", 1);
        assert_eq!(
            BusinessDate::parse("2026-10-28").map(|date| date.to_string()).as_deref(),
            Some("2026-10-28")
        );
        assert_eq!(BusinessDate::parse("2026-02-30"), None);
        let now = Now { ms: 1_793_145_600_000, utc_offset_min: 60 };
        assert_eq!((now.minute_of_day(0), now.minute_of_day(240)), (60, 21 * 60));
        assert_eq!(now.iso_text(), "2026-10-28T01:00:00+01:00");
        assert_eq!(Now { ms: 1_999, utc_offset_min: -210 }.iso_text(), "1969-12-31T20:30:01-03:30");
        assert_eq!(Now { ms: 0, utc_offset_min: i32::MAX }.iso_text(), "");
    }

    #[test]
    fn months() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let month = Month::parse(text);
            let days = month.map(|month| (month.first_day.to_string(), month.last_day.to_string()));
            assert_eq!(
                days.as_ref().map(|(first, last)| (first.as_str(), last.as_str())),
                expected,
                "{text}"
            );
            assert_eq!(month.map(|month| month.to_string()).as_deref(), expected.map(|_| text));
        };
        check("2026-11", Some(("2026-11-01", "2026-11-30")));
        check("2026-12", Some(("2026-12-01", "2026-12-31")));
        check("2028-02", Some(("2028-02-01", "2028-02-29")));
        check("2026-13", None);
        check("2026-11-21", None);
        check("", None);
    }

    #[test]
    fn a_clock_that_jumps_back_does_not_turn_the_order_round() {
        let first = Hlc::default().tick(1_000_000);
        let second = first.tick(500_000);
        assert!(second > first);
        assert_eq!(second.seen(Hlc(u64::MAX), 500_000), second);
    }
}
