//! A run: records of one stream on their way to another device, up to one that is signed.
//!
//! On the wire a record has no stream, number, previous hash and body hash. The receiver rebuilds the header;
//! the signature at the end of the run proves that it is the one that was written.

use domain::entry::{Hash32, Signature64};
use domain::time::{Hlc, Now};
use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::cbor::{self, Malformed};
use crate::chain::{self, ChainError};
use crate::record::{Header, Record, RecordError, hash};
use crate::sealed::SealedPart;
use crate::stream::StreamHead;
use crate::stream_opened::StreamOpened;

/// The most records of a run.
pub const MAX_RUN_RECORDS: usize = 1_000;
/// The most bytes of a run.
pub const MAX_RUN_BYTES: usize = 8 << 20;

/// Consecutive records of a stream and the signature of its writer over the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What the first record follows; empty before record 1.
    pub after: StreamHead,
    /// The records, at least one.
    pub records: Vec<Record>,
    /// The writer's signature over the head after them.
    pub signature: Signature64,
}

/// A run whose writer is known to have written it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedRun {
    run: Run,
    end: StreamHead,
}

/// Why a run is not taken, ordered by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The bytes are no run, or above a limit.
    #[error("not a run: {0}")]
    Malformed(#[from] Malformed),
    /// A record in it is not one.
    #[error("a record of the run: {0}")]
    Record(#[from] RecordError),
    /// It is not what the stream's writer wrote.
    #[error("{0}")]
    Chain(#[from] ChainError),
}

impl Run {
    /// The key that its own first record names, where that is the first of the stream.
    #[must_use]
    pub fn opening_key(&self) -> Option<Hash32> {
        let first = self.records.first().filter(|record| record.header.seq == 1)?;
        StreamOpened::from_body(&first.body).ok().map(|opened| opened.signing_key)
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(Wire {
            after: self.after,
            records: self.records.iter().map(WireRecord::of).collect(),
            signature: self.signature,
        })
    }

    /// Reads a run and rebuilds the headers. Whether its writer wrote it is for [`Run::verified`] to say.
    ///
    /// # Errors
    /// When the bytes are no run, or a record is above a limit.
    pub fn decode(bytes: &[u8]) -> Result<Self, RunError> {
        if bytes.len() > MAX_RUN_BYTES {
            return Err(Malformed { at: MAX_RUN_BYTES, fault: cbor::Fault::TooLarge }.into());
        }
        let wire: Wire = cbor::decode(bytes)?;
        let mut head = wire.after;
        let mut records = Vec::with_capacity(wire.records.len());
        for record in wire.records {
            let record = record.rebuilt(&head)?;
            head = record.head();
            records.push(record);
        }
        Ok(Self { after: wire.after, records, signature: wire.signature })
    }

    /// Checks that the records chain and that the key signed their end.
    ///
    /// # Errors
    /// Names the first record at fault.
    pub fn verified(self, signing_key: &Hash32) -> Result<VerifiedRun, RunError> {
        let end = chain::verify_signed(&self.after, &self.records, signing_key, &self.signature)?;
        Ok(VerifiedRun { run: self, end })
    }
}

impl VerifiedRun {
    /// The run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The head after it.
    #[must_use]
    pub fn end(&self) -> StreamHead {
        self.end
    }
}

struct Wire {
    after: StreamHead,
    records: Vec<WireRecord>,
    signature: Signature64,
}

struct WireRecord {
    kind: u16,
    version: u16,
    recorded_at: Now,
    hlc: Hlc,
    body: Vec<u8>,
    sealed: Vec<WirePart>,
}

/// A sealed part, or the hash of one that was erased.
enum WirePart {
    Whole(SealedPart),
    Erased(Hash32),
}

impl WireRecord {
    fn of(record: &Record) -> Self {
        let parts = record.sealed.iter().zip(&record.header.sealed);
        Self {
            kind: record.header.kind,
            version: record.header.version,
            recorded_at: record.header.recorded_at,
            hlc: record.header.hlc,
            body: record.body.clone(),
            sealed: parts
                .map(|(part, hash)| part.clone().map_or(WirePart::Erased(*hash), WirePart::Whole))
                .collect(),
        }
    }

    fn rebuilt(self, head: &StreamHead) -> Result<Record, RunError> {
        let hashes = self.sealed.iter().map(|part| match part {
            WirePart::Whole(part) => part.hash(),
            WirePart::Erased(hash) => *hash,
        });
        let header = Header {
            stream: head.stream,
            seq: head.seq.saturating_add(1),
            previous: head.hash,
            kind: self.kind,
            version: self.version,
            recorded_at: self.recorded_at,
            hlc: self.hlc,
            body_hash: hash(&self.body),
            sealed: hashes.collect(),
        };
        let sealed = self.sealed.into_iter().map(|part| match part {
            WirePart::Whole(part) => Some(part),
            WirePart::Erased(_) => None,
        });
        Ok(Record::from_parts(header.encode(), self.body, sealed.collect())?)
    }
}

impl<C> Encode<C> for Wire {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(3)?.encode_with(self.after, ctx)?.encode_with(&self.records, ctx)?;
        e.encode_with(self.signature, ctx)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Wire {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        if d.array()? != Some(3) {
            return Err(decode::Error::message("a run has three parts").at(at));
        }
        let after: StreamHead = d.decode_with(ctx)?;
        let at = d.position();
        let is_within = |count: &u64| (1..=MAX_RUN_RECORDS as u64).contains(count);
        let count = d.array()?.filter(is_within);
        let count = count.ok_or_else(|| decode::Error::message("not so many records").at(at))?;
        let records = (0..count).map(|_| d.decode_with(ctx)).collect::<Result<_, _>>()?;
        Ok(Self { after, records, signature: d.decode_with(ctx)? })
    }
}

impl<C> Encode<C> for WireRecord {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(7)?.u16(self.kind)?.u16(self.version)?;
        e.i64(self.recorded_at.ms)?.i32(self.recorded_at.utc_offset_min)?.u64(self.hlc.0)?;
        e.bytes(&self.body)?.encode_with(&self.sealed, ctx)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for WireRecord {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        if d.array()? != Some(7) {
            return Err(decode::Error::message("a record has seven parts").at(at));
        }
        Ok(Self {
            kind: d.u16()?,
            version: d.u16()?,
            recorded_at: Now { ms: d.i64()?, utc_offset_min: d.i32()? },
            hlc: Hlc(d.u64()?),
            body: d.bytes()?.to_vec(),
            sealed: d.decode_with(ctx)?,
        })
    }
}

impl<C> Encode<C> for WirePart {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Whole(part) => e.encode_with(part, ctx)?.ok(),
            Self::Erased(hash) => e.encode_with(hash, ctx)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for WirePart {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        if d.datatype()? == Type::Bytes {
            d.decode_with(ctx).map(Self::Erased)
        } else {
            d.decode_with(ctx).map(Self::Whole)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::{keys, records, stream};

    fn whole() -> Run {
        let records = records(1);
        let signature = keys().sign_checkpoint(&records[3].head());
        Run { after: StreamHead::empty(stream(1)), records, signature }
    }

    #[test]
    fn the_receiver_rebuilds_what_was_written() {
        let whole = whole();
        let read = Run::decode(&whole.encode()).unwrap();
        assert_eq!(read, whole);
        assert_eq!(read.opening_key(), Some(keys().signing_key()));
        let verified = read.verified(&keys().signing_key()).unwrap();
        assert_eq!(verified.end(), whole.records[3].head());

        // A later part of it, with the sealed part erased.
        let mut later = Run {
            after: whole.records[1].head(),
            records: whole.records[2..].to_vec(),
            signature: whole.signature,
        };
        later.records[0].sealed = vec![None];
        let read = Run::decode(&later.encode()).unwrap();
        assert_eq!((&read, read.opening_key()), (&later, None));
        assert!(read.verified(&keys().signing_key()).is_ok());
    }

    #[test]
    fn a_run_is_neither_empty_nor_too_long() {
        let whole = whole();
        let of = |count: usize| {
            let records = whole.records.iter().cycle().take(count).cloned().collect();
            Run { records, ..whole.clone() }.encode()
        };
        assert!(matches!(Run::decode(&of(0)), Err(RunError::Malformed(_))));
        assert!(Run::decode(&of(MAX_RUN_RECORDS)).is_ok());
        assert!(matches!(Run::decode(&of(MAX_RUN_RECORDS + 1)), Err(RunError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn any_flipped_bit_on_the_wire_is_refused(place: prop::sample::Index, bit in 0..8_u32) {
            let mut bytes = whole().encode();
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            let taken = Run::decode(&bytes).and_then(|run| run.verified(&keys().signing_key()));
            prop_assert!(taken.is_err());
        }

        #[test]
        fn bytes_from_outside_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Run::decode(&bytes).is_err());
        }
    }
}
