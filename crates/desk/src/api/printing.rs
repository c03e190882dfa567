//! The receipt printer of this till, and what waits for it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A receipt printer in the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Printer {
    /// Host name or address, and the port where it is not 9100: `192.168.1.40`, `printer.local:9101`.
    pub address: String,
    /// Characters in a row: 42 or 48.
    pub columns: u32,
    /// The letters that it knows: `pc858` or `windows_1252`.
    pub code_page: String,
    /// It cuts the paper.
    pub cuts: bool,
    /// The pin of its plug that the drawer hangs on, 2 or 5; none where no drawer does.
    pub drawer_pin: Option<u32>,
    /// Each sale prints its receipt by itself.
    pub prints_receipts: bool,
}

/// The printer, and what it has still to print.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrinterView {
    /// None where there is none.
    pub printer: Option<Printer>,
    /// What keeps it from printing, as a code; none where nothing does, or nobody has tried.
    pub trouble: Option<String>,
    /// Oldest first.
    pub queue: Vec<PrintView>,
}

/// A paper that is not printed yet, or may be.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrintView {
    /// Its id.
    pub print_id: String,
    /// `receipt` or `test`.
    pub what: String,
    /// The receipt number, where it is one.
    pub no: Option<String>,
    /// 0 for the first printing.
    pub copy_no: u32,
    /// Since when it is to be printed.
    pub at_ms: i64,
    /// `waits`, `prints`, or `in_doubt`: it was begun and nobody knows how far it came.
    pub state: String,
}

/// Sets the printer up, or takes it away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetPrinter {
    /// None to take it away.
    pub printer: Option<Printer>,
}

/// Prints something.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Print {
    /// Minted by the asker: asked twice, it is printed once.
    pub print_id: String,
    /// The sale or refund whose receipt it is; none for a test page. What was printed before is a copy.
    pub sale_id: Option<String>,
}

/// Says what became of a paper, or what is to become of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettlePrint {
    /// Which.
    pub print_id: String,
    /// `again`: it did not come out. `printed`: it did, or nobody wants it any more.
    pub how: String,
}
