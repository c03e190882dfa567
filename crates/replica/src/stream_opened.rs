//! Kind 1: what record 1 of every stream says.

use domain::entry::{Hash32, Incarnation, SeenStream, Signature64};
use domain::id::DeviceId;
use minicbor::{Decode, Encode};

use crate::cbor::{self, Malformed};
use crate::sign::{self, DeviceKeys};
use crate::stream::{Scope, StreamId};

/// Number of the kind.
pub const KIND: u16 = 1;

/// The body of `stream_opened`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StreamOpened {
    /// The device, as in the header.
    #[n(2)]
    pub device: DeviceId,
    /// The incarnation, as in the header.
    #[n(3)]
    pub incarnation: Incarnation,
    /// Ed25519 public key that signs this incarnation's checkpoints.
    #[n(4)]
    pub signing_key: Hash32,
    /// X25519 public key that keys of sealed parts are wrapped for.
    #[n(5)]
    pub wrapping_key: Hash32,
    /// The scope, as in the header.
    #[n(6)]
    pub scope: Scope,
    /// Receipt series; only in a branch.
    #[n(7)]
    pub receipt_series: Option<String>,
    /// Head of the stream that this one goes on from.
    #[n(8)]
    pub predecessor: Option<SeenStream>,
    /// Signature by the predecessor's key; only with a predecessor.
    #[n(9)]
    pub endorsement: Option<Signature64>,
}

impl StreamOpened {
    /// Opens a stream that goes on from none.
    #[must_use]
    pub fn first(stream: StreamId, keys: &DeviceKeys, receipt_series: Option<String>) -> Self {
        Self {
            device: stream.device,
            incarnation: stream.incarnation,
            signing_key: keys.signing_key(),
            wrapping_key: keys.wrapping_key(),
            scope: stream.scope,
            receipt_series,
            predecessor: None,
            endorsement: None,
        }
    }

    /// Says which stream it goes on from, endorsed by that one's keys where they are still there.
    #[must_use]
    pub fn after(mut self, predecessor: SeenStream, old_keys: Option<&DeviceKeys>) -> Self {
        self.predecessor = Some(predecessor);
        self.endorsement =
            old_keys.and_then(|keys| self.succession_message().map(|message| keys.sign(&message)));
        self
    }

    /// The stream that it opens.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        StreamId { device: self.device, incarnation: self.incarnation, scope: self.scope }
    }

    /// Whether the predecessor's key endorsed these keys.
    #[must_use]
    pub fn is_endorsed_by(&self, predecessor_key: &Hash32) -> bool {
        match (&self.endorsement, self.succession_message()) {
            (Some(signature), Some(message)) => sign::verify(predecessor_key, &message, signature),
            _ => false,
        }
    }

    fn succession_message(&self) -> Option<Vec<u8>> {
        self.predecessor.map(|predecessor| {
            cbor::encode((
                "pharmatill succession 1",
                predecessor,
                self.device,
                self.incarnation,
                self.signing_key,
                self.wrapping_key,
                self.scope,
            ))
        })
    }

    /// The body's bytes.
    #[must_use]
    pub fn to_body(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads a body strictly.
    ///
    /// # Errors
    /// When the bytes are not such a body.
    pub fn from_body(body: &[u8]) -> Result<Self, Malformed> {
        let read: Self = cbor::decode(body)?;
        let is_sound = (read.endorsement.is_none() || read.predecessor.is_some())
            && (read.receipt_series.is_none() || matches!(read.scope, Scope::Branch(_)));
        if is_sound { Ok(read) } else { Err(Malformed::shape(0)) }
    }
}
