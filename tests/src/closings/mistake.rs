//! What goes wrong at a drawer.

use super::chance::Chance;
use super::day::{Day, basket};
use super::drawer::VALUES;
use super::{About, MovementKind, Pieces, Planted, Receipt, total_minor};

/// The mistakes, each with its share of a hundred.
pub const SHARES: [(usize, &str); 12] = [
    (19, "cash_was_card"),
    (12, "card_was_cash"),
    (8, "change_twice"),
    (5, "change_not_given"),
    (8, "refund_by_other_tender"),
    (12, "mistyped"),
    (9, "wrong_row"),
    (5, "roll_miscounted"),
    (11, "paid_out_missing"),
    (5, "other_till"),
    (3, "transfer_not_accepted"),
    (3, "drop_not_taken_out"),
];

/// What is seen at once when the sum is shown, and put right before anybody closes.
const SEEN_AT_ONCE: i64 = 50_000;

/// Whether a mistake is made while counting.
pub fn is_of_the_count(code: &str) -> bool {
    matches!(code, "mistyped" | "wrong_row" | "roll_miscounted")
}

/// Lets a mistake happen that is not one of the count; `None` on a day on which it cannot.
pub fn happen(chance: &mut Chance, code: &'static str, day: &mut Day) -> Option<Planted> {
    let planted = |amount_minor, entry| Planted { code, amount_minor, about: About::Entry(entry) };
    let sales = |day: &Day, is: fn(&Receipt) -> bool| -> Vec<Receipt> {
        day.receipts.iter().filter(|receipt| is(receipt)).cloned().collect()
    };
    let on_card = |day: &mut Day, amount_minor: i64| {
        day.card.counted_minor = day.card.counted_minor.map(|counted| counted + amount_minor);
    };
    match code {
        "cash_was_card" => {
            let sales = sales(day, |one| !one.is_refund && one.cash_minor > 0 && one.card_minor == 0);
            let sale = chance.one(&sales)?;
            on_card(day, sale.cash_minor);
            Some(planted(-sale.cash_minor, sale.entry))
        }
        "card_was_cash" => {
            let sales = sales(day, |one| !one.is_refund && one.card_minor > 0 && one.cash_minor == 0);
            let sale = chance.one(&sales)?;
            on_card(day, -sale.card_minor);
            Some(planted(sale.card_minor, sale.entry))
        }
        "change_twice" | "change_not_given" => {
            let sales = sales(day, |one| one.change_minor > 0);
            let sale = chance.one(&sales)?;
            let sign = if code == "change_twice" { -1 } else { 1 };
            Some(planted(sign * sale.change_minor, sale.entry))
        }
        "refund_by_other_tender" => {
            let refunds = if chance.is(60) {
                sales(day, |one| one.is_refund_of_card && one.cash_minor < 0)
            } else {
                sales(day, |one| one.is_refund && one.card_minor < 0)
            };
            let refund = chance.one(&refunds)?;
            on_card(day, refund.cash_minor - refund.card_minor);
            Some(planted(refund.card_minor - refund.cash_minor, refund.entry))
        }
        "paid_out_missing" => {
            let is_habit = |reason: &str| day.habits.iter().any(|habit| habit.reason == reason);
            let at: Vec<usize> = (0..day.movements.len())
                .filter(|at| {
                    let one = &day.movements[*at];
                    one.kind == MovementKind::PaidOut && is_habit(one.reason)
                })
                .collect();
            let forgotten = day.movements.remove(*chance.one(&at)?);
            Some(Planted {
                code,
                amount_minor: forgotten.amount_minor,
                about: About::Habit(forgotten.reason),
            })
        }
        "other_till" => {
            let at = chance.below(day.other_tills.len());
            let is_ours = chance.is(30);
            let own = sales(day, |one| one.cash_minor > 0);
            let other = day.other_tills.get_mut(at)?;
            let theirs: Vec<Receipt> =
                other.receipts.iter().filter(|one| one.cash_minor > 0).cloned().collect();
            let sale = chance.one(if is_ours { &own } else { &theirs })?;
            let amount_minor = if is_ours { -sale.cash_minor } else { sale.cash_minor };
            other.over_short_minor = other.over_short_minor.map(|own| own - amount_minor);
            Some(planted(amount_minor, sale.entry))
        }
        "transfer_not_accepted" => {
            let transfer = chance.one(&day.transfers)?;
            Some(planted(transfer.amount_minor, transfer.entry))
        }
        "drop_not_taken_out" => {
            let drops: Vec<_> =
                day.movements.iter().filter(|one| one.kind == MovementKind::SafeDrop).collect();
            let drop = chance.one(&drops)?;
            Some(planted(-drop.amount_minor, drop.entry))
        }
        _ => None,
    }
}

/// Makes a mistake in the count; `None` where this count gives no occasion for it.
pub fn miscount(
    chance: &mut Chance,
    code: &'static str,
    count: &mut [Pieces],
    keeps_rolls: bool,
) -> Option<Planted> {
    let before_minor = total_minor(count);
    let at = chance.below(count.len());
    let was = count[at].count;
    let mut about = at;
    match code {
        "mistyped" => count[at].count = if chance.is(60) { swapped(was)? } else { doubled(chance, was)? },
        "wrong_row" => {
            let other = (at + 1).min(count.len() - 1);
            match chance.below(100) {
                0..40 => (count[at].count, count[other].count) = (count[other].count, was),
                40..65 => {
                    let (from, to) = if chance.is(50) { (at, other) } else { (other, at) };
                    count[to].count += count[from].count;
                    count[from].count = 0;
                    about = from;
                }
                _ => count[at].count = 0,
            }
        }
        _ => {
            let (value, pieces) = VALUES[at];
            let is_clip = chance.is(30);
            let rolls = was / pieces;
            if (value >= 500) != is_clip || rolls == 0 || (!is_clip && !keeps_rolls) {
                return None;
            }
            count[at].count += if chance.is(60) { -pieces } else { pieces };
        }
    }
    let amount_minor = total_minor(count) - before_minor;
    let is_seen = amount_minor == 0 || (code == "mistyped" && amount_minor.abs() > SEEN_AT_ONCE);
    (!is_seen).then_some(Planted { code, amount_minor, about: About::Denomination(count[about].value_minor) })
}

/// Two digits the other way round.
fn swapped(count: i64) -> Option<i64> {
    (10..100).contains(&count).then_some(count % 10 * 10 + count / 10)
}

/// One of the digits twice.
fn doubled(chance: &mut Chance, count: i64) -> Option<i64> {
    match count {
        1..10 => Some(count * 11),
        10..100 if chance.is(50) => Some(count / 10 * 110 + count % 10),
        10..100 => Some(count * 10 + count % 10),
        _ => None,
    }
}

/// An amount over or short that leaves no trace.
pub fn without_a_trace(chance: &mut Chance, prices: &[i64]) -> i64 {
    let sign = |chance: &mut Chance, percent_short| if chance.is(percent_short) { -1 } else { 1 };
    match chance.below(100) {
        0..30 => {
            let note = chance.weighted(&[(20, 500), (35, 1_000), (30, 2_000), (15, 5_000)]);
            note * sign(chance, 80)
        }
        30..50 => neighbour(chance),
        50..75 => {
            let wrong = chance.between(2, 5);
            let mut sum = 0;
            for _ in 0..wrong {
                let coin =
                    chance.weighted(&[(4, 200), (4, 100), (3, 50), (3, 20), (3, 10), (2, 5), (1, 2), (1, 1)]);
                let sign = sign(chance, 60);
                sum += if chance.is(50) { sign * coin } else { neighbour(chance) };
            }
            sum
        }
        75..88 => basket(chance, prices) * sign(chance, 50),
        _ => chance.doubling(100, 20_000) * sign(chance, 60),
    }
}

/// One piece for its neighbour, in change.
fn neighbour(chance: &mut Chance) -> i64 {
    let off = chance.weighted(&[
        (2, 3_000),
        (5, 1_000),
        (5, 500),
        (2, 300),
        (4, 100),
        (4, 50),
        (3, 30),
        (3, 10),
        (2, 5),
    ]);
    if chance.is(55) { -off } else { off }
}

/// The terminal's day may end a sale before or after the drawer's.
pub fn close_card(chance: &mut Chance, day: &mut Day) {
    let on_card: Vec<i64> = day
        .receipts
        .iter()
        .rev()
        .filter(|one| one.card_minor > 0)
        .map(|one| one.card_minor)
        .take(5)
        .collect();
    if chance.is(8)
        && let Some(amount_minor) = chance.one(&on_card)
    {
        let amount_minor = if chance.is(70) { -amount_minor } else { *amount_minor };
        day.card.counted_minor = day.card.counted_minor.map(|counted| counted + amount_minor);
    }
}
