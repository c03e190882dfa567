//! What a Z says of drawers: nothing before they are counted, and only what was counted with it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::every::{closed_twice, two_closes};
use crate::till::{IBUPROFEN, Till, uuid};

fn count(no: u64, cents: i64) -> Value {
    json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": 1, "count": cents }], "other": [],
        "recountReason": null,
    })
}

fn close(no: u64, seen: i64) -> Value {
    json!({
        "entryId": uuid(no), "reason": "unknown", "note": null, "nextFloat": [], "seenExpectedMinor": seen,
    })
}

/// A paper of 42 columns, without the spaces between its two sides.
fn paper(till: &Till, what: &str, of: &Value, copy: u64) -> Vec<String> {
    let asked = json!({
        "paper": { "what": what, "of": of, "month": "2026-11" }, "copyId": uuid(copy), "form": "text_42",
    });
    let made = till.call("paper_file", asked);
    let text = String::from_utf8(STANDARD.decode(made["base64"].as_str().unwrap()).unwrap()).unwrap();
    rows(&text)
}

fn rows(text: &str) -> Vec<String> {
    text.lines().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn has(rows: &[String], row: &str) {
    assert!(rows.iter().any(|found| found == row), "{row}\n{rows:#?}");
}

/// What a Z tells of cash: on the screen, and its row of the tender on paper.
fn cash_told(z: &Value) -> (Value, String) {
    let text = rows(z["receipt"]["text"].as_str().unwrap());
    let row = text.into_iter().find(|row| row.starts_with("Bar ")).unwrap();
    assert!(z["expectedCashMinor"].is_null() && z["openingFloatMinor"].is_null(), "{z}");
    assert_eq!(z["isOfOneDrawer"], false);
    (z["tenders"][0]["amountMinor"].clone(), row)
}

fn told(minor: i64, row: &str) -> (Value, String) {
    (json!(minor), row.to_owned())
}

#[test]
fn a_z_tells_no_cash_of_a_drawer_that_is_still_to_be_counted_blind() {
    for is_to_count in [false, true] {
        let till = Till::founded("DE");
        till.sign_in("Ben");
        till.open_session(1);
        till.sell(IBUPROFEN);
        till.call("leave_drawer", json!({ "entryId": uuid(70), "isToCount": is_to_count }));
        let hidden = (Value::Null, "Bar nach Zählung".to_owned());
        let made = till.call("close_till", json!({ "entryId": uuid(71) }));
        let z = json!(uuid(71));
        assert_eq!(cash_told(&made), hidden);
        let look = |till: &Till| cash_told(&till.call("z_report", json!({ "entryId": z })));
        assert_eq!(look(&till), hidden);
        let copy = till.call("reprint_z", json!({ "entryId": uuid(72), "zId": z }));
        assert_eq!(cash_told(&copy), hidden);
        has(&paper(&till, "z", &z, 73), "Bar nach Zählung");
        // Whoever may see what a drawer should hold sees it here too.
        till.sign_in("Anna");
        assert_eq!(look(&till), told(495, "Bar (1) 4,95"));
        till.sign_in("Ben");
        assert_eq!(look(&till), hidden);
        // Counted, it is told to everybody.
        if is_to_count {
            till.sign_in("Anna");
            till.call("count_other", json!({ "cashSessionId": uuid(1), "count": count(74, 10_495) }));
            till.sign_in("Ben");
        } else {
            till.call("take_drawer", json!({ "entryId": uuid(75), "cashSessionId": uuid(1) }));
            assert_eq!(look(&till), hidden);
            till.call("count_drawer", count(74, 10_495));
        }
        assert_eq!(look(&till), told(495, "Bar (1) 4,95"));
    }
}

#[test]
fn a_z_tells_no_cash_of_a_shared_drawer_before_the_other_till_has_counted_it() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    other.sign_in("Ben");
    other.call("take_drawer", json!({ "entryId": uuid(70), "cashSessionId": uuid(1) }));
    other.sell(IBUPROFEN);
    other.call("leave_drawer", json!({ "entryId": uuid(71), "isToCount": false }));
    let made = other.call("close_till", json!({ "entryId": uuid(72) }));
    assert_eq!(cash_told(&made), (Value::Null, "Bar nach Zählung".to_owned()));
    till.hears_all_of(&mut other);
    till.call("count_drawer", count(73, 10_495));
    other.hears_all_of(&mut till);
    let counted = other.call("z_report", json!({ "entryId": uuid(72) }));
    assert_eq!(cash_told(&counted), told(495, "Bar (1) 4,95"));
}

/// Counted and over/short in cash of a Z, on the screen, in the list, on its paper and on the paper of its count.
fn counted_with(till: &Till, z: &Value) -> (Value, Value, Value, Vec<String>) {
    let report = till.call("z_report", json!({ "entryId": z }));
    let cash = &report["counted"]["rows"][0];
    let list = till.call("z_reports", json!({}));
    let row = list.as_array().unwrap().iter().find(|row| row["entryId"] == *z).unwrap();
    let is_cash = |row: &String| row.starts_with("Bar ") && row.matches(',').count() == 3;
    let papers = rows(report["receipt"]["text"].as_str().unwrap());
    let papers = papers.into_iter().chain(paper(till, "counted", z, 0)).filter(is_cash);
    (
        cash["countedMinor"].clone(),
        cash["overShortMinor"].clone(),
        row["overShortMinor"].clone(),
        papers.collect(),
    )
}

fn counted(cents: i64, over_short: i64, row: &str) -> (Value, Value, Value, Vec<String>) {
    (json!(cents), json!(over_short), json!(over_short), vec![row.to_owned(); 2])
}

#[test]
fn a_z_stays_as_it_was_made_when_another_close_of_its_drawer_comes_or_is_picked() {
    let (mut till, mut other) = closed_twice();
    let z = other.call("z_reports", json!({}))[0]["entryId"].clone();
    let made = || counted(9_000, -1_000, "Bar 100,00 90,00 -10,00");
    assert_eq!(counted_with(&other, &z), made());
    let twice = two_closes(&till);
    let elsewhere = twice["closes"].as_array().unwrap().iter().find(|close| close["tillNo"] == 2).unwrap();
    let pick = json!({
        "entryId": uuid(70), "cashSessionId": twice["cashSessionId"], "closeId": elsewhere["closeId"],
    });
    till.call("pick_close", pick);
    other.hears_all_of(&mut till);
    for till in [&till, &other] {
        assert_eq!(counted_with(till, &z), made());
        // What counts of the drawer is the close that was picked.
        has(&paper(till, "month_summary", &Value::Null, 0), "Diff. Bar -2,00");
    }
}

#[test]
fn two_tills_that_close_their_drawer_apart_keep_each_their_own_count_and_the_month_has_one_of_them() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    other.call("take_drawer", json!({ "entryId": uuid(70), "cashSessionId": uuid(1) }));
    let mut of = Vec::new();
    for (till, no, cents) in [(&till, 71, 9_990), (&other, 73, 9_800)] {
        till.call("count_drawer", count(no, cents));
        till.call("close_session", close(no + 1, 10_000));
        of.push(till.call("z_reports", json!({}))[0]["entryId"].clone());
    }
    till.hears_all_of(&mut other);
    other.hears_all_of(&mut till);
    for at in [&till, &other] {
        assert_eq!(counted_with(at, &of[0]), counted(9_990, -10, "Bar 100,00 99,90 -0,10"));
        assert_eq!(counted_with(at, &of[1]), counted(9_800, -200, "Bar 100,00 98,00 -2,00"));
        let month = paper(at, "month_summary", &Value::Null, 0);
        let listed = at.call("month_list", json!({ "month": "2026-11" }))["sum"]["overShortMinor"].clone();
        assert!(listed == -10 || listed == -200, "{listed}");
        has(&month, if listed == -10 { "Diff. Bar -0,10" } else { "Diff. Bar -2,00" });
    }
}

#[test]
fn the_month_has_what_was_handed_over_and_what_was_closed_at_another_till() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.open_session(500);
    till.hears_all_of(&mut other);
    let ben = till.call("staff", json!({}))[1]["staffId"].clone();
    // Five cents are missing where it is handed over, and a hundred in a drawer that another till closes.
    till.call("count_drawer", count(70, 9_995));
    let handed = json!({
        "close": close(71, 10_000), "staffId": ben, "secret": crate::till::PIN, "cashSessionId": uuid(72),
    });
    till.call("hand_over", handed);
    till.sign_in("Anna");
    till.call("count_other", json!({ "cashSessionId": uuid(500), "count": count(73, 9_900) }));
    till.call("close_other", json!({ "cashSessionId": uuid(500), "close": close(74, 10_000) }));
    let month = paper(&till, "month_summary", &Value::Null, 0);
    let listed = till.call("month_list", json!({ "month": "2026-11" }));
    assert_eq!(listed["sum"]["overShortMinor"], -105);
    has(&month, "Diff. Bar -1,05");
}
