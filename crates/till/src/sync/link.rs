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
    /// The latest of them that says that everything is in the server's backup too.
    #[n(5)]
    pub durable: Option<Proof>,
}

impl Progress {
    /// Up to when, by the server's clock, everything that this till had written is in the server's backup, as
    /// this server has signed.
    #[must_use]
    pub fn backed_up_ms(&self, link: &Link) -> Option<i64> {
        let proof = self.durable.as_ref()?;
        proof.claim().is_signed_by(&link.signing_key, &proof.ack.signature).then_some(proof.ack.at_ms)
    }
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

#[cfg(test)]
mod tests {
    use domain::entry::Signature64;
    use replica::session::AckLevel;
    use replica::sign::DeviceKeys;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_the_server_that_the_till_belongs_to_says_what_is_backed_up() {
        let keys = DeviceKeys::from_seeds([1; 32], [2; 32]);
        let link = Link {
            url: String::new(),
            signing_key: keys.signing_key(),
            wrapping_key: keys.wrapping_key(),
            device: DeviceId(Uuid::from_u128(1)),
            incarnation: Incarnation([1; 8]),
            grant: Signature64([1; 64]),
        };
        let ack = Ack { level: AckLevel::Durable, at_ms: 7, signature: Signature64([0; 64]) };
        let mut proof = Proof { data: DataIncarnation([1; 8]), ack, heads: Vec::new() };
        let of = |proof: &Proof| Progress { durable: Some(proof.clone()), ..Progress::default() };
        assert_eq!(of(&proof).backed_up_ms(&link), None);
        proof.ack.signature = proof.claim().sign(&keys);
        assert_eq!(of(&proof).backed_up_ms(&link), Some(7));
        let stranger = DeviceKeys::from_seeds([3; 32], [2; 32]).signing_key();
        assert_eq!(of(&proof).backed_up_ms(&Link { signing_key: stranger, ..link }), None);
    }
}
