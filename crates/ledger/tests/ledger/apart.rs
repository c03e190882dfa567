//! What tills did apart and a manager has to look at: it does not depend on who hears what first.

use domain::id::ProductId;
use ledger::ProductConflict;

use super::merge::{Counter, branch, bring, cloned, two};
use super::*;

/// Everybody hears everybody, in an order that begins with `first`.
pub(crate) fn meet(tills: &mut [Counter], first: usize, minute: i64) {
    for _ in 0..2 {
        for step in 0..tills.len() {
            let from = (first + step) % tills.len();
            for to in (0..tills.len()).rev().filter(|to| *to != from) {
                let (from, to) = two(tills, from, to);
                bring(from, to, minute, |_| false);
            }
        }
    }
}

pub(crate) fn rebuild(till: &mut Counter) {
    if till.ledger.book().is_rebuild_due().expect("read") {
        let mut rebuild = till.ledger.begin_rebuild().expect("begun");
        while till.ledger.rebuild_slice(&mut rebuild).expect("goes on") != Slice::Done {}
    }
}

/// All of them have the same derived rows, and rebuilding gives the same.
pub(crate) fn alike(tills: Vec<Counter>) {
    let derived: Vec<_> = tills.iter().map(Counter::derived).collect();
    assert!(derived.iter().all(|other| *other == derived[0]));
    for till in tills {
        let (path, seed) = (till.path.clone(), till.seed);
        drop(till);
        let verified = verify(&path, &secrets(seed), |_, _| true).expect("verification runs");
        assert_eq!(verified.faults, []);
    }
}

fn conflicts(till: &Counter) -> Vec<ProductConflict> {
    let (conflicts, count) = till.ledger.book().product_conflicts(10).expect("read");
    assert_eq!(count, conflicts.len() as u64);
    conflicts
}

fn price_of(till: &Counter, product: u128) -> Option<i64> {
    let stored = till.ledger.book().product(ProductId(id(product))).expect("read").expect("there");
    stored.facts.price_minor
}

#[test]
fn two_tills_that_change_one_price_apart_keep_both_until_somebody_decides() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = branch(folder.path(), 3);
        write_product(&mut tills[0].ledger, 400, 495, 1);
        meet(&mut tills, 0, 2);
        tills[0].price(400, 450, 10);
        tills[1].price(400, 470, 11);
        // The same price twice is no question.
        tills[0].price(500, 300, 12);
        tills[2].price(500, 300, 13);
        meet(&mut tills, first, 20);
        for till in &tills {
            let conflicts = conflicts(till);
            assert_eq!(conflicts.len(), 1);
            assert_eq!(
                (conflicts[0].product, conflicts[0].field.as_str()),
                (ProductId(id(400)), "price_minor")
            );
            let values: Vec<_> = conflicts[0]
                .values
                .iter()
                .map(|value| {
                    let price = Decided::decode("price_minor", &value.content).expect("reads");
                    (price, value.is_in_force, value.rank.device, value.rank.hlc.ms(), value.staff)
                })
                .collect();
            let device = |no: usize| secrets(tills[no].seed).device;
            let expected = [
                (Some(Decided::PriceMinor(470)), true, device(1), now(11).ms, ANNA),
                (Some(Decided::PriceMinor(450)), false, device(0), now(10).ms, ANNA),
            ];
            assert_eq!(values, expected);
            assert_eq!(price_of(till, 400), Some(470));
        }
        // Who decides names both, so that the older one can be in force again, everywhere.
        tills[2].price(400, 450, 30);
        assert_eq!((conflicts(&tills[2]), price_of(&tills[2], 400)), (Vec::new(), Some(450)));
        meet(&mut tills, first, 40);
        for till in &tills {
            assert_eq!((conflicts(till), price_of(till, 400)), (Vec::new(), Some(450)));
        }
        alike(tills);
    }
}

#[test]
fn a_price_that_was_taken_back_on_one_till_and_changed_on_another_is_a_question_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 2);
    write_product(&mut tills[0].ledger, 400, 495, 1);
    tills[0].price(400, 450, 2);
    meet(&mut tills, 0, 3);
    tills[0].price(400, 440, 10);
    let taken_back = DocumentWrite::decided(ProductId(id(400)), "price_minor", ANNA, None);
    let step = |_: &ledger::Book<'_>| Ok((Write { documents: vec![taken_back], ..Write::default() }, ()));
    tills[1].ledger.transact(now(11), step).expect("written");
    meet(&mut tills, 1, 20);
    for till in &tills {
        assert_eq!((conflicts(till).len(), price_of(till, 400)), (1, Some(495)));
    }
    alike(tills);
}

#[test]
fn two_tills_that_make_or_import_one_product_apart_end_with_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tills = branch(folder.path(), 3);
    let code = "04012345000016";
    let product = ProductId::of_gtin(code);
    let made = |name: &str| {
        let decided = [Decided::Name(name.to_owned()), Decided::Codes(vec![code.to_owned()])];
        decided.map(|value| DocumentWrite::decided(product, value.field(), ANNA, Some(&value))).to_vec()
    };
    let facts = ProductFacts {
        name: "IBUPROFEN 400 mg, comprimé".to_owned(),
        price_minor: Some(300),
        codes: vec![code.to_owned()],
        ..ProductFacts::default()
    };
    let imported = vec![DocumentWrite::source(product, "bdpm", ANNA, &facts)];
    for (no, documents) in [made("Ibuprofen 400 mg"), imported.clone(), imported].into_iter().enumerate() {
        let step = |_: &ledger::Book<'_>| Ok((Write { documents, ..Write::default() }, ()));
        tills[no].ledger.transact(now(10 + no as i64), step).expect("written");
    }
    meet(&mut tills, 1, 20);
    for till in &tills {
        let book = till.ledger.book();
        let found = book.products_by_code(code).expect("read");
        let facts: Vec<_> = found
            .iter()
            .map(|found| (found.product, found.facts.name.as_str(), found.facts.price_minor))
            .collect();
        assert_eq!(facts, [(product, "Ibuprofen 400 mg", Some(300))]);
        assert_eq!(conflicts(till), []);
        let mut count = 0;
        book.each_product(|_| count += 1).expect("read");
        assert_eq!(count, 1);
    }
    alike(tills);
}

/// Kind, what it is about, when it was written, on which device, and the sale.
type Listed = (String, Vec<u8>, i64, DeviceId, Option<EntryId>);

fn exceptions(till: &Counter) -> Vec<Listed> {
    let (exceptions, _) = till.ledger.book().exceptions(100).expect("read");
    let row = |each: ledger::Exception| (each.kind, each.about, each.at_ms, each.device, each.sale);
    let mut rows: Vec<_> = exceptions.into_iter().map(row).collect();
    rows.sort();
    rows
}

/// Takes packs of the first line of a sale back, not knowing of other refunds.
fn refund(till: &mut Counter, sale: EntryId, packs: i64, minute: i64) {
    let Entry::Sale(sold) = till.ledger.book().entry(sale).expect("read").expect("there").entry else {
        panic!("a sale")
    };
    let refund = RefundLine { of: Some(RefundOf { sale, line_no: 1 }), reason: "damaged".to_owned() };
    let mut basket = Basket::new(till.new_id());
    basket.add(BasketLine { quantity: packs, refund: Some(refund), ..line(400, 495) }).expect("fits");
    let known = RefundedSale { lines: sold.lines, taxes: sold.taxes, before: Vec::new() };
    let refunded = RefundedSales([(sale, known)].into());
    let (acting, total) = (till.acting(minute), -495 * packs);
    let step = |book: &ledger::Book<'_>| {
        let ctx = SaleContext {
            acting: &acting,
            basket: &basket,
            refunded: &refunded,
            receipt_no: book.next_receipt_no()?,
            drawer: domain::id::CashLocationId::drawer_of(acting.till),
            shelf: book.branch()?.ok_or(Error::NotSetUp)?.shelf(),
            rounding: None,
            lots: &KnownLots::default(),
            today: acting.business_date,
        };
        let cash = TenderKind::Cash;
        let tenders = vec![TenderGiven { kind: cash, amount_minor: total, customer: None, reference: None }];
        let command = CompleteSale { sale_id: basket.sale_id, tenders, seen_total_minor: total };
        let (kind, receipt, to_seal) = complete(&ctx, &command)?;
        Ok((Write::entry(NewEntry { entry: receipt.into_entry(kind), to_seal }), ()))
    };
    till.ledger.transact(now(minute), step).expect("refunded");
}

#[test]
fn a_line_that_two_tills_refunded_apart_is_listed_whatever_came_first() {
    for first in 0..4 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = branch(folder.path(), 4);
        tills.iter_mut().take(3).for_each(|till| till.open(1));
        tills[0].sell(400, 2);
        let twice = tills[0].last_id();
        tills[0].sell(400, 3);
        let shared = tills[0].last_id();
        // The fourth till hears of the refunds before it hears of the sales.
        for no in 1..3 {
            let (from, to) = two(&mut tills, 0, no);
            bring(from, to, 4, |_| false);
            refund(&mut tills[no], twice, 2, 5);
            refund(&mut tills[no], shared, 1, 6);
            let own = secrets(tills[no].seed).device;
            let (from, to) = two(&mut tills, no, 3);
            bring(from, to, 7, |run| run.after.stream.device != own);
        }
        let of_fourth = exceptions(&tills[3]);
        assert!(of_fourth.is_empty(), "{of_fourth:?}");
        meet(&mut tills, first, 8);
        let seller = secrets(tills[0].seed).device;
        let about = [twice.as_bytes().as_slice(), &[0, 0, 0, 1]].concat();
        for till in &tills {
            let listed = ("refunded_twice".to_owned(), about.clone(), now(2).ms, seller, Some(twice));
            assert_eq!(exceptions(till), [listed]);
        }
        alike(tills);
    }
}

fn close(till: &mut Counter, minute: i64) {
    let acting = till.acting(minute);
    let drawer = domain::id::CashLocationId::drawer_of(acting.till);
    let safe = domain::id::CashLocationId::safe_of(founding().branch);
    let ctx = CashContext { acting: &acting, drawer, safe };
    let (entry_id, session) = (till.new_id(), till.session);
    let notes = vec![Denomination { value_minor: 10, count: 2_000 }];
    let command = cash::CountDrawer {
        entry_id,
        denominations: notes,
        parts: Vec::new(),
        other: Vec::new(),
        recount_reason: None,
    };
    let count = cash::count_drawer(&ctx, &command, cash::CountsBefore::default(), true).expect("counted");
    let counted = Entry::DrawerCounted(count.clone());
    till.ledger.transact(now(minute), |_| Ok((Write::entry(counted), ()))).expect("written");
    let command = cash::CloseSession {
        entry_id: till.new_id(),
        reason: Some("unknown".to_owned()),
        note: None,
        next_float: Vec::new(),
        seen_expected_minor: 0,
        on_its_way_reason: None,
    };
    let step = |book: &ledger::Book<'_>| {
        let figures = book.session_figures(session)?;
        let command =
            cash::CloseSession { seen_expected_minor: figures.expected(TenderKind::Cash), ..command.clone() };
        let ctx = cash::CloseContext {
            cash: ctx,
            count: Some(&count),
            figures: &figures,
            tolerance_minor: 0,
            seen: Vec::new(),
            is_cash_on_its_way: false,
        };
        let (closed, to_seal) = cash::close_session(ctx, &command)?;
        Ok((Write::entry(NewEntry { entry: Entry::DrawerClosed(closed), to_seal }), ()))
    };
    till.ledger.transact(now(minute + 1), step).expect("closed");
}

#[test]
fn a_session_that_was_closed_on_both_ways_of_a_cloned_till_is_listed_once() {
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = branch(folder.path(), 4);
        tills[0].open(1);
        tills[0].sell(400, 2);
        let (mut original, mut clone) = cloned(folder.path(), &mut tills);
        close(&mut original, 10);
        close(&mut clone, 20);
        bring(&original, &mut tills[0], 30, |_| false);
        let listed = |till: &Counter| {
            let mut rows = exceptions(till);
            rows.retain(|(kind, ..)| kind == "closed_twice");
            rows
        };
        assert_eq!(listed(&tills[0]), []);
        bring(&clone, &mut tills[1], 30, |_| false);
        meet(&mut tills, first, 40);
        tills.iter_mut().for_each(rebuild);
        for till in &tills {
            let (session, device) = (clone.session.as_bytes().to_vec(), secrets(clone.seed).device);
            assert_eq!(listed(till), [("closed_twice".to_owned(), session, now(21).ms, device, None)]);
        }
        alike(tills);
    }
}

#[test]
fn a_clock_that_went_back_by_more_than_a_day_is_listed_where_it_did() {
    const DAY: i64 = 1_440;
    for first in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tills = branch(folder.path(), 3);
        tills[0].open(1);
        // Three days ahead, and set right; then nine days ahead, while the others are asked; and set right again.
        let minutes = [2, 3 * DAY, 10, 11, 3 * DAY + 5, 9 * DAY, 20];
        let mut sold = Vec::new();
        for (no, minute) in minutes.into_iter().enumerate() {
            tills[0].sell(400, minute);
            sold.push((tills[0].last_id(), now(minute).ms));
            let (from, to) = two(&mut tills, 0, 1 + no % 2);
            bring(from, to, 12, |_| no % 3 == 0);
        }
        // Less than a day is no jump.
        tills[1].open(DAY);
        tills[1].sell(400, DAY + 1);
        tills[1].sell(400, 15);
        meet(&mut tills, first, 30);
        for till in &tills {
            let mut rows: Vec<_> =
                exceptions(till).into_iter().map(|(kind, _, at_ms, _, sale)| (kind, at_ms, sale)).collect();
            rows.sort_by_key(|(_, at_ms, _)| *at_ms);
            let expected =
                [2, 6].map(|no: usize| ("clock_put_back".to_owned(), sold[no].1, Some(sold[no].0)));
            assert_eq!(rows, expected);
        }
        alike(tills);
    }
}
