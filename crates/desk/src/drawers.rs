//! Drawers that move: which one this till works at, put away, taken again, shared, handed over on a count; the Z of a
//! till whose drawer is closed elsewhere; and which of two closes counts.

use domain::acting::Acting;
use domain::drawer::{
    MadeClose, OpenDrawer, Receiver, check_person, hand_over, leave_drawer, pick_close, take_drawer,
};
use domain::entry::{DrawerClosed, Entry, ExceptionAbout, ExceptionSettled, Figures, Settling};
use domain::id::{CashLocationId, CashSessionId, DrawerLetter, EntryId, StaffId};
use domain::permission::{Permission, Verdict};
use domain::refusal::Refusal;
use ledger::{NewEntry, OpenSession, StoredEntry, Till, WorksAt, Write};

use crate::api::cash::{DrawerView, ReportView};
use crate::api::drawers::{CloseTill, DrawerName, DrawerRow, HandOver, LeaveDrawer, PickClose, TakeDrawer};
use crate::api::transfers::{CashQuery, CashView};
use crate::cash::{AtDrawer, close_command};
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::sight::Sight;

/// Kind of the exception that picking a close settles.
const CLOSED_TWICE: &str = "closed_twice";

impl Desk {
    /// The drawers of the branch, and where each is: those of its tills, those with a letter that were ever opened,
    /// and the next letter.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn drawers(&self, _: Nothing) -> Result<Vec<DrawerRow>, Fault> {
        self.ask(|counter| counter.drawer_rows())
    }

    /// Works at a drawer that is open already: one that was put away, or one that another till works at too. Asked
    /// twice, it is taken once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `session_closed` for what is closed by now, `drawer_of_another`, or as
    /// [`domain::drawer::take_drawer`].
    pub fn take_drawer(&self, asked: TakeDrawer) -> Result<DrawerView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        self.act(&[Changed::Book, Changed::Status], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::DrawerTaken(_)))? {
                return Ok((Write::default(), ()));
            }
            let acting = counter.acting(Permission::Drawer, 0)?;
            let drawer = counter.open_drawer(session)?;
            counter.check_person(drawer.of, acting.actor)?;
            let taken = take_drawer(&acting, entry_id, &drawer)?;
            Ok((Write::entry(Entry::DrawerTaken(taken)), ()))
        })?;
        self.drawer(Nothing {})
    }

    /// Puts the drawer away, whose session goes on; the till is free for another one. Asked twice, it is put away
    /// once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `session_closed`, `drawer_of_another`.
    pub fn leave_drawer(&self, asked: LeaveDrawer) -> Result<DrawerView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        self.act(&[Changed::Book, Changed::Status], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::DrawerLeft(_)))? {
                return Ok((Write::default(), ()));
            }
            let acting = counter.at_the_drawer(Permission::Drawer, 0)?;
            let left = leave_drawer(&counter.cash(&acting)?, entry_id, asked.is_to_count)?;
            Ok((Write::entry(Entry::DrawerLeft(left)), ()))
        })?;
        self.drawer(Nothing {})
    }

    /// Hands the drawer over on its count to somebody who proves who they are, and who is on duty then. Asked twice,
    /// it is handed over once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, as [`Desk::sign_in`] for the other one's PIN, or as
    /// [`domain::drawer::hand_over`].
    pub fn hand_over(&self, asked: HandOver) -> Result<DrawerView, Fault> {
        let staff = id(&asked.staff_id, StaffId::parse)?;
        let cash_session = id(&asked.cash_session_id, CashSessionId::parse)?;
        // The session's own id names its opening, so that a retry finds it.
        let receiver = Receiver { staff, entry_id: EntryId(cash_session.0), cash_session };
        let command = close_command(asked.close)?;
        let role = self.prove_by_any(staff, &asked.secret)?;
        if Permission::Drawer.verdict(role, 0) != Verdict::Allowed {
            return Err(Fault::bare("not_allowed"));
        }
        self.act_on_reserve(&[Changed::Book, Changed::Status], |counter| {
            if counter.is_done(command.entry_id, |entry| matches!(entry, Entry::DrawerClosed(_)))? {
                return Ok((Write::default(), ()));
            }
            let at = counter.at_drawer(None)?;
            let close = counter.with_close(&at, counter.book.seen_streams()?, |context| {
                hand_over(context, &command, &receiver)
            })?;
            let (closed, to_seal, opened) = close;
            let closed = NewEntry { entry: Entry::DrawerClosed(closed), to_seal };
            let entries = vec![closed, Entry::SessionOpened(opened).into()];
            Ok((Write::default().with_entries(entries), ()))
        })?;
        self.enter(staff)?;
        self.drawer(Nothing {})
    }

    /// Makes the Z of this till over its own records, where its drawer is put away or was closed elsewhere. Asked
    /// twice, it is one Z.
    ///
    /// # Errors
    /// `nobody_signed_in`, `session_open`, `nothing_since_z`.
    pub fn close_till(&self, asked: CloseTill) -> Result<ReportView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        self.act_on_reserve(&[Changed::Book, Changed::Status], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::ZReport(_)))? {
                return Ok((Write::default(), ()));
            }
            let acting = counter.acting(Permission::Drawer, 0)?;
            if acting.cash_session.is_some() {
                return Err(Refusal::SessionOpen.into());
            }
            if !counter.is_z_due()? {
                return Err(Stop::bare("nothing_since_z"));
            }
            let z = counter.z_now(&acting, entry_id, 0)?;
            Ok((Write::entry(Entry::ZReport(z)), ()))
        })?;
        self.z_view(entry_id, 0)
    }

    /// Says which of several closes of a session counts, and settles that there are several. Asked twice, or where
    /// one was picked already, nothing is written.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, or as [`domain::drawer::pick_close`].
    pub fn pick_close(&self, asked: PickClose) -> Result<CashView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        let session = id(&asked.cash_session_id, CashSessionId::parse)?;
        let picked = id(&asked.close_id, EntryId::parse)?;
        self.act(&[Changed::Book], |counter| {
            let acting = counter.acting(Permission::Reconcile, 0)?;
            let entries = counter.book.session_entries(session)?;
            if entries.iter().any(|stored| matches!(stored.entry, Entry::ClosePicked(_))) {
                return Ok((Write::default(), ()));
            }
            let closes = closes(&entries).map(|(_, closed)| {
                let is_accepted = !counter.book.is_on_its_way(closed.common.entry_id)?;
                Ok(MadeClose { closed, is_accepted })
            });
            let closes = closes.collect::<Result<Vec<_>, Stop>>()?;
            let opened = counter.opened_since(session, &entries)?;
            let picked = pick_close(&acting, entry_id, &closes, picked, opened)?;
            let settled =
                counter.book.exceptions(u32::MAX)?.0.into_iter().find(|exception| {
                    exception.kind == CLOSED_TWICE && exception.about == session.as_bytes()
                });
            let settled = settled.map(|exception| {
                Entry::ExceptionSettled(ExceptionSettled {
                    common: acting.common(counter.new_id(), Vec::new(), Vec::new()),
                    sealed: Vec::new(),
                    exception: exception.kind,
                    about: ExceptionAbout(exception.about),
                    extent: exception.extent,
                    how: Settling::PutRight.code().to_owned(),
                })
            });
            let entries = std::iter::once(Entry::ClosePicked(picked)).chain(settled).map(NewEntry::from);
            Ok((Write::default().with_entries(entries.collect()), ()))
        })?;
        self.cash(CashQuery { business_date: None })
    }
}

/// The closes among the entries of a session, oldest first.
pub(crate) fn closes(entries: &[StoredEntry]) -> impl Iterator<Item = (&StoredEntry, &DrawerClosed)> {
    entries.iter().filter_map(|stored| match &stored.entry {
        Entry::DrawerClosed(closed) => Some((stored, closed)),
        _ => None,
    })
}

/// Where the open sessions of the branch are.
pub(crate) struct Whereabouts {
    at: Vec<WorksAt>,
    to_count: Vec<CashSessionId>,
}

impl Whereabouts {
    /// State of an open session, and the numbers of the tills that work at it.
    pub(crate) fn of(&self, session: CashSessionId, tills: &[Till]) -> (&'static str, Vec<u32>) {
        let here = self.at.iter().filter(|at| at.cash_session == session && !at.has_left);
        let no = |at: &WorksAt| tills.iter().rfind(|till| till.till == at.till).map(|till| till.till_no);
        let mut till_nos: Vec<u32> = here.filter_map(no).collect();
        till_nos.sort_unstable();
        let state = match () {
            () if self.to_count.contains(&session) => "to_count",
            () if till_nos.is_empty() => "put_away",
            () => "open",
        };
        (state, till_nos)
    }
}

impl Sight<'_> {
    /// The drawer that the till that looks works at, or opens if nothing else is said; none at a server. A till that
    /// works at none opens the one that it closed last, its own, or the next with a letter: the first that is not
    /// open elsewhere.
    pub(crate) fn drawer_here(&self) -> Result<Option<CashLocationId>, Stop> {
        let Some(till) = self.till else { return Ok(None) };
        if let Some(session) = self.session()? {
            return Ok(Some(session.location));
        }
        let last = self.book.works_at(till.till)?.filter(|at| !at.has_left).map(|at| at.location);
        let lettered = DrawerLetter::all().map(|letter| CashLocationId::lettered(self.branch.branch, letter));
        for drawer in last.into_iter().chain([till.drawer()]).chain(lettered) {
            if self.book.open_session(drawer)?.is_none() {
                return Ok(Some(drawer));
            }
        }
        Ok(Some(till.drawer()))
    }

    /// What was left in a drawer; none while it is open, and for who counts blind.
    pub(crate) fn left_in(&self, drawer: CashLocationId) -> Result<Option<i64>, Stop> {
        let is_blind = self.settings()?.blind_count && !self.sees_expected()?;
        if is_blind || self.book.open_session(drawer)?.is_some() {
            return Ok(None);
        }
        Ok(Some(self.held(drawer)?))
    }

    /// What a drawer is called.
    pub(crate) fn name_of_drawer(&self, drawer: CashLocationId, tills: &[Till]) -> DrawerName {
        let till = tills.iter().rfind(|till| till.drawer() == drawer);
        let letter = match till {
            Some(_) => None,
            None => DrawerLetter::all()
                .find(|letter| CashLocationId::lettered(self.branch.branch, *letter) == drawer),
        };
        DrawerName { till_no: till.map(|till| till.till_no), letter: letter.map(|letter| letter.to_string()) }
    }

    /// Where the open sessions are.
    pub(crate) fn whereabouts(&self) -> Result<Whereabouts, Stop> {
        Ok(Whereabouts { at: self.book.all_work_at()?, to_count: self.book.waiting_for_count()? })
    }
}

impl Counter<'_> {
    /// The drawer that this till works at, or opens if nothing else is said.
    pub(crate) fn drawer(&self) -> Result<CashLocationId, Stop> {
        Ok(self.drawer_here()?.unwrap_or_else(|| self.house.till.drawer()))
    }

    /// The drawer of this name.
    pub(crate) fn named(&self, name: &DrawerName) -> Result<CashLocationId, Stop> {
        if let Some(letter) = &name.letter {
            let letter = DrawerLetter::parse(letter).ok_or_else(|| Stop::bare("bad_arguments"))?;
            return Ok(CashLocationId::lettered(self.branch.branch, letter));
        }
        let tills = self.book.tills()?;
        let till = tills.iter().rfind(|till| Some(till.till_no) == name.till_no);
        Ok(till.ok_or_else(|| Stop::bare("bad_arguments"))?.drawer())
    }

    /// Refuses an act at the drawer of somebody else, where the branch has one person for each.
    pub(crate) fn check_person(&self, of: StaffId, actor: StaffId) -> Result<(), Stop> {
        if of == actor {
            return Ok(());
        }
        let may_reconcile = self.verdict(Permission::Reconcile, 0)? == Verdict::Allowed;
        Ok(check_person(of, actor, self.settings()?.drawer_for_one_person, may_reconcile)?)
    }

    /// Whether this till works at no open drawer and has written something that no Z covers.
    pub(crate) fn is_z_due(&self) -> Result<bool, Stop> {
        Ok(self.session()?.is_none() && self.book.period_figures()? != Figures::default())
    }

    /// What says once more that this till works at a drawer that is not its own: after a restore the records of the
    /// new life have to say it themselves, or its counts would be judged as those of a drawer elsewhere.
    pub(crate) fn takes_again(&self, at: &AtDrawer) -> Result<Option<Entry>, Stop> {
        let own = self.house.till;
        if at.session.location == own.drawer() || self.book.has_worked(own.till)? {
            return Ok(None);
        }
        let acting = Acting { cash_session: None, ..at.acting.clone() };
        let taken = take_drawer(&acting, self.new_id(), &self.open_drawer(at.session.cash_session)?)?;
        Ok(Some(Entry::DrawerTaken(taken)))
    }

    fn open_drawer(&self, session: CashSessionId) -> Result<OpenDrawer, Stop> {
        let open = self.book.open_sessions()?.into_iter().find(|open| open.cash_session == session);
        let open = open.ok_or(Refusal::SessionClosed)?;
        Ok(OpenDrawer {
            location: open.location,
            cash_session: open.cash_session,
            business_date: open.business_date,
            of: open.opened_by,
            is_to_count: self.book.waiting_for_count()?.contains(&session),
        })
    }

    fn drawer_rows(&self) -> Result<Vec<DrawerRow>, Stop> {
        let tills = self.book.tills()?;
        let mut locations: Vec<CashLocationId> = Vec::new();
        let mut by_no: Vec<&Till> = tills.iter().collect();
        by_no.sort_by_key(|till| till.till_no);
        locations.extend(by_no.into_iter().map(Till::drawer));
        for letter in DrawerLetter::all() {
            let location = CashLocationId::lettered(self.branch.branch, letter);
            locations.push(location);
            if !self.book.was_opened(location)? {
                break;
            }
        }
        locations.dedup();
        let open = self.book.open_sessions()?;
        let (here, whereabouts) = (self.drawer()?, self.whereabouts()?);
        let row = |location: CashLocationId| {
            let session = open.iter().rfind(|session| session.location == location);
            self.drawer_row(location, session, &tills, &whereabouts, here)
        };
        locations.into_iter().map(row).collect()
    }

    fn drawer_row(
        &self,
        location: CashLocationId,
        session: Option<&OpenSession>,
        tills: &[Till],
        whereabouts: &Whereabouts,
        here: CashLocationId,
    ) -> Result<DrawerRow, Stop> {
        let (state, till_nos) =
            session.map_or(("closed", Vec::new()), |session| whereabouts.of(session.cash_session, tills));
        Ok(DrawerRow {
            name: self.name_of_drawer(location, tills),
            state: state.to_owned(),
            cash_session_id: session.map(|session| session.cash_session.to_string()),
            opened_at_ms: session.map(|session| session.opened_at_ms),
            person: session.map(|session| self.name_of(session.opened_by)).transpose()?,
            left_minor: self.left_in(location)?,
            is_here: location == here && (session.is_none() || till_nos.contains(&self.house.till.till_no)),
            till_nos,
        })
    }
}
