//! One room for SQL.

use crate::lexer::{Kind, pieces};
use crate::nothing_of;
use crate::sources::{Source, all};

/// Where SQL may stand: the ledger, the server's own access store, tests that damage a file on purpose, and what the
/// server's ledger is measured against.
const ROOMS: &[&str] =
    &["crates/ledger/", "sync-server/src/access", "sync-server/benches/live/bare", "tests/"];

/// Beginnings of statements, each with a word that must come after it, so that prose is not taken for SQL.
const STATEMENTS: &[(&str, &str)] = &[
    ("SELECT ", " FROM "),
    ("INSERT ", " INTO "),
    ("INSERT ", " VALUES"),
    ("REPLACE INTO ", "("),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE ", ""),
    ("CREATE INDEX ", ""),
    ("CREATE TRIGGER ", ""),
    ("DROP TABLE ", ""),
    ("ALTER TABLE ", ""),
    ("PRAGMA ", ""),
    ("ATTACH ", " AS "),
];

fn rule(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(&source.text).iter().filter(|piece| piece.kind == Kind::Text) {
        let text = piece.text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
        let is_sql = STATEMENTS.iter().any(|(begin, then)| {
            text.strip_prefix(begin).is_some_and(|rest| format!(" {rest}").contains(then))
        });
        if is_sql {
            found.push(format!("{}:{}: SQL stands only in the ledger", source.path, piece.line));
        }
    }
    found
}

#[test]
fn sql_stands_only_in_the_ledger() {
    let files = all(&[".rs", ".ts", ".tsx"]);
    nothing_of(files.iter().filter(|file| !file.is_in(ROOMS)).flat_map(rule).collect());
}

#[test]
fn sql_elsewhere_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(rule(&Source::example("x.rs", text)).len(), count, "{text}");
    };
    check("conn.execute(\"SELECT a FROM b\")", 1);
    check("conn.execute(\"\n   select a\n   from b\")", 1);
    check("conn.execute(r#\"INSERT INTO a VALUES (1)\"#)", 1);
    check("conn.execute(\"UPDATE a SET b = 1\")", 1);
    check("conn.execute(\"PRAGMA wal_checkpoint\")", 1);
    check("say(\"Select a product from the list\")", 1);
    check("say(\"Update the price\")", 0);
    check("// SELECT a FROM b", 0);
}
