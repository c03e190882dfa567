//! How far somebody knows every stream, and what one side has that the other does not: a pure comparison.

use std::collections::{BTreeMap, BTreeSet};

use domain::entry::Hash32;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::cbor;
use crate::record;
use crate::stream::{Scope, StreamHead, StreamId};

/// The most heads that a vector from outside may have.
pub const MAX_HEADS: u64 = 100_000;

/// The heads of every stream that somebody has. More than one head of a stream is a fork.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamVector(BTreeMap<StreamId, BTreeSet<(u64, Hash32)>>);

/// A head that the other side does not name, and what it names of the same stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The head that the other side has to be brought to.
    pub head: StreamHead,
    /// What it has, highest first; empty where it does not know the stream.
    pub has: Vec<StreamHead>,
}

impl StreamVector {
    /// Adds a head. A stream of which there is no record has none.
    pub fn add(&mut self, head: StreamHead) {
        if head.seq > 0 {
            self.0.entry(head.stream).or_default().insert((head.seq, head.hash));
        }
    }

    /// Every head, ascending by stream, number and hash.
    pub fn heads(&self) -> impl Iterator<Item = StreamHead> {
        self.0.iter().flat_map(|(stream, heads)| {
            heads.iter().map(|(seq, hash)| StreamHead { stream: *stream, seq: *seq, hash: *hash })
        })
    }

    /// Whether this is one of the heads.
    #[must_use]
    pub fn has(&self, head: &StreamHead) -> bool {
        self.0.get(&head.stream).is_some_and(|heads| heads.contains(&(head.seq, head.hash)))
    }

    /// What two sides compare first: BLAKE3 of the vector's bytes.
    #[must_use]
    pub fn digest(&self) -> Hash32 {
        record::hash(&cbor::encode(self))
    }

    /// What the other side lacks of this vector. What this side lacks is the same question the other way round.
    #[must_use]
    pub fn lacking_there(&self, there: &Self) -> Vec<Lacking> {
        self.heads()
            .filter(|head| !there.has(head))
            .map(|head| {
                let heads = there.0.get(&head.stream).into_iter().flatten().rev();
                let has = heads.map(|(seq, hash)| StreamHead { stream: head.stream, seq: *seq, hash: *hash });
                Lacking { head, has: has.collect() }
            })
            .collect()
    }
}

impl FromIterator<StreamHead> for StreamVector {
    fn from_iter<I: IntoIterator<Item = StreamHead>>(heads: I) -> Self {
        let mut vector = Self::default();
        heads.into_iter().for_each(|head| vector.add(head));
        vector
    }
}

impl<C> Encode<C> for StreamHead {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let StreamId { device, incarnation, scope } = self.stream;
        e.array(5)?.encode_with(device, ctx)?.encode_with(incarnation, ctx)?.encode_with(scope, ctx)?;
        e.u64(self.seq)?.encode_with(self.hash, ctx)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for StreamHead {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        if d.array()? != Some(5) {
            return Err(decode::Error::message("a head has five parts").at(at));
        }
        let (device, incarnation) = (d.decode_with(ctx)?, d.decode_with(ctx)?);
        let scope: Scope = d.decode_with(ctx)?;
        let stream = StreamId { device, incarnation, scope };
        let at = d.position();
        let seq = d.u64()?;
        if seq > record::MAX_NUMBER {
            return Err(decode::Error::message("a number that no file can hold").at(at));
        }
        Ok(Self { stream, seq, hash: d.decode_with(ctx)? })
    }
}

impl<C> Encode<C> for StreamVector {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(self.heads().count() as u64)?;
        self.heads().try_for_each(|head| e.encode_with(head, ctx).map(drop))
    }
}

impl<'b, C> Decode<'b, C> for StreamVector {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        let count = d.array()?.filter(|count| *count <= MAX_HEADS);
        let count = count.ok_or_else(|| decode::Error::message("too many heads").at(at))?;
        let mut vector = Self::default();
        let mut last = None;
        for _ in 0..count {
            let at = d.position();
            let head: StreamHead = d.decode_with(ctx)?;
            let key = (head.stream, head.seq, head.hash);
            if head.seq == 0 || last.is_some_and(|last| last >= key) {
                return Err(decode::Error::message("heads do not ascend").at(at));
            }
            last = Some(key);
            vector.add(head);
        }
        Ok(vector)
    }
}

#[cfg(test)]
mod tests {
    use domain::entry::Incarnation;
    use domain::id::{BranchId, DeviceId};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn head(device: u128, seq: u64, hash: u8) -> StreamHead {
        let stream = StreamId {
            device: DeviceId(Uuid::from_u128(device)),
            incarnation: Incarnation([1; 8]),
            scope: Scope::Branch(BranchId(Uuid::from_u128(9))),
        };
        StreamHead { stream, seq, hash: Hash32([hash; 32]) }
    }

    fn vector(heads: &[StreamHead]) -> StreamVector {
        heads.iter().copied().collect()
    }

    #[track_caller]
    fn check(here: &[StreamHead], there: &[StreamHead], lacking: &[(StreamHead, &[StreamHead])]) {
        let found = vector(here).lacking_there(&vector(there));
        let expected: Vec<Lacking> =
            lacking.iter().map(|(head, has)| Lacking { head: *head, has: has.to_vec() }).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_the_other_side_lacks() {
        let (short, long) = (head(1, 3, 3), head(1, 5, 5));
        check(&[], &[long], &[]);
        check(&[long], &[long], &[]);
        check(&[long], &[], &[(long, &[])]);
        check(&[long], &[short], &[(long, &[short])]);
        // Whoever is ahead does not lack what is behind, but that only the records tell.
        check(&[short], &[long], &[(short, &[long])]);
        // A fork: both branches are wanted.
        let fork = head(1, 5, 6);
        check(&[long, fork], &[short], &[(long, &[short]), (fork, &[short])]);
        check(&[long], &[short, fork], &[(long, &[fork, short])]);
        check(&[head(2, 1, 1), long], &[long], &[(head(2, 1, 1), &[])]);
    }

    #[test]
    fn an_empty_stream_has_no_head() {
        assert_eq!(vector(&[head(1, 0, 0)]), StreamVector::default());
    }

    #[test]
    fn heads_that_do_not_ascend_or_stand_beyond_all_numbers_are_refused() {
        let (one, two) = (head(1, 3, 3), head(1, 5, 5));
        let bytes = |heads: &[StreamHead]| cbor::encode(heads);
        assert_eq!(cbor::decode::<StreamVector>(&bytes(&[one, two])), Ok(vector(&[two, one])));
        let too_far = head(1, record::MAX_NUMBER + 1, 1);
        for heads in [&[two, one][..], &[one, one], &[head(1, 0, 0)], &[too_far]] {
            assert!(cbor::decode::<StreamVector>(&bytes(heads)).is_err());
        }
    }

    proptest! {
        #[test]
        fn the_digest_is_of_the_set(
            mut heads in prop::collection::vec((0..4_u128, 1..9_u64, any::<u8>()), 0..9),
            swap in any::<prop::sample::Index>(),
        ) {
            let build = |heads: &[(u128, u64, u8)]| {
                vector(&heads.iter().map(|(device, seq, hash)| head(*device, *seq, *hash)).collect::<Vec<_>>())
            };
            let before = build(&heads);
            prop_assert_eq!(cbor::decode::<StreamVector>(&cbor::encode(&before)), Ok(before.clone()));
            if !heads.is_empty() {
                let at = swap.index(heads.len());
                heads.rotate_left(at);
                prop_assert_eq!(build(&heads).digest(), before.digest());
                heads[at].1 += 10;
                prop_assert_ne!(build(&heads).digest(), before.digest());
            }
        }
    }
}
