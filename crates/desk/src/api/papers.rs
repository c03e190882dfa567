//! Papers as files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for a paper as a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PaperFile {
    /// `x`: of the open session. `z`: a copy of the Z `of`. `count_sheet`: to be filled in by hand. `counted`: what
    /// was counted for the Z `of`, or in the open session. `transfer_slip`: of the safe drop `of`. `day_journal`:
    /// of `date`. `month_summary`: of `month`.
    pub what: String,
    /// The entry that it is about.
    pub of: Option<String>,
    /// Business date, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Month, `YYYY-MM`.
    pub month: Option<String>,
    /// Of the copy of a Z; minted by the asker: asked twice, it is one copy.
    pub copy_id: Option<String>,
    /// `pdf`, `text_42` or `text_48`.
    pub form: String,
}

/// A file, to be saved where the person wants it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FileMade {
    /// What to call it: letters, digits, hyphens and an ending.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// What stands in it, in base64.
    pub base64: String,
}
