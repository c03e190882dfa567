//! Every refusal that a command can reach, by its code; nothing happens then.

use serde_json::{Value, json};

use crate::small_disk::{SmallDisk, skip};
use crate::till::{AMOXICILLIN, IBUPROFEN, NO_PRICE, Till, card, cash, product_id, uuid};

#[track_caller]
fn check(till: &Till, name: &str, args: Value, code: &str) {
    let before = till.call("basket", json!({}));
    assert_eq!(till.refused(name, args).0, code, "{name}");
    let after = till.call("basket", json!({}));
    if before["lines"] != json!([]) {
        assert_eq!(before, after, "{name}");
    }
}

fn sale(till: &Till, tenders: Value) -> Value {
    let basket = till.call("basket", json!({}));
    json!({ "saleId": basket["saleId"], "tenders": tenders, "seenTotalMinor": basket["totalMinor"] })
}

fn set_up(country: &str, name: &str, boundary: u32) -> Value {
    json!({
        "pharmacyName": name, "letterhead": [], "country": country, "timeZone": "Europe/Berlin",
        "dayBoundaryMin": boundary, "tillNo": 1, "staff": [{ "name": "A", "role": "owner" }],
        "backupFolder": null, "recoveryPassphrase": null,
    })
}

#[test]
fn before_anything_is_founded() {
    let till = Till::bare();
    let refused = |name, args| till.refused(name, args).0;
    assert_eq!(refused("no_such_command", json!({})), "unknown_command");
    assert_eq!(refused("scan", json!({ "cod": 1 })), "bad_arguments");
    assert_eq!(refused("basket", json!({})), "not_set_up");
    assert_eq!(refused("staff", json!({})), "not_set_up");
    assert_eq!(refused("set_up", set_up("XX", "P", 0)), "country_unknown");
    assert_eq!(refused("set_up", set_up("DE", " ", 0)), "name_missing");
    assert_eq!(refused("set_up", set_up("DE", &"P".repeat(101), 0)), "text_too_long");
    assert_eq!(refused("set_up", set_up("DE", "P", 721)), "bad_arguments");
    let mut zone = set_up("DE", "P", 0);
    zone["timeZone"] = json!("Europe/Nowhere");
    assert_eq!(refused("set_up", zone), "time_zone_unknown");
    let mut role = set_up("DE", "P", 0);
    role["staff"] = json!([{ "name": "A", "role": "king" }]);
    assert_eq!(refused("set_up", role), "role_unknown");
    let mut backup = set_up("DE", "P", 0);
    backup["backupFolder"] = json!("/tmp");
    backup["recoveryPassphrase"] = json!("too short");
    assert_eq!(refused("set_up", backup.clone()), "passphrase_too_short");
    backup["recoveryPassphrase"] = json!("long enough for this");
    backup["backupFolder"] = json!(till.folder().join("stick-that-is-not-in"));
    assert_eq!(refused("set_up", backup), "folder_missing");
    let mut lines = set_up("DE", "P", 0);
    lines["letterhead"] = json!(["1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(refused("set_up", lines), "bad_arguments");
    assert_eq!(till.call("status", json!({}))["stage"], "setup");
}

#[test]
fn with_nobody_on_duty() {
    let till = Till::founded("DE");
    let check = |name, args, code| assert_eq!(till.refused(name, args).0, code, "{name}");
    check("set_up", set_up("DE", "P", 0), "already_set_up");
    check("sign_in", json!({ "staffId": uuid(9), "secret": "", "newSecret": null }), "unknown_person");
    check("scan", json!({ "code": IBUPROFEN }), "nobody_signed_in");
    check("basket", json!({}), "nobody_signed_in");
    check("void_basket", json!({}), "nobody_signed_in");
    check("add_customer", json!({ "customerId": uuid(50), "name": "K" }), "nobody_signed_in");
    check("open_session", json!({ "cashSessionId": uuid(1), "denominations": [] }), "nobody_signed_in");
}

#[test]
fn at_the_basket() {
    let till = Till::ready();
    check(&till, "void_basket", json!({}), "basket_empty");
    check(&till, "park", json!({ "label": "x" }), "basket_empty");
    check(&till, "complete_sale", sale(&till, json!([])), "basket_empty");
    till.scan(IBUPROFEN);
    check(&till, "scan", json!({ "code": "9".repeat(1_001) }), "text_too_long");
    check(&till, "add_product", json!({ "productId": uuid(9), "quantity": 1 }), "unknown_product");
    check(
        &till,
        "add_product",
        json!({ "productId": product_id(IBUPROFEN), "quantity": 0 }),
        "quantity_out_of_range",
    );
    check(&till, "set_quantity", json!({ "lineNo": 1, "quantity": 1_000_000 }), "quantity_out_of_range");
    check(&till, "set_quantity", json!({ "lineNo": 7, "quantity": 1 }), "unknown_line");
    check(&till, "void_line", json!({ "lineNo": 7 }), "unknown_line");
    check(&till, "confirm_rx", json!({ "lineNo": 7 }), "unknown_line");
    let discount = |value: i64| json!({ "lineNo": 1, "discount": { "kind": "percent", "value": value } });
    check(&till, "set_discount", discount(0), "discount_out_of_range");
    check(&till, "set_discount", discount(10_001), "discount_out_of_range");
    let price = |minor: i64, reason: &str| json!({ "lineNo": 1, "unitPriceMinor": minor, "reason": reason });
    check(&till, "override_price", price(0, "agreed"), "price_out_of_range");
    check(&till, "override_price", price(100, "because"), "reason_needed");
    let unknown = |name: &str, price: i64, tax: &str| json!({ "code": null, "name": name, "unitPriceMinor": price, "taxCode": tax, "quantity": 1 });
    check(&till, "add_unknown", unknown("", 100, "standard"), "name_missing");
    check(&till, "add_unknown", unknown(&"n".repeat(101), 100, "standard"), "text_too_long");
    check(&till, "add_unknown", unknown("n", 10_000_001, "standard"), "price_out_of_range");
    check(&till, "add_unknown", unknown("n", 100, "luxury"), "unknown_tax_code");
    check(&till, "park", json!({ "label": "x".repeat(61) }), "text_too_long");
    check(&till, "recall", json!({ "saleId": "what" }), "bad_arguments");
    till.call("void_basket", json!({}));
    check(&till, "recall", json!({ "saleId": uuid(9) }), "unknown_basket");
    till.call("add_product", json!({ "productId": product_id(IBUPROFEN), "quantity": 9_999 }));
    check(&till, "scan", json!({ "code": IBUPROFEN }), "quantity_out_of_range");
}

#[test]
fn too_many_lines() {
    let till = Till::ready();
    for price in 1..=500 {
        till.call(
            "add_unknown",
            json!({ "code": null, "name": "n", "unitPriceMinor": price, "taxCode": "standard", "quantity": 1 }),
        );
    }
    let (code, detail) = till.refused("scan", json!({ "code": IBUPROFEN }));
    assert_eq!((code.as_str(), detail), ("too_many_lines", json!({ "limit": 500 })));
}

#[test]
fn when_paying() {
    let till = Till::signed_in("DE");
    till.scan(IBUPROFEN);
    check(&till, "complete_sale", sale(&till, json!([cash(495)])), "session_closed");
    till.open_session(1);
    let mut other = sale(&till, json!([cash(495)]));
    other["saleId"] = json!(uuid(77));
    check(&till, "complete_sale", other, "sale_mismatch");
    let mut seen = sale(&till, json!([cash(495)]));
    seen["seenTotalMinor"] = json!(494);
    check(&till, "complete_sale", seen, "total_changed");
    check(&till, "complete_sale", sale(&till, json!([cash(494)])), "tender_short");
    check(&till, "complete_sale", sale(&till, json!([card(500)])), "change_from_card");
    let tender = |kind: &str, amount: i64| json!({ "kind": kind, "amountMinor": amount });
    check(&till, "complete_sale", sale(&till, json!([tender("voucher", 500)])), "over_tendered");
    check(&till, "complete_sale", sale(&till, json!([tender("on_account", 495)])), "customer_needed");
    check(&till, "complete_sale", sale(&till, json!([tender("shells", 495)])), "bad_arguments");
    check(&till, "complete_sale", sale(&till, json!([cash(-1)])), "amount_out_of_range");
    let stranger = json!([{ "kind": "on_account", "amountMinor": 495, "customerId": uuid(9) }]);
    check(&till, "complete_sale", sale(&till, stranger), "unknown_customer");
    let many: Vec<Value> = (0..21).map(|_| card(1)).collect();
    check(&till, "complete_sale", sale(&till, json!(many)), "too_many_tenders");
    let long = json!([{ "kind": "card", "amountMinor": 495, "reference": "x".repeat(61) }]);
    check(&till, "complete_sale", sale(&till, long), "text_too_long");
    let quote = till.call("quote_tenders", json!({ "tenders": [card(500)] }));
    assert_eq!((&quote["refusal"], &quote["isEnough"]), (&json!("change_from_card"), &json!(false)));

    till.scan(NO_PRICE);
    check(&till, "complete_sale", sale(&till, json!([cash(495)])), "price_missing");
    till.scan(AMOXICILLIN);
    check(&till, "complete_sale", sale(&till, json!([cash(1_345)])), "rx_unconfirmed");
}

#[test]
fn with_finished_sales() {
    let till = Till::ready();
    let done = till.sell(IBUPROFEN);
    let refund = |sale: &Value, reason: &str, line: u32, quantity: i64| json!({ "saleId": sale, "reason": reason, "lines": [{ "lineNo": line, "quantity": quantity }] });
    check(&till, "sale", json!({ "saleId": uuid(9) }), "unknown_sale");
    check(&till, "reprint_sale", json!({ "entryId": uuid(51), "saleId": uuid(9) }), "unknown_sale");
    check(&till, "start_refund", refund(&json!(uuid(9)), "recall", 1, 1), "unknown_sale");
    check(&till, "start_refund", refund(&done["saleId"], "whim", 1, 1), "reason_needed");
    check(&till, "start_refund", refund(&done["saleId"], "recall", 2, 1), "not_refundable");
    check(&till, "start_refund", refund(&done["saleId"], "recall", 1, 2), "not_refundable");
    check(&till, "start_refund", refund(&done["saleId"], "recall", 1, 0), "quantity_out_of_range");
    let unlinked = |price: i64, reason: &str| json!({ "productId": product_id(IBUPROFEN), "quantity": 1, "unitPriceMinor": price, "reason": reason });
    check(&till, "unlinked_refund", unlinked(0, "recall"), "price_out_of_range");
    check(&till, "unlinked_refund", unlinked(1, "whim"), "reason_needed");
    check(&till, "correct_tender", json!({ "saleId": uuid(9), "tenders": [] }), "unknown_sale");
    check(&till, "sales", json!({ "limit": 1, "from": "yesterday" }), "bad_arguments");
    check(&till, "add_customer", json!({ "customerId": uuid(50), "name": "" }), "name_missing");
    let settle =
        |kind: &str| json!({ "entryId": uuid(60), "customerId": uuid(9), "kind": kind, "amountMinor": 1 });
    check(&till, "settle_account", settle("cash"), "unknown_customer");
    let customer = till.call("add_customer", json!({ "customerId": uuid(50), "name": "K" }));
    let mut voucher = settle("voucher");
    voucher["customerId"] = customer["customerId"].clone();
    check(&till, "settle_account", voucher, "tender_not_allowed");
}

#[test]
fn at_the_drawer() {
    let till = Till::signed_in("DE");
    let movement = |kind: &str, amount: i64, reason: &str| json!({ "entryId": uuid(70), "kind": kind, "amountMinor": amount, "reason": reason, "note": null });
    let count = |denominations: Value| json!({ "entryId": uuid(71), "denominations": denominations, "other": [], "recountReason": null });
    let close = json!({
        "entryId": uuid(72), "reason": null, "note": null, "nextFloat": [], "seenExpectedMinor": 10_000
    });
    check(&till, "x_report", json!({}), "session_closed");
    check(&till, "move_cash", movement("paid_in", 1, "found"), "session_closed");
    check(&till, "count_drawer", count(json!([])), "session_closed");
    check(&till, "close_session", close.clone(), "session_closed");
    let open = |denominations: Value| json!({ "cashSessionId": uuid(1), "denominations": denominations });
    check(&till, "open_session", open(json!([{ "valueMinor": 0, "count": 1 }])), "amount_out_of_range");
    check(
        &till,
        "open_session",
        open(json!([{ "valueMinor": 1, "count": 100_001 }])),
        "quantity_out_of_range",
    );
    till.open_session(1);
    check(&till, "open_session", json!({ "cashSessionId": uuid(2), "denominations": [] }), "session_open");
    check(&till, "move_cash", movement("paid_in", 1, "postage"), "reason_needed");
    check(&till, "move_cash", movement("paid_in", 0, "found"), "amount_out_of_range");
    check(&till, "move_cash", movement("stolen", 1, "found"), "bad_arguments");
    let mut long = movement("no_sale", 0, "give_change");
    long["note"] = json!("x".repeat(201));
    check(&till, "move_cash", long, "text_too_long");
    check(&till, "close_session", close.clone(), "not_counted");
    till.call("count_drawer", count(json!([{ "valueMinor": 1000, "count": 10 }])));
    let mut seen = close.clone();
    seen["seenExpectedMinor"] = json!(9_999);
    check(&till, "close_session", seen, "total_changed");
    let mut float = close;
    float["nextFloat"] = json!([{ "valueMinor": 1000, "count": 11 }]);
    check(&till, "close_session", float, "quantity_out_of_range");
    check(&till, "z_report", json!({ "entryId": uuid(9) }), "unknown_z");
    check(&till, "reprint_z", json!({ "entryId": uuid(51), "zId": uuid(9) }), "unknown_z");
    check(&till, "day_report", json!({ "businessDate": "21.11.2026" }), "bad_arguments");
}

#[test]
fn about_people_and_settings() {
    let till = Till::signed_in("DE");
    check(&till, "add_staff", json!({ "staffId": uuid(52), "name": "", "role": "owner" }), "name_missing");
    check(&till, "add_staff", json!({ "staffId": uuid(52), "name": "C", "role": "king" }), "role_unknown");
    let mut settings = till.call("settings", json!({}));
    settings["openingFloatMinor"] = json!(-1);
    check(&till, "save_settings", settings.clone(), "amount_out_of_range");
    settings["openingFloatMinor"] = json!(0);
    settings["letterhead"] = json!(["x".repeat(43)]);
    check(&till, "save_settings", settings, "text_too_long");
    till.sign_in("Ben");
    check(
        &till,
        "add_staff",
        json!({ "staffId": uuid(52), "name": "C", "role": "assistant" }),
        "not_allowed",
    );
}

#[test]
fn a_second_copy_of_the_program_is_turned_away() {
    let till = Till::ready();
    assert_eq!(till.opened_twice(), "ledger_in_use");
}

#[test]
fn a_full_disk_refuses_a_sale_whole_and_lets_the_drawer_be_closed() {
    let disk = match SmallDisk::mounted(24) {
        Ok(disk) => disk,
        Err(why) => {
            skip("a_full_disk_refuses_a_sale_whole_and_lets_the_drawer_be_closed", &why);
            return;
        }
    };
    let till = Till::ready_on(disk.0.path());
    disk.fill();
    let mut sold = 0;
    let refused = loop {
        let scanned = till.desk().call("scan", json!({ "askId": till.new_id(), "code": IBUPROFEN }));
        let basket = till.call("basket", json!({}));
        let done = scanned.and_then(|_| {
            let total = basket["totalMinor"].as_i64().unwrap();
            till.desk().call(
                "complete_sale",
                json!({ "saleId": basket["saleId"], "tenders": [cash(total)], "seenTotalMinor": total }),
            )
        });
        match done {
            Ok(_) => sold += 1,
            Err(fault) => break fault.code,
        }
        assert!(sold < 1_000, "the disk was never full");
    };
    assert_eq!(refused, "disk_full");
    let sales = till.call("sales", json!({ "limit": 500 }));
    assert_eq!(sales.as_array().unwrap().len(), sold, "refused whole");
    let priced = |price_minor: i64| {
        let product = json!({
            "productId": product_id(IBUPROFEN), "isNew": false, "code": IBUPROFEN, "name": "Ibuprofen", "pack": "20",
            "priceMinor": price_minor, "taxCode": "standard", "rx": false, "isWithdrawn": false,
        });
        till.desk().call("save_product", product)
    };
    let refused = (1_000..2_000).find_map(|price_minor| priced(price_minor).err());
    assert_eq!(refused.unwrap().code, "disk_full");
    let expected = 10_000 + 495 * i64::try_from(sold).unwrap();
    till.call(
        "count_drawer",
        json!({
            "entryId": uuid(20), "other": [], "recountReason": null,
            "denominations": [{ "valueMinor": 1, "count": expected }],
        }),
    );
    let z = till.call(
        "close_session",
        json!({ "entryId": uuid(21), "reason": null, "note": null, "nextFloat": [], "seenExpectedMinor": expected }),
    );
    assert_eq!(z["saleCount"], sold);

    // With space again everything goes on, and what was refused has left no trace.
    disk.make_room();
    assert_eq!(priced(3_000).unwrap()["row"]["priceMinor"], 3_000);
    till.call("verify", json!({}));
    till.wait_for_jobs();
    assert_eq!(till.call("status", json!({}))["jobs"][0]["state"], "done");
}
