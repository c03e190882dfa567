//! What a receipt printer is told, read back by a printer of our own that shares nothing with the drawing: it knows
//! the commands and the letters of code page 858 from the reference alone, and ends the test at any other byte.

// Everything here is a test, and one that cannot go on should stop.
#![allow(clippy::unwrap_used)]

use pages::{Barcode, CodePage, Column, Line, Picture, Sheet, Slip, Table};

/// What came out of the printer.
#[derive(Debug, Default, PartialEq, Eq)]
struct Paper {
    rows: Vec<String>,
    strong: Vec<String>,
    large: Vec<String>,
    barcodes: Vec<String>,
    qr_codes: Vec<String>,
    /// Pictures, each as its rows of dots.
    pictures: Vec<Vec<String>>,
    cuts: usize,
}

/// Letters above 127 of code page 858, those that the tests use.
const PC858: [(u8, char); 18] = [
    (0x80, 'Ç'),
    (0x81, 'ü'),
    (0x82, 'é'),
    (0x84, 'ä'),
    (0x85, 'à'),
    (0x87, 'ç'),
    (0x88, 'ê'),
    (0x8a, 'è'),
    (0x8e, 'Ä'),
    (0x94, 'ö'),
    (0x99, 'Ö'),
    (0x9a, 'Ü'),
    (0xa4, 'ñ'),
    (0xd5, '€'),
    (0xe1, 'ß'),
    (0xe6, 'µ'),
    (0xf8, '°'),
    (0x9e, '×'),
];

fn letter(byte: u8, page: u8) -> char {
    match (byte, page) {
        (b' '..=b'~', _) => char::from(byte),
        (_, 19) => {
            PC858.iter().find(|(known, _)| *known == byte).unwrap_or_else(|| panic!("letter {byte:02x}")).1
        }
        (0x80, 16) => '€',
        (0xa0..=0xff, 16) => char::from(byte),
        _ => panic!("byte {byte:02x} in code page {page}"),
    }
}

fn print(bytes: &[u8]) -> Paper {
    let mut paper = Paper::default();
    let (mut row, mut page, mut is_strong, mut is_large, mut at) = (String::new(), 0, false, false, 0);
    let mut picture = Vec::new();
    assert!(bytes.starts_with(b"\x1b@"), "the printer is not set back first");
    while at < bytes.len() {
        at += match bytes[at..] {
            [0x1b, b'@', ..] => 2,
            [0x1b, b't', number, ..] => {
                page = number;
                3
            }
            [0x1b, b'E', on, ..] => {
                is_strong = on == 1;
                3
            }
            [0x1b, b'a', 0..=2, ..] => 3,
            [0x1b, b'd', feeds, ..] => {
                assert!(row.is_empty() && feeds > 0);
                3
            }
            [0x1d, b'h' | b'w' | b'H', _, ..] => 3,
            [0x1d, b'!', size, ..] => {
                assert!(row.is_empty() && matches!(size, 0 | 0x11));
                is_large = size != 0;
                3
            }
            [0x1d, b'k', 73, length, b'{', b'B', ..] => {
                let data = &bytes[at + 6..at + 4 + usize::from(length)];
                paper.barcodes.push(String::from_utf8(data.to_vec()).unwrap());
                4 + usize::from(length)
            }
            [0x1d, b'k', 67, 13, ..] => {
                paper.barcodes.push(String::from_utf8(bytes[at + 4..at + 17].to_vec()).unwrap());
                17
            }
            // What a QR code is like, what it says, and that it is printed now.
            [0x1d, b'(', b'k', 4, 0, 49, 65, 50, 0, ..] => 9,
            [0x1d, b'(', b'k', 3, 0, 49, 67, 2..=8, ..] => 8,
            [0x1d, b'(', b'k', 3, 0, 49, 69, 49, ..] => 8,
            [0x1d, b'(', b'k', low, high, 49, 80, 48, ..] => {
                let length = usize::from(low) + 256 * usize::from(high) - 3;
                paper.qr_codes.push(String::from_utf8(bytes[at + 8..at + 8 + length].to_vec()).unwrap());
                8 + length
            }
            [0x1d, b'(', b'k', 3, 0, 49, 81, 48, ..] => 8,
            [0x1d, b'v', b'0', 0, xl, xh, yl, yh, ..] => {
                let (wide, high) =
                    (usize::from(xl) + 256 * usize::from(xh), usize::from(yl) + 256 * usize::from(yh));
                let dots = &bytes[at + 8..at + 8 + wide * high];
                let rows =
                    dots.chunks(wide).map(|row| row.iter().map(|byte| format!("{byte:08b}")).collect());
                picture.extend(rows.collect::<Vec<String>>());
                8 + wide * high
            }
            // The end of the bands of a picture.
            [0x0a, ..] if !picture.is_empty() => {
                paper.pictures.push(std::mem::take(&mut picture));
                1
            }
            [0x1d, b'V', b'A' | b'B', _, ..] => {
                paper.cuts += 1;
                4
            }
            [0x0a, ..] => {
                if is_strong {
                    paper.strong.push(row.trim().to_owned());
                }
                if is_large {
                    paper.large.push(row.clone());
                }
                paper.rows.push(std::mem::take(&mut row));
                1
            }
            [byte, ..] => {
                row.push(letter(byte, page));
                1
            }
            [] => unreachable!(),
        };
    }
    assert!(row.is_empty(), "a row without an end: {row}");
    paper
}

fn pair(left: &str, right: &str, is_sum: bool) -> Line {
    Line::Pair { left: left.to_owned(), right: right.to_owned(), is_sum }
}

fn sheet() -> Sheet {
    let mut table = Table {
        columns: vec![Column::words("MwSt", 12), Column::amounts("Netto", 10), Column::amounts("Brutto", 10)],
        rows: Vec::new(),
    };
    table.row(["A 19 %", "4,16", "4,95"]);
    Sheet {
        letterhead: vec!["Löwen-Apotheke".to_owned(), "Große Straße 1".to_owned()],
        lines: vec![
            Line::Text("Bon B01-T1-8MC-000001".to_owned()),
            Line::Block,
            Line::Text(
                "Ibuprofen 400 mg Filmtabletten für Erwachsene und Jugendliche ab 12 Jahren".to_owned(),
            ),
            pair("  2 × 4,95", "9,90 A", false),
            pair("Summe", "€ 9,90", true),
            Line::Block,
            Line::Table(table),
            Line::Centred("Danke!".to_owned()),
            Line::Barcode(Barcode::Code128("B01-T1-8MC-000001".to_owned())),
        ],
        ..Sheet::default()
    }
}

fn slip(columns: usize, code_page: CodePage) -> Slip {
    Slip { columns, code_page, cuts: true }
}

#[test]
fn what_comes_out_of_the_printer_is_what_the_text_says() {
    for columns in [42, 48] {
        for code_page in [CodePage::Pc858, CodePage::Windows1252] {
            let bytes = sheet().escpos(&slip(columns, code_page)).unwrap();
            let paper = print(&bytes);
            assert_eq!(paper.rows.join("\n") + "\n", sheet().text(columns));
            assert_eq!(paper.barcodes, ["B01-T1-8MC-000001"]);
            assert_eq!(paper.cuts, 1);
            let strong: Vec<String> =
                paper.strong.iter().map(|row| row.split_whitespace().collect()).collect();
            assert_eq!(strong, ["Löwen-Apotheke", "Summe€9,90"]);
        }
    }
}

#[test]
fn a_printer_without_a_knife_is_not_told_to_cut() {
    let slip = Slip { cuts: false, ..slip(42, CodePage::Pc858) };
    assert_eq!(print(&sheet().escpos(&slip).unwrap()).cuts, 0);
}

#[test]
fn what_a_name_brings_along_never_becomes_a_command() {
    let hostile = "Tablet\u{1b}@te\u{1d}V\0n\u{10}\u{14}\u{1}\u{202e}\u{7f} \u{9b}4m\u{7}\n\u{1b}p\0\u{19}";
    let barcodes =
        ["B\u{1b}@1", "{A", "\u{181}"].map(|text| Line::Barcode(Barcode::Code128(text.to_owned())));
    let mut lines =
        vec![Line::Text(hostile.to_owned()), Line::Barcode(Barcode::Ean13("40063\u{1d}V1333931".to_owned()))];
    lines.extend(barcodes);
    let sheet = Sheet { lines, ..sheet() };
    let paper = print(&sheet.escpos(&slip(42, CodePage::Pc858)).unwrap());
    assert_eq!(paper.cuts, 1);
    assert_eq!(paper.barcodes, [""; 0]);
    assert_eq!(paper.rows.last().unwrap(), "Tablet@teVn 4m p");
}

#[test]
fn letters_that_the_printer_lacks_are_spelt_before_rows_are_measured() {
    let lines = vec![
        pair("Œuf „frais“ – 5 µg…", "→ 1\u{202f}234,50", false),
        Line::Text("漢字".to_owned()),
        pair("Ça coûte α", "3,00", true),
    ];
    let sheet = Sheet { lines, letterhead: vec!["Š".to_owned()], ..Sheet::default() };
    let bytes = sheet.escpos(&slip(42, CodePage::Pc858)).unwrap();
    assert!(!bytes.contains(&0xc3), "letters of UTF-8");
    let rows: Vec<String> = {
        // The rest of the letters is not in the table of this test.
        let bytes: Vec<u8> = bytes.iter().map(|byte| if *byte == 0x96 { b'u' } else { *byte }).collect();
        print(&bytes).rows
    };
    assert_eq!(rows[0].trim(), "S");
    assert_eq!(
        &rows[2..],
        ["OEuf \"frais\" - 5 µg...         -> 1 234,50", "??", "Ça coute alpha                        3,00",]
    );
}

#[test]
fn pictures_and_codes_come_out_dot_by_dot() {
    // No dots are a command that a printer obeys at once, also in the middle of a picture.
    for second in [0x04, 0x05, 0x14] {
        let dots = Picture { width: 24, bits: [0x10, second, 0x01].repeat(100) };
        let sheet = Sheet { logo: Some(dots), ..sheet() };
        let bytes = sheet.escpos(&slip(42, CodePage::Pc858)).unwrap();
        assert!(!bytes.windows(2).any(|two| two == [0x10, second]), "{second}");
    }
    let logo = Picture { width: 10, bits: [0b1000_0000, 0b0100_0000].repeat(70) };
    let modules = vec!["110".to_owned(), "011".to_owned(), "101".to_owned()];
    let code = Line::Code { modules, caption: "Prüfen".to_owned(), text: "ABC".to_owned(), qr: None };
    let large = Line::Large("12,50 €".to_owned());
    let says = "PTR1".to_owned() + &"Z7".repeat(128);
    let qr = Line::Code {
        modules: vec!["1".repeat(53); 53],
        caption: String::new(),
        text: String::new(),
        qr: Some(says.clone()),
    };
    let hostile = Line::Code {
        modules: vec!["1".to_owned()],
        caption: String::new(),
        text: String::new(),
        qr: Some("\u{1d}VA".to_owned()),
    };
    let ean = Line::Barcode(Barcode::Ean13("4006381333931".to_owned()));
    let sheet = Sheet { logo: Some(logo), lines: vec![code, qr, hostile, large, ean], ..sheet() };
    let paper = print(&sheet.escpos(&slip(42, CodePage::Pc858)).unwrap());
    assert_eq!(paper.pictures[0], vec!["1000000001000000"; 70]);
    // Each module is six dots wide and high; a row is filled up to whole bytes.
    let dots = |row: &str| row.chars().map(|dot| dot.to_string().repeat(6)).collect::<String>() + "000000";
    let rows: Vec<String> = ["110", "011", "101"].iter().flat_map(|row| vec![dots(row); 6]).collect();
    assert_eq!(paper.pictures[1], rows);
    // What no QR code may say is drawn as the dots that it came with.
    assert_eq!((paper.qr_codes, paper.pictures.len(), paper.cuts), (vec![says], 3, 1));
    assert_eq!(paper.large, ["12,50 €"]);
    assert_eq!(paper.barcodes, ["4006381333931"]);
    let in_text = sheet.text(42);
    assert_eq!(in_text.lines().last().unwrap().trim(), "12,50 €");
}

#[test]
fn what_is_wider_than_the_paper_is_left_out() {
    let sheet = Sheet { logo: Some(Picture { width: 400, bits: vec![0xff; 50] }), ..sheet() };
    let drawn = |columns| {
        let paper = print(&sheet.escpos(&slip(columns, CodePage::Pc858)).unwrap());
        (paper.pictures.len(), paper.barcodes.len())
    };
    assert_eq!((drawn(42), drawn(32)), ((1, 1), (0, 0)));
}
