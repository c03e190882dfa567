//! What scanners put around the data: framing, and the identifier of the symbology that they read.

use super::readings::GS;

/// Which kind of code was read, as far as the scanner says (ISO/IEC 15424, AIM symbology identifiers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    /// The scanner does not say.
    Unsaid,
    /// GS1 elements: Data Matrix, GS1-128, QR, DataBar, DotCode with FNC1 in front.
    Gs1,
    /// EAN-13 and what is sent as one: UPC-A, UPC-E, also with an add-on.
    Ean13,
    /// EAN-8.
    Ean8,
    /// Code 39.
    Code39,
    /// Any other that holds what its maker liked.
    Plain,
    /// An identifier with its letter turned round, as Caps Lock does.
    TurnedRound,
    /// None of these.
    Unknown,
}

/// A scan without what surrounds its data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Framed<'a> {
    /// Kind of code.
    pub(super) carrier: Carrier,
    /// The identifier that the scanner sent, if any.
    pub(super) identifier: &'a [u8],
    /// The data.
    pub(super) data: &'a [u8],
    /// A separator was sent before or behind the data, so the scanner does send them.
    pub(super) has_separator: bool,
}

/// Takes off line ends, tabs, other framing bytes, zero-width characters, the identifier and one leading FNC1.
pub(super) fn unframe(scan: &[u8]) -> Framed<'_> {
    let (begun, starts_with_separator) = without_start(scan);
    let (data, ends_with_separator) = without_end(begun);
    let starts_with_separator = starts_with_separator && !data.is_empty();
    let identifier = match data {
        [b']', letter, modifier, ..] if letter.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() => {
            &data[..3]
        }
        _ => &data[..0],
    };
    let carrier = match identifier {
        [] if starts_with_separator => Carrier::Gs1,
        [] => Carrier::Unsaid,
        _ => carrier(identifier),
    };
    let (data, follows_identifier) = without_start(&data[identifier.len()..]);
    let has_separator = starts_with_separator || follows_identifier || ends_with_separator;
    Framed { carrier, identifier, data, has_separator }
}

fn carrier(identifier: &[u8]) -> Carrier {
    match known(identifier) {
        Some(carrier) => carrier,
        None if known(&turned_round(identifier)).is_some() => Carrier::TurnedRound,
        None => Carrier::Unknown,
    }
}

/// The same with capital and small letters changed for each other.
fn turned_round(text: &[u8]) -> Vec<u8> {
    let turn = |byte: &u8| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte };
    text.iter().map(turn).collect()
}

fn known(identifier: &[u8]) -> Option<Carrier> {
    Some(match identifier {
        b"]C1" | b"]d2" | b"]e0" | b"]J1" | b"]Q3" => Carrier::Gs1,
        b"]E0" | b"]E3" => Carrier::Ean13,
        b"]E4" => Carrier::Ean8,
        [b']', b'A', b'0'..=b'7'] => Carrier::Code39,
        b"]C0" | b"]C2" | b"]C4" | b"]d0" | b"]d1" | b"]d4" | b"]F0" | b"]G0" | b"]J0" | b"]X0" | b"]z0" => {
            Carrier::Plain
        }
        [b']', b'I' | b'L' | b'Q', b'0'..=b'2'] => Carrier::Plain,
        _ => return None,
    })
}

/// What is left after the framing, and whether a separator was in it.
fn without_start(mut data: &[u8]) -> (&[u8], bool) {
    let mut has_separator = false;
    loop {
        match data {
            [GS, rest @ ..] => (has_separator, data) = (true, rest),
            [byte, rest @ ..] if is_framing(*byte) => data = rest,
            [a, b, c, rest @ ..] if is_zero_width([*a, *b, *c]) => data = rest,
            _ => return (data, has_separator),
        }
    }
}

fn without_end(mut data: &[u8]) -> (&[u8], bool) {
    let mut has_separator = false;
    loop {
        match data {
            [rest @ .., GS] => (has_separator, data) = (true, rest),
            [rest @ .., byte] if is_framing(*byte) => data = rest,
            [rest @ .., a, b, c] if is_zero_width([*a, *b, *c]) => data = rest,
            _ => return (data, has_separator),
        }
    }
}

fn is_framing(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f
}

fn is_zero_width(bytes: [u8; 3]) -> bool {
    matches!(bytes, [0xe2, 0x80, 0x8b..=0x8f] | [0xef, 0xbb, 0xbf])
}
