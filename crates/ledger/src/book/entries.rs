//! Entries of the branch that count, slice by slice in the order in which they arrived here: for exports, which
//! read a whole book beside whoever sells.

use domain::entry::{Common, Entry};
use replica::body::{self, Body};
use replica::record::Header;
use rusqlite::params;

use super::Book;
use crate::error::Error;

/// The first kind of an entry of a branch.
const FIRST_OF_BRANCH: u16 = 20;

/// An entry that counts.
#[derive(Debug, Clone)]
pub struct CountingEntry {
    /// The header that it came under.
    pub header: Header,
    /// What it says.
    pub said: Said,
}

/// What an entry says, as far as this version reads it.
#[derive(Debug, Clone)]
pub enum Said {
    /// All of it.
    Entry(Box<Entry>),
    /// The common part of an entry that a newer version wrote: its postings count.
    CommonOnly(Box<Common>),
}

impl CountingEntry {
    /// What every entry carries.
    #[must_use]
    pub fn common(&self) -> &Common {
        match &self.said {
            Said::Entry(entry) => entry.common(),
            Said::CommonOnly(common) => common,
        }
    }
}

/// Some entries, and where the next ones begin.
#[derive(Debug, Clone, Default)]
pub struct EntrySlice {
    /// In the order of arrival.
    pub entries: Vec<CountingEntry>,
    /// Number of the last record that was looked at; none at the end.
    pub last_record_no: Option<i64>,
}

impl Book<'_> {
    /// Entries of the branch that count, out of at most so many records that arrived after one record and not
    /// after another.
    ///
    /// # Errors
    /// When the file fails or a stored header does not decode; `HistoryPending`, since it is not known then what
    /// counts.
    pub fn counting_entries(&self, after: i64, until: i64, most: u32) -> Result<EntrySlice, Error> {
        if self.is_history_pending()? {
            return Err(Error::HistoryPending);
        }
        let records = self.rows(
            "SELECT record_no, kind, header, body FROM record WHERE record_no > ?1 AND record_no <= ?2
             ORDER BY record_no LIMIT ?3",
            params![after, until, most],
            |row| {
                let kind: u16 = row.get(1)?;
                let is_of_branch = kind >= FIRST_OF_BRANCH;
                let bytes = if is_of_branch {
                    Some((row.get::<_, Vec<u8>>(2)?, row.get::<_, Vec<u8>>(3)?))
                } else {
                    None
                };
                Ok((row.get::<_, i64>(0)?, bytes))
            },
        )?;
        let last_record_no = records.last().map(|(record_no, _)| *record_no);
        let mut entries = Vec::with_capacity(records.len());
        for (record_no, bytes) in records {
            let Some((header, body)) = bytes else { continue };
            let header = Header::decode(&header)
                .map_err(|error| Error::Malformed(format!("record {record_no}: {error}")))?;
            let said = match body::read(&header, &body) {
                Body::Entry(entry) => Said::Entry(entry),
                Body::CommonOnly(common) => Said::CommonOnly(common),
                _ => continue,
            };
            let entry = CountingEntry { header, said };
            // What does not count, or came twice, has no row under this record.
            let sql = "SELECT 1 FROM entry WHERE entry_id = ?1 AND record_no = ?2";
            let id = entry.common().entry_id;
            if self.row(sql, params![id.as_bytes(), record_no], |_| Ok(()))?.is_some() {
                entries.push(entry);
            }
        }
        Ok(EntrySlice { entries, last_record_no })
    }
}
