//! The invitation file: all that a device needs to join a branch without any network (FORMAT.md, section 9).

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::entry::{Hash32, Signature64};
use domain::id::{BranchId, InvitationId, OrganisationId, SubjectId, TillId};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::cbor::{self, Fault, Malformed};
use crate::chain::{self, ChainError, ChainFault};
use crate::record::{Record, RecordError};
use crate::sealed::{SealedPart, SubjectKey};
use crate::session::CodeSecrets;
use crate::sign;
use crate::stream::{Scope, StreamHead, StreamId};
use crate::stream_opened::StreamOpened;

/// The most bytes of a file.
pub const MAX_FILE_BYTES: usize = 268_435_456;

const CONTEXT: &str = "pharmatill invitation 1";
/// Symbols of codes that people read and type: none that reads like another one.
pub(crate) const SYMBOLS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_SYMBOLS: usize = 12;
/// Salts of what a server is told of a code. They are fixed, since the code is all that both sides have.
const ENROLMENT_SALT: &[u8; 16] = b"PharmaTill enrol";
const FILE_SALT: &[u8; 16] = b"PharmaTill file1";
/// Number of the kind of the founding entry.
const FOUNDED: u16 = 2;

/// The code that is shown where the invitation is made and typed where it is used.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode([u8; CODE_SYMBOLS]);

impl InvitationCode {
    /// From random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; CODE_SYMBOLS]) -> Self {
        Self(bytes.map(|byte| SYMBOLS[usize::from(byte & 31)]))
    }

    /// Reads what a person typed; `None` where it is no code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let symbols: Vec<u8> = text
            .bytes()
            .filter(|byte| !matches!(byte, b' ' | b'-'))
            .map(|byte| byte.to_ascii_uppercase())
            .collect();
        let symbols = <[u8; CODE_SYMBOLS]>::try_from(symbols.as_slice()).ok()?;
        symbols.iter().all(|symbol| SYMBOLS.contains(symbol)).then_some(Self(symbols))
    }

    /// Three groups of four.
    #[must_use]
    pub fn text(&self) -> String {
        let groups: Vec<&str> =
            self.0.chunks(4).map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
        groups.join("-")
    }

    /// What the code of an enrolment is turned into on both sides. It takes some tenths of a second; `None`
    /// without memory for it.
    #[must_use]
    pub fn enrolment_secrets(&self) -> Option<CodeSecrets> {
        let both: [u8; 48] = self.key(ENROLMENT_SALT)?;
        let (code_id, key) = both.split_first_chunk()?;
        Some(CodeSecrets { code_id: *code_id, key: *key.first_chunk()? })
    }

    /// Under which id an invitation with this code lies on a server. It takes as long as opening the file.
    #[must_use]
    pub fn file_id(&self) -> Option<Hash32> {
        self.key(FILE_SALT).map(Hash32)
    }

    fn key<const N: usize>(&self, salt: &[u8; 16]) -> Option<[u8; N]> {
        let params = Params::new(65_536, 3, 1, Some(N)).ok()?;
        let mut key = [0; N];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&self.0, salt, &mut key)
            .ok()?;
        Some(key)
    }
}

/// The part of an invitation that everybody may read.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Invitation {
    /// Hash of the founding record.
    #[n(0)]
    pub founding_hash: Hash32,
    /// The invitation.
    #[n(1)]
    pub invitation: InvitationId,
    /// The organisation.
    #[n(2)]
    pub organisation: OrganisationId,
    /// The branch to join.
    #[n(3)]
    pub branch: BranchId,
    /// The till that the device will be.
    #[n(4)]
    pub till: TillId,
    /// Its number.
    #[n(5)]
    pub till_no: u32,
    /// The organisation's streams, then the branch's, each from record 1.
    #[n(6)]
    pub streams: Vec<SignedStream>,
    /// Earlier heads of these streams, ascending in each: whoever joins gives on in several runs what is too
    /// long for one.
    #[cbor(n(7), default, skip_if = "Vec::is_empty")]
    pub on_the_way: Vec<SignedHead>,
}

/// A head of a stream and the signature of its writer over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SignedHead {
    /// The head that is signed.
    #[n(0)]
    pub head: StreamHead,
    /// Signature by the key that record 1 of the stream names.
    #[n(1)]
    pub signature: Signature64,
}

/// A stream from its first record to a signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStream {
    /// The head that is signed.
    pub head: StreamHead,
    /// Signature by the key that record 1 names.
    pub signature: Signature64,
    /// Its records.
    pub records: Vec<Record>,
}

/// The part of an invitation that only the code opens.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvitationSecrets {
    /// Seed of the one-time Ed25519 key.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub one_time_secret: [u8; 32],
    /// The branch's secret.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub branch_secret: [u8; 32],
    /// Keys of sealed parts, ascending by subject.
    #[n(2)]
    pub subject_keys: Vec<SubjectKeyOf>,
    /// What the new device has to know of the branch's server, if there is one; only the tills read it.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub server: Option<Vec<u8>>,
}

/// The key of a subject.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct SubjectKeyOf {
    /// The subject.
    #[n(0)]
    pub subject: SubjectId,
    /// Its key.
    #[n(1)]
    pub key: SubjectKey,
}

/// Why an invitation file is not taken, ordered by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// It is no invitation file, or a damaged one.
    #[error("not an invitation: {0}")]
    File(#[from] Malformed),
    /// The code is another one, or the file was changed.
    #[error("the code does not open this invitation")]
    Code,
    /// A record in it is not one.
    #[error("a record of the invitation: {0}")]
    Record(#[from] RecordError),
    /// A stream in it is not what its writer wrote.
    #[error("a stream of the invitation: {0}")]
    Chain(#[from] ChainError),
    /// A stream in it belongs elsewhere, or the founding record is not in it.
    #[error("the invitation's streams are not those of its organisation and branch")]
    Foreign,
}

impl Invitation {
    /// Writes the file. Salt and nonce are fresh random bytes.
    ///
    /// # Errors
    /// When the file would be above its limit.
    pub fn write(
        &self,
        secrets: &InvitationSecrets,
        code: &InvitationCode,
        salt: [u8; 16],
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, InvitationError> {
        let clear = cbor::encode(self);
        let mut secrets = secrets.clone();
        secrets.subject_keys.sort_by_key(|of| of.subject);
        let key: [u8; 32] = code.key(&salt).ok_or(InvitationError::Code)?;
        let ciphertext = XChaCha20Poly1305::new(Key::from_slice(&key))
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload { msg: &cbor::encode(&secrets), aad: binding(&clear).as_bytes() },
            )
            .map_err(|_| InvitationError::Code)?;
        let file = cbor::encode(File { clear, salt, nonce, ciphertext });
        if file.len() > MAX_FILE_BYTES { Err(too_large().into()) } else { Ok(file) }
    }

    /// Opens a file with its code, and verifies every record and signature in it.
    ///
    /// # Errors
    /// Says why it is not taken.
    pub fn open(file: &[u8], code: &InvitationCode) -> Result<(Self, InvitationSecrets), InvitationError> {
        if file.len() > MAX_FILE_BYTES {
            return Err(too_large().into());
        }
        let file: File = cbor::decode(file)?;
        let key: [u8; 32] = code.key(&file.salt).ok_or(InvitationError::Code)?;
        let plain = XChaCha20Poly1305::new(Key::from_slice(&key))
            .decrypt(
                XNonce::from_slice(&file.nonce),
                Payload { msg: &file.ciphertext, aad: binding(&file.clear).as_bytes() },
            )
            .map_err(|_| InvitationError::Code)?;
        let secrets = cbor::decode(&plain)?;
        let invitation: Self = cbor::decode(&file.clear)?;
        invitation.verify()?;
        Ok((invitation, secrets))
    }

    fn verify(&self) -> Result<(), InvitationError> {
        for stream in &self.streams {
            let key = stream.verify()?;
            let is_of_it = |signed: &&SignedHead| signed.head.stream == stream.head.stream;
            for SignedHead { head, signature } in self.on_the_way.iter().filter(is_of_it) {
                let record =
                    usize::try_from(head.seq).ok().and_then(|seq| stream.records.get(seq.checked_sub(1)?));
                let is_there = record.is_some_and(|record| record.head() == *head);
                if !is_there || !sign::verify_checkpoint(&key, head, signature) {
                    return Err(ChainError { seq: head.seq, fault: ChainFault::Signature }.into());
                }
            }
            let scope = stream.head.stream.scope;
            if scope != Scope::Organisation(self.organisation) && scope != Scope::Branch(self.branch) {
                return Err(InvitationError::Foreign);
            }
        }
        let is_founding = |stream: &SignedStream| {
            stream.head.stream.scope == Scope::Organisation(self.organisation)
                && stream.records.get(1).is_some_and(|record| {
                    record.header.kind == FOUNDED && record.hash() == self.founding_hash
                })
        };
        if self.streams.iter().any(is_founding) { Ok(()) } else { Err(InvitationError::Foreign) }
    }
}

impl SignedStream {
    /// Gives the key that its first record names.
    fn verify(&self) -> Result<Hash32, InvitationError> {
        let opened = self.records.first().ok_or(InvitationError::Foreign)?;
        let opened = StreamOpened::from_body(&opened.body)?;
        let start = StreamHead::empty(self.head.stream);
        let end = chain::verify_signed(&start, &self.records, &opened.signing_key, &self.signature)?;
        if end == self.head { Ok(opened.signing_key) } else { Err(InvitationError::Foreign) }
    }
}

fn too_large() -> Malformed {
    Malformed { at: MAX_FILE_BYTES, fault: Fault::TooLarge }
}

/// What binds the secret part to the clear one.
fn binding(clear: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(CONTEXT.as_bytes()).update(clear);
    hasher.finalize()
}

struct File {
    clear: Vec<u8>,
    salt: [u8; 16],
    nonce: [u8; 24],
    ciphertext: Vec<u8>,
}

impl<C> Encode<C> for File {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(5)?.str(CONTEXT)?.bytes(&self.clear)?.bytes(&self.salt)?.bytes(&self.nonce)?;
        e.bytes(&self.ciphertext)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for File {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(5) || d.str()? != CONTEXT {
            return Err(decode::Error::message("not an invitation file"));
        }
        Ok(Self {
            clear: d.bytes()?.to_vec(),
            salt: fixed(d.bytes()?)?,
            nonce: fixed(d.bytes()?)?,
            ciphertext: d.bytes()?.to_vec(),
        })
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], decode::Error> {
    bytes.try_into().map_err(|_| decode::Error::message("another length"))
}

impl<C> Encode<C> for SubjectKey {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for SubjectKey {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        fixed(d.bytes()?).map(Self)
    }
}

impl<C> Encode<C> for SignedStream {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let StreamId { device, incarnation, scope } = self.head.stream;
        e.array(7)?.encode_with(device, ctx)?.encode_with(incarnation, ctx)?.encode_with(scope, ctx)?;
        e.u64(self.head.seq)?.encode_with(self.head.hash, ctx)?.encode_with(self.signature, ctx)?;
        e.encode_with(&self.records, ctx)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for SignedStream {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(7) {
            return Err(decode::Error::message("a signed stream has seven parts"));
        }
        let stream = StreamId {
            device: d.decode_with(ctx)?,
            incarnation: d.decode_with(ctx)?,
            scope: d.decode_with(ctx)?,
        };
        Ok(Self {
            head: StreamHead { stream, seq: d.u64()?, hash: d.decode_with(ctx)? },
            signature: d.decode_with(ctx)?,
            records: d.decode_with(ctx)?,
        })
    }
}

impl<C> Encode<C> for Record {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(3)?.bytes(&self.header_bytes)?.bytes(&self.body)?.encode_with(&self.sealed, ctx)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Record {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(3) {
            return Err(decode::Error::message("a record has three parts"));
        }
        let (header_bytes, body) = (d.bytes()?.to_vec(), d.bytes()?.to_vec());
        let sealed: Vec<Option<SealedPart>> = d.decode_with(ctx)?;
        Self::from_parts(header_bytes, body, sealed)
            .map_err(|_| decode::Error::message("parts that do not fit"))
    }
}
