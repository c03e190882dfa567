//! Cash between drawers, safe and bank: on its way until somebody accepts it with what they counted.

use serde_json::{Value, json};

use crate::every::sending;
use crate::till::{Till, text, uuid};

fn place(place: &str) -> Value {
    json!({ "place": place, "tillNo": null })
}

fn send(no: u64, from: &str, to: Value, amount_minor: i64) -> Value {
    json!({
        "entryId": uuid(no), "from": place(from), "to": to, "amountMinor": amount_minor, "denominations": [],
        "reason": "other", "bagNo": null, "note": null,
    })
}

fn accept(no: u64, transfer: &Value, counted_minor: i64, is_return: bool) -> Value {
    json!({
        "entryId": uuid(no), "transferId": transfer, "isReturn": is_return, "countedMinor": counted_minor,
        "denominations": [], "note": null,
    })
}

fn refuse(no: u64, transfer: &Value) -> Value {
    json!({ "entryId": uuid(no), "transferId": transfer, "reason": "not_received", "note": "no bag came" })
}

fn safe(cash: &Value) -> &Value {
    &cash["places"][0]["amountMinor"]
}

fn count(no: u64, ones: i64) -> Value {
    json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": 1, "count": ones }],
        "other": [{ "kind": "card", "countedMinor": 0 }], "recountReason": null,
    })
}

fn close(no: u64, seen: i64, waiting: Value) -> Value {
    json!({
        "entryId": uuid(no), "reason": null, "note": null, "nextFloat": [], "seenExpectedMinor": seen,
        "onItsWayReason": waiting,
    })
}

#[test]
fn what_is_sent_to_the_safe_is_there_once_it_is_counted_there() {
    let till = Till::ready();
    let cash = till.call("send_cash", sending(500));
    let sent = &cash["onItsWay"][0];
    assert_eq!((safe(&cash), &sent["amountMinor"], &sent["bagNo"]), (&json!(0), &json!(500), &json!("B-17")));
    assert_eq!((&sent["canArrive"], &sent["canReturn"]), (&json!(true), &json!(true)));
    let movement = &till.call("drawer", json!({}))["movements"][0];
    assert_eq!((&movement["kind"], &movement["amountMinor"]), (&json!("sent"), &json!(-500)));
    assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], 9_500);

    let cash = till.call("accept_cash", accept(60, &sent["transferId"], 480, false));
    assert_eq!((safe(&cash), &cash["onItsWay"]), (&json!(480), &json!([])));
    let accepted = &cash["accepted"][0];
    assert_eq!((&accepted["countedMinor"], &accepted["overShortMinor"]), (&json!(480), &json!(-20)));
    let again = till.refused("accept_cash", accept(61, &sent["transferId"], 500, false));
    assert_eq!(again.0, "transfer_ended");
}

#[test]
fn what_is_not_accepted_goes_back_into_the_drawer() {
    let till = Till::ready();
    let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
    let cash = till.call("refuse_cash", refuse(60, &sent));
    let refused = &cash["onItsWay"][0];
    assert_eq!(
        (&refused["refused"]["reason"], &refused["refused"]["note"]),
        (&json!("not_received"), &json!("no bag came"))
    );
    assert_eq!((&refused["canArrive"], &refused["canReturn"]), (&json!(false), &json!(true)));
    assert_eq!(till.refused("refuse_cash", refuse(61, &sent)).0, "transfer_ended");
    assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], 9_500);
    till.call("accept_cash", accept(62, &sent, 500, true));
    let x = till.call("x_report", json!({}));
    assert_eq!((&x["expectedCashMinor"], &x["transfersInMinor"]), (&json!(10_000), &json!(500)));
    assert_eq!(till.call("cash", json!({}))["onItsWay"], json!([]));
}

#[test]
fn a_drawer_closes_while_cash_of_it_is_on_its_way_only_with_a_reason() {
    let till = Till::ready();
    till.call("send_cash", sending(500));
    assert_eq!(till.call("drawer", json!({}))["transfers"].as_array().unwrap().len(), 1);
    till.call("count_drawer", count(60, 9_500));
    assert_eq!(till.refused("close_session", close(61, 9_500, Value::Null)).0, "still_on_its_way");
    assert_eq!(till.refused("close_session", close(61, 9_500, json!("mood"))).0, "reason_needed");
    till.call("close_session", close(61, 9_500, json!("receiver_away")));
    let cash = till.call("cash", json!({}));
    let amounts: Vec<_> =
        cash["onItsWay"].as_array().unwrap().iter().map(|sent| &sent["amountMinor"]).collect();
    assert_eq!(amounts, [&json!(500), &json!(9_500)]);
    assert_eq!(safe(&cash), &json!(0));
    // The one that left the drawer comes back to it on another day, with the float that was sent.
    till.pass_minutes(24 * 60);
    let sent = &cash["onItsWay"][0]["transferId"];
    till.call("refuse_cash", refuse(62, sent));
    let closed = till.call("drawer", json!({}));
    assert_eq!(closed["transfers"][0]["transferId"], *sent);
    let opened = till.call(
        "open_session",
        json!({
            "cashSessionId": uuid(2), "denominations": [{ "valueMinor": 1, "count": 490 }], "fromSafeMinor": 0,
            "transferIds": [sent],
        }),
    );
    assert_eq!((&opened["openingFloatMinor"], &opened["openingOverShortMinor"]), (&json!(490), &json!(-10)));
    assert_eq!(till.call("cash", json!({}))["onItsWay"].as_array().unwrap().len(), 1);
}

#[test]
fn the_surplus_of_a_close_concerns_the_drawer_only_where_it_comes_back() {
    let till = Till::ready();
    till.call("count_drawer", count(60, 10_000));
    till.call("close_session", close(61, 10_000, Value::Null));
    assert_eq!(till.call("drawer", json!({}))["transfers"], json!([]));
    till.call("refuse_cash", refuse(62, &json!(uuid(61))));
    let transfers = &till.call("drawer", json!({}))["transfers"];
    assert_eq!(
        (&transfers[0]["transferId"], &transfers[0]["amountMinor"]),
        (&json!(uuid(61)), &json!(10_000))
    );
    assert_eq!(till.refused("refuse_cash", refuse(63, &json!(uuid(1)))).0, "transfer_ended");
}

#[test]
fn who_may_not_open_the_safe_needs_somebody_who_may() {
    let till = Till::ready();
    till.sign_in("Ben");
    let from_safe = send(60, "safe", place("drawer"), 1_000);
    assert_eq!(till.refused("send_cash", from_safe).0, "approval_needed");
    let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
    assert_eq!(till.refused("accept_cash", accept(61, &sent, 500, false)).0, "approval_needed");
    assert_eq!(safe(&till.call("cash", json!({}))), &Value::Null);
}

#[test]
fn a_second_person_accepts_where_the_branch_wants_it() {
    let till = Till::ready();
    let mut settings = till.call("settings", json!({}));
    settings["secondPersonAccepts"] = json!(true);
    till.call("save_settings", settings);
    let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
    assert_eq!(till.refused("accept_cash", accept(60, &sent, 500, false)).0, "second_person_needed");
    till.call("accept_cash", accept(61, &sent, 500, true));
}

#[test]
fn cash_goes_from_one_till_to_another() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.open_session(500);
    till.hears_all_of(&mut other);
    let to_other = json!({ "place": "drawer", "tillNo": other.call("status", json!({}))["till"]["tillNo"] });
    let sent = till.call("send_cash", send(60, "drawer", to_other, 2_000))["onItsWay"][0].clone();
    assert_eq!((&sent["canArrive"], &sent["canReturn"]), (&json!(false), &json!(true)));
    let transfer = sent["transferId"].clone();
    assert_eq!(till.refused("accept_cash", accept(61, &transfer, 2_000, false)).0, "place_not_allowed");
    other.hears_all_of(&mut till);
    let there = other.call("drawer", json!({}))["transfers"][0].clone();
    assert_eq!((&there["canArrive"], &there["canReturn"]), (&json!(true), &json!(false)));
    // Both take it, apart: it is counted where each has it, and a manager sees it.
    other.call("accept_cash", accept(62, &transfer, 2_000, false));
    till.call("accept_cash", accept(63, &transfer, 2_000, true));
    till.hears_all_of(&mut other);
    other.hears_all_of(&mut till);
    for till in [&till, &other] {
        let settle = till.call("branch_now", json!({}))["toSettle"].clone();
        assert_eq!(settle[0]["kind"], "accepted_twice", "{settle}");
        assert_eq!(till.call("cash", json!({}))["onItsWay"], json!([]));
    }
}

#[test]
fn the_slip_says_what_goes_where() {
    let till = Till::ready();
    let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
    let slip = till.call("transfer_slip", json!({ "entryId": sent }));
    for part in ["Kasse 2, Lade", "Tresor", "B-17", "5,00", "Anna"] {
        assert!(text(&slip).contains(part), "{part}: {}", text(&slip));
    }
    assert_eq!(till.refused("transfer_slip", json!({ "entryId": uuid(99) })).0, "transfer_unknown");
}

/// The drawer with this letter, opened with so much and with what is said of it.
fn open_lettered(no: u64, letter: &str, pieces: i64, more: Value) -> Value {
    let mut asked = json!({
        "cashSessionId": uuid(no), "denominations": [{ "valueMinor": 1, "count": pieces }],
        "drawer": { "tillNo": null, "letter": letter },
    });
    let more = more.as_object().cloned().unwrap_or_default();
    asked.as_object_mut().unwrap().extend(more);
    asked
}

#[test]
fn a_drawer_that_is_opened_for_the_first_time_later_on_makes_no_money() {
    let till = Till::ready();
    till.call("count_drawer", count(60, 10_000));
    till.call("close_session", close(61, 10_000, Value::Null));
    let cash = till.call("accept_cash", accept(62, &json!(uuid(61)), 10_000, false));
    assert_eq!(safe(&cash), &json!(10_000));
    // Nothing said: it comes out of the safe, which has it.
    let opened = till.call("open_session", open_lettered(70, "A", 8_000, Value::Null));
    assert_eq!(opened["openingOverShortMinor"], 0);
    assert_eq!(safe(&till.call("cash", json!({}))), &json!(2_000));
    till.call("leave_drawer", json!({ "entryId": uuid(71), "isToCount": true }));
    // The safe has not so much: nobody knows where it comes from, and the safe is not below nothing.
    let opened = till.call("open_session", open_lettered(72, "B", 5_000, Value::Null));
    assert_eq!(opened["openingOverShortMinor"], 5_000);
    assert_eq!(safe(&till.call("cash", json!({}))), &json!(2_000));
}

#[test]
fn what_was_in_the_drawers_before_the_first_close_was_there_before_the_book() {
    let till = Till::ready();
    till.call("leave_drawer", json!({ "entryId": uuid(70), "isToCount": false }));
    let opened = till.call("open_session", open_lettered(71, "A", 5_000, Value::Null));
    assert_eq!(
        (&opened["openingOverShortMinor"], &opened["openingFloatMinor"]),
        (&Value::Null, &json!(5_000))
    );
    assert_eq!(safe(&till.call("cash", json!({}))), &json!(0));
}

#[test]
fn a_transfer_is_counted_once_with_an_opening_and_by_another_than_its_sender_where_the_branch_wants_it() {
    let till = Till::ready();
    till.add_person("Carla", "manager");
    let to_a = json!({ "place": "drawer", "tillNo": null, "letter": "A" });
    let sent = till.call("send_cash", send(60, "drawer", to_a, 2_000))["onItsWay"][0]["transferId"].clone();
    till.call("leave_drawer", json!({ "entryId": uuid(61), "isToCount": false }));
    let twice = json!({ "transferIds": [sent, sent] });
    assert_eq!(till.refused("open_session", open_lettered(62, "A", 4_000, twice)).0, "transfer_ended");
    let mut settings = till.call("settings", json!({}));
    settings["secondPersonAccepts"] = json!(true);
    till.call("save_settings", settings);
    let once = json!({ "transferIds": [sent] });
    let open = |no| open_lettered(no, "A", 2_000, once.clone());
    assert_eq!(till.refused("open_session", open(63)).0, "second_person_needed");
    till.sign_in("Carla");
    let opened = till.call("open_session", open(63));
    assert_eq!((&opened["openingFloatMinor"], &opened["state"]), (&json!(2_000), &json!("open")));
}

#[test]
fn whoever_sent_it_takes_back_all_of_it_or_has_it_counted_by_another_one() {
    let till = Till::ready();
    till.add_person("Carla", "manager");
    let mut settings = till.call("settings", json!({}));
    settings["secondPersonAccepts"] = json!(true);
    till.call("save_settings", settings);
    let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
    assert_eq!(till.refused("accept_cash", accept(60, &sent, 400, true)).0, "second_person_needed");
    till.sign_in("Carla");
    till.call("accept_cash", accept(61, &sent, 400, true));
    till.sign_in("Anna");
    let mut again = sending(300);
    again["entryId"] = json!(uuid(62));
    till.call("send_cash", again);
    till.call("accept_cash", accept(63, &json!(uuid(62)), 300, true));
}
