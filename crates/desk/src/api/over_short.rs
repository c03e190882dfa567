//! Over/short over time, and the plain list of a month.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::drawers::DrawerName;

/// Asks what the closes of some days came to, both days included; a year at the most.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverShortQuery {
    /// First business date.
    pub from: String,
    /// Last business date.
    pub to: String,
}

/// What the closes of some days came to, as it stands now: where a sale was put right after its close, the
/// over/short of that close moves with it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverShortReport {
    /// All closes together.
    pub all: OverShortGroup,
    /// How long a stretch of `over_time` is: `day`, `week` or `month`.
    pub stretch: String,
    /// Every stretch from the first to the last day, also one without a close; `key` is its first day.
    pub over_time: Vec<OverShortGroup>,
    /// By drawer; `key` is the number of its till, or the letter on it.
    pub by_drawer: Vec<OverShortGroup>,
    /// By the person whose drawer it was, who opened it or had it handed over, by name; `key` is the person.
    pub by_person: Vec<OverShortGroup>,
    /// By weekday of the business date, Monday to Sunday; `key` is 1 to 7.
    pub by_weekday: Vec<OverShortGroup>,
    /// By hour of the close on the wall, from the first to the last in which anything was closed; `key` is 0 to 23.
    pub by_hour: Vec<OverShortGroup>,
    /// The closes themselves, newest first, a thousand at the most.
    pub closes: Vec<CloseRow>,
    /// How many more there are, older ones: sums have them too.
    pub left_off: u32,
}

/// Closes that have something in common.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverShortGroup {
    /// What they have in common.
    pub key: String,
    /// The person's name, where it is one; empty where it is not known any more.
    pub name: String,
    /// How many closes.
    pub close_count: u32,
    /// Cash.
    pub cash: OverShortSums,
    /// Every other tender that was counted, each by itself: what is over in one is not set against another.
    pub other: OverShortSums,
}

/// What results of counts came to: over is positive, short is negative.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverShortSums {
    /// How many were over.
    pub over_count: u32,
    /// How many were short.
    pub short_count: u32,
    /// What those that were over came to, 0 or more.
    pub over_minor: i64,
    /// What those that were short came to, 0 or less.
    pub short_minor: i64,
    /// Both together.
    pub net_minor: i64,
    /// The one furthest from zero.
    pub largest_minor: i64,
}

/// A drawer that was closed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloseRow {
    /// Session.
    pub cash_session_id: String,
    /// Business date of the session.
    pub business_date: String,
    /// Which drawer.
    pub drawer: DrawerName,
    /// When it was closed.
    pub closed_at_ms: i64,
    /// Who opened the session.
    pub opened_by: String,
    /// Who made the count that the close rests on.
    pub counted_by: String,
    /// Who closed it.
    pub closed_by: String,
    /// Code of the reason that was given.
    pub reason: Option<String>,
    /// One for each tender that was counted, cash first.
    pub results: Vec<CloseResult>,
}

/// Expected against counted of one tender, as it stands now.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloseResult {
    /// Tender kind.
    pub kind: String,
    /// Expected, with what was put right after the close.
    pub expected_minor: i64,
    /// Counted.
    pub counted_minor: i64,
    /// counted - expected.
    pub over_short_minor: i64,
    /// The same as it stands on the Z; differs where something was put right after it.
    pub at_close_minor: i64,
}

/// Asks for the list of a month.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MonthQuery {
    /// `YYYY-MM`.
    pub month: String,
}

/// A month day by day: what its drawers should have held, and what was counted.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MonthList {
    /// `YYYY-MM`.
    pub month: String,
    /// Name of the branch, for the paper.
    pub branch_name: String,
    /// Every day on which a drawer was closed, oldest first.
    pub days: Vec<MonthDay>,
    /// All of them together.
    pub sum: MonthDay,
}

/// The drawers of one business day; everything in cash but `other_over_short_minor`.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MonthDay {
    /// Business date; empty for the sum.
    pub business_date: String,
    /// Drawers that were closed.
    pub close_count: u32,
    /// Expected, with what was put right after a close.
    pub expected_minor: i64,
    /// Counted.
    pub counted_minor: i64,
    /// counted - expected.
    pub over_short_minor: i64,
    /// The same of all other tenders that were counted.
    pub other_over_short_minor: i64,
    /// Codes of the reasons that were given, each once.
    pub reasons: Vec<String>,
    /// Names of those who counted, each once.
    pub counted_by: Vec<String>,
}
