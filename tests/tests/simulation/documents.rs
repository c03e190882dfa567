//! The documents of the server's log are Automerge documents for everybody: saved to files, they open in its
//! JavaScript library with the same content, also where two values stand beside each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use automerge::{AutoCommit, Change};
use replica::document::{Document, ParsedChange, conflicts};
use replica::document_changed::{DocumentChanged, KIND};
use replica::record::Record;

use crate::house::Made;
use crate::play;

/// Every value under each key, as hex.
type Content = BTreeMap<String, BTreeSet<String>>;

/// The changes of each document and generation.
pub fn changes(records: &[Record]) -> BTreeMap<(String, u32), Vec<Vec<u8>>> {
    let mut changes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.header.kind == KIND) {
        let body = DocumentChanged::from_body(&record.body).expect("a change");
        changes.entry((body.document, body.generation)).or_default().push(body.change);
    }
    changes
}

fn saved(changes: &[Vec<u8>]) -> Vec<u8> {
    let mut document = AutoCommit::new();
    let changes = changes.iter().map(|bytes| Change::try_from(&bytes[..]).expect("a change"));
    document.apply_changes(changes.collect::<Vec<_>>()).expect("they fit");
    document.save()
}

fn content(document: &Document) -> Content {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let values = |key: &str| document.values(key).iter().map(|value| hex(&value.encode())).collect();
    document.keys().into_iter().map(|key| (key.clone(), values(&key))).collect()
}

/// What the JavaScript library finds in the files.
fn opened(files: &[PathBuf]) -> Vec<Content> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui");
    let output = Command::new("node").arg("automerge/open.mjs").args(files).current_dir(ui).output();
    let output = output.expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("json")
}

#[test]
fn documents_that_the_server_saved_open_in_the_javascript_library_with_the_same_content() {
    let house = play(&Made::new(), 7);
    let folder = tempfile::tempdir().expect("a folder");
    let (mut files, mut expected, mut conflict_count) = (Vec::new(), Vec::new(), 0);
    for (no, (_, changes)) in changes(&house.server_records()).into_iter().enumerate() {
        let parsed = changes.iter().map(|bytes| (1, ParsedChange::parse(bytes).expect("a change")));
        let document = Document::from_changes([1; 16], parsed).expect("they fit");
        assert!(document.missing().is_empty() && document.left_out().is_empty());
        let is_torn = |key: &String| !conflicts(&document.values(key)).is_empty();
        conflict_count += document.keys().iter().filter(|key| is_torn(key)).count();
        let file = folder.path().join(format!("{no}.automerge"));
        std::fs::write(&file, saved(&changes)).expect("written");
        files.push(file);
        expected.push(content(&document));
    }
    assert!(files.len() > 1 && conflict_count > 0, "{} documents, {conflict_count} conflicts", files.len());
    assert_eq!(opened(&files), expected);
}
