//! The whole branch as a till or a server knows it: how complete that is, takings, drawers, what is to be settled,
//! stock; and who may look at it from elsewhere.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::cash::TenderTotal;
use super::drawers::DrawerName;

/// What the frame says of the server, and what waits here for it.
#[derive(Debug, Clone, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SyncView {
    /// Whether a server is set up for this till.
    pub has_server: bool,
    /// Where that server answers.
    pub address: Option<String>,
    /// It answers now.
    pub is_connected: bool,
    /// When it last answered.
    pub last_contact_ms: Option<i64>,
    /// Up to when the server has a backup of everything that this till had written; none where it has none.
    pub backed_up_ms: Option<i64>,
    /// It has the same records and comes to other figures by day: one of the two computes wrongly.
    pub has_other_figures: bool,
    /// Code of why the server or this till refuses the other, if so.
    pub refused: Option<String>,
    /// Sales and refunds that it has not acknowledged.
    pub unsent_count: u32,
    /// Their sum.
    pub unsent_minor: i64,
    /// The oldest of them.
    pub oldest_unsent_ms: Option<i64>,
    /// From when on, without any contact before, only who decides about people signs in here; none without a
    /// server.
    pub lease_ends_ms: Option<i64>,
}

/// Which branch is asked about.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct OfBranch {
    /// One of those that a browser at a server may see; a till knows its own only. Absent: this till's, or that
    /// of the till which let the browser in.
    #[ts(optional)]
    pub branch_id: Option<String>,
}

/// A branch that may be looked at, and how its amounts and times are written.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ViewedBranch {
    /// Random id.
    pub branch_id: String,
    /// Its name.
    pub name: String,
    /// Two-letter country code.
    pub country: String,
    /// Currency code (ISO 4217).
    pub currency: String,
    /// IANA time zone.
    pub time_zone: String,
}

/// A link that lets one browser in at the server, to look.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ViewLink {
    /// What the browser opens.
    pub link: String,
    /// The same as a QR code: its rows from the top, each a letter `1` for every dark module and `0` for every
    /// light one.
    pub qr: Vec<String>,
    /// Until when it can be opened, by the server's clock.
    pub expires_at_ms: i64,
}

/// The branch now, out of the book of this till or of the server.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BranchNow {
    /// The clock of the till, or of the server.
    pub now_ms: i64,
    /// The business day that the takings are of.
    pub business_date: String,
    /// Whether a server is set up for this till, or this is one.
    pub has_server: bool,
    /// It answers now.
    pub is_connected: bool,
    /// When it last answered.
    pub last_contact_ms: Option<i64>,
    /// Old sales are still being prepared after an update: some are missing in everything below.
    pub is_history_pending: bool,
    /// Records that are here and not yet in these figures: a server stores first and counts behind.
    pub not_counted_yet: u32,
    /// Every enrolled till of the branch, by number.
    pub tills: Vec<TillNow>,
    /// Numbers of tills that were invited and of which nothing is known here yet.
    pub invited_till_nos: Vec<u32>,
    /// So many of the enrolled ones are here up to now.
    pub up_to_now_count: u32,
    /// Every drawer of the branch: those that are open first, the longest open first.
    pub drawers: Vec<DrawerNow>,
    /// Takings today including tax.
    pub takings_minor: i64,
    /// Takings of the same weekday a week before, up to this time of the day.
    pub week_before_by_now_minor: i64,
    /// By how many whole percent today is above that; null where there was nothing.
    pub percent_above: Option<i64>,
    /// Takings of the whole day a week before.
    pub week_before_minor: i64,
    /// Takings by hour of the local day, 24 values.
    pub hours_minor: Vec<i64>,
    /// Takings by hour of the same weekday a week before.
    pub week_before_hours_minor: Vec<i64>,
    /// Number of sales today.
    pub sale_count: u32,
    /// What a sale came to on average; null without one.
    pub average_sale_minor: Option<i64>,
    /// Takings by tender; all amounts are null while a drawer of the branch is counted blind.
    pub tenders: Vec<TenderTotal>,
    /// Number of refunds today.
    pub refund_count: u32,
    /// Refunded, positive.
    pub refunds_minor: i64,
    /// Lines and baskets voided before paying.
    pub void_count: u32,
    /// Their amount.
    pub voids_minor: i64,
    /// Discounts given, positive.
    pub discounts_minor: i64,
    /// Prices overridden.
    pub override_count: u32,
    /// Drawers opened without a sale.
    pub no_sale_count: u32,
    /// What is to be settled or looked at, the oldest first, at most 200 of each sort.
    pub to_settle: Vec<ToSettle>,
    /// How many there are in all.
    pub to_settle_count: u32,
}

/// A till of the branch, and how far it is known here.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TillNow {
    /// Its number.
    pub till_no: u32,
    /// This one.
    pub is_self: bool,
    /// The server hears it now, and this till hears the server.
    pub is_connected: bool,
    /// When it was last heard of: by the server, or else when it wrote the newest of its records that are here.
    /// Null where nothing is known of it.
    pub last_heard_ms: Option<i64>,
    /// Sales of it that are known to be missing here.
    pub sales_not_here: u32,
    /// Everything that it sold up to now is here.
    pub is_up_to_now: bool,
}

/// A drawer of the branch.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrawerNow {
    /// What it is called.
    pub name: DrawerName,
    /// `open`, `put_away`, `to_count`, `counted` from the first count on, or `closed`.
    pub state: String,
    /// When its session was opened; null for a closed one.
    pub opened_at_ms: Option<i64>,
    /// Who opened it.
    pub opened_by: Option<String>,
    /// It is still open from an earlier business day.
    pub is_of_earlier_day: bool,
    /// When it was last counted in this session.
    pub counted_at_ms: Option<i64>,
    /// When it was last closed; null for an open one, and where that is long ago.
    pub closed_at_ms: Option<i64>,
    /// What should be in it; null for a closed one, and while it is counted blind.
    pub expected_cash_minor: Option<i64>,
    /// What was left in a closed one; null for an open one, and for who counts blind.
    pub left_minor: Option<i64>,
}

/// Something to settle, or to look at.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ToSettle {
    /// Names it in the list, and stays the same.
    pub key: String,
    /// Code of what it is.
    pub kind: String,
    /// When it was written; null for what is so now, such as a shelf that lacks packs.
    pub at_ms: Option<i64>,
    /// On which till, where that is known.
    pub till_no: Option<u32>,
    /// The sale or refund that shows it.
    pub sale_id: Option<String>,
    /// Its receipt number.
    pub receipt_no: Option<String>,
    /// By whom.
    pub person: Option<String>,
    /// The product that it is about.
    pub product_id: Option<String>,
    /// Its name.
    pub product_name: Option<String>,
    /// Nothing that is mended elsewhere takes it off the list: a manager says what it came to.
    pub is_to_be_told: bool,
    /// What was said of it; null where it is to be settled.
    pub settled: Option<SettledView>,
}

/// What a manager said of something that was to be settled.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettledView {
    /// `in_order`, `put_right`, `not_explained` or `accepted`.
    pub how: String,
    /// Who.
    pub person: String,
    /// When.
    pub at_ms: i64,
}

/// What a manager says of something that is to be settled.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleException {
    /// Id of the entry, minted by the asker, so that asked twice it is one.
    pub entry_id: String,
    /// The key of the row.
    pub key: String,
    /// `in_order`, `put_right`, `not_explained`, `accepted` where a till wrote it after it was cut off, or
    /// `reopened` where it was settled too early.
    pub how: String,
}

/// What is running out on the shelf of the branch. It is read out of all stock, so it is not asked for every change.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BranchStock {
    /// The till's clock.
    pub now_ms: i64,
    /// Products that were delivered at least once and are not withdrawn, of which nothing is left or less than
    /// sold in the last 7 business days; the most missing first, at most 300.
    pub low: Vec<LowStockRow>,
    /// How many there are in all.
    pub low_count: u32,
    /// Lots on the shelf that expire within 90 days, or have, the earliest first, at most 300.
    pub expiring: Vec<ExpiringRow>,
    /// How many there are in all.
    pub expiring_count: u32,
    /// Products of which more left the shelf than came to it by the book, to be settled; at most 300.
    pub below_zero: Vec<ToSettle>,
    /// How many there are in all.
    pub below_zero_count: u32,
}

/// A product of which too little is on the shelf.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LowStockRow {
    /// Product.
    pub product_id: String,
    /// Name.
    pub name: String,
    /// How it is packed.
    pub pack: String,
    /// Packs on the shelf by the book.
    pub on_hand: i64,
    /// Packs sold in the last 7 business days, today included.
    pub sold: i64,
}

/// Packs of a lot that expire.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExpiringRow {
    /// Product.
    pub product_id: String,
    /// Name.
    pub name: String,
    /// How it is packed.
    pub pack: String,
    /// Lot.
    pub lot: String,
    /// Expiry.
    pub expiry: String,
    /// It has expired.
    pub is_expired: bool,
    /// Packs.
    pub packs: i64,
}
