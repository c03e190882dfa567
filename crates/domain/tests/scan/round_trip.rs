//! What an independent encoder writes is read as it was meant.

use domain::code::CodeRefusal;
use domain::scan::{Details, Scan, read};
use proptest::prelude::*;

use crate::encoder::{Written, elements, encode, pack};
use crate::today;

fn pairs(details: &Details) -> Vec<(&str, &str)> {
    details.elements.iter().map(|element| (element.id.as_str(), element.value.as_str())).collect()
}

fn value<'a>(elements: &'a [Written], ai: &str) -> Option<&'a str> {
    elements.iter().find(|element| element.0 == ai).map(|element| element.1.as_str())
}

/// No longer than what is looked at.
fn codes() -> impl Strategy<Value = Vec<Written>> {
    (any::<u32>(), any::<u64>()).prop_map(|(wanted, seed)| {
        let mut elements = elements(wanted, seed);
        while encode(&elements, "{GS}").len() > 900 {
            let longest =
                (0..elements.len()).max_by_key(|place| elements[*place].1.len()).expect("an element");
            elements.remove(longest);
        }
        elements
    })
}

fn packs() -> impl Strategy<Value = Vec<Written>> {
    any::<u64>().prop_map(pack)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

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
