//! What the book noticed and nothing explains later is settled by a manager's word.

use serde_json::{Value, json};

use crate::every::{refunded_apart, take_one_back};
use crate::till::{IBUPROFEN, Till, uuid};

/// Kind and key of what is to be settled and can only be told.
fn open(till: &Till) -> Vec<(Value, Value)> {
    let now = till.call("branch_now", json!({}));
    assert_eq!(now["toSettleCount"], now["toSettle"].as_array().unwrap().len());
    let rows = now["toSettle"].as_array().unwrap().iter();
    rows.filter(|row| row["isToBeTold"] == true)
        .map(|row| (row["kind"].clone(), row["key"].clone()))
        .collect()
}

fn settle(no: u64, key: &Value, how: &str) -> Value {
    json!({ "entryId": uuid(no), "key": key, "how": how })
}

#[test]
fn what_a_manager_has_settled_leaves_the_list_on_every_till_and_may_come_back() {
    let (mut till, mut other, _) = refunded_apart();
    let [(kind, key)] = &open(&till)[..] else { panic!("{:?}", open(&till)) };
    assert_eq!(kind, "refunded_twice");
    assert_eq!(till.refused("settle_exception", settle(60, key, "whim")).0, "bad_arguments");

    let settled = till.call("settle_exception", settle(61, key, "put_right"));
    assert_eq!((&settled[0]["key"], &settled[0]["kind"]), (key, kind));
    assert_eq!(
        (&settled[0]["settled"]["how"], &settled[0]["settled"]["person"]),
        (&json!("put_right"), &json!("Anna"))
    );
    assert_eq!(open(&till), []);
    // Asked again, and said otherwise by somebody who came too late: it stays as it is.
    till.call("settle_exception", settle(61, key, "put_right"));
    till.call("settle_exception", settle(62, key, "in_order"));
    assert_eq!(till.call("settled_exceptions", json!({}))[0]["settled"]["how"], "put_right");

    other.hears_all_of(&mut till);
    assert_eq!((open(&other), &other.call("settled_exceptions", json!({}))[0]["key"]), (vec![], key));
    other.pass_minutes(1);
    assert_eq!(other.call("settle_exception", settle(63, key, "reopened")), json!([]));
    till.hears_all_of(&mut other);
    assert_eq!(open(&till), [(kind.clone(), key.clone())]);
}

#[test]
fn what_goes_further_after_it_was_settled_is_to_be_settled_again() {
    let (mut till, mut other, sale) = refunded_apart();
    let [(kind, key)] = &open(&till)[..] else { panic!("{:?}", open(&till)) };
    till.call("settle_exception", settle(61, key, "not_explained"));
    assert_eq!(open(&till), []);
    take_one_back(&other, &sale);
    till.hears_all_of(&mut other);
    let [(again, further)] = &open(&till)[..] else { panic!("{:?}", open(&till)) };
    assert_eq!(again, kind);
    assert_ne!(further, key);
    // What was said of it before is not said of it now.
    till.call("settle_exception", settle(62, key, "in_order"));
    assert_eq!(open(&till).len(), 1);
    till.call("settle_exception", settle(63, further, "in_order"));
    assert_eq!(open(&till), []);
}

#[test]
fn an_assistant_settles_nothing() {
    let (till, _, _) = refunded_apart();
    let (_, key) = open(&till)[0].clone();
    till.add_person("Clara", "assistant");
    till.sign_in("Clara");
    assert_eq!(till.refused("settle_exception", settle(66, &key, "in_order")).0, "not_allowed");
}

#[test]
fn what_a_till_wrote_after_it_was_cut_off_counts_all_together_once_a_manager_accepts_it() {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.open_session(7);
    other.sell(IBUPROFEN);
    till.hears_all_of(&mut other);
    let no = other.call("status", json!({}))["till"]["tillNo"].clone();
    till.call("revoke_till", json!({ "tillNo": no }));
    other.sell(IBUPROFEN);
    other.sell(IBUPROFEN);
    till.hears_all_of(&mut other);
    till.wait_for_jobs();
    let sales = |till: &Till| till.call("branch_now", json!({}))["saleCount"].clone();
    let listed = open(&till);
    assert!(listed.len() == 2 && listed.iter().all(|(kind, _)| kind == "after_revocation"), "{listed:?}");
    assert_eq!(sales(&till), 1);
    till.call("settle_exception", settle(61, &listed[0].1, "accepted"));
    till.wait_for_jobs();
    assert_eq!((open(&till), sales(&till)), (vec![], json!(3)));
    till.call("settle_exception", settle(62, &listed[1].1, "reopened"));
    till.wait_for_jobs();
    assert_eq!((open(&till).len(), sales(&till)), (2, json!(1)));
}

#[test]
fn only_what_a_till_wrote_after_it_was_cut_off_can_be_accepted() {
    let (till, ..) = refunded_apart();
    let (_, key) = open(&till)[0].clone();
    assert_eq!(till.refused("settle_exception", settle(61, &key, "accepted")).0, "bad_arguments");
}
