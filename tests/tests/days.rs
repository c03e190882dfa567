//! Days at the counter, played on a real ledger. What is printed stands in `tests/days/*.snap` beside the
//! day; `INSTA_UPDATE=always cargo test -p tests --test days` writes it anew, to be read before it is kept.

use std::fs;
use std::path::{Path, PathBuf};

use till::day::{Scene, play};

fn days() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("days")
}

fn played(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder for the till");
    let scene = Scene { data: folder.path(), files: &days(), seeded: true };
    let mut said = String::new();
    let outcome = play(text, &scene, &mut |line| {
        said += line;
        said.push('\n');
        Ok(())
    });
    match outcome {
        Ok(()) => said,
        Err(error) => said + &format!("! {error}\n"),
    }
}

#[test]
fn every_day_is_as_it_was_read() {
    let mut count = 0;
    insta::with_settings!({ snapshot_path => days(), prepend_module_to_snapshot => false, omit_expression => true }, {
        for entry in fs::read_dir(days()).expect("the days") {
            let path = entry.expect("a day").path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                count += 1;
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let said = played(&fs::read_to_string(&path).expect("a day"));
                assert!(said.contains("verified: ok"), "{name} does not end verified:\n{said}");
                assert!(!said.contains("\n! "), "{name} stopped:\n{said}");
                insta::assert_snapshot!(name, said);
            }
        }
    });
    assert!(count >= 15, "only {count} days were found");
}

#[test]
fn the_same_day_is_the_same_twice() {
    let text = fs::read_to_string(days().join("split_tender.txt")).expect("a day");
    assert_eq!(played(&text), played(&text));
}

#[test]
fn a_day_that_is_refused_stops_there() {
    let start = "pharmacy \"P\" DE\nstaff Anna owner\nsign in Anna\n";
    assert!(played(&format!("{start}count 10.00\nx\n")).contains("! line 4: refused: session_closed"));
    assert!(
        played(&format!("{start}expect refusal session_closed\n"))
            .contains("! line 4: the act before was not refused")
    );
    assert!(played("dance\n").contains("! line 1: \"dance\" is nothing"));
}
