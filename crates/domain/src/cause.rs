//! Why a drawer is over or short: what may have happened, each with what speaks for it.
//!
//! Everything that could have gone wrong is a guess with an amount and a weight: how often such a thing
//! happens, shared among all the sales (or coins, or habits) that it could have happened to, and changed by
//! what else is known (the card terminal's total, how many of a coin usually lie there, another till's own
//! over/short). Guesses, and pairs of them, that come to the difference are held against each other and
//! against chance: against how often a drawer is off by just this amount without any trace. Where none stands
//! out, none is named: a desk that always points at someone harms people.
//!
//! The weights are beliefs about counters in general (`cause/belief.rs`), integers throughout.

mod belief;
mod count;
mod guess;
mod habit;

use std::collections::HashMap;

use crate::entry::Denomination;
use crate::id::{EntryId, TillId};

use belief::{ONE_MISTAKE, TWO_MISTAKES, WITHOUT_TRACE, card_off_by, without_trace};
use guess::{About, Guess, guesses};

/// Causes that are named at most.
const MOST_NAMED: usize = 8;

/// How far a cause must stand out to be named, in a thousand of all that could have been.
const LEAST_PER_MILLE: u128 = 40;

/// How far the first three causes together must stand out, in a thousand; else nothing is named.
const LEAST_OF_THREE_PER_MILLE: u128 = 400;

/// What may have gone wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CauseKind {
    /// A sale booked as cash was paid by card.
    CashWasCard,
    /// A sale booked by card was paid in cash.
    CardWasCash,
    /// Change was given twice.
    ChangeTwice,
    /// Change was not given.
    ChangeNotGiven,
    /// A refund was given back by the other tender than the book says.
    RefundByOtherTender,
    /// A count was typed with two digits swapped or one doubled.
    Mistyped,
    /// A note or coin was counted as its neighbour, or left out.
    WrongRow,
    /// A roll of coins or a clip of notes was counted once too few or too many.
    RollMiscounted,
    /// A paid-out that took place on earlier days at this hour has no entry.
    PaidOutMissing,
    /// Cash of another till's sale is in this drawer, or the other way round.
    OtherTill,
    /// The money of a transfer that nobody has accepted is in the drawer.
    TransferNotAccepted,
    /// The money of a safe drop was not taken out.
    DropNotTakenOut,
}

impl CauseKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::CashWasCard,
        Self::CardWasCash,
        Self::ChangeTwice,
        Self::ChangeNotGiven,
        Self::RefundByOtherTender,
        Self::Mistyped,
        Self::WrongRow,
        Self::RollMiscounted,
        Self::PaidOutMissing,
        Self::OtherTill,
        Self::TransferNotAccepted,
        Self::DropNotTakenOut,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::CashWasCard => "cash_was_card",
            Self::CardWasCash => "card_was_cash",
            Self::ChangeTwice => "change_twice",
            Self::ChangeNotGiven => "change_not_given",
            Self::RefundByOtherTender => "refund_by_other_tender",
            Self::Mistyped => "mistyped",
            Self::WrongRow => "wrong_row",
            Self::RollMiscounted => "roll_miscounted",
            Self::PaidOutMissing => "paid_out_missing",
            Self::OtherTill => "other_till",
            Self::TransferNotAccepted => "transfer_not_accepted",
            Self::DropNotTakenOut => "drop_not_taken_out",
        }
    }

    /// The kind of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A sale or refund. Amounts are minor units, below zero where they are given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Its entry.
    pub entry: EntryId,
    /// What it brought in cash, net of change.
    pub cash_minor: i64,
    /// What it brought by card.
    pub card_minor: i64,
    /// What was given back in change.
    pub change_due_minor: i64,
    /// All its lines are goods that came back.
    pub is_refund: bool,
    /// They had been paid by card.
    pub is_refund_of_card: bool,
}

/// Cash that moved, or is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Its entry.
    pub entry: EntryId,
    /// Minor units, above zero.
    pub amount_minor: i64,
}

/// A paid-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidOutThen {
    /// Its entry.
    pub entry: EntryId,
    /// Reason code.
    pub reason: String,
    /// Minute of the day.
    pub minute: i64,
    /// Minor units, above zero.
    pub amount_minor: i64,
}

/// An earlier closing of the same drawer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Earlier {
    /// Its paid-outs.
    pub paid_outs: Vec<PaidOutThen>,
    /// What was counted.
    pub counted: Vec<Denomination>,
}

/// A till whose cash can get into this drawer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherTill {
    /// The till.
    pub till: TillId,
    /// What it took in the same session or day.
    pub taken: Vec<Taken>,
    /// Its own over/short, where it is known.
    pub over_short_minor: Option<i64>,
}

/// A counted note or coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedRow {
    /// Value of one in minor units, above 0.
    pub value_minor: i64,
    /// How many were typed.
    pub count: i64,
    /// How many make a roll or clip; 0 where there is none.
    pub in_roll: i64,
}

/// How many coins a bank rolls up, or notes are clipped together, in a currency; 0 where that is not known.
#[must_use]
pub fn pieces_in_roll(currency: &str, value_minor: i64) -> i64 {
    match (currency, value_minor) {
        ("EUR", 1 | 2 | 5) => 50,
        ("EUR", 10 | 20 | 50) => 40,
        ("EUR", 100 | 200) => 25,
        ("EUR", 500..) => 10,
        _ => 0,
    }
}

/// All that is known of a closing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Counted less expected cash.
    pub over_short_minor: i64,
    /// The card terminal's total less what the book says; none where it was not counted.
    pub card_over_short_minor: Option<i64>,
    /// Sales and refunds of the session, oldest first.
    pub taken: Vec<Taken>,
    /// The count, every note and coin of the currency, in the order of the grid.
    pub counted: Vec<CountedRow>,
    /// Paid-outs of the session.
    pub paid_outs: Vec<PaidOutThen>,
    /// Safe drops of the session.
    pub safe_drops: Vec<Moved>,
    /// Transfers to this drawer that nobody has accepted.
    pub transfers: Vec<Moved>,
    /// Earlier closings of this drawer.
    pub earlier: Vec<Earlier>,
    /// Tills whose cash can get into this drawer.
    pub other_tills: Vec<OtherTill>,
}

/// One thing that may have gone wrong, with what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What.
    pub kind: CauseKind,
    /// What it explains: over above zero, short below.
    pub amount_minor: i64,
    /// Entries to open: the sale, the drop, the earlier paid-outs.
    pub entries: Vec<EntryId>,
    /// The note or coin in question, by its value.
    pub denomination_minor: Option<i64>,
    /// The other till.
    pub till: Option<TillId>,
}

/// A cause: one thing, or two together, that explain the whole difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// One or two.
    pub parts: Vec<Part>,
    /// How far it stands out: in a thousand of all that could have been, chance among it.
    pub per_mille: u32,
}

/// What may explain the difference, the likeliest first. Empty where nothing stands out above chance, and
/// where nothing is over or short.
#[must_use]
pub fn causes(evidence: &Evidence) -> Vec<Cause> {
    let off_by = evidence.over_short_minor;
    if off_by == 0 {
        return Vec::new();
    }
    let guesses = guesses(evidence);
    let card_total = CardTotal::of(evidence);
    let mut all = WITHOUT_TRACE * without_trace(off_by) * SCALE * card_total.weight(0);
    let mut found: Vec<(u128, Vec<&Guess>)> = Vec::new();
    for guess in guesses.iter().filter(|guess| guess.amount_minor == off_by) {
        let weight =
            (ONE_MISTAKE * SCALE * card_total.weight(guess.on_terminal_minor)).saturating_mul(guess.weight);
        all = all.saturating_add(weight);
        found.push((weight, vec![guess]));
    }
    all = all.saturating_add(pairs(&guesses, off_by, &card_total, &mut found));
    // The order of the guesses decides between equals, so that the answer is always the same.
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let per_mille = |weight: u128| weight.saturating_mul(1_000) / all.max(1);
    let of_three: u128 = found.iter().take(3).map(|(weight, _)| *weight).sum();
    if per_mille(of_three) < LEAST_OF_THREE_PER_MILLE {
        return Vec::new();
    }
    let named = found.into_iter().filter(|(weight, _)| per_mille(*weight) >= LEAST_PER_MILLE);
    named
        .take(MOST_NAMED)
        .map(|(weight, parts)| Cause {
            parts: parts.into_iter().map(|guess| part(evidence, guess)).collect(),
            per_mille: u32::try_from(per_mille(weight)).unwrap_or(1_000),
        })
        .collect()
}

/// The unit of a guess's weight: a thousand millionth.
const SCALE: u128 = 1_000_000_000;

/// Guesses of one amount and one effect on the card terminal, the weightiest first.
struct Alike<'g> {
    amount_minor: i64,
    on_terminal_minor: i64,
    weight: u128,
    guesses: Vec<&'g Guess>,
}

/// Adds the pairs that come to the difference, of each two amounts the weightiest few, and answers with the
/// weight of all pairs. Amounts are looked up, so that a thousand sales are no million pairs.
fn pairs<'g>(
    guesses: &'g [Guess],
    off_by: i64,
    card_total: &CardTotal,
    found: &mut Vec<(u128, Vec<&'g Guess>)>,
) -> u128 {
    let mut groups: Vec<Alike<'g>> = Vec::new();
    let mut place: HashMap<(i64, i64), usize> = HashMap::new();
    let mut of_amount: HashMap<i64, Vec<usize>> = HashMap::new();
    for guess in guesses {
        let key = (guess.amount_minor, guess.on_terminal_minor);
        let at = *place.entry(key).or_insert_with(|| {
            of_amount.entry(guess.amount_minor).or_default().push(groups.len());
            groups.push(Alike {
                amount_minor: key.0,
                on_terminal_minor: key.1,
                weight: 0,
                guesses: Vec::new(),
            });
            groups.len() - 1
        });
        groups[at].weight += guess.weight;
        groups[at].guesses.push(guess);
    }
    for group in &mut groups {
        group.guesses.sort_by_key(|guess| std::cmp::Reverse(guess.weight));
    }
    let mut all: u128 = 0;
    for (at, one) in groups.iter().enumerate() {
        let others = of_amount.get(&off_by.saturating_sub(one.amount_minor)).into_iter().flatten();
        for other in others.filter(|other| **other >= at) {
            let two = &groups[*other];
            let factor =
                TWO_MISTAKES * card_total.weight(one.on_terminal_minor.saturating_add(two.on_terminal_minor));
            let halves = if *other == at { 2 } else { 1 };
            all = all.saturating_add(one.weight.saturating_mul(two.weight).saturating_mul(factor) / halves);
            let best = one.guesses.iter().take(3).enumerate();
            for (first, guess) in best {
                let from = if *other == at { first + 1 } else { 0 };
                for partner in two.guesses.iter().take(3).skip(from) {
                    if guess.about != partner.about {
                        let weight = guess.weight.saturating_mul(partner.weight).saturating_mul(factor);
                        found.push((weight, vec![*guess, *partner]));
                    }
                }
            }
        }
    }
    all
}

/// What the card terminal tells.
struct CardTotal {
    off_by: Option<i64>,
    last_sales_minor: Vec<i64>,
}

impl CardTotal {
    fn of(evidence: &Evidence) -> Self {
        let on_card = evidence.taken.iter().rev().map(|taken| taken.card_minor).filter(|amount| *amount > 0);
        Self { off_by: evidence.card_over_short_minor, last_sales_minor: on_card.take(5).collect() }
    }

    /// How likely its total is when mistakes have brought it this much.
    fn weight(&self, brought_minor: i64) -> u128 {
        let left = self.off_by.map(|off_by| off_by.saturating_sub(brought_minor));
        left.map_or(1_000_000, |left| card_off_by(left, &self.last_sales_minor))
    }
}

fn part(evidence: &Evidence, guess: &Guess) -> Part {
    let mut part = Part {
        kind: guess.kind,
        amount_minor: guess.amount_minor,
        entries: Vec::new(),
        denomination_minor: None,
        till: None,
    };
    match guess.about {
        About::Entry(entry) => part.entries.push(entry),
        About::EntryOf(till, entry) => {
            part.till = Some(till);
            part.entries.push(entry);
        }
        About::Denomination(value_minor) => part.denomination_minor = Some(value_minor),
        About::Habit(at) => {
            let habits = habit::habits(evidence);
            part.entries.extend(habits.get(at).into_iter().flat_map(|habit| habit.entries.iter()));
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::sample::entry_id;

    fn cash(no: u128, cash_minor: i64, change_due_minor: i64) -> Taken {
        Taken {
            entry: entry_id(no),
            cash_minor,
            card_minor: 0,
            change_due_minor,
            is_refund: false,
            is_refund_of_card: false,
        }
    }

    fn card(no: u128, card_minor: i64) -> Taken {
        Taken { card_minor, ..cash(no, 0, 0) }
    }

    /// Forty sales of different amounts, twenty of them in cash, and a drawer like every day.
    fn evidence(over_short_minor: i64) -> Evidence {
        let sale = |no: u128| {
            let amount_minor = 517 + i64::try_from(no).unwrap() * 173;
            if no.is_multiple_of(2) {
                cash(no, amount_minor, 10_000 - amount_minor)
            } else {
                card(no, amount_minor)
            }
        };
        let usual = [(5_000, 6, 10), (2_000, 14, 10), (1_000, 12, 10), (200, 37, 25), (100, 24, 25)];
        let earlier = |day: i64| Earlier {
            paid_outs: Vec::new(),
            counted: usual
                .iter()
                .map(|(value_minor, count, _)| Denomination {
                    value_minor: *value_minor,
                    count: count + day % 3,
                })
                .collect(),
        };
        Evidence {
            over_short_minor,
            taken: (0..40).map(sale).collect(),
            counted: usual
                .iter()
                .map(|(value_minor, count, in_roll)| CountedRow {
                    value_minor: *value_minor,
                    count: *count,
                    in_roll: *in_roll,
                })
                .collect(),
            earlier: (0..10).map(earlier).collect(),
            ..Evidence::default()
        }
    }

    fn card_says(evidence: Evidence, card_over_short_minor: i64) -> Evidence {
        Evidence { card_over_short_minor: Some(card_over_short_minor), ..evidence }
    }

    fn typed(evidence: Evidence, value_minor: i64, count: i64) -> Evidence {
        let change =
            |row: CountedRow| if row.value_minor == value_minor { CountedRow { count, ..row } } else { row };
        Evidence { counted: evidence.counted.iter().copied().map(change).collect(), ..evidence }
    }

    fn moved(no: u128, amount_minor: i64) -> Moved {
        Moved { entry: entry_id(no), amount_minor }
    }

    fn codes(cause: &Cause) -> Vec<&'static str> {
        cause.parts.iter().map(|part| part.kind.code()).collect()
    }

    #[track_caller]
    fn check(evidence: &Evidence, first: &[&str]) -> Option<Cause> {
        let causes = causes(evidence);
        let seen = causes.first().map(codes).unwrap_or_default();
        assert_eq!(seen, first, "{causes:?}");
        for cause in &causes {
            let sum: i64 = cause.parts.iter().map(|part| part.amount_minor).sum();
            assert_eq!(sum, evidence.over_short_minor);
        }
        causes.into_iter().next()
    }

    #[test]
    fn each_kind_where_it_is_plain() {
        // Sale 12 was 25.93 in cash, and 74.07 were given back; sale 7 was 17.28 by card.
        let found = check(&card_says(evidence(-2_593), 2_593), &["cash_was_card"]).unwrap();
        assert_eq!(found.parts[0].entries, [entry_id(12)]);
        assert!(found.per_mille > 950);
        let found = check(&card_says(evidence(1_728), -1_728), &["card_was_cash"]).unwrap();
        assert_eq!(found.parts[0].entries, [entry_id(7)]);
        check(&card_says(evidence(-7_407), 0), &["change_twice"]);
        check(&card_says(evidence(7_407), 0), &["change_not_given"]);
        let mut refunded = evidence(1_111);
        let refund = Taken { is_refund: true, is_refund_of_card: true, ..cash(90, -1_111, 0) };
        refunded.taken.push(refund);
        check(&refunded, &["refund_by_other_tender"]);
        refunded.taken.pop();
        refunded.taken.push(Taken { cash_minor: 0, card_minor: -1_111, ..refund });
        check(&Evidence { over_short_minor: -1_111, ..refunded }, &["refund_by_other_tender"]);
        check(&typed(evidence(-2 * 900), 200, 37 - 9), &[]);
        let found = check(&typed(evidence(36 * 200), 200, 73), &["mistyped"]).unwrap();
        assert_eq!(found.parts[0].denomination_minor, Some(200));
        check(&typed(evidence(340 * 200), 200, 377), &["mistyped"]);
        check(&typed(evidence(-24 * 100), 100, 0), &["wrong_row"]);
        check(&typed(evidence(-25 * 200), 200, 12), &["roll_miscounted"]);
        let one_way = Evidence { transfers: vec![moved(80, 15_000)], ..evidence(15_000) };
        check(&one_way, &["transfer_not_accepted"]);
        let dropped = Evidence { safe_drops: vec![moved(80, 40_000)], ..evidence(40_000) };
        check(&dropped, &["drop_not_taken_out"]);
        let beside = |over_short_minor| OtherTill {
            till: TillId(Uuid::from_u128(2)),
            taken: vec![cash(70, 1_234, 0), cash(71, 3_456, 0)],
            over_short_minor,
        };
        let till = |off_by| Evidence { other_tills: vec![beside(off_by)], ..evidence(3_456) };
        let found = check(&till(Some(-3_456)), &["other_till"]).unwrap();
        assert_eq!(
            (found.parts[0].till, &found.parts[0].entries[..]),
            (Some(TillId(Uuid::from_u128(2))), &[entry_id(71)][..])
        );
        check(&card_says(till(Some(0)), 0), &[]);
    }

    #[test]
    fn swapped_rows() {
        let swapped = typed(typed(evidence(13 * 100), 200, 24), 100, 37);
        check(&Evidence { over_short_minor: -13 * 100, ..swapped }, &["wrong_row"]);
    }

    #[test]
    fn a_habit_without_its_entry() {
        let post = |no: u128, minute| PaidOutThen {
            entry: entry_id(no),
            reason: "postage".to_owned(),
            minute,
            amount_minor: 1_260,
        };
        let mut habit = evidence(-1_260);
        for (no, earlier) in (100..).zip(&mut habit.earlier) {
            earlier.paid_outs.push(post(no, 600 + i64::try_from(no).unwrap() % 7));
        }
        let found = check(&habit, &["paid_out_missing"]).unwrap();
        assert_eq!(found.parts[0].entries.len(), 10);
        // Entered at its hour it is not missing; entered at another hour it is something else.
        habit.paid_outs = vec![post(200, 620)];
        check(&habit, &[]);
        habit.paid_outs = vec![post(200, 900)];
        check(&habit, &["paid_out_missing"]);
    }

    #[test]
    fn two_together() {
        // The terminal tells of 25.93, and what is left is a count that never was like this.
        let two = typed(evidence(-2_593 + 36 * 200), 200, 73);
        let found = check(&card_says(two, 2_593), &["cash_was_card", "mistyped"]).unwrap();
        assert_eq!(found.parts.iter().map(|part| part.amount_minor).collect::<Vec<_>>(), [-2_593, 7_200]);
    }

    #[test]
    fn none_where_nothing_stands_out() {
        check(&evidence(0), &[]);
        check(&evidence(-2_000), &[]);
        check(&evidence(-35), &[]);
        check(&evidence(3_191), &[]);
        check(&Evidence { over_short_minor: -2_593, ..Evidence::default() }, &[]);
        // The same sale is named while the terminal was not looked at, and is out of the question when its
        // total is right.
        check(&evidence(-2_593), &["cash_was_card"]);
        check(&card_says(evidence(-2_593), 0), &[]);
        // A co-payment that half of the town paid tells nothing.
        let mut many = evidence(-500);
        many.taken.extend((100..130).map(|no| cash(no, 500, 0)));
        check(&many, &[]);
    }

    #[test]
    fn numbers_out_of_range_are_no_causes() {
        let far = crate::limits::MAX_MINOR;
        let mut odd = card_says(evidence(-far), far);
        odd.taken.push(cash(90, far, far));
        odd.taken.push(card(91, far));
        odd.counted = vec![
            CountedRow { value_minor: far, count: i64::MAX, in_roll: i64::MAX },
            CountedRow { value_minor: 1, count: 0, in_roll: 1 },
            CountedRow { value_minor: far, count: 77, in_roll: 0 },
        ];
        odd.earlier.iter_mut().for_each(|earlier| {
            earlier.counted = vec![Denomination { value_minor: 1, count: i64::MAX }];
        });
        assert_eq!(codes(&causes(&odd)[0]), ["cash_was_card"]);
    }

    #[test]
    fn codes_are_stable() {
        for kind in CauseKind::ALL {
            assert_eq!(CauseKind::parse(kind.code()), Some(kind));
        }
        assert_eq!(CauseKind::parse(""), None);
    }

    proptest! {
        /// Looking amounts up finds the pairs that trying all of them finds.
        #[test]
        fn pairs_are_all_pairs(amounts in prop::collection::vec((-6..6_i64, 1..50_u128), 0..40), off_by in -8..8_i64) {
            let of = |(no, (amount_minor, weight)): (usize, &(i64, u128))| Guess {
                kind: CauseKind::ChangeTwice,
                about: About::Entry(entry_id(no as u128)),
                amount_minor: *amount_minor,
                on_terminal_minor: 0,
                weight: *weight,
            };
            let guesses: Vec<Guess> = amounts.iter().enumerate().map(of).collect();
            let card_total = CardTotal { off_by: None, last_sales_minor: Vec::new() };
            let mut found = Vec::new();
            pairs(&guesses, off_by, &card_total, &mut found);
            let mut heaviest = 0;
            for (at, one) in guesses.iter().enumerate() {
                for other in &guesses[at + 1..] {
                    if one.amount_minor + other.amount_minor == off_by {
                        heaviest = heaviest.max(one.weight * other.weight);
                    }
                }
            }
            let best = found.iter().map(|(weight, _)| weight / TWO_MISTAKES / 1_000_000).max().unwrap_or(0);
            prop_assert_eq!(best, heaviest);
            for (_, pair) in found {
                prop_assert_eq!(pair.iter().map(|guess| guess.amount_minor).sum::<i64>(), off_by);
                prop_assert!(pair[0].about != pair[1].about);
            }
        }
    }
}
