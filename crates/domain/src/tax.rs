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
