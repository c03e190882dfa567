//! GS1 element strings: application identifiers with their values, one behind the other.

use std::borrow::Cow;

use super::dictionary::{is_text, row_at, row_of};
use super::readings::{Broken, Field, GS, Grammar, Shape, read};
use crate::code::{CodeRefusal, Gtin, gtin14};
use crate::time::BusinessDate;

/// What scanners that type like a keyboard send for a separator. Each has a character that no value has.
const SUBSTITUTES: [&[u8]; 7] = ["␝".as_bytes(), b"{GS}", b"\\x1d", b"\\x1D", b"^]", b"|", b"~"];
/// The one substitute whose characters a value may have.
const LEGAL_SUBSTITUTE: &[u8] = b"<GS>";

/// The rules of GS1 for the present day.
pub(super) struct Gs1 {
    pub(super) today: BusinessDate,
}

impl Grammar for Gs1 {
    fn shape(&self, data: &[u8]) -> Option<Shape> {
        let row = row_at(data)?;
        let (least, most) = row.lengths();
        Some(Shape { id: row.id_len(), least, most, is_predefined: row.is_predefined })
    }

    fn check(&self, id: &[u8], value: &[u8]) -> Result<(), CodeRefusal> {
        row_of(id).ok_or(CodeRefusal::UnknownElement)?.check(value, self.today)?;
        // A placeholder has a right check digit too.
        if id == b"01" && value.iter().all(|digit| *digit == b'0') {
            return Err(CodeRefusal::OnlyZeros);
        }
        Ok(())
    }

    /// What a value needs may stand in another code on the pack, unless this one names the thing itself.
    fn hold_together(&self, ids: &[&[u8]]) -> Result<(), CodeRefusal> {
        let rows = || ids.iter().filter_map(|id| Some((row_of(id)?, *id)));
        if rows().any(|(row, _)| row.is_key()) && !rows().all(|(row, _)| row.has_what_it_needs(ids)) {
            return Err(CodeRefusal::ElementMissing);
        }
        if rows().any(|(row, id)| row.is_barred(id, ids)) {
            return Err(CodeRefusal::ElementsExclude);
        }
        Ok(())
    }

    fn product(&self, id: &[u8], value: &[u8]) -> Option<Gtin> {
        let text = std::str::from_utf8(value).ok().filter(|_| id == b"01")?;
        gtin14(text).ok()
    }
}

/// Reads elements and hands them on. `has_separator` says that the scanner sent one around the data.
pub(super) fn read_elements<T>(
    data: &[u8],
    has_separator: bool,
    today: BusinessDate,
    take: impl Fn(&[Field<'_>]) -> T,
) -> Result<T, Broken> {
    let gs1 = Gs1 { today };
    let read = |data: &[u8]| read(data, has_separator, &gs1).map(|fields| take(&fields));
    let plain = with_separators(data, &SUBSTITUTES);
    if !contains(&plain, LEGAL_SUBSTITUTE) {
        return read(&plain);
    }
    let split = with_separators(&plain, &[LEGAL_SUBSTITUTE]);
    // A scanner that sends another separator does not send this one, so there it belongs to a value.
    if plain.contains(&GS) {
        read(&plain).or_else(|_| read(&split))
    } else {
        // What is no element behind it shows that it belongs to a value; what is one and is wrong does not.
        let is_text =
            |broken: &Broken| matches!(broken.refusal, CodeRefusal::UnknownElement | CodeRefusal::Length);
        read(&split).or_else(|broken| if is_text(&broken) { read(&plain) } else { Err(broken) })
    }
}

/// The data with one sign for every separator; for what is no code of a pack.
pub(super) fn plain_separators(data: &[u8]) -> Vec<u8> {
    with_separators(&with_separators(data, &SUBSTITUTES), &[LEGAL_SUBSTITUTE]).into_owned()
}

/// The data with each of the substitutes replaced.
pub(super) fn with_separators<'a>(data: &'a [u8], substitutes: &[&[u8]]) -> Cow<'a, [u8]> {
    if data.iter().all(|byte| is_text(*byte) && *byte != b'<') {
        return Cow::Borrowed(data);
    }
    let mut replaced = Vec::with_capacity(data.len());
    let mut left = data;
    while let Some((first, rest)) = left.split_first() {
        if let Some(substitute) = substitutes.iter().find(|substitute| left.starts_with(substitute)) {
            replaced.push(GS);
            left = &left[substitute.len()..];
        } else {
            replaced.push(*first);
            left = rest;
        }
    }
    Cow::Owned(replaced)
}

/// Whether a scanner's separator stands in the data.
pub(super) fn contains_separator(data: &[u8]) -> bool {
    [&[GS], LEGAL_SUBSTITUTE].iter().chain(&SUBSTITUTES).any(|separator| contains(data, separator))
}

fn contains(data: &[u8], part: &[u8]) -> bool {
    data.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::readings::steps;
    use super::*;

    fn gs1() -> Gs1 {
        Gs1 { today: BusinessDate::parse("2026-11-23").unwrap() }
    }

    fn pairs(data: &[u8]) -> Result<Vec<(String, String)>, CodeRefusal> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let pair = |field: &Field<'_>| (text(field.0), text(field.1));
        let read = read_elements(data, false, gs1().today, |fields| fields.iter().map(pair).collect());
        read.map_err(|broken| broken.refusal)
    }

    /// Reads the syntax with brackets, which people write and no scanner sends.
    fn bracketed(text: &str) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        let mut left = text;
        while !left.is_empty() {
            let (ai, rest) = left.strip_prefix('(')?.split_once(')')?;
            row_of(ai.as_bytes())?;
            let end = (0..rest.len()).find(|at| rest[*at..].starts_with('(') && !rest[..*at].ends_with('\\'));
            let (value, rest) = rest.split_at(end.unwrap_or(rest.len()));
            found.push((ai.to_owned(), value.replace("\\(", "(")));
            left = rest;
        }
        let is_right = |(ai, value): &(String, String)| gs1().check(ai.as_bytes(), value.as_bytes()).is_ok();
        found.iter().all(is_right).then_some(found)
    }

    #[test]
    fn the_publishers_own_samples_hold() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gs1/gs1_examples.json");
        let Ok(published) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is missing", path.display());
            return;
        };
        let published: serde_json::Value = serde_json::from_str(&published).unwrap();
        let samples = published["test_parseAIdata"].as_array().unwrap();
        assert!(samples.len() > 20);
        for sample in samples {
            let text = |name: &str| sample[name].as_str().unwrap();
            let expected = bracketed(text("bracketed"));
            assert_eq!(expected.is_some(), sample["ok"].as_bool().unwrap(), "{sample}");
            if let Some(expected) = expected {
                let scanned = text("unbracketed").replace('^', "\u{1d}");
                assert_eq!(pairs(scanned.as_bytes()).as_ref(), Ok(&expected), "{sample}");
            }
        }
    }

    #[test]
    fn steps_are_bounded_whatever_comes() {
        assert!(steps(b"010950668210135217291003", &gs1()) < 10);
        for unit in ["10A", "21", "9091", "3103123456", "10", "2110"] {
            for length in [10, 100, 1000] {
                let data: Vec<u8> = unit.bytes().cycle().take(length).collect();
                assert!(steps(&data, &gs1()) <= 2_000, "{unit} {length}: {}", steps(&data, &gs1()));
            }
        }
    }

    proptest! {
        #[test]
        fn steps_are_bounded_for_random_signs(data in prop::collection::vec(prop::sample::select(&b"0123479AZ"[..]), 0..1000)) {
            prop_assert!(steps(&data, &gs1()) <= 2_000);
        }
    }
}
