//! Building the derived tables again from the records, in slices beside the live ones, so that the counter
//! goes on selling meanwhile.

use std::time::{Duration, Instant};

use replica::document_changed;
use replica::record::Header;
use replica::stream_opened;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::Ledger;
use crate::document::Documents;
use crate::error::Error;
use crate::open::{PROJECTION, projection_version};
use crate::projection::{Projector, TABLES};

/// How long one slice projects; its commit comes on top of that.
const SLICE: Duration = Duration::from_millis(3);

/// Rows of an old table that are deleted at once.
const DELETED_AT_ONCE: u32 = 200;

/// A rebuild that is going on.
pub struct Rebuild {
    documents: Documents,
    /// A new one for each rebuild: an index keeps its name when its table is renamed.
    prefix: String,
    done: i64,
}

impl Rebuild {
    /// Records that are in the new tables.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.unsigned_abs()
    }
}

/// Projects the records after `after`, until `until` says stop or none is left. Gives the last one projected.
pub(crate) fn project_from(
    projector: &Projector<'_>,
    documents: &mut Documents,
    after: i64,
    mut until: impl FnMut(i64) -> bool,
) -> Result<(i64, bool), Error> {
    let mut statement = projector.conn.prepare_cached(
        "SELECT record_no, hash, kind, header, body FROM record WHERE record_no > ?1 ORDER BY record_no",
    )?;
    let mut rows = statement.query([after])?;
    let mut last = after;
    while let Some(row) = rows.next()? {
        let record_no: i64 = row.get(0)?;
        let hash = row.get_ref(1)?.as_blob().map_err(|error| Error::Damaged(error.to_string()))?;
        let kind: u16 = row.get(2)?;
        let header = row.get_ref(3)?.as_blob().map_err(|error| Error::Damaged(error.to_string()))?;
        let body = row.get_ref(4)?.as_blob().map_err(|error| Error::Damaged(error.to_string()))?;
        let header = Header::decode(header)
            .map_err(|error| Error::Damaged(format!("header of record {record_no}: {error}")))?;
        project_one(projector, documents, record_no, hash, kind, &header, body)?;
        last = record_no;
        if until(record_no) {
            return Ok((last, false));
        }
    }
    Ok((last, true))
}

/// Projects one record of any kind.
pub(crate) fn project_one(
    projector: &Projector<'_>,
    documents: &mut Documents,
    record_no: i64,
    hash: &[u8],
    kind: u16,
    header: &Header,
    body: &[u8],
) -> Result<Vec<domain::id::ProductId>, Error> {
    match kind {
        stream_opened::KIND => Ok(Vec::new()),
        document_changed::KIND => documents.project(projector, record_no, hash, header, body),
        _ => projector.project_bytes(record_no, hash, header, body).map(|()| Vec::new()),
    }
}

/// Makes empty derived tables with a prefix.
pub(crate) fn make_tables(conn: &Connection, prefix: &str) -> Result<(), Error> {
    Ok(conn.execute_batch(&PROJECTION.replace('$', prefix))?)
}

impl Ledger {
    /// Makes the derived tables where there are none, and again where this version derives other ones.
    pub(crate) fn derive_if_needed(&mut self) -> Result<(), Error> {
        let found: Option<Vec<u8>> = self
            .conn
            .query_row("SELECT value FROM local WHERE name = 'projection_version'", [], |row| row.get(0))
            .optional()?;
        if found.as_deref() == Some(&projection_version()) {
            return Ok(());
        }
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let old: Vec<String> = {
            let mut statement = tx.prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN
                 ('stream', 'record', 'sealed_part', 'subject_key', 'local') AND name NOT LIKE 'sqlite_%'",
            )?;
            statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        for table in old {
            tx.execute_batch(&format!("DROP TABLE \"{table}\""))?;
        }
        make_tables(&tx, "")?;
        let mut documents = Documents::new([0; 16]);
        project_from(&Projector::live(&tx), &mut documents, 0, |_| false)?;
        tx.execute(
            "INSERT INTO local (name, value) VALUES ('projection_version', ?1) ON CONFLICT DO UPDATE SET value = ?1",
            [projection_version()],
        )?;
        tx.commit()?;
        Ok(())
    }

    /// Begins to build all derived tables again beside the live ones.
    ///
    /// # Errors
    /// When the file fails.
    pub fn begin_rebuild(&mut self) -> Result<Rebuild, Error> {
        self.writable()?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let prefix = format!("next{}_", next_number(&tx)?);
        make_tables(&tx, &prefix)?;
        tx.commit()?;
        Ok(Rebuild { documents: Documents::new([0; 16]), prefix, done: 0 })
    }

    /// Goes on with a rebuild for one slice of some milliseconds. True when the new tables are in force and
    /// the old ones are gone.
    ///
    /// # Errors
    /// When the file fails; the live tables are as they were.
    pub fn rebuild_slice(&mut self, rebuild: &mut Rebuild) -> Result<bool, Error> {
        let begun = Instant::now();
        if let Some(table) = self.old_table()? {
            self.delete_some(&table, begun)?;
            return Ok(self.old_table()?.is_none());
        }
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let projector = Projector { conn: &tx, prefix: &rebuild.prefix };
        let (done, is_all) =
            project_from(&projector, &mut rebuild.documents, rebuild.done, |_| begun.elapsed() > SLICE)?;
        if is_all {
            for table in TABLES {
                tx.execute_batch(&format!(
                    "ALTER TABLE {table} RENAME TO old_{table}; ALTER TABLE {}{table} RENAME TO {table};",
                    rebuild.prefix
                ))?;
            }
        }
        tx.commit()?;
        rebuild.done = done;
        if is_all {
            self.conn.flush_prepared_statement_cache();
        }
        Ok(false)
    }

    fn old_table(&self) -> Result<Option<String>, Error> {
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'old\\_%' ESCAPE '\\' LIMIT 1";
        Ok(self.conn.query_row(sql, [], |row| row.get(0)).optional()?)
    }

    /// Deletes an old table a few rows at a time: dropping a large one at once would hold the writer.
    fn delete_some(&mut self, table: &str, begun: Instant) -> Result<(), Error> {
        let columns: String = self.conn.query_row(
            "SELECT group_concat(name, ', ') FROM pragma_table_info(?1) WHERE pk > 0",
            [table],
            |row| row.get(0),
        )?;
        let sql = format!(
            "DELETE FROM \"{table}\" WHERE ({columns}) IN (SELECT {columns} FROM \"{table}\" LIMIT {DELETED_AT_ONCE})"
        );
        while begun.elapsed() < SLICE {
            if self.conn.execute(&sql, params![])? == 0 {
                self.conn.execute_batch(&format!("DROP TABLE \"{table}\""))?;
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Takes away what an interrupted rebuild left, and gives a number whose names are free.
fn next_number(conn: &Connection) -> Result<u32, Error> {
    let left: Vec<String> = {
        let mut statement =
            conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'next[0-9]*_*'")?;
        statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
    };
    for table in left {
        conn.execute_batch(&format!("DROP TABLE \"{table}\""))?;
    }
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'next' || ?1 || '_*'";
    let mut number = 1;
    while conn.query_row(sql, [number], |row| row.get::<_, i64>(0))? > 0 {
        number += 1;
    }
    Ok(number)
}
