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
        let is_sound = header.seq > 0
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
    #[allow(clippy::too_many_arguments)]
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
