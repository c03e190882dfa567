//! What the book says: every question that a command or a screen may ask, over one connection.
//!
//! A [`Book`] is what a step of [`crate::Ledger::transact`] sees (inside its transaction), and what a
//! [`crate::Reader`] gives to screens (beside it).

mod branch;
mod cash;
mod catalogue;
mod closes;
mod entries;
mod exceptions;
mod lots;
mod people;
mod rights;
mod sale;
mod secrets;
mod sync;

pub use branch::{ExpiringLot, LowStock};
pub use cash::{Day, OpenSession, OwnCount, WorksAt, close_that_counts};
pub use catalogue::{ConflictingValue, ProductConflict, ProductValue, SettingChanged, StoredProduct};
pub use closes::ClosedSession;
pub use entries::{CountingEntry, EntrySlice, Said};
pub use exceptions::{Exception, Settled};
pub use lots::LotMark;
pub use people::{Account, Branch, Person, Till};
pub use rights::{Acts, ActsOfPerson, Asked, Decision, Secret};
pub use sale::{FindSales, Noticed, ParkedBasket, SaleRow};
pub use sync::{OwnSales, Unsent, acked};

use domain::entry::{Entry, SealedField, SealedRef};
use domain::id::{EntryId, SubjectId};
use replica::record::Header;
use replica::sealed::{SealedPart, SubjectKey};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use crate::error::Error;

/// Reads one connection's view of the book.
pub struct Book<'c> {
    pub(crate) conn: &'c Connection,
    /// Device and incarnation of this till.
    pub(crate) writer: &'c [u8],
}

/// An entry with the header that it came under.
#[derive(Debug, Clone)]
pub struct StoredEntry {
    /// Order of arrival in this file.
    pub record_no: i64,
    /// Header.
    pub header: Header,
    /// The entry.
    pub entry: Entry,
}

impl Book<'_> {
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map(params, |found| row(found))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    pub(crate) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        Ok(self.conn.prepare_cached(sql)?.query_row(params, row).optional()?)
    }

    /// Whether an entry of this id stands in the book already.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_entry(&self, entry: EntryId) -> Result<bool, Error> {
        Ok(self.row("SELECT 1 FROM entry WHERE entry_id = ?1", [entry.as_bytes()], |_| Ok(()))?.is_some())
    }

    /// The entry of this id.
    ///
    /// # Errors
    /// When the file fails or the stored bytes do not decode.
    pub fn entry(&self, entry: EntryId) -> Result<Option<StoredEntry>, Error> {
        let record_no =
            self.row("SELECT record_no FROM entry WHERE entry_id = ?1", [entry.as_bytes()], |row| {
                row.get(0)
            })?;
        record_no.map(|record_no| self.entry_at(record_no)).transpose()
    }

    pub(crate) fn entry_at(&self, record_no: i64) -> Result<StoredEntry, Error> {
        let (header, body): (Vec<u8>, Vec<u8>) = self
            .row("SELECT header, body FROM record WHERE record_no = ?1", [record_no], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .ok_or_else(|| Error::Malformed(format!("record {record_no} is missing")))?;
        let header = Header::decode(&header)
            .map_err(|error| Error::Malformed(format!("record {record_no}: {error}")))?;
        match Entry::from_body(header.kind, &body) {
            Some(Ok(entry)) => Ok(StoredEntry { record_no, header, entry }),
            Some(Err(error)) => Err(Error::Malformed(format!("record {record_no}: {error}"))),
            None => Err(Error::Malformed(format!("record {record_no} is of kind {}", header.kind))),
        }
    }

    /// Entries of these records, oldest first: in a stream by its order, across streams by the hybrid clock.
    fn entries_at(&self, records: Vec<i64>) -> Result<Vec<StoredEntry>, Error> {
        let entries = records.into_iter().map(|record_no| self.entry_at(record_no));
        let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(|stored| (stored.header.hlc, stored.header.stream, stored.header.seq));
        Ok(entries)
    }

    /// The text of a sealed part of an entry; `None` where it has none, or its key was destroyed.
    ///
    /// # Errors
    /// When the file fails.
    pub fn unseal(
        &self,
        stored: &StoredEntry,
        field: SealedField,
        index: u32,
    ) -> Result<Option<String>, Error> {
        Ok(self.unseal_bytes(stored, field, index)?.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// The bytes of a sealed part of an entry.
    ///
    /// # Errors
    /// When the file fails.
    pub fn unseal_bytes(
        &self,
        stored: &StoredEntry,
        field: SealedField,
        index: u32,
    ) -> Result<Option<Vec<u8>>, Error> {
        let found = stored
            .entry
            .sealed()
            .iter()
            .zip(&stored.header.sealed)
            .find(|(what, _)| what.field == field && what.index == index);
        let Some((SealedRef { subject, .. }, hash)) = found else { return Ok(None) };
        self.open_part(subject.as_bytes(), &hash.0)
    }

    pub(crate) fn open_part(&self, subject: &[u8; 16], hash: &[u8; 32]) -> Result<Option<Vec<u8>>, Error> {
        let part = self.row(
            "SELECT salt, nonce, ciphertext, key FROM sealed_part JOIN subject_key USING (subject)
             WHERE hash = ?1 AND subject = ?2",
            params![hash, subject],
            |row| {
                Ok((
                    SealedPart { salt: row.get(0)?, nonce: row.get(1)?, ciphertext: row.get(2)? },
                    row.get(3)?,
                ))
            },
        )?;
        let Some((part, key)) = part else { return Ok(None) };
        Ok(part.open(&SubjectKey(key), SubjectId(uuid::Uuid::from_bytes(*subject))).ok())
    }

    /// Whether old sales are still missing in the derived tables, after an update that derives other ones.
    ///
    /// # Errors
    /// When the file fails.
    pub fn is_history_pending(&self) -> Result<bool, Error> {
        Ok(self.local(crate::rebuild::HISTORY_PENDING)?.is_some())
    }

    /// A value that belongs to this computer alone.
    ///
    /// # Errors
    /// When the file fails.
    pub fn local(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.row("SELECT value FROM local WHERE name = ?1", [name], |row| row.get(0))
    }

    /// The values whose names begin so, with these names, in their order.
    ///
    /// # Errors
    /// When the file fails.
    pub fn locals(&self, beginning: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let sql = "SELECT name, value FROM local WHERE name >= ?1 AND name < ?2 ORDER BY name";
        self.rows(sql, [beginning, &after(beginning)], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The last of the names that begin so.
    ///
    /// # Errors
    /// When the file fails.
    pub fn last_local(&self, beginning: &str) -> Result<Option<String>, Error> {
        let sql = "SELECT name FROM local WHERE name >= ?1 AND name < ?2 ORDER BY name DESC LIMIT 1";
        self.row(sql, [beginning, &after(beginning)], |row| row.get(0))
    }
}

/// What comes after every name that begins so.
fn after(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}
