//! What an independent encoder writes is read as it was meant.

use domain::code::CodeRefusal;
use domain::scan::{Details, Scan, read};
use proptest::prelude::*;

use crate::encoder::{Written, beside_a_product, encode, gtin};
use crate::today;

fn pairs(details: &Details) -> Vec<(&str, &str)> {
    details.elements.iter().map(|element| (element.id.as_str(), element.value.as_str())).collect()
}

fn value<'a>(elements: &'a [Written], ai: &str) -> Option<&'a str> {
    elements.iter().find(|element| element.0 == ai).map(|element| element.1.as_str())
}

/// The product at some place among the others.
fn codes() -> impl Strategy<Value = Vec<Written>> {
    (gtin(), beside_a_product(), any::<prop::sample::Index>()).prop_map(|(gtin, mut elements, place)| {
        elements.insert(place.index(elements.len() + 1), gtin);
        while encode(&elements, "\u{1d}").len() > 900 {
            let longest = (0..elements.len()).max_by_key(|place| elements[*place].1.len()).unwrap();
            elements.remove(longest);
        }
        elements
    })
}

/// A code as packs carry it: product, expiry, and lot and serial number in either order.
fn packs() -> impl Strategy<Value = Vec<Written>> {
    let text = "[0-9A-Z]{1,20}";
    (gtin(), text, proptest::option::of(text), any::<bool>()).prop_map(
        |(gtin, lot, serial, is_serial_first)| {
            let mut elements = vec![gtin, ("10", lot)];
            elements.extend(serial.map(|serial| ("21", serial)));
            if is_serial_first {
                elements[1..].reverse();
            }
            elements.push(("17", "291003".to_owned()));
            elements
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_is_read(elements in codes(), sign in prop::sample::select(&["\u{1d}", "{GS}", "|", "~", "^]", "␝"][..])) {
        let scan = encode(&elements, sign);
        let has_separator = scan.contains(sign);
        for carrier in ["]d2", "]C1", "]Q3", "]J1"] {
            // Behind the data it may stand too, and shows that the scanner sends it.
            let said = read(format!("{carrier}{scan}{sign}\r").as_bytes(), today());
            let Scan::Pack { gtin, details } = said else { panic!("{scan:?} {said:?}") };
            let meant: Vec<(&str, &str)> = elements.iter().map(|(ai, value)| (*ai, value.as_str())).collect();
            prop_assert_eq!(pairs(&details), meant);
            prop_assert_eq!(Some(gtin.as_str()), value(&elements, "01"));
            prop_assert_eq!(details.lot.as_deref(), value(&elements, "10"));
            prop_assert_eq!(details.serial.as_deref(), value(&elements, "21"));
            prop_assert_eq!(details.expiry.is_some(), value(&elements, "17").or(value(&elements, "7003")).is_some());
        }
        // Without one behind it, and with none in it, it is read rightly or not at all.
        match read(format!("]d2{scan}").as_bytes(), today()) {
            Scan::Pack { details, .. } => prop_assert_eq!(details.lot.as_deref(), value(&elements, "10")),
            Scan::Misread { refusal, .. } => {
                prop_assert!(!has_separator);
                prop_assert_eq!(refusal, CodeRefusal::SeparatorDropped);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_scanner_that_drops_separators_is_refused_or_right(elements in prop_oneof![codes(), packs()]) {
        for carrier in ["]d2", ""] {
            let said = read(format!("{carrier}{}", encode(&elements, "")).as_bytes(), today());
            match said {
                Scan::Pack { details, .. } => {
                    let meant: Vec<(&str, &str)> = elements.iter().map(|(ai, value)| (*ai, value.as_str())).collect();
                    prop_assert_eq!(pairs(&details), meant);
                }
                Scan::Misread { refusal, gtin, .. } => {
                    prop_assert_eq!(refusal, CodeRefusal::SeparatorDropped);
                    if let Some(gtin) = gtin {
                        prop_assert_eq!(Some(gtin.as_str()), value(&elements, "01"));
                    }
                }
                // Without the scanner's word it may be no code at all, but never another one.
                Scan::Unknown(_) => prop_assert_eq!(carrier, ""),
                other => panic!("{other:?}"),
            }
        }
    }
}
