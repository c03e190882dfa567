//! Products made and changed by hand.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, Till, product_id, uuid};

fn tea(code: Option<&str>) -> Value {
    json!({
        "productId": uuid(1), "isNew": true, "code": code, "name": "Herbal tea", "pack": "100 g",
        "priceMinor": 450, "taxCode": "reduced", "rx": false, "isWithdrawn": false,
    })
}

#[test]
fn a_product_with_a_code_has_the_id_of_its_code() {
    let till = Till::ready();
    let made = till.call("save_product", tea(Some("2100000000012")));
    assert_eq!(made["row"]["productId"], product_id("02100000000012"));
    // Another person makes the same one: it is there already, and asking for another name says so.
    let mut other = tea(Some("2100000000012"));
    other["productId"] = json!(uuid(2));
    assert_eq!(till.call("save_product", other.clone()), made);
    other["name"] = json!("Peppermint tea");
    assert_eq!(till.refused("save_product", other).0, "code_taken");
    assert_eq!(till.refused("save_product", tea(Some("2100000000013"))).0, "code_bad_check_digit");
}

#[test]
fn a_product_that_its_source_calls_by_a_code_of_its_own_can_be_priced() {
    let till = Till::ready();
    let file = till.folder().join("list.2026-11.csv");
    std::fs::write(&file, "code;name;price\nA-17;Hustentee;3,95\n").unwrap();
    till.call("import_catalogue", json!({ "path": file, "dryRun": false }));
    till.wait_for_jobs();
    let found = till.call("find_products", json!({ "text": "hustentee", "limit": 1 }));
    let row = &found["rows"][0];
    assert_eq!((&row["code"], &row["priceMinor"]), (&json!("A-17"), &json!(395)));
    let priced = till.call(
        "save_product",
        json!({
            "productId": row["productId"], "isNew": false, "code": "A-17", "name": "Hustentee", "pack": "",
            "priceMinor": 420, "taxCode": "standard", "rx": false, "isWithdrawn": false,
        }),
    );
    assert_eq!((&priced["row"]["priceMinor"], &priced["row"]["code"]), (&json!(420), &json!("A-17")));
}

#[test]
fn a_product_that_is_not_there_is_not_changed() {
    let till = Till::ready();
    let mut tea = tea(None);
    tea["isNew"] = json!(false);
    assert_eq!(till.refused("save_product", tea).0, "unknown_product");
    let mut ibuprofen = self::tea(Some(IBUPROFEN));
    ibuprofen["name"] = json!("Ibuprofen");
    assert_eq!(till.refused("save_product", ibuprofen).0, "code_taken");
}
