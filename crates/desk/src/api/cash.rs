//! The drawer: float, movements, count, close, X and Z.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::basket::TaxLineView;
use super::drawers::DrawerName;
use super::sales::ReceiptView;
use super::transfers::{PlaceView, TransferView};

/// So many of one note or coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DenominationCount {
    /// Value of one, in minor units.
    pub value_minor: i64,
    /// How many, 0 to 100000.
    pub count: i64,
}

/// The sum of counted notes and coins; the ui does no arithmetic on money.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SumDenominations {
    /// Counts.
    pub denominations: Vec<DenominationCount>,
}

/// Answer to [`SumDenominations`].
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DenominationSum {
    /// Sum of each row, in the order asked.
    pub rows_minor: Vec<i64>,
    /// Sum of all.
    pub total_minor: i64,
    /// Value of the first note or coin of which there are more than a drawer holds; to be looked at again.
    pub many_of_minor: Option<i64>,
    /// All together is more than a drawer holds; to be looked at again.
    pub is_much: bool,
}

/// Opens the drawer for the day.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenSession {
    /// Minted by the asker: asked twice, it is one session.
    pub cash_session_id: String,
    /// The float as counted, whatever it came from.
    pub denominations: Vec<DenominationCount>,
    /// What was put to it out of the safe; null for all of it where nothing else is there by the book, and
    /// nothing of it else.
    pub from_safe_minor: Option<i64>,
    /// Entries that sent what is counted with it.
    #[serde(default)]
    pub transfer_ids: Vec<String>,
    /// Which drawer; null for the one that this till works at.
    #[serde(default)]
    pub drawer: Option<DrawerName>,
}

/// The drawer as its screen shows it. Nothing here tells expected cash before the first count is in.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrawerView {
    /// `closed`, `open` or `counted`; `open` again as soon as money has moved after the count.
    pub state: String,
    /// The drawer that this till works at, or would open.
    pub drawer: DrawerName,
    /// This till has sold something that no Z covers, and works at no open drawer.
    pub is_z_due: bool,
    /// The open session.
    pub cash_session_id: Option<String>,
    /// When it was opened.
    pub opened_at_ms: Option<i64>,
    /// By whom.
    pub opened_by: Option<String>,
    /// Its business date.
    pub business_date: Option<String>,
    /// The opening float.
    pub opening_float_minor: Option<i64>,
    /// What the opening float was over or short; null for a drawer that was never opened before.
    pub opening_over_short_minor: Option<i64>,
    /// What was left in the drawer at the last close: the float to expect now. Null while a session is open, and
    /// for who counts blind.
    pub left_in_drawer_minor: Option<i64>,
    /// On its way to this drawer, or from it in this session.
    pub transfers: Vec<TransferView>,
    /// Proposed float.
    pub proposed_float_minor: i64,
    /// Movements of this session, newest first.
    pub movements: Vec<MovementView>,
    /// Counts of this session so far; another one is a recount.
    pub count_no: u32,
    /// When the last of them was made, where money has moved since and it stands for nothing any more.
    pub outdated_count_ms: Option<i64>,
    /// The count, as long as it stands.
    pub count: Option<CountedView>,
}

/// A movement that is not a sale.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MovementView {
    /// Entry.
    pub entry_id: String,
    /// `paid_in`, `paid_out`, `no_sale`, `sent` or `received`.
    pub kind: String,
    /// Where it was sent to, or came from; none for the others.
    pub place: Option<PlaceView>,
    /// When.
    pub at_ms: i64,
    /// Who.
    pub person: String,
    /// Positive into the drawer; 0 for a no-sale.
    pub amount_minor: i64,
    /// Reason code; empty for what was received.
    pub reason: String,
    /// Typed note.
    pub note: Option<String>,
}

/// Moves cash that is not a sale, or opens the drawer without a sale.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MoveCash {
    /// Minted by the asker.
    pub entry_id: String,
    /// `paid_in`, `paid_out` or `no_sale`.
    pub kind: String,
    /// Always positive; 0 for a no-sale.
    pub amount_minor: i64,
    /// paid_in: `change_from_bank`, `found`, `other`; paid_out: `postage`, `office`, `courier`, `staff`, `other`;
    /// no_sale: `give_change`, `check_drawer`, `other`.
    pub reason: String,
    /// Typed note, at most 200 characters; kept as a sealed part.
    pub note: Option<String>,
}

/// Puts the count in. The first one cannot be changed; a later one is a recount and needs a reason.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountDrawer {
    /// Minted by the asker.
    pub entry_id: String,
    /// Cash that was counted here.
    pub denominations: Vec<DenominationCount>,
    /// Entries of the parts that others counted, to be added to it.
    #[serde(default)]
    pub parts: Vec<String>,
    /// What the card terminal says, vouchers in hand.
    pub other: Vec<TenderCount>,
    /// `miscounted`, `second_person`, `found_more` or `sold_since`, for a recount.
    pub recount_reason: Option<String>,
}

/// Counts a part of a drawer, wherever it is, for whoever counts the drawer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountPart {
    /// Minted by the asker.
    pub entry_id: String,
    /// The open session of the drawer.
    pub cash_session_id: String,
    /// Cash; none of anything takes back the part that it replaces.
    pub denominations: Vec<DenominationCount>,
    /// One's own part of before, counted anew.
    pub replaces: Option<String>,
}

/// Asks for the parts of a drawer that were counted.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PartsOf {
    /// The session.
    pub cash_session_id: String,
}

/// What is being typed about one thing, until it is put in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// What it is about: at most 100 bytes.
    pub of: String,
    /// What was typed, as the screen keeps it: at most 4,000 bytes. None where there is nothing.
    pub text: Option<String>,
}

/// Asks for what was being typed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftOf {
    /// What it is about.
    pub of: String,
}

/// A part that was counted, and that no count has taken up.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PartView {
    /// Entry.
    pub entry_id: String,
    /// Who counted.
    pub person: String,
    /// Number of the till where it was counted.
    pub till_no: Option<u32>,
    /// When.
    pub at_ms: i64,
    /// Cash.
    pub denominations: Vec<DenominationCount>,
    /// Its sum.
    pub counted_minor: i64,
    /// Money has moved in the session since: it may be wrong by now.
    pub is_outdated: bool,
    /// Whoever looks counted it.
    pub is_own: bool,
}

/// The counted sum of a tender that is not cash.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderCount {
    /// `card` or `voucher`.
    pub kind: String,
    /// Counted.
    pub counted_minor: i64,
}

/// What the count came to; the first time that expected figures are shown.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountedView {
    /// Number of the count in its session, from 1.
    pub count_no: u32,
    /// When.
    pub at_ms: i64,
    /// By whom.
    pub person: String,
    /// One row a tender, cash first.
    pub rows: Vec<TenderResult>,
    /// Cash as counted.
    pub denominations: Vec<DenominationCount>,
    /// A reason is needed to close.
    pub needs_reason: bool,
    /// Whoever looks may not count once more: the branch wants somebody who has not counted yet.
    pub needs_second_person: bool,
    /// Notes and coins to leave as the next float.
    pub proposed_float: Vec<DenominationCount>,
    /// Their sum.
    pub proposed_float_minor: i64,
    /// What then goes to the safe.
    pub to_safe_minor: i64,
}

/// Expected against counted.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderResult {
    /// Tender kind.
    pub kind: String,
    /// Expected.
    pub expected_minor: i64,
    /// Counted.
    pub counted_minor: i64,
    /// counted - expected.
    pub over_short_minor: i64,
}

/// Closes the session after the count: drawer close and Z, one act.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloseSession {
    /// Minted by the asker.
    pub entry_id: String,
    /// Needed when the over/short is above the tolerance: `miscount_suspected`, `change_error`, `missing_slip`, `theft_suspected`, `unknown`.
    pub reason: Option<String>,
    /// Typed note; kept as a sealed part.
    pub note: Option<String>,
    /// What stays in the drawer.
    pub next_float: Vec<DenominationCount>,
    /// The expected cash that the closer saw.
    pub seen_expected_minor: i64,
    /// Needed while cash of the drawer is on its way: `receiver_away`, `accepted_tomorrow` or `being_looked_into`.
    pub on_its_way_reason: Option<String>,
}

/// X or Z: one calculation.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportView {
    /// `x` or `z`.
    pub kind: String,
    /// Number with series, for a Z.
    pub z_no: Option<String>,
    /// Session.
    pub cash_session_id: String,
    /// Business date.
    pub business_date: String,
    /// Opened.
    pub opened_at_ms: i64,
    /// Made.
    pub at_ms: i64,
    /// Who made it.
    pub person: String,
    /// Number of sales.
    pub sale_count: u32,
    /// Takings: sales less refunds, including tax.
    pub takings_minor: i64,
    /// Number of refunds.
    pub refund_count: u32,
    /// Refunded, as a positive amount.
    pub refunds_minor: i64,
    /// Voided lines and baskets.
    pub void_count: u32,
    /// Their amount.
    pub voids_minor: i64,
    /// Discounts given, as a positive amount.
    pub discounts_minor: i64,
    /// Drawer opened without a sale.
    pub no_sale_count: u32,
    /// Tax by code.
    pub taxes: Vec<TaxLineView>,
    /// Takings by tender; their amounts are null as long as a drawer that they have figures of is still to be
    /// counted blind.
    pub tenders: Vec<TenderTotal>,
    /// Cash rounding.
    pub rounding_minor: i64,
    /// Opening float; null for a Z that is not of one drawer.
    pub opening_float_minor: Option<i64>,
    /// Paid in.
    pub paid_in_minor: i64,
    /// Paid out.
    pub paid_out_minor: i64,
    /// Sent to the safe.
    pub safe_drops_minor: i64,
    /// Accepted out of the safe.
    pub float_top_ups_minor: i64,
    /// Sent from the drawer elsewhere.
    pub transfers_out_minor: i64,
    /// Accepted at the drawer from elsewhere, and what came back to it.
    pub transfers_in_minor: i64,
    /// Expected cash; null while the drawer is counted blind, and for a Z that is not of one drawer.
    pub expected_cash_minor: Option<i64>,
    /// The figures are those of one drawer from its float to its count. A Z of a till that worked at several, or
    /// shared one with another till, says nothing of what one of them should hold; its close does.
    pub is_of_one_drawer: bool,
    /// Count and over/short, for a Z.
    pub counted: Option<CountedView>,
    /// What came after the close of a Z; null where nothing did.
    pub late: Option<LateView>,
    /// First and last receipt of the period.
    pub receipts: Option<(String, String)>,
    /// Perpetual total of takings since the till's first sale, for a Z.
    pub perpetual_total_minor: Option<i64>,
    /// Only on a Z after a restore: series and records of earlier lives of the till that it takes over.
    pub taken_over: Vec<String>,
    /// The paper.
    pub receipt: ReceiptView,
}

/// What came after a close, with what it said then and what stands now. The Z stays as it is.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LateView {
    /// Sales, movements and counts of the session that the close has not seen, oldest first.
    pub lines: Vec<LateLine>,
    /// Expected cash as closed.
    pub expected_minor: i64,
    /// Expected cash with what came late.
    pub expected_now_minor: i64,
    /// Over/short in cash as closed.
    pub over_short_minor: i64,
    /// Over/short in cash with what came late.
    pub over_short_now_minor: i64,
    /// Takings of the session, over everybody who wrote into it, as closed.
    pub takings_minor: i64,
    /// The same with what came late.
    pub takings_now_minor: i64,
}

/// An entry that came after the close of its session.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LateLine {
    /// The entry.
    pub entry_id: String,
    /// `sale`, `refund`, `paid_in`, `paid_out`, `no_sale`, `sent`, `received`, `settled`, `tender_corrected`,
    /// `counted` or `closed`.
    pub kind: String,
    /// Number with series, of a receipt.
    pub receipt_no: Option<String>,
    /// The till that wrote it, where it is known.
    pub till_no: Option<u32>,
    /// Who.
    pub person: String,
    /// When, by the till that wrote it.
    pub at_ms: i64,
    /// Total of a receipt, what moved or was paid, what was counted, or the over/short of a second close.
    pub amount_minor: i64,
    /// What it changed in the drawer, positive into it; 0 for a count and a close.
    pub cash_minor: i64,
}

/// Takings by one tender.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderTotal {
    /// Tender kind.
    pub kind: String,
    /// How often; null while it must not be seen.
    pub count: Option<u32>,
    /// Net of change; null while it must not be seen.
    pub amount_minor: Option<i64>,
}

/// A Z in the list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ZRow {
    /// Entry of the Z.
    pub entry_id: String,
    /// Number with series.
    pub z_no: String,
    /// Business date.
    pub business_date: String,
    /// When closed.
    pub at_ms: i64,
    /// By whom.
    pub person: String,
    /// Takings.
    pub takings_minor: i64,
    /// Over/short of the cash.
    pub over_short_minor: i64,
    /// That of all other tenders together.
    pub other_over_short_minor: i64,
    /// Something that is counted came after its close.
    pub has_late: bool,
}

/// Names an entry.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryId {
    /// Entry.
    pub entry_id: String,
}

/// Prints a Z again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReprintZ {
    /// Of the copy; minted by the asker: asked twice, it is one copy.
    pub entry_id: String,
    /// The Z.
    pub z_id: String,
}

/// A business day over all sessions of this book.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DayQuery {
    /// Business date.
    pub business_date: String,
}

/// Figures of a business day.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DayView {
    /// Business date.
    pub business_date: String,
    /// Number of sales.
    pub sale_count: u32,
    /// Takings including tax.
    pub takings_minor: i64,
    /// Takings of the same weekday a week before.
    pub week_before_minor: i64,
    /// Number of refunds.
    pub refund_count: u32,
    /// Refunded, positive.
    pub refunds_minor: i64,
    /// By tender; cash null while it must not be seen.
    pub tenders: Vec<TenderTotal>,
    /// By tax code.
    pub taxes: Vec<TaxLineView>,
    /// Takings by hour of the local day, 24 values.
    pub hours_minor: Vec<i64>,
    /// Takings by hour of the same weekday a week before.
    pub week_before_hours_minor: Vec<i64>,
    /// Best sellers by packs.
    pub best_sellers: Vec<BestSeller>,
}

/// A product that sold.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BestSeller {
    /// Product.
    pub product_id: String,
    /// Name.
    pub name: String,
    /// Packs.
    pub packs: i64,
    /// Takings.
    pub amount_minor: i64,
}

/// Asks why a session is over or short.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CausesOf {
    /// A session that has been counted.
    pub cash_session_id: String,
}

/// What may explain an over/short, the likeliest first.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CausesView {
    /// What is over (above 0) or short and not explained yet.
    pub over_short_minor: i64,
    /// Causes; none where nothing stands out above chance.
    pub causes: Vec<CauseView>,
    /// What somebody said already.
    pub explained: Vec<ExplainedView>,
}

/// A cause: one thing that may have gone wrong, or two together.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CauseView {
    /// How far it stands out, in a thousand.
    pub per_mille: u32,
    /// One or two.
    pub parts: Vec<CausePart>,
}

/// One thing that may have gone wrong.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CausePart {
    /// Code of the cause.
    pub kind: String,
    /// What it explains: over above 0, short below.
    pub amount_minor: i64,
    /// The note or coin in question, by its value.
    pub denomination_minor: Option<i64>,
    /// The other till.
    pub till_no: Option<u32>,
    /// Entries that speak for it.
    pub evidence: Vec<CauseEvidence>,
}

/// An entry that speaks for a cause.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CauseEvidence {
    /// The entry.
    pub entry_id: String,
    /// Number with series, of a sale or refund that can be opened.
    pub receipt_no: Option<String>,
    /// When.
    pub at_ms: i64,
    /// Who.
    pub person: String,
    /// Total of a sale, or the amount that moved.
    pub amount_minor: i64,
}

/// What somebody said of an over/short.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedView {
    /// The entry.
    pub entry_id: String,
    /// Code of the cause.
    pub kind: String,
    /// What it explains.
    pub amount_minor: i64,
    /// When.
    pub at_ms: i64,
    /// Who.
    pub person: String,
    /// As typed.
    pub note: Option<String>,
}

/// Says which cause it was. A sale that was paid by another tender is corrected; anything else is noted.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExplainOverShort {
    /// Minted by the asker, so that a retry is the same entry.
    pub entry_id: String,
    /// The session.
    pub cash_session_id: String,
    /// Code of the cause.
    pub kind: String,
    /// What it explains.
    pub amount_minor: i64,
    /// Entries that speak for it.
    pub evidence: Vec<String>,
    /// Note; kept as a sealed part.
    pub note: Option<String>,
}
