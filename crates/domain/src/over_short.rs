//! Over/short over time: what closes came to in all, and the stretches of time that they are looked at in.
//!
//! A report is never refused because of what some till wrote, so sums stop at the largest amount there is
//! instead of failing.

use chrono::Datelike;

use crate::entry::{TenderKind, TenderLine};
use crate::limits::MAX_MINOR;
use crate::time::BusinessDate;

/// What some results of counts came to together, in minor units of the branch's currency: over is positive,
/// short is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OverShortSum {
    /// Results that were over.
    pub over_count: u32,
    /// Results that were short.
    pub short_count: u32,
    /// What those that were over came to, 0 or more.
    pub over_minor: i64,
    /// What those that were short came to, 0 or less.
    pub short_minor: i64,
    /// Both together.
    pub net_minor: i64,
    /// The one that is furthest from zero, the first of several.
    pub largest_minor: i64,
}

impl OverShortSum {
    /// Counts one result in.
    pub fn add(&mut self, over_short_minor: i64) {
        match over_short_minor {
            1.. => {
                self.over_count = self.over_count.saturating_add(1);
                self.over_minor = added(self.over_minor, over_short_minor);
            }
            0 => {}
            _ => {
                self.short_count = self.short_count.saturating_add(1);
                self.short_minor = added(self.short_minor, over_short_minor);
            }
        }
        self.net_minor = added(self.net_minor, over_short_minor);
        if over_short_minor.unsigned_abs() > self.largest_minor.unsigned_abs() {
            self.largest_minor = added(0, over_short_minor);
        }
    }
}

/// The sum of two amounts, at most [`MAX_MINOR`] on either side of zero.
#[must_use]
pub fn added(one_minor: i64, other_minor: i64) -> i64 {
    one_minor.saturating_add(other_minor).clamp(-MAX_MINOR, MAX_MINOR)
}

/// By how much a result of one tender changes where a sale of its session turns out to have been paid otherwise:
/// what was expected of it falls by what it did not pay, and rises by what it did.
#[must_use]
pub fn moved_by_correction(kind: TenderKind, before: &[TenderLine], after: &[TenderLine]) -> i64 {
    let paid = |tenders: &[TenderLine]| {
        let of_kind = tenders.iter().filter(|tender| tender.kind == kind);
        of_kind.fold(0, |sum, tender| added(sum, tender.amount_minor))
    };
    added(paid(before), -paid(after))
}

/// How long one stretch of time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// A business day.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

/// The most stretches that are shown beside each other.
const MOST: i32 = 31;

impl Stretch {
    /// The shortest ones of which about 31 at the most cover these days, both included.
    #[must_use]
    pub fn covering(from: BusinessDate, to: BusinessDate) -> Self {
        match to.0.saturating_sub(from.0) {
            ..MOST => Self::Day,
            days if days < MOST * 7 => Self::Week,
            _ => Self::Month,
        }
    }

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The first day of the stretch that a day is in.
    #[must_use]
    pub fn first_day(self, date: BusinessDate) -> BusinessDate {
        let calendar = date.date();
        let days_before = match self {
            Self::Day => 0,
            Self::Week => calendar.weekday().num_days_from_monday(),
            Self::Month => calendar.day0(),
        };
        BusinessDate(date.0.saturating_sub_unsigned(days_before))
    }
}

/// The weekday of a business date: 1 for Monday to 7 for Sunday.
#[must_use]
pub fn weekday_no(date: BusinessDate) -> u32 {
    date.date().weekday().number_from_monday()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TenderId;

    #[track_caller]
    fn check(results: &[i64], expected: OverShortSum) {
        let mut sum = OverShortSum::default();
        results.iter().for_each(|result| sum.add(*result));
        assert_eq!(sum, expected);
    }

    #[test]
    fn over_and_short_do_not_cancel_out() {
        check(&[], OverShortSum::default());
        check(&[0, 0], OverShortSum::default());
        check(
            &[500, -700, 0, 700, -1],
            OverShortSum {
                over_count: 2,
                short_count: 2,
                over_minor: 1_200,
                short_minor: -701,
                net_minor: 499,
                largest_minor: -700,
            },
        );
    }

    #[test]
    fn what_no_till_can_count_stops_at_the_largest_amount() {
        let sum = OverShortSum {
            over_count: 2,
            over_minor: MAX_MINOR,
            net_minor: MAX_MINOR,
            largest_minor: MAX_MINOR,
            ..OverShortSum::default()
        };
        check(&[i64::MAX, i64::MAX], sum);
        let sum = OverShortSum {
            short_count: 1,
            short_minor: -MAX_MINOR,
            net_minor: -MAX_MINOR,
            largest_minor: -MAX_MINOR,
            ..OverShortSum::default()
        };
        check(&[i64::MIN], sum);
    }

    #[test]
    fn cash_that_was_card_was_not_short() {
        let line = |kind, amount_minor| TenderLine {
            kind,
            tender: TenderId::of_kind(kind),
            amount_minor,
            tendered_minor: amount_minor,
            change_due_minor: 0,
            customer: None,
        };
        let cash = |minor| line(TenderKind::Cash, minor);
        let (before, after) = ([cash(900), cash(95)], [line(TenderKind::Card, 495), cash(500)]);
        let moved = |kind| moved_by_correction(kind, &before, &after);
        assert_eq!((moved(TenderKind::Cash), moved(TenderKind::Card)), (495, -495));
        assert_eq!(moved(TenderKind::Voucher), 0);
    }

    #[test]
    fn stretches() {
        let check = |from: &str, to: &str, stretch: Stretch, first: &str| {
            let [from, to] = [from, to].map(|text| BusinessDate::parse(text).unwrap());
            assert_eq!(Stretch::covering(from, to), stretch);
            assert_eq!(stretch.first_day(to).to_string(), first, "{stretch:?}");
        };
        check("2026-11-01", "2026-11-01", Stretch::Day, "2026-11-01");
        check("2026-10-01", "2026-10-31", Stretch::Day, "2026-10-31");
        // The first of November was a Sunday.
        check("2026-10-01", "2026-11-01", Stretch::Week, "2026-10-26");
        check("2026-10-01", "2026-11-02", Stretch::Week, "2026-11-02");
        check("2026-01-01", "2026-08-05", Stretch::Week, "2026-08-03");
        check("2026-01-01", "2026-08-06", Stretch::Month, "2026-08-01");
        check("2025-12-01", "2026-11-30", Stretch::Month, "2026-11-01");
        assert_eq!([-2, -1, 0, 1].map(|day| weekday_no(BusinessDate(20_758 + day))), [5, 6, 7, 1]);
    }
}
