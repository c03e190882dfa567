//! What a till and a server say to each other to come to the same records. The bytes are written down in
//! `sync-server/PROTOCOL.md`; they travel packed (see [`crate::packed`]).

use domain::entry::{Hash32, Incarnation, Signature64};
use domain::id::{DeviceId, EntryId, StaffId, SubjectId};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::cbor::{self, Malformed};
use crate::sealed::WRAPPED_KEY_BYTES;
use crate::session::{AckLevel, DataIncarnation};
use crate::sign::{self, DeviceKeys};
use crate::vector::StreamVector;

/// The version of the protocol that this program speaks.
pub const VERSION: u64 = 1;
/// The most runs of one message.
pub const MAX_RUNS: u64 = 4_096;
/// The most keys of one message.
pub const MAX_KEYS: u64 = 10_000;
/// The most devices whose presence is told at once.
pub const MAX_PRESENT: u64 = 10_000;

/// The version of a message: [`VERSION`], whatever is made with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version;

/// Why bytes are not a message, ordered by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The bytes are no such message, or above a limit.
    #[error("not a message: {0}")]
    Malformed(#[from] Malformed),
    /// Another version of the protocol.
    #[error("protocol version {0}")]
    Version(u64),
}

/// `POST /v1/sync`: what the caller gives, and from where on it wants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SyncRequest {
    /// Always the one of this program.
    #[n(0)]
    pub version: Version,
    /// What the server is given, at most [`MAX_RUNS`]; a stream's runs in its order.
    #[cbor(n(1), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_RUNS>")]
    pub runs: Vec<RunBytes>,
    /// Up to where everything of others has come from this server; `None` asks by vector or for nothing.
    #[n(2)]
    pub cursor: Option<Cursor>,
    /// Of the caller's vector after what it gives, to compare.
    #[n(3)]
    pub digest: Option<Hash32>,
    /// The caller's vector after what it gives: asks for what it lacks.
    #[n(4)]
    pub vector: Option<StreamVector>,
    /// Keys of sealed parts, wrapped for the server; at most [`MAX_KEYS`].
    #[cbor(n(5), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_KEYS>")]
    pub keys: Vec<WrappedKey>,
    /// Up to where keys have come from this server; `None` asks for none.
    #[n(6)]
    pub keys_after: Option<u64>,
    /// About how many bytes of runs may come back; `None` leaves it to the server.
    #[n(7)]
    pub most_bytes: Option<u64>,
    /// What the caller tells the others of itself.
    #[n(8)]
    pub own: Option<OwnState>,
    /// Of the caller's figures by day, beside a digest; where all that it has is in them.
    #[n(9)]
    pub figures: Option<DayFigures>,
}

/// The answer to [`SyncRequest`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SyncReply {
    /// Always the one of this program.
    #[n(0)]
    pub version: Version,
    /// What the server has of the caller's own streams, signed; where it was given any of it.
    #[n(1)]
    pub ack: Option<Ack>,
    /// Up to where everything of others has now come to the caller.
    #[n(2)]
    pub cursor: Option<Cursor>,
    /// What the caller lacks; a stream's runs in its order.
    #[cbor(n(3), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_RUNS>")]
    pub runs: Vec<RunBytes>,
    /// The caller lacks more than this.
    #[cbor(n(4), default, skip_if = "is_false")]
    pub has_more: bool,
    /// The server's vector, where the caller sent its own.
    #[n(5)]
    pub vector: Option<StreamVector>,
    /// What was given and not taken; the rest was.
    #[cbor(n(6), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_RUNS>")]
    pub refused: Vec<RefusedRun>,
    /// Keys of sealed parts, wrapped for the caller.
    #[cbor(n(7), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_KEYS>")]
    pub keys: Vec<WrappedKey>,
    /// Up to where keys have now come to the caller.
    #[n(8)]
    pub keys_after: Option<u64>,
    /// Of the server's vector, where the caller sent a digest and it is another one.
    #[n(9)]
    pub digest: Option<Hash32>,
    /// The server's clock.
    #[n(10)]
    pub server_time_ms: Option<i64>,
    /// Who else is there, where the caller sent its vector.
    #[cbor(n(11), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_PRESENT>")]
    pub presence: Vec<Presence>,
    /// The server cannot tell what the caller lacks before it has its vector.
    #[cbor(n(12), default, skip_if = "is_false")]
    pub is_vector_wanted: bool,
    /// Both have the same records and come to other figures by day.
    #[cbor(n(13), default, skip_if = "is_false")]
    pub has_other_figures: bool,
}

/// A run as it travels: [`crate::run::Run::encode`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunBytes(pub Vec<u8>);

/// A place in the server's order of arrival. It has no meaning for other data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// Which data.
    #[n(0)]
    pub data: DataIncarnation,
    /// Number of the last record.
    #[n(1)]
    pub n: u64,
}

/// A signature over [`crate::session::AckClaim`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Ack {
    /// How safe the records are.
    #[n(0)]
    pub level: AckLevel,
    /// When it was signed, by the server's clock.
    #[n(1)]
    pub at_ms: i64,
    /// The server's signature.
    #[n(2)]
    pub signature: Signature64,
}

/// A run that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RefusedRun {
    /// Its place in the request, from 0.
    #[n(0)]
    pub index: u64,
    /// Why: a stable code.
    #[n(1)]
    pub code: String,
}

/// The key of a sealed part's subject, wrapped for the receiver ([`crate::sealed::wrap_key`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct WrappedKey {
    /// The subject.
    #[n(0)]
    pub subject: SubjectId,
    /// The wrapped key.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub wrapped: [u8; WRAPPED_KEY_BYTES],
}

/// What a till tells the others of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct OwnState {
    /// Sales that the server has not acknowledged.
    #[n(0)]
    pub unsent_sale_count: u64,
    /// Number of its last receipt; 0 before the first.
    #[n(1)]
    pub last_receipt_no: u64,
}

/// What all figures by day come to in one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct DayFigures {
    /// The version of what is derived from records: others may count otherwise, and are not compared.
    #[n(0)]
    pub version: u64,
    /// BLAKE3 of the figures.
    #[n(1)]
    pub hash: Hash32,
}

/// Whether a device is there, and what it last told of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Presence {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Which life of it.
    #[n(1)]
    pub incarnation: Incarnation,
    /// Its live stream is open.
    #[n(2)]
    pub is_connected: bool,
    /// When the server last heard of it, by the server's clock.
    #[n(3)]
    pub last_heard_ms: i64,
    /// What it last told.
    #[n(4)]
    pub own: Option<OwnState>,
}

/// Event `feed` of `GET /v1/live`: what the server has just stored.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Feed {
    /// Whoever has everything up to here …
    #[n(0)]
    pub after: u64,
    /// … has everything up to there with these runs.
    #[n(1)]
    pub up_to: u64,
    /// The runs, also the hearer's own.
    #[cbor(n(2), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_RUNS>")]
    pub runs: Vec<RunBytes>,
}

/// Event `heard` of `GET /v1/live`: whose presence changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Heard {
    /// Who.
    #[cbor(n(0), default, skip_if = "Vec::is_empty", decode_with = "at_most::<_, _, MAX_PRESENT>")]
    pub presence: Vec<Presence>,
}

/// What somebody decided in a browser at the server about what was asked at a till.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Decision {
    /// The id of the entry that the till is to write.
    #[n(0)]
    pub entry_id: EntryId,
    /// The entry that asks.
    #[n(1)]
    pub asked: EntryId,
    /// Who decided.
    #[n(2)]
    pub staff: StaffId,
    /// Allowed.
    #[n(3)]
    pub is_given: bool,
}

/// Event `decided` of `GET /v1/live`, to the till that asked: the server's word for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Decided {
    /// What was decided.
    #[n(0)]
    pub decision: Decision,
    /// The server's signature: nobody on the way allows anything.
    #[n(1)]
    pub signature: Signature64,
}

impl Decision {
    fn message(&self) -> Vec<u8> {
        cbor::encode(("pharmatill decided 1", self))
    }

    /// With the server's word for it.
    #[must_use]
    pub fn signed(self, keys: &DeviceKeys) -> Decided {
        Decided { decision: self, signature: keys.sign(&self.message()) }
    }
}

impl Decided {
    /// What was decided, if the server with this key says so.
    #[must_use]
    pub fn signed_by(&self, signing_key: &Hash32) -> Option<Decision> {
        sign::verify(signing_key, &self.decision.message(), &self.signature).then_some(self.decision)
    }
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Refusal {
    /// Why: a stable code.
    #[n(0)]
    pub code: String,
    /// For whoever looks into it; not to be shown.
    #[n(1)]
    pub detail: Option<String>,
}

macro_rules! messages {
    ($($name:ident, $checks:ident;)*) => {$(
        impl $name {
            /// The bytes of the message, not packed.
            #[must_use]
            pub fn encode(&self) -> Vec<u8> {
                cbor::encode(self)
            }

            /// Reads an unpacked message strictly; map keys that are not known are passed over.
            ///
            /// # Errors
            /// When the bytes are not such a message.
            pub fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
                $checks(bytes)?;
                Ok(minicbor::decode(bytes).map_err(Malformed::from)?)
            }
        }
    )*};
}

messages! {
    SyncRequest, check_versioned;
    SyncReply, check_versioned;
    Feed, check;
    Heard, check;
    Decided, check;
    Refusal, check;
}

fn check(bytes: &[u8]) -> Result<(), MessageError> {
    Ok(cbor::check_deterministic(bytes)?)
}

/// A message of another version may have another shape, so that its version is looked at first.
fn check_versioned(bytes: &[u8]) -> Result<(), MessageError> {
    check(bytes)?;
    let mut decoder = Decoder::new(bytes);
    let is_map = decoder.map().map_err(Malformed::from)?.is_some_and(|pairs| pairs > 0);
    if !is_map || decoder.u64().map_err(Malformed::from)? != 0 {
        return Err(Malformed::shape(0).into());
    }
    match decoder.u64().map_err(Malformed::from)? {
        VERSION => Ok(()),
        other => Err(MessageError::Version(other)),
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

fn at_most<'b, C, T: Decode<'b, C>, const MOST: u64>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
) -> Result<Vec<T>, decode::Error> {
    let at = d.position();
    let count = d.array()?.filter(|count| *count <= MOST);
    let count = count.ok_or_else(|| decode::Error::message("too many").at(at))?;
    (0..count).map(|_| d.decode_with(ctx)).collect()
}

impl<C> Encode<C> for Version {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u64(VERSION)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Version {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        if d.u64()? == VERSION { Ok(Self) } else { Err(decode::Error::message("another version").at(at)) }
    }
}

impl<C> Encode<C> for RunBytes {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for RunBytes {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(Self(d.bytes()?.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::cbor::Fault;
    use crate::sample::{keys, records};

    fn full_request(n: u64, runs: usize) -> SyncRequest {
        SyncRequest {
            version: Version,
            runs: vec![RunBytes(vec![1; 9]); runs],
            cursor: Some(Cursor { data: DataIncarnation([2; 8]), n }),
            digest: Some(Hash32([3; 32])),
            vector: Some(records(1).iter().map(crate::record::Record::head).collect()),
            keys: vec![WrappedKey { subject: SubjectId(Uuid::from_u128(1)), wrapped: [4; 80] }],
            keys_after: Some(n),
            most_bytes: Some(n),
            own: Some(OwnState { unsent_sale_count: n, last_receipt_no: 1 }),
            figures: Some(DayFigures { version: n, hash: Hash32([5; 32]) }),
        }
    }

    fn presence() -> Presence {
        Presence {
            device: DeviceId(Uuid::from_u128(1)),
            incarnation: Incarnation([1; 8]),
            is_connected: true,
            last_heard_ms: -1,
            own: None,
        }
    }

    fn decision() -> Decision {
        let entry = |n| EntryId(Uuid::from_u128(n));
        Decision { entry_id: entry(1), asked: entry(2), staff: StaffId(Uuid::from_u128(3)), is_given: true }
    }

    fn full_reply(n: u64) -> SyncReply {
        let request = full_request(n, 2);
        SyncReply {
            version: Version,
            ack: Some(Ack { level: AckLevel::Stored, at_ms: 1, signature: Signature64([1; 64]) }),
            cursor: request.cursor,
            runs: request.runs,
            has_more: true,
            vector: request.vector,
            refused: vec![RefusedRun { index: 1, code: "records_missing".to_owned() }],
            keys: request.keys,
            keys_after: Some(n),
            digest: request.digest,
            server_time_ms: Some(5),
            presence: vec![presence()],
            is_vector_wanted: true,
            has_other_figures: true,
        }
    }

    #[test]
    fn what_is_empty_takes_no_room() {
        assert_eq!(SyncRequest::default().encode(), [0xa1, 0, 1]);
        assert_eq!(SyncReply::default().encode(), [0xa1, 0, 1]);
        assert_eq!(SyncRequest::decode(&[0xa1, 0, 1]), Ok(SyncRequest::default()));
        assert_eq!(SyncReply::decode(&[0xa1, 0, 1]), Ok(SyncReply::default()));
    }

    #[test]
    fn another_version_is_told_apart_from_nonsense() {
        let check = |bytes: &[u8], expected: MessageError| {
            assert_eq!(SyncRequest::decode(bytes), Err(expected), "{bytes:02x?}");
        };
        check(&[0xa1, 0, 0], MessageError::Version(0));
        check(&[0xa2, 0, 2, 1, 0xf5], MessageError::Version(2));
        check(&[0xa1, 1, 0x80], Malformed::shape(0).into());
        check(&[0xa0], Malformed::shape(0).into());
        check(&[0x80], Malformed::shape(0).into());
        check(&[0xa1, 0, 0x20], Malformed::shape(2).into());
        check(&[0xa2, 0, 1, 1, 0x40], Malformed::shape(4).into());
        check(&[0xa2, 0, 1, 0, 1], Malformed { at: 3, fault: Fault::KeyOrder }.into());
        // What a later version of the program adds is passed over.
        assert_eq!(SyncRequest::decode(&[0xa2, 0, 1, 0x18, 40, 0x80]), Ok(SyncRequest::default()));
    }

    #[test]
    fn only_the_server_says_what_was_decided() {
        let decided = decision().signed(&keys());
        assert_eq!(decided.signed_by(&keys().signing_key()), Some(decision()));
        let stranger = DeviceKeys::from_seeds([8; 32], [9; 32]);
        assert_eq!(decided.signed_by(&stranger.signing_key()), None);
        let entry = EntryId(Uuid::from_u128(7));
        for changed in [
            Decision { entry_id: entry, ..decision() },
            Decision { asked: entry, ..decision() },
            Decision { staff: StaffId(Uuid::from_u128(7)), ..decision() },
            Decision { is_given: false, ..decision() },
        ] {
            assert_eq!(Decided { decision: changed, ..decided }.signed_by(&keys().signing_key()), None);
        }
    }

    #[test]
    fn too_many_runs_are_refused() {
        let of = |count| {
            SyncRequest { runs: vec![RunBytes(Vec::new()); count], ..SyncRequest::default() }.encode()
        };
        let most = usize::try_from(MAX_RUNS).unwrap();
        assert!(SyncRequest::decode(&of(most)).is_ok());
        assert!(matches!(SyncRequest::decode(&of(most + 1)), Err(MessageError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(n: u64, after: u64, runs in 0..5_usize) {
            let request = full_request(n, runs);
            prop_assert_eq!(SyncRequest::decode(&request.encode()), Ok(request.clone()));
            let reply = full_reply(n);
            prop_assert_eq!(SyncReply::decode(&reply.encode()), Ok(reply));
            let feed = Feed { after, up_to: n, runs: request.runs };
            prop_assert_eq!(Feed::decode(&feed.encode()), Ok(feed));
            let heard = Heard { presence: vec![presence(); runs] };
            prop_assert_eq!(Heard::decode(&heard.encode()), Ok(heard));
            let decided = decision().signed(&keys());
            prop_assert_eq!(Decided::decode(&decided.encode()), Ok(decided));
        }

        #[test]
        fn bytes_from_outside_do_not_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            place: prop::sample::Index,
            bit in 0..8_u32,
        ) {
            let _ = SyncRequest::decode(&bytes);
            let _ = SyncRequest::decode(&[&[0xa2, 0, 1][..], &bytes].concat());
            let _ = SyncReply::decode(&[&[0xa2, 0, 1][..], &bytes].concat());
            let _ = Feed::decode(&bytes);
            let _ = Decided::decode(&bytes);
            let mut decided = decision().signed(&keys()).encode();
            let at = place.index(decided.len());
            decided[at] ^= 1 << bit;
            prop_assert_ne!(Decided::decode(&decided), Ok(decision().signed(&keys())));
            let mut changed = full_reply(7).encode();
            let place = place.index(changed.len());
            changed[place] ^= 1 << bit;
            prop_assert_ne!(SyncReply::decode(&changed), Ok(full_reply(7)));
        }
    }
}
