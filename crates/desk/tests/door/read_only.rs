//! A book whose file is damaged: it is read as far as it goes, said to be so, and never written to.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::till::{IBUPROFEN, Till};

/// What asks for something on every page that a day needs.
const QUESTIONS: [(&str, &str); 7] = [
    ("status", "{}"),
    ("sales", r#"{"limit":300}"#),
    ("z_reports", "{}"),
    ("customers", "{}"),
    ("drawer", "{}"),
    ("x_report", "{}"),
    ("find_products", r#"{"text":"i","limit":20}"#),
];

/// What a book with damage in one page says, from the start to the end of a round of questions.
fn round(till: &Till) -> &'static str {
    if till.call("status", json!({}))["readOnly"] == "ledger_damaged" {
        return "found at the start";
    }
    let mut told = Vec::new();
    for (name, args) in QUESTIONS {
        let args: Value = serde_json::from_str(args).unwrap();
        told.extend(till.desk().call(name, args).err().map(|fault| fault.code));
    }
    if told.is_empty() {
        return "not asked for";
    }
    assert!(told.iter().all(|code| code == "ledger_damaged"), "{told:?}");
    assert_eq!(till.call("status", json!({}))["readOnly"], "ledger_damaged");
    "found when asked for"
}

#[test]
fn a_damaged_page_is_told_and_nothing_more_is_written() {
    let mut till = Till::ready();
    for _ in 0..12 {
        till.sell(IBUPROFEN);
    }
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let whole = till.file();
    let mut may_act = 0;
    for page in 0..whole.len() / 4_096 {
        let mut damaged = whole.clone();
        damaged[page * 4_096 + 1_000..][..16].fill(0x55);
        let outcome = match till.restart_with(&damaged) {
            Ok(()) => round(&till),
            Err(code) => {
                assert!(["ledger_damaged", "ledger_foreign"].contains(&code.as_str()), "{code}");
                "not readable"
            }
        };
        *seen.entry(outcome).or_default() += 1;
        if outcome.starts_with("found") {
            // Where not even the people can be read, nobody comes in.
            let code = till.refused("confirm_rx", json!({ "lineNo": 1 })).0;
            assert!(["read_only", "nobody_signed_in", "not_set_up"].contains(&code.as_str()), "{code}");
            may_act += usize::from(code == "read_only");
        }
    }
    println!("{seen:?}, {may_act} with somebody on duty");
    assert!(may_act > 0);
    assert!(seen["found at the start"] > 0 && seen["found when asked for"] > 0, "{seen:?}");
    assert!(seen["not readable"] <= 6, "{seen:?}");
    till.restart_with(&whole).unwrap();
    till.sell(IBUPROFEN);
}
