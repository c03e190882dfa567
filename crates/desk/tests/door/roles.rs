//! Who may do what: every command by every role, compared with the table; approvals; people who change and leave.

use desk::api::setup::SignIn;
use domain::entry::{Entry, Role};
use domain::permission::{Permission, Verdict};
use serde_json::{Value, json};

use crate::every::{Command, EVERY};
use crate::till::{AMOXICILLIN, IBUPROFEN, OWNER_PIN, PIN, Till, card, cash, uuid};

/// What the arguments in [`EVERY`] ask for, where that is more than the command's own permission, or goes further.
fn asked(name: &str) -> Option<(Permission, i64)> {
    Some(match name {
        "set_discount" => (Permission::Discount, 1_000),
        "override_price" => (Permission::OverridePrice, 909),
        "add_unknown" => (Permission::SellUnknown, 549),
        "start_refund" => (Permission::Refund, 495),
        "unlinked_refund" => (Permission::RefundUnlinked, 495),
        "move_cash" => (Permission::PaidOut, 350),
        // They were sent to the safe.
        "accept_cash" | "refuse_cash" => (Permission::Safe, 0),
        _ => return None,
    })
}

/// A person of each role but the owner, who is there already.
const PEOPLE: [(&str, Role); 5] = [
    ("Ben", Role::Assistant),
    ("Tilda", Role::Technician),
    ("Paul", Role::Pharmacist),
    ("Mara", Role::Manager),
    ("Aron", Role::Auditor),
];

fn scene(command: &Command) -> (Till, Value) {
    let till = (command.scene)();
    let is_founded = till.desk().call("staff", json!({})).is_ok();
    if is_founded {
        for (name, role) in PEOPLE.into_iter().filter(|(name, _)| *name != "Ben") {
            till.add_person(name, role.code());
        }
    }
    let args = (command.args)(&till);
    (till, args)
}

fn code(till: &Till, command: &Command, args: &Value) -> String {
    till.desk().call(command.name, args.clone()).err().map(|fault| fault.code).unwrap_or_default()
}

#[test]
fn every_command_is_refused_to_whom_the_table_refuses_it_and_to_nobody_else() {
    let gates = ["nobody_signed_in", "not_allowed", "approval_needed"];
    let mut checked = 0;
    for (command, (name, permission)) in EVERY.iter().zip(desk::COMMANDS) {
        assert_eq!(command.name, *name);
        let (mut till, mut args) = scene(command);
        let Some(permission) = permission else {
            let _ = till.desk().call("sign_out", json!({}));
            let answer = code(&till, command, &args);
            assert!(!gates.contains(&answer.as_str()), "{name} by nobody: {answer}");
            continue;
        };
        till.call("sign_out", json!({}));
        assert_eq!(code(&till, command, &args), "nobody_signed_in", "{name}");
        let people = PEOPLE.into_iter().chain([("Anna", Role::Owner)]);
        for (person, role) in people {
            till.sign_in(person);
            let answer = code(&till, command, &args);
            let (needed, extent) = asked(name).unwrap_or((*permission, 0));
            let expected = match (permission.verdict(role, 0), needed.verdict(role, extent)) {
                (Verdict::Refused, _) | (_, Verdict::Refused) => Some("not_allowed"),
                (_, Verdict::NeedsApproval) => Some("approval_needed"),
                _ => None,
            };
            match expected {
                Some(expected) => assert_eq!(answer, expected, "{name} by {role:?}"),
                // Rights over people go further than the table: nobody decides about themselves.
                None => assert!(!gates.contains(&answer.as_str()), "{name} by {role:?}: {answer}"),
            }
            checked += 1;
            if expected.is_none() && command.changes {
                (till, args) = scene(command);
            }
        }
    }
    assert!(checked > 350, "{checked}");
}

/// Approves what was refused, as the person of this name.
fn approve(till: &Till, who: &str, secret: &str, refusal: &Value) -> Result<Value, String> {
    let staff = till.call("staff", json!({}));
    let person = staff.as_array().unwrap().iter().find(|person| person["name"] == who).unwrap();
    let args = json!({
        "entryId": till.new_id(), "staffId": person["staffId"], "secret": secret,
        "permission": refusal["permission"], "extent": refusal["extent"],
    });
    till.desk().call("approve", args).map_err(|fault| fault.code)
}

fn id_of(till: &Till, name: &str) -> Value {
    let staff = till.call("staff", json!({}));
    let person = staff.as_array().unwrap().iter().find(|person| person["name"] == name);
    person.unwrap()["staffId"].clone()
}

/// Makes a badge for the person of this name, and gives what it carries.
fn badge_of(till: &Till, name: &str) -> String {
    let made = till.call("give_badge", json!({ "staffId": id_of(till, name), "secret": OWNER_PIN }));
    made["badge"].as_str().unwrap().to_owned()
}

fn percent(value: i64) -> Value {
    json!({ "lineNo": 1, "discount": { "kind": "percent", "value": value } })
}

fn with_people() -> Till {
    let till = Till::ready();
    till.add_person("Tilda", "technician");
    till.add_person("Paul", "pharmacist");
    till.sign_in("Ben");
    till
}

#[test]
fn an_approval_is_for_one_act_and_stands_in_the_book_with_both_names() {
    let mut till = with_people();
    till.scan(IBUPROFEN);
    let (code, refusal) = till.refused("set_discount", percent(1_500));
    assert_eq!((code.as_str(), &refusal["permission"]), ("approval_needed", &json!("discount")));
    // Paul and Anna may; Tilda may not so much, and Ben is who asks.
    assert_eq!(refusal["approvers"].as_array().unwrap().len(), 2);
    assert_eq!(approve(&till, "Ben", PIN, &refusal), Err("approver_same".to_owned()));
    assert_eq!(approve(&till, "Tilda", PIN, &refusal), Err("not_allowed".to_owned()));
    assert_eq!(approve(&till, "Paul", "739155", &refusal), Err("secret_wrong".to_owned()));
    assert_eq!(till.refused("set_discount", percent(1_500)).0, "approval_needed");

    approve(&till, "Paul", PIN, &refusal).unwrap();
    assert_eq!(till.call("status", json!({}))["person"]["name"], "Ben");
    // Not for more than was asked, and once.
    assert_eq!(till.refused("set_discount", percent(1_600)).0, "approval_needed");
    till.call("set_discount", percent(1_500));
    till.call("set_discount", json!({ "lineNo": 1, "discount": null }));
    assert_eq!(till.refused("set_discount", percent(1_500)).0, "approval_needed");
    approve(&till, "Paul", PIN, &refusal).unwrap();
    till.call("set_discount", percent(1_500));
    // Whoever finishes the sale, the book knows who allowed it.
    let done = till.pay(json!([card(421)]));
    assert_eq!(done["totalMinor"], 421);

    let id = |name: &str| id_of(&till, name).as_str().unwrap().to_owned();
    let (ben, paul) = (id("Ben"), id("Paul"));
    till.sign_in("Anna");
    let acts = till.call("people_report", json!({ "from": "2026-11-21", "to": "2026-11-21" }));
    let people = acts["people"].as_array().unwrap();
    let of = |staff: &str| people.iter().find(|acts| acts["staffId"] == staff).cloned();
    assert_eq!(acts["all"]["discounts"], json!({ "count": 1, "sumMinor": 74 }));
    assert_eq!((&acts["all"]["allowed"], &acts["all"]["voids"]["count"]), (&json!(2), &json!(0)));
    assert_eq!(of(&paul).unwrap()["allowed"], 2);
    assert_eq!(of(&ben).unwrap()["discounts"], json!({ "count": 1, "sumMinor": 74 }));
    let sale = done["saleId"].as_str().unwrap().to_owned();
    till.with_ledger(|ledger| {
        let sale = domain::id::EntryId::parse(&sale).unwrap();
        let stored = ledger.book().entry(sale).unwrap().unwrap();
        let common = stored.entry.common();
        assert_eq!((common.actor.to_string(), common.approver.map(|by| by.to_string())), (ben, Some(paul)));
    });
}

#[test]
fn an_approval_lasts_for_as_long_as_the_branch_says_and_for_another_sale_too() {
    let till = with_people();
    till.sign_in("Anna");
    let mut settings = till.call("settings", json!({}));
    settings["approvalMin"] = json!(10);
    till.call("save_settings", settings);
    till.sign_in("Ben");
    let no_sale = || json!({ "entryId": till.new_id(), "kind": "no_sale", "amountMinor": 0, "reason": "give_change", "note": null });
    let (_, refusal) = till.refused("move_cash", no_sale());
    approve(&till, "Tilda", PIN, &refusal).unwrap();
    till.call("move_cash", no_sale());
    till.pass_minutes(9);
    till.call("move_cash", no_sale());
    // It is Ben's, and ends.
    till.pass_minutes(1);
    assert_eq!(till.refused("move_cash", no_sale()).0, "approval_needed");
}

#[test]
fn what_somebody_who_may_has_done_in_a_basket_is_finished_by_a_colleague() {
    let mut till = with_people();
    till.sign_in("Paul");
    till.scan(AMOXICILLIN);
    till.call("confirm_rx", json!({ "lineNo": 1 }));
    till.call("set_discount", percent(2_000));
    till.sign_in("Ben");
    // Another line is another prescription.
    till.scan(IBUPROFEN);
    assert_eq!(till.refused("confirm_rx", json!({ "lineNo": 2 })).0, "approval_needed");
    till.call("park", json!({ "label": "" }));
    let parked = till.call("parked", json!({}))[0]["saleId"].clone();
    till.call("recall", json!({ "saleId": parked }));
    let sale = till.pay(json!([cash(1_175)]))["saleId"].as_str().unwrap().to_owned();
    till.with_ledger(|ledger| {
        let book = ledger.book();
        let stored = book.entry(domain::id::EntryId::parse(&sale).unwrap()).unwrap().unwrap();
        assert!(matches!(stored.entry, Entry::Sale(_)));
        let by = stored.entry.common().approver.unwrap();
        let person = book.staff().unwrap().into_iter().find(|person| person.staff == by).unwrap();
        assert_eq!(person.name, "Paul");
        // Judged again it is in order.
        assert_eq!(book.exceptions(10).unwrap().1, 0);
    });
}

#[test]
fn refunds_add_up_in_one_basket_before_they_are_allowed() {
    let till = with_people();
    till.sign_in("Anna");
    till.call("add_product", json!({ "productId": crate::till::product_id(IBUPROFEN), "quantity": 20 }));
    let sale = till.pay(json!([cash(9_900)]));
    till.sign_in("Ben");
    let back = |quantity: i64| {
        let line = json!({ "lineNo": 1, "quantity": quantity });
        json!({ "saleId": sale["saleId"], "lines": [line], "reason": "damaged" })
    };
    till.call("start_refund", back(10));
    let (code, refusal) = till.refused("start_refund", back(1));
    assert_eq!((code.as_str(), &refusal["extent"]), ("approval_needed", &json!(5_445)));
    assert_eq!(till.refused("set_quantity", json!({ "lineNo": 1, "quantity": 11 })).0, "approval_needed");
    approve(&till, "Tilda", PIN, &refusal).unwrap();
    till.call("start_refund", back(1));
}

#[test]
fn a_till_that_nobody_touches_is_locked_and_keeps_the_basket() {
    let till = Till::ready();
    till.scan(IBUPROFEN);
    till.pass_minutes_alone(4);
    till.call("stay", json!({}));
    till.pass_minutes_alone(4);
    // Looking is not being there: a screen asks by itself.
    till.call("basket", json!({}));
    till.pass_minutes_alone(1);
    assert_eq!(till.call("status", json!({}))["stage"], "sign_in");
    assert_eq!(till.refused("basket", json!({})).0, "nobody_signed_in");
    till.sign_in("Ben");
    assert_eq!(till.call("basket", json!({}))["lines"].as_array().unwrap().len(), 1);
}

#[test]
fn after_a_restart_nobody_is_on_duty() {
    let mut till = Till::ready();
    till.scan(IBUPROFEN);
    till.call("sign_out", json!({}));
    till.sign_in("Ben");
    till.restart_alone();
    assert_eq!(till.call("status", json!({}))["stage"], "sign_in");
    till.sign_in("Ben");
    assert_eq!(till.call("basket", json!({}))["lines"].as_array().unwrap().len(), 1);
}

fn try_pin(till: &Till, secret: &str) -> (String, i64) {
    let anna = till.call("staff", json!({}))[0]["staffId"].clone();
    let args = json!({ "staffId": anna, "secret": secret, "newSecret": null });
    match till.desk().call("sign_in", args) {
        Ok(_) => (String::new(), 0),
        Err(fault) => (fault.code, fault.detail["wait_ms"].as_i64().unwrap_or_default()),
    }
}

#[test]
fn wrong_pins_make_each_next_try_wait_longer_and_no_restart_or_copy_makes_them_fresh() {
    let mut till = Till::ready();
    till.call("sign_out", json!({}));
    let copied = till.file();
    till.restart_alone();
    let attempts = till.folder().join("till.attempts");
    assert_eq!(try_pin(&till, "1"), ("secret_wrong".to_owned(), 0));
    assert_eq!(try_pin(&till, "2"), ("secret_wrong".to_owned(), 0));
    assert_eq!(try_pin(&till, "3"), ("too_many_tries".to_owned(), 5_000));
    // The right one waits as well.
    assert_eq!(try_pin(&till, OWNER_PIN), ("too_many_tries".to_owned(), 5_000));
    till.pass_minutes_alone(1);
    assert_eq!(try_pin(&till, "4"), ("too_many_tries".to_owned(), 10_000));
    // Neither a restart, nor the ledger as it was before, nor a counter that is gone.
    till.restart_alone();
    assert_eq!(try_pin(&till, OWNER_PIN), ("too_many_tries".to_owned(), 10_000));
    let counted = till.file();
    till.put_back(&copied);
    assert_eq!(try_pin(&till, OWNER_PIN), ("too_many_tries".to_owned(), 10_000));
    till.put_back(&counted);
    std::fs::remove_file(&attempts).unwrap();
    assert_eq!(try_pin(&till, OWNER_PIN), ("too_many_tries".to_owned(), 10_000));
    // Others do not wait for Anna's fingers, and a right PIN ends it.
    till.sign_in("Ben");
    till.pass_minutes_alone(1);
    assert_eq!(try_pin(&till, OWNER_PIN), (String::new(), 0));
    assert_eq!(try_pin(&till, "5"), ("secret_wrong".to_owned(), 0));
}

#[test]
fn a_badge_chooses_a_person_and_allows_but_puts_nobody_on_duty() {
    let mut till = with_people();
    till.sign_in("Anna");
    let (bens, pauls) = (badge_of(&till, "Ben"), badge_of(&till, "Paul"));
    till.restart_alone();
    let read =
        |till: &Till, badge: &str| till.call("read_badge", json!({ "badge": badge }))["staffId"].clone();
    assert_eq!(read(&till, &format!(" {}\r\n", pauls.to_lowercase())), id_of(&till, "Paul"));
    let by_badge = json!({ "staffId": id_of(&till, "Paul"), "secret": pauls, "newSecret": null });
    assert_eq!(till.refused("sign_in", by_badge).0, "secret_wrong");
    till.sign_in("Ben");
    till.scan(IBUPROFEN);
    let (code, refusal) = till.refused("set_discount", percent(1_500));
    assert_eq!(code, "approval_needed");
    // One's own badge, somebody else's in Paul's name, and one that nobody has.
    assert_eq!(approve(&till, "Ben", &bens, &refusal), Err("approver_same".to_owned()));
    assert_eq!(approve(&till, "Paul", &bens, &refusal), Err("badge_unknown".to_owned()));
    let nobodys = "PB000000000000000000000000000000";
    assert_eq!(approve(&till, "Paul", nobodys, &refusal), Err("badge_unknown".to_owned()));
    assert_eq!(till.refused("set_discount", percent(1_500)).0, "approval_needed");
    approve(&till, "Paul", &pauls, &refusal).unwrap();
    till.call("set_discount", percent(1_500));
}

#[test]
fn a_badge_that_was_replaced_or_taken_back_or_of_a_leaver_opens_nothing() {
    let till = with_people();
    till.sign_in("Anna");
    let unknown = |badge: &str| {
        let read = till.desk().call("read_badge", json!({ "badge": badge }));
        read.err().is_some_and(|fault| fault.code == "badge_unknown")
    };
    let first = badge_of(&till, "Ben");
    let second = badge_of(&till, "Ben");
    assert!(unknown(&first) && !unknown(&second));
    let badges = |staff: &Value| {
        let all = staff.as_array().unwrap().iter();
        all.filter(|person| person["hasBadge"] == true)
            .map(|person| person["name"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(badges(&till.call("staff", json!({}))), ["Ben"]);
    assert!(badges(&till.call("take_badge", json!({ "staffId": id_of(&till, "Ben") }))).is_empty());
    assert!(unknown(&second));
    let pauls = badge_of(&till, "Paul");
    till.call("leave", json!({ "staffId": id_of(&till, "Paul") }));
    assert!(unknown(&pauls));
}

#[test]
fn whoever_finds_a_till_signed_in_makes_no_badge_of_that_person() {
    let till = with_people();
    till.sign_in("Anna");
    let own = |secret: Value| json!({ "staffId": id_of(&till, "Anna"), "secret": secret });
    assert_eq!(till.refused("give_badge", own(Value::Null)).0, "secret_wrong");
    assert_eq!(till.refused("give_badge", own(json!(PIN))).0, "secret_wrong");
    till.call("give_badge", own(json!(OWNER_PIN)));
    till.call("take_badge", json!({ "staffId": id_of(&till, "Anna") }));
    till.sign_in("Paul");
    assert_eq!(
        till.refused("give_badge", json!({ "staffId": id_of(&till, "Ben"), "secret": null })).0,
        "not_allowed"
    );
}

#[test]
fn what_opens_something_gets_into_no_basket() {
    let till = Till::ready();
    let badge = badge_of(&till, "Ben");
    assert_eq!(till.refused("scan", json!({ "code": format!("]C0{badge}") })).0, "badge_scanned");
    let unknown = json!({
        "code": badge, "name": "Cough syrup", "unitPriceMinor": 549, "taxCode": "standard", "quantity": 1,
    });
    assert_eq!(till.refused("add_unknown", unknown).0, "badge_scanned");
}

#[test]
fn an_owner_who_forgot_their_pin_gets_another_one_by_the_recovery_passphrase() {
    let till = Till::ready();
    let recover = |name: &str, passphrase: &str, pin: &str| {
        let staff = id_of(&till, name).as_str().unwrap().to_owned();
        till.desk().recover_pin(&staff, passphrase, pin).map_err(|fault| fault.code)
    };
    let refused = |code: &str| Err(code.to_owned());
    let passphrase = "correct horse battery";
    assert_eq!(recover("Anna", passphrase, "58203917"), refused("backup_not_set"));
    till.call("set_backup", json!({ "folder": till.folder(), "recoveryPassphrase": passphrase }));
    assert_eq!(recover("Anna", "correct horse batterie", "58203917"), refused("passphrase_wrong"));
    assert_eq!(recover("Anna", passphrase, "582039"), refused("secret_too_short"));
    // Ben is given one by Anna.
    assert_eq!(recover("Ben", passphrase, "582039"), refused("not_allowed"));
    till.call("sign_out", json!({}));
    (0..4).for_each(|_| drop(try_pin(&till, "1")));
    assert_eq!(recover("Anna", passphrase, "58203917"), Ok(()));
    assert_eq!(try_pin(&till, "58203917"), (String::new(), 0));
    assert_eq!(try_pin(&till, OWNER_PIN).0, "secret_wrong");
}

#[test]
fn a_first_pin_is_replaced_before_anybody_works_with_it() {
    let till = Till::ready();
    let clara = till.new_id();
    let add =
        |secret: &str| json!({ "staffId": clara, "name": "Clara", "role": "manager", "secret": secret });
    assert_eq!(till.refused("add_staff", add("246813")).0, "secret_too_short");
    till.call("add_staff", add("246813-first"));
    let sign_in = |secret: &str, new: Value| {
        let args = json!({ "staffId": clara, "secret": secret, "newSecret": new });
        till.desk().call("sign_in", args).err().map(|fault| fault.code)
    };
    assert_eq!(sign_in("246813-first", Value::Null).as_deref(), Some("secret_to_choose"));
    assert_eq!(till.call("status", json!({}))["person"]["name"], "Anna");
    assert_eq!(sign_in("246813-first", json!("246813-first")).as_deref(), Some("secret_same"));
    assert_eq!(sign_in("246813-first", json!("482913")).as_deref(), Some("secret_too_short"));
    assert_eq!(sign_in("246813-first", json!(OWNER_PIN)), None);
    assert_eq!(sign_in("246813-first", Value::Null).as_deref(), Some("secret_wrong"));
    assert_eq!(sign_in(OWNER_PIN, Value::Null), None);
    // One's own is changed with the one before.
    let change = |secret: &str| json!({ "secret": secret, "newSecret": "four words of mine" });
    assert_eq!(till.refused("change_secret", change("nearly")).0, "secret_wrong");
    till.call("change_secret", change(OWNER_PIN));
    assert_eq!(sign_in("four words of mine", Value::Null), None);
}

#[test]
fn whoever_gets_a_role_that_decides_about_others_chooses_a_longer_pin() {
    let till = Till::ready();
    let ben = till.call("staff", json!({}))[1]["staffId"].clone();
    till.call("give_role", json!({ "staffId": ben, "role": "manager" }));
    let sign_in = |secret: &str, new: Value| {
        let args = json!({ "staffId": ben, "secret": secret, "newSecret": new });
        till.desk().call("sign_in", args).err().map(|fault| fault.code)
    };
    assert_eq!(sign_in(PIN, Value::Null).as_deref(), Some("secret_to_choose"));
    assert_eq!(sign_in(PIN, json!(OWNER_PIN)), None);
}

#[test]
fn nobody_decides_about_themselves_or_about_who_stands_above() {
    let till = Till::ready();
    let anna = till.call("staff", json!({}))[0]["staffId"].clone();
    let mara = till.add_person("Mara", "manager");
    assert_eq!(till.refused("leave", json!({ "staffId": anna })).0, "not_allowed");
    assert_eq!(till.refused("give_role", json!({ "staffId": anna, "role": "assistant" })).0, "not_allowed");
    till.sign_in("Mara");
    for (name, args) in [
        ("leave", json!({ "staffId": anna })),
        ("give_secret", json!({ "staffId": anna, "secret": "a secret of hers" })),
        ("give_role", json!({ "staffId": anna, "role": "assistant" })),
        ("give_role", json!({ "staffId": mara, "role": "owner" })),
        ("add_staff", json!({ "staffId": uuid(90), "name": "O", "role": "owner", "secret": null })),
    ] {
        assert_eq!(till.refused(name, args).0, "not_allowed", "{name}");
    }
}

#[test]
fn a_leaver_and_a_new_role_take_effect_on_the_other_till_at_its_next_contact() {
    let mut first = Till::ready();
    first.add_person("Paul", "pharmacist");
    let mut second = first.joined_by_another();
    second.open_session(70);
    let paul = first.call("staff", json!({}));
    let paul = paul.as_array().unwrap().iter().find(|person| person["name"] == "Paul").unwrap().clone();
    let ben = first.call("staff", json!({}))[1]["staffId"].clone();
    first.call("leave", json!({ "staffId": paul["staffId"] }));
    first.call("give_role", json!({ "staffId": ben, "role": "technician" }));
    first.pass_minutes(5);
    second.pass_minutes(5);

    // Without any contact both work on there as they did: what they sell counts.
    second.sign_in("Paul");
    second.scan(AMOXICILLIN);
    second.call("confirm_rx", json!({ "lineNo": 1 }));
    second.pay(json!([cash(850)]));
    // The news comes while he is on duty: he is out at once, whatever he asks for.
    second.hears_live(&mut first);
    for (command, (name, permission)) in EVERY.iter().zip(desk::COMMANDS) {
        if permission.is_some() {
            let args = (command.args)(&(command.scene)());
            assert_eq!(second.refused(name, args).0, "nobody_signed_in", "{name}");
        }
    }
    let args = json!({ "staffId": paul["staffId"], "secret": PIN, "newSecret": null });
    assert_eq!(second.refused("sign_in", args).0, "unknown_person");
    second.sign_in("Ben");
    second.scan(AMOXICILLIN);
    second.call("confirm_rx", json!({ "lineNo": 1 }));

    // Both tills list what the leaver did, and count it.
    first.hears_all_of(&mut second);
    for till in [&first, &second] {
        till.sign_in("Anna");
        till.wait_for_jobs();
        let now = till.call("branch_now", json!({}));
        let kinds: Vec<&Value> = now["toSettle"].as_array().unwrap().iter().map(|row| &row["kind"]).collect();
        assert_eq!(kinds, ["without_right"], "{now}");
        assert_eq!((&now["saleCount"], &now["takingsMinor"]), (&json!(1), &json!(850)));
    }
}

/// Two tills of a branch that hear each other, with Ben on duty at the second.
pub(crate) fn two_tills() -> (Till, Till) {
    let first = Till::ready();
    let second = first.joined_by_another();
    second.open_session(71);
    second.sign_in("Ben");
    (first, second)
}

#[test]
fn what_is_asked_at_one_till_is_allowed_at_another() {
    let (mut first, mut second) = two_tills();
    second.scan(AMOXICILLIN);
    let (_, refusal) = second.refused("confirm_rx", json!({ "lineNo": 1 }));
    let ask = |no: u64| json!({ "entryId": uuid(no), "permission": refusal["permission"], "extent": 0 });
    let state = |till: &Till, no: u64| till.call("approval_state", json!({ "entryId": uuid(no) }));
    let decide = |no: u64, asked: u64, is_given: bool| json!({ "entryId": uuid(no), "asked": uuid(asked), "isGiven": is_given });
    assert_eq!(second.call("ask_approval", ask(80))["state"], "waits");
    // Nobody sees what they ask for as something to decide.
    assert_eq!(second.call("approvals_asked", json!({})), json!([]));
    first.hears_live(&mut second);
    second.sign_in("Ben");
    let asked = first.call("approvals_asked", json!({}));
    assert_eq!(
        (&asked[0]["person"], &asked[0]["tillNo"], &asked[0]["permission"]),
        (&json!("Ben"), &json!(1), &json!("confirm_rx"))
    );
    // Refused first, and then asked again.
    first.call("decide_approval", decide(81, 80, false));
    assert_eq!(first.call("approvals_asked", json!({})), json!([]));
    second.hears_live(&mut first);
    first.sign_in("Anna");
    assert_eq!(state(&second, 80), json!({ "state": "refused", "person": "Anna" }));
    assert_eq!(second.refused("confirm_rx", json!({ "lineNo": 1 })).0, "approval_needed");

    second.call("ask_approval", ask(82));
    first.hears_live(&mut second);
    second.sign_in("Ben");
    first.call("decide_approval", decide(83, 82, true));
    // Said twice it is the first that counts.
    first.call("decide_approval", decide(84, 82, false));
    second.hears_live(&mut first);
    first.sign_in("Anna");
    assert_eq!(second.refused("confirm_rx", json!({ "lineNo": 1 })).0, "approval_needed");
    assert_eq!(state(&second, 82), json!({ "state": "given", "person": "Anna" }));
    second.call("confirm_rx", json!({ "lineNo": 1 }));
    second.pay(json!([cash(850)]));
    // It was for that sale, and is not taken a second time, also not after a restart.
    second.scan(AMOXICILLIN);
    for restarts in [false, true] {
        if restarts {
            second.restart();
        }
        assert_eq!(state(&second, 82)["state"], "given");
        assert_eq!(second.refused("confirm_rx", json!({ "lineNo": 1 })).0, "approval_needed");
    }
    // The sale carries both names, so nothing is to be settled.
    first.hears_live(&mut second);
    first.sign_in("Anna");
    assert_eq!(first.call("branch_now", json!({}))["toSettle"], json!([]));
}

#[test]
fn how_long_an_approval_of_another_till_holds_the_clock_of_the_till_that_asked_says() {
    for (ahead_of_first, ahead_of_second) in [(0, 180), (10, 0)] {
        let (mut first, second) = two_tills();
        let mut settings = first.call("settings", json!({}));
        settings["approvalMin"] = json!(10);
        first.call("save_settings", settings);
        let mut second = second;
        first.pass_minutes(ahead_of_first);
        second.pass_minutes(ahead_of_second);
        second.call("ask_approval", json!({ "entryId": uuid(80), "permission": "no_sale", "extent": 0 }));
        first.hears_live(&mut second);
        first.call("decide_approval", json!({ "entryId": uuid(81), "asked": uuid(80), "isGiven": true }));
        second.hears_live(&mut first);
        assert_eq!(second.call("approval_state", json!({ "entryId": uuid(80) }))["state"], "given");
        let no_sale = || json!({ "entryId": second.new_id(), "kind": "no_sale", "amountMinor": 0, "reason": "give_change", "note": null });
        second.pass_minutes(9);
        second.call("move_cash", no_sale());
        second.pass_minutes(1);
        assert_eq!(second.refused("move_cash", no_sale()).0, "approval_needed");
    }
}

#[test]
fn who_may_not_do_it_either_is_not_asked() {
    let (first, mut second) = two_tills();
    let mut first = first;
    first.add_person("Tilda", "technician");
    let ask = json!({ "entryId": uuid(80), "permission": "discount", "extent": 2_500 });
    second.call("ask_approval", ask);
    first.hears_live(&mut second);
    first.sign_in("Tilda");
    assert_eq!(first.call("approvals_asked", json!({})), json!([]));
    let decide = json!({ "entryId": uuid(81), "asked": uuid(80), "isGiven": true });
    assert_eq!(first.refused("decide_approval", decide.clone()).0, "not_allowed");
    // Too long ago it is not decided any more.
    first.sign_in("Anna");
    first.pass_minutes(16);
    first.call("decide_approval", decide);
    second.hears_live(&mut first);
    second.sign_in("Ben");
    assert_eq!(second.call("approval_state", json!({ "entryId": uuid(80) }))["state"], "waits");
}

#[test]
fn a_till_that_stays_away_lets_only_who_decides_about_people_in_after_a_month() {
    let mut till = Till::ready();
    let days = |till: &Till, days: i64| till.pass_minutes_alone(days * 24 * 60);
    // Alone, a till has nobody to hear from.
    days(&till, 400);
    till.sign_in("Ben");
    assert_eq!(till.call("status", json!({}))["sync"]["leaseEndsMs"], Value::Null);
    till.belongs_to_a_server();
    let now = till.call("status", json!({}))["nowMs"].as_i64().unwrap();
    till.hears_its_server(now);
    days(&till, 29);
    till.sign_in("Ben");
    // A contact begins another term, and one that is told late does not shorten it.
    till.hears_its_server(now + 29 * 86_400_000);
    till.hears_its_server(now);
    days(&till, 29);
    till.restart_alone();
    till.sign_in("Ben");
    days(&till, 1);
    let ben = till.call("staff", json!({}))[1]["staffId"].clone();
    let sign_in = json!({ "staffId": ben, "secret": PIN, "newSecret": null });
    assert_eq!(till.refused("sign_in", sign_in.clone()).0, "lease_over");
    // The command line is no way around it.
    let act_as = |till: &Till, staff: &Value, secret: &str| {
        let staff_id = staff.as_str().expect("an id").to_owned();
        let who = SignIn { staff_id, secret: secret.to_owned(), new_secret: None };
        till.desk().act_as(Some(who)).map_err(|fault| fault.code)
    };
    assert_eq!(act_as(&till, &ben, PIN), Err("lease_over".to_owned()));
    // Anna answers for another term.
    till.sign_in("Anna");
    till.call("sign_in", sign_in.clone());
    assert_eq!(act_as(&till, &ben, PIN), Ok(()));
    days(&till, 30);
    assert_eq!(till.refused("sign_in", sign_in).0, "lease_over");
}

#[test]
fn the_term_of_a_till_that_was_never_in_contact_begins_when_somebody_signs_in() {
    let till = Till::ready();
    till.belongs_to_a_server();
    till.sign_in("Ben");
    till.pass_minutes_alone(30 * 24 * 60);
    let ben = till.call("staff", json!({}))[1]["staffId"].clone();
    let sign_in = json!({ "staffId": ben, "secret": PIN, "newSecret": null });
    assert_eq!(till.refused("sign_in", sign_in).0, "lease_over");
}

#[test]
fn a_clock_that_was_ahead_makes_no_term_longer() {
    let till = Till::ready();
    let days = |days: i64| till.pass_minutes_alone(days * 24 * 60);
    till.belongs_to_a_server();
    let now = till.call("status", json!({}))["nowMs"].as_i64().expect("a time");
    till.hears_its_server(now + 400 * 86_400_000);
    till.sign_in("Ben");
    days(30);
    let ben = till.call("staff", json!({}))[1]["staffId"].clone();
    let sign_in = json!({ "staffId": ben, "secret": PIN, "newSecret": null });
    assert_eq!(till.refused("sign_in", sign_in.clone()).0, "lease_over");
    // A contact by the right clock counts from itself.
    till.hears_its_server(now + 30 * 86_400_000);
    till.call("sign_in", sign_in);
    let ends = till.call("status", json!({}))["sync"]["leaseEndsMs"].as_i64();
    assert_eq!(ends, Some(now + 60 * 86_400_000));
}
