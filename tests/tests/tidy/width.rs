//! The ledger stays narrow: at most so many things can be asked of it.

use crate::nothing_of;
use crate::sources::{Source, all};

/// Public functions that `Ledger` may have, in all files together.
const MOST: usize = 20;

fn rule(files: &[Source]) -> Vec<String> {
    let names: Vec<&str> = files.iter().flat_map(|file| public_functions(&file.text)).collect();
    let wide = names.len() > MOST;
    wide.then(|| format!("Ledger has {} public functions, at most {MOST}: {}", names.len(), names.join(", ")))
        .into_iter()
        .collect()
}

/// The public functions in every `impl Ledger` of a formatted file.
fn public_functions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        match line {
            "impl Ledger {" => is_inside = true,
            "}" => is_inside = false,
            _ => {}
        }
        if is_inside && let Some(rest) = line.strip_prefix("    pub fn ") {
            found.push(rest.split(['(', '<']).next().unwrap_or(rest));
        }
    }
    found
}

#[test]
fn the_ledger_is_narrow() {
    let mut files = all(&[".rs"]);
    files.retain(|file| file.is_in(&["crates/ledger/src/"]));
    let count: usize = files.iter().map(|file| public_functions(&file.text).len()).sum();
    assert!(count > 0, "the ledger's functions are not found any more");
    nothing_of(rule(&files));
}

#[test]
fn a_wide_ledger_is_found() {
    let with = |count: usize| {
        let functions: String =
            (0..count).map(|no| format!("    pub fn act_{no}(&self) {{\n    }}\n")).collect();
        let text = format!(
            "impl Ledger {{\n{functions}    fn own(&self) {{}}\n}}\nimpl Reader {{\n    pub fn a() {{}}\n}}\n"
        );
        rule(&[Source::example("x.rs", &text)]).len()
    };
    assert_eq!((with(20), with(21)), (0, 1));
}
