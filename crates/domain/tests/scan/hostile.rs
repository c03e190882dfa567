//! Random bytes, and codes with a few bytes changed, are answered and never panic.

use domain::scan::pairing::{Earlier, merge};
use domain::scan::self_test::{TestCode, judge};
use domain::scan::{Scan, read};
use proptest::prelude::*;

use crate::encoder::{elements, encode};
use crate::today;

fn answered(scan: &[u8]) {
    let said = read(scan, today());
    if let Scan::Pack { gtin, .. } | Scan::Misread { gtin: Some(gtin), .. } = &said {
        assert_eq!(domain::code::gtin14(gtin.as_str()).as_ref(), Ok(gtin));
    }
    let earlier = Earlier { scan: said.clone(), at_ms: 0 };
    let _ = merge(Some(&earlier), said, 1);
    for code in TestCode::ALL {
        let _ = judge(code, scan);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_bytes(scan in prop::collection::vec(any::<u8>(), 0..1_100)) {
        answered(&scan);
        for start in ["]d2", "]C1", "]Q1https://a/01/", "[)>\u{1e}06\u{1d}", "01095066821013521"] {
            answered(&[start.as_bytes(), &scan].concat());
        }
    }

    #[test]
    fn random_signs(scan in "[0-9A-Z\u{1d}|~^\\]<>GS{}/%?=&-]{0,200}") {
        answered(scan.as_bytes());
        answered(format!("]d2{scan}").as_bytes());
        answered(format!("[)>06{scan}").as_bytes());
        answered(format!("https://a/{scan}").as_bytes());
    }

    #[test]
    fn codes_with_changes(
        wanted in any::<u32>(),
        seed in any::<u64>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..5),
    ) {
        let mut scan = format!("]d2{}", encode(&elements(wanted, seed), "\u{1d}")).into_bytes();
        for (place, byte, kind) in changes {
            let place = place.index(scan.len());
            match kind {
                0 => scan[place] = byte,
                1 => scan.insert(place, byte),
                _ => scan.truncate(place.max(1)),
            }
        }
        answered(&scan);
    }
}
