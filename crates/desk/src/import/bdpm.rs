//! The French public medicines database (BDPM) as published: TAB-separated files without a header.
//!
//! `CIS_CIP_bdpm` lists the packs; `CIS_bdpm` the products they are packs of; `CIS_CPD` the conditions of
//! prescription; `CIS_MITM` the ATC codes. Without the conditions nothing would be marked as prescription
//! only, so that file is required; ATC codes may be missing.

use std::collections::{HashMap, HashSet};

use domain::code::gtin_from_cip13;
use domain::country::country;
use domain::time::BusinessDate;

use super::amount::{read_amount, read_price};
use super::text::decode;
use super::{
    ImportRefusal, ImportedProduct, MAX_IMPORTED_TEXT, MAX_ROWS, RejectReason, Rejected, Release,
    check_length, excerpt, release_in_name, tidy, tidy_or_none,
};

const PACKS: Kind = Kind { begins: "CIS_CIP_bdpm", columns: 13 };
const PRODUCTS: Kind = Kind { begins: "CIS_bdpm", columns: 12 };
const CONDITIONS: Kind = Kind { begins: "CIS_CPD", columns: 2 };
const ATC: Kind = Kind { begins: "CIS_MITM", columns: 4 };

/// One of the files of the database.
#[derive(Clone, Copy)]
struct Kind {
    begins: &'static str,
    columns: usize,
}

type File<'a> = (&'a str, &'a [u8]);

/// Reads one release from the files of a folder, each with its name; others than those needed are left out.
///
/// Where there are several releases of the packs, the one that `released` says is read, else the newest. Of
/// the other files the newest that is not newer than the packs is taken, else the oldest. The release is
/// the date in the file's name, else the newest date in the file up to `today`.
///
/// # Errors
/// Whatever makes a file as a whole unusable; rows that cannot be taken are in the release.
pub fn read_bdpm(
    files: &[File<'_>],
    released: Option<BusinessDate>,
    today: BusinessDate,
) -> Result<Release, ImportRefusal> {
    let (packs, released_on) = choose_packs(files, released, today)?;
    let mut rejected = Vec::new();
    let mut describe = |kind: Kind, read: fn(&mut Described, &[&str])| -> Result<Described, ImportRefusal> {
        let (name, bytes) =
            choose(files, kind, released_on).ok_or(ImportRefusal::FileMissing(kind.begins))?;
        let text = decode(name, bytes)?;
        let mut described = Described::default();
        for row in rows(name, &text, kind)? {
            match row.cells {
                Some(cells) => read(&mut described, &cells),
                None => rejected.push(row.line.rejected(name, RejectReason::Columns)),
            }
        }
        Ok(described)
    };
    let products = describe(PRODUCTS, |described, cells| {
        described.products.insert(cells[0].to_owned(), (tidy(cells[1]), tidy_or_none(cells[10])));
    })?;
    let conditions = describe(CONDITIONS, |described, cells| {
        described.conditions.entry(cells[0].to_owned()).or_default().push(tidy(cells[1]));
    })?;
    let atc = if choose(files, ATC, released_on).is_some() {
        describe(ATC, |described, cells| {
            described.atc.insert(cells[0].to_owned(), tidy(cells[1]));
        })?
    } else {
        Described::default()
    };
    let described =
        Described { products: products.products, conditions: conditions.conditions, atc: atc.atc };

    let (name, bytes) = packs;
    let text = decode(name, bytes)?;
    let packs = rows(name, &text, PACKS)?;
    let mut release = Release {
        source: "bdpm",
        released_on,
        is_dated: true,
        rows: u32::try_from(packs.len()).unwrap_or(u32::MAX),
        products: Vec::with_capacity(packs.len()),
        rejected,
        doubtful: Vec::new(),
    };
    let mut codes = HashSet::with_capacity(packs.len());
    for row in packs {
        let taken = match &row.cells {
            Some(cells) => read_pack(name, row.line.no, cells, &described),
            None => Err(RejectReason::Columns),
        };
        match taken {
            Ok((product, _)) if !codes.insert(product.source_code.clone()) => {
                release.rejected.push(row.line.rejected(name, RejectReason::CodeTwice));
            }
            Ok((product, doubt)) => {
                release.products.push(product);
                release.doubtful.extend(doubt.map(|reason| row.line.rejected(name, reason)));
            }
            Err(reason) => release.rejected.push(row.line.rejected(name, reason)),
        }
    }
    Ok(release)
}

/// What the files beside the packs say, by CIS code.
#[derive(Default)]
struct Described {
    /// Name and holder.
    products: HashMap<String, (String, Option<String>)>,
    conditions: HashMap<String, Vec<String>>,
    atc: HashMap<String, String>,
}

fn read_pack(
    file: &str,
    line: u32,
    cells: &[&str],
    described: &Described,
) -> Result<(ImportedProduct, Option<RejectReason>), RejectReason> {
    let &[cis, cip7, label, status, marketing, _, cip13, _, rate, before_fee, public, fee, _] = cells else {
        return Err(RejectReason::Columns);
    };
    if cip13.is_empty() {
        return Err(RejectReason::CodeMissing);
    }
    let gtin = gtin_from_cip13(cip13)?;
    let (name, maker) = described.products.get(cis).ok_or(RejectReason::ProductMissing)?;
    if name.is_empty() {
        return Err(RejectReason::NameMissing);
    }
    let pack = tidy(label);
    check_length(name, MAX_IMPORTED_TEXT)?;
    check_length(&pack, MAX_IMPORTED_TEXT)?;
    let (price_minor, doubt) = read_public_price(before_fee, public, fee)?;
    let conditions = described.conditions.get(cis).cloned().unwrap_or_default();
    let reimbursement = tidy_or_none(&rate.replace('%', "")).map(|percent| format!("{percent} %"));
    let tax_code = country("FR").map(|france| france.medicine_tax_code(reimbursement.is_some()).to_owned());
    let product = ImportedProduct {
        file: file.to_owned(),
        line,
        source_code: cip13.to_owned(),
        gtin: Some(gtin),
        national_code: tidy_or_none(cip7),
        name: name.clone(),
        pack,
        price_minor,
        tax_code,
        rx: conditions.iter().any(|condition| requires_prescription(condition)),
        conditions,
        reimbursement,
        maker: maker.clone(),
        atc: described.atc.get(cis).filter(|atc| !atc.is_empty()).cloned(),
        is_withdrawn: is_withdrawn(status, marketing),
        stock: None,
    };
    Ok((product, doubt))
}

/// The price that the customer pays, and what is wrong with it.
fn read_public_price(
    before_fee: &str,
    public: &str,
    fee: &str,
) -> Result<(Option<i64>, Option<RejectReason>), RejectReason> {
    let Some(public_minor) = read_price(public)? else {
        return Ok((None, None));
    };
    let Some(before_fee_minor) = read_amount(before_fee)? else {
        return Ok((Some(public_minor), None));
    };
    if public_minor < before_fee_minor {
        // Some rows have the fee in the column of the public price: 1.02 for a medicine of 14,177.30.
        return Ok((None, Some(RejectReason::PriceContradicts)));
    }
    let sum = before_fee_minor.checked_add(read_amount(fee)?.unwrap_or(0));
    Ok((Some(public_minor), (sum != Some(public_minor)).then_some(RejectReason::PriceSum)))
}

/// Lists I and II, narcotics, everything that speaks of a prescription, and what only hospitals use.
fn requires_prescription(condition: &str) -> bool {
    matches!(condition, "liste I" | "liste II")
        || condition.starts_with("stupéfiant")
        || condition.contains("prescription")
        || condition.starts_with("réservé à l'usage HOSPITALIER")
}

fn is_withdrawn(status: &str, marketing: &str) -> bool {
    status.contains("abrogée")
        || marketing.starts_with("Arrêt")
        || marketing.starts_with("Déclaration d'arrêt")
        || marketing.starts_with("Déclaration d’arrêt")
}

/// A line of a file, as it is shown when it is not taken.
struct Line<'a> {
    no: u32,
    text: &'a str,
}

impl Line<'_> {
    fn rejected(&self, file: &str, reason: RejectReason) -> Rejected {
        Rejected { file: file.to_owned(), line: self.no, reason, excerpt: excerpt(self.text) }
    }
}

struct Row<'a> {
    line: Line<'a>,
    /// Trimmed; `None` where their number is wrong.
    cells: Option<Vec<&'a str>>,
}

fn rows<'a>(name: &str, text: &'a str, kind: Kind) -> Result<Vec<Row<'a>>, ImportRefusal> {
    let mut rows = Vec::new();
    for (no, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cells = (cells.len() == kind.columns).then_some(cells);
        rows.push(Row { line: Line { no, text: line }, cells });
        if rows.len() > MAX_ROWS {
            return Err(ImportRefusal::TooManyRows(name.to_owned()));
        }
    }
    let wrong = rows.iter().filter(|row| row.cells.is_none()).count();
    if wrong * 2 > rows.len() {
        return Err(ImportRefusal::NotOfFormat(name.to_owned()));
    }
    // One of the files ends without a line end, but with a whole row.
    if !text.ends_with('\n') && rows.last().is_some_and(|row| row.cells.is_none()) {
        return Err(ImportRefusal::Truncated(name.to_owned()));
    }
    Ok(rows)
}

fn of_kind<'a>(files: &'a [File<'a>], kind: Kind) -> impl Iterator<Item = File<'a>> {
    files.iter().copied().filter(move |(name, _)| name.starts_with(kind.begins))
}

fn choose_packs<'a>(
    files: &'a [File<'a>],
    released: Option<BusinessDate>,
    today: BusinessDate,
) -> Result<(File<'a>, BusinessDate), ImportRefusal> {
    let mut dated = Vec::new();
    for file in of_kind(files, PACKS) {
        let released_on = match release_in_name(file.0) {
            Some(date) => date,
            None => newest_date(file, today)?,
        };
        dated.push((file, released_on));
    }
    if dated.is_empty() {
        return Err(ImportRefusal::FileMissing(PACKS.begins));
    }
    let wanted = dated.into_iter().filter(|(_, date)| released.is_none_or(|released| released == *date));
    let (file, released_on) = wanted.max_by_key(|(_, date)| *date).ok_or(ImportRefusal::ReleaseMissing)?;
    if released_on > today {
        return Err(ImportRefusal::ReleaseInFuture);
    }
    Ok((file, released_on))
}

fn choose<'a>(files: &'a [File<'a>], kind: Kind, released_on: BusinessDate) -> Option<File<'a>> {
    let not_newer = |file: &File<'_>| release_in_name(file.0).is_none_or(|date| date <= released_on);
    of_kind(files, kind)
        .filter(not_newer)
        .max_by_key(|file| release_in_name(file.0))
        .or_else(|| of_kind(files, kind).min_by_key(|file| release_in_name(file.0)))
}

/// The newest day of a change of a pack; days to come are slips of the pen (one pack is of the year 2924).
fn newest_date((name, bytes): File<'_>, today: BusinessDate) -> Result<BusinessDate, ImportRefusal> {
    let text = decode(name, bytes)?;
    let rows = rows(name, &text, PACKS)?;
    let dates = rows.iter().filter_map(|row| read_day(row.cells.as_ref()?[5]));
    dates.filter(|date| *date <= today).max().ok_or(ImportRefusal::ReleaseUnknown)
}

fn read_day(text: &str) -> Option<BusinessDate> {
    let mut parts = text.splitn(3, '/').map(|part| part.parse().ok());
    let (day, month, year) = (parts.next()??, parts.next()??, parts.next()??);
    BusinessDate::from_ymd(i32::try_from(year).ok()?, month, day)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const CIS: &str = "60002283\tANASTROZOLE 1 mg, comprimé\tcomprimé\torale\tAutorisation active\tProcédure nationale\tCommercialisée\t12/03/1998\t\t\t HOLDER\tNon\r\n";
    const CPD: &str = "60002283\tliste I\r\n\r\n";
    const PACK: [&str; 13] = [
        "60002283",
        "4949729",
        "plaquette de 30",
        "Présentation active",
        "Déclaration de commercialisation",
        "16/03/2011",
        "3400949497294",
        "oui",
        "65%",
        "24,34",
        "25,36",
        "1,02",
        "",
    ];

    fn today() -> BusinessDate {
        BusinessDate::parse("2026-11-21").unwrap()
    }

    fn pack_with(changes: &[(usize, &str)]) -> String {
        let mut cells = PACK;
        for (at, text) in changes {
            cells[*at] = text;
        }
        cells.join("\t") + "\n"
    }

    fn read_packs(packs: &str) -> Result<Release, ImportRefusal> {
        let files: [File<'_>; 3] = [
            ("CIS_CIP_bdpm.txt", packs.as_bytes()),
            ("CIS_bdpm.txt", CIS.as_bytes()),
            ("CIS_CPD_bdpm.txt", CPD.as_bytes()),
        ];
        read_bdpm(&files, None, today())
    }

    #[test]
    fn a_pack_is_read() {
        let atc = ("CIS_MITM.txt", b"60002283\tL02BG03\tANASTROZOLE\thttp://example".as_slice());
        let packs = pack_with(&[]);
        let files: [File<'_>; 4] = [
            ("CIS_CIP_bdpm.2026-05.txt", packs.as_bytes()),
            ("CIS_bdpm.txt", CIS.as_bytes()),
            ("CIS_CPD_bdpm.txt", CPD.as_bytes()),
            atc,
        ];
        let release = read_bdpm(&files, None, today()).unwrap();
        assert_eq!((release.source, release.released_on.to_string().as_str()), ("bdpm", "2026-05-01"));
        assert_eq!((release.rows, release.rejected.len(), release.doubtful.len()), (1, 0, 0));
        let expected = ImportedProduct {
            file: "CIS_CIP_bdpm.2026-05.txt".into(),
            line: 1,
            source_code: "3400949497294".into(),
            gtin: gtin_from_cip13("3400949497294").ok(),
            national_code: Some("4949729".into()),
            name: "ANASTROZOLE 1 mg, comprimé".into(),
            pack: "plaquette de 30".into(),
            price_minor: Some(2536),
            tax_code: Some("super_reduced".into()),
            rx: true,
            conditions: vec!["liste I".into()],
            reimbursement: Some("65 %".into()),
            maker: Some("HOLDER".into()),
            atc: Some("L02BG03".into()),
            is_withdrawn: false,
            stock: None,
        };
        assert_eq!(release.products, [expected]);
    }

    fn check_row(
        changes: &[(usize, &str)],
        expected: Result<Option<i64>, RejectReason>,
        doubt: Option<RejectReason>,
    ) {
        let release = read_packs(&(pack_with(&[(6, "3400936963504")]) + &pack_with(changes))).unwrap();
        let read = match release.rejected.first() {
            Some(rejected) => {
                assert_eq!((rejected.file.as_str(), rejected.line), ("CIS_CIP_bdpm.txt", 2));
                Err(rejected.reason)
            }
            None => Ok(release.products[1].price_minor),
        };
        assert_eq!(read, expected, "{changes:?}");
        assert_eq!(release.doubtful.first().map(|doubtful| doubtful.reason), doubt, "{changes:?}");
    }

    #[test]
    fn rows() {
        check_row(&[(9, ""), (10, ""), (11, "")], Ok(None), None);
        check_row(&[(9, "1,465,27"), (10, "1,466,29")], Ok(Some(146_629)), None);
        check_row(&[(9, "24,34"), (10, "24,34"), (11, "")], Ok(Some(2434)), None);
        check_row(&[(9, "24,34"), (10, "25,40")], Ok(Some(2540)), Some(RejectReason::PriceSum));
        check_row(
            &[(9, "14,177,30"), (10, "1,02"), (11, "")],
            Ok(None),
            Some(RejectReason::PriceContradicts),
        );
        check_row(&[(10, "25.360")], Err(RejectReason::PriceUnclear), None);
        check_row(&[(10, "0,00")], Err(RejectReason::PriceOutOfRange), None);
        check_row(&[(0, "60000000")], Err(RejectReason::ProductMissing), None);
        check_row(&[(6, "3400949497295")], Err(RejectReason::CodeCheckDigit), None);
        check_row(&[(6, "340094949729")], Err(RejectReason::CodeLength), None);
        check_row(&[(6, "")], Err(RejectReason::CodeMissing), None);
        check_row(&[(6, "3400936963504")], Err(RejectReason::CodeTwice), None);
        check_row(&[(12, "a\tb")], Err(RejectReason::Columns), None);
        check_row(&[(2, &"x".repeat(301))], Err(RejectReason::TextTooLong), None);
    }

    #[test]
    fn what_a_pack_says_about_itself() {
        let one = |changes: &[(usize, &str)]| read_packs(&pack_with(changes)).unwrap().products.remove(0);
        for (rate, read) in
            [("65%", Some("65 %")), ("65 %", Some("65 %")), ("100\u{a0}%", Some("100 %")), ("", None)]
        {
            assert_eq!(one(&[(8, rate)]).reimbursement.as_deref(), read);
        }
        assert_eq!(one(&[(8, "")]).tax_code.as_deref(), Some("intermediate"));
        assert!(!one(&[(4, "Déclaration de suspension de commercialisation")]).is_withdrawn);
        assert!(one(&[(3, "Présentation abrogée")]).is_withdrawn);
        assert!(one(&[(4, "Déclaration d'arrêt de commercialisation")]).is_withdrawn);
        assert!(
            one(&[(4, "Arrêt de commercialisation (le médicament n'a plus d'autorisation)")]).is_withdrawn
        );
    }

    #[test]
    fn conditions_that_require_a_prescription() {
        for (condition, expected) in [
            ("liste I", true),
            ("liste II", true),
            ("stupéfiants", true),
            ("prescription limitée à 4 semaines", true),
            ("médicament soumis à prescription médicale", true),
            ("réservé à l'usage HOSPITALIER", true),
            ("réservé à l'usage professionnel DENTAIRE", false),
            ("médicament nécessitant une surveillance particulière pendant le traitement", false),
        ] {
            assert_eq!(requires_prescription(condition), expected, "{condition}");
        }
    }

    fn check_refusal(files: &[File<'_>], released: Option<&str>, expected: &str) {
        let released = released.map(|text| super::super::parse_release(text).unwrap());
        let refusal = read_bdpm(files, released, today()).map(|release| release.rows).unwrap_err();
        assert_eq!(refusal.code(), expected);
    }

    #[test]
    fn files_that_are_refused() {
        let pack = pack_with(&[]);
        let packs: File<'_> = ("CIS_CIP_bdpm.2026-05.txt", pack.as_bytes());
        let cis: File<'_> = ("CIS_bdpm.txt", CIS.as_bytes());
        let cpd: File<'_> = ("CIS_CPD_bdpm.txt", CPD.as_bytes());
        check_refusal(&[], None, "file_missing");
        check_refusal(&[cis, cpd], None, "file_missing");
        check_refusal(&[packs, cpd], None, "file_missing");
        check_refusal(&[packs, cis], None, "file_missing");
        check_refusal(&[packs, cis, cpd], Some("2026-06"), "release_missing");
        check_refusal(&[("CIS_CIP_bdpm.2926-05.txt", packs.1), cis, cpd], None, "release_in_future");
        check_refusal(&[("CIS_CIP_bdpm.2026-05.txt", b"PK\x03\x04\0"), cis, cpd], None, "file_binary");
        check_refusal(&[("CIS_CIP_bdpm.2026-05.txt", b""), cis, cpd], None, "file_empty");
        check_refusal(&[("CIS_CIP_bdpm.2026-05.txt", CIS.as_bytes()), cis, cpd], None, "file_not_of_format");
        let undated = pack_with(&[(5, "29/11/2924")]);
        check_refusal(&[("CIS_CIP_bdpm.txt", undated.as_bytes()), cis, cpd], None, "release_unknown");
        let two = pack.repeat(2);
        for cut in [two.len() - 2, two.len() - 20, pack.len() + 3] {
            check_refusal(
                &[("CIS_CIP_bdpm.2026-05.txt", &two.as_bytes()[..cut]), cis, cpd],
                None,
                "file_truncated",
            );
        }
    }

    #[test]
    fn the_newest_release_is_read_unless_another_is_asked_for() {
        let (old, new) = (pack_with(&[]), pack_with(&[(9, "30,00"), (10, "31,02")]));
        let renamed = CIS.replace("ANASTROZOLE", "RENAMED");
        let files: [File<'_>; 5] = [
            ("CIS_CIP_bdpm.2026-07-07.txt", new.as_bytes()),
            ("CIS_CIP_bdpm.2026-05.txt", old.as_bytes()),
            ("CIS_bdpm.2026-05.txt", CIS.as_bytes()),
            ("CIS_bdpm.2026-07-01.txt", renamed.as_bytes()),
            ("CIS_CPD_bdpm.2026-08.txt", CPD.as_bytes()),
        ];
        let check = |released: Option<&str>, date: &str, price, name: &str| {
            let released = released.and_then(super::super::parse_release);
            let release = read_bdpm(&files, released, today()).unwrap();
            assert_eq!(
                (release.released_on.to_string().as_str(), release.products[0].price_minor),
                (date, Some(price))
            );
            assert!(release.products[0].name.starts_with(name));
        };
        check(None, "2026-07-07", 3102, "RENAMED");
        check(Some("2026-07-07"), "2026-07-07", 3102, "RENAMED");
        check(Some("2026-05"), "2026-05-01", 2536, "ANASTROZOLE");
    }

    #[test]
    fn without_a_date_in_the_name_the_newest_past_date_in_the_file_counts() {
        let packs = pack_with(&[(5, "29/11/2924")]) + &pack_with(&[(5, "15/05/2026"), (6, "3400936963504")]);
        assert_eq!(read_packs(&packs).unwrap().released_on.to_string(), "2026-05-15");
    }

    /// Counted with a separate program of a few lines in another language.
    #[test]
    fn the_published_files_are_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/catalogue-fr-bdpm");
        let entries = std::fs::read_dir(&folder);
        assert!(
            entries.is_ok(),
            "the French medicines database as published is missing: this test reads {}",
            folder.display()
        );
        let files: Vec<(String, Vec<u8>)> = entries
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        let files: Vec<File<'_>> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let check = |released: Option<&str>, expected: &str| {
            let release = read_bdpm(&files, released.and_then(super::super::parse_release), today()).unwrap();
            let products = &release.products;
            let count =
                |is: fn(&ImportedProduct) -> bool| products.iter().filter(|product| is(product)).count();
            let reasons = |rows: &[Rejected]| {
                let mut lines: Vec<String> =
                    rows.iter().map(|row| format!("{}:{}", row.reason.code(), row.line)).collect();
                lines.truncate(5);
                format!("{} {}", rows.len(), lines.join(" "))
            };
            let read = format!(
                "{} rows {} taken {} priced {} sum {} rx {} withdrawn {} reimbursed {} atc {} conditions {} rejected {} doubtful {}",
                release.released_on,
                release.rows,
                products.len(),
                count(|product| product.price_minor.is_some()),
                products.iter().filter_map(|product| product.price_minor).sum::<i64>(),
                count(|product| product.rx),
                count(|product| product.is_withdrawn),
                count(|product| product.reimbursement.is_some()),
                count(|product| product.atc.is_some()),
                products.iter().map(|product| product.conditions.len()).sum::<usize>(),
                reasons(&release.rejected),
                reasons(&release.doubtful),
            );
            assert_eq!(read, expected);
        };
        check(
            Some("2026-05"),
            "2026-05-01 rows 20903 taken 20899 priced 13541 sum 267015627 rx 17981 withdrawn 3724 reimbursed 13544 atc 11657 conditions 37801 rejected 4 product_missing:6237 product_missing:6905 product_missing:10264 product_missing:20729 doubtful 3 price_contradicts:7983 price_contradicts:13118 price_contradicts:15642",
        );
        check(
            None,
            "2026-07-07 rows 20901 taken 20792 priced 13532 sum 274209481 rx 17898 withdrawn 3727 reimbursed 13533 atc 11651 conditions 37671 rejected 109 product_missing:232 product_missing:248 product_missing:396 product_missing:564 product_missing:591 doubtful 5 price_sum:3046 price_sum:3475 price_sum:6768 price_contradicts:8043 price_sum:14875",
        );
    }
}
