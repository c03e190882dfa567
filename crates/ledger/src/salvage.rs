//! What can still be read of a file that is damaged, or that a newer version wrote, copied beside it.

use std::fs;
use std::path::{Path, PathBuf};

use replica::record::{Header, hash};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::error::Error;
use crate::open::{Mode, beside, check_readable, connect, migrate};
use crate::secrets::Secrets;

/// The ground tables with their columns, the key first. A later version only adds to them.
const GROUND: &[(&str, &[&str])] = &[
    ("stream", &["stream_no", "device", "incarnation", "scope_kind", "scope_id"]),
    ("subject_key", &["subject", "key"]),
    ("local", &["name", "value"]),
    ("sealed_part", &["hash", "subject", "salt", "nonce", "ciphertext"]),
    ("record", &["record_no", "stream_no", "seq", "hash", "kind", "header", "body", "signature"]),
];

/// Copies every row of the ground tables that can be read into a new ledger beside `path`, in the place of an
/// earlier copy. Gives the path of the copy.
pub(crate) fn copy_readable(path: &Path, secrets: &Secrets) -> Result<PathBuf, Error> {
    // After a damaged page SQLCipher answers nothing more on a connection, so each reading has its own.
    let from = || connect(path, &secrets.database_key, Mode::Read);
    check_readable(&from()?)?;
    let copy = beside(path, ".readable");
    for ending in ["", "-wal", "-shm", ".reserve"] {
        let _ = fs::remove_file(beside(&copy, ending));
    }
    let mut to = connect(&copy, &secrets.database_key, Mode::Write)?;
    migrate(&mut to)?;
    to.pragma_update(None, "foreign_keys", false)?;
    let tx = to.transaction()?;
    for (table, columns) in GROUND {
        copy_table(from, &tx, table, columns)?;
    }
    // The copy derives its tables by itself.
    tx.execute("DELETE FROM local WHERE name = 'projection_version'", [])?;
    tx.commit()?;
    Ok(copy)
}

/// Reads from both ends until a page does not answer, and then, where rows have numbers, one after the other
/// what lies between.
fn copy_table(
    from: impl Fn() -> Result<Connection, Error>,
    to: &Connection,
    table: &str,
    columns: &[&str],
) -> Result<(), Error> {
    let (key, listed) = (columns[0], columns.join(", "));
    let marks = vec!["?"; columns.len()].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO {table} ({listed}) VALUES ({marks})"))?;
    let mut keep = |row: &Row<'_>| -> Result<Option<Value>, Error> {
        let Ok(values) = (0..columns.len()).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>() else {
            return Ok(None);
        };
        let key = values[0].clone();
        if table != "record" || is_whole(&values) {
            insert.execute(params_from_iter(values))?;
        }
        Ok(Some(key))
    };
    let mut last = None;
    let is_all = read_until(&from()?, &format!("SELECT {listed} FROM {table} ORDER BY {key}"), |row| {
        last = keep(row)?.or(last.take());
        Ok(true)
    })?;
    if is_all {
        return Ok(());
    }
    let mut first = None;
    read_until(&from()?, &format!("SELECT {listed} FROM {table} ORDER BY {key} DESC"), |row| {
        if row.get::<_, Value>(0).ok() == last {
            return Ok(false);
        }
        first = keep(row)?.or(first.take());
        Ok(true)
    })?;
    if let (Some(Value::Integer(last)), Some(Value::Integer(first))) = (last, first) {
        for number in last + 1..first {
            let one = format!("SELECT {listed} FROM {table} WHERE {key} = {number}");
            read_until(&from()?, &one, |row| keep(row).map(|_| true))?;
        }
    }
    Ok(())
}

/// Gives the rows of a query until one cannot be read (false), none is left, or `each` has enough.
fn read_until(
    from: &Connection,
    sql: &str,
    mut each: impl FnMut(&Row<'_>) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let Ok(mut statement) = from.prepare(sql) else { return Ok(false) };
    let Ok(mut rows) = statement.query([]) else { return Ok(false) };
    loop {
        match rows.next() {
            Ok(Some(row)) if each(row)? => {}
            Ok(_) => return Ok(true),
            Err(_) => return Ok(false),
        }
    }
}

/// Whether a record's hash is that of its header, and its body the one that the header names.
fn is_whole(record: &[Value]) -> bool {
    let (Value::Blob(stored), Value::Blob(header), Value::Blob(body)) = (&record[3], &record[5], &record[6])
    else {
        return false;
    };
    let is_named = |read: Header| read.body_hash == hash(body);
    hash(header).0.as_slice() == stored.as_slice() && Header::decode(header).is_ok_and(is_named)
}
