//! The branch as each of its tills draws it from its own book, and how it says how complete that is.

use desk::{Changed, Heard, TillHeard, viewing};
use domain::entry::{Common, DeviceRevoked, Entry, ReceivedLine};
use domain::id::{EntryId, ProductId, StaffId};
use domain::time::Now;
use ledger::Write;
use serde_json::{Value, json};

use crate::till::{IBUPROFEN, NASAL_SPRAY, Till, card, product_id, uuid};

const MINUTE: i64 = 60_000;

fn branch(till: &Till) -> Value {
    till.call("branch_now", json!({}))
}

fn count(no: u64) -> Value {
    json!({
        "entryId": uuid(no), "denominations": [{ "valueMinor": 1000, "count": 10 }],
        "other": [{ "kind": "card", "countedMinor": 333 }], "recountReason": null,
    })
}

/// Till 2, which founded the branch, has sold for 4.95 cash; till 1, which joined it, for 3.33 by card half an
/// hour later. Neither knows of the other's sales yet.
fn two_tills() -> (Till, Till) {
    let first = Till::ready();
    let other = first.joined_by_another();
    first.sell(IBUPROFEN);
    other.pass_minutes(30);
    other.open_session(5);
    other.scan(NASAL_SPRAY);
    other.pay(json!([card(333)]));
    (first, other)
}

#[test]
fn each_till_draws_the_branch_from_its_own_book() {
    let (mut first, mut other) = two_tills();
    let now = branch(&first);
    assert_eq!(
        (&now["takingsMinor"], &now["saleCount"], &now["upToNowCount"]),
        (&json!(495), &json!(1), &json!(1))
    );
    let till_nos = |rows: &Value| {
        let rows = rows.as_array().unwrap().iter();
        let no = |row: &Value| row["tillNo"].as_u64().or(row["name"]["tillNo"].as_u64()).unwrap();
        rows.map(no).collect::<Vec<_>>()
    };
    // Of the till that has joined nothing has come here yet; it was invited, and that is known.
    assert_eq!((till_nos(&now["tills"]), &now["invitedTillNos"]), (vec![2], &json!([1])));
    assert_eq!((&now["tills"][0]["isSelf"], &now["tills"][0]["isUpToNow"]), (&json!(true), &json!(true)));

    first.hears_all_of(&mut other);
    other.hears_all_of(&mut first);
    let now = branch(&first);
    assert_eq!((&now["takingsMinor"], &now["saleCount"]), (&json!(828), &json!(2)));
    assert_eq!(now["averageSaleMinor"], 414);
    assert_eq!(now["hoursMinor"][8], 828);
    assert_eq!(now["invitedTillNos"], json!([]));
    // Without a server nobody knows what else till 1 has sold.
    assert_eq!((&now["upToNowCount"], &now["tills"][0]["isUpToNow"]), (&json!(1), &json!(false)));
    let wrote = now["tills"][0]["lastHeardMs"].as_i64().unwrap();
    assert_eq!(wrote, now["nowMs"].as_i64().unwrap() + 30 * MINUTE);
    // The longest open first.
    assert_eq!((till_nos(&now["tills"]), till_nos(&now["drawers"])), (vec![1, 2], vec![2, 1]));
    let drawers = &now["drawers"];
    assert_eq!((&drawers[1]["state"], &drawers[1]["openedBy"]), (&json!("open"), &json!("Anna")));
    assert_eq!(drawers[1]["expectedCashMinor"], 10_000);
    for part in ["takingsMinor", "hoursMinor", "tenders", "drawers"] {
        assert_eq!(now[part], branch(&other)[part], "{part}");
    }

    other.call("count_drawer", count(20));
    let close = json!({
        "entryId": uuid(21), "reason": null, "note": null, "nextFloat": [{ "valueMinor": 1000, "count": 4 }],
        "seenExpectedMinor": 10_000,
    });
    other.call("close_session", close);
    first.hears_all_of(&mut other);
    let closed = &branch(&first)["drawers"][1];
    assert_eq!((&closed["name"]["tillNo"], &closed["state"]), (&json!(1), &json!("closed")));
    assert_eq!((&closed["closedAtMs"], &closed["leftMinor"]), (&json!(wrote), &json!(4_000)));
    assert_eq!(closed["expectedCashMinor"], Value::Null);
    // Whoever counts blind finds out what is there by counting it.
    first.sign_in("Ben");
    assert_eq!(branch(&first)["drawers"][1]["leftMinor"], Value::Null);
    first.sign_in("Anna");

    first.pass_minutes(24 * 60);
    assert_eq!(branch(&first)["drawers"][0]["isOfEarlierDay"], true);
}

#[test]
fn after_midnight_a_till_whose_drawer_is_closed_shows_the_day_that_the_branch_is_still_selling_on() {
    let mut first = Till::ready();
    let mut other = first.joined_by_another();
    other.hears_all_of(&mut first);
    other.pass_minutes(23 * 60);
    other.sign_in("Anna");
    assert_eq!(branch(&other)["businessDate"], "2026-11-21");
    // What was forgotten for longer is no day that goes on.
    other.pass_minutes(24 * 60);
    other.sign_in("Anna");
    assert_eq!(branch(&other)["businessDate"], "2026-11-23");
}

#[test]
fn a_drawer_of_the_branch_that_is_counted_blind_shows_nothing_of_its_cash() {
    let (mut first, mut other) = two_tills();
    first.sign_in("Ben");
    first.hears_all_of(&mut other);
    let is_hidden = |now: &Value, row: usize| now["drawers"][row]["expectedCashMinor"].is_null();
    let no_split = |now: &Value| {
        now["tenders"]
            .as_array()
            .unwrap()
            .iter()
            .all(|tender| tender["amountMinor"].is_null() && tender["count"].is_null())
    };
    let now = branch(&first);
    assert!(is_hidden(&now, 0) && is_hidden(&now, 1) && no_split(&now), "{now}");
    // Where only some kinds were there, the takings would tell the cash.
    let kinds: Vec<_> = now["tenders"].as_array().unwrap().iter().map(|tender| &tender["kind"]).collect();
    assert_eq!(kinds, ["cash", "card", "voucher", "on_account"]);
    assert_eq!(now["takingsMinor"], 828);

    other.call("count_drawer", count(20));
    first.hears_all_of(&mut other);
    let now = branch(&first);
    assert_eq!(
        (&now["drawers"][1]["state"], &now["drawers"][1]["expectedCashMinor"]),
        (&json!("counted"), &json!(10_000))
    );
    // With the split, the cash of the other drawer would be known as well.
    assert!(is_hidden(&now, 0) && no_split(&now), "{now}");

    first.sign_in("Anna");
    let now = branch(&first);
    assert_eq!(
        (&now["drawers"][0]["expectedCashMinor"], &now["tenders"][0]["amountMinor"]),
        (&json!(10_495), &json!(495))
    );
}

#[test]
fn at_a_server_each_sees_what_they_may_and_no_till_is_this_one() {
    let (mut first, _) = two_tills();
    let now = branch(&first);
    let now_ms = now["nowMs"].as_i64().unwrap();
    assert_eq!(now["drawers"][0]["expectedCashMinor"], 10_495);
    let people = first.desk().ask_book(|book| book.staff()).unwrap();
    let id_of = |name: &str| people.iter().find(|person| person.name == name).unwrap().staff;
    let (anna, ben) = (id_of("Anna"), id_of("Ben"));
    let mut seen_by = |who: StaffId, now_ms: i64| {
        let heard = Heard::at_server(Vec::new(), now_ms);
        let ask = |ledger: &mut ledger::Ledger| viewing::branch_now(&ledger.book(), &heard, who, now_ms);
        serde_json::to_value(first.with_ledger(ask).unwrap()).unwrap()
    };
    assert_eq!(seen_by(anna, now_ms)["drawers"][0]["expectedCashMinor"], 10_495);
    let there = seen_by(ben, now_ms);
    assert_eq!((&there["takingsMinor"], &there["saleCount"]), (&json!(495), &json!(1)));
    assert_eq!(there["drawers"][0]["openedBy"], "Anna");
    assert_eq!(there["drawers"][0]["expectedCashMinor"], Value::Null);
    assert!(there["tenders"].as_array().unwrap().iter().all(|tender| tender["amountMinor"].is_null()));
    assert_eq!((&there["tills"][0]["isSelf"], &there["upToNowCount"]), (&json!(false), &json!(0)));

    // After midnight the day goes on for as long as its drawer is open, and is over a day later.
    let next_day = seen_by(ben, now_ms + 24 * 60 * MINUTE);
    assert_eq!((&next_day["businessDate"], &next_day["takingsMinor"]), (&there["businessDate"], &json!(495)));
    assert_eq!(seen_by(ben, now_ms + 48 * 60 * MINUTE)["takingsMinor"], 0);

    first.call("count_drawer", count(20));
    let heard = Heard::at_server(Vec::new(), now_ms);
    let counted =
        first.with_ledger(|ledger| viewing::branch_now(&ledger.book(), &heard, ben, now_ms)).unwrap();
    assert_eq!(counted.drawers[0].expected_cash_minor, Some(10_495));
}

#[test]
fn a_till_knows_its_own_branch_only_and_gives_links_to_who_manages() {
    let till = Till::ready();
    let own = till.desk().ask_book(|book| Ok(book.branch()?.unwrap().branch.to_string())).unwrap();
    till.call("branch_now", json!({ "branchId": own }));
    till.call("branch_stock", json!({ "branchId": own }));
    for name in ["branch_now", "branch_stock"] {
        assert_eq!(till.refused(name, json!({ "branchId": uuid(1) })).0, "branch_unknown");
    }
    assert_eq!(till.refused("view_link", json!({})).0, "server_unreached");
    till.call("set_practice", json!({ "on": true }));
    assert_eq!(till.refused("view_link", json!({})).0, "not_in_practice");
    till.call("set_practice", json!({ "on": false }));
    till.sign_in("Ben");
    assert_eq!(till.refused("view_link", json!({})).0, "not_allowed");
    till.call("sign_out", json!({}));
    assert_eq!(till.refused("view_link", json!({})).0, "nobody_signed_in");
}

#[test]
fn what_is_heard_says_what_is_missing() {
    let (mut first, mut other) = two_tills();
    first.hears_all_of(&mut other);
    let (device, incarnation) = other.life();
    let told = first.desk().subscribe();
    let told = || told.try_iter().collect::<Vec<_>>();
    let heard = |is_connected: bool, last_receipt_no: u64, unsent_count: u32| Heard {
        address: Some("http://127.0.0.1:7878".to_owned()),
        is_connected,
        last_contact_ms: Some(1_000),
        backed_up_ms: Some(900),
        has_other_figures: false,
        refused: None,
        tills: vec![TillHeard {
            device,
            incarnation,
            is_connected: true,
            last_heard_ms: 1_800_000_000_000,
            last_receipt_no,
            unsent_count,
        }],
    };
    let till = |heard: Heard| {
        first.desk().set_heard(heard);
        branch(&first)["tills"][0].clone()
    };
    let row = till(heard(true, 3, 2));
    assert_eq!((&row["salesNotHere"], &row["isUpToNow"]), (&json!(4), &json!(false)));
    assert_eq!((&row["isConnected"], &row["lastHeardMs"]), (&json!(true), &json!(1_800_000_000_000_i64)));
    assert_eq!(told(), [Changed::Status, Changed::Branch]);
    // Nothing new.
    till(heard(true, 3, 2));
    assert_eq!(told(), []);
    let row = till(heard(true, 1, 0));
    assert_eq!((&row["salesNotHere"], &row["isUpToNow"]), (&json!(0), &json!(true)));
    assert_eq!(branch(&first)["upToNowCount"], 2);
    // The frame says nothing of the other tills.
    assert_eq!(told(), [Changed::Branch]);
    // Cut off from the server, this till does not know any more what the other one does.
    let row = till(heard(false, 1, 0));
    assert_eq!((&row["isConnected"], &row["isUpToNow"]), (&json!(false), &json!(false)));
    let sync = &first.call("status", json!({}))["sync"];
    assert_eq!(
        (&sync["hasServer"], &sync["isConnected"], &sync["lastContactMs"]),
        (&json!(true), &json!(false), &json!(1_000))
    );
    assert_eq!(sync["backedUpMs"], 900);

    // The practice book is nobody else's.
    first.call("set_practice", json!({ "on": true }));
    assert_eq!(first.call("status", json!({}))["sync"]["hasServer"], false);
    assert_eq!(branch(&first)["tills"].as_array().unwrap().len(), 1);
}

#[test]
fn a_day_stands_beside_the_same_weekday_before() {
    let till = Till::ready();
    // 4.95 in the half hour from eight, 4.95 at ten.
    till.sell(IBUPROFEN);
    till.pass_minutes(120);
    till.sell(IBUPROFEN);
    till.call(
        "count_drawer",
        json!({
            "entryId": uuid(20), "other": [], "recountReason": null,
            "denominations": [{ "valueMinor": 1000, "count": 10 }, { "valueMinor": 10, "count": 99 }],
        }),
    );
    let close = json!({
        "entryId": uuid(21), "reason": null, "note": null, "nextFloat": [{ "valueMinor": 1000, "count": 10 }],
        "seenExpectedMinor": 10_990,
    });
    till.call("close_session", close);
    // A week later, half past ten.
    till.pass_minutes(7 * 24 * 60 + 30);
    let now = branch(&till);
    assert_eq!((&now["takingsMinor"], &now["averageSaleMinor"]), (&json!(0), &Value::Null));
    assert_eq!(
        (&now["weekBeforeByNowMinor"], &now["weekBeforeMinor"], &now["percentAbove"]),
        (&json!(495 + 248), &json!(990), &json!(-100))
    );
    till.open_session(2);
    (0..2).for_each(|_| drop(till.sell(IBUPROFEN)));
    let now = branch(&till);
    assert_eq!((&now["takingsMinor"], &now["percentAbove"]), (&json!(990), &json!(33)));
    assert_eq!((&now["hoursMinor"][10], &now["weekBeforeHoursMinor"][10]), (&json!(990), &json!(495)));
}

#[test]
fn what_is_to_be_settled_is_listed_until_it_is() {
    let (mut first, mut other) = two_tills();
    let kinds = |till: &Till| {
        let now = branch(till);
        let rows = now["toSettle"].as_array().unwrap();
        assert_eq!(now["toSettleCount"], rows.len());
        rows.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(kinds(&first).is_empty());
    let sold = first.call(
        "add_unknown",
        json!({
            "code": null, "name": "Cough syrup", "unitPriceMinor": 549, "taxCode": "standard", "quantity": 1,
        }),
    );
    first.scan(IBUPROFEN);
    first.call("override_price", json!({ "lineNo": 2, "unitPriceMinor": 450, "reason": "agreed" }));
    let total = first.call("basket", json!({}))["totalMinor"].as_i64().unwrap();
    let done = first.pay(json!([card(total)]));
    // Two tills minted the same id for what are two movements.
    let moved = json!({ "entryId": uuid(30), "kind": "paid_out", "amountMinor": 100, "reason": "postage", "note": null });
    first.call("move_cash", moved.clone());
    other.call("move_cash", moved);
    first.hears_all_of(&mut other);
    // What the book noticed stands before what a manager may look at.
    assert_eq!(kinds(&first), ["entry_twice", "unknown", "overridden"]);
    let rows = &branch(&first)["toSettle"];
    assert_eq!((&rows[0]["tillNo"], &rows[0]["saleId"]), (&json!(1), &Value::Null));
    assert_eq!((&rows[1]["tillNo"], &rows[1]["receiptNo"]), (&json!(2), &done["receiptNo"]));
    assert_eq!(
        (&rows[1]["productName"], &rows[2]["productId"]),
        (&json!("Cough syrup"), &json!(product_id(IBUPROFEN)))
    );

    let product = sold["lines"][0]["productId"].clone();
    first.call(
        "save_product",
        json!({
            "productId": product, "isNew": true, "code": null, "name": "Cough syrup", "pack": "",
            "priceMinor": 549, "taxCode": "standard", "rx": false, "isWithdrawn": false,
        }),
    );
    assert_eq!(kinds(&first), ["entry_twice", "overridden"]);
    first.call("count_drawer", count(40));
    first.pass_minutes(7 * 24 * 60);
    // The open session still stands in the day that it was opened on, so its lines are those of today.
    assert_eq!(kinds(&first), ["entry_twice", "overridden"]);
    let close = json!({
        "entryId": uuid(41), "reason": "unknown", "note": null, "nextFloat": [], "seenExpectedMinor": 10_395,
    });
    first.call("close_session", close);
    assert_eq!(kinds(&first), ["entry_twice"]);
}

#[test]
fn a_price_that_two_tills_changed_apart_is_listed_with_who_and_when_until_somebody_decides() {
    let (mut first, mut other) = two_tills();
    let ben = first.call("staff", json!({}))[1]["staffId"].clone();
    first.call("give_role", json!({ "staffId": ben, "role": "pharmacist" }));
    other.hears_all_of(&mut first);
    first.sign_in("Ben");
    first.change_price(IBUPROFEN, 450);
    other.change_price(IBUPROFEN, 470);
    assert_eq!(first.call("product_conflicts", json!({})), json!([]));
    first.hears_all_of(&mut other);
    other.hears_all_of(&mut first);
    for till in [&first, &other] {
        let conflicts = till.call("product_conflicts", json!({}));
        assert_eq!(conflicts.as_array().unwrap().len(), 1);
        let (field, values) = (&conflicts[0]["field"], &conflicts[0]["values"]);
        assert_eq!(
            (field, &conflicts[0]["productId"]),
            (&json!("price_minor"), &json!(product_id(IBUPROFEN)))
        );
        let drawn = |value: &Value| {
            (
                value["priceMinor"].clone(),
                value["person"].clone(),
                value["tillNo"].clone(),
                value["isInForce"].clone(),
            )
        };
        // Till 1 is half an hour later.
        assert_eq!(drawn(&values[0]), (json!(470), json!("Anna"), json!(1), json!(true)));
        assert_eq!(drawn(&values[1]), (json!(450), json!("Ben"), json!(2), json!(false)));
        assert_eq!(values[0]["atMs"].as_i64().unwrap() - values[1]["atMs"].as_i64().unwrap(), 30 * MINUTE);
        let row = &branch(till)["toSettle"][0];
        assert_eq!((&row["kind"], &row["productId"]), (&json!("price_conflict"), &conflicts[0]["productId"]));
        assert_eq!((&row["tillNo"], &row["person"]), (&json!(1), &json!("Anna")));
        assert_eq!(branch(till)["toSettleCount"], 1);
    }
    let value = first.call("product_conflicts", json!({}))[0]["values"][1]["valueId"].clone();
    let keep = json!({ "productId": product_id(IBUPROFEN), "field": "price_minor", "valueId": value });
    assert_eq!(first.call("settle_conflict", keep.clone()), json!([]));
    // Somebody who has not heard of it yet decides the same: that is one decision, and no new question.
    assert_eq!(other.call("settle_conflict", keep.clone()), json!([]));
    first.hears_all_of(&mut other);
    other.hears_all_of(&mut first);
    for till in [&first, &other] {
        assert_eq!(till.call("product_conflicts", json!({})), json!([]));
        assert_eq!(branch(till)["toSettle"], json!([]));
        let product = till.call("product", json!({ "productId": product_id(IBUPROFEN) }));
        assert_eq!(product["row"]["priceMinor"], 450);
        let written = product["prices"].as_array().unwrap().len();
        till.call("settle_conflict", keep.clone());
        let again = till.call("product", json!({ "productId": product_id(IBUPROFEN) }));
        assert_eq!(again["prices"].as_array().unwrap().len(), written);
    }
}

#[test]
fn stock_that_runs_out_or_expires_is_listed() {
    let till = Till::ready();
    // Sold without ever having come in: nobody keeps stock of it.
    till.sell(NASAL_SPRAY);
    let file = till.folder().join("list.2026-11.csv");
    let rows = "code;name;price;lot;expiry;on_hand\n\
        4012345000016;Ibuprofen 400 mg;4,95;A71;2027-02-19;3\n\
        A-17;Herbal tea;3,95;T1;2027-02-20;7\n\
        A-18;Ointment;5,95;S1;2026-11-20;2\n";
    std::fs::write(&file, rows).unwrap();
    till.call("import_catalogue", json!({ "path": file, "dryRun": false }));
    till.wait_for_jobs();
    let stock = |till: &Till| till.call("branch_stock", json!({}));
    let found = stock(&till);
    assert_eq!((&found["lowCount"], &found["expiringCount"]), (&json!(0), &json!(2)));
    assert_eq!(
        (&found["expiring"][0]["lot"], &found["expiring"][0]["isExpired"], &found["expiring"][0]["packs"]),
        (&json!("S1"), &json!(true), &json!(2))
    );
    assert_eq!(
        (&found["expiring"][1]["expiry"], &found["expiring"][1]["isExpired"]),
        (&json!("2027-02-19"), &json!(false))
    );

    // Two of three are sold: the last one would not do for another week like this.
    (0..2).for_each(|_| drop(till.sell(IBUPROFEN)));
    let found = stock(&till);
    let low = &found["low"][0];
    assert_eq!((&found["lowCount"], &low["onHand"], &low["sold"]), (&json!(1), &json!(1), &json!(2)));
    assert_eq!(low["productId"], product_id(IBUPROFEN));
    till.pass_minutes(7 * 24 * 60);
    assert_eq!(stock(&till)["lowCount"], 0);
    till.sell(IBUPROFEN);
    till.pass_minutes(7 * 24 * 60);
    // Nothing is left, however long ago it was sold.
    assert_eq!(stock(&till)["low"][0]["onHand"], 0);
}

#[test]
fn a_shelf_below_zero_is_listed_until_the_delivery_of_another_till_comes() {
    let (mut first, mut other) = two_tills();
    other.hears_all_of(&mut first);
    let receive = |till: &Till, packs: i64| {
        let product = ProductId::of_gtin(IBUPROFEN);
        till.desk()
            .receive_goods(vec![ReceivedLine {
                product,
                lot: None,
                expiry: None,
                packs,
                announced: None,
                damaged: None,
                cost_minor: None,
            }])
            .unwrap();
    };
    // One pack was sold before: it and another one are missing.
    receive(&first, 1);
    (0..2).for_each(|_| drop(first.sell(IBUPROFEN)));
    receive(&other, 2);
    let below_zero = |till: &Till| till.call("branch_stock", json!({}))["belowZero"].clone();
    let rows = below_zero(&first);
    assert_eq!((&rows[0]["kind"], &rows[0]["atMs"]), (&json!("stock_below_zero"), &Value::Null));
    assert_eq!((&rows[0]["productId"], rows.as_array().unwrap().len()), (&json!(product_id(IBUPROFEN)), 1));
    assert_eq!(below_zero(&other), json!([]));
    // Whoever hears first what the other did: in the end nothing is missing.
    other.hears_all_of(&mut first);
    assert_eq!(below_zero(&other), json!([]));
    first.hears_all_of(&mut other);
    let stock = first.call("branch_stock", json!({}));
    assert_eq!((&stock["belowZero"], &stock["belowZeroCount"]), (&json!([]), &json!(0)));
}

#[test]
fn a_till_that_was_cut_off_is_not_waited_for() {
    let (mut first, mut other) = two_tills();
    first.hears_all_of(&mut other);
    let (device, incarnation) = other.life();
    let entry_id = EntryId(uuid::Uuid::from_u128(7));
    first.with_ledger(|ledger| {
        let now = Now { ms: 1_795_244_400_000, utc_offset_min: 60 };
        let head = ledger.book().seen_streams().unwrap();
        let head = head.iter().find(|seen| seen.device == device).unwrap();
        let revoked = DeviceRevoked {
            common: Common {
                entry_id,
                actor: ledger.book().staff().unwrap()[0].staff,
                approver: None,
                till: None,
                cash_session: None,
                business_date: now.business_date(0),
                currency: None,
                references: Vec::new(),
                postings: Vec::new(),
            },
            sealed: Vec::new(),
            device,
            incarnation,
            last_branch_seq: head.seq,
            last_organisation_seq: 10,
        };
        ledger.transact(now, |_| Ok((Write::entry(Entry::DeviceRevoked(revoked)), ()))).unwrap();
    });
    let now = branch(&first);
    assert_eq!((now["tills"].as_array().unwrap().len(), &now["upToNowCount"]), (1, &json!(1)));
    // What lies in its drawer is still to be counted.
    assert_eq!(
        (&now["drawers"][1]["name"]["tillNo"], &now["drawers"][1]["state"]),
        (&json!(1), &json!("open"))
    );
    assert_eq!(now["takingsMinor"], 828);
}
