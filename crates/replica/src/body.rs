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
        && is_all_known(&entry, body, &fields)?
    {
        return Ok(Body::Entry(Box::new(entry)));
    }
    Ok(Body::CommonOnly(Box::new(common)))
}

fn is_within_limit(posting: &Posting) -> bool {
    posting.amount.unsigned_abs() <= MAX_AMOUNT
}

/// Whether this version writes the same bytes for the entry that it read, but for keys that may be ignored: only
/// then there was nothing in them that it does not know, however deep.
fn is_all_known(entry: &Entry, body: &[u8], fields: &[(u64, &[u8])]) -> Result<bool, Malformed> {
    let known = entry.to_body();
    Ok(known == body || without_ignorable(&known, &cbor::fields(&known)?) == without_ignorable(body, fields))
}

/// The body without the keys that may be ignored.
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

#[cfg(test)]
mod tests {
    use domain::account::{Account, Dimension};
    use domain::entry::{ApprovalDecided, Hash32, Incarnation, NoSale};
    use domain::id::{BranchId, DeviceId, EntryId, StaffId};
    use domain::time::{BusinessDate, Hlc, Now};
    use uuid::Uuid;

    use super::*;
    use crate::cbor::Fault;
    use crate::stream::{Scope, StreamId};

    const NO_SALE: u16 = 32;

    fn header(kind: u16, version: u16) -> Header {
        Header {
            stream: StreamId {
                device: DeviceId(Uuid::from_u128(1)),
                incarnation: Incarnation([1; 8]),
                scope: Scope::Branch(BranchId(Uuid::from_u128(2))),
            },
            seq: 2,
            previous: Hash32([1; 32]),
            kind,
            version,
            recorded_at: Now { ms: 0, utc_offset_min: 0 },
            hlc: Hlc(1),
            body_hash: Hash32([0; 32]),
            sealed: Vec::new(),
        }
    }

    fn body(amounts: [i64; 2]) -> Vec<u8> {
        let posting = |amount| Posting::money(Account::Opening, Dimension::None, "EUR", amount);
        let common = Common {
            entry_id: EntryId(Uuid::from_u128(3)),
            actor: StaffId(Uuid::from_u128(4)),
            approver: None,
            till: None,
            cash_session: None,
            business_date: BusinessDate(1),
            currency: None,
            references: Vec::new(),
            postings: amounts.map(posting).to_vec(),
        };
        Entry::NoSale(NoSale { common, sealed: Vec::new(), reason: "r".to_owned(), amount_minor: 0 })
            .to_body()
    }

    /// The body with one more pair at the end of its outermost map.
    fn with(key: &[u8]) -> Vec<u8> {
        let mut bytes = body([1, -1]);
        bytes[0] += 1;
        bytes.extend([key, &[0xf6]].concat());
        bytes
    }

    fn check(kind: u16, version: u16, bytes: &[u8], expected: &str) {
        let found = match read(&header(kind, version), bytes) {
            Body::Opened(_) => "opened".to_owned(),
            Body::Changed(_) => "changed".to_owned(),
            Body::Entry(_) => "entry".to_owned(),
            Body::CommonOnly(_) => "common only".to_owned(),
            Body::Unknown => "unknown".to_owned(),
            Body::Unbalanced(_) => "unbalanced".to_owned(),
            Body::Unreadable(error) => format!("{:?}", error.fault),
        };
        assert_eq!(found, expected);
    }

    fn decided(by_server: Option<DeviceId>) -> Entry {
        let Body::Entry(entry) = read(&header(NO_SALE, 1), &body([1, -1])) else { panic!("an entry") };
        Entry::ApprovalDecided(ApprovalDecided {
            common: entry.common().clone(),
            sealed: Vec::new(),
            staff: StaffId(Uuid::from_u128(5)),
            permission: "refund".to_owned(),
            extent: 7_000,
            about: None,
            asked: None,
            is_given: true,
            until_ms: None,
            by_server,
        })
    }

    #[test]
    fn a_key_that_may_be_ignored_and_is_known_is_read() {
        let header = header(45, 1);
        let said = decided(Some(DeviceId(Uuid::from_u128(6))));
        assert_eq!(read(&header, &said.to_body()), Body::Entry(Box::new(said.clone())));
        // To who does not know it, it is the same entry without it.
        let bytes = said.to_body();
        let older = without_ignorable(&bytes, &cbor::fields(&bytes).unwrap());
        assert_eq!(older, decided(None).to_body());
        // Beside one that is not known, and beside one that may not be ignored.
        let more = |key: &[u8]| {
            let mut bytes = said.to_body();
            bytes[0] += 1;
            bytes.extend([key, &[0xf6]].concat());
            bytes
        };
        assert_eq!(read(&header, &more(&[0x18, 33])), Body::Entry(Box::new(said.clone())));
        let mut newer = older;
        newer[0] += 1;
        newer.extend([0x18, 31, 0xf6]);
        assert!(matches!(read(&header, &newer), Body::CommonOnly(_)));
    }

    #[test]
    fn what_is_read_of_a_body() {
        let sound = body([1, -1]);
        check(NO_SALE, 1, &sound, "entry");
        check(NO_SALE, 2, &sound, "common only");
        check(999, 1, &sound, "common only");
        check(NO_SALE, 1, &with(&[4]), "common only");
        check(NO_SALE, 1, &with(&[0x18, 31]), "common only");
        check(NO_SALE, 1, &with(&[0x18, 32]), "entry");
        check(NO_SALE, 1, &body([1, -2]), "unbalanced");
        check(NO_SALE, 1, &body([1 << 53, -(1 << 53)]), "unbalanced");
        check(NO_SALE, 1, &body([i64::MIN, i64::MIN]), "unbalanced");
        check(NO_SALE, 1, &[0xa0], "Shape");
        check(999, 1, &[0xa0], "unknown");
        check(999, 1, &[0x80], "Shape");
        check(1, 1, &[0xa0], "Shape");
        check(1, 2, &[0xa0], "unknown");
        check(10, 1, &sound, "Shape");
        check(NO_SALE, 1, &sound[..sound.len() - 1], "TooShort");
        assert_eq!(cbor::check_deterministic(&[0xa0, 0]).unwrap_err().fault, Fault::Trailing);
    }
}
