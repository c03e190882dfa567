//! Exports: entries, postings and Z as files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::setup::JobView;

/// Saves entries and postings with their Z as files, in a folder of their own that is made inside of another one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportBook {
    /// Of which entries.
    pub what: ExportWhat,
    /// `csv`, or `json` for one object a line.
    pub form: String,
    /// The names of those who did and allowed it stand beside their ids.
    pub with_names: bool,
    /// The folder in which the export's own is made.
    pub folder: String,
}

/// Which entries an export has.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum ExportWhat {
    /// Those of the Z of some business days, whole, and what belongs to these days and to no Z yet.
    Days(ExportDays),
    /// Those of one Z, by its number as printed.
    Z(String),
}

/// Business days, both included; as many as there are.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportDays {
    /// First business date.
    pub from: String,
    /// Last business date.
    pub to: String,
}

/// An export has begun.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportBegun {
    /// The work in the background.
    pub job: JobView,
    /// The folder that is there as soon as everything in it is whole.
    pub folder: String,
}
