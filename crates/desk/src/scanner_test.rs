//! The scanner tried with the codes of its test sheet.

use domain::scan::Layout;
use domain::scan::self_test::{TestCode, Verdict, judge};

use crate::api::stock::{ScannerVerdict, TryScanner};
use crate::fault::Fault;
use crate::open::Desk;
use crate::scan::check_scan;

impl Desk {
    /// Says what is wrong with a scanner, by what arrived of a code that is known.
    ///
    /// # Errors
    /// `bad_arguments` for a code that is on no sheet, `text_too_long`.
    pub fn try_scanner(&self, tried: TryScanner) -> Result<ScannerVerdict, Fault> {
        check_scan(&tried.read)?;
        let code = TestCode::ALL.into_iter().find(|code| code_name(*code) == tried.code);
        let code = code.ok_or_else(|| Fault::bare("bad_arguments"))?;
        let nothing = |verdict: &str| ScannerVerdict {
            verdict: verdict.to_owned(),
            scanner: None,
            till: None,
            other: None,
        };
        Ok(match judge(code, tried.read.as_bytes()) {
            Verdict::Good => nothing("good"),
            Verdict::PrefixMissing => nothing("prefix_missing"),
            Verdict::KeyboardLanguage { scanner, till } => ScannerVerdict {
                scanner: Some(language(scanner).to_owned()),
                till: Some(language(till).to_owned()),
                ..nothing("keyboard_language")
            },
            Verdict::CapsLock => nothing("caps_lock"),
            Verdict::SeparatorDropped => nothing("separator_dropped"),
            Verdict::ForeignPrefix => nothing("foreign_prefix"),
            Verdict::Suffix => nothing("suffix"),
            Verdict::Cut => nothing("cut"),
            Verdict::OtherCode(other) => {
                ScannerVerdict { other: Some(code_name(other).to_owned()), ..nothing("other_code") }
            }
            Verdict::Unknown => nothing("unknown"),
        })
    }
}

fn code_name(code: TestCode) -> &'static str {
    match code {
        TestCode::Ean13 => "ean_13",
        TestCode::Code128 => "code_128",
        TestCode::Gs1DataMatrix => "gs1_data_matrix",
        TestCode::Qr => "qr",
    }
}

/// BCP 47 tag of the language of a keyboard.
fn language(layout: Layout) -> &'static str {
    match layout {
        Layout::UnitedStates => "en-US",
        Layout::German => "de",
        Layout::French => "fr",
        Layout::Italian => "it",
        Layout::Spanish => "es",
        Layout::Swiss => "de-CH",
        Layout::Belgian => "fr-BE",
    }
}
