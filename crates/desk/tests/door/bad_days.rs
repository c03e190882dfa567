//! Bad days at the drawer: nothing of it stops selling, and no count is lost.

use domain::entry::Entry;
use serde_json::{Value, json};

use crate::every::with_another;
use crate::till::{IBUPROFEN, Till, text, uuid};

fn count(no: u64, pieces: i64, value_minor: i64) -> Value {
    json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": value_minor, "count": pieces }], "other": [],
        "recountReason": null,
    })
}

fn close(no: u64, seen: i64, reason: Option<&str>) -> Value {
    json!({
        "entryId": uuid(no), "reason": reason, "note": null, "nextFloat": [], "seenExpectedMinor": seen,
    })
}

/// Counts of a session in the book: which, and what they came to.
fn counts(till: &mut Till, session: &Value) -> Vec<(String, i64)> {
    let session = domain::id::CashSessionId::parse(session.as_str().unwrap()).unwrap();
    till.with_ledger(|ledger| {
        let entries = ledger.book().session_entries(session).unwrap();
        let counts = entries.into_iter().filter_map(|stored| match stored.entry {
            Entry::DrawerCounted(count) => {
                Some((count.common.entry_id.to_string(), count.counted_cash_minor))
            }
            _ => None,
        });
        counts.collect()
    })
}

#[test]
fn two_count_at_once_and_the_close_rests_on_the_count_that_was_seen() {
    let (mut till, mut other) = with_another();
    let session = till.call("drawer", json!({}))["cashSessionId"].clone();
    other.hears_all_of(&mut till);
    till.call("count_drawer", count(20, 10_000, 1));
    // Elsewhere somebody counts the same drawer a moment later, without hearing of it, and one coin less.
    other.pass_minutes(1);
    other.call("count_other", json!({ "cashSessionId": session, "count": count(21, 9_900, 1) }));
    till.hears_all_of(&mut other);
    other.hears_all_of(&mut till);
    let both = vec![(uuid(20), 10_000), (uuid(21), 9_900)];
    assert_eq!((counts(&mut till, &session), counts(&mut other, &session)), (both.clone(), both));
    // Each still sees what was counted there.
    let drawer = till.call("drawer", json!({}));
    assert_eq!(
        (&drawer["state"], &drawer["count"]["rows"][0]["countedMinor"]),
        (&json!("counted"), &json!(10_000))
    );
    let cash = other.call("cash", json!({}));
    let state =
        cash["drawers"].as_array().unwrap().iter().find(|state| state["isOwn"] == false).unwrap().clone();
    assert_eq!((&state["count"]["rows"][0]["countedMinor"], &state["countNo"]), (&json!(9_900), &json!(2)));
    // The close names the count that was seen here.
    let z = till.call("close_session", close(22, 10_000, None));
    assert_eq!(z["counted"]["rows"][0]["overShortMinor"], 0);
    let named = till.with_ledger(|ledger| {
        let session = domain::id::CashSessionId::parse(session.as_str().unwrap()).unwrap();
        let Entry::DrawerClosed(closed) = ledger.book().close_of(session).unwrap().unwrap().entry else {
            panic!()
        };
        closed.count.to_string()
    });
    assert_eq!(named, uuid(20));
}

#[test]
fn a_count_with_a_typo_of_ten_thousand_stands_and_is_put_right_by_another() {
    let till = Till::ready();
    let refused = till.refused("count_drawer", count(20, 100_001, 1_000));
    assert_eq!(refused, ("quantity_out_of_range".to_owned(), json!({ "limit": 100_000 })));
    assert_eq!(till.call("drawer", json!({}))["countNo"], 0);
    // 10,000 notes where 10 were meant: it is a count like any other, and closes only with a reason.
    let drawer = till.call("count_drawer", count(21, 10_000, 1_000));
    assert_eq!(
        (&drawer["count"]["rows"][0]["overShortMinor"], &drawer["count"]["needsReason"]),
        (&json!(9_990_000), &json!(true))
    );
    assert_eq!(till.refused("close_session", close(22, 10_000, None)).0, "reason_needed");
    let mut recount = count(23, 10, 1_000);
    recount["recountReason"] = json!("miscounted");
    till.call("count_drawer", recount);
    let z = till.call("close_session", close(24, 10_000, None));
    assert_eq!(
        (&z["counted"]["countNo"], &z["counted"]["rows"][0]["overShortMinor"]),
        (&json!(2), &json!(0))
    );
}

#[test]
fn more_is_paid_out_than_there_is_and_the_drawer_still_closes() {
    let till = Till::ready();
    let out = |no: u64, amount_minor: i64| {
        json!({
            "entryId": uuid(no), "kind": "paid_out", "amountMinor": amount_minor, "reason": "office", "note": null,
        })
    };
    till.call("move_cash", out(20, 12_500));
    // 25.00 less than nothing should be there.
    assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], -2_500);
    let state = till.call("cash", json!({}))["drawers"][0].clone();
    assert_eq!((&state["expectedCashMinor"], &state["state"]), (&json!(-2_500), &json!("open")));
    till.sell(IBUPROFEN);
    let drawer = till.call("count_drawer", count(21, 0, 1_000));
    assert_eq!(
        drawer["count"]["rows"][0],
        json!({ "kind": "cash", "expectedMinor": -2_005, "countedMinor": 0, "overShortMinor": 2_005 })
    );
    assert_eq!(till.refused("close_session", close(22, -2_005, None)).0, "reason_needed");
    let z = till.call("close_session", close(22, -2_005, Some("missing_slip")));
    assert_eq!((&z["expectedCashMinor"], &z["counted"]["toSafeMinor"]), (&json!(-2_005), &json!(0)));
    assert!(text(&z["receipt"]).contains("-20,05"), "{}", text(&z["receipt"]));
    // The book holds what was counted, and nothing is over or short the next morning.
    till.pass_minutes(24 * 60);
    let opened = till.call("open_session", json!({ "cashSessionId": uuid(2), "denominations": [] }));
    assert_eq!((&opened["openingFloatMinor"], &opened["openingOverShortMinor"]), (&json!(0), &json!(0)));
}

#[test]
fn a_drawer_closes_while_a_basket_is_open_and_the_basket_stays() {
    let mut till = Till::ready();
    let basket = till.scan(IBUPROFEN);
    till.call("count_drawer", count(20, 10, 1_000));
    till.call("close_session", close(21, 10_000, None));
    let after = till.call("basket", json!({}));
    assert_eq!((&after["saleId"], &after["lines"]), (&basket["saleId"], &basket["lines"]));
    till.restart();
    till.call("open_session", json!({ "cashSessionId": uuid(2), "denominations": [] }));
    let sold = till.pay(json!([crate::till::cash(495)]));
    assert!(text(&sold["receipt"]).contains("Ibuprofen"), "{sold}");
    assert_eq!(till.call("x_report", json!({}))["takingsMinor"], 495);
}

#[test]
fn the_clock_goes_back_an_hour_between_count_and_close() {
    let till = Till::ready();
    till.pass_minutes(120);
    till.sell(IBUPROFEN);
    till.pass_minutes(-60);
    // Sold, counted and closed before what was sold, by the clock; the order is the order of the book.
    till.sell(IBUPROFEN);
    till.call("count_drawer", count(20, 10_990, 1));
    till.pass_minutes(-30);
    assert_eq!(till.call("drawer", json!({}))["state"], "counted");
    let z = till.call("close_session", close(21, 10_990, None));
    assert_eq!(
        (&z["saleCount"], &z["expectedCashMinor"], &z["late"]),
        (&json!(2), &json!(10_990), &Value::Null)
    );
    till.pass_minutes(15);
    let opened = till.call("open_session", json!({ "cashSessionId": uuid(2), "denominations": [] }));
    assert_eq!(opened["state"], "open");
    till.sell(IBUPROFEN);
    assert_eq!(till.call("x_report", json!({}))["saleCount"], 1);
}

#[test]
fn a_currency_without_cents_and_one_with_three_decimals_close_on_paper_too() {
    let check = |country: &str, opened: &str, takings: &str, expected: &str| {
        let till = Till::ready_in(country);
        till.sell(IBUPROFEN);
        till.call("count_drawer", count(20, 10_495, 1));
        let z = till.call("close_session", close(21, 10_495, None));
        let paper = text(&z["receipt"]);
        let rows: Vec<String> =
            paper.lines().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for row in [format!("Fonds de caisse {opened}"), format!("Recettes {takings}"), expected.to_owned()] {
            assert!(rows.contains(&row), "{row}\n{paper}");
        }
        let pdf = json!({
            "paper": { "what": "z", "of": till.call("z_reports", json!({}))[0]["entryId"] },
            "copyId": uuid(22), "form": "pdf",
        });
        let made = till.call("paper_file", pdf);
        // The bytes of "%PDF-" as they begin in base64.
        assert!(made["base64"].as_str().unwrap().starts_with("JVBERi"), "{made}");
    };
    check("TN", "10,000", "0,495", "Espèces attendues 10,495");
    check("SN", "10 000", "495", "Espèces attendues 10 495");
}
