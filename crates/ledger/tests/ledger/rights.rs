//! Who may: what tills say of people while they are apart is judged in one order, whoever hears what first.

use domain::entry::{
    Common, NoSale, OrganisationFounded, RoleGiven, SecretKind, SecretSet, StaffJoined, StaffLeft,
};
use domain::entry::{SealedField, SealedRef, ToSeal};

use super::apart::{alike, meet, rebuild};
use super::hostile;
use super::merge::{Counter, branch, bring, listed, two};
use super::*;

pub(crate) const BEN: StaffId = StaffId(Uuid::from_u128(0xb));
pub(crate) const CLEO: StaffId = StaffId(Uuid::from_u128(0xc));
const DORA: StaffId = StaffId(Uuid::from_u128(0xd));

/// Writes an entry at a till, where `actor` stands.
pub(crate) fn write(
    till: &mut Counter,
    actor: StaffId,
    minute: i64,
    entry: impl FnOnce(Common) -> Entry,
) -> EntryId {
    let entry_id = till.new_id();
    let acting = Acting { actor, ..till.acting(minute) };
    let entry = entry(acting.common(entry_id, Vec::new(), Vec::new()));
    till.ledger.transact(now(minute), |_| Ok((Write::entry(entry), ()))).expect("written");
    entry_id
}

/// The same with a sealed part.
fn write_sealed(
    till: &mut Counter,
    actor: StaffId,
    minute: i64,
    (what, plain): (SealedRef, &str),
    entry: impl FnOnce(Common, Vec<SealedRef>) -> Entry,
) {
    let (entry_id, acting) = (till.new_id(), Acting { actor, ..till.acting(minute) });
    let entry = entry(acting.common(entry_id, Vec::new(), Vec::new()), vec![what]);
    let new = NewEntry { entry, to_seal: vec![ToSeal { what, plain: plain.as_bytes().to_vec() }] };
    till.ledger.transact(now(minute), |_| Ok((Write::entry(new), ()))).expect("written");
}

fn of_organisation(common: Common) -> Common {
    Common { till: None, cash_session: None, currency: None, ..common }
}

pub(crate) fn join(till: &mut Counter, actor: StaffId, minute: i64, staff: StaffId, role: Role) {
    let what = SealedRef { subject: staff.into(), field: SealedField::Name, index: 0 };
    write_sealed(till, actor, minute, (what, "a name"), |common, sealed| {
        let common = of_organisation(common);
        Entry::StaffJoined(StaffJoined { common, sealed, staff, role })
    });
}

fn give(till: &mut Counter, actor: StaffId, minute: i64, staff: StaffId, role: Role) {
    write(till, actor, minute, |common| {
        let common = of_organisation(common);
        Entry::RoleGiven(RoleGiven { common, sealed: Vec::new(), staff, role })
    });
}

pub(crate) fn leave(till: &mut Counter, actor: StaffId, minute: i64, staff: StaffId) {
    write(till, actor, minute, |common| {
        Entry::StaffLeft(StaffLeft { common: of_organisation(common), sealed: Vec::new(), staff })
    });
}

pub(crate) fn no_sale(common: Common) -> Entry {
    let reason = "change_given".to_owned();
    Entry::NoSale(NoSale { common, sealed: Vec::new(), reason, amount_minor: 0 })
}

/// Gives a person a PIN.
pub(crate) fn set_pin(till: &mut Counter, actor: StaffId, minute: i64, staff: StaffId, plain: &str) {
    let what = SealedRef { subject: staff.into(), field: SealedField::Verifier, index: 0 };
    write_sealed(till, actor, minute, (what, plain), |common, sealed| {
        let (kind, is_initial) = (SecretKind::Pin, actor != staff);
        Entry::SecretSet(SecretSet { common, sealed, staff, kind, is_initial })
    });
}

/// Tills that know each other, their drawers open.
pub(crate) fn opened(folder: &Path, count: u8) -> Vec<Counter> {
    let mut tills = branch(folder, count);
    meet(&mut tills, 0, 1);
    tills.iter_mut().for_each(|till| till.open(2));
    meet(&mut tills, 0, 3);
    tills
}

fn working(till: &Counter) -> Vec<(StaffId, Role)> {
    let staff = till.ledger.book().staff().expect("read");
    let mut working: Vec<_> =
        staff.iter().filter(|one| !one.has_left).map(|one| (one.staff, one.role)).collect();
    working.sort_by_key(|(staff, _)| *staff);
    working
}

/// What everybody lists of a kind, and that nothing has to be built again for it.
#[track_caller]
fn all_list(tills: &[Counter], kind: &str, count: usize) {
    for (no, till) in tills.iter().enumerate() {
        assert_eq!(listed(till, kind), count, "{kind} at till {no}");
        assert!(
            !till.ledger.book().is_rebuild_due().expect("read"),
            "till {no} would build its tables again"
        );
    }
}

#[test]
fn what_tills_say_of_people_apart_comes_to_the_same_whoever_hears_what_first() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 3);
        // Each rests on what another till says that it does not know of.
        join(&mut tills[2], BEN, 4, DORA, Role::Assistant);
        give(&mut tills[0], ANNA, 5, BEN, Role::Manager);
        join(&mut tills[1], BEN, 6, CLEO, Role::Assistant);
        give(&mut tills[2], BEN, 7, CLEO, Role::Technician);
        leave(&mut tills[1], ANNA, 8, BEN);
        give(&mut tills[0], BEN, 9, CLEO, Role::Auditor);
        // Where it was written it is not in force yet.
        assert_eq!(listed(&tills[1], "not_in_force"), 1);
        meet(&mut tills, first, 20);
        // Ben's first word, before he was a manager, and his last, after he left.
        all_list(&tills, "not_in_force", 2);
        for till in &tills {
            assert_eq!(working(till), [(ANNA, Role::Owner), (CLEO, Role::Technician)]);
        }
        let staff = tills[first].ledger.book().staff().expect("read");
        assert!(staff.iter().any(|one| one.staff == BEN && one.has_left && one.role == Role::Manager));
        hostile::rebuild(&mut tills[first]);
        alike(tills);
    }
}

#[test]
fn two_managers_change_one_role_apart_and_the_later_word_stands() {
    for first in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 2);
        give(&mut tills[0], ANNA, 6, BEN, Role::Assistant);
        give(&mut tills[1], ANNA, 5, BEN, Role::Manager);
        meet(&mut tills, first, 20);
        all_list(&tills, "not_in_force", 0);
        assert_eq!(working(&tills[first]), [(ANNA, Role::Owner), (BEN, Role::Assistant)]);
        alike(tills);
    }
}

#[test]
fn who_left_and_joins_again_works_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = opened(folder.path(), 2);
    leave(&mut tills[0], ANNA, 5, BEN);
    assert_eq!(working(&tills[0]), [(ANNA, Role::Owner)]);
    join(&mut tills[0], ANNA, 7, BEN, Role::Technician);
    tills[1].actor = BEN;
    tills[1].sell(400, 6);
    tills[1].sell(400, 8);
    meet(&mut tills, 0, 20);
    assert_eq!(working(&tills[1]), [(ANNA, Role::Owner), (BEN, Role::Technician)]);
    all_list(&tills, "without_right", 1);
    alike(tills);
}

#[test]
fn who_left_and_goes_on_selling_at_a_till_that_does_not_know_is_found() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 3);
        tills[1].actor = BEN;
        tills[1].sell(400, 4);
        leave(&mut tills[0], ANNA, 5, BEN);
        tills[1].sell(400, 6);
        assert_eq!(listed(&tills[1], "without_right"), 0);
        meet(&mut tills, first, 20);
        all_list(&tills, "without_right", 1);
        let found = tills[first].ledger.book().exceptions(9).expect("read").0;
        assert_eq!(found[0].sale, Some(tills[1].last_id()));
        // The sale counts.
        let session = tills[1].session;
        let figures = tills[first].ledger.book().session_figures(session).expect("read");
        assert_eq!(figures.sale_count, 2);
        alike(tills);
    }
}

#[test]
fn a_listing_goes_again_when_an_earlier_word_makes_it_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = opened(folder.path(), 3);
    join(&mut tills[0], ANNA, 4, CLEO, Role::Assistant);
    let of_first = secrets(tills[0].seed).device;
    tills[1].actor = CLEO;
    tills[1].sell(400, 5);
    // The third till hears of the sale before it hears of the person.
    let (from, to) = two(&mut tills, 1, 2);
    bring(from, to, 6, |_| false);
    assert_eq!(listed(&tills[2], "without_right"), 1);
    let (from, to) = two(&mut tills, 0, 2);
    bring(from, to, 7, |run| run.after.stream.device != of_first);
    all_list(&tills[2..], "without_right", 0);
    meet(&mut tills, 0, 20);
    alike(tills);
}

#[test]
fn limits_are_asked_for_after_the_first_pin_of_the_branch() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 3);
        join(&mut tills[0], ANNA, 4, CLEO, Role::Assistant);
        meet(&mut tills, 0, 5);
        write(&mut tills[1], CLEO, 6, no_sale);
        set_pin(&mut tills[2], ANNA, 9, ANNA, "later");
        set_pin(&mut tills[0], ANNA, 7, CLEO, "first");
        // Alone, and with somebody who may.
        write(&mut tills[1], CLEO, 8, no_sale);
        let approved = |approver| move |common| no_sale(Common { approver: Some(approver), ..common });
        write(&mut tills[1], CLEO, 10, approved(BEN));
        write(&mut tills[1], CLEO, 11, approved(CLEO));
        write(&mut tills[1], BEN, 12, no_sale);
        all_list(&tills, "without_right", 0);
        meet(&mut tills, first, 20);
        all_list(&tills, "without_right", 2);
        hostile::rebuild(&mut tills[first]);
        alike(tills);
    }
}

#[test]
fn a_pin_is_in_force_where_who_set_it_may() {
    for first in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = opened(folder.path(), 2);
        set_pin(&mut tills[0], BEN, 4, BEN, "own");
        set_pin(&mut tills[0], BEN, 5, ANNA, "the owner's");
        set_pin(&mut tills[0], ANNA, 6, BEN, "by the owner");
        set_pin(&mut tills[1], BEN, 8, BEN, "after he left");
        leave(&mut tills[0], ANNA, 7, BEN);
        meet(&mut tills, first, 20);
        all_list(&tills, "not_in_force", 2);
        alike(tills);
    }
}

#[test]
fn nobody_founds_the_organisation_a_second_time_by_a_clock_that_stands_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 1);
    let invited = tills[0].ledger.invite(ANNA, 2, whole(), now(1)).expect("invited");
    let path = folder.path().join("early.db");
    let mut ledger = Ledger::open(&path, &secrets(51), seeded(51_000)).expect("opens");
    ledger.join(&invited.file, &invited.code, now(-600), |_| Ok(())).expect("joined");
    tills.push(Counter::at(path, 51, ledger));
    let founded = |common| {
        let common = of_organisation(common);
        let organisation = founding().organisation;
        Entry::OrganisationFounded(OrganisationFounded {
            common,
            sealed: Vec::new(),
            organisation,
            owner: CLEO,
        })
    };
    write(&mut tills[1], CLEO, -500, founded);
    join(&mut tills[1], CLEO, -400, DORA, Role::Owner);
    meet(&mut tills, 0, 20);
    all_list(&tills, "not_in_force", 2);
    for till in &tills {
        assert_eq!(working(till), [(ANNA, Role::Owner), (BEN, Role::Pharmacist)]);
    }
    alike(tills);
}

#[test]
fn much_that_has_to_be_judged_again_is_behind_the_counter() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = opened(folder.path(), 2);
    leave(&mut tills[0], ANNA, 5, BEN);
    let acting = Acting { actor: BEN, ..tills[1].acting(6) };
    for _ in 0..3 {
        let ids: Vec<EntryId> = (0..700).map(|_| tills[1].new_id()).collect();
        let entries = ids.into_iter().map(|id| no_sale(acting.common(id, Vec::new(), Vec::new())).into());
        let all = Write { entries: entries.collect(), ..Write::default() };
        tills[1].ledger.transact(now(6), |_| Ok((all, ()))).expect("written");
    }
    // So much comes in several runs.
    meet(&mut tills, 0, 20);
    meet(&mut tills, 0, 21);
    assert!(tills[1].ledger.book().is_rebuild_due().expect("read"));
    tills.iter_mut().for_each(rebuild);
    all_list(&tills, "without_right", 2_100);
    alike(tills);
}
