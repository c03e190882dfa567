//! Counting together: parts of a drawer that are counted at any till of the branch, until a count takes them up.

use domain::count_part::{CountPart as PartCommand, count_part, open_parts};
use domain::entry::Entry;
use domain::id::{CashSessionId, EntryId};
use domain::permission::Permission;
use ledger::{StoredEntry, Write};

use crate::api::cash::{CountPart, PartView, PartsOf};
use crate::cash::{count_views, counts};
use crate::fault::Fault;
use crate::open::{Changed, Desk, id};

impl Desk {
    /// Counts a part of a drawer, wherever it is. Nobody is told here what should be in it. Asked twice, it is one
    /// part.
    ///
    /// # Errors
    /// `nobody_signed_in`, `session_closed`, or as [`domain::count_part::count_part`].
    pub fn count_part(&self, asked: CountPart) -> Result<Vec<PartView>, Fault> {
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        let command = PartCommand {
            entry_id: id(&asked.entry_id, EntryId::parse)?,
            denominations: counts(&asked.denominations),
            replaces: asked.replaces.as_deref().map(|part| id(part, EntryId::parse)).transpose()?,
        };
        self.act_on_reserve(&[Changed::Book], |counter| {
            if counter.is_done(command.entry_id, |entry| matches!(entry, Entry::PartCounted(_)))? {
                return Ok((Write::default(), ()));
            }
            let at = counter.at_session(session, Permission::Drawer)?;
            let entries = counter.book.session_entries(session)?;
            let open = open_parts(entries.iter().map(|stored| &stored.entry));
            let part = count_part(&at.context(counter), &command, &open)?;
            Ok((Write::entry(Entry::PartCounted(part)), ()))
        })?;
        self.counted_parts(PartsOf { cash_session_id: asked.cash_session_id })
    }

    /// The parts of a drawer that were counted and no count has taken up, oldest first.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn counted_parts(&self, asked: PartsOf) -> Result<Vec<PartView>, Fault> {
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        self.ask(|counter| {
            let entries = counter.book.session_entries(session)?;
            let open = open_parts(entries.iter().map(|stored| &stored.entry));
            let tills = counter.till_nos()?;
            let view = |stored: &StoredEntry| {
                let Entry::PartCounted(part) = &stored.entry else { return Ok(None) };
                if !open.contains(&part) {
                    return Ok(None);
                }
                let at_ms = stored.header.recorded_at.ms;
                Ok(Some(PartView {
                    entry_id: part.common.entry_id.to_string(),
                    person: counter.name_of(part.common.actor)?,
                    till_no: part.common.till.and_then(|till| tills.get(&till).copied()),
                    at_ms,
                    denominations: count_views(&part.denominations),
                    counted_minor: part.counted_cash_minor,
                    is_outdated: counter.book.has_moved_since(session, at_ms)?,
                    is_own: counter.on_duty == Some(part.common.actor),
                }))
            };
            entries.iter().filter_map(|stored| view(stored).transpose()).collect()
        })
    }
}
