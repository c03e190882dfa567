//! One door out of the ui, and no arithmetic on money in it.

use crate::lexer::{Kind, pieces};
use crate::nothing_of;
use crate::sources::{Source, all};

/// The one room that knows how the system is reached.
const BACKEND: &[&str] = &["ui/src/backend/"];

/// Words that reach the system.
const DOORS: &[&str] =
    &["invoke", "fetch", "EventSource", "WebSocket", "XMLHttpRequest", "sendBeacon", "__TAURI__"];

fn one_door(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(&source.text) {
        for (line, word) in piece.words().filter(|(_, word)| piece.kind == Kind::Code && DOORS.contains(word))
        {
            found.push(format!("{}:{line}: {word} outside of the backend", source.path));
        }
        if piece.kind == Kind::Text && piece.text.starts_with("@tauri-apps/") {
            found.push(format!("{}:{}: {} outside of the backend", source.path, piece.line, piece.text));
        }
    }
    found
}

/// A name that ends in `Minor` beside an arithmetic sign. The desk sums, the ui shows.
fn no_sums(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(&source.text).iter().filter(|piece| piece.kind == Kind::Code) {
        for (index, line) in piece.text.lines().enumerate() {
            let summed = line.match_indices("Minor").any(|(at, word)| {
                let after = line[at + word.len()..].trim_start();
                let name = line[..at]
                    .trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '?' | '!'));
                let before = name.trim_end();
                let ends = !line[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
                ends && (begins_a_sum(after)
                    || (before.len() < name.len() && before.ends_with(['+', '*', '/'])))
            });
            if summed {
                found.push(format!(
                    "{}:{}: arithmetic on money: {}",
                    source.path,
                    piece.line + index,
                    line.trim()
                ));
            }
        }
    }
    found
}

fn begins_a_sum(after: &str) -> bool {
    ["+ ", "- ", "* ", "/ ", "+= ", "-= "].iter().any(|sign| after.starts_with(sign))
}

fn ui_files() -> Vec<Source> {
    let mut files = all(&[".ts", ".tsx"]);
    files.retain(|file| file.path.starts_with("ui/src/"));
    files
}

#[test]
fn the_ui_has_one_door() {
    nothing_of(ui_files().iter().filter(|file| !file.is_in(BACKEND)).flat_map(one_door).collect());
}

#[test]
fn the_ui_does_no_arithmetic_on_money() {
    nothing_of(ui_files().iter().filter(|file| !file.path.contains(".test.")).flat_map(no_sums).collect());
}

#[test]
fn a_second_door_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(one_door(&Source::example("ui/src/x.ts", text)).len(), count, "{text}");
    };
    check("import { invoke } from \"@tauri-apps/api/core\";", 2);
    check("await fetch(\"/x\")", 1);
    check("query.refetch(); // fetch", 0);
    check("say(\"invoke\")", 0);
}

#[test]
fn a_sum_of_money_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(no_sums(&Source::example("ui/src/x.ts", text)).len(), count, "{text}");
    };
    check("const all = line.totalMinor + 1;", 1);
    check("const all = 2 * line.totalMinor;", 1);
    check("sum += row.amountMinor", 0);
    check("const digits = totalMinorDigits + 1;", 0);
    check("money(line.totalMinor)", 0);
    check("<Amount minor={line.totalMinor} />", 0);
}
