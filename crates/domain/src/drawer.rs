//! Drawers that move: put away and taken again, at this till or another one, by one person or several; handed over
//! on a count; and which of two closes counts that were made apart.

use crate::account::{Account, Dimension, Posting};
use crate::acting::Acting;
use crate::cash::{
    CashContext, CloseContext, CloseSession, DrawerBefore, OpenSession, close_session, open_session,
};
use crate::entry::{ClosePicked, DrawerClosed, DrawerLeft, DrawerTaken, SessionOpened, ToSeal};
use crate::id::{CashLocationId, CashSessionId, EntryId, StaffId};
use crate::money;
use crate::postings::Postings;
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// A drawer whose session is open, wherever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenDrawer {
    /// The drawer.
    pub location: CashLocationId,
    /// Its session.
    pub cash_session: CashSessionId,
    /// The session's business date.
    pub business_date: BusinessDate,
    /// Who opened it, or had it handed over: whose drawer it is.
    pub of: StaffId,
    /// It was put away to be counted.
    pub is_to_count: bool,
}

/// Refuses an act at a drawer of somebody else, where the branch has one person for each. `may_reconcile` says that
/// the person looks after the drawers of others.
///
/// # Errors
/// `drawer_of_another`.
pub fn check_person(
    of: StaffId,
    actor: StaffId,
    is_for_one: bool,
    may_reconcile: bool,
) -> Result<(), Refusal> {
    if is_for_one && of != actor && !may_reconcile { Err(Refusal::DrawerOfAnother) } else { Ok(()) }
}

/// Works at a drawer that is open already.
///
/// # Errors
/// `session_open` where this till works at an open drawer, `waits_for_count`.
pub fn take_drawer(acting: &Acting, entry_id: EntryId, drawer: &OpenDrawer) -> Result<DrawerTaken, Refusal> {
    if acting.cash_session.is_some() {
        return Err(Refusal::SessionOpen);
    }
    if drawer.is_to_count {
        return Err(Refusal::WaitsForCount);
    }
    let (cash_session, business_date) = (Some(drawer.cash_session), drawer.business_date);
    let acting = Acting { cash_session, business_date, ..acting.clone() };
    let common = acting.common(entry_id, Vec::new(), Vec::new());
    Ok(DrawerTaken { common, sealed: Vec::new(), location: drawer.location })
}

/// Puts the drawer away: to be taken again, or to be counted.
///
/// # Errors
/// `session_closed`.
pub fn leave_drawer(
    ctx: &CashContext<'_>,
    entry_id: EntryId,
    is_to_count: bool,
) -> Result<DrawerLeft, Refusal> {
    ctx.acting.open_session()?;
    let common = ctx.acting.common(entry_id, Vec::new(), Vec::new());
    Ok(DrawerLeft { common, sealed: Vec::new(), location: ctx.drawer, is_to_count })
}

/// Who takes a drawer over, and under which ids.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Who takes it over.
    pub staff: StaffId,
    /// The opening.
    pub entry_id: EntryId,
    /// The session that begins.
    pub cash_session: CashSessionId,
}

/// Hands the drawer over on its last count: the session of whoever gives it ends with everything left in the
/// drawer, and the one of whoever takes it begins with that. `close` says what a close says; its float is what was
/// counted, whatever it says of it.
///
/// # Errors
/// As [`close_session`] and [`open_session`], and `second_person_needed` for oneself.
pub fn hand_over(
    ctx: CloseContext<'_>,
    close: &CloseSession,
    to: &Receiver,
) -> Result<(DrawerClosed, Vec<ToSeal>, SessionOpened), Refusal> {
    if to.staff == ctx.cash.acting.actor {
        return Err(Refusal::SecondPersonNeeded);
    }
    let denominations = ctx.count.ok_or(Refusal::NotCounted)?.denominations.clone();
    let (drawer, safe) = (ctx.cash.drawer, ctx.cash.safe);
    let receiving = Acting { actor: to.staff, approver: None, cash_session: None, ..ctx.cash.acting.clone() };
    let close = CloseSession { next_float: denominations.clone(), ..close.clone() };
    let (closed, to_seal) = close_session(ctx, &close)?;
    let open = OpenSession {
        entry_id: to.entry_id,
        cash_session: to.cash_session,
        denominations,
        from_safe_minor: Some(0),
        transfers: Vec::new(),
    };
    let before = DrawerBefore { expected_minor: closed.next_float_minor, ..DrawerBefore::default() };
    let opened = open_session(&CashContext { acting: &receiving, drawer, safe }, &open, before)?;
    Ok((closed, to_seal, opened))
}

/// One of several closes of a session, and whether what it sent to the safe was accepted there.
#[derive(Debug, Clone, Copy)]
pub struct MadeClose<'a> {
    /// The close.
    pub closed: &'a DrawerClosed,
    /// Its surplus has arrived.
    pub is_accepted: bool,
}

/// The drawer was opened again before one of its closes was picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedSince {
    /// The session that was opened.
    pub cash_session: CashSessionId,
    /// The close whose float its opening float was counted against.
    pub rests_on: EntryId,
}

impl DrawerClosed {
    /// What it moved in the drawer, in minor units: over or short, and the surplus that left.
    #[must_use]
    pub fn moved_minor(&self) -> i64 {
        let is_here = |posting: &&Posting| {
            posting.account == Account::Drawer as u8 && posting.dimension == Dimension::Id(self.location.0)
        };
        let moved = self.common.postings.iter().filter(is_here).map(|posting| posting.amount);
        moved.fold(0, i64::saturating_add)
    }
}

/// Says which of several closes of one session counts. What the others moved is taken back. Where the drawer was
/// opened since on another one of them, it keeps what was counted into it then, and the difference is over or short
/// of that opening.
///
/// # Errors
/// `not_closed` where the picked one is none of them, or there is no other, `surplus_accepted` where cash of one
/// that is not picked has arrived.
pub fn pick_close(
    acting: &Acting,
    entry_id: EntryId,
    closes: &[MadeClose<'_>],
    picked: EntryId,
    opened: Option<OpenedSince>,
) -> Result<ClosePicked, Refusal> {
    let (kept, others): (Vec<&MadeClose<'_>>, Vec<&MadeClose<'_>>) =
        closes.iter().partition(|close| close.closed.common.entry_id == picked);
    let session = kept.first().and_then(|close| close.closed.common.cash_session);
    let of_session = session.filter(|_| !others.is_empty()).ok_or(Refusal::NotClosed)?;
    if others.iter().any(|close| close.is_accepted && close.closed.sends_surplus()) {
        return Err(Refusal::SurplusAccepted);
    }
    let mut postings: Vec<Posting> =
        others.iter().flat_map(|close| &close.closed.common.postings).map(taken_back).collect();
    let rests_on = opened.and_then(|opened| {
        let close = others.iter().find(|close| close.closed.common.entry_id == opened.rests_on)?;
        Some((opened.cash_session, close.closed))
    });
    if let (Some((cash_session, rests_on)), Some(kept)) = (rests_on, kept.first()) {
        let differs_minor = money::sum([rests_on.moved_minor(), -kept.closed.moved_minor()])?;
        let mut kept_there = Postings::new(&acting.currency);
        kept_there.money(Account::Drawer, Dimension::Id(rests_on.location.0), differs_minor);
        kept_there.money(Account::OverShort, Dimension::Id(cash_session.0), -differs_minor);
        postings.extend(kept_there.finish()?);
    }
    let ids: Vec<EntryId> = others.iter().map(|close| close.closed.common.entry_id).collect();
    let acting = Acting { cash_session: None, ..acting.clone() };
    let references = std::iter::once(picked).chain(ids.iter().copied()).collect();
    Ok(ClosePicked {
        common: acting.common(entry_id, references, postings),
        sealed: Vec::new(),
        of_session,
        close: picked,
        others: ids,
    })
}

fn taken_back(posting: &Posting) -> Posting {
    Posting { amount: posting.amount.saturating_neg(), ..posting.clone() }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::account::is_balanced;
    use crate::cash::{CountDrawer, CountsBefore, count_drawer};
    use crate::entry::{Denomination, DrawerCounted, Figures};
    use crate::sample::{acting, drawer, entry_id, on, safe, session};

    fn somebody() -> StaffId {
        StaffId(Uuid::from_u128(77))
    }

    fn open_drawer() -> OpenDrawer {
        OpenDrawer {
            location: drawer(),
            cash_session: session(),
            business_date: BusinessDate(20_001),
            of: somebody(),
            is_to_count: false,
        }
    }

    fn ctx(acting: &Acting) -> CashContext<'_> {
        CashContext { acting, drawer: drawer(), safe: safe() }
    }

    #[test]
    fn a_drawer_is_taken_where_none_is_open() {
        let free = Acting { cash_session: None, ..acting() };
        let taken = take_drawer(&free, entry_id(1), &open_drawer()).unwrap();
        assert_eq!(taken.common.cash_session, Some(session()));
        assert_eq!(taken.common.business_date, BusinessDate(20_001));
        let refused = |acting: &Acting, drawer| take_drawer(acting, entry_id(1), &drawer).unwrap_err().code();
        assert_eq!(refused(&acting(), open_drawer()), "session_open");
        assert_eq!(refused(&free, OpenDrawer { is_to_count: true, ..open_drawer() }), "waits_for_count");
    }

    #[test]
    fn only_an_open_drawer_is_put_away() {
        let acting = acting();
        assert!(leave_drawer(&ctx(&acting), entry_id(1), true).unwrap().is_to_count);
        let free = Acting { cash_session: None, ..acting };
        assert_eq!(leave_drawer(&ctx(&free), entry_id(1), true).unwrap_err().code(), "session_closed");
    }

    #[test]
    fn a_drawer_of_one_person_is_for_that_person_and_who_reconciles() {
        let (me, other) = (acting().actor, somebody());
        let check = |of, is_for_one, may_reconcile| {
            check_person(of, me, is_for_one, may_reconcile).map_err(|refusal| refusal.code())
        };
        assert_eq!(check(me, true, false), Ok(()));
        assert_eq!(check(other, false, false), Ok(()));
        assert_eq!(check(other, true, true), Ok(()));
        assert_eq!(check(other, true, false), Err("drawer_of_another"));
    }

    fn counted(acting: &Acting, count: i64) -> DrawerCounted {
        let command = CountDrawer {
            entry_id: entry_id(8),
            denominations: vec![Denomination { value_minor: 100, count }],
            parts: vec![],
            other: vec![],
            recount_reason: None,
        };
        count_drawer(&ctx(acting), &command, CountsBefore::default(), true).unwrap()
    }

    fn close(number: u128, to_safe: i64, expected_minor: i64) -> CloseSession {
        CloseSession {
            entry_id: entry_id(number),
            reason: None,
            note: None,
            next_float: vec![Denomination { value_minor: 100, count: to_safe }],
            seen_expected_minor: expected_minor,
            on_its_way_reason: None,
        }
    }

    fn figures() -> Figures {
        Figures { opening_float_minor: 1_000, ..Figures::default() }
    }

    fn closing<'a>(acting: &'a Acting, count: &'a DrawerCounted, figures: &'a Figures) -> CloseContext<'a> {
        CloseContext {
            cash: ctx(acting),
            count: Some(count),
            figures,
            tolerance_minor: 1_000,
            seen: vec![],
            is_cash_on_its_way: false,
        }
    }

    #[test]
    fn who_takes_a_drawer_over_begins_with_what_was_counted() {
        let (acting, figures) = (acting(), figures());
        let count = counted(&acting, 9);
        let to = Receiver {
            staff: somebody(),
            entry_id: entry_id(10),
            cash_session: CashSessionId(Uuid::from_u128(10)),
        };
        let (closed, _, opened) =
            hand_over(closing(&acting, &count, &figures), &close(9, 0, 1_000), &to).unwrap();
        assert_eq!((closed.next_float_minor, closed.to_safe_minor), (900, 0));
        assert_eq!((opened.opening_float_minor, opened.expected_minor), (900, 900));
        assert_eq!((opened.common.actor, closed.common.actor), (somebody(), acting.actor));
        // What was short is of whoever gave it.
        assert_eq!(on(&closed.common.postings, Account::OverShort), 100);
        assert_eq!(opened.common.postings, vec![]);
        let oneself = Receiver { staff: acting.actor, ..to };
        let refused = hand_over(closing(&acting, &count, &figures), &close(9, 0, 1_000), &oneself);
        assert_eq!(refused.unwrap_err().code(), "second_person_needed");
    }

    #[test]
    fn of_two_closes_the_one_that_is_not_picked_moves_nothing() {
        let (acting, figures) = (acting(), figures());
        let (count, more) = (counted(&acting, 9), counted(&acting, 12));
        let first = close_session(closing(&acting, &count, &figures), &close(20, 5, 1_000)).unwrap().0;
        let second = close_session(closing(&acting, &more, &figures), &close(21, 7, 1_000)).unwrap().0;
        let made = |closed, is_accepted| MadeClose { closed, is_accepted };
        let closes = [made(&first, true), made(&second, false)];
        let picked = pick_close(&acting, entry_id(22), &closes, entry_id(20), None).unwrap();
        assert_eq!((picked.of_session, picked.others.clone()), (session(), vec![entry_id(21)]));
        assert!(is_balanced(&picked.common.postings));
        for account in [Account::Drawer, Account::OverShort, Account::InTransit] {
            let both = on(&second.common.postings, account) + on(&picked.common.postings, account);
            assert_eq!(both, 0, "{account:?}");
        }
        let refused = |picked| pick_close(&acting, entry_id(22), &closes, picked, None).unwrap_err().code();
        assert_eq!(refused(entry_id(21)), "surplus_accepted");
        assert_eq!(refused(entry_id(99)), "not_closed");
        let alone = pick_close(&acting, entry_id(22), &closes[..1], entry_id(20), None);
        assert_eq!(alone.unwrap_err().code(), "not_closed");
    }

    #[test]
    fn a_drawer_that_was_opened_since_keeps_what_was_counted_into_it() {
        let (acting, figures) = (acting(), figures());
        let (count, more) = (counted(&acting, 9), counted(&acting, 12));
        let first = close_session(closing(&acting, &count, &figures), &close(20, 5, 1_000)).unwrap().0;
        let second = close_session(closing(&acting, &more, &figures), &close(21, 7, 1_000)).unwrap().0;
        let closes = [&first, &second].map(|closed| MadeClose { closed, is_accepted: false });
        let next = CashSessionId(Uuid::from_u128(10));
        let check = |picked, rests_on, left, over_minor| {
            let opened = Some(OpenedSince { cash_session: next, rests_on: entry_id(rests_on) });
            let picked = pick_close(&acting, entry_id(22), &closes, entry_id(picked), opened).unwrap();
            assert!(is_balanced(&picked.common.postings));
            let legs = [&first.common.postings, &second.common.postings, &picked.common.postings];
            let held: i64 = legs.iter().map(|postings| on(postings, Account::Drawer)).sum();
            let of_next = picked.common.postings.iter().filter(|one| one.dimension == Dimension::Id(next.0));
            let of_next: i64 = of_next.map(|posting| posting.amount).sum();
            assert_eq!((1_000 + held, -of_next), (left, over_minor));
        };
        check(20, 20, 500, 0);
        check(21, 21, 700, 0);
        check(20, 21, 700, 200);
        check(21, 20, 500, -200);
    }
}
