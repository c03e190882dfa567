//! Messages on the wire are zstd frames that state their size, so that nobody unpacks what is too large.

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

/// The most bytes of a packed message.
pub const MAX_PACKED_BYTES: usize = 16 << 20;
/// The most bytes of a message.
pub const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// Where zstd's gain for the time it takes is best on records.
const LEVEL: i32 = 3;

/// Why bytes are not packed or unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// Above a limit, packed or unpacked.
    #[error("too large")]
    TooLarge,
    /// Not one zstd frame that states its size.
    #[error("not a packed message")]
    NotPacked,
    /// There is no memory to pack with.
    #[error("packing failed")]
    Failed,
}

/// Packs a message.
///
/// # Errors
/// `TooLarge`, or `Failed` without memory.
pub fn pack(message: &[u8]) -> Result<Vec<u8>, PackError> {
    if message.len() > MAX_MESSAGE_BYTES {
        return Err(PackError::TooLarge);
    }
    let mut compressor = Compressor::new(LEVEL).map_err(|_| PackError::Failed)?;
    compressor.compress(message).map_err(|_| PackError::Failed)
}

/// How large a packed message says it will be. Nothing is unpacked for it.
///
/// # Errors
/// `TooLarge` or `NotPacked`.
pub fn unpacked_len(packed: &[u8]) -> Result<usize, PackError> {
    if packed.len() > MAX_PACKED_BYTES {
        return Err(PackError::TooLarge);
    }
    let said = get_frame_content_size(packed).ok().flatten().ok_or(PackError::NotPacked)?;
    let said = usize::try_from(said).map_err(|_| PackError::TooLarge)?;
    if said > MAX_MESSAGE_BYTES { Err(PackError::TooLarge) } else { Ok(said) }
}

/// Unpacks a message; never more bytes than it said it has.
///
/// # Errors
/// `TooLarge` or `NotPacked`.
pub fn unpack(packed: &[u8]) -> Result<Vec<u8>, PackError> {
    let said = unpacked_len(packed)?;
    let mut decompressor = Decompressor::new().map_err(|_| PackError::NotPacked)?;
    let message = decompressor.decompress(packed, said).map_err(|_| PackError::NotPacked)?;
    if message.len() == said { Ok(message) } else { Err(PackError::NotPacked) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(packed: &[u8], expected: PackError) {
        assert_eq!(unpack(packed), Err(expected));
    }

    #[test]
    fn what_is_too_large_is_not_unpacked() {
        assert_eq!(pack(&vec![0; MAX_MESSAGE_BYTES + 1]), Err(PackError::TooLarge));
        let most = pack(&vec![0; MAX_MESSAGE_BYTES]).unwrap();
        assert_eq!(unpack(&most).map(|message| message.len()), Ok(MAX_MESSAGE_BYTES));
        check(&vec![0; MAX_PACKED_BYTES + 1], PackError::TooLarge);
        let bomb = Compressor::new(LEVEL).unwrap().compress(&vec![0; MAX_MESSAGE_BYTES + 1]).unwrap();
        check(&bomb, PackError::TooLarge);
    }

    #[test]
    fn what_says_another_size_than_it_has_is_refused() {
        let packed = pack(&[7; 300]).unwrap();
        check(&[packed.clone(), packed.clone()].concat(), PackError::NotPacked);
        check(&packed[..packed.len() - 1], PackError::NotPacked);
        let unsaid = zstd::stream::encode_all(&[7; 300][..], LEVEL).unwrap();
        check(&unsaid, PackError::NotPacked);
        check(b"", PackError::NotPacked);
        // The size stands behind the magic number and the frame's descriptor, less 256 in two bytes.
        let mut lies = packed;
        assert_eq!(lies[5..7], [44, 0]);
        lies[5] = 43;
        check(&lies, PackError::NotPacked);
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(message in prop::collection::vec(0..4_u8, 0..3_000)) {
            prop_assert_eq!(unpack(&pack(&message).unwrap()), Ok(message));
        }

        #[test]
        fn bytes_from_outside_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(&bytes);
            let _ = unpack(&[&[0x28, 0xb5, 0x2f, 0xfd][..], &bytes].concat());
        }
    }
}
