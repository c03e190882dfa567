//! What the drawers that a till worked at in the period of a Z came to.

use std::collections::HashSet;

use domain::entry::{Entry, TenderKind};
use domain::id::CashSessionId;
use domain::over_short::added;

/// Sessions in which a till worked, and the closes that it made, in the period of one Z.
#[derive(Default)]
pub(super) struct Worked {
    /// It opened or took their drawers. A drawer that it only closed for another till is none of them.
    sessions: HashSet<CashSessionId>,
    /// With the over/short in cash.
    closes: Vec<(CashSessionId, i64)>,
}

impl Worked {
    /// Adds an entry of the period.
    pub(super) fn add(&mut self, entry: &Entry) {
        let Some(session) = entry.common().cash_session else { return };
        match entry {
            Entry::SessionOpened(_) | Entry::DrawerTaken(_) => {
                self.sessions.insert(session);
            }
            Entry::DrawerClosed(closed) => {
                let cash = closed.results.iter().find(|result| result.kind == TenderKind::Cash);
                self.closes.push((session, cash.map_or(0, |cash| cash.over_short_minor)));
            }
            _ => (),
        }
    }

    /// Their over/short in cash together; none where none of them was closed.
    pub(super) fn over_short_minor(&self) -> Option<i64> {
        let own = self.closes.iter().filter(|(session, _)| self.sessions.contains(session));
        own.map(|(_, over_short_minor)| *over_short_minor).reduce(added)
    }
}
