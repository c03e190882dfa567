//! Quantities, discounts, prices, voids, parking, and the restart in the middle of it all.

use serde_json::json;

use crate::till::{AMOXICILLIN, IBUPROFEN, NASAL_SPRAY, NO_PRICE, Till, cash, product_id};

#[test]
fn a_restart_returns_into_the_basket() {
    let mut till = Till::ready();
    let before = till.scan(IBUPROFEN);
    till.restart();
    assert_eq!(till.call("basket", json!({})), before);
}

#[test]
fn a_parked_basket_waits_over_a_restart_and_keeps_its_sale_id() {
    let mut till = Till::ready();
    let basket = till.scan(IBUPROFEN);
    let empty = till.call("park", json!({ "label": "Herr Weiß, rote Jacke" }));
    assert!(empty["lines"].as_array().unwrap().is_empty());
    till.restart();
    let parked = till.call("parked", json!({}));
    assert_eq!(parked[0]["label"], "Herr Weiß, rote Jacke");
    assert_eq!((&parked[0]["totalMinor"], &parked[0]["person"]), (&json!(495), &json!("Anna")));
    assert_eq!(till.call("status", json!({}))["parkedCount"], 1);

    till.scan(NASAL_SPRAY);
    let recall = json!({ "saleId": basket["saleId"] });
    assert_eq!(till.refused("recall", recall.clone()).0, "basket_not_empty");
    till.call("void_basket", json!({}));
    let taken = till.call("recall", recall.clone());
    assert_eq!(taken, basket);
    assert_eq!(till.call("recall", recall), basket);
    assert_eq!(till.call("parked", json!({})), json!([]));
    assert_eq!(till.pay(json!([cash(495)]))["saleId"], basket["saleId"]);
}

#[test]
fn quantities_and_discounts_are_priced() {
    let till = Till::ready();
    till.scan(IBUPROFEN);
    till.call("set_quantity", json!({ "lineNo": 1, "quantity": 3 }));
    till.scan(NASAL_SPRAY);
    till.call("set_discount", json!({ "lineNo": 1, "discount": { "kind": "percent", "value": 1000 } }));
    let basket =
        till.call("set_discount", json!({ "lineNo": null, "discount": { "kind": "amount", "value": 100 } }));
    // 3 x 4.95 = 14.85, less 1.49 (10 %) = 13.36; with 3.33 16.69, less 1.00.
    assert_eq!((&basket["totalMinor"], &basket["packCount"]), (&json!(1_569), &json!(4)));
    assert_eq!(basket["lines"][0]["discountMinor"], 149);
    let shares: i64 = basket["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["basketDiscountMinor"].as_i64().unwrap())
        .sum();
    assert_eq!(shares, 100);
    let basket = till.call("set_discount", json!({ "lineNo": null, "discount": null }));
    assert_eq!(basket["totalMinor"], 1_669);
}

#[test]
fn a_prescription_and_a_missing_price_hold_the_sale() {
    let till = Till::ready();
    till.scan(AMOXICILLIN);
    let basket = till.scan(NO_PRICE);
    let holds: Vec<_> = basket["holds"].as_array().unwrap().iter().map(|hold| hold["code"].clone()).collect();
    assert_eq!(holds, ["rx_unconfirmed", "price_missing"]);
    till.call("confirm_rx", json!({ "lineNo": 1 }));
    let basket = till
        .call("override_price", json!({ "lineNo": 2, "unitPriceMinor": 1_200, "reason": "price_missing" }));
    assert_eq!((&basket["holds"], &basket["totalMinor"]), (&json!([]), &json!(2_050)));
}

#[test]
fn voids_are_told_by_the_book_while_a_session_is_open() {
    let till = Till::signed_in("DE");
    till.scan(IBUPROFEN);
    till.call("void_line", json!({ "lineNo": 1 }));
    till.open_session(1);
    assert_eq!(till.call("x_report", json!({}))["voidCount"], 0);
    till.scan(IBUPROFEN);
    till.scan(NASAL_SPRAY);
    let basket = till.call("void_line", json!({ "lineNo": 2 }));
    assert_eq!(basket["totalMinor"], 333);
    till.call("void_basket", json!({}));
    let x = till.call("x_report", json!({}));
    assert_eq!((&x["voidCount"], &x["voidsMinor"]), (&json!(2), &json!(828)));
}

#[test]
fn a_scan_says_what_it_is() {
    let till = Till::signed_in("DE");
    let check = |code: &str, kind: &str, value: serde_json::Value| {
        let scanned = till.call("scan", json!({ "code": code }));
        assert_eq!(scanned, json!({ "kind": kind, "value": value }), "{code}");
    };
    check("4006381333932", "bad", json!({ "code": "4006381333932", "reason": "check_digit", "name": null }));
    check("123456", "bad", json!({ "code": "123456", "reason": "length", "name": null }));
    check("what is this", "bad", json!({ "code": "what is this", "reason": "characters", "name": null }));
    check("X-77", "unknown", json!({ "code": "X-77" }));
    let basket = till.scan(&format!("\u{5d}d201{IBUPROFEN}172703311077A\r"));
    assert_eq!(
        (&basket["lines"][0]["lot"], &basket["lines"][0]["expiry"]),
        (&json!("77A"), &json!("2027-03-31"))
    );
    assert_eq!(basket["lines"][0]["code"], IBUPROFEN);
    let basket = till.call("add_product", json!({ "productId": product_id(NASAL_SPRAY), "quantity": 4 }));
    assert_eq!(
        (&basket["lines"][1]["quantity"], &basket["lines"][1]["code"]),
        (&json!(4), &json!(NASAL_SPRAY))
    );
    assert_eq!(basket["holds"][0]["code"], "session_closed");
}
