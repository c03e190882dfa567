//! Which printers this till has, and how they are set up.

use minicbor::{Decode, Encode};
use pages::{CodePage, Slip};

use crate::api::printing::Printer;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};

/// The most that an address may be, in bytes.
const MAX_ADDRESS: usize = 200;
/// Bits per second of serial ports.
const BAUDS: [u32; 5] = [9_600, 19_200, 38_400, 57_600, 115_200];

/// One of the two printers of a till.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Which {
    /// For receipts and reports; the drawer hangs on it.
    #[n(0)]
    Receipts,
    /// For labels.
    #[n(1)]
    Labels,
}

impl Which {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Receipts, Self::Labels];

    /// The printer of this code.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        match code {
            "receipts" => Some(Self::Receipts),
            "labels" => Some(Self::Labels),
            _ => None,
        }
    }

    /// The other one.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Receipts => Self::Labels,
            Self::Labels => Self::Receipts,
        }
    }

    /// Name of the local value that keeps how it is set up.
    pub(super) fn kept_as(self) -> &'static str {
        match self {
            Self::Receipts => "printer",
            Self::Labels => "printer.labels",
        }
    }
}

/// How a printer is set up, as it is kept.
#[derive(Encode, Decode)]
pub(super) struct Kept {
    #[n(0)]
    address: String,
    #[n(1)]
    columns: u32,
    #[n(2)]
    code_page: String,
    #[n(3)]
    cuts: bool,
    #[n(4)]
    drawer_pin: Option<u32>,
    #[n(5)]
    prints_receipts: bool,
    #[n(6)]
    baud: Option<u32>,
    /// None in what was kept before there were logos.
    #[n(7)]
    prints_logo: Option<bool>,
}

/// A printer that can be, as it is kept.
pub(super) fn checked(which: Which, printer: Printer) -> Result<Kept, Fault> {
    let address = printer.address.trim().to_owned();
    let is_spelt = |c: char| !c.is_control() && (!c.is_whitespace() || address.starts_with('/'));
    let is_address = !address.is_empty() && address.len() <= MAX_ADDRESS && address.chars().all(is_spelt);
    // An option of the program that hands papers to the print queue would begin with a hyphen.
    let is_queue =
        address.strip_prefix("queue:").is_none_or(|name| !name.is_empty() && !name.starts_with('-'));
    let is_known = matches!(printer.columns, 32 | 42 | 48)
        && CodePage::parse(&printer.code_page).is_some()
        && matches!(printer.drawer_pin, None | Some(2 | 5))
        && printer.baud.is_none_or(|baud| BAUDS.contains(&baud));
    if !is_address || !is_queue || !is_known {
        return Err(Fault::bare("bad_arguments"));
    }
    let is_for_receipts = which == Which::Receipts;
    Ok(Kept {
        address,
        columns: printer.columns,
        code_page: printer.code_page,
        cuts: printer.cuts,
        drawer_pin: printer.drawer_pin.filter(|_| is_for_receipts),
        prints_receipts: printer.prints_receipts && is_for_receipts,
        baud: printer.baud,
        prints_logo: Some(printer.prints_logo && is_for_receipts),
    })
}

/// What a printer is like, for who draws what it is told.
pub(super) fn slip(printer: &Printer) -> Slip {
    Slip {
        columns: printer.columns as usize,
        code_page: CodePage::parse(&printer.code_page).unwrap_or_default(),
        cuts: printer.cuts,
    }
}

impl Counter<'_> {
    pub(crate) fn printer(&self, which: Which) -> Result<Option<Printer>, Stop> {
        let kept = self.book.local(which.kept_as())?.and_then(|bytes| minicbor::decode::<Kept>(&bytes).ok());
        Ok(kept.map(|kept| Printer {
            address: kept.address,
            baud: kept.baud,
            columns: kept.columns,
            code_page: kept.code_page,
            cuts: kept.cuts,
            drawer_pin: kept.drawer_pin,
            prints_receipts: kept.prints_receipts,
            prints_logo: kept.prints_logo.unwrap_or(true),
        }))
    }
}
