//! A device's keys, and what it signs. Every message begins with a context string of its own, so that no
//! signature can be passed off as another.

use domain::entry::{Hash32, Incarnation, Signature64};
use domain::id::{BranchId, DeviceId, InvitationId, TillId};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use x25519_dalek::{PublicKey, StaticSecret};

use crate::cbor;
use crate::stream::{StreamHead, StreamId};

/// The keys of one incarnation of a device.
pub struct DeviceKeys {
    signing: SigningKey,
    wrapping: StaticSecret,
}

impl DeviceKeys {
    /// From two independent seeds of 32 random bytes.
    #[must_use]
    pub fn from_seeds(signing: [u8; 32], wrapping: [u8; 32]) -> Self {
        Self { signing: SigningKey::from_bytes(&signing), wrapping: StaticSecret::from(wrapping) }
    }

    /// Ed25519 public key.
    #[must_use]
    pub fn signing_key(&self) -> Hash32 {
        Hash32(self.signing.verifying_key().to_bytes())
    }

    /// X25519 public key.
    #[must_use]
    pub fn wrapping_key(&self) -> Hash32 {
        Hash32(PublicKey::from(&self.wrapping).to_bytes())
    }

    /// The X25519 secret, for opening what was wrapped for this device.
    pub(crate) fn wrapping_secret(&self) -> [u8; 32] {
        self.wrapping.to_bytes()
    }

    /// Signs the head of a stream.
    #[must_use]
    pub fn sign_checkpoint(&self, head: &StreamHead) -> Signature64 {
        self.sign(&checkpoint_message(head))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature64 {
        Signature64(self.signing.sign(message).to_bytes())
    }
}

/// The message of a checkpoint (FORMAT.md, section 6).
#[must_use]
pub fn checkpoint_message(head: &StreamHead) -> Vec<u8> {
    let StreamId { device, incarnation, scope } = head.stream;
    cbor::encode(("pharmatill checkpoint 1", device, incarnation, scope, head.seq, head.hash))
}

/// Whether the key signed this head of a stream.
#[must_use]
pub fn verify_checkpoint(signing_key: &Hash32, head: &StreamHead, signature: &Signature64) -> bool {
    verify(signing_key, &checkpoint_message(head), signature)
}

/// Verifies strictly: no small-order keys, canonical encodings only.
pub(crate) fn verify(signing_key: &Hash32, message: &[u8], signature: &Signature64) -> bool {
    VerifyingKey::from_bytes(&signing_key.0)
        .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(&signature.0)).is_ok())
}

/// What an invited device says of itself; signed with the invitation's one-time secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolment {
    /// The invitation.
    pub invitation: InvitationId,
    /// Hash of the founding record.
    pub founding_hash: Hash32,
    /// The device.
    pub device: DeviceId,
    /// Its incarnation.
    pub incarnation: Incarnation,
    /// Its Ed25519 public key.
    pub signing_key: Hash32,
    /// Its X25519 public key.
    pub wrapping_key: Hash32,
    /// The branch.
    pub branch: BranchId,
    /// The till that it will be.
    pub till: TillId,
    /// The till's number.
    pub till_no: u32,
}

impl Enrolment {
    /// The message (FORMAT.md, section 7).
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        cbor::encode((
            "pharmatill enrolment 1",
            self.invitation,
            self.founding_hash,
            self.device,
            self.incarnation,
            self.signing_key,
            self.wrapping_key,
            self.branch,
            self.till,
            self.till_no,
        ))
    }

    /// The proof by the one-time secret out of the invitation.
    #[must_use]
    pub fn prove(&self, one_time_secret: &[u8; 32]) -> Signature64 {
        Signature64(SigningKey::from_bytes(one_time_secret).sign(&self.message()).to_bytes())
    }

    /// Whether the invitation's key made the proof.
    #[must_use]
    pub fn is_proved_by(&self, invitation_key: &Hash32, proof: &Signature64) -> bool {
        verify(invitation_key, &self.message(), proof)
    }
}

/// The Ed25519 public key of a secret seed.
#[must_use]
pub fn public_key(secret: &[u8; 32]) -> Hash32 {
    Hash32(SigningKey::from_bytes(secret).verifying_key().to_bytes())
}
