//! Keys of sealed parts on their way between devices. They lie beside the log, so that one can be destroyed.

use domain::id::SubjectId;
use replica::sealed::SubjectKey;
use rusqlite::{TransactionBehavior, params};

use crate::Ledger;
use crate::book::Book;
use crate::error::Error;

impl Ledger {
    /// Takes keys that came from another device, unless what they open was erased.
    ///
    /// # Errors
    /// `ReadOnly`, or a failure of the machine.
    pub fn take_keys(&mut self, keys: &[(SubjectId, SubjectKey)]) -> Result<(), Error> {
        self.writable()?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (subject, key) in keys {
            tx.prepare_cached(
                "INSERT INTO subject_key (subject, key) SELECT ?1, ?2
                 WHERE NOT EXISTS (SELECT 1 FROM subject_key WHERE subject = ?1)
                   AND NOT EXISTS (SELECT 1 FROM erased WHERE subject = ?1)",
            )?
            .execute(params![subject.as_bytes(), key.0])?;
        }
        tx.commit()?;
        self.after_commit();
        Ok(())
    }
}

impl Book<'_> {
    /// Keys that came after number `after`, at most so many, and the number of the last one.
    ///
    /// # Errors
    /// When the file fails.
    pub fn keys_after(&self, after: i64, most: usize) -> Result<(Vec<(SubjectId, SubjectKey)>, i64), Error> {
        let rows = self.rows(
            "SELECT key_no, subject, key FROM key_order JOIN subject_key USING (subject)
             WHERE key_no > ?1 ORDER BY key_no LIMIT ?2",
            params![after, most],
            |row| Ok((row.get::<_, i64>(0)?, SubjectId(uuid::Uuid::from_bytes(row.get(1)?)), row.get(2)?)),
        )?;
        let last = rows.last().map_or(after, |(number, _, _)| *number);
        Ok((rows.into_iter().map(|(_, subject, key)| (subject, SubjectKey(key))).collect(), last))
    }

    /// Keys of the people of the organisation, as far as their records are projected here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn people_keys(&self) -> Result<Vec<(SubjectId, SubjectKey)>, Error> {
        self.rows(
            "SELECT subject, key FROM subject_key WHERE subject IN (SELECT staff FROM staff) ORDER BY subject",
            [],
            |row| Ok((SubjectId(uuid::Uuid::from_bytes(row.get(0)?)), SubjectKey(row.get(1)?))),
        )
    }
}
