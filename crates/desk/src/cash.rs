//! The drawer: opened, cash moved, counted blind, closed.

use domain::account::Account;
use domain::acting::Acting;
use domain::cash::{
    CashContext, CloseContext, CloseSession as CloseCommand, CountDrawer as CountCommand, CountsBefore,
    DrawerBefore, LookAgain, Movement, OpenSession as OpenCommand, close_session, count_drawer, look_again,
    move_cash, needs_reason, open_session, results, sum_denominations,
};
use domain::count_part::{counted_by, open_parts};
use domain::entry::{
    CashAt, CashPlace, Denomination, DrawerCounted, Entry, SealedField, SeenStream, TenderCounted,
    TenderKind, ZReport,
};
use domain::float::propose_float;
use domain::id::{CashSessionId, EntryId};
use domain::permission::Permission;
use domain::refusal::Refusal;
use domain::report::{ZPeriod, z_report};
use ledger::{NewEntry, OpenSession as Opened, StoredEntry, Till, Write};

use crate::api::cash::{
    CloseSession, CountDrawer, CountedView, DenominationCount, DenominationSum, DrawerView, MoveCash,
    MovementView, OpenSession, ReportView, SumDenominations, TenderResult,
};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::printing::ForPrinter;
use crate::sight::Sight;

impl Desk {
    /// The drawer. Nothing here tells expected cash before the first count is in.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn drawer(&self, _: Nothing) -> Result<DrawerView, Fault> {
        self.ask(|counter| counter.drawer_view())
    }

    /// Sums counted notes and coins, and says what to look at again.
    ///
    /// # Errors
    /// `not_set_up`, or as [`sum_denominations`].
    pub fn sum_denominations(&self, asked: SumDenominations) -> Result<DenominationSum, Fault> {
        let denominations = counts(&asked.denominations);
        let total_minor = sum_denominations(&denominations)?;
        let rows = denominations.iter().map(|row| domain::money::times(row.value_minor, row.count));
        let largest_minor =
            self.ask(|counter| Ok(counter.house.country.notes.first().copied().unwrap_or(i64::MAX)))?;
        let doubt = look_again(&denominations, total_minor, largest_minor);
        Ok(DenominationSum {
            rows_minor: rows.collect::<Result<_, _>>()?,
            total_minor,
            many_of_minor: match doubt {
                Some(LookAgain::ManyOf(value_minor)) => Some(value_minor),
                _ => None,
            },
            is_much: doubt == Some(LookAgain::Much),
        })
    }

    /// Opens the drawer for the day. Asked twice, it is one session.
    ///
    /// # Errors
    /// `nobody_signed_in`, or as [`domain::cash::open_session`].
    pub fn open_session(&self, asked: OpenSession) -> Result<DrawerView, Fault> {
        let cash_session = id(&asked.cash_session_id, CashSessionId::parse)?;
        let denominations = counts(&asked.denominations);
        let transfers = asked.transfer_ids.iter().map(|transfer| id(transfer, EntryId::parse));
        let transfers = transfers.collect::<Result<Vec<_>, _>>()?;
        self.act(&[Changed::Book, Changed::Status], |counter| {
            // The session's own id names its opening, so that a retry finds it.
            let entry_id = EntryId(cash_session.0);
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::SessionOpened(_)))? {
                return Ok((Write::default(), ()));
            }
            let acting = counter.acting(Permission::Drawer, 0)?;
            let drawer = match &asked.drawer {
                Some(name) => counter.named(name)?,
                None => counter.drawer()?,
            };
            if counter.book.open_session(drawer)?.is_some() {
                return Err(Refusal::SessionOpen.into());
            }
            let before = DrawerBefore {
                expected_minor: counter.held(drawer)?,
                is_first: !counter.book.was_opened(drawer)? && !counter.book.was_any_closed()?,
                safe_minor: counter.book.cash_at(Account::Safe, counter.branch.safe())?,
                needs_second_person: counter.settings()?.second_person_accepts,
            };
            let transfers = transfers.iter().map(|transfer| Ok(counter.under_way_of(*transfer)?.transfer));
            let command = OpenCommand {
                entry_id,
                cash_session,
                denominations,
                from_safe_minor: asked.from_safe_minor,
                transfers: transfers.collect::<Result<_, Stop>>()?,
            };
            let context = CashContext { acting: &acting, drawer, safe: counter.branch.safe() };
            let entry = open_session(&context, &command, before)?;
            Ok((Write::entry(Entry::SessionOpened(entry)), ()))
        })?;
        self.drawer(Nothing {})
    }

    /// Moves cash that is not a sale, or opens the drawer without a sale. Asked twice, it is one entry.
    ///
    /// # Errors
    /// `nobody_signed_in`, or as [`domain::cash::move_cash`].
    pub fn move_cash(&self, asked: MoveCash) -> Result<DrawerView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        let movement = id(&asked.kind, Movement::parse)?;
        let is_new = self.act(&[Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| {
                matches!(entry, Entry::PaidIn(_) | Entry::PaidOut(_) | Entry::NoSale(_))
            })? {
                return Ok((Write::default(), false));
            }
            let acting = match movement {
                Movement::PaidOut => counter.at_the_drawer(Permission::PaidOut, asked.amount_minor)?,
                Movement::NoSale => counter.at_the_drawer(Permission::NoSale, 0)?,
                _ => counter.at_the_drawer(Permission::MoveCash, 0)?,
            };
            let context = counter.cash(&acting)?;
            let (entry, to_seal) = move_cash(
                &context,
                entry_id,
                movement,
                asked.amount_minor,
                &asked.reason,
                asked.note.as_deref(),
            )?;
            Ok((Write::entry(NewEntry { entry, to_seal }), true))
        })?;
        self.has_done(ForPrinter { prints: false, opens_drawer: is_new });
        self.drawer(Nothing {})
    }

    /// Puts a count in. Asked twice, it is one count.
    ///
    /// # Errors
    /// `nobody_signed_in`, or as [`domain::cash::count_drawer`].
    pub fn count_drawer(&self, asked: CountDrawer) -> Result<DrawerView, Fault> {
        self.put_count_in(asked, None)?;
        self.drawer(Nothing {})
    }

    /// Puts a count of a drawer in: of the one here, or of the one that a session of another till has.
    pub(crate) fn put_count_in(
        &self,
        asked: CountDrawer,
        elsewhere: Option<CashSessionId>,
    ) -> Result<(), Fault> {
        let other = asked.other.iter().map(|row| {
            let kind = id(&row.kind, TenderKind::parse)?;
            Ok(TenderCounted { kind, counted_minor: row.counted_minor })
        });
        let command = CountCommand {
            entry_id: id(&asked.entry_id, EntryId::parse)?,
            denominations: counts(&asked.denominations),
            parts: asked.parts.iter().map(|part| id(part, EntryId::parse)).collect::<Result<_, Fault>>()?,
            other: other.collect::<Result<_, Fault>>()?,
            recount_reason: asked.recount_reason,
        };
        self.act_on_reserve(&[Changed::Book, Changed::Status], |counter| {
            if counter.is_done(command.entry_id, |entry| matches!(entry, Entry::DrawerCounted(_)))? {
                return Ok((Write::default(), ()));
            }
            let at = counter.at_drawer(elsewhere)?;
            let session = at.session.cash_session;
            let is_blind = counter.is_blind(session)?;
            let entry = counter.with_counts(session, |before| {
                count_drawer(&at.context(counter), &command, before, is_blind)
            })??;
            let taken = if elsewhere.is_none() { counter.takes_again(&at)? } else { None };
            let entries = taken.into_iter().chain([Entry::DrawerCounted(entry)]).map(NewEntry::from);
            Ok((Write::default().with_entries(entries.collect()), ()))
        })
    }

    /// Closes the session after the count: drawer close and Z in one act. Asked twice, it is one close.
    ///
    /// # Errors
    /// `nobody_signed_in`, or as [`domain::cash::close_session`].
    pub fn close_session(&self, asked: CloseSession) -> Result<ReportView, Fault> {
        let command = close_command(asked)?;
        let z = self.act_on_reserve(&[Changed::Book, Changed::Status], |counter| {
            match counter.book.entry(command.entry_id)? {
                Some(closed) => Ok((Write::default(), counter.z_with(&closed)?)),
                None => counter.close(&command),
            }
        })?;
        self.z_view(z, 0)
    }

    /// Closes the drawer of another till on its count, without a Z: that is made by the till itself, over its own
    /// records, when it closes next. Asked twice, it is one close.
    pub(crate) fn close_elsewhere(&self, asked: CloseSession, session: CashSessionId) -> Result<(), Fault> {
        let command = close_command(asked)?;
        self.act_on_reserve(&[Changed::Book, Changed::Status], |counter| {
            if counter.is_done(command.entry_id, |entry| matches!(entry, Entry::DrawerClosed(_)))? {
                return Ok((Write::default(), ()));
            }
            let at = counter.at_drawer(Some(session))?;
            let close = counter.close_drawer(&at, counter.book.seen_streams()?, &command)?;
            Ok((Write::entry(close), ()))
        })
    }
}

pub(crate) fn close_command(asked: CloseSession) -> Result<CloseCommand, Fault> {
    Ok(CloseCommand {
        entry_id: id(&asked.entry_id, EntryId::parse)?,
        reason: asked.reason,
        note: asked.note,
        next_float: counts(&asked.next_float),
        seen_expected_minor: asked.seen_expected_minor,
        on_its_way_reason: asked.on_its_way_reason,
    })
}

/// A drawer that is counted or closed, and who does it: the one here, or one of another till.
pub(crate) struct AtDrawer {
    pub(crate) acting: Acting,
    pub(crate) session: Opened,
}

impl AtDrawer {
    pub(crate) fn context(&self, counter: &Counter<'_>) -> CashContext<'_> {
        CashContext { acting: &self.acting, drawer: self.session.location, safe: counter.branch.safe() }
    }

    fn place(&self) -> CashAt {
        CashAt { place: CashPlace::Drawer, location: self.session.location }
    }
}

impl Counter<'_> {
    fn drawer_view(&self) -> Result<DrawerView, Stop> {
        let settings = self.settings()?;
        let tills = self.book.tills()?;
        let drawer = self.own_drawer()?;
        let open = self.session()?.map(|session| session.cash_session);
        let transfers = self.under_way_at(drawer, open)?;
        let transfers = transfers.iter().map(|under_way| self.transfer_view(under_way, &tills));
        let transfers = transfers.collect::<Result<Vec<_>, _>>()?;
        let Some(session) = self.session()? else {
            return Ok(DrawerView {
                state: "closed".to_owned(),
                drawer: self.name_of_drawer(drawer.location, &tills),
                is_z_due: self.is_z_due()?,
                cash_session_id: None,
                opened_at_ms: None,
                opened_by: None,
                business_date: None,
                opening_float_minor: None,
                opening_over_short_minor: None,
                left_in_drawer_minor: self.left_in(drawer.location)?,
                transfers,
                proposed_float_minor: settings.opening_float_minor,
                movements: Vec::new(),
                count_no: 0,
                outdated_count_ms: None,
                count: None,
            });
        };
        let entries = self.book.session_entries(session.cash_session)?;
        let mut movements = Vec::new();
        for stored in entries.iter().rev() {
            movements.extend(self.movement_view(stored, &tills)?);
        }
        let counts = || entries.iter().filter(|stored| matches!(stored.entry, Entry::DrawerCounted(_)));
        let last = counts().next_back();
        let standing = self.standing_count(session.cash_session)?;
        let stands = standing.is_some();
        let count = counts().find(|stored| Some(stored.entry.common().entry_id) == standing);
        let count = count.map(|stored| self.counted_view(session, stored));
        Ok(DrawerView {
            state: if stands { "counted" } else { "open" }.to_owned(),
            drawer: self.name_of_drawer(drawer.location, &tills),
            is_z_due: false,
            cash_session_id: Some(session.cash_session.to_string()),
            opened_at_ms: Some(session.opened_at_ms),
            opened_by: Some(self.name_of(session.opened_by)?),
            business_date: Some(session.business_date.to_string()),
            opening_float_minor: Some(session.opening_float_minor),
            opening_over_short_minor: self.opening_over_short(session.cash_session)?,
            // While a session is open this would be the expected cash, which nobody sees before the count.
            left_in_drawer_minor: None,
            transfers,
            proposed_float_minor: settings.opening_float_minor,
            movements,
            count_no: u32::try_from(counts().count()).unwrap_or(u32::MAX),
            outdated_count_ms: last.filter(|_| !stands).map(|stored| stored.header.recorded_at.ms),
            count: count.transpose()?.flatten(),
        })
    }

    fn movement_view(&self, stored: &StoredEntry, tills: &[Till]) -> Result<Option<MovementView>, Stop> {
        let (kind, place, amount_minor, reason) = match &stored.entry {
            Entry::PaidIn(moved) => {
                (Movement::PaidIn.code(), None, moved.amount_minor, moved.reason.as_str())
            }
            Entry::PaidOut(moved) => {
                (Movement::PaidOut.code(), None, -moved.amount_minor, moved.reason.as_str())
            }
            Entry::NoSale(moved) => (Movement::NoSale.code(), None, 0, moved.reason.as_str()),
            Entry::TransferSent(sent) => ("sent", Some(sent.to), -sent.amount_minor, sent.reason.as_str()),
            Entry::TransferAccepted(accepted) => {
                ("received", Some(accepted.from), accepted.counted_minor, "")
            }
            _ => return Ok(None),
        };
        Ok(Some(MovementView {
            entry_id: stored.entry.common().entry_id.to_string(),
            kind: kind.to_owned(),
            place: place.map(|place| self.place_view(place, tills)),
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(stored.entry.common().actor)?,
            amount_minor,
            reason: reason.to_owned(),
            note: self.book.unseal(stored, SealedField::Note, 0)?,
        }))
    }

    /// The counts of a session, oldest first.
    fn counts_of(&self, session: CashSessionId) -> Result<Vec<DrawerCounted>, Stop> {
        let entries = self.book.session_entries(session)?;
        Ok(entries
            .into_iter()
            .filter_map(|stored| match stored.entry {
                Entry::DrawerCounted(count) => Some(count),
                _ => None,
            })
            .collect())
    }

    /// The drawer here, or the one that an open session of another till has, with who may count and close it.
    pub(crate) fn at_drawer(&self, elsewhere: Option<CashSessionId>) -> Result<AtDrawer, Stop> {
        let Some(elsewhere) = elsewhere else {
            let acting = self.at_the_drawer(Permission::Drawer, 0)?;
            let session = self.session()?.ok_or(Refusal::SessionClosed)?;
            return Ok(AtDrawer { acting, session });
        };
        self.at_session(elsewhere, Permission::Reconcile)
    }

    /// The drawer that an open session has, wherever it is.
    pub(crate) fn at_session(
        &self,
        session: CashSessionId,
        permission: Permission,
    ) -> Result<AtDrawer, Stop> {
        let acting = self.acting(permission, 0)?;
        let open = self.book.open_sessions()?.into_iter().find(|open| open.cash_session == session);
        let session = open.ok_or(Refusal::SessionClosed)?;
        let cash_session = Some(session.cash_session);
        let acting = Acting { cash_session, business_date: session.business_date, ..acting };
        Ok(AtDrawer { acting, session })
    }

    /// Decides on what closing a drawer rests on.
    pub(crate) fn with_close<R>(
        &self,
        at: &AtDrawer,
        seen: Vec<SeenStream>,
        decide: impl FnOnce(CloseContext<'_>) -> Result<R, Refusal>,
    ) -> Result<R, Stop> {
        let session = at.session.cash_session;
        let figures = self.book.session_figures(session)?;
        let standing = self.standing_count(session)?;
        let counts = self.counts_of(session)?;
        let count = counts.iter().find(|count| Some(count.common.entry_id) == standing);
        Ok(decide(CloseContext {
            cash: at.context(self),
            count,
            figures: &figures,
            tolerance_minor: self.settings()?.over_short_tolerance_minor,
            seen,
            is_cash_on_its_way: !self.under_way_at(at.place(), Some(session))?.is_empty(),
        })?)
    }

    fn close_drawer(
        &self,
        at: &AtDrawer,
        seen: Vec<SeenStream>,
        command: &CloseCommand,
    ) -> Result<NewEntry, Stop> {
        let (closed, to_seal) = self.with_close(at, seen, |context| close_session(context, command))?;
        Ok(NewEntry { entry: Entry::DrawerClosed(closed), to_seal })
    }

    /// The Z of this till over its own records up to `after` more than there are now.
    pub(crate) fn z_now(&self, acting: &Acting, z_id: EntryId, after: u64) -> Result<ZReport, Stop> {
        let (z_no, z_seq) = self.book.last_z()?;
        Ok(z_report(
            acting,
            z_id,
            ZPeriod {
                z_no: z_no + 1,
                first_seq: z_seq + 1,
                last_seq: self.book.own_seq()? + after,
                before: self.book.uncovered_before()?,
                figures: self.book.period_figures()?,
                perpetual_before_minor: self.book.perpetual_total_minor()?,
                opened_at_ms: self.book.period_opened_at_ms()?.unwrap_or(self.now.ms),
            },
        )?)
    }

    fn close(&self, command: &CloseCommand) -> Result<(Write, EntryId), Stop> {
        let at = self.at_drawer(None)?;
        let close = self.close_drawer(&at, self.book.seen_streams()?, command)?;
        let z_id = self.new_id();
        // The close stands between what was there and the Z.
        let z = self.z_now(&at.acting, z_id, 1)?;
        let entries = vec![close, Entry::ZReport(z).into()];
        Ok((Write::default().with_entries(entries), z_id))
    }

    /// The Z that was written with a close.
    fn z_with(&self, closed: &StoredEntry) -> Result<EntryId, Stop> {
        let session = closed.entry.common().cash_session;
        let is_its = |stored: &&StoredEntry| {
            stored.entry.common().cash_session == session && stored.header.stream == closed.header.stream
        };
        let all = self.book.z_reports(u32::MAX)?;
        let z = all.iter().find(is_its).filter(|_| matches!(closed.entry, Entry::DrawerClosed(_)));
        z.map(|z| z.entry.common().entry_id).ok_or_else(|| Refusal::EntryIdTaken.into())
    }
}

impl Sight<'_> {
    /// What the opening float of a session was over or short; none in a drawer that was opened for the first time.
    pub(crate) fn opening_over_short(&self, session: CashSessionId) -> Result<Option<i64>, Stop> {
        let stored = self.book.entry(EntryId(session.0))?;
        let Some(Entry::SessionOpened(opened)) = stored.map(|stored| stored.entry) else { return Ok(None) };
        let of =
            |account: Account| opened.common.postings.iter().find(|posting| posting.account == account as u8);
        if of(Account::Opening).is_some() {
            return Ok(None);
        }
        Ok(Some(of(Account::OverShort).map_or(0, |posting| posting.amount.saturating_neg())))
    }

    pub(crate) fn counted_view(
        &self,
        session: Opened,
        stored: &StoredEntry,
    ) -> Result<Option<CountedView>, Stop> {
        let Entry::DrawerCounted(count) = &stored.entry else { return Ok(None) };
        let settings = self.settings()?;
        let results = results(&self.book.session_figures(session.cash_session)?, count)?;
        let float = propose_float(&count.denominations, settings.opening_float_minor);
        let float_minor = sum_denominations(&float)?;
        let needs_second_person = self.with_counts(session.cash_session, |before| {
            self.on_duty.is_some_and(|person| before.excludes(person))
        })?;
        Ok(Some(CountedView {
            count_no: count.count_no,
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(count.common.actor)?,
            needs_reason: needs_reason(&results, settings.over_short_tolerance_minor),
            needs_second_person,
            rows: results.iter().map(result_view).collect(),
            denominations: count_views(&count.denominations),
            proposed_float: count_views(&float),
            proposed_float_minor: float_minor,
            to_safe_minor: count.counted_cash_minor.saturating_sub(float_minor),
        }))
    }

    /// The last count of a session that was made here, where nothing has moved since: a count says what was in the
    /// drawer then. What others had sold before and comes only now changes what is expected, which a close shows
    /// again. One that was made elsewhere at the same time stays beside it; nobody closes on what they did not count
    /// and see.
    pub(crate) fn standing_count(&self, session: CashSessionId) -> Result<Option<EntryId>, Stop> {
        let Some(count) = self.book.last_own_count(session)? else { return Ok(None) };
        Ok((!self.book.has_moved_after(session, count)?).then_some(count.entry))
    }

    /// Decides on what another count of a session rests on.
    fn with_counts<R>(
        &self,
        session: CashSessionId,
        decide: impl FnOnce(CountsBefore<'_>) -> R,
    ) -> Result<R, Stop> {
        let entries = self.book.session_entries(session)?;
        let entries = || entries.iter().map(|stored| &stored.entry);
        let count = entries().filter(|entry| matches!(entry, Entry::DrawerCounted(_))).count();
        let needs_second_person = self.settings()?.second_person_recounts;
        // Of a count that was made elsewhere only the clocks tell whether money has moved since.
        let is_standing = match self.book.last_own_count(session)? {
            Some(_) => self.standing_count(session)?.is_some(),
            None => match self.book.last_count_ms(session)? {
                Some(at_ms) => !self.book.has_moved_since(session, at_ms)?,
                None => false,
            },
        };
        Ok(decide(CountsBefore {
            count: u32::try_from(count).unwrap_or(u32::MAX),
            made_by: &counted_by(entries(), |_| true),
            is_standing,
            needs_second_person,
            parts: &open_parts(entries()),
        }))
    }
}

/// Counted notes and coins as the rules take them.
pub(crate) fn counts(rows: &[DenominationCount]) -> Vec<Denomination> {
    rows.iter().map(|row| Denomination { value_minor: row.value_minor, count: row.count }).collect()
}

/// Counted notes and coins as the ui shows them.
pub(crate) fn count_views(rows: &[Denomination]) -> Vec<DenominationCount> {
    rows.iter().map(|row| DenominationCount { value_minor: row.value_minor, count: row.count }).collect()
}

/// Expected against counted as the ui shows it.
pub(crate) fn result_view(result: &domain::entry::TenderResult) -> TenderResult {
    TenderResult {
        kind: result.kind.code().to_owned(),
        expected_minor: result.expected_minor,
        counted_minor: result.counted_minor,
        over_short_minor: result.over_short_minor,
    }
}
