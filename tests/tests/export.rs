//! Exports, read again by a reader that knows nothing but the files: what the postings of a Z sum to is what the Z
//! says, of every figure that is money.

#[path = "export/days.rs"]
mod days;
#[path = "export/reader.rs"]
mod reader;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use desk::api::drawers::PickClose;
use desk::api::export::{ExportBook, ExportDays, ExportWhat};
use desk::api::setup::SignIn;
use desk::api::transfers::CashQuery;
use desk::{Desk, Fault, Nothing};
use till::day::{Scene, play};

use days::{DAY_AFTER, SHOP};
use reader::{Export, Row, money};

/// What the owner of a day signs in with.
const ANNA: &str = "73915482";

/// Plays the days of a shop on a till of its own, picks the close that counts of the drawer that was closed twice,
/// and plays the day after. Gives the desk that they were played on, with the owner on duty.
fn played(data: &Path, country: &str) -> std::sync::Arc<Desk> {
    let scene = Scene { data, files: data, seeded: true };
    let act = |days: &str| {
        let outcome = play(days, &scene, &mut |_| Ok(()));
        assert!(outcome.is_ok(), "{outcome:?}");
        let desk = till::home::open_once(data).expect("the till");
        let staff_id = desk.staff(Nothing {}).expect("people").remove(0).staff_id;
        let who = SignIn { staff_id, secret: ANNA.to_owned(), new_secret: None };
        desk.act_as(Some(who)).expect("the owner");
        desk
    };
    let desk = act(&SHOP.replace("COUNTRY", country));
    let cash = desk.cash(CashQuery { business_date: Some("2026-03-05".to_owned()) }).expect("the drawers");
    let twice = cash.drawers.iter().find(|drawer| drawer.close_count == 2).expect("a drawer closed twice");
    let by_other = twice.closes.iter().find(|close| close.till_no == Some(1)).expect("its close");
    desk.pick_close(PickClose {
        entry_id: "00000000-0000-7000-8000-000000000001".to_owned(),
        cash_session_id: twice.cash_session_id.clone(),
        close_id: by_other.close_id.clone(),
    })
    .expect("one that counts");
    drop(desk);
    act(DAY_AFTER)
}

fn between(from: &str, to: &str) -> ExportWhat {
    ExportWhat::Days(ExportDays { from: from.to_owned(), to: to.to_owned() })
}

fn exported(
    desk: &Desk,
    what: ExportWhat,
    form: &str,
    with_names: bool,
    folder: PathBuf,
) -> Result<PathBuf, Fault> {
    let asked = ExportBook { what, form: form.to_owned(), with_names, folder: String::new() };
    let begun = desk.export_into(&asked, &folder)?;
    till::job::finish(desk, &begun.job, |_| ())?;
    Ok(folder)
}

/// Compares every figure of a Z with what its entries and postings say.
fn check_z(export: &Export, z: &Row) {
    let label = &z["z_no"];
    let entries = export.entries_of(label);
    let is = |entry: &&Row, kinds: &[&str]| kinds.contains(&entry["kind"].as_str());
    let posted = |account: &str, of: &dyn Fn(&Row) -> bool| -> i64 {
        let postings =
            entries.iter().filter(|entry| of(entry)).flat_map(|entry| export.postings_of(&entry["entry_id"]));
        postings.filter(|posting| posting["account"] == account).map(|posting| money(posting, "amount")).sum()
    };
    let any = |_: &Row| true;
    // Putting right a sale of an earlier session is no tender of this period.
    let own = |entry: &Row| entry["corrects_session_id"].is_empty();
    let amounts = |kinds: &[&str]| -> i64 {
        entries.iter().filter(|entry| is(entry, kinds)).map(|entry| money(entry, "amount")).sum()
    };
    let count = |kinds: &[&str]| entries.iter().filter(|entry| is(entry, kinds)).count();
    let figure = |name: &str, expected: i64| assert_eq!(money(z, name), expected, "{name} of {label}");

    figure("takings", -posted("30", &any) - posted("31", &any));
    figure("takings", amounts(&["sale", "refund", "unlinked_refund"]));
    figure("tax", -posted("31", &any));
    let taken_in = ["sale", "refund", "unlinked_refund", "tender_corrected", "account_settled"];
    figure("cash", posted("10", &|entry| own(entry) && taken_in.contains(&entry["kind"].as_str())));
    figure("card", posted("20", &own));
    figure("voucher", posted("21", &own));
    figure("on_account", posted("22", &own));
    figure("rounding", -posted("32", &own));
    figure("opening_float", amounts(&["session_opened"]));
    figure("paid_in", amounts(&["paid_in"]));
    figure("paid_in", -posted("34", &|entry| entry["kind"] == "paid_in"));
    figure("paid_out", posted("34", &|entry| entry["kind"] == "paid_out"));
    let sent = money(z, "safe_drops") + money(z, "transfers_out");
    assert_eq!(sent, -posted("10", &|entry| entry["kind"] == "transfer_sent"), "sent, {label}");
    let arrived = money(z, "float_top_ups") + money(z, "transfers_in");
    assert_eq!(arrived, posted("10", &|entry| entry["kind"] == "transfer_accepted"), "arrived, {label}");
    figure("settled_cash", posted("10", &|entry| entry["kind"] == "account_settled"));
    // Over and short is of the drawers that the till worked at in this period, and not of one that it closed for
    // another till; what a manager picked of two closes moves what one of them posted, and is no close.
    let began = |entry: &&&Row| is(entry, &["session_opened", "drawer_taken"]);
    let sessions: BTreeSet<&str> =
        entries.iter().filter(began).map(|entry| entry["cash_session_id"].as_str()).collect();
    let own_close = |entry: &Row| {
        entry["kind"] == "drawer_closed" && sessions.contains(entry["cash_session_id"].as_str())
    };
    figure("over_short_cash", -posted("33", &own_close));
    let closed = entries.iter().filter(|entry| own_close(entry)).map(|entry| money(entry, "amount"));
    figure("over_short_cash", closed.sum());
    // Counted is what lay in the drawer that was closed with this Z.
    let of_its_own =
        |entry: &&&Row| entry["kind"] == "drawer_counted" && entry["cash_session_id"] == z["cash_session_id"];
    let last_count = entries.iter().rfind(of_its_own).expect("a count");
    figure("counted_cash", money(last_count, "amount"));
    // What was counted into the drawer, and whatever moved it until it was counted again: said of one drawer alone.
    let is_of_one_drawer = sessions.len() == 1;
    assert_eq!(z["expected_cash_minor"].is_empty(), !is_of_one_drawer, "expected_cash of {label}");
    if is_of_one_drawer {
        let not_moved = ["session_opened", "drawer_closed", "close_picked"];
        let moved = posted("10", &|entry| !not_moved.contains(&entry["kind"].as_str()));
        figure("expected_cash", amounts(&["session_opened"]) + moved);
        figure("counted_cash", amounts(&["session_opened"]) + moved + money(z, "over_short_cash"));
    }
    figure("voids", amounts(&["line_voided", "basket_voided"]));
    assert_eq!(z["void_count"], count(&["line_voided", "basket_voided"]).to_string());
    assert_eq!(z["no_sale_count"], count(&["no_sale"]).to_string());
    assert_eq!(z["correction_count"], count(&["tender_corrected"]).to_string());
    for tax in export.taxes.iter().filter(|tax| tax["z_no"] == *label) {
        let code = &tax["tax_code"];
        let by_code = |account: &str| -> i64 {
            let postings = entries.iter().flat_map(|entry| export.postings_of(&entry["entry_id"]));
            let of_code =
                postings.filter(|posting| posting["account"] == account && posting["dimension"] == *code);
            of_code.map(|posting| money(posting, "amount")).sum()
        };
        assert_eq!(money(tax, "tax"), -by_code("31"), "tax {code} of {label}");
        assert_eq!(money(tax, "gross"), -by_code("30") - by_code("31"), "gross {code} of {label}");
    }
}

/// Compares everything in an export with everything else in it.
fn check(export: &Export, z_count: usize) {
    assert_eq!(export.z.len(), z_count);
    for entry in &export.entries {
        let postings: Vec<&Row> = export.postings_of(&entry["entry_id"]).collect();
        let money_sum: i64 = postings.iter().map(|posting| money(posting, "amount")).sum();
        let goods: i64 = postings.iter().map(|posting| posting["quantity"].parse().unwrap_or(0)).sum();
        assert_eq!((money_sum, goods), (0, 0), "{} does not balance", entry["entry_id"]);
    }
    export.z.iter().for_each(|z| check_z(export, z));
    // Each till's takings add up from Z to Z.
    for z in &export.z {
        let until =
            export.z.iter().filter(|other| other["till_no"] == z["till_no"] && other["at"] <= z["at"]);
        assert_eq!(money(z, "perpetual_total"), until.map(|z| money(z, "takings")).sum::<i64>());
    }
}

#[test]
fn the_postings_of_an_export_sum_to_each_figure_of_its_z() {
    for (country, digits) in [("DE", 2), ("CH", 2)] {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = played(folder.path(), country);
        let csv =
            exported(&desk, between("2026-03-02", "2026-03-06"), "csv", false, folder.path().join("csv"));
        let csv = Export::csv(&csv.expect("files"), digits);
        // Two tills, and one of them closed every day.
        check(&csv, 7);
        let handed_over = csv.z.iter().find(|z| z["business_date"] == "2026-03-05" && z["till_no"] == "1");
        let handed_over = csv.entries_of(&handed_over.expect("a Z")["z_no"]);
        let closes = handed_over.iter().filter(|entry| entry["kind"] == "drawer_closed");
        assert_eq!(closes.count(), 4, "handed over, put away, of the other till, and with the Z");
        assert!(csv.entries.iter().any(|entry| entry["kind"] == "close_picked"));
        let has = |name: &str| csv.z.iter().any(|z| money(z, name) != 0);
        let figures = [
            "over_short_cash",
            "refunds",
            "discounts",
            "paid_out",
            "safe_drops",
            "on_account",
            "settled_cash",
        ];
        assert_eq!(figures.iter().filter(|name| !has(name)).count(), 0, "{:?}", csv.z);
        assert_eq!(has("rounding"), country == "CH");
        assert!(csv.entries.iter().any(|entry| !entry["corrects_session_id"].is_empty()));
        assert!(csv.entries.iter().all(|entry| !entry["z_no"].is_empty()));

        let json =
            exported(&desk, between("2026-03-02", "2026-03-06"), "json", false, folder.path().join("json"));
        let json = Export::json(&json.expect("files"), digits);
        check(&json, 7);
        assert_eq!(json, csv);
    }
}

#[test]
fn an_export_of_a_day_or_a_z_has_that_z_whole_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = played(folder.path(), "DE");
    let all = exported(&desk, between("2026-01-01", "2026-12-31"), "csv", false, folder.path().join("all"));
    let all = Export::csv(&all.expect("files"), 2);
    for z in &all.z {
        let label = z["z_no"].clone();
        let one = exported(&desk, ExportWhat::Z(label.clone()), "csv", false, folder.path().join(&label));
        let one = Export::csv(&one.expect("files"), 2);
        assert_eq!(one.z.as_slice(), std::slice::from_ref(z));
        check_z(&one, z);
        let of_all: Vec<Row> = all.entries_of(&label).into_iter().cloned().collect();
        assert_eq!(one.entries, of_all);
        assert!(one.days.is_empty());
    }
    let second =
        exported(&desk, between("2026-03-03", "2026-03-03"), "csv", false, folder.path().join("second"));
    let second = Export::csv(&second.expect("files"), 2);
    assert_eq!(second.z.iter().map(|z| z["business_date"].as_str()).collect::<Vec<_>>(), ["2026-03-03"]);
    second.z.iter().for_each(|z| check_z(&second, z));
    // Not what was written on that day for the Z of the next one.
    let of_second: Vec<Row> = all.entries_of(&second.z[0]["z_no"]).into_iter().cloned().collect();
    assert_eq!(second.entries, of_second);
    let next = all
        .entries
        .iter()
        .find(|entry| entry["kind"] == "customer_added" && entry["business_date"] == "2026-03-03");
    assert_ne!(next.expect("a customer")["z_no"], second.z[0]["z_no"]);
    assert_eq!(second.days.len(), 1);
    let nothing =
        exported(&desk, between("2025-01-01", "2025-12-31"), "csv", false, folder.path().join("nothing"));
    let nothing = Export::csv(&nothing.expect("files"), 2);
    assert_eq!((nothing.entries.len(), nothing.postings.len(), nothing.z.len()), (0, 0, 0));
}

#[test]
fn names_stand_in_an_export_only_where_they_are_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = played(folder.path(), "DE");
    let text = |with_names: bool, name: &str| {
        let what = between("2026-03-02", "2026-03-04");
        let path = exported(&desk, what, "csv", with_names, folder.path().join(name)).expect("files");
        let files = std::fs::read_dir(path).expect("files").map(|file| file.expect("a file").path());
        files.map(|file| std::fs::read_to_string(file).expect("a file")).collect::<String>()
    };
    let (without, with) = (text(false, "without"), text(true, "with"));
    for name in ["Anna", "=Ben", "Lindenhof"] {
        assert!(!without.contains(name), "{name}");
    }
    // Customers and what was typed are in no export; a name that looks like a formula is none.
    assert!(!with.contains("Lindenhof") && !with.contains("rolls of coins"));
    assert!(with.contains(",Anna,") && with.contains(",'=Ben,") && !with.contains(",=Ben"));
}

#[test]
fn an_export_is_refused_where_it_cannot_be_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = played(folder.path(), "DE");
    let refused = |what: ExportWhat, form: &str, name: &str| {
        exported(&desk, what, form, false, folder.path().join(name)).expect_err("a refusal").code
    };
    let week = || between("2026-03-02", "2026-03-08");
    std::fs::create_dir(folder.path().join("full")).expect("a folder");
    std::fs::write(folder.path().join("full/mine"), "mine").expect("a file");
    assert_eq!(refused(week(), "csv", "full"), "folder_not_empty");
    assert_eq!(refused(week(), "xml", "new"), "bad_arguments");
    assert_eq!(refused(between("2026-03-08", "2026-03-02"), "csv", "new"), "bad_arguments");
    assert_eq!(refused(ExportWhat::Z("B01-T1-XXX-Z0001".to_owned()), "csv", "new"), "unknown_z");
    assert_eq!(refused(week(), "csv", "full/mine/below"), "folder_failed");
    assert!(!folder.path().join("new").exists());
    assert_eq!(std::fs::read_to_string(folder.path().join("full/mine")).expect("the file"), "mine");
}
