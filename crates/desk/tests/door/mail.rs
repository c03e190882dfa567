//! Papers by e-mail at the desk: how the account is set up, what stands in the queue, and how long an address is kept.

use desk::mail::{MailEnded, Mailable, NextMail, Security};
use domain::entry::{Entry, SealedField};
use domain::id::EntryId;
use ledger::Said;
use serde_json::{Value, json};

use crate::every::{account, printer};
use crate::till::{IBUPROFEN, Till, uuid};

const ADDRESS: &str = "a.durand@example.org";

fn set(till: &Till, account: Value) -> Value {
    till.call("set_mail", json!({ "account": account }))
}

/// A till with an account, at which Ben is on duty.
fn with_account() -> Till {
    let till = Till::ready();
    set(&till, account("mail.example.org"));
    till.sign_in("Ben");
    till
}

fn mail_of(no: u64, what: &str, of: &Value) -> Value {
    json!({ "mailId": uuid(no), "what": what, "of": of, "address": ADDRESS })
}

fn waiting(till: &Till) -> Vec<Value> {
    till.call("mail", json!({}))["waiting"].as_array().unwrap().clone()
}

/// State, tries and code of each mail.
fn states(till: &Till) -> Vec<(String, u64, Value)> {
    let row = |row: Value| {
        (row["state"].as_str().unwrap().to_owned(), row["tries"].as_u64().unwrap(), row["code"].clone())
    };
    waiting(till).into_iter().map(row).collect()
}

fn mail_id(no: u64) -> EntryId {
    EntryId::parse(&uuid(no)).unwrap()
}

fn next(till: &Till, now_ms: i64) -> Option<Mailable> {
    match till.desk().next_mail(now_ms).unwrap() {
        NextMail::Due(mail) => Some(*mail),
        NextMail::At(_) | NextMail::Nothing => None,
    }
}

fn ended(till: &Till, no: u64, ended: MailEnded, now_ms: i64) {
    till.desk().mail_ended(mail_id(no), ended, now_ms).unwrap();
}

/// Of each mail and each address destroyed: who did it, and the copy or the reason.
fn in_the_book(till: &mut Till) -> Vec<(String, String)> {
    till.with_ledger(|ledger| {
        let book = ledger.book();
        let people = book.staff().unwrap();
        let entries = book.counting_entries(0, i64::MAX, 10_000).unwrap().entries;
        let told = entries.into_iter().filter_map(|entry| {
            let Said::Entry(entry) = entry.said else { return None };
            let said = match &*entry {
                Entry::PaperMailed(mailed) => format!("{} {}", mailed.what, mailed.copy_no),
                Entry::PaperCopied(copied) => format!("copy {}", copied.copy_no),
                Entry::Erased(erased) => erased.reason.clone(),
                _ => return None,
            };
            let actor = people.iter().find(|person| person.staff == entry.common().actor).unwrap();
            Some((actor.name.clone(), said))
        });
        told.collect()
    })
}

fn said(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(actor, said)| ((*actor).to_owned(), (*said).to_owned())).collect()
}

#[test]
fn an_account_that_cannot_be_is_refused() {
    let till = Till::ready();
    let refused = |what: &str, value: Value, code: &str| {
        let mut wrong = account("mail.example.org");
        wrong[what] = value.clone();
        assert_eq!(till.refused("set_mail", json!({ "account": wrong })).0, code, "{what} {value}");
    };
    for host in ["", "a b", "a\r\nb", &"x".repeat(254)] {
        refused("host", json!(host), "bad_arguments");
    }
    refused("port", json!(0), "bad_arguments");
    refused("port", json!(65_536), "bad_arguments");
    refused("security", json!("ssl"), "bad_arguments");
    refused("user", json!("till\r\nRSET"), "bad_arguments");
    refused("password", json!("a\0b"), "bad_arguments");
    refused("fromName", json!("Apotheke\r\nBcc: x@example.org"), "bad_arguments");
    refused("fromName", json!("x".repeat(101)), "bad_arguments");
    refused("fromAddress", json!("till@example.org\r\nBcc: x@example.org"), "bad_address");
    refused("fromAddress", json!("till"), "bad_address");
    // A password in the clear does not leave this computer.
    for (host, is_here) in [
        ("mail.example.org", false),
        ("192.168.1.2", false),
        ("0.0.0.0", false),
        ("localhost.example.org", false),
        ("localhost", true),
        ("127.0.0.1", true),
        ("::1", true),
    ] {
        let mut clear = account(host);
        clear["security"] = json!("none");
        let answer = till.desk().call("set_mail", json!({ "account": clear }));
        assert_eq!(answer.is_ok(), is_here, "{host}");
    }
    till.sign_in("Ben");
    let asked = json!({ "account": account("mail.example.org") });
    assert_eq!(till.refused("set_mail", asked).0, "not_allowed");
    assert_eq!(till.refused("test_mail", json!({ "mailId": uuid(70), "address": ADDRESS })).0, "not_allowed");
}

#[test]
fn a_password_is_never_told_and_goes_to_nobody_else() {
    let mut till = Till::ready();
    let view = set(&till, account("mail.example.org"));
    assert!(!view.to_string().contains("a mail password"), "{view}");
    assert_eq!(view["account"]["hasPassword"], true);
    let password = |till: &Till| {
        till.sign_in("Anna");
        till.call("test_mail", json!({ "mailId": till.new_id(), "address": ADDRESS }));
        next(till, 0).unwrap().server.password
    };
    assert_eq!(password(&till), "a mail password");
    let mut again = account("mail.example.org");
    again["password"] = Value::Null;
    again["port"] = json!(465);
    again["security"] = json!("tls");
    let view = set(&till, again.clone());
    assert_eq!((&view["account"]["hasPassword"], &view["account"]["port"]), (&json!(true), &json!(465)));
    till.restart();
    assert_eq!(password(&till), "a mail password");
    let server = next(&till, 0).unwrap().server;
    assert_eq!((server.port, server.security, server.user.as_str()), (465, Security::Tls, "till"));
    again["host"] = json!("mail.example.com");
    assert_eq!(set(&till, again.clone())["account"]["hasPassword"], false);
    assert_eq!(password(&till), "");
    set(&till, account("mail.example.org"));
    again["host"] = json!("mail.example.org");
    again["user"] = json!("somebody else");
    assert_eq!(set(&till, again)["account"]["hasPassword"], false);
}

#[test]
fn what_cannot_be_mailed_is_refused() {
    let till = Till::ready();
    let sale = till.sell(IBUPROFEN)["saleId"].clone();
    assert_eq!(till.refused("send_mail", mail_of(70, "receipt", &sale)).0, "mail_not_set_up");
    set(&till, account("mail.example.org"));
    for wrong in ["", "durand", "a@b@example.org", "a@example.org\r\nDATA", "a@example.org, b@example.org"] {
        let mut asked = mail_of(70, "receipt", &sale);
        asked["address"] = json!(wrong);
        assert_eq!(till.refused("send_mail", asked).0, "bad_address", "{wrong:?}");
    }
    let refused = |what: &str, of: Value, code: &str| {
        assert_eq!(till.refused("send_mail", mail_of(70, what, &of)).0, code, "{what}");
    };
    refused("receipt", json!(uuid(999)), "unknown_sale");
    refused("receipt", Value::Null, "bad_arguments");
    refused("z", sale.clone(), "unknown_z");
    refused("x", sale.clone(), "bad_arguments");
    refused("slip", sale.clone(), "bad_arguments");
    assert_eq!(till.refused("settle_mail", json!({ "mailId": uuid(70), "how": "burnt" })).0, "bad_arguments");
    // Another entry has this id: that is no second asking.
    let taken = json!({ "mailId": sale, "what": "receipt", "of": sale, "address": ADDRESS });
    assert_eq!(till.refused("send_mail", taken).0, "entry_id_taken");
    assert!(waiting(&till).is_empty());
    till.call("set_practice", json!({ "on": true }));
    assert_eq!(till.refused("send_mail", mail_of(70, "receipt", &sale)).0, "not_in_practice");
    assert_eq!(
        till.refused("test_mail", json!({ "mailId": uuid(70), "address": ADDRESS })).0,
        "not_in_practice"
    );
    assert_eq!(till.refused("set_mail", json!({ "account": null })).0, "not_in_practice");
}

#[test]
fn a_receipt_waits_with_its_paper_and_goes_on_while_somebody_practises() {
    let mut till = with_account();
    let sale = till.sell(IBUPROFEN);
    let no = sale["receipt"]["barcode"].as_str().unwrap().to_owned();
    till.call("send_mail", mail_of(70, "receipt", &sale["saleId"]));
    till.call("send_mail", mail_of(70, "receipt", &sale["saleId"]));
    let row = &waiting(&till)[0];
    assert_eq!(waiting(&till).len(), 1);
    assert_eq!((&row["what"], &row["no"], &row["copyNo"]), (&json!("receipt"), &json!(no), &json!(0)));
    assert_eq!((&row["address"], &row["state"]), (&json!("a…@example.org"), &json!("waits")));
    till.restart();
    till.call("set_practice", json!({ "on": true }));
    assert!(waiting(&till).is_empty());
    let mail = next(&till, 0).unwrap();
    assert_eq!(mail.to, ADDRESS);
    assert_eq!(mail.message_id, format!("<{}@example.org>", uuid(70)));
    assert_eq!(mail.subject, format!("Ihr Beleg {no} · Apotheke am Markt"));
    assert!(mail.text.contains("Marktplatz 1"), "{}", mail.text);
    let (name, pdf) = mail.paper.unwrap();
    assert_eq!(name, format!("Beleg-{no}.pdf"));
    assert!(pdf.starts_with(b"%PDF-1.7"));
    assert!(till.desk().mail_begun(mail.mail).unwrap());
    ended(&till, 70, MailEnded::Taken, 0);
    till.call("set_practice", json!({ "on": false }));
    assert!(waiting(&till).is_empty());
    // Asked for once more under this id, it is the same mail, and it is gone.
    till.call("send_mail", mail_of(70, "receipt", &sale["saleId"]));
    assert!(waiting(&till).is_empty());
    assert_eq!(in_the_book(&mut till), said(&[("Ben", "receipt 0"), ("Ben", "sent")]));
}

#[test]
fn an_address_is_not_kept_once_it_is_not_needed() {
    let mut till = with_account();
    let sale = till.sell(IBUPROFEN)["saleId"].clone();
    for no in 70..74 {
        till.call("send_mail", mail_of(no, "receipt", &sale));
    }
    ended(&till, 70, MailEnded::Taken, 0);
    ended(&till, 71, MailEnded::Refused("mail_recipient_refused"), 0);
    till.sign_in("Anna");
    till.call("settle_mail", json!({ "mailId": uuid(71), "how": "dropped" }));
    // What others may be asked to do about a mail, they need the address for.
    let opens = |till: &mut Till, no: u64| {
        till.with_ledger(|ledger| {
            let stored = ledger.book().entry(mail_id(no)).unwrap().unwrap();
            let [part] = stored.entry.sealed() else { panic!("one part") };
            let (subject, hash) = (part.subject, stored.header.sealed[0]);
            let (keys, _) = ledger.book().keys_after(0, 1_000).unwrap();
            let has_key = keys.iter().any(|(of, _)| *of == subject);
            let vector = ledger.book().stream_vector().unwrap();
            let lacking = vector.lacking_there(&Default::default());
            let runs = lacking.iter().filter_map(|lacking| ledger.book().run_for(lacking).unwrap());
            let mut parts = runs.flat_map(|run| run.records).flat_map(|record| record.sealed).flatten();
            let has_part = parts.any(|part| part.hash() == hash);
            let address = ledger.book().unseal(&stored, SealedField::EmailAddress, 0).unwrap();
            (has_key, has_part, address)
        })
    };
    let (gone, kept) = ((false, false, None), (true, true, Some(ADDRESS.to_owned())));
    for (no, expected) in [(70, &gone), (71, &gone), (72, &kept), (73, &kept)] {
        assert_eq!(opens(&mut till, no), *expected, "{no}");
    }
    // With the account, everything that waits for it goes.
    set(&till, Value::Null);
    assert_eq!(opens(&mut till, 72), gone);
    assert!(waiting(&till).is_empty());
    let expected = [
        ("Ben", "receipt 0"),
        ("Ben", "copy 1"),
        ("Ben", "receipt 1"),
        ("Ben", "copy 2"),
        ("Ben", "receipt 2"),
        ("Ben", "copy 3"),
        ("Ben", "receipt 3"),
        ("Ben", "sent"),
        ("Anna", "dropped"),
        ("Anna", "dropped"),
        ("Anna", "dropped"),
    ];
    assert_eq!(in_the_book(&mut till), said(&expected));
}

#[test]
fn an_address_that_is_refused_or_in_doubt_is_kept_for_a_month() {
    let mut till = with_account();
    let sale = till.sell(IBUPROFEN)["saleId"].clone();
    for no in 70..74 {
        till.call("send_mail", mail_of(no, "receipt", &sale));
    }
    let now_ms = waiting(&till)[0]["atMs"].as_i64().unwrap();
    ended(&till, 71, MailEnded::Refused("mail_refused"), now_ms);
    ended(&till, 72, MailEnded::InDoubt("mail_torn"), now_ms);
    assert!(till.desk().mail_begun(mail_id(73)).unwrap());
    let month_ms = 30 * 24 * 3_600_000;
    assert!(next(&till, now_ms + month_ms).is_some());
    assert_eq!(waiting(&till).len(), 4);
    assert!(next(&till, now_ms + month_ms + 1).is_some());
    assert_eq!(states(&till).into_iter().map(|(state, ..)| state).collect::<Vec<_>>(), ["waits", "sending"]);
    let erased = in_the_book(&mut till).into_iter().filter(|(_, said)| said == "too_old").count();
    assert_eq!(erased, 2);
}

#[test]
fn what_was_given_out_before_is_a_copy_by_mail_and_on_paper() {
    let mut till = Till::ready();
    let early = till.sell(IBUPROFEN)["saleId"].clone();
    let mut own = printer("192.168.1.40");
    set(&till, account("mail.example.org"));
    till.call("set_printer", json!({ "which": "receipts", "printer": own }));
    // Printed by itself, it is a copy by mail; not printed, it is the first paper.
    let printed = till.sell(IBUPROFEN)["saleId"].clone();
    own["printsReceipts"] = json!(false);
    till.call("set_printer", json!({ "which": "receipts", "printer": own }));
    let mailed = till.sell(IBUPROFEN)["saleId"].clone();
    for (no, sale) in [(70, &early), (71, &printed), (72, &mailed)] {
        till.call("send_mail", mail_of(no, "receipt", sale));
    }
    let copies: Vec<_> = waiting(&till).into_iter().map(|row| row["copyNo"].clone()).collect();
    assert_eq!(copies, [0, 1, 0]);
    let paper = json!({ "what": "receipt", "of": mailed });
    let print = json!({ "printId": uuid(80), "paper": paper, "which": "receipts", "count": 1 });
    let queue = till.call("print", print)["receipts"]["queue"].as_array().unwrap().clone();
    assert_eq!(queue.last().unwrap()["copyNo"], 1);
    till.call("send_mail", mail_of(73, "receipt", &mailed));
    assert_eq!(waiting(&till)[3]["copyNo"], 2);
    let followers = till.call("sale", json!({ "saleId": mailed }))["followers"].clone();
    let kinds: Vec<_> = followers.as_array().unwrap().iter().map(|row| row["kind"].clone()).collect();
    assert_eq!(kinds, ["receipt_mailed", "receipt_copied", "receipt_copied", "receipt_mailed"]);
    // A day later it is one, too, as nobody knows any more what was printed.
    let late = till.sell(IBUPROFEN)["saleId"].clone();
    till.call("count_drawer", counted(&till));
    till.call("close_session", closed(&till));
    till.pass_minutes(24 * 60 + 1);
    till.call("send_mail", mail_of(74, "receipt", &late));
    assert_eq!(waiting(&till)[4]["copyNo"], 1);
    till.restart();
    assert_eq!(till.call("day_report", json!({ "businessDate": "2026-11-21" }))["saleCount"], json!(4));
}

/// What is in the drawer: the float, and each sale by cash.
fn cash_minor(till: &Till) -> usize {
    10_000 + 495 * till.call("sales", json!({ "limit": 100 })).as_array().unwrap().len()
}

fn counted(till: &Till) -> Value {
    let cash = [json!({ "valueMinor": 1, "count": cash_minor(till) })];
    json!({ "entryId": uuid(20), "denominations": cash, "other": [], "recountReason": null })
}

fn closed(till: &Till) -> Value {
    let seen = cash_minor(till);
    json!({ "entryId": uuid(21), "reason": null, "note": null, "seenExpectedMinor": seen, "nextFloat": [] })
}

#[test]
fn an_x_is_of_when_it_was_asked_for_and_a_z_is_a_copy_the_second_time() {
    let mut till = with_account();
    till.sell(IBUPROFEN);
    till.call("send_mail", mail_of(70, "x", &Value::Null));
    let first = next(&till, 0).unwrap().paper.unwrap();
    assert!(first.0.starts_with("X-B01-T2-") && first.0.ends_with("2026-11-21.pdf"), "{}", first.0);
    till.sell(IBUPROFEN);
    assert!(next(&till, 0).unwrap().paper.unwrap() == first);
    // Eight of them are kept, and no more.
    for no in 71..78 {
        till.call("send_mail", mail_of(no, "x", &Value::Null));
    }
    assert_eq!(till.refused("send_mail", mail_of(78, "x", &Value::Null)).0, "mail_full");
    ended(&till, 71, MailEnded::Taken, 0);
    till.call("send_mail", mail_of(78, "x", &Value::Null));
    till.sign_in("Anna");
    till.call("count_drawer", counted(&till));
    till.call("close_session", closed(&till));
    // The drawer is closed, and what was asked for before is as it was.
    till.call("send_mail", mail_of(78, "x", &Value::Null));
    assert_eq!(till.refused("send_mail", mail_of(79, "x", &Value::Null)).0, "session_closed");
    assert!(next(&till, 0).unwrap().paper.unwrap() == first);
    let z = till.call("z_reports", json!({}))[0].clone();
    till.call("send_mail", mail_of(90, "z", &z["entryId"]));
    ended(&till, 90, MailEnded::Taken, 0);
    till.call("send_mail", mail_of(91, "z", &z["entryId"]));
    for no in [70, 72, 73, 74, 75, 76, 77, 78] {
        ended(&till, no, MailEnded::Taken, 0);
    }
    let (row, mail) = (&waiting(&till)[0], next(&till, 0).unwrap());
    assert_eq!((&row["what"], &row["no"], &row["copyNo"]), (&json!("z"), &z["zNo"], &json!(1)));
    assert_eq!(mail.subject, format!("Z-Bericht {} · Apotheke am Markt", z["zNo"].as_str().unwrap()));
    assert!(mail.paper.unwrap().0.starts_with("Z-B01-T2-"));
    let mut told = in_the_book(&mut till);
    let told = told.split_off(told.len() - 10);
    assert_eq!(told[..3], said(&[("Anna", "copy 1"), ("Anna", "z 1"), ("Ben", "sent")]));
    assert_eq!(told[2..], vec![told[2].clone(); 8]);
}

#[test]
fn a_try_in_vain_is_followed_by_others_that_come_ever_later() {
    let till = with_account();
    let sale = till.sell(IBUPROFEN)["saleId"].clone();
    till.call("send_mail", mail_of(70, "receipt", &sale));
    let (mut now_ms, mut tries) = (1_000_000, 0);
    for delay_ms in [5_000, 30_000, 120_000, 600_000, 600_000] {
        assert!(next(&till, now_ms).is_some());
        ended(&till, 70, MailEnded::NotNow("mail_busy"), now_ms);
        tries += 1;
        assert_eq!(states(&till), [("waits".to_owned(), tries, json!("mail_busy"))]);
        assert!(next(&till, now_ms + delay_ms - 1).is_none());
        let NextMail::At(at_ms) = till.desk().next_mail(now_ms).unwrap() else { panic!("it waits") };
        assert_eq!(at_ms, now_ms + delay_ms);
        now_ms = at_ms;
    }
    ended(&till, 70, MailEnded::NotNow("mail_busy"), now_ms);
    // Another mail does not wait for it.
    till.call("send_mail", mail_of(71, "receipt", &sale));
    assert_eq!(next(&till, now_ms).unwrap().mail, mail_id(71));
    till.call("send_mail", mail_of(72, "receipt", &sale));
    // Where no mail would come any further, they all wait.
    ended(&till, 71, MailEnded::NoServer("mail_unreachable"), now_ms);
    assert!(next(&till, now_ms + 4_999).is_none());
    assert_eq!(next(&till, now_ms + 5_000).unwrap().mail, mail_id(71));
    till.call("settle_mail", json!({ "mailId": uuid(70), "how": "again" }));
    assert_eq!(next(&till, now_ms).unwrap().mail, mail_id(70));
    // A clock that was put back keeps none of them waiting for years.
    ended(&till, 70, MailEnded::NotNow("mail_busy"), now_ms);
    assert!(next(&till, now_ms - 86_400_000).is_some());
    // Another account is tried at once.
    ended(&till, 71, MailEnded::NoServer("mail_login"), now_ms);
    till.desk().say_mail_trouble(Some("mail_login"));
    till.sign_in("Anna");
    assert_eq!(set(&till, account("mail.example.org"))["trouble"], Value::Null);
    assert!(next(&till, now_ms).is_some());
    assert_eq!(states(&till)[0], ("waits".to_owned(), 0, Value::Null));
}

#[test]
fn what_was_begun_is_in_doubt_after_a_restart_and_never_goes_by_itself() {
    let mut till = with_account();
    let sale = till.sell(IBUPROFEN)["saleId"].clone();
    till.call("send_mail", mail_of(70, "receipt", &sale));
    assert!(till.desk().mail_begun(mail_id(70)).unwrap());
    assert!(!till.desk().mail_begun(mail_id(70)).unwrap());
    assert_eq!(states(&till)[0].0, "sending");
    // What is being sent is not to be had.
    for how in ["again", "sent", "dropped"] {
        till.call("settle_mail", json!({ "mailId": uuid(70), "how": how }));
        assert_eq!(states(&till)[0].0, "sending");
    }
    till.restart();
    till.desk().doubt_mails().unwrap();
    assert_eq!(states(&till), [("in_doubt".to_owned(), 0, json!("mail_torn"))]);
    let later_ms = waiting(&till)[0]["atMs"].as_i64().unwrap() + 24 * 3_600_000;
    assert!(next(&till, later_ms).is_none());
    till.call("settle_mail", json!({ "mailId": uuid(70), "how": "again" }));
    assert_eq!(next(&till, 0).unwrap().mail, mail_id(70));
    ended(&till, 70, MailEnded::InDoubt("mail_torn"), 0);
    assert!(next(&till, later_ms).is_none());
    till.call("settle_mail", json!({ "mailId": uuid(70), "how": "sent" }));
    till.call("settle_mail", json!({ "mailId": uuid(70), "how": "sent" }));
    assert!(waiting(&till).is_empty());
    assert!(!till.desk().mail_begun(mail_id(70)).unwrap());
    assert_eq!(in_the_book(&mut till), said(&[("Ben", "receipt 0"), ("Ben", "sent")]));
}

#[test]
fn a_test_stands_in_no_book_and_two_hundred_mails_wait_at_most() {
    let mut till = Till::ready();
    set(&till, account("mail.example.org"));
    let test = |till: &Till, no: u64| {
        till.desk()
            .call("test_mail", json!({ "mailId": uuid(no), "address": ADDRESS }))
            .map_err(|fault| fault.code)
    };
    for no in 100..300 {
        test(&till, no).unwrap();
    }
    assert_eq!(waiting(&till).len(), 200);
    assert_eq!(test(&till, 300).unwrap_err(), "mail_full");
    // The answer to the last one was lost.
    test(&till, 299).unwrap();
    let mail = next(&till, 0).unwrap();
    assert_eq!((mail.to.as_str(), mail.paper.is_none()), (ADDRESS, true));
    assert_eq!(mail.subject, "Probe · Apotheke am Markt");
    ended(&till, 100, MailEnded::Taken, 0);
    test(&till, 300).unwrap();
    assert!(in_the_book(&mut till).is_empty());
}
