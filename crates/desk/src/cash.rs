//! The drawer: opened, cash moved, counted blind, closed.

use domain::account::Account;
use domain::cash::{
    CloseContext, CloseSession as CloseCommand, CountDrawer as CountCommand, DrawerBefore, Movement,
    close_session, count_drawer, move_cash, needs_reason, open_session, results, sum_denominations,
};
use domain::entry::{Denomination, DrawerCounted, Entry, Figures, SealedField, TenderCounted, TenderKind};
use domain::float::propose_float;
use domain::id::{CashSessionId, EntryId};
use domain::permission::Permission;
use domain::report::{ZPeriod, z_report};
use ledger::{NewEntry, OpenSession as Opened, StoredEntry, Write};

use crate::api::cash::{
    CloseSession, CountDrawer, CountedView, DenominationCount, DenominationSum, DrawerView, MoveCash,
    MovementView, OpenSession, ReportView, SumDenominations, TenderResult,
};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};

/// Name of the local value that keeps what the session came to when it was last counted.
const COUNTED: &str = "counted";

impl Desk {
    /// The drawer. Nothing here tells expected cash before the first count is in.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn drawer(&self, _: Nothing) -> Result<DrawerView, Fault> {
        self.ask(|counter| counter.drawer_view())
    }

    /// Sums counted notes and coins.
    ///
    /// # Errors
    /// As [`sum_denominations`].
    pub fn sum_denominations(&self, asked: SumDenominations) -> Result<DenominationSum, Fault> {
        let denominations = counts(&asked.denominations);
        let total_minor = sum_denominations(&denominations)?;
        let rows = denominations.iter().map(|row| domain::money::times(row.value_minor, row.count));
        Ok(DenominationSum { rows_minor: rows.collect::<Result<_, _>>()?, total_minor })
    }

    /// Opens the drawer for the day. Asked twice, it is one session.
    ///
    /// # Errors
    /// `nobody_signed_in`, or as [`domain::cash::open_session`].
    pub fn open_session(&self, asked: OpenSession) -> Result<DrawerView, Fault> {
        let cash_session = id(&asked.cash_session_id, CashSessionId::parse)?;
        let denominations = counts(&asked.denominations);
        self.act(&[Changed::Book, Changed::Status], |counter| {
            let drawer = counter.house.till.drawer();
            // The session's own id names its opening, so that a retry finds it.
            let entry_id = EntryId(cash_session.0);
            if counter.book.has_entry(entry_id)? {
                return Ok((Write::default(), ()));
            }
            let acting = counter.acting(Permission::Drawer, 0)?;
            let before = DrawerBefore {
                expected_minor: counter.book.cash_at(Account::Drawer, drawer)?,
                is_first: !counter.was_ever_closed()?,
            };
            let entry = open_session(&counter.cash(&acting), entry_id, cash_session, &denominations, before)?;
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
        self.act(&[Changed::Book], |counter| {
            if counter.book.has_entry(entry_id)? {
                return Ok((Write::default(), ()));
            }
            let acting = match movement {
                Movement::PaidOut => counter.acting(Permission::PaidOut, asked.amount_minor)?,
                Movement::NoSale => counter.acting(Permission::NoSale, 0)?,
                _ => counter.acting(Permission::MoveCash, 0)?,
            };
            let context = counter.cash(&acting);
            let (entry, to_seal) = move_cash(
                &context,
                entry_id,
                movement,
                asked.amount_minor,
                &asked.reason,
                asked.note.as_deref(),
            )?;
            Ok((Write::entry(NewEntry { entry, to_seal }), ()))
        })?;
        self.drawer(Nothing {})
    }

    /// Puts a count in. Asked twice, it is one count.
    ///
    /// # Errors
    /// `nobody_signed_in`, or as [`domain::cash::count_drawer`].
    pub fn count_drawer(&self, asked: CountDrawer) -> Result<DrawerView, Fault> {
        let other = asked.other.iter().map(|row| {
            let kind = id(&row.kind, TenderKind::parse)?;
            Ok(TenderCounted { kind, counted_minor: row.counted_minor })
        });
        let command = CountCommand {
            entry_id: id(&asked.entry_id, EntryId::parse)?,
            denominations: counts(&asked.denominations),
            other: other.collect::<Result<_, Fault>>()?,
            recount_reason: asked.recount_reason,
        };
        self.act_on_reserve(&[Changed::Book, Changed::Status], |counter| {
            if counter.book.has_entry(command.entry_id)? {
                return Ok((Write::default(), ()));
            }
            let acting = counter.acting(Permission::Drawer, 0)?;
            let session = acting.open_session()?;
            let counts_before = counter.counts_of(session)?.len();
            let is_blind = counter.is_blind(session)?;
            let counts_before = u32::try_from(counts_before).unwrap_or(u32::MAX);
            let entry = count_drawer(&counter.cash(&acting), &command, counts_before, is_blind)?;
            let figures = counter.book.session_figures(session)?;
            let write = Write::entry(Entry::DrawerCounted(entry)).with_local(COUNTED, Some(moved(&figures)?));
            Ok((write, ()))
        })?;
        self.drawer(Nothing {})
    }

    /// Closes the session after the count: drawer close and Z in one act. Asked twice, it is one close.
    ///
    /// # Errors
    /// `nobody_signed_in`, or as [`domain::cash::close_session`].
    pub fn close_session(&self, asked: CloseSession) -> Result<ReportView, Fault> {
        let command = CloseCommand {
            entry_id: id(&asked.entry_id, EntryId::parse)?,
            reason: asked.reason,
            note: asked.note,
            next_float: counts(&asked.next_float),
            seen_expected_minor: asked.seen_expected_minor,
        };
        let z = self.act_on_reserve(&[Changed::Book, Changed::Status], |counter| {
            match counter.book.entry(command.entry_id)? {
                Some(closed) => Ok((Write::default(), counter.z_of(&closed)?)),
                None => counter.close(&command),
            }
        })?;
        self.z_view(z, 0)
    }
}

impl Counter<'_> {
    fn drawer_view(&self) -> Result<DrawerView, Stop> {
        let settings = self.settings()?;
        let left_in_drawer_minor = self.book.cash_at(Account::Drawer, self.house.till.drawer())?;
        let Some(session) = self.session()? else {
            return Ok(DrawerView {
                state: "closed".to_owned(),
                cash_session_id: None,
                opened_at_ms: None,
                opened_by: None,
                business_date: None,
                opening_float_minor: None,
                left_in_drawer_minor,
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
            movements.extend(self.movement_view(stored)?);
        }
        let counts = || entries.iter().filter(|stored| matches!(stored.entry, Entry::DrawerCounted(_)));
        let last = counts().next_back();
        let stands = self.count_stands(session.cash_session)?;
        let count = last.filter(|_| stands).map(|stored| self.counted_view(session, stored));
        Ok(DrawerView {
            state: if stands { "counted" } else { "open" }.to_owned(),
            cash_session_id: Some(session.cash_session.to_string()),
            opened_at_ms: Some(session.opened_at_ms),
            opened_by: Some(self.name_of(session.opened_by)?),
            business_date: Some(session.business_date.to_string()),
            opening_float_minor: Some(session.opening_float_minor),
            // While a session is open this would be the expected cash, which nobody sees before the count.
            left_in_drawer_minor: 0,
            proposed_float_minor: settings.opening_float_minor,
            movements,
            count_no: u32::try_from(counts().count()).unwrap_or(u32::MAX),
            outdated_count_ms: last.filter(|_| !stands).map(|stored| stored.header.recorded_at.ms),
            count: count.transpose()?.flatten(),
        })
    }

    fn movement_view(&self, stored: &StoredEntry) -> Result<Option<MovementView>, Stop> {
        let (movement, amount_minor, reason) = match &stored.entry {
            Entry::PaidIn(moved) => (Movement::PaidIn, moved.amount_minor, &moved.reason),
            Entry::PaidOut(moved) => (Movement::PaidOut, -moved.amount_minor, &moved.reason),
            Entry::SafeDrop(moved) => (Movement::SafeDrop, -moved.amount_minor, &moved.reason),
            Entry::FloatTopUp(moved) => (Movement::FloatTopUp, moved.amount_minor, &moved.reason),
            Entry::NoSale(moved) => (Movement::NoSale, 0, &moved.reason),
            _ => return Ok(None),
        };
        Ok(Some(MovementView {
            entry_id: stored.entry.common().entry_id.to_string(),
            kind: movement.code().to_owned(),
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(stored.entry.common().actor)?,
            amount_minor,
            reason: reason.clone(),
            note: self.book.unseal(stored, SealedField::Note, 0)?,
        }))
    }

    fn counted_view(&self, session: Opened, stored: &StoredEntry) -> Result<Option<CountedView>, Stop> {
        let Entry::DrawerCounted(count) = &stored.entry else { return Ok(None) };
        let settings = self.settings()?;
        let results = results(&self.book.session_figures(session.cash_session)?, count)?;
        let float = propose_float(&count.denominations, settings.opening_float_minor);
        let float_minor = sum_denominations(&float)?;
        Ok(Some(CountedView {
            count_no: count.count_no,
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(count.common.actor)?,
            needs_reason: needs_reason(&results, settings.over_short_tolerance_minor),
            rows: results.iter().map(result_view).collect(),
            denominations: count_views(&count.denominations),
            proposed_float: count_views(&float),
            proposed_float_minor: float_minor,
            to_safe_minor: count.counted_cash_minor.saturating_sub(float_minor),
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

    /// Whether the session was counted and no money has moved since: a count says what was in the drawer then.
    pub(crate) fn count_stands(&self, session: CashSessionId) -> Result<bool, Stop> {
        match self.book.local(COUNTED)? {
            Some(then) => Ok(then == moved(&self.book.session_figures(session)?)?),
            None => Ok(false),
        }
    }

    /// Lets the count of a session stand although its figures have changed: what is in the drawer has not.
    pub(crate) fn let_count_stand(&self, session: CashSessionId) -> Result<Write, Stop> {
        let figures = self.book.session_figures(session)?;
        Ok(Write::default().with_local(COUNTED, Some(moved(&figures)?)))
    }

    /// Whether this till's drawer was in use before: a closed session has a Z.
    fn was_ever_closed(&self) -> Result<bool, Stop> {
        let till = Some(self.house.till.till);
        let is_ours = |stored: &StoredEntry| stored.entry.common().till == till;
        Ok(self.book.last_z()?.0 > 0 || self.book.z_reports(u32::MAX)?.iter().any(is_ours))
    }

    fn close(&self, command: &CloseCommand) -> Result<(Write, EntryId), Stop> {
        let acting = self.acting(Permission::Drawer, 0)?;
        let session = self.session()?.ok_or(domain::refusal::Refusal::SessionClosed)?;
        let figures = self.book.session_figures(session.cash_session)?;
        let count = self.counts_of(session.cash_session)?.pop();
        let stands = self.count_stands(session.cash_session)?;
        let seen = self.book.seen_streams()?;
        let secrets = self.open.secrets();
        let own =
            seen.iter().find(|seen| seen.device == secrets.device && seen.incarnation == secrets.incarnation);
        let last_seq = own.map_or(0, |own| own.seq);
        let (closed, to_seal) = close_session(
            CloseContext {
                cash: self.cash(&acting),
                count: count.as_ref().filter(|_| stands),
                figures: &figures,
                tolerance_minor: self.settings()?.over_short_tolerance_minor,
                seen,
            },
            command,
        )?;
        let (z_no, z_seq) = self.book.last_z()?;
        let z_id = self.new_id();
        let z = z_report(
            &acting,
            z_id,
            ZPeriod {
                z_no: z_no + 1,
                first_seq: z_seq + 1,
                // The close stands between what was there and the Z.
                last_seq: last_seq + 1,
                before: self.book.uncovered_before()?,
                figures: self.book.period_figures()?,
                perpetual_before_minor: self.book.perpetual_total_minor()?,
                opened_at_ms: session.opened_at_ms,
            },
        )?;
        let entries =
            vec![NewEntry { entry: Entry::DrawerClosed(closed), to_seal }, Entry::ZReport(z).into()];
        Ok((Write { entries, ..Write::default() }.with_local(COUNTED, None), z_id))
    }

    /// The Z that was written with a close.
    fn z_of(&self, closed: &StoredEntry) -> Result<EntryId, Stop> {
        let session = closed.entry.common().cash_session;
        let is_its = |stored: &&StoredEntry| {
            stored.entry.common().cash_session == session && stored.header.stream == closed.header.stream
        };
        let all = self.book.z_reports(u32::MAX)?;
        let z = all.iter().find(is_its).filter(|_| matches!(closed.entry, Entry::DrawerClosed(_)));
        z.map(|z| z.entry.common().entry_id).ok_or_else(|| Stop::bare("bad_arguments"))
    }
}

/// What moves in a session when money does, as bytes to compare.
fn moved(figures: &Figures) -> Result<Vec<u8>, Stop> {
    let money = Figures {
        tenders: figures.tenders.clone(),
        opening_float_minor: figures.opening_float_minor,
        paid_in_minor: figures.paid_in_minor,
        paid_out_minor: figures.paid_out_minor,
        safe_drops_minor: figures.safe_drops_minor,
        float_top_ups_minor: figures.float_top_ups_minor,
        no_sale_count: figures.no_sale_count,
        ..Figures::default()
    };
    minicbor::to_vec(&money).map_err(|_| Stop::bare("internal"))
}

/// Counted notes and coins as the rules take them.
fn counts(rows: &[DenominationCount]) -> Vec<Denomination> {
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
