//! What a CSV file says of the stock comes to the shelf, once for each release and row.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, NASAL_SPRAY, Till};

const HEADER: &str = "code;name;price;tax;lot;expiry;on_hand\n";
const FIRST: &str = "4012345000016;Ibuprofen 400 mg;4,95;standard;A71;2028-03-31;12\n";
const OTHERS: &str = "4012345000030;Nasal spray 10 ml;3,33;reduced;;;7\nA-17;Hustentee;3,95;reduced;;;0\nB-2;Salbe;2,00;;L9;;\n";

/// Imports a file of this name, and gives the report once the work is over.
fn import(till: &Till, name: &str, rows: &str, is_trial: bool) -> Value {
    let file = till.folder().join(name);
    std::fs::write(&file, format!("{HEADER}{rows}")).unwrap();
    let job = till.call("import_catalogue", json!({ "path": file, "dryRun": is_trial }));
    till.wait_for_jobs();
    till.call("import_report", json!({ "jobNo": job["jobNo"] }))
}

fn on_hand(till: &Till, code: &str) -> i64 {
    let found = till.call("find_products", json!({ "text": code, "limit": 1 }));
    found["rows"][0]["onHand"].as_i64().unwrap()
}

#[test]
fn goods_come_to_the_shelf_once_for_each_release_and_row() {
    let till = Till::ready();
    let all = format!("{FIRST}{OTHERS}");
    let check = |name: &str, rows: &str, packs: i64, shelf: (i64, i64)| {
        let trial = import(&till, name, rows, true);
        assert_eq!(trial["receivedPacks"], packs, "{name}");
        let report = import(&till, name, rows, false);
        assert_eq!(
            (&report["receivedPacks"], &report["rejectedCount"]),
            (&json!(packs), &json!(0)),
            "{name}"
        );
        assert_eq!((on_hand(&till, IBUPROFEN), on_hand(&till, NASAL_SPRAY)), shelf, "{name}");
    };
    check("list.2026-11.csv", &all, 19, (12, 7));
    check("list.2026-11.csv", &all, 0, (12, 7));
    // Another price is another price, and not another delivery.
    check("list.2026-11.csv", &all.replace("4,95", "5,25"), 0, (12, 7));
    check("list.2026-11-20.csv", FIRST, 12, (24, 7));
    // Without a date it is the opening stock, today and on any other day.
    check("list.csv", &all, 19, (36, 14));
    till.pass_minutes(3 * 24 * 60);
    check("list.csv", &all, 0, (36, 14));
    assert!(till.call("x_report", json!({}))["takingsMinor"] == 0);
}

#[test]
fn the_shelf_knows_lot_and_expiry_and_a_sale_takes_from_it() {
    let till = Till::ready();
    import(&till, "list.2026-11.csv", FIRST, false);
    let product_id = crate::till::product_id(IBUPROFEN);
    let lots = till.call("product", json!({ "productId": product_id }))["lots"].clone();
    assert_eq!(
        lots,
        json!([{ "lot": "A71", "expiry": "2028-03-31", "packs": 12, "block": null, "isExpiringSoon": false }])
    );
    till.sell(IBUPROFEN);
    assert_eq!(on_hand(&till, IBUPROFEN), 11);
}

#[test]
fn an_interrupted_import_posts_the_rest() {
    let till = Till::ready();
    let rows: String =
        (0..500).map(|no| format!("X-{no:03};Product {no};1,00;standard;;;{}\n", no + 1)).collect();
    // As far as the import came before it was interrupted, which may be anywhere.
    let file = till.folder().join("list.2026-11.csv");
    std::fs::write(&file, format!("{HEADER}{rows}")).unwrap();
    let job = till.call("import_catalogue", json!({ "path": file, "dryRun": false }));
    let is_in_goods =
        |till: &Till| till.call("status", json!({}))["jobs"][0]["done"].as_i64().unwrap() > 1_050;
    while !is_in_goods(&till) {
        std::thread::yield_now();
    }
    till.call("cancel_job", json!({ "jobNo": job["jobNo"] }));
    till.wait_for_jobs();
    let came = till.call("status", json!({}))["jobs"][0]["state"].clone();

    let rest = import(&till, "list.2026-11.csv", &rows, false)["receivedPacks"].as_i64().unwrap();
    assert_eq!(rest == 0, came == "done", "{came}: {rest} packs were left");
    assert!(rest < 125_250, "nothing had come before");
    let found = till.call("find_products", json!({ "text": "product", "limit": 500 }));
    let packs: i64 =
        found["rows"].as_array().unwrap().iter().map(|row| row["onHand"].as_i64().unwrap()).sum();
    assert_eq!(packs, 125_250);
}

#[test]
fn numbers_that_cannot_be_are_reported_with_their_line() {
    let till = Till::ready();
    let rows = "C-1;A;;;;;-1\nC-2;B;;;;;1000001\nC-3;C;;;;;1,5\nC-4;D;;luxury;;;3\nC-5;E;;;;;1000000\n";
    let report = import(&till, "list.2026-11.csv", rows, false);
    let rejected = report["rejected"].as_array().unwrap().iter();
    let rejected: Vec<_> =
        rejected.map(|row| (row["line"].as_u64().unwrap(), row["reason"].clone())).collect();
    let expected =
        [(2, "on_hand_unclear"), (3, "on_hand_unclear"), (4, "on_hand_unclear"), (5, "tax_unknown")];
    assert_eq!(rejected, expected.map(|(line, reason)| (line, json!(reason))));
    assert_eq!(report["receivedPacks"], 1_000_000);
}
