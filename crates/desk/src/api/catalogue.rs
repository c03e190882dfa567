//! Products: found, shown, made, priced, imported.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Looks for products by any part of the name, several words in any order, accents and case folded, or by code.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindProducts {
    /// What was typed, at most 200 characters; empty gives the best sellers.
    pub text: String,
    /// Rows at most, 1 to 500.
    pub limit: u32,
}

/// Answer to [`FindProducts`].
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundProducts {
    /// Rows, what this pharmacy sells most first.
    pub rows: Vec<ProductRow>,
    /// Products in the catalogue.
    pub catalogue_count: u32,
}

/// A product in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProductRow {
    /// Product.
    pub product_id: String,
    /// Name with strength and form.
    pub name: String,
    /// How it is packed.
    pub pack: String,
    /// Main code as GTIN-14 or the source's code.
    pub code: Option<String>,
    /// Price including tax; null where it has none.
    pub price_minor: Option<i64>,
    /// Tax code.
    pub tax_code: String,
    /// Packs on the shelf by the book.
    pub on_hand: Option<i64>,
    /// Only against prescription.
    pub rx: bool,
    /// Not sold any more.
    pub is_withdrawn: bool,
}

/// Names a product.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProductId {
    /// Product.
    pub product_id: String,
}

/// A product in full.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProductView {
    /// As in a list.
    pub row: ProductRow,
    /// Codes.
    pub codes: Vec<String>,
    /// Maker or holder.
    pub maker: Option<String>,
    /// ATC code.
    pub atc: Option<String>,
    /// Conditions of prescription and delivery, as published.
    pub conditions: Vec<String>,
    /// Reimbursement rate as published ("65 %").
    pub reimbursement: Option<String>,
    /// Where the facts come from (`bdpm`, `csv`, `hand`), with the release date.
    pub sources: Vec<SourceView>,
    /// Prices, newest first.
    pub prices: Vec<PriceView>,
    /// On the shelf by lot.
    pub lots: Vec<LotView>,
}

/// A source of facts.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceView {
    /// `bdpm`, `csv` or `hand`.
    pub source: String,
    /// Date of its release.
    pub released_on: Option<String>,
}

/// A price and from when it was in force.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PriceView {
    /// Price including tax; null: none.
    pub price_minor: Option<i64>,
    /// When it was written.
    pub at_ms: i64,
    /// Source.
    pub source: String,
    /// By whom.
    pub person: String,
}

/// What the book says is on the shelf.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LotView {
    /// Lot; null where unknown.
    pub lot: Option<String>,
    /// Expiry.
    pub expiry: Option<String>,
    /// Packs; can be negative.
    pub packs: i64,
    /// Why it must not be sold today (`lot_recalled`, `lot_damaged`, `lot_expired`, `lot_quarantined`, `lot_on_hold`);
    /// null where it may be.
    pub block: Option<String>,
    /// It expires within 30 days.
    pub is_expiring_soon: bool,
}

/// Makes or changes a product by hand.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveProduct {
    /// Product. That of a new one is minted by the asker, so that asked twice it is one product; with a code it
    /// gets the id of its code instead.
    pub product_id: String,
    /// Makes a new one.
    pub is_new: bool,
    /// Code with a valid check digit, if it has one. Cannot be changed later.
    pub code: Option<String>,
    /// Name, 1 to 300 characters.
    pub name: String,
    /// How it is packed, at most 300 characters.
    pub pack: String,
    /// Price including tax; null: none.
    pub price_minor: Option<i64>,
    /// Tax code.
    pub tax_code: String,
    /// Only against prescription.
    pub rx: bool,
    /// Not sold any more.
    pub is_withdrawn: bool,
}

/// A product sold that the catalogue did not know, or without or against its price; for the manager.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnknownSold {
    /// The sale.
    pub sale_id: String,
    /// Receipt number.
    pub receipt_no: String,
    /// When.
    pub at_ms: i64,
    /// Who.
    pub person: String,
    /// Product id that it was sold under.
    pub product_id: String,
    /// Typed name.
    pub name: String,
    /// Code, if one was scanned.
    pub code: Option<String>,
    /// Price typed.
    pub unit_price_minor: i64,
    /// Tax code typed.
    pub tax_code: String,
    /// `unknown`, `price_missing` or `overridden`.
    pub why: String,
}

/// A field of a product that two people decided differently while their tills were apart. All values are kept; one
/// is in force until somebody decides.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConflictView {
    /// Product.
    pub product_id: String,
    /// Its name.
    pub product_name: String,
    /// Which field: `price_minor`, `name`, `pack`, `tax_code` and so on.
    pub field: String,
    /// The values that were decided, the one in force first.
    pub values: Vec<ConflictValue>,
}

/// One of the values that were decided apart.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConflictValue {
    /// Names it among the values of this field.
    pub value_id: String,
    /// It is the one in force.
    pub is_in_force: bool,
    /// The decision was taken back: what the sources say is to be in force.
    pub is_taken_back: bool,
    /// The price including tax, where the field is the price.
    pub price_minor: Option<i64>,
    /// What it says, where the field is anything else; `true` or `false` for a mark.
    pub text: Option<String>,
    /// Who decided.
    pub person: String,
    /// On which till, where that is known.
    pub till_no: Option<u32>,
    /// When.
    pub at_ms: i64,
}

/// Keeps one of the values that were decided apart, in place of all of them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleConflict {
    /// Product.
    pub product_id: String,
    /// Field.
    pub field: String,
    /// The value to keep.
    pub value_id: String,
}

/// Starts an import; progress and result by the job and `import_report`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportCatalogue {
    /// A CSV file with a header, or a folder with the French medicines database as published.
    pub path: String,
    /// Reads and compares only.
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// The job.
    pub job: JobViewRef,
    /// `bdpm` or `csv`.
    pub source: String,
    /// Date of the release.
    pub released_on: String,
    /// Nothing was written.
    pub dry_run: bool,
    /// Rows read.
    pub rows: u32,
    /// New products.
    pub added: u32,
    /// Products that changed.
    pub changed: u32,
    /// Products as before.
    pub unchanged: u32,
    /// Products of an older release that are not in this one.
    pub missing: u32,
    /// Packs that came to the shelf by the file's stock columns, each row of a release once.
    pub received_packs: i64,
    /// What changed, the first 1000. The first reading of a source only counts what is new; a file with less than
    /// half of a large list only counts what it leaves out.
    pub changes: Vec<ProductChange>,
    /// What changed, in all.
    pub changes_count: u32,
    /// Rows that were not taken, the first 1000.
    pub rejected: Vec<RejectedRow>,
    /// Rows that were not taken, in all.
    pub rejected_count: u32,
}

/// The job of an import.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobViewRef {
    /// Number.
    pub job_no: u32,
    /// State.
    pub state: String,
}

/// A product of which an import says something else than before.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProductChange {
    /// `added`, `changed`, `withdrawn` (not sold any more) or `missing` (not named any more).
    pub kind: String,
    /// Product.
    pub product_id: String,
    /// Its first code.
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Price before.
    pub before_minor: Option<i64>,
    /// Price now; of what is missing the last one.
    pub after_minor: Option<i64>,
}

/// A row that was not taken.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RejectedRow {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Why, as a code.
    pub reason: String,
    /// The beginning of the line.
    pub excerpt: String,
}
