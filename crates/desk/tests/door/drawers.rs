//! Drawers that are put away, taken again, shared by two tills, handed over, and closed twice.

use serde_json::{Value, json};

use crate::every::{closed_twice, closed_twice_with, sending, two_closes};
use crate::till::{IBUPROFEN, PIN, Till, uuid};

fn count(till: &Till, no: u64, pieces: i64) -> Value {
    let count = json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": 1, "count": pieces }], "other": [],
        "recountReason": null,
    });
    till.call("count_drawer", count)
}

fn close(no: u64, seen: i64) -> Value {
    json!({ "entryId": uuid(no), "reason": null, "note": null, "nextFloat": [], "seenExpectedMinor": seen })
}

fn session_of(till: &Till) -> Value {
    till.call("drawer", json!({}))["cashSessionId"].clone()
}

fn row(till: &Till, till_no: u64) -> Value {
    let rows = till.call("drawers", json!({}));
    rows.as_array().unwrap().iter().find(|row| row["name"]["tillNo"] == till_no).unwrap().clone()
}

#[test]
fn two_tills_sell_from_one_drawer_and_its_close_counts_both() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    let session = session_of(&till);
    let taken = other.call("take_drawer", json!({ "entryId": uuid(70), "cashSessionId": session }));
    assert_eq!((&taken["state"], &taken["drawer"]["tillNo"]), (&json!("open"), &json!(2)));
    till.sell(IBUPROFEN);
    other.sell(IBUPROFEN);
    till.hears_all_of(&mut other);
    assert_eq!(row(&till, 2)["tillNos"], json!([1, 2]));

    count(&till, 71, 10_990);
    let z = till.call("close_session", close(72, 10_990));
    // The till's own Z has its own sale; the drawer is right with both.
    assert_eq!((&z["takingsMinor"], &z["counted"]["rows"][0]["overShortMinor"]), (&json!(495), &json!(0)));
    other.hears_all_of(&mut till);
    let there = other.call("drawer", json!({}));
    assert_eq!((&there["state"], &there["isZDue"]), (&json!("closed"), &json!(true)));
    let z = other.call("close_till", json!({ "entryId": uuid(73) }));
    assert_eq!(z["takingsMinor"], 495);
    assert_eq!(other.refused("close_till", json!({ "entryId": uuid(74) })).0, "nothing_since_z");
}

#[test]
fn a_drawer_goes_from_one_till_to_the_next_with_its_person() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    let session = session_of(&till);
    till.sell(IBUPROFEN);
    let left = till.call("leave_drawer", json!({ "entryId": uuid(70), "isToCount": false }));
    // Its session goes on: what is in it was not left at a close.
    assert_eq!(row(&till, 2)["leftMinor"], Value::Null);
    assert_eq!((&left["state"], &left["isZDue"]), (&json!("closed"), &json!(true)));
    assert_eq!(row(&till, 2)["state"], "put_away");
    other.hears_all_of(&mut till);
    other.call("take_drawer", json!({ "entryId": uuid(71), "cashSessionId": session }));
    other.sell(IBUPROFEN);
    // An assistant counts the drawer where they work, whosever it is; that is no fault of theirs later.
    other.sign_in("Ben");
    count(&other, 72, 10_990);
    other.call("close_session", close(73, 10_990));
    till.hears_all_of(&mut other);
    assert_eq!(till.call("branch_now", json!({}))["toSettle"], json!([]));
    // Where it worked last is open elsewhere by now: it opens its own.
    let float = json!([{ "valueMinor": 1, "count": 10_990 }]);
    till.call("open_session", json!({ "cashSessionId": uuid(74), "denominations": float }));
    other.hears_all_of(&mut till);
    let opened = other.call("open_session", json!({ "cashSessionId": uuid(75), "denominations": float }));
    assert_eq!(opened["drawer"], json!({ "tillNo": 1, "letter": null }));
}

#[test]
fn what_is_put_away_to_be_counted_is_taken_by_nobody_and_counted_anywhere() {
    let till = Till::ready();
    let session = session_of(&till);
    till.call("leave_drawer", json!({ "entryId": uuid(70), "isToCount": true }));
    let take = json!({ "entryId": uuid(71), "cashSessionId": session });
    assert_eq!(till.refused("take_drawer", take).0, "waits_for_count");
    let open = |no: u64, drawer: Value| json!({ "cashSessionId": uuid(no), "denominations": [{ "valueMinor": 1, "count": 1 }], "drawer": drawer });
    // The drawer itself is somewhere waiting, and nobody is told what should be in it: the next is another one.
    let away = till.call("drawer", json!({}));
    assert_eq!((&away["drawer"]["letter"], &away["state"]), (&json!("A"), &json!("closed")));
    assert_eq!((&row(&till, 2)["leftMinor"], &away["leftInDrawerMinor"]), (&Value::Null, &json!(0)));
    let own = json!({ "tillNo": 2, "letter": null });
    assert_eq!(till.refused("open_session", open(72, own)).0, "session_open");
    let opened = till.call("open_session", open(73, Value::Null));
    assert_eq!(opened["drawer"], json!({ "tillNo": null, "letter": "A" }));
    let names = |till: &Till| {
        let rows = till.call("drawers", json!({}));
        let row = |row: &Value| (row["name"].clone(), row["state"].clone(), row["isHere"].clone());
        rows.as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    let named = |till_no: Value, letter: Value| json!({ "tillNo": till_no, "letter": letter });
    assert_eq!(
        names(&till),
        [
            (named(json!(2), Value::Null), json!("to_count"), json!(false)),
            (named(Value::Null, json!("A")), json!("open"), json!(true)),
            (named(Value::Null, json!("B")), json!("closed"), json!(false)),
        ]
    );
    let counted = json!({
        "entryId": uuid(74), "denominations": [{ "valueMinor": 1, "count": 10_000 }], "other": [],
        "recountReason": null,
    });
    till.call("count_other", json!({ "cashSessionId": session, "count": counted }));
    let cash = till.call("close_other", json!({ "cashSessionId": session, "close": close(75, 10_000) }));
    let closed = cash["drawers"].as_array().unwrap().iter().find(|row| row["cashSessionId"] == session);
    assert_eq!(closed.unwrap()["state"], "closed");
}

#[test]
fn a_drawer_is_handed_over_on_its_count_and_each_answers_for_their_own_part() {
    let till = Till::ready();
    let staff = till.call("staff", json!({}));
    let ben = staff[1]["staffId"].clone();
    till.sell(IBUPROFEN);
    let asked = |secret: &str| json!({ "close": close(71, 10_495), "staffId": ben, "secret": secret, "cashSessionId": uuid(72) });
    assert_eq!(till.refused("hand_over", asked(PIN)).0, "not_counted");
    count(&till, 70, 10_490);
    assert_eq!(till.refused("hand_over", asked("111111")).0, "secret_wrong");
    let taken = till.call("hand_over", asked(PIN));
    assert_eq!((&taken["openingFloatMinor"], &taken["openedBy"]), (&json!(10_490), &json!("Ben")));
    assert_eq!(till.call("status", json!({}))["person"]["name"], "Ben");
    till.sell(IBUPROFEN);
    count(&till, 73, 10_985);
    let z = till.call("close_session", close(74, 10_985));
    // One Z over both, and the five cents are of whoever gave the drawer.
    assert_eq!((&z["takingsMinor"], &z["counted"]["rows"][0]["overShortMinor"]), (&json!(990), &json!(0)));
    till.sign_in("Anna");
    let report = till.call("over_short_report", json!({ "from": "2026-11-21", "to": "2026-11-21" }));
    let closes = report["closes"].as_array().unwrap().iter();
    let by = closes.map(|row| (row["closedBy"].clone(), row["results"][0]["overShortMinor"].clone()));
    let mut by: Vec<_> = by.collect();
    by.sort_by_key(|(name, _)| name.to_string());
    assert_eq!(by, [(json!("Anna"), json!(-5)), (json!("Ben"), json!(0))]);
}

#[test]
fn an_open_drawer_is_for_one_person_where_the_branch_wants_it() {
    let till = Till::ready();
    let mut settings = till.call("settings", json!({}));
    settings["drawerForOnePerson"] = json!(true);
    till.call("save_settings", settings);
    till.sign_in("Ben");
    till.scan(IBUPROFEN);
    let basket = till.call("basket", json!({}));
    let pay = json!({
        "saleId": basket["saleId"], "seenTotalMinor": 495,
        "tenders": [{ "kind": "cash", "amountMinor": 495, "reference": null, "customerId": null }],
    });
    assert_eq!(till.refused("complete_sale", pay.clone()).0, "drawer_of_another");
    let moved =
        json!({ "entryId": uuid(70), "kind": "paid_in", "amountMinor": 1, "reason": "found", "note": null });
    assert_eq!(till.refused("move_cash", moved).0, "drawer_of_another");
    assert_eq!(till.call("basket", json!({}))["lines"].as_array().unwrap().len(), 1);
    till.sign_in("Anna");
    till.call("complete_sale", pay);
}

fn part(no: u64, session: &Value, cash: Value, replaces: Value) -> Value {
    json!({ "entryId": uuid(no), "cashSessionId": session, "denominations": cash, "replaces": replaces })
}

fn coins(count: i64) -> Value {
    json!([{ "valueMinor": 50, "count": count }])
}

#[test]
fn a_drawer_is_counted_together_at_two_tills() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    let session = session_of(&till);
    let of = json!({ "cashSessionId": session });
    till.sell(IBUPROFEN);
    other.hears_all_of(&mut till);
    // An assistant at another till counts the coins, and is told nothing of what should be there.
    other.sign_in("Ben");
    let told = other.call("count_part", part(70, &session, coins(10), Value::Null));
    assert_eq!((&told[0]["countedMinor"], &told[0]["isOwn"]), (&json!(500), &json!(true)));
    assert!(!told.to_string().contains("xpected"));
    other.call("count_part", part(71, &session, coins(8), json!(uuid(70))));
    till.hears_all_of(&mut other);
    let parts = till.call("counted_parts", of.clone());
    let seen =
        |part: &Value| [&part["entryId"], &part["person"], &part["tillNo"], &part["isOwn"]].map(Value::clone);
    assert_eq!(
        parts.as_array().unwrap().iter().map(seen).collect::<Vec<_>>(),
        [[json!(uuid(71)), json!("Ben"), json!(1), json!(false)]]
    );
    // It is no count yet, and somebody else cannot count it anew.
    assert_eq!(till.call("drawer", json!({}))["countNo"], 0);
    assert_eq!(till.refused("count_part", part(72, &session, coins(1), json!(uuid(71)))).0, "parts_changed");

    let counted = |no: u64, parts: Value| {
        json!({
            "entryId": uuid(no), "denominations": [{ "valueMinor": 1, "count": 10_095 }], "parts": parts,
            "other": [], "recountReason": null,
        })
    };
    assert_eq!(till.refused("count_drawer", counted(73, json!([uuid(70)]))).0, "parts_changed");
    let drawer = till.call("count_drawer", counted(74, json!([uuid(71)])));
    assert_eq!(drawer["count"]["rows"][0]["countedMinor"], 10_495);
    assert_eq!(drawer["count"]["rows"][0]["overShortMinor"], 0);
    assert_eq!(till.call("counted_parts", of.clone()), json!([]));
    // What was taken up is not counted anew, and its counter is no second person.
    other.hears_all_of(&mut till);
    let refused = other.refused("count_part", part(75, &session, coins(9), json!(uuid(71))));
    assert_eq!(refused.0, "parts_changed");
    let mut settings = till.call("settings", json!({}));
    settings["secondPersonRecounts"] = json!(true);
    till.call("save_settings", settings);
    till.sign_in("Ben");
    let again = json!({
        "entryId": uuid(76), "denominations": coins(1), "parts": [], "other": [], "recountReason": "second_person",
    });
    assert_eq!(till.refused("count_drawer", again).0, "second_person_needed");
}

#[test]
fn a_part_of_before_a_sale_is_told_as_outdated() {
    let till = Till::ready();
    let session = session_of(&till);
    let of = json!({ "cashSessionId": session });
    till.call("count_part", part(70, &session, coins(10), Value::Null));
    assert_eq!(till.call("counted_parts", of.clone())[0]["isOutdated"], false);
    till.pass_minutes(1);
    till.sell(IBUPROFEN);
    assert_eq!(till.call("counted_parts", of.clone())[0]["isOutdated"], true);
    // Taken back.
    till.call("count_part", part(71, &session, coins(0), json!(uuid(70))));
    assert_eq!(till.call("counted_parts", of), json!([]));
    till.call("count_drawer", json!({ "entryId": uuid(72), "denominations": coins(1), "other": [] }));
    till.call("close_session", json!({ "entryId": uuid(73), "reason": "unknown", "note": null, "nextFloat": [], "seenExpectedMinor": 10_495 }));
    assert_eq!(till.refused("count_part", part(74, &session, coins(1), Value::Null)).0, "session_closed");
}

#[test]
fn of_two_closes_one_is_picked_and_the_other_moves_nothing() {
    let (mut till, mut other) = closed_twice();
    let twice = two_closes(&till);
    let by_no = |no: u64| {
        let closes = twice["closes"].as_array().unwrap().iter();
        closes.clone().find(|close| close["tillNo"] == no).unwrap().clone()
    };
    let (own, elsewhere) = (by_no(1), by_no(2));
    assert_eq!((&own["overShortMinor"], &elsewhere["overShortMinor"]), (&json!(-1_000), &json!(-200)));
    let settle = |till: &Till| till.call("branch_now", json!({}))["toSettle"].clone();
    assert_eq!(settle(&till)[0]["kind"], "closed_twice");
    let on_its_way = |till: &Till| {
        let cash = till.call("cash", json!({}));
        let sums =
            cash["onItsWay"].as_array().unwrap().iter().map(|row| row["amountMinor"].as_i64().unwrap());
        sums.collect::<Vec<_>>()
    };
    assert_eq!(on_its_way(&till), [4_800, 3_000]);
    let pick = |no: u64, close: &Value| json!({ "entryId": uuid(no), "cashSessionId": twice["cashSessionId"], "closeId": close["closeId"] });
    till.call("pick_close", pick(70, &own));
    assert_eq!(on_its_way(&till), [3_000]);
    assert_eq!(settle(&till), json!([]));
    let picked = two_closes(&till);
    assert_eq!((&picked["overShortMinor"], &picked["expectedCashMinor"]), (&json!(-1_000), &json!(10_000)));
    // Picked is picked: another word changes nothing.
    till.call("pick_close", pick(71, &elsewhere));
    assert_eq!(two_closes(&till)["overShortMinor"], -1_000);
    other.hears_all_of(&mut till);
    let opened = json!({ "cashSessionId": uuid(72), "denominations": [{ "valueMinor": 100, "count": 60 }] });
    assert_eq!(other.call("open_session", opened)["openingOverShortMinor"], 0);
}

#[test]
fn an_id_that_something_else_has_is_refused_and_nothing_is_listed() {
    let (till, _other) = closed_twice();
    let twice = two_closes(&till);
    let sign = |no: u64| json!({ "entryId": uuid(no), "cashSessionId": twice["cashSessionId"] });
    let close_id = &twice["closes"][0]["closeId"];
    let pick =
        json!({ "entryId": uuid(70), "cashSessionId": twice["cashSessionId"], "closeId": close_id.clone() });
    till.call("pick_close", pick);
    assert_eq!(till.refused("sign_close", sign(70)).0, "entry_id_taken");
    assert_eq!(till.call("branch_now", json!({}))["toSettle"], json!([]));
    till.call("sign_close", sign(71));
    assert_eq!(two_closes(&till)["state"], "signed");
    // A lost answer, and the same again.
    till.call("sign_close", sign(71));

    let taken = |name: &str, mut args: Value| {
        args["entryId"] = json!(uuid(70));
        assert_eq!(till.refused(name, args).0, "entry_id_taken", "{name}");
    };
    let session = session_of(&till);
    let own = json!({ "place": "drawer", "tillNo": null });
    let safe = json!({ "place": "safe", "tillNo": null });
    taken("move_cash", json!({ "kind": "paid_in", "amountMinor": 1, "reason": "found", "note": null }));
    taken("count_drawer", json!({ "denominations": coins(1), "other": [], "recountReason": null }));
    taken("count_part", part(70, &session, coins(1), Value::Null));
    taken("leave_drawer", json!({ "isToCount": false }));
    taken("take_drawer", json!({ "cashSessionId": session }));
    taken(
        "send_cash",
        json!({ "from": own, "to": safe, "amountMinor": 1, "denominations": [], "reason": "other", "bagNo": null, "note": null }),
    );
    taken("ask_approval", json!({ "permission": "no_sale", "extent": 0 }));
    let opened = json!({ "cashSessionId": uuid(70), "denominations": coins(1) });
    assert_eq!(till.refused("open_session", opened).0, "entry_id_taken");
}

/// What was over or short when the drawer was opened with this much.
fn opened_over_short(till: &Till, no: u64, minor: i64) -> i64 {
    let float = json!([{ "valueMinor": 100, "count": minor / 100 }]);
    let opened = till.call("open_session", json!({ "cashSessionId": uuid(no), "denominations": float }));
    opened["openingOverShortMinor"].as_i64().unwrap()
}

/// Counts and closes the drawer here with nothing over or short, and leaves so much in it.
fn close_with(till: &Till, no: u64, minor: i64, left: i64) {
    let count = json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": 100, "count": minor / 100 }], "other": [],
        "recountReason": null,
    });
    till.call("count_drawer", count);
    let float = json!([{ "valueMinor": 100, "count": left / 100 }]);
    let close = json!({
        "entryId": uuid(no + 1), "reason": null, "note": null, "nextFloat": float, "seenExpectedMinor": minor,
    });
    till.call("close_session", close);
}

/// The close that the till of the drawer made and left 60.00 at, or the one that was made elsewhere and left 50.00.
fn pick_of(twice: &Value, is_own: bool) -> Value {
    let closes = twice["closes"].as_array().unwrap().iter();
    let is_it = |close: &&Value| (close["tillNo"] == 1) == is_own;
    let picked = closes.clone().find(is_it).unwrap();
    json!({ "entryId": uuid(90), "cashSessionId": twice["cashSessionId"], "closeId": picked["closeId"] })
}

/// What the close that counts so far left: 60.00 of the own one, which was 10.00 short, or 50.00.
fn left_so_far(twice: &Value) -> i64 {
    if twice["overShortMinor"] == -1_000 { 6_000 } else { 5_000 }
}

#[test]
fn a_drawer_opened_between_two_closes_and_the_pick_is_exact_before_and_after() {
    for is_own in [true, false] {
        let (till, other) = closed_twice();
        let twice = two_closes(&till);
        let left = left_so_far(&twice);
        assert_eq!(other.call("drawer", json!({}))["leftInDrawerMinor"], left);
        assert_eq!(opened_over_short(&other, 72, left), 0);
        close_with(&other, 73, left, 3_000);
        assert_eq!(opened_over_short(&other, 75, 3_000), 0);
        close_with(&other, 76, 3_000, 2_000);
        other.call("pick_close", pick_of(&twice, is_own));
        assert_eq!(other.call("drawer", json!({}))["leftInDrawerMinor"], 2_000, "{is_own}");
        assert_eq!(opened_over_short(&other, 78, 2_000), 0, "{is_own}");
    }
}

#[test]
fn a_drawer_opened_after_the_pick_has_what_the_picked_close_left() {
    for (is_own, left) in [(true, 6_000), (false, 5_000)] {
        let (mut till, mut other) = closed_twice();
        till.call("pick_close", pick_of(&two_closes(&till), is_own));
        other.hears_all_of(&mut till);
        assert_eq!(opened_over_short(&other, 72, left), 0);
        close_with(&other, 73, left, 3_000);
        assert_eq!(opened_over_short(&other, 75, 3_000), 0);
    }
}

#[test]
fn a_drawer_opened_before_the_other_close_was_heard_of_is_exact_too() {
    for is_own in [true, false] {
        let (mut till, mut other) = closed_twice_with(false);
        // Its till has not heard of the close elsewhere, and goes on with what it left itself.
        assert_eq!(opened_over_short(&other, 72, 6_000), 0);
        till.hears_all_of(&mut other);
        other.hears_all_of(&mut till);
        close_with(&other, 73, 6_000, 3_000);
        assert_eq!(opened_over_short(&other, 75, 3_000), 0);
        close_with(&other, 76, 3_000, 2_000);
        other.call("pick_close", pick_of(&two_closes(&other), is_own));
        assert_eq!(opened_over_short(&other, 78, 2_000), 0, "{is_own}");
    }
}

#[test]
fn whoever_may_not_act_at_a_drawer_of_one_person_sends_nothing_out_of_it_and_does_not_put_it_away() {
    let till = Till::ready();
    let back = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
    let mut settings = till.call("settings", json!({}));
    settings["drawerForOnePerson"] = json!(true);
    till.call("save_settings", settings);
    till.sign_in("Ben");
    let mut sent = sending(100);
    sent["entryId"] = json!(uuid(70));
    let return_it = json!({
        "entryId": uuid(71), "transferId": back, "isReturn": true, "countedMinor": 500, "denominations": [], "note": null,
    });
    let left = json!({ "entryId": uuid(72), "isToCount": false });
    for (name, args) in [("send_cash", sent), ("accept_cash", return_it), ("leave_drawer", left)] {
        assert_eq!(till.refused(name, args.clone()).0, "drawer_of_another", "{name}");
        // Whoever looks after the drawers of others may.
        till.sign_in("Anna");
        till.call(name, args);
        till.sign_in("Ben");
    }
}

#[test]
fn a_count_stands_though_a_sale_of_before_it_arrives_after_it() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    other.call("take_drawer", json!({ "entryId": uuid(70), "cashSessionId": session_of(&till) }));
    other.sell(IBUPROFEN);
    till.pass_minutes(10);
    till.sell(IBUPROFEN);
    // Within the same millisecond as the sale here, and after it.
    count(&till, 71, 10_990);
    till.hears_all_of(&mut other);
    let drawer = till.call("drawer", json!({}));
    assert_eq!((&drawer["state"], &drawer["outdatedCountMs"]), (&json!("counted"), &Value::Null));
    // Nobody closes on what was expected before it came.
    assert_eq!(till.refused("close_session", close(72, 10_495)).0, "total_changed");
    assert_eq!(drawer["count"]["rows"][0]["overShortMinor"], 0);

    // What is sold after the count outdates it, there as well as here.
    other.pass_minutes(20);
    other.sell(IBUPROFEN);
    till.hears_all_of(&mut other);
    assert_eq!(till.call("drawer", json!({}))["state"], "open");
    assert_eq!(till.refused("close_session", close(72, 11_485)).0, "not_counted");
    let recount = json!({
        "entryId": uuid(73), "denominations": [{ "valueMinor": 1, "count": 11_485 }], "other": [],
        "recountReason": "sold_since",
    });
    till.pass_minutes(20);
    assert_eq!(till.call("count_drawer", recount)["state"], "counted");
    till.sell(IBUPROFEN);
    assert_eq!(till.refused("close_session", close(74, 11_980)).0, "not_counted");
}

#[test]
fn a_count_stands_though_another_till_has_a_clock_that_is_ahead() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    other.call("take_drawer", json!({ "entryId": uuid(70), "cashSessionId": session_of(&till) }));
    other.pass_minutes(90);
    other.sign_in("Anna");
    other.sell(IBUPROFEN);
    till.hears_all_of(&mut other);
    assert_eq!(count(&till, 71, 10_495)["state"], "counted");
    till.call("close_session", close(72, 10_495));
}
