//! What a scanner does to codes that are known, and so what is wrong with how it is set up.

use super::Layout;
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
    let others = || TestCode::ALL.into_iter().filter(|other| *other != code);
    let other = || others().find(|other| whole(*other, &read).is_some()).map(Verdict::OtherCode);
    whole(code, &read).or_else(other).or_else(|| partly(code, &read)).unwrap_or(Verdict::Unknown)
}

/// What arrived without line ends, and with one sign for the separator.
fn arrived(read: &[u8]) -> String {
    let read = plain_separators(read);
    let is_end = |c: char| c.is_whitespace() || (c.is_control() && c != char::from(GS)) || c == '\u{feff}';
    String::from_utf8_lossy(&read).trim_matches(is_end).trim_matches(char::from(GS)).to_owned()
}

/// What a scan shows that has all of the code in it and nothing else.
fn whole(code: TestCode, read: &str) -> Option<Verdict> {
    let content = String::from_utf8_lossy(code.content());
    let (identifier, body) = split(code, read);
    if body == content {
        return Some(if identifier.is_some() { Verdict::Good } else { Verdict::PrefixMissing });
    }
    let bare = without_separator(read);
    let content = without_separator(&content);
    if body == content {
        return Some(Verdict::SeparatorDropped);
    }
    // No key makes two signs.
    if bare.chars().count() > content.len() + 3 {
        return None;
    }
    let identifiers = code.identifiers().iter().chain(&[""]);
    let wholes: Vec<String> = identifiers.map(|identifier| format!("{identifier}{content}")).collect();
    for scanner in Layout::ALL {
        for till in Layout::ALL {
            let is_typed = |whole: &String| {
                let typed = || typed(whole, scanner, till);
                let is_read = typed().eq(bare.chars()) || typed().map(turned).eq(bare.chars());
                is_read && !typed().eq(whole.chars())
            };
            if scanner != till && wholes.iter().any(is_typed) {
                return Some(Verdict::KeyboardLanguage { scanner, till });
            }
        }
    }
    wholes.iter().any(|whole| whole.chars().map(turned).eq(bare.chars())).then_some(Verdict::CapsLock)
}

/// What a scan shows that has more than the code in it, or less.
fn partly(code: TestCode, read: &str) -> Option<Verdict> {
    let content = String::from_utf8_lossy(code.content());
    let (_, body) = split(code, read);
    for content in [content.as_ref(), &without_separator(&content)] {
        if let Some((before, after)) = body.split_once(content) {
            let is_before = after.is_empty() && !before.is_empty();
            return Some(if is_before { Verdict::ForeignPrefix } else { Verdict::Suffix });
        }
    }
    let is_part = body.len() >= content.len() / 2 && (content.starts_with(body) || content.ends_with(body));
    is_part.then_some(Verdict::Cut)
}

/// The identifier that the scanner put before the code, and the rest.
fn split(code: TestCode, read: &str) -> (Option<&'static str>, &str) {
    let found = code.identifiers().iter().find_map(|known| Some((*known, read.strip_prefix(*known)?)));
    let (identifier, body) = found.map_or((None, read), |(identifier, body)| (Some(identifier), body));
    (identifier, body.trim_start_matches(char::from(GS)))
}

fn without_separator(text: &str) -> String {
    text.replace(char::from(GS), "")
}

/// A letter as Caps Lock makes it.
fn turned(letter: char) -> char {
    if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() }
}
