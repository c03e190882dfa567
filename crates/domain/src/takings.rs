//! A day that is under way beside the same weekday a week before.

use crate::entry::Figures;
use crate::money::{proportion, sum};
use crate::refusal::Refusal;

const DAY_MIN: i64 = 24 * 60;

/// Of a whole day's takings by hour of the local day, what was taken up to a minute of the business day:
/// hours that are over count whole, the one that is under way by its minutes.
///
/// # Errors
/// `amount_out_of_range`.
pub fn takings_by(
    hours_minor: &[i64; 24],
    day_boundary_min: u32,
    minute_of_day: u32,
) -> Result<i64, Refusal> {
    let parts = (0..).zip(hours_minor).map(|(hour, amount)| {
        let begins = (hour * 60 - i64::from(day_boundary_min)).rem_euclid(DAY_MIN);
        match (i64::from(minute_of_day) - begins).clamp(0, 60) {
            0 => Ok(0),
            60 => Ok(*amount),
            minutes => proportion(*amount, minutes, 60),
        }
    });
    sum(parts.collect::<Result<Vec<_>, _>>()?)
}

/// By how many whole percent an amount is above another one; `None` where there is nothing to be above of.
#[must_use]
pub fn percent_above(amount_minor: i64, before_minor: i64) -> Option<i64> {
    if before_minor <= 0 {
        return None;
    }
    let above = amount_minor.checked_sub(before_minor)?;
    proportion(above, 100, before_minor).ok()
}

impl Figures {
    /// What a sale came to on average, before anything was taken back; `None` without a sale.
    #[must_use]
    pub fn average_sale_minor(&self) -> Option<i64> {
        let sold = self.takings_minor.checked_add(self.refunds_minor)?;
        proportion(sold, 1, self.sale_count).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: PartialEq + std::fmt::Debug>(result: T, expected: T) {
        assert_eq!(result, expected);
    }

    fn day(hours: &[(usize, i64)]) -> [i64; 24] {
        let mut day = [0; 24];
        hours.iter().for_each(|(hour, amount)| day[*hour] = *amount);
        day
    }

    #[test]
    fn a_day_up_to_now() {
        let hours = day(&[(8, 1_000), (9, 601), (18, 5_000)]);
        check(takings_by(&hours, 0, 8 * 60), Ok(0));
        check(takings_by(&hours, 0, 9 * 60), Ok(1_000));
        // 30 minutes of 6.01 are 3.005, which rounds away from zero.
        check(takings_by(&hours, 0, 9 * 60 + 30), Ok(1_301));
        check(takings_by(&hours, 0, 24 * 60 - 1), Ok(6_601));
    }

    #[test]
    fn a_day_that_ends_after_midnight() {
        // The business day begins at four: what was taken at one in the night comes last.
        let hours = day(&[(1, 300), (4, 500)]);
        check(takings_by(&hours, 240, 30), Ok(250));
        check(takings_by(&hours, 240, 20 * 60), Ok(500));
        check(takings_by(&hours, 240, 22 * 60), Ok(800));
    }

    #[test]
    fn beside_the_week_before() {
        check(percent_above(1_120, 1_000), Some(12));
        check(percent_above(995, 1_000), Some(-1));
        check(percent_above(0, 1_000), Some(-100));
        check(percent_above(1_000, 0), None);
        check(percent_above(1_000, -5), None);
    }

    #[test]
    fn an_average_sale() {
        let figures = |sale_count, takings_minor, refunds_minor| Figures {
            sale_count,
            takings_minor,
            refunds_minor,
            ..Figures::default()
        };
        check(figures(2, 901, 100).average_sale_minor(), Some(501));
        check(figures(0, -100, 100).average_sale_minor(), None);
    }
}
