//! Kind 10: one change of a document, as a record carries it.

use domain::id::StaffId;
use minicbor::{Decode, Encode};

use crate::cbor::{self, Malformed};

/// Number of the kind.
pub const KIND: u16 = 10;

/// The body of `document_changed`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DocumentChanged {
    /// Name of the document.
    #[n(2)]
    pub document: String,
    /// Generation, from 1.
    #[n(3)]
    pub generation: u32,
    /// One Automerge change, uncompressed.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub change: Vec<u8>,
    /// Who did it.
    #[n(5)]
    pub actor: StaffId,
}

impl DocumentChanged {
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
        if read.generation == 0 { Err(Malformed::shape(0)) } else { Ok(read) }
    }
}
