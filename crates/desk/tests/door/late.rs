//! What comes after a Z: seen with it, with both totals, and no part of it.

use domain::account::{Account, Dimension};
use domain::entry::Entry;
use domain::id::{CashLocationId, CashSessionId, EntryId};
use domain::time::Now;
use ledger::Write;
use serde_json::{Value, json};

use crate::every::with_another;
use crate::till::{IBUPROFEN, Till, uuid};

fn counted(no: u64, pieces: i64) -> Value {
    json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": 1, "count": pieces }], "other": [],
        "recountReason": null,
    })
}

/// Counts what is there, and closes with nothing left; the entry of the Z.
fn close(till: &Till, pieces: i64) -> Value {
    till.call("count_drawer", counted(70, pieces));
    let closing = json!({
        "entryId": uuid(71), "reason": null, "note": null, "nextFloat": [], "seenExpectedMinor": pieces,
    });
    till.call("close_session", closing);
    till.call("z_reports", json!({}))[0]["entryId"].clone()
}

/// The other till sells one more pack of what it sold last, into this session of the first one's drawer, as tills
/// that share a drawer do.
fn sells_into(other: &mut Till, session: &Value, drawer: CashLocationId) {
    let session = CashSessionId::parse(session.as_str().unwrap()).unwrap();
    other.with_ledger(|ledger| {
        let own = ledger.book().own_series().unwrap();
        let find = ledger::FindSales { limit: 10, ..ledger::FindSales::default() };
        let row = ledger.book().sales(&find).unwrap().into_iter().find(|row| row.series == own).unwrap();
        let Entry::Sale(mut sale) = ledger.book().entry(row.sale).unwrap().unwrap().entry else { panic!() };
        sale.common.entry_id = EntryId(uuid::Uuid::from_u128(72));
        sale.common.cash_session = Some(session);
        sale.receipt_no += 1;
        for posting in &mut sale.common.postings {
            if posting.account == Account::Drawer as u8 {
                posting.dimension = Dimension::Id(drawer.0);
            }
        }
        sale.sealed.clear();
        let now = Now { ms: 1_795_244_400_000, utc_offset_min: 60 };
        ledger.transact(now, |_| Ok((Write::entry(Entry::Sale(sale)), ()))).unwrap();
    });
}

fn drawer_of_first(till: &mut Till) -> CashLocationId {
    till.with_ledger(|ledger| ledger.book().open_sessions().unwrap())
        .into_iter()
        .find(|open| open.cash_session.to_string() == uuid(1))
        .unwrap()
        .location
}

#[test]
fn what_came_after_a_z_stands_beneath_it_with_both_totals() {
    let (mut till, mut other) = with_another();
    let drawer = drawer_of_first(&mut till);
    let session = till.call("drawer", json!({}))["cashSessionId"].clone();
    till.sell(IBUPROFEN);
    other.sell(IBUPROFEN);
    other.hears_all_of(&mut till);
    // Both count while they do not hear of each other, and the other one sells once more.
    other.call("count_other", json!({ "cashSessionId": session, "count": counted(73, 10_400) }));
    sells_into(&mut other, &session, drawer);
    let z = close(&till, 10_495);
    let report = |till: &Till| till.call("z_report", json!({ "entryId": z }));
    let before = report(&till);
    assert_eq!(
        (&before["late"], &till.call("z_reports", json!({}))[0]["hasLate"]),
        (&Value::Null, &json!(false))
    );

    till.hears_all_of(&mut other);
    let after = report(&till);
    let late = &after["late"];
    let seen: Vec<Value> = late["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            json!([line["kind"], line["tillNo"], line["person"], line["amountMinor"], line["cashMinor"]])
        })
        .collect();
    assert_eq!(seen, [json!(["counted", 1, "Anna", 10_400, 0]), json!(["sale", 1, "Anna", 495, 495])]);
    assert!(late["lines"][1]["receiptNo"].as_str().unwrap().ends_with("-000002"), "{late}");
    let totals = ["expected", "expectedNow", "overShort", "overShortNow", "takings", "takingsNow"];
    assert_eq!(
        totals.map(|name| late[format!("{name}Minor")].as_i64().unwrap()),
        [10_495, 10_990, 0, -495, 495, 990]
    );
    assert_eq!(till.call("z_reports", json!({}))[0]["hasLate"], true);
    // The desk says the same of the drawer.
    let cash = till.call("cash", json!({}));
    let state = cash["drawers"].as_array().unwrap().iter().find(|drawer| drawer["isOwn"] == true).unwrap();
    assert_eq!((&state["lateMinor"], &state["expectedNowMinor"]), (&json!(495), &json!(10_990)));

    // The Z itself is what it was, on the screen and on paper.
    let without = |report: &Value| {
        let mut report = report.clone();
        report["late"] = Value::Null;
        report["receipt"] = Value::Null;
        report
    };
    assert_eq!(without(&after), without(&before));
    let (paper, closed) =
        (after["receipt"]["text"].as_str().unwrap(), before["receipt"]["text"].as_str().unwrap());
    let added = paper.strip_prefix(closed).unwrap();
    let rows: Vec<String> =
        added.lines().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(rows[1..3], ["NACH DEM Z GEKOMMEN", "Gehört nicht zum Z, das so bleibt."]);
    assert!(rows.iter().any(|row| row == "Soll Bargeld 104,95 109,90"), "{added}");
    assert!(rows.iter().any(|row| row == "Diff. 0,00 -4,95"), "{added}");
    assert!(rows.iter().any(|row| row == "Umsatz 4,95 9,90"), "{added}");
    // A copy on paper has the lines too.
    let copy = till.call("reprint_z", json!({ "entryId": uuid(74), "zId": z }));
    assert!(copy["receipt"]["text"].as_str().unwrap().contains("NACH DEM Z"));
}

#[test]
fn what_is_over_or_short_now_is_what_a_sale_that_came_late_has_left_of_it() {
    let (mut till, mut other) = with_another();
    let drawer = drawer_of_first(&mut till);
    let session = till.call("drawer", json!({}))["cashSessionId"].clone();
    other.sell(IBUPROFEN);
    other.hears_all_of(&mut till);
    sells_into(&mut other, &session, drawer);
    // The cash of that sale is in the drawer, and nobody here knows why.
    till.call("count_drawer", counted(70, 10_495));
    let closing = json!({
        "entryId": uuid(71), "reason": "unknown", "note": null, "nextFloat": [], "seenExpectedMinor": 10_000,
    });
    till.call("close_session", closing);
    let causes = |till: &Till| till.call("causes", json!({ "cashSessionId": session }));
    let month = |till: &Till| {
        let sum = till.call("month_list", json!({ "month": "2026-11" }))["sum"].clone();
        ["expectedMinor", "countedMinor", "overShortMinor"].map(|name| sum[name].as_i64().unwrap())
    };
    assert_eq!((&causes(&till)["overShortMinor"], month(&till)), (&json!(495), [10_000, 10_495, 495]));

    till.hears_all_of(&mut other);
    let why = causes(&till);
    assert_eq!((&why["overShortMinor"], &why["causes"]), (&json!(0), &json!([])));
    assert_eq!(month(&till), [10_495, 10_495, 0]);
    let report = till.call("over_short_report", json!({ "from": "2026-11-21", "to": "2026-11-21" }));
    let result = &report["closes"][0]["results"][0];
    assert_eq!((&result["overShortMinor"], &result["atCloseMinor"]), (&json!(0), &json!(495)));
    assert_eq!(report["all"]["cash"]["overCount"], 0);
}

#[test]
fn a_z_is_marked_where_what_came_late_moves_no_money() {
    let (mut till, mut other) = with_another();
    let session = till.call("drawer", json!({}))["cashSessionId"].clone();
    other.call("count_other", json!({ "cashSessionId": session, "count": counted(73, 10_000) }));
    let z = close(&till, 10_000);
    let has_late = |till: &Till| till.call("z_reports", json!({}))[0]["hasLate"].clone();
    assert_eq!(has_late(&till), false);
    till.hears_all_of(&mut other);
    assert_eq!(till.call("z_report", json!({ "entryId": z }))["late"]["lines"][0]["kind"], "counted");
    assert_eq!(has_late(&till), true);
}
