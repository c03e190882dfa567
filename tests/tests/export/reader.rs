//! Reads the files of an export, from what RFC 4180 and JSON say alone.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// A row by the names of its columns.
pub type Row = BTreeMap<String, String>;

/// The files of an export.
#[derive(Debug, PartialEq, Eq)]
pub struct Export {
    pub entries: Vec<Row>,
    pub postings: Vec<Row>,
    pub z: Vec<Row>,
    pub taxes: Vec<Row>,
    pub days: Vec<Row>,
}

impl Export {
    pub fn csv(folder: &Path, digits: usize) -> Self {
        Self::read(folder, digits, |name| {
            let path = folder.join(format!("{name}.csv"));
            path.exists().then(|| csv_rows(&std::fs::read_to_string(path).expect("UTF-8")))
        })
    }

    pub fn json(folder: &Path, digits: usize) -> Self {
        Self::read(folder, digits, |name| {
            let path = folder.join(format!("{name}.jsonl"));
            path.exists()
                .then(|| std::fs::read_to_string(path).expect("UTF-8").lines().map(json_row).collect())
        })
    }

    fn read(folder: &Path, digits: usize, file: impl Fn(&str) -> Option<Vec<Row>>) -> Self {
        let needed = |name: &str| file(name).unwrap_or_else(|| panic!("{name} in {}", folder.display()));
        let export = Self {
            entries: needed("entries"),
            postings: needed("postings"),
            z: needed("z"),
            taxes: needed("z_taxes"),
            days: file("days").unwrap_or_default(),
        };
        let all = [&export.entries, &export.postings, &export.z, &export.taxes, &export.days];
        all.into_iter().flatten().for_each(|row| check_decimals(row, digits));
        export
    }

    /// Entries of a Z, in their order.
    pub fn entries_of(&self, z_no: &str) -> Vec<&Row> {
        self.entries.iter().filter(|entry| entry["z_no"] == z_no).collect()
    }

    /// Postings of an entry.
    pub fn postings_of<'a>(&'a self, entry_id: &'a str) -> impl Iterator<Item = &'a Row> {
        self.postings.iter().filter(move |posting| posting["entry_id"] == entry_id)
    }
}

/// An amount in minor units; none is 0.
pub fn money(row: &Row, name: &str) -> i64 {
    let text = &row[&format!("{name}_minor")];
    if text.is_empty() { 0 } else { text.parse().expect("minor units") }
}

/// Each decimal says the same as the minor units beside it.
fn check_decimals(row: &Row, digits: usize) {
    for (name, minor) in row.iter().filter_map(|(name, minor)| Some((name.strip_suffix("_minor")?, minor))) {
        let decimal = &row[name];
        let digits_after = decimal.split_once('.').map_or(0, |(_, part)| part.len());
        assert_eq!(digits_after, if minor.is_empty() { 0 } else { digits }, "{name}: {decimal}");
        let number = |text: &str| text.replace('.', "").parse::<i64>().ok();
        assert_eq!(number(decimal), number(minor), "{name}: {decimal} is {minor}");
    }
}

fn csv_rows(text: &str) -> Vec<Row> {
    let mut records = csv_records(text).into_iter();
    let names = records.next().expect("a header");
    records
        .map(|fields| {
            assert_eq!(fields.len(), names.len(), "{fields:?}");
            names.iter().cloned().zip(fields).collect()
        })
        .collect()
}

/// The records of a file in which every line ends with CRLF, and a field is quoted where it has a quote, a comma or
/// a line break.
fn csv_records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, is_quoted) {
            ('"', true) if letters.next_if_eq(&'"').is_some() => field.push('"'),
            ('"', true) => is_quoted = false,
            ('"', false) => {
                assert!(field.is_empty(), "a quote inside of a field");
                is_quoted = true;
            }
            (',', false) => record.push(std::mem::take(&mut field)),
            ('\r', false) => {
                assert_eq!(letters.next(), Some('\n'), "a line ends with CRLF");
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            ('\n', false) => panic!("a line ends with CRLF"),
            (letter, _) => field.push(letter),
        }
    }
    assert!(record.is_empty() && field.is_empty() && !is_quoted, "the last line ends");
    records
}

fn json_row(line: &str) -> Row {
    let Ok(Value::Object(fields)) = serde_json::from_str(line) else { panic!("{line}") };
    let text = |value: Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        other => panic!("{other}"),
    };
    fields.into_iter().map(|(name, value)| (name, text(value))).collect()
}
