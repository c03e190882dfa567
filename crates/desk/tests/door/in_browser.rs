//! What somebody decides in a browser at the server, as it comes to the till that asked.

use desk::Changed;
use domain::entry::{ApprovalDecided, Entry};
use domain::id::{DeviceId, EntryId, StaffId};
use replica::sync::Decision;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::roles::two_tills;
use crate::till::{AMOXICILLIN, Till, cash, uuid};

const SERVER: DeviceId = DeviceId(Uuid::from_u128(0x5e));

fn entry(no: u64) -> EntryId {
    EntryId::parse(&uuid(no)).unwrap()
}

fn person(till: &Till, name: &str) -> StaffId {
    let staff = till.call("staff", json!({}));
    let person = staff.as_array().unwrap().iter().find(|person| person["name"] == name).unwrap();
    StaffId::parse(person["staffId"].as_str().unwrap()).unwrap()
}

fn decision(no: u64, asked: u64, staff: StaffId, is_given: bool) -> Decision {
    Decision { entry_id: entry(no), asked: entry(asked), staff, is_given }
}

/// The code of why it is not written; empty where it is.
fn decides(till: &Till, decision: Decision) -> String {
    till.desk().decided_in_browser(&decision, SERVER).err().map(|fault| fault.code).unwrap_or_default()
}

fn state(till: &Till, no: u64) -> Value {
    till.call("approval_state", json!({ "entryId": uuid(no) }))
}

fn ask(till: &Till, no: u64, permission: &str, extent: i64) {
    till.call("ask_approval", json!({ "entryId": uuid(no), "permission": permission, "extent": extent }));
}

fn stored(till: &mut Till, no: u64) -> Option<ApprovalDecided> {
    let stored = till.with_ledger(|ledger| ledger.book().entry(entry(no)).unwrap());
    stored.map(|stored| match stored.entry {
        Entry::ApprovalDecided(decided) => decided,
        other => panic!("{other:?}"),
    })
}

#[test]
fn what_is_allowed_in_a_browser_the_till_that_asked_writes_and_goes_on() {
    let (_, mut till) = two_tills();
    let anna = person(&till, "Anna");
    till.scan(AMOXICILLIN);
    ask(&till, 80, "confirm_rx", 0);
    let changes = till.desk().subscribe();
    assert_eq!(decides(&till, decision(81, 80, anna, true)), "");
    assert!(changes.try_iter().any(|changed| changed == Changed::Book));
    // It came again, or another one did.
    assert_eq!(decides(&till, decision(81, 80, anna, true)), "approval_decided");
    assert_eq!(decides(&till, decision(82, 80, anna, false)), "approval_decided");
    assert_eq!(state(&till, 80), json!({ "state": "given", "person": "Anna" }));
    till.call("confirm_rx", json!({ "lineNo": 1 }));
    let sale = till.pay(json!([cash(850)]))["saleId"].as_str().unwrap().to_owned();
    let decided = stored(&mut till, 81).unwrap();
    assert_eq!((decided.common.actor, decided.by_server), (anna, Some(SERVER)));
    assert_eq!((decided.asked, decided.is_given, decided.until_ms), (Some(entry(80)), true, None));
    assert!(decided.common.till.is_some() && decided.common.cash_session.is_some());
    assert_eq!(stored(&mut till, 82), None);
    let sale =
        till.with_ledger(|ledger| ledger.book().entry(EntryId::parse(&sale).unwrap()).unwrap().unwrap());
    assert_eq!(sale.entry.common().approver, Some(anna));
    till.sign_in("Anna");
    assert_eq!(till.call("branch_now", json!({}))["toSettle"], json!([]));
}

#[test]
fn what_is_refused_in_a_browser_stays_refused() {
    let (_, till) = two_tills();
    ask(&till, 80, "no_sale", 0);
    let anna = person(&till, "Anna");
    assert_eq!(decides(&till, decision(81, 80, anna, false)), "");
    assert_eq!(decides(&till, decision(82, 80, anna, true)), "approval_decided");
    assert_eq!(state(&till, 80), json!({ "state": "refused", "person": "Anna" }));
}

#[test]
fn it_holds_for_as_long_as_the_branch_says_by_the_clock_of_the_till() {
    let (_, mut till) = two_tills();
    till.sign_in("Anna");
    let mut settings = till.call("settings", json!({}));
    settings["approvalMin"] = json!(10);
    till.call("save_settings", settings);
    till.sign_in("Ben");
    ask(&till, 80, "no_sale", 0);
    let (anna, now_ms) = (person(&till, "Anna"), till.call("status", json!({}))["nowMs"].as_i64().unwrap());
    assert_eq!(decides(&till, decision(81, 80, anna, true)), "");
    assert_eq!(stored(&mut till, 81).unwrap().until_ms, Some(now_ms + 10 * 60_000));
}

#[test]
fn the_till_writes_nothing_that_its_own_book_does_not_allow() {
    let (mut first, till) = two_tills();
    let mut till = till;
    first.sign_in("Anna");
    for (name, role) in [("Paul", "pharmacist"), ("Aron", "auditor"), ("Mara", "manager"), ("Lea", "manager")]
    {
        first.add_person(name, role);
    }
    first.sign_in("Anna");
    let [anna, ben, paul, aron, mara, lea] =
        ["Anna", "Ben", "Paul", "Aron", "Mara", "Lea"].map(|name| person(&first, name));
    first.call("leave", json!({ "staffId": lea.to_string() }));
    till.hears_live(&mut first);
    ask(&till, 80, "discount", 2_500);
    // Ben asked; Paul and Aron may not, nor is Paul let in at a server; Lea has left; one is unknown.
    let stranger = StaffId(Uuid::from_u128(77));
    for (staff, code) in [
        (ben, "approver_same"),
        (paul, "not_allowed"),
        (aron, "not_allowed"),
        (lea, "not_allowed"),
        (stranger, "not_allowed"),
    ] {
        for is_given in [true, false] {
            assert_eq!(decides(&till, decision(81, 80, staff, is_given)), code);
        }
    }
    // What a pharmacist may allow at a till is not allowed by one who cannot be in at a server.
    ask(&till, 83, "no_sale", 0);
    assert_eq!(decides(&till, decision(84, 83, paul, true)), "not_allowed");
    assert_eq!(decides(&till, decision(81, 90, anna, true)), "approval_unknown");
    // The id of something else.
    assert_eq!(decides(&till, decision(83, 80, anna, true)), "approval_decided");
    // What another till asked is written there.
    first.hears_live(&mut till);
    assert_eq!(decides(&first, decision(81, 80, anna, true)), "approval_unknown");
    till.sign_in("Ben");
    till.pass_minutes(15);
    assert_eq!(state(&till, 80)["state"], "waits");
    assert_eq!(decides(&till, decision(81, 80, mara, true)), "");
    till.pass_minutes(1);
    assert_eq!(decides(&till, decision(84, 83, mara, true)), "approval_decided");
    assert_eq!(stored(&mut till, 84), None);
}

#[test]
fn who_practises_meanwhile_finds_the_answer_in_the_book_of_the_pharmacy() {
    let (_, till) = two_tills();
    ask(&till, 80, "no_sale", 0);
    let anna = person(&till, "Anna");
    till.call("set_practice", json!({ "on": true }));
    assert_eq!(decides(&till, decision(81, 80, anna, true)), "");
    till.call("set_practice", json!({ "on": false }));
    assert_eq!(state(&till, 80), json!({ "state": "given", "person": "Anna" }));
}
