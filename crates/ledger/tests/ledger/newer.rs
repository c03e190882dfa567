//! What a newer version wrote: its money and goods count, and the book says that it needs an update.

use domain::id::CashLocationId;
use replica::record::{Record, hash};
use replica::run::Run;
use replica::sign::DeviceKeys;
use replica::stream::{Scope, StreamHead};
use replica::vector::Lacking;

use super::merge::{Counter, branch, listed};
use super::*;

/// The branch stream of a till, of which a newer version wrote the last record: a sale.
fn written_newer(till: &Counter, newer: impl FnOnce(&mut Record)) -> Run {
    let book = till.ledger.book();
    let is_of_branch = |head: &StreamHead| matches!(head.stream.scope, Scope::Branch(_));
    let head = book.own_heads().expect("read").into_iter().find(is_of_branch).expect("its head");
    let mut run = book.run_for(&Lacking { head, has: Vec::new() }).expect("read").expect("a run");
    let record = run.records.last_mut().expect("a sale");
    newer(record);
    record.header.body_hash = hash(&record.body);
    record.header_bytes = record.header.encode();
    let keys = secrets(till.seed);
    run.signature =
        DeviceKeys::from_seeds(keys.signing_seed, keys.wrapping_seed).sign_checkpoint(&record.head());
    Run::decode(&run.encode()).expect("a run")
}

#[track_caller]
fn check(is_counted: bool, kind: &str, newer: impl FnOnce(&mut Record)) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    tills[0].open(1);
    tills[0].sell(400, 2);
    let drawer = CashLocationId::drawer_of(tills[0].ledger.book().till().expect("read").expect("one").till);
    let run = written_newer(&tills[0], newer);
    let key = run.opening_key().expect("a key");
    let other = &mut tills[1];
    let run = run.verified(&key).expect("signed");
    while other.ledger.merge(&run, 10, now(3)).expect("taken") > 0 {}
    assert_eq!(listed(other, kind), 1, "{kind}");
    let cash = other.ledger.book().cash_at(Account::Drawer, drawer).expect("read");
    assert_eq!(cash, if is_counted { 20_990 } else { 20_000 }, "{kind}");
    let on_hand = other.ledger.book().on_hand(ProductId(id(400)), founding_shelf()).expect("read");
    assert_eq!(on_hand, if is_counted { -2 } else { 0 }, "{kind}");
    let (path, seed) = (other.path.clone(), other.seed);
    drop(tills);
    let verified = verify(&path, &secrets(seed), |_, _| true).expect("verification runs");
    let faults: Vec<_> = verified.faults.iter().map(|fault| fault.code).collect();
    assert_eq!(faults, if is_counted { vec![] } else { vec![kind] });
}

/// Puts other bytes in the place of those that come first.
fn replace(body: &mut [u8], old: &[u8], new: &[u8]) {
    let at = (0..body.len()).find(|at| body[*at..].starts_with(old)).expect("they are there");
    body[at..at + old.len()].copy_from_slice(new);
}

#[test]
fn what_a_newer_version_wrote_counts_as_far_as_its_common_part_goes() {
    check(true, "unknown_kind", |sale| sale.header.version = 2);
    check(true, "unknown_kind", |sale| sale.header.kind = 60);
    // Key 31 in the outermost map.
    check(true, "unknown_kind", |sale| {
        sale.body[0] += 1;
        sale.body.extend([0x18, 31, 1]);
    });
    // A kind of tender that is not known here: key 0 of the only tender, before the id of the tender.
    check(true, "unknown_kind", |sale| {
        replace(&mut sale.body, &[0xa5, 0, 1, 1, 0x50], &[0xa5, 0, 9, 1, 0x50])
    });
}

#[test]
fn what_cannot_be_read_counts_nowhere_and_is_listed() {
    check(false, "does_not_decode", |sale| sale.body = vec![0xa1, 0, 1]);
    // 990 of the cash, whose posting is the first.
    check(false, "not_balanced", |sale| replace(&mut sale.body, &[0x19, 0x03, 0xde], &[0x19, 0x03, 0xdf]));
}
