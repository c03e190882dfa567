//! Founding, signing in, selling for cash with change, splitting, retrying.

use serde_json::json;

use crate::till::{IBUPROFEN, NASAL_SPRAY, Till, card, cash, text, uuid};

#[test]
fn a_till_is_founded_and_somebody_signs_in() {
    let till = Till::bare();
    assert_eq!(till.call("status", json!({}))["stage"], "setup");
    let options = till.call("setup_options", json!({}));
    assert!(options["countries"].as_array().unwrap().iter().any(|country| country["country"] == "DE"));

    let till = Till::founded("DE");
    let status = till.call("status", json!({}));
    assert_eq!(
        (&status["stage"], &status["till"]["branchName"]),
        (&json!("sign_in"), &json!("Apotheke am Markt"))
    );
    assert_eq!(status["till"]["letterhead"], json!(["Marktplatz 1", "12345 Ort"]));
    assert_eq!(status["businessDate"], "2026-11-21");
    till.sign_in("Ben");
    let status = till.call("status", json!({}));
    assert_eq!((&status["stage"], &status["person"]["name"]), (&json!("ready"), &json!("Ben")));
    assert_eq!(till.call("sign_out", json!({}))["stage"], "sign_in");
}

#[test]
fn a_sale_gives_change_and_prints() {
    let till = Till::ready();
    let basket = till.scan(IBUPROFEN);
    let basket_again = till.scan(IBUPROFEN);
    assert_eq!((&basket["totalMinor"], &basket_again["totalMinor"]), (&json!(495), &json!(990)));
    assert_eq!(basket_again["lines"].as_array().unwrap().len(), 1);
    till.scan(NASAL_SPRAY);

    let quote = till.call("quote_tenders", json!({ "tenders": [cash(2_000)] }));
    assert_eq!((&quote["changeDueMinor"], &quote["isEnough"]), (&json!(677), &json!(true)));
    let done = till.pay(json!([cash(2_000)]));
    assert_eq!((&done["totalMinor"], &done["changeDueMinor"]), (&json!(1_323), &json!(677)));
    assert!(done["receiptNo"].as_str().unwrap().starts_with("B01-T2-"), "{}", done["receiptNo"]);
    assert!(done["receiptNo"].as_str().unwrap().ends_with("-000001"));
    assert!(done["basket"]["lines"].as_array().unwrap().is_empty());
    assert_ne!(done["basket"]["saleId"], done["saleId"]);

    let paper = text(&done["receipt"]);
    assert!(paper.lines().all(|line| line.chars().count() <= 42), "{paper}");
    let no = done["receiptNo"].as_str().unwrap();
    let serial = paper.lines().skip_while(|line| *line != "Seriennr. der Kasse").nth(1).unwrap().trim();
    assert!(uuid::Uuid::parse_str(serial).is_ok(), "{serial}");
    assert_eq!(
        paper,
        format!(
            "            Apotheke am Markt
               Marktplatz 1
                12345 Ort
------------------------------------------
Bon {no}
Kasse 2                   21.11.2026 08:00
Beginn                    21.11.2026 08:00
Es bediente Anna
------------------------------------------
Ibuprofen 400 mg film-coated tablets
  2 x 4,95                          9,90 A
Nasal spray 10 ml
  1 x 3,33                          3,33 B
------------------------------------------
SUMME EUR                            13,23
Bar                                  20,00
Rückgeld                              6,77
------------------------------------------
MwSt             Netto    Steuer    Brutto
A 19 %            8,32      1,58      9,90
B 7 %             3,11      0,22      3,33
------------------------------------------
Seriennr. der Kasse
  {serial}
Keine TSE eingerichtet
------------------------------------------
      Vielen Dank für Ihren Einkauf
"
        )
    );
}

#[test]
fn a_retry_is_the_same_sale() {
    let till = Till::ready();
    let basket = till.scan(IBUPROFEN);
    let command = json!({ "saleId": basket["saleId"], "tenders": [cash(500)], "seenTotalMinor": 495 });
    let first = till.call("complete_sale", command.clone());
    till.pass_minutes(5);
    till.scan(NASAL_SPRAY);
    let second = till.call("complete_sale", command);
    assert_eq!(first["receipt"], second["receipt"]);
    assert_eq!(first["receiptNo"], second["receiptNo"]);
    assert_eq!(second["basket"]["totalMinor"], 333);
    assert_eq!(till.call("x_report", json!({}))["saleCount"], 1);
}

#[test]
fn a_tender_is_split_and_its_reference_is_found_again() {
    let till = Till::ready();
    till.scan(IBUPROFEN);
    let done = till.pay(json!([card(400), cash(100)]));
    assert_eq!(done["changeDueMinor"], 5);
    let sale = till.call("sale", json!({ "saleId": done["saleId"] }));
    assert_eq!(sale["tenders"][0]["reference"], "T-4711");
    assert_eq!(sale["tenders"][1]["amountMinor"], 95);
    assert_eq!(sale["tenders"][1]["tenderedMinor"], 100);
    assert_eq!(sale["row"]["tenders"], json!(["card", "cash"]));
}

#[test]
fn cash_is_rounded_where_the_country_rounds() {
    let till = Till::ready_in("FI");
    till.call(
        "add_unknown",
        json!({ "code": null, "name": "Bandage", "unitPriceMinor": 498, "taxCode": "standard", "quantity": 1 }),
    );
    let quote = till.call("quote_tenders", json!({ "tenders": [] }));
    assert_eq!((&quote["remainingMinor"], &quote["remainingCashMinor"]), (&json!(498), &json!(500)));
    let done = till.pay(json!([cash(500)]));
    assert_eq!((&done["totalMinor"], &done["changeDueMinor"]), (&json!(498), &json!(0)));
    assert!(
        text(&done["receipt"]).contains("Rounding                              0.02"),
        "{}",
        done["receipt"]
    );
    assert_eq!(till.call("x_report", json!({}))["roundingMinor"], 2);
}

#[test]
fn what_the_catalogue_does_not_know_is_sold_by_hand() {
    let till = Till::ready();
    let scanned = till.call("scan", json!({ "code": "4006381333931" }));
    assert_eq!(scanned, json!({ "kind": "unknown", "value": { "code": "04006381333931" } }));
    let basket = till.call(
        "add_unknown",
        json!({
            "code": "4006381333931", "name": "Pencil", "unitPriceMinor": 199, "taxCode": "standard", "quantity": 2
        }),
    );
    assert_eq!(basket["lines"][0]["productId"], crate::till::product_id("04006381333931"));
    assert_eq!(basket["lines"][0]["isUnknown"], true);
    let done = till.pay(json!([cash(400)]));
    assert!(text(&done["receipt"]).contains("Pencil"));
    let rows = till.call("sales", json!({ "limit": 10 }));
    assert_eq!(rows[0]["firstName"], "Pencil");
}

#[test]
fn sales_are_found_by_number_amount_person_and_barcode() {
    let till = Till::ready();
    let first = till.sell(IBUPROFEN);
    till.pass_minutes(1);
    let second = till.sell(NASAL_SPRAY);
    let found = |query| -> Vec<String> {
        let rows = till.call("sales", query);
        rows.as_array().unwrap().iter().map(|row| row["saleId"].as_str().unwrap().to_owned()).collect()
    };
    let (one, two) = (first["saleId"].as_str().unwrap(), second["saleId"].as_str().unwrap());
    assert_eq!(found(json!({ "limit": 10 })), [two, one]);
    assert_eq!(found(json!({ "limit": 10, "after": two })), [one]);
    assert_eq!(found(json!({ "limit": 10, "receiptNo": "1" })), [one]);
    assert_eq!(found(json!({ "limit": 10, "receiptNo": second["receiptNo"] })), [two]);
    assert_eq!(found(json!({ "limit": 10, "amountMinor": 495 })), [one]);
    assert_eq!(found(json!({ "limit": 10, "productId": crate::till::product_id(NASAL_SPRAY) })), [two]);
    assert!(found(json!({ "limit": 10, "from": "2026-11-22" })).is_empty());
    assert!(found(json!({ "limit": 10, "receiptNo": "no such number" })).is_empty());
    let scanned = till.call("scan", json!({ "code": first["receipt"]["barcode"] }));
    assert_eq!(scanned, json!({ "kind": "receipt", "value": { "saleId": one } }));
}

#[test]
fn a_sale_on_account_is_owed_until_it_is_settled() {
    let till = Till::ready();
    let customer = till.call("add_customer", json!({ "customerId": uuid(50), "name": "Frau Kern" }));
    let on_account = json!([{
        "kind": "on_account", "amountMinor": 495, "reference": null, "customerId": customer["customerId"]
    }]);
    till.scan(IBUPROFEN);
    let done = till.pay(on_account);
    let sale = till.call("sale", json!({ "saleId": done["saleId"] }));
    assert_eq!(sale["tenders"][0]["customer"], "Frau Kern");
    assert_eq!(till.call("customers", json!({}))[0]["owesMinor"], 495);

    let command = json!({
        "entryId": uuid(50), "customerId": customer["customerId"], "kind": "cash", "amountMinor": 300
    });
    till.sign_in("Anna");
    let printer = json!({
        "address": "192.168.1.40", "columns": 42, "codePage": "pc858", "cuts": true, "drawerPin": 2, "printsReceipts": true,
    });
    till.call("set_printer", json!({ "which": "receipts", "printer": printer }));
    let opens_drawer = || till.desk().takes_drawer_opening().unwrap().is_some();
    let slip = till.call("settle_account", command.clone());
    assert!(text(&slip).contains("Noch offen                            1,95"), "{slip}");
    // The cash has to go somewhere; asked twice, the drawer opens once.
    assert!(opens_drawer());
    till.call("settle_account", command);
    assert!(!opens_drawer());
    let customers = till.call("customers", json!({}));
    assert_eq!(customers[0]["owesMinor"], 195);
    let (code, detail) = till.refused(
        "settle_account",
        json!({ "entryId": uuid(51), "customerId": customer["customerId"], "kind": "cash", "amountMinor": 196 }),
    );
    assert_eq!((code.as_str(), detail), ("over_settled", json!({ "owes_minor": 195 })));
}

#[test]
fn listeners_hear_what_changed() {
    let till = Till::ready();
    let heard = till.desk().subscribe();
    till.scan(IBUPROFEN);
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [desk::Changed::Basket]);
}
