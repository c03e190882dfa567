//! Drawers that are put away, taken again, shared and handed over.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::cash::CloseSession;

/// What a drawer is called: by the number of its till, or by the letter on it where it belongs to none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrawerName {
    /// Number of its till.
    pub till_no: Option<u32>,
    /// A to Z.
    pub letter: Option<String>,
}

/// A drawer of the branch, and where it is.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrawerRow {
    /// What it is called.
    pub name: DrawerName,
    /// `closed`, `open` where a till works at it, `put_away`, or `to_count`.
    pub state: String,
    /// Its open session.
    pub cash_session_id: Option<String>,
    /// When that was opened, ms since 1970.
    pub opened_at_ms: Option<i64>,
    /// Whose it is: who opened it, or had it handed over.
    pub person: Option<String>,
    /// What was left in it at its last close; null while it is open, and for who counts blind.
    pub left_minor: Option<i64>,
    /// Numbers of the tills that work at it.
    pub till_nos: Vec<u32>,
    /// This till works at it, or would open it.
    pub is_here: bool,
}

/// Works at a drawer that is open already.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakeDrawer {
    /// Minted by the asker.
    pub entry_id: String,
    /// The open session.
    pub cash_session_id: String,
}

/// Puts the drawer away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LeaveDrawer {
    /// Minted by the asker.
    pub entry_id: String,
    /// Nothing more is sold from it: it is counted later, at any till.
    pub is_to_count: bool,
}

/// Hands the drawer over on its last count.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandOver {
    /// The close of whoever gives it; all that was counted stays, whatever it says of the float.
    pub close: CloseSession,
    /// Who takes it.
    pub staff_id: String,
    /// Their PIN or badge.
    pub secret: String,
    /// The session that begins, minted by the asker.
    pub cash_session_id: String,
}

/// Says which of several closes of one session counts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PickClose {
    /// Minted by the asker.
    pub entry_id: String,
    /// The session.
    pub cash_session_id: String,
    /// The close that counts.
    pub close_id: String,
}

/// Makes the Z of this till although no drawer is closed here.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloseTill {
    /// The Z, minted by the asker.
    pub entry_id: String,
}
