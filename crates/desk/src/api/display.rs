//! What the customer sees.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What stands on the customer's display.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DisplayView {
    /// Name at the head.
    pub pharmacy: String,
    /// The display opens by itself when this till starts.
    pub is_on: bool,
    /// Nothing of it counts.
    pub is_practice: bool,
    /// Country of the branch, ISO 3166.
    pub country: String,
    /// Its currency, ISO 4217.
    pub currency: String,
    /// Its time zone.
    pub time_zone: String,
    /// The language of its papers.
    pub language: DisplayLanguage,
    /// The basket in its order; empty where nobody is on duty.
    pub lines: Vec<DisplayLine>,
    /// What is taken off the whole basket, as a positive amount.
    pub discount_minor: i64,
    /// To pay; negative where money is given back.
    pub total_minor: i64,
    /// The last sale, for a minute or until the next line.
    pub paid: Option<DisplayPaid>,
}

/// A language of papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum DisplayLanguage {
    /// German.
    De,
    /// English.
    En,
    /// French.
    Fr,
}

/// A line of the basket.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DisplayLine {
    /// Number in the basket.
    pub line_no: u32,
    /// Name as printed.
    pub name: String,
    /// Packs; negative for a refund.
    pub quantity: i64,
    /// What the line comes to.
    pub amount_minor: i64,
}

/// A sale that was paid.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DisplayPaid {
    /// Its total; negative for a refund.
    pub total_minor: i64,
    /// What was given for it, in order; negative where it was given back.
    pub tenders: Vec<DisplayTender>,
    /// Change.
    pub change_due_minor: i64,
}

/// A tender.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DisplayTender {
    /// `cash`, `card`, `voucher` or `on_account`.
    pub kind: String,
    /// As it was handed over.
    pub amount_minor: i64,
}

/// Says whether the display opens by itself.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetDisplay {
    /// It does.
    pub is_on: bool,
}
