//! Days at the counter, played on a real ledger. What is printed stands in `tests/days/*.snap` beside the
//! day; `INSTA_UPDATE=always cargo test -p tests --test days` writes it anew, to be read before it is kept.

use std::fs;
use std::path::{Path, PathBuf};

use till::day::{Scene, play};

fn days() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("days")
}

fn played(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder for the till");
    let scene = Scene { data: folder.path(), files: &days(), seeded: true };
    let mut said = String::new();
    let outcome = play(text, &scene, &mut |told| {
        said += told.text;
        said.push('\n');
        Ok(())
    });
    match outcome {
        Ok(()) => said,
        Err(error) => said + &format!("! {error}\n"),
    }
}

#[test]
fn every_day_is_as_it_was_read() {
    let mut count = 0;
    insta::with_settings!({ snapshot_path => days(), prepend_module_to_snapshot => false, omit_expression => true }, {
        for entry in fs::read_dir(days()).expect("the days") {
            let path = entry.expect("a day").path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                count += 1;
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let said = played(&fs::read_to_string(&path).expect("a day"));
                assert!(said.contains("verified: ok"), "{name} does not end verified:\n{said}");
                assert!(!said.contains("\n! "), "{name} stopped:\n{said}");
                insta::assert_snapshot!(name, said);
            }
        }
    });
    assert!(count >= 15, "only {count} days were found");
}

#[test]
fn the_same_day_is_the_same_twice() {
    let text = fs::read_to_string(days().join("split_tender.txt")).expect("a day");
    assert_eq!(played(&text), played(&text));
}

#[test]
fn a_day_that_is_refused_stops_there() {
    let start = "pharmacy \"P\" DE\nstaff Anna owner\nsign in Anna\n";
    assert!(played(&format!("{start}count 10.00\nx\n")).contains("! line 4: refused: session_closed"));
    assert!(
        played(&format!("{start}expect refusal session_closed\n"))
            .contains("! line 4: the act before was not refused")
    );
    let sold = "product 2100000000012 \"Ibuprofen\" \"20\" 4.95 standard\nopen 200.00\nscan 2100000000012\ntender cash\n\
                refund LAST rest reason recall\ntender cash\n";
    assert!(
        played(&format!("{start}{sold}refund 1 rest reason recall\n"))
            .contains("! line 10: refused: not_refundable")
    );
    assert!(played("dance\n").contains("! line 1: \"dance\" is nothing"));
}

/// What programs are told, so that they need not read the lines for people.
#[test]
fn every_entry_of_a_day_is_told_with_its_kind_its_id_and_its_amounts() {
    let day = "pharmacy \"P\" DE\nstaff Anna owner\nsign in Anna\nproduct 2100000000012 \"Ibuprofen\" \"20\" 4.95 standard\n\
               open 200.00\nscan 2100000000012\ntender cash 5.00\npaid out 3.00 postage\nrefund LAST rest reason recall\n\
               tender cash\nx\ncount 197.00\nclose\nreprint Z\n";
    let folder = tempfile::tempdir().expect("a folder for the till");
    let scene = Scene { data: folder.path(), files: &days(), seeded: true };
    let mut said = Vec::new();
    let outcome = play(day, &scene, &mut |told| {
        said.push(told.to_json());
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    let check = |line: usize, act: &str, facts: &[(&str, serde_json::Value)]| {
        let is_it = |told: &&serde_json::Value| {
            told["line"] == line
                && told["act"] == act
                && facts.iter().all(|(name, value)| told[name] == *value)
        };
        assert_eq!(said.iter().filter(is_it).count(), 1, "{line} {act} {facts:?}: {said:#?}");
    };
    check(5, "open", &[("kind", "session_opened".into()), ("openingFloatMinor", 20_000.into())]);
    check(6, "scan", &[("lineNo", 1.into()), ("quantity", 1.into()), ("amountMinor", 495.into())]);
    check(7, "tender", &[("kind", "sale".into()), ("totalMinor", 495.into()), ("changeDueMinor", 5.into())]);
    check(
        8,
        "paid",
        &[("kind", "paid_out".into()), ("amountMinor", 300.into()), ("reason", "postage".into())],
    );
    check(10, "tender", &[("kind", "refund".into()), ("totalMinor", (-495).into())]);
    check(11, "x", &[("kind", "x".into()), ("expectedCashMinor", 19_700.into())]);
    check(
        12,
        "count",
        &[("kind", "drawer_counted".into()), ("tender", "cash".into()), ("overShortMinor", 0.into())],
    );
    check(13, "close", &[("kind", "drawer_closed".into())]);
    check(13, "close", &[("kind", "z".into()), ("takingsMinor", 0.into())]);
    check(14, "reprint", &[("kind", "z".into())]);

    // The ids are those of the book.
    let desk = till::home::open_once(folder.path()).expect("the till");
    let sales = desk.sales(desk::api::sales::FindSales { limit: 10, ..Default::default() }).expect("sales");
    let mut ids: Vec<_> = sales.into_iter().map(|row| row.sale_id).collect();
    ids.reverse();
    let told = said.iter().filter(|told| told["kind"] == "sale" || told["kind"] == "refund");
    assert_eq!(told.map(|told| told["entryId"].clone()).collect::<Vec<_>>(), ids);
}
