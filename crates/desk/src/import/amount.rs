//! Amounts as files write them.

use super::RejectReason;

/// Reads an amount with two decimals into hundredths: `24,34`, `12.9`, `7`, `1.234,56`, `1'234.50`, and the
/// French database's `1,466,29`, where one sign does both. Nothing at all is `None`.
///
/// `1.234` is refused: it could be a thousand or a little more than one.
pub(super) fn read_amount(text: &str) -> Result<Option<i64>, RejectReason> {
    let text = without_currency(text);
    if text.is_empty() {
        return Ok(None);
    }
    let digits_and_signs = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’'));
    let text: String = digits_and_signs.collect();
    let mut parts: Vec<&str> = text.split(['.', ',']).collect();
    let last = parts.pop().unwrap_or_default();
    let is_decimal = match (parts.len(), last.len()) {
        (0, _) => false,
        (_, 1 | 2) => true,
        (2.., 3) => false,
        _ => return Err(RejectReason::PriceUnclear),
    };
    let signs: Vec<char> = text.chars().filter(|c| matches!(c, '.' | ',')).collect();
    let grouping = if is_decimal { &signs[..signs.len() - 1] } else { &signs[..] };
    if grouping.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(RejectReason::PriceUnclear);
    }
    let cents = if is_decimal { format!("{last:0<2}") } else { "00".to_owned() };
    if !is_decimal {
        parts.push(last);
    }
    let is_grouped_by_three = parts.iter().skip(1).all(|part| part.len() == 3);
    if !is_grouped_by_three || (parts.len() > 1 && !(1..=3).contains(&parts[0].len())) {
        return Err(RejectReason::PriceUnclear);
    }
    let digits = parts.concat() + &cents;
    if parts[0].is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RejectReason::PriceUnclear);
    }
    digits.parse().map(Some).map_err(|_| RejectReason::PriceOutOfRange)
}

/// Reads a price: an amount above zero and not above the limit of a price.
pub(super) fn read_price(text: &str) -> Result<Option<i64>, RejectReason> {
    let price = read_amount(text)?;
    match price {
        Some(minor) if domain::limits::check_price(minor).is_err() => Err(RejectReason::PriceOutOfRange),
        price => Ok(price),
    }
}

fn without_currency(text: &str) -> &str {
    let mut text = text.trim();
    for mark in ["€", "EUR", "CHF", "Fr."] {
        text = text.strip_prefix(mark).unwrap_or(text);
        text = text.strip_suffix(mark).unwrap_or(text).trim();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Option<i64>, RejectReason>) {
        assert_eq!(read_amount(text), expected, "{text:?}");
    }

    #[test]
    fn amounts() {
        check("", Ok(None));
        check("  ", Ok(None));
        check("24,34", Ok(Some(2434)));
        check("24.34", Ok(Some(2434)));
        check("0,00", Ok(Some(0)));
        check("12.9", Ok(Some(1290)));
        check("7", Ok(Some(700)));
        check("1466", Ok(Some(146_600)));
        check("1,466,29", Ok(Some(146_629)));
        check("17,539,50", Ok(Some(1_753_950)));
        check("1.234,56", Ok(Some(123_456)));
        check("1,234.56", Ok(Some(123_456)));
        check("1 234,56 €", Ok(Some(123_456)));
        check("1\u{202f}234,56\u{a0}€", Ok(Some(123_456)));
        check("CHF 1'234.50", Ok(Some(123_450)));
        check("1.234.567", Ok(Some(123_456_700)));
        check("1,234,567,89", Ok(Some(123_456_789)));
        for unclear in [
            "1.234",
            "1,466,2999",
            "12,34,56",
            "1234,567,89",
            "1.2.3,45",
            ",50",
            "1,",
            "-5,00",
            "1e3",
            "x",
            "1.234,567",
        ] {
            check(unclear, Err(RejectReason::PriceUnclear));
        }
        check("99999999999999999999", Err(RejectReason::PriceOutOfRange));
    }

    #[test]
    fn prices() {
        let check = |text, expected| assert_eq!(read_price(text), expected, "{text:?}");
        check("0,01", Ok(Some(1)));
        check("0,00", Err(RejectReason::PriceOutOfRange));
        check("100000,00", Ok(Some(10_000_000)));
        check("100000,01", Err(RejectReason::PriceOutOfRange));
        check("", Ok(None));
    }
}
