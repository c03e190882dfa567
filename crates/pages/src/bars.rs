//! Codes of bars as their dark and light modules.

use barcoders::sym::code128::Code128;
use barcoders::sym::ean13::EAN13;

use crate::sheet::Barcode;

/// The longest text of a Code 128, so that it fits on paper.
const LONGEST: usize = 60;
/// What the crate wants in front of a Code 128 that begins in set B, which has every printable letter of ASCII.
const SET_B: char = '\u{181}';

impl Barcode {
    /// The modules from left to right, true for a dark one; none where the text makes no code of that kind.
    #[must_use]
    pub fn modules(&self) -> Option<Vec<bool>> {
        modules(self)
    }
}

fn modules(barcode: &Barcode) -> Option<Vec<bool>> {
    let modules = match barcode {
        Barcode::Code128(text) if is_code_128(text) => Code128::new(format!("{SET_B}{text}")).ok()?.encode(),
        Barcode::Code128(_) => return None,
        // The crate takes a wrong check digit as it comes, and puts the right one in its place.
        Barcode::Ean13(digits) if is_ean_13(digits) => EAN13::new(digits).ok()?.encode(),
        Barcode::Ean13(_) => return None,
    };
    Some(modules.into_iter().map(|module| module == 1).collect())
}

/// What stands beneath the bars.
pub(crate) fn text(barcode: &Barcode) -> &str {
    match barcode {
        Barcode::Code128(text) | Barcode::Ean13(text) => text,
    }
}

/// What Code 128 has in its set B. `{` begins a command where a printer draws the bars itself.
pub(crate) fn is_code_128(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'{')
}

/// Thirteen digits, the last of which checks the others (GS1 General Specifications, 7.9).
pub(crate) fn is_ean_13(digits: &str) -> bool {
    let weigh = |(place, digit): (usize, u8)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 };
    digits.len() == 13
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.bytes().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_code_is_not_drawn() {
        let drawn = |barcode: Barcode| modules(&barcode).map(|modules| modules.len());
        // Start, letters, check and stop, of 11, 11, 11 and 13 modules.
        assert_eq!(drawn(Barcode::Code128("B01-T2-K7F-000431".to_owned())), Some(11 * 19 + 13));
        assert_eq!(drawn(Barcode::Ean13("4005800001230".to_owned())), None);
        assert_eq!(drawn(Barcode::Ean13("4006381333931".to_owned())), Some(95));
        for text in ["", "é", "{", "a\u{1b}", &"x".repeat(61)] {
            assert_eq!(drawn(Barcode::Code128(text.to_owned())), None, "{text:?}");
        }
        for digits in ["", "400638133393", "40063813339311", "4006381333932", "400638133393a"] {
            assert_eq!(drawn(Barcode::Ean13(digits.to_owned())), None, "{digits:?}");
        }
    }
}
