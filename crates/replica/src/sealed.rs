//! Sealed parts: what may one day have to be forgotten, under a key of its subject (FORMAT.md, section 5).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::entry::{Hash32, Incarnation};
use domain::id::{DeviceId, SubjectId};
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{CryptoRng, RngCore};
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use minicbor::{Decode, Encode};

use crate::cbor;
use crate::sign::DeviceKeys;

/// Context of the key of one part.
pub const PART_CONTEXT: &str = "PharmaTill 2026 sealed part v1";
/// The most bytes of a ciphertext, its tag of 16 bytes included.
pub const MAX_CIPHERTEXT_BYTES: usize = 65_536;
/// Bytes of a wrapped key: encapsulated key and ciphertext.
pub const WRAPPED_KEY_BYTES: usize = 80;

/// The key of a subject. Whoever destroys every copy erases what it sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SubjectKey(pub [u8; 32]);

/// A sealed part as it lies beside a record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SealedPart {
    /// Random for each part.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub salt: [u8; 16],
    /// Random for each part.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub nonce: [u8; 24],
    /// With the tag of 16 bytes at its end.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub ciphertext: Vec<u8>,
}

/// Why something sealed or wrapped does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The plaintext is too long for one part.
    #[error("too long for a sealed part")]
    TooLong,
    /// Another key, another subject, or changed bytes.
    #[error("does not open with this key")]
    NotOpened,
    /// A public key that is none.
    #[error("not a key to wrap for")]
    BadKey,
}

fn cipher(key: &SubjectKey, salt: &[u8; 16]) -> XChaCha20Poly1305 {
    let mut hasher = blake3::Hasher::new_derive_key(PART_CONTEXT);
    hasher.update(&key.0).update(salt);
    XChaCha20Poly1305::new(Key::from_slice(hasher.finalize().as_bytes()))
}

impl SealedPart {
    /// Seals under the subject's key. Salt and nonce are fresh random bytes.
    ///
    /// # Errors
    /// When the plaintext is too long.
    pub fn seal(
        key: &SubjectKey,
        subject: SubjectId,
        salt: [u8; 16],
        nonce: [u8; 24],
        plain: &[u8],
    ) -> Result<Self, SealError> {
        if plain.len() + 16 > MAX_CIPHERTEXT_BYTES {
            return Err(SealError::TooLong);
        }
        let ciphertext = cipher(key, &salt)
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: subject.as_bytes() })
            .map_err(|_| SealError::TooLong)?;
        Ok(Self { salt, nonce, ciphertext })
    }

    /// Opens with the subject's key.
    ///
    /// # Errors
    /// When the key or subject is another one, or the bytes were changed.
    pub fn open(&self, key: &SubjectKey, subject: SubjectId) -> Result<Vec<u8>, SealError> {
        cipher(key, &self.salt)
            .decrypt(
                XNonce::from_slice(&self.nonce),
                Payload { msg: &self.ciphertext, aad: subject.as_bytes() },
            )
            .map_err(|_| SealError::NotOpened)
    }

    /// The hash that the record's header names.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.salt).update(&self.nonce).update(&self.ciphertext);
        Hash32(*hasher.finalize().as_bytes())
    }

    pub(crate) fn is_within_limit(&self) -> bool {
        self.ciphertext.len() <= MAX_CIPHERTEXT_BYTES
    }
}

/// The device that a key is wrapped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiver {
    /// The device.
    pub device: DeviceId,
    /// Its incarnation.
    pub incarnation: Incarnation,
    /// Its X25519 public key.
    pub wrapping_key: Hash32,
}

impl Receiver {
    fn info(&self) -> Vec<u8> {
        cbor::encode(("pharmatill subject key 1", self.device, self.incarnation))
    }
}

type Kem = X25519HkdfSha256;
type Kdf = hpke::kdf::HkdfSha256;
type Cipher = hpke::aead::ChaCha20Poly1305;

/// Wraps a subject's key for a device. `ephemeral` is 32 fresh random bytes.
///
/// # Errors
/// When the receiver's key is none.
pub fn wrap_key(
    key: &SubjectKey,
    subject: SubjectId,
    receiver: &Receiver,
    ephemeral: [u8; 32],
) -> Result<[u8; WRAPPED_KEY_BYTES], SealError> {
    let public =
        <Kem as hpke::Kem>::PublicKey::from_bytes(&receiver.wrapping_key.0).map_err(|_| SealError::BadKey)?;
    let (encapsulated, ciphertext) = hpke::single_shot_seal::<Cipher, Kdf, Kem, _>(
        &OpModeS::Base,
        &public,
        &receiver.info(),
        &key.0,
        subject.as_bytes(),
        &mut Given::new(ephemeral),
    )
    .map_err(|_| SealError::BadKey)?;
    let mut wrapped = [0; WRAPPED_KEY_BYTES];
    wrapped[..32].copy_from_slice(&encapsulated.to_bytes());
    wrapped[32..].copy_from_slice(&ciphertext);
    Ok(wrapped)
}

/// Unwraps a subject's key that was wrapped for this device.
///
/// # Errors
/// When it was wrapped for another device or subject, or changed.
pub fn unwrap_key(
    wrapped: &[u8],
    subject: SubjectId,
    device: DeviceId,
    incarnation: Incarnation,
    keys: &DeviceKeys,
) -> Result<SubjectKey, SealError> {
    if wrapped.len() != WRAPPED_KEY_BYTES {
        return Err(SealError::NotOpened);
    }
    let receiver = Receiver { device, incarnation, wrapping_key: keys.wrapping_key() };
    let secret =
        <Kem as hpke::Kem>::PrivateKey::from_bytes(&keys.wrapping_secret()).map_err(|_| SealError::BadKey)?;
    let encapsulated =
        <Kem as hpke::Kem>::EncappedKey::from_bytes(&wrapped[..32]).map_err(|_| SealError::NotOpened)?;
    let plain = hpke::single_shot_open::<Cipher, Kdf, Kem>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        &receiver.info(),
        &wrapped[32..],
        subject.as_bytes(),
    )
    .map_err(|_| SealError::NotOpened)?;
    <[u8; 32]>::try_from(plain.as_slice()).map(SubjectKey).map_err(|_| SealError::NotOpened)
}

/// The random bytes that the caller gave, stretched, in the form that `hpke` asks for them.
struct Given(blake3::OutputReader);

impl Given {
    fn new(seed: [u8; 32]) -> Self {
        Self(blake3::Hasher::new_derive_key("PharmaTill 2026 hpke ephemeral v1").update(&seed).finalize_xof())
    }
}

impl RngCore for Given {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill(dest);
    }
}

impl CryptoRng for Given {}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const KEY: SubjectKey = SubjectKey([5; 32]);

    fn subject(number: u128) -> SubjectId {
        SubjectId(Uuid::from_u128(number))
    }

    #[test]
    fn a_part_opens_with_its_key_for_its_subject_only() {
        let part = SealedPart::seal(&KEY, subject(1), [6; 16], [7; 24], b"Anna").unwrap();
        assert_eq!(part.open(&KEY, subject(1)), Ok(b"Anna".to_vec()));
        assert_eq!(part.open(&KEY, subject(2)), Err(SealError::NotOpened));
        assert_eq!(part.open(&SubjectKey([6; 32]), subject(1)), Err(SealError::NotOpened));
        let salted = SealedPart { salt: [8; 16], ..part.clone() };
        assert_eq!(salted.open(&KEY, subject(1)), Err(SealError::NotOpened));
        assert_ne!(salted.hash(), part.hash());
        let seal = |len| SealedPart::seal(&KEY, subject(1), [6; 16], [7; 24], &vec![0; len]).map(drop);
        assert_eq!(seal(MAX_CIPHERTEXT_BYTES - 16), Ok(()));
        assert_eq!(seal(MAX_CIPHERTEXT_BYTES - 15), Err(SealError::TooLong));
    }

    #[test]
    fn a_key_is_unwrapped_by_its_receiver_only() {
        let (device, incarnation) = (DeviceId(Uuid::from_u128(3)), Incarnation([1; 8]));
        let keys = DeviceKeys::from_seeds([1; 32], [2; 32]);
        let receiver = Receiver { device, incarnation, wrapping_key: keys.wrapping_key() };
        let wrapped = wrap_key(&KEY, subject(1), &receiver, [9; 32]).unwrap();
        assert!(unwrap_key(&wrapped, subject(1), device, incarnation, &keys) == Ok(KEY));
        let fails = |wrapped: &[u8], subject: SubjectId, incarnation: Incarnation, keys: &DeviceKeys| {
            unwrap_key(wrapped, subject, device, incarnation, keys) == Err(SealError::NotOpened)
        };
        assert!(fails(&wrapped, subject(2), incarnation, &keys));
        assert!(fails(&wrapped, subject(1), Incarnation([2; 8]), &keys));
        assert!(fails(&wrapped, subject(1), incarnation, &DeviceKeys::from_seeds([1; 32], [3; 32])));
        assert!(fails(&wrapped[1..], subject(1), incarnation, &keys));
        let mut changed = wrapped;
        changed[79] ^= 1;
        assert!(fails(&changed, subject(1), incarnation, &keys));
        assert_ne!(wrapped, wrap_key(&KEY, subject(1), &receiver, [8; 32]).unwrap());
        let nowhere = Receiver { wrapping_key: Hash32([0; 32]), ..receiver };
        assert_eq!(wrap_key(&KEY, subject(1), &nowhere, [9; 32]), Err(SealError::BadKey));
    }
}
