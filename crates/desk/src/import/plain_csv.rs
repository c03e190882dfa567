//! A plain CSV file with a header.
//!
//! Columns in any order: `code`, `name`, `pack`, `price`, `tax`, `rx`, `maker`, `lot`, `expiry`, `on_hand`;
//! `code` and `name` must be there, others that are not known are left out. Separated by `;`, `,` or TAB,
//! decimals with `.` or `,`, UTF-8 or CP1252.

use std::collections::HashSet;

use ::csv::{ReaderBuilder, StringRecord};
use domain::code::{Gtin, pzn8};
use domain::limits::{MAX_RECEIVED_PACKS, MAX_SHORT_TEXT};
use domain::scan::{List, Scan, read};
use domain::time::BusinessDate;

use super::amount::read_price;
use super::text::decode;
use super::{
    ImportRefusal, ImportedProduct, ImportedStock, MAX_IMPORTED_TEXT, MAX_ROWS, RejectReason, Rejected,
    Release, check_length, excerpt, release_in_name, tidy, tidy_or_none,
};

const COLUMNS: [&str; 10] =
    ["code", "name", "pack", "price", "tax", "rx", "maker", "lot", "expiry", "on_hand"];
const TAX_CODES: [&str; 5] = ["standard", "intermediate", "reduced", "super_reduced", "zero"];

/// Reads a catalogue from a CSV file. The release is the date in its name (`list.2026-05.csv`), else `today`.
///
/// # Errors
/// Whatever makes the file as a whole unusable; rows that cannot be taken are in the release.
pub fn read_csv(name: &str, bytes: &[u8], today: BusinessDate) -> Result<Release, ImportRefusal> {
    let dated = release_in_name(name);
    let released_on = dated.unwrap_or(today);
    if released_on > today {
        return Err(ImportRefusal::ReleaseInFuture);
    }
    let text = decode(name, bytes)?;
    let records = records(name, &text)?;
    let ((_, header), records) =
        records.split_first().ok_or_else(|| ImportRefusal::Empty(name.to_owned()))?;
    let header = Header::read(header)?;
    let mut release = Release {
        source: "csv",
        released_on,
        is_dated: dated.is_some(),
        rows: u32::try_from(records.len()).unwrap_or(u32::MAX),
        products: Vec::with_capacity(records.len()),
        rejected: Vec::new(),
        doubtful: Vec::new(),
    };
    let mut codes = HashSet::new();
    let mut wrong_columns = 0;
    for (line, record) in records {
        let line = *line;
        let reason = match header.read_product(name, line, record, today) {
            Ok(product) if codes.insert(identity(&product)) => {
                release.products.push(product);
                continue;
            }
            Ok(_) => RejectReason::CodeTwice,
            Err(reason) => reason,
        };
        wrong_columns += usize::from(reason == RejectReason::Columns);
        let excerpt = excerpt(&record.iter().collect::<Vec<_>>().join(" | "));
        release.rejected.push(Rejected { file: name.to_owned(), line, reason, excerpt });
    }
    if wrong_columns * 2 > records.len() {
        return Err(ImportRefusal::NotOfFormat(name.to_owned()));
    }
    // A cut file ends inside a row, or inside quotation marks that then swallow the rows before.
    let is_short = |record: &StringRecord| record.len() < header.width;
    if records
        .last()
        .is_some_and(|(_, last)| is_short(last) && (!text.ends_with('\n') || holds_line_end(last)))
    {
        return Err(ImportRefusal::Truncated(name.to_owned()));
    }
    Ok(release)
}

/// The same pack written as EAN-13 and as GTIN-14 is one product.
fn identity(product: &ImportedProduct) -> String {
    product.gtin.map_or_else(|| product.source_code.clone(), |gtin| format!("gtin:{gtin}"))
}

/// All rows, the header too, each with its line.
fn records(name: &str, text: &str) -> Result<Vec<(u32, StringRecord)>, ImportRefusal> {
    let first_line = text.lines().next().unwrap_or_default();
    let separator = [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|separator| first_line.split(char::from(*separator)).filter_map(column).count())
        .unwrap_or(b';');
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(|_| ImportRefusal::NotOfFormat(name.to_owned()))?;
        // The reader's own line is that of the line end before, or of an empty line.
        let from = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        let starts = from + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += memchr::memchr_iter(b'\n', text.as_bytes().get(counted..starts).unwrap_or_default()).count();
        counted = starts;
        records.push((u32::try_from(line).unwrap_or(u32::MAX), record));
        if records.len() > MAX_ROWS + 1 {
            return Err(ImportRefusal::TooManyRows(name.to_owned()));
        }
    }
    Ok(records)
}

/// The number of a known column, whatever its case and quotation marks.
fn column(cell: &str) -> Option<usize> {
    let cell = cell.trim().trim_matches('"').trim();
    COLUMNS.iter().position(|known| known.eq_ignore_ascii_case(cell))
}

fn holds_line_end(record: &StringRecord) -> bool {
    record.iter().any(|cell| cell.contains('\n'))
}

/// Where the known columns stand.
struct Header {
    at: [Option<usize>; COLUMNS.len()],
    width: usize,
}

impl Header {
    fn read(record: &StringRecord) -> Result<Self, ImportRefusal> {
        let mut at = [None; COLUMNS.len()];
        for (place, cell) in record.iter().enumerate() {
            let Some(known) = column(cell) else { continue };
            if at[known].replace(place).is_some() {
                return Err(ImportRefusal::ColumnTwice(COLUMNS[known]));
            }
        }
        if let Some(missing) = [0, 1].into_iter().find(|known| at[*known].is_none()) {
            return Err(ImportRefusal::ColumnMissing(COLUMNS[missing]));
        }
        Ok(Self { at, width: record.len() })
    }

    fn read_product(
        &self,
        file: &str,
        line: u32,
        record: &StringRecord,
        today: BusinessDate,
    ) -> Result<ImportedProduct, RejectReason> {
        let is_wider = record.iter().skip(self.width).any(|cell| !cell.trim().is_empty());
        if record.len() < self.width || is_wider || holds_line_end(record) {
            return Err(RejectReason::Columns);
        }
        let cell = |column: &str| {
            let known = COLUMNS.iter().position(|known| *known == column);
            known.and_then(|known| record.get(self.at[known]?)).map_or("", str::trim)
        };
        let code = read_code(cell("code"), today)?;
        let name = tidy_or_none(cell("name")).ok_or(RejectReason::NameMissing)?;
        let pack = tidy(cell("pack"));
        let maker = tidy_or_none(cell("maker"));
        check_length(&name, MAX_IMPORTED_TEXT)?;
        check_length(&pack, MAX_IMPORTED_TEXT)?;
        check_length(maker.as_deref().unwrap_or_default(), MAX_IMPORTED_TEXT)?;
        Ok(ImportedProduct {
            file: file.to_owned(),
            line,
            source_code: code.text,
            gtin: code.gtin,
            national_code: code.national,
            name,
            pack,
            price_minor: read_price(cell("price"))?,
            tax_code: read_tax_code(cell("tax"))?,
            rx: read_yes_or_no(cell("rx"))?,
            conditions: Vec::new(),
            reimbursement: None,
            maker,
            atc: None,
            is_withdrawn: false,
            stock: read_stock(cell("lot"), cell("expiry"), cell("on_hand"))?,
        })
    }
}

struct Code {
    text: String,
    gtin: Option<Gtin>,
    national: Option<String>,
}

fn read_code(cell: &str, today: BusinessDate) -> Result<Code, RejectReason> {
    if cell.is_empty() {
        return Err(RejectReason::CodeMissing);
    }
    check_length(cell, MAX_SHORT_TEXT as usize)?;
    let is_from_spreadsheet = cell.split_once(['E', 'e']).is_some_and(|(digits, power)| {
        digits.contains([',', '.'])
            && digits.starts_with(|c: char| c.is_ascii_digit())
            && power.starts_with('+')
    });
    if is_from_spreadsheet {
        return Err(RejectReason::CodeFromSpreadsheet);
    }
    let pzn = match read(cell.as_bytes(), today) {
        Scan::Pack { gtin, .. } | Scan::Misread { gtin: Some(gtin), .. } => {
            // Eight digits may be a PZN as well, and are found by both.
            let national = pzn8(cell).ok().map(|pzn| pzn.as_str().to_owned());
            return Ok(Code { text: cell.to_owned(), gtin: Some(gtin), national });
        }
        Scan::Misread { refusal, .. } => return Err(refusal.into()),
        Scan::National(national) if national.list == List::Pzn => pzn8(&national.number).ok(),
        Scan::National(national) => {
            return Ok(Code {
                text: national.number.clone(),
                gtin: national.gtin(),
                national: Some(national.number),
            });
        }
        Scan::Unknown(_) | Scan::Badge(_) | Scan::Details(_) | Scan::DeliveryBox { .. } => pzn8(cell).ok(),
    };
    // A shop's own code, such as a shelf number, is kept as it is.
    Ok(match pzn {
        Some(pzn) => Code {
            text: pzn.as_str().to_owned(),
            gtin: Some(pzn.gtin()),
            national: Some(pzn.as_str().to_owned()),
        },
        None => Code { text: tidy(cell), gtin: None, national: None },
    })
}

fn read_tax_code(cell: &str) -> Result<Option<String>, RejectReason> {
    let code = cell.to_ascii_lowercase();
    match code.as_str() {
        "" => Ok(None),
        known if TAX_CODES.contains(&known) => Ok(Some(code)),
        _ => Err(RejectReason::TaxUnknown),
    }
}

fn read_yes_or_no(cell: &str) -> Result<bool, RejectReason> {
    match cell.to_lowercase().as_str() {
        "" | "0" | "no" | "n" | "false" | "nein" | "non" => Ok(false),
        "1" | "yes" | "y" | "true" | "x" | "ja" | "j" | "oui" | "o" | "rx" => Ok(true),
        _ => Err(RejectReason::RxUnclear),
    }
}

fn read_stock(lot: &str, expiry: &str, on_hand: &str) -> Result<Option<ImportedStock>, RejectReason> {
    if lot.is_empty() && expiry.is_empty() && on_hand.is_empty() {
        return Ok(None);
    }
    if lot.len() > 20 || !lot.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(RejectReason::LotUnclear);
    }
    let expiry = match expiry {
        "" => None,
        text => Some(read_expiry(text).ok_or(RejectReason::ExpiryUnclear)?),
    };
    let on_hand = match on_hand {
        "" => None,
        text => {
            let packs = text.parse().ok().filter(|packs| (0..=MAX_RECEIVED_PACKS).contains(packs));
            Some(packs.ok_or(RejectReason::OnHandUnclear)?)
        }
    };
    Ok(Some(ImportedStock { lot: tidy_or_none(lot), expiry, on_hand }))
}

/// `2027-03-31`, `31.03.2027`, `31/03/2027`; `2027-03`, `03.2027` and `03/2027` are the last day of the month.
fn read_expiry(text: &str) -> Option<BusinessDate> {
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    let number = |at: usize| parts[at].parse::<u32>().ok();
    let (year, month, day) = match (parts.len(), parts[0].len()) {
        (3, 4) => (number(0)?, number(1)?, Some(number(2)?)),
        (3, _) if parts[2].len() == 4 => (number(2)?, number(1)?, Some(number(0)?)),
        (2, 4) => (number(0)?, number(1)?, None),
        (2, _) if parts[1].len() == 4 => (number(1)?, number(0)?, None),
        _ => return None,
    };
    let year = i32::try_from(year).ok().filter(|year| (2000..=2099).contains(year))?;
    match day {
        Some(day) => BusinessDate::from_ymd(year, month, day),
        None => (28..=31).rev().find_map(|last| BusinessDate::from_ymd(year, month, last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Release, ImportRefusal> {
        read_csv("list.csv", text.as_bytes(), BusinessDate::parse("2026-11-21").unwrap())
    }

    #[test]
    fn a_full_row_is_read_whatever_the_separator() {
        let rows = [
            "code;name;pack;price;tax;rx;maker;lot;expiry;on_hand\n2112345678900;Ibuprofen 400 mg, Tabl.;20 St;4,95;standard;0;Nordhain;L17A;2028-03-31;12\n",
            "on_hand\texpiry\tlot\tmaker\trx\ttax\tprice\tpack\tname\tCODE\r\n12\t31.03.2028\tL17A\tNordhain\tnein\tSTANDARD\t4.95\t20 St\tIbuprofen 400 mg, Tabl.\t2112345678900\r\n",
            "\u{feff}\"code\",\"name\",pack,price,tax,rx,maker,lot,expiry,on_hand,shelf\n2112345678900,\"Ibuprofen 400 mg, Tabl.\",20 St,\"4,95 €\",standard,,Nordhain,L17A,03/2028,12,A1",
        ];
        for text in rows {
            let release = read(text).unwrap();
            assert_eq!((release.rows, release.rejected.len()), (1, 0), "{text}");
            let expected = ImportedProduct {
                file: "list.csv".into(),
                line: 2,
                source_code: "2112345678900".into(),
                gtin: domain::code::gtin14("2112345678900").ok(),
                national_code: None,
                name: "Ibuprofen 400 mg, Tabl.".into(),
                pack: "20 St".into(),
                price_minor: Some(495),
                tax_code: Some("standard".into()),
                rx: false,
                conditions: Vec::new(),
                reimbursement: None,
                maker: Some("Nordhain".into()),
                atc: None,
                is_withdrawn: false,
                stock: Some(ImportedStock {
                    lot: Some("L17A".into()),
                    expiry: BusinessDate::parse("2028-03-31"),
                    on_hand: Some(12),
                }),
            };
            assert_eq!(release.products, [expected], "{text}");
        }
    }

    #[test]
    fn two_columns_are_enough_and_cp1252_is_read() {
        let today = BusinessDate::parse("2026-11-21").unwrap();
        let release = read_csv("list.2026-05.csv", b"name;code\nHustentee s\xfc\xdf;A-17\n", today).unwrap();
        assert_eq!((release.source, release.released_on.to_string().as_str()), ("csv", "2026-05-01"));
        let product = &release.products[0];
        assert_eq!((product.name.as_str(), product.source_code.as_str()), ("Hustentee süß", "A-17"));
        assert_eq!(
            (product.gtin, &product.stock, &product.tax_code, product.price_minor),
            (None, &None, &None, None)
        );
        assert_eq!(read("code;name\nA;B\n").unwrap().released_on, today);
    }

    #[test]
    fn codes() {
        let check = |code: &str, expected: Result<(&str, Option<&str>, Option<&str>), RejectReason>| {
            let read = read_code(code, BusinessDate(21_000));
            let gtin = read.as_ref().ok().and_then(|code| code.gtin).map(|gtin| gtin.to_string());
            let read = read
                .as_ref()
                .map(|code| (code.text.as_str(), gtin.as_deref(), code.national.as_deref()))
                .map_err(|reason| *reason);
            assert_eq!(read, expected, "{code}");
        };
        check("2112345678900", Ok(("2112345678900", Some("02112345678900"), None)));
        check("13832707", Ok(("13832707", Some("04150138327077"), Some("13832707"))));
        check("PZN-13832707", Ok(("13832707", Some("04150138327077"), Some("13832707"))));
        check("A-17", Ok(("A-17", None, None)));
        check("", Err(RejectReason::CodeMissing));
        check("2112345678901", Err(RejectReason::CodeCheckDigit));
        check("0000000000000", Err(RejectReason::CodeOnlyZeros));
        check("4,15014E+12", Err(RejectReason::CodeFromSpreadsheet));
        check(&"9".repeat(61), Err(RejectReason::TextTooLong));
    }

    fn check_row(row: &str, expected: Option<RejectReason>) {
        let header = "code;name;pack;price;tax;rx;lot;expiry;on_hand";
        let release =
            read(&format!("{header}\n2112345678900;A;;1,00;;;;;\n\n{row}\nB-2;B;;;;;;;\n")).unwrap();
        let rejected: Vec<_> =
            release.rejected.iter().map(|rejected| (rejected.line, rejected.reason)).collect();
        assert_eq!(rejected, expected.map(|reason| (4, reason)).into_iter().collect::<Vec<_>>(), "{row}");
        assert_eq!(release.products.len(), if expected.is_none() { 3 } else { 2 });
    }

    #[test]
    fn rows() {
        check_row("C-1;C;10 St;2,50;reduced;ja;X9;2027-01;0", None);
        check_row("C-1;C;10 St;2,50;reduced;ja;X9;2027-01;0;;", None);
        check_row("C-1;C;10 St;2,50;reduced;ja;X9;2027-01", Some(RejectReason::Columns));
        check_row("C-1;C;10 St;2,50;reduced;ja;X9;2027-01;0;more", Some(RejectReason::Columns));
        check_row(";C;;;;;;;", Some(RejectReason::CodeMissing));
        check_row("02112345678900;C;;;;;;;", Some(RejectReason::CodeTwice));
        check_row("C-1;;;;;;;;", Some(RejectReason::NameMissing));
        check_row(&format!("C-1;{};;;;;;;", "n".repeat(300)), None);
        check_row(&format!("C-1;{};;;;;;;", "n".repeat(301)), Some(RejectReason::TextTooLong));
        check_row("C-1;C;;1.234;;;;;", Some(RejectReason::PriceUnclear));
        check_row("C-1;C;;0,00;;;;;", Some(RejectReason::PriceOutOfRange));
        check_row("C-1;C;;;19 %;;;;", Some(RejectReason::TaxUnknown));
        check_row("C-1;C;;;;maybe;;;", Some(RejectReason::RxUnclear));
        check_row("C-1;C;;;;;LOT 1;;", Some(RejectReason::LotUnclear));
        check_row("C-1;C;;;;;123456789012345678901;;", Some(RejectReason::LotUnclear));
        check_row("C-1;C;;;;;;2027-02-29;", Some(RejectReason::ExpiryUnclear));
        check_row("C-1;C;;;;;;01.02.27;", Some(RejectReason::ExpiryUnclear));
        check_row("C-1;C;;;;;;;-1", Some(RejectReason::OnHandUnclear));
        check_row("C-1;C;;;;;;;1000001", Some(RejectReason::OnHandUnclear));
        check_row("C-1;C;;;;;;;1000000", None);
    }

    #[test]
    fn files_that_are_refused() {
        let check = |text: &str, expected: &str| {
            assert_eq!(read(text).map(|release| release.rows).unwrap_err().code(), expected, "{text:?}");
        };
        check("", "file_empty");
        check("a\0b", "file_binary");
        check("name;price\nA;1\n", "column_missing");
        check("code;price\nA;1\n", "column_missing");
        check("code;name;Code\nA;B;C\n", "column_twice");
        check("just a letter\nto somebody\n", "column_missing");
        check("code;name;price\nA;B;1\nC;D", "file_truncated");
        check("code;name;price\nA;B;1\nE;F;2\nC;\"D;3\nX;Y;1\n", "file_truncated");
        check("code;name;price\nA,B,1\nC,D,2\nE,F,3\n", "file_not_of_format");
        assert_eq!(read("code;name;price\nA;B;1\nC;D;").unwrap().products.len(), 2);
        let today = BusinessDate::parse("2026-11-21").unwrap();
        let future = read_csv("list.2926-05.csv", b"code;name\nA;B\n", today);
        assert_eq!(future, Err(ImportRefusal::ReleaseInFuture));
    }

    #[test]
    fn the_demo_catalogue_is_taken_whole() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../till/demo/products.csv");
        let release = read(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(release.rejected, []);
        assert_eq!(release.products.len(), 320);
        for product in &release.products {
            let code = &product.source_code;
            assert!(code.starts_with('2'), "{code}: only codes from 20 to 29 are nobody's");
            assert!(
                product.gtin.is_some() && product.price_minor.is_some() && product.tax_code.is_some(),
                "{code}"
            );
            let stock = product.stock.as_ref().unwrap();
            assert!(stock.lot.is_some() && stock.expiry.is_some() && stock.on_hand.is_some(), "{code}");
            assert!(domain::limits::check_name(&product.name).is_ok(), "{code}");
            assert!(product.pack.chars().count() <= MAX_SHORT_TEXT as usize, "{code}");
        }
    }

    #[test]
    fn expiries() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(read_expiry(text).map(|date| date.to_string()).as_deref(), expected, "{text}");
        };
        check("2027-03-05", Some("2027-03-05"));
        check("05.03.2027", Some("2027-03-05"));
        check("5/3/2027", Some("2027-03-05"));
        check("2028-02", Some("2028-02-29"));
        check("02/2027", Some("2027-02-28"));
        check("11.2026", Some("2026-11-30"));
        for unclear in ["2027", "05.03.27", "2027-13", "1999-01", "2027-00-00", "soon", "-", "2027-03-05-01"]
        {
            check(unclear, None);
        }
    }
}
