//! Dates as codes write them: two digits of the year, and a day that may be left open.

use chrono::Datelike;

use crate::time::BusinessDate;

/// `YYMMDD`; day 00 is the last day of its month (GS1 General Specifications, 3.4.2).
pub(super) fn yymmd0(value: &[u8], today: BusinessDate) -> Option<BusinessDate> {
    let [year, month, day] = pairs(value)?;
    let year = with_century(year, today);
    if day > 0 {
        return BusinessDate::from_ymd(year, month, day);
    }
    (28..=31).rev().find_map(|last| BusinessDate::from_ymd(year, month, last))
}

/// `YYMMDD` with its day.
pub(super) fn yymmdd(value: &[u8], today: BusinessDate) -> Option<BusinessDate> {
    let [year, month, day] = pairs(value)?;
    BusinessDate::from_ymd(with_century(year, today), month, day)
}

/// `YYYYMMDD`.
pub(super) fn yyyymmdd(value: &[u8]) -> Option<BusinessDate> {
    let [century, year, month, day] = pairs(value)?;
    BusinessDate::from_ymd(i32::try_from(century * 100 + year).ok()?, month, day)
}

/// `HHMM` as minutes since midnight, 0 to 1439.
pub(super) fn minute_of_day(value: &[u8]) -> Option<u16> {
    let [hour, minute] = pairs(value)?;
    if hour > 23 || minute > 59 {
        return None;
    }
    u16::try_from(hour * 60 + minute).ok()
}

/// Two digits each; none where the value has another length or something else in it.
fn pairs<const N: usize>(value: &[u8]) -> Option<[u32; N]> {
    if value.len() != 2 * N || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut pairs = [0; N];
    for (pair, digits) in pairs.iter_mut().zip(value.chunks_exact(2)) {
        *pair = u32::from(digits[0] - b'0') * 10 + u32::from(digits[1] - b'0');
    }
    Some(pairs)
}

/// The century that is nearest to the present (GS1 General Specifications, 7.12).
fn with_century(two_digits: u32, today: BusinessDate) -> i32 {
    let present = today.date().year();
    let (century, two_digits) = (present.div_euclid(100), two_digits.cast_signed());
    let ahead = two_digits - present.rem_euclid(100);
    let century = match ahead {
        51.. => century - 1,
        ..=-50 => century + 1,
        _ => century,
    };
    century * 100 + two_digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_century_is_the_nearest_one() {
        let check = |value: &str, today: &str, expected: Option<&str>| {
            let today = BusinessDate::parse(today).unwrap();
            let read = yymmd0(value.as_bytes(), today).map(|date| date.to_string());
            assert_eq!(read.as_deref(), expected, "{value} in {today}");
        };
        check("291003", "2026-11-23", Some("2029-10-03"));
        check("760101", "2026-11-23", Some("2076-01-01"));
        check("770101", "2026-11-23", Some("1977-01-01"));
        check("991231", "2026-11-23", Some("1999-12-31"));
        check("000101", "2049-01-01", Some("2000-01-01"));
        check("000101", "2050-01-01", Some("2100-01-01"));
        check("010101", "2050-01-01", Some("2001-01-01"));
        check("500101", "1999-01-01", Some("1950-01-01"));
        check("490101", "1999-01-01", Some("2049-01-01"));
        check("130200", "2026-11-23", Some("2013-02-28"));
        check("160200", "2026-11-23", Some("2016-02-29"));
        check("291200", "2026-11-23", Some("2029-12-31"));
        check("290000", "2026-11-23", None);
        check("291301", "2026-11-23", None);
        check("290229", "2026-11-23", None);
        check("29100", "2026-11-23", None);
        check("29100a", "2026-11-23", None);
    }

    #[test]
    fn the_other_dates_have_their_day() {
        let today = BusinessDate::parse("2026-11-23").unwrap();
        let text = |date: Option<BusinessDate>| date.map(|date| date.to_string());
        assert_eq!(text(yymmdd(b"291003", today)).as_deref(), Some("2029-10-03"));
        assert_eq!(text(yymmdd(b"291000", today)), None);
        assert_eq!(text(yyyymmdd(b"19991231")).as_deref(), Some("1999-12-31"));
        assert_eq!(text(yyyymmdd(b"19991200")), None);
        assert_eq!(text(yyyymmdd(b"991231")), None);
        assert_eq!(minute_of_day(b"2359"), Some(1439));
        assert_eq!(
            (minute_of_day(b"2400"), minute_of_day(b"1260"), minute_of_day(b"12")),
            (None, None, None)
        );
    }
}
