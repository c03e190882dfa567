//! Codes on packs: GTIN and the national numbers that map to it. What a scan says is read in [`crate::scan`].
//!
//! A code is a string of digits, never an integer, because leading zeros belong to it. The canonical
//! form of a GTIN is its 14 digits, so that the same pack scanned as EAN-13, UPC-A or GS1 DataMatrix
//! is one product.

use std::fmt;

/// A GTIN with a verified check digit, in its canonical form of 14 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin([u8; 14]);

impl Gtin {
    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gtin({})", self.as_str())
    }
}

/// Why a code is not taken, ordered by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeRefusal {
    /// The scanner says which kind of code it read, and nothing else.
    Empty,
    /// The scanner says that it read a kind of code that is not known.
    Carrier,
    /// Capital and small letters are changed for each other.
    CapsLock,
    /// The code has no separators and could be read in two ways.
    SeparatorDropped,
    /// An element that is in no dictionary.
    UnknownElement,
    /// Not one of the lengths that this kind of code has.
    Length,
    /// A character that this kind of code does not have.
    Characters,
    /// The check digit does not fit the others, so the code was misread or mistyped.
    CheckDigit,
    /// Only zeros: a placeholder that files use for "no code". Taking it would make one product of many.
    OnlyZeros,
    /// A date or a time that there is not.
    Date,
    /// A value that an element does not have, such as the number of no country.
    ElementValue,
    /// One thing is said twice, and differently.
    ElementsContradict,
    /// An element without one that it needs beside it.
    ElementMissing,
    /// Two elements that must not stand beside each other.
    ElementsExclude,
}

impl CodeRefusal {
    /// Stable code for the edge.
    pub fn code(self) -> &'static str {
        match self {
            CodeRefusal::Empty => "code_empty",
            CodeRefusal::Carrier => "code_carrier",
            CodeRefusal::CapsLock => "code_caps_lock",
            CodeRefusal::SeparatorDropped => "code_separator_dropped",
            CodeRefusal::UnknownElement => "code_unknown_element",
            CodeRefusal::Length => "code_length",
            CodeRefusal::Characters => "code_characters",
            CodeRefusal::CheckDigit => "code_check_digit",
            CodeRefusal::OnlyZeros => "code_only_zeros",
            CodeRefusal::Date => "code_date",
            CodeRefusal::ElementValue => "code_element_value",
            CodeRefusal::ElementsContradict => "code_elements_contradict",
            CodeRefusal::ElementMissing => "code_element_missing",
            CodeRefusal::ElementsExclude => "code_elements_exclude",
        }
    }
}

/// Verifies a GTIN-8, -12, -13 or -14 and pads it to 14 digits.
///
/// Spaces and separators are refused, not removed.
pub fn gtin14(text: &str) -> Result<Gtin, CodeRefusal> {
    let digits = digits_of_length(text, &[8, 12, 13, 14])?;
    let (check, before) = digits.split_last().ok_or(CodeRefusal::Length)?;
    if digits.iter().all(|digit| *digit == b'0') {
        return Err(CodeRefusal::OnlyZeros);
    }
    if gs1_check_digit(before) != *check {
        return Err(CodeRefusal::CheckDigit);
    }
    let mut canonical = [b'0'; 14];
    canonical[14 - digits.len()..].copy_from_slice(digits);
    Ok(Gtin(canonical))
}

/// Verifies a French CIP13, which is an EAN-13; its GTIN-14 is `0` and the CIP13.
pub fn gtin_from_cip13(text: &str) -> Result<Gtin, CodeRefusal> {
    digits_of_length(text, &[13])?;
    gtin14(text)
}

/// A German PZN-8 with a verified check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pzn([u8; 8]);

impl Pzn {
    /// The 8 digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The NTIN: the GTIN that German packs with this PZN carry (`04150`, the PZN, a check digit).
    pub fn gtin(&self) -> Gtin {
        let mut canonical = *b"04150000000000";
        canonical[5..13].copy_from_slice(&self.0);
        canonical[13] = gs1_check_digit(&canonical[..13]);
        Gtin(canonical)
    }
}

/// Verifies the 8 digits of a PZN, without prefix.
pub fn pzn8(text: &str) -> Result<Pzn, CodeRefusal> {
    let digits = digits_of_length(text, &[8])?;
    if digits.iter().all(|digit| *digit == b'0') {
        return Err(CodeRefusal::OnlyZeros);
    }
    let sum: u32 = (1u32..).zip(&digits[..7]).map(|(weight, digit)| weight * u32::from(digit - b'0')).sum();
    // A remainder of 10 is never issued, and no digit equals it.
    if sum % 11 != u32::from(digits[7] - b'0') {
        return Err(CodeRefusal::CheckDigit);
    }
    let mut pzn = [b'0'; 8];
    pzn.copy_from_slice(digits);
    Ok(Pzn(pzn))
}

fn digits_of_length<'a>(text: &'a str, lengths: &[usize]) -> Result<&'a [u8], CodeRefusal> {
    if !lengths.contains(&text.len()) {
        return Err(CodeRefusal::Length);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeRefusal::Characters);
    }
    Ok(text.as_bytes())
}

/// From the right, weights 3, 1, 3, 1 …; the check digit fills up to the next ten.
pub(crate) fn gs1_check_digit(before: &[u8]) -> u8 {
    let sum: u32 = before.iter().rev().zip([3, 1].iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum();
    b'0' + ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_gtin(text: &str, expected: Result<&str, CodeRefusal>) {
        assert_eq!(gtin14(text).as_ref().map(Gtin::as_str).map_err(|r| *r), expected, "{text:?}");
    }

    #[test]
    fn a_gtin_is_verified_and_padded() {
        check_gtin("02345673", Ok("00000002345673"));
        check_gtin("416000336108", Ok("00416000336108"));
        check_gtin("001234000057", Ok("00001234000057"));
        check_gtin("0001234000057", Ok("00001234000057"));
        check_gtin("2112345678900", Ok("02112345678900"));
        check_gtin("12312312312333", Ok("12312312312333"));
        check_gtin("04150138327077", Ok("04150138327077"));
        check_gtin("2112345678901", Err(CodeRefusal::CheckDigit));
        check_gtin("02345674", Err(CodeRefusal::CheckDigit));
        check_gtin("", Err(CodeRefusal::Length));
        check_gtin("211234567890", Err(CodeRefusal::CheckDigit));
        check_gtin("21123456789", Err(CodeRefusal::Length));
        check_gtin("021123456789003", Err(CodeRefusal::Length));
        check_gtin("211234567890A", Err(CodeRefusal::Characters));
        check_gtin(" 211234567890", Err(CodeRefusal::Characters));
        check_gtin("+112345678900", Err(CodeRefusal::Characters));
        check_gtin("٣٣٣٣", Err(CodeRefusal::Characters));
        check_gtin("0000000000000", Err(CodeRefusal::OnlyZeros));
    }

    #[test]
    fn a_cip13_becomes_a_gtin() {
        let check = |text, expected: Result<&str, CodeRefusal>| {
            assert_eq!(
                gtin_from_cip13(text).as_ref().map(Gtin::as_str).map_err(|r| *r),
                expected,
                "{text:?}"
            );
        };
        check("3400949497294", Ok("03400949497294"));
        check("3400936963504", Ok("03400936963504"));
        check("3400949497295", Err(CodeRefusal::CheckDigit));
        check("02345673", Err(CodeRefusal::Length));
    }

    #[test]
    fn a_pzn_is_verified_and_has_a_gtin() {
        let check = |text, expected: Result<&str, CodeRefusal>| {
            let read = pzn8(text).map(|pzn| pzn.gtin().to_string());
            assert_eq!(read.as_deref().map_err(|r| *r), expected, "{text:?}");
        };
        check("13832707", Ok("04150138327077"));
        check("04775933", Ok("04150047759334"));
        check("03752864", Ok("04150037528643"));
        check("03752870", Ok("04150037528704"));
        check("11111111", Err(CodeRefusal::CheckDigit));
        check("00000000", Err(CodeRefusal::OnlyZeros));
        check("1383270", Err(CodeRefusal::Length));
        check("1383270X", Err(CodeRefusal::Characters));
    }

    #[test]
    fn an_issued_pzn_never_ends_in_a_remainder_of_ten() {
        // 1*1 + 1*2 + 1*3 + 1*4 = 10: no check digit exists for 1111000.
        for last in '0'..='9' {
            assert_eq!(pzn8(&format!("1111000{last}")), Err(CodeRefusal::CheckDigit));
        }
    }
}
