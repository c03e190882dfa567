//! The reconciliation desk: every drawer of a day, counted, closed and signed, also from another till than its own.

use domain::cash::{results, sign_close};
use domain::count_part::counted_by;
use domain::entry::{DrawerClosed, DrawerCounted, Entry, Figures, SealedField, TenderKind};
use domain::id::{CashSessionId, EntryId, TillId};
use domain::permission::Permission;
use domain::refusal::Refusal;
use domain::time::{BusinessDate, Now};
use ledger::{OpenSession, StoredEntry, Till, Write, close_that_counts};

use crate::api::branch::TillNow;
use crate::api::cash::TenderResult;
use crate::api::drawers::DrawerName;
use crate::api::transfers::{CashQuery, CashView, CloseMade, CloseOther, CountOther, DrawerState, SignClose};
use crate::blind::expected_cash;
use crate::cash::result_view;
use crate::drawers::closes;
use crate::fault::{Fault, Stop};
use crate::heard::Heard;
use crate::late::{expected_at, late_cash};
use crate::open::{Changed, Desk, id};
use crate::report::z_no;
use crate::sight::Sight;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

impl Desk {
    /// Counts the drawer of another till. Asked twice, it is one count.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, or as `count_drawer`.
    pub fn count_other(&self, asked: CountOther) -> Result<CashView, Fault> {
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        self.put_count_in(asked.count, Some(session))?;
        self.cash(CashQuery { business_date: None })
    }

    /// Closes the drawer of another till on a count that was made here. Asked twice, it is one close.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, or as `close_session`.
    pub fn close_other(&self, asked: CloseOther) -> Result<CashView, Fault> {
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        self.close_elsewhere(asked.close, session)?;
        self.cash(CashQuery { business_date: None })
    }

    /// Signs what a drawer came to at its close. What is signed already stays as it is.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, `not_closed`, `second_person_needed`.
    pub fn sign_close(&self, asked: SignClose) -> Result<CashView, Fault> {
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        self.act(&[Changed::Book], |counter| {
            let acting = counter.acting(Permission::Reconcile, 0)?;
            let stored = counter.book.close_of(session)?.ok_or(Refusal::NotClosed)?;
            let Entry::DrawerClosed(closed) = &stored.entry else { return Err(Refusal::NotClosed.into()) };
            if counter.signature_of(closed.common.entry_id)?.is_some() {
                return Ok((Write::default(), ()));
            }
            let entries = counter.book.session_entries(session)?;
            let entries = entries.iter().map(|stored| &stored.entry);
            let counted_by = counted_by(entries, |count| count.common.entry_id == closed.count);
            let needs_second = counter.settings()?.second_person_signs;
            let signed = sign_close(&acting, entry_id, closed, &counted_by, needs_second)?;
            Ok((Write::entry(Entry::CloseSigned(signed)), ()))
        })?;
        self.cash(CashQuery { business_date: None })
    }
}

/// What the book says about a session beside its figures.
struct Told<'e> {
    /// The count that stands here, or else the last one.
    count: Option<(&'e StoredEntry, &'e DrawerCounted)>,
    /// It stands here, and can be closed on.
    stands: bool,
    count_no: usize,
    /// The close that counts.
    close: Option<(&'e StoredEntry, &'e DrawerClosed)>,
    close_count: usize,
}

fn told_of(entries: &[StoredEntry], standing: Option<EntryId>) -> Told<'_> {
    let counts = || {
        entries.iter().filter_map(|stored| match &stored.entry {
            Entry::DrawerCounted(count) => Some((stored, count)),
            _ => None,
        })
    };
    let stands = counts().find(|(_, count)| Some(count.common.entry_id) == standing);
    let close = close_that_counts(entries).and_then(|place| closes(&entries[place..]).next());
    Told {
        count: stands.or_else(|| counts().next_back()),
        stands: stands.is_some(),
        count_no: counts().count(),
        close,
        close_count: closes(entries).count(),
    }
}

impl Sight<'_> {
    /// Sessions that were opened on another day and closed on this one, as forgotten drawers are.
    fn closed_on(&self, date: BusinessDate) -> Result<Vec<OpenSession>, Stop> {
        // No zone is more than a day away.
        let begins_ms = i64::from(date.0) * DAY_MS;
        let about = self.book.sessions_closed(begins_ms - DAY_MS, begins_ms + 2 * DAY_MS)?;
        let is_then = |ms: i64| Now { ms, ..self.now }.business_date(self.branch.day_boundary_min) == date;
        Ok(about.into_iter().filter(|(_, at_ms)| is_then(*at_ms)).map(|(session, _)| session).collect())
    }

    /// Every drawer that is open, or was opened or closed on this day.
    pub(crate) fn drawer_states(
        &self,
        date: BusinessDate,
        tills: &[Till],
        heard: &Heard,
    ) -> Result<Vec<DrawerState>, Stop> {
        let mut sessions = self.book.open_sessions()?;
        sessions.sort_by_key(|session| (session.opened_at_ms, session.cash_session));
        for session in self.closed_on(date)?.into_iter().chain(self.book.sessions_of(date)?) {
            if !sessions.contains(&session) {
                sessions.push(session);
            }
        }
        let now = self.tills_now(tills, heard)?;
        let (here, whereabouts) = (self.drawer_here()?, self.whereabouts()?);
        let mut states = Vec::new();
        for session in sessions {
            let DrawerName { till_no, letter } = self.name_of_drawer(session.location, tills);
            let mut state = self.drawer_state(&session, tills, &now)?;
            (state.till_no, state.letter) = (till_no, letter);
            state.is_own = here == Some(session.location);
            let (is_where, at_till_nos) = whereabouts.of(session.cash_session, tills);
            if state.state == "open" {
                is_where.clone_into(&mut state.state);
            }
            state.at_till_nos = at_till_nos;
            states.push(state);
        }
        Ok(states)
    }

    /// The closes of a session where there are several; nothing where one stands alone.
    fn closes_made(&self, entries: &[StoredEntry], tills: &[Till]) -> Result<Vec<CloseMade>, Stop> {
        let picked = entries.iter().rev().find_map(|stored| match &stored.entry {
            Entry::ClosePicked(picked) => Some(picked.close),
            _ => None,
        });
        if closes(entries).count() < 2 {
            return Ok(Vec::new());
        }
        let made = closes(entries).map(|(stored, closed)| {
            let cash = closed.results.iter().find(|result| result.kind == TenderKind::Cash);
            let till = tills.iter().rfind(|till| Some(till.till) == closed.common.till);
            Ok(CloseMade {
                close_id: closed.common.entry_id.to_string(),
                till_no: till.map(|till| till.till_no),
                at_ms: stored.header.recorded_at.ms,
                person: self.name_of(closed.common.actor)?,
                counted_minor: cash.map_or(0, |cash| cash.counted_minor),
                over_short_minor: cash.map_or(0, |cash| cash.over_short_minor),
                is_picked: picked == Some(closed.common.entry_id),
            })
        });
        made.collect()
    }

    /// The tills that have written into a session: of each of them something may still come, whether or not it works
    /// at the drawer now.
    fn wrote_into(&self, session: CashSessionId, entries: &[StoredEntry]) -> Result<Vec<TillId>, Stop> {
        let opened = self.book.entry(EntryId(session.0))?;
        let mut wrote: Vec<TillId> =
            opened.iter().chain(entries).filter_map(|stored| stored.entry.common().till).collect();
        wrote.sort_unstable();
        wrote.dedup();
        Ok(wrote)
    }

    fn drawer_state(
        &self,
        session: &OpenSession,
        tills: &[Till],
        now: &[TillNow],
    ) -> Result<DrawerState, Stop> {
        let id = session.cash_session;
        let figures = self.book.session_figures(id)?;
        let entries = self.book.session_entries(id)?;
        let told = told_of(&entries, self.standing_count(id)?);
        let wrote = self.wrote_into(id, &entries)?;
        let no = |of: &TillId| tills.iter().rfind(|till| till.till == *of).map(|till| till.till_no);
        let asked = wrote.iter().map(|of| no(of).and_then(|no| now.iter().find(|now| now.till_no == no)));
        let asked: Option<Vec<&TillNow>> = asked.collect();
        let rows = self.rows(&figures, &told)?;
        let mut state = DrawerState {
            cash_session_id: id.to_string(),
            till_no: None,
            letter: None,
            is_own: false,
            at_till_nos: Vec::new(),
            closes: self.closes_made(&entries, tills)?,
            state: if told.count.is_none() { "open" } else { "counted" }.to_owned(),
            business_date: session.business_date.to_string(),
            is_of_earlier_day: told.close.is_none() && session.business_date < self.today(),
            opened_at_ms: session.opened_at_ms,
            opened_by: self.name_of(session.opened_by)?,
            opening_float_minor: session.opening_float_minor,
            opening_over_short_minor: self.opening_over_short(id)?,
            expected_cash_minor: expected_cash(&figures, self.is_blind(id)?),
            over_short_minor: rows.iter().find(|row| row.kind == "cash").map(|row| row.over_short_minor),
            rows,
            count_no: u32::try_from(told.count_no).unwrap_or(u32::MAX),
            counted_at_ms: None,
            counted_by: None,
            count: None,
            closed_at_ms: None,
            closed_by: None,
            is_closed_elsewhere: false,
            reason: None,
            note: None,
            close_count: u32::try_from(told.close_count).unwrap_or(u32::MAX),
            z_id: None,
            z_no: None,
            late_minor: None,
            expected_now_minor: None,
            signed_by: None,
            signed_at_ms: None,
            last_heard_ms: asked.iter().flatten().map(|now| now.last_heard_ms).min().flatten(),
            // A till that nobody here knows of may still bring something, and so may one that is not known at all.
            is_up_to_now: asked
                .is_some_and(|asked| !asked.is_empty() && asked.iter().all(|now| now.is_up_to_now)),
        };
        if let Some((stored, count)) = told.count {
            state.counted_at_ms = Some(stored.header.recorded_at.ms);
            state.counted_by = Some(self.name_of(count.common.actor)?);
            if told.close.is_none() && told.stands {
                state.count = self.counted_view(*session, stored)?;
            }
        }
        let Some((stored, closed)) = told.close else { return Ok(state) };
        "closed".clone_into(&mut state.state);
        state.closed_at_ms = Some(stored.header.recorded_at.ms);
        state.closed_by = Some(self.name_of(closed.common.actor)?);
        let of_till = tills.iter().rfind(|till| till.drawer() == closed.location);
        state.is_closed_elsewhere = of_till.is_some_and(|of| closed.common.till != Some(of.till));
        state.reason.clone_from(&closed.reason);
        state.note = self.book.unseal(stored, SealedField::Note, 0)?;
        state.late_minor = Some(late_cash(closed, &figures)).filter(|late_minor| *late_minor != 0);
        state.expected_now_minor = state.late_minor.map(|_| figures.expected(TenderKind::Cash));
        // What should have been in it then; what came later stands beside it.
        state.expected_cash_minor = Some(expected_at(closed, TenderKind::Cash));
        if let Some(signed) = self.signature_of(closed.common.entry_id)? {
            "signed".clone_into(&mut state.state);
            state.signed_by = Some(self.name_of(signed.entry.common().actor)?);
            state.signed_at_ms = Some(signed.header.recorded_at.ms);
        }
        if let Some(stored) = self.book.z_of(id)?
            && let Entry::ZReport(z) = &stored.entry
        {
            state.z_id = Some(z.common.entry_id.to_string());
            state.z_no = Some(z_no(&self.book.series_of(stored.record_no)?, z));
        }
        Ok(state)
    }

    fn rows(&self, figures: &Figures, told: &Told<'_>) -> Result<Vec<TenderResult>, Stop> {
        if let Some((_, closed)) = told.close {
            return Ok(closed.results.iter().map(result_view).collect());
        }
        let Some((_, count)) = told.count else { return Ok(Vec::new()) };
        Ok(results(figures, count)?.iter().map(result_view).collect())
    }

    /// The first signature under a close.
    pub(crate) fn signature_of(&self, close: EntryId) -> Result<Option<StoredEntry>, Stop> {
        let followers = self.book.followers(close)?;
        Ok(followers.into_iter().find(|follower| matches!(follower.entry, Entry::CloseSigned(_))))
    }
}
