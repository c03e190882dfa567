//! Whether people can prove here who they are.

use std::collections::BTreeSet;

use domain::entry::SecretKind;
use domain::id::StaffId;

use rusqlite::params;

use super::Book;
use crate::error::Error;

impl Book<'_> {
    /// Who works here and has such a secret in force.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode.
    pub fn with_secret(&self, kind: SecretKind) -> Result<BTreeSet<StaffId>, Error> {
        let mut with = BTreeSet::new();
        for person in self.staff()? {
            if !person.has_left && self.has_secret(person.staff, kind)? {
                with.insert(person.staff);
            }
        }
        Ok(with)
    }

    /// Whether this till has joined a branch by its server and nothing that the branch wrote is here yet, PINs
    /// included.
    ///
    /// # Errors
    /// When the file fails.
    pub fn is_branch_pending(&self) -> Result<bool, Error> {
        if self.local(crate::invite::SERVER)?.is_none() {
            return Ok(false);
        }
        let own = self.writer.get(..16).unwrap_or_default();
        let here = self.branch_here()?.map(|branch| *branch.as_bytes());
        let tills = "SELECT 1 FROM device WHERE device <> ?1 AND branch = ?2 LIMIT 1";
        let has_others = self.row(tills, params![own, here], |_| Ok(()))?.is_some();
        let streams = "SELECT 1 FROM stream WHERE scope_kind = 1 AND device <> ?1 LIMIT 1";
        let has_heard = self.row(streams, [own], |_| Ok(()))?.is_some();
        Ok(has_others && !has_heard && !self.has_founded()?)
    }

    /// Whether the organisation was founded on this till.
    fn has_founded(&self) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM record INDEXED BY record_but_receipts JOIN stream USING (stream_no)
            WHERE kind NOT BETWEEN 21 AND 23 AND kind = 2 AND device = ?1";
        Ok(self.row(sql, [self.writer.get(..16).unwrap_or_default()], |_| Ok(()))?.is_some())
    }
}
