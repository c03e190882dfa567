//! What stands in an object of a backup: runs as they travel, keys of sealed parts, and whose they are.
//! Compressed, and encrypted under a key that comes out of the recovery file, for its own name only.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::entry::Hash32;
use domain::id::{BranchId, OrganisationId, SubjectId};
use ledger::Book;
use minicbor::{Decode, Encode};
use replica::sealed::SubjectKey;
use replica::sync::RunBytes;
use replica::vector::StreamVector;

use super::name::Mark;
use crate::access::KnownBranch;

/// The only format.
const FORMAT: u8 = 1;
/// About how many bytes of records are put into one object at first.
const ENOUGH_BYTES: usize = 4 << 20;
/// The most keys of one object at first.
const MOST_KEYS: usize = 10_000;
/// zstd's level: an object is written once and mostly never read.
const LEVEL: i32 = 6;

/// An object is damaged, or stands under a name that is not its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotWhole;

/// What an object holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Content {
    #[n(0)]
    format: u8,
    /// The organisation.
    #[n(1)]
    pub organisation: OrganisationId,
    /// Hash of its founding record.
    #[n(2)]
    pub founding_hash: Hash32,
    /// The branch.
    #[n(3)]
    pub branch: BranchId,
    /// When it was written, by the server's clock.
    #[n(4)]
    pub written_ms: i64,
    /// Hash of the last record before the object's end.
    #[n(5)]
    pub end: Option<Hash32>,
    /// Records.
    #[n(6)]
    pub runs: Vec<RunBytes>,
    #[n(7)]
    keys: Vec<ContentKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct ContentKey {
    #[n(0)]
    subject: SubjectId,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    key: [u8; 32],
}

/// Something of the book on its way into an object.
pub struct Piece {
    /// What it holds.
    pub content: Content,
    /// Up to where.
    pub to: Mark,
    /// The heads of all streams, where nothing comes after it.
    pub everything: Option<StreamVector>,
}

impl Piece {
    /// What comes after a place, as far as one object should hold it.
    ///
    /// # Errors
    /// When the file fails.
    pub fn after(
        book: &Book<'_>,
        known: &KnownBranch,
        now_ms: i64,
        from: Mark,
    ) -> Result<Self, ledger::Error> {
        let (runs, record) = book.runs_after(from.record, ENOUGH_BYTES, None)?;
        let (keys, key) = book.keys_after(from.key, MOST_KEYS)?;
        let is_all = record == book.last_record_no()? && keys.len() < MOST_KEYS;
        let to = Mark { record, key };
        let everything = if is_all { Some(book.stream_vector()?) } else { None };
        Ok(Self { content: content(book, known, now_ms, runs, keys, to)?, to, everything })
    }

    /// What stands between two places at which objects ended.
    ///
    /// # Errors
    /// When the file fails.
    pub fn between(
        book: &Book<'_>,
        known: &KnownBranch,
        now_ms: i64,
        from: Mark,
        to: Mark,
    ) -> Result<Self, ledger::Error> {
        let runs = book.runs_between(from.record, to.record)?;
        let (keys, _) = book.keys_after(from.key, usize::try_from(to.key - from.key).unwrap_or(0))?;
        Ok(Self { content: content(book, known, now_ms, runs, keys, to)?, to, everything: None })
    }
}

fn content(
    book: &Book<'_>,
    known: &KnownBranch,
    now_ms: i64,
    runs: Vec<replica::run::Run>,
    keys: Vec<(SubjectId, SubjectKey)>,
    to: Mark,
) -> Result<Content, ledger::Error> {
    let keys = keys.into_iter().map(|(subject, key)| ContentKey { subject, key: key.0 });
    Ok(Content {
        format: FORMAT,
        organisation: known.organisation,
        founding_hash: known.founding_hash,
        branch: known.branch,
        written_ms: now_ms,
        end: book.record_hash(to.record)?,
        runs: runs.iter().map(|run| RunBytes(run.encode())).collect(),
        keys: keys.collect(),
    })
}

impl Content {
    /// Keys of sealed parts.
    pub fn keys(&self) -> impl Iterator<Item = (SubjectId, SubjectKey)> {
        self.keys.iter().map(|key| (key.subject, SubjectKey(key.key)))
    }

    /// The object's bytes, good under this name only.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn seal(&self, name: &str, key: &[u8; 32], nonce: [u8; 24]) -> Result<Vec<u8>, std::io::Error> {
        let plain = minicbor::to_vec(self).map_err(std::io::Error::other)?;
        let packed = zstd::bulk::compress(&plain, LEVEL)?;
        let sealed = cipher(key)
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: &packed, aad: name.as_bytes() })
            .map_err(|_| std::io::Error::other("it cannot be encrypted"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens an object.
    ///
    /// # Errors
    /// When it is not what was written under this name.
    pub fn open(bytes: &[u8], name: &str, key: &[u8; 32]) -> Result<Self, NotWhole> {
        let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or(NotWhole)?;
        let packed = cipher(key)
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: name.as_bytes() })
            .map_err(|_| NotWhole)?;
        // Whoever could make it pass until here has the key of everything else as well.
        let plain = zstd::stream::decode_all(&packed[..]).map_err(|_| NotWhole)?;
        let content: Self = replica::cbor::decode(&plain).map_err(|_| NotWhole)?;
        if content.format == FORMAT { Ok(content) } else { Err(NotWhole) }
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(key))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn content() -> Content {
        Content {
            format: FORMAT,
            organisation: OrganisationId(Uuid::from_u128(1)),
            founding_hash: Hash32([2; 32]),
            branch: BranchId(Uuid::from_u128(3)),
            written_ms: 4,
            end: Some(Hash32([5; 32])),
            runs: vec![RunBytes(vec![6; 600])],
            keys: vec![ContentKey { subject: SubjectId(Uuid::from_u128(7)), key: [8; 32] }],
        }
    }

    #[test]
    fn an_object_opens_under_its_own_name_and_key_only() {
        let sealed = content().seal("a", &[1; 32], [2; 24]).unwrap();
        assert_eq!(Content::open(&sealed, "a", &[1; 32]), Ok(content()));
        assert_eq!(Content::open(&sealed, "b", &[1; 32]), Err(NotWhole));
        assert_eq!(Content::open(&sealed, "a", &[2; 32]), Err(NotWhole));
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert_eq!(Content::open(&damaged, "a", &[1; 32]), Err(NotWhole), "{place}");
            assert_eq!(Content::open(&sealed[..place], "a", &[1; 32]), Err(NotWhole), "{place}");
        }
        let newer = Content { format: 2, ..content() }.seal("a", &[1; 32], [2; 24]).unwrap();
        assert_eq!(Content::open(&newer, "a", &[1; 32]), Err(NotWhole));
    }
}
