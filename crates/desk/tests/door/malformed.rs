//! Arguments that nobody should send: every command answers them with a code, and goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use crate::every::{Command, EVERY};

/// What is put in the place of each argument, and of each value inside of it.
fn wrong_values() -> Vec<Value> {
    let nested = (0..100).fold(json!(1), |inner, _| json!([inner]));
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        serde_json::from_str("1e300").unwrap(),
        serde_json::from_str("0.5").unwrap(),
        json!(""),
        json!("\0"),
        json!("\u{202e}\u{1d}\r\n\u{feff}"),
        json!("ä".repeat(1_000_000)),
        json!("9".repeat(300)),
        json!("00000000-0000-0000-0000-000000000000"),
        json!([]),
        json!({}),
        nested,
        json!(vec![0; 100_000]),
    ]
}

/// Places in a value, as JSON pointers.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| places(inner, &format!("{here}/{name}"), found));
        }
        Value::Array(inner) => {
            inner.iter().enumerate().for_each(|(at, inner)| places(inner, &format!("{here}/{at}"), found));
        }
        _ => {}
    }
}

fn without(args: &Value, place: &str) -> Option<Value> {
    let (parent, name) = place.rsplit_once('/')?;
    let mut args = args.clone();
    args.pointer_mut(parent)?.as_object_mut()?.remove(name)?;
    Some(args)
}

/// Every argument wrong in every way, one at a time; gives how many were tried.
fn try_all(command: &Command) -> usize {
    let mut till = (command.scene)();
    let mut args = (command.args)(&till);
    let mut found = Vec::new();
    places(&args, "", &mut found);
    let mut tried = 0;
    for place in &found {
        let changes = wrong_values().into_iter().map(Some).chain([None]);
        for change in changes {
            let wrong = match &change {
                Some(value) => {
                    let mut wrong = args.clone();
                    *wrong.pointer_mut(place).unwrap() = value.clone();
                    wrong
                }
                None => match without(&args, place) {
                    Some(wrong) => wrong,
                    None => continue,
                },
            };
            tried += 1;
            let shown = change.map_or("nothing".to_owned(), |value| value.to_string());
            let what = format!("{} with {:.60} at \"{place}\"", command.name, shown);
            let answer = catch_unwind(AssertUnwindSafe(|| till.desk().call(command.name, wrong)));
            let answer = answer.unwrap_or_else(|_| panic!("{what} panicked"));
            match answer {
                // What follows must not be refused because of this.
                Ok(_) if command.changes => {
                    till.wait_for_jobs();
                    till = (command.scene)();
                    args = (command.args)(&till);
                }
                Ok(_) => till.wait_for_jobs(),
                Err(fault) => {
                    let is_code = !fault.code.is_empty()
                        && fault.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                    let is_failure = ["internal", "ledger_failed", "ledger_damaged"].contains(&&*fault.code);
                    assert!(is_code && !is_failure, "{what}: {}", fault.code);
                }
            }
        }
    }
    tried
}

/// By turns, so that the parts take about as long.
fn check_part(part: usize) {
    let tried: usize = EVERY.iter().skip(part).step_by(PARTS).map(try_all).sum();
    assert!(tried > 100, "only {tried} were tried");
}

/// They run beside one another.
const PARTS: usize = 4;

#[test]
fn the_first_part_of_all_commands() {
    check_part(0);
}

#[test]
fn the_second_part_of_all_commands() {
    check_part(1);
}

#[test]
fn the_third_part_of_all_commands() {
    check_part(2);
}

#[test]
fn the_fourth_part_of_all_commands() {
    check_part(3);
}
