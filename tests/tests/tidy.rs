//! The rules of the house that a compiler does not hold. Each is a function over files and answers with
//! what is wrong; each is also shown a broken example, so that a rule that finds nothing is seen to look.

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/bindings.rs"]
mod bindings;
#[path = "tidy/lexer.rs"]
mod lexer;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/purity.rs"]
mod purity;
#[path = "tidy/rights.rs"]
mod rights;
#[path = "tidy/routes.rs"]
mod routes;
#[path = "tidy/sources.rs"]
mod sources;
#[path = "tidy/sql.rs"]
mod sql;
#[path = "tidy/ui.rs"]
mod ui;
#[path = "tidy/width.rs"]
mod width;
#[path = "tidy/words.rs"]
mod words;

/// Fails with everything that a rule found.
fn nothing_of(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}
