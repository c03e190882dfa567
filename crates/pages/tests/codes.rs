//! The codes on a page, read back from its picture by a reader that shares nothing with the drawing (`ZXingReader`, on
//! what `pdftoppm` makes of the PDF): a barcode, an EAN, a QR code, and the same as a receipt printer puts dots.

// Everything here is a test, and one that cannot go on should stop.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use pages::{Barcode, Line, Sheet};
use qrcode::QrCode;

fn run(program: &str, args: &[&str]) -> String {
    let out = Command::new(program).args(args).output();
    let out = out.unwrap_or_else(|error| panic!("{program}: {error} (./dev setup installs it)"));
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// What each code in a picture says, with its kind.
fn read(picture: &Path) -> Vec<(String, String)> {
    let said = run("ZXingReader", &[picture.to_str().unwrap()]);
    let after =
        |line: &str, what: &str| line.strip_prefix(what).map(|rest| rest.trim().trim_matches('"').to_owned());
    let texts = said.lines().filter_map(|line| after(line, "Text:"));
    let kinds = said.lines().filter_map(|line| after(line, "Format:"));
    let mut found: Vec<(String, String)> = kinds.zip(texts).collect();
    found.sort();
    found
}

fn qr_of(says: &str) -> Line {
    let qr = QrCode::new(says).unwrap();
    let modules: Vec<char> = qr.to_colors().iter().map(|module| module.select('1', '0')).collect();
    let modules = modules.chunks(qr.width()).map(|row| row.iter().collect()).collect();
    Line::Code { modules, caption: "Code".to_owned(), text: says.to_owned(), qr: Some(says.to_owned()) }
}

#[test]
fn codes_on_a_page_say_what_was_to_be_said() {
    let folder = tempfile::tempdir().unwrap();
    let says = "PTR1".to_owned() + &"A7K".repeat(84);
    let sheet = Sheet {
        letterhead: vec!["Löwen-Apotheke".to_owned()],
        title: "Bon".to_owned(),
        lines: vec![
            Line::Text("Bon B01-T1-8MC-000001".to_owned()),
            Line::Barcode(Barcode::Code128("B01-T1-8MC-000001".to_owned())),
            Line::Block,
            Line::Barcode(Barcode::Ean13("4006381333931".to_owned())),
            qr_of(&says),
        ],
        ..Sheet::default()
    };
    let pdf = folder.path().join("page.pdf");
    std::fs::write(&pdf, sheet.pdf().unwrap()).unwrap();
    let picture = folder.path().join("page");
    run("pdftoppm", &["-png", "-r", "200", "-singlefile", pdf.to_str().unwrap(), picture.to_str().unwrap()]);
    let expected = [("Code128", "B01-T1-8MC-000001"), ("EAN-13", "4006381333931"), ("QRCode", &says)];
    let expected = expected.map(|(kind, text)| (kind.to_owned(), text.to_owned()));
    assert_eq!(read(&picture.with_extension("png")), expected);
}
