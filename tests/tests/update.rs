//! Books that other versions of PharmaTill wrote, opened by this one. Each folder of `tests/fixtures` holds a
//! whole till: a day with its Z, and a second day with a sale and a basket that is not paid yet.
//! `ground-1` has the ground tables of version 1; `other-tables` was derived by other rules.

use std::path::Path;
use std::sync::Arc;

use desk::api::basket::{CompleteSale, TenderInput};
use desk::api::cash::DayQuery;
use desk::api::sales::FindSales;
use desk::api::setup::SignIn;
use desk::{Desk, Nothing};
use tempfile::TempDir;
use till::home;

/// A copy of a fixture, opened as the window does.
fn opened(fixture: &str) -> (TempDir, Arc<Desk>) {
    let folder = tempfile::tempdir().expect("a folder for the till");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    for file in [home::LEDGER, home::KEYS] {
        std::fs::copy(from.join(file), folder.path().join(file)).expect("copied");
    }
    let desk =
        home::open_with(folder.path(), home::real_clock(), home::real_random()).expect("the book opens");
    (folder, desk)
}

fn sales(desk: &Desk) -> usize {
    let find: FindSales = serde_json::from_str(r#"{"limit":10}"#).expect("all sales");
    desk.sales(find).expect("read").len()
}

/// Pays the basket that the other version left, and scans into the next one.
fn goes_on_selling(desk: &Desk) {
    let staff_id = desk.staff(Nothing {}).expect("people")[0].staff_id.clone();
    // Nobody had a PIN then; the owner chooses the first one.
    let sign_in = |new_secret| SignIn { staff_id: staff_id.clone(), secret: String::new(), new_secret };
    let refused = desk.sign_in(sign_in(None)).expect_err("a PIN is to be chosen");
    assert_eq!(refused.code, "secret_to_choose");
    desk.sign_in(sign_in(Some("73915482".to_owned()))).expect("signed in");
    let basket = desk.basket(Nothing {}).expect("the basket is there");
    assert_eq!(basket.lines.len(), 1);
    let cash = TenderInput {
        kind: "cash".to_owned(),
        amount_minor: basket.total_minor,
        reference: None,
        customer_id: None,
    };
    let sale =
        CompleteSale { sale_id: basket.sale_id, tenders: vec![cash], seen_total_minor: basket.total_minor };
    let done = desk.complete_sale(sale).expect("sold");
    assert!(done.receipt_no.ends_with("-000004"), "{}", done.receipt_no);
    let x = desk.x_report(Nothing {}).expect("X");
    assert_eq!((x.sale_count, x.takings_minor), (2, 349 + 495));
}

fn is_whole(desk: &Desk) {
    let job = desk.verify(Nothing {}).expect("begins");
    till::job::finish(desk, &job, |_| ()).expect("the book is whole");
}

#[test]
fn a_book_of_the_first_ground_is_brought_up_to_date() {
    let (_folder, desk) = opened("ground-1");
    assert_eq!(sales(&desk), 3);
    goes_on_selling(&desk);
    is_whole(&desk);
}

#[test]
fn a_book_with_other_tables_sells_at_once_and_fills_in_its_history() {
    let (_folder, desk) = opened("other-tables");
    assert_eq!(sales(&desk), 1, "only what came after the last Z");
    let day = || desk.day_report(DayQuery { business_date: "2026-03-02".to_owned() });
    assert_eq!(day().map(drop).map_err(|fault| fault.code), Err("history_pending".to_owned()));
    goes_on_selling(&desk);
    let job = desk.prepare_history().expect("begins").expect("there is something to do");
    till::job::finish(&desk, &job, |_| ()).expect("runs through");
    assert_eq!(sales(&desk), 4);
    assert_eq!(day().expect("the day").takings_minor, 1_485 + 349);
    assert!(desk.prepare_history().expect("asked").is_none());
    is_whole(&desk);
}
