//! The basket, tendering, and the finished sale.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sales::ReceiptView;
use super::stock::LineLotView;

/// The basket on the screen, priced. It is kept on disk with every change, so a restart returns into it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BasketView {
    /// The id that the sale will have.
    pub sale_id: String,
    /// Lines in the order of the counter.
    pub lines: Vec<BasketLineView>,
    /// Discount on the whole basket.
    pub discount: Option<DiscountView>,
    /// What the basket discount takes off, as a positive amount.
    pub discount_minor: i64,
    /// To pay, before cash rounding; negative when the customer gets money back.
    pub total_minor: i64,
    /// Tax by code.
    pub taxes: Vec<TaxLineView>,
    /// Packs in the basket, refunds not counted.
    pub pack_count: u32,
    /// What must be done before paying, most important first (`session_closed`, `lot_recalled`, `lot_to_check`,
    /// `rx_unconfirmed`, `price_missing`, …).
    pub holds: Vec<HoldView>,
}

/// Something that stands between the basket and paying.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HoldView {
    /// Stable code.
    pub code: String,
    /// The line concerned, if one.
    pub line_no: Option<u32>,
}

/// One line of the basket.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BasketLineView {
    /// Number in the basket, never reused within it.
    pub line_no: u32,
    /// Product.
    pub product_id: String,
    /// Name as printed.
    pub name: String,
    /// How it is packed, as text ("50 pieces").
    pub pack: String,
    /// Code that was scanned or the product's main code.
    pub code: Option<String>,
    /// Packs; negative for a refund.
    pub quantity: i64,
    /// Price of one pack including tax; null while it has none.
    pub unit_price_minor: Option<i64>,
    /// Catalogue price, where it was overridden.
    pub list_price_minor: Option<i64>,
    /// Discount on this line.
    pub discount: Option<DiscountView>,
    /// What the line's own discount takes off, as a positive amount.
    pub discount_minor: i64,
    /// The line's share of the basket discount, as a positive amount.
    pub basket_discount_minor: i64,
    /// What the line comes to after every discount; negative for a refund.
    pub amount_minor: i64,
    /// Tax code.
    pub tax_code: String,
    /// Only against prescription.
    pub rx: bool,
    /// The prescription was confirmed.
    pub rx_confirmed: bool,
    /// Lot that was scanned or chosen.
    pub lot: Option<String>,
    /// Expiry of the packs in hand, `YYYY-MM-DD`.
    pub expiry: Option<String>,
    /// The lots that its packs are of, as far as they are known: scanned, chosen, or by the book.
    pub lots: Vec<LineLotView>,
    /// Why a person chose the lot; null where nobody did.
    pub lot_reason: Option<String>,
    /// The catalogue did not know it.
    pub is_unknown: bool,
    /// Refunds this sale.
    pub refund_of: Option<String>,
    /// Receipt number of the refunded sale.
    pub refund_receipt_no: Option<String>,
}

/// A discount as the cashier said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum DiscountView {
    /// Hundredths of a percent: 10 % is 1000.
    Percent(i64),
    /// Minor units.
    Amount(i64),
}

/// Tax of one code.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TaxLineView {
    /// Tax code.
    pub code: String,
    /// Parts per million.
    pub rate_ppm: i64,
    /// Including tax.
    pub gross_minor: i64,
    /// Without tax.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
}

/// A code from the scanner or the keyboard.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
    /// As it came, at most 1,000 bytes.
    pub code: String,
    /// Sells a pack of whose code only the product is certain, without lot and expiry.
    #[serde(default)]
    #[ts(optional)]
    pub without_lot: Option<bool>,
}

/// What a scan came to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase", tag = "kind", content = "value")]
pub enum Scanned {
    /// It is in the basket.
    Added {
        /// The basket now.
        basket: BasketView,
        /// The line that was made or raised.
        line_no: u32,
    },
    /// A well-formed code that the catalogue does not know.
    Unknown {
        /// The code.
        code: String,
    },
    /// What a second code on a pack says; the code of its product is still to be scanned, within seconds.
    Part {
        /// Lot.
        lot: Option<String>,
        /// Last day of use.
        expiry: Option<String>,
    },
    /// Not a code that can be (`check_digit`, `length`, `separator_dropped` …).
    Bad {
        /// The code.
        code: String,
        /// Why.
        reason: String,
        /// The product, where that much is certain and the catalogue has it: `withoutLot` sells it.
        name: Option<String>,
    },
    /// A pack that must not be sold.
    Blocked {
        /// Product.
        product_id: String,
        /// Its name.
        name: String,
        /// Lot, where the code says it.
        lot: Option<String>,
        /// Last day of use, where it is known.
        expiry: Option<String>,
        /// `lot_recalled`, `lot_damaged`, `lot_expired`, `lot_quarantined`, `lot_on_hold`.
        reason: String,
    },
    /// The barcode of one of our receipts.
    Receipt {
        /// The sale.
        sale_id: String,
    },
}

/// Adds a known product.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddProduct {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
    /// Product.
    pub product_id: String,
    /// Packs, 1 to 9999.
    pub quantity: i64,
}

/// Sells what the catalogue does not know.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddUnknown {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
    /// Code, if one was scanned.
    pub code: Option<String>,
    /// Typed name, 1 to 100 characters; kept as a sealed part.
    pub name: String,
    /// Price of one pack including tax.
    pub unit_price_minor: i64,
    /// Tax code.
    pub tax_code: String,
    /// Packs.
    pub quantity: i64,
}

/// Names a line of the basket.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LineNo {
    /// Line.
    pub line_no: u32,
}

/// Takes a line out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VoidLine {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
    /// Line.
    pub line_no: u32,
}

/// Gives the basket up.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VoidBasket {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
}

/// Sets a line's quantity.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetQuantity {
    /// Line.
    pub line_no: u32,
    /// Packs, 1 to 9999.
    pub quantity: i64,
}

/// Sets or takes away a discount.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetDiscount {
    /// Line; null for the whole basket.
    pub line_no: Option<u32>,
    /// Null takes it away.
    pub discount: Option<DiscountView>,
}

/// Sets another price, or the price of a product that has none.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverridePrice {
    /// Line.
    pub line_no: u32,
    /// Price of one pack including tax.
    pub unit_price_minor: i64,
    /// `price_missing`, `shelf_label`, `damaged_pack`, `agreed`, `catalogue_wrong` or `other`.
    pub reason: String,
}

/// Parks the basket.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Park {
    /// Minted by the asker: asked twice, it is done once.
    pub ask_id: String,
    /// What to find it by, at most 60 characters; kept as a sealed part.
    pub label: String,
}

/// Names a parked basket.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Recall {
    /// The parked basket's sale id.
    pub sale_id: String,
}

/// A parked basket in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParkedView {
    /// The sale id that the basket keeps.
    pub sale_id: String,
    /// Label.
    pub label: String,
    /// When it was parked.
    pub parked_at_ms: i64,
    /// By whom.
    pub person: String,
    /// Number of lines.
    pub line_count: u32,
    /// Total.
    pub total_minor: i64,
}

/// A means of payment as the cashier gives it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderInput {
    /// `cash`, `card`, `voucher` or `on_account`.
    pub kind: String,
    /// What was given: for cash what the customer handed over (negative: handed back in a refund).
    pub amount_minor: i64,
    /// Reference of the card terminal or number of the voucher; kept as a sealed part.
    pub reference: Option<String>,
    /// For `on_account`.
    pub customer_id: Option<String>,
}

/// Asks what the tenders given so far come to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuoteTenders {
    /// Tenders so far.
    pub tenders: Vec<TenderInput>,
}

/// What is due, and what comes back.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderQuote {
    /// The basket's total.
    pub total_minor: i64,
    /// Still to pay if nothing more is paid in cash.
    pub remaining_minor: i64,
    /// Still to pay in cash, after cash rounding.
    pub remaining_cash_minor: i64,
    /// Cash rounding that the present tenders would have.
    pub rounding_minor: i64,
    /// Change to give.
    pub change_due_minor: i64,
    /// Whether the sale can be finished with these tenders.
    pub is_enough: bool,
    /// Amounts a customer is likely to hand over, smallest first; the first one is exact.
    pub quick_cash_minor: Vec<i64>,
    /// Why not, if the tenders are not allowed (`change_from_card`, `over_tendered`, …).
    pub refusal: Option<String>,
}

/// Finishes the sale.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompleteSale {
    /// The basket's sale id: asked twice, it is one sale.
    pub sale_id: String,
    /// Tenders; they must cover the total.
    pub tenders: Vec<TenderInput>,
    /// The total that the cashier saw.
    pub seen_total_minor: i64,
}

/// The sale is on the disk.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaleDone {
    /// The sale.
    pub sale_id: String,
    /// Receipt number with series, as printed.
    pub receipt_no: String,
    /// Total.
    pub total_minor: i64,
    /// Change to give.
    pub change_due_minor: i64,
    /// The receipt.
    pub receipt: ReceiptView,
    /// The new, empty basket.
    pub basket: BasketView,
}
