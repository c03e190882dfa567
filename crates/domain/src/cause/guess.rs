//! Everything that could have gone wrong, whether or not it comes to the difference.

use super::belief::share;
use super::{CauseKind, Evidence, Moved, Taken, count, habit};
use crate::id::{EntryId, TillId};

/// What a guess is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Entry(EntryId),
    EntryOf(TillId, EntryId),
    Denomination(i64),
    Habit(usize),
}

/// One thing that could have gone wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guess {
    pub kind: CauseKind,
    pub about: About,
    /// What it does to the drawer.
    pub amount_minor: i64,
    /// What it does to the card terminal's total, against the book.
    pub on_terminal_minor: i64,
    /// How likely it is among all mistakes, in a thousand million; more where something else speaks for it.
    pub weight: u128,
}

/// All guesses, in the order of the kinds and of the book.
pub(super) fn guesses(evidence: &Evidence) -> Vec<Guess> {
    let mut guesses = of_sales(&evidence.taken);
    guesses.extend(of_refunds(&evidence.taken));
    guesses.extend(of_movements(CauseKind::TransferNotAccepted, &evidence.transfers));
    guesses.extend(of_movements(CauseKind::DropNotTakenOut, &evidence.safe_drops));
    guesses.extend(of_other_tills(evidence));
    guesses.extend(count::guesses(evidence));
    guesses.extend(habit::guesses(evidence));
    guesses.retain(|guess| guess.amount_minor != 0 && guess.weight > 0);
    guesses
}

/// Shares the weight of a kind among all that it could have happened to.
fn shared(kind: CauseKind, of: Vec<(EntryId, i64, i64)>) -> impl Iterator<Item = Guess> {
    let weight = share(kind) * 1_000_000 / (of.len() as u128).max(1);
    of.into_iter().map(move |(entry, amount_minor, on_terminal_minor)| Guess {
        kind,
        about: About::Entry(entry),
        amount_minor,
        on_terminal_minor,
        weight,
    })
}

fn of_sales(taken: &[Taken]) -> Vec<Guess> {
    let sales = || taken.iter().filter(|one| !one.is_refund);
    let cash = sales().filter(|one| one.cash_minor > 0 && one.card_minor == 0);
    let card = sales().filter(|one| one.card_minor > 0 && one.cash_minor == 0);
    let change = || sales().filter(|one| one.change_due_minor > 0);
    let cash = cash.map(|one| (one.entry, -one.cash_minor, one.cash_minor)).collect();
    let card = card.map(|one| (one.entry, one.card_minor, -one.card_minor)).collect();
    let twice = change().map(|one| (one.entry, -one.change_due_minor, 0)).collect();
    let not_given = change().map(|one| (one.entry, one.change_due_minor, 0)).collect();
    shared(CauseKind::CashWasCard, cash)
        .chain(shared(CauseKind::CardWasCash, card))
        .chain(shared(CauseKind::ChangeTwice, twice))
        .chain(shared(CauseKind::ChangeNotGiven, not_given))
        .collect()
}

/// A refund in cash of what was paid by card may have gone back to the card; one booked to the card may have
/// been given in cash.
fn of_refunds(taken: &[Taken]) -> Vec<Guess> {
    let refunds = taken
        .iter()
        .filter(|one| one.is_refund && (one.card_minor < 0 || (one.cash_minor < 0 && one.is_refund_of_card)));
    let amounts = refunds.map(|one| {
        let amount_minor = one.card_minor.saturating_sub(one.cash_minor);
        (one.entry, amount_minor, amount_minor.saturating_neg())
    });
    shared(CauseKind::RefundByOtherTender, amounts.collect()).collect()
}

fn of_movements(kind: CauseKind, moved: &[Moved]) -> Vec<Guess> {
    shared(kind, moved.iter().map(|one| (one.entry, one.amount_minor, 0)).collect()).collect()
}

/// Cash of another till in this drawer, or of this one in its drawer: then that one is off the other way.
fn of_other_tills(evidence: &Evidence) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let tills = evidence.other_tills.len() as u128;
    let in_cash = |taken: &[Taken]| -> Vec<(EntryId, i64)> {
        let in_cash = taken.iter().filter(|one| one.cash_minor > 0);
        in_cash.map(|one| (one.entry, one.cash_minor)).collect()
    };
    let own = in_cash(&evidence.taken);
    for other in &evidence.other_tills {
        let theirs = in_cash(&other.taken);
        let mut add = |sales: &[(EntryId, i64)], sign: i64, percent: u128| {
            let each = share(CauseKind::OtherTill) * 10_000 * percent / tills / (sales.len() as u128).max(1);
            for (entry, cash_minor) in sales {
                let amount_minor = sign * cash_minor;
                let weight = match other.over_short_minor {
                    None => each,
                    Some(off_by) if off_by == -amount_minor => each * 100,
                    // A till whose own drawer is exact has lost nothing.
                    Some(0) => 0,
                    Some(_) => each / 10,
                };
                let about = About::EntryOf(other.till, *entry);
                guesses.push(Guess {
                    kind: CauseKind::OtherTill,
                    about,
                    amount_minor,
                    on_terminal_minor: 0,
                    weight,
                });
            }
        };
        add(&theirs, 1, 70);
        add(&own, -1, 30);
    }
    guesses
}
