//! One row for each rule, in the order of the list of rules for barcodes.

use domain::code::CodeRefusal;
use domain::scan::{MAX_SCAN_BYTES, Scan, read};

use crate::{said, today};

#[track_caller]
fn check(scan: &str, expected: &str) {
    assert_eq!(said(scan), expected, "{scan:?}");
}

const GTIN: &str = "12312312312333";
const PACK: &str = "12312312312333 lot ABC123";

#[test]
fn the_identifier_of_the_symbology_comes_off() {
    for carrier in ["]d2", "]C1", "]Q3", "]e0", "]J1"] {
        check(&format!("{carrier}011231231231233310ABC123\u{1d}99TESTING"), PACK);
        check(&format!("{carrier}\u{1d}011231231231233310ABC123\u{1d}"), PACK);
        check(carrier, "code_empty");
        check(&format!("{carrier}\r"), "code_empty");
    }
    for carrier in ["]d1", "]Q1", "]d0", "]Q0", "]C0", "]I1", "]L2", "]z0", "]X0"] {
        check(&format!("{carrier}2112345678900"), "02112345678900");
        check(&format!("{carrier}PHARMATILL-128"), "? PHARMATILL-128");
    }
    check("]E02112345678900\t", "02112345678900");
    check("]E0416000336108", "00416000336108");
    check("]E0001234000057", "00001234000057");
    check("]E0211234567890", "code_check_digit");
    check("]E02345673", "code_length");
    check("]E0211234567890A", "code_characters");
    check("]E3211234567890012345", "02112345678900");
    check("]E402345673", "00000002345673");
    check("]E402345674", "code_check_digit");
    check("]I112312312312333", GTIN);
    check("]A0-03752864", "pzn 03752864");
    check("]A0009CVD", "aic 000307052");
    for carrier in ["]d3", "]E1", "]Y0", "]Q7", "]A8", "]99"] {
        let expected = if carrier == "]99" { "? ]990112312312312333" } else { "code_carrier" };
        check(&format!("{carrier}0112312312312333"), expected);
    }
    check("]é2", "? ]é2");
}

#[test]
fn a_carrier_turned_round_is_no_other_carrier() {
    for carrier in ["]D2", "]c1", "]q3", "]j1", "]E0"] {
        check(&format!("{carrier}011231231231233310abc123"), "code_caps_lock 12312312312333");
    }
    check("]e02112345678900", "code_caps_lock 02112345678900");
    check("]e402345673", "code_caps_lock 00000002345673");
    check("]D1[)>\u{1e}06\u{1d}9n110375286414", "code_caps_lock");
    check("]q1HTTPS://EXAMPLE.COM", "code_caps_lock");
    check("]a0-03752864", "code_caps_lock");
    check("]e0011231231231233310ABC123", PACK);
    check("]e010ABCDEFGHIJK", "pack lot ABCDEFGHIJK");
}

#[test]
fn every_identifier_that_a_pharmacy_knows() {
    let pack = |tail: &str, expected: &str| {
        check(&format!("]d2010950668210135{tail}"), &format!("09506682101352{expected}"));
    };
    pack("217291003", " exp 2029-10-03");
    pack("210A1", " lot A1");
    pack("221S1", " ser S1");
    for ai in ["11", "13", "15", "16"] {
        pack(&format!("2{ai}291003"), "");
        check(&format!("]d20109506682101352{ai}291303"), "code_date");
    }
    pack("22001", "");
    pack("222A", "");
    pack("2240A", "");
    pack("2241A", "");
    pack("2243A", "");
    pack("221S1\u{1d}250A", " ser S1");
    pack("23012", "");
    pack("23103001234", "");
    pack("24109506000134352", "");
    pack("270032910031330", " exp 2029-10-03 at 13:30");
    pack("210A1\u{1d}70041234", " lot A1");
    pack("280082911030812", "");
    pack("28200https://example.com/a", "");
    pack("290A", "");
    pack("299A", "");
    pack("271003752864", "");
    pack("27113400949497294\u{1d}", "");
    pack("2712123456", "");
    pack("2713A", "");
    pack("2714A", "");
    pack("2715A", "");
    pack("2716000307052\u{1d}", "");
    pack("2717A", "");
    check("]d200123456789012345675", "box 123456789012345675");
    check("]d200123456789012345674", "code_check_digit");
    check("]d2001234567890123456750209506682101352375", "box 123456789012345675");
    check("]d20209506682101352375", "code_element_missing");
    check("]d20209506682101352", "code_element_missing");
    check("]d2375", "? 375");
    check("]d2414950600013435217291003", "code_element_missing");
    check("]d24149506000134352", "? 4149506000134352");
}

#[test]
fn national_numbers_in_elements_are_kept() {
    let numbers = |scan: &str| match read(scan.as_bytes(), today()) {
        Scan::Pack { details, .. } => {
            let text =
                |national: &domain::scan::National| format!("{} {}", national.list.code(), national.number);
            details.national.iter().map(text).collect::<Vec<_>>().join(", ")
        }
        other => panic!("{other:?}"),
    };
    let check = |scan: &str, expected: &str| assert_eq!(numbers(scan), expected, "{scan:?}");
    check("]d20109506682101352710A\u{1d}711B\u{1d}712C\u{1d}713D", "pzn A, cip B, cn C, drn D");
    check("]d20109506682101352714A\u{1d}715B\u{1d}716C\u{1d}717D", "aim A, ndc B, aic C, srn D");
    check("]d20104150037528643", "pzn 03752864");
    check("]d2010415003752864371003752864\u{1d}", "pzn 03752864");
    check("3400949497294", "cip 3400949497294");
    check("3401000000019", "acl 3401000000019");
    check("8470006545195", "cn 6545195");
    check("2112345678900", "");
}

#[test]
fn framing_comes_off() {
    for (before, after) in
        [("", "\r\n"), ("", "\t"), ("\u{16}", "\u{0}"), ("\u{2}", "\u{3}"), ("\u{feff} ", "\u{200b}")]
    {
        let expected = "10847976000040 lot ABC1234";
        check(&format!("{before}01108479760000401319112010ABC1234{after}"), expected);
    }
    check("\u{1d}0112312312312333", GTIN);
    check("\u{1d}10ABC", "pack lot ABC");
    check("\u{1d}", "? ");
}

#[test]
fn substitutes_of_the_separator() {
    let dated = "09506682101352 lot test exp 2029-10-03 ser 532";
    for sign in ["\u{1d}", "<GS>", "{GS}", "\\x1d", "\\x1D", "␝", "^]", "|", "~"] {
        check(&format!("01095066821013521729100310test{sign}21532"), dated);
        check(&format!("]d2010950668210135221532{sign}10test{sign}17291003"), dated);
        check(&format!("01095066821013521729100310A2103{sign}"), "09506682101352 lot A2103 exp 2029-10-03");
    }
    // Signs that a value may have are left in it.
    for sign in ["<", ">", "<GS", "GS>", "GS", "x1d", "_", "/", "%1D"] {
        let expected = format!("09506682101352 lot A{sign}Q exp 2029-10-03");
        check(&format!("01095066821013521729100310A{sign}Q"), &expected);
    }
    // Where it cannot be a separator, or another sign is one, it is a part of the value.
    check("01095066821013521729100310A<GS>Q", "09506682101352 lot A<GS>Q exp 2029-10-03");
    check("]d2010950668210135210A<GS>21B\u{1d}17291003", "09506682101352 lot A<GS>21B exp 2029-10-03");
    // Other signs are in no value and separate nothing.
    for sign in ["#", "$", "@", "^", "{", "}", "[", "]", " ", "\\", "é"] {
        check(&format!("]d2010950668210135210A{sign}21B\u{1d}"), "code_characters 09506682101352");
    }
}

#[test]
fn a_dropped_separator_is_never_guessed() {
    let dropped = "code_separator_dropped 09506682101352";
    check("010415013832707721100251263204341727013110403751B", "code_separator_dropped 04150138327077");
    check("01095066821013521729100310A2103", dropped);
    check("]d2010950668210135210A17280131", dropped);
    check("]C10109506682101352310300123410L9012", dropped);
    check("]d21729100310A2103", "code_separator_dropped");
    check("1729100310A2103", "code_separator_dropped");
    // One reading holds: no second expiry, no month 13, no element 45.
    check("01095066821013521729100310A17280131", "09506682101352 lot A17280131 exp 2029-10-03");
    check("01095066821013521729100310A17281331", "09506682101352 lot A17281331 exp 2029-10-03");
    check("01095066821013521729100310ABC1234", "09506682101352 lot ABC1234 exp 2029-10-03");
    check("01095066821013521045", "09506682101352 lot 45");
    // A separator that arrives shows that the scanner sends them.
    check("01095066821013521729100310A2103\u{1d}", "09506682101352 lot A2103 exp 2029-10-03");
    check("]d2010950668210135210A2103\u{1d}17291003", "09506682101352 lot A2103 exp 2029-10-03");
    // A value that is too long for one element shows that something was dropped.
    check("]d2010950668210135221012345678901234567891710A", dropped);
}

#[test]
fn contradictions_and_what_stands_beside_what() {
    check("]d2010950668210135210A\u{1d}10B", "code_elements_contradict");
    check("]d2010950668210135210A\u{1d}10A", "09506682101352 lot A");
    check("]d201095066821013521729100317291004", "code_elements_contradict");
    check("010950668210135217291003\u{1d}0112312312312333", "code_elements_contradict");
    check("]d20109506682101352172910037003291004\u{1d}", "code_length 09506682101352");
    check("]d201095066821013521729100370032910041200", "code_elements_contradict");
    check("]d201095066821013521729100070032910041200", "09506682101352 exp 2029-10-04 at 12:00");
    check("]d20104150037528643710\u{1d}", "code_length 04150037528643");
    check("]d2010415003752864371004775933\u{1d}", "code_elements_contradict");
    check("]d20109506682101352250A", "code_element_missing 09506682101352");
    check("]d2010950668210135270041234", "code_element_missing 09506682101352");
    check("]d201095066821013523923100", "code_element_missing 09506682101352");
    check("]d20109506682101352375", "code_element_missing 09506682101352");
    check("]d2010950668210135221A\u{1d}235B", "code_elements_exclude 09506682101352");
    check("]d2010950668210135231030012343102001234", "code_elements_exclude 09506682101352");
    check("]d2010950668210135202123123123123331012", "code_element_missing 09506682101352");
}

#[test]
fn what_is_wrong_with_an_element_is_told() {
    check("]d20112312312312334", "code_check_digit");
    check("0112312312312334", "code_check_digit");
    check("]d20100000000000000", "code_only_zeros");
    check("0100000000000000", "code_only_zeros");
    check("]d2010950668210135217291303", "code_date");
    check("]d2010950668210135217290230", "code_date");
    check("]d2010950668210135270032910001200", "code_date");
    check("]d2010950668210135270032910032400", "code_date");
    check("]d20109506682101352422999", "code_element_value 09506682101352");
    check("]d20109506682101352422276", "09506682101352");
    check("]d2010950668210135219A", "code_unknown_element 09506682101352");
    for tail in ["1", "2", "310", "é"] {
        check(&format!("0109506682101352{tail}"), "code_unknown_element 09506682101352");
    }
    for tail in ["17", "1729", "10", "20", "20\u{1d}", "10\u{1d}17291003"] {
        check(&format!("0109506682101352{tail}"), "code_length 09506682101352");
    }
    check("010950668210135210123456789012345678901é", "code_length 09506682101352");
    check("010950668210135210é", "code_characters 09506682101352");
    check("]d2X", "code_unknown_element");
    check("0109506682101352\u{1d}\u{1d}", "09506682101352");
}

#[test]
fn dates() {
    check("]d2010950668210135217130200", "09506682101352 exp 2013-02-28");
    check("]d2010950668210135217160200", "09506682101352 exp 2016-02-29");
    check("]d2010950668210135217760101", "09506682101352 exp 2076-01-01");
    check("]d2010950668210135217770101", "09506682101352 exp 1977-01-01");
}

#[test]
fn codes_of_two_scans_carry_no_product() {
    check("]C11729100310A1", "pack lot A1 exp 2029-10-03");
    check("1729100310A1", "pack lot A1 exp 2029-10-03");
    check("10A1\u{1d}17291003", "pack lot A1 exp 2029-10-03");
    check("21S1|17291003", "pack exp 2029-10-03 ser S1");
    check("]d221S1", "pack ser S1");
    // Without the scanner's word, a few digits are not taken for a date.
    check("17291003", "? 17291003");
    check("10A1", "? 10A1");
    check("1729130310A1", "? 1729130310A1");
    check("a|b", "? a|b");
    check("00123456789012345675", "box 123456789012345675");
    check("00123456789012345674", "? 00123456789012345674");
}

#[test]
fn plain_codes_of_goods() {
    check("2112345678900\r\n", "02112345678900");
    check("02345673", "00000002345673");
    check("416000336108", "00416000336108");
    check("001234000057", "00001234000057");
    check("12312312312333", GTIN);
    check("2112345678901\n", "code_check_digit");
    check("0000000000000", "code_only_zeros");
    check("02345674", "? 02345674");
}

#[test]
fn pzn_and_ntin() {
    for pzn in ["03752864", "03752870", "04775933", "13832707"] {
        check(&format!("-{pzn}"), &format!("pzn {pzn}"));
    }
    for scan in ["PZN-03752864", "pzn 03752864", "PZN: 03752864\n", "-3752864", "]A0-03752864", "PZN3752864"]
    {
        check(scan, "pzn 03752864");
    }
    check("-11111111", "code_check_digit");
    check("-1111111", "code_check_digit");
    check("-123", "? -123");
    check("-5 %", "? -5 %");
    check("pznö", "? pznö");
    check("4150138327077", "04150138327077");
    check("04150047759334", "04150047759334");
    let gtin = |scan: &str| match read(scan.as_bytes(), today()) {
        Scan::National(national) => national.gtin().map(|gtin| gtin.to_string()),
        other => panic!("{other:?}"),
    };
    assert_eq!(gtin("-13832707").as_deref(), Some("04150138327077"));
    assert_eq!(gtin("-04775933").as_deref(), Some("04150047759334"));
    assert_eq!(gtin("-03752864").as_deref(), Some("04150037528643"));
    assert_eq!(gtin("A000307052"), None);
}

#[test]
fn ifa_envelopes() {
    let pack = "04150037528643 lot 12345ABCD exp 2015-06-30 ser 12345ABCDEF98765";
    let vector = "[)><RS>06<GS>9N110375286414<GS>1T12345ABCD<GS>D150600<GS>S12345ABCDEF98765<RS><EOT>";
    check(vector, pack);
    for (gs, rs, eot) in [
        ("\u{1d}", "\u{1e}", "\u{4}"),
        ("␝", "␞", "␄"),
        ("{GS}", "{RS}", "{EOT}"),
        ("|", "", ""),
        ("^]", "^^", "^D"),
    ] {
        let scan = vector.replace("<GS>", gs).replace("<RS>", rs).replace("<EOT>", eot);
        check(&scan, pack);
        check(&format!("]d1{scan}\r"), pack);
    }
    check("9N110375286414\u{1d}1TA\u{1d}D291000", "04150037528643 lot A exp 2029-10-31");
    check("[)>\u{1e}06\u{1d}9N110375287077", "04150037528704");
    check("[)>\u{1e}06\u{1d}9N111111111111", "code_check_digit");
    check("[)>\u{1e}06\u{1d}9N110375286415", "code_check_digit");
    check("[)>\u{1e}06\u{1d}8P04150037528643\u{1d}1TA", "04150037528643 lot A");
    check("[)>\u{1e}06\u{1d}8P04150037528643\u{1d}9N110375286414", "04150037528643");
    check("[)>\u{1e}06\u{1d}8P04150047759334\u{1d}9N110375286414", "code_elements_contradict");
    check("[)>\u{1e}06\u{1d}8P09506682101352\u{1d}9N110375286414", "04150037528643");
    check("[)>\u{1e}06\u{1d}1TA\u{1d}D291003", "pack lot A exp 2029-10-03");
    check("[)>\u{1e}06\u{1d}9N110375286414\u{1d}16D20250131\u{1d}27Q10\u{1d}33Lhttp://a.b", "04150037528643");
    check("[)>\u{1e}06\u{1d}9N110375286414\u{1d}D291300", "code_date");
    check("[)>\u{1e}06\u{1d}9N110375286414\u{1d}16D20250100", "code_date");
    check("[)>\u{1e}06\u{1d}9N110375286414\u{1d}1TA\u{1d}1TB", "code_elements_contradict");
    check("[)>\u{1e}06\u{1d}9N110375286414\u{1d}7ZA", "code_unknown_element 04150037528643");
    check("[)>\u{1e}06\u{1d}9N110375286414\u{1d}1T A", "code_characters 04150037528643");
    check("[)>\u{1e}05\u{1d}9N110375286414", "code_unknown_element");
    check("[)>\u{1e}06\u{1d}", "code_empty");
    check("[)>", "code_unknown_element");
    // Without separators only the number is certain.
    let dropped = "[)>069N1103752864141T12345ABCDD150600S12345ABCDEF98765";
    check(dropped, "code_separator_dropped 04150037528643");
    check("[)>069N110375286414D150600", "04150037528643 exp 2015-06-30");
}

#[test]
fn french_italian_and_spanish_numbers() {
    check("3400949497294", "03400949497294");
    check("]d20103400949497294172910031012345", "03400949497294 lot 12345 exp 2029-10-03");
    check("A000307052", "aic 000307052");
    check("A000307053", "? A000307053");
    check("009CVD", "aic 000307052");
    check("]A09CVD00", "? 9CVD00");
    check("009CVF", "? 009CVF");
    check("000307", "? 000307");
    check("IBU400", "? IBU400");
    check("8470006545195", "08470006545195");
    let gtin = |list, number: &str| domain::scan::National { list, number: number.to_owned() }.gtin();
    let text = |list, number: &str| gtin(list, number).map(|gtin| gtin.to_string());
    use domain::scan::List;
    assert_eq!(text(List::Cn, "654519").as_deref(), Some("08470006545195"));
    assert_eq!(text(List::Cn, "6545195").as_deref(), Some("08470006545195"));
    assert_eq!(text(List::Cn, "6545196"), None);
    assert_eq!(text(List::Cn, "65451"), None);
    assert_eq!(text(List::Cip, "3400949497294").as_deref(), Some("03400949497294"));
    assert_eq!(text(List::Cip, "4949729"), None);
    assert_eq!(text(List::Pzn, "11111111"), None);
}

#[test]
fn digital_links() {
    let pack = "09506000134352 lot AB/C exp 2029-10-03 ser 12";
    for scheme in ["https", "http", "HTTPS", "HTTP"] {
        check(&format!("{scheme}://id.gs1.org/01/09506000134352/10/AB%2FC/21/12?17=291003"), pack);
    }
    check("]Q1https://example.com/a/b/01/09506000134352/10/AB%2fC/21/12?x=1&17=291003#top", pack);
    check("Https://id.gs1.org/01/09506000134352", "code_characters");
    check("https://id.gs1.org/01/09506000134353", "code_check_digit");
    check("https://id.gs1.org/01/9506000134352", "09506000134352");
    check("https://id.gs1.org/01/09506000134352/", "09506000134352");
    check("https://id.gs1.org/01/09506000134352/21/A/10/B", "code_elements_exclude");
    check("https://id.gs1.org/01/09506000134352/22/V/10/B/21/A", "09506000134352 lot B ser A");
    check("https://id.gs1.org/01/09506000134352/235/A", "09506000134352");
    check("https://id.gs1.org/01/09506000134352/10/B/235/A", "code_elements_exclude");
    check("https://id.gs1.org/01/09506000134352?17=291303", "code_date");
    check("https://id.gs1.org/01/09506000134352?21=A", "code_unknown_element");
    check("https://id.gs1.org/01/09506000134352?04=A", "code_unknown_element");
    check("https://id.gs1.org/01/09506000134352?10=A+B", "code_characters");
    check("https://id.gs1.org/01/09506000134352?10=A%2BB", "09506000134352 lot A+B");
    check("https://id.gs1.org/01/09506000134352/10/A?10=B", "code_elements_contradict");
    check("https://id.gs1.org/01/09506000134352/10/A?10=A", "09506000134352 lot A");
    check("https://id.gs1.org/01/09506000134352/10/%4", "code_characters");
    check("https://id.gs1.org/01/09506000134352/10/", "? https://id.gs1.org/01/09506000134352/10/");
    check("https://id.gs1.org/00/123456789012345675", "box 123456789012345675");
    check("https://id.gs1.org/414/9506000134352", "? https://id.gs1.org/414/9506000134352");
    for other in
        ["https://example.com", "https:///01/09506000134352", "https://example.com/shop/12", "https://"]
    {
        check(other, &format!("? {other}"));
    }
}

#[test]
fn badges_and_everything_else() {
    check("PB012345678901234567890123456789", "badge");
    check("pb012345678901234567890123456789\r", "badge");
    for text in ["", "B01-T2-K7F-000431", "ibu 400", "A", "1", "01", "0112"] {
        check(text, &format!("? {text}"));
    }
    check(&"é".repeat(600), &format!("? {}", "é".repeat(250)));
    let longest = format!("]d2010950668210135290{}", "A".repeat(30));
    check(&longest, "09506682101352");
    let Scan::Unknown(text) = read(&vec![b'1'; MAX_SCAN_BYTES + 1], today()) else {
        panic!("it is too long")
    };
    assert_eq!(text.len(), MAX_SCAN_BYTES / 4);
    assert_eq!(read(b"\xff\xfe", today()), Scan::Unknown("\u{fffd}\u{fffd}".to_owned()));
}

#[test]
fn a_refused_scan_keeps_its_text() {
    let Scan::Misread { text, refusal, gtin } = read(b"]d20112312312312334\r", today()) else { panic!() };
    assert_eq!((text.as_str(), refusal, gtin), ("0112312312312334", CodeRefusal::CheckDigit, None));
}
