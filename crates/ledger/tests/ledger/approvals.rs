//! What is asked for and allowed from another till, and what managers see of what people did.

use domain::entry::{
    ApprovalAsked, ApprovalDecided, BasketVoided, Common, Discount, LineVoided, PracticeBegun, VoidedLine,
};
use ledger::{Acts, ActsOfPerson};

use super::apart::{alike, meet};
use super::merge::{Counter, listed};
use super::rights::{BEN, CLEO, join, leave, no_sale, opened, write};
use super::*;

const REFUND: &str = "refund";

/// An assistant asks for a refund of so much.
fn ask(till: &mut Counter, minute: i64, extent: i64) -> EntryId {
    write(till, CLEO, minute, |common| {
        let (sealed, permission) = (Vec::new(), REFUND.to_owned());
        Entry::ApprovalAsked(ApprovalAsked { common, sealed, permission, extent, about: None })
    })
}

/// What is said about a refund that was asked for.
#[derive(Clone, Copy)]
struct Say {
    staff: StaffId,
    permission: &'static str,
    extent: i64,
    is_given: bool,
}

const YES: Say = Say { staff: CLEO, permission: REFUND, extent: 7_000, is_given: true };

fn decide(till: &mut Counter, by: StaffId, minute: i64, asked: EntryId, say: Say) -> EntryId {
    write(till, by, minute, |common| {
        Entry::ApprovalDecided(ApprovalDecided {
            common,
            sealed: Vec::new(),
            staff: say.staff,
            permission: say.permission.to_owned(),
            extent: say.extent,
            about: None,
            asked: Some(asked),
            is_given: say.is_given,
            until_ms: None,
            by_server: None,
        })
    })
}

fn open_asks(till: &Counter) -> Vec<EntryId> {
    let asked = till.ledger.book().approvals_asked(now(0).ms).expect("read");
    asked.iter().map(|asked| asked.entry_id).collect()
}

fn with_cleo(folder: &Path, count: u8) -> Vec<Counter> {
    let mut tills = opened(folder, count);
    join(&mut tills[0], ANNA, 4, CLEO, Role::Assistant);
    meet(&mut tills, 0, 5);
    tills
}

#[test]
fn what_was_asked_for_is_open_until_somebody_who_may_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = with_cleo(folder.path(), 2);
    let asked = [ask(&mut tills[1], 6, 7_000), ask(&mut tills[1], 7, 60_000), ask(&mut tills[1], 8, 7_000)];
    meet(&mut tills, 0, 9);
    assert_eq!(open_asks(&tills[0]), asked);
    let since = tills[0].ledger.book().approvals_asked(now(8).ms).expect("read");
    assert_eq!((since.len(), since[0].staff, since[0].extent), (1, CLEO, 7_000));
    // A pharmacist may refund the first, not the second.
    let first = decide(&mut tills[0], BEN, 10, asked[0], YES);
    decide(&mut tills[0], BEN, 10, asked[1], Say { extent: 60_000, ..YES });
    assert_eq!((open_asks(&tills[0]), listed(&tills[0], "not_in_force")), (asked[1..].to_vec(), 1));
    // What is about something else, or not as far, decides nothing.
    decide(&mut tills[0], ANNA, 11, asked[2], Say { extent: 6_999, ..YES });
    decide(&mut tills[0], ANNA, 11, asked[2], Say { permission: "paid_out", ..YES });
    decide(&mut tills[0], ANNA, 11, asked[2], Say { staff: BEN, ..YES });
    assert_eq!(open_asks(&tills[0]), asked[1..]);
    decide(&mut tills[0], ANNA, 12, asked[2], Say { is_given: false, ..YES });
    meet(&mut tills, 1, 20);
    assert_eq!(open_asks(&tills[1]), asked[1..2]);
    let of = |asked| tills[1].ledger.book().approval_of(asked).expect("read").expect("decided");
    assert_eq!((of(asked[0]).entry_id, of(asked[0]).by, of(asked[0]).is_given), (first, BEN, true));
    assert_eq!((of(asked[2]).by, of(asked[2]).is_given), (ANNA, false));
    alike(tills);
}

#[test]
fn of_two_decisions_the_first_in_force_stands_whoever_hears_what_first() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = with_cleo(folder.path(), 3);
        let asked = ask(&mut tills[0], 6, 7_000);
        meet(&mut tills, 0, 7);
        leave(&mut tills[0], ANNA, 8, BEN);
        decide(&mut tills[1], BEN, 9, asked, YES);
        decide(&mut tills[2], ANNA, 11, asked, Say { is_given: false, ..YES });
        let later = decide(&mut tills[0], ANNA, 10, asked, YES);
        meet(&mut tills, first, 20);
        let decision = tills[first].ledger.book().approval_of(asked).expect("read").expect("decided");
        assert_eq!((decision.entry_id, decision.by, decision.is_given), (later, ANNA, true));
        alike(tills);
    }
}

#[test]
fn managers_see_what_each_person_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let mut ledger = founded(&path);
    two_sales_and_a_refund(&mut ledger);
    let cheaper = BasketLine {
        list_price_minor: Some(600),
        price_reason: Some("agreed".to_owned()),
        discount: Some(Discount::Percent(1_000)),
        ..line(0x12, 500)
    };
    let unlinked = RefundLine { of: None, reason: "damaged".to_owned() };
    let back = BasketLine { refund: Some(unlinked), ..line(0x13, 300) };
    let mut mixed = basket(0x103, vec![cheaper, back]);
    mixed.discount = Some(Discount::Amount(50));
    sell(&mut ledger, &mixed, &RefundedSales::default(), 5).expect("sold");
    let mut till = Counter::at(path, 1, ledger);
    till.session = SESSION;
    let (sale, product) = (EntryId(id(0x900)), ProductId(id(0x11)));
    write(&mut till, BEN, 6, no_sale);
    write(&mut till, ANNA, 6, |common| {
        let (quantity, amount_minor) = (1, 495);
        Entry::LineVoided(LineVoided {
            common,
            sealed: vec![],
            sale,
            line_no: 1,
            product,
            quantity,
            amount_minor,
        })
    });
    write(&mut till, ANNA, 7, |common| {
        let lines = vec![VoidedLine { product, quantity: 2, amount_minor: 990 }];
        Entry::BasketVoided(BasketVoided { common, sealed: vec![], sale, lines, total_minor: 990 })
    });
    write(&mut till, BEN, 8, |common: Common| Entry::PracticeBegun(PracticeBegun { common, sealed: vec![] }));
    let asked = ask(&mut till, 9, 100);
    decide(&mut till, ANNA, 10, asked, Say { extent: 100, ..YES });
    decide(&mut till, BEN, 11, asked, Say { extent: 100, is_given: false, ..YES });
    let people = till.ledger.book().acts_by_person(now(2).ms, now(11).ms).expect("read");
    let acts = |count, sum_minor| Acts { count, sum_minor };
    let anna = ActsOfPerson {
        overrides: acts(1, 200),
        discounts: acts(1, 150),
        voids: acts(2, 1_485),
        refunds: acts(1, 495),
        unlinked_refunds: acts(1, 600),
        allowed: 1,
        ..ActsOfPerson::default()
    };
    let ben = ActsOfPerson { no_sales: 1, practice: 1, ..ActsOfPerson::default() };
    let cleo = ActsOfPerson { asked: 1, ..ActsOfPerson::default() };
    assert_eq!(people, [(ANNA, anna), (BEN, ben), (CLEO, cleo)].into());
    // The end of the time does not belong to it, and its beginning does.
    let people = till.ledger.book().acts_by_person(now(11).ms, now(12).ms).expect("read");
    assert_eq!(people, [(BEN, ActsOfPerson { refused: 1, ..ActsOfPerson::default() })].into());
}
