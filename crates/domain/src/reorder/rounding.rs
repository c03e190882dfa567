//! Where reordering rounds: packs up, days down, roots up.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::refusal::Refusal;

/// Digits after the point that count. What stands behind them comes from a division that does not come out
/// even, and must not become a pack.
const DIGITS: u32 = 9;

/// Up to a whole number: the one function that rounds packs and thousandths of packs.
///
/// # Errors
/// `amount_out_of_range`.
pub(super) fn rounded_up(value: Decimal) -> Result<i64, Refusal> {
    value.round_dp(DIGITS).ceil().to_i64().ok_or(Refusal::AmountOutOfRange)
}

/// Down to a whole number: for how long something lasts.
///
/// # Errors
/// `amount_out_of_range`.
pub(super) fn rounded_down(value: Decimal) -> Result<i64, Refusal> {
    value.round_dp(DIGITS).floor().to_i64().ok_or(Refusal::AmountOutOfRange)
}

/// The square root, up to a millionth.
///
/// # Errors
/// `amount_out_of_range` for what is below zero or above 7 × 10^16.
pub(super) fn root(value: Decimal) -> Result<Decimal, Refusal> {
    let square = value.checked_mul(Decimal::from(1_000_000_000_000_i64));
    let square = square.and_then(|square| square.round().to_u128()).ok_or(Refusal::AmountOutOfRange)?;
    let below = square.isqrt();
    let root = below + u128::from(below * below < square);
    let root = i64::try_from(root).map_err(|_| Refusal::AmountOutOfRange)?;
    Ok(Decimal::new(root, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: PartialEq + std::fmt::Debug>(seen: T, expected: T) {
        assert_eq!(seen, expected);
    }

    #[test]
    fn up_and_down() {
        check(rounded_up(Decimal::new(20, 1)), Ok(2));
        check(rounded_up(Decimal::new(21, 1)), Ok(3));
        check(rounded_up(Decimal::new(-21, 1)), Ok(-2));
        check(rounded_up(Decimal::new(2_000_000_001, 9)), Ok(3));
        check(rounded_up(Decimal::new(20_000_000_001, 10)), Ok(2));
        check(rounded_up(Decimal::MAX), Err(Refusal::AmountOutOfRange));
        check(rounded_down(Decimal::new(29, 1)), Ok(2));
        check(rounded_down(Decimal::new(29_999_999_999, 10)), Ok(3));
        check(rounded_down(Decimal::MAX), Err(Refusal::AmountOutOfRange));
    }

    #[test]
    fn roots() {
        check(root(Decimal::ZERO), Ok(Decimal::ZERO));
        check(root(Decimal::from(9)), Ok(Decimal::from(3)));
        check(root(Decimal::new(25, 2)), Ok(Decimal::new(5, 1)));
        check(root(Decimal::from(2)), Ok(Decimal::new(1_414_214, 6)));
        check(root(Decimal::new(1, 12)), Ok(Decimal::new(1, 6)));
        check(root(Decimal::from(10_000_000_000_000_000_i64)), Ok(Decimal::from(100_000_000)));
        check(root(Decimal::NEGATIVE_ONE), Err(Refusal::AmountOutOfRange));
        check(root(Decimal::MAX), Err(Refusal::AmountOutOfRange));
    }
}
