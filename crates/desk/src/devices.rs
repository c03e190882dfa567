//! Tills of one branch find each other by a file and a code, without any network.

use std::path::Path;

use ledger::Invited;

use crate::api::setup::{Join, Status};
use crate::commands::Nothing;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk};
use crate::turns::locked;

/// Bytes of an invitation file that are read at the most.
const MAX_FILE: u64 = 256 << 20;

/// Till numbers of a branch.
const TILL_NOS: std::ops::RangeInclusive<u32> = 1..=999;

impl Desk {
    /// Invites a device to be the next till of this branch; the file and the code go to it by two ways.
    ///
    /// # Errors
    /// `not_set_up`, `nobody_signed_in`, `too_many_tills`, or a failure of the machine.
    pub fn invite(&self) -> Result<Invited, Fault> {
        let (staff, now, till_no) = self.ask(|counter| {
            let staff = counter.acting()?.actor;
            let taken = counter.book.tills()?;
            let invited = counter.book.invited_till_nos()?;
            let is_free = |no: &u32| taken.iter().all(|till| till.till_no != *no) && !invited.contains(no);
            let till_no = TILL_NOS.into_iter().find(is_free).ok_or_else(|| Stop::bare("too_many_tills"))?;
            Ok((staff, counter.now, till_no))
        })?;
        Ok(self.book.writer.take().invite(staff, till_no, now)?)
    }

    /// Joins a branch by an invitation file and its code.
    ///
    /// # Errors
    /// `already_set_up`, `file_missing`, `invitation_refused` (not an invitation, a wrong code, a forged
    /// record), or a failure of the machine.
    pub fn join(&self, join: Join) -> Result<Status, Fault> {
        let is_founded = self.book.ask(|book| Ok(book.till()?.is_some()))?;
        if is_founded {
            return Err(Fault::bare("already_set_up"));
        }
        let path = Path::new(join.path.trim());
        let size = std::fs::metadata(path).map_err(|_| Fault::bare("file_missing"))?.len();
        if size > MAX_FILE {
            return Err(Fault::bare("invitation_refused"));
        }
        let file = std::fs::read(path).map_err(|_| Fault::bare("file_missing"))?;
        // Nothing is founded here yet, so the zone is not known; instants in the book are UTC anyway.
        let now = domain::time::Now { ms: self.now_ms(), utc_offset_min: 0 };
        let joined =
            self.book.writer.take().join(&file, &join.code, now, |secret| self.keep_branch_secret(secret));
        match joined {
            Ok(()) => {}
            Err(ledger::Error::BadRecord(_)) => return Err(Fault::bare("invitation_refused")),
            Err(error) => return Err(error.into()),
        }
        // The index may have been built before there was a catalogue.
        *locked(&self.index) = None;
        self.tell(&[Changed::Status, Changed::Catalogue, Changed::Book]);
        self.status(Nothing {})
    }
}
