//! The core is pure, and nothing that counts money or packs has a floating point.

use crate::lexer::{Kind, pieces};
use crate::nothing_of;
use crate::sources::{Source, all};

/// Rooms without floating point. A benchmark beside them may divide seconds.
const WITHOUT_FLOATS: &[&str] = &[
    "crates/domain/src/",
    "crates/domain/tests/",
    "crates/replica/src/",
    "crates/replica/tests/",
    "crates/ledger/src/",
    "crates/ledger/tests/",
    "crates/desk/src/",
    "crates/desk/tests/",
];

/// Rooms without files, network, clock and chance.
const WITHOUT_A_WORLD: &[&str] = &["crates/domain/src/", "crates/replica/src/"];

/// What reaches the world.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "getrandom",
    "thread_rng",
    "now_v7",
    "new_v4",
    "println!",
    "eprintln!",
];

fn floats(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(&source.text).iter().filter(|piece| piece.kind == Kind::Code) {
        for (line, word) in piece.words() {
            if word == "f32" || word == "f64" || word.ends_with("_f32") || word.ends_with("_f64") {
                found.push(format!("{}:{line}: {word}", source.path));
            }
        }
        for (index, line) in piece.text.lines().enumerate() {
            if has_float_literal(line) {
                found.push(format!("{}:{}: a floating point number", source.path, piece.line + index));
            }
        }
    }
    found
}

/// Digits, a point, digits; but not `pair.0.1` and not `1..2`.
fn has_float_literal(code: &str) -> bool {
    let bytes = code.as_bytes();
    (1..bytes.len().saturating_sub(1)).any(|at| {
        let number_begins = || {
            let start = bytes[..at].iter().rposition(|byte| !byte.is_ascii_digit() && *byte != b'_');
            start.is_none_or(|start| !bytes[start].is_ascii_alphanumeric() && bytes[start] != b'.')
        };
        bytes[at] == b'.'
            && bytes[at - 1].is_ascii_digit()
            && bytes[at + 1].is_ascii_digit()
            && number_begins()
    })
}

fn world(source: &Source) -> Vec<String> {
    // What a file's own tests do stands below this line and may read a clock.
    let text = source.text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    for piece in pieces(text).iter().filter(|piece| piece.kind == Kind::Code) {
        for (index, line) in piece.text.lines().enumerate() {
            for reach in WORLD.iter().filter(|reach| line.contains(**reach)) {
                found.push(format!("{}:{}: {reach}", source.path, piece.line + index));
            }
        }
    }
    found
}

#[test]
fn no_floats_in_the_core() {
    let files = all(&[".rs"]);
    nothing_of(files.iter().filter(|file| file.is_in(WITHOUT_FLOATS)).flat_map(floats).collect());
}

#[test]
fn the_core_is_pure() {
    let files = all(&[".rs"]);
    nothing_of(files.iter().filter(|file| file.is_in(WITHOUT_A_WORLD)).flat_map(world).collect());
}

#[test]
fn a_float_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(floats(&Source::example("x.rs", text)).len(), count, "{text}");
    };
    check("fn a(x: f64) {}", 1);
    check("let x = y.to_f32();", 1);
    check("let x = 1.5;", 1);
    check("let x = 1_000.5;", 1);
    check("let x = pair.0.1;", 0);
    check("for x in 1..2 {}", 0);
    check("let x = \"1.5 f64\"; // f64 1.5", 0);
    check("let x1 = y1.0;", 0);
}

#[test]
fn a_reach_into_the_world_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(world(&Source::example("x.rs", text)).len(), count, "{text}");
    };
    check("use std::fs::File;", 1);
    check("let now = Utc::now();", 1);
    check("let id = Uuid::now_v7();", 1);
    check("// std::fs is not used\nfn a() {}", 0);
    check("fn a() {}\n#[cfg(test)]\nmod tests { use std::fs; }", 0);
}
