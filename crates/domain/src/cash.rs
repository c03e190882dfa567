//! The drawer: opened with a float, cash moved in and out, counted, closed. Each act is one entry whose
//! postings balance; what the drawer should hold is never kept, only summed.

use crate::account::{Account, Dimension};
use crate::acting::{Acting, check_reason, refs, seal_note};
use crate::cause::CauseKind;
use crate::count_part::with_parts;
use crate::entry::{
    AccountSettled, CashAt, CashPlace, CloseSigned, Denomination, DrawerClosed, DrawerCounted, Entry,
    Figures, NoSale, OverShortExplained, PaidIn, PaidOut, PartCounted, SeenStream, SessionOpened,
    TenderCounted, TenderKind, TenderResult, ToSeal, TransferFound,
};
use crate::id::{CashLocationId, CashSessionId, CustomerId, EntryId, StaffId, TenderId};
use crate::limits::{MAX_DENOMINATION_COUNT, MAX_DENOMINATIONS, MAX_MINOR, check_lines};
use crate::money;
use crate::postings::Postings;
use crate::refusal::Refusal;
use crate::transfer::{ON_ITS_WAY_REASONS, Transfer};

/// Why a drawer is counted again.
pub const RECOUNT_REASONS: [&str; 4] = ["miscounted", "second_person", "found_more", "sold_since"];

/// Why a drawer is over or short.
pub const OVER_SHORT_REASONS: [&str; 5] =
    ["miscount_suspected", "change_error", "missing_slip", "theft_suspected", "unknown"];

/// Entries that may speak for one cause.
const MAX_EVIDENCE: u32 = 100;

/// What an act at the drawer is decided on.
#[derive(Debug, Clone)]
pub struct CashContext<'a> {
    /// Who acts, where, in which session.
    pub acting: &'a Acting,
    /// The till's drawer.
    pub drawer: CashLocationId,
    /// The branch's safe.
    pub safe: CashLocationId,
}

/// A movement of cash that is not a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Movement {
    /// Cash in that is not a sale.
    PaidIn,
    /// Cash out that is not a refund.
    PaidOut,
    /// The drawer is opened without a sale.
    NoSale,
}

impl Movement {
    /// All movements.
    pub const ALL: [Self; 3] = [Self::PaidIn, Self::PaidOut, Self::NoSale];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PaidIn => "paid_in",
            Self::PaidOut => "paid_out",
            Self::NoSale => "no_sale",
        }
    }

    /// The movement of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|movement| movement.code() == code)
    }

    /// Its reason codes.
    #[must_use]
    pub fn reasons(self) -> &'static [&'static str] {
        match self {
            Self::PaidIn => &["change_from_bank", "found", "other"],
            Self::PaidOut => &["postage", "office", "courier", "staff", "other"],
            Self::NoSale => &["give_change", "check_drawer", "other"],
        }
    }
}

/// The sum of notes and coins.
///
/// # Errors
/// `too_many_lines`, `amount_out_of_range` for a value of zero or below or named twice,
/// `quantity_out_of_range` for a count that is not 0 to 100000.
pub fn sum_denominations(denominations: &[Denomination]) -> Result<i64, Refusal> {
    check_lines(denominations.len(), MAX_DENOMINATIONS)?;
    for (place, row) in denominations.iter().enumerate() {
        let is_twice = denominations.iter().take(place).any(|other| other.value_minor == row.value_minor);
        if is_twice || !(1..=MAX_MINOR).contains(&row.value_minor) {
            return Err(Refusal::AmountOutOfRange);
        }
        if !(0..=MAX_DENOMINATION_COUNT).contains(&row.count) {
            return Err(Refusal::QuantityOutOfRange { limit: MAX_DENOMINATION_COUNT });
        }
    }
    let rows: Result<Vec<i64>, Refusal> =
        denominations.iter().map(|row| money::times(row.value_minor, row.count)).collect();
    money::sum(rows?)
}

/// What in a count looks like a slip of the finger. It is judged by the count alone, and so tells nothing of what is
/// expected: whoever counts blind may be asked to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookAgain {
    /// There are more than [`MANY_PIECES`] of the note or coin of this value.
    ManyOf(i64),
    /// It is more than [`MUCH_IN_LARGEST`] of the largest note.
    Much,
}

/// More of one note or coin than a drawer holds.
pub const MANY_PIECES: i64 = 500;

/// More than a drawer holds, in notes of the largest value of the currency: 20,000.00 in euros.
pub const MUCH_IN_LARGEST: i64 = 40;

/// What to look at again in a count before it is put in; the first row comes before the sum. `largest_minor` is the
/// value of the currency's largest note.
#[must_use]
pub fn look_again(denominations: &[Denomination], total_minor: i64, largest_minor: i64) -> Option<LookAgain> {
    if let Some(row) = denominations.iter().find(|row| row.count > MANY_PIECES) {
        return Some(LookAgain::ManyOf(row.value_minor));
    }
    (total_minor > largest_minor.saturating_mul(MUCH_IN_LARGEST)).then_some(LookAgain::Much)
}

/// What the book says about a drawer that is to be opened.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct DrawerBefore {
    /// What is in it.
    pub expected_minor: i64,
    /// It was never opened before, and no drawer of the branch was closed yet: what is in it was there before the
    /// book began.
    pub is_first: bool,
    /// What the safe has.
    pub safe_minor: i64,
    /// The branch wants what was sent to be counted by another one than who sent it.
    pub needs_second_person: bool,
}

/// Opens a cash session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Minted by the asker.
    pub entry_id: EntryId,
    /// The session.
    pub cash_session: CashSessionId,
    /// The float as counted, whatever it came from.
    pub denominations: Vec<Denomination>,
    /// What was put to it out of the safe; nothing said means all of it where the book has nothing else there and so
    /// much in the safe, and nothing of it else.
    pub from_safe_minor: Option<i64>,
    /// What had been sent to the drawer and is counted with it.
    pub transfers: Vec<Transfer>,
}

/// Opens a cash session with the float as counted into the drawer, which is a count like every other: what was left
/// at the last close, came out of the safe or was sent is expected, and the rest is over or short. Until a drawer of
/// the branch is closed, the rest in one that was never opened before was there before the book began.
///
/// # Errors
/// `session_open`, a limit of the count, `amount_out_of_range`, `place_not_allowed` for what was sent elsewhere,
/// `transfer_ended` for one transfer twice, `second_person_needed` for who sent it here.
pub fn open_session(
    ctx: &CashContext<'_>,
    command: &OpenSession,
    before: DrawerBefore,
) -> Result<SessionOpened, Refusal> {
    if ctx.acting.cash_session.is_some() {
        return Err(Refusal::SessionOpen);
    }
    let opening_float_minor = sum_denominations(&command.denominations)?;
    let here = CashAt { place: CashPlace::Drawer, location: ctx.drawer };
    if command.transfers.iter().any(|transfer| transfer.to != here && transfer.from != here) {
        return Err(Refusal::PlaceNotAllowed);
    }
    let is_twice = |(place, transfer): (usize, &Transfer)| {
        command.transfers.iter().take(place).any(|other| other.transfer == transfer.transfer)
    };
    if command.transfers.iter().enumerate().any(is_twice) {
        return Err(Refusal::TransferEnded);
    }
    // What comes back is counted with what it left, and whoever sent it opens the drawer for it.
    let is_own = |transfer: &Transfer| transfer.sender == ctx.acting.actor && transfer.to == here;
    if before.needs_second_person && command.transfers.iter().any(is_own) {
        return Err(Refusal::SecondPersonNeeded);
    }
    let sent_minor = money::sum(command.transfers.iter().map(|transfer| transfer.amount_minor))?;
    let is_empty = before.expected_minor == 0 && sent_minor == 0 && !before.is_first;
    let is_of_safe = is_empty && before.safe_minor >= opening_float_minor;
    let from_safe_minor = command.from_safe_minor.unwrap_or(if is_of_safe { opening_float_minor } else { 0 });
    if !(0..=MAX_MINOR).contains(&from_safe_minor) {
        return Err(Refusal::AmountOutOfRange);
    }
    let expected_minor =
        money::sum([money::bounded(i128::from(before.expected_minor))?, sent_minor, from_safe_minor])?;
    let over_short_minor = money::sum([opening_float_minor, -expected_minor])?;
    let (account, dimension) = if before.is_first {
        (Account::Opening, Dimension::None)
    } else {
        (Account::OverShort, Dimension::Id(command.cash_session.0))
    };
    let mut postings = Postings::new(&ctx.acting.currency);
    let drawer_minor = money::sum([opening_float_minor, -before.expected_minor])?;
    postings.money(Account::Drawer, Dimension::Id(ctx.drawer.0), drawer_minor);
    postings.money(Account::Safe, Dimension::Id(ctx.safe.0), -from_safe_minor);
    for transfer in &command.transfers {
        let (account, dimension) = transfer.on_its_way();
        postings.money(account, dimension, -transfer.amount_minor);
    }
    postings.money(account, dimension, -over_short_minor);
    let acting = Acting { cash_session: Some(command.cash_session), ..ctx.acting.clone() };
    let found = |transfer: &Transfer| TransferFound {
        transfer: transfer.transfer,
        sent_minor: transfer.amount_minor,
    };
    let transfers: Vec<TransferFound> = command.transfers.iter().map(found).collect();
    Ok(SessionOpened {
        common: acting.common(
            command.entry_id,
            transfers.iter().map(|found| found.transfer).collect(),
            postings.finish()?,
        ),
        sealed: Vec::new(),
        cash_session: command.cash_session,
        location: ctx.drawer,
        denominations: command.denominations.clone(),
        opening_float_minor,
        expected_minor,
        from_safe_minor,
        transfers,
    })
}

/// Moves cash that is not a sale, or opens the drawer without a sale. `amount_minor` is above 0, and 0 for
/// a no-sale.
///
/// # Errors
/// `session_closed`, `text_too_long`, `reason_needed`, `amount_out_of_range`.
pub fn move_cash(
    ctx: &CashContext<'_>,
    entry_id: EntryId,
    movement: Movement,
    amount_minor: i64,
    reason: &str,
    note: Option<&str>,
) -> Result<(Entry, Vec<ToSeal>), Refusal> {
    ctx.acting.open_session()?;
    let to_seal = seal_note(entry_id, note)?;
    check_reason(reason, movement.reasons())?;
    let allowed = if movement == Movement::NoSale { 0..=0 } else { 1..=MAX_MINOR };
    if !allowed.contains(&amount_minor) {
        return Err(Refusal::AmountOutOfRange);
    }
    let into_drawer = if movement == Movement::PaidIn { amount_minor } else { -amount_minor };
    let mut postings = Postings::new(&ctx.acting.currency);
    postings.money(Account::Drawer, Dimension::Id(ctx.drawer.0), into_drawer);
    postings.money(Account::PaidInOut, Dimension::Code(reason.to_owned()), -into_drawer);

    let common = ctx.acting.common(entry_id, Vec::new(), postings.finish()?);
    let sealed = refs(&to_seal);
    let reason = reason.to_owned();
    let entry = match movement {
        Movement::PaidIn => Entry::PaidIn(PaidIn { common, sealed, reason, amount_minor }),
        Movement::PaidOut => Entry::PaidOut(PaidOut { common, sealed, reason, amount_minor }),
        Movement::NoSale => Entry::NoSale(NoSale { common, sealed, reason, amount_minor }),
    };
    Ok((entry, to_seal))
}

/// A count of the drawer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountDrawer {
    /// Minted by the asker.
    pub entry_id: EntryId,
    /// Cash, by note and coin.
    pub denominations: Vec<Denomination>,
    /// Parts that others counted, to be added to it.
    pub parts: Vec<EntryId>,
    /// What the card terminal says, vouchers in hand.
    pub other: Vec<TenderCounted>,
    /// Why it is counted again, of [`RECOUNT_REASONS`]; not looked at in the first count.
    pub recount_reason: Option<String>,
}

/// The counts that a session has when it is counted once more.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct CountsBefore<'a> {
    /// How many.
    pub count: u32,
    /// Who made them, or parts that they took up.
    pub made_by: &'a [StaffId],
    /// The last one still says what is in the drawer: no money has moved since.
    pub is_standing: bool,
    /// The branch wants recounts by somebody who has not counted yet.
    pub needs_second_person: bool,
    /// Parts that others counted and no count has taken up.
    pub parts: &'a [&'a PartCounted],
}

impl CountsBefore<'_> {
    /// Whether this person has to leave the next count to somebody else.
    ///
    /// A count that is outdated is exempt. Nobody could close the drawer on it, and whoever is there at the end of
    /// the day may be the only one; what is counted then is not what was counted before, and the first count stays
    /// in the book beside it.
    #[must_use]
    pub fn excludes(&self, person: StaffId) -> bool {
        self.needs_second_person && self.is_standing && self.made_by.contains(&person)
    }
}

/// Puts a count in. `is_blind` says that the person has not seen what is expected.
///
/// # Errors
/// `session_closed`, a limit of the count, `reason_needed`, `amount_out_of_range`, `tender_not_allowed`,
/// `already_counted` for a recount without a reason, `second_person_needed` for who counted before, where the
/// branch wants another one to recount and [`CountsBefore::excludes`] them, `parts_changed` as [`with_parts`].
pub fn count_drawer(
    ctx: &CashContext<'_>,
    command: &CountDrawer,
    before: CountsBefore<'_>,
    is_blind: bool,
) -> Result<DrawerCounted, Refusal> {
    ctx.acting.open_session()?;
    let counts_before = before.count;
    let denominations = with_parts(&command.denominations, &command.parts, before.parts)?;
    let counted_cash_minor = sum_denominations(&denominations)?;
    check_other(&command.other)?;
    let recount_reason = command.recount_reason.clone().filter(|_| counts_before > 0);
    match &recount_reason {
        Some(reason) => check_reason(reason, &RECOUNT_REASONS)?,
        None if counts_before > 0 => return Err(Refusal::AlreadyCounted),
        None => (),
    }
    if before.excludes(ctx.acting.actor) {
        return Err(Refusal::SecondPersonNeeded);
    }
    Ok(DrawerCounted {
        common: ctx.acting.common(command.entry_id, Vec::new(), Vec::new()),
        sealed: Vec::new(),
        count_no: counts_before.saturating_add(1),
        location: ctx.drawer,
        denominations,
        counted_cash_minor,
        other: command.other.clone(),
        recount_reason,
        is_blind,
        parts: command.parts.clone(),
    })
}

/// Card slips and vouchers can be counted, each once; below zero when more was given back than taken.
fn check_other(other: &[TenderCounted]) -> Result<(), Refusal> {
    for (place, row) in other.iter().enumerate() {
        let is_twice = other.iter().take(place).any(|before| before.kind == row.kind);
        if is_twice || !matches!(row.kind, TenderKind::Card | TenderKind::Voucher) {
            return Err(Refusal::TenderNotAllowed);
        }
        money::bounded(i128::from(row.counted_minor))?;
    }
    Ok(())
}

/// Expected against counted: cash first, then each tender that can be counted and was taken or counted.
/// A tender that was taken but not counted counts as zero.
///
/// # Errors
/// `amount_out_of_range`.
pub fn results(figures: &Figures, count: &DrawerCounted) -> Result<Vec<TenderResult>, Refusal> {
    let mut results = Vec::new();
    for kind in [TenderKind::Cash, TenderKind::Card, TenderKind::Voucher] {
        let expected_minor = money::bounded(i128::from(figures.expected(kind)))?;
        let counted = match kind {
            TenderKind::Cash => Some(count.counted_cash_minor),
            _ => count.other.iter().find(|row| row.kind == kind).map(|row| row.counted_minor),
        };
        if counted.is_none() && expected_minor == 0 {
            continue;
        }
        let counted_minor = counted.unwrap_or(0);
        let over_short_minor = money::sum([counted_minor, -expected_minor])?;
        results.push(TenderResult { kind, expected_minor, counted_minor, over_short_minor });
    }
    Ok(results)
}

/// Whether one of the results is further off than the tolerance, so that closing needs a reason.
#[must_use]
pub fn needs_reason(results: &[TenderResult], tolerance_minor: i64) -> bool {
    results
        .iter()
        .any(|result| result.over_short_minor.unsigned_abs() > tolerance_minor.max(0).unsigned_abs())
}

/// Says why a session is over or short, and moves nothing; no drawer need be open.
///
/// # Errors
/// `text_too_long`, `reason_needed` for a code that is no cause, `amount_out_of_range` for nothing explained,
/// `too_many_lines`.
pub fn explain_over_short(
    acting: &Acting,
    command: &ExplainOverShort,
) -> Result<(OverShortExplained, Vec<ToSeal>), Refusal> {
    let to_seal = seal_note(command.entry_id, command.note.as_deref())?;
    let cause = CauseKind::parse(&command.cause).ok_or(Refusal::ReasonNeeded)?;
    let amount_minor = money::bounded(i128::from(command.amount_minor))?;
    if amount_minor == 0 {
        return Err(Refusal::AmountOutOfRange);
    }
    check_lines(command.evidence.len(), MAX_EVIDENCE)?;
    let entry = OverShortExplained {
        common: acting.common(command.entry_id, Vec::new(), Vec::new()),
        sealed: refs(&to_seal),
        of_session: command.of_session,
        cause: cause.code().to_owned(),
        amount_minor,
        evidence: command.evidence.clone(),
    };
    Ok((entry, to_seal))
}

/// Why a session is over or short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainOverShort {
    /// Minted by the asker.
    pub entry_id: EntryId,
    /// The session.
    pub of_session: CashSessionId,
    /// Code of a [`CauseKind`].
    pub cause: String,
    /// What it explains: over above 0, short below.
    pub amount_minor: i64,
    /// Entries that speak for it.
    pub evidence: Vec<EntryId>,
    /// Typed note; becomes a sealed part.
    pub note: Option<String>,
}

/// What closing is decided on.
#[derive(Debug, Clone)]
pub struct CloseContext<'a> {
    /// The drawer.
    pub cash: CashContext<'a>,
    /// The last count of the session; none where there is none or money moved since.
    pub count: Option<&'a DrawerCounted>,
    /// Figures of the session up to now.
    pub figures: &'a Figures,
    /// How far off may be closed without a reason, in minor units.
    pub tolerance_minor: i64,
    /// The streams that this close has seen.
    pub seen: Vec<SeenStream>,
    /// Cash that left this drawer in the session, or was sent to it, is still on its way.
    pub is_cash_on_its_way: bool,
}

/// Closes the session on its count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSession {
    /// Minted by the asker.
    pub entry_id: EntryId,
    /// Of [`OVER_SHORT_REASONS`], where one is needed.
    pub reason: Option<String>,
    /// Typed note; becomes a sealed part.
    pub note: Option<String>,
    /// What stays in the drawer.
    pub next_float: Vec<Denomination>,
    /// The expected cash that the person saw.
    pub seen_expected_minor: i64,
    /// Of [`crate::transfer::ON_ITS_WAY_REASONS`], where cash is still on its way.
    pub on_its_way_reason: Option<String>,
}

/// Closes the session: what is over or short in cash is posted, so that the book holds what was counted;
/// what is not the next float is on its way to the safe until it is accepted there. Other tenders are recorded,
/// not posted.
///
/// # Errors
/// `session_closed`, `text_too_long`, a limit of the float, `quantity_out_of_range` for a float of more notes
/// and coins than were counted, `reason_needed`, `still_on_its_way` for cash that nobody has accepted yet and no
/// reason for it, `total_changed`, `not_counted`.
pub fn close_session(
    ctx: CloseContext<'_>,
    command: &CloseSession,
) -> Result<(DrawerClosed, Vec<ToSeal>), Refusal> {
    let cash_session = ctx.cash.acting.open_session()?;
    let to_seal = seal_note(command.entry_id, command.note.as_deref())?;
    let count = ctx.count.ok_or(Refusal::NotCounted)?;
    let next_float_minor = sum_denominations(&command.next_float)?;
    check_float(&command.next_float, &count.denominations)?;
    let results = results(ctx.figures, count)?;
    match &command.reason {
        Some(reason) => check_reason(reason, &OVER_SHORT_REASONS)?,
        None if needs_reason(&results, ctx.tolerance_minor) => return Err(Refusal::ReasonNeeded),
        None => (),
    }
    let on_its_way_reason = command.on_its_way_reason.clone().filter(|_| ctx.is_cash_on_its_way);
    match &on_its_way_reason {
        Some(reason) => check_reason(reason, &ON_ITS_WAY_REASONS)?,
        None if ctx.is_cash_on_its_way => return Err(Refusal::StillOnItsWay),
        None => (),
    }
    let expected_minor = ctx.figures.expected(TenderKind::Cash);
    if command.seen_expected_minor != expected_minor {
        return Err(Refusal::TotalChanged { total_minor: expected_minor });
    }
    let over_short_minor = money::sum([count.counted_cash_minor, -expected_minor])?;
    let to_safe_minor = money::sum([count.counted_cash_minor, -next_float_minor])?;

    let mut postings = Postings::new(&ctx.cash.acting.currency);
    let drawer = || Dimension::Id(ctx.cash.drawer.0);
    postings.money(Account::Drawer, drawer(), over_short_minor);
    postings.money(Account::OverShort, Dimension::Id(cash_session.0), -over_short_minor);
    postings.money(Account::Drawer, drawer(), -to_safe_minor);
    postings.money(Account::InTransit, Dimension::Id(command.entry_id.0), to_safe_minor);
    let entry = DrawerClosed {
        common: ctx.cash.acting.common(command.entry_id, vec![count.common.entry_id], postings.finish()?),
        sealed: refs(&to_seal),
        location: ctx.cash.drawer,
        count: count.common.entry_id,
        results,
        reason: command.reason.clone(),
        next_float: command.next_float.clone(),
        next_float_minor,
        to_safe_minor,
        seen: ctx.seen,
        on_its_way_reason,
    };
    Ok((entry, to_seal))
}

/// Signs what a drawer came to at its close. `counted_by` are those who made the count that the close rests on, or
/// parts of it.
///
/// # Errors
/// `second_person_needed` for who counted or closed, where the branch wants another one to sign.
pub fn sign_close(
    acting: &Acting,
    entry_id: EntryId,
    closed: &DrawerClosed,
    counted_by: &[StaffId],
    needs_second_person: bool,
) -> Result<CloseSigned, Refusal> {
    let did_it = counted_by.contains(&acting.actor) || closed.common.actor == acting.actor;
    if needs_second_person && did_it {
        return Err(Refusal::SecondPersonNeeded);
    }
    let acting = Acting { cash_session: None, ..acting.clone() };
    let close = closed.common.entry_id;
    Ok(CloseSigned { common: acting.common(entry_id, vec![close], Vec::new()), sealed: Vec::new(), close })
}

/// What stays in the drawer must be among what was counted.
fn check_float(float: &[Denomination], counted: &[Denomination]) -> Result<(), Refusal> {
    for row in float {
        let there = counted.iter().find(|there| there.value_minor == row.value_minor);
        let limit = there.map_or(0, |there| there.count);
        if row.count > limit {
            return Err(Refusal::QuantityOutOfRange { limit });
        }
    }
    Ok(())
}

/// Money towards what a customer owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettleAccount {
    /// Minted by the asker.
    pub entry_id: EntryId,
    /// Who owes.
    pub customer: CustomerId,
    /// Cash or card.
    pub kind: TenderKind,
    /// Above 0, at most what is owed.
    pub amount_minor: i64,
}

/// Takes money towards what a customer owes.
///
/// # Errors
/// `session_closed`, `amount_out_of_range`, `tender_not_allowed`, `over_settled`.
pub fn settle_account(
    ctx: &CashContext<'_>,
    command: &SettleAccount,
    owes_minor: i64,
) -> Result<AccountSettled, Refusal> {
    ctx.acting.open_session()?;
    if !(1..=MAX_MINOR).contains(&command.amount_minor) {
        return Err(Refusal::AmountOutOfRange);
    }
    let mut postings = Postings::new(&ctx.acting.currency);
    match command.kind {
        TenderKind::Cash => {
            postings.money(Account::Drawer, Dimension::Id(ctx.drawer.0), command.amount_minor);
        }
        TenderKind::Card => {
            let tender = TenderId::of_kind(TenderKind::Card);
            postings.money(Account::CardClearing, Dimension::Id(tender.0), command.amount_minor);
        }
        TenderKind::Voucher | TenderKind::OnAccount => return Err(Refusal::TenderNotAllowed),
    }
    if command.amount_minor > owes_minor {
        return Err(Refusal::OverSettled { owes_minor });
    }
    postings.money(Account::OnAccount, Dimension::Id(command.customer.0), -command.amount_minor);
    Ok(AccountSettled {
        common: ctx.acting.common(command.entry_id, Vec::new(), postings.finish()?),
        sealed: Vec::new(),
        customer: command.customer,
        kind: command.kind,
        amount_minor: command.amount_minor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Posting, is_balanced};
    use crate::entry::TenderFigure;
    use crate::sample::{acting, customer, drawer, entry_id, on, safe, session};

    fn ctx(acting: &Acting) -> CashContext<'_> {
        CashContext { acting, drawer: drawer(), safe: safe() }
    }

    fn closed() -> Acting {
        Acting { cash_session: None, ..acting() }
    }

    fn notes(rows: &[(i64, i64)]) -> Vec<Denomination> {
        rows.iter()
            .map(|(value_minor, count)| Denomination { value_minor: *value_minor, count: *count })
            .collect()
    }

    #[track_caller]
    fn check<T: std::fmt::Debug>(result: Result<T, Refusal>, refused: Option<&str>) {
        assert_eq!(result.as_ref().err().map(|refusal| refusal.code()), refused, "{result:?}");
    }

    /// Compares what moved: (drawer, safe, over and short, paid in and out, opening).
    #[track_caller]
    fn check_moved(postings: &[Posting], moved: [i64; 5]) {
        assert!(is_balanced(postings));
        let accounts =
            [Account::Drawer, Account::Safe, Account::OverShort, Account::PaidInOut, Account::Opening];
        assert_eq!(accounts.map(|account| on(postings, account)), moved);
    }

    #[test]
    fn sums_of_counts() {
        check(sum_denominations(&notes(&[(5_000, 100_000), (1, 0)])), None);
        check(sum_denominations(&notes(&[(5_000, 100_001)])), Some("quantity_out_of_range"));
        check(sum_denominations(&notes(&[(5_000, -1)])), Some("quantity_out_of_range"));
        check(sum_denominations(&notes(&[(0, 1)])), Some("amount_out_of_range"));
        check(sum_denominations(&notes(&[(5, 1), (5, 1)])), Some("amount_out_of_range"));
        check(sum_denominations(&notes(&[(MAX_MINOR, 2)])), Some("amount_out_of_range"));
        let many: Vec<(i64, i64)> = (1..=51).map(|value| (value, 1)).collect();
        check(sum_denominations(&notes(&many[..50])), None);
        check(sum_denominations(&notes(&many)), Some("too_many_lines"));
    }

    #[test]
    fn what_looks_like_a_slip_is_looked_at_again() {
        let check = |rows: &[(i64, i64)], asked| {
            let rows = notes(rows);
            let total_minor = sum_denominations(&rows).unwrap();
            assert_eq!(look_again(&rows, total_minor, 50_000), asked, "{rows:?}");
        };
        check(&[], None);
        check(&[(200, 500), (1, 500)], None);
        check(&[(200, 1), (1, 501), (2, 600)], Some(LookAgain::ManyOf(1)));
        check(&[(50_000, 40)], None);
        check(&[(50_000, 40), (1, 1)], Some(LookAgain::Much));
        check(&[(50_000, 10_000)], Some(LookAgain::ManyOf(50_000)));
    }

    fn opening_of(denominations: &[(i64, i64)]) -> OpenSession {
        OpenSession {
            entry_id: entry_id(1),
            cash_session: session(),
            denominations: notes(denominations),
            from_safe_minor: None,
            transfers: Vec::new(),
        }
    }

    #[test]
    fn opening() {
        let open = |expected_minor, is_first, from_safe_minor| {
            let before =
                DrawerBefore { expected_minor, is_first, safe_minor: 15_000, ..DrawerBefore::default() };
            let command = OpenSession { from_safe_minor, ..opening_of(&[(5_000, 2), (100, 50)]) };
            open_session(&ctx(&closed()), &command, before).unwrap()
        };
        check_moved(&open(0, true, None).common.postings, [15_000, 0, 0, 0, -15_000]);
        check_moved(&open(0, true, Some(10_000)).common.postings, [15_000, -10_000, 0, 0, -5_000]);
        check_moved(&open(15_000, false, None).common.postings, [0, 0, 0, 0, 0]);
        check_moved(&open(0, false, None).common.postings, [15_000, -15_000, 0, 0, 0]);
        let before = DrawerBefore { safe_minor: 14_999, ..DrawerBefore::default() };
        let opened = open_session(&ctx(&closed()), &opening_of(&[(5_000, 2), (100, 50)]), before).unwrap();
        check_moved(&opened.common.postings, [15_000, 0, -15_000, 0, 0]);
        check_moved(&open(0, false, Some(14_000)).common.postings, [15_000, -14_000, -1_000, 0, 0]);
        check_moved(&open(15_100, false, None).common.postings, [-100, 0, 100, 0, 0]);
        check_moved(&open(5_000, false, Some(10_000)).common.postings, [10_000, -10_000, 0, 0, 0]);
        let opened = open(15_100, false, None);
        assert_eq!((opened.opening_float_minor, opened.common.cash_session), (15_000, Some(session())));
        assert_eq!((opened.expected_minor, open(5_000, false, Some(9_000)).expected_minor), (15_100, 14_000));

        let before = DrawerBefore::default();
        check(open_session(&ctx(&acting()), &opening_of(&[]), before), Some("session_open"));
        let broken = opening_of(&[(5_000, -1)]);
        check(open_session(&ctx(&closed()), &broken, before), Some("quantity_out_of_range"));
        let less = OpenSession { from_safe_minor: Some(-1), ..opening_of(&[]) };
        check(open_session(&ctx(&closed()), &less, before), Some("amount_out_of_range"));
        let before = DrawerBefore { expected_minor: i64::MIN, ..DrawerBefore::default() };
        check(open_session(&ctx(&closed()), &opening_of(&[]), before), Some("amount_out_of_range"));
    }

    #[test]
    fn a_float_that_was_sent_is_counted_when_the_drawer_is_opened() {
        let at = |place, location| CashAt { place, location };
        let sent = |to| Transfer {
            transfer: entry_id(9),
            from: at(CashPlace::Safe, safe()),
            to,
            amount_minor: 14_900,
            denominations: Vec::new(),
            sender: acting().actor,
            cash_session: None,
        };
        let open = |to| {
            let command = OpenSession { transfers: vec![sent(to)], ..opening_of(&[(5_000, 3)]) };
            open_session(&ctx(&closed()), &command, DrawerBefore::default())
        };
        let opened = open(at(CashPlace::Drawer, drawer())).unwrap();
        check_moved(&opened.common.postings, [15_000, 0, -100, 0, 0]);
        assert_eq!(on(&opened.common.postings, Account::InTransit), -14_900);
        assert_eq!(
            (opened.expected_minor, opened.common.references.as_slice()),
            (14_900, &[entry_id(9)][..])
        );
        check(open(at(CashPlace::Bank, safe())), Some("place_not_allowed"));
    }

    #[test]
    fn movements() {
        let moved = |movement: Movement, amount: i64| {
            let reason = movement.reasons()[0];
            let (entry, to_seal) =
                move_cash(&ctx(&acting()), entry_id(1), movement, amount, reason, Some("why not")).unwrap();
            assert_eq!((entry.sealed(), to_seal.len()), (&[to_seal[0].what][..], 1));
            entry.common().postings.clone()
        };
        check_moved(&moved(Movement::PaidIn, 500), [500, 0, 0, -500, 0]);
        check_moved(&moved(Movement::PaidOut, 500), [-500, 0, 0, 500, 0]);
        check_moved(&moved(Movement::NoSale, 0), [0; 5]);

        let long = "n".repeat(201);
        for movement in Movement::ALL {
            assert_eq!(Movement::parse(movement.code()), Some(movement));
            let amount = i64::from(movement != Movement::NoSale);
            let go = |acting: &Acting, amount, reason, note| {
                move_cash(&ctx(acting), entry_id(1), movement, amount, reason, note)
            };
            let reason = movement.reasons()[0];
            check(go(&acting(), amount, reason, None), None);
            check(go(&closed(), amount, reason, None), Some("session_closed"));
            check(go(&acting(), amount, "mood", None), Some("reason_needed"));
            check(go(&acting(), amount, reason, Some(&long)), Some("text_too_long"));
            check(go(&acting(), amount - 1, reason, None), Some("amount_out_of_range"));
            check(go(&acting(), MAX_MINOR + 1, reason, None), Some("amount_out_of_range"));
        }
    }

    fn count_of(cash: &[(i64, i64)], other: &[(TenderKind, i64)]) -> CountDrawer {
        let other = other
            .iter()
            .map(|(kind, counted_minor)| TenderCounted { kind: *kind, counted_minor: *counted_minor });
        CountDrawer {
            entry_id: entry_id(2),
            denominations: notes(cash),
            parts: Vec::new(),
            other: other.collect(),
            recount_reason: None,
        }
    }

    /// Counts of somebody else that still stand, in a branch where anybody recounts.
    fn before(made_by: &[StaffId]) -> CountsBefore<'_> {
        CountsBefore {
            count: u32::try_from(made_by.len()).unwrap(),
            made_by,
            is_standing: true,
            ..CountsBefore::default()
        }
    }

    #[test]
    fn counting() {
        let other = [StaffId(uuid::Uuid::from_u128(1))];
        let count = count_of(&[(1_000, 3), (50, 1)], &[(TenderKind::Card, 700)]);
        let counted = count_drawer(&ctx(&acting()), &count, before(&[]), true).unwrap();
        assert_eq!((counted.count_no, counted.counted_cash_minor, counted.is_blind), (1, 3_050, true));
        let again = CountDrawer { recount_reason: Some("miscounted".to_owned()), ..count.clone() };
        let counted = count_drawer(&ctx(&acting()), &again, before(&other), false).unwrap();
        assert_eq!((counted.count_no, counted.recount_reason.as_deref()), (2, Some("miscounted")));
        assert_eq!(count_drawer(&ctx(&acting()), &again, before(&[]), true).unwrap().recount_reason, None);

        let go = |acting: &Acting, count: &CountDrawer, counts: usize| {
            count_drawer(&ctx(acting), count, before(&other[..counts]), true)
        };
        check(go(&closed(), &count, 0), Some("session_closed"));
        check(go(&acting(), &count, 1), Some("already_counted"));
        let moody = CountDrawer { recount_reason: Some("mood".to_owned()), ..count };
        check(go(&acting(), &moody, 1), Some("reason_needed"));
        check(go(&acting(), &count_of(&[(5, -1)], &[]), 0), Some("quantity_out_of_range"));
        check(go(&acting(), &count_of(&[], &[(TenderKind::Cash, 1)]), 0), Some("tender_not_allowed"));
        check(go(&acting(), &count_of(&[], &[(TenderKind::OnAccount, 1)]), 0), Some("tender_not_allowed"));
        check(go(&acting(), &count_of(&[], &[(TenderKind::Card, 1); 2]), 0), Some("tender_not_allowed"));
        check(go(&acting(), &count_of(&[], &[(TenderKind::Card, i64::MIN)]), 0), Some("amount_out_of_range"));
    }

    #[test]
    fn a_second_person_recounts_where_the_branch_wants_it() {
        let person = |number| StaffId(uuid::Uuid::from_u128(number));
        let recount =
            CountDrawer { recount_reason: Some("miscounted".to_owned()), ..count_of(&[(50, 1)], &[]) };
        let check_count = |made_by: &[StaffId], is_standing, needs_second_person, refused| {
            let acting = Acting { actor: person(1), ..acting() };
            let before = CountsBefore { is_standing, needs_second_person, ..before(made_by) };
            check(count_drawer(&ctx(&acting), &recount, before, false), refused);
        };
        check_count(&[], true, true, None);
        check_count(&[person(1)], true, false, None);
        check_count(&[person(1)], true, true, Some("second_person_needed"));
        check_count(&[person(2)], true, true, None);
        // Who counted first is no second person after somebody else did.
        check_count(&[person(1), person(2)], true, true, Some("second_person_needed"));
        // Money has moved since: whoever is there counts, or nobody could close.
        check_count(&[person(1)], false, true, None);
    }

    /// A session that should hold 100.00 in cash and 50.00 on card slips, and was counted.
    fn close(
        count: Option<&DrawerCounted>,
        change: impl FnOnce(&mut CloseSession),
    ) -> Result<(DrawerClosed, Vec<ToSeal>), Refusal> {
        let acting = acting();
        let figure = |kind, amount_minor| TenderFigure { kind, count: 1, amount_minor };
        let figures = Figures {
            opening_float_minor: 4_000,
            tenders: vec![figure(TenderKind::Cash, 6_000), figure(TenderKind::Card, 5_000)],
            ..Figures::default()
        };
        let mut command = CloseSession {
            entry_id: entry_id(3),
            reason: None,
            note: None,
            next_float: notes(&[(1_000, 4)]),
            seen_expected_minor: 10_000,
            on_its_way_reason: None,
        };
        change(&mut command);
        let close = CloseContext {
            cash: ctx(&acting),
            count,
            figures: &figures,
            tolerance_minor: 200,
            seen: vec![],
            is_cash_on_its_way: command.on_its_way_reason.is_some(),
        };
        close_session(close, &command)
    }

    fn counted(cash: &[(i64, i64)], card: i64) -> DrawerCounted {
        count_drawer(&ctx(&acting()), &count_of(cash, &[(TenderKind::Card, card)]), before(&[]), true)
            .unwrap()
    }

    #[test]
    fn closing() {
        let exact = counted(&[(1_000, 10)], 5_000);
        let (closed, _) = close(Some(&exact), |_| ()).unwrap();
        check_moved(&closed.common.postings, [-6_000, 0, 0, 0, 0]);
        assert_eq!(on(&closed.common.postings, Account::InTransit), 6_000);
        assert_eq!((closed.next_float_minor, closed.to_safe_minor), (4_000, 6_000));

        let short = counted(&[(1_000, 9), (800, 1)], 5_200);
        let (closed, _) = close(Some(&short), |_| ()).unwrap();
        check_moved(&closed.common.postings, [-6_000, 0, 200, 0, 0]);
        assert_eq!(on(&closed.common.postings, Account::InTransit), 5_800);
        let seen: Vec<_> =
            closed.results.iter().map(|result| (result.kind, result.over_short_minor)).collect();
        assert_eq!(seen, [(TenderKind::Cash, -200), (TenderKind::Card, 200)]);
        assert_eq!(closed.common.references, [entry_id(2)]);

        let over = counted(&[(1_000, 11)], 5_000);
        let (closed, to_seal) = close(Some(&over), |command| {
            command.reason = Some("change_error".to_owned());
            command.note = Some("gave too little".to_owned());
        })
        .unwrap();
        check_moved(&closed.common.postings, [-6_000, 0, -1_000, 0, 0]);
        assert_eq!(on(&closed.common.postings, Account::InTransit), 7_000);
        assert_eq!((closed.reason.as_deref(), to_seal.len()), (Some("change_error"), 1));
    }

    #[test]
    fn refusals_of_closing() {
        let exact = counted(&[(1_000, 10)], 5_000);
        check(close(None, |_| ()), Some("not_counted"));
        let long = |command: &mut CloseSession| command.note = Some("n".repeat(201));
        check(close(Some(&exact), long), Some("text_too_long"));
        let more = |command: &mut CloseSession| command.next_float = notes(&[(1_000, 11)]);
        check(close(Some(&exact), more), Some("quantity_out_of_range"));
        let other = |command: &mut CloseSession| command.next_float = notes(&[(500, 1)]);
        check(close(Some(&exact), other), Some("quantity_out_of_range"));
        let broken = |command: &mut CloseSession| command.next_float = notes(&[(0, 1)]);
        check(close(Some(&exact), broken), Some("amount_out_of_range"));
        let moody = |command: &mut CloseSession| command.reason = Some("mood".to_owned());
        check(close(Some(&exact), moody), Some("reason_needed"));
        check(close(Some(&counted(&[(1_000, 10)], 4_799)), |_| ()), Some("reason_needed"));
        check(close(Some(&counted(&[(1_000, 10), (201, 1)], 5_000)), |_| ()), Some("reason_needed"));
        let stale = |command: &mut CloseSession| command.seen_expected_minor = 9_999;
        check(close(Some(&exact), stale), Some("total_changed"));
        let waiting = |command: &mut CloseSession| command.on_its_way_reason = Some("mood".to_owned());
        check(close(Some(&exact), waiting), Some("reason_needed"));
        let waiting =
            |command: &mut CloseSession| command.on_its_way_reason = Some("receiver_away".to_owned());
        let (closed_so, _) = close(Some(&exact), waiting).unwrap();
        assert_eq!(closed_so.on_its_way_reason.as_deref(), Some("receiver_away"));
        let acting = closed();
        let figures = Figures::default();
        let ctx = CloseContext {
            cash: ctx(&acting),
            count: Some(&exact),
            figures: &figures,
            tolerance_minor: 0,
            seen: vec![],
            is_cash_on_its_way: true,
        };
        let command = CloseSession {
            entry_id: entry_id(3),
            reason: None,
            note: None,
            next_float: vec![],
            seen_expected_minor: 0,
            on_its_way_reason: None,
        };
        check(close_session(ctx.clone(), &command), Some("session_closed"));
        let open = crate::sample::acting();
        let ctx = CloseContext { cash: self::ctx(&open), ..ctx };
        check(
            close_session(ctx, &CloseSession { reason: Some("unknown".to_owned()), ..command }),
            Some("still_on_its_way"),
        );
    }

    #[test]
    fn a_second_person_signs_where_the_branch_wants_it() {
        let (closed, _) = close(Some(&counted(&[(1_000, 10)], 5_000)), |_| ()).unwrap();
        let person = |number| StaffId(uuid::Uuid::from_u128(number));
        let sign = |actor, counted_by, second| {
            let acting = Acting { actor, ..acting() };
            sign_close(&acting, entry_id(4), &closed, &[counted_by], second)
        };
        let closer = closed.common.actor;
        check(sign(person(1), person(2), true), None);
        check(sign(person(2), person(2), true), Some("second_person_needed"));
        check(sign(closer, person(2), true), Some("second_person_needed"));
        let signed = sign(closer, closer, false).unwrap();
        assert_eq!((signed.close, signed.common.cash_session), (entry_id(3), None));
    }

    #[test]
    fn what_was_taken_but_not_counted_is_short() {
        let figures = Figures {
            tenders: vec![TenderFigure { kind: TenderKind::Card, count: 1, amount_minor: 500 }],
            ..Figures::default()
        };
        let count = count_drawer(&ctx(&acting()), &count_of(&[], &[]), before(&[]), true).unwrap();
        let results = results(&figures, &count).unwrap();
        let seen: Vec<_> = results.iter().map(|result| (result.kind, result.over_short_minor)).collect();
        assert_eq!(seen, [(TenderKind::Cash, 0), (TenderKind::Card, -500)]);
        assert!(needs_reason(&results, 499) && !needs_reason(&results, 500));
    }

    #[test]
    fn explaining() {
        let command = ExplainOverShort {
            entry_id: entry_id(1),
            of_session: CashSessionId(entry_id(2).0),
            cause: "change_twice".to_owned(),
            amount_minor: -505,
            evidence: vec![entry_id(3)],
            note: Some("said so".to_owned()),
        };
        let (entry, to_seal) = explain_over_short(&closed(), &command).unwrap();
        assert_eq!((entry.common.postings.len(), entry.sealed.len(), to_seal.len()), (0, 1, 1));
        assert_eq!((entry.amount_minor, &entry.evidence[..]), (-505, &[entry_id(3)][..]));
        let refused =
            |command: ExplainOverShort, code| check(explain_over_short(&closed(), &command), Some(code));
        refused(ExplainOverShort { cause: "theft".to_owned(), ..command.clone() }, "reason_needed");
        refused(ExplainOverShort { amount_minor: 0, ..command.clone() }, "amount_out_of_range");
        refused(ExplainOverShort { amount_minor: MAX_MINOR + 1, ..command.clone() }, "amount_out_of_range");
        refused(ExplainOverShort { evidence: vec![entry_id(3); 101], ..command.clone() }, "too_many_lines");
        refused(ExplainOverShort { note: Some("x".repeat(5_000)), ..command }, "text_too_long");
    }

    #[test]
    fn settling() {
        let settle = |acting: &Acting, kind, amount_minor| {
            let command = SettleAccount { entry_id: entry_id(1), customer: customer(), kind, amount_minor };
            settle_account(&ctx(acting), &command, 1_000)
        };
        let postings = settle(&acting(), TenderKind::Cash, 1_000).unwrap().common.postings;
        check_moved(&postings, [1_000, 0, 0, 0, 0]);
        assert_eq!(on(&postings, Account::OnAccount), -1_000);
        let postings = settle(&acting(), TenderKind::Card, 400).unwrap().common.postings;
        assert_eq!((on(&postings, Account::CardClearing), on(&postings, Account::OnAccount)), (400, -400));
        check(settle(&closed(), TenderKind::Cash, 1), Some("session_closed"));
        check(settle(&acting(), TenderKind::Cash, 0), Some("amount_out_of_range"));
        check(settle(&acting(), TenderKind::Cash, MAX_MINOR + 1), Some("amount_out_of_range"));
        check(settle(&acting(), TenderKind::Voucher, 1), Some("tender_not_allowed"));
        check(settle(&acting(), TenderKind::OnAccount, 1), Some("tender_not_allowed"));
        check(settle(&acting(), TenderKind::Cash, 1_001), Some("over_settled"));
    }
}
