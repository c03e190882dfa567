//! Who acts, on which till and in which session: what every entry made at the counter carries.

use crate::account::Posting;
use crate::entry::{Common, SealedField, SealedRef, ToSeal};
use crate::id::{CashSessionId, EntryId, StaffId, TillId};
use crate::limits::{MAX_NOTE, check_text};
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// The circumstances of an act at the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Who is signed in.
    pub actor: StaffId,
    /// Who allowed it, where somebody had to.
    pub approver: Option<StaffId>,
    /// On which till.
    pub till: TillId,
    /// The open cash session; none while the drawer is closed.
    pub cash_session: Option<CashSessionId>,
    /// Of the open session, else by the branch's zone and day boundary.
    pub business_date: BusinessDate,
    /// The branch's currency.
    pub currency: String,
}

impl Acting {
    /// What an entry of these circumstances carries.
    #[must_use]
    pub fn common(&self, entry_id: EntryId, references: Vec<EntryId>, postings: Vec<Posting>) -> Common {
        Common {
            entry_id,
            actor: self.actor,
            approver: self.approver,
            till: Some(self.till),
            cash_session: self.cash_session,
            business_date: self.business_date,
            currency: Some(self.currency.clone()),
            references,
            postings,
        }
    }

    /// The open session.
    ///
    /// # Errors
    /// `session_closed`.
    pub fn open_session(&self) -> Result<CashSessionId, Refusal> {
        self.cash_session.ok_or(Refusal::SessionClosed)
    }
}

/// The references of the sealed parts, as the entry states them.
pub(crate) fn refs(to_seal: &[ToSeal]) -> Vec<SealedRef> {
    to_seal.iter().map(|part| part.what).collect()
}

/// A typed text that is sealed with an entry under the entry's own subject; nothing for an empty text.
pub(crate) fn seal_text(
    entry_id: EntryId,
    field: SealedField,
    index: u32,
    text: Option<&str>,
) -> Option<ToSeal> {
    let plain = text.map(str::trim).filter(|text| !text.is_empty())?;
    let what = SealedRef { subject: entry_id.into(), field, index };
    Some(ToSeal { what, plain: plain.as_bytes().to_vec() })
}

/// A note typed to a reason, to be sealed with its entry.
pub(crate) fn seal_note(entry_id: EntryId, note: Option<&str>) -> Result<Vec<ToSeal>, Refusal> {
    check_text(note.unwrap_or_default(), MAX_NOTE)?;
    Ok(seal_text(entry_id, SealedField::Note, 0, note).into_iter().collect())
}

/// Whether a reason stands in a closed list.
pub(crate) fn check_reason(reason: &str, list: &[&str]) -> Result<(), Refusal> {
    if list.contains(&reason) { Ok(()) } else { Err(Refusal::ReasonNeeded) }
}
