//! Strict deterministic CBOR (FORMAT.md, section 1), checked over the bytes as they came.
//!
//! `minicbor` reads leniently: it skips what it does not know and takes any length form. So bytes from
//! outside go through [`check_deterministic`] first, and only then to a decoder.

/// How deep items may be nested.
pub const MAX_DEPTH: usize = 16;

/// Bytes that are not what FORMAT.md says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed at byte {at}: {fault}")]
pub struct Malformed {
    /// Offset of the item that is at fault.
    pub at: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with malformed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Fault {
    /// The bytes end inside an item.
    #[error("the bytes end too early")]
    TooShort,
    /// Something follows the item.
    #[error("bytes follow the end")]
    Trailing,
    /// An integer or length is not in its shortest form.
    #[error("not in its shortest form")]
    NotShortest,
    /// An indefinite length.
    #[error("indefinite length")]
    Indefinite,
    /// A negative integer below -2^63.
    #[error("an integer out of range")]
    OutOfRange,
    /// A float, a tag, or a simple value other than false, true and null.
    #[error("a kind of value that is not used")]
    NotUsed,
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    NotUtf8,
    /// A map key that is no unsigned integer.
    #[error("a map key that is no unsigned integer")]
    KeyType,
    /// Map keys that do not ascend.
    #[error("map keys that do not ascend")]
    KeyOrder,
    /// Nested more than [`MAX_DEPTH`] deep.
    #[error("nested too deep")]
    TooDeep,
    /// Above a limit of FORMAT.md.
    #[error("too large")]
    TooLarge,
    /// Sound CBOR, but not what has to stand here.
    #[error("not what has to stand here")]
    Shape,
}

impl Malformed {
    /// Sound CBOR of another shape than the one asked for.
    #[must_use]
    pub fn shape(at: usize) -> Self {
        Self { at, fault: Fault::Shape }
    }
}

impl From<minicbor::decode::Error> for Malformed {
    fn from(error: minicbor::decode::Error) -> Self {
        Self::shape(error.position().unwrap_or(0))
    }
}

/// Checks that the bytes are one item of deterministic CBOR and nothing after it.
///
/// # Errors
/// Names the first byte at fault.
pub fn check_deterministic(bytes: &[u8]) -> Result<(), Malformed> {
    let mut scan = Scan { bytes, at: 0 };
    scan.item(0)?;
    if scan.at == bytes.len() { Ok(()) } else { Err(Malformed { at: scan.at, fault: Fault::Trailing }) }
}

/// The outermost map as (key, bytes of the value), ascending by key.
///
/// # Errors
/// When the bytes are not deterministic CBOR, or no map.
pub fn fields(body: &[u8]) -> Result<Vec<(u64, &[u8])>, Malformed> {
    check_deterministic(body)?;
    let mut scan = Scan { bytes: body, at: 0 };
    let (5, count) = scan.head()? else { return Err(Malformed::shape(0)) };
    let mut fields = Vec::new();
    for _ in 0..count {
        let (_, key) = scan.head()?;
        let from = scan.at;
        scan.item(1)?;
        fields.push((key, &body[from..scan.at]));
    }
    Ok(fields)
}

/// Decodes one item after having checked that the bytes are deterministic.
///
/// # Errors
/// When the bytes are not deterministic CBOR or not such a value.
pub fn decode<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Malformed> {
    check_deterministic(bytes)?;
    Ok(minicbor::decode(bytes)?)
}

/// Encodes to memory, which does not fail.
pub(crate) fn encode<T: minicbor::Encode<()>>(value: T) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = minicbor::encode(value, &mut bytes);
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    bytes
}

struct Scan<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Scan<'b> {
    fn take(&mut self, len: u64) -> Result<&'b [u8], Malformed> {
        let end = usize::try_from(len).ok().and_then(|len| self.at.checked_add(len));
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or(Malformed { at: self.at, fault: Fault::TooShort })?;
        self.at += taken.len();
        Ok(taken)
    }

    /// Major type and argument of the next item, in shortest form.
    fn head(&mut self) -> Result<(u8, u64), Malformed> {
        let at = self.at;
        let fail = |fault| Err(Malformed { at, fault });
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 31);
        if major == 6 {
            return fail(Fault::NotUsed);
        }
        if major == 7 {
            return if matches!(info, 20..=22) { Ok((7, u64::from(info))) } else { fail(Fault::NotUsed) };
        }
        let (width, least) = match info {
            0..=23 => return Ok((major, u64::from(info))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            31 => return fail(Fault::Indefinite),
            _ => return fail(Fault::NotUsed),
        };
        let value = self.take(width)?.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        if value < least {
            return fail(Fault::NotShortest);
        }
        Ok((major, value))
    }

    fn item(&mut self, depth: usize) -> Result<(), Malformed> {
        let at = self.at;
        if depth > MAX_DEPTH {
            return Err(Malformed { at, fault: Fault::TooDeep });
        }
        let (major, value) = self.head()?;
        match major {
            1 if value > i64::MAX.unsigned_abs() => Err(Malformed { at, fault: Fault::OutOfRange }),
            2 => self.take(value).map(drop),
            3 => match std::str::from_utf8(self.take(value)?) {
                Ok(_) => Ok(()),
                Err(_) => Err(Malformed { at, fault: Fault::NotUtf8 }),
            },
            4 => (0..value).try_for_each(|_| self.item(depth + 1)),
            5 => self.map(value, depth),
            _ => Ok(()),
        }
    }

    fn map(&mut self, count: u64, depth: usize) -> Result<(), Malformed> {
        let mut last = None;
        for _ in 0..count {
            let at = self.at;
            let (major, key) = self.head()?;
            if major != 0 {
                return Err(Malformed { at, fault: Fault::KeyType });
            }
            if last.is_some_and(|last| key <= last) {
                return Err(Malformed { at, fault: Fault::KeyOrder });
            }
            last = Some(key);
            self.item(depth + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<(), (usize, Fault)>) {
        let found = check_deterministic(bytes).map_err(|error| (error.at, error.fault));
        assert_eq!(found, expected, "{bytes:02x?}");
    }

    #[test]
    fn what_is_taken_and_what_is_not() {
        check(&[0x00], Ok(()));
        check(&[0x18, 24], Ok(()));
        check(&[0x3b, 0x7f, 255, 255, 255, 255, 255, 255, 255], Ok(()));
        check(&[0xa2, 0x00, 0xf6, 0x01, 0x82, 0xf4, 0xf5], Ok(()));
        check(&[0x62, 0xc3, 0xa9], Ok(()));
        check(&[], Err((0, Fault::TooShort)));
        check(&[0x42, 1], Err((1, Fault::TooShort)));
        check(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255], Err((9, Fault::TooShort)));
        check(&[0x00, 0x00], Err((1, Fault::Trailing)));
        check(&[0x18, 23], Err((0, Fault::NotShortest)));
        check(&[0x19, 0, 255], Err((0, Fault::NotShortest)));
        check(&[0x1a, 0, 0, 255, 255], Err((0, Fault::NotShortest)));
        check(&[0x58, 1, 7], Err((0, Fault::NotShortest)));
        check(&[0x9f, 0xff], Err((0, Fault::Indefinite)));
        check(&[0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0], Err((0, Fault::OutOfRange)));
        check(&[0xf9, 0, 0], Err((0, Fault::NotUsed)));
        check(&[0xc0, 0x00], Err((0, Fault::NotUsed)));
        check(&[0xf7], Err((0, Fault::NotUsed)));
        check(&[0x1c], Err((0, Fault::NotUsed)));
        check(&[0x61, 0xff], Err((0, Fault::NotUtf8)));
        check(&[0xa1, 0x20, 0x00], Err((1, Fault::KeyType)));
        check(&[0xa2, 0x01, 0x00, 0x01, 0x00], Err((3, Fault::KeyOrder)));
        check(&[0xa2, 0x01, 0x00, 0x00, 0x00], Err((3, Fault::KeyOrder)));
        check(&[[0x81; 16].as_slice(), &[0x00]].concat(), Ok(()));
        check(&[[0x81; 17].as_slice(), &[0x00]].concat(), Err((17, Fault::TooDeep)));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = fields(&bytes);
        }
    }
}
