//! A day at the counter as it stands in the book, before anything goes wrong.

use super::chance::Chance;
use super::{Card, Earlier, Movement, MovementKind, OtherTill, PaidOut, Receipt, Transfer};

/// First and last minute of the day.
const OPENED: i64 = 8 * 60;
const CLOSED: i64 = 18 * 60 + 30;

/// A paid-out that comes back.
#[derive(Debug, Clone, Copy)]
pub struct Habit {
    pub reason: &'static str,
    pub minute: i64,
    pub amount_minor: i64,
    pub is_fixed: bool,
    pub percent_of_days: usize,
}

/// What the book says of a day, and what a drawer is like.
pub struct Day {
    pub receipts: Vec<Receipt>,
    pub movements: Vec<Movement>,
    pub other_tills: Vec<OtherTill>,
    pub transfers: Vec<Transfer>,
    pub habits: Vec<Habit>,
    pub opening_float_minor: i64,
    pub keeps_rolls: bool,
    pub card: Card,
    pub prices: Vec<i64>,
}

impl Day {
    /// Draws a day.
    pub fn new(chance: &mut Chance) -> Self {
        let prices: Vec<i64> = (0..250).map(|_| price(chance)).collect();
        let mut next_entry = 1;
        let sales = chance.doubling(20, 1_000);
        let mut receipts = receipts(chance, &prices, sales, &mut next_entry);
        receipts.sort_by_key(|receipt| (receipt.minute, receipt.entry));
        let habits = habits(chance);
        let opening_float_minor = chance.between(3, 8) * 5_000;
        let movements = movements(chance, &receipts, &habits, opening_float_minor, &mut next_entry);
        let mut other_tills = Vec::new();
        if chance.is(25) {
            for till in 2..2 + chance.between(1, 3) {
                let sales = chance.doubling(20, 300);
                let receipts = self::receipts(chance, &prices, sales, &mut next_entry);
                let over_short_minor =
                    chance.is(60).then(|| if chance.is(70) { 0 } else { chance.between(-40, 40) * 50 });
                other_tills.push(OtherTill {
                    till: u32::try_from(till).unwrap_or(0),
                    receipts,
                    over_short_minor,
                });
            }
        }
        let mut transfers = Vec::new();
        if chance.is(15) {
            let amount_minor =
                chance.weighted(&[(3, 5_000), (4, 10_000), (2, 15_000), (2, 20_000), (1, 30_000)]);
            transfers.push(Transfer { entry: take(&mut next_entry), minute: minute(chance), amount_minor });
        }
        let expected_minor = receipts.iter().map(|receipt| receipt.card_minor).sum();
        let card = Card { expected_minor, counted_minor: chance.is(75).then_some(expected_minor) };
        let keeps_rolls = chance.is(60);
        Self {
            receipts,
            movements,
            other_tills,
            transfers,
            habits,
            opening_float_minor,
            keeps_rolls,
            card,
            prices,
        }
    }

    /// What the drawer should hold.
    pub fn expected_minor(&self) -> i64 {
        let sales: i64 = self.receipts.iter().map(|receipt| receipt.cash_minor).sum();
        let moved: i64 = self.movements.iter().map(|movement| movement.amount_minor).sum();
        self.opening_float_minor + sales + moved
    }

    /// The earlier days of the same drawer: only what helps to know this one.
    pub fn earlier(
        &self,
        chance: &mut Chance,
        usual: &super::drawer::Usual,
        held_minor: i64,
    ) -> Vec<Earlier> {
        (0..chance.between(10, 30))
            .map(|_| {
                let taken = self.habits.iter().filter(|habit| chance.is(habit.percent_of_days));
                let taken: Vec<Habit> = taken.copied().collect();
                let paid_outs = taken.iter().map(|habit| paid_out(chance, habit)).collect();
                let held_minor = held_minor * chance.between(60, 150) / 100 / 5 * 5;
                Earlier { paid_outs, count: usual.pieces(chance, held_minor) }
            })
            .collect()
    }
}

/// Hands out entry numbers.
fn take(next_entry: &mut u32) -> u32 {
    *next_entry += 1;
    *next_entry - 1
}

/// The price of a product.
fn price(chance: &mut Chance) -> i64 {
    let euros = chance.doubling(2, 40);
    let cents = if chance.is(55) {
        chance.weighted(&[(5, 95), (2, 99), (2, 98), (1, 49)])
    } else {
        chance.between(0, 99)
    };
    euros * 100 + cents
}

/// A minute of the day: a wave in the morning, a lower one in the late afternoon.
fn minute(chance: &mut Chance) -> i64 {
    let (from, to) = chance.weighted(&[
        (5, (9 * 60, 12 * 60)),
        (2, (12 * 60, 15 * 60)),
        (4, (15 * 60, 18 * 60)),
        (2, (OPENED, CLOSED - 1)),
    ]);
    chance.between(from, to)
}

/// What a basket comes to: few products are sold often.
pub fn basket(chance: &mut Chance, prices: &[i64]) -> i64 {
    if chance.is(15) {
        return match chance.below(100) {
            0..55 => 500,
            55..75 => 1_000,
            75..80 => 1_500,
            _ => chance.between(500, 1_000),
        };
    }
    let lines = chance.weighted(&[(50, 1), (28, 2), (14, 3), (8, 4)]);
    let mut total_minor = 0;
    for _ in 0..lines {
        let place = chance.doubling(1, i64::try_from(prices.len()).unwrap_or(1)) - 1;
        let price = prices.get(usize::try_from(place).unwrap_or(0)).copied().unwrap_or(500);
        total_minor += price * if chance.is(10) { 2 } else { 1 };
    }
    total_minor
}

fn receipts(chance: &mut Chance, prices: &[i64], sales: i64, next_entry: &mut u32) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    let people = chance.between(1, 5);
    for _ in 0..sales {
        let total_minor = basket(chance, prices);
        let is_refund = chance.below(1_000) < 15;
        let mut receipt = Receipt {
            entry: take(next_entry),
            minute: minute(chance),
            person: u32::try_from(chance.between(1, people)).unwrap_or(1),
            cash_minor: 0,
            card_minor: 0,
            tendered_minor: 0,
            change_minor: 0,
            is_refund,
            is_refund_of_card: false,
        };
        let is_cash = chance.is(match total_minor {
            ..1_500 => 65,
            1_500..5_000 => 50,
            _ => 25,
        });
        if is_refund {
            receipt.is_refund_of_card = !is_cash;
            let is_given_in_cash = is_cash || chance.is(25);
            *(if is_given_in_cash { &mut receipt.cash_minor } else { &mut receipt.card_minor }) =
                -total_minor;
        } else if total_minor > 2_000 && chance.is(3) {
            receipt.cash_minor = total_minor / 2_000 * 1_000;
            receipt.tendered_minor = receipt.cash_minor;
            receipt.card_minor = total_minor - receipt.cash_minor;
        } else if is_cash {
            receipt.cash_minor = total_minor;
            receipt.tendered_minor = tendered(chance, total_minor);
            receipt.change_minor = receipt.tendered_minor - total_minor;
        } else {
            receipt.card_minor = total_minor;
        }
        receipts.push(receipt);
    }
    receipts
}

/// What is handed over for a total.
fn tendered(chance: &mut Chance, total_minor: i64) -> i64 {
    let next = |step: i64| (total_minor + step - 1) / step * step;
    match chance.below(100) {
        0..12 => total_minor,
        12..24 => next(100),
        24..42 => next(500),
        42..62 => next(1_000),
        62..80 => next(2_000),
        80..94 => next(5_000),
        // A note, and odd coins so that the change is round.
        _ => next(1_000) + total_minor % 500,
    }
}

fn habits(chance: &mut Chance) -> Vec<Habit> {
    if !chance.is(70) {
        return Vec::new();
    }
    let mut reasons = vec!["postage", "courier", "office", "staff"];
    (0..chance.between(1, 2))
        .map(|_| Habit {
            reason: reasons.remove(chance.below(reasons.len())),
            minute: chance.between(9 * 60, 17 * 60),
            amount_minor: chance.doubling(6, 80) * chance.weighted(&[(3, 50), (2, 55), (1, 47)]),
            is_fixed: chance.is(50),
            percent_of_days: chance.weighted(&[(4, 95), (4, 70), (2, 40)]),
        })
        .collect()
}

/// One time that a habit takes place.
fn paid_out(chance: &mut Chance, habit: &Habit) -> PaidOut {
    let part = if habit.is_fixed { 100 } else { chance.between(67, 133) };
    PaidOut {
        reason: habit.reason,
        minute: habit.minute + chance.between(-25, 25),
        amount_minor: (habit.amount_minor * part / 100).max(50),
    }
}

fn movements(
    chance: &mut Chance,
    receipts: &[Receipt],
    habits: &[Habit],
    opening_float_minor: i64,
    next_entry: &mut u32,
) -> Vec<Movement> {
    let mut movements = Vec::new();
    let mut add = |kind, minute, reason, amount_minor| {
        movements.push(Movement { entry: take(next_entry), kind, minute, reason, amount_minor });
    };
    for habit in habits {
        if chance.is(habit.percent_of_days) {
            let paid_out = paid_out(chance, habit);
            add(MovementKind::PaidOut, paid_out.minute, paid_out.reason, -paid_out.amount_minor);
        }
    }
    if chance.is(12) {
        add(MovementKind::PaidOut, minute(chance), "other", -chance.between(10, 120) * 25);
    }
    if chance.is(10) {
        add(MovementKind::PaidIn, minute(chance), "change_from_bank", chance.between(1, 8) * 2_500);
    }
    if chance.is(15) {
        add(MovementKind::FloatTopUp, minute(chance), "change_needed", chance.between(1, 4) * 5_000);
    }
    let most_minor = chance.between(12, 30) * 5_000;
    let mut held_minor = opening_float_minor;
    for receipt in receipts {
        held_minor += receipt.cash_minor;
        if held_minor > most_minor {
            let drop_minor =
                (held_minor - opening_float_minor) / 5_000 * 5_000 * chance.between(5, 9) / 10 / 5_000
                    * 5_000;
            if drop_minor > 0 {
                held_minor -= drop_minor;
                add(MovementKind::SafeDrop, receipt.minute, "too_much_cash", -drop_minor);
            }
        }
    }
    movements
}
