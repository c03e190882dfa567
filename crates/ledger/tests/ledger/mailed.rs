//! Addresses that papers were mailed to: an `erased` entry destroys one alone, at every till, and it does not come
//! back from those that have not heard of it.

use domain::entry::{Erased, PaperMailed, SealedField, SealedRef, ToSeal};
use domain::id::SubjectId;

use super::apart::{alike, meet};
use super::merge::{Counter, branch, bring, two};
use super::rights::write;
use super::*;

const ADDRESS: &str = "a.durand@example.org";

fn mail(till: &mut Counter, minute: i64, subject: u128) -> EntryId {
    let (mail, subject) = (till.new_id(), SubjectId(id(subject)));
    let what = SealedRef { subject, field: SealedField::EmailAddress, index: 0 };
    let entry = PaperMailed {
        common: till.acting(minute).common(mail, Vec::new(), Vec::new()),
        sealed: vec![what],
        what: "receipt".to_owned(),
        of: None,
        copy_no: 0,
    };
    let to_seal = vec![ToSeal { what, plain: ADDRESS.as_bytes().to_vec() }];
    let new = NewEntry { entry: Entry::PaperMailed(entry), to_seal };
    till.ledger.transact(now(minute), |_| Ok((Write::entry(new), ()))).expect("written");
    mail
}

fn erase(till: &mut Counter, minute: i64, subject: u128) {
    let (subject, reason) = (SubjectId(id(subject)), "sent".to_owned());
    write(till, ANNA, minute, |common| Entry::Erased(Erased { common, sealed: Vec::new(), subject, reason }));
}

fn address(till: &Counter, mail: EntryId) -> Option<String> {
    let book = till.ledger.book();
    let stored = book.entry(mail).expect("read").expect("there");
    book.unseal(&stored, SealedField::EmailAddress, 0).expect("read")
}

/// How many sealed parts and keys of a subject lie in the file.
fn rows(till: &Counter, subject: u128) -> [u64; 2] {
    let conn = rusqlite::Connection::open(&till.path).expect("opens");
    let key = format!("{:02x}", till.seed).repeat(32);
    conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\"")).expect("the key fits");
    ["sealed_part", "subject_key"].map(|table| {
        let sql = format!("SELECT count(*) FROM {table} WHERE subject = ?1");
        conn.query_row(&sql, [id(subject).as_bytes()], |row| row.get(0)).expect("read")
    })
}

fn gives_keys(from: &Counter, to: &mut Counter) {
    let (keys, _) = from.ledger.book().keys_after(0, 1_000).expect("read");
    to.ledger.take_keys(&keys).expect("taken");
}

#[test]
fn an_address_is_destroyed_alone_and_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    let (gone, stays) = (mail(&mut tills[0], 1, 0x51), mail(&mut tills[0], 2, 0x52));
    let (from, to) = two(&mut tills, 0, 1);
    bring(from, to, 3, |_| false);
    gives_keys(from, to);
    for till in &tills {
        assert_eq!(address(till, gone).as_deref(), Some(ADDRESS));
        assert_eq!((rows(till, 0x51), rows(till, 0x52)), ([1, 1], [1, 1]));
    }
    erase(&mut tills[0], 4, 0x51);
    assert_eq!((address(&tills[0], gone), rows(&tills[0], 0x51)), (None, [0, 0]));
    // The other one has not heard of it, and gives back what it has.
    let (from, to) = two(&mut tills, 1, 0);
    bring(from, to, 5, |_| false);
    gives_keys(from, to);
    assert_eq!(rows(&tills[0], 0x51), [0, 0]);
    meet(&mut tills, 0, 6);
    for till in &tills {
        assert_eq!((address(till, gone), rows(till, 0x51)), (None, [0, 0]));
        assert_eq!((address(till, stays).as_deref(), rows(till, 0x52)), (Some(ADDRESS), [1, 1]));
    }
    alike(tills);
}

#[test]
fn whoever_hears_first_that_an_address_was_destroyed_never_keeps_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 3);
    let gone = mail(&mut tills[0], 1, 0x51);
    let (from, to) = two(&mut tills, 0, 1);
    bring(from, to, 2, |_| false);
    erase(&mut tills[1], 3, 0x51);
    let own = secrets(tills[1].seed).device;
    let (from, to) = two(&mut tills, 1, 2);
    bring(from, to, 4, |run| run.after.stream.device != own);
    // The first till still has it.
    let (from, to) = two(&mut tills, 0, 2);
    bring(from, to, 5, |_| false);
    gives_keys(from, to);
    assert_eq!((address(&tills[2], gone), rows(&tills[2], 0x51)), (None, [0, 0]));
    meet(&mut tills, 2, 6);
    assert_eq!(rows(&tills[0], 0x51), [0, 0]);
    alike(tills);
}
