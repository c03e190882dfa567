//! Two scans of one pack.

use domain::scan::pairing::{Earlier, PAIRING_MS, Paired, merge};
use domain::scan::read;

use crate::{said_by, today};

const EAN: &str = "9506682101352";

#[track_caller]
fn check(first: &str, second: &str, expected: &str) {
    let earlier = Earlier { scan: read(first.as_bytes(), today()), at_ms: 1_000 };
    let text = match merge(Some(&earlier), read(second.as_bytes(), today()), 1_000 + PAIRING_MS) {
        Paired::Apart(scan) => format!("apart: {}", said_by(&scan)),
        Paired::Together(scan) => said_by(&scan),
        Paired::Refused(refusal) => refusal.code().to_owned(),
    };
    assert_eq!(text, expected, "{first:?} {second:?}");
}

#[test]
fn a_pack_and_what_a_second_code_on_it_says() {
    check(EAN, "]C11729100310A", "09506682101352 lot A exp 2029-10-03");
    check("]C11729100310A", EAN, "09506682101352 lot A exp 2029-10-03");
    check("]d2010950668210135210A", "]C117291003", "09506682101352 lot A exp 2029-10-03");
    check("]d2010950668210135210A\u{1d}21S", "]C11729100310A", "09506682101352 lot A exp 2029-10-03 ser S");
    check("-03752864", "[)>\u{1e}06\u{1d}1TA\u{1d}D291000", "04150037528643 lot A exp 2029-10-31");
    check("]C110A", "]C117291003", "pack lot A exp 2029-10-03");
}

#[test]
fn a_field_that_a_scan_does_not_carry_blanks_nothing() {
    check("]d2010950668210135210A\u{1d}17291003", "]C121S", "09506682101352 lot A exp 2029-10-03 ser S");
    check("]d2010950668210135210A\u{1d}21S", "]d2010950668210135221S", "09506682101352 lot A ser S");
    check("]d2010950668210135221S", "]d2010950668210135210A\u{1d}21S", "09506682101352 lot A ser S");
}

#[test]
fn two_packs_stay_two() {
    check(EAN, EAN, "apart: 09506682101352");
    check(EAN, "]d2010950668210135210A", "apart: 09506682101352 lot A");
    check("]d2010950668210135221S", "]d2010950668210135221T", "apart: 09506682101352 ser T");
    check("]d2010950668210135221S", "]d2011231231231233321S", "apart: 12312312312333 ser S");
    check("]C110A", "]C110B", "apart: pack lot B");
    check("]C110A", "ibu 400", "apart: ? ibu 400");
    check("PB012345678901234567890123456789", "]C110A", "apart: pack lot A");
    check("]d2010950668210135210A2103", "]C110A", "apart: pack lot A");
    check("A000307052", "]C110A", "apart: pack lot A");
}

#[test]
fn what_contradicts_is_refused() {
    check("]d2010950668210135210A", "]C110B", "code_elements_contradict");
    check("]d2010950668210135217291003", "]C117291004", "code_elements_contradict");
    check("]d2010950668210135221S\u{1d}10A", "]d2010950668210135221S\u{1d}10B", "code_elements_contradict");
    check("]d2010950668210135221S", "]C117291003235T", "code_elements_exclude");
    check("]d2010950668210135221S\u{1d}11250101", "]C11125010210A", "code_elements_contradict");
    check("]d20109506682101352710A", "]C110B\u{1d}710C", "code_elements_contradict");
}

#[test]
fn only_a_moment_apart() {
    let pack = Earlier { scan: read(EAN.as_bytes(), today()), at_ms: 1_000 };
    let at = |now_ms| matches!(merge(Some(&pack), read(b"]C110A", today()), now_ms), Paired::Together(_));
    assert_eq!([at(999), at(1_000), at(6_000), at(6_001)], [false, true, true, false]);
    assert!(!at(i64::MIN));
    assert!(matches!(merge(None, read(b"]C110A", today()), 0), Paired::Apart(_)));
}
