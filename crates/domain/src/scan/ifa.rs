//! Data Matrix codes of the German IFA: an envelope of format 06 with data identifiers (ISO/IEC 15434, IFA
//! coding specification PPN).

use super::date;
use super::dictionary::is_text;
use super::elements::with_separators;
use super::national::National;
use super::readings::{Broken, Field, GS, Grammar, Shape, read};
use super::{Details, Scan, owned};
use crate::code::{CodeRefusal, Gtin, Pzn, gtin14, pzn8};
use crate::time::BusinessDate;

/// What begins every envelope.
const ENVELOPE: &[u8] = b"[)>";
/// What stands for the separators of fields, of the envelope, and its end.
const SEPARATORS: [&[u8]; 20] = [
    "␝".as_bytes(),
    b"<GS>",
    b"{GS}",
    b"\\x1d",
    b"\\x1D",
    b"^]",
    b"|",
    b"~",
    "␞".as_bytes(),
    b"<RS>",
    b"{RS}",
    b"\\x1e",
    b"\\x1E",
    b"^^",
    b"\x1e",
    "␄".as_bytes(),
    b"<EOT>",
    b"{EOT}",
    b"^D",
    b"\x04",
];

/// Whether it begins like one, with its envelope or, where the scanner takes that off, with a PPN.
pub(super) fn is_ifa(data: &[u8]) -> bool {
    data.starts_with(ENVELOPE)
        || data.get(..14).is_some_and(|start| is_own_ppn(&start[2..]) && start.starts_with(b"9N"))
}

/// Reads an envelope, or what a scanner leaves of it.
pub(super) fn read_ifa(data: &[u8], has_separator: bool, today: BusinessDate) -> Result<Scan, Broken> {
    let plain = with_separators(data, &SEPARATORS);
    let mut fields = plain.as_ref();
    let mut has_separators = has_separator;
    if let Some(envelope) = fields.strip_prefix(ENVELOPE) {
        let format = without_separators(envelope);
        fields = without_separators(format.strip_prefix(b"06").ok_or(CodeRefusal::UnknownElement)?);
        has_separators |= format.len() < envelope.len() || fields.len() + 2 < format.len();
    }
    let fields = read(fields, has_separators, &Ifa { today })?;
    scan(&fields, today)
}

fn without_separators(data: &[u8]) -> &[u8] {
    let start = data.iter().position(|byte| *byte != GS).unwrap_or(data.len());
    &data[start..]
}

struct Ifa {
    today: BusinessDate,
}

impl Grammar for Ifa {
    fn shape(&self, data: &[u8]) -> Option<Shape> {
        const LENGTHS: [(&[u8], usize, usize); 8] = [
            (b"9N", 5, 22),
            (b"1T", 1, 20),
            (b"D", 6, 6),
            (b"16D", 8, 8),
            (b"S", 1, 20),
            (b"8P", 14, 14),
            (b"27Q", 1, 8),
            (b"33L", 1, 200),
        ];
        let (id, least, most) = LENGTHS.into_iter().find(|(id, ..)| data.starts_with(id))?;
        let (least, most) = if data.starts_with(b"9N11") { (12, 12) } else { (least, most) };
        Some(Shape { id: id.len(), least, most, is_predefined: false })
    }

    fn check(&self, id: &[u8], value: &[u8]) -> Result<(), CodeRefusal> {
        let has =
            |is: fn(&u8) -> bool| if value.iter().all(is) { Ok(()) } else { Err(CodeRefusal::Characters) };
        match id {
            b"9N" => {
                has(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())?;
                let is_right = has_ppn_check(value) && (!value.starts_with(b"11") || is_own_ppn(value));
                if is_right { Ok(()) } else { Err(CodeRefusal::CheckDigit) }
            }
            b"D" => date::yymmd0(value, self.today).map(|_| ()).ok_or(CodeRefusal::Date),
            b"16D" => date::yyyymmdd(value).map(|_| ()).ok_or(CodeRefusal::Date),
            b"8P" => gtin14(&text(value)).map(|_| ()),
            b"27Q" => has(u8::is_ascii_digit),
            b"33L" => has(u8::is_ascii_graphic),
            _ => has(|byte| is_text(*byte)),
        }
    }

    fn hold_together(&self, _ids: &[&[u8]]) -> Result<(), CodeRefusal> {
        Ok(())
    }

    fn product(&self, id: &[u8], value: &[u8]) -> Option<Gtin> {
        match id {
            b"9N" => pzn_of_ppn(value).map(|pzn| pzn.gtin()),
            b"8P" => gtin14(&text(value)).ok(),
            _ => None,
        }
    }
}

fn scan(fields: &[Field<'_>], today: BusinessDate) -> Result<Scan, Broken> {
    let find = |id: &[u8]| fields.iter().find(|field| field.0 == id).map(|field| field.1);
    let ppn = find(b"9N");
    let pzn = ppn.and_then(pzn_of_ppn);
    let gtin = find(b"8P").and_then(|value| gtin14(&text(value)).ok());
    let of_gtin = gtin.as_ref().and_then(National::of_gtin);
    let mut details = Details {
        lot: find(b"1T").map(text),
        expiry: find(b"D").and_then(|value| date::yymmd0(value, today)),
        serial: find(b"S").map(text),
        elements: owned(fields),
        ..Details::default()
    };
    details.national.extend(pzn.as_ref().map(National::of_pzn).or_else(|| of_gtin.clone()));
    if let (Some(of_gtin), Some(pzn)) = (&of_gtin, &pzn)
        && *of_gtin != National::of_pzn(pzn)
    {
        return Err(CodeRefusal::ElementsContradict.into());
    }
    // In Germany packs are known by their PZN, also where its maker's own number stands beside it.
    match pzn.map(|pzn| pzn.gtin()).or(gtin) {
        Some(gtin) => Ok(Scan::Pack { gtin, details }),
        // A product number of another agency stands for nothing that is known here.
        None if ppn.is_some() => Err(CodeRefusal::UnknownElement.into()),
        None => Ok(Scan::Details(details)),
    }
}

/// A PPN that the IFA issues: `11`, a PZN, two check digits.
fn is_own_ppn(ppn: &[u8]) -> bool {
    has_ppn_check(ppn) && pzn_of_ppn(ppn).is_some()
}

fn pzn_of_ppn(ppn: &[u8]) -> Option<Pzn> {
    let pzn = ppn.strip_prefix(b"11").filter(|rest| rest.len() == 10)?;
    pzn8(&text(&pzn[..8])).ok()
}

/// ASCII codes weighted by 2, 3, 4 …; the sum modulo 97 is the last two digits.
fn has_ppn_check(ppn: &[u8]) -> bool {
    let Some((before, [tens, ones])) = ppn.split_last_chunk::<2>() else { return false };
    let sum: u32 = (2..).zip(before).map(|(weight, byte)| weight * u32::from(*byte)).sum();
    let digit = |value: u32| char::from_digit(value, 10).is_some_and(|digit| digit.is_ascii_digit());
    let (high, low) = (sum % 97 / 10, sum % 97 % 10);
    digit(high) && u32::from(*tens) == u32::from(b'0') + high && u32::from(*ones) == u32::from(b'0') + low
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
