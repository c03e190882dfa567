//! What each application identifier of GS1 may hold, and what it needs or bars beside it.

mod table;

use super::lint::Lint;
use crate::code::CodeRefusal;
use crate::time::BusinessDate;
use table::TABLE;

/// Characters that a part of a value may have (GS1 General Specifications, 7.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    /// Digits.
    N,
    /// The 82 characters of most texts.
    X,
    /// The 39 characters of component identifiers.
    Y,
    /// Base64 for file names and addresses.
    Z,
}

impl Set {
    fn has(self, byte: u8) -> bool {
        match self {
            Set::N => byte.is_ascii_digit(),
            Set::X => is_text(byte),
            Set::Y => byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"#-/".contains(&byte),
            Set::Z => byte.is_ascii_alphanumeric() || b"-_=".contains(&byte),
        }
    }
}

/// Whether a byte is in the set of 82 characters; no space, none of `#$@[\]^{|}~` and the back quote.
pub(super) fn is_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(&byte)
}

/// One part of a value. Only the last part of a value has no fixed length.
#[derive(Debug, Clone, Copy)]
struct Part {
    set: Set,
    least: usize,
    most: usize,
    is_optional: bool,
    lints: &'static [Lint],
}

impl Part {
    const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    const fn with(mut self, lints: &'static [Lint]) -> Self {
        self.lints = lints;
        self
    }
}

const fn part(set: Set, least: usize, most: usize) -> Part {
    Part { set, least, most, is_optional: false, lints: &[] }
}

const fn n(length: usize) -> Part {
    part(Set::N, length, length)
}

const fn n_to(most: usize) -> Part {
    part(Set::N, 1, most)
}

const fn x(length: usize) -> Part {
    part(Set::X, length, length)
}

const fn x_to(most: usize) -> Part {
    part(Set::X, 1, most)
}

const fn y_to(most: usize) -> Part {
    part(Set::Y, 1, most)
}

const fn z_to(most: usize) -> Part {
    part(Set::Z, 1, most)
}

/// An application identifier, or a run of them that are alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    from: &'static str,
    to: &'static str,
    parts: &'static [Part],
    /// Its length is known from its first two digits, so that no separator follows it.
    pub(super) is_predefined: bool,
    /// A GS1 Digital Link may have it behind the question mark.
    pub(super) is_attribute: bool,
    /// Groups between commas, one of which must be there too; `n` stands for any digit.
    pub(super) needs: &'static str,
    /// Identifiers between commas that must not stand beside it; `n` stands for any digit.
    pub(super) bars: &'static str,
    /// It names what a GS1 Digital Link is about; then its qualifiers in order, alternatives between bars.
    pub(super) key: Option<&'static str>,
}

const fn row(from: &'static str, to: &'static str, parts: &'static [Part]) -> Row {
    Row { from, to, parts, is_predefined: false, is_attribute: false, needs: "", bars: "", key: None }
}

impl Row {
    const fn predefined(mut self) -> Self {
        self.is_predefined = true;
        self
    }

    const fn attribute(mut self) -> Self {
        self.is_attribute = true;
        self
    }

    const fn needs(mut self, needs: &'static str) -> Self {
        self.needs = needs;
        self
    }

    const fn bars(mut self, bars: &'static str) -> Self {
        self.bars = bars;
        self
    }

    const fn key(mut self, qualifiers: &'static str) -> Self {
        self.key = Some(qualifiers);
        self
    }

    /// Digits of the identifier, 2 to 4.
    pub(super) fn id_len(&self) -> usize {
        self.from.len()
    }

    /// The shortest and the longest value, in bytes.
    pub(super) fn lengths(&self) -> (usize, usize) {
        let needed = self.parts.iter().filter(|part| !part.is_optional);
        (needed.map(|part| part.least).sum(), self.parts.iter().map(|part| part.most).sum())
    }

    /// Judges a value. The century of a date depends on the present one.
    pub(super) fn check(&self, value: &[u8], today: BusinessDate) -> Result<(), CodeRefusal> {
        let mut left = value;
        for part in self.parts {
            if left.is_empty() && part.is_optional {
                break;
            }
            if left.len() < part.least {
                return Err(CodeRefusal::Length);
            }
            let (own, rest) = left.split_at(left.len().min(part.most));
            if !own.iter().all(|byte| part.set.has(*byte)) {
                return Err(CodeRefusal::Characters);
            }
            for lint in part.lints {
                lint.check(own, today)?;
            }
            left = rest;
        }
        if left.is_empty() { Ok(()) } else { Err(CodeRefusal::Length) }
    }

    /// Whether one group of what it needs is among the others.
    pub(super) fn has_what_it_needs(&self, ids: &[&[u8]]) -> bool {
        let is_there = |pattern: &str| ids.iter().any(|id| matches(pattern, id));
        self.needs.is_empty() || self.needs.split(',').any(|group| group.split('+').all(is_there))
    }

    /// Whether another identifier than `id`, its own, must not be there.
    pub(super) fn is_barred(&self, id: &[u8], ids: &[&[u8]]) -> bool {
        let bars = |other: &[u8]| other != id && self.bars.split(',').any(|bar| matches(bar, other));
        !self.bars.is_empty() && ids.iter().any(|other| bars(other))
    }

    /// It stands for something of its own, which no other code on the same thing has to name.
    pub(super) fn is_key(&self) -> bool {
        self.key.is_some() || matches!(self.from, "02" | "03" | "8026")
    }
}

fn matches(pattern: &str, id: &[u8]) -> bool {
    let is_like = |(sign, digit): (u8, &u8)| sign == b'n' || sign == *digit;
    pattern.len() == id.len() && pattern.bytes().zip(id).all(is_like)
}

/// The row of the identifier that stands at the beginning.
pub(super) fn row_at(data: &[u8]) -> Option<&'static Row> {
    let begin = &data[..data.len().min(4)];
    let next = TABLE.partition_point(|row| row.from.as_bytes() <= begin);
    let row = &TABLE[next.checked_sub(1)?];
    let id = begin.get(..row.id_len())?;
    (id.iter().all(u8::is_ascii_digit) && id <= row.to.as_bytes()).then_some(row)
}

/// The row of an identifier.
pub(super) fn row_of(id: &[u8]) -> Option<&'static Row> {
    row_at(id).filter(|row| row.id_len() == id.len())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The row as the published file writes it: identifiers, flags, parts, attributes.
    fn written(row: &Row) -> Vec<String> {
        let range = if row.from == row.to { row.from.to_owned() } else { format!("{}-{}", row.from, row.to) };
        let mut flags = String::new();
        flags.extend(row.is_predefined.then_some('*'));
        flags.extend(row.is_attribute.then_some('?'));
        let parts = row.parts.iter().map(|part| {
            let open = if part.least == part.most { "" } else { ".." };
            assert!(part.least == part.most || part.least == 1);
            let spec = format!("{:?}{open}{}", part.set, part.most);
            let spec = if part.is_optional { format!("[{spec}]") } else { spec };
            part.lints.iter().fold(spec, |spec, lint| format!("{spec},{}", name(*lint)))
        });
        let mut words = vec![range];
        words.extend((!flags.is_empty()).then_some(flags));
        words.extend(parts);
        words.extend((!row.needs.is_empty()).then(|| format!("req={}", row.needs)));
        words.extend((!row.bars.is_empty()).then(|| format!("ex={}", row.bars)));
        words.extend(row.key.map(|key| match key {
            "" => "dlpkey".to_owned(),
            _ => format!("dlpkey={key}"),
        }));
        words
    }

    fn name(lint: Lint) -> &'static str {
        match lint {
            Lint::Csum => "csum",
            Lint::CsumAlpha => "csumalpha",
            Lint::Prefix1 => "gcppos1",
            Lint::Prefix2 => "gcppos2",
            Lint::Yymmd0 => "yymmd0",
            Lint::Yymmdd => "yymmdd",
            Lint::Yyyymmdd => "yyyymmdd",
            Lint::Hhmi => "hhmi",
            Lint::Hh => "hh",
            Lint::Mi => "mi",
            Lint::Ss => "ss",
            Lint::Country => "iso3166",
            Lint::CountryOr999 => "iso3166999",
            Lint::CountryLetters => "iso3166alpha2",
            Lint::Currency => "iso4217",
            Lint::Sex => "iso5218",
            Lint::Iban => "iban",
            Lint::Latitude => "latitude",
            Lint::Longitude => "longitude",
            Lint::YesNo => "yesno",
            Lint::Hyphen => "hyphen",
            Lint::ImporterIndex => "importeridx",
            Lint::PackageType => "packagetype",
            Lint::MediaType => "mediatype",
            Lint::PlaceInSequence => "posinseqslash",
            Lint::Nonzero => "nonzero",
            Lint::Winding => "winding",
            Lint::Zero => "zero",
            Lint::PieceOfTotal => "pieceoftotal",
            Lint::NoZeroPrefix => "nozeroprefix",
            Lint::CouponCode => "couponcode",
            Lint::CouponOffer => "couponposoffer",
            Lint::HasNonDigit => "hasnondigit",
            Lint::PercentEncoded => "pcenc",
        }
    }

    #[test]
    fn the_table_is_the_published_dictionary() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gs1/gs1-syntax-dictionary.txt");
        let Ok(published) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is missing", path.display());
            return;
        };
        let rows = published.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let rows: Vec<Vec<&str>> =
            rows.map(|row| row.split('#').next().unwrap().split_whitespace().collect()).collect();
        assert_eq!(rows.len(), TABLE.len());
        for (row, mut published) in TABLE.iter().zip(rows) {
            // The file has the attributes in any order.
            let place =
                |word: &&str| ["req=", "ex=", "dlpkey"].iter().position(|name| word.starts_with(name));
            published.sort_by_key(place);
            assert_eq!(written(row), published);
        }
    }

    #[test]
    fn every_identifier_is_found_and_no_other() {
        let check = |data: &str, expected: Option<&str>| {
            assert_eq!(row_at(data.as_bytes()).map(|row| &data[..row.id_len()]), expected, "{data}");
        };
        check("00123", Some("00"));
        check("0", None);
        check("", None);
        check("04", None);
        check("14", None);
        check("235A", Some("235"));
        check("230A", None);
        check("23", None);
        check("3105", Some("3105"));
        check("3106", None);
        check("310:", None);
        check("310/", None);
        check("31A", None);
        check("717X", Some("717"));
        check("718X", None);
        check("7239", Some("7239"));
        check("8200", Some("8200"));
        check("99", Some("99"));
        check("9:", None);
        check("9\u{e9}", None);
        check("A1", None);
        assert_eq!(row_of(b"010").map(Row::id_len), None);
        for pair in TABLE.windows(2) {
            assert!(pair[0].to < pair[1].from && !pair[1].from.starts_with(pair[0].from), "{:?}", pair[1]);
        }
    }

    #[test]
    fn what_stands_beside_what() {
        let check = |id: &str, others: &[&str], has_all: bool, is_barred: bool| {
            let row = row_of(id.as_bytes()).unwrap();
            let ids: Vec<&[u8]> = others.iter().map(|id| id.as_bytes()).chain([id.as_bytes()]).collect();
            let judged = (row.has_what_it_needs(&ids), row.is_barred(id.as_bytes(), &ids));
            assert_eq!(judged, (has_all, is_barred), "{id} beside {others:?}");
        };
        check("01", &[], true, false);
        check("01", &["37"], true, true);
        check("01", &["255"], true, true);
        check("02", &[], false, false);
        check("02", &["37"], true, false);
        check("02", &["37", "01"], true, true);
        check("10", &["01"], true, false);
        check("10", &["8006"], true, false);
        check("10", &["00"], false, false);
        check("21", &["01", "235"], true, true);
        check("37", &["00", "02"], true, false);
        check("37", &["02"], false, false);
        check("250", &["01"], false, false);
        check("250", &["01", "21"], true, false);
        check("3102", &["01"], true, false);
        check("3102", &["01", "3103"], true, true);
        check("3922", &["01"], false, false);
        check("3922", &["01", "3102"], true, false);
        check("3922", &["01", "30", "3930"], true, true);
        check("7004", &["01", "10"], true, false);
        check("8041", &["01", "21"], false, false);
        check("8041", &["01", "21", "8040"], true, false);
        check("710", &[], false, false);
    }
}
