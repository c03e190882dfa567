//! What the ledger is measured against: the same library with the same rows, and nothing else.

use std::ffi::c_int;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::hooks::Wal;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::BATCH;
use crate::house::secrets;

/// How long the same library takes to write the same rows of records after `last` into a copy of the ledger, in
/// the same batches, with nothing read, checked or counted, and no triggers.
pub fn written(ledger: &Path, copy: &Path, last: i64) -> Duration {
    let open = |path: &Path| {
        let conn = Connection::open(path).expect("opens");
        let key: String = secrets(90).database_key.iter().map(|byte| format!("{byte:02x}")).collect();
        conn.execute_batch(&format!(
            "PRAGMA key = \"x'{key}'\"; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"
        ))
        .expect("opens");
        conn
    };
    type Row = Vec<Value>;
    let from = open(ledger);
    let mut rows = from.prepare("SELECT * FROM record WHERE record_no > ?1 ORDER BY record_no").expect("SQL");
    let rows: Vec<Row> = rows
        .query_map([last], |row| (0..8).map(|at| row.get(at)).collect::<Result<Row, _>>())
        .and_then(Iterator::collect)
        .expect("read");
    let mut bare = open(copy);
    let triggers: Vec<String> = bare
        .prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'")
        .and_then(|mut names| names.query_map([], |row| row.get(0))?.collect())
        .expect("read");
    triggers.iter().for_each(|drop| bare.execute_batch(drop).expect("dropped"));
    let pages = Arc::new(AtomicUsize::new(0));
    let committed = Arc::clone(&pages);
    bare.wal_hook(Some(move |_: &mut Wal, pages: c_int| {
        committed.store(usize::try_from(pages).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }))
    .expect("hooked");
    // A thread of its own brings the WAL into the file, as the ledger's does.
    let checkpoints = open(copy);
    std::thread::spawn(move || {
        while Arc::strong_count(&pages) > 1 {
            if pages.load(Ordering::Relaxed) > (16 << 20) / 4_096 {
                let _ = checkpoints.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let begun = Instant::now();
    for batch in rows.chunks(BATCH as usize) {
        let tx = bare.transaction().expect("begun");
        let insert = "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        for row in batch {
            tx.prepare_cached(insert)
                .and_then(|mut insert| insert.execute(params_from_iter(row)))
                .expect("written");
        }
        tx.commit().expect("durable");
    }
    begun.elapsed()
}
