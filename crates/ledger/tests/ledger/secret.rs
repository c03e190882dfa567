//! PINs and badges: the last one in force is the one that is checked, at every till of the branch.

use domain::entry::{SealedField, SealedRef, SecretKind, SecretSet, ToSeal};

use super::apart::{alike, meet};
use super::merge::{Counter, bring, two};
use super::rights::{BEN, CLEO, join, leave, opened, set_pin, write};
use super::*;

fn pin(till: &Counter, staff: StaffId) -> Option<(String, bool)> {
    let secret = till.ledger.book().secret_of(staff, SecretKind::Pin).expect("read")?;
    Some((String::from_utf8(secret.verifier).expect("text"), secret.is_initial))
}

fn is(plain: &str, is_initial: bool) -> Option<(String, bool)> {
    Some((plain.to_owned(), is_initial))
}

fn take_away(till: &mut Counter, actor: StaffId, minute: i64, staff: StaffId) {
    let kind = SecretKind::Pin;
    write(till, actor, minute, |common| {
        Entry::SecretSet(SecretSet { common, sealed: Vec::new(), staff, kind, is_initial: false })
    });
}

#[test]
fn the_last_pin_in_force_is_the_one_that_is_checked() {
    for first in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 2);
        assert_eq!(pin(&tills[0], BEN), None);
        set_pin(&mut tills[0], ANNA, 4, BEN, "by the owner");
        assert_eq!(pin(&tills[0], BEN), is("by the owner", true));
        set_pin(&mut tills[1], BEN, 6, BEN, "his own");
        set_pin(&mut tills[0], ANNA, 5, BEN, "by the owner again");
        set_pin(&mut tills[0], ANNA, 5, ANNA, "hers");
        // He does not decide about her.
        set_pin(&mut tills[1], BEN, 7, ANNA, "his for her");
        meet(&mut tills, first, 20);
        let book = tills[first].ledger.book();
        assert_eq!(
            (pin(&tills[first], BEN), pin(&tills[first], ANNA)),
            (is("his own", false), is("hers", false))
        );
        assert!(book.secret_of(BEN, SecretKind::Badge).expect("read").is_none());
        assert!(book.has_secret(BEN, SecretKind::Pin).expect("read"));
        take_away(&mut tills[1], ANNA, 30, BEN);
        take_away(&mut tills[0], BEN, 31, ANNA);
        meet(&mut tills, first, 40);
        assert_eq!((pin(&tills[first], BEN), pin(&tills[first], ANNA)), (None, is("hers", false)));
        assert!(!tills[first].ledger.book().has_secret(BEN, SecretKind::Pin).expect("read"));
        alike(tills);
    }
}

#[test]
fn a_pin_that_was_set_apart_is_in_force_once_the_right_to_set_it_is_heard_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = opened(folder.path(), 2);
    set_pin(&mut tills[1], BEN, 4, BEN, "first");
    set_pin(&mut tills[1], BEN, 5, ANNA, "his for her");
    set_pin(&mut tills[1], BEN, 6, BEN, "after he left");
    let with_pin = |till: &Counter| {
        let with = till.ledger.book().with_secret(SecretKind::Pin).expect("read");
        with.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(with_pin(&tills[1]), [BEN]);
    leave(&mut tills[0], ANNA, 5, BEN);
    assert_eq!(pin(&tills[1], BEN), is("after he left", false));
    meet(&mut tills, 0, 20);
    assert_eq!(pin(&tills[1], BEN), is("first", false));
    // What is not in force, or of somebody who is not here any more, keeps nobody out.
    assert_eq!(with_pin(&tills[1]), []);
    alike(tills);
}

#[test]
fn whoever_joins_later_reads_the_pins_of_the_branch_and_who_has_no_key_yet_knows_that_there_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = opened(folder.path(), 2);
    join(&mut tills[0], ANNA, 4, CLEO, Role::Assistant);
    set_pin(&mut tills[0], ANNA, 5, CLEO, "hers");
    let invited = tills[0].ledger.invite(ANNA, 3, whole(), now(6)).expect("invited");
    let path = folder.path().join("late.db");
    let mut late = Ledger::open(&path, &secrets(51), seeded(51_000)).expect("opens");
    late.join(&invited.file, &invited.code, now(7), |_| Ok(())).expect("joined");
    assert_eq!(pin(&Counter::at(path, 51, late), CLEO), is("hers", true));
    // Records and keys come by different ways.
    let (from, to) = two(&mut tills, 0, 1);
    bring(from, to, 8, |_| false);
    assert_eq!(pin(&tills[1], CLEO), None);
    assert!(tills[1].ledger.book().has_secret(CLEO, SecretKind::Pin).expect("read"));
    // Sealed under another key it would be lost to everybody else.
    let what = SealedRef { subject: CLEO.into(), field: SealedField::Verifier, index: 0 };
    let common = tills[1].acting(9).common(tills[1].new_id(), Vec::new(), Vec::new());
    let kind = SecretKind::Pin;
    let set = SecretSet { common, sealed: vec![what], staff: CLEO, kind, is_initial: true };
    let to_seal = vec![ToSeal { what, plain: b"another".to_vec() }];
    let new = NewEntry { entry: Entry::SecretSet(set), to_seal };
    let refused = tills[1].ledger.transact(now(9), |_| Ok((Write::entry(new), ())));
    assert!(matches!(refused, Err(Error::BadRecord(_))), "{refused:?}");
    let (keys, _) = tills[0].ledger.book().keys_after(0, 100).expect("read");
    tills[1].ledger.take_keys(&keys).expect("taken");
    assert_eq!(pin(&tills[1], CLEO), is("hers", true));
    set_pin(&mut tills[1], CLEO, 10, CLEO, "her own");
    meet(&mut tills, 0, 20);
    assert_eq!(pin(&tills[0], CLEO), is("her own", false));
}
