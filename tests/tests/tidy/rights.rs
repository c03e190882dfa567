//! The README's table of who may do what is the one that commands are checked against. `UPDATE_README=1` writes it
//! anew. What the demo's people sign in with stands there too, and the ui asks only for rows that there are.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use domain::entry::Role;
use domain::permission::{Permission, Right, Unit};

use crate::nothing_of;
use crate::sources::{Source, all, root};

const BEGIN: &str = "<!-- rights, from crates/domain/src/permission.rs: UPDATE_README=1 cargo test --workspace --test tidy -->\n";
const END: &str = "<!-- end of rights -->\n";

/// Words of the ui, by key.
type Words = BTreeMap<String, String>;

/// What stands between the markers, in the words of the screens.
fn table(words: &Words) -> String {
    let word = |prefix: &str, code: &str| {
        let key = format!("{prefix}.{code}");
        words.get(&key).unwrap_or_else(|| panic!("{key} has no words")).clone()
    };
    let mut text = String::from("| |");
    for role in Role::ALL {
        write!(text, " {} |", word("role", role.code())).expect("a string takes all");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Role::ALL.len()));
    text.push('\n');
    for permission in Permission::ALL {
        write!(text, "| {} |", word("permission", permission.code())).expect("a string takes all");
        for role in Role::ALL {
            let right = match (permission.right(role), permission.unit()) {
                (Right::Yes, _) => "yes".to_owned(),
                (Right::UpTo(limit), Unit::Percent) => format!("up to {} %", hundredths(limit)),
                (Right::UpTo(limit), _) => format!("up to {}", hundredths(limit)),
                (Right::Ask, _) => "with approval".to_owned(),
                (Right::No, _) => "no".to_owned(),
            };
            write!(text, " {right} |").expect("a string takes all");
        }
        text.push('\n');
    }
    text
}

/// Hundredths, with a part only where there is one.
fn hundredths(limit: i64) -> String {
    let (whole, part) = (limit / 100, limit % 100);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:02}") }
}

/// The README with this table in its place; none where the markers are missing.
fn with_table(readme: &str, table: &str) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}

fn rule(readme: &str, table: &str) -> Vec<String> {
    match with_table(readme, table) {
        None => vec!["README.md has no place for the table of who may do what".to_owned()],
        Some(fresh) if fresh != readme => vec!["README.md says something else of who may do what".to_owned()],
        Some(_) => Vec::new(),
    }
}

#[test]
fn the_readme_says_who_may_do_what() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README can be read");
    let messages = fs::read_to_string(root().join("ui/src/messages/en.json")).expect("words can be read");
    let words: Words = serde_json::from_str(&messages).expect("words are a map");
    let table = table(&words);
    if std::env::var_os("UPDATE_README").is_some()
        && let Some(fresh) = with_table(&readme, &table)
    {
        fs::write(&path, fresh).expect("the README can be written");
        return;
    }
    nothing_of(rule(&readme, &table));
}

/// Permissions that the ui asks for and the table does not know: nobody would ever be offered what hangs on them.
fn unknown(source: &Source) -> Vec<String> {
    let asked = source.text.split("useMay(\"").skip(1).filter_map(|rest| rest.split('"').next());
    asked
        .filter(|code| Permission::parse(code).is_none())
        .map(|code| format!("{}: there is no permission {code}", source.path))
        .collect()
}

#[test]
fn the_ui_asks_for_permissions_that_there_are() {
    nothing_of(all(&[".tsx"]).iter().flat_map(unknown).collect());
}

#[test]
fn a_permission_that_is_none_is_found() {
    let example =
        |code: &str| unknown(&Source::example("ui/a.tsx", &format!("const may = useMay(\"{code}\");")));
    assert_eq!(example("settings"), Vec::<String>::new());
    assert_eq!(example("setings"), ["ui/a.tsx: there is no permission setings"]);
}

#[test]
fn the_readme_says_what_the_demo_signs_in_with() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README can be read");
    for pin in till::demo::PINS {
        assert!(readme.contains(&format!("`{pin}`")), "README.md does not name the PIN {pin}");
    }
}

#[test]
fn another_table_is_found() {
    let readme = |table: &str| format!("# A\n\n{BEGIN}\n{table}\n{END}\nmore\n");
    assert_eq!(rule(&readme("| yes |\n"), "| yes |\n"), Vec::<String>::new());
    assert_eq!(rule(&readme("| no |\n"), "| yes |\n"), ["README.md says something else of who may do what"]);
    assert_eq!(rule("# A\n", "| yes |\n"), ["README.md has no place for the table of who may do what"]);
    assert_eq!([hundredths(500), hundredths(1_250), hundredths(5)], ["5", "12.50", "0.05"]);
}
