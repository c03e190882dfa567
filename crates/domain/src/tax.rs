//! Tax contained in prices that include it: per receipt and tax code, half away from zero.

use crate::limits::MAX_RATE_PPM;
use crate::money;
use crate::refusal::Refusal;

/// The tax contained in a gross amount at a rate in parts per million.
///
/// # Errors
/// `rate_out_of_range`, `amount_out_of_range`.
pub fn contained(gross_minor: i64, rate_ppm: i64) -> Result<i64, Refusal> {
    if !(0..=MAX_RATE_PPM).contains(&rate_ppm) {
        return Err(Refusal::RateOutOfRange);
    }
    money::proportion(gross_minor, rate_ppm, 1_000_000 + rate_ppm)
}

/// What was sold in one sale under one tax code and rate, and the tax that was printed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sold {
    /// Including tax, positive.
    pub gross_minor: i64,
    /// The tax in it as printed.
    pub tax_minor: i64,
    /// Rate, parts per million.
    pub rate_ppm: i64,
}

/// The tax that a refund gives back, positive: the tax of all that is refunded so far less the tax of what
/// was refunded before. So all refunds of a sale together give back exactly the tax that was printed.
///
/// # Errors
/// `rate_out_of_range`, `amount_out_of_range`.
pub fn refunded(sold: Sold, before_minor: i64, now_minor: i64) -> Result<i64, Refusal> {
    let up_to = |gross_minor: i64| {
        if gross_minor == sold.gross_minor {
            Ok(sold.tax_minor)
        } else {
            contained(gross_minor, sold.rate_ppm)
        }
    };
    Ok(up_to(money::sum([before_minor, now_minor])?)? - up_to(before_minor)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::MAX_MINOR;

    fn check(gross_minor: i64, rate_ppm: i64, tax: Result<i64, Refusal>) {
        assert_eq!(contained(gross_minor, rate_ppm), tax);
    }

    #[test]
    fn tax_in_a_gross_amount() {
        check(11_900, 190_000, Ok(1_900));
        check(1_000, 21_000, Ok(21));
        check(-1_000, 21_000, Ok(-21));
        check(3, 200_000, Ok(1));
        check(-3, 200_000, Ok(-1));
        check(2_335, 0, Ok(0));
        check(MAX_MINOR, 1_000_000, Ok(MAX_MINOR / 2 + 1));
        check(100, 1_000_001, Err(Refusal::RateOutOfRange));
        check(100, -1, Err(Refusal::RateOutOfRange));
        check(
            i64::MAX,
            1_000_000,
            Ok(i64::MAX / 2 + 1).and_then(|half: i64| money::bounded(i128::from(half))),
        );
    }

    proptest! {
        #[test]
        fn all_refunds_give_back_exactly_the_printed_tax(
            parts in prop::collection::vec(0..100_000_i64, 1..20),
            rate_ppm in 0..=1_000_000_i64,
            off_by in -1..=1_i64,
        ) {
            let gross_minor = parts.iter().sum();
            let sold = Sold { gross_minor, tax_minor: contained(gross_minor, rate_ppm)? + off_by, rate_ppm };
            let (mut before, mut tax) = (0, 0);
            for part in parts {
                tax += refunded(sold, before, part)?;
                before += part;
            }
            // A sale of nothing has no tax to give back, whatever was printed.
            prop_assert_eq!(tax, if gross_minor == 0 { 0 } else { sold.tax_minor });
        }
    }
}
