//! The code on a Z, held against the records: what it proves, and every way in which it does not.

use std::path::{Path, PathBuf};

use domain::entry::{Entry, Figures, Hash32, Signature64};
use domain::id::{BranchId, DeviceId, EntryId, OrganisationId};
use domain::price::RefundedSales;
use domain::report::{ZPeriod, z_report};
use ledger::{BackupKey, Error, Founding, Ledger, Proof, Secrets, VerifiedZ, Write, verify_code};
use replica::paper_code::{Coded, PaperCode};
use replica::sign::DeviceKeys;
use replica::stream::{Scope, StreamHead};
use tempfile::TempDir;

use super::{
    SESSION, acting, basket, founded, founding, id, line, now, raw, secrets, seeded, sell,
    two_sales_and_a_refund,
};

/// The till's own closing over everything since the last one, with figures that may be told otherwise.
fn close(ledger: &mut Ledger, entry: u128, minute: i64, told: impl FnOnce(&mut ZPeriod)) -> PaperCode {
    let acting = acting(Some(SESSION));
    ledger
        .transact(now(minute), |book| {
            let (z_no, z_seq) = book.last_z()?;
            let own = book.seen_streams()?.into_iter().map(|seen| (seen.incarnation, seen.seq));
            let newest = book.own_series()?;
            let last_seq = own
                .filter(|(incarnation, _)| newest.ends_with(&incarnation.series_code()))
                .map(|(_, seq)| seq)
                .max();
            let mut period = ZPeriod {
                z_no: z_no + 1,
                first_seq: z_seq + 1,
                last_seq: last_seq.unwrap_or(0),
                before: book.uncovered_before()?,
                figures: book.period_figures()?,
                perpetual_before_minor: book.perpetual_total_minor()?,
                opened_at_ms: now(1).ms,
            };
            told(&mut period);
            Ok((Write::entry(Entry::ZReport(z_report(&acting, EntryId(id(entry)), period)?)), ()))
        })
        .expect("written");
    code_of(ledger, entry)
}

fn code_of(ledger: &Ledger, entry: u128) -> PaperCode {
    let book = ledger.book();
    let stored = book.entry(EntryId(id(entry))).expect("read").expect("there");
    book.paper_code(&stored).expect("read").expect("the till signed it")
}

fn proof(path: &Path, code: &PaperCode) -> Proof {
    // As it comes from paper.
    let code = PaperCode::parse(&code.text()).expect("the code reads");
    verify_code(path, &secrets(1), &code).expect("it runs")
}

fn read(path: &Path, code: &PaperCode) -> VerifiedZ {
    match proof(path, code) {
        Proof::Z(read) => *read,
        other => panic!("{other:?}"),
    }
}

fn faults(path: &Path, code: &PaperCode) -> Vec<String> {
    read(path, code).faults.into_iter().map(|fault| format!("{} at {}", fault.code, fault.place)).collect()
}

/// A till with two Z: the records of the first are 1 to 5, those of the second 7 and 8.
fn two_periods() -> (TempDir, PathBuf, [PaperCode; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    let first = close(&mut ledger, 0x400, 6, |_| ());
    let none = RefundedSales::default();
    sell(&mut ledger, &basket(0x200, vec![line(0x13, 300)]), &none, 7).expect("sold");
    sell(&mut ledger, &basket(0x201, vec![line(0x13, 300)]), &none, 8).expect("sold");
    let second = close(&mut ledger, 0x401, 9, |_| ());
    drop(ledger);
    (folder, path, [first, second])
}

#[test]
fn a_z_is_what_its_records_come_to() {
    let (_folder, path, codes) = two_periods();
    let [first, second] = codes.map(|code| read(&path, &code));
    let seen = |read: &VerifiedZ| {
        let z = &read.z;
        (z.z_no, z.first_seq, z.last_seq, read.record_count, z.figures.takings_minor, z.perpetual_total_minor)
    };
    assert_eq!(seen(&first), (1, 1, 5, 6, 3_185, 3_185));
    assert_eq!(seen(&second), (2, 7, 8, 3, 1_200, 4_385));
    for read in [&first, &second] {
        assert_eq!(read.faults, []);
        assert_eq!((read.till_no, read.made_at.utc_offset_min), (1, 120));
        assert!(read.series.starts_with("B01-T1-"), "{}", read.series);
        assert_eq!(read.branch.as_ref().map(|branch| branch.name.as_str()), Some("Apotheke am Markt"));
    }
}

#[test]
fn whatever_was_changed_in_the_period_is_found() {
    let check = |sql: &str, expected: [&[&str]; 2]| {
        let (_folder, path, codes) = two_periods();
        let conn = raw(&path);
        conn.execute_batch("DROP TRIGGER record_only_grows_update; DROP TRIGGER record_only_grows_delete;")
            .expect("the triggers are there");
        conn.execute_batch(sql).expect("changed");
        drop(conn);
        assert_eq!(codes.map(|code| faults(&path, &code)), expected.map(<[_]>::to_vec), "{sql}");
    };
    let whole: [&[&str]; 2] = [&[], &[]];
    // Derived tables are not asked.
    check("UPDATE money SET amount_minor = 0; DELETE FROM receipt; DELETE FROM period", whole);
    // Nor is what came after the Z, or another stream.
    check("UPDATE record SET body = x'a0' WHERE kind = 2", whole);
    let sale = "stream_no = 1 AND seq = 3";
    // Another byte in a body, and with it another sale.
    check(
        &format!(
            "UPDATE record SET body = (SELECT body FROM record WHERE stream_no = 1 AND seq = 4) WHERE {sale}"
        ),
        [&["body_hash at record 3", "z_perpetual_total at record 6", "z_figures at record 6"], &[]],
    );
    check(
        &format!("UPDATE record SET header = CAST(header || x'00' AS BLOB) WHERE {sale}"),
        [&["header_hash at record 3"], &[]],
    );
    check(
        &format!(
            "UPDATE record SET header = (SELECT header FROM record WHERE stream_no = 1 AND seq = 4) WHERE {sale}"
        ),
        [&["header_hash at record 3"], &[]],
    );
    check(&format!("UPDATE record SET hash = zeroblob(32) WHERE {sale}"), [&["chain at record 3"], &[]]);
    check(
        &format!("PRAGMA foreign_keys = OFF; DELETE FROM record WHERE {sale}"),
        [&["chain at record 3"], &[]],
    );
    // The Z before is where a period begins.
    check("DELETE FROM record WHERE stream_no = 1 AND seq = 5", [&["chain at record 5"], &[]]);
}

#[test]
fn a_changed_z_is_not_the_one_that_was_signed() {
    let check = |sql: &str| {
        let (_folder, path, [first, second]) = two_periods();
        let conn = raw(&path);
        conn.execute_batch("DROP TRIGGER record_only_grows_update").expect("the trigger is there");
        conn.execute_batch(sql).expect("changed");
        drop(conn);
        assert!(matches!(proof(&path, &first), Proof::OtherRecord { seq: 6 }), "{sql}");
        // The second follows it.
        let found = read(&path, &second).faults;
        assert!(found.is_empty() || found[0].place == "record 6", "{sql}: {found:?}");
    };
    let z = "stream_no = 1 AND seq = 6";
    let other = "(SELECT body FROM record WHERE stream_no = 1 AND seq = 9)";
    check(&format!("UPDATE record SET body = {other} WHERE {z}"));
    check(&format!("UPDATE record SET header = (SELECT header FROM record WHERE seq = 9) WHERE {z}"));
    check(&format!("UPDATE record SET hash = zeroblob(32) WHERE {z}"));
}

#[test]
fn a_till_that_signs_other_figures_is_found() {
    let check = |told: fn(&mut ZPeriod), expected: &[&str]| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let mut ledger = founded(&path);
        two_sales_and_a_refund(&mut ledger);
        close(&mut ledger, 0x400, 6, |_| ());
        let none = RefundedSales::default();
        sell(&mut ledger, &basket(0x200, vec![line(0x13, 300)]), &none, 7).expect("sold");
        sell(&mut ledger, &basket(0x201, vec![line(0x13, 300)]), &none, 8).expect("sold");
        let code = close(&mut ledger, 0x401, 9, told);
        drop(ledger);
        assert_eq!(faults(&path, &code), expected);
    };
    check(|_| (), &[]);
    check(|period| period.figures.void_count += 1, &["z_figures at record 9"]);
    check(|period| period.figures.tenders[0].amount_minor -= 1, &["z_figures at record 9"]);
    check(|period| period.figures.taxes[0].tax_minor += 1, &["z_figures at record 9"]);
    check(
        |period| period.figures.takings_minor -= 1,
        &["z_perpetual_total at record 9", "z_figures at record 9"],
    );
    check(|period| period.perpetual_before_minor -= 1, &["z_perpetual_total at record 9"]);
    check(|period| period.z_no = 4, &["z_no_gap at record 9"]);
    check(|period| period.last_seq -= 1, &["z_period at record 9"]);
    check(|period| period.first_seq = 20, &["z_period at record 9"]);
    // A sale that stands on neither Z.
    check(
        |period| {
            period.first_seq += 1;
            period.figures.takings_minor -= 600;
        },
        &["z_gap at record 7", "z_figures at record 9"],
    );
    // Records of the Z before once more.
    check(
        |period| {
            period.first_seq = 3;
            period.figures = Figures::default();
        },
        &["z_no_gap at record 9", "z_perpetual_total at record 9", "z_figures at record 9"],
    );
}

/// The code with something else in it, signed by these keys.
fn signed(code: &PaperCode, by: &Secrets, change: impl FnOnce(&mut StreamHead)) -> PaperCode {
    let mut head = code.head;
    change(&mut head);
    let keys = DeviceKeys::from_seeds(by.signing_seed, by.wrapping_seed);
    PaperCode { of: code.of, head, signature: keys.sign_checkpoint(&head) }
}

#[test]
fn a_code_that_proves_nothing_here_is_refused_with_the_reason() {
    let (_folder, path, [first, second]) = two_periods();
    let till = secrets(1);
    // The till's own signature again is the same code.
    assert_eq!(signed(&first, &till, |_| ()), first);

    let forged = PaperCode { signature: Signature64([7; 64]), ..first };
    assert!(matches!(proof(&path, &forged), Proof::Forged));
    let swapped = PaperCode { signature: second.signature, ..first };
    assert!(matches!(proof(&path, &swapped), Proof::Forged));
    assert!(matches!(proof(&path, &signed(&first, &secrets(40), |_| ())), Proof::Forged));

    let other_branch = |head: &mut StreamHead| head.stream.scope = Scope::Branch(BranchId(id(99)));
    assert!(matches!(proof(&path, &signed(&first, &till, other_branch)), Proof::OtherBranch));
    let other_device = |head: &mut StreamHead| head.stream.device = DeviceId(id(99));
    assert!(matches!(proof(&path, &signed(&first, &till, other_device)), Proof::TillUnknown));
    let other_life = |head: &mut StreamHead| head.stream.incarnation.0 = [9; 8];
    assert!(matches!(proof(&path, &signed(&first, &till, other_life)), Proof::TillUnknown));

    let other_record = |head: &mut StreamHead| head.hash = Hash32([9; 32]);
    assert!(matches!(proof(&path, &signed(&first, &till, other_record)), Proof::OtherRecord { seq: 6 }));
    let beyond = |head: &mut StreamHead| head.seq = 4_711;
    assert!(matches!(proof(&path, &signed(&first, &till, beyond)), Proof::BeyondBook { seq: 4_711, has: 9 }));
    let ledger = Ledger::open(&path, &till, seeded(9)).expect("opens");
    let sale = code_of(&ledger, 0x200);
    drop(ledger);
    let Proof::Receipt(read) = proof(&path, &sale) else { panic!("the receipt is not read") };
    assert_eq!((read.receipt.common.entry_id, read.till_no), (EntryId(id(0x200)), 1));
    // What is signed as one paper is no other one.
    assert!(matches!(proof(&path, &PaperCode { of: Coded::Z, ..sale }), Proof::OtherPaper));
    assert!(matches!(proof(&path, &PaperCode { of: Coded::Receipt, ..first }), Proof::OtherPaper));
}

#[test]
fn a_copy_of_the_book_from_before_the_close_does_not_reach_that_far() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    drop(ledger);
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).expect("copied");
    let mut ledger = Ledger::open(&path, &secrets(1), seeded(9)).expect("opens");
    let code = close(&mut ledger, 0x400, 6, |_| ());
    drop(ledger);
    assert_eq!(faults(&path, &code), Vec::<String>::new());
    assert!(matches!(proof(&copy, &code), Proof::BeyondBook { seq: 6, has: 5 }));
}

#[test]
fn another_pharmacy_is_told_from_this_one() {
    let (_folder, path, [first, _]) = two_periods();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let other = elsewhere.path().join("ledger.db");
    let mut ledger = Ledger::open(&other, &secrets(1), seeded(3)).expect("opens");
    let founding =
        Founding { organisation: OrganisationId(id(0x91)), branch: BranchId(id(0x92)), ..founding() };
    ledger.found(&founding, now(0)).expect("founded");
    drop(ledger);
    assert_eq!(faults(&path, &first), Vec::<String>::new());
    assert!(matches!(proof(&other, &first), Proof::OtherBranch));
    assert!(matches!(verify_code(&other, &secrets(20), &first), Err(Error::Foreign)));
}

#[test]
fn what_an_earlier_life_of_the_till_left_is_counted_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    close(&mut ledger, 0x400, 6, |_| ());
    let none = RefundedSales::default();
    sell(&mut ledger, &basket(0x200, vec![line(0x13, 300)]), &none, 7).expect("sold");
    let key = BackupKey::derive("korrekt pferd batterie", [3; 16]).expect("derived");
    let made = folder.path().join("stick");
    ledger::back_up(&path, &secrets(1), &key, &made, now(9), &*seeded(11), |_, _| true).expect("backed up");
    drop(ledger);
    let again_path = folder.path().join("restored.db");
    let restored =
        ledger::restore(&made, "korrekt pferd batterie", &again_path, &*seeded(12)).expect("restored");
    let mut again = Ledger::open(&again_path, &restored.secrets, seeded(13)).expect("opens");
    again.begin_incarnation(&restored.old_keys, now(10)).expect("goes on");
    sell(&mut again, &basket(0x300, vec![line(0x11, 100)]), &none, 11).expect("sells on");
    let code = close(&mut again, 0x500, 12, |_| ());
    drop(again);
    let read = |code: &PaperCode| match verify_code(&again_path, &restored.secrets, code).expect("it runs") {
        Proof::Z(read) => *read,
        other => panic!("{other:?}"),
    };
    let held = read(&code);
    assert_eq!(held.faults, []);
    assert_eq!((held.z.z_no, held.z.before.as_ref().map(Vec::len)), (1, Some(1)));
    assert_eq!((held.z.figures.takings_minor, held.z.perpetual_total_minor), (800, 3_985));

    let conn = rusqlite::Connection::open(&again_path).expect("opens");
    let hex: String = restored.secrets.database_key.iter().map(|byte| format!("{byte:02x}")).collect();
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{hex}'\"; DROP TRIGGER record_only_grows_update;
         UPDATE record SET body = (SELECT body FROM record WHERE stream_no = 1 AND seq = 4)
         WHERE stream_no = 1 AND seq = 7"
    ))
    .expect("changed");
    drop(conn);
    let found: Vec<_> = read(&code).faults.into_iter().map(|fault| (fault.code, fault.place)).collect();
    assert_eq!(found[0], ("body_hash", "record 7".to_owned()), "{found:?}");
}
