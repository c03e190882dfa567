//! Opening the file: key, settings of the connection, version, derived tables.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::error::Error;
use crate::wrapped_sum;

/// Says that a SQLite file is a PharmaTill ledger ("PhTl").
const APPLICATION_ID: i64 = 0x5068_546c;

/// The migrations of the ground tables, oldest first; the version of a file is how many it has seen.
const GROUND: &[&str] = &[
    include_str!("../../../migrations/0001_ground.sql"),
    include_str!("../../../migrations/0002_receipts_apart.sql"),
    include_str!("../../../migrations/0003_devices.sql"),
    include_str!("../../../migrations/0004_verdicts.sql"),
    include_str!("../../../migrations/0005_erased.sql"),
];

/// Tables that are not derived.
pub(crate) const GROUND_TABLES: &str =
    "'stream', 'record', 'sealed_part', 'subject_key', 'local', 'head', 'verdict', 'key_order'";

/// The derived tables.
pub(crate) const PROJECTION: &str = include_str!("../../../migrations/projection.sql");

/// The path of the file that lies beside a ledger with another ending.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Takes the lock that keeps a second copy of the program away from the ledger.
pub(crate) fn lock(path: &Path) -> Result<File, Error> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(beside(path, ".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// How a connection is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The one writer.
    Write,
    /// Any number of readers.
    Read,
}

/// Opens a connection with the key, and proves that the key fits.
pub(crate) fn connect(path: &Path, key: &[u8; 32], mode: Mode) -> Result<Connection, Error> {
    let flags = match mode {
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    // What SQLCipher would print of a wrong key or a damaged page comes back as an error anyway.
    conn.execute_batch(&format!("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{hex}'\""))?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    conn.set_prepared_statement_cache_capacity(256);
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
    wrapped_sum::register(&conn)?;
    match mode {
        // FULL makes every commit durable before it returns; checkpoints are made in the background. Most
        // commits walk through the whole page cache (a balanced tree's pages were renumbered), so that a
        // larger one makes every sale dearer. What is deleted is overwritten in the pages that are written anyway: a
        // key that was destroyed is not to be found in them.
        Mode::Write => conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
             PRAGMA secure_delete = FAST;
             PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;",
        )?,
        // A reader forgets its pages at every commit of the writer; more of them would only fill the memory.
        Mode::Read => conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8192;")?,
    }
    Ok(conn)
}

/// What a file says it is.
pub(crate) fn check_version(conn: &Connection) -> Result<i64, Error> {
    let application: i64 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let known = GROUND.len() as i64;
    if application != APPLICATION_ID && tables > 0 {
        return Err(Error::Foreign);
    }
    if version > known {
        return Err(Error::Newer { found: version, known });
    }
    Ok(version)
}

/// Whether a file has the ground tables of a ledger, of whatever version.
pub(crate) fn check_readable(conn: &Connection) -> Result<(), Error> {
    match check_version(conn) {
        Ok(version) if version > 0 => Ok(()),
        Ok(_) => Err(Error::Foreign),
        Err(Error::Newer { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Brings the ground tables up to date, one migration a transaction, and makes the derived tables if there are none.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), Error> {
    let version = check_version(conn)?;
    for (done, migration) in GROUND.iter().enumerate().skip(usize::try_from(version).unwrap_or(0)) {
        let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        tx.execute_batch(migration)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", done as i64 + 1)?;
        tx.commit()?;
    }
    Ok(())
}

/// A number that changes whenever the derived tables or what fills them change.
pub(crate) fn projection_version() -> [u8; 32] {
    blake3::Hasher::new()
        .update(PROJECTION.as_bytes())
        .update(&crate::projection::VERSION.to_be_bytes())
        .finalize()
        .into()
}
