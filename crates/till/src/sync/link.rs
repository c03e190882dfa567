//! The server that a till belongs to, and how far the two have come. Both lie in the ledger's local values.

use domain::entry::{Hash32, Incarnation, Signature64};
use domain::id::DeviceId;
use ledger::{Book, Error};
use minicbor::{Decode, Encode};
use replica::session::{AckClaim, DataIncarnation};
use replica::stream::StreamHead;
use replica::sync::{Ack, Cursor};

/// Name of the local value that says how far the till and its server have come.
pub const PROGRESS: &str = "sync";

/// A server as this till came to know it when it was enrolled with a code.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Link {
    /// Where it answers: `http://…` or `https://…`, without a path.
    #[n(0)]
    pub url: String,
    /// The key that it proves itself with. Whoever has another one is a stranger.
    #[n(1)]
    pub signing_key: Hash32,
    /// The key that keys of sealed parts are wrapped for.
    #[n(2)]
    pub wrapping_key: Hash32,
    /// Its device.
    #[n(3)]
    pub device: DeviceId,
    /// Its incarnation.
    #[n(4)]
    pub incarnation: Incarnation,
    /// Its word that this organisation has a place there, also after it lost everything else.
    #[n(5)]
    pub grant: Signature64,
}

/// How far a till and its server have come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Progress {
    /// Up to where everything in the server's order of arrival is here.
    #[n(0)]
    pub cursor: Option<Cursor>,
    /// The ends of this till's streams as the server has them, ascending.
    #[n(1)]
    pub acked: Vec<StreamHead>,
    /// The last key of this ledger that the server has.
    #[n(2)]
    pub keys_given: i64,
    /// The last key of the server that is here.
    #[n(3)]
    pub keys_taken: u64,
    /// The server's latest signed word on what it has.
    #[n(4)]
    pub proof: Option<Proof>,
}

/// A signed acknowledgement: with it a till knows, and can show, that a server has lost something.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Proof {
    /// Which life of the server's data.
    #[n(0)]
    pub data: DataIncarnation,
    /// Level, time and signature.
    #[n(1)]
    pub ack: Ack,
    /// What it acknowledges.
    #[n(2)]
    pub heads: Vec<StreamHead>,
}

impl Proof {
    /// What the server has signed.
    #[must_use]
    pub fn claim(&self) -> AckClaim {
        AckClaim { data: self.data, level: self.ack.level, at_ms: self.ack.at_ms, heads: self.heads.clone() }
    }
}

/// The server that this till belongs to, if any.
///
/// # Errors
/// When the file fails.
pub fn read_link(book: &Book<'_>) -> Result<Option<Link>, Error> {
    Ok(book.local(ledger::SERVER)?.and_then(|bytes| minicbor::decode(&bytes).ok()))
}

/// How far the till and its server have come; the beginning where that is not known.
///
/// # Errors
/// When the file fails.
pub fn read_progress(book: &Book<'_>) -> Result<Progress, Error> {
    Ok(book.local(PROGRESS)?.and_then(|bytes| minicbor::decode(&bytes).ok()).unwrap_or_default())
}
