//! The printers of this till, and what waits for them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::papers::PaperOf;

/// A printer for receipts or labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Printer {
    /// In the network, by host name or address, and the port where it is not 9100: `192.168.1.40`,
    /// `printer.local:9101`. On a cable, by its device file: `/dev/usb/lp0`. By the system's own print queue:
    /// `queue:Receipts`.
    pub address: String,
    /// Bits per second, where the device file is a serial port: 9600, 19200, 38400, 57600 or 115200.
    #[serde(default)]
    pub baud: Option<u32>,
    /// Characters in a row: 32, 42 or 48.
    pub columns: u32,
    /// The letters that it knows: `pc858` or `windows_1252`.
    pub code_page: String,
    /// It cuts the paper.
    pub cuts: bool,
    /// The pin of its plug that the drawer hangs on, 2 or 5; none where no drawer does.
    pub drawer_pin: Option<u32>,
    /// Each sale prints its receipt by itself.
    pub prints_receipts: bool,
    /// It prints the pharmacy's logo. On a slow cable that takes seconds.
    #[serde(default = "yes")]
    pub prints_logo: bool,
}

fn yes() -> bool {
    true
}

/// Both printers of a till.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrintersView {
    /// For receipts and reports; the drawer hangs on it.
    pub receipts: PrinterView,
    /// For labels.
    pub labels: PrinterView,
}

/// A printer, and what it has still to print.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrinterView {
    /// None where there is none.
    pub printer: Option<Printer>,
    /// What keeps it from printing, as a code; none where nothing does, or nobody has tried.
    pub trouble: Option<String>,
    /// Oldest first, 100 at the most.
    pub queue: Vec<PrintView>,
    /// How many there are in all.
    pub count: u32,
}

/// A paper that is not printed yet, or may be.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrintView {
    /// Its id.
    pub print_id: String,
    /// As [`PaperOf::what`].
    pub what: String,
    /// What it is called by: a receipt number, the number of a Z, a product.
    pub no: Option<String>,
    /// 0 for the first printing.
    pub copy_no: u32,
    /// How often it comes out, at least once.
    pub count: u32,
    /// Since when it is to be printed.
    pub at_ms: i64,
    /// `waits`, `prints`, or `in_doubt`: it was begun and nobody knows how far it came.
    pub state: String,
}

/// Sets a printer up, or takes it away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetPrinter {
    /// `receipts` or `labels`.
    pub which: String,
    /// None to take it away.
    pub printer: Option<Printer>,
}

/// Prints something.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Print {
    /// Minted by the asker: asked twice, it is printed once.
    pub print_id: String,
    /// What. A receipt or Z that was printed before is a copy.
    pub paper: PaperOf,
    /// `receipts` or `labels`.
    pub which: String,
    /// How often, 1 to 99; more than once for labels only.
    pub count: u32,
}

/// Says what became of a paper, or what is to become of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettlePrint {
    /// Which; none for everything that waits at `which`, of which nobody wants anything any more.
    pub print_id: Option<String>,
    /// `receipts` or `labels`: where it waits.
    pub which: String,
    /// `again`: it did not come out. `printed`: it did, or nobody wants it any more. `other`: it is to come out of the
    /// till's other printer.
    pub how: String,
}

/// Names a paper that waits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrintRef {
    /// Its id.
    pub print_id: String,
}

/// A printer that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundPrinter {
    /// As [`Printer::address`].
    pub address: String,
    /// `network`, `device`, `serial` or `queue`.
    pub how: String,
}
