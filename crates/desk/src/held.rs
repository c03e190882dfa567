//! What a drawer holds by the book, also while tills have closed it apart and nobody has said which close counts.

use domain::account::Account;
use domain::drawer::OpenedSince;
use domain::entry::{Entry, SessionOpened};
use domain::id::{CashLocationId, CashSessionId, EntryId};
use ledger::{StoredEntry, close_that_counts};

use crate::drawers::closes;
use crate::fault::Stop;
use crate::sight::Sight;

impl Sight<'_> {
    /// What should be in a drawer that is not open. Of a session that was closed more than once and has no picked
    /// close, all closes stand in the book: what all but one of them moved is not moved in the drawer.
    pub(crate) fn held(&self, drawer: CashLocationId) -> Result<i64, Stop> {
        let mut held_minor = self.book.cash_at(Account::Drawer, drawer)?;
        for session in self.book.closed_apart(drawer)? {
            let entries = self.book.session_entries(session)?;
            if entries.iter().any(|stored| matches!(stored.entry, Entry::ClosePicked(_))) {
                continue;
            }
            let Some(counts) = close_that_counts(&entries) else { continue };
            let opened = self.opened_since(session, &entries)?;
            let rests_on = opened.map_or(entries[counts].entry.common().entry_id, |opened| opened.rests_on);
            held_minor = held_minor.saturating_sub(moved_but(&entries, rests_on));
        }
        Ok(held_minor)
    }

    /// The next session of the drawer of a session that was closed, and the close that it was opened on.
    pub(crate) fn opened_since(
        &self,
        session: CashSessionId,
        entries: &[StoredEntry],
    ) -> Result<Option<OpenedSince>, Stop> {
        let Some(own) = self.book.entry(EntryId(session.0))? else { return Ok(None) };
        let mut next: Option<(StoredEntry, SessionOpened)> = None;
        for later in self.book.sessions_after(session)? {
            let Some(stored) = self.book.entry(EntryId(later.0))? else { continue };
            let Entry::SessionOpened(opened) = stored.entry.clone() else { continue };
            let is_sooner = next.as_ref().is_none_or(|(next, _)| stored.header.hlc < next.header.hlc);
            if stored.header.hlc > own.header.hlc && is_sooner {
                next = Some((stored, opened));
            }
        }
        let Some((_, opened)) = next else { return Ok(None) };
        Ok(rests_on(&opened, entries)
            .map(|rests_on| OpenedSince { cash_session: opened.cash_session, rests_on }))
    }
}

/// What all closes but one moved in the drawer.
fn moved_but(entries: &[StoredEntry], but: EntryId) -> i64 {
    let others = closes(entries).filter(|(_, closed)| closed.common.entry_id != but);
    others.map(|(_, closed)| closed.moved_minor()).fold(0, i64::saturating_add)
}

/// The close that a drawer was opened on. Whoever opened it expected what that one had left, and what came late since.
fn rests_on(opened: &SessionOpened, entries: &[StoredEntry]) -> Option<EntryId> {
    let sent_minor = opened.transfers.iter().map(|found| found.sent_minor).fold(0, i64::saturating_add);
    let before_minor =
        opened.expected_minor.saturating_sub(opened.from_safe_minor).saturating_sub(sent_minor);
    let counts = close_that_counts(entries).map(|place| entries[place].entry.common().entry_id);
    let nearest = closes(entries).min_by_key(|(_, closed)| {
        (closed.next_float_minor.abs_diff(before_minor), Some(closed.common.entry_id) != counts)
    });
    nearest.map(|(_, closed)| closed.common.entry_id)
}
