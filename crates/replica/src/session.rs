//! How a till and a server come to know each other: enrolment by a one-time code, then a challenge and a
//! session for a day. The bytes are written down in `sync-server/PROTOCOL.md`.

use domain::entry::{Hash32, Incarnation, Signature64};
use domain::id::{BranchId, DeviceId, OrganisationId, StaffId};
use minicbor::{Decode, Encode};

use crate::cbor::{self, Malformed};
use crate::sign::{self, DeviceKeys};
use crate::stream::StreamHead;

/// The most bytes of any message of this module.
pub const MAX_SESSION_BYTES: usize = 4_096;

/// Which data a server holds: another one after they were lost or came out of an old backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct DataIncarnation(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 8],
);

/// What an enrolment code is turned into on both sides; the code itself does not travel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CodeSecrets {
    /// Names the code to the server.
    pub code_id: [u8; 16],
    /// Proves to each side that the other knows the code.
    pub key: [u8; 32],
}

/// `POST /v1/enrol`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnrolRequest {
    /// Which code.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub code_id: [u8; 16],
    /// The till's organisation.
    #[n(1)]
    pub organisation: OrganisationId,
    /// Hash of its founding record.
    #[n(2)]
    pub founding_hash: Hash32,
    /// The till's branch.
    #[n(3)]
    pub branch: BranchId,
    /// The till's device.
    #[n(4)]
    pub device: DeviceId,
    /// Which life of it.
    #[n(5)]
    pub incarnation: Incarnation,
    /// Ed25519 public key.
    #[n(6)]
    pub signing_key: Hash32,
    /// X25519 public key.
    #[n(7)]
    pub wrapping_key: Hash32,
    /// Keyed hash over the rest, by [`EnrolRequest::proved`].
    #[n(8)]
    pub mac: Option<Hash32>,
}

impl EnrolRequest {
    fn mac(&self, secrets: &CodeSecrets) -> Hash32 {
        let bare = Self { mac: None, ..self.clone() };
        keyed(secrets, &[b"pharmatill enrol 1", &cbor::encode(bare)])
    }

    /// The request with the proof that its sender knows the code.
    #[must_use]
    pub fn proved(mut self, secrets: &CodeSecrets) -> Self {
        self.mac = Some(self.mac(secrets));
        self
    }

    /// Whether its sender knows the code.
    #[must_use]
    pub fn is_proved(&self, secrets: &CodeSecrets) -> bool {
        self.mac.is_some_and(|mac| same(&mac, &self.mac(secrets)))
    }
}

/// The answer to [`EnrolRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnrolReply {
    /// The server's Ed25519 public key, which the till keeps.
    #[n(0)]
    pub signing_key: Hash32,
    /// Its X25519 public key.
    #[n(1)]
    pub wrapping_key: Hash32,
    /// Its device.
    #[n(2)]
    pub device: DeviceId,
    /// Which life of it.
    #[n(3)]
    pub incarnation: Incarnation,
    /// The server's signature over [`Grant`].
    #[n(4)]
    pub grant: Signature64,
    /// Keyed hash over the request's and the rest, by [`EnrolReply::proved`].
    #[n(5)]
    pub mac: Option<Hash32>,
}

impl EnrolReply {
    fn mac(&self, request: &EnrolRequest, secrets: &CodeSecrets) -> Hash32 {
        let bare = Self { mac: None, ..self.clone() };
        let asked = cbor::encode(request);
        keyed(secrets, &[b"pharmatill enrolled 1", &cbor::encode(bare), &asked])
    }

    /// The reply with the proof that the server knows the code of this request.
    #[must_use]
    pub fn proved(mut self, request: &EnrolRequest, secrets: &CodeSecrets) -> Self {
        self.mac = Some(self.mac(request, secrets));
        self
    }

    /// Whether it answers this request and the server knows the code.
    #[must_use]
    pub fn is_proved(&self, request: &EnrolRequest, secrets: &CodeSecrets) -> bool {
        self.mac.is_some_and(|mac| same(&mac, &self.mac(request, secrets)))
    }
}

fn keyed(secrets: &CodeSecrets, parts: &[&[u8]]) -> Hash32 {
    let mut hasher = blake3::Hasher::new_keyed(&secrets.key);
    for part in parts {
        hasher.update(part);
    }
    Hash32(*hasher.finalize().as_bytes())
}

/// Compares in a time that does not tell how much was right.
fn same(given: &Hash32, right: &Hash32) -> bool {
    blake3::Hash::from_bytes(given.0) == blake3::Hash::from_bytes(right.0)
}

/// `POST /v1/challenge`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChallengeRequest {
    /// The device that wants a session.
    #[n(0)]
    pub device: DeviceId,
    /// Which life of it.
    #[n(1)]
    pub incarnation: Incarnation,
}

/// The answer to [`ChallengeRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChallengeReply {
    /// To be signed within a minute.
    #[n(0)]
    pub nonce: Hash32,
    /// The server's clock.
    #[n(1)]
    pub server_time_ms: i64,
}

/// `POST /v1/session`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionRequest {
    /// The device's organisation.
    #[n(0)]
    pub organisation: OrganisationId,
    /// Its branch.
    #[n(1)]
    pub branch: BranchId,
    /// Hash of the founding record.
    #[n(2)]
    pub founding_hash: Hash32,
    /// The server's own signature over [`Grant`], from the enrolment.
    #[n(3)]
    pub grant: Signature64,
    /// The device.
    #[n(4)]
    pub device: DeviceId,
    /// Which life of it.
    #[n(5)]
    pub incarnation: Incarnation,
    /// Ed25519 public key.
    #[n(6)]
    pub signing_key: Hash32,
    /// X25519 public key.
    #[n(7)]
    pub wrapping_key: Hash32,
    /// From the challenge.
    #[n(8)]
    pub nonce: Hash32,
    /// Signature over [`SessionClaim`] by `signing_key`.
    #[n(9)]
    pub signature: Signature64,
}

impl SessionRequest {
    /// What the signature is over, for the server with this key.
    #[must_use]
    pub fn claim(&self, server_key: Hash32) -> SessionClaim {
        SessionClaim {
            server_key,
            nonce: self.nonce,
            organisation: self.organisation,
            branch: self.branch,
            device: self.device,
            incarnation: self.incarnation,
            wrapping_key: self.wrapping_key,
        }
    }
}

/// The answer to [`SessionRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionReply {
    /// To be shown with every request, as `authorization: Bearer <base64url without padding>`.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub token: Vec<u8>,
    /// When it ends, by the server's clock.
    #[n(1)]
    pub expires_ms: i64,
    /// Which data the server holds.
    #[n(2)]
    pub data: DataIncarnation,
    /// The server's clock.
    #[n(3)]
    pub server_time_ms: i64,
    /// Signature over [`ServerClaim`] by the key of the enrolment.
    #[n(4)]
    pub signature: Signature64,
}

impl SessionReply {
    /// What the signature is over, as the answer to this nonce.
    #[must_use]
    pub fn claim(&self, nonce: Hash32) -> ServerClaim {
        ServerClaim { nonce, data: self.data, server_time_ms: self.server_time_ms }
    }
}

/// `POST /v1/view-link`: somebody at a till wants to look from a browser.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ViewLinkRequest {
    /// Whom the link lets in.
    #[n(0)]
    pub staff: StaffId,
}

/// The answer to `POST /v1/view-link`: with it one browser comes in, to look.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ViewLinkReply {
    /// What the browser shows, once.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub link: [u8; 16],
    /// Until when, by the server's clock.
    #[n(1)]
    pub expires_ms: i64,
    /// The address that browsers know the server by, where it is another than the one that tills know.
    #[n(2)]
    pub address: Option<String>,
}

macro_rules! messages {
    ($($name:ident)*) => {$(
        impl $name {
            /// The bytes of the message.
            #[must_use]
            pub fn encode(&self) -> Vec<u8> {
                cbor::encode(self)
            }

            /// Reads a message strictly; map keys that are not known are passed over.
            ///
            /// # Errors
            /// When the bytes are not such a message.
            pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
                if bytes.len() > MAX_SESSION_BYTES {
                    return Err(Malformed { at: MAX_SESSION_BYTES, fault: cbor::Fault::TooLarge });
                }
                cbor::decode(bytes)
            }
        }
    )*};
}

messages! {
    EnrolRequest EnrolReply ChallengeRequest ChallengeReply SessionRequest SessionReply
    ViewLinkRequest ViewLinkReply
}

/// The server takes this organisation, also after it has lost everything but its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Hash of its founding record.
    pub founding_hash: Hash32,
}

/// This device is here now and means this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionClaim {
    /// The server's Ed25519 public key.
    pub server_key: Hash32,
    /// From its challenge.
    pub nonce: Hash32,
    /// The device's organisation.
    pub organisation: OrganisationId,
    /// Its branch.
    pub branch: BranchId,
    /// The device.
    pub device: DeviceId,
    /// Which life of it.
    pub incarnation: Incarnation,
    /// Its X25519 public key.
    pub wrapping_key: Hash32,
}

/// This server is here now and holds these data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerClaim {
    /// From the challenge.
    pub nonce: Hash32,
    /// Which data it holds.
    pub data: DataIncarnation,
    /// Its clock.
    pub server_time_ms: i64,
}

/// How safe records are on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum AckLevel {
    /// On the server's own disk.
    #[n(1)]
    Stored,
    /// In the server's backup too.
    #[n(2)]
    Durable,
}

/// The server has these heads of one device's own streams. With a signature, proof of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AckClaim {
    /// Which data it holds.
    pub data: DataIncarnation,
    /// How safe.
    pub level: AckLevel,
    /// When, by the server's clock.
    pub at_ms: i64,
    /// The heads, ascending by stream, number and hash; both of a fork.
    pub heads: Vec<StreamHead>,
}

macro_rules! claims {
    ($($name:ident($($field:ident),*) $context:literal;)*) => {$(
        impl $name {
            fn message(&self) -> Vec<u8> {
                cbor::encode(($context, $(&self.$field),*))
            }

            /// Signs it.
            #[must_use]
            pub fn sign(&self, keys: &DeviceKeys) -> Signature64 {
                keys.sign(&self.message())
            }

            /// Whether the key signed it.
            #[must_use]
            pub fn is_signed_by(&self, signing_key: &Hash32, signature: &Signature64) -> bool {
                sign::verify(signing_key, &self.message(), signature)
            }
        }
    )*};
}

claims! {
    Grant(organisation, founding_hash) "pharmatill grant 1";
    SessionClaim(server_key, nonce, organisation, branch, device, incarnation, wrapping_key)
        "pharmatill session 1";
    ServerClaim(nonce, data, server_time_ms) "pharmatill server 1";
    AckClaim(data, level, at_ms, heads) "pharmatill ack 1";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::sample::{keys, records};

    const SECRETS: CodeSecrets = CodeSecrets { code_id: [1; 16], key: [2; 32] };

    fn request() -> EnrolRequest {
        EnrolRequest {
            code_id: [1; 16],
            organisation: OrganisationId(Uuid::from_u128(1)),
            founding_hash: Hash32([3; 32]),
            branch: BranchId(Uuid::from_u128(2)),
            device: DeviceId(Uuid::from_u128(3)),
            incarnation: Incarnation([4; 8]),
            signing_key: keys().signing_key(),
            wrapping_key: keys().wrapping_key(),
            mac: None,
        }
    }

    fn reply() -> EnrolReply {
        EnrolReply {
            signing_key: keys().signing_key(),
            wrapping_key: keys().wrapping_key(),
            device: DeviceId(Uuid::from_u128(9)),
            incarnation: Incarnation([9; 8]),
            grant: Signature64([9; 64]),
            mac: None,
        }
    }

    fn session() -> SessionRequest {
        let EnrolRequest { organisation, founding_hash, branch, device, incarnation, .. } = request();
        SessionRequest {
            organisation,
            branch,
            founding_hash,
            grant: Signature64([9; 64]),
            device,
            incarnation,
            signing_key: keys().signing_key(),
            wrapping_key: keys().wrapping_key(),
            nonce: Hash32([8; 32]),
            signature: Signature64([7; 64]),
        }
    }

    #[test]
    fn both_sides_prove_that_they_know_the_code() {
        let proved = request().proved(&SECRETS);
        assert_eq!(EnrolRequest::decode(&proved.encode()), Ok(proved.clone()));
        assert!(proved.is_proved(&SECRETS) && !request().is_proved(&SECRETS));
        let other = CodeSecrets { key: [3; 32], ..SECRETS };
        assert!(!proved.is_proved(&other));
        let changed = EnrolRequest { device: DeviceId(Uuid::from_u128(4)), ..proved.clone() };
        assert!(!changed.is_proved(&SECRETS));

        let answer = reply().proved(&proved, &SECRETS);
        assert_eq!(EnrolReply::decode(&answer.encode()), Ok(answer.clone()));
        assert!(answer.is_proved(&proved, &SECRETS) && !answer.is_proved(&proved, &other));
        assert!(!answer.is_proved(&changed, &SECRETS));
        let changed = EnrolReply { signing_key: Hash32([1; 32]), ..answer };
        assert!(!changed.is_proved(&proved, &SECRETS));
    }

    #[test]
    fn no_claim_passes_for_another() {
        let (keys, key) = (keys(), keys().signing_key());
        let claim = session().claim(Hash32([1; 32]));
        let signature = claim.sign(&keys);
        assert!(claim.is_signed_by(&key, &signature));
        assert!(!session().claim(Hash32([2; 32])).is_signed_by(&key, &signature));
        let reply = SessionReply {
            token: vec![1; 90],
            expires_ms: 5,
            data: DataIncarnation([5; 8]),
            server_time_ms: 4,
            signature,
        };
        assert_eq!(SessionReply::decode(&reply.encode()), Ok(reply.clone()));
        let claim = reply.claim(Hash32([8; 32]));
        assert!(!claim.is_signed_by(&key, &signature));
        assert!(claim.is_signed_by(&key, &claim.sign(&keys)));
        let heads: Vec<_> = records(1).iter().map(crate::record::Record::head).collect();
        let ack = AckClaim { data: reply.data, level: AckLevel::Stored, at_ms: 4, heads };
        let signature = ack.sign(&keys);
        assert!(ack.is_signed_by(&key, &signature));
        let more = AckClaim { level: AckLevel::Durable, ..ack.clone() };
        assert!(!more.is_signed_by(&key, &signature));
        let more = AckClaim { heads: ack.heads[1..].to_vec(), ..ack };
        assert!(!more.is_signed_by(&key, &signature));
    }

    proptest! {
        #[test]
        fn bytes_from_outside_do_not_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            place: prop::sample::Index,
            bit in 0..8_u32,
        ) {
            let _ = SessionRequest::decode(&bytes);
            let mut changed = session().encode();
            let place = place.index(changed.len());
            changed[place] ^= 1 << bit;
            prop_assert_ne!(SessionRequest::decode(&changed), Ok(session()));
        }
    }
}
