//! What a scanner sends, or a person types where a code is expected, and what it says.
//!
//! One way leads through here: framing and the symbology identifier come off ([`carrier`]), then the data is a
//! GS1 element string, a GS1 Digital Link, an IFA envelope, a national number, an EAN or UPC, a badge, or
//! nothing that is known. Bytes in, a value out; nothing fails and nothing is guessed. Who calls keeps the bytes.
//!
//! Where more than one thing is wrong, one is told, in the order of [`CodeRefusal`]: nothing behind the identifier,
//! or an identifier that is unknown or turned round by Caps Lock; then, without separators, that there are two
//! readings; then of the first element that is wrong whether it is unknown, its length, characters, check digit,
//! date and value, and whether it contradicts one before it; last what it misses beside it, and what it bars.

mod carrier;
mod date;
mod dictionary;
mod digital_link;
mod elements;
mod ifa;
mod keyboard;
mod lint;
mod lists;
mod national;
pub mod pairing;
mod readings;
pub mod self_test;

use std::fmt;

use crate::badge::Badge;
use crate::code::{CodeRefusal, Gtin, gtin14};
use crate::time::BusinessDate;
use carrier::{Carrier, Framed, unframe};
use digital_link::{Address, address, read_link};
use elements::{contains_separator, read_elements};
use ifa::{is_ifa, read_ifa};
use national::{read_aic, read_pzn};
use readings::{Broken, Field};

pub use keyboard::Layout;
pub use national::{List, National};

/// Longest scan that is looked at, in bytes; the longest GS1 symbol a pack carries holds under 400.
pub const MAX_SCAN_BYTES: usize = 1000;

/// What a scan says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// A product, with what its code states about the one pack.
    Pack {
        /// The product.
        gtin: Gtin,
        /// The pack.
        details: Details,
    },
    /// A pack whose product another code on it names; see [`pairing`].
    Details(Details),
    /// A national number by itself, with the GTIN that it may stand for.
    National(National),
    /// A delivery box.
    DeliveryBox {
        /// Serial shipping container code, 18 digits.
        sscc: String,
        /// Everything in the code.
        elements: Vec<Element>,
    },
    /// A person's badge.
    Badge(Badge),
    /// It has the shape of a code, but is not taken.
    Misread {
        /// What was read, without framing.
        text: String,
        /// Why it is not taken.
        refusal: CodeRefusal,
        /// The product, where that much is certain: it may be sold without lot and expiry.
        gtin: Option<Gtin>,
    },
    /// None of these: perhaps a receipt number or a part of a name. The text is what was read, without framing.
    Unknown(String),
}

/// What a code says about one pack. A field that it does not carry is `None`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Lot: AI 10, DI 1T; up to 20 characters.
    pub lot: Option<String>,
    /// Last day of use: AI 17 or 7003, DI D. A day 00 is the last day of its month.
    pub expiry: Option<BusinessDate>,
    /// Minute of the day of expiry at which use ends, 0 to 1439: AI 7003.
    pub expiry_minute: Option<u16>,
    /// Serial number: AI 21, DI S; up to 20 characters.
    pub serial: Option<String>,
    /// Numbers of national lists: AI 710 to 717, and what the product code itself holds.
    pub national: Vec<National>,
    /// Everything in the code, those above too, in its order.
    pub elements: Vec<Element>,
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expiry = self.expiry.map(|date| date.to_string());
        write!(f, "{:?} {expiry:?} {:?} {:?}", self.lot, self.serial, self.elements)
    }
}

/// One element of a code.
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    /// Application identifier of GS1 (2 to 4 digits) or data identifier of the IFA (ends with a letter).
    pub id: String,
    /// Its value as it stands in the code.
    pub value: String,
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}){}", self.id, self.value)
    }
}

/// Tells what a scan says. `today` decides the century of dates. Never fails: what is not understood is
/// [`Scan::Unknown`].
#[must_use]
pub fn read(scan: &[u8], today: BusinessDate) -> Scan {
    let framed = unframe(scan);
    let text = String::from_utf8_lossy(framed.data);
    if framed.data.len() > MAX_SCAN_BYTES {
        return Scan::Unknown(text.chars().take(MAX_SCAN_BYTES / 4).collect());
    }
    // What opens something to whoever knows it is told as what it is, however a scanner frames it.
    if let Some(badge) = Badge::parse(&text) {
        return Scan::Badge(badge);
    }
    let misread =
        |broken: Broken| Scan::Misread { text: text.to_string(), refusal: broken.refusal, gtin: broken.gtin };
    let is_empty = framed.data.is_empty() && !framed.identifier.is_empty();
    let read = match framed.carrier {
        Carrier::Unknown => Err(CodeRefusal::Carrier.into()),
        Carrier::TurnedRound => Err(turned_round(&text)),
        _ if is_empty => Err(CodeRefusal::Empty.into()),
        Carrier::Gs1 => read_gs1(framed, &text, today),
        Carrier::Ean13 => read_ean(&text, framed.identifier == b"]E3"),
        Carrier::Ean8 => gtin14(&text).map(pack).map_err(Broken::from),
        Carrier::Code39 | Carrier::Plain | Carrier::Unsaid => read_by_shape(framed, &text, today),
    };
    read.unwrap_or_else(misread)
}

fn pack(gtin: Gtin) -> Scan {
    let national = National::of_gtin(&gtin).into_iter().collect();
    Scan::Pack { gtin, details: Details { national, ..Details::default() } }
}

/// Digits are right under Caps Lock; letters are not.
fn turned_round(text: &str) -> Broken {
    let element = text.strip_prefix("01").and_then(|rest| rest.get(..14));
    let gtin = [Some(text), element].into_iter().flatten().find_map(|digits| gtin14(digits).ok());
    Broken { refusal: CodeRefusal::CapsLock, gtin }
}

/// Elements that the scanner says are some. `]e0` with an EAN behind it is `]E0` turned round by Caps Lock.
fn read_gs1(framed: Framed<'_>, text: &str, today: BusinessDate) -> Result<Scan, Broken> {
    if framed.identifier == b"]e0" && text.len() == 13 && gtin14(text).is_ok() {
        return Err(turned_round(text));
    }
    let scan = read_elements(framed.data, framed.has_separator, today, |fields| of_fields(fields, today))??;
    Ok(scan.unwrap_or_else(|| Scan::Unknown(text.to_owned())))
}

/// An EAN-13 or a UPC as its 13 digits. `]E0` with elements behind it is `]e0` turned round by Caps Lock.
fn read_ean(text: &str, has_add_on: bool) -> Result<Scan, Broken> {
    let digits = if has_add_on { text.get(..13).unwrap_or(text) } else { text };
    if digits.len() > 13 && turned_round(text).gtin.is_some() {
        return Err(turned_round(text));
    }
    if !matches!(digits.len(), 12 | 13) {
        return Err(CodeRefusal::Length.into());
    }
    Ok(pack(gtin14(digits)?))
}

/// Data of which only its shape says what it is.
fn read_by_shape(framed: Framed<'_>, text: &str, today: BusinessDate) -> Result<Scan, Broken> {
    let data = framed.data;
    if is_ifa(data) {
        return read_ifa(data, framed.has_separator, today);
    }
    if let Address::Web(_) | Address::MixedScheme = address(text) {
        return read_web(text, today);
    }
    let element = text.strip_prefix("01").and_then(|rest| rest.get(..14));
    if let Some(digits) = element.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
        gtin14(digits)?;
        return read_gs1(framed, text, today);
    }
    if let Some(pzn) = read_pzn(text) {
        return Ok(Scan::National(pzn?));
    }
    if let Some(aic) = read_aic(text, framed.carrier == Carrier::Code39) {
        return Ok(Scan::National(aic));
    }
    match gtin14(text) {
        Ok(gtin) => return Ok(pack(gtin)),
        // Eight digits may be a PZN typed without its prefix, so only the longer ones are called misread.
        Err(refusal @ (CodeRefusal::CheckDigit | CodeRefusal::OnlyZeros)) if text.len() > 8 => {
            return Err(refusal.into());
        }
        Err(_) => {}
    }
    read_without_product(framed, text, today)
}

/// A box, or a second code of a pack, of which the scanner does not say that it holds elements. A few typed digits
/// could be read as some, so a date or a separator must show it.
fn read_without_product(framed: Framed<'_>, text: &str, today: BusinessDate) -> Result<Scan, Broken> {
    let data = framed.data;
    let is_dated = data.len() > 8
        && matches!(data, [b'1', b'1' | b'3' | b'5' | b'7', ..])
        && date::yymmd0(&data[2..8], today).is_some();
    let is_box = data.len() >= 20 && data.starts_with(b"00");
    let may_be_elements = is_dated || is_box || framed.has_separator || contains_separator(data);
    let unknown = || Ok(Scan::Unknown(text.to_owned()));
    if !may_be_elements {
        return unknown();
    }
    match read_elements(data, framed.has_separator, today, |fields| of_fields(fields, today)) {
        Ok(scan) => Ok(scan?.unwrap_or_else(|| Scan::Unknown(text.to_owned()))),
        Err(broken) if is_dated && broken.refusal == CodeRefusal::SeparatorDropped => Err(broken),
        Err(_) => unknown(),
    }
}

fn read_web(text: &str, today: BusinessDate) -> Result<Scan, Broken> {
    let Address::Web(rest) = address(text) else { return Err(CodeRefusal::Characters.into()) };
    match read_link(rest, today, |fields| of_fields(fields, today)) {
        Some(read) => Ok(read??.unwrap_or_else(|| Scan::Unknown(text.to_owned()))),
        None => Ok(Scan::Unknown(text.to_owned())),
    }
}

/// What elements that hold say together; none where they are about neither a pack nor a box.
fn of_fields(fields: &[Field<'_>], today: BusinessDate) -> Result<Option<Scan>, CodeRefusal> {
    let find = |id: &[u8]| fields.iter().find(|field| field.0 == id).map(|field| field.1);
    let details = details_of(fields, today)?;
    let elements = || details.elements.clone();
    if let Some(gtin) = find(b"01") {
        let gtin = gtin14(&String::from_utf8_lossy(gtin))?;
        return with_own_number(gtin, details).map(Some);
    }
    if let Some(sscc) = find(b"00") {
        let sscc = String::from_utf8_lossy(sscc).into_owned();
        return Ok(Some(Scan::DeliveryBox { sscc, elements: elements() }));
    }
    let of_another_thing =
        fields.iter().any(|(id, _)| dictionary::row_of(id).is_some_and(dictionary::Row::is_key));
    let says_something = details.lot.is_some() || details.expiry.is_some() || details.serial.is_some();
    Ok((says_something && !of_another_thing).then_some(Scan::Details(details)))
}

/// Adds the national number that the GTIN holds, which no other of the same list may contradict.
fn with_own_number(gtin: Gtin, mut details: Details) -> Result<Scan, CodeRefusal> {
    if let Some(own) = National::of_gtin(&gtin) {
        match details.national.iter().find(|national| national.list == own.list) {
            Some(other) if other.gtin().is_some_and(|other| other != gtin) => {
                return Err(CodeRefusal::ElementsContradict);
            }
            Some(_) => {}
            None => details.national.push(own),
        }
    }
    Ok(Scan::Pack { gtin, details })
}

fn details_of(fields: &[Field<'_>], today: BusinessDate) -> Result<Details, CodeRefusal> {
    let find = |id: &[u8]| fields.iter().find(|field| field.0 == id).map(|field| field.1);
    let text = |id: &[u8]| find(id).map(|value| String::from_utf8_lossy(value).into_owned());
    let (day, minute) = (find(b"17"), find(b"7003"));
    if let (Some(day), Some(minute)) = (day, minute) {
        let is_same =
            if day.ends_with(b"00") { minute.starts_with(&day[..4]) } else { minute.starts_with(day) };
        if !is_same {
            return Err(CodeRefusal::ElementsContradict);
        }
    }
    let elements = owned(fields);
    let number =
        |element: &Element| Some(National { list: List::of_ai(&element.id)?, number: element.value.clone() });
    Ok(Details {
        lot: text(b"10"),
        expiry: minute
            .and_then(|value| date::yymmdd(value.get(..6)?, today))
            .or_else(|| date::yymmd0(day?, today)),
        expiry_minute: minute.and_then(|value| date::minute_of_day(value.get(6..)?)),
        serial: text(b"21"),
        national: elements.iter().filter_map(number).collect(),
        elements,
    })
}

fn owned(fields: &[Field<'_>]) -> Vec<Element> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    fields.iter().map(|(id, value)| Element { id: text(id), value: text(value) }).collect()
}
