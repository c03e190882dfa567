//! What a scanner sends: packs of two codes, codes without separators, and what is no pack.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, NASAL_SPRAY, Till, card};

/// A code of GS1 Data Matrix for a pack of ibuprofen, with what stands behind the product.
fn pack(more: &str) -> String {
    format!("]d201{IBUPROFEN}{more}")
}

fn lines(till: &Till) -> Vec<Value> {
    till.call("basket", json!({}))["lines"].as_array().unwrap().clone()
}

/// Quantity, lot and expiry of each line.
fn told(till: &Till) -> Vec<Value> {
    lines(till).iter().map(|line| json!([line["quantity"], line["lot"], line["expiry"]])).collect()
}

fn scanned(till: &Till, code: &str) -> Value {
    till.call("scan", json!({ "code": code }))
}

#[test]
fn a_code_that_reads_in_two_ways_is_sold_without_lot_or_not_at_all() {
    let till = Till::ready();
    // The lot may end where 21 begins a serial number.
    let code = pack("1728123110A2103");
    let refused = scanned(&till, &code);
    assert_eq!(refused["kind"], "bad");
    assert_eq!(refused["value"]["reason"], "separator_dropped");
    assert_eq!(refused["value"]["name"], "Ibuprofen 400 mg film-coated tablets");
    assert!(lines(&till).is_empty());
    let sold = till.call("scan", json!({ "code": code, "withoutLot": true }));
    assert_eq!(sold["kind"], "added");
    assert_eq!(told(&till), [json!([1, null, null])]);
    // With its separator nothing is in doubt; and what is wrong in itself is not sold so either.
    assert_eq!(scanned(&till, &pack("1728123110A\u{1d}2103"))["kind"], "added");
    assert_eq!(told(&till)[1], json!([1, "A", "2028-12-31"]));
    let impossible = pack("17281331");
    assert_eq!(scanned(&till, &impossible)["value"]["reason"], "date");
    let asked = till.call("scan", json!({ "code": impossible, "withoutLot": true }));
    assert_eq!((&asked["kind"], &asked["value"]["name"]), (&json!("bad"), &Value::Null));
    // Where the catalogue does not know the product, nothing is offered.
    let stranger = scanned(&till, "]d2010950668210135217281231\u{1d}10A\u{1d}990");
    assert_eq!(stranger["kind"], "unknown");
    assert_eq!(scanned(&till, "0109506682101352210A17281231")["value"]["name"], Value::Null);
}

#[test]
fn two_codes_of_one_pack_are_one_pack() {
    let till = Till::ready();
    scanned(&till, IBUPROFEN);
    scanned(&till, "]d21728123110A71");
    assert_eq!(told(&till), [json!([1, "A71", "2028-12-31"])]);
    // Of three packs the last one is told of.
    till.pass_minutes(1);
    for _ in 0..3 {
        scanned(&till, NASAL_SPRAY);
    }
    scanned(&till, "]d210B7");
    assert_eq!(told(&till)[1..], [json!([2, null, null]), json!([1, "B7", null])]);
    // The other way round.
    till.pass_minutes(1);
    let part = scanned(&till, "]d21729063010C");
    assert_eq!(part, json!({ "kind": "part", "value": { "lot": "C", "expiry": "2029-06-30" } }));
    scanned(&till, IBUPROFEN);
    assert_eq!(told(&till)[3], json!([1, "C", "2029-06-30"]));
    // What came too late is about another pack.
    scanned(&till, NASAL_SPRAY);
    till.pass_minutes(1);
    assert_eq!(scanned(&till, "]d210D")["kind"], "part");
    let count = lines(&till).len();
    till.pay(json!([card(lines(&till).iter().map(|line| line["amountMinor"].as_i64().unwrap()).sum())]));
    assert_eq!((count, lines(&till).len()), (4, 0));
}

#[test]
fn a_second_code_that_contradicts_the_first_is_refused() {
    let till = Till::ready();
    scanned(&till, &pack("10A\u{1d}21S1"));
    assert_eq!(scanned(&till, "]d210B")["value"]["reason"], "elements_contradict");
    assert_eq!(told(&till), [json!([1, "A", null])]);
    // The same serial number is the same pack, and another one is another pack.
    scanned(&till, &pack("10A\u{1d}21S1"));
    assert_eq!(told(&till), [json!([1, "A", null])]);
    scanned(&till, &pack("10A\u{1d}21S1"));
    scanned(&till, &pack("10A\u{1d}21S2"));
    assert_eq!(told(&till), [json!([2, "A", null])]);
}

#[test]
fn a_second_code_is_about_a_pack_of_this_basket_or_of_none() {
    let till = Till::ready();
    // The customer before has paid for it, or it was taken out again.
    scanned(&till, IBUPROFEN);
    till.pay(json!([card(495)]));
    assert_eq!(scanned(&till, "]d210E")["kind"], "part");
    assert!(lines(&till).is_empty());
    till.pass_minutes(1);
    scanned(&till, IBUPROFEN);
    till.call("void_line", json!({ "lineNo": 1 }));
    assert_eq!(scanned(&till, "]d210E")["kind"], "part");
    assert!(lines(&till).is_empty());
    // After a code that could not be read nobody knows whose the next one is.
    till.pass_minutes(1);
    scanned(&till, IBUPROFEN);
    assert_eq!(scanned(&till, "4006381333932")["kind"], "bad");
    assert_eq!(scanned(&till, "]d210E")["kind"], "part");
    assert_eq!(told(&till), [json!([1, null, null])]);
    till.call("void_basket", json!({}));
    // A pack that says everything itself is not what a code before it was about.
    scanned(&till, &pack("10C\u{1d}21S"));
    assert_eq!(told(&till), [json!([1, "C", null])]);
}

#[test]
fn packs_whose_lot_is_scanned_first_follow_each_other() {
    let till = Till::ready();
    for code in ["]d210A", IBUPROFEN, "]d210B", IBUPROFEN] {
        scanned(&till, code);
    }
    assert_eq!(told(&till), [json!([1, "A", null]), json!([1, "B", null])]);
    // Product, lot and expiry may stand in three codes.
    till.pass_minutes(1);
    for code in ["]d210D", "]d217281231", IBUPROFEN] {
        scanned(&till, code);
    }
    assert_eq!(told(&till)[2], json!([1, "D", "2028-12-31"]));
    till.pass_minutes(1);
    for code in [IBUPROFEN, "]d210B"] {
        scanned(&till, code);
    }
    assert_eq!(told(&till)[3], json!([1, "B", null]));
    // The same code read again by a scanner that stands there says nothing new.
    for _ in 0..200 {
        scanned(&till, "]d210B");
    }
    assert_eq!(told(&till)[3], json!([1, "B", null]));
}

#[test]
fn what_is_told_of_a_pack_never_changes_how_many_there_are() {
    let till = Till::ready();
    let packs = |till: &Till| lines(till).iter().map(|line| line["quantity"].as_i64().unwrap()).sum::<i64>();
    for (first, count, second) in [
        (IBUPROFEN.to_owned(), 2, "]C117281231".to_owned()),
        (IBUPROFEN.to_owned(), 3, "]d221S1".to_owned()),
        (pack("10A"), 2, "]d210A".to_owned()),
        (IBUPROFEN.to_owned(), 2, "]d29912".to_owned()),
    ] {
        for _ in 0..count {
            scanned(&till, &first);
        }
        scanned(&till, &second);
        assert_eq!(packs(&till), count, "{first} {second}");
        till.call("void_basket", json!({}));
    }
    // A pack that is put back after one was taken off is another one.
    for code in [pack("21S1"), pack("21S2"), pack("21S2")] {
        scanned(&till, &code);
    }
    assert_eq!(packs(&till), 2);
    till.call("set_quantity", json!({ "lineNo": 1, "quantity": 1 }));
    till.pass_minutes(1);
    scanned(&till, &pack("21S2"));
    assert_eq!(packs(&till), 2);
}

#[test]
fn eight_digits_are_a_pzn_where_the_catalogue_says_so() {
    let till = Till::ready();
    till.sign_in("Anna");
    // Its last digit fits as that of a PZN and as that of an EAN-8.
    till.call("save_product", json!({
        "productId": till.new_id(), "isNew": true, "code": "-01000634", "name": "Salbe", "pack": "50 g", "priceMinor": 795,
        "taxCode": "standard", "rx": false, "isWithdrawn": false,
    }));
    assert_eq!(scanned(&till, "01000634")["kind"], "added");
    assert_eq!(scanned(&till, "PZN-01000634")["kind"], "added");
}

#[test]
fn what_is_no_pack_is_told() {
    let till = Till::ready();
    let reason = |code: &str| scanned(&till, code)["value"]["reason"].clone();
    assert_eq!(reason("]C100340123450000000017"), "delivery_box");
    assert_eq!(reason("]d2"), "empty");
    assert_eq!(reason("]z9123"), "carrier");
    assert_eq!(reason("]D2010401234500000917281231"), "caps_lock");
    assert_eq!(reason("4006381333932"), "check_digit");
    assert_eq!(till.refused("scan", json!({ "code": "x".repeat(1_001) })).0, "text_too_long");
    assert!(lines(&till).is_empty());
}
