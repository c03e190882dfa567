//! The notes and coins in a drawer.

use super::Pieces;
use super::chance::Chance;

/// The notes and coins of the euro, largest first, in cents, with how many make a roll of coins or a clip of
/// notes.
pub const VALUES: [(i64, i64); 14] = [
    (20_000, 10),
    (10_000, 10),
    (5_000, 10),
    (2_000, 10),
    (1_000, 10),
    (500, 10),
    (200, 25),
    (100, 25),
    (50, 40),
    (20, 40),
    (10, 40),
    (5, 50),
    (2, 50),
    (1, 50),
];

/// How many of each coin usually lie in a drawer.
pub struct Usual {
    coins: Vec<(i64, i64, i64)>,
    fives: i64,
    tens: i64,
}

impl Usual {
    /// Draws what is usual in a drawer.
    pub fn new(chance: &mut Chance, keeps_rolls: bool) -> Self {
        let coins = VALUES.iter().filter(|(value, _)| *value < 500);
        let coins = coins.map(|(value, pieces)| {
            let rolls = if keeps_rolls { chance.weighted(&[(3, 0), (4, 1), (2, 2)]) } else { 0 };
            (*value, chance.between(8, 35), rolls * pieces)
        });
        Self { coins: coins.collect(), fives: chance.between(6, 20), tens: chance.between(6, 20) }
    }

    /// Notes and coins that come to this amount: coins and small notes about as usual, then large notes.
    pub fn pieces(&self, chance: &mut Chance, held_minor: i64) -> Vec<Pieces> {
        let mut counts = vec![0; VALUES.len()];
        let at = |value: i64| VALUES.iter().position(|(one, _)| *one == value).unwrap_or(0);
        let mut left_minor = held_minor.max(0);
        let mut put = |counts: &mut Vec<i64>, value: i64, count: i64| {
            let count = count.min(left_minor / value).max(0);
            counts[at(value)] += count;
            left_minor -= count * value;
        };
        let coins_minor: i64 =
            self.coins.iter().map(|(value, loose, in_rolls)| value * (loose + in_rolls)).sum();
        // Where little is left, a third of it is coins all the same.
        let percent = (held_minor.max(0) * 100 / 3 / coins_minor.max(1)).min(100);
        for (value, loose, in_rolls) in &self.coins {
            let in_rolls = if *in_rolls > 0 && chance.is(25) { in_rolls / 2 } else { *in_rolls };
            put(&mut counts, *value, (loose * chance.between(70, 130) / 100 + in_rolls) * percent / 100);
        }
        put(&mut counts, 500, self.fives * chance.between(60, 140) / 100);
        put(&mut counts, 1_000, self.tens * chance.between(60, 140) / 100);
        let parts = [(20_000, 2), (10_000, 12), (5_000, 55), (2_000, 100)];
        let notes_minor = held_minor / 100;
        for (value, percent) in parts {
            let share = if percent == 100 {
                i64::MAX
            } else {
                notes_minor * chance.between(percent / 2, percent) / value
            };
            put(&mut counts, value, share);
        }
        for (value, _) in VALUES {
            put(&mut counts, value, i64::MAX);
        }
        VALUES
            .iter()
            .zip(counts)
            .map(|((value_minor, _), count)| Pieces { value_minor: *value_minor, count })
            .collect()
    }
}

/// What they come to.
#[must_use]
pub fn total_minor(count: &[Pieces]) -> i64 {
    count.iter().map(|row| row.value_minor * row.count).sum()
}
