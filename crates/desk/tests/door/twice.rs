//! A retry is the same act: whoever heard no answer asks again, and nothing happens twice.

use serde_json::{Value, json};

use crate::every::{Again, EVERY};
use crate::till::{IBUPROFEN, NASAL_SPRAY, Till, product_id, uuid};

#[test]
fn every_command_asked_twice_is_done_once() {
    for command in EVERY {
        let till = (command.scene)();
        let args = (command.args)(&till);
        let before = state(&till);
        let first = ask(&till, command.name, &args);
        till.wait_for_jobs();
        let after_first = state(&till);
        let second = ask(&till, command.name, &args);
        till.wait_for_jobs();
        let differing = differing(&after_first, &state(&till));
        assert!(differing.is_empty(), "{} was done twice: {differing:#?}", command.name);
        match command.again {
            Again::Alike => assert_eq!(second, first, "{}", command.name),
            Again::Refused(code) => assert_eq!(second, Err(code.to_owned()), "{}", command.name),
            Again::Nothing => assert!(second.is_ok(), "{}: {second:?}", command.name),
        }
        // These have nothing to do it with here, and say so.
        let missing = match command.name {
            "join" => Some("file_missing"),
            "join_by_server" | "connect_server" | "view_link" => Some("server_unreached"),
            "invite_by_server" => Some("no_server"),
            "revoke_till" => Some("till_unknown"),
            _ => None,
        };
        if let Some(code) = missing {
            assert_eq!(first, Err(code.to_owned()));
            continue;
        }
        assert!(first.is_ok(), "{}: {first:?}", command.name);
        if command.changes {
            assert_ne!(before, after_first, "{} did nothing", command.name);
        } else {
            assert!(before == after_first, "{} changes something", command.name);
        }
    }
}

fn ask(till: &Till, name: &str, args: &Value) -> Result<Value, String> {
    till.desk().call(name, args.clone()).map_err(|fault| fault.code)
}

/// What the two states do not have in common.
fn differing(one: &Value, other: &Value) -> Vec<String> {
    let fields = one.as_object().unwrap().iter();
    let differing = fields.filter(|(name, value)| other[name.as_str()] != **value);
    differing.map(|(name, value)| format!("{name}: {value}\n  {}", other[name])).collect()
}

/// Everything that can be seen, without the list of background work.
fn state(till: &Till) -> Value {
    let mut seen = json!({});
    let plain = [
        "status",
        "staff",
        "settings",
        "basket",
        "parked",
        "customers",
        "drawer",
        "cash",
        "x_report",
        "z_reports",
        "unknown_sold",
        "settled_exceptions",
        "printers",
        "display",
        "mail",
        "lot_marks",
        "deliveries",
        "expiry_list",
    ];
    for name in plain {
        seen[name] = ask(till, name, &json!({})).unwrap_or_else(Value::from);
    }
    seen["causes"] = ask(till, "causes", &json!({ "cashSessionId": uuid(1) })).unwrap_or_else(Value::from);
    let session = json!({ "cashSessionId": seen["drawer"]["cashSessionId"] });
    seen["draft"] = ask(till, "draft", &json!({ "of": "count" })).unwrap_or_else(Value::from);
    seen["parts"] = ask(till, "counted_parts", &session).unwrap_or_else(Value::from);
    // Nothing is kept of an empty basket, so it has another id each time.
    if seen["basket"]["lines"] == json!([]) {
        seen["basket"] = json!([]);
    }
    // How long work took, and which it was, is no part of what is kept.
    seen["status"]["jobs"] = json!(null);
    let sales = ask(till, "sales", &json!({ "limit": 500 })).unwrap_or_else(|_| json!([]));
    let whole = sales.as_array().unwrap().iter();
    let whole: Vec<_> = whole.map(|sale| ask(till, "sale", &json!({ "saleId": sale["saleId"] }))).collect();
    seen["sales"] = json!(whole);
    let found = ask(till, "find_products", &json!({ "text": "", "limit": 500 }));
    seen["products"] = json!(found);
    seen
}

#[test]
fn two_scans_of_the_same_pack_are_two_packs() {
    let till = Till::ready();
    let scan = |ask: u64| till.call("scan", json!({ "askId": uuid(ask), "code": IBUPROFEN }));
    let quantity = |scanned: &Value| scanned["value"]["basket"]["lines"][0]["quantity"].clone();
    assert_eq!(quantity(&scan(1)), 1);
    assert_eq!(quantity(&scan(2)), 2);
    // The answer to the first one was lost, and it comes again after the second.
    assert_eq!(quantity(&scan(1)), 2);
    assert_eq!(quantity(&scan(3)), 3);
}

#[test]
fn a_retry_is_known_after_a_restart_and_after_the_basket_is_gone() {
    let mut till = Till::ready();
    let scan = json!({ "askId": uuid(1), "code": IBUPROFEN });
    let scanned = till.call("scan", scan.clone());
    till.restart();
    assert_eq!(till.call("scan", scan.clone()), scanned);
    till.pay(json!([crate::till::cash(495)]));
    // The customer has gone; the pack must not stand on the next one's bill.
    assert_eq!(till.call("scan", scan)["value"]["basket"]["lines"], json!([]));

    let away = json!({ "askId": uuid(2) });
    till.scan(IBUPROFEN);
    till.call("void_basket", away.clone());
    let next = till.scan(NASAL_SPRAY);
    assert_eq!(till.call("void_basket", away), next);
}

#[test]
fn what_was_refused_is_not_taken_for_done() {
    let till = Till::ready();
    let add =
        |quantity: i64| json!({ "askId": uuid(1), "productId": product_id(IBUPROFEN), "quantity": quantity });
    assert_eq!(till.refused("add_product", add(0)).0, "quantity_out_of_range");
    assert_eq!(till.call("add_product", add(1))["lines"][0]["quantity"], 1);
}

#[test]
fn only_the_last_asks_are_remembered() {
    let till = Till::ready();
    let scan = |ask: u64| {
        let scanned = till.call("scan", json!({ "askId": uuid(ask), "code": IBUPROFEN }));
        scanned["value"]["basket"]["lines"][0]["quantity"].as_i64().unwrap()
    };
    for ask in 1..=33 {
        scan(ask);
    }
    // 32 are known; the first of 33 has been forgotten, so what is kept does not grow.
    assert_eq!(scan(2), 33);
    assert_eq!(scan(1), 34);
}
