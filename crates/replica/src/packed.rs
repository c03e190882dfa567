//! Messages on the wire are zstd frames that state their size, so that nobody unpacks what is too large,
//! without the magic number that every frame begins with.
//!
//! A single sale is too short to compress by itself. Both sides therefore begin with a dictionary: sales as
//! tills write them, and the ids that both know of their session.

use domain::entry::Incarnation;
use domain::id::{BranchId, DeviceId, PlaceId};
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use crate::session::DataIncarnation;

/// The most bytes of a packed message.
pub const MAX_PACKED_BYTES: usize = 16 << 20;
/// The most bytes of a message.
pub const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// Messages of sales without what is random in them. Another one would be another protocol.
const SALES: &[u8] = include_bytes!("packed.dictionary");

/// What every frame of zstd begins with.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Up to this many bytes it is worth looking for more, and for what the dictionary has. Above, a message is its
/// own dictionary, and zstd packs it better by half without one: with one it chooses as for a small message.
const SMALL_BYTES: usize = 64 << 10;
/// zstd's levels for small messages and others.
const LEVELS: (i32, i32) = (9, 5);

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

/// Packs and unpacks the messages of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packing {
    dictionary: Vec<u8>,
}

impl Packing {
    /// For the session of a device with a server that holds these data.
    #[must_use]
    pub fn new(data: DataIncarnation, branch: BranchId, device: DeviceId, incarnation: Incarnation) -> Self {
        let shelf = PlaceId::shelf_of(branch);
        // As they stand in a cursor, a posting and the beginning of a run.
        let parts: [&[u8]; 11] = [
            SALES,
            &[0x82, 0x48],
            &data.0,
            &[0x84, 0x18, 51, 0x50],
            shelf.as_bytes(),
            &[0x83, 0x83, 0x85, 0x50],
            device.as_bytes(),
            &[0x48],
            &incarnation.0,
            &[0x82, 0x01, 0x50],
            branch.as_bytes(),
        ];
        Self { dictionary: parts.concat() }
    }

    /// Packs a message.
    ///
    /// # Errors
    /// `TooLarge`, or `Failed` without memory.
    pub fn pack(&self, message: &[u8]) -> Result<Vec<u8>, PackError> {
        if message.len() > MAX_MESSAGE_BYTES {
            return Err(PackError::TooLarge);
        }
        let compressor = if message.len() <= SMALL_BYTES {
            Compressor::with_dictionary(LEVELS.0, &self.dictionary)
        } else {
            Compressor::new(LEVELS.1)
        };
        let frame = compressor.and_then(|mut compressor| compressor.compress(message));
        let frame = frame.map_err(|_| PackError::Failed)?;
        frame.strip_prefix(&MAGIC).map(<[u8]>::to_vec).ok_or(PackError::Failed)
    }

    /// Unpacks a message; never more bytes than it said it has.
    ///
    /// # Errors
    /// `TooLarge` or `NotPacked`.
    pub fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>, PackError> {
        let said = unpacked_len(packed)?;
        let decompressor = Decompressor::with_dictionary(&self.dictionary);
        let message = decompressor.and_then(|mut decompressor| decompressor.decompress(&frame(packed), said));
        message.ok().filter(|message| message.len() == said).ok_or(PackError::NotPacked)
    }
}

/// How large a packed message says it will be. Nothing is unpacked for it.
///
/// # Errors
/// `TooLarge` or `NotPacked`.
pub fn unpacked_len(packed: &[u8]) -> Result<usize, PackError> {
    if packed.len() > MAX_PACKED_BYTES {
        return Err(PackError::TooLarge);
    }
    // No head of a frame is longer.
    let head = frame(&packed[..packed.len().min(18)]);
    let said = get_frame_content_size(&head).ok().flatten().ok_or(PackError::NotPacked)?;
    let said = usize::try_from(said).map_err(|_| PackError::TooLarge)?;
    if said > MAX_MESSAGE_BYTES { Err(PackError::TooLarge) } else { Ok(said) }
}

fn frame(packed: &[u8]) -> Vec<u8> {
    [&MAGIC, packed].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn packing() -> Packing {
        let (branch, device) = (BranchId(Uuid::from_u128(2)), DeviceId(Uuid::from_u128(3)));
        Packing::new(DataIncarnation([1; 8]), branch, device, Incarnation([4; 8]))
    }

    #[track_caller]
    fn check(packed: &[u8], expected: PackError) {
        assert_eq!(packing().unpack(packed), Err(expected));
    }

    /// Whoever changes what both sides begin with changes the protocol.
    #[test]
    fn the_dictionary_stays_as_it_is() {
        let hash = crate::record::hash(SALES);
        assert_eq!(format!("{hash:?}"), "db68aa2ffdee201d20f38cb9d657bd9511e739348e841064064e672a6980b6e9");
        let ends = crate::record::hash(&packing().dictionary[SALES.len()..]);
        assert_eq!(format!("{ends:?}"), "7ae484d1cd5838b66c646455a3ad5a59cc8bbaadb1bea09f405f384c0fce21f1");
    }

    #[test]
    fn what_is_too_large_is_not_unpacked() {
        assert_eq!(packing().pack(&vec![0; MAX_MESSAGE_BYTES + 1]), Err(PackError::TooLarge));
        let most = packing().pack(&vec![0; MAX_MESSAGE_BYTES]).unwrap();
        assert_eq!(packing().unpack(&most).map(|message| message.len()), Ok(MAX_MESSAGE_BYTES));
        check(&vec![0; MAX_PACKED_BYTES + 1], PackError::TooLarge);
        let bomb = Compressor::new(3).unwrap().compress(&vec![0; MAX_MESSAGE_BYTES + 1]).unwrap();
        check(&bomb[4..], PackError::TooLarge);
    }

    #[test]
    fn what_says_another_size_than_it_has_is_refused() {
        let packed = packing().pack(&[7; 300]).unwrap();
        check(&[packed.clone(), packed.clone()].concat(), PackError::NotPacked);
        check(&packed[..packed.len() - 1], PackError::NotPacked);
        let unsaid = zstd::stream::encode_all(&[7; 300][..], 3).unwrap();
        check(&unsaid[4..], PackError::NotPacked);
        check(b"", PackError::NotPacked);
        // The size stands behind the frame's descriptor, less 256 in two bytes.
        let mut lies = packed;
        assert_eq!(lies[1..3], [44, 0]);
        lies[1] = 43;
        check(&lies, PackError::NotPacked);
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(message in prop::collection::vec(0..4_u8, 0..3_000)) {
            prop_assert_eq!(packing().unpack(&packing().pack(&message).unwrap()), Ok(message));
        }

        #[test]
        fn bytes_from_outside_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = packing().unpack(&bytes);
        }
    }
}
