//! What a scanner does to the codes of the test sheet.

use domain::scan::Layout::{self, French, German, UnitedStates};
use domain::scan::self_test::TestCode::{self, Code128, Ean13, Gs1DataMatrix, Qr};
use domain::scan::self_test::Verdict::{self, *};
use domain::scan::self_test::judge;
use domain::scan::{Scan, read};

use crate::today;

fn content(code: TestCode) -> String {
    String::from_utf8(code.content().to_vec()).expect("text")
}

#[track_caller]
fn check(code: TestCode, read: &str, expected: Verdict) {
    assert_eq!(judge(code, read.as_bytes()), expected, "{code:?} {read:?}");
}

fn language(scanner: Layout, till: Layout) -> Verdict {
    KeyboardLanguage { scanner, till }
}

#[test]
fn a_good_scanner() {
    for (code, identifier) in
        [(Ean13, "]E0"), (Code128, "]C0"), (Gs1DataMatrix, "]d2"), (Qr, "]Q1"), (Qr, "]Q0")]
    {
        check(code, &format!("{identifier}{}\r\n", content(code)), Good);
        check(code, &format!("\u{2}{identifier}{}\t", content(code)), Good);
        check(code, &content(code), PrefixMissing);
    }
    for sign in ["<GS>", "{GS}", "|", "~", "^]", "␝"] {
        check(Gs1DataMatrix, &format!("]d2{}", content(Gs1DataMatrix).replace('\u{1d}', sign)), Good);
    }
    check(Gs1DataMatrix, &format!("\u{1d}{}", content(Gs1DataMatrix)), PrefixMissing);
}

#[test]
fn the_separator_is_dropped() {
    let dropped = content(Gs1DataMatrix).replace('\u{1d}', "");
    check(Gs1DataMatrix, &dropped, SeparatorDropped);
    check(Gs1DataMatrix, &format!("]d2{dropped}\r"), SeparatorDropped);
}

#[test]
fn caps_lock() {
    check(Gs1DataMatrix, "]D201029123456789061728123110AzY-7/m;\u{1d}21sn0001", CapsLock);
    check(Gs1DataMatrix, "01029123456789061728123110AzY-7/m;21sn0001", CapsLock);
    check(Code128, "pharmatill-128", CapsLock);
    check(Code128, "]c0pharmatill-128", CapsLock);
    check(Ean13, "]e02912345678906", CapsLock);
}

#[test]
fn the_language_of_the_keyboard() {
    check(Gs1DataMatrix, "+d201029123456789061728123110aYzß7-Mö21SN0001", language(UnitedStates, German));
    check(Gs1DataMatrix, "01029123456789061728123110aYzß7-Mö21SN0001\r", language(UnitedStates, German));
    check(Gs1DataMatrix, "01029123456789061728123110AyZß7-mÖ21sn0001", Verdict::Unknown);
    check(Gs1DataMatrix, "01029123456789061728123110AyZß7-mö21sn0001", language(UnitedStates, German));
    check(Ean13, "é)&éà", Verdict::Unknown);
    check(Ean13, "é_&é\"'(-è_çà-", Verdict::Unknown);
    check(Ean13, "éç&é\"'(-è_çà-", language(UnitedStates, French));
    check(Ean13, "$E=éç&é\"'(-è_çà-", Verdict::Unknown);
    check(Ean13, "$Eàéç&é\"'(-è_çà-", language(UnitedStates, French));
    check(Code128, "PHQR?QTILL)&é_", language(UnitedStates, French));
    check(Code128, "PHARMATILLß128", language(UnitedStates, German));
    check(Code128, "PHARMATILL'128", language(UnitedStates, Layout::Italian));
    check(Code128, "PHARMATILL/128", language(German, UnitedStates));
}

#[test]
fn what_is_put_around_or_missing() {
    check(Code128, "XPHARMATILL-128", ForeignPrefix);
    check(Code128, "]C1PHARMATILL-128", ForeignPrefix);
    check(Code128, "PHARMATILL-128#", Suffix);
    check(Code128, "]C0PHARMATILL-1281", Suffix);
    check(Gs1DataMatrix, &format!("{}#", content(Gs1DataMatrix)), Suffix);
    check(Ean13, "291234567890", Cut);
    check(Ean13, "912345678906", Cut);
    check(Gs1DataMatrix, "]d201029123456789061728123110aZ", Cut);
    check(Ean13, "2912", Verdict::Unknown);
}

#[test]
fn another_code() {
    check(Ean13, &content(Gs1DataMatrix), OtherCode(Gs1DataMatrix));
    check(Gs1DataMatrix, "]E02912345678906", OtherCode(Ean13));
    check(Ean13, "PHARMATILL-128", OtherCode(Code128));
    check(Qr, "]C0PHARMATILL-128", OtherCode(Code128));
    check(Ean13, "2112345678900", Verdict::Unknown);
    check(Ean13, "", Verdict::Unknown);
    assert_eq!(judge(Ean13, b"\xff\xfe\x00"), Verdict::Unknown);
}

#[test]
fn the_codes_of_the_sheet_are_codes() {
    for code in TestCode::ALL {
        let known = matches!(read(code.content(), today()), Scan::Pack { .. });
        assert_eq!(known, matches!(code, Ean13 | Gs1DataMatrix), "{code:?}");
    }
}
