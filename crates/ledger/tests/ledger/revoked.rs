//! Tills that cut each other off while they were apart: what counts does not depend on who hears what first.

use domain::entry::{Common, DeviceRevoked, ExceptionAbout, ExceptionSettled, Settling};

use super::apart::{alike, meet, rebuild};
use super::merge::{Counter, branch, listed};
use super::*;

/// Says at one till that another one is cut off, with everything of it that is known there.
fn revoke(tills: &mut [Counter], by: usize, cut: u32, minute: i64) {
    revoke_at(tills, by, cut, u64::MAX, minute);
}

/// Says at one till that another one is cut off, with what of it is known there up to a record of its branch
/// stream.
fn revoke_at(tills: &mut [Counter], by: usize, cut: u32, last: u64, minute: i64) {
    let till = &mut tills[by];
    let entry_id = till.new_id();
    let (device, incarnation, branch_seq, last_organisation_seq) =
        till.ledger.book().lives_of_till(cut).expect("read")[0];
    let last_branch_seq = branch_seq.min(last);
    let common = Common {
        entry_id,
        actor: ANNA,
        approver: None,
        till: None,
        cash_session: None,
        business_date: now(minute).business_date(0),
        currency: None,
        references: Vec::new(),
        postings: Vec::new(),
    };
    let sealed = Vec::new();
    let revoked =
        DeviceRevoked { common, sealed, device, incarnation, last_branch_seq, last_organisation_seq };
    let write = |_: &ledger::Book<'_>| Ok((Write::entry(Entry::DeviceRevoked(revoked)), ()));
    till.ledger.transact(now(minute), write).expect("written");
}

/// Tills of one branch that know each other, their drawers open.
fn opened(folder: &Path, count: u8) -> Vec<Counter> {
    let mut tills = branch(folder, count);
    meet(&mut tills, 0, 1);
    tills.iter_mut().for_each(|till| till.open(2));
    meet(&mut tills, 0, 3);
    tills
}

fn everybody_hears(tills: &mut [Counter], first: usize) {
    // What was found not to count, or to count after all, is heard of by the others only then.
    for round in 0..3 {
        meet(tills, first, 20 + round);
        tills.iter_mut().for_each(rebuild);
    }
}

#[test]
fn what_a_till_that_was_cut_off_said_of_another_one_cuts_nobody_off() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 3);
        tills[0].sell(400, 3);
        meet(&mut tills, 0, 4);
        // The second till was stolen, and says that the first one is; the third one knows better.
        revoke(&mut tills, 1, 1, 5);
        revoke(&mut tills, 2, 2, 6);
        tills[0].sell(400, 7);
        tills[1].sell(400, 8);
        let session = |of: usize, tills: &[Counter]| {
            tills[0].ledger.book().session_figures(tills[of].session).expect("read").sale_count
        };
        // First everybody hears only the thief.
        let (thief, first_till) = super::merge::two(&mut tills, 1, 0);
        super::merge::bring(thief, first_till, 9, |_| false);
        tills.iter_mut().for_each(rebuild);
        everybody_hears(&mut tills, first);
        assert_eq!((session(0, &tills), session(1, &tills)), (2, 0), "heard {first} first");
        // The revocation and the sale of the till that was cut off.
        assert_eq!(listed(&tills[first], "after_revocation"), 2);
        alike(tills);
    }
}

#[test]
fn of_two_tills_that_cut_each_other_off_the_one_that_did_so_first_stays() {
    for first in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 2);
        revoke(&mut tills, 1, 1, 5);
        revoke(&mut tills, 0, 2, 6);
        tills.iter_mut().for_each(|till| till.sell(400, 7));
        everybody_hears(&mut tills, first);
        let book = tills[first].ledger.book();
        let sales = |of: usize| book.session_figures(tills[of].session).expect("read").sale_count;
        assert_eq!((sales(0), sales(1)), (0, 1));
        alike(tills);
    }
}

#[test]
fn tills_that_cut_each_other_off_in_a_row_come_to_an_end() {
    for first in 0..4 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 4);
        // Each did not know of the one before.
        revoke(&mut tills, 0, 4, 5);
        revoke(&mut tills, 1, 1, 6);
        revoke(&mut tills, 2, 2, 7);
        tills.iter_mut().for_each(|till| till.sell(400, 8));
        everybody_hears(&mut tills, first);
        for till in &tills {
            assert!(!till.ledger.book().is_rebuild_due().expect("read"), "it would be built again for ever");
        }
        alike(tills);
    }
}

#[test]
fn of_two_entries_with_one_id_the_later_one_counts_where_the_first_writer_was_cut_off() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 3);
        tills[0].sell(400, 4);
        // A copy of the first till, enrolled by itself, would give its ids again.
        let (first_seed, own) = (tills[0].seed, tills[1].seed);
        tills[1].seed = first_seed;
        tills[1].sell(401, 5);
        tills[1].seed = own;
        everybody_hears(&mut tills, first);
        let counts = |of: usize, tills: &[Counter]| {
            let book = tills[first].ledger.book();
            book.session_figures(tills[of].session).expect("read").sale_count
        };
        assert_eq!((counts(0, &tills), counts(1, &tills)), (1, 0));
        // The third till says that the first one had ended before that sale.
        let sale = tills[2].ledger.book().entry(tills[0].last_id()).expect("read").expect("there");
        revoke_at(&mut tills, 2, 1, sale.header.seq - 1, 6);
        everybody_hears(&mut tills, first);
        assert_eq!((counts(0, &tills), counts(1, &tills)), (0, 1), "heard {first} first");
        alike(tills);
    }
}

/// A manager says of everything that a till wrote after it was cut off that it counts, or is to be settled again.
fn settle_all(till: &mut Counter, how: Settling, minute: i64) {
    let book = till.ledger.book();
    let listed = match how {
        Settling::Reopened => book.settled_exceptions(9).expect("read"),
        _ => book.exceptions(9).expect("read").0,
    };
    assert!(!listed.is_empty());
    for exception in listed {
        let common = till.acting(minute).common(till.new_id(), Vec::new(), Vec::new());
        let settled = ExceptionSettled {
            common,
            sealed: Vec::new(),
            exception: exception.kind,
            about: ExceptionAbout(exception.about),
            extent: exception.extent,
            how: how.code().to_owned(),
        };
        let write = |_: &ledger::Book<'_>| Ok((Write::entry(Entry::ExceptionSettled(settled)), ()));
        till.ledger.transact(now(minute), write).expect("written");
    }
}

#[test]
fn what_a_till_wrote_after_it_was_cut_off_counts_once_a_manager_accepts_it() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 3);
        revoke(&mut tills, 2, 1, 4);
        tills[0].sell(400, 5);
        everybody_hears(&mut tills, first);
        let session = tills[0].session;
        let counted = |till: &Counter| till.ledger.book().session_figures(session).expect("read").sale_count;
        assert_eq!(tills.iter().map(counted).collect::<Vec<_>>(), [0, 0, 0]);
        settle_all(&mut tills[2], Settling::Accepted, 40);
        everybody_hears(&mut tills, first);
        assert_eq!(tills.iter().map(counted).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(tills[first].ledger.book().exceptions(9).expect("read").1, 0);
        settle_all(&mut tills[1], Settling::Reopened, 60);
        everybody_hears(&mut tills, first);
        assert_eq!(tills.iter().map(counted).collect::<Vec<_>>(), [0, 0, 0]);
        assert_eq!(tills[first].ledger.book().exceptions(9).expect("read").1, 1);
        alike(tills);
    }
}

#[test]
fn what_is_accepted_counts_also_where_it_comes_later_than_the_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = opened(folder.path(), 3);
    revoke(&mut tills, 2, 1, 4);
    tills[0].sell(400, 5);
    let (cut, manager) = super::merge::two(&mut tills, 0, 2);
    super::merge::bring(cut, manager, 6, |_| false);
    settle_all(&mut tills[2], Settling::Accepted, 7);
    let of_cut = secrets(tills[0].seed).device;
    let (manager, last) = super::merge::two(&mut tills, 2, 1);
    super::merge::bring(manager, last, 8, |run| run.after.stream.device == of_cut);
    everybody_hears(&mut tills, 1);
    let session = tills[0].session;
    assert_eq!(tills[1].ledger.book().session_figures(session).expect("read").sale_count, 1);
    alike(tills);
}
