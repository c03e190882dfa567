//! Cash that goes from one place of the branch to another, and what each place has.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::cash::{CloseSession, CountDrawer, CountedView, DenominationCount, TenderResult};

/// A place where the branch has cash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceView {
    /// `drawer`, `safe`, `driver_bag` or `bank`.
    pub place: String,
    /// Of a drawer: number of its till.
    pub till_no: Option<u32>,
    /// Of a drawer that belongs to no till: its letter.
    #[serde(default)]
    pub letter: Option<String>,
}

/// Asks for the cash of the branch.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CashQuery {
    /// Business date of the drawers; null for today. What is open is shown on every day.
    pub business_date: Option<String>,
}

/// All cash of the branch: each drawer of a day, the other places, what is on its way between them.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CashView {
    /// The business date that is shown.
    pub business_date: String,
    /// Now by the till's clock, ms since 1970: ages are told against it.
    pub now_ms: i64,
    /// Drawers: those that are open first, the oldest first, then those that were closed on this day.
    pub drawers: Vec<DrawerState>,
    /// Tills whose drawer was not opened on this day.
    pub unopened_till_nos: Vec<u32>,
    /// What the book has in the safe, the driver's bag and at the bank.
    pub places: Vec<PlaceNow>,
    /// Numbers of the branch's tills, whose drawers cash can be sent to.
    pub till_nos: Vec<u32>,
    /// On its way, the oldest first.
    pub on_its_way: Vec<TransferView>,
    /// Accepted lately, the newest first, at most 50.
    pub accepted: Vec<AcceptedView>,
}

/// One drawer in one session, from its float to its signature.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrawerState {
    /// The session.
    pub cash_session_id: String,
    /// Number of the till whose drawer it is; null for one that is not known here.
    pub till_no: Option<u32>,
    /// The letter of a drawer that belongs to no till.
    pub letter: Option<String>,
    /// This till works at it, or did last.
    pub is_own: bool,
    /// `open`, `put_away`, `to_count`, `counted`, `closed` or `signed`.
    pub state: String,
    /// Numbers of the tills that work at it now.
    pub at_till_nos: Vec<u32>,
    /// All closes of the session, the earliest first, where tills that were apart made several.
    pub closes: Vec<CloseMade>,
    /// Business date.
    pub business_date: String,
    /// Still open, and of an earlier day.
    pub is_of_earlier_day: bool,
    /// When it was opened, ms since 1970.
    pub opened_at_ms: i64,
    /// By whom.
    pub opened_by: String,
    /// The float.
    pub opening_float_minor: i64,
    /// What the float was over or short; null for a drawer that was never opened before.
    pub opening_over_short_minor: Option<i64>,
    /// What should be in it; null while it is counted blind.
    pub expected_cash_minor: Option<i64>,
    /// Expected against counted, cash first; empty before the first count.
    pub rows: Vec<TenderResult>,
    /// Over/short of the cash; null before the first count.
    pub over_short_minor: Option<i64>,
    /// How often it was counted.
    pub count_no: u32,
    /// When last, ms since 1970.
    pub counted_at_ms: Option<i64>,
    /// By whom.
    pub counted_by: Option<String>,
    /// The last count as it is closed on, where nothing has moved since: what can be left as the next float.
    pub count: Option<CountedView>,
    /// When it was closed, ms since 1970.
    pub closed_at_ms: Option<i64>,
    /// By whom.
    pub closed_by: Option<String>,
    /// Closed from another till than its own.
    pub is_closed_elsewhere: bool,
    /// Why it was over or short: a code.
    pub reason: Option<String>,
    /// Note to the close.
    pub note: Option<String>,
    /// How many closes there are: two were made apart.
    pub close_count: u32,
    /// The Z made with it.
    pub z_id: Option<String>,
    /// Its number.
    pub z_no: Option<String>,
    /// What came after the close: cash by which the drawer should hold more, or less where negative.
    pub late_minor: Option<i64>,
    /// What should have been in it with what came later; null where nothing did.
    pub expected_now_minor: Option<i64>,
    /// Who signed it.
    pub signed_by: Option<String>,
    /// When, ms since 1970.
    pub signed_at_ms: Option<i64>,
    /// When its till was last heard of, ms since 1970.
    pub last_heard_ms: Option<i64>,
    /// Everything that its till wrote is here.
    pub is_up_to_now: bool,
}

/// One of several closes of a session.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloseMade {
    /// The entry.
    pub close_id: String,
    /// Number of the till that made it.
    pub till_no: Option<u32>,
    /// When, ms since 1970.
    pub at_ms: i64,
    /// Who.
    pub person: String,
    /// Cash as counted.
    pub counted_minor: i64,
    /// Over above 0, short below.
    pub over_short_minor: i64,
    /// It counts, because somebody picked it.
    pub is_picked: bool,
}

/// Counts the drawer of another till.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountOther {
    /// Its open session.
    pub cash_session_id: String,
    /// The count.
    pub count: CountDrawer,
}

/// Closes the drawer of another till, on a count made here.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloseOther {
    /// Its open session.
    pub cash_session_id: String,
    /// The close.
    pub close: CloseSession,
}

/// Signs what a drawer came to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignClose {
    /// Minted by the asker.
    pub entry_id: String,
    /// The session.
    pub cash_session_id: String,
}

/// What a place has.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceNow {
    /// `safe`, `driver_bag` or `bank`.
    pub place: String,
    /// What the book has there; null for who may not see it.
    pub amount_minor: Option<i64>,
}

/// Cash on its way.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    /// The entry that sent it.
    pub transfer_id: String,
    /// From where.
    pub from: PlaceView,
    /// To where.
    pub to: PlaceView,
    /// What was sent.
    pub amount_minor: i64,
    /// By note and coin; empty where it was not counted so.
    pub denominations: Vec<DenominationCount>,
    /// Reason code; none for what a close sends to the safe.
    pub reason: Option<String>,
    /// Number of the bag.
    pub bag_no: Option<String>,
    /// Typed note.
    pub note: Option<String>,
    /// Who sent it.
    pub person: String,
    /// When, ms since 1970.
    pub sent_at_ms: i64,
    /// Somebody did not accept it: it goes back.
    pub refused: Option<RefusedView>,
    /// It can be accepted here, where it was sent to.
    pub can_arrive: bool,
    /// It can be taken back here, where it came from.
    pub can_return: bool,
}

/// That cash was not accepted.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefusedView {
    /// By whom.
    pub person: String,
    /// When, ms since 1970.
    pub at_ms: i64,
    /// `not_received`, `amount_disputed`, `bag_damaged` or `other`.
    pub reason: String,
    /// Typed note.
    pub note: Option<String>,
}

/// Cash that arrived.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedView {
    /// The entry that sent it.
    pub transfer_id: String,
    /// From where.
    pub from: PlaceView,
    /// Where it is.
    pub at: PlaceView,
    /// What was sent.
    pub sent_minor: i64,
    /// What was counted.
    pub counted_minor: i64,
    /// counted - sent.
    pub over_short_minor: i64,
    /// Who accepted it.
    pub person: String,
    /// When, ms since 1970.
    pub at_ms: i64,
    /// Typed note.
    pub note: Option<String>,
}

/// Sends cash on its way.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendCash {
    /// Minted by the asker: asked twice, it is sent once.
    pub entry_id: String,
    /// From where; a drawer is this till's own.
    pub from: PlaceView,
    /// To where.
    pub to: PlaceView,
    /// Above 0.
    pub amount_minor: i64,
    /// By note and coin; empty, or summing to the amount.
    pub denominations: Vec<DenominationCount>,
    /// `too_much_cash`, `shift_end`, `change_needed`, `delivery_tour`, `to_bank` or `other`.
    pub reason: String,
    /// Number of the bag, at most 60 characters; kept as a sealed part.
    pub bag_no: Option<String>,
    /// Typed note, at most 200 characters; kept as a sealed part.
    pub note: Option<String>,
}

/// Accepts cash that was sent.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AcceptCash {
    /// Minted by the asker: asked twice, it is accepted once.
    pub entry_id: String,
    /// The entry that sent it.
    pub transfer_id: String,
    /// Back where it came from, and not where it was sent to.
    pub is_return: bool,
    /// What was counted, 0 or above.
    pub counted_minor: i64,
    /// By note and coin; empty, or summing to what was counted.
    pub denominations: Vec<DenominationCount>,
    /// Typed note, at most 200 characters; kept as a sealed part.
    pub note: Option<String>,
}

/// Does not accept cash that was sent.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefuseCash {
    /// Minted by the asker.
    pub entry_id: String,
    /// The entry that sent it.
    pub transfer_id: String,
    /// `not_received`, `amount_disputed`, `bag_damaged` or `other`.
    pub reason: String,
    /// Typed note, at most 200 characters; kept as a sealed part.
    pub note: Option<String>,
}
