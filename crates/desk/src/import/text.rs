//! From the bytes of a file to its text.

use std::borrow::Cow;
use std::io::{ErrorKind, Read};

use super::{ImportRefusal, MAX_FILE_BYTES};

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Unpacks a `.zst` file and decodes UTF-8 (with or without a byte order mark) or CP1252.
pub(super) fn decode<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, ImportRefusal> {
    let unpacked = unpack(name, bytes)?;
    let decoded = match unpacked {
        Cow::Borrowed(bytes) => decode_text(name, bytes)?,
        Cow::Owned(bytes) => Cow::Owned(decode_text(name, &bytes)?.into_owned()),
    };
    if decoded.trim().is_empty() {
        return Err(ImportRefusal::Empty(name.to_owned()));
    }
    Ok(decoded)
}

fn unpack<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, ImportRefusal> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ImportRefusal::FileTooLarge(name.to_owned()));
    }
    if !bytes.starts_with(&ZSTD_MAGIC) {
        return Ok(Cow::Borrowed(bytes));
    }
    let refusal = |error: std::io::Error| match error.kind() {
        ErrorKind::UnexpectedEof => ImportRefusal::Truncated(name.to_owned()),
        _ => ImportRefusal::Binary(name.to_owned()),
    };
    let mut unpacked = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(bytes).map_err(refusal)?;
    // A few packed bytes can unpack to gigabytes.
    decoder.take(MAX_FILE_BYTES + 1).read_to_end(&mut unpacked).map_err(refusal)?;
    if unpacked.len() as u64 > MAX_FILE_BYTES {
        return Err(ImportRefusal::FileTooLarge(name.to_owned()));
    }
    Ok(Cow::Owned(unpacked))
}

fn decode_text<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, ImportRefusal> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if memchr::memchr(0, bytes).is_some() {
        return Err(ImportRefusal::Binary(name.to_owned()));
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    // Letters of CP1252 hardly ever form valid UTF-8, so a file that was UTF-8 up to here is damaged or cut,
    // and reading it as CP1252 would garble every accent before.
    if !bytes[..error.valid_up_to()].is_ascii() {
        return Err(match error.error_len() {
            None => ImportRefusal::Truncated(name.to_owned()),
            Some(_) => ImportRefusal::Encoding(name.to_owned()),
        });
    }
    // These five bytes stand for nothing in CP1252.
    if bytes.iter().any(|byte| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) {
        return Err(ImportRefusal::Binary(name.to_owned()));
    }
    Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let decoded = decode("file", bytes);
        assert_eq!(decoded.as_deref().map_err(|refusal| refusal.code()), expected.map_err(str::to_owned));
    }

    #[test]
    fn encodings() {
        check(b"comprim\xe9\tl\x92an\r\n", Ok("comprimé\tl’an\r\n"));
        check("comprimé\n".as_bytes(), Ok("comprimé\n"));
        check(b"\xef\xbb\xbfcode\n", Ok("code\n"));
        check(b"", Err("file_empty"));
        check(b"\xef\xbb\xbf \r\n", Err("file_empty"));
        check(b"PK\x03\x04\x00\x00", Err("file_binary"));
        check(b"\xff\xfec\x00o\x00", Err("file_binary"));
        check(b"\x89\x81\x90", Err("file_binary"));
        check(b"comprim\xc3\xa9 30 comprim\xc3", Err("file_truncated"));
        check(b"comprim\xc3\xa9 30 comprim\xe9 a", Err("file_encoding"));
    }

    #[test]
    fn packed_files() {
        let packed = zstd::encode_all("comprimé\n".repeat(100).as_bytes(), 3).unwrap();
        check(&packed, Ok(&"comprimé\n".repeat(100)));
        check(&packed[..packed.len() - 3], Err("file_truncated"));
        let mut damaged = packed.clone();
        damaged[5] ^= 0xff;
        assert!(decode("file", &damaged).is_err());
        let bomb = zstd::encode_all(std::io::repeat(b'a').take(MAX_FILE_BYTES + 1), 3).unwrap();
        assert!(bomb.len() < 100_000);
        check(&bomb, Err("file_too_large"));
    }
}
