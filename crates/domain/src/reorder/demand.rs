//! What is asked for on a day, as the product's own sales tell it.
//!
//! This is the place of a forecast: whatever returns a [`Demand`] can stand instead of [`demand`].

use rust_decimal::Decimal;

use super::rounding::root;
use crate::limits::{MAX_DAY_PACKS, MAX_HISTORY_DAYS, check_lines};
use crate::refusal::Refusal;

/// Days that have to count before the deviation is believed.
pub const LEAST_HISTORY_DAYS: i64 = 14;

/// What was sold of a product on one business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySold {
    /// Packs, at most [`MAX_DAY_PACKS`]. Below zero where more came back than was sold, which counts as none.
    pub packs: i64,
    /// There was nothing on the shelf, so that nobody knows what would have been sold.
    pub was_out_of_stock: bool,
}

impl DaySold {
    /// Whether the day says what is asked for. Where something was sold, it was there, whatever the book says.
    #[must_use]
    pub fn counts(self) -> bool {
        !self.was_out_of_stock || self.packs > 0
    }
}

/// What is asked for on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Mean in packs, 0 or more.
    pub mean: Decimal,
    /// Standard deviation in packs, 0 or more.
    pub deviation: Decimal,
    /// Fewer than [`LEAST_HISTORY_DAYS`] days stand behind it, so the mean is a guess and the deviation none.
    pub too_little_history: bool,
}

/// Mean and deviation (of a sample) of the days that count. A history begins with the day on which the product
/// was first there, not before.
///
/// # Errors
/// `too_many_lines` above [`MAX_HISTORY_DAYS`], `quantity_out_of_range` for a day above [`MAX_DAY_PACKS`].
pub fn demand(days: &[DaySold]) -> Result<Demand, Refusal> {
    check_lines(days.len(), MAX_HISTORY_DAYS)?;
    if days.iter().any(|day| day.packs > MAX_DAY_PACKS) {
        return Err(Refusal::QuantityOutOfRange { limit: MAX_DAY_PACKS });
    }
    let sample = Sample::of(days.iter().filter(|day| day.counts()).map(|day| day.packs.max(0)));
    Ok(Demand {
        mean: sample.mean(),
        deviation: root(sample.spread())?,
        too_little_history: sample.count < LEAST_HISTORY_DAYS,
    })
}

/// Numbers of packs, summed. A year of the largest days stays below 10^18 in every product.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sample {
    pub(super) count: i64,
    pub(super) sum: i64,
    squares: i64,
}

impl Sample {
    pub(super) fn of(packs: impl IntoIterator<Item = i64>) -> Self {
        packs.into_iter().fold(Self::default(), |sample, packs| Self {
            count: sample.count + 1,
            sum: sample.sum + packs,
            squares: sample.squares + packs * packs,
        })
    }

    fn mean(self) -> Decimal {
        Decimal::from(self.sum).checked_div(Decimal::from(self.count)).unwrap_or_default()
    }

    /// The mean square of what they are off their mean; none of fewer than two numbers.
    fn spread(self) -> Decimal {
        let pairs = Decimal::from(self.count * (self.count - 1));
        Decimal::from(self.off_mean()).checked_div(pairs).unwrap_or_default()
    }

    /// The sum of squares of what they are off their mean, times their count: a whole number, 0 or more.
    pub(super) fn off_mean(self) -> i128 {
        i128::from(self.count) * i128::from(self.squares) - i128::from(self.sum) * i128::from(self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares mean, deviation and whether it is too little, of days as `packs`, with `-` for out of stock.
    #[track_caller]
    fn check(days: &str, expected: Result<(&str, &str, bool), &str>) {
        let day = |text: &str| DaySold {
            packs: text.trim_end_matches('-').parse().unwrap_or(0),
            was_out_of_stock: text.ends_with('-'),
        };
        let days: Vec<DaySold> = days.split_whitespace().map(day).collect();
        let seen = demand(&days).map(|seen| {
            (
                seen.mean.normalize().to_string(),
                seen.deviation.normalize().to_string(),
                seen.too_little_history,
            )
        });
        let seen =
            seen.as_ref().map(|(mean, deviation, is_young)| (mean.as_str(), deviation.as_str(), *is_young));
        assert_eq!(seen.map_err(|refusal| refusal.code()), expected);
    }

    #[test]
    fn what_is_asked_for_on_a_day() {
        check("", Ok(("0", "0", true)));
        check("3", Ok(("3", "0", true)));
        check("2 4", Ok(("3", "1.414214", true)));
        check(&"1 ".repeat(13), Ok(("1", "0", true)));
        check(&"1 ".repeat(14), Ok(("1", "0", false)));
        check(&"0 2 ".repeat(8), Ok(("1", "1.032796", false)));
        check("0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0", Ok(("0.0625", "0.25", false)));
    }

    #[test]
    fn days_without_stock_do_not_count() {
        check(&"2 - ".repeat(14), Ok(("2", "0", false)));
        check(&"2 - ".repeat(13), Ok(("2", "0", true)));
        check(&"2 2- ".repeat(7), Ok(("2", "0", false)));
        check(&"-5 0 ".repeat(7), Ok(("0", "0", false)));
        check("-5- 4", Ok(("4", "0", true)));
        check("- - -", Ok(("0", "0", true)));
    }

    #[test]
    fn limits() {
        check(&"1000000 0 ".repeat(182), Ok(("500000", "500688.231572", false)));
        check(&"1 ".repeat(365), Ok(("1", "0", false)));
        check(&"1 ".repeat(366), Err("too_many_lines"));
        check("1000001", Err("quantity_out_of_range"));
    }
}
