//! Codes on packs: GTIN and the national numbers that map to it, and what a scan says.
//!
//! A code is a string of digits, never an integer, because leading zeros belong to it. The canonical
//! form of a GTIN is its 14 digits, so that the same pack scanned as EAN-13, UPC-A or GS1 DataMatrix
//! is one product.

use std::fmt;

use crate::badge::Badge;
use crate::time::BusinessDate;

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
    /// Not one of the lengths that this kind of code has.
    Length,
    /// Something other than the digits 0 to 9.
    Characters,
    /// The check digit does not fit the others, so the code was misread or mistyped.
    CheckDigit,
    /// Only zeros: a placeholder that files use for "no code". Taking it would make one product of many.
    OnlyZeros,
}

impl CodeRefusal {
    /// Stable code for the edge.
    pub fn code(self) -> &'static str {
        match self {
            CodeRefusal::Length => "code_length",
            CodeRefusal::Characters => "code_characters",
            CodeRefusal::CheckDigit => "code_check_digit",
            CodeRefusal::OnlyZeros => "code_only_zeros",
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

/// What came from a scanner or was typed where a code is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// A product, with lot and expiry where the code states them beyond doubt.
    Gtin {
        /// Product code.
        gtin: Gtin,
        /// AI 10.
        lot: Option<String>,
        /// AI 17; a day 00 is read as the last day of its month.
        expiry: Option<BusinessDate>,
    },
    /// A German PZN with its prefix.
    Pzn(Pzn),
    /// A person's badge.
    Badge(Badge),
    /// It has the shape of a code, but is not a valid one. The text is what was read, cleaned.
    Misread {
        /// What was read.
        text: String,
        /// Why it is not taken.
        refusal: CodeRefusal,
    },
    /// None of these: perhaps a receipt number or a part of a name. The text is what was read, cleaned.
    Unknown(String),
}

/// Longest scan that is looked at, in bytes; the longest GS1 symbol a pack carries holds under 400.
pub const MAX_SCAN_BYTES: usize = 1000;

/// Tells what a scan says. Never fails: what is not understood is [`Scan::Unknown`].
pub fn classify(scan: &str) -> Scan {
    let cleaned = clean(scan);
    if cleaned.len() > MAX_SCAN_BYTES {
        return Scan::Unknown(cleaned.chars().take(MAX_SCAN_BYTES / 4).collect());
    }
    let (aim, data) = split_aim_prefix(cleaned);
    let is_gs1_carrier = matches!(aim, Some("]d2" | "]C1" | "]Q3" | "]e0" | "]J1"));
    if let Some(element) = data.strip_prefix("01").and_then(|rest| rest.get(..14)) {
        match gtin14(element) {
            Ok(gtin) => return read_after_gtin(gtin, &data[16..]),
            Err(refusal) if is_gs1_carrier || refusal != CodeRefusal::Characters => {
                return Scan::Misread { text: data.to_string(), refusal };
            }
            Err(_) => {}
        }
    }
    if let Some(badge) = Badge::parse(data) {
        return Scan::Badge(badge);
    }
    if let Some(pzn) = strip_pzn_prefix(data) {
        return match pzn8(pzn) {
            Ok(pzn) => Scan::Pzn(pzn),
            Err(CodeRefusal::CheckDigit) => {
                Scan::Misread { text: data.to_string(), refusal: CodeRefusal::CheckDigit }
            }
            Err(_) => Scan::Unknown(data.to_string()),
        };
    }
    match gtin14(data) {
        Ok(gtin) => Scan::Gtin { gtin, lot: None, expiry: None },
        // Eight digits may be a PZN typed without its prefix, so only the longer ones are called misread.
        Err(refusal @ (CodeRefusal::CheckDigit | CodeRefusal::OnlyZeros)) if data.len() > 8 => {
            Scan::Misread { text: data.to_string(), refusal }
        }
        Err(_) => Scan::Unknown(data.to_string()),
    }
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
fn gs1_check_digit(before: &[u8]) -> u8 {
    let sum: u32 = before.iter().rev().zip([3, 1].iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum();
    b'0' + ((10 - sum % 10) % 10) as u8
}

const GS: char = '\u{1d}';

/// Removes what scanners add around the data: line ends, tabs, framing bytes, zero-width characters.
fn clean(scan: &str) -> &str {
    scan.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')
    })
}

/// A symbology identifier is `]`, a letter and one more character.
fn split_aim_prefix(text: &str) -> (Option<&str>, &str) {
    let bytes = text.as_bytes();
    if bytes.len() >= 3
        && bytes[0] == b']'
        && bytes[1].is_ascii_alphabetic()
        && bytes[2].is_ascii_alphanumeric()
    {
        return (Some(&text[..3]), text[3..].trim_start_matches(GS));
    }
    (None, text)
}

fn strip_pzn_prefix(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('-') {
        return Some(rest);
    }
    let prefix = text.get(..3).filter(|prefix| prefix.eq_ignore_ascii_case("pzn"))?;
    Some(text[prefix.len()..].trim_start_matches([' ', ':', '-', '.']))
}

/// Lengths of the values of the AIs that need no separator; the key is the start of the AI.
fn fixed_length(ai: &str) -> Option<usize> {
    match ai {
        "00" => Some(18),
        "01" | "02" => Some(14),
        "11" | "12" | "13" | "15" | "16" | "17" => Some(6),
        "20" => Some(2),
        _ => None,
    }
}

/// AIs of variable length that medicine packs carry.
fn variable_length_ai(text: &str) -> Option<&str> {
    const KNOWN: [&str; 24] = [
        "10", "21", "22", "30", "37", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99", "240",
        "241", "250", "710", "711", "712", "714", "715", "716",
    ];
    KNOWN.into_iter().find(|ai| text.starts_with(ai))
}

/// Reads lot and expiry after `01` and a GTIN.
///
/// With separators the elements are certain. Without any, elements of fixed length are certain up to the
/// first one of variable length; that one is taken only if no part of it could be a further element,
/// because some scanners drop the separator.
fn read_after_gtin(gtin: Gtin, rest: &str) -> Scan {
    let rest = with_one_separator(rest);
    let has_separators = rest.contains(GS);
    let mut lot = None;
    let mut expiry = None;
    let mut left = rest.as_str();
    while !left.is_empty() {
        if let Some(after) = left.strip_prefix(GS) {
            left = after;
            continue;
        }
        let fixed = left.get(..2).and_then(|ai| Some((ai, fixed_length(ai)?)));
        if let Some((ai, length)) = fixed {
            let Some(value) = left.get(2..2 + length) else { break };
            if ai == "01" && value != gtin.as_str() {
                return Scan::Gtin { gtin, lot: None, expiry: None };
            }
            if ai == "17" {
                let Some(read) = read_expiry(value) else { break };
                if expiry.is_some_and(|known| known != read) {
                    return Scan::Gtin { gtin, lot: None, expiry: None };
                }
                expiry = Some(read);
            }
            left = &left[2 + length..];
            continue;
        }
        let (element, after) = left.split_once(GS).unwrap_or((left, ""));
        let Some(ai) = variable_length_ai(element) else {
            if has_separators {
                left = after;
                continue;
            }
            break;
        };
        let value = &element[ai.len()..];
        if !has_separators && may_hold_another_element(value) {
            break;
        }
        if ai == "10" && is_lot(value) {
            if lot.as_deref().is_some_and(|known| known != value) {
                return Scan::Gtin { gtin, lot: None, expiry: None };
            }
            lot = Some(value.to_string());
        }
        left = after;
    }
    Scan::Gtin { gtin, lot, expiry }
}

/// Scanners that type like a keyboard cannot send the separator and send one of these instead.
fn with_one_separator(text: &str) -> String {
    let mut text = text.replace(['␝', '|', '~'], "\u{1d}");
    for substitute in ["<GS>", "{GS}", "^]"] {
        text = text.replace(substitute, "\u{1d}");
    }
    text
}

/// Whether some end of `value` reads as elements of its own, so that the separator may have been dropped.
fn may_hold_another_element(value: &str) -> bool {
    (1..value.len()).filter_map(|at| value.get(at..)).any(reads_as_elements)
}

fn reads_as_elements(text: &str) -> bool {
    if let Some((ai, length)) = text.get(..2).and_then(|ai| Some((ai, fixed_length(ai)?))) {
        let Some(value) = text.get(2..2 + length) else { return false };
        let is_possible = value.bytes().all(|byte| byte.is_ascii_digit())
            && (!matches!(ai, "11" | "12" | "13" | "15" | "16" | "17") || read_expiry(value).is_some());
        let left = &text[2 + length..];
        return is_possible && (left.is_empty() || reads_as_elements(left));
    }
    variable_length_ai(text).is_some_and(|ai| text.len() > ai.len())
}

/// A lot number is 1 to 20 characters, none of them a space or a control character.
fn is_lot(value: &str) -> bool {
    (1..=20).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `YYMMDD` of 2000 to 2099, as no pack of another century is sold; day 00 is the last day of the month.
fn read_expiry(value: &str) -> Option<BusinessDate> {
    let digits = digits_of_length(value, &[6]).ok()?;
    let two = |at: usize| u32::from((digits[at] - b'0') * 10 + (digits[at + 1] - b'0'));
    let (year, month, day) =
        (2000 + i32::from(digits[0] - b'0') * 10 + i32::from(digits[1] - b'0'), two(2), two(4));
    if day > 0 {
        return BusinessDate::from_ymd(year, month, day);
    }
    (28..=31).rev().find_map(|last| BusinessDate::from_ymd(year, month, last))
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

    fn check_scan(scan: &str, expected: (&str, Option<&str>, Option<&str>)) {
        let Scan::Gtin { gtin, lot, expiry } = classify(scan) else {
            panic!("{scan:?} gave {:?}", classify(scan));
        };
        let expiry = expiry.map(|date| date.to_string());
        assert_eq!((gtin.as_str(), lot.as_deref(), expiry.as_deref()), expected, "{scan:?}");
    }

    #[test]
    fn a_scan_with_a_gtin_is_read() {
        let plain = |gtin| (gtin, None, None);
        check_scan("2112345678900\r\n", plain("02112345678900"));
        check_scan("]E02112345678900\t", plain("02112345678900"));
        check_scan("]E402345673", plain("00000002345673"));
        check_scan("\u{16}011084797600004013191120\u{0}", plain("10847976000040"));
        check_scan("]d2011231231231233310ABC123\u{1d}99TESTING", ("12312312312333", Some("ABC123"), None));
        check_scan("]C1011231231231233310ABC123\u{1d}99TESTING", ("12312312312333", Some("ABC123"), None));
        check_scan("]d2\u{1d}011231231231233310ABC123\u{1d}", ("12312312312333", Some("ABC123"), None));
        let dated = ("09506682101352", Some("test"), Some("2029-10-03"));
        check_scan("01095066821013521729100310test\u{1d}21532", dated);
        check_scan("01095066821013521729100310test<GS>21532", dated);
        check_scan("01095066821013521729100310test|21532", dated);
        check_scan("010950668210135221532\u{1d}10test\u{1d}17291003", dated);
        check_scan("01095066821013521729100310test\u{1d}17291003", dated);
        check_scan("011084797600004013191120", plain("10847976000040"));
        check_scan("01108479760000401319112010ABC1234", ("10847976000040", Some("ABC1234"), None));
        check_scan("010950668210135217160200", ("09506682101352", None, Some("2016-02-29")));
        check_scan("010950668210135217130200", ("09506682101352", None, Some("2013-02-28")));
    }

    #[test]
    fn a_dropped_separator_is_not_guessed() {
        // Serial number, expiry and lot run together: only the product is certain.
        check_scan("010415013832707721100251263204341727013110403751B", ("04150138327077", None, None));
        // The expiry stands before anything of variable length; the lot may end at "21".
        let expiry = Some("2029-10-03");
        check_scan("01095066821013521729100310A2103", ("09506682101352", None, expiry));
        check_scan("]d201095066821013521729100310A17280131", ("09506682101352", None, expiry));
        // "A17281331" cannot hold a date, so it is a lot.
        check_scan("01095066821013521729100310A17281331", ("09506682101352", Some("A17281331"), expiry));
    }

    #[test]
    fn elements_that_contradict_each_other_leave_the_product() {
        check_scan("010950668210135210A\u{1d}10B", ("09506682101352", None, None));
        check_scan("01095066821013521729100317291004", ("09506682101352", None, None));
        check_scan("010950668210135217291003\u{1d}0112312312312333", ("09506682101352", None, None));
        check_scan("010950668210135217291303", ("09506682101352", None, None));
        check_scan("010950668210135210\u{1d}17291003", ("09506682101352", None, Some("2029-10-03")));
    }

    #[test]
    fn a_scan_with_a_pzn_is_read() {
        for scan in ["-03752864", "PZN-03752864", "pzn 03752864", "PZN: 03752864\n", "]A0-03752864"] {
            assert_eq!(classify(scan), Scan::Pzn(pzn8("03752864").unwrap()), "{scan:?}");
        }
    }

    #[test]
    fn everything_else_is_kept_as_text() {
        let misread = |scan: &str, text: &str, refusal| {
            assert_eq!(classify(scan), Scan::Misread { text: text.into(), refusal }, "{scan:?}");
        };
        misread("2112345678901\n", "2112345678901", CodeRefusal::CheckDigit);
        misread("-11111111", "-11111111", CodeRefusal::CheckDigit);
        misread("0000000000000", "0000000000000", CodeRefusal::OnlyZeros);
        misread("0112312312312334", "0112312312312334", CodeRefusal::CheckDigit);
        misread("]d20112312312312334", "0112312312312334", CodeRefusal::CheckDigit);
        let unknown = |scan: &str, text: &str| {
            assert_eq!(classify(scan), Scan::Unknown(text.into()), "{scan:?}");
        };
        unknown("", "");
        unknown("]d2", "");
        unknown("]d2\r", "");
        unknown("B01-T2-K7F-000431\r", "B01-T2-K7F-000431");
        unknown("ibu 400", "ibu 400");
        unknown("02345674", "02345674");
        unknown("pznö", "pznö");
        unknown("]é2", "]é2");
        unknown("-5 %", "-5 %");
        unknown(&"é".repeat(600), &"é".repeat(250));
    }

    #[test]
    fn an_element_that_is_cut_off_leaves_the_product() {
        for tail in ["1", "17", "1729", "10", "é", "10é", "21é\u{1d}", "\u{1d}\u{1d}", "310", "20", "2"] {
            check_scan(&format!("0109506682101352{tail}"), ("09506682101352", None, None));
        }
    }
}
