//! Reads catalogues that others publish. Pure: bytes in, rows and rejects out; no SQL, no clock.
//!
//! A row that cannot be taken is reported with file, line and reason, and the others are taken. A file that
//! is truncated, binary or not of the format at all is refused whole, so that no catalogue is half read.

mod amount;
mod bdpm;
mod plain_csv;
mod text;

pub use bdpm::read_bdpm;
pub use plain_csv::read_csv;

use domain::code::Gtin;
use domain::time::BusinessDate;

/// Bytes of one file, unpacked.
pub const MAX_FILE_BYTES: u64 = 64 << 20;
/// Rows of one file.
pub const MAX_ROWS: usize = 300_000;
/// Characters of a product's name, and of how it is packed.
pub const MAX_IMPORTED_TEXT: usize = domain::limits::MAX_PRODUCT_TEXT as usize;

/// A product as a source publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedProduct {
    /// File it stands in.
    pub file: String,
    /// Line in that file, from 1.
    pub line: u32,
    /// What the source calls it: the CIP13, or the code in the CSV file. Unique in a release.
    pub source_code: String,
    /// Product code, where it has one.
    pub gtin: Option<Gtin>,
    /// CIP7 or PZN.
    pub national_code: Option<String>,
    /// Name with strength and form, 1 to [`MAX_IMPORTED_TEXT`] characters.
    pub name: String,
    /// How it is packed, at most [`MAX_IMPORTED_TEXT`] characters.
    pub pack: String,
    /// Price including tax in hundredths, 1 to [`domain::limits::MAX_PRICE_MINOR`]; `None` where there is none.
    pub price_minor: Option<i64>,
    /// Tax code of `domain::country`; that the branch's country has it is for the caller to check.
    pub tax_code: Option<String>,
    /// Only against prescription.
    pub rx: bool,
    /// Conditions of prescription and delivery, as published.
    pub conditions: Vec<String>,
    /// Reimbursement rate, written `65 %` whichever way it was published.
    pub reimbursement: Option<String>,
    /// Maker or holder.
    pub maker: Option<String>,
    /// ATC code.
    pub atc: Option<String>,
    /// Not sold any more.
    pub is_withdrawn: bool,
    /// What is on the shelf; only a CSV file says so.
    pub stock: Option<ImportedStock>,
}

/// Packs on the shelf, as a CSV file states them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedStock {
    /// Maker's lot number.
    pub lot: Option<String>,
    /// Last day of use.
    pub expiry: Option<BusinessDate>,
    /// Packs, 0 to [`domain::limits::MAX_RECEIVED_PACKS`]; `None` where the file does not say.
    pub on_hand: Option<i64>,
}

/// A row that was not taken, or that was taken with a doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Why.
    pub reason: RejectReason,
    /// The beginning of the line.
    pub excerpt: String,
}

/// Why a row was not taken, or is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// More or fewer columns than the file has.
    Columns,
    /// No code.
    CodeMissing,
    /// A code of the wrong length.
    CodeLength,
    /// A code with something other than digits.
    CodeCharacters,
    /// The check digit does not fit.
    CodeCheckDigit,
    /// Only zeros.
    CodeOnlyZeros,
    /// A code of several elements that cannot be read beyond doubt.
    CodeUnclear,
    /// A spreadsheet turned the code into a number such as `4,15E+12`.
    CodeFromSpreadsheet,
    /// A row before this one has the same code.
    CodeTwice,
    /// The pack names a product that the release does not describe.
    ProductMissing,
    /// No name.
    NameMissing,
    /// Name or pack above [`MAX_IMPORTED_TEXT`] characters, or another text above its limit.
    TextTooLong,
    /// A price that cannot be read beyond doubt.
    PriceUnclear,
    /// Zero, negative or above the limit.
    PriceOutOfRange,
    /// Not a tax code.
    TaxUnknown,
    /// Neither yes nor no.
    RxUnclear,
    /// Not a lot number of at most 20 characters.
    LotUnclear,
    /// Not a date.
    ExpiryUnclear,
    /// Not a whole number from 0 to the limit.
    OnHandUnclear,
    /// In doubt only: price and fee do not add up to the public price, which was taken.
    PriceSum,
    /// In doubt only: the public price is below the price before the fee, so neither was taken.
    PriceContradicts,
}

impl RejectReason {
    /// Stable code in snake case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Columns => "columns",
            Self::CodeMissing => "code_missing",
            Self::CodeLength => "code_length",
            Self::CodeCharacters => "code_characters",
            Self::CodeCheckDigit => "code_check_digit",
            Self::CodeOnlyZeros => "code_only_zeros",
            Self::CodeUnclear => "code_unclear",
            Self::CodeFromSpreadsheet => "code_from_spreadsheet",
            Self::CodeTwice => "code_twice",
            Self::ProductMissing => "product_missing",
            Self::NameMissing => "name_missing",
            Self::TextTooLong => "text_too_long",
            Self::PriceUnclear => "price_unclear",
            Self::PriceOutOfRange => "price_out_of_range",
            Self::TaxUnknown => "tax_unknown",
            Self::RxUnclear => "rx_unclear",
            Self::LotUnclear => "lot_unclear",
            Self::ExpiryUnclear => "expiry_unclear",
            Self::OnHandUnclear => "on_hand_unclear",
            Self::PriceSum => "price_sum",
            Self::PriceContradicts => "price_contradicts",
        }
    }
}

impl From<domain::code::CodeRefusal> for RejectReason {
    fn from(refusal: domain::code::CodeRefusal) -> Self {
        use domain::code::CodeRefusal;
        match refusal {
            CodeRefusal::Length => Self::CodeLength,
            CodeRefusal::Characters => Self::CodeCharacters,
            CodeRefusal::CheckDigit => Self::CodeCheckDigit,
            CodeRefusal::OnlyZeros => Self::CodeOnlyZeros,
            _ => Self::CodeUnclear,
        }
    }
}

/// One release of a source, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `bdpm` or `csv`.
    pub source: &'static str,
    /// Day of the release; the first of the month where only the month is known.
    pub released_on: BusinessDate,
    /// The source says of when it is; else the day is the one on which it was read.
    pub is_dated: bool,
    /// Rows of packs that were read, taken or not.
    pub rows: u32,
    /// What was taken, in the order of the file.
    pub products: Vec<ImportedProduct>,
    /// Rows that were not taken.
    pub rejected: Vec<Rejected>,
    /// Rows that were taken, but need a look.
    pub doubtful: Vec<Rejected>,
}

/// Why nothing was read, ordered by precedence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// A file that the source needs is not there; it is named by its beginning.
    #[error("file_missing")]
    FileMissing(&'static str),
    /// No file of the release that was asked for.
    #[error("release_missing")]
    ReleaseMissing,
    /// Neither the file's name nor its content says of when it is.
    #[error("release_unknown")]
    ReleaseUnknown,
    /// The file's name says a day that is still to come. Taken, it would stand above all later releases.
    #[error("release_in_future")]
    ReleaseInFuture,
    /// Above [`MAX_FILE_BYTES`].
    #[error("file_too_large")]
    FileTooLarge(String),
    /// The file ends in the middle of a line, a character or a packed block.
    #[error("file_truncated")]
    Truncated(String),
    /// Not a text, or a packed file that is damaged.
    #[error("file_binary")]
    Binary(String),
    /// Neither UTF-8 nor CP1252 throughout.
    #[error("file_encoding")]
    Encoding(String),
    /// No rows.
    #[error("file_empty")]
    Empty(String),
    /// Above [`MAX_ROWS`].
    #[error("too_many_rows")]
    TooManyRows(String),
    /// A text, but most of its rows are not of this format.
    #[error("file_not_of_format")]
    NotOfFormat(String),
    /// The header has no such column.
    #[error("column_missing")]
    ColumnMissing(&'static str),
    /// The header has the column twice.
    #[error("column_twice")]
    ColumnTwice(&'static str),
}

impl ImportRefusal {
    /// Stable code in snake case.
    #[must_use]
    pub fn code(&self) -> String {
        self.to_string()
    }
}

/// Reads a release as a person or a file name writes it: `2026-05` (its first day) or `2026-07-07`.
#[must_use]
pub fn parse_release(text: &str) -> Option<BusinessDate> {
    match text.len() {
        7 => BusinessDate::parse(&format!("{text}-01")),
        10 => BusinessDate::parse(text),
        _ => None,
    }
}

/// The release that a file name states between two dots, as in `CIS_CIP_bdpm.2026-05.txt`.
fn release_in_name(name: &str) -> Option<BusinessDate> {
    name.split('.').skip(1).find_map(parse_release)
}

fn excerpt(line: &str) -> String {
    line.chars().take(120).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Trims a text of a source and makes line ends and other control characters in it spaces.
fn tidy(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Like [`tidy`], and nothing where nothing is left.
fn tidy_or_none(text: &str) -> Option<String> {
    let text = tidy(text);
    (!text.is_empty()).then_some(text)
}

fn check_length(text: &str, limit: usize) -> Result<(), RejectReason> {
    if text.chars().nth(limit).is_some() { Err(RejectReason::TextTooLong) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_read_from_a_name() {
        let check = |name, expected: Option<&str>| {
            assert_eq!(release_in_name(name).map(|date| date.to_string()).as_deref(), expected, "{name}");
        };
        check("CIS_CIP_bdpm.2026-05.txt.zst", Some("2026-05-01"));
        check("CIS_CIP_bdpm.2026-07-07.txt", Some("2026-07-07"));
        check("CIS_CIP_bdpm.txt", None);
        check("CIS_CIP_bdpm.2026-13.txt", None);
        check("2026-05.txt", None);
        check("list.2026-5-1.csv", None);
    }
}
