//! Every command once, with arguments that it takes: for tests that hold for all of them.

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, OWNER_PIN, PIN, Till, card, cash, product_id, uuid};

/// What a second call with the same arguments comes to, as the ui makes one when it heard no answer.
#[derive(Clone, Copy)]
pub enum Again {
    /// The answer of the first call.
    Alike,
    /// Another answer, such as the number of another job; nothing happened.
    Nothing,
    /// A refusal that says it is done already.
    Refused(&'static str),
}

/// A command in a scene where it is done.
pub struct Command {
    pub name: &'static str,
    pub scene: fn() -> Till,
    /// Prepares what the command needs, and gives its arguments.
    pub args: fn(&Till) -> Value,
    pub again: Again,
    /// What it does is seen in what others answer.
    pub changes: bool,
}

impl Command {
    const fn asks(name: &'static str, args: fn(&Till) -> Value) -> Self {
        Self { name, scene: Till::ready, args, again: Again::Alike, changes: false }
    }

    const fn changes(name: &'static str, args: fn(&Till) -> Value) -> Self {
        Self { changes: true, ..Self::asks(name, args) }
    }

    const fn again(self, again: Again) -> Self {
        Self { again, ..self }
    }

    const fn at(self, scene: fn() -> Till) -> Self {
        Self { scene, ..self }
    }
}

fn ben(till: &Till) -> Value {
    till.call("staff", json!({}))[1]["staffId"].clone()
}

/// What Ben's badge carries.
fn badge(till: &Till) -> Value {
    till.call("give_badge", json!({ "staffId": ben(till), "secret": null }))["badge"].clone()
}

fn at_server(_: &Till) -> Value {
    json!({ "address": "http://127.0.0.1:1", "code": "ABCD-EFGH-JKLM" })
}

pub const EVERY: &[Command] = &[
    Command::asks("status", nothing),
    Command::asks("setup_options", nothing),
    Command::changes("set_up", set_up).at(Till::bare).again(Again::Refused("already_set_up")),
    Command::asks("join", |_| json!({ "path": "/nowhere/at/all", "code": "CODE" })).at(Till::bare),
    // These tills are alone: nobody answers.
    Command::asks("join_by_server", at_server).at(Till::bare),
    Command::asks("connect_server", at_server),
    Command::asks("invite_by_server", nothing),
    Command::asks("revoke_till", |_| json!({ "tillNo": 9 })),
    Command::asks("staff", nothing),
    Command::changes("add_staff", |_| json!({ "staffId": uuid(30), "name": "Clara", "role": "assistant" })),
    Command::changes("sign_in", |till| json!({ "staffId": ben(till), "secret": PIN, "newSecret": null })),
    Command::changes("sign_out", nothing),
    Command::asks("stay", nothing),
    Command::asks("change_secret", |_| json!({ "secret": OWNER_PIN, "newSecret": "four words of hers" }))
        .again(Again::Refused("secret_wrong")),
    Command::asks("give_secret", |till| json!({ "staffId": ben(till), "secret": "246813" })),
    Command::changes("give_role", |till| json!({ "staffId": ben(till), "role": "technician" })),
    Command::changes("leave", |till| json!({ "staffId": ben(till) })),
    Command::asks("read_badge", |till| json!({ "badge": badge(till) })),
    Command::changes("give_badge", |till| json!({ "staffId": ben(till), "secret": null }))
        .again(Again::Nothing),
    Command::changes("take_badge", |till| {
        badge(till);
        json!({ "staffId": ben(till) })
    }),
    Command::asks("approve", |till| {
        till.sign_in("Ben");
        let anna = till.call("staff", json!({}))[0]["staffId"].clone();
        json!({
            "entryId": uuid(31), "staffId": anna, "secret": OWNER_PIN, "permission": "no_sale", "extent": 0,
        })
    }),
    Command::asks("ask_approval", |_| json!({ "entryId": uuid(32), "permission": "no_sale", "extent": 0 })),
    Command::asks("approval_state", |till| {
        let asked = json!({ "entryId": uuid(33), "permission": "no_sale", "extent": 0 });
        till.call("ask_approval", asked);
        json!({ "entryId": uuid(33) })
    }),
    Command::asks("approvals_asked", nothing),
    // Nobody decides about what they asked for themselves; roles.rs has the others.
    Command::asks("decide_approval", |_| json!({ "entryId": uuid(34), "asked": uuid(35), "isGiven": true })),
    Command::asks("permissions", nothing),
    Command::asks("people_report", |_| json!({ "from": "2026-11-21", "to": "2026-11-21" })),
    Command::asks("over_short_report", |till| {
        closed(till);
        json!({ "from": "2026-11-21", "to": "2026-11-21" })
    }),
    Command::asks("month_list", |till| {
        closed(till);
        json!({ "month": "2026-11" })
    }),
    Command::asks("export_book", |till| {
        closed(till);
        let days = json!({ "kind": "days", "value": { "from": "2026-11-21", "to": "2026-11-21" } });
        json!({ "what": days, "form": "csv", "withNames": false, "folder": till.folder() })
    })
    .again(Again::Nothing),
    Command::asks("settings", nothing),
    Command::asks("setting_changes", nothing),
    Command::changes("save_settings", |till| {
        let mut settings = till.call("settings", json!({}));
        settings["letterhead"] = json!(["Marktplatz 2"]);
        settings["openingFloatMinor"] = json!(10_000);
        settings
    }),
    Command::changes("set_practice", |_| json!({ "on": true })),
    Command::changes(
        "set_backup",
        |till| json!({ "folder": till.folder(), "recoveryPassphrase": PASSPHRASE }),
    ),
    Command::changes("back_up", |till| {
        till.call("set_backup", json!({ "folder": till.folder(), "recoveryPassphrase": PASSPHRASE }));
        json!({})
    })
    .again(Again::Nothing),
    Command::asks("verify", nothing).again(Again::Nothing),
    Command::asks("cancel_job", |till| {
        let job = till.call("verify", json!({}));
        till.wait_for_jobs();
        json!({ "jobNo": job["jobNo"] })
    }),
    Command::asks("basket", |till| scanned(till, json!({}))),
    Command::changes("scan", |_| json!({ "askId": uuid(40), "code": IBUPROFEN })),
    Command::changes(
        "add_product",
        |_| json!({ "askId": uuid(40), "productId": product_id(IBUPROFEN), "quantity": 2 }),
    ),
    Command::changes("add_unknown", |_| {
        json!({
            "askId": uuid(40), "code": null, "name": "Cough syrup", "unitPriceMinor": 549,
            "taxCode": "standard", "quantity": 1,
        })
    }),
    Command::changes("set_quantity", |till| scanned(till, json!({ "lineNo": 1, "quantity": 3 }))),
    Command::changes("set_discount", |till| {
        scanned(till, json!({ "lineNo": 1, "discount": { "kind": "percent", "value": 1_000 } }))
    }),
    Command::changes("override_price", |till| {
        scanned(till, json!({ "lineNo": 1, "unitPriceMinor": 450, "reason": "agreed" }))
    }),
    Command::changes("confirm_rx", |till| scanned(till, json!({ "lineNo": 1 }))),
    Command::changes("choose_lot", |till| {
        scanned(till, json!({ "lineNo": 1, "lot": "A71", "reason": "pack_in_hand" }))
    }),
    Command::changes("void_line", |till| scanned(till, json!({ "askId": uuid(40), "lineNo": 1 }))),
    Command::changes("void_basket", |till| scanned(till, json!({ "askId": uuid(40) }))),
    Command::changes("park", |till| scanned(till, json!({ "askId": uuid(40), "label": "Frau Kern" }))),
    Command::asks("parked", nothing),
    Command::changes("recall", |till| {
        let basket = till.scan(IBUPROFEN);
        till.call("park", json!({ "label": "" }));
        json!({ "saleId": basket["saleId"] })
    }),
    Command::asks("quote_tenders", |till| scanned(till, json!({ "tenders": [cash(1_000)] }))),
    Command::changes("complete_sale", |till| {
        let basket = till.scan(IBUPROFEN);
        json!({ "saleId": basket["saleId"], "tenders": [cash(500)], "seenTotalMinor": basket["totalMinor"] })
    }),
    Command::asks("sales", |_| {
        json!({
            "from": "2026-11-01", "to": "2026-11-30", "amountMinor": 495, "productId": product_id(IBUPROFEN),
            "staffId": uuid(1), "receiptNo": "1", "limit": 10, "after": uuid(2),
        })
    }),
    Command::asks("sale", |till| json!({ "saleId": sold(till) })),
    Command::changes("start_refund", |till| {
        let line = json!({ "lineNo": 1, "quantity": 1 });
        json!({ "askId": uuid(40), "saleId": sold(till), "lines": [line], "reason": "damaged" })
    }),
    Command::changes("unlinked_refund", |_| {
        json!({
            "askId": uuid(40), "productId": product_id(IBUPROFEN), "quantity": 1, "unitPriceMinor": 495,
            "reason": "damaged",
        })
    }),
    Command::changes("correct_tender", |till| json!({ "saleId": sold(till), "tenders": [card(1_485)] })),
    Command::changes("reprint_sale", |till| json!({ "entryId": uuid(41), "saleId": sold(till) })),
    Command::asks("printers", nothing),
    Command::asks("find_printers", nothing),
    Command::changes("set_printer", |_| set_printer()),
    Command::changes("print", |till| {
        till.call("set_printer", set_printer());
        test_page(59)
    }),
    Command::changes("settle_print", |till| {
        till.call("set_printer", set_printer());
        till.call("print", test_page(58));
        json!({ "printId": uuid(58), "which": "receipts", "how": "printed" })
    }),
    Command::asks("print_file", |till| {
        till.call("set_printer", set_printer());
        till.call("print", test_page(57));
        json!({ "printId": uuid(57) })
    }),
    Command::asks("display", nothing),
    Command::changes("set_display", |_| json!({ "isOn": true })),
    Command::asks("mail", nothing),
    Command::changes("set_mail", |_| json!({ "account": account("mail.example.org") })),
    Command::changes("send_mail", |till| {
        till.call("set_mail", json!({ "account": account("mail.example.org") }));
        json!({ "mailId": uuid(57), "what": "receipt", "of": sold(till), "address": "a.durand@example.org" })
    }),
    Command::changes("settle_mail", |till| {
        till.call("set_mail", json!({ "account": account("mail.example.org") }));
        till.call("test_mail", json!({ "mailId": uuid(56), "address": "anna@example.org" }));
        json!({ "mailId": uuid(56), "how": "dropped" })
    }),
    Command::changes("test_mail", |till| {
        till.call("set_mail", json!({ "account": account("mail.example.org") }));
        json!({ "mailId": uuid(56), "address": "anna@example.org" })
    }),
    Command::asks("customers", nothing),
    Command::changes("add_customer", |_| json!({ "customerId": uuid(42), "name": "Frau Kern" })),
    Command::changes("settle_account", |till| {
        let customer = till.call("add_customer", json!({ "customerId": uuid(42), "name": "Frau Kern" }));
        till.scan(IBUPROFEN);
        let owed = json!({ "kind": "on_account", "amountMinor": 495, "customerId": customer["customerId"] });
        till.pay(json!([owed]));
        json!({ "entryId": uuid(43), "customerId": uuid(42), "kind": "cash", "amountMinor": 200 })
    })
    // What was owed before is not known any more, so the slip of the second time leaves it out.
    .again(Again::Nothing),
    Command::asks("drawer", nothing),
    Command::asks("sum_denominations", |_| json!({ "denominations": [{ "valueMinor": 500, "count": 3 }] })),
    Command::changes(
        "open_session",
        |_| json!({ "cashSessionId": uuid(44), "denominations": [{ "valueMinor": 1_000, "count": 10 }] }),
    )
    .at(signed_in),
    Command::asks("drawers", nothing),
    Command::changes("take_drawer", |till| {
        let session = till.call("drawer", json!({}))["cashSessionId"].clone();
        till.call("leave_drawer", json!({ "entryId": uuid(55), "isToCount": false }));
        json!({ "entryId": uuid(56), "cashSessionId": session })
    }),
    Command::changes("leave_drawer", |_| json!({ "entryId": uuid(55), "isToCount": true })),
    Command::changes("hand_over", |till| {
        let close = closing(till);
        json!({ "close": close, "staffId": ben(till), "secret": PIN, "cashSessionId": uuid(57) })
    }),
    Command::changes("close_till", |till| {
        till.sell(IBUPROFEN);
        till.call("leave_drawer", json!({ "entryId": uuid(55), "isToCount": true }));
        json!({ "entryId": uuid(58) })
    }),
    Command::changes("move_cash", |_| {
        json!({
            "entryId": uuid(45), "kind": "paid_out", "amountMinor": 350, "reason": "postage",
            "note": "stamps",
        })
    }),
    Command::asks("cash", nothing),
    Command::changes("send_cash", |_| sending(500)),
    Command::changes("accept_cash", |till| {
        let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
        json!({
            "entryId": uuid(53), "transferId": sent, "isReturn": false, "countedMinor": 500, "denominations": [],
            "note": null,
        })
    }),
    Command::changes("refuse_cash", |till| {
        let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
        json!({ "entryId": uuid(53), "transferId": sent, "reason": "not_received", "note": null })
    }),
    Command::asks("transfer_slip", |till| {
        let sent = till.call("send_cash", sending(500))["onItsWay"][0]["transferId"].clone();
        json!({ "entryId": sent })
    }),
    Command::changes("count_other", |till| json!({ "cashSessionId": other_session(till), "count": counted() }))
        .at(|| with_another().0),
    Command::changes("close_other", |till| {
        let session = other_session(till);
        till.call("count_other", json!({ "cashSessionId": session, "count": counted() }));
        let close = json!({
            "entryId": uuid(47), "reason": null, "note": "forgotten", "nextFloat": [], "seenExpectedMinor": 10_000,
            "onItsWayReason": null,
        });
        json!({ "cashSessionId": session, "close": close })
    })
    .at(|| with_another().0),
    Command::changes("sign_close", |till| {
        let session = till.call("drawer", json!({}))["cashSessionId"].clone();
        closed(till);
        json!({ "entryId": uuid(54), "cashSessionId": session })
    }),
    Command::changes("pick_close", |till| {
        let twice = two_closes(till);
        json!({ "entryId": uuid(59), "cashSessionId": twice["cashSessionId"], "closeId": twice["closes"][0]["closeId"] })
    })
    .at(|| closed_twice().0),
    Command::changes("count_drawer", |_| counted()),
    Command::changes("count_part", |till| {
        let session = till.call("drawer", json!({}))["cashSessionId"].clone();
        json!({
            "entryId": uuid(59), "cashSessionId": session, "denominations": [{ "valueMinor": 50, "count": 3 }],
            "replaces": null,
        })
    }),
    Command::asks("counted_parts", |till| {
        json!({ "cashSessionId": till.call("drawer", json!({}))["cashSessionId"] })
    }),
    Command::changes("keep_draft", |_| json!({ "of": "count", "text": "{}" })),
    Command::asks("draft", |_| json!({ "of": "count" })),
    Command::changes("close_session", closing),
    Command::asks("causes", |till| json!({ "cashSessionId": counted_session(till) })),
    Command::changes("explain_over_short", |till| {
        json!({
            "entryId": uuid(52), "cashSessionId": counted_session(till), "kind": "change_twice",
            "amountMinor": -5, "evidence": [], "note": "said so",
        })
    }),
    Command::asks("x_report", nothing),
    Command::asks("z_reports", nothing),
    Command::asks("z_report", |till| json!({ "entryId": closed(till) })),
    Command::asks("reprint_z", |till| json!({ "entryId": uuid(48), "zId": closed(till) })),
    Command::asks("day_report", |_| json!({ "businessDate": "2026-11-21" })),
    Command::asks("paper_file", |till| {
        json!({ "paper": { "what": "z", "of": closed(till) }, "copyId": uuid(49), "form": "text_48" })
    }),
    Command::asks("branch_now", nothing),
    Command::asks("branch_stock", nothing),
    Command::asks("settled_exceptions", nothing).at(|| refunded_apart().0),
    Command::changes("settle_exception", |till| {
        let key = till.call("branch_now", json!({}))["toSettle"][0]["key"].clone();
        json!({ "entryId": uuid(51), "key": key, "how": "in_order" })
    })
    .at(|| refunded_apart().0),
    Command::asks("view_link", nothing),
    Command::asks("find_products", |_| json!({ "text": "ibu 400", "limit": 20 })),
    Command::asks("product", |_| json!({ "productId": product_id(IBUPROFEN) })),
    Command::changes("save_product", |_| {
        json!({
            "productId": uuid(49), "isNew": true, "code": null, "name": "Herbal tea", "pack": "100 g",
            "priceMinor": 450, "taxCode": "reduced", "rx": false, "isWithdrawn": false,
        })
    }),
    Command::asks("lot_marks", nothing),
    Command::asks("lot_mark", |till| json!({ "markedId": marked(till) })),
    Command::changes("mark_lots", |_| marking(58)),
    Command::changes("release_lots", |till| json!({ "entryId": uuid(59), "markedId": marked(till) })),
    Command::asks("expiry_list", nothing),
    Command::changes("write_off", |_| {
        let line = json!({ "productId": product_id(IBUPROFEN), "lot": "A71", "packs": 1 });
        json!({ "entryId": uuid(60), "lines": [line], "reason": "damaged" })
    }),
    Command::asks("read_pack", |_| json!({ "code": IBUPROFEN })),
    Command::asks("check_delivery", |_| json!({ "lines": [delivered_line()] })),
    Command::changes("deliver", |_| delivery(62)),
    Command::changes("return_goods", |_| {
        let line = json!({ "productId": product_id(IBUPROFEN), "lot": "A71", "packs": 1 });
        json!({
            "entryId": uuid(63), "supplier": "Nord", "reference": "R 1", "lines": [line], "reason": "too_many",
        })
    }),
    Command::asks("deliveries", nothing),
    Command::asks("delivery", |till| {
        till.call("deliver", delivery(64));
        json!({ "entryId": uuid(64) })
    }),
    Command::asks("movements", |_| json!({ "productId": product_id(IBUPROFEN) })),
    Command::asks("try_scanner", |_| json!({ "code": "ean_13", "read": "2912345678906" })),
    Command::changes("import_catalogue", |till| {
        let file = till.folder().join("list.2026-11.csv");
        std::fs::write(&file, "code;name;price\n2100000000012;Ibuprofen 200 mg;3,95\n").unwrap();
        json!({ "path": file, "dryRun": false })
    })
    .again(Again::Nothing),
    Command::asks("import_report", |till| {
        let file = till.folder().join("list.2026-11.csv");
        std::fs::write(&file, "code;name;price\n2100000000012;Ibuprofen 200 mg;3,95\n").unwrap();
        let job = till.call("import_catalogue", json!({ "path": file, "dryRun": true }));
        till.wait_for_jobs();
        json!({ "jobNo": job["jobNo"] })
    }),
    Command::asks("unknown_sold", nothing),
    Command::asks("product_conflicts", nothing).at(price_conflict),
    Command::changes("settle_conflict", |till| {
        let conflict = &till.call("product_conflicts", json!({}))[0];
        let (product, value) = (&conflict["productId"], &conflict["values"][1]["valueId"]);
        json!({ "productId": product, "field": conflict["field"], "valueId": value })
    })
    .at(price_conflict),
];

const PASSPHRASE: &str = "a quiet river in autumn";

/// Takes back one pack of a sale of ibuprofen.
pub fn take_one_back(till: &Till, sale: &Value) {
    let line = json!([{ "lineNo": 1, "quantity": 1 }]);
    till.call("start_refund", json!({ "saleId": sale["saleId"], "reason": "recall", "lines": line }));
    till.pay(json!([cash(-495)]));
}

/// Two tills that were apart took the same two packs back; the one that sold them knows of three of these.
/// Gives the sale as well.
pub fn refunded_apart() -> (Till, Till, Value) {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.open_session(500);
    till.call("add_product", json!({ "productId": product_id(IBUPROFEN), "quantity": 2 }));
    let sale = till.pay(json!([cash(990)]));
    other.hears_all_of(&mut till);
    take_one_back(&other, &sale);
    take_one_back(&till, &sale);
    take_one_back(&till, &sale);
    till.hears_all_of(&mut other);
    (till, other, sale)
}

fn price_conflict() -> Till {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.hears_all_of(&mut till);
    till.change_price(IBUPROFEN, 450);
    other.change_price(IBUPROFEN, 470);
    till.hears_all_of(&mut other);
    till
}

fn nothing(_: &Till) -> Value {
    json!({})
}

fn signed_in() -> Till {
    Till::signed_in("DE")
}

fn set_up(_: &Till) -> Value {
    json!({
        "pharmacyName": "Apotheke am Markt", "letterhead": ["Marktplatz 1"], "country": "DE",
        "timeZone": "Europe/Berlin", "dayBoundaryMin": 240, "tillNo": 2,
        "staff": [{ "name": "Anna", "role": "owner" }], "backupFolder": null, "recoveryPassphrase": null,
    })
}

/// Arguments for a basket in which something is.
fn scanned(till: &Till, args: Value) -> Value {
    till.scan(IBUPROFEN);
    args
}

/// A sale of three packs.
fn sold(till: &Till) -> Value {
    till.call("add_product", json!({ "productId": product_id(IBUPROFEN), "quantity": 3 }));
    till.pay(json!([cash(1_485)]))["saleId"].clone()
}

/// A till that knows of the open drawer of another one.
pub fn with_another() -> (Till, Till) {
    let mut till = Till::ready();
    let mut other = till.joined_by_another();
    other.open_session(500);
    till.hears_all_of(&mut other);
    (till, other)
}

/// The open session of the till that is not this one.
pub fn other_session(till: &Till) -> Value {
    let cash = till.call("cash", json!({}));
    let other = cash["drawers"].as_array().unwrap().iter().find(|drawer| drawer["isOwn"] == false).unwrap();
    other["cashSessionId"].clone()
}

/// A till and another one, whose drawer both have closed while they were apart: with 98.00 there, and with 90.00 by
/// its own till.
pub fn closed_twice() -> (Till, Till) {
    closed_twice_with(true)
}

/// The same, where they have heard of each other since or not.
pub fn closed_twice_with(is_heard: bool) -> (Till, Till) {
    let (mut till, mut other) = with_another();
    let session = other_session(&till);
    let count = |no: u64, count: i64| {
        json!({
            "entryId": uuid(no), "denominations": [{ "valueMinor": 100, "count": count }], "other": [],
            "recountReason": null,
        })
    };
    let close = |no: u64, left: i64| {
        json!({
            "entryId": uuid(no), "reason": "unknown", "note": null,
            "nextFloat": [{ "valueMinor": 100, "count": left }], "seenExpectedMinor": 10_000,
        })
    };
    till.call("count_other", json!({ "cashSessionId": session, "count": count(601, 98) }));
    till.call("close_other", json!({ "cashSessionId": session, "close": close(602, 50) }));
    other.call("count_drawer", count(603, 90));
    other.call("close_session", close(604, 60));
    if is_heard {
        till.hears_all_of(&mut other);
        other.hears_all_of(&mut till);
    }
    (till, other)
}

/// The session that was closed twice, as the reconciliation desk has it.
pub fn two_closes(till: &Till) -> Value {
    let cash = till.call("cash", json!({}));
    cash["drawers"].as_array().unwrap().iter().find(|drawer| drawer["closeCount"] == 2).unwrap().clone()
}

fn delivered_line() -> Value {
    json!({
        "productId": product_id(IBUPROFEN), "lot": "A71", "expiry": "2028-03", "packs": 5, "announced": 6,
        "damaged": 1, "costMinor": 250,
    })
}

/// A delivery of one line.
fn delivery(entry: u64) -> Value {
    json!({ "entryId": uuid(entry), "supplier": "Nord", "reference": "LS 7", "lines": [delivered_line()] })
}

/// A recall of one lot.
fn marking(entry: u64) -> Value {
    json!({
        "entryId": uuid(entry), "productId": product_id(IBUPROFEN), "lots": ["A71"], "state": "recalled",
        "reference": "R 17",
    })
}

/// A recall that stands in the book.
fn marked(till: &Till) -> Value {
    till.call("mark_lots", marking(61));
    json!(uuid(61))
}

/// Cash on its way from the drawer to the safe.
pub fn sending(amount_minor: i64) -> Value {
    json!({
        "entryId": uuid(52), "from": { "place": "drawer", "tillNo": null }, "to": { "place": "safe", "tillNo": null },
        "amountMinor": amount_minor, "denominations": [{ "valueMinor": amount_minor, "count": 1 }],
        "reason": "too_much_cash", "bagNo": "B-17", "note": null,
    })
}

fn counted() -> Value {
    json!({
        "entryId": uuid(46), "denominations": [{ "valueMinor": 1_000, "count": 10 }],
        "other": [{ "kind": "card", "countedMinor": 0 }], "recountReason": null,
    })
}

/// The open session, after it was counted.
fn counted_session(till: &Till) -> Value {
    till.call("count_drawer", counted());
    till.call("drawer", json!({}))["cashSessionId"].clone()
}

fn closing(till: &Till) -> Value {
    till.call("count_drawer", counted());
    json!({
        "entryId": uuid(47), "reason": null, "note": "all there",
        "nextFloat": [{ "valueMinor": 1_000, "count": 5 }], "seenExpectedMinor": 10_000,
    })
}

/// The Z of a closed session.
fn closed(till: &Till) -> Value {
    let closing = closing(till);
    till.call("close_session", closing);
    till.call("z_reports", json!({}))[0]["entryId"].clone()
}

#[test]
fn every_command_is_here() {
    let names: Vec<&str> = EVERY.iter().map(|command| command.name).collect();
    let commands: Vec<_> = desk::COMMANDS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, commands);
}

fn set_printer() -> Value {
    json!({ "which": "receipts", "printer": printer("192.168.1.40") })
}

fn test_page(print: u64) -> Value {
    json!({ "printId": uuid(print), "paper": { "what": "test" }, "which": "receipts", "count": 1 })
}

/// A receipt printer at this address.
pub(crate) fn printer(address: &str) -> Value {
    json!({
        "address": address, "baud": null, "columns": 42, "codePage": "pc858", "cuts": true, "drawerPin": 2, "printsReceipts": true,
    })
}

/// A mail account at this server.
pub(crate) fn account(host: &str) -> Value {
    json!({
        "host": host, "port": 587, "security": "starttls", "user": "till", "password": "a mail password",
        "fromAddress": "till@example.org", "fromName": "Apotheke am Markt",
    })
}
