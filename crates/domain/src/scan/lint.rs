//! What a part of a value must satisfy beyond its length and characters (GS1 Barcode Syntax Tests).

use super::date;
use super::lists::{COUNTRIES, COUNTRY_LETTERS, CURRENCIES};
use crate::code::{CodeRefusal, gs1_check_digit};
use crate::time::BusinessDate;

/// A rule for one part of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lint {
    /// The last digit checks the others.
    Csum,
    /// The last two characters check the others.
    CsumAlpha,
    /// Begins with a company prefix of four digits at least.
    Prefix1,
    /// A company prefix begins at the second character.
    Prefix2,
    /// A date; day 00 stands for the last of its month.
    Yymmd0,
    /// A date with its day.
    Yymmdd,
    /// A date with its century.
    Yyyymmdd,
    /// Hours and minutes.
    Hhmi,
    /// Hours, 00 to 23.
    Hh,
    /// Minutes, 00 to 59.
    Mi,
    /// Seconds, 00 to 59.
    Ss,
    /// Number of a country.
    Country,
    /// Number of a country, or 999.
    CountryOr999,
    /// Letters of a country.
    CountryLetters,
    /// Number of a currency.
    Currency,
    /// Code for a sex (ISO 5218).
    Sex,
    /// Bank account (ISO 13616).
    Iban,
    /// Degrees north of the south pole, in units of 10^-7 degrees.
    Latitude,
    /// Degrees east, in units of 10^-7 degrees.
    Longitude,
    /// 0 or 1.
    YesNo,
    /// The minus of a temperature.
    Hyphen,
    /// Importer of tobacco.
    ImporterIndex,
    /// Kind of package (UN/CEFACT recommendation 21), which is not judged: the list is long and no pack has it.
    PackageType,
    /// Kind of carrier for blood and tissue.
    MediaType,
    /// Place in a sequence, such as `1/3`.
    PlaceInSequence,
    /// Not only zeros.
    Nonzero,
    /// How a roll is wound.
    Winding,
    /// Only zeros.
    Zero,
    /// Number of the piece and how many there are.
    PieceOfTotal,
    /// Begins with no zero.
    NoZeroPrefix,
    /// North American coupon, which is not judged: no pack has it.
    CouponCode,
    /// North American offer, which is not judged: no pack has it.
    CouponOffer,
    /// Not only digits.
    HasNonDigit,
    /// Each `%` begins two hexadecimal digits.
    PercentEncoded,
}

impl Lint {
    /// Judges a value whose length and characters are right.
    pub(super) fn check(self, value: &[u8], today: BusinessDate) -> Result<(), CodeRefusal> {
        let is_right = match self {
            Lint::Csum => return require(has_check_digit(value), CodeRefusal::CheckDigit),
            Lint::CsumAlpha => return require(has_check_pair(value), CodeRefusal::CheckDigit),
            Lint::Yymmd0 => return require(date::yymmd0(value, today).is_some(), CodeRefusal::Date),
            Lint::Yymmdd => return require(date::yymmdd(value, today).is_some(), CodeRefusal::Date),
            Lint::Yyyymmdd => return require(date::yyyymmdd(value).is_some(), CodeRefusal::Date),
            Lint::Hhmi => return require(date::minute_of_day(value).is_some(), CodeRefusal::Date),
            Lint::Hh => return require(number(value) < 24, CodeRefusal::Date),
            Lint::Mi | Lint::Ss => return require(number(value) < 60, CodeRefusal::Date),
            Lint::Prefix1 => has_prefix(value),
            Lint::Prefix2 => value.get(1..).is_some_and(has_prefix),
            Lint::Country => is_in(COUNTRIES, value),
            Lint::CountryOr999 => value == b"999" || is_in(COUNTRIES, value),
            Lint::CountryLetters => is_in(COUNTRY_LETTERS, value),
            Lint::Currency => is_in(CURRENCIES, value),
            Lint::Sex => matches!(value, b"0" | b"1" | b"2" | b"9"),
            Lint::Iban => is_iban(value),
            Lint::Latitude => number(value) <= 1_800_000_000,
            Lint::Longitude => number(value) <= 3_600_000_000,
            Lint::YesNo => matches!(value, b"0" | b"1"),
            Lint::Hyphen => value == b"-",
            Lint::ImporterIndex => {
                value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
            }
            Lint::MediaType => matches!(number(value), 1..=10 | 80..=99),
            Lint::PlaceInSequence => {
                matches!(value, [place @ b'1'..=b'9', b'/', of] if place <= of && *of <= b'9')
            }
            Lint::Nonzero => value.iter().any(|digit| *digit != b'0'),
            Lint::Winding => matches!(value, b"0" | b"1" | b"9"),
            Lint::Zero => value.iter().all(|digit| *digit == b'0'),
            Lint::PieceOfTotal => is_piece_of_total(value),
            Lint::NoZeroPrefix => value.first() != Some(&b'0'),
            Lint::HasNonDigit => !value.iter().all(u8::is_ascii_digit),
            Lint::PercentEncoded => is_percent_encoded(value),
            Lint::PackageType | Lint::CouponCode | Lint::CouponOffer => true,
        };
        require(is_right, CodeRefusal::ElementValue)
    }
}

fn require(is_right: bool, refusal: CodeRefusal) -> Result<(), CodeRefusal> {
    if is_right { Ok(()) } else { Err(refusal) }
}

/// A short number; what is none is larger than any.
fn number(digits: &[u8]) -> u64 {
    std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX)
}

fn is_in(list: &str, value: &[u8]) -> bool {
    list.split(' ').any(|word| word.as_bytes() == value)
}

fn has_prefix(value: &[u8]) -> bool {
    value.get(..4).is_some_and(|prefix| prefix.iter().all(u8::is_ascii_digit))
}

fn has_check_digit(digits: &[u8]) -> bool {
    let Some((check, before)) = digits.split_last() else { return false };
    digits.iter().all(u8::is_ascii_digit) && gs1_check_digit(before) == *check
}

/// Check character pair of alphanumeric keys (GS1 General Specifications, 7.9.5): places in the set of 82
/// characters, weighted from the right by the primes, modulo 1021; the sum as two characters of 32.
fn has_check_pair(value: &[u8]) -> bool {
    const PRIMES: [usize; 23] =
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];
    const TEXT: &[u8] =
        b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    const CHECK: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some((before, pair)) = value.split_last_chunk::<2>() else { return false };
    if before.len() > PRIMES.len() {
        return false;
    }
    let mut sum = 0;
    for (byte, prime) in before.iter().rev().zip(PRIMES) {
        let Some(place) = TEXT.iter().position(|known| known == byte) else { return false };
        sum += place * prime;
    }
    let sum = sum % 1021;
    *pair == [CHECK[sum >> 5], CHECK[sum & 31]]
}

/// Country and check digits moved to the end and letters read as 10 to 35, the rest by 97 is 1.
fn is_iban(value: &[u8]) -> bool {
    let is_shaped = value.len() >= 5
        && value.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && is_in(COUNTRY_LETTERS, &value[..2]);
    if !is_shaped {
        return false;
    }
    let rest = value[4..].iter().chain(&value[..4]).fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

fn is_piece_of_total(value: &[u8]) -> bool {
    if !value.len().is_multiple_of(2) {
        return false;
    }
    let (piece, total) = value.split_at(value.len() / 2);
    (1..=number(total)).contains(&number(piece))
}

fn is_percent_encoded(value: &[u8]) -> bool {
    let mut left = value;
    while let Some(at) = left.iter().position(|byte| *byte == b'%') {
        let Some([high, low]) = left.get(at + 1..at + 3) else { return false };
        if !high.is_ascii_hexdigit() || !low.is_ascii_hexdigit() {
            return false;
        }
        left = &left[at + 3..];
    }
    true
}
