//! What a scanner does to codes that are known, and so what is wrong with how it is set up.

use super::Layout;
use super::carrier::turned_round;
use super::elements::plain_separators;
use super::keyboard::typed;
use super::readings::GS;

/// A code of the test sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestCode {
    /// EAN-13.
    Ean13,
    /// Code 128 with a text.
    Code128,
    /// GS1 Data Matrix with a separator.
    Gs1DataMatrix,
    /// QR code with a text.
    Qr,
}

impl TestCode {
    /// All, in the order of the sheet.
    pub const ALL: [Self; 4] = [Self::Ean13, Self::Code128, Self::Gs1DataMatrix, Self::Qr];

    /// What the code holds. The number is of the GS1 range for use inside a company, which no product on sale has
    /// (GS1 General Specifications, 2.1.11.1). The lot has capitals and small letters, and signs that stand on other
    /// keys in other languages; a separator stands behind it.
    #[must_use]
    pub fn content(self) -> &'static [u8] {
        match self {
            Self::Ean13 => b"2912345678906",
            Self::Code128 | Self::Qr => b"PHARMATILL-128",
            Self::Gs1DataMatrix => b"01029123456789061728123110aZy-7/M;\x1d21SN0001",
        }
    }

    /// Symbology identifiers that a scanner may put before it.
    fn identifiers(self) -> &'static [&'static str] {
        match self {
            Self::Ean13 => &["]E0"],
            Self::Code128 => &["]C0"],
            Self::Gs1DataMatrix => &["]d2"],
            Self::Qr => &["]Q1", "]Q0"],
        }
    }
}

/// What a scan of a test code shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is wrong.
    Good,
    /// Everything is read, but the scanner does not say which kind of code it was. Advice: switch on its AIM
    /// identifiers, with which more codes are certain.
    PrefixMissing,
    /// The scanner presses the keys of one language and the till reads them as another's.
    KeyboardLanguage {
        /// Language that the scanner is set to.
        scanner: Layout,
        /// Language that the till is set to.
        till: Layout,
    },
    /// Capital and small letters are changed for each other.
    CapsLock,
    /// The separator between elements does not arrive, so that lots cannot be told from what follows them.
    SeparatorDropped,
    /// The scanner puts something before the code that is not the identifier of its kind.
    ForeignPrefix,
    /// The scanner puts something behind the code.
    Suffix,
    /// A part of the code is missing.
    Cut,
    /// Another code of the sheet was scanned.
    OtherCode(TestCode),
    /// Something was scanned that is on no sheet.
    Unknown,
}

/// Tells what is wrong with a scanner from what arrives when it reads a code of the sheet.
///
/// Of more than one thing the one is told that must be put right first: the language, then Caps Lock, then the
/// separator.
#[must_use]
pub fn judge(code: TestCode, read: &[u8]) -> Verdict {
    let read = arrived(read);
    let verdict = shown(code, &read);
    if verdict != Verdict::Unknown {
        return verdict;
    }
    let other = TestCode::ALL.into_iter().find(|other| *other != code && is_whole(shown(*other, &read)));
    other.map_or(Verdict::Unknown, Verdict::OtherCode)
}

fn is_whole(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Unknown | Verdict::Cut | Verdict::OtherCode(_))
}

/// What arrived without line ends, and with one sign for the separator.
fn arrived(read: &[u8]) -> String {
    let read = plain_separators(read);
    let is_end = |c: char| c.is_whitespace() || (c.is_control() && c != char::from(GS)) || c == '\u{feff}';
    String::from_utf8_lossy(&read).trim_matches(is_end).trim_matches(char::from(GS)).to_owned()
}

fn shown(code: TestCode, read: &str) -> Verdict {
    let content = String::from_utf8_lossy(code.content());
    let wholes = || {
        let with = code.identifiers().iter().map(|identifier| format!("{identifier}{content}"));
        with.chain([content.to_string()])
    };
    let identifier = code.identifiers().iter().find(|identifier| read.starts_with(**identifier));
    let body = identifier.map_or(read, |identifier| &read[identifier.len()..]);
    let body = body.trim_start_matches(char::from(GS));
    let joined = content.replace(char::from(GS), "");
    if body == content {
        return if identifier.is_some() { Verdict::Good } else { Verdict::PrefixMissing };
    }
    if body == joined {
        return Verdict::SeparatorDropped;
    }
    let without = |text: &str| text.replace(char::from(GS), "");
    let bare = without(read);
    for scanner in Layout::ALL {
        for till in Layout::ALL {
            let is_typed = |whole: &String| {
                let typed = typed(&without(whole), scanner, till);
                typed != without(whole) && (typed == bare || swapped(&typed) == bare)
            };
            if scanner != till && wholes().any(|whole| is_typed(&whole)) {
                return Verdict::KeyboardLanguage { scanner, till };
            }
        }
    }
    if wholes().any(|whole| swapped(&without(&whole)) == bare) {
        return Verdict::CapsLock;
    }
    for content in [content.as_ref(), joined.as_str()] {
        if let Some((before, after)) = body.split_once(content) {
            return if after.is_empty() && !before.is_empty() {
                Verdict::ForeignPrefix
            } else {
                Verdict::Suffix
            };
        }
    }
    let is_part = body.len() >= content.len() / 2 && (content.starts_with(body) || content.ends_with(body));
    if is_part { Verdict::Cut } else { Verdict::Unknown }
}

fn swapped(text: &str) -> String {
    String::from_utf8_lossy(&turned_round(text.as_bytes())).into_owned()
}
