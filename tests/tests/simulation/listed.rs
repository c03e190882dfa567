//! What a manager has to hear of is listed: reckoned here from the bare records, and held against what each
//! till lists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use desk::Desk;
use domain::entry::{Entry, Receipt};
use replica::document::{Document, ParsedChange, conflicts};
use replica::product_facts::ProductKey;
use replica::record::Record;

use crate::documents::changes;

/// Kinds of exceptions that a course of chance brings about, and last what two values of a product are.
const KINDS: [&str; 4] = ["stream_forked", "entry_twice", "refunded_twice", "conflict"];

/// How many of each kind were listed so far.
static SEEN: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];

/// Kind, and what it is about.
type Listed = BTreeSet<(&'static str, Vec<u8>)>;

/// Of records that are the same to all the others, the first one counts.
fn receipts(records: &[Record]) -> (Vec<Receipt>, Listed) {
    let mut by_entry: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for record in records {
        let Some(Ok(entry)) = Entry::from_body(record.header.kind, &record.body) else { continue };
        let (stream, hash) = (record.header.stream, record.hash());
        let rank = (record.header.hlc, stream.device, stream.incarnation.0, record.header.seq, hash.0);
        by_entry.entry(*entry.common().entry_id.as_bytes()).or_default().push((rank, entry));
    }
    let twice = by_entry.iter().filter(|(_, entries)| entries.len() > 1);
    let twice = twice.map(|(id, _)| ("entry_twice", id.to_vec())).collect();
    let counting = by_entry.into_values().filter_map(|mut entries| {
        entries.sort_by_key(|(rank, _)| *rank);
        entries.swap_remove(0).1.into_receipt()
    });
    (counting.map(|(_, receipt)| receipt).collect(), twice)
}

/// Lines of which more came back than was sold.
fn refunded_twice(receipts: &[Receipt]) -> Listed {
    let mut left: BTreeMap<Vec<u8>, i64> = BTreeMap::new();
    let about = |sale: &[u8; 16], line_no: u32| [&sale[..], &line_no.to_be_bytes()].concat();
    for receipt in receipts {
        for line in &receipt.lines {
            match line.refund_of {
                Some(of) => *left.entry(about(of.sale.as_bytes(), of.line_no)).or_default() += line.quantity,
                None => {
                    let about = about(receipt.common.entry_id.as_bytes(), line.line_no);
                    *left.entry(about).or_default() += line.quantity;
                }
            }
        }
    }
    left.into_iter().filter(|(_, left)| *left < 0).map(|(about, _)| ("refunded_twice", about)).collect()
}

/// Records that more than one other follows in their stream.
fn forks(records: &[Record]) -> Listed {
    let mut followed: BTreeMap<_, u32> = BTreeMap::new();
    for record in records {
        *followed.entry((record.header.stream, record.header.previous.0)).or_default() += 1;
    }
    let forked = followed.into_iter().filter(|(_, count)| *count > 1);
    forked.map(|((_, previous), _)| ("stream_forked", previous.to_vec())).collect()
}

/// Fields of products for which two values stand.
fn torn(records: &[Record]) -> Listed {
    let mut torn = Listed::new();
    for changes in changes(records).into_values() {
        let parsed = changes.iter().map(|bytes| (1, ParsedChange::parse(bytes).expect("a change")));
        let document = Document::from_changes([1; 16], parsed).expect("they fit");
        let is_torn = |key: &String| !conflicts(&document.values(key)).is_empty();
        let keys = document.keys().into_iter().filter(is_torn);
        torn.extend(keys.map(|key| ("conflict", key.into_bytes())));
    }
    torn
}

/// What the records say is listed at a till.
pub fn check(records: &[Record], desk: &Desk) {
    let (receipts, mut expected) = receipts(records);
    expected.extend(refunded_twice(&receipts));
    expected.extend(forks(records));
    expected.extend(torn(records));
    let (exceptions, conflicts) = desk
        .ask_book(|book| Ok((book.exceptions(u32::MAX)?.0, book.product_conflicts(u32::MAX)?.0)))
        .expect("read");
    let known = |kind: &str| KINDS.into_iter().find(|known| *known == kind);
    let mut listed: Listed =
        exceptions.into_iter().filter_map(|row| Some((known(&row.kind)?, row.about))).collect();
    for conflict in conflicts {
        assert!(conflict.values.len() > 1, "{conflict:?}");
        let key = ProductKey::Field(conflict.product, conflict.field).text();
        listed.insert(("conflict", key.into_bytes()));
    }
    for (seen, kind) in SEEN.iter().zip(KINDS) {
        seen.fetch_add(listed.iter().filter(|(listed, _)| *listed == kind).count() as u64, Ordering::Relaxed);
    }
    assert_eq!(listed, expected);
}

/// So many courses have brought about all of it.
pub fn has_seen_all() {
    for (seen, kind) in SEEN.iter().zip(KINDS) {
        assert!(seen.load(Ordering::Relaxed) > 0, "no course has brought {kind} about");
    }
}
