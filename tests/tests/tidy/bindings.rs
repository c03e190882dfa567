//! The generated TypeScript is what the desk's types say today. `UPDATE_BINDINGS=1` writes it anew.

use std::collections::BTreeMap;
use std::fs;

use crate::nothing_of;
use crate::sources::root;

/// Files of a folder or of the generator, by name.
type Files = BTreeMap<String, String>;

fn differences(generated: &Files, committed: &Files) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in generated {
        match committed.get(name) {
            None => found.push(format!("{name} is missing")),
            Some(committed) if committed != text => found.push(format!("{name} is stale")),
            Some(_) => {}
        }
    }
    found.extend(
        committed
            .keys()
            .filter(|name| !generated.contains_key(*name))
            .map(|name| format!("{name} is left over")),
    );
    found
}

#[test]
fn bindings_are_fresh() {
    let folder = root().join("ui/src/backend/bindings");
    let generated: Files = desk::bindings().into_iter().collect();
    let mut committed = Files::new();
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        committed.insert(name, fs::read_to_string(entry.path()).expect("a binding can be read"));
    }
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        fs::create_dir_all(&folder).expect("the folder of the bindings can be made");
        for name in committed.keys().filter(|name| !generated.contains_key(*name)) {
            fs::remove_file(folder.join(name)).expect("a binding that is left over can be removed");
        }
        for (name, text) in &generated {
            if committed.get(name) != Some(text) {
                fs::write(folder.join(name), text).expect("a binding can be written");
            }
        }
        return;
    }
    nothing_of(differences(&generated, &committed));
}

#[test]
fn a_stale_binding_is_found() {
    let files = |pairs: &[(&str, &str)]| -> Files {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let generated = files(&[("A.ts", "a"), ("B.ts", "b")]);
    assert_eq!(differences(&generated, &generated), Vec::<String>::new());
    assert_eq!(differences(&generated, &files(&[("A.ts", "a")])), ["B.ts is missing"]);
    assert_eq!(differences(&generated, &files(&[("A.ts", "a"), ("B.ts", "x")])), ["B.ts is stale"]);
    assert_eq!(
        differences(&generated, &files(&[("A.ts", "a"), ("B.ts", "b"), ("C.ts", "")])),
        ["C.ts is left over"]
    );
}
