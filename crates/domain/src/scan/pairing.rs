//! Two codes of one pack: its product in one, its lot and expiry in another.
//!
//! A code without a product belongs to the product scanned a moment before, or after. Two codes that both name a
//! product are two packs, also where it is the same product, unless both carry the same serial number.

use super::elements::Gs1;
use super::readings::Grammar;
use super::{Details, Scan};
use crate::code::{CodeRefusal, Gtin};
use crate::time::BusinessDate;

/// Milliseconds within which two scans may be one pack.
pub const PAIRING_MS: i64 = 5_000;

/// A scan that the next one may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// What it said, or what it and those before it said together.
    pub scan: Scan,
    /// When it came, in milliseconds of the device's clock.
    pub at_ms: i64,
}

/// How a scan stands to the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paired {
    /// It is about something else, or came too late.
    Apart(Scan),
    /// Both are about one pack, and this is what they say together.
    Together(Scan),
    /// Both are about one pack and cannot both be right.
    Refused(CodeRefusal),
}

/// Joins a scan with the one before it where both are about one pack.
#[must_use]
pub fn merge(earlier: Option<&Earlier>, next: Scan, now_ms: i64) -> Paired {
    let waited_ms = earlier.and_then(|earlier| now_ms.checked_sub(earlier.at_ms));
    let Some(earlier) = earlier.filter(|_| waited_ms.is_some_and(|ms| (0..=PAIRING_MS).contains(&ms))) else {
        return Paired::Apart(next);
    };
    let (Some((one, known)), Some((two, added))) = (parts(&earlier.scan), parts(&next)) else {
        return Paired::Apart(next);
    };
    let is_one_pack = match (one, two) {
        (Some(one), Some(two)) => one == two && known.serial.is_some() && known.serial == added.serial,
        (Some(_), None) | (None, Some(_)) => true,
        // Two lots, or two dates, are two packs whose products were not scanned.
        (None, None) => joined(&known, &added).is_ok(),
    };
    if !is_one_pack {
        return Paired::Apart(next);
    }
    match joined(&known, &added) {
        // The code of a whole pack does not fail by what was read before it: that was of another one.
        Err(_) if one.is_none() => Paired::Apart(next),
        Ok(details) => Paired::Together(match one.or(two) {
            Some(gtin) => Scan::Pack { gtin, details },
            None => Scan::Details(details),
        }),
        Err(refusal) => Paired::Refused(refusal),
    }
}

fn parts(scan: &Scan) -> Option<(Option<Gtin>, Details)> {
    match scan {
        Scan::Pack { gtin, details } => Some((Some(*gtin), details.clone())),
        Scan::Details(details) => Some((None, details.clone())),
        Scan::National(national) => {
            let details = Details { national: vec![national.clone()], ..Details::default() };
            Some((Some(national.gtin()?), details))
        }
        Scan::DeliveryBox { .. } | Scan::Badge(_) | Scan::Misread { .. } | Scan::Unknown(_) => None,
    }
}

/// What both say; a field that one does not carry is the other's.
fn joined(known: &Details, added: &Details) -> Result<Details, CodeRefusal> {
    let mut details = Details {
        lot: either(&known.lot, &added.lot)?,
        expiry: either(&known.expiry, &added.expiry)?,
        expiry_minute: either(&known.expiry_minute, &added.expiry_minute)?,
        serial: either(&known.serial, &added.serial)?,
        national: known.national.clone(),
        elements: known.elements.clone(),
    };
    for national in &added.national {
        match details.national.iter().find(|known| known.list == national.list) {
            Some(known) if known != national => return Err(CodeRefusal::ElementsContradict),
            Some(_) => {}
            None => details.national.push(national.clone()),
        }
    }
    for element in &added.elements {
        match details.elements.iter().find(|known| known.id == element.id) {
            Some(known) if known != element => return Err(CodeRefusal::ElementsContradict),
            Some(_) => {}
            None => details.elements.push(element.clone()),
        }
    }
    let ids: Vec<&[u8]> = details.elements.iter().map(|element| element.id.as_bytes()).collect();
    // Rules about what stands together hold over all codes of a pack. No date is judged here.
    Gs1 { today: BusinessDate(0) }.hold_together(&ids)?;
    Ok(details)
}

fn either<T: Clone + PartialEq>(known: &Option<T>, added: &Option<T>) -> Result<Option<T>, CodeRefusal> {
    match (known, added) {
        (Some(known), Some(added)) if known != added => Err(CodeRefusal::ElementsContradict),
        _ => Ok(known.clone().or_else(|| added.clone())),
    }
}
