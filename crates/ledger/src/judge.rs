//! What a manager should look at, and which records do not count because of what others say.
//!
//! All of it is a function of the set of records. Where a record that came later says that one which was
//! projected already does not count, the derived tables are due to be built again.

use domain::entry::{DeviceRevoked, ExceptionSettled, Hash32, Settling};
use domain::id::{EntryId, SubjectId};
use replica::record::Header;
use replica::stream::Scope;
use rusqlite::{OptionalExtension, params};

use crate::book::Book;
use crate::error::Error;
use crate::judge_again::{header_of, records_after};
use crate::projection::Projector;

/// Name of the local value that stands while derived tables hold what does not count after all.
pub(crate) const DERIVE_AGAIN: &str = "derive_again";

/// Why a record does not count: its writer was cut off before.
pub(crate) const AFTER_REVOCATION: &str = "after_revocation";

/// That a record counts though its writer was cut off before: a manager said so.
pub(crate) const ACCEPTED: &str = "accepted";

/// Why a record does not count: another one with its entry id does.
pub(crate) const ENTRY_TWICE: &str = "entry_twice";

/// Kind of [`ExceptionSettled`].
pub(crate) const SETTLED_KIND: u16 = 42;

/// Kind of [`DeviceRevoked`].
pub(crate) const REVOKED_KIND: u16 = 9;

/// Two records with one entry id: the one that comes first in this order counts.
pub(crate) fn rank<'a>(header: &Header, hash: &'a Hash32) -> (u64, [u8; 16], [u8; 8], u64, &'a [u8; 32]) {
    let stream = &header.stream;
    (header.hlc.0, *stream.device.as_bytes(), stream.incarnation.0, header.seq, &hash.0)
}

impl Projector<'_> {
    /// Lists something. What stands in `about` is the same on every replica.
    pub(crate) fn notice(&self, kind: &str, about: &[u8], record_no: i64) -> Result<(), Error> {
        self.run(
            "INSERT INTO $exception (kind, about, extent, record_no) VALUES (?1, ?2, 0, ?3)
             ON CONFLICT DO NOTHING",
            params![kind, about, record_no],
        )
        .map(drop)
    }

    /// Keeps what a manager said last of an exception.
    pub(crate) fn settle(
        &self,
        record_no: i64,
        header: &Header,
        settled: &ExceptionSettled,
    ) -> Result<(), Error> {
        self.run(
            "INSERT INTO $settlement (kind, about, extent, is_open, is_accepted, hlc, entry_id, record_no)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET extent = excluded.extent, is_open = excluded.is_open,
                is_accepted = excluded.is_accepted, hlc = excluded.hlc, entry_id = excluded.entry_id, record_no = excluded.record_no
             WHERE (excluded.hlc, excluded.entry_id) > (hlc, entry_id)",
            params![
                settled.exception,
                settled.about.0,
                settled.extent,
                settled.how == Settling::Reopened.code(),
                settled.how == Settling::Accepted.code(),
                header.hlc.0,
                settled.common.entry_id.as_bytes(),
                record_no
            ],
        )?;
        // A rebuild knows from its beginning what is accepted in the end.
        if self.prefix.is_empty()
            && let Some(why) = self.verdict(&settled.about.0)?
            && (why == ACCEPTED) != self.is_accepted(&settled.about.0)?
        {
            self.derive_again()?;
        }
        Ok(())
    }

    /// Whether a manager said of a record that it counts though its writer was cut off before.
    fn is_accepted(&self, hash: &[u8]) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM $settlement WHERE kind = ?1 AND about = ?2 AND is_accepted";
        Ok(self.statement(sql)?.exists(params![AFTER_REVOCATION, hash])?)
    }

    /// Why a record does not count, or that it was accepted.
    fn verdict(&self, hash: &[u8]) -> Result<Option<String>, Error> {
        let mut statement = self.conn.prepare_cached("SELECT why FROM verdict WHERE hash = ?1")?;
        Ok(statement.query_row([hash], |row| row.get(0)).optional()?)
    }

    /// Lists the record before this one where others follow it too: the device was cloned or copied back.
    pub(crate) fn notice_fork(&self, record_no: i64, header: &Header) -> Result<(), Error> {
        let mut others = self.conn.prepare_cached(
            "SELECT other.header FROM record JOIN record other USING (stream_no, seq)
             WHERE record.record_no = ?1 AND other.record_no <> ?1",
        )?;
        let mut rows = others.query([record_no])?;
        while let Some(row) = rows.next()? {
            let other = Header::decode(row.get_ref(0)?.as_blob().unwrap_or_default());
            if other.is_ok_and(|other| other.previous == header.previous) {
                self.notice("stream_forked", &header.previous.0, record_no)?;
            }
        }
        Ok(())
    }

    /// Whether a record counts, as far as others say something of it; lists it where not.
    pub(crate) fn counts(
        &self,
        record_no: i64,
        hash: &Hash32,
        header: &Header,
        entry: Option<EntryId>,
    ) -> Result<bool, Error> {
        if !self.has_verdicts.get() {
            return Ok(true);
        }
        // Of two that cut each other off, all revocations together say which one counts.
        if self.is_after_revocation(header)?
            && self.judge(hash, AFTER_REVOCATION, None)?
            && (header.kind == REVOKED_KIND || self.is_accepted(&hash.0)?)
        {
            self.derive_again()?;
        }
        let Some(why) = self.verdict(&hash.0)? else { return Ok(true) };
        if why == ACCEPTED {
            self.notice(AFTER_REVOCATION, &hash.0, record_no)?;
            return Ok(true);
        }
        match entry.filter(|_| why == ENTRY_TWICE) {
            Some(entry) => self.notice(&why, entry.as_bytes(), record_no)?,
            None => self.notice(&why, &hash.0, record_no)?,
        }
        Ok(false)
    }

    /// Keeps that a record does not count, and which other one does instead. True where that is new.
    fn judge(&self, hash: &Hash32, why: &str, other: Option<&Hash32>) -> Result<bool, Error> {
        self.has_verdicts.set(true);
        // Where a verification builds the tables in a file of their own, nothing is written to the book.
        if self.conn.prepare_cached("SELECT 1 FROM verdict WHERE hash = ?1")?.exists([hash.0])? {
            return Ok(false);
        }
        self.conn
            .prepare_cached("INSERT INTO verdict (hash, why, other) VALUES (?1, ?2, ?3)")?
            .execute(params![hash.0, why, other.map(|other| other.0)])?;
        Ok(true)
    }

    /// Says that the tables are due to be built again.
    pub(crate) fn derive_again(&self) -> Result<(), Error> {
        // Another value each time, so that a rebuild that is going on does not take it for its own.
        self.conn
            .prepare_cached(
                "INSERT INTO local (name, value) VALUES (?1, randomblob(8))
                 ON CONFLICT DO UPDATE SET value = randomblob(8)",
            )?
            .execute([DERIVE_AGAIN])?;
        Ok(())
    }

    /// Decides which of two records with one entry id counts: the one that stands in the tables, or this one.
    pub(crate) fn came_twice(
        &self,
        record_no: i64,
        hash: &Hash32,
        header: &Header,
        entry: EntryId,
    ) -> Result<(), Error> {
        let (other_hash, other): ([u8; 32], Vec<u8>) = self
            .statement("SELECT hash, header FROM $entry JOIN record USING (record_no) WHERE entry_id = ?1")?
            .query_row([entry.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let other_hash = Hash32(other_hash);
        let other = header_of(&other)?;
        if rank(header, hash) < rank(&other, &other_hash) {
            self.judge(&other_hash, ENTRY_TWICE, Some(hash))?;
            self.derive_again()?;
        } else {
            self.judge(hash, ENTRY_TWICE, Some(&other_hash))?;
        }
        self.notice(ENTRY_TWICE, entry.as_bytes(), record_no)
    }

    fn is_after_revocation(&self, header: &Header) -> Result<bool, Error> {
        let stream = &header.stream;
        let last: Option<(u64, u64)> = self
            .statement(
                "SELECT branch_seq, organisation_seq FROM $revoked WHERE device = ?1 AND incarnation = ?2",
            )?
            .query_row(params![stream.device.as_bytes(), stream.incarnation.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(last.is_some_and(|(branch, organisation)| match stream.scope {
            Scope::Branch(_) => header.seq > branch,
            Scope::Organisation(_) => header.seq > organisation,
        }))
    }

    /// What a revoked device wrote after its last accepted records does not count, whether it is here already
    /// or comes later.
    pub(crate) fn revoke(&self, revoked: &DeviceRevoked) -> Result<(), Error> {
        self.run(
            "INSERT INTO $revoked (device, incarnation, branch_seq, organisation_seq) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET branch_seq = min(branch_seq, excluded.branch_seq),
                organisation_seq = min(organisation_seq, excluded.organisation_seq)",
            params![
                revoked.device.as_bytes(),
                revoked.incarnation.0,
                revoked.last_branch_seq,
                revoked.last_organisation_seq
            ],
        )?;
        self.has_verdicts.set(true);
        let mut is_news = false;
        for hash in records_after(self.conn, revoked)? {
            is_news |= self.judge(&hash, AFTER_REVOCATION, None)?;
        }
        if is_news { self.derive_again() } else { Ok(()) }
    }

    /// Destroys what is sealed under a subject's key, and the key.
    pub(crate) fn erase(&self, subject: SubjectId) -> Result<(), Error> {
        self.run("INSERT INTO $erased (subject) VALUES (?1) ON CONFLICT DO NOTHING", [subject.as_bytes()])?;
        for table in ["subject_key", "sealed_part"] {
            let here = format!("SELECT 1 FROM {table} WHERE subject = ?1");
            if self.conn.prepare(&here)?.exists([subject.as_bytes()])? {
                self.conn
                    .execute(&format!("DELETE FROM {table} WHERE subject = ?1"), [subject.as_bytes()])?;
            }
        }
        Ok(())
    }
}

impl Book<'_> {
    /// Whether derived tables are due to be built again: after an update, or because something that was
    /// projected does not count after all.
    ///
    /// # Errors
    /// When the file fails.
    pub fn is_rebuild_due(&self) -> Result<bool, Error> {
        Ok(self.is_history_pending()? || self.local(DERIVE_AGAIN)?.is_some())
    }
}
