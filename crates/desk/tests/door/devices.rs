//! Tills of one branch: an invitation, and what the second till knows at once.

use domain::id::SubjectId;
use replica::sealed::SubjectKey;
use serde_json::json;

use crate::till::{IBUPROFEN, Till, uuid};

#[test]
fn a_till_that_joins_finds_the_catalogue_at_once() {
    let first = Till::ready();
    let invited = first.desk().invite().unwrap();
    let file = first.folder().join("invitation");
    std::fs::write(&file, &invited.file).unwrap();

    let second = Till::another();
    // Asked before there is anything, the index is built and empty.
    assert!(second.desk().build_index().is_err());
    assert_eq!(
        second.refused("join", json!({ "path": file, "code": "AAAA-AAAA-AAAA-AAAA" })).0,
        "invitation_refused"
    );
    let status = second.call("join", json!({ "path": file, "code": invited.code }));
    assert_eq!(status["till"]["tillNo"], 1);
    second.sign_in("Anna");
    let found = second.call("find_products", json!({ "text": "ibuprofen", "limit": 5 }));
    assert_eq!(found["rows"][0]["code"], IBUPROFEN);
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

#[test]
fn the_first_till_of_another_branch_gets_the_organisation_and_nothing_of_this_one() {
    let mut first = Till::ready();
    first.sell(IBUPROFEN);
    let customer = json!({ "customerId": uuid(70), "name": "Pflegeheim Lindenhof" });
    first.call("add_customer", customer);
    let invited = first.desk().invite_to_branch(" Filiale West ").unwrap();
    assert_eq!(invited.till_no, 1);
    // The branch is opened once; its next till has the next number, and this branch's numbers go on by themselves.
    assert_eq!(first.desk().invite_to_branch("Filiale West").unwrap().till_no, 2);
    assert_eq!(first.desk().invite().unwrap().till_no, 1);
    assert_eq!(first.desk().invite_to_branch(" ").map(drop).unwrap_err().code, "name_missing");
    let now = first.call("branch_now", json!({}));
    assert_eq!((&now["tills"].as_array().unwrap().len(), &now["invitedTillNos"]), (&1, &json!([1])));

    let mut other = Till::another();
    let file = first.folder().join("invitation");
    std::fs::write(&file, &invited.file).unwrap();
    let status = other.call("join", json!({ "path": file, "code": invited.code }));
    let till = &status["till"];
    assert_eq!((&till["branchName"], &till["tillNo"]), (&json!("Filiale West"), &json!(1)));
    assert_eq!(till["timeZone"], first.call("status", json!({}))["till"]["timeZone"]);
    other.sign_in("Anna");
    other.open_session(7);
    other.sell(IBUPROFEN);
    let now = other.call("branch_now", json!({}));
    assert_eq!((&now["saleCount"], &now["tills"].as_array().unwrap().len()), (&json!(1), &1));
    // Who is a customer here is nobody's business there: not even the key came.
    assert_eq!(other.call("customers", json!({})), json!([]));
    let keys_of = |till: &mut Till| till.with_ledger(|ledger| ledger.book().keys_after(0, 100).unwrap().0);
    let customer = SubjectId(uuid::Uuid::parse_str(&uuid(70)).unwrap());
    let has = |keys: &[(SubjectId, SubjectKey)]| keys.iter().any(|(subject, _)| *subject == customer);
    assert!(has(&keys_of(&mut first)) && !has(&keys_of(&mut other)));

    first.sign_in("Ben");
    let refused = first.desk().invite_to_branch("Filiale Ost").map(drop).unwrap_err();
    assert_eq!(refused.code, "not_allowed");
}
