//! Tills of one branch: an invitation, and what the second till knows at once.

use serde_json::json;

use crate::till::{IBUPROFEN, Till};

#[test]
fn a_till_that_joins_finds_the_catalogue_at_once() {
    let first = Till::ready();
    let invited = first.desk().invite().unwrap();
    let file = first.folder().join("invitation");
    std::fs::write(&file, &invited.file).unwrap();

    let second = Till::another();
    let find = || second.desk().call("find_products", json!({ "text": "ibuprofen", "limit": 5 }));
    // Asked before there is anything, the index is built and empty.
    assert!(find().is_err());
    assert_eq!(
        second.refused("join", json!({ "path": file, "code": "AAAA-AAAA-AAAA-AAAA" })).0,
        "invitation_refused"
    );
    let status = second.call("join", json!({ "path": file, "code": invited.code }));
    assert_eq!(status["till"]["tillNo"], 1);
    let found = find().unwrap();
    assert_eq!(found["rows"][0]["code"], IBUPROFEN);
    second.sign_in("Anna");
    second.open_session(7);
    let done = second.sell(IBUPROFEN);
    assert!(done["receiptNo"].as_str().unwrap().starts_with("B01-T1-"), "{done}");
}

#[test]
fn a_till_that_is_cut_off_is_named_by_its_number() {
    let first = Till::ready();
    let second = first.joined_by_another();
    let own = first.call("status", json!({}))["till"]["tillNo"].clone();
    assert_eq!(first.refused("revoke_till", json!({ "tillNo": own })).0, "not_allowed");
    // The other one joined, and nothing of it has come here yet.
    let other = second.call("status", json!({}))["till"]["tillNo"].clone();
    assert_ne!(own, other);
    assert_eq!(first.refused("revoke_till", json!({ "tillNo": other })).0, "till_unknown");
    first.sign_in("Ben");
    assert_eq!(first.refused("revoke_till", json!({ "tillNo": other })).0, "not_allowed");
    let at_server = json!({ "address": "http://127.0.0.1:1", "code": "ABCD-EFGH-JKLM" });
    assert_eq!(first.refused("connect_server", at_server).0, "not_allowed");
}
