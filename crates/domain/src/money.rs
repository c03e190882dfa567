//! Money in minor units: bounded sums, the one function that rounds, and splits that sum to their total.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::limits::{MAX_MINOR, MAX_PERCENT};
use crate::refusal::Refusal;

/// An amount that stays within ±[`MAX_MINOR`].
///
/// # Errors
/// `amount_out_of_range`.
pub fn bounded(amount: i128) -> Result<i64, Refusal> {
    match i64::try_from(amount) {
        Ok(amount) if (-MAX_MINOR..=MAX_MINOR).contains(&amount) => Ok(amount),
        _ => Err(Refusal::AmountOutOfRange),
    }
}

/// The sum of amounts.
///
/// # Errors
/// `amount_out_of_range`.
pub fn sum(amounts: impl IntoIterator<Item = i64>) -> Result<i64, Refusal> {
    let mut total: i128 = 0;
    for amount in amounts {
        total = total.checked_add(i128::from(amount)).ok_or(Refusal::AmountOutOfRange)?;
    }
    bounded(total)
}

/// So many times an amount.
///
/// # Errors
/// `amount_out_of_range`.
pub fn times(amount_minor: i64, count: i64) -> Result<i64, Refusal> {
    bounded(i128::from(amount_minor) * i128::from(count))
}

/// Minor units as a decimal with so many digits after the point: 1234 with 2 digits is "12.34".
#[must_use]
pub fn decimal_text(minor: i64, digits: u32) -> String {
    let width = digits as usize + 1;
    let figures = format!("{:0>width$}", minor.unsigned_abs());
    let (whole, part) = figures.split_at(figures.len() - digits as usize);
    let sign = if minor < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// The one function that rounds money: to whole minor units, halves away from zero. `None` outside of
/// ±[`MAX_MINOR`].
#[must_use]
pub fn round_half_away(amount: Decimal) -> Option<i64> {
    let whole = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()?;
    (-MAX_MINOR..=MAX_MINOR).contains(&whole).then_some(whole)
}

/// `amount × part ÷ whole`, rounded once.
///
/// # Errors
/// `amount_out_of_range`, also for a `whole` of zero.
pub fn proportion(amount_minor: i64, part: i64, whole: i64) -> Result<i64, Refusal> {
    Decimal::from(amount_minor)
        .checked_mul(Decimal::from(part))
        .and_then(|product| product.checked_div(Decimal::from(whole)))
        .and_then(round_half_away)
        .ok_or(Refusal::AmountOutOfRange)
}

/// A percentage of an amount, in hundredths of a percent (10 % is 1000), rounded once.
///
/// # Errors
/// `amount_out_of_range`.
pub fn percent(amount_minor: i64, hundredths: i64) -> Result<i64, Refusal> {
    proportion(amount_minor, hundredths, MAX_PERCENT)
}

/// Splits a total by weights so that the parts sum to it: largest remainder, ties to the earlier part.
///
/// A negative weight counts as zero; where all weights are zero, all parts weigh the same. A part is never
/// larger than its weight as long as the total is not larger than their sum. No weights, no parts.
#[must_use]
pub fn split(total: i64, weights: &[i64]) -> Vec<i64> {
    let mut weights: Vec<u128> =
        weights.iter().map(|weight| u128::from((*weight).max(0).unsigned_abs())).collect();
    let mut whole: u128 = weights.iter().sum();
    if whole == 0 {
        weights.fill(1);
        whole = weights.len() as u128;
    }
    let amount = u128::from(total.unsigned_abs());
    let mut parts: Vec<u128> = weights.iter().map(|weight| amount * weight / whole.max(1)).collect();
    let left = amount - parts.iter().sum::<u128>().min(amount);
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|index| (std::cmp::Reverse(amount * weights[*index] % whole.max(1)), *index));
    for index in by_remainder.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        parts[index] += 1;
    }
    let sign = i128::from(total.signum());
    parts
        .into_iter()
        .map(|part| i64::try_from(sign * i128::try_from(part).unwrap_or(0)).unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check<T: PartialEq + std::fmt::Debug>(result: T, expected: T) {
        assert_eq!(result, expected);
    }

    #[test]
    fn bounds() {
        check(sum([MAX_MINOR - 1, 1]), Ok(MAX_MINOR));
        check(sum([MAX_MINOR, 1]), Err(Refusal::AmountOutOfRange));
        check(sum([i64::MAX, i64::MAX, i64::MIN, i64::MIN, 7]), Ok(5));
        check(times(-MAX_MINOR, 1), Ok(-MAX_MINOR));
        check(times(i64::MAX, i64::MAX), Err(Refusal::AmountOutOfRange));
        check(proportion(1, 1, 0), Err(Refusal::AmountOutOfRange));
        check(proportion(i64::MAX, i64::MAX, 1), Err(Refusal::AmountOutOfRange));
        check(percent(MAX_MINOR, 10_000), Ok(MAX_MINOR));
    }

    #[test]
    fn halves_go_away_from_zero() {
        check(round_half_away(Decimal::new(25, 1)), Some(3));
        check(round_half_away(Decimal::new(-25, 1)), Some(-3));
        check(round_half_away(Decimal::new(24_999, 4)), Some(2));
        check(round_half_away(Decimal::MAX), None);
        check(round_half_away(Decimal::from(MAX_MINOR + 1)), None);
        check(percent(1_050, 500), Ok(53));
        check(percent(-1_050, 500), Ok(-53));
    }

    #[test]
    fn splits() {
        check(split(100, &[1, 1, 1]), vec![34, 33, 33]);
        check(split(-100, &[1, 1, 1]), vec![-34, -33, -33]);
        check(split(10, &[333, 333, 334]), vec![3, 3, 4]);
        check(split(5, &[0, 0]), vec![3, 2]);
        check(split(5, &[0, -3, 2]), vec![0, 0, 5]);
        check(split(5, &[]), vec![]);
        check(split(MAX_MINOR, &[MAX_MINOR, MAX_MINOR]), vec![MAX_MINOR / 2 + 1, MAX_MINOR / 2]);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_total_and_stay_near_their_share(
            total in -MAX_MINOR..=MAX_MINOR,
            weights in prop::collection::vec(0..=MAX_MINOR, 1..50),
        ) {
            let parts = split(total, &weights);
            prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(total));
            let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(*part) * whole - i128::from(total) * i128::from(*weight);
                prop_assert!(whole == 0 || off.abs() < whole);
            }
        }

        #[test]
        fn no_part_is_larger_than_its_weight(
            weights in prop::collection::vec(0..1_000_000_i64, 1..50),
            share in 0..=10_000_i64,
        ) {
            let total = percent(weights.iter().sum(), share)?;
            for (part, weight) in split(total, &weights).iter().zip(&weights) {
                prop_assert!(part <= weight);
            }
        }
    }
}
