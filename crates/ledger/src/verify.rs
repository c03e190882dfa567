//! Proof that the book is whole: every hash, signature, chain, posting sum and gapless number, and derived
//! tables that equal a rebuild from the records.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use domain::entry::{Entry, Hash32, Signature64};
use replica::body::{self, Body};
use replica::cbor::check_deterministic;
use replica::record::{Header, hash};
use replica::sign::verify_checkpoint;
use replica::stream::{StreamHead, StreamId};
use replica::stream_opened::{self, StreamOpened};
use replica::sync::DayFigures;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

use crate::book::Book;
use crate::document::Documents;
use crate::error::Error;
use crate::open::{Mode, beside, connect};
use crate::projection::{Projector, TABLES, VERSION};
use crate::rebuild::{make_tables, project_from};
use crate::secrets::Secrets;
use crate::sums::Sums;

/// Columns that are local to a file and say nothing about the book.
const LOCAL_COLUMNS: &[&str] = &["record_no"];

/// The most faults that one run lists.
const MOST_FAULTS: usize = 100;

/// What a verification looked at, and what it found wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Streams.
    pub stream_count: u64,
    /// Records.
    pub record_count: u64,
    /// Signatures.
    pub signature_count: u64,
    /// Entries whose postings were summed.
    pub entry_count: u64,
    /// Derived rows that were compared.
    pub row_count: u64,
    /// Hash of all that the records come to, the same on every replica that has the same records.
    pub content: [u8; 32],
    /// What is wrong, at most a hundred.
    pub faults: Vec<Fault>,
}

/// Something wrong, and exactly where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stream and record, or table and row.
    pub place: String,
    /// Stable code.
    pub code: &'static str,
}

/// What is known of a branch of a stream while its records pass.
#[derive(Clone, Copy)]
struct Passing {
    head: StreamHead,
    signing_key: Option<Hash32>,
    is_signed: bool,
    receipt_no: u64,
    z_no: u64,
}

impl Verified {
    fn fault(&mut self, place: impl Into<String>, code: &'static str) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { place: place.into(), code });
        }
    }
}

/// Verifies the ledger at `path` beside whoever uses it. `progress` is told (done, total) and stops the
/// run by answering false.
///
/// # Errors
/// `Cancelled`, `HistoryPending` while there is no history to compare, or a failure of the machine. What is wrong with the book is not an error but a fault.
pub fn verify(
    path: &Path,
    secrets: &Secrets,
    mut progress: impl FnMut(u64, u64) -> bool,
) -> Result<Verified, Error> {
    let mut verified = Verified::default();
    let reader = connect(path, &secrets.database_key, Mode::Read)?;
    verify_integrity(&reader, &mut verified)?;
    if !verified.faults.is_empty() {
        // What a damaged page says is not worth reading on, and would only fail without a place.
        return Ok(verified);
    }
    let book = Book { conn: &reader, writer: &[] };
    if book.is_history_pending()? {
        return Err(Error::HistoryPending);
    }
    let last: i64 =
        reader.query_row("SELECT coalesce(max(record_no), 0) FROM record", [], |row| row.get(0))?;
    let total = last.unsigned_abs() * 2;
    verify_records(&reader, last, &mut verified, |done| progress(done, total))?;
    drop(reader);
    let built = beside(path, ".verify");
    let outcome = verify_derived(path, &built, secrets, last, &mut verified, |done| {
        progress(last.unsigned_abs() + done, total)
    });
    for ending in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(beside(&built, ending));
    }
    outcome.map(|()| verified)
}

fn verify_integrity(conn: &Connection, verified: &mut Verified) -> Result<(), Error> {
    let mut statement = conn.prepare("PRAGMA cipher_integrity_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        verified.fault(row.get::<_, String>(0)?, "page_damaged");
    }
    Ok(())
}

fn verify_records(
    conn: &Connection,
    last: i64,
    verified: &mut Verified,
    mut progress: impl FnMut(u64) -> bool,
) -> Result<(), Error> {
    // By the last record of each branch. What comes before a fork is found again by walking back.
    let mut ends: HashMap<(i64, Hash32), Passing> = HashMap::new();
    let mut streams: HashSet<i64> = HashSet::new();
    let mut statement = conn.prepare(
        "SELECT record_no, stream_no, seq, hash, kind, header, body, signature FROM record
         WHERE record_no <= ?1 ORDER BY record_no",
    )?;
    let mut part_of = conn.prepare("SELECT salt, nonce, ciphertext FROM sealed_part WHERE hash = ?1")?;
    let mut rows = statement.query([last])?;
    while let Some(row) = rows.next()? {
        let record_no: i64 = row.get(0)?;
        if record_no % 512 == 0 && !progress(record_no.unsigned_abs()) {
            return Err(Error::Cancelled);
        }
        verified.record_count += 1;
        let (stream_no, seq): (i64, u64) = (row.get(1)?, row.get(2)?);
        let place = format!("stream {stream_no}, record {seq}");
        let (header, body): (Vec<u8>, Vec<u8>) = (row.get(5)?, row.get(6)?);
        let Ok(read) = Header::decode(&header) else {
            verified.fault(place, "header_malformed");
            continue;
        };
        let stored = Hash32(row.get(3)?);
        if hash(&header) != stored {
            verified.fault(place.clone(), "header_hash");
        }
        if hash(&body) != read.body_hash {
            verified.fault(place.clone(), "body_hash");
        }
        if check_deterministic(&body).is_err() {
            verified.fault(place.clone(), "body_malformed");
        }
        if read.kind != row.get::<_, u16>(4)? || read.seq != seq {
            verified.fault(place.clone(), "columns_differ");
        }
        for part in &read.sealed {
            let found = part_of.query_row([part.0], |row| {
                Ok(replica::sealed::SealedPart {
                    salt: row.get(0)?,
                    nonce: row.get(1)?,
                    ciphertext: row.get(2)?,
                })
            });
            match found {
                Ok(found) if found.hash() != *part => verified.fault(place.clone(), "sealed_hash"),
                Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if streams.insert(stream_no) {
            verified.stream_count += 1;
        }
        let before = match ends.remove(&(stream_no, read.previous)) {
            Some(passing) => Some(passing),
            None if read.seq == 1 => Some(Passing::beginning(read.stream)),
            None => passed_before(conn, stream_no, &read)?,
        };
        let mut passing = before.unwrap_or_else(|| {
            verified.fault(place.clone(), "gap");
            Passing::beginning(read.stream)
        });
        if before.is_some()
            && (read.seq != passing.head.seq + 1
                || read.previous != passing.head.hash
                || read.stream != passing.head.stream)
        {
            verified.fault(place.clone(), "chain");
        }
        passing.head = StreamHead { stream: read.stream, seq, hash: stored };
        if read.kind == stream_opened::KIND {
            passing.signing_key = StreamOpened::from_body(&body).ok().map(|opened| opened.signing_key);
        }
        let signature: Option<[u8; 64]> = row.get(7)?;
        passing.is_signed = signature.is_some();
        if let Some(signature) = signature {
            verified.signature_count += 1;
            let is_good = passing
                .signing_key
                .is_some_and(|key| verify_checkpoint(&key, &passing.head, &Signature64(signature)));
            if !is_good {
                verified.fault(place.clone(), "signature");
            }
        }
        match body::read(&read, &body) {
            Body::Entry(entry) => {
                verified.entry_count += 1;
                if let Entry::ZReport(z) = &*entry {
                    passing.z_no += 1;
                    if z.z_no != passing.z_no {
                        verified.fault(place.clone(), "z_no_gap");
                        passing.z_no = z.z_no;
                    }
                }
                if let Some((_, receipt)) = entry.into_receipt() {
                    passing.receipt_no += 1;
                    if receipt.receipt_no != passing.receipt_no {
                        verified.fault(place.clone(), "receipt_no_gap");
                        passing.receipt_no = receipt.receipt_no;
                    }
                }
            }
            Body::CommonOnly(_) => verified.entry_count += 1,
            Body::Unbalanced(_) => verified.fault(place, "not_balanced"),
            Body::Unreadable(_) => verified.fault(place, "does_not_decode"),
            Body::Opened(_) | Body::Changed(_) | Body::Unknown => {}
        }
        ends.insert((stream_no, stored), passing);
    }
    for ((stream_no, _), passing) in ends {
        if !passing.is_signed {
            verified.fault(format!("stream {stream_no}, record {}", passing.head.seq), "head_not_signed");
        }
    }
    Ok(())
}

impl Passing {
    fn beginning(stream: StreamId) -> Self {
        Self { head: StreamHead::empty(stream), signing_key: None, is_signed: true, receipt_no: 0, z_no: 0 }
    }
}

/// What had passed before a record that follows one which another record follows as well; `None` where there
/// is no such record.
fn passed_before(conn: &Connection, stream_no: i64, header: &Header) -> Result<Option<Passing>, Error> {
    let mut statement = conn
        .prepare_cached("SELECT header, body FROM record WHERE stream_no = ?1 AND seq = ?2 AND hash = ?3")?;
    let before = StreamHead { stream: header.stream, seq: header.seq - 1, hash: header.previous };
    let mut passing = Passing { head: before, ..Passing::beginning(header.stream) };
    let mut at = (before.seq, before.hash);
    while at.0 > 0 {
        let found: Option<(Vec<u8>, Vec<u8>)> = statement
            .query_row(params![stream_no, at.0, at.1.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((bytes, body)) = found else { return Ok(None) };
        let Ok(read) = Header::decode(&bytes) else { return Ok(None) };
        if read.kind == stream_opened::KIND {
            passing.signing_key = StreamOpened::from_body(&body).ok().map(|opened| opened.signing_key);
        }
        if let Some(Ok(entry)) = Entry::from_body(read.kind, &body) {
            if let Entry::ZReport(z) = &entry {
                passing.z_no = passing.z_no.max(z.z_no);
            }
            passing.receipt_no = passing.receipt_no.max(entry.receipt_no().unwrap_or(0));
        }
        at = (at.0 - 1, read.previous);
    }
    Ok(Some(passing))
}

/// Builds the derived tables again in a file of their own and compares them with the live ones row by row.
fn verify_derived(
    path: &Path,
    built: &Path,
    secrets: &Secrets,
    last: i64,
    verified: &mut Verified,
    mut progress: impl FnMut(u64) -> bool,
) -> Result<(), Error> {
    let _ = std::fs::remove_file(built);
    let conn = connect(built, &secrets.database_key, Mode::Write)?;
    conn.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
    let hex: String = secrets.database_key.iter().map(|byte| format!("{byte:02x}")).collect();
    conn.execute("ATTACH ?1 AS book KEY ?2", params![path.to_string_lossy(), format!("x'{hex}'")])?;
    make_tables(&conn, "")?;
    let projector = Projector::new(&conn, "", Sums::of_nothing())?;
    let mut documents = Documents::new([0; 16]);
    let mut done = 0;
    // In chunks, so that no long read keeps the WAL from being used again.
    while done < last {
        conn.execute_batch("BEGIN")?;
        let mut count = 0;
        let (next, _) = project_from(&projector, &mut documents, done, |_| {
            count += 1;
            count == 2048
        })?;
        projector.judge_late()?;
        conn.execute_batch("COMMIT")?;
        done = next;
        if !progress(done.unsigned_abs()) {
            return Err(Error::Cancelled);
        }
    }
    conn.execute_batch("BEGIN")?;
    project_from(&projector, &mut documents, done, |_| false)?;
    projector.finish()?;
    let mut content = blake3::Hasher::new();
    for table in TABLES {
        content.update(table.as_bytes());
        compare(&conn, table, verified, &mut content)?;
    }
    verified.content = content.finalize().into();
    conn.execute_batch("COMMIT")?;
    Ok(())
}

/// Walks both tables in the order of their keys and reports where they part. What the records come to is hashed
/// to its end either way: a table of a server that has not projected its last records is only not there yet.
fn compare(
    conn: &Connection,
    table: &str,
    verified: &mut Verified,
    content: &mut blake3::Hasher,
) -> Result<(), Error> {
    let columns = Columns::of(conn, table)?;
    let is_content = columns.is_content();
    let (mut ours, mut live) =
        (conn.prepare(&columns.select("main", table))?, conn.prepare(&columns.select("book", table))?);
    let (mut ours, mut live) = (ours.query([])?, live.query([])?);
    let (mut row_no, mut is_apart) = (0_u64, false);
    while let Some(ours) = ours.next()? {
        let live = if is_apart { None } else { live.next()? };
        row_no += u64::from(live.is_some());
        for (place, column) in columns.listed.iter().enumerate() {
            let value: ValueRef<'_> = ours.get_ref(place)?;
            if is_content {
                add_value(content, value);
            }
            if let Some(live) = live.filter(|_| !is_apart)
                && live.get_ref(place)? != value
            {
                is_apart = true;
                verified.fault(format!("table {table}, row {row_no}, column {column}"), "derived_differs");
            }
        }
        if live.is_none() && !is_apart {
            is_apart = true;
            verified.fault(format!("table {table}, after row {row_no}"), "derived_row_missing");
        }
    }
    if !is_apart && live.next()?.is_some() {
        verified.fault(format!("table {table}, after row {row_no}"), "derived_row_extra");
    }
    verified.row_count += row_no;
    Ok(())
}

impl Book<'_> {
    /// The figures of every day and hour in one number, the same on every replica that has the same records; none
    /// while they are not complete.
    ///
    /// # Errors
    /// When the file fails.
    pub fn day_figures(&self) -> Result<Option<DayFigures>, Error> {
        if self.is_rebuild_due()? || self.unprojected()? > 0 {
            return Ok(None);
        }
        let columns = Columns::of(self.conn, "day")?;
        let mut statement = self.conn.prepare_cached(&columns.select("main", "day"))?;
        let mut rows = statement.query([])?;
        let mut figures = blake3::Hasher::new();
        while let Some(row) = rows.next()? {
            for place in 0..columns.listed.len() {
                add_value(&mut figures, row.get_ref(place)?);
            }
        }
        Ok(Some(DayFigures { version: VERSION.into(), hash: Hash32(figures.finalize().into()) }))
    }

    /// Hash of all that the derived tables hold, the same on every replica that has the same records.
    ///
    /// # Errors
    /// When the file fails.
    pub fn content(&self) -> Result<[u8; 32], Error> {
        let mut content = blake3::Hasher::new();
        for table in TABLES {
            content.update(table.as_bytes());
            let columns = Columns::of(self.conn, table)?;
            if columns.is_content() {
                let mut statement = self.conn.prepare(&columns.select("main", table))?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    for place in 0..columns.listed.len() {
                        add_value(&mut content, row.get_ref(place)?);
                    }
                }
            }
        }
        Ok(content.finalize().into())
    }
}

/// The columns of a derived table that say something about the book.
struct Columns {
    keys: Vec<String>,
    listed: Vec<String>,
}

impl Columns {
    fn of(conn: &Connection, table: &str) -> Result<Self, Error> {
        let mut statement = conn.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk = 0, pk")?;
        let columns: Vec<(String, bool)> =
            statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let keys = columns.iter().filter(|(_, is_key)| *is_key).map(|(name, _)| name.clone()).collect();
        let is_listed = |(name, is_key): &(String, bool)| *is_key || !LOCAL_COLUMNS.contains(&name.as_str());
        let listed = columns.into_iter().filter(is_listed).map(|(name, _)| name).collect();
        Ok(Self { keys, listed })
    }

    /// A table whose key is local has nothing that could be compared with another file.
    fn is_content(&self) -> bool {
        !self.keys.iter().any(|key| LOCAL_COLUMNS.contains(&key.as_str()))
    }

    fn select(&self, schema: &str, table: &str) -> String {
        format!("SELECT {} FROM {schema}.{table} ORDER BY {}", self.listed.join(", "), self.keys.join(", "))
    }
}

/// Adds a value so that no two different rows add the same bytes.
fn add_value(content: &mut blake3::Hasher, value: ValueRef<'_>) {
    let (kind, bytes): (u8, &[u8]) = match &value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(integer) => (1, &integer.to_be_bytes()),
        ValueRef::Real(real) => (2, &real.to_be_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(blob) => (4, blob),
    };
    content.update(&[kind]).update(&(bytes.len() as u64).to_be_bytes()).update(bytes);
}
