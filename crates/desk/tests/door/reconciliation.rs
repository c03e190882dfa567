//! The reconciliation desk: drawers of all tills, counted and closed from elsewhere, and signed.

use serde_json::{Value, json};

use crate::every::{other_session, with_another};
use crate::till::{IBUPROFEN, Till, uuid};

fn ones(count: i64) -> Value {
    json!([{ "valueMinor": 1, "count": count }])
}

fn count_other(no: u64, session: &Value, pieces: i64) -> Value {
    let count = json!({
        "entryId": uuid(no), "denominations": ones(pieces), "other": [{ "kind": "card", "countedMinor": 0 }],
        "recountReason": null,
    });
    json!({ "cashSessionId": session, "count": count })
}

fn close_other(no: u64, session: &Value, seen: i64, reason: Option<&str>) -> Value {
    let close = json!({
        "entryId": uuid(no), "reason": reason, "note": "went home", "nextFloat": ones(5_000),
        "seenExpectedMinor": seen, "onItsWayReason": null,
    });
    json!({ "cashSessionId": session, "close": close })
}

/// The drawer of the till that is asked, or of the other one.
fn drawer_of(cash: &Value, is_own: bool) -> Value {
    let drawers = cash["drawers"].as_array().unwrap();
    drawers.iter().find(|drawer| drawer["isOwn"] == is_own).unwrap().clone()
}

fn close_own(till: &Till, pieces: i64) {
    let count = json!({
        "entryId": uuid(80), "denominations": ones(pieces), "other": [], "recountReason": null,
    });
    till.call("count_drawer", count);
    till.call(
        "close_session",
        json!({
            "entryId": uuid(81), "reason": "unknown", "note": null, "nextFloat": [], "seenExpectedMinor": 10_000,
        }),
    );
}

#[test]
fn a_forgotten_drawer_is_counted_and_closed_from_another_till() {
    let (mut till, mut other) = with_another();
    let session = other_session(&till);
    assert_eq!(till.refused("close_other", close_other(60, &session, 10_000, None)).0, "not_counted");
    let cash = till.call("count_other", count_other(61, &session, 9_650));
    let counted = drawer_of(&cash, false);
    assert_eq!((&counted["state"], &counted["overShortMinor"]), (&json!("counted"), &json!(-350)));
    assert_eq!(till.refused("close_other", close_other(62, &session, 10_000, None)).0, "reason_needed");
    let cash = till.call("close_other", close_other(62, &session, 10_000, Some("unknown")));
    let closed = drawer_of(&cash, false);
    assert_eq!(
        (&closed["state"], &closed["isClosedElsewhere"], &closed["zNo"], &closed["note"]),
        (&json!("closed"), &json!(true), &Value::Null, &json!("went home"))
    );
    assert_eq!(cash["onItsWay"][0]["amountMinor"], 4_650);
    assert_eq!(till.refused("count_other", count_other(63, &session, 1)).0, "session_closed");

    // The till itself sells on meanwhile: that comes after the close, and is said beside it.
    other.sell(IBUPROFEN);
    till.hears_all_of(&mut other);
    let late = drawer_of(&till.call("cash", json!({})), false);
    assert_eq!((&late["lateMinor"], &late["expectedCashMinor"]), (&json!(495), &json!(10_000)));
    other.hears_all_of(&mut till);
    assert_eq!(other.call("drawer", json!({}))["state"], "closed");
    // What is in the drawer by the book is what was left and what came late; the next float is counted against it.
    let opened =
        other.call("open_session", json!({ "cashSessionId": uuid(90), "denominations": ones(5_495) }));
    assert_eq!((&opened["openingOverShortMinor"], &opened["state"]), (&json!(0), &json!("open")));
    // Its own Z covers everything that it wrote.
    let count = json!({
        "entryId": uuid(91), "denominations": ones(5_495), "other": [], "recountReason": null,
    });
    other.call("count_drawer", count);
    let z = other.call(
        "close_session",
        json!({
            "entryId": uuid(92), "reason": null, "note": null, "nextFloat": [], "seenExpectedMinor": 5_495,
        }),
    );
    assert_eq!((&z["saleCount"], &z["takingsMinor"]), (&json!(1), &json!(495)));
}

#[test]
fn a_drawer_that_is_closed_on_another_day_stays_on_the_desk_of_both() {
    let (till, _other) = with_another();
    let session = other_session(&till);
    let opened_on = till.call("cash", json!({}))["businessDate"].clone();
    till.pass_minutes(24 * 60);
    till.call("count_other", count_other(61, &session, 10_000));
    let cash = till.call("close_other", close_other(62, &session, 10_000, None));
    assert_ne!(cash["businessDate"], opened_on);
    let state = |cash: &Value| {
        let drawers = cash["drawers"].as_array().unwrap();
        let of_it = drawers.iter().filter(|drawer| drawer["cashSessionId"] == session);
        of_it.map(|drawer| drawer["state"].clone()).collect::<Value>()
    };
    assert_eq!(state(&cash), json!(["closed"]));
    let on = |date: &Value| state(&till.call("cash", json!({ "businessDate": date })));
    assert_eq!(on(&opened_on), json!(["closed"]));
    till.pass_minutes(24 * 60);
    assert_eq!((on(&Value::Null), on(&cash["businessDate"])), (json!([]), json!(["closed"])));
}

#[test]
fn whoever_reconciles_may_and_others_ask() {
    let (till, _other) = with_another();
    let session = other_session(&till);
    till.sign_in("Ben");
    assert_eq!(till.refused("count_other", count_other(60, &session, 1)).0, "not_allowed");
    let seen = drawer_of(&till.call("cash", json!({})), false);
    assert_eq!((&seen["expectedCashMinor"], &seen["rows"]), (&Value::Null, &json!([])));
}

#[test]
fn a_close_is_signed_once_and_by_another_one_where_the_branch_wants_it() {
    let till = Till::ready();
    let session = till.call("drawer", json!({}))["cashSessionId"].clone();
    let sign = |no: u64| json!({ "entryId": uuid(no), "cashSessionId": session });
    assert_eq!(till.refused("sign_close", sign(60)).0, "not_closed");
    let mut settings = till.call("settings", json!({}));
    settings["secondPersonSigns"] = json!(true);
    till.call("save_settings", settings);
    close_own(&till, 9_990);
    assert_eq!(till.refused("sign_close", sign(61)).0, "second_person_needed");
    till.add_person("Carla", "manager");
    till.sign_in("Carla");
    let signed = drawer_of(&till.call("sign_close", sign(62)), true);
    assert_eq!((&signed["state"], &signed["signedBy"]), (&json!("signed"), &json!("Carla")));
    let again = drawer_of(&till.call("sign_close", sign(63)), true);
    assert_eq!(again, signed);
}

#[test]
fn every_day_shows_its_drawers_and_whatever_is_still_open() {
    let till = Till::ready();
    close_own(&till, 10_000);
    till.pass_minutes(24 * 60);
    till.call("open_session", json!({ "cashSessionId": uuid(90), "denominations": ones(100) }));
    till.pass_minutes(24 * 60);
    let cash = till.call("cash", json!({}));
    assert_eq!(cash["businessDate"], "2026-11-23");
    let drawer = drawer_of(&cash, true);
    assert_eq!((&drawer["isOfEarlierDay"], &drawer["state"]), (&json!(true), &json!("open")));
    assert_eq!(cash["unopenedTillNos"], json!([]));
    let first = till.call("cash", json!({ "businessDate": "2026-11-21" }));
    let states: Vec<&Value> =
        first["drawers"].as_array().unwrap().iter().map(|drawer| &drawer["state"]).collect();
    assert_eq!(states, [&json!("open"), &json!("closed")]);
    assert_eq!(till.refused("cash", json!({ "businessDate": "yesterday" })).0, "bad_arguments");
}

#[test]
fn a_drawer_is_up_to_now_only_where_every_till_that_wrote_into_it_is() {
    let (mut till, mut other) = with_another();
    let session = other_session(&till);
    let state = |till: &Till, session: &Value| {
        let cash = till.call("cash", json!({}));
        let drawer = cash["drawers"].as_array().unwrap().iter().find(|row| row["cashSessionId"] == *session);
        drawer.unwrap()["isUpToNow"].clone()
    };
    // The other till is heard of by no server, and what it may still write is unknown.
    assert_eq!(state(&till, &session), false);
    other.call("leave_drawer", json!({ "entryId": uuid(60), "isToCount": false }));
    let lettered = json!({
        "cashSessionId": uuid(61), "denominations": ones(100), "drawer": { "tillNo": null, "letter": "A" },
    });
    other.call("open_session", lettered);
    till.hears_all_of(&mut other);
    assert_eq!(state(&till, &json!(uuid(61))), false);
    other.call("leave_drawer", json!({ "entryId": uuid(62), "isToCount": true }));
    till.hears_all_of(&mut other);
    // With no till at it, the one that was there is asked.
    assert_eq!(state(&till, &json!(uuid(61))), false);
    // A till that came and went is asked too; here it is this one alone.
    till.call("leave_drawer", json!({ "entryId": uuid(63), "isToCount": false }));
    till.call("take_drawer", json!({ "entryId": uuid(64), "cashSessionId": session }));
    assert_eq!(state(&till, &session), false);
    assert_eq!(state(&till, &json!(uuid(1))), true);
}
