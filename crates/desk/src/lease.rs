//! A till that stays away from its server does not hear who has left. What it knows of people is good for a term
//! from the last contact on; after it only who decides about people signs in, and thereby answers for another term.

use domain::entry::Role;
use domain::staff::decides_about;
use ledger::Write;

use crate::fault::{Fault, Stop};
use crate::open::Desk;

/// How long what is known of people is good for without any contact.
const TERM_MS: i64 = 30 * 86_400_000;

/// Contacts closer than this to the one that is kept are not kept as well: each would be a write.
const NOTED_EVERY_MS: i64 = 3_600_000;

/// Name of the local value: when the term began, in milliseconds since 1970.
const FROM: &str = "lease_from_ms";

impl Desk {
    /// When the term ends; none for a till without a server, which has nobody to hear from.
    pub(crate) fn lease_ends_ms(&self) -> Result<Option<i64>, Fault> {
        let from_ms = self.lease_from_ms()?;
        Ok(from_ms.map(|from| from.unwrap_or(self.now_ms()).saturating_add(TERM_MS)))
    }

    /// The server was heard.
    pub(crate) fn note_contact(&self, at_ms: i64) {
        // What is not noted is noted at the next contact.
        let Ok(Some(from_ms)) = self.lease_from_ms() else { return };
        if from_ms.is_none_or(|from| at_ms > from.saturating_add(NOTED_EVERY_MS)) {
            let _ = self.begin_term(at_ms);
        }
    }

    /// Refuses who comes after the term, but who decides about people: with them another one begins.
    ///
    /// # Errors
    /// `lease_over`.
    pub(crate) fn check_lease(&self, role: Role) -> Result<(), Fault> {
        let now_ms = self.now_ms();
        match self.lease_from_ms()? {
            None => Ok(()),
            Some(Some(from)) if now_ms < from.saturating_add(TERM_MS) => Ok(()),
            Some(Some(_)) if !decides_about(role, Role::Assistant) => Err(Fault::bare("lease_over")),
            Some(_) => self.begin_term(now_ms),
        }
    }

    /// When the term began: outer none without a server, inner none where it has to begin. One that lies ahead was
    /// written by a clock that was, and says nothing.
    fn lease_from_ms(&self) -> Result<Option<Option<i64>>, Fault> {
        let now_ms = self.now_ms();
        Ok(self.book.ask(|book| {
            if book.local(ledger::SERVER)?.is_none() {
                return Ok(None);
            }
            let kept = book.local(FROM)?.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes);
            Ok::<_, Stop>(Some(kept.filter(|from| *from <= now_ms)))
        })?)
    }

    fn begin_term(&self, at_ms: i64) -> Result<(), Fault> {
        if self.book.read_only().is_some() {
            return Ok(());
        }
        self.keep_locally(Write::default().with_local(FROM, Some(at_ms.to_be_bytes().to_vec())))
    }
}
