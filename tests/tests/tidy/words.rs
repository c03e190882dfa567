//! Every code that a command can say has a sentence, in the one table of the ui.

use std::collections::HashMap;

use crate::lexer::{Kind, pieces};
use crate::nothing_of;
use crate::sources::{Source, all, root};

/// What stands before a code where a fault is made.
const SAID: &[&str] = &["bare(", "code:", "DAMAGED: &str ="];

/// Where whole lists of codes stand, with what comes before each of them there.
const LISTS: &[(&str, &str)] = &[
    ("crates/domain/src/refusal.rs", "=>"),
    ("crates/ledger/src/error.rs", "=>"),
    ("crates/desk/src/import.rs", "#[error("),
];

/// Codes of a program's source with their lines; tests are not looked at.
fn codes(source: &Source) -> Vec<(usize, String)> {
    let text = source.text.split("#[cfg(test)]").next().unwrap_or_default();
    let list = LISTS.iter().find(|(path, _)| *path == source.path);
    let mut before = "";
    let mut found = Vec::new();
    for piece in pieces(text) {
        match piece.kind {
            Kind::Code => before = piece.text.trim_end(),
            Kind::Text if is_code(piece.text) => {
                let is_said = SAID.iter().any(|said| before.ends_with(said));
                if is_said || list.is_some_and(|(_, start)| before.ends_with(start)) {
                    found.push((piece.line, piece.text.to_owned()));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn without_words(source: &Source, messages: &HashMap<String, String>) -> Vec<String> {
    let codes = codes(source).into_iter();
    let wordless = codes.filter(|(_, code)| !messages.contains_key(&format!("error.{code}")));
    wordless
        .map(|(line, code)| format!("{}:{line}: {code} has no words in ui/src/messages", source.path))
        .collect()
}

fn messages() -> HashMap<String, String> {
    let text = std::fs::read_to_string(root().join("ui/src/messages/en.json")).expect("the messages");
    serde_json::from_str(&text).expect("the messages")
}

#[test]
fn every_code_has_words() {
    let mut programs = all(&[".rs"]);
    programs.retain(|source| source.path.contains("/src/"));
    let said: usize = programs.iter().map(|source| codes(source).len()).sum();
    assert!(said > 100, "only {said} codes are seen");
    for (path, _) in LISTS {
        assert!(programs.iter().any(|source| source.path == *path && codes(source).len() > 10), "{path}");
    }
    let messages = messages();
    nothing_of(programs.iter().flat_map(|source| without_words(source, &messages)).collect());
}

#[test]
fn a_code_without_words_is_found() {
    let messages = messages();
    let check = |path: &str, text: &str, count: usize| {
        assert_eq!(without_words(&Source::example(path, text), &messages).len(), count, "{text}");
    };
    check("crates/x/src/y.rs", "Err(Fault::bare(\"no_such_code\"))", 1);
    check("crates/x/src/y.rs", "Err(Fault::bare(\"role_unknown\"))", 0);
    check("crates/x/src/y.rs", "Fault { code: \"no_such_code\".to_owned(), detail }", 1);
    check("crates/x/src/y.rs", "Self::Full => \"no_such_code\",", 0);
    check("crates/ledger/src/error.rs", "Self::Full => \"no_such_code\",", 1);
    check("crates/desk/src/import.rs", "#[error(\"no_such_code\")]", 1);
    check("crates/x/src/y.rs", "#[cfg(test)] mod tests { Fault::bare(\"no_such_code\") }", 0);
}
