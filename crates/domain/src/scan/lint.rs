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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn today() -> BusinessDate {
        BusinessDate::parse("2026-11-23").unwrap()
    }

    fn check(lint: Lint, right: &[&str], wrong: &[&str], refusal: CodeRefusal) {
        for value in right {
            assert_eq!(lint.check(value.as_bytes(), today()), Ok(()), "{lint:?} {value}");
        }
        for value in wrong {
            assert_eq!(lint.check(value.as_bytes(), today()), Err(refusal), "{lint:?} {value}");
        }
    }

    #[test]
    fn what_each_rule_takes() {
        use CodeRefusal::{CheckDigit, Date, ElementValue};
        check(Lint::Csum, &["02345673", "123456789012345675"], &["", "02345674", "0234567A"], CheckDigit);
        let pairs =
            ["1987654Ad4X4bL5ttr2310c2K", "12345_ABCDEFGHIJKLMCP", "12345_!\"%&'()*+,-./LC", "00000!HV"];
        let wrong =
            ["1987654Ad4X4bL5ttr2310c2X", "2987654Ad4X4bL5ttr2310c2K", "2", " 2345678901234567890123NT"];
        check(Lint::CsumAlpha, &pairs, &wrong, CheckDigit);
        check(Lint::CsumAlpha, &[], &["123456789012345678901234567890NT"], CheckDigit);
        check(Lint::Prefix1, &["1234A"], &["123A5", "123"], ElementValue);
        check(Lint::Prefix2, &["A1234"], &["1", "A123A", ""], ElementValue);
        check(Lint::Yymmd0, &["291000", "991231"], &["291301", "290230", "29100"], Date);
        check(Lint::Yymmdd, &["291001"], &["291000"], Date);
        check(Lint::Yyyymmdd, &["19991231"], &["19991200", "19991331"], Date);
        check(Lint::Hhmi, &["0000", "2359"], &["2400", "1260"], Date);
        check(Lint::Hh, &["00", "23"], &["24"], Date);
        check(Lint::Mi, &["00", "59"], &["60"], Date);
        check(Lint::Ss, &["00", "59"], &["60"], Date);
        check(Lint::Country, &["276", "004", "894"], &["999", "000", "895"], ElementValue);
        check(Lint::CountryOr999, &["276", "999"], &["998"], ElementValue);
        check(Lint::CountryLetters, &["DE", "ZW"], &["de", "XX", "D "], ElementValue);
        check(Lint::Currency, &["978", "756"], &["000", "280"], ElementValue);
        check(Lint::Sex, &["0", "1", "2", "9"], &["3"], ElementValue);
        let wrong = ["DE89370400440532013001", "XX89370400440532013000", "DE8", "de89370400440532013000"];
        check(Lint::Iban, &["DE89370400440532013000", "GB82WEST12345698765432"], &wrong, ElementValue);
        check(Lint::Latitude, &["0000000000", "1800000000"], &["1800000001"], ElementValue);
        check(Lint::Longitude, &["3600000000"], &["3600000001"], ElementValue);
        check(Lint::YesNo, &["0", "1"], &["2"], ElementValue);
        check(Lint::Hyphen, &["-"], &["+"], ElementValue);
        check(Lint::ImporterIndex, &["-", "_", "a", "Z", "0"], &["!"], ElementValue);
        check(Lint::MediaType, &["01", "10", "80", "99"], &["00", "11", "79"], ElementValue);
        let wrong = ["0/1", "2/1", "1-3", "1/:", "1/0"];
        check(Lint::PlaceInSequence, &["1/1", "1/3", "9/9"], &wrong, ElementValue);
        check(Lint::Nonzero, &["0001"], &["0000"], ElementValue);
        check(Lint::Winding, &["0", "1", "9"], &["2"], ElementValue);
        check(Lint::Zero, &["0"], &["1"], ElementValue);
        check(Lint::PieceOfTotal, &["0102", "0202"], &["0201", "0002", "0000", "010"], ElementValue);
        check(Lint::NoZeroPrefix, &["10"], &["0", "01"], ElementValue);
        check(Lint::HasNonDigit, &["1A"], &["11"], ElementValue);
        check(Lint::PercentEncoded, &["a%2Fb%20", "ab"], &["%", "a%2", "%GG", "%20%"], ElementValue);
        for lint in [Lint::PackageType, Lint::CouponCode, Lint::CouponOffer] {
            check(lint, &["?"], &[], ElementValue);
        }
    }

    #[test]
    fn the_publishers_own_samples_hold() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gs1/gs1_examples.json");
        let Ok(published) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is missing", path.display());
            return;
        };
        let published: serde_json::Value = serde_json::from_str(&published).unwrap();
        let samples = published["linters_sample"].as_array().unwrap();
        assert!(samples.len() > 50);
        for sample in samples {
            let lint = match sample["linter"].as_str().unwrap() {
                "csum" => Lint::Csum,
                "yymmd0" => Lint::Yymmd0,
                other => panic!("{other} is new"),
            };
            let judged = lint.check(sample["value"].as_str().unwrap().as_bytes(), today());
            assert_eq!(judged.is_ok(), sample["ok"].as_bool().unwrap(), "{sample}");
        }
    }
}
