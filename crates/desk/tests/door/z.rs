//! What a Z says of drawers: nothing before they are counted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

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
        "what": what, "of": of, "date": null, "month": "2026-11", "copyId": uuid(copy), "form": "text_42",
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
    let row = text.into_iter().find(|row| row.starts_with("Bar (")).unwrap();
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
        let hidden = (Value::Null, "Bar (1) nach Zählung".to_owned());
        let made = till.call("close_till", json!({ "entryId": uuid(71) }));
        let z = json!(uuid(71));
        assert_eq!(cash_told(&made), hidden);
        let look = |till: &Till| cash_told(&till.call("z_report", json!({ "entryId": z })));
        assert_eq!(look(&till), hidden);
        let copy = till.call("reprint_z", json!({ "entryId": uuid(72), "zId": z }));
        assert_eq!(cash_told(&copy), hidden);
        has(&paper(&till, "z", &z, 73), "Bar (1) nach Zählung");
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
    assert_eq!(cash_told(&made), (Value::Null, "Bar (1) nach Zählung".to_owned()));
    till.hears_all_of(&mut other);
    till.call("count_drawer", count(73, 10_495));
    other.hears_all_of(&mut till);
    let counted = other.call("z_report", json!({ "entryId": uuid(72) }));
    assert_eq!(cash_told(&counted), told(495, "Bar (1) 4,95"));
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
