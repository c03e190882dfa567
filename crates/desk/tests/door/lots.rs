//! Lots that must not be sold, on every way out; and goods in.

use serde_json::{Value, json};

use crate::roles::two_tills;
use crate::till::{IBUPROFEN, Till, card, cash, product_id, uuid};

/// The code of a pack of this lot, with its expiry as yymmdd.
fn pack(lot: &str, expiry: &str) -> String {
    format!("https://id.gs1.org/01/{IBUPROFEN}/10/{lot}?17={expiry}")
}

fn line(lot: &str, packs: i64) -> Value {
    json!({
        "productId": product_id(IBUPROFEN), "lot": lot, "expiry": "2029-06-30", "packs": packs, "announced": null,
        "damaged": null, "costMinor": null,
    })
}

fn deliver(till: &Till, entry: u64, lines: &[Value]) -> Value {
    let asked =
        json!({ "entryId": uuid(700 + entry), "supplier": "Nord", "reference": null, "lines": lines });
    till.call("deliver", asked)
}

fn mark(till: &Till, entry: u64, lots: &[&str], state: &str) {
    let product_id = product_id(IBUPROFEN);
    let asked = json!({ "entryId": uuid(700 + entry), "productId": product_id, "lots": lots, "state": state, "reference": null });
    till.call("mark_lots", asked);
}

fn holds(till: &Till) -> Vec<Value> {
    till.call("basket", json!({}))["holds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hold| hold["code"].clone())
        .collect()
}

fn by_hand(till: &Till, code: &str) -> Result<Value, String> {
    let asked = json!({
        "askId": uuid(900), "code": code, "name": "Ibuprofen", "unitPriceMinor": 495, "taxCode": "standard", "quantity": 1,
    });
    till.desk().call("add_unknown", asked).map_err(|fault| fault.code)
}

#[test]
fn a_recalled_pack_is_sold_on_no_way() {
    let mut till = Till::ready();
    deliver(&till, 1, &[line("A71", 5), line("B2", 5)]);
    mark(&till, 2, &["a-71"], "recalled");
    let scanned = till.call("scan", json!({ "code": pack("A71", "290630") }));
    assert_eq!((&scanned["kind"], &scanned["value"]["reason"]), (&json!("blocked"), &json!("lot_recalled")));
    assert_eq!(by_hand(&till, &pack("A71", "290630")).map(|_| ()), Err("lot_recalled".to_owned()));
    // Nobody looked at this one.
    till.scan(IBUPROFEN);
    assert_eq!(holds(&till), ["lot_to_check"]);
    let choose = |lot: &str| json!({ "lineNo": 1, "lot": lot, "reason": "pack_in_hand" });
    assert_eq!(till.refused("choose_lot", choose("A 71")).0, "lot_recalled");
    // The second code of the pack says that it is one.
    assert_eq!(till.call("scan", json!({ "code": "]d210A71" }))["kind"], "added");
    assert_eq!(holds(&till), ["lot_recalled"]);
    assert_eq!(till.refused("choose_lot", choose("B2")).0, "lot_is_read");
    till.restart();
    assert_eq!(holds(&till), ["lot_recalled"]);
    let total = json!({
        "saleId": till.call("basket", json!({}))["saleId"], "tenders": [cash(495)], "seenTotalMinor": 495,
    });
    assert_eq!(till.refused("complete_sale", total).0, "lot_recalled");
    till.call("void_line", json!({ "lineNo": 1 }));
    // One of three packs was scanned.
    till.scan(&pack("B2", "290630"));
    till.call("set_quantity", json!({ "lineNo": 2, "quantity": 3 }));
    assert_eq!(holds(&till), ["lot_to_check"]);
    till.call("choose_lot", json!({ "lineNo": 2, "lot": "B2", "reason": "one_lot_for_all" }));
    assert!(holds(&till).is_empty());
    till.pay(json!([card(3 * 495)]));
}

#[test]
fn an_expired_pack_that_the_catalogue_does_not_know_is_not_sold_by_hand() {
    let till = Till::ready();
    let expired = "https://id.gs1.org/01/04006381333931/10/Z9?17=200131";
    assert_eq!(till.call("scan", json!({ "code": expired }))["kind"], "unknown");
    assert_eq!(by_hand(&till, expired).map(|_| ()), Err("lot_expired".to_owned()));
    assert!(by_hand(&till, &expired.replace("200131", "290131")).is_ok());
    let line = till.call("basket", json!({}))["lines"][0].clone();
    assert_eq!((&line["lot"], &line["expiry"]), (&json!("Z9"), &json!("2029-01-31")));
}

#[test]
fn what_was_found_holds_on_the_other_till_until_somebody_who_may_releases_it() {
    let (mut first, mut second) = two_tills();
    deliver(&first, 1, &[line("A71", 5)]);
    mark(&first, 2, &["A71"], "quarantined");
    mark(&first, 3, &[], "on_hold");
    second.hears_all_of(&mut first);
    second.sign_in("Anna");
    let reason =
        |till: &Till| till.call("scan", json!({ "code": pack("A71", "290630") }))["value"]["reason"].clone();
    assert_eq!((reason(&first), reason(&second)), (json!("lot_quarantined"), json!("lot_quarantined")));
    let release =
        |entry: u64, marked: u64| json!({ "entryId": uuid(700 + entry), "markedId": uuid(700 + marked) });
    second.call("release_lots", release(4, 2));
    assert_eq!((reason(&first), reason(&second)), (json!("lot_quarantined"), json!("lot_on_hold")));
    // Every pack is on hold: none of it comes into the basket by its name.
    let add = json!({ "productId": product_id(IBUPROFEN), "quantity": 1 });
    assert_eq!(second.refused("add_product", add).0, "lot_on_hold");
    second.sign_in("Ben");
    assert_eq!(second.refused("release_lots", release(5, 3)).0, "not_allowed");
    second.sign_in("Anna");
    second.call("release_lots", release(5, 3));
    assert_eq!(second.refused("release_lots", release(6, 3)).0, "unknown_mark");
    first.hears_all_of(&mut second);
    first.sign_in("Anna");
    first.scan(&pack("A71", "290630"));
    assert!(holds(&first).is_empty());
}

#[test]
fn a_delivery_is_looked_at_booked_and_sent_back() {
    let till = Till::ready();
    let with = |fields: Value| {
        let mut line = line("A71", 5);
        line.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        line
    };
    let warnings = |fields: Value| till.call("check_delivery", json!({ "lines": [with(fields)] }))[0].clone();
    let check = |fields: Value, expected: &[&str]| assert_eq!(warnings(fields)["warnings"], json!(expected));
    check(json!({}), &[]);
    check(json!({ "expiry": "2020-01" }), &["expired"]);
    check(json!({ "expiry": "31.12.2029" }), &["expiry_impossible"]);
    check(json!({ "expiry": null }), &["expiry_missing"]);
    check(json!({ "announced": 6 }), &["short"]);
    check(json!({ "announced": 6, "damaged": 2 }), &["surplus"]);
    check(json!({ "costMinor": 410 }), &["margin_low"]);
    // 4.95 with 19 % are 4.16 without; 2.50 leave 39.90 % of it.
    assert_eq!(warnings(json!({ "costMinor": 250 }))["margin"], 3_990);
    deliver(&till, 1, &[with(json!({ "announced": 8, "damaged": 2, "costMinor": 250 }))]);
    check(json!({ "costMinor": 260, "expiry": "2029-07-31" }), &["two_expiries", "cost_changed"]);
    assert_eq!(warnings(json!({}))["lastCostMinor"], 250);
    let on_hand =
        || till.call("product", json!({ "productId": product_id(IBUPROFEN) }))["row"]["onHand"].clone();
    assert_eq!(on_hand(), 5);
    let asked = |lines: &[Value]| json!({ "entryId": uuid(709), "supplier": "Nord", "reference": null, "lines": lines });
    assert_eq!(
        till.refused("deliver", asked(&[with(json!({ "expiry": "2029-02-30" }))])).0,
        "expiry_impossible"
    );
    assert_eq!(till.refused("deliver", asked(&[])).0, "basket_empty");
    let back = json!({ "productId": product_id(IBUPROFEN), "lot": " A71 ", "packs": 2 });
    let back = json!({
        "entryId": uuid(702), "supplier": "nord", "reference": "R 1", "lines": [back], "reason": "too_many",
    });
    till.call("return_goods", back.clone());
    till.call("return_goods", back);
    assert_eq!(on_hand(), 3);
    till.sell(IBUPROFEN);
    let rows = till.call("movements", json!({ "productId": product_id(IBUPROFEN) }));
    let mut rows: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| (row["kind"].clone(), row["packs"].clone())).collect();
    rows.sort_by_key(|(kind, _)| kind.to_string());
    assert_eq!(
        rows,
        [("received", 5), ("returned", -2), ("sold", -1)].map(|(kind, packs)| (json!(kind), json!(packs)))
    );
    let listed = till.call("deliveries", json!({}));
    assert_eq!(listed.as_array().unwrap().len(), 2);
}
