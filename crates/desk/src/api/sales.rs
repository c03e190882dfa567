//! Finished sales: found, shown, refunded, corrected, printed again.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::basket::TaxLineView;

/// Looks for sales. Every field narrows; an empty query gives the newest.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindSales {
    /// First business date.
    pub from: Option<String>,
    /// Last business date.
    pub to: Option<String>,
    /// Exact total in minor units.
    pub amount_minor: Option<i64>,
    /// Product.
    pub product_id: Option<String>,
    /// Person.
    pub staff_id: Option<String>,
    /// Receipt number, its end, or the barcode on the receipt.
    pub receipt_no: Option<String>,
    /// Rows at most, 1 to 500.
    pub limit: u32,
    /// Goes on after this row of an earlier answer.
    pub after: Option<String>,
}

/// A sale in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaleRow {
    /// The sale.
    pub sale_id: String,
    /// Receipt number with series.
    pub receipt_no: String,
    /// `sale`, `refund` or `unlinked_refund`.
    pub kind: String,
    /// When.
    pub at_ms: i64,
    /// Business date.
    pub business_date: String,
    /// Who.
    pub person: String,
    /// Total.
    pub total_minor: i64,
    /// Tender kinds used, in order.
    pub tenders: Vec<String>,
    /// Lines.
    pub line_count: u32,
    /// Name on the first line.
    pub first_name: String,
    /// Part of it was refunded.
    pub has_refunds: bool,
    /// Made on another till.
    pub till_no: u32,
}

/// Names a sale.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaleId {
    /// The sale.
    pub sale_id: String,
}

/// One sale in full.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaleView {
    /// As in the list.
    pub row: SaleRow,
    /// Lines with what can still be refunded.
    pub lines: Vec<SaleLineView>,
    /// Taxes as printed.
    pub taxes: Vec<TaxLineView>,
    /// Tenders in force (after corrections).
    pub tenders: Vec<TenderView>,
    /// Change that was given.
    pub change_due_minor: i64,
    /// Cash rounding.
    pub rounding_minor: i64,
    /// Refunds, corrections and copies that name this sale, oldest first.
    pub followers: Vec<FollowerView>,
    /// The receipt as printed.
    pub receipt: ReceiptView,
}

/// A line of a finished sale.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaleLineView {
    /// Line number.
    pub line_no: u32,
    /// Product.
    pub product_id: String,
    /// Name as printed.
    pub name: String,
    /// Packs bought (negative on a refund).
    pub quantity: i64,
    /// Packs refunded since.
    pub refunded_quantity: i64,
    /// Packs still refundable.
    pub refundable_quantity: i64,
    /// Price of a pack.
    pub unit_price_minor: i64,
    /// What the line came to.
    pub amount_minor: i64,
    /// What is left of it to refund.
    pub refundable_minor: i64,
    /// Tax code.
    pub tax_code: String,
    /// Lot.
    pub lot: Option<String>,
}

/// A tender of a finished sale.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderView {
    /// `cash`, `card`, `voucher` or `on_account`.
    pub kind: String,
    /// What counts as paid (net of change).
    pub amount_minor: i64,
    /// What was handed over.
    pub tendered_minor: i64,
    /// Reference.
    pub reference: Option<String>,
    /// Customer for `on_account`.
    pub customer: Option<String>,
    /// The same customer's id.
    pub customer_id: Option<String>,
}

/// An entry that names the sale.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FollowerView {
    /// `refund`, `tender_corrected`, `receipt_copied` or `receipt_mailed`.
    pub kind: String,
    /// Entry or sale id.
    pub entry_id: String,
    /// When.
    pub at_ms: i64,
    /// Who.
    pub person: String,
    /// Amount, where it has one.
    pub amount_minor: Option<i64>,
    /// Reason code.
    pub reason: Option<String>,
}

/// A paper, ready for screen and printer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptView {
    /// Lines of 42 columns.
    pub text: String,
    /// What its barcode says.
    pub barcode: Option<String>,
    /// Its bars from left to right, each a `1` for every dark module and a `0` for every light one.
    pub bars: Option<String>,
    /// 0 for the first printing.
    pub copy_no: u32,
    /// What proves a Z or receipt; null on every other paper, before it is in the book, and where the till's signature
    /// is not here.
    pub code: Option<PaperCode>,
}

/// A code that is drawn for a camera.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PaperCode {
    /// What it says.
    pub text: String,
    /// The rows of the QR code from the top, each a `1` for every dark module and a `0` for every light one.
    pub rows: Vec<String>,
}

/// Prints a receipt again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReprintSale {
    /// Of the copy; minted by the asker: asked twice, it is one copy.
    pub entry_id: String,
    /// The sale.
    pub sale_id: String,
}

/// Puts refund lines into the basket.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartRefund {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
    /// The sale.
    pub sale_id: String,
    /// Which lines, how many packs.
    pub lines: Vec<RefundLineInput>,
    /// `changed_mind`, `wrong_product`, `damaged`, `recall`, `side_effect`, `price_wrong` or `other`.
    pub reason: String,
}

/// One line to refund.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefundLineInput {
    /// Line of the sale.
    pub line_no: u32,
    /// Packs, at least 1.
    pub quantity: i64,
}

/// Takes a pack back without its receipt; marked, and listed for the manager.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkedRefund {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
    /// Product.
    pub product_id: String,
    /// Packs.
    pub quantity: i64,
    /// Price of one pack that is given back.
    pub unit_price_minor: i64,
    /// Reason as in [`StartRefund`].
    pub reason: String,
}

/// Puts right what the customer really paid with.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CorrectTender {
    /// The sale.
    pub sale_id: String,
    /// Tenders as they really were; together they pay the sale's total.
    pub tenders: Vec<TenderPutRight>,
}

/// A means of payment as it really was.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderPutRight {
    /// `cash`, `card`, `voucher` or `on_account`.
    pub kind: String,
    /// What it paid; null, for at most one of them, is what the others leave.
    pub amount_minor: Option<i64>,
    /// Reference of the card terminal or number of the voucher; kept as a sealed part.
    pub reference: Option<String>,
    /// For `on_account`.
    pub customer_id: Option<String>,
}

/// A customer who may buy on account.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerView {
    /// Random id.
    pub customer_id: String,
    /// Name; empty where it was erased.
    pub name: String,
    /// What the customer owes.
    pub owes_minor: i64,
    /// Since when, if anything is owed.
    pub oldest_ms: Option<i64>,
}

/// Adds a customer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddCustomer {
    /// Random, minted by the asker: asked twice, it is one customer.
    pub customer_id: String,
    /// Name, 1 to 100 characters; kept as a sealed part.
    pub name: String,
}

/// Money towards what a customer owes.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleAccount {
    /// Minted by the asker, so that a retry is the same entry.
    pub entry_id: String,
    /// Who owes.
    pub customer_id: String,
    /// `cash` or `card`.
    pub kind: String,
    /// How much, at most what is owed.
    pub amount_minor: i64,
}
