//! Building the derived tables again from the records, in slices beside the live ones, so that the counter
//! goes on selling meanwhile.

use std::time::{Duration, Instant};

use domain::entry::Hash32;
use domain::id::ProductId;
use replica::document_changed;
use replica::record::Header;
use replica::stream_opened;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, TransactionBehavior, params};

use crate::Ledger;
use crate::book::Book;
use crate::document::Documents;
use crate::error::Error;
use crate::judge::DERIVE_AGAIN;
use crate::judge_again::judge_again;
use crate::open::{GROUND_TABLES, Mode, PROJECTION, connect, projection_version};
use crate::projection::Projector;
use crate::sums::{Base, Sums};

/// How long one slice projects; its commit comes on top of that, and a sale that waits for both.
const SLICE: Duration = Duration::from_micros(1_500);

/// Rows of an old table that are deleted at once.
const DELETED_AT_ONCE: u32 = 400;

/// Sums that a rebuild keeps in memory at most; beyond that it writes some.
const MOST_SUMS: usize = 500_000;

/// Name of the local value that stands while the live tables hold only what selling needs.
pub(crate) const HISTORY_PENDING: &str = "history_pending";

/// Name of the local value that holds a [`Base`].
pub(crate) const BASE: &str = "base";

/// Name of the local value that says up to which record a ledger that only stores has projected.
const PROJECTED_TO: &str = "projected_to";

/// A product that changes is this much more work than a receipt.
const PRODUCT_WORK: usize = 3;

/// What one slice of a rebuild came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// There is more to do.
    More,
    /// Nothing was done: a checkpoint has to catch up first. Ask again after some milliseconds.
    Waits,
    /// The new tables are in force and the old ones are gone.
    Done,
}

/// A rebuild that is going on. After an error it is of no more use.
pub struct Rebuild {
    /// Writes without waiting for the disk, unlike the ledger's own connection: what is lost when the power
    /// fails is derived again, and the commit of a sale brings everything before it to the disk as well.
    conn: Connection,
    documents: Documents,
    /// A number of its own for each rebuild, since what an earlier one left may not be deleted yet.
    number: u32,
    sums: Sums,
    done: i64,
    total: i64,
    is_in_force: bool,
    /// What made it due, where records were found not to count.
    derive_again: Option<Vec<u8>>,
}

impl Rebuild {
    /// Records that were projected, and how many there were when it began.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.done.min(self.total).unsigned_abs(), self.total.unsigned_abs())
    }
}

/// Projects the records after `after`, until `until` says stop or none is left. Gives the last one projected.
pub(crate) fn project_from(
    projector: &Projector<'_>,
    documents: &mut Documents,
    after: i64,
    mut until: impl FnMut(Vec<ProductId>) -> bool,
) -> Result<(i64, bool), Error> {
    let mut statement = projector.conn.prepare_cached(
        "SELECT record_no, hash, kind, header, body FROM record WHERE record_no > ?1 ORDER BY record_no",
    )?;
    let mut rows = statement.query([after])?;
    let mut last = after;
    while let Some(row) = rows.next()? {
        let touched;
        (last, touched) = project_row(projector, documents, row)?;
        if until(touched) {
            return Ok((last, false));
        }
    }
    Ok((last, true))
}

fn project_row(
    projector: &Projector<'_>,
    documents: &mut Documents,
    row: &Row<'_>,
) -> Result<(i64, Vec<ProductId>), Error> {
    let bytes = |column| {
        let value: ValueRef<'_> = row.get_ref(column)?;
        value.as_blob().map_err(|error| Error::Malformed(error.to_string()))
    };
    let record_no: i64 = row.get(0)?;
    let header = Header::decode(bytes(3)?)
        .map_err(|error| Error::Malformed(format!("header of record {record_no}: {error}")))?;
    let hash = Hash32(row.get(1)?);
    let touched = project_one(projector, documents, record_no, &hash, row.get(2)?, &header, bytes(4)?)?;
    Ok((record_no, touched))
}

/// Projects one record of any kind.
pub(crate) fn project_one(
    projector: &Projector<'_>,
    documents: &mut Documents,
    record_no: i64,
    hash: &Hash32,
    kind: u16,
    header: &Header,
    body: &[u8],
) -> Result<Vec<ProductId>, Error> {
    match kind {
        stream_opened::KIND => projector.pass_over(record_no, hash, header).map(|_| Vec::new()),
        document_changed::KIND => documents.project(projector, record_no, hash, header, body),
        _ => projector.project_bytes(record_no, hash, header, body).map(|()| Vec::new()),
    }
}

/// Projects records that [`Ledger::store`] left, in the order of arrival, until so much work is done: a receipt
/// is 1. Gives the products that may have changed, and whether nothing is left.
pub(crate) fn project_stored(
    conn: &mut Connection,
    documents: &mut Documents,
    most_work: usize,
) -> Result<(Vec<ProductId>, bool), Error> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = projected_to(&tx)?;
    let projector = Projector::live(&tx)?;
    let (mut touched, mut work) = (Vec::new(), 0);
    let (last, is_all) = project_from(&projector, documents, done, |changed| {
        work += 1 + changed.len() * PRODUCT_WORK;
        touched.extend(changed);
        work >= most_work
    })?;
    projector.finish()?;
    if last > done {
        set_local(&tx, PROJECTED_TO, &last.to_be_bytes())?;
    }
    tx.commit()?;
    Ok((touched, is_all))
}

/// The last record that is projected, where storing and projecting are apart; else none is left to project.
pub(crate) fn projected_to(conn: &Connection) -> Result<i64, Error> {
    let kept = Book { conn, writer: &[] }.local(PROJECTED_TO)?;
    Ok(kept.and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_be_bytes))
}

/// Makes empty derived tables with a prefix.
pub(crate) fn make_tables(conn: &Connection, prefix: &str) -> Result<(), Error> {
    Ok(conn.execute_batch(&PROJECTION.replace('$', prefix))?)
}

/// Projects the records up to `last` that are no receipts, oldest first, and none of what adds up.
fn project_but_receipts(conn: &Connection, prefix: &str, last: i64) -> Result<(), Error> {
    let projector = Projector { adds_up: false, ..Projector::new(conn, prefix, Sums::default())? };
    let mut documents = Documents::new([0; 16]);
    let mut statement = conn.prepare(
        "SELECT record_no, hash, kind, header, body FROM record INDEXED BY record_but_receipts
         WHERE kind NOT BETWEEN 21 AND 23 AND record_no <= ?1 ORDER BY record_no",
    )?;
    let mut rows = statement.query([last])?;
    while let Some(row) = rows.next()? {
        project_row(&projector, &mut documents, row)?;
    }
    projector.apply_late()
}

fn tables_like(conn: &Connection, pattern: &str) -> Result<Vec<String>, Error> {
    let mut statement =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ?1")?;
    Ok(statement.query_map([pattern], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Puts the tables of a rebuild, which hold the records up to `last`, in the place of the live ones, which are
/// kept as old ones until they are deleted.
fn put_in_force(conn: &Connection, number: u32, last: i64) -> Result<(), Error> {
    conn.execute("UPDATE local SET value = ?2 WHERE name = ?1", params![PROJECTED_TO, last.to_be_bytes()])?;
    let next = format!("next{number}_");
    rename(conn, |name| match name.strip_prefix(&next) {
        Some(live) => live.to_owned(),
        None => format!("old{number}_{name}"),
    })
}

/// Renames the live tables, those of the rebuild, and their indexes, all at once as SQLite's documentation of
/// ALTER TABLE describes it: renamed one by one, each reads the whole schema anew, which held the writer for
/// a tenth of a second.
fn rename(conn: &Connection, new_name: impl Fn(&str) -> String) -> Result<(), Error> {
    let rows: Vec<(i64, String, String, Option<String>)> = conn
        .prepare(&format!(
            "SELECT rowid, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('table', 'index')
             AND tbl_name NOT GLOB 'old[0-9]*_*' AND tbl_name NOT GLOB 'sqlite_*'
             AND tbl_name NOT IN ({GROUND_TABLES})"
        ))?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<_, _>>()?;
    let version: i64 = conn.query_row("PRAGMA schema_version", [], |row| row.get(0))?;
    conn.execute_batch("PRAGMA writable_schema = ON")?;
    let mut update =
        conn.prepare("UPDATE sqlite_schema SET name = ?2, tbl_name = ?3, sql = ?4 WHERE rowid = ?1")?;
    for (rowid, name, table, sql) in rows {
        let new_table = new_name(&table);
        // An index without words belongs to a key of its table and is called after it.
        let Some(sql) = sql else {
            let new_name = name.replacen(&table, &new_table, 1);
            update.execute(params![rowid, new_name, new_table, None::<String>])?;
            continue;
        };
        let columns = sql.find('(').map_or("", |at| &sql[at..]);
        let (new_name, made) = if name == table {
            (new_table.clone(), format!("CREATE TABLE {new_table} {columns}"))
        } else {
            let new_name = new_name(&name);
            let made = format!("CREATE INDEX {new_name} ON {new_table} {columns}");
            (new_name, made)
        };
        update.execute(params![rowid, new_name, new_table, made])?;
    }
    drop(update);
    conn.execute_batch(&format!(
        "PRAGMA schema_version = {}; PRAGMA writable_schema = RESET",
        version.wrapping_add(1)
    ))?;
    Ok(())
}

fn set_local(conn: &Connection, name: &str, value: &[u8]) -> Result<(), Error> {
    conn.prepare_cached(
        "INSERT INTO local (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
    )?
    .execute(params![name, value])?;
    Ok(())
}

/// Keeps the balances as they are now, with the last record that there is.
pub(crate) fn keep_base(conn: &Connection, last_record_no: i64) -> Result<(), Error> {
    let base = minicbor::to_vec(Base::read(conn, last_record_no)?);
    set_local(conn, BASE, &base.map_err(|error| Error::Malformed(error.to_string()))?)
}

impl Ledger {
    /// Makes the derived tables where there are none. Where this version derives other ones, it makes those
    /// from the balances at the last Z, what came later, and everything but receipts from before: enough to
    /// sell. The history is then for a rebuild to fill in ([`crate::Book::is_history_pending`]).
    pub(crate) fn derive_if_needed(&mut self) -> Result<(), Error> {
        let book = self.book();
        if book.local("projection_version")?.as_deref() == Some(&projection_version()) {
            return Ok(());
        }
        let base: Option<Base> = book.local(BASE)?.and_then(|bytes| minicbor::decode(&bytes).ok());
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if tables_like(&tx, "entry")?.is_empty() && (Book { conn: &tx, writer: &[] }).last_record_no()? == 0 {
            make_tables(&tx, "")?;
            set_local(&tx, "projection_version", &projection_version())?;
            return Ok(tx.commit()?);
        }
        judge_again(&tx)?;
        let number = next_number(&tx)?;
        let prefix = format!("next{number}_");
        make_tables(&tx, &prefix)?;
        let (mut sums, mut after) = (Sums::default(), 0);
        if let Some(base) = base {
            project_but_receipts(&tx, &prefix, base.record_no)?;
            set_local(&tx, HISTORY_PENDING, &[])?;
            after = base.record_no;
            sums = base.into_sums(&tx)?;
        }
        let projector = Projector::new(&tx, &prefix, sums)?;
        let (last, _) = project_from(&projector, &mut Documents::new([0; 16]), after, |_| false)?;
        projector.finish()?;
        put_in_force(&tx, number, last)?;
        set_local(&tx, "projection_version", &projection_version())?;
        tx.commit()?;
        Ok(())
    }

    /// Begins to build all derived tables again beside the live ones.
    ///
    /// # Errors
    /// When the file fails.
    pub fn begin_rebuild(&mut self) -> Result<Rebuild, Error> {
        if self.is_damaged {
            return Err(Error::ReadOnly);
        }
        let mut conn = connect(&self.path, &self.secrets.database_key, Mode::Write)?;
        conn.execute_batch("PRAGMA synchronous = NORMAL")?;
        self.checkpointer.backlog.listen(&mut conn)?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        judge_again(&tx)?;
        let number = next_number(&tx)?;
        make_tables(&tx, &format!("next{number}_"))?;
        let total = tx.query_row("SELECT coalesce(max(record_no), 0) FROM record", [], |row| row.get(0))?;
        let derive_again = Book { conn: &tx, writer: &[] }.local(DERIVE_AGAIN)?;
        tx.commit()?;
        let documents = Documents::new([0; 16]);
        let sums = Sums::of_nothing();
        Ok(Rebuild { conn, documents, number, sums, done: 0, total, is_in_force: false, derive_again })
    }

    /// Goes on with a rebuild for one slice of some milliseconds.
    ///
    /// # Errors
    /// When the file fails; the live tables are as they were.
    pub fn rebuild_slice(&mut self, rebuild: &mut Rebuild) -> Result<Slice, Error> {
        if self.checkpointer.backlog.is_much() {
            self.checkpointer.after_commit();
            return Ok(Slice::Waits);
        }
        let is_done = if rebuild.is_in_force { rebuild.delete_old()? } else { rebuild.project()? };
        self.checkpointer.after_commit();
        Ok(if is_done { Slice::Done } else { Slice::More })
    }
}

impl Rebuild {
    /// Projects some records. When all are, and all sums are written, the new tables come into force.
    fn project(&mut self) -> Result<bool, Error> {
        let begun = Instant::now();
        let is_over = || begun.elapsed() > SLICE;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let prefix = format!("next{}_", self.number);
        let projector = Projector::new(&tx, &prefix, std::mem::take(&mut self.sums))?;
        let (done, is_all) = project_from(&projector, &mut self.documents, self.done, |_| is_over())?;
        projector.judge_late()?;
        let is_much = projector.sums.borrow().len() > MOST_SUMS;
        let is_written = (is_all || is_much) && projector.write_sums(is_over)?;
        let is_ready = is_all && is_written;
        self.sums = projector.sums.into_inner();
        if is_ready {
            put_in_force(&tx, self.number, done)?;
            tx.execute("DELETE FROM local WHERE name = ?1", [HISTORY_PENDING])?;
            tx.execute(
                "DELETE FROM local WHERE name = ?1 AND value = ?2",
                params![DERIVE_AGAIN, self.derive_again],
            )?;
        }
        tx.commit()?;
        self.done = done;
        self.is_in_force = is_ready;
        Ok(false)
    }

    /// Deletes old tables a few rows at a time: dropping a large one at once would hold the writer. True when
    /// none is left.
    fn delete_old(&mut self) -> Result<bool, Error> {
        let begun = Instant::now();
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tables = tables_like(&tx, "old[0-9]*_*")?;
        if let Some(table) = tables.first() {
            let key: String = tx.query_row(
                "SELECT group_concat(name, ', ' ORDER BY pk) FROM pragma_table_info(?1) WHERE pk > 0",
                [table],
                |row| row.get(0),
            )?;
            let sql = format!(
                "DELETE FROM \"{table}\" WHERE ({key}) <=
                 (SELECT {key} FROM \"{table}\" ORDER BY {key} LIMIT 1 OFFSET {DELETED_AT_ONCE})"
            );
            let mut delete = tx.prepare(&sql)?;
            while delete.execute([])? > 0 {
                if begun.elapsed() > SLICE {
                    drop(delete);
                    tx.commit()?;
                    return Ok(false);
                }
            }
            drop(delete);
            tx.execute_batch(&format!("DROP TABLE \"{table}\""))?;
        }
        tx.commit()?;
        Ok(tables.is_empty())
    }
}

/// Takes away what an interrupted rebuild left, and gives a number whose names are free.
fn next_number(conn: &Connection) -> Result<u32, Error> {
    for table in tables_like(conn, "next[0-9]*_*")? {
        conn.execute_batch(&format!("DROP TABLE \"{table}\""))?;
    }
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'next' || ?1 || '_*' OR name GLOB 'old' || ?1 || '_*'";
    let mut number = 1;
    while conn.query_row(sql, [number], |row| row.get::<_, i64>(0))? > 0 {
        number += 1;
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the schema, without the prefix of its names.
    fn schema(conn: &Connection, prefix: &str) -> Vec<String> {
        let sql = "SELECT replace(type || ' ' || name || ' ' || tbl_name || coalesce(substr(sql, instr(sql, '(')), ''), ?1, '')
            FROM sqlite_schema WHERE tbl_name GLOB ?1 || '*' AND tbl_name <> 'local' ORDER BY 1";
        conn.prepare(sql)
            .unwrap()
            .query_map([prefix], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    fn put(conn: &Connection, table: &str, count: i64) {
        for hlc in 0..count {
            conn.execute(&format!("INSERT INTO {table} VALUES (x'01', ?1, x'02')"), [hlc]).unwrap();
        }
    }

    fn count(conn: &Connection, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        conn.prepare_cached(&sql).unwrap().query_row([], |row| row.get(0)).unwrap()
    }

    #[test]
    fn new_tables_take_the_place_of_the_live_ones_at_once_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Connection::open(dir.path().join("ledger.db")).unwrap();
        let (mut conn, other) = (open(), open());
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TABLE local (name TEXT PRIMARY KEY, value BLOB)",
        )
        .unwrap();
        make_tables(&conn, "").unwrap();
        let fresh = schema(&conn, "");
        // A table that was renamed by itself has quotes around its name.
        conn.execute_batch("ALTER TABLE receipt RENAME TO before; ALTER TABLE before RENAME TO receipt")
            .unwrap();
        put(&conn, "name", 1);
        make_tables(&conn, "next1_").unwrap();
        put(&conn, "next1_name", 2);

        let tx = conn.transaction().unwrap();
        put_in_force(&tx, 1, 0).unwrap();
        tx.rollback().unwrap();
        assert_eq!((count(&conn, "name"), count(&conn, "next1_name"), count(&other, "name")), (1, 2, 1));

        let tx = conn.transaction().unwrap();
        put_in_force(&tx, 1, 0).unwrap();
        assert_eq!((count(&tx, "name"), count(&other, "name")), (2, 1));
        tx.commit().unwrap();
        assert_eq!((count(&conn, "name"), count(&conn, "old1_name"), count(&other, "name")), (2, 1, 2));

        assert_eq!(schema(&conn, "old1_"), fresh);
        for table in tables_like(&conn, "old1_*").unwrap() {
            conn.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        }
        assert_eq!(schema(&conn, ""), fresh);
        let sound: String = open().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
    }
}
