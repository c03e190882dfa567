//! Who writes where: a stream is one writer's records in one scope.

use domain::entry::{Hash32, Incarnation, SeenStream};
use domain::id::{BranchId, DeviceId, OrganisationId};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// What a stream is about, and who receives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Founding, branches, staff, roles, invitations, enrolments, catalogue, organisation settings.
    Organisation(OrganisationId),
    /// Everything else: money and goods only here.
    Branch(BranchId),
}

/// A stream: one writer's records in one scope, numbered from 1 without gaps and chained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// The device.
    pub device: DeviceId,
    /// Which life of it.
    pub incarnation: Incarnation,
    /// The scope.
    pub scope: Scope,
}

/// The end of a stream as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamHead {
    /// The stream.
    pub stream: StreamId,
    /// Number of the last record, 0 before the first.
    pub seq: u64,
    /// Its hash, 32 zero bytes before the first.
    pub hash: Hash32,
}

impl StreamHead {
    /// The head of a stream that has no record yet.
    #[must_use]
    pub fn empty(stream: StreamId) -> Self {
        Self { stream, seq: 0, hash: Hash32([0; 32]) }
    }

    /// The form in which a body names it.
    #[must_use]
    pub fn seen(&self) -> SeenStream {
        SeenStream {
            device: self.stream.device,
            incarnation: self.stream.incarnation,
            seq: self.seq,
            head: self.hash,
        }
    }
}

impl<C> Encode<C> for Scope {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?;
        match self {
            Self::Organisation(id) => e.u8(0)?.encode_with(id, ctx)?.ok(),
            Self::Branch(id) => e.u8(1)?.encode_with(id, ctx)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Scope {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        if d.array()? != Some(2) {
            return Err(decode::Error::message("a scope has two parts").at(at));
        }
        match d.u8()? {
            0 => d.decode_with(ctx).map(Self::Organisation),
            1 => d.decode_with(ctx).map(Self::Branch),
            _ => Err(decode::Error::message("an unknown scope").at(at)),
        }
    }
}
