//! What an enrolled till could write that no honest one does: it is kept, and costs nobody else anything.

use domain::account::{Dimension, Posting};
use domain::entry::{
    ApprovalAsked, ApprovalDecided, BranchOpened, Common, DeviceEnrolled, DeviceRevoked, ExceptionAbout,
    ExceptionSettled, Figures, Hash32, PaidIn, SaleLine, SealedField, SealedRef, SecretKind, SecretSet,
    TenderLine, ZReport,
};
use domain::id::{CashLocationId, CustomerId, StaffId, SubjectId};
use domain::limits::MAX_MINOR;
use domain::time::Hlc;
use replica::record::Record;
use replica::run::{MAX_RUN_BYTES, Run, VerifiedRun};
use replica::sealed::{MAX_CIPHERTEXT_BYTES, SealedPart};
use replica::sign::DeviceKeys;
use replica::stream::{Scope, StreamHead};
use replica::vector::{Lacking, StreamVector};

use super::merge::{Counter, branch, bring, listed, two};
use super::*;

/// Where a till's own stream ends.
fn end_of(till: &Counter, is_branch: bool) -> StreamHead {
    let vector = till.ledger.book().stream_vector().expect("read");
    let is_own = |head: &StreamHead| {
        let stream = head.stream;
        stream.device == secrets(till.seed).device && matches!(stream.scope, Scope::Branch(_)) == is_branch
    };
    vector.heads().find(is_own).expect("its stream")
}

fn keys(seed: u8) -> DeviceKeys {
    DeviceKeys::from_seeds(secrets(seed).signing_seed, secrets(seed).wrapping_seed)
}

/// A run in a till's name that goes on from a head, whatever the till itself wrote.
fn run_of(seed: u8, after: StreamHead, records: Vec<(u16, Vec<u8>, Vec<SealedPart>)>) -> VerifiedRun {
    let clock = |seq| Hlc(u64::try_from(now(50).ms).expect("after 1970") << 16 | seq);
    run_by(seed, after, records, clock)
}

/// The same with other clocks.
fn run_by(
    seed: u8,
    after: StreamHead,
    records: Vec<(u16, Vec<u8>, Vec<SealedPart>)>,
    clock: impl Fn(u64) -> Hlc,
) -> VerifiedRun {
    let (mut head, mut written) = (after, Vec::new());
    for (kind, body, sealed) in records {
        let hlc = clock(head.seq);
        let record = Record::append(&head, kind, 1, now(50), hlc, body, sealed).expect("within limits");
        head = record.head();
        written.push(record);
    }
    let signature = keys(seed).sign_checkpoint(&head);
    let run = Run { after, records: written, signature };
    Run::decode(&run.encode()).expect("a run").verified(&keys(seed).signing_key()).expect("signed")
}

fn run_of_entries(seed: u8, after: StreamHead, entries: &[Entry]) -> VerifiedRun {
    let part = SealedPart { salt: [1; 16], nonce: [2; 24], ciphertext: vec![3; 20] };
    let parts = |entry: &Entry| vec![part.clone(); entry.sealed().len()];
    let records = entries.iter().map(|entry| (entry.kind(), entry.to_body(), parts(entry)));
    run_of(seed, after, records.collect())
}

fn common(number: u128, session: Option<CashSessionId>) -> Common {
    acting(session).common(EntryId(id(number)), Vec::new(), Vec::new())
}

fn enrolled(till: &Counter, branch: BranchId, till_id: TillId) -> Entry {
    let secrets = secrets(till.seed);
    Entry::DeviceEnrolled(DeviceEnrolled {
        common: common(0xe1, None),
        sealed: Vec::new(),
        device: secrets.device,
        incarnation: secrets.incarnation,
        signing_key: keys(till.seed).signing_key(),
        wrapping_key: keys(till.seed).wrapping_key(),
        branch,
        till: till_id,
        till_no: 9,
        invitation: None,
        proof: None,
    })
}

#[test]
fn no_fork_makes_a_till_another_one_or_takes_it_to_another_branch() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    let (second, first) = two(&mut tills, 1, 0);
    bring(second, first, 1, |_| false);
    let head = end_of(second, false);
    let whole = second.ledger.book().run_for(&Lacking { head, has: Vec::new() });
    let whole = whole.expect("read").expect("a run");
    let place = second.ledger.book().till().expect("read").expect("enrolled").till;
    let before = first.ledger.book().device(head.stream.device, head.stream.incarnation).expect("read");
    assert_eq!(before.map(|device| device.branch), Some(founding().branch));
    let there = first.ledger.book().stream_vector().expect("read");
    for (branch, till) in [(BranchId(id(99)), place), (founding().branch, founding().till)] {
        // In place of its enrolment, so that one of the two comes first by its hash; and behind it.
        for after in [whole.records[0].head(), head] {
            let forked = run_of_entries(second.seed, after, &[enrolled(second, branch, till)]);
            let refused = first.ledger.merge(&forked, 10, now(60));
            assert!(matches!(refused, Err(Error::ScopeForeign)), "{refused:?}");
        }
    }
    assert_eq!(first.ledger.book().stream_vector().expect("read"), there);
    let after = first.ledger.book().device(head.stream.device, head.stream.incarnation).expect("read");
    assert_eq!(after, before);
    // What says the same again is nothing new.
    let same = run_of_entries(second.seed, head, &[enrolled(second, founding().branch, place)]);
    assert_eq!(first.ledger.merge(&same, 10, now(60)).expect("taken"), 0);
}

fn money(amount: i64) -> [Posting; 2] {
    let drawer = Dimension::Id(CashLocationId::drawer_of(founding().till).0);
    [
        Posting::money(Account::Drawer, drawer, "EUR", amount),
        Posting::money(Account::PaidInOut, Dimension::Code("other".to_owned()), "EUR", -amount),
    ]
}

fn paid_in(number: u128, session: CashSessionId, amount: i64) -> Entry {
    let common = Common { postings: money(amount).to_vec(), ..common(number, Some(session)) };
    let reason = "other".to_owned();
    Entry::PaidIn(PaidIn { common, sealed: Vec::new(), reason, amount_minor: amount.clamp(0, 100) })
}

/// The sale that a till wrote last, as it stands in the book.
fn last_sale(till: &Counter) -> domain::entry::Sale {
    match till.ledger.book().entry(till.last_id()).expect("read").expect("there").entry {
        Entry::Sale(sale) => sale,
        other => panic!("{other:?}"),
    }
}

/// Secrets that are sealed as something else or for somebody else, an approval for oneself, and one of more than
/// there is.
fn secrets_and_approvals() -> Vec<Entry> {
    let staff = StaffId(id(9));
    let set = |number, subject: SubjectId, field, times| {
        let sealed = vec![SealedRef { subject, field, index: 0 }; times];
        let (common, kind) = (common(number, None), SecretKind::Pin);
        Entry::SecretSet(SecretSet { common, sealed, staff, kind, is_initial: false })
    };
    let own = staff.into();
    let permission = "no_sale".to_owned();
    let decided = ApprovalDecided {
        common: common(0xa4, None),
        sealed: Vec::new(),
        staff: common(0, None).actor,
        permission: permission.clone(),
        extent: 0,
        about: None,
        asked: None,
        is_given: true,
        until_ms: None,
        by_server: None,
    };
    let endless =
        ApprovalDecided { common: common(0xa5, None), staff, until_ms: Some(i64::MAX), ..decided.clone() };
    let (sealed, extent) = (Vec::new(), MAX_MINOR + 1);
    vec![
        set(0xa1, own, SealedField::Name, 1),
        set(0xa2, common(0, None).actor.into(), SealedField::Verifier, 1),
        set(0xa3, own, SealedField::Verifier, 2),
        Entry::ApprovalDecided(decided),
        Entry::ApprovalDecided(endless),
        Entry::ApprovalAsked(ApprovalAsked {
            common: common(0xa6, None),
            sealed,
            permission,
            extent,
            about: None,
        }),
    ]
}

/// Numbers that a body can hold and no book does, and entries that do not stand where they belong.
fn of_no_honest_till(till: &Counter) -> (Vec<Entry>, Vec<Entry>) {
    let (sale, session, too_much) = (last_sale(till), till.session, MAX_MINOR + 1);
    let other = |number: u128| Common { entry_id: EntryId(id(number)), ..sale.common.clone() };
    let z = ZReport {
        common: common(0xf1, Some(session)),
        sealed: Vec::new(),
        z_no: 1 << 63,
        first_seq: 1,
        last_seq: u64::MAX,
        figures: Figures::default(),
        perpetual_total_minor: i64::MAX,
        opened_at_ms: i64::MIN,
        before: None,
    };
    let tender = TenderLine { customer: Some(CustomerId(id(7))), ..sale.tenders[0].clone() };
    let tender = TenderLine { amount_minor: i64::MAX, ..tender };
    let line = SaleLine { quantity: i64::MIN, ..sale.lines[0].clone() };
    let opened = BranchOpened {
        common: Common { till: None, currency: None, ..common(0, None) },
        sealed: Vec::new(),
        branch: founding().branch,
        name: "Elsewhere".to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        day_boundary_min: 0,
    };
    let settled = ExceptionSettled {
        common: common(0xf7, None),
        sealed: Vec::new(),
        exception: "stream_forked".to_owned(),
        about: ExceptionAbout(vec![1]),
        extent: i64::MAX,
        how: "in_order".to_owned(),
    };
    let in_branch = vec![
        Entry::Sale(domain::entry::Sale { common: other(0xf2), receipt_no: u64::MAX, ..sale.clone() }),
        Entry::Sale(domain::entry::Sale {
            common: other(0xf3),
            tenders: vec![tender.clone(), tender],
            ..sale.clone()
        }),
        Entry::Sale(domain::entry::Sale { common: other(0xf4), lines: vec![line], ..sale.clone() }),
        Entry::Sale(domain::entry::Sale { common: other(0xf5), total_minor: too_much, ..sale }),
        Entry::ZReport(z),
        Entry::BranchOpened(opened),
        Entry::ExceptionSettled(settled),
    ];
    let revoked = DeviceRevoked {
        common: common(0xf6, None),
        sealed: Vec::new(),
        device: DeviceId(id(1)),
        incarnation: Incarnation([1; 8]),
        last_branch_seq: u64::MAX,
        last_organisation_seq: 1 << 63,
    };
    (in_branch, vec![Entry::DeviceRevoked(revoked), paid_in(0xf8, session, 5)])
}

pub(crate) fn rebuild(till: &mut Counter) {
    let mut rebuild = till.ledger.begin_rebuild().expect("begun");
    while till.ledger.rebuild_slice(&mut rebuild).expect("goes on") != Slice::Done {}
}

#[test]
fn numbers_that_no_book_holds_are_kept_and_listed_and_stop_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 3);
    tills.iter_mut().for_each(|till| till.open(1));
    tills[1].sell(400, 2);
    for no in [0, 2] {
        let (from, to) = two(&mut tills, 1, no);
        bring(from, to, 3, |_| false);
    }
    let (mut of_branch, of_organisation) = of_no_honest_till(&tills[1]);
    of_branch.extend(secrets_and_approvals());
    let count = of_branch.len() + of_organisation.len();
    // And one that is written twice, so that all of them are judged together as well.
    let of_branch = [of_branch, vec![paid_in(0xf9, tills[1].session, 5); 2]].concat();
    let seed = tills[1].seed;
    let runs = [(end_of(&tills[1], true), of_branch), (end_of(&tills[1], false), of_organisation)]
        .map(|(after, entries)| run_of_entries(seed, after, &entries));
    for (no, runs) in [(0, [&runs[0], &runs[1]]), (2, [&runs[1], &runs[0]])] {
        for run in runs {
            assert_eq!(tills[no].ledger.merge(run, 100, now(61)).expect("taken"), 0);
        }
        let rows = tills[no].derived();
        let kind = format!("{:?}", b"does_not_decode");
        assert_eq!(rows.iter().filter(|row| row.contains(&kind)).count(), count, "{rows:#?}");
        let branch = tills[no].ledger.book().branch().expect("read").expect("founded");
        assert_eq!(branch.name, "Apotheke am Markt");
        assert_eq!(tills[no].ledger.book().next_receipt_no().expect("read"), 1);
        tills[no].sell(400, 70);
    }
    for (from, to) in [(0, 2), (2, 0)] {
        let (from, to) = two(&mut tills, from, to);
        bring(from, to, 80, |_| false);
    }
    assert_eq!(tills[0].derived(), tills[2].derived());
    let before = tills[0].derived();
    rebuild(&mut tills[0]);
    assert_eq!(tills[0].derived(), before);
    assert_eq!(listed(&tills[0], "stream_forked"), 0);
}

#[test]
fn sums_beyond_all_numbers_end_no_merge_and_are_the_same_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 3);
    tills.iter_mut().for_each(|till| till.open(1));
    tills[1].sell(400, 2);
    for no in [0, 2] {
        let (from, to) = two(&mut tills, 1, no);
        bring(from, to, 3, |_| false);
    }
    let (sale, session, seed) = (last_sale(&tills[1]), tills[1].session, tills[1].seed);
    // More than 1,024 times the largest amount is more than any sum can hold.
    let tender = TenderLine { customer: Some(CustomerId(id(7))), ..sale.tenders[0].clone() };
    let tender = TenderLine { amount_minor: MAX_MINOR, ..tender };
    let of = RefundOf { sale: sale.common.entry_id, line_no: 1 };
    let taken_back = |line_no| SaleLine {
        line_no,
        quantity: -MAX_MINOR,
        amount_minor: -MAX_MINOR,
        refund_of: Some(of),
        ..sale.lines[0].clone()
    };
    let common = |number: u128| Common { entry_id: EntryId(id(number)), ..sale.common.clone() };
    let mut entries = vec![
        Entry::Sale(domain::entry::Sale {
            common: common(0xf2),
            tenders: vec![tender; 1_100],
            ..sale.clone()
        }),
        Entry::Sale(domain::entry::Sale {
            common: common(0xf3),
            lines: (1..=600).map(taken_back).collect(),
            ..sale.clone()
        }),
        Entry::Sale(domain::entry::Sale {
            common: common(0xf4),
            lines: (1..=600).map(taken_back).collect(),
            ..sale.clone()
        }),
    ];
    entries.extend((0..1_200).map(|no| paid_in(0x1_0000 + no, session, MAX_MINOR)));
    let (mut after, mut runs) = (end_of(&tills[1], true), Vec::new());
    for entries in entries.chunks(400) {
        runs.push(run_of_entries(seed, after, entries));
        after = runs[runs.len() - 1].end();
    }
    for no in [0, 2] {
        for run in &runs {
            let most = if no == 0 { 1_000 } else { 7 };
            while tills[no].ledger.merge(run, most, now(61)).expect("taken") > 0 {}
        }
        let book = tills[no].ledger.book();
        book.cash_at(Account::Drawer, CashLocationId::drawer_of(founding().till)).expect("read");
        tills[no].sell(400, 70);
    }
    assert_eq!(listed(&tills[0], "does_not_decode"), 0);
    for (from, to) in [(0, 2), (2, 0)] {
        let (from, to) = two(&mut tills, from, to);
        bring(from, to, 80, |_| false);
    }
    assert_eq!(tills[0].derived(), tills[2].derived());
    let before = tills[2].derived();
    rebuild(&mut tills[2]);
    assert_eq!(tills[2].derived(), before);
}

#[test]
fn records_with_much_that_is_sealed_go_on_in_runs_that_others_take() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    tills[1].open(1);
    let (second, first) = two(&mut tills, 1, 0);
    bring(second, first, 3, |_| false);
    let (seed, begins) = (tills[1].seed, end_of(&tills[1], true));
    let mut after = begins;
    for no in 0..3_u8 {
        let part = |place: u8| SealedPart {
            salt: [no; 16],
            nonce: [place; 24],
            ciphertext: vec![no; MAX_CIPHERTEXT_BYTES],
        };
        let run = run_of(seed, after, vec![(999, vec![0xa0], (0..100).map(part).collect())]);
        after = run.end();
        tills[0].ledger.merge(&run, 10, now(61)).expect("taken");
    }
    let book = tills[0].ledger.book();
    let mut lacking = Lacking { head: after, has: vec![begins] };
    let mut count = 0;
    while lacking.has[0] != after {
        let run = book.run_for(&lacking).expect("read").expect("a run");
        assert!(run.encode().len() <= MAX_RUN_BYTES, "{}", run.encode().len());
        lacking.has = vec![run.records.last().expect("records").head()];
        count += 1;
    }
    assert_eq!(count, 3);
    // In the order of arrival as well, and no answer has many of them.
    let (mut at, last) = (0, book.last_record_no().expect("read"));
    while at < last {
        let (runs, reached) = book.runs_after(at, 1 << 20, None).expect("read");
        let sizes: Vec<usize> = runs.iter().map(|run| run.encode().len()).collect();
        assert!(sizes.iter().all(|size| *size <= MAX_RUN_BYTES), "{sizes:?}");
        assert!(sizes.iter().sum::<usize>() <= MAX_RUN_BYTES + (1 << 20), "{sizes:?}");
        at = reached;
    }
    let all: StreamVector = book.stream_vector().expect("read");
    assert!(all.has(&after) && after.hash != Hash32([0; 32]));
}

#[test]
fn a_stream_whose_clock_does_not_go_on_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    tills[1].open(1);
    let (second, first) = two(&mut tills, 1, 0);
    bring(second, first, 3, |_| false);
    let (seed, session, after) = (second.seed, second.session, end_of(second, true));
    let records = |count: u128| {
        let entries = (0..count).map(|no| paid_in(0xf1 + no, session, 5));
        entries.map(|entry| (entry.kind(), entry.to_body(), Vec::new())).collect::<Vec<_>>()
    };
    let late = Hlc(u64::try_from(now(50).ms).expect("after 1970") << 16);
    // Before what is here, and standing still within the run.
    for (count, clock) in [(1, Hlc(1)), (2, late)] {
        let run = run_by(seed, after, records(count), |_| clock);
        let refused = first.ledger.merge(&run, 10, now(61));
        assert!(matches!(refused, Err(Error::BadRecord(_))), "{refused:?}");
    }
    let run = run_by(seed, after, records(1), |_| late);
    assert_eq!(first.ledger.merge(&run, 10, now(61)).expect("taken"), 0);
}
