//! One act: load what it needs, take one pure step, write once, say what came of it.

use std::borrow::Cow;

use domain::entry::Entry;
use domain::time::Now;
use rusqlite::{Connection, TransactionBehavior};

use crate::book::Book;
use crate::document::DocumentWrite;
use crate::error::Error;
use crate::journal::{Head, NewEntry, Pen, move_head};
use crate::projection::Projector;
use crate::rebuild::keep_base;
use crate::{Ledger, Own};

/// What a step wants written, all of it or nothing.
#[derive(Debug, Default)]
pub struct Write {
    /// Entries, in order.
    pub entries: Vec<NewEntry>,
    /// Values of documents.
    pub documents: Vec<DocumentWrite>,
    /// Values that belong to this computer alone; `None` takes one away.
    pub local: Vec<(Cow<'static, str>, Option<Vec<u8>>)>,
}

impl Write {
    /// One entry and nothing else.
    #[must_use]
    pub fn entry(entry: impl Into<NewEntry>) -> Self {
        Self { entries: vec![entry.into()], ..Self::default() }
    }

    /// The same with these entries and no others.
    #[must_use]
    pub fn with_entries(self, entries: Vec<NewEntry>) -> Self {
        Self { entries, ..self }
    }

    /// The same with a value of this computer.
    #[must_use]
    pub fn with_local(mut self, name: impl Into<Cow<'static, str>>, value: Option<Vec<u8>>) -> Self {
        self.local.push((name.into(), value));
        self
    }
}

impl Ledger {
    /// Runs one act in one transaction: `step` sees the book and says what to write, or refuses. When this
    /// returns, what was written is on the disk.
    ///
    /// # Errors
    /// What the step refuses, `entry_id_taken` for an entry whose id another one has, or what the machine fails with;
    /// nothing was written then.
    pub fn transact<R>(
        &mut self,
        now: Now,
        step: impl FnOnce(&Book<'_>) -> Result<(Write, R), Error>,
    ) -> Result<R, Error> {
        self.writable()?;
        let result = self.transact_once(now, step);
        if let Err(error) = &result {
            self.after_failure(error)?;
        }
        result
    }

    /// Goes back to what the file says, as far as an act that failed could have left it.
    pub(crate) fn after_failure(&mut self, error: &Error) -> Result<(), Error> {
        if !matches!(error, Error::Refused(_) | Error::Cancelled) {
            // Documents in memory may hold a change that the file does not.
            self.documents.forget();
        }
        if let Error::Damaged(_) = error {
            self.is_damaged = true;
        }
        if let Error::Sqlite(_) | Error::Io(_) | Error::Damaged(_) = error {
            // After a failed write or sync nothing on this connection can be trusted (SQLite may have
            // dropped dirty pages): the next act begins with the file as it is on the disk.
            self.reopen()?;
        }
        Ok(())
    }

    fn transact_once<R>(
        &mut self,
        now: Now,
        step: impl FnOnce(&Book<'_>) -> Result<(Write, R), Error>,
    ) -> Result<R, Error> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (write, reply) = step(&Book { conn: &tx, writer: &self.writer })?;
        let mut own = self.own;
        let mut pen = Pen { conn: &tx, now, hlc: self.hlc, random: &*self.random };
        let projector = Projector { is_own: true, ..Projector::live(&tx)? };
        let mut z_record_no = None;
        for (place, new) in write.entries.iter().enumerate() {
            let is_last = !write.entries[place + 1..].iter().any(|later| is_branch(later) == is_branch(new));
            let head = head_for(own.as_mut(), is_branch(new))?;
            let appended = pen.append_entry(head, new, is_last.then_some(&self.keys))?;
            projector.project(appended.record_no, &appended.hash, &appended.record.header, &new.entry)?;
            if matches!(new.entry, Entry::ZReport(_)) {
                z_record_no = Some(appended.record_no);
            }
        }
        let touched =
            self.documents.write(&projector, &mut pen, own.as_mut(), &self.keys, &write.documents)?;
        projector.finish()?;
        if let Some(record_no) = z_record_no {
            keep_base(&tx, record_no)?;
        }
        for (name, value) in &write.local {
            match value {
                Some(value) => tx
                    .prepare_cached("INSERT INTO local (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
                    .execute(rusqlite::params![name, value])?,
                None => tx.prepare_cached("DELETE FROM local WHERE name = ?1")?.execute([name])?,
            };
        }
        let hlc = pen.hlc;
        if let (Some(before), Some(after)) = (&self.own, &own) {
            before.move_to(&tx, after)?;
        }
        tx.commit()?;
        self.own = own;
        self.hlc = hlc;
        self.changed_products.extend(touched);
        self.after_commit();
        Ok(reply)
    }

    /// Wakes the background checkpoint; where that does not keep up, the writer brings the WAL down itself.
    /// What was committed is on the disk whether or not a checkpoint works, so nobody is told of one that failed.
    pub(crate) fn after_commit(&self) {
        self.checkpointer.after_commit();
        if self.checkpointer.backlog.is_too_much()
            && let Err(error) = self.checkpointer.backlog.checkpoint(&self.conn)
        {
            tracing::warn!(%error, "a checkpoint failed; the WAL keeps everything");
        }
    }

    pub(crate) fn writable(&self) -> Result<(), Error> {
        if self.is_damaged || self.is_copy { Err(Error::ReadOnly) } else { Ok(()) }
    }
}

impl Own {
    /// Says where the streams end that a commit has written to.
    fn move_to(&self, conn: &Connection, after: &Self) -> Result<(), Error> {
        for (before, after) in [(&self.organisation, &after.organisation), (&self.branch, &after.branch)] {
            if before.head != after.head {
                move_head(conn, before.stream_no, &before.head, &after.head)?;
            }
        }
        Ok(())
    }
}

fn is_branch(new: &NewEntry) -> bool {
    new.entry.is_of_branch()
}

pub(crate) fn head_for(own: Option<&mut Own>, branch: bool) -> Result<&mut Head, Error> {
    let own = own.ok_or(Error::NotSetUp)?;
    Ok(if branch { &mut own.branch } else { &mut own.organisation })
}
