//! A record: a header that chains, a body that stays as it was written, and sealed parts beside it.

use domain::entry::{Hash32, Incarnation};
use domain::id::DeviceId;
use domain::time::{Hlc, Now};
use minicbor::{Decoder, Encoder};

use crate::cbor::{self, Fault, Malformed};
use crate::sealed::SealedPart;
use crate::stream::{Scope, StreamHead, StreamId};

/// The format that this version writes and reads.
pub const FORMAT: u8 = 1;
/// Header and body of a record together, in bytes.
pub const MAX_RECORD_BYTES: usize = 262_144;
/// Sealed parts of a record.
pub const MAX_SEALED_PARTS: usize = 1_024;
/// The highest number of a record, and the highest hybrid clock: what a file can count to.
pub const MAX_NUMBER: u64 = i64::MAX.unsigned_abs();
/// The offset from UTC, in minutes, on either side.
pub const MAX_UTC_OFFSET_MIN: i32 = 1_440;

/// The header of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The stream that it stands in.
    pub stream: StreamId,
    /// Its number there, from 1.
    pub seq: u64,
    /// Hash of the record before; 32 zero bytes in record 1.
    pub previous: Hash32,
    /// Number of the kind.
    pub kind: u16,
    /// Version of this kind's body, from 1.
    pub version: u16,
    /// When, by the device's clock.
    pub recorded_at: Now,
    /// Hybrid logical clock.
    pub hlc: Hlc,
    /// Hash of the body.
    pub body_hash: Hash32,
    /// Hashes of the sealed parts.
    pub sealed: Vec<Hash32>,
}

/// A record as it was written. A part that was erased is `None`; its hash stays in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The header as it was written.
    pub header_bytes: Vec<u8>,
    /// The same, read.
    pub header: Header,
    /// The body as it was written.
    pub body: Vec<u8>,
    /// The sealed parts, in the order of the header's list.
    pub sealed: Vec<Option<SealedPart>>,
}

/// BLAKE3 of the bytes.
#[must_use]
pub fn hash(bytes: &[u8]) -> Hash32 {
    Hash32(*blake3::hash(bytes).as_bytes())
}

impl Header {
    /// The bytes that are hashed and stored.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::with_capacity(192 + 34 * self.sealed.len()));
        let written = self.write(&mut e);
        debug_assert!(written.is_ok(), "writing to memory does not fail");
        e.into_writer()
    }

    fn write<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(13)?.u8(FORMAT)?;
        e.encode(self.stream.device)?.encode(self.stream.incarnation)?.encode(self.stream.scope)?;
        e.u64(self.seq)?.encode(self.previous)?.u16(self.kind)?.u16(self.version)?;
        e.i64(self.recorded_at.ms)?.i32(self.recorded_at.utc_offset_min)?.u64(self.hlc.0)?;
        e.encode(self.body_hash)?.encode(&self.sealed)?.ok()
    }

    /// Reads a header strictly.
    ///
    /// # Errors
    /// When the bytes are not exactly a header of this format.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > MAX_RECORD_BYTES {
            return Err(Malformed { at: MAX_RECORD_BYTES, fault: Fault::TooLarge });
        }
        cbor::check_deterministic(bytes)?;
        let mut d = Decoder::new(bytes);
        if d.array()? != Some(13) || d.u8()? != FORMAT {
            return Err(Malformed::shape(0));
        }
        let device: DeviceId = d.decode()?;
        let incarnation: Incarnation = d.decode()?;
        let scope: Scope = d.decode()?;
        let header = Self {
            stream: StreamId { device, incarnation, scope },
            seq: d.u64()?,
            previous: d.decode()?,
            kind: d.u16()?,
            version: d.u16()?,
            recorded_at: Now { ms: d.i64()?, utc_offset_min: d.i32()? },
            hlc: Hlc(d.u64()?),
            body_hash: d.decode()?,
            sealed: d.decode()?,
        };
        let is_sound = (1..=MAX_NUMBER).contains(&header.seq)
            && header.hlc.0 <= MAX_NUMBER
            && header.kind > 0
            && header.version > 0
            && header.recorded_at.utc_offset_min.abs() <= MAX_UTC_OFFSET_MIN
            && header.sealed.len() <= MAX_SEALED_PARTS
            && (header.seq == 1) == (header.previous == Hash32([0; 32]));
        if is_sound { Ok(header) } else { Err(Malformed::shape(0)) }
    }
}

impl Record {
    /// The next record of a stream.
    ///
    /// # Errors
    /// When it is above a limit of FORMAT.md.
    pub fn append(
        head: &StreamHead,
        kind: u16,
        version: u16,
        now: Now,
        hlc: Hlc,
        body: Vec<u8>,
        sealed: Vec<SealedPart>,
    ) -> Result<Self, Malformed> {
        let header = Header {
            stream: head.stream,
            seq: head.seq + 1,
            previous: head.hash,
            kind,
            version,
            recorded_at: now,
            hlc,
            body_hash: hash(&body),
            sealed: sealed.iter().map(SealedPart::hash).collect(),
        };
        let header_bytes = header.encode();
        let record = Self { header_bytes, header, body, sealed: sealed.into_iter().map(Some).collect() };
        record.check_limits()?;
        Ok(record)
    }

    /// Takes up a record from its parts as they were received or stored, and checks that they belong
    /// together: body and sealed parts have the hashes that the header names.
    ///
    /// # Errors
    /// When the header is malformed, a hash differs, or a limit is passed.
    pub fn from_parts(
        header_bytes: Vec<u8>,
        body: Vec<u8>,
        sealed: Vec<Option<SealedPart>>,
    ) -> Result<Self, RecordError> {
        let header = Header::decode(&header_bytes)?;
        let record = Self { header_bytes, header, body, sealed };
        record.check()?;
        Ok(record)
    }

    /// Hash of the record.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        hash(&self.header_bytes)
    }

    /// The head of the stream after this record.
    #[must_use]
    pub fn head(&self) -> StreamHead {
        StreamHead { stream: self.header.stream, seq: self.header.seq, hash: self.hash() }
    }

    /// Checks body and sealed parts against the hashes in the header, and the limits.
    ///
    /// # Errors
    /// Names the part that does not fit.
    pub fn check(&self) -> Result<(), RecordError> {
        self.check_limits()?;
        if hash(&self.body) != self.header.body_hash {
            return Err(RecordError::Body);
        }
        if self.sealed.len() != self.header.sealed.len() {
            return Err(RecordError::SealedCount);
        }
        for (place, (part, expected)) in self.sealed.iter().zip(&self.header.sealed).enumerate() {
            if part.as_ref().is_some_and(|part| part.hash() != *expected) {
                return Err(RecordError::Sealed(place));
            }
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Malformed> {
        let is_within = self.header_bytes.len() + self.body.len() <= MAX_RECORD_BYTES
            && self.sealed.len() <= MAX_SEALED_PARTS
            && self.sealed.iter().flatten().all(SealedPart::is_within_limit);
        if is_within { Ok(()) } else { Err(Malformed { at: 0, fault: Fault::TooLarge }) }
    }
}

/// Why the parts of a record are not one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The header is not one, or a limit is passed.
    #[error("header: {0}")]
    Header(#[from] Malformed),
    /// The body is not the one that the header names.
    #[error("the body does not have the hash that the header names")]
    Body,
    /// There are not as many sealed parts as the header names.
    #[error("the number of sealed parts is not that of the header")]
    SealedCount,
    /// The sealed part at this place is not the one that the header names.
    #[error("sealed part {0} does not have the hash that the header names")]
    Sealed(usize),
}

#[cfg(test)]
mod tests {
    use domain::id::OrganisationId;
    use proptest::prelude::*;

    use super::*;
    use crate::sealed::MAX_CIPHERTEXT_BYTES;

    fn header() -> impl Strategy<Value = Header> {
        let writer = (any::<u128>(), any::<[u8; 8]>(), any::<u128>(), any::<bool>());
        let numbers = (2..=MAX_NUMBER, 1_u16.., 1_u16.., any::<i64>(), -1_440_i32..=1_440, 0..=MAX_NUMBER);
        let hashes = (any::<[u8; 32]>(), any::<[u8; 32]>(), prop::collection::vec(any::<[u8; 32]>(), 0..4));
        (writer, numbers, hashes).prop_map(|(writer, numbers, hashes)| {
            let (device, incarnation, scope, of_branch) = writer;
            let (seq, kind, version, ms, utc_offset_min, hlc) = numbers;
            let scope = uuid::Uuid::from_u128(scope);
            let scope = if of_branch {
                Scope::Branch(domain::id::BranchId(scope))
            } else {
                Scope::Organisation(OrganisationId(scope))
            };
            Header {
                stream: StreamId {
                    device: DeviceId(uuid::Uuid::from_u128(device)),
                    incarnation: Incarnation(incarnation),
                    scope,
                },
                seq,
                previous: Hash32(hashes.0),
                kind,
                version,
                recorded_at: Now { ms, utc_offset_min },
                hlc: Hlc(hlc),
                body_hash: Hash32(hashes.1),
                sealed: hashes.2.into_iter().map(Hash32).collect(),
            }
        })
    }

    proptest! {
        #[test]
        fn a_header_comes_back_as_it_was(header in header()) {
            let bytes = header.encode();
            prop_assert_eq!(cbor::check_deterministic(&bytes), Ok(()));
            prop_assert_eq!(Header::decode(&bytes), Ok(header));
        }

        #[test]
        fn what_decodes_encodes_to_the_same_bytes(header in header(), place: prop::sample::Index, bit in 0..8_u32) {
            let mut bytes = header.encode();
            let place = place.index(bytes.len());
            bytes[place] ^= 1_u8 << bit;
            if let Ok(read) = Header::decode(&bytes) {
                prop_assert_eq!(read.encode(), bytes);
            }
        }
    }

    #[test]
    fn a_number_or_a_clock_that_no_file_can_hold_is_malformed() {
        let header = append(0, Vec::new()).unwrap().header;
        let check = |seq: u64, hlc: u64, expected: bool| {
            let previous = if seq == 1 { header.previous } else { Hash32([1; 32]) };
            let bytes = Header { seq, previous, hlc: Hlc(hlc), ..header.clone() }.encode();
            assert_eq!(Header::decode(&bytes).is_ok(), expected, "{seq} {hlc}");
        };
        check(1, 0, true);
        check(MAX_NUMBER, MAX_NUMBER, true);
        check(MAX_NUMBER + 1, 0, false);
        check(2, MAX_NUMBER + 1, false);
        check(u64::MAX, u64::MAX, false);
    }

    fn append(body: usize, sealed: Vec<SealedPart>) -> Result<Record, Malformed> {
        let stream = StreamId {
            device: DeviceId(uuid::Uuid::from_u128(1)),
            incarnation: Incarnation([1; 8]),
            scope: Scope::Organisation(OrganisationId(uuid::Uuid::from_u128(2))),
        };
        let now = Now { ms: 0, utc_offset_min: 0 };
        Record::append(&StreamHead::empty(stream), 20, 1, now, Hlc(1), vec![0; body], sealed)
    }

    #[test]
    fn limits() {
        let header = append(0, Vec::new()).unwrap().header_bytes.len();
        assert!(append(MAX_RECORD_BYTES - header, Vec::new()).is_ok());
        assert!(append(MAX_RECORD_BYTES - header + 1, Vec::new()).is_err());
        let part = |len| SealedPart { salt: [1; 16], nonce: [2; 24], ciphertext: vec![0; len] };
        assert!(append(0, vec![part(MAX_CIPHERTEXT_BYTES)]).is_ok());
        assert!(append(0, vec![part(MAX_CIPHERTEXT_BYTES + 1)]).is_err());
        assert!(append(0, vec![part(16); MAX_SEALED_PARTS]).is_ok());
        assert!(append(0, vec![part(16); MAX_SEALED_PARTS + 1]).is_err());
    }

    #[test]
    fn an_erased_part_may_be_missing_and_a_changed_one_may_not() {
        let part = SealedPart { salt: [1; 16], nonce: [2; 24], ciphertext: vec![3; 20] };
        let record = append(3, vec![part.clone()]).unwrap();
        let take = |body: Vec<u8>, sealed| Record::from_parts(record.header_bytes.clone(), body, sealed);
        assert_eq!(take(vec![0; 3], vec![Some(part.clone())]), Ok(record.clone()));
        assert!(take(vec![0; 3], vec![None]).is_ok());
        assert_eq!(take(vec![1; 3], vec![None]), Err(RecordError::Body));
        assert_eq!(take(vec![0; 3], Vec::new()), Err(RecordError::SealedCount));
        let changed = SealedPart { salt: [9; 16], ..part };
        assert_eq!(take(vec![0; 3], vec![Some(changed)]), Err(RecordError::Sealed(0)));
    }
}
