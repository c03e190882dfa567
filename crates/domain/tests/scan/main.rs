//! What a scan says, from the bytes that scanners send to packs, numbers and refusals.

#![allow(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod corpus;
mod encoder;
mod hostile;
mod pairing;
mod round_trip;
mod self_test;
mod table;

use domain::scan::{Scan, read};
use domain::time::BusinessDate;

/// The day on which all of this is scanned.
fn today() -> BusinessDate {
    BusinessDate::parse("2026-11-23").expect("a day")
}

/// What a scan says in one line: what it is, then lot, expiry and serial number where they are known.
fn said(scan: &str) -> String {
    said_by(&read(scan.as_bytes(), today()))
}

fn said_by(scan: &Scan) -> String {
    let pack = |details: &domain::scan::Details| {
        let expiry = details.expiry.map(|date| date.to_string());
        let minute = details.expiry_minute.map(|minute| format!(" at {:02}:{:02}", minute / 60, minute % 60));
        let mut text = String::new();
        for (name, value) in [("lot", &details.lot), ("exp", &expiry), ("ser", &details.serial)] {
            text.extend(value.iter().map(|value| format!(" {name} {value}")));
        }
        text.extend(minute);
        text
    };
    match scan {
        Scan::Pack { gtin, details } => format!("{gtin}{}", pack(details)),
        Scan::Details(details) => format!("pack{}", pack(details)),
        Scan::National(national) => format!("{} {}", national.list.code(), national.number),
        Scan::DeliveryBox { sscc, .. } => format!("box {sscc}"),
        Scan::Badge(_) => "badge".to_owned(),
        Scan::Misread { refusal, gtin: Some(gtin), .. } => format!("{} {gtin}", refusal.code()),
        Scan::Misread { refusal, .. } => refusal.code().to_owned(),
        Scan::Unknown(text) => format!("? {text}"),
    }
}
