//! The label that stands at the shelf, and the sheet that a scanner is tried with.

use datamatrix::{DataMatrix, SymbolList};
use domain::scan::self_test::TestCode;
use pages::{Barcode, Line};

use super::Paper;
use crate::api::catalogue::ProductView;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::qr::qr_rows;

impl Counter<'_> {
    /// The label of a product, and what its file is called.
    pub(crate) fn price_label(&self, product: &ProductView) -> Result<(String, Paper), Stop> {
        let price_minor = product.row.price_minor.ok_or_else(|| Stop::bare("price_missing"))?;
        let mut paper = self.paper(0)?;
        let words = paper.words;
        paper.sheet.letterhead.clear();
        paper.sheet.logo = None;
        paper.sheet.title.clone_from(&product.row.name);
        paper.centred(&product.row.name);
        if !product.row.pack.is_empty() {
            paper.centred(&product.row.pack);
        }
        let price = format!("{} {}", paper.money(price_minor), self.house.branch.currency);
        paper.sheet.lines.push(Line::Large(price));
        paper.centred(words.with_tax);
        let codes = product.row.code.iter().chain(&product.codes);
        if let Some(ean) = codes.filter_map(|code| ean_13(code)).next() {
            paper.sheet.lines.push(Line::Barcode(Barcode::Ean13(ean.to_owned())));
        }
        Ok(("label".to_owned(), paper))
    }

    /// A code of each kind that packs and shelves bear, with what a scanner should say.
    pub(super) fn scanner_sheet(&self) -> Result<Paper, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        paper.title(words.scanner_sheet);
        paper.block();
        paper.text(words.scanner_hint);
        for (kind, barcode) in [
            ("EAN-13", Barcode::Ean13(content(TestCode::Ean13))),
            ("Code 128", Barcode::Code128(content(TestCode::Code128))),
        ] {
            paper.block();
            paper.heading(kind);
            paper.sheet.lines.push(Line::Barcode(barcode));
        }
        let (gs1, qr) = (content(TestCode::Gs1DataMatrix), content(TestCode::Qr));
        for (kind, modules, text, qr) in [
            ("GS1 Data Matrix", gs1_rows(&gs1)?, gs1.replace('\u{1d}', " <GS> "), None),
            ("QR", qr_rows(&qr)?, qr.clone(), Some(qr)),
        ] {
            paper.block();
            paper.heading(kind);
            paper.sheet.lines.push(Line::Code { modules, caption: String::new(), text: String::new(), qr });
            paper.centred(&text);
        }
        Ok(paper)
    }
}

/// The thirteen digits of a code that has them, also as the fourteen of a single pack.
fn ean_13(code: &str) -> Option<&str> {
    let digits = code.strip_prefix('0').filter(|digits| digits.len() == 13).unwrap_or(code);
    (digits.len() == 13 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// What a code of the scanner sheet holds.
fn content(code: TestCode) -> String {
    String::from_utf8_lossy(code.content()).into_owned()
}

/// The modules of a GS1 Data Matrix, with the light edge that a row of it needs to be of one length.
fn gs1_rows(content: &str) -> Result<Vec<String>, Fault> {
    let code = DataMatrix::encode_gs1(content.as_bytes(), SymbolList::default());
    let code = code.map_err(|_| Fault::bare("internal"))?;
    let bitmap = code.bitmap();
    let rows = bitmap.bits().chunks(bitmap.width());
    Ok(rows.map(|row| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_packs_number_is_the_one_on_its_bars() {
        let check = |code: &str, expected: Option<&str>| assert_eq!(ean_13(code), expected, "{code}");
        check("04006381333931", Some("4006381333931"));
        check("4006381333931", Some("4006381333931"));
        check("0012345678905", Some("0012345678905"));
        check("14006381333938", None);
        check("PZN-01234567", None);
        check("", None);
    }
}
