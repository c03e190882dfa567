//! The receipt printer at the desk: how it is set up, and what stands in its queue.

use serde_json::{Value, json};

use crate::every::printer;
use crate::till::{IBUPROFEN, Till, uuid};

fn set(till: &Till, printer: Value) -> Value {
    till.call("set_printer", json!({ "which": "receipts", "printer": printer }))["receipts"].clone()
}

fn view(till: &Till) -> Value {
    till.call("printers", json!({}))["receipts"].clone()
}

/// The receipt of a sale, to be printed.
fn receipt(print: u64, sale: &Value) -> Value {
    json!({ "printId": uuid(print), "paper": { "what": "receipt", "of": sale }, "which": "receipts", "count": 1 })
}

/// What each paper that waits is, and the how manieth copy.
fn waiting(till: &Till) -> Vec<(Value, Value)> {
    let view = view(till);
    let queue = view["queue"].as_array().unwrap();
    queue.iter().map(|row| (row["no"].clone(), row["copyNo"].clone())).collect()
}

#[test]
fn a_printer_that_cannot_be_is_refused() {
    let till = Till::ready();
    till.sign_in("Anna");
    for (what, value) in [
        ("address", json!("")),
        ("address", json!("a b")),
        ("address", json!("x".repeat(201))),
        ("address", json!("queue:")),
        ("address", json!("queue:-o")),
        ("baud", json!(1_200)),
        ("columns", json!(40)),
        ("codePage", json!("pc437")),
        ("drawerPin", json!(3)),
    ] {
        let mut wrong = printer("192.168.1.40");
        wrong[what] = value;
        assert_eq!(
            till.refused("set_printer", json!({ "which": "receipts", "printer": wrong })).0,
            "bad_arguments",
            "{what}"
        );
    }
    let mut right = printer("printer.local:9101");
    right["printsLogo"] = json!(false);
    assert_eq!(set(&till, right.clone())["printer"], right);
    // One that says nothing of logos prints them.
    assert_eq!(set(&till, printer("printer.local:9101"))["printer"]["printsLogo"], true);
    assert_eq!(set(&till, Value::Null)["printer"], Value::Null);
    assert_eq!(till.refused("print", receipt(70, &json!(uuid(1)))).0, "printer_missing");
}

#[test]
fn a_sale_puts_its_receipt_into_the_queue_in_its_own_commit() {
    let mut till = Till::ready();
    // Without a printer nothing waits for one.
    till.sell(IBUPROFEN);
    till.sign_in("Anna");
    set(&till, printer("192.168.1.40"));
    assert_eq!(waiting(&till), []);
    till.sign_in("Ben");
    till.sell(IBUPROFEN);
    till.sell(IBUPROFEN);
    let queue = waiting(&till);
    let is_first = |row: &(Value, Value)| row.0.as_str().unwrap().ends_with("-000002") && row.1 == 0;
    assert!(queue.len() == 2 && is_first(&queue[0]), "{queue:?}");
    till.restart();
    assert_eq!(waiting(&till), queue);
    // The same sale asked for once more is no second paper.
    let sale = view(&till)["queue"][0]["printId"].clone();
    till.sign_in("Ben");
    let again = json!({ "saleId": sale, "tenders": [], "seenTotalMinor": 495 });
    till.call("complete_sale", again);
    assert_eq!(waiting(&till), queue);
    // Taken away, the printer leaves nothing behind that would come out of the next one.
    till.sign_in("Anna");
    set(&till, Value::Null);
    set(&till, printer("192.168.1.41"));
    assert_eq!(waiting(&till), []);
}

#[test]
fn a_paper_asked_for_twice_is_one_also_once_it_is_printed() {
    let till = Till::ready();
    let sale = till.sell(IBUPROFEN);
    till.sign_in("Anna");
    set(&till, printer("192.168.1.40"));
    till.sign_in("Ben");
    let print = |no: u64, sale: &Value| till.call("print", receipt(no, sale));
    let copies = |till: &Till| waiting(till).into_iter().map(|(_, copy_no)| copy_no).collect::<Vec<_>>();
    let ended = |till: &Till| {
        let print = view(till)["queue"][0]["printId"].clone();
        till.call("settle_print", json!({ "printId": print, "which": "receipts", "how": "printed" }));
    };
    for (no, expected) in [(70, vec![0]), (70, vec![0]), (71, vec![0, 1]), (71, vec![0, 1])] {
        print(no, &sale["saleId"]);
        assert_eq!(copies(&till), expected, "{no}");
    }
    ended(&till);
    ended(&till);
    for no in [70, 71] {
        print(no, &sale["saleId"]);
        assert!(copies(&till).is_empty(), "{no}");
    }
    print(72, &sale["saleId"]);
    assert_eq!(copies(&till), [2]);
    assert_eq!(till.refused("print", receipt(73, &json!(uuid(999)))).0, "unknown_sale");
    assert_eq!(
        till.refused("settle_print", json!({ "printId": uuid(72), "which": "receipts", "how": "burnt" })).0,
        "bad_arguments"
    );
}

#[test]
fn practice_goes_to_no_printer() {
    let till = Till::ready();
    till.sign_in("Anna");
    set(&till, printer("192.168.1.40"));
    till.call("set_practice", json!({ "on": true }));
    assert_eq!(view(&till)["printer"], Value::Null);
}
