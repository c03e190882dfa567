//! Cash that goes from one place of the branch to another: sent by one person, and accepted by another one with
//! what they counted, or refused. Until then it belongs to neither place, and everybody sees that it is on its way.

use crate::account::{Account, Dimension};
use crate::acting::{Acting, check_reason, refs, seal_note, seal_text};
use crate::cash::sum_denominations;
use crate::entry::{
    CashAt, CashPlace, Denomination, DrawerClosed, Entry, SealedField, ToSeal, TransferAccepted,
    TransferRefused, TransferSent,
};
use crate::id::{CashLocationId, CashSessionId, EntryId, StaffId};
use crate::limits::{MAX_MINOR, MAX_REFERENCE, check_text};
use crate::money;
use crate::postings::Postings;
use crate::refusal::Refusal;

/// Why cash is sent.
pub const SEND_REASONS: [&str; 6] =
    ["too_much_cash", "shift_end", "change_needed", "delivery_tour", "to_bank", "other"];

/// Why cash is not accepted.
pub const REFUSE_REASONS: [&str; 4] = ["not_received", "amount_disputed", "bag_damaged", "other"];

/// Why a drawer is closed while cash of it is still on its way.
pub const ON_ITS_WAY_REASONS: [&str; 3] = ["receiver_away", "accepted_tomorrow", "being_looked_into"];

/// Cash that was sent, as far as one has to know to accept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The entry that sent it, which names it.
    pub transfer: EntryId,
    /// From where.
    pub from: CashAt,
    /// To where.
    pub to: CashAt,
    /// What the sender said it is.
    pub amount_minor: i64,
    /// By note and coin, where the sender counted it so.
    pub denominations: Vec<Denomination>,
    /// Who sent it.
    pub sender: StaffId,
    /// The cash session that it left, where it came out of a drawer.
    pub cash_session: Option<CashSessionId>,
}

impl Transfer {
    /// The transfer that an entry began: one that sends cash, or a close whose surplus goes to the safe.
    #[must_use]
    pub fn of_entry(entry: &Entry, safe: CashLocationId) -> Option<Self> {
        match entry {
            Entry::TransferSent(sent) => Some(Self {
                transfer: sent.common.entry_id,
                from: sent.from,
                to: sent.to,
                amount_minor: sent.amount_minor,
                denominations: sent.denominations.clone(),
                sender: sent.common.actor,
                cash_session: sent.common.cash_session.filter(|_| sent.from.place == CashPlace::Drawer),
            }),
            Entry::DrawerClosed(closed) if closed.sends_surplus() => Some(Self {
                transfer: closed.common.entry_id,
                from: CashAt { place: CashPlace::Drawer, location: closed.location },
                to: CashAt { place: CashPlace::Safe, location: safe },
                amount_minor: closed.to_safe_minor,
                // The close knows what stays, and so only the sum of what goes.
                denominations: Vec::new(),
                sender: closed.common.actor,
                cash_session: closed.common.cash_session,
            }),
            _ => None,
        }
    }

    /// The account that holds it on its way, and by what that is kept.
    pub(crate) fn on_its_way(&self) -> (Account, Dimension) {
        on_its_way(self.to, self.transfer)
    }
}

impl DrawerClosed {
    /// Whether its surplus is on its way to the safe. In books from before transfers it went there at once, and must
    /// not be accepted once more.
    #[must_use]
    pub fn sends_surplus(&self) -> bool {
        self.common.postings.iter().any(|posting| posting.account == Account::InTransit as u8)
    }
}

/// The account that holds cash on its way to a place, and by what that is kept.
fn on_its_way(to: CashAt, transfer: EntryId) -> (Account, Dimension) {
    match to.place {
        CashPlace::Bank => (Account::BankInTransit, Dimension::Id(to.location.0)),
        CashPlace::Drawer | CashPlace::Safe | CashPlace::DriverBag => {
            (Account::InTransit, Dimension::Id(transfer.0))
        }
    }
}

impl CashPlace {
    /// All places, in the order of their accounts.
    pub const ALL: [Self; 4] = [Self::Drawer, Self::Safe, Self::DriverBag, Self::Bank];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Drawer => "drawer",
            Self::Safe => "safe",
            Self::DriverBag => "driver_bag",
            Self::Bank => "bank",
        }
    }

    /// The place of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.code() == code)
    }

    fn account(self) -> Account {
        match self {
            Self::Drawer => Account::Drawer,
            Self::Safe => Account::Safe,
            Self::DriverBag => Account::DriverBag,
            Self::Bank => Account::Bank,
        }
    }
}

/// Posts what comes to a place, or leaves it.
fn post(postings: &mut Postings<'_>, at: CashAt, amount_minor: i64) {
    postings.money(at.place.account(), Dimension::Id(at.location.0), amount_minor);
}

/// Circumstances of an act at a place: only what is in a drawer belongs to a cash session.
fn acting_at(acting: &Acting, place: CashPlace) -> Result<Acting, Refusal> {
    if place == CashPlace::Drawer {
        acting.open_session()?;
        return Ok(acting.clone());
    }
    Ok(Acting { cash_session: None, ..acting.clone() })
}

/// Sends cash on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendCash {
    /// Minted by the asker; names the transfer.
    pub entry_id: EntryId,
    /// From where: this till's drawer, the safe or the driver's bag.
    pub from: CashAt,
    /// To where: anywhere else.
    pub to: CashAt,
    /// How much, above 0.
    pub amount_minor: i64,
    /// By note and coin; empty where it was not counted so, else it sums to the amount.
    pub denominations: Vec<Denomination>,
    /// Of [`SEND_REASONS`].
    pub reason: String,
    /// Number of the bag; becomes a sealed part.
    pub bag_no: Option<String>,
    /// Typed note; becomes a sealed part.
    pub note: Option<String>,
}

/// Sends cash on its way: it has left its place, and is nowhere else yet.
///
/// # Errors
/// `session_closed` for cash out of a drawer that is not open, `text_too_long`, a limit of the count,
/// `reason_needed`, `amount_out_of_range`, `place_not_allowed` for one place twice or from the bank.
pub fn send(acting: &Acting, command: &SendCash) -> Result<(TransferSent, Vec<ToSeal>), Refusal> {
    let acting = acting_at(acting, command.from.place)?;
    let mut to_seal = seal_note(command.entry_id, command.note.as_deref())?;
    check_text(command.bag_no.as_deref().unwrap_or_default(), MAX_REFERENCE)?;
    to_seal.extend(seal_text(command.entry_id, SealedField::Reference, 0, command.bag_no.as_deref()));
    let counted_minor = sum_denominations(&command.denominations)?;
    check_reason(&command.reason, &SEND_REASONS)?;
    let is_as_counted = command.denominations.is_empty() || counted_minor == command.amount_minor;
    if !(1..=MAX_MINOR).contains(&command.amount_minor) || !is_as_counted {
        return Err(Refusal::AmountOutOfRange);
    }
    if command.from == command.to || command.from.place == CashPlace::Bank {
        return Err(Refusal::PlaceNotAllowed);
    }
    let (account, dimension) = on_its_way(command.to, command.entry_id);
    let mut postings = Postings::new(&acting.currency);
    post(&mut postings, command.from, -command.amount_minor);
    postings.money(account, dimension, command.amount_minor);
    let entry = TransferSent {
        common: acting.common(command.entry_id, Vec::new(), postings.finish()?),
        sealed: refs(&to_seal),
        from: command.from,
        to: command.to,
        amount_minor: command.amount_minor,
        denominations: command.denominations.clone(),
        reason: command.reason.clone(),
    };
    Ok((entry, to_seal))
}

/// Accepts cash that was sent, where it was sent to, or back where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptCash {
    /// Minted by the asker.
    pub entry_id: EntryId,
    /// Where it is now: where it was sent to, or where it came from.
    pub at: CashAt,
    /// What was counted, 0 or above.
    pub counted_minor: i64,
    /// By note and coin; empty where it was not counted so, else it sums to what was counted.
    pub denominations: Vec<Denomination>,
    /// Typed note; becomes a sealed part.
    pub note: Option<String>,
}

/// Accepts cash with what was counted of it: the place has what is there, and what is missing of what was sent, or
/// too much, is over or short of the transfer.
///
/// # Errors
/// `session_closed` for a drawer that is not open, `text_too_long`, a limit of the count, `amount_out_of_range`,
/// `place_not_allowed` for a place that it neither was sent to nor came from, `second_person_needed` for who sent
/// it, where the branch wants another one to count, unless they take back all of it.
pub fn accept(
    acting: &Acting,
    transfer: &Transfer,
    command: &AcceptCash,
    needs_second_person: bool,
) -> Result<(TransferAccepted, Vec<ToSeal>), Refusal> {
    let is_sender = acting.actor == transfer.sender;
    let acting = acting_at(acting, command.at.place)?;
    let to_seal = seal_note(command.entry_id, command.note.as_deref())?;
    let sum_minor = sum_denominations(&command.denominations)?;
    let is_as_counted = command.denominations.is_empty() || sum_minor == command.counted_minor;
    if !(0..=MAX_MINOR).contains(&command.counted_minor) || !is_as_counted {
        return Err(Refusal::AmountOutOfRange);
    }
    if command.at != transfer.to && command.at != transfer.from {
        return Err(Refusal::PlaceNotAllowed);
    }
    // Whoever sent it has all of it back, or another one says how much is missing.
    let is_taken_back = command.at == transfer.from && command.counted_minor == transfer.amount_minor;
    if needs_second_person && is_sender && !is_taken_back {
        return Err(Refusal::SecondPersonNeeded);
    }
    let over_short_minor = money::sum([command.counted_minor, -transfer.amount_minor])?;
    let (account, dimension) = transfer.on_its_way();
    let mut postings = Postings::new(&acting.currency);
    postings.money(account, dimension, -transfer.amount_minor);
    post(&mut postings, command.at, command.counted_minor);
    postings.money(Account::OverShort, Dimension::Id(transfer.transfer.0), -over_short_minor);
    let entry = TransferAccepted {
        common: acting.common(command.entry_id, vec![transfer.transfer], postings.finish()?),
        sealed: refs(&to_seal),
        transfer: transfer.transfer,
        from: transfer.from,
        at: command.at,
        sent_minor: transfer.amount_minor,
        counted_minor: command.counted_minor,
        denominations: command.denominations.clone(),
    };
    Ok((entry, to_seal))
}

/// Refuses cash that was sent: it stays on its way until where it came from has it again.
///
/// # Errors
/// `text_too_long`, `reason_needed`.
pub fn refuse(
    acting: &Acting,
    transfer: &Transfer,
    entry_id: EntryId,
    reason: &str,
    note: Option<&str>,
) -> Result<(TransferRefused, Vec<ToSeal>), Refusal> {
    let to_seal = seal_note(entry_id, note)?;
    check_reason(reason, &REFUSE_REASONS)?;
    let acting = Acting { cash_session: None, ..acting.clone() };
    let entry = TransferRefused {
        common: acting.common(entry_id, vec![transfer.transfer], Vec::new()),
        sealed: refs(&to_seal),
        transfer: transfer.transfer,
        reason: reason.to_owned(),
    };
    Ok((entry, to_seal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Posting, is_balanced};
    use crate::sample::{acting, drawer, entry_id, on, safe, session};

    const TENS: i64 = 1_000;

    fn place(place: CashPlace) -> CashAt {
        let location = match place {
            CashPlace::Drawer => drawer(),
            CashPlace::Safe => safe(),
            other => CashLocationId(uuid::Uuid::from_u128(other as u128)),
        };
        CashAt { place, location }
    }

    fn sending(from: CashPlace, to: CashPlace, amount_minor: i64) -> SendCash {
        SendCash {
            entry_id: entry_id(1),
            from: place(from),
            to: place(to),
            amount_minor,
            denominations: Vec::new(),
            reason: "too_much_cash".to_owned(),
            bag_no: Some("B 17".to_owned()),
            note: None,
        }
    }

    fn sent(from: CashPlace, to: CashPlace) -> Transfer {
        let (entry, _) = send(&acting(), &sending(from, to, 5 * TENS)).unwrap();
        Transfer::of_entry(&Entry::TransferSent(entry), safe()).unwrap()
    }

    fn accepting(at: CashPlace, counted_minor: i64) -> AcceptCash {
        AcceptCash {
            entry_id: entry_id(2),
            at: place(at),
            counted_minor,
            denominations: Vec::new(),
            note: None,
        }
    }

    fn closed() -> Acting {
        Acting { cash_session: None, ..acting() }
    }

    #[track_caller]
    fn check<T: std::fmt::Debug>(result: Result<T, Refusal>, refused: Option<&str>) {
        assert_eq!(result.as_ref().err().map(|refusal| refusal.code()), refused, "{result:?}");
    }

    /// Compares what moved: (drawer, safe, driver's bag, bank, in transit, to the bank, over and short).
    #[track_caller]
    fn check_moved(postings: &[Posting], moved: [i64; 7]) {
        assert!(is_balanced(postings));
        let accounts = [
            Account::Drawer,
            Account::Safe,
            Account::DriverBag,
            Account::Bank,
            Account::InTransit,
            Account::BankInTransit,
            Account::OverShort,
        ];
        assert_eq!(accounts.map(|account| on(postings, account)), moved);
    }

    #[test]
    fn what_was_sent_is_nowhere_until_it_is_accepted() {
        use CashPlace::{Bank, Drawer, DriverBag, Safe};
        let check_way = |from, to, out: [i64; 7], arrived: [i64; 7]| {
            let (entry, to_seal) = send(&acting(), &sending(from, to, 5 * TENS)).unwrap();
            assert_eq!((to_seal.len(), entry.sealed.len()), (1, 1));
            assert_eq!(entry.common.cash_session, (from == Drawer).then_some(session()));
            check_moved(&entry.common.postings, out);
            let (entry, _) = accept(&acting(), &sent(from, to), &accepting(to, 5 * TENS), false).unwrap();
            assert_eq!(entry.common.cash_session, (to == Drawer).then_some(session()));
            check_moved(&entry.common.postings, arrived);
        };
        check_way(Drawer, Safe, [-5_000, 0, 0, 0, 5_000, 0, 0], [0, 5_000, 0, 0, -5_000, 0, 0]);
        check_way(Safe, Drawer, [0, -5_000, 0, 0, 5_000, 0, 0], [5_000, 0, 0, 0, -5_000, 0, 0]);
        check_way(Drawer, DriverBag, [-5_000, 0, 0, 0, 5_000, 0, 0], [0, 0, 5_000, 0, -5_000, 0, 0]);
        check_way(Safe, Bank, [0, -5_000, 0, 0, 0, 5_000, 0], [0, 0, 0, 5_000, 0, -5_000, 0]);
    }

    #[test]
    fn what_the_receiver_counts_is_what_is_there() {
        use CashPlace::{Bank, Drawer, Safe};
        let (short, _) = accept(&acting(), &sent(Drawer, Safe), &accepting(Safe, 4_900), false).unwrap();
        check_moved(&short.common.postings, [0, 4_900, 0, 0, -5_000, 0, 100]);
        let (over, _) = accept(&acting(), &sent(Safe, Bank), &accepting(Bank, 5_020), false).unwrap();
        check_moved(&over.common.postings, [0, 0, 0, 5_020, 0, -5_000, -20]);
        let (back, _) = accept(&acting(), &sent(Drawer, Safe), &accepting(Drawer, 5_000), true).unwrap();
        check_moved(&back.common.postings, [5_000, 0, 0, 0, -5_000, 0, 0]);
        let (nothing, _) = accept(&acting(), &sent(Drawer, Safe), &accepting(Safe, 0), false).unwrap();
        check_moved(&nothing.common.postings, [0, 0, 0, 0, -5_000, 0, 5_000]);
    }

    #[test]
    fn a_close_of_before_has_put_its_surplus_into_the_safe_already() {
        let close = |account, dimension| {
            let mut postings = Postings::new("EUR");
            post(&mut postings, place(CashPlace::Drawer), -500);
            postings.money(account, dimension, 500);
            let closed = DrawerClosed {
                common: acting().common(entry_id(4), Vec::new(), postings.finish().unwrap()),
                sealed: Vec::new(),
                location: drawer(),
                count: entry_id(5),
                results: Vec::new(),
                reason: None,
                next_float: Vec::new(),
                next_float_minor: 0,
                to_safe_minor: 500,
                seen: Vec::new(),
                on_its_way_reason: None,
            };
            Transfer::of_entry(&Entry::DrawerClosed(closed), safe()).map(|sent| sent.amount_minor)
        };
        assert_eq!(close(Account::Safe, Dimension::Id(safe().0)), None);
        assert_eq!(close(Account::InTransit, Dimension::Id(entry_id(4).0)), Some(500));
    }

    #[test]
    fn refusals_of_sending() {
        use CashPlace::{Bank, Drawer, Safe};
        let go = |change: &dyn Fn(&mut SendCash)| {
            let mut command = sending(Drawer, Safe, 5 * TENS);
            change(&mut command);
            send(&acting(), &command)
        };
        check(go(&|_| ()), None);
        check(send(&closed(), &sending(Drawer, Safe, 1)), Some("session_closed"));
        check(send(&closed(), &sending(Safe, Bank, 1)), None);
        check(go(&|command| command.note = Some("n".repeat(201))), Some("text_too_long"));
        check(go(&|command| command.bag_no = Some("n".repeat(61))), Some("text_too_long"));
        check(go(&|command| command.reason = "mood".to_owned()), Some("reason_needed"));
        check(go(&|command| command.amount_minor = 0), Some("amount_out_of_range"));
        check(go(&|command| command.amount_minor = MAX_MINOR + 1), Some("amount_out_of_range"));
        let tens = |count| vec![Denomination { value_minor: TENS, count }];
        check(go(&|command| command.denominations = tens(5)), None);
        check(go(&|command| command.denominations = tens(4)), Some("amount_out_of_range"));
        check(go(&|command| command.denominations = tens(-1)), Some("quantity_out_of_range"));
        check(go(&|command| command.to = command.from), Some("place_not_allowed"));
        check(send(&acting(), &sending(Bank, Safe, 1)), Some("place_not_allowed"));
    }

    #[test]
    fn refusals_of_accepting() {
        use CashPlace::{Bank, Drawer, Safe};
        let transfer = sent(Drawer, Safe);
        let other = Acting { actor: StaffId(uuid::Uuid::from_u128(77)), ..acting() };
        let go = |acting: &Acting, at, counted_minor, second| {
            accept(acting, &transfer, &accepting(at, counted_minor), second)
        };
        check(go(&acting(), Safe, 5_000, false), None);
        check(go(&closed(), Safe, 5_000, false), None);
        check(go(&closed(), Drawer, 5_000, false), Some("session_closed"));
        check(go(&acting(), Bank, 5_000, false), Some("place_not_allowed"));
        check(go(&acting(), Safe, -1, false), Some("amount_out_of_range"));
        check(go(&acting(), Safe, MAX_MINOR + 1, false), Some("amount_out_of_range"));
        check(go(&acting(), Safe, 5_000, true), Some("second_person_needed"));
        check(go(&other, Safe, 5_000, true), None);
        check(go(&acting(), Drawer, 5_000, true), None);
        check(go(&acting(), Drawer, 4_999, true), Some("second_person_needed"));
        check(go(&other, Drawer, 4_999, true), None);
        let tens = |count| AcceptCash {
            denominations: vec![Denomination { value_minor: TENS, count }],
            ..accepting(Safe, 5_000)
        };
        check(accept(&acting(), &transfer, &tens(5), false), None);
        check(accept(&acting(), &transfer, &tens(6), false), Some("amount_out_of_range"));
    }

    #[test]
    fn what_is_refused_moves_nothing() {
        let transfer = sent(CashPlace::Drawer, CashPlace::Safe);
        let go = |reason, note| refuse(&acting(), &transfer, entry_id(3), reason, note);
        let (entry, to_seal) = go("bag_damaged", Some("torn")).unwrap();
        assert_eq!((entry.common.postings.len(), entry.common.cash_session, to_seal.len()), (0, None, 1));
        check(go("mood", None), Some("reason_needed"));
        check(go("other", Some(&"n".repeat(201))), Some("text_too_long"));
    }
}
