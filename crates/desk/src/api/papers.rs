//! Papers, by name and as files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PaperOf {
    /// `receipt`: of the sale or refund `of`. `x`: of the open session. `z`: the Z `of`. `count_sheet`: to be filled in
    /// by hand. `counted`: what was counted for the Z `of`, or in the open session. `transfer_slip`: of the safe drop
    /// `of`. `cash_slip`: of the paid-in or paid-out `of`. `settlement`: of the payment towards an account `of`.
    /// `price_label`: of the product `of`. `scanner_sheet`: codes to try a scanner with. `test`: how the printer is set
    /// up. `day_journal`: of `date`. `month_summary`: of `month`.
    pub what: String,
    /// The entry or product that it is about.
    #[serde(default)]
    pub of: Option<String>,
    /// Business date, `YYYY-MM-DD`.
    #[serde(default)]
    pub date: Option<String>,
    /// Month, `YYYY-MM`.
    #[serde(default)]
    pub month: Option<String>,
}

/// Asks for a paper as a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PaperFile {
    /// Which.
    pub paper: PaperOf,
    /// Of the copy of a receipt or Z; minted by the asker: asked twice, it is one copy.
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
