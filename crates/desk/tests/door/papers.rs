//! Papers as files: what stands on them, what must not, and how they are marked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::till::{IBUPROFEN, NASAL_SPRAY, PIN, Till, card, cash, product_id, uuid};

fn asked(what: &str, more: Value) -> Value {
    let mut asked = json!({ "paper": { "what": what }, "copyId": null, "form": "text_42" });
    for (name, value) in more.as_object().unwrap() {
        let place = if asked.get(name).is_some() { &mut asked } else { &mut asked["paper"] };
        place[name] = value.clone();
    }
    asked
}

/// Name and content of a paper.
fn file(till: &Till, what: &str, more: Value) -> (String, Vec<u8>) {
    let made = till.call("paper_file", asked(what, more));
    (made["name"].as_str().unwrap().to_owned(), STANDARD.decode(made["base64"].as_str().unwrap()).unwrap())
}

fn text(till: &Till, what: &str, more: Value) -> String {
    String::from_utf8(file(till, what, more).1).unwrap()
}

/// Rows without the spaces between their two sides.
fn rows(text: &str) -> Vec<String> {
    text.lines().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn has(text: &str, row: &str) {
    assert!(rows(text).iter().any(|found| found == row), "{row}\n{text}");
}

#[test]
fn the_logo_stands_on_papers_and_no_label() {
    let mut till = Till::ready();
    till.sign_in("Anna");
    let mut settings = till.call("settings", json!({}));
    assert_eq!((&settings["logo"], &settings["wantedNos"]), (&Value::Null, &json!([])));
    for (width, bytes) in [(0, 1), (385, 49), (8, 193), (9, 3), (8, 0)] {
        settings["logo"] = json!({ "width": width, "bits": STANDARD.encode(vec![0x81; bytes]) });
        assert_eq!(till.refused("save_settings", settings.clone()).0, "bad_logo", "{width} {bytes}");
    }
    let logo = json!({ "width": 16, "bits": STANDARD.encode([0xa5; 32]) });
    settings["logo"] = logo.clone();
    assert_eq!(till.call("save_settings", settings)["logo"], logo);
    till.restart();
    till.sign_in("Anna");
    assert_eq!(till.call("settings", json!({}))["logo"], logo);
    let change = till.call("setting_changes", json!({}))[0].clone();
    assert_eq!((&change["setting"], &change["after"]["isOn"]), (&json!("logo"), &json!(true)));
    let printer = json!({
        "address": "192.168.1.40", "columns": 42, "codePage": "pc858", "cuts": true, "drawerPin": 2, "printsReceipts": true,
    });
    // GS v 0 with two bytes for each row, and sixteen rows: the picture of the ESC/POS reference.
    let picture = [&[0x1d, b'v', b'0', 0, 2, 0, 16, 0][..], &[0xa5; 32]].concat();
    let prints = |prints_logo: bool, what: &str| {
        let mut printer = printer.clone();
        printer["printsLogo"] = json!(prints_logo);
        till.call("set_printer", json!({ "which": "receipts", "printer": printer }));
        let of = (what == "price_label").then(|| product_id(IBUPROFEN));
        let paper = json!({ "what": what, "of": of });
        till.call(
            "print",
            json!({ "printId": till.new_id(), "which": "receipts", "paper": paper, "count": 1 }),
        );
        let bytes = till.desk().next_print(desk::printing::Which::Receipts).unwrap().unwrap().bytes;
        till.call("settle_print", json!({ "which": "receipts", "printId": null, "how": "printed" }));
        bytes.windows(picture.len()).any(|found| found == picture)
    };
    assert!(prints(true, "x"));
    assert!(!prints(false, "x"));
    assert!(!prints(true, "price_label"));
}

#[test]
fn the_numbers_that_a_law_wants_stand_under_the_name() {
    let till = Till::ready_in("FR");
    till.sign_in("Anna");
    let mut settings = till.call("settings", json!({}));
    let wanted =
        json!([{ "setting": "company_no", "name": "SIRET" }, { "setting": "tax_no", "name": "N° TVA" }]);
    assert_eq!(settings["wantedNos"], wanted);
    assert!(!text(&till, "x", json!({})).contains("SIRET"));
    settings["taxNo"] = json!("  FR40303265045 ");
    settings["companyNo"] = json!("x".repeat(43));
    assert_eq!(till.refused("save_settings", settings.clone()).0, "text_too_long");
    settings["companyNo"] = json!("30326504500014");
    assert_eq!(till.call("save_settings", settings)["taxNo"], "FR40303265045");
    let paper = text(&till, "x", json!({}));
    has(&paper, "SIRET 30326504500014");
    has(&paper, "N° TVA FR40303265045");
    // Where no law wants them they stand nowhere.
    let till = Till::ready();
    till.sign_in("Anna");
    let mut settings = till.call("settings", json!({}));
    settings["taxNo"] = json!("DE123456789");
    till.call("save_settings", settings);
    assert!(!text(&till, "x", json!({})).contains("DE123456789"));
}

#[test]
fn a_sale_begins_with_its_first_line() {
    let till = Till::ready();
    let begun = |no: &str| {
        let sold = till.pay(json!([card(495)]));
        has(sold["receipt"]["text"].as_str().unwrap(), no);
    };
    // Nothing was in the basket for ten minutes, and what was taken out of it begins no sale.
    till.pass_minutes(10);
    till.scan(IBUPROFEN);
    till.call("void_line", json!({ "lineNo": 1 }));
    till.pass_minutes(5);
    till.scan(IBUPROFEN);
    till.pass_minutes(2);
    begun("Beginn 21.11.2026 08:15");
    // What was set aside was begun before.
    till.scan(IBUPROFEN);
    till.call("park", json!({ "label": "" }));
    till.pass_minutes(30);
    let parked = till.call("parked", json!({}))[0]["saleId"].clone();
    till.call("recall", json!({ "saleId": parked }));
    begun("Beginn 21.11.2026 08:17");
}

/// 100.00 float, 4.95 cash, 3.33 card, 20.00 paid out, 15.00 to the safe.
fn a_day(till: &Till) {
    till.sell(IBUPROFEN);
    till.scan(NASAL_SPRAY);
    till.pay(json!([card(333)]));
    let stamps = json!({
        "entryId": uuid(10), "kind": "paid_out", "amountMinor": 2_000, "reason": "postage", "note": null,
    });
    till.call("move_cash", stamps);
    let sent = json!({
        "entryId": uuid(11), "from": { "place": "drawer", "tillNo": null }, "to": { "place": "safe", "tillNo": null },
        "amountMinor": 1_500, "denominations": [], "reason": "too_much_cash", "bagNo": null, "note": null,
    });
    till.call("send_cash", sent);
}

/// Counts 69.90 where 69.95 are expected, and closes; the entry of the Z.
fn close(till: &Till) -> Value {
    close_on_cards(till, 333)
}

fn close_on_cards(till: &Till, card_minor: i64) -> Value {
    let denominations = json!([{ "valueMinor": 1_000, "count": 6 }, { "valueMinor": 10, "count": 99 }]);
    let counted = json!({
        "entryId": uuid(20), "denominations": denominations, "recountReason": null,
        "other": [{ "kind": "card", "countedMinor": card_minor }],
    });
    till.call("count_drawer", counted);
    let closing = json!({
        "entryId": uuid(21), "reason": null, "note": null, "seenExpectedMinor": 6_995,
        "nextFloat": [{ "valueMinor": 1_000, "count": 5 }], "onItsWayReason": "accepted_tomorrow",
    });
    till.call("close_session", closing);
    till.call("z_reports", json!({}))[0]["entryId"].clone()
}

#[test]
fn every_paper_is_there_as_pdf_and_in_two_widths() {
    let till = Till::ready();
    a_day(&till);
    let check = |what: &str, more: Value, called: &str| {
        for (form, ending) in [("pdf", ".pdf"), ("text_42", ".txt"), ("text_48", ".txt")] {
            let mut more = more.clone();
            more["form"] = json!(form);
            let (name, bytes) = file(&till, what, more);
            assert!(name.starts_with(called) && name.ends_with(ending), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.'), "{name}");
            if form == "pdf" {
                assert!(bytes.starts_with(b"%PDF-1.7") && bytes.ends_with(b"%%EOF"), "{what}");
            } else {
                let text = String::from_utf8(bytes).unwrap();
                let width = if form == "text_42" { 42 } else { 48 };
                let widest = text.lines().map(|row| row.chars().count()).max();
                assert_eq!(widest, Some(width), "{what}\n{text}");
                assert!(text.contains("Apotheke am Markt"), "{text}");
            }
        }
    };
    check("x", json!({}), "X-B01-T2-");
    check("count_sheet", json!({}), "count-sheet-B01-T2-");
    check("transfer_slip", json!({ "of": uuid(11) }), "transfer-2026-11-21");
    check("day_journal", json!({ "date": "2026-11-21" }), "journal-2026-11-21");
    check("month_summary", json!({ "month": "2026-11" }), "month-2026-11");
    let z = close(&till);
    check("counted", json!({ "of": z }), "count-B01-T2-");
    check("z", json!({ "of": z, "copyId": uuid(40) }), "Z-B01-T2-");
}

/// Every paper at 42 columns, as it is called in `PaperOf`.
fn all_papers(country: &str) -> String {
    let till = Till::ready_in(country);
    till.scan(IBUPROFEN);
    till.call(
        "set_discount",
        json!({ "lineNo": null, "discount": { "kind": "percent", "value": 1_000 }, "reason": "agreed" }),
    );
    let basket = till.call("basket", json!({}));
    let handed = json!({ "kind": "cash", "amountMinor": 1_000 });
    let sale = till.pay(json!([handed]));
    assert_eq!(basket["saleId"], sale["saleId"]);
    till.pass_minutes(2);
    let back = json!({ "lineNo": 1, "quantity": 1 });
    till.call(
        "start_refund",
        json!({ "askId": uuid(60), "saleId": sale["saleId"], "lines": [back], "reason": "damaged" }),
    );
    let back_minor = till.call("basket", json!({}))["totalMinor"].as_i64().unwrap();
    let refund = till.pay(json!([cash(back_minor)]));
    till.pass_minutes(3);
    a_day(&till);
    till.pass_minutes(4);
    till.call("add_customer", json!({ "customerId": uuid(61), "name": "Frau Kern" }));
    till.scan(NASAL_SPRAY);
    till.pay(json!([{ "kind": "on_account", "amountMinor": 333, "customerId": uuid(61) }]));
    till.call(
        "settle_account",
        json!({ "entryId": uuid(62), "customerId": uuid(61), "kind": "card", "amountMinor": 333 }),
    );
    let x = text(&till, "x", json!({}));
    till.pass_minutes(5);
    let z = close_on_cards(&till, 666);
    let of = |what: &str, of: &Value| text(&till, what, json!({ "of": of, "copyId": uuid(63) }));
    let mut all = String::new();
    for (what, paper) in [
        ("receipt", of("receipt", &sale["saleId"])),
        (
            "receipt, of a refund",
            text(&till, "receipt", json!({ "of": refund["saleId"], "copyId": uuid(64) })),
        ),
        ("x", x),
        ("z", text(&till, "z", json!({ "of": z, "copyId": uuid(65) }))),
        ("counted", of("counted", &z)),
        ("count_sheet", of("count_sheet", &Value::Null)),
        ("transfer_slip", of("transfer_slip", &json!(uuid(11)))),
        ("cash_slip", of("cash_slip", &json!(uuid(10)))),
        ("settlement", of("settlement", &json!(uuid(62)))),
        ("price_label", of("price_label", &json!(product_id(IBUPROFEN)))),
        ("scanner_sheet", of("scanner_sheet", &Value::Null)),
        ("day_journal", text(&till, "day_journal", json!({ "date": "2026-11-21" }))),
        ("month_summary", text(&till, "month_summary", json!({ "month": "2026-11" }))),
    ] {
        all += &format!("==== {what}\n{paper}\n");
    }
    all
}

#[test]
fn every_paper_is_what_it_was_in_each_language() {
    for (language, country) in [("german", "DE"), ("french", "FR"), ("english", "NL")] {
        insta::assert_snapshot!(format!("papers_{language}"), all_papers(country));
    }
}

fn run(program: &str, args: &[&str]) -> String {
    let out = std::process::Command::new(program).args(args).output();
    let out = out.unwrap_or_else(|error| panic!("{program}: {error} (./dev setup installs it)"));
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// The codes in the picture of a paper, each with its kind, as a reader that knows nothing of the till finds them;
/// `part` is the part of the page that is looked at, as `pdftoppm` takes it.
fn codes(till: &Till, what: &str, of: &Value, part: &[&str]) -> Vec<(String, String)> {
    let (_, pdf) = file(till, what, json!({ "form": "pdf", "of": of, "copyId": uuid(66) }));
    let (pdf_path, picture) = (till.folder().join("paper.pdf"), till.folder().join("paper"));
    std::fs::write(&pdf_path, pdf).unwrap();
    let (from, to) = (pdf_path.to_str().unwrap(), picture.to_str().unwrap());
    run("pdftoppm", &[&["-png", "-r", "200", "-singlefile"], part, &[from, to]].concat());
    let said = run("ZXingReader", &[&format!("{to}.png")]);
    let after =
        |line: &str, what: &str| line.strip_prefix(what).map(|rest| rest.trim().trim_matches('"').to_owned());
    let kinds = said.lines().filter_map(|line| after(line, "Format:"));
    let mut found: Vec<_> = kinds.zip(said.lines().filter_map(|line| after(line, "Text:"))).collect();
    found.sort();
    found
}

#[test]
fn codes_are_read_back_from_the_pictures_of_papers() {
    let till = Till::ready();
    let sale = till.sell(IBUPROFEN);
    let [barcode, code] = codes(&till, "receipt", &sale["saleId"], &[]).try_into().unwrap();
    assert_eq!(barcode, ("Code128".to_owned(), sale["receiptNo"].as_str().unwrap().to_owned()));
    assert!(code.0 == "QRCode" && code.1.starts_with("PTR1") && code.1.len() > 240, "{code:?}");
    let label = codes(&till, "price_label", &json!(product_id(IBUPROFEN)), &[]);
    assert_eq!(label, [("EAN-13".to_owned(), IBUPROFEN.trim_start_matches('0').to_owned())]);
    let sheet = codes(&till, "scanner_sheet", &Value::Null, &[]);
    let expected = [("Code128", "PHARMATILL-128"), ("EAN-13", "2912345678906"), ("QRCode", "PHARMATILL-128")];
    assert_eq!(sheet, expected.map(|(kind, text)| (kind.to_owned(), text.to_owned())));
    // The reader finds a small code only where not much else is to be seen.
    let part = ["-x", "130", "-y", "910", "-W", "220", "-H", "220"];
    let matrix = codes(&till, "scanner_sheet", &Value::Null, &part);
    let says = "01029123456789061728123110aZy-7/M;\u{1d}21SN0001";
    assert_eq!(matrix, [("DataMatrix".to_owned(), says.to_owned())]);
}

#[test]
fn a_paper_that_cannot_be_is_refused() {
    let till = Till::ready();
    let refused = |what: &str, more: Value, code: &str| {
        assert_eq!(till.refused("paper_file", asked(what, more)).0, code, "{what}");
    };
    refused("counted", json!({}), "count_missing");
    refused("receipts", json!({}), "bad_arguments");
    refused("x", json!({ "form": "text_7" }), "bad_arguments");
    refused("z", json!({ "of": uuid(1), "copyId": uuid(40) }), "unknown_z");
    refused("z", json!({ "of": null, "copyId": uuid(40) }), "bad_arguments");
    refused("z", json!({ "of": uuid(1) }), "bad_arguments");
    refused("day_journal", json!({ "date": "21.11.2026" }), "bad_arguments");
    refused("month_summary", json!({ "month": "2026-13" }), "bad_arguments");
    let sale = till.sell(IBUPROFEN)["saleId"].clone();
    refused("counted", json!({ "of": sale }), "unknown_z");
    refused("transfer_slip", json!({ "of": sale }), "transfer_unknown");
    close_without_session(&till);
    refused("x", json!({}), "session_closed");
}

fn close_without_session(till: &Till) {
    let counted = json!({
        "entryId": uuid(20), "denominations": [{ "valueMinor": 1, "count": 10_495 }], "other": [],
        "recountReason": null,
    });
    till.call("count_drawer", counted);
    let closing = json!({
        "entryId": uuid(21), "reason": null, "note": null, "seenExpectedMinor": 10_495, "nextFloat": [],
    });
    till.call("close_session", closing);
}

#[test]
fn the_paper_of_a_z_is_a_copy_that_is_counted_once() {
    let till = Till::ready();
    a_day(&till);
    let z = close(&till);
    let copy = |no: u64| text(&till, "z", json!({ "of": z, "copyId": uuid(no) }));
    has(&copy(40), "*** KOPIE 1 ***");
    has(&copy(40), "*** KOPIE 1 ***");
    has(&copy(41), "*** KOPIE 2 ***");
    has(&copy(41), "Umsatz 8,28");
    // Printed again, it goes on from there.
    let printed = till.call("reprint_z", json!({ "entryId": uuid(42), "zId": z }));
    assert_eq!(printed["receipt"]["copyNo"], 3);

    // Who only looks writes nothing, and has a copy all the same.
    let auditor = till.add_person("Vera", "auditor");
    till.call("sign_in", json!({ "staffId": auditor, "secret": PIN, "newSecret": null }));
    let looked = copy(43);
    has(&looked, "*** KOPIE ***");
    has(&looked, "Umsatz 8,28");
    till.sign_in("Anna");
    has(&copy(44), "*** KOPIE 4 ***");
}

#[test]
fn a_z_carries_the_code_that_proves_it_and_nothing_else_does() {
    let till = Till::ready();
    a_day(&till);
    let x = till.call("x_report", json!({}));
    assert_eq!(x["receipt"]["code"], Value::Null);
    let z = till.call("z_report", json!({ "entryId": close(&till) }));
    let code = &z["receipt"]["code"];
    let read = replica::paper_code::PaperCode::parse(code["text"].as_str().unwrap()).unwrap();
    assert_eq!(read.head.stream.device, till.life().0);
    let modules = code["rows"].as_array().unwrap();
    assert!(modules.len() <= 53 && modules.iter().all(|row| row.as_str().unwrap().len() == modules.len()));
    till.call("set_practice", json!({ "on": true }));
    till.open_session(5);
    close_without_session_of(&till, 10_000);
    let practised =
        till.call("z_report", json!({ "entryId": till.call("z_reports", json!({}))[0]["entryId"] }));
    assert_eq!(practised["receipt"]["code"], Value::Null, "what is practised is proved to nobody");
}

fn close_without_session_of(till: &Till, cents: i64) {
    let counted = json!({
        "entryId": uuid(60), "denominations": [{ "valueMinor": 1, "count": cents }], "other": [],
        "recountReason": null,
    });
    till.call("count_drawer", counted);
    let closing = json!({
        "entryId": uuid(61), "reason": null, "note": null, "seenExpectedMinor": cents, "nextFloat": [],
    });
    till.call("close_session", closing);
}

#[test]
fn blind_is_blind_on_paper_too() {
    let till = Till::founded("DE");
    till.sign_in("Ben");
    till.open_session(1);
    a_day(&till);
    let check = |what: &str, more: Value| {
        let text = text(&till, what, more);
        // Cash, and card beside the total, which comes to the same.
        for told in ["69,95", "4,95 ", "3,33 ", "Bar 4,95", "Karte (1) 3,33"] {
            let row = rows(&text).into_iter().find(|row| row.contains(told) && !row.contains("Bon"));
            assert_eq!(row, None, "{what}: {told}\n{text}");
        }
        assert!(!text.contains(", Bar") && !text.contains(", Karte"), "{text}");
        text
    };
    has(&check("x", json!({})), "Soll Bargeld nach Zählung");
    let journal = check("day_journal", json!({ "date": "2026-11-21" }));
    has(&journal, "Bar nach Zählung");
    has(&journal, "Karte nach Zählung");
    has(&journal, "Umsatz 8,28");
    let month = check("month_summary", json!({ "month": "2026-11" }));
    assert_eq!(rows(&month).iter().filter(|row| *row == "Bar nach Zählung").count(), 2, "{month}");
    let sheet = text(&till, "count_sheet", json!({}));
    assert!(!sheet.contains("69,95") && !sheet.contains("8,28"), "{sheet}");

    till.sign_in("Anna");
    has(&text(&till, "day_journal", json!({ "date": "2026-11-21" })), "Bar (1) 4,95");
    has(&text(&till, "x", json!({})), "Soll Bargeld 69,95");
}

#[test]
fn the_journal_has_every_receipt_and_movement_in_order_and_sums_to_the_day() {
    let till = Till::ready();
    a_day(&till);
    till.pass_minutes(60);
    close(&till);
    let journal = text(&till, "day_journal", json!({ "date": "2026-11-21" }));
    let found: Vec<String> = rows(&journal)
        .iter()
        .skip_while(|row| !row.starts_with("08:"))
        .take_while(|row| !row.starts_with("Summe"))
        .map(|row| {
            let no =
                |word: &str| word.strip_prefix("B01-T2-").map_or(word.to_owned(), |no| no[4..].to_owned());
            row.split(' ').map(no).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        found,
        [
            "08:00 000001 Bon, Bar Anna 4,95",
            "08:00 000002 Bon, Karte",
            "Anna 3,33",
            "08:00 Lade eröffnet Anna 100,00",
            "08:00 Auszahlung Anna -20,00",
            "08:00 In den Tresor Anna -15,00",
            "09:00 Lade gezählt Anna 69,90",
            "09:00 Lade geschlossen, Differenz",
            "Anna -0,05",
            "09:00 Z0001 Z-BERICHT Anna",
        ],
        "{journal}"
    );
    has(&journal, "Summe 8,28");
    has(&journal, "Bar (1) 4,95");
    has(&journal, "A 19 % 4,16 0,79 4,95");
    let nothing = text(&till, "day_journal", json!({ "date": "2026-11-20" }));
    has(&nothing, "Keine Vorgänge.");
}

#[test]
fn a_month_has_its_days_and_their_z() {
    let till = Till::ready();
    a_day(&till);
    close(&till);
    till.pass_minutes(24 * 60);
    till.open_session(2);
    till.sell(IBUPROFEN);
    let month = text(&till, "month_summary", json!({ "month": "2026-11", "form": "text_48" }));
    let rows = rows(&month);
    let at = |row: &str| {
        rows.iter().position(|found| found.starts_with(row)).unwrap_or_else(|| panic!("{row}\n{month}"))
    };
    let (first, second, sum) = (at("21.11.2026"), at("22.11.2026"), at("Summe"));
    assert!(first < second && second < sum, "{month}");
    assert!(rows[first].ends_with("-Z0001"), "{month}");
    assert_eq!(rows[first + 1], "Umsatz 8,28");
    assert_eq!(rows[second + 1], "Umsatz 4,95");
    assert_eq!(rows[sum + 1], "Umsatz 13,23");
    for (row, from) in
        [("Diff. Bar -0,05", first), ("Bar 4,95", first), ("Karte 3,33", first), ("Bar 9,90", sum)]
    {
        assert!(rows[from..].iter().any(|found| found == row), "{row}\n{month}");
    }
    has(&text(&till, "month_summary", json!({ "month": "2026-10" })), "Keine Vorgänge.");
}

#[test]
fn cash_that_is_short_is_not_made_up_for_by_a_card_total_that_is_over() {
    let till = Till::ready();
    a_day(&till);
    let counted = json!({
        "entryId": uuid(20), "recountReason": null,
        "denominations": [{ "valueMinor": 1_000, "count": 6 }, { "valueMinor": 5, "count": 99 }],
        "other": [{ "kind": "card", "countedMinor": 833 }],
    });
    till.call("count_drawer", counted);
    let closing = json!({
        "entryId": uuid(21), "reason": "unknown", "note": null, "seenExpectedMinor": 6_995, "nextFloat": [],
        "onItsWayReason": "accepted_tomorrow",
    });
    till.call("close_session", closing);
    let z = till.call("z_reports", json!({}))[0].clone();
    assert_eq!((&z["overShortMinor"], &z["otherOverShortMinor"]), (&json!(-500), &json!(500)));
    let drawer = till.call("cash", json!({ "businessDate": null }))["drawers"][0].clone();
    assert_eq!(drawer["overShortMinor"], -500);
    let month = text(&till, "month_summary", json!({ "month": "2026-11" }));
    has(&month, "Diff. Bar -5,00");
    has(&month, "Diff. andere 5,00");
    let journal = text(&till, "day_journal", json!({ "date": "2026-11-21" }));
    let rows = rows(&journal);
    let closed = rows.iter().position(|row| row.ends_with("Lade geschlossen, Differenz")).unwrap();
    assert_eq!(rows[closed + 1], "Anna -5,00");
}

#[test]
fn counts_are_sheets_with_every_note_and_coin() {
    let till = Till::ready();
    a_day(&till);
    let blank = text(&till, "count_sheet", json!({}));
    for value in ["500,00", "200,00", "0,50", "0,01"] {
        has(&blank, &format!("{value} __________ __________"));
    }
    let z = close(&till);
    let counted = text(&till, "counted", json!({ "of": z }));
    for row in ["10,00 6 60,00", "0,10 99 9,90", "Bar 69,90", "Bar 69,95 69,90 -0,05", "Gezählt von Anna"] {
        has(&counted, row);
    }
    let slip = text(&till, "transfer_slip", json!({ "of": uuid(11) }));
    for row in ["Von Kasse 2, Lade", "An Tresor", "Betrag EUR 15,00", "Bearbeitet von Anna"] {
        has(&slip, row);
    }
}

#[test]
fn practice_is_marked_and_french_is_french() {
    let till = Till::ready_in("FR");
    has(&text(&till, "x", json!({})), "RAPPORT X");
    has(&text(&till, "count_sheet", json!({})), "FEUILLE DE COMPTAGE");
    till.call("set_practice", json!({ "on": true }));
    till.open_session(5);
    for what in ["x", "count_sheet"] {
        let text = text(&till, what, json!({}));
        let rules = text.lines().filter(|row| row.contains("---")).count();
        assert!(rules > 1 && text.matches(" ENTRAÎNEMENT ").count() == rules, "{text}");
    }
}

#[test]
fn names_that_want_to_be_something_else_do_no_harm() {
    let till = Till::ready();
    let mut settings = till.call("settings", json!({}));
    settings["letterhead"] = json!(["Stra\u{df}e \u{202e}1", "x".repeat(42)]);
    till.call("save_settings", settings);
    till.add_person(&"\u{202e}Q".repeat(40), "pharmacist");
    a_day(&till);
    for (what, more) in [("x", json!({})), ("day_journal", json!({ "date": "2026-11-21" }))] {
        let text = text(&till, what, more.clone());
        assert!(!text.contains('\u{202e}'), "{text}");
        let mut more = more;
        more["form"] = json!("pdf");
        assert!(file(&till, what, more).1.starts_with(b"%PDF"));
    }
}
