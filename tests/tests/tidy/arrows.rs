//! Arrows between crates: who may know whom.

use toml::{Table, Value};

use crate::nothing_of;
use crate::sources::{Source, all};

/// Each package of ours and the packages of ours that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("pharmatill-fuzz", &["domain"]),
    ("pages", &[]),
    ("replica", &["domain"]),
    ("ledger", &["domain", "replica"]),
    ("desk", &["domain", "pages", "replica", "ledger"]),
    ("till", &["domain", "replica", "ledger", "desk"]),
    ("pharmatill-window", &["desk", "till"]),
    ("sync-server", &["domain", "replica", "ledger", "desk"]),
    ("tests", &["domain", "replica", "ledger", "desk", "till", "pharmatill-window", "sync-server"]),
];

/// Packages of others that only some of ours may use: SQLite in its one room, the window in its own, and
/// errors without a code only at the edge.
const FOREIGN: &[(&str, &[&str])] = &[
    ("rusqlite", &["ledger", "sync-server", "tests"]),
    ("tauri", &["pharmatill-window"]),
    ("krilla", &["pages"]),
    ("axum", &["till", "sync-server", "tests"]),
    ("anyhow", &["till", "pharmatill-window", "sync-server", "tests"]),
    ("reqwest", &["till", "tests"]),
];

fn rule(manifest: &Source) -> Vec<String> {
    let table: Table = match manifest.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![format!("{}: {error}", manifest.path)],
    };
    let Some(name) = table.get("package").and_then(|package| package.get("name")).and_then(Value::as_str)
    else {
        return Vec::new();
    };
    let Some((_, allowed)) = ARROWS.iter().find(|(ours, _)| *ours == name) else {
        return vec![format!("{}: {name} has no place in the plan of arrows", manifest.path)];
    };
    let mut named = Vec::new();
    dependencies(&table, &mut named);
    let mut found = Vec::new();
    for other in named {
        let ours = ARROWS.iter().any(|(package, _)| *package == other);
        if ours && !allowed.contains(&other.as_str()) {
            found.push(format!("{}: {name} must not depend on {other}", manifest.path));
        }
        if let Some((_, users)) = FOREIGN.iter().find(|(package, _)| *package == other)
            && !users.contains(&name)
        {
            found.push(format!("{}: {name} must not use {other}", manifest.path));
        }
    }
    found
}

/// The packages in every table of dependencies, also of a target, and under their real names.
fn dependencies(table: &Table, named: &mut Vec<String>) {
    for (key, value) in table {
        let Value::Table(inner) = value else { continue };
        if key.ends_with("dependencies") {
            for (name, how) in inner {
                let real = how.get("package").and_then(Value::as_str).unwrap_or(name);
                named.push(real.to_owned());
            }
        } else {
            dependencies(inner, named);
        }
    }
}

#[test]
fn arrows_point_one_way() {
    nothing_of(all(&["Cargo.toml"]).iter().flat_map(rule).collect());
}

#[test]
fn a_wrong_arrow_is_found() {
    let check = |name: &str, dependencies: &str, count: usize| {
        let text = format!("[package]\nname = \"{name}\"\n{dependencies}");
        assert_eq!(rule(&Source::example("Cargo.toml", &text)).len(), count, "{text}");
    };
    check("ledger", "[dependencies]\nreplica = { path = \"x\" }\nserde = \"1\"", 0);
    check("ledger", "[dependencies]\ndesk = { path = \"x\" }", 1);
    check("ledger", "[dependencies]\ndesk.workspace = true", 1);
    check("ledger", "[dev-dependencies]\ndesk.workspace = true", 1);
    check("replica", "[target.'cfg(unix)'.dependencies]\nx = { package = \"ledger\", path = \"x\" }", 1);
    check("domain", "[dependencies]\nrusqlite = \"1\"", 1);
    check("desk", "[dependencies]\nanyhow = \"1\"", 1);
    check("till", "[dependencies]\npharmatill-window = { path = \"x\" }", 1);
    check("till", "[dependencies]\nsync-server.workspace = true", 1);
    check("sync-server", "[dependencies]\ntill.workspace = true", 1);
    check("sync-server", "[dependencies]\nledger.workspace = true\nrusqlite = \"1\"", 0);
    check("helpers", "", 1);
}
