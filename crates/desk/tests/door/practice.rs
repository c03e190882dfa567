//! Practice mode: the same people, a book of its own, PRACTICE on every paper.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, Till, text, uuid};

#[test]
fn practice_leaves_the_book_alone() {
    let mut till = Till::ready();
    till.sell(IBUPROFEN);
    let status = till.call("set_practice", json!({ "on": true }));
    assert_eq!((&status["practice"], &status["session"]), (&json!(true), &json!(null)));
    assert_eq!(status["person"]["name"], "Anna");
    till.open_session(5);
    let done = till.sell(IBUPROFEN);
    let paper = text(&done["receipt"]);
    let rules = paper.lines().filter(|line| line.contains("---")).count();
    assert!(rules > 3 && paper.matches(" ÜBUNG ").count() == rules, "{paper}");
    assert!(done["receiptNo"].as_str().unwrap().ends_with("-000001"));

    till.call("set_practice", json!({ "on": false }));
    assert_eq!(till.call("x_report", json!({}))["saleCount"], 1);
    till.call("add_staff", json!({ "staffId": till.new_id(), "name": "Clara", "role": "technician" }));
    till.call("set_practice", json!({ "on": true }));
    assert_eq!(till.call("staff", json!({})).as_array().unwrap().len(), 3);
    till.restart();
    assert_eq!(till.call("status", json!({}))["practice"], false);
}

#[test]
fn who_works_here_is_not_said_in_the_practice_book() {
    let till = Till::ready();
    let ben = till.call("staff", json!({}))[1]["staffId"].clone();
    till.call("set_practice", json!({ "on": true }));
    let refused =
        |name: &str, args: Value| assert_eq!(till.refused(name, args).0, "not_in_practice", "{name}");
    refused("add_staff", json!({ "staffId": uuid(90), "name": "Cleo", "role": "assistant", "secret": null }));
    refused("give_role", json!({ "staffId": ben, "role": "technician" }));
    refused("leave", json!({ "staffId": ben }));
    refused("give_secret", json!({ "staffId": ben, "secret": "482913" }));
}
