//! What a record says, as far as this version can read it. A record that chains and is signed is kept
//! whatever this says; it only decides what is projected.

use domain::account::{self, Posting};
use domain::entry::{Common, Entry};
use minicbor::Encoder;

use crate::cbor::{self, Malformed};
use crate::document_changed::{self, DocumentChanged};
use crate::record::Header;
use crate::stream_opened::{self, StreamOpened};

/// Version of every kind's body that this version of the program knows.
pub const VERSION: u16 = 1;
/// Keys from here on may be ignored.
pub const FIRST_IGNORABLE_KEY: u64 = 32;
/// The most that an amount can be, on either side of zero.
pub const MAX_AMOUNT: u64 = (1 << 53) - 1;

/// What a body says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Record 1 of a stream.
    Opened(StreamOpened),
    /// A change of a document.
    Changed(DocumentChanged),
    /// An entry, known in full.
    Entry(Box<Entry>),
    /// An entry of which this version knows only the common part: it needs an update.
    CommonOnly(Box<Common>),
    /// Neither an entry nor a kind that this version knows: it needs an update.
    Unknown,
    /// An entry whose postings do not sum to zero for each unit, or are above the limit.
    Unbalanced(Box<Common>),
    /// Not what its kind has to be.
    Unreadable(Malformed),
}

/// Reads the body of a record.
#[must_use]
pub fn read(header: &Header, body: &[u8]) -> Body {
    let read = match header.kind {
        stream_opened::KIND if header.version == VERSION => StreamOpened::from_body(body).map(Body::Opened),
        document_changed::KIND if header.version == VERSION => {
            DocumentChanged::from_body(body).map(Body::Changed)
        }
        _ => read_entry(header, body),
    };
    read.unwrap_or_else(Body::Unreadable)
}

fn read_entry(header: &Header, body: &[u8]) -> Result<Body, Malformed> {
    let fields = cbor::fields(body)?;
    let Some((0, common)) = fields.first() else {
        let is_entry = Entry::kind_name(header.kind).is_some();
        return if is_entry { Err(Malformed::shape(0)) } else { Ok(Body::Unknown) };
    };
    let common: Common = minicbor::decode(common)?;
    if !common.postings.iter().all(is_within_limit) || !account::is_balanced(&common.postings) {
        return Ok(Body::Unbalanced(Box::new(common)));
    }
    if header.version == VERSION
        && let Some(Ok(entry)) = Entry::from_body(header.kind, body)
        && entry.sealed().len() == header.sealed.len()
        && entry.to_body() == without_ignorable(body, &fields)
    {
        return Ok(Body::Entry(Box::new(entry)));
    }
    Ok(Body::CommonOnly(Box::new(common)))
}

fn is_within_limit(posting: &Posting) -> bool {
    posting.amount.unsigned_abs() <= MAX_AMOUNT
}

/// The body without the keys that may be ignored. What this version writes for the entry that it read is
/// the same bytes only if there was nothing in them that it does not know, however deep.
fn without_ignorable(body: &[u8], fields: &[(u64, &[u8])]) -> Vec<u8> {
    let kept: Vec<_> = fields.iter().filter(|(key, _)| *key < FIRST_IGNORABLE_KEY).collect();
    if kept.len() == fields.len() {
        return body.to_vec();
    }
    let mut bytes = Vec::with_capacity(body.len());
    write_map_head(kept.len() as u64, &mut bytes);
    for (key, value) in kept {
        bytes.extend(cbor::encode(key));
        bytes.extend_from_slice(value);
    }
    bytes
}

fn write_map_head(len: u64, bytes: &mut Vec<u8>) {
    let written = Encoder::new(bytes).map(len).map(drop);
    debug_assert!(written.is_ok(), "writing to memory does not fail");
}
