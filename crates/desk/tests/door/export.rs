//! Entries as files: what is left out, and where they go. That they sum to the Z is tested across crates.

use serde_json::{Value, json};

use crate::till::{Till, uuid};

/// Saves the entries of a day as JSON, and gives those of one kind.
fn exported(till: &Till, kind: &str) -> Vec<Value> {
    let days = json!({ "kind": "days", "value": { "from": "2026-11-21", "to": "2026-11-21" } });
    let asked = json!({ "what": days, "form": "json", "withNames": false, "folder": till.folder() });
    let begun = till.call("export_book", asked);
    till.wait_for_jobs();
    let folder = std::path::Path::new(begun["folder"].as_str().unwrap());
    let text = std::fs::read_to_string(folder.join("entries.jsonl")).unwrap();
    let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    entries.filter(|entry| entry["kind"] == kind).collect()
}

fn paid_in(amount_minor: i64) -> Value {
    json!({
        "entryId": uuid(45), "kind": "paid_in", "amountMinor": amount_minor, "reason": "found", "note": "as said",
    })
}

#[test]
fn an_entry_that_came_twice_is_saved_once_and_as_it_counts() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.open_session(500);
    other.call("move_cash", paid_in(300));
    till.call("move_cash", paid_in(100));
    till.hears_all_of(&mut other);
    other.hears_all_of(&mut till);
    // Which of the two counts may be another one than the one that came first.
    for till in [&till, &other] {
        till.desk().prepare_history().unwrap();
        till.wait_for_jobs();
    }
    let (here, there) = (exported(&till, "paid_in"), exported(&other, "paid_in"));
    assert_eq!((here.len(), there.len()), (1, 1), "{here:?} {there:?}");
    assert_eq!(here[0]["amount_minor"], there[0]["amount_minor"]);
}

#[test]
fn each_export_has_a_folder_of_its_own_and_the_practice_book_none() {
    let till = Till::ready();
    exported(&till, "sale");
    exported(&till, "sale");
    let names = |name: &str| till.folder().join(name).exists();
    assert!(names("pharmatill-2026-11-21-2026-11-21") && names("pharmatill-2026-11-21-2026-11-21 (2)"));
    assert!(!names("pharmatill-2026-11-21-2026-11-21 (3)"));
    let what = json!({ "kind": "z", "value": "no such Z" });
    let asked = json!({ "what": what, "form": "csv", "withNames": true, "folder": till.folder() });
    assert_eq!(till.refused("export_book", asked.clone()).0, "unknown_z");
    let nowhere =
        json!({ "what": what, "form": "csv", "withNames": true, "folder": till.folder().join("nowhere") });
    assert_eq!(till.refused("export_book", nowhere).0, "folder_missing");
    till.call("set_practice", json!({ "on": true }));
    till.sign_in("Anna");
    assert_eq!(till.refused("export_book", asked).0, "not_in_practice");
}
