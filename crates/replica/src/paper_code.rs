//! The code on a paper: the till's checkpoint over what the paper says, short enough for a QR code and for typing
//! (FORMAT.md, section 6).

use domain::entry::Signature64;

use crate::cbor;
use crate::invitation::SYMBOLS;
use crate::stream::{Scope, StreamHead, StreamId};

const CHECK_BYTES: usize = 5;
/// The most that is looked at, with spaces and line breaks.
const MOST_CHARACTERS: usize = 1_000;

/// What a code is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coded {
    /// A Z.
    Z,
    /// A receipt of a sale or refund.
    Receipt,
}

impl Coded {
    const ALL: [Self; 2] = [Self::Z, Self::Receipt];

    fn prefix(self) -> &'static str {
        match self {
            Self::Z => "PTZ1",
            Self::Receipt => "PTR1",
        }
    }

    fn context(self) -> &'static [u8] {
        match self {
            Self::Z => b"pharmatill z code 1",
            Self::Receipt => b"pharmatill receipt code 1",
        }
    }
}

/// A checkpoint over what a paper says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperCode {
    /// What it is of.
    pub of: Coded,
    /// The head of the till's stream with that as its last record.
    pub head: StreamHead,
    /// The till's signature over that head.
    pub signature: Signature64,
}

impl PaperCode {
    /// As it is printed, without spaces: 248 to 260 digits and capital letters.
    #[must_use]
    pub fn text(&self) -> String {
        let StreamId { device, incarnation, scope } = self.head.stream;
        let mut bytes =
            cbor::encode((device, incarnation, scope, self.head.seq, self.head.hash, self.signature));
        let check = check(self.of, &bytes);
        bytes.extend(check);
        format!("{}{}", self.of.prefix(), to_symbols(&bytes))
    }

    /// Reads what was scanned or typed; `None` where anything in it is damaged.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MOST_CHARACTERS {
            return None;
        }
        let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let kept: String = kept.map(|c| c.to_ascii_uppercase()).collect();
        let of = Coded::ALL.into_iter().find(|of| kept.starts_with(of.prefix()))?;
        let bytes = from_symbols(kept.strip_prefix(of.prefix())?)?;
        let (payload, checked) = bytes.split_last_chunk::<CHECK_BYTES>()?;
        if check(of, payload) != *checked {
            return None;
        }
        let (device, incarnation, scope, seq, hash, signature) = cbor::decode(payload).ok()?;
        let Scope::Branch(_) = scope else { return None };
        let head = StreamHead { stream: StreamId { device, incarnation, scope }, seq, hash };
        Some(Self { of, head, signature })
    }
}

fn check(of: Coded, payload: &[u8]) -> [u8; CHECK_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(of.context()).update(payload);
    let mut check = [0; CHECK_BYTES];
    hasher.finalize_xof().fill(&mut check);
    check
}

fn to_symbols(bytes: &[u8]) -> String {
    let mut symbols = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            symbols.push(symbol(bits >> count));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        symbols.push(symbol(bits << (5 - count)));
    }
    symbols
}

fn symbol(bits: u32) -> char {
    char::from(SYMBOLS[(bits & 31) as usize])
}

fn from_symbols(symbols: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for symbol in symbols.bytes() {
        let value = SYMBOLS.iter().position(|known| *known == symbol)?;
        bits = bits << 5 | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    // What is left over is less than a symbol, and zero.
    (count < 5 && bits == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use domain::entry::Hash32;

    use super::*;
    use crate::sample::{keys, stream};

    fn code(seq: u64) -> PaperCode {
        let head = StreamHead { stream: stream(1), seq, hash: Hash32([0x5a; 32]) };
        PaperCode { of: Coded::Z, head, signature: keys().sign_checkpoint(&head) }
    }

    #[test]
    fn a_code_reads_as_it_was_written() {
        for (seq, length) in [(1, 248), (23, 248), (255, 249), (70_000, 254), (u64::MAX, 260)] {
            let code = code(seq);
            let text = code.text();
            assert_eq!(PaperCode::parse(&text), Some(code), "{seq}");
            assert_eq!(text.len(), length, "{seq}");
            assert!(text.bytes().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()), "{text}");
        }
    }

    #[test]
    fn spaces_breaks_and_small_letters_do_no_harm() {
        let code = code(431);
        let text = code.text().to_lowercase();
        let groups: Vec<&str> =
            text.as_bytes().chunks(5).map(|group| std::str::from_utf8(group).unwrap()).collect();
        assert_eq!(PaperCode::parse(&groups.join(" ")), Some(code));
        assert_eq!(PaperCode::parse(&groups.join("-\r\n")), Some(code));
    }

    #[test]
    fn whatever_is_damaged_is_found() {
        let text = code(431).text();
        for place in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[place] = if other[place] == b'7' { b'8' } else { b'7' };
            assert_eq!(PaperCode::parse(std::str::from_utf8(&other).unwrap()), None, "{place}");
            let mut swapped = text.clone().into_bytes();
            if place > 0 && swapped[place] != swapped[place - 1] {
                swapped.swap(place, place - 1);
                assert_eq!(PaperCode::parse(std::str::from_utf8(&swapped).unwrap()), None, "{place}");
            }
            assert_eq!(PaperCode::parse(&text[..place]), None, "{place}");
        }
        for other in ["", "PTZ1", "PTZ12", "hello", "é", &format!("{text}2"), &"7".repeat(2_000)] {
            assert_eq!(PaperCode::parse(other), None, "{other}");
        }
        // The right check over something else than a checkpoint.
        let sealed = |payload: &[u8]| {
            let mut bytes = payload.to_vec();
            bytes.extend(check(Coded::Z, payload));
            format!("PTZ1{}", to_symbols(&bytes))
        };
        assert_eq!(PaperCode::parse(&sealed(&[0x80])), None);
        assert_eq!(PaperCode::parse(&sealed(b"")), None);
    }
}
