//! Refunds, exchanges, corrections and copies.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, NASAL_SPRAY, Till, card, cash, product_id, text, uuid};

fn refund(sale: &Value, quantity: i64) -> Value {
    json!({ "saleId": sale["saleId"], "reason": "wrong_product", "lines": [{ "lineNo": 1, "quantity": quantity }] })
}

fn three_packs(till: &Till) -> Value {
    till.call("add_product", json!({ "productId": product_id(IBUPROFEN), "quantity": 3 }));
    till.call("set_discount", json!({ "lineNo": 1, "discount": { "kind": "amount", "value": 100 } }));
    till.pay(json!([cash(1_385)]))
}

#[test]
fn parts_and_the_rest_give_back_exactly_what_was_paid() {
    let till = Till::ready();
    let sale = three_packs(&till);
    let basket = till.call("start_refund", refund(&sale, 1));
    assert_eq!(basket["totalMinor"], -462);
    assert_eq!(basket["lines"][0]["refundReceiptNo"], sale["receiptNo"]);
    let first = till.pay(json!([cash(-462)]));
    assert!(
        text(&first["receipt"]).contains("RÜCKZAHLUNG EUR                       4,62"),
        "{}",
        first["receipt"]
    );
    assert!(text(&first["receipt"]).contains("Rückgabe zu Bon"), "{}", first["receipt"]);

    let view = till.call("sale", json!({ "saleId": sale["saleId"] }));
    assert_eq!(view["lines"][0]["refundedQuantity"], 1);
    assert_eq!(
        (&view["lines"][0]["refundableQuantity"], &view["lines"][0]["refundableMinor"]),
        (&json!(2), &json!(923))
    );
    assert_eq!(
        (&view["followers"][0]["kind"], &view["followers"][0]["amountMinor"]),
        (&json!("refund"), &json!(462))
    );
    assert_eq!(view["followers"][0]["reason"], "wrong_product");
    assert_eq!(view["row"]["hasRefunds"], true);

    till.call("start_refund", refund(&sale, 2));
    assert_eq!(till.pay(json!([cash(-923)]))["totalMinor"], -923);
    assert_eq!(till.refused("start_refund", refund(&sale, 1)).0, "not_refundable");
    let nothing = json!({ "saleId": sale["saleId"], "reason": "wrong_product", "lines": [] });
    assert_eq!(till.refused("start_refund", nothing).0, "not_refundable");
    assert_eq!(till.call("basket", json!({}))["lines"], json!([]));
    let x = till.call("x_report", json!({}));
    assert_eq!(
        (&x["takingsMinor"], &x["refundCount"], &x["refundsMinor"]),
        (&json!(0), &json!(2), &json!(1_385))
    );
    assert_eq!(x["taxes"][0]["taxMinor"], 0);
    assert_eq!(x["expectedCashMinor"], 10_000);
}

#[test]
fn goods_are_exchanged_in_one_basket() {
    let till = Till::ready();
    let sale = till.sell(IBUPROFEN);
    till.pass_minutes(1);
    till.call("start_refund", refund(&sale, 1));
    let basket = till.scan(NASAL_SPRAY);
    assert_eq!(basket["totalMinor"], -162);
    let done = till.pay(json!([cash(-162)]));
    let row = till.call("sales", json!({ "limit": 1 }));
    assert_eq!((&row[0]["saleId"], &row[0]["kind"]), (&done["saleId"], &json!("sale")));
}

#[test]
fn without_a_receipt_it_is_marked() {
    let till = Till::ready();
    let basket = till.call(
        "unlinked_refund",
        json!({
            "productId": product_id(IBUPROFEN), "quantity": 1, "unitPriceMinor": 400, "reason": "damaged"
        }),
    );
    assert_eq!(basket["totalMinor"], -400);
    let done = till.pay(json!([cash(-400)]));
    assert!(text(&done["receipt"]).contains("Rückgabe ohne Bon"), "{}", done["receipt"]);
    assert_eq!(till.call("sales", json!({ "limit": 1 }))[0]["kind"], "unlinked_refund");
}

#[test]
fn a_wrong_tender_is_put_right_once() {
    let till = Till::ready();
    let sale = till.sell(IBUPROFEN);
    let command = json!({ "saleId": sale["saleId"], "tenders": [card(495)] });
    let view = till.call("correct_tender", command.clone());
    assert_eq!(
        (&view["tenders"][0]["kind"], &view["tenders"][0]["reference"]),
        (&json!("card"), &json!("T-4711"))
    );
    assert_eq!(view["followers"][0]["kind"], "tender_corrected");
    let again = till.call("correct_tender", command);
    assert_eq!(again["followers"].as_array().unwrap().len(), 1);
    let x = till.call("x_report", json!({}));
    assert_eq!((&x["expectedCashMinor"], &x["takingsMinor"]), (&json!(10_000), &json!(495)));
    let (code, detail) =
        till.refused("correct_tender", json!({ "saleId": sale["saleId"], "tenders": [card(400)] }));
    assert_eq!((code.as_str(), detail), ("tender_short", json!({ "remaining_minor": 95 })));
}

#[test]
fn a_sale_of_a_drawer_that_is_open_elsewhere_is_put_right_there() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    let sale = till.sell(IBUPROFEN);
    other.hears_all_of(&mut till);
    other.open_session(500);
    other.call("correct_tender", json!({ "saleId": sale["saleId"], "tenders": [card(495)] }));
    assert_eq!(other.call("x_report", json!({}))["expectedCashMinor"], 10_000);
    till.hears_all_of(&mut other);
    assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], 10_000);
}

/// A sale of 4.98 for 5.00 in cash, where cash is rounded to 5 cents.
fn rounded_up(till: &Till) -> Value {
    till.call("add_product", json!({ "productId": product_id(IBUPROFEN), "quantity": 1 }));
    till.call("override_price", json!({ "lineNo": 1, "unitPriceMinor": 498, "reason": "agreed" }));
    till.pay(json!([cash(500)]))
}

/// A tender that takes what the others leave.
fn left(kind: &str) -> Value {
    json!({ "kind": kind, "amountMinor": null, "reference": null, "customerId": null })
}

#[test]
fn a_wrong_tender_is_put_right_where_cash_is_rounded() {
    let till = Till::ready_in("FI");
    let sale = rounded_up(&till);
    let correct = |tenders: Value| json!({ "saleId": sale["saleId"], "tenders": tenders });
    let refused = till.refused("correct_tender", correct(json!([card(500)])));
    assert_eq!(refused.0, "change_from_card");
    let refused = till.refused("correct_tender", correct(json!([left("card"), left("cash")])));
    assert_eq!(refused.0, "bad_arguments");

    let check = |tenders: Value, kinds: &[(&str, i64)], rounding: i64, in_drawer: i64| {
        till.pass_minutes(1);
        let view = till.call("correct_tender", correct(tenders));
        let paid: Vec<_> = view["tenders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tender| (tender["kind"].as_str().unwrap(), tender["amountMinor"].as_i64().unwrap()))
            .collect();
        assert_eq!(paid, kinds);
        assert_eq!(view["roundingMinor"], rounding);
        assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], 10_000 + in_drawer);
    };
    check(json!([left("card")]), &[("card", 498)], 0, 0);
    check(json!([left("cash")]), &[("cash", 500)], 2, 500);
    check(json!([card(200), left("cash")]), &[("card", 200), ("cash", 300)], 2, 300);
    check(json!([left("cash"), card(300)]), &[("cash", 200), ("card", 300)], 2, 200);
}

#[test]
fn a_tender_put_right_keeps_its_reference_and_its_customer() {
    let till = Till::ready();
    till.call("add_customer", json!({ "customerId": uuid(42), "name": "Frau Kern" }));
    till.scan(IBUPROFEN);
    let owed = json!({ "kind": "on_account", "amountMinor": 200, "reference": null, "customerId": uuid(42) });
    let sale = till.pay(json!([owed, cash(295)]));
    let before = till.call("sale", json!({ "saleId": sale["saleId"] }));
    let part = &before["tenders"][0];
    assert_eq!((&part["customer"], &part["customerId"]), (&json!("Frau Kern"), &json!(uuid(42))));

    let correct = |reference: &str| {
        till.pass_minutes(1);
        let mut by_card = left("card");
        by_card["reference"] = json!(reference);
        till.call("correct_tender", json!({ "saleId": sale["saleId"], "tenders": [owed, by_card] }))
    };
    assert_eq!(correct("T-1")["tenders"][1]["reference"], "T-1");
    // The same again is nothing new; another number on the slip is.
    assert_eq!(correct(" T-1 ")["followers"].as_array().unwrap().len(), 1);
    let view = correct("T-2");
    assert_eq!(view["followers"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&view["tenders"][1]["reference"], &view["tenders"][1]["amountMinor"]),
        (&json!("T-2"), &json!(295))
    );
    assert_eq!(view["tenders"][0]["customerId"], json!(uuid(42)));
}

#[test]
fn a_reprint_is_a_numbered_copy() {
    let till = Till::ready();
    let sale = till.sell(IBUPROFEN);
    till.call("reprint_sale", json!({ "entryId": till.new_id(), "saleId": sale["saleId"] }));
    let copy = till.call("reprint_sale", json!({ "entryId": till.new_id(), "saleId": sale["saleId"] }));
    assert_eq!(copy["copyNo"], 2);
    assert!(text(&copy).contains("*** KOPIE 2 ***"), "{copy}");
    let view = till.call("sale", json!({ "saleId": sale["saleId"] }));
    assert_eq!(view["followers"].as_array().unwrap().len(), 2);
    assert_eq!(view["followers"][0]["kind"], "receipt_copied");
}

#[test]
fn rounding_of_what_is_given_back_is_printed_as_it_adds_up() {
    let till = Till::ready_in("FI");
    let sale = rounded_up(&till);
    till.pass_minutes(1);
    till.call("start_refund", refund(&sale, 1));
    let done = till.pay(json!([cash(-500)]));
    let paper = text(&done["receipt"]);
    for row in [
        "TO GIVE BACK EUR                      4.98",
        "Rounding                              0.02",
        "Cash given back                       5.00",
    ] {
        assert!(paper.lines().any(|line| line == row), "{row} is not in\n{paper}");
    }
    assert_eq!(till.call("x_report", json!({}))["expectedCashMinor"], 10_000);
}
