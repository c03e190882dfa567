//! Lots: chosen at the counter, found to be no good, recalled, expired, thrown away; and what a scanner is tried with.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::catalogue::ProductRow;

/// Packs of one lot in a line of the basket.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LineLotView {
    /// Lot; null where unknown.
    pub lot: Option<String>,
    /// Expiry, `YYYY-MM-DD`, where known.
    pub expiry: Option<String>,
    /// Packs, above 0.
    pub packs: i64,
    /// It expires within 30 days.
    pub is_expiring_soon: bool,
}

/// Gives all packs of a line out of one lot that a person chose.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChooseLot {
    /// Line.
    pub line_no: u32,
    /// Lot, at most 60 characters; null for packs without a known lot.
    pub lot: Option<String>,
    /// `longer_expiry`, `pack_in_hand`, `not_found`, `one_lot_for_all`, `other`.
    pub reason: String,
}

/// Says that lots of a product must not be sold.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkLots {
    /// Minted by the asker: asked twice, it is done once.
    pub entry_id: String,
    /// Product.
    pub product_id: String,
    /// Lots, each 1 to 60 characters; none means every pack of the product.
    pub lots: Vec<String>,
    /// `on_hold`, `quarantined`, `damaged`, `recalled`.
    pub state: String,
    /// What it is known by outside, as the number of a recall, at most 60 characters.
    pub reference: Option<String>,
}

/// Lets lots be sold again that were marked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseLots {
    /// Minted by the asker: asked twice, it is done once.
    pub entry_id: String,
    /// The entry that marked them.
    pub marked_id: String,
}

/// What was found about lots of a product, and holds.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LotMarkView {
    /// The entry that says so.
    pub marked_id: String,
    /// Product.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// How it is packed.
    pub pack: String,
    /// Lots; none means every pack of the product.
    pub lots: Vec<String>,
    /// `on_hold`, `quarantined`, `damaged`, `recalled`.
    pub state: String,
    /// What it is known by outside.
    pub reference: Option<String>,
    /// When it was said.
    pub at_ms: i64,
    /// By whom.
    pub person: String,
    /// At which till, where that is known.
    pub till_no: Option<u32>,
    /// Packs of these lots on the shelf by the book.
    pub packs: i64,
}

/// Names what was found about lots.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkRef {
    /// The entry that says so.
    pub marked_id: String,
}

/// What was found about lots, with the stock and the sales that it is about.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LotMarkDetail {
    /// As in the list.
    pub mark: LotMarkView,
    /// The lots as they stand on the shelf.
    pub on_shelf: Vec<MarkedLot>,
    /// Lines that were sold of these lots, the newest first, at most 500; refunds with packs below 0.
    pub sold: Vec<SoldLot>,
    /// Packs of these lots that customers have.
    pub sold_packs: i64,
    /// Packs that were sold of the product without a known lot: some of them may be of these lots.
    pub sold_without_lot: i64,
}

/// A lot that was marked, as it stands on the shelf.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkedLot {
    /// Lot; null for packs without a known lot.
    pub lot: Option<String>,
    /// Expiry, where known.
    pub expiry: Option<String>,
    /// Packs; can be negative.
    pub packs: i64,
}

/// Packs of a marked lot that were sold.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SoldLot {
    /// The sale.
    pub sale_id: String,
    /// Its receipt number.
    pub receipt_no: String,
    /// When.
    pub at_ms: i64,
    /// Who sold it.
    pub person: String,
    /// Lot; null where it is not known and every pack is marked.
    pub lot: Option<String>,
    /// Packs; below 0 where they came back.
    pub packs: i64,
}

/// What is on the shelf by expiry.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExpiryList {
    /// The day that it counts from.
    pub today: String,
    /// Lots that expire within a year or have expired, the earliest first, at most 2000.
    pub rows: Vec<ExpiryRow>,
    /// Sums by days left: 0 (expired, or today), 30, 60, 90, 180, 365.
    pub buckets: Vec<ExpiryBucket>,
}

/// A lot that expires.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExpiryRow {
    /// Product.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// How it is packed.
    pub pack: String,
    /// Lot.
    pub lot: String,
    /// Expiry.
    pub expiry: String,
    /// Days left; 0 on the last day, below 0 afterwards.
    pub days_left: i32,
    /// The days of the sum that it belongs to.
    pub bucket: i32,
    /// Packs on the shelf.
    pub packs: i64,
    /// What they sell for including tax; null where the product has no price.
    pub value_minor: Option<i64>,
}

/// Lots that expire within so many days.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExpiryBucket {
    /// Days left at most.
    pub days: i32,
    /// Lots.
    pub lots: u32,
    /// Packs.
    pub packs: i64,
    /// What they sell for including tax, as far as they have a price.
    pub value_minor: i64,
}

/// Throws packs of the shelf away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WriteOff {
    /// Minted by the asker: asked twice, it is done once.
    pub entry_id: String,
    /// What goes, 1 to 500 lines.
    pub lines: Vec<WriteOffLine>,
    /// `expired`, `damaged`, `recalled`, `lost`, `other`.
    pub reason: String,
}

/// Packs of a lot that are thrown away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WriteOffLine {
    /// Product.
    pub product_id: String,
    /// Lot; null for packs without a known lot.
    pub lot: Option<String>,
    /// Packs, 1 or more.
    pub packs: i64,
}

/// What arrived when a code of the scanner test sheet was scanned.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryScanner {
    /// Which of the four codes was to be scanned: `ean_13`, `code_128`, `gs1_data_matrix`, `qr`.
    pub code: String,
    /// What arrived, at most 1,000 bytes.
    pub read: String,
}

/// What a scan of the test sheet shows of the scanner.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScannerVerdict {
    /// `good`, `prefix_missing`, `keyboard_language`, `caps_lock`, `separator_dropped`, `foreign_prefix`, `suffix`, `cut`,
    /// `other_code`, `unknown`.
    pub verdict: String,
    /// Language of the keys that the scanner presses (`en-US`, `de`, `fr`, `it`, `es`, `de-CH`, `fr-BE`), for `keyboard_language`.
    pub scanner: Option<String>,
    /// Language that the till reads them as.
    pub till: Option<String>,
    /// The code that was scanned instead, for `other_code`.
    pub other: Option<String>,
}

/// A code of a pack, read for goods in and for counting: nothing goes into the basket.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadPack {
    /// As it came, at most 1,000 bytes.
    pub code: String,
}

/// What a code says of a pack.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PackRead {
    /// Product; null where the catalogue does not know the code, or the code names none.
    pub product: Option<ProductRow>,
    /// Its code, as far as one was read.
    pub code: Option<String>,
    /// Lot, where the code says it.
    pub lot: Option<String>,
    /// Last day of use, where the code says it.
    pub expiry: Option<String>,
    /// Why it was not read (`check_digit`, `length`, `separator_dropped` …); null where it was.
    pub bad: Option<String>,
}

/// A delivery to be booked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Deliver {
    /// Minted by the asker: asked twice, it is done once.
    pub entry_id: String,
    /// Who delivered it, 1 to 100 characters.
    pub supplier: String,
    /// Number of the delivery note, at most 60 characters.
    pub reference: Option<String>,
    /// What came, 1 to 500 lines.
    pub lines: Vec<DeliverLine>,
}

/// A line of a delivery to be booked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliverLine {
    /// Product.
    pub product_id: String,
    /// Lot, at most 60 characters.
    pub lot: Option<String>,
    /// Expiry, `YYYY-MM-DD` or `YYYY-MM`.
    pub expiry: Option<String>,
    /// Packs that came whole; 0 where none did, with `announced` or `damaged`.
    pub packs: i64,
    /// Packs on the delivery note, where these are others.
    pub announced: Option<i64>,
    /// Packs that came damaged, 1 or more; they are set apart.
    pub damaged: Option<i64>,
    /// What one pack costs without tax.
    pub cost_minor: Option<i64>,
}

/// Lines of a delivery to be looked at before it is booked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckDelivery {
    /// At most 500 lines.
    pub lines: Vec<DeliverLine>,
}

/// What is to be known of a line of a delivery before it is booked.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryCheck {
    /// `expired`, `expires_soon` (within 90 days), `expiry_missing` (a lot without an expiry that nobody said before),
    /// `expiry_impossible` (no date), `two_expiries` (the book has another one for this lot), `lot_recalled` and the other
    /// reasons not to sell it, `short`, `surplus`, `cost_changed`, `margin_low` (below 5 % of the price without tax).
    pub warnings: Vec<String>,
    /// What a pack cost the last time, without tax.
    pub last_cost_minor: Option<i64>,
    /// Price of a pack including tax.
    pub price_minor: Option<i64>,
    /// What is left of the price without tax after the cost, hundredths of a percent of it; null where one of the two is
    /// not known.
    pub margin: Option<i64>,
}

/// A delivery, or what went back to a supplier, in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRow {
    /// The entry.
    pub entry_id: String,
    /// `delivered` or `returned`.
    pub kind: String,
    /// Who delivered; null for what went back, whose supplier stands at its delivery.
    pub supplier: Option<String>,
    /// Number of the note.
    pub reference: Option<String>,
    /// When it was booked.
    pub at_ms: i64,
    /// By whom.
    pub person: String,
    /// Lines.
    pub line_count: u32,
    /// Packs.
    pub packs: i64,
    /// Packs that came damaged.
    pub damaged: i64,
    /// Why it went back; null for a delivery.
    pub reason: Option<String>,
}

/// A delivery with its lines.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    /// As in the list.
    pub row: DeliveryRow,
    /// Its lines.
    pub lines: Vec<DeliveryLineView>,
}

/// A line of a delivery that was booked.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryLineView {
    /// Product.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// How it is packed.
    pub pack: String,
    /// Lot.
    pub lot: Option<String>,
    /// Expiry.
    pub expiry: Option<String>,
    /// Packs.
    pub packs: i64,
    /// Packs on the delivery note, where these are others.
    pub announced: Option<i64>,
    /// Packs that came damaged.
    pub damaged: Option<i64>,
    /// What one pack cost without tax.
    pub cost_minor: Option<i64>,
}

/// Names a delivery.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRef {
    /// The entry.
    pub entry_id: String,
}

/// Sends goods back to a supplier, or takes back what was booked wrongly.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReturnGoods {
    /// Minted by the asker: asked twice, it is done once.
    pub entry_id: String,
    /// To whom, 1 to 100 characters.
    pub supplier: String,
    /// Number of the slip, at most 60 characters.
    pub reference: Option<String>,
    /// What goes, 1 to 500 lines.
    pub lines: Vec<WriteOffLine>,
    /// `damaged`, `wrong_product`, `too_many`, `short_expiry`, `recalled`, `booked_wrong`.
    pub reason: String,
}

/// Packs of a product that came, went or were sold.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MovementRow {
    /// When.
    pub at_ms: i64,
    /// `received`, `returned`, `written_off`, `sold`, `taken_back`.
    pub kind: String,
    /// By whom.
    pub person: String,
    /// Packs, below 0 where they left the shelf. What came damaged or spoilt did not come to it and is not counted.
    pub packs: i64,
    /// Lots, as far as they are known.
    pub lots: Vec<String>,
    /// Receipt number, supplier, or number of the note.
    pub reference: Option<String>,
    /// The sale, for `sold` and `taken_back`.
    pub sale_id: Option<String>,
    /// Why, for what was returned, written off or taken back.
    pub reason: Option<String>,
}
