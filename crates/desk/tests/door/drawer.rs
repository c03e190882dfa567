//! The drawer's day: opened, moved, counted blind, closed; X and Z.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, NASAL_SPRAY, Till, card, text, uuid};

fn move_cash(no: u64, kind: &str, amount_minor: i64, reason: &str) -> Value {
    json!({ "entryId": uuid(no), "kind": kind, "amountMinor": amount_minor, "reason": reason, "note": "as said" })
}

fn count(no: u64, tens: i64, ones: i64) -> Value {
    json!({
        "entryId": uuid(no),
        "denominations": [{ "valueMinor": 1000, "count": tens }, { "valueMinor": 1, "count": ones }],
        "other": [{ "kind": "card", "countedMinor": 333 }],
        "recountReason": null,
    })
}

fn close(no: u64, seen: i64, reason: Option<&str>) -> Value {
    json!({
        "entryId": uuid(no), "reason": reason, "note": null,
        "nextFloat": [{ "valueMinor": 1000, "count": 5 }], "seenExpectedMinor": seen,
    })
}

/// 100.00 float, 4.95 cash, 3.33 card, 20.00 paid out, 10.00 paid in: 94.95 expected.
fn a_day(till: &Till) {
    till.sell(IBUPROFEN);
    till.scan(NASAL_SPRAY);
    till.pay(json!([card(333)]));
    till.call("move_cash", move_cash(10, "paid_out", 2_000, "postage"));
    till.call("move_cash", move_cash(11, "paid_in", 1_000, "found"));
}

#[test]
fn x_equals_z_and_the_close_is_one_act() {
    let till = Till::ready();
    a_day(&till);
    let drawer = till.call("count_drawer", count(20, 9, 495));
    assert_eq!(drawer["state"], "counted");
    assert_eq!(
        drawer["count"]["rows"][0],
        json!({
            "kind": "cash", "expectedMinor": 9_495, "countedMinor": 9_495, "overShortMinor": 0
        })
    );
    let x = till.call("x_report", json!({}));
    till.pass_minutes(600);
    let z = till.call("close_session", close(21, 9_495, None));
    for field in x.as_object().unwrap().keys() {
        let differs =
            ["kind", "zNo", "atMs", "counted", "perpetualTotalMinor", "receipt"].contains(&field.as_str());
        assert!(differs || x[field] == z[field], "{field}: {} {}", x[field], z[field]);
    }
    assert!(z["zNo"].as_str().unwrap().ends_with("-Z0001"), "{}", z["zNo"]);
    assert_eq!(z["perpetualTotalMinor"], 828);
    assert_eq!(z["counted"]["toSafeMinor"], 4_495);
    assert_eq!(z["receipts"][0].as_str().map(|no| no.ends_with("-000001")), Some(true));

    let drawer = till.call("drawer", json!({}));
    assert_eq!((&drawer["state"], &drawer["leftInDrawerMinor"]), (&json!("closed"), &json!(5_000)));
    let again = till.call("close_session", close(21, 9_495, None));
    assert_eq!(again, z);
    assert_eq!(till.call("z_reports", json!({})).as_array().unwrap().len(), 1);
}

#[test]
fn the_next_day_finds_the_float_and_counts_on() {
    let till = Till::ready();
    a_day(&till);
    till.call("count_drawer", count(20, 9, 495));
    till.call("close_session", close(21, 9_495, None));
    till.pass_minutes(24 * 60);
    let drawer = till.call(
        "open_session",
        json!({ "cashSessionId": uuid(2), "denominations": [{ "valueMinor": 1000, "count": 5 }] }),
    );
    assert_eq!(
        (&drawer["openingFloatMinor"], &drawer["businessDate"]),
        (&json!(5_000), &json!("2026-11-22"))
    );
    till.sell(IBUPROFEN);
    till.call(
        "count_drawer",
        json!({
            "entryId": uuid(30), "other": [], "recountReason": null,
            "denominations": [{ "valueMinor": 1000, "count": 5 }, { "valueMinor": 5, "count": 99 }],
        }),
    );
    let z = till.call("close_session", close(31, 5_495, None));
    assert_eq!(
        (&z["saleCount"], &z["takingsMinor"], &z["perpetualTotalMinor"]),
        (&json!(1), &json!(495), &json!(1_323))
    );
    assert!(z["zNo"].as_str().unwrap().ends_with("-Z0002"));
    assert!(z["receipts"][0].as_str().unwrap().ends_with("-000003"));
}

#[test]
fn a_retry_opens_moves_and_counts_once() {
    let till = Till::signed_in("DE");
    let opened = till.open_session(1);
    assert_eq!(till.open_session(1), opened);
    let moved = till.call("move_cash", move_cash(10, "paid_out", 500, "postage"));
    assert_eq!(till.call("move_cash", move_cash(10, "paid_out", 500, "postage")), moved);
    assert_eq!(moved["movements"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&moved["movements"][0]["amountMinor"], &moved["movements"][0]["note"]),
        (&json!(-500), &json!("as said"))
    );
    let counted = till.call("count_drawer", count(20, 9, 500));
    assert_eq!(till.call("count_drawer", count(20, 9, 500)), counted);
    assert_eq!(counted["count"]["countNo"], 1);
}

#[test]
fn blind_means_blind() {
    let till = Till::founded("DE");
    till.sign_in("Ben");
    till.open_session(1);
    a_day(&till);
    let drawer = till.call("drawer", json!({}));
    assert_eq!((&drawer["count"], &drawer["leftInDrawerMinor"]), (&Value::Null, &Value::Null));
    let x = till.call("x_report", json!({}));
    assert_eq!(x["expectedCashMinor"], Value::Null);
    assert!(x["tenders"].as_array().unwrap().iter().all(|tender| tender["amountMinor"].is_null()), "{x}");
    assert!(!text(&x["receipt"]).contains("94,95"), "{x}");
    assert!(
        text(&x["receipt"]).contains("Soll Bargeld                  nach Zählung"),
        "{}",
        text(&x["receipt"])
    );
    let day = till.call("day_report", json!({ "businessDate": "2026-11-21" }));
    assert!(day["tenders"].as_array().unwrap().iter().all(|tender| tender["amountMinor"].is_null()), "{day}");

    till.sign_in("Anna");
    assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], 9_495);
    assert_eq!(till.call("drawer", json!({}))["count"], Value::Null);

    till.sign_in("Ben");
    till.call("count_drawer", count(20, 9, 495));
    let x = till.call("x_report", json!({}));
    assert_eq!(x["expectedCashMinor"], 9_495);
    let day = till.call("day_report", json!({ "businessDate": "2026-11-21" }));
    assert_eq!(day["tenders"][0]["amountMinor"], 495);
    assert_eq!((&day["takingsMinor"], &day["hoursMinor"][8]), (&json!(828), &json!(828)));
    assert_eq!(day["bestSellers"].as_array().unwrap().len(), 2);
}

#[test]
fn a_sale_after_the_count_asks_for_another_count() {
    let till = Till::ready();
    a_day(&till);
    let state = || till.call("status", json!({}))["session"]["state"].clone();
    let drawer = till.call("count_drawer", count(20, 9, 495));
    let counted_at = drawer["count"]["atMs"].clone();
    assert_eq!(
        (&drawer["countNo"], &drawer["outdatedCountMs"], state()),
        (&json!(1), &Value::Null, json!("counted"))
    );
    till.pass_minutes(5);
    till.sell(IBUPROFEN);
    // Neither the frame nor the drawer compares the old count with what is there now.
    let drawer = till.call("drawer", json!({}));
    assert_eq!((&drawer["state"], state()), (&json!("open"), json!("open")));
    assert_eq!((&drawer["count"], &drawer["countNo"]), (&Value::Null, &json!(1)));
    assert_eq!(drawer["outdatedCountMs"], counted_at);
    assert_eq!(till.refused("close_session", close(21, 9_990, None)).0, "not_counted");
    assert_eq!(till.refused("count_drawer", count(22, 9, 990)).0, "already_counted");
    let mut recount = count(22, 9, 990);
    recount["recountReason"] = json!("sold_since");
    let drawer = till.call("count_drawer", recount);
    assert_eq!(
        (&drawer["count"]["countNo"], &drawer["countNo"], state()),
        (&json!(2), &json!(2), json!("counted"))
    );

    // So does any movement, also one that leaves the sum as it was.
    for (no, movement) in [(23, ("paid_out", 100, "postage")), (24, ("no_sale", 0, "give_change"))] {
        till.call("move_cash", move_cash(no, movement.0, movement.1, movement.2));
        assert_eq!(
            (till.call("drawer", json!({}))["state"].clone(), state()),
            (json!("open"), json!("open"))
        );
        let mut recount = count(no + 10, 9, 890);
        recount["recountReason"] = json!("sold_since");
        assert_eq!(till.call("count_drawer", recount)["state"], "counted");
    }
    till.call("close_session", close(21, 9_890, None));
}

#[test]
fn over_and_short_above_the_tolerance_need_a_reason() {
    let till = Till::ready();
    a_day(&till);
    let drawer = till.call("count_drawer", count(20, 9, 295));
    assert_eq!(drawer["count"]["needsReason"], false);
    let mut recount = count(22, 9, 294);
    recount["recountReason"] = json!("second_person");
    let drawer = till.call("count_drawer", recount);
    assert_eq!(
        (&drawer["count"]["needsReason"], &drawer["count"]["rows"][0]["overShortMinor"]),
        (&json!(true), &json!(-201))
    );
    assert_eq!(till.refused("close_session", close(23, 9_495, None)).0, "reason_needed");
    let z = till.call("close_session", close(23, 9_495, Some("change_error")));
    let rows = till.call("z_reports", json!({}));
    assert_eq!(rows[0]["overShortMinor"], -201);
    let copy = till.call("reprint_z", json!({ "entryId": uuid(90), "zId": rows[0]["entryId"] }));
    assert!(text(&copy["receipt"]).contains("*** KOPIE 1 ***"));
    assert_eq!((&copy["counted"], &copy["receipt"]["copyNo"]), (&z["counted"], &json!(1)));
}

#[test]
fn the_paper_of_a_z_lines_up() {
    let till = Till::ready();
    a_day(&till);
    till.call("count_drawer", count(20, 9, 495));
    let z = till.call("close_session", close(21, 9_495, None));
    let paper = text(&z["receipt"]);
    assert!(paper.lines().all(|line| line.chars().count() <= 42), "{paper}");
    for row in [
        "Umsatz                                8,28",
        "  Bar (1)                             4,95",
        "  Anfangsbestand                    100,00",
        "  Auszahlungen                      -20,00",
        "Soll Bargeld                         94,95",
        "Bar            94,95      94,95       0,00",
        "In den Tresor                        44,95",
        "Gesamtumsatz seit Beginn              8,28",
    ] {
        assert!(paper.lines().any(|line| line == row), "{row} is not in\n{paper}");
    }
}

#[test]
fn denominations_are_summed_at_the_desk() {
    let till = Till::signed_in("DE");
    let sum = till.call(
        "sum_denominations",
        json!({ "denominations": [{ "valueMinor": 1000, "count": 3 }, { "valueMinor": 5, "count": 7 }] }),
    );
    assert_eq!(
        sum,
        json!({ "rowsMinor": [3_000, 35], "totalMinor": 3_035, "manyOfMinor": null, "isMuch": false })
    );
    // What looks like a slip of the finger is told apart by the count alone.
    let doubt = |value_minor: i64, count: i64| {
        let rows = json!({ "denominations": [{ "valueMinor": value_minor, "count": count }] });
        let sum = till.call("sum_denominations", rows);
        (sum["manyOfMinor"].clone(), sum["isMuch"].clone())
    };
    assert_eq!(doubt(1_000, 10_000), (json!(1_000), json!(false)));
    assert_eq!(doubt(50_000, 41), (Value::Null, json!(true)));
}

#[test]
fn settings_are_kept_and_loosen_the_count() {
    let mut till = Till::founded("DE");
    till.sign_in("Anna");
    let mut settings = till.call("settings", json!({}));
    settings["blindCount"] = json!(false);
    settings["openingFloatMinor"] = json!(15_000);
    assert_eq!(till.call("save_settings", settings.clone()), settings);
    till.restart();
    assert_eq!(till.call("settings", json!({})), settings);
    till.sign_in("Ben");
    till.open_session(1);
    assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], 10_000);
}

#[test]
fn settings_have_a_history() {
    let mut till = Till::founded("DE");
    till.sign_in("Anna");
    for (minutes, is_blind, tolerance) in [(60, false, 200), (60, true, 200), (5, true, 500)] {
        let mut settings = till.call("settings", json!({}));
        settings["blindCount"] = json!(is_blind);
        settings["overShortToleranceMinor"] = json!(tolerance);
        till.call("save_settings", settings);
        till.pass_minutes(minutes - 4);
        till.sign_in("Anna");
    }
    till.restart();
    till.sign_in("Ben");
    let changes = till.call("setting_changes", json!({}));
    let told = |change: &Value| {
        let value = |value: &Value| {
            [&value["isOn"], &value["amountMinor"]].into_iter().find(|value| !value.is_null()).cloned()
        };
        let minutes = (change["atMs"].as_i64().unwrap() - changes[2]["atMs"].as_i64().unwrap()) / 60_000;
        (
            minutes,
            change["setting"].clone(),
            value(&change["before"]).unwrap(),
            value(&change["after"]).unwrap(),
        )
    };
    assert_eq!(
        changes.as_array().unwrap().iter().take(3).map(told).collect::<Vec<_>>(),
        [
            (112, json!("over_short_tolerance_minor"), json!(200), json!(500)),
            (56, json!("blind_count"), json!(false), json!(true)),
            (0, json!("blind_count"), json!(true), json!(false)),
        ]
    );
    assert_eq!(changes[0]["person"], "Anna");
}

#[test]
fn a_second_person_recounts_where_the_branch_wants_it() {
    let till = Till::ready();
    let mut settings = till.call("settings", json!({}));
    settings["secondPersonRecounts"] = json!(true);
    assert_eq!(till.call("save_settings", settings.clone()), settings);
    let recount = |no: u64, tens: i64, ones: i64| {
        let mut recount = count(no, tens, ones);
        recount["recountReason"] = json!("miscounted");
        recount
    };
    let first = till.call("count_drawer", count(20, 9, 900));
    assert_eq!((&first["countNo"], &first["count"]["needsSecondPerson"]), (&json!(1), &json!(true)));
    assert_eq!(till.refused("count_drawer", recount(21, 10, 0)).0, "second_person_needed");
    till.sign_in("Ben");
    assert_eq!(till.call("drawer", json!({}))["count"]["needsSecondPerson"], false);
    let second = till.call("count_drawer", recount(22, 10, 0));
    assert_eq!((&second["countNo"], &second["count"]["person"]), (&json!(2), &json!("Ben")));
    // The first one has seen what is expected, and is no second person for the next count either.
    till.sign_in("Anna");
    assert_eq!(till.refused("count_drawer", recount(23, 10, 1)).0, "second_person_needed");
    // Money moves: nobody could close on that count any more, so whoever is there counts.
    till.sell(IBUPROFEN);
    let third = till.call("count_drawer", recount(24, 10, 495));
    assert_eq!((&third["countNo"], &third["state"]), (&json!(3), &json!("counted")));
}

#[test]
fn what_is_being_counted_is_kept_until_it_is_put_in() {
    let mut till = Till::ready();
    let keep =
        |till: &Till, of: &str, text: Value| till.call("keep_draft", json!({ "of": of, "text": text }));
    let draft = |till: &Till, of: &str| till.call("draft", json!({ "of": of }))["text"].clone();
    assert_eq!(draft(&till, "count A"), Value::Null);
    keep(&till, "count A", json!("1"));
    keep(&till, "count B", json!("2"));
    keep(&till, "count A", json!("12"));
    till.restart();
    assert_eq!([draft(&till, "count A"), draft(&till, "count B")], [json!("12"), json!("2")]);
    till.sign_in("Ben");
    keep(&till, "count A", Value::Null);
    assert_eq!([draft(&till, "count A"), draft(&till, "count B")], [Value::Null, json!("2")]);
    // The oldest of many gives way.
    for no in 0..16 {
        keep(&till, &format!("count {no}"), json!("3"));
    }
    assert_eq!([draft(&till, "count B"), draft(&till, "count 0")], [Value::Null, json!("3")]);
    let much = json!({ "of": "count B", "text": "9".repeat(4_001) });
    assert_eq!(till.refused("keep_draft", much).0, "bad_arguments");
}
