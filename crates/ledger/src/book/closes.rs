//! Closed drawers over some days, with what came out about them later.

use std::collections::BTreeMap;

use domain::entry::{DrawerClosed, DrawerCounted, Entry, TenderCorrected};
use domain::id::{CashSessionId, StaffId};
use domain::time::{BusinessDate, Now};

use super::Book;
use crate::error::Error;

const TENDER_CORRECTED: u16 = 36;

/// A session whose drawer was closed.
#[derive(Debug, Clone)]
pub struct ClosedSession {
    /// The session.
    pub cash_session: CashSessionId,
    /// Its business date.
    pub business_date: BusinessDate,
    /// Who opened it.
    pub opened_by: StaffId,
    /// The close that counts: where a drawer was closed twice, the one that was picked, else the last one.
    pub close: DrawerClosed,
    /// When that was, by the clock of the till.
    pub closed_at: Now,
    /// The count that it rests on; none where that is not here.
    pub count: Option<DrawerCounted>,
    /// Sales of this session that were put right after it was closed, oldest first.
    pub corrections: Vec<TenderCorrected>,
}

impl Book<'_> {
    /// The sessions of some business days, both included, whose drawers were closed: by day, and within a day in
    /// the order in which they were closed. One row of a summary is read for each session that there ever was.
    ///
    /// # Errors
    /// When the file fails or a stored record does not decode; `HistoryPending`.
    pub fn closed_sessions(&self, from: BusinessDate, to: BusinessDate) -> Result<Vec<ClosedSession>, Error> {
        if self.is_history_pending()? {
            return Err(Error::HistoryPending);
        }
        let closes = self.rows(
            "SELECT s.cash_session, s.business_date, s.opened_by, entry.record_no FROM cash_session s
             JOIN session_entry e ON e.cash_session = s.cash_session AND e.kind IN (34, 55)
             JOIN entry ON entry.entry_id = e.entry_id
             WHERE s.business_date BETWEEN ?1 AND ?2",
            [from.0, to.0],
            |row| {
                Ok((
                    CashSessionId(uuid::Uuid::from_bytes(row.get(0)?)),
                    BusinessDate(row.get(1)?),
                    StaffId(uuid::Uuid::from_bytes(row.get(2)?)),
                    row.get::<_, i64>(3)?,
                ))
            },
        )?;
        let (mut closed, mut picked) = (BTreeMap::new(), BTreeMap::new());
        for (cash_session, business_date, opened_by, record_no) in closes {
            let stored = self.entry_at(record_no)?;
            let rank = (stored.header.hlc, stored.header.stream, stored.header.seq);
            let close = match stored.entry {
                Entry::DrawerClosed(close) => close,
                Entry::ClosePicked(pick) => {
                    let last = picked.entry(cash_session).or_insert((rank, pick.close));
                    *last = (*last).max((rank, pick.close));
                    continue;
                }
                _ => continue,
            };
            let session = ClosedSession {
                cash_session,
                business_date,
                opened_by,
                close,
                closed_at: stored.header.recorded_at,
                count: None,
                corrections: Vec::new(),
            };
            closed.entry(cash_session).or_insert_with(Vec::new).push((rank, session));
        }
        let stands = |(of, mut closes): (CashSessionId, Vec<(_, ClosedSession)>)| {
            closes.sort_by_key(|(rank, _)| *rank);
            let pick = picked.get(&of).map(|(_, close)| *close);
            let picked = closes.iter().position(|(_, made)| Some(made.close.common.entry_id) == pick);
            let place = picked.unwrap_or_else(|| closes.len().saturating_sub(1));
            (of, closes.swap_remove(place))
        };
        let mut closed: BTreeMap<_, _> = closed.into_iter().map(stands).collect();
        if closed.is_empty() {
            return Ok(Vec::new());
        }
        for stored in self.entries_of(TENDER_CORRECTED, i64::MIN, i64::MAX)? {
            let Entry::TenderCorrected(correction) = stored.entry else { continue };
            if let Some((_, session)) = correction.of_session.and_then(|of| closed.get_mut(&of)) {
                session.corrections.push(correction);
            }
        }
        let mut sessions: Vec<_> = closed.into_values().collect();
        sessions.sort_by_key(|(rank, session)| (session.business_date, *rank));
        sessions
            .into_iter()
            .map(|(_, mut session)| {
                session.count = match self.entry(session.close.count)?.map(|stored| stored.entry) {
                    Some(Entry::DrawerCounted(count)) => Some(count),
                    _ => None,
                };
                Ok(session)
            })
            .collect()
    }
}
