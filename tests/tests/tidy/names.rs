//! The words of the house, where a machine can tell.

use crate::lexer::{Kind, pieces};
use crate::nothing_of;
use crate::sources::{Source, all};

/// Endings that say nothing about what a thing is. `Common` alone is the book's own word: the part that
/// every entry body has in common.
const EMPTY_WORDS: &[&str] =
    &["Manager", "Service", "Helper", "Helpers", "Util", "Utils", "Common", "Processor"];

/// Names of files that would collect everything.
const DRAWERS_FOR_ALL: &[&str] =
    &["mod", "util", "utils", "helper", "helpers", "common", "misc", "manager", "service", "services"];

/// Words that have another word in the glossary, with that word. Only those that have no honest second
/// meaning in a program stand here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("cashbox", "drawer"),
    ("terminal", "till"),
    ("payment", "tender"),
    ("income", "paid_in"),
    ("expense", "paid_out"),
    ("deposit", "safe_drop"),
    ("pickup", "safe_drop"),
    ("variance", "over_short"),
    ("eod", "z_report"),
    ("sku", "product"),
];

/// Keywords after which a name of ours is made.
const MAKES_A_NAME: &[&str] = &[
    "fn",
    "struct",
    "enum",
    "trait",
    "type",
    "const",
    "static",
    "mod",
    "let",
    "mut",
    "function",
    "class",
    "interface",
];

/// Markers of work that is not done.
const UNFINISHED: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

fn file_names(source: &Source) -> Vec<String> {
    let name = source.path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let wrong = DRAWERS_FOR_ALL.contains(&stem.to_lowercase().as_str());
    wrong.then(|| format!("{}: a file is named after what it holds", source.path)).into_iter().collect()
}

fn names(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(&source.text).iter().filter(|piece| piece.kind == Kind::Code) {
        let mut before = "";
        for (line, word) in piece.words() {
            if MAKES_A_NAME.contains(&before) {
                let place = format!("{}:{line}", source.path);
                if is_empty_word(word) {
                    found.push(format!("{place}: {word} does not say what it is"));
                }

                if let Some((_, ours)) = other_word(word).filter(|_| word != "Item") {
                    found.push(format!("{place}: {word}: the house says {ours}"));
                }
            }
            before = word;
        }
    }
    found
}

/// A manager is also a person in a pharmacy: what is *for* one may say so.
fn is_empty_word(name: &str) -> bool {
    EMPTY_WORDS.iter().any(|empty| name.ends_with(empty)) && name != "Common" && !name.ends_with("ForManager")
}

/// The word of the glossary for a name that has one of the others in it.
fn other_word(name: &str) -> Option<&'static (&'static str, &'static str)> {
    segments(name).iter().find_map(|segment| {
        OTHER_WORDS.iter().find(|(other, _)| segment == other || segment.strip_suffix('s') == Some(*other))
    })
}

/// `paymentKind`, `payment_kind` and `PaymentKind` are all `payment`, `kind`.
fn segments(name: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && was_lower) {
            found.push(String::new());
        }
        was_lower = c.is_lowercase();
        if c != '_'
            && let Some(last) = found.last_mut()
        {
            last.extend(c.to_lowercase());
        }
    }
    found
}

fn unfinished(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(&source.text) {
        for (line, word) in piece.words() {
            let in_code = piece.kind == Kind::Code && matches!(word, "todo" | "unimplemented");
            let in_comment = piece.kind == Kind::Comment && UNFINISHED.contains(&word);
            if in_code || in_comment {
                found.push(format!("{}:{line}: {word}", source.path));
            }
        }
    }
    found
}

/// Columns and tables in SQL are words of the house too.
fn sql_names(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default();
        for word in code.split(|c: char| !c.is_alphanumeric() && c != '_') {
            if let Some((_, ours)) = other_word(word) {
                found.push(format!("{}:{}: {word}: the house says {ours}", source.path, index + 1));
            }
        }
    }
    found
}

fn program_files() -> Vec<Source> {
    all(&[".rs", ".ts", ".tsx"])
}

#[test]
fn files_are_named_after_what_they_hold() {
    nothing_of(program_files().iter().flat_map(file_names).collect());
}

#[test]
fn names_are_words_of_the_house() {
    nothing_of(program_files().iter().flat_map(names).collect());
    nothing_of(all(&[".sql"]).iter().flat_map(sql_names).collect());
}

#[test]
fn nothing_is_left_unfinished() {
    nothing_of(program_files().iter().flat_map(unfinished).collect());
}

#[test]
fn an_empty_file_name_is_found() {
    let check =
        |path: &str, count: usize| assert_eq!(file_names(&Source::example(path, "")).len(), count, "{path}");
    check("crates/desk/src/mod.rs", 1);
    check("crates/desk/src/utils.rs", 1);
    check("ui/src/helpers.test.ts", 1);
    check("crates/desk/src/model.rs", 0);
}

#[test]
fn a_name_from_elsewhere_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(names(&Source::example("x.rs", text)).len(), count, "{text}");
    };
    check("pub struct SaleManager;", 1);
    check("class SyncService {}", 1);
    check("struct Common;", 0);
    check("function ForManager() {}", 0);
    check("struct PriceCommon;", 1);
    check("fn make_payment() {}", 1);
    check("const cashDeposits = 1;", 1);
    check("let mut variance = 1;", 1);
    check("type Amount = u8; // PaymentManager", 0);
    check("let tender = \"payment\";", 0);
    assert_eq!(sql_names(&Source::example("x.sql", "CREATE TABLE payment (a); -- payment")).len(), 1);
}

#[test]
fn unfinished_work_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(unfinished(&Source::example("x.rs", text)).len(), count, "{text}");
    };
    check(concat!("// TO", "DO later"), 1);
    check(concat!("fn a() { to", "do!() }"), 1);
    check("fn a() {}", 0);
}
