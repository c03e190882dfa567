//! What can go wrong while notes and coins are counted and typed. How many of each usually lie in this drawer
//! speaks for or against it.

use super::belief::share;
use super::guess::{About, Guess};
use super::{CauseKind, CountedRow, Evidence};
use crate::entry::Denomination;
use crate::limits::MAX_DENOMINATION_COUNT;
use crate::money;

/// A million: nothing speaks for it or against it.
const EVEN: u128 = 1_000_000;
/// Pieces of a row that are looked for where it is empty.
const MOST_PIECES: i64 = 500;
/// The most that a count can speak for something.
const LOUDEST: u128 = EVEN * 100_000;

/// The guesses about a count.
pub(super) fn guesses(evidence: &Evidence) -> Vec<Guess> {
    let rows: Vec<CountedRow> = evidence.counted.iter().map(|row| within(*row)).collect();
    let rows = &rows[..];
    let usual: Vec<Usual> = rows.iter().map(|row| Usual::of(evidence, row.value_minor)).collect();
    let mut guesses = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        mistyped(rows, row, &usual[at], &mut guesses);
        rolls(rows, row, &usual[at], &mut guesses);
        left_out(rows, row, &usual[at], &mut guesses);
        if let Some(next) = rows.get(at + 1) {
            swapped_rows(rows, (row, &usual[at]), (next, &usual[at + 1]), &mut guesses);
            into_neighbour(rows, (row, &usual[at]), (next, &usual[at + 1]), &mut guesses);
            into_neighbour(rows, (next, &usual[at + 1]), (row, &usual[at]), &mut guesses);
        }
    }
    guesses
}

/// The row with counts that a drawer can have.
fn within(row: CountedRow) -> CountedRow {
    let count = row.count.clamp(0, MAX_DENOMINATION_COUNT);
    CountedRow { count, in_roll: row.in_roll.clamp(0, MAX_DENOMINATION_COUNT), ..row }
}

/// How many of a note or coin usually lie in this drawer.
struct Usual {
    mean: i64,
    /// Square of how far it goes up and down.
    spread: u128,
    /// More than that never lay there, with something to spare.
    most: i64,
    is_known: bool,
}

impl Usual {
    fn of(evidence: &Evidence, value_minor: i64) -> Self {
        let of_value = |rows: &[Denomination]| {
            let count = rows.iter().find(|row| row.value_minor == value_minor).map_or(0, |row| row.count);
            count.clamp(0, MAX_DENOMINATION_COUNT)
        };
        let counts: Vec<i64> = evidence.earlier.iter().map(|earlier| of_value(&earlier.counted)).collect();
        let times = i64::try_from(counts.len()).unwrap_or(1).max(1);
        let mean = counts.iter().sum::<i64>() / times;
        let squares: i64 = counts.iter().map(|count| (count - mean).pow(2)).sum();
        // A few counts do not tell all that can be.
        let spread = squares / times + (mean / 10).pow(2) + 2;
        Self {
            mean,
            spread: u128::from(spread.unsigned_abs()),
            most: (counts.iter().copied().max().unwrap_or(0) * 3 / 2).min(MOST_PIECES),
            is_known: counts.len() >= 3,
        }
    }

    fn distance(&self, count: i64) -> u128 {
        self.spread + u128::from(count.abs_diff(self.mean)).pow(2)
    }

    /// How much more likely `really` pieces are than the typed ones, in a million.
    fn speaks_for(&self, really: i64, typed: i64) -> u128 {
        if !self.is_known {
            return EVEN;
        }
        let ratio = self.distance(typed) * 1_000 / self.distance(really);
        (ratio * ratio).clamp(1, LOUDEST)
    }
}

/// So many times an amount; 0, which is no guess, where that is out of range.
fn times(value_minor: i64, count: i64) -> i64 {
    money::times(value_minor, count).unwrap_or(0)
}

/// A guess that this many were really there.
fn guess(kind: CauseKind, value_minor: i64, amount_minor: i64, weight: u128) -> Guess {
    Guess { kind, about: About::Denomination(value_minor), amount_minor, on_terminal_minor: 0, weight }
}

/// The weight of a kind, in percent of it, for each of so many rows, changed by what speaks for it.
fn weight(kind: CauseKind, percent: u128, rows: usize, speaks_for: u128) -> u128 {
    share(kind) * 10_000 * percent / (rows as u128).max(1) * speaks_for.min(LOUDEST) / EVEN
}

fn mistyped(rows: &[CountedRow], row: &CountedRow, usual: &Usual, guesses: &mut Vec<Guess>) {
    let typed = row.count;
    let mut add = |really: i64, percent| {
        let speaks_for = usual.speaks_for(really, typed);
        let weight = weight(CauseKind::Mistyped, percent, rows.len(), speaks_for);
        guesses.push(guess(
            CauseKind::Mistyped,
            row.value_minor,
            times(row.value_minor, typed - really),
            weight,
        ));
    };
    let (tens, ones) = (typed / 10, typed % 10);
    if (1..100).contains(&typed) && ones > 0 && tens != ones {
        add(ones * 10 + tens, 60);
    }
    if (11..100).contains(&typed) && tens == ones {
        add(ones, 40);
    }
    if (100..1_000).contains(&typed) {
        let (first, middle, last) = (typed / 100, typed / 10 % 10, ones);
        if middle == last {
            add(first * 10 + middle, 20);
        }
        if first == middle {
            add(middle * 10 + last, 20);
        }
    }
}

fn rolls(rows: &[CountedRow], row: &CountedRow, usual: &Usual, guesses: &mut Vec<Guess>) {
    if row.in_roll == 0 {
        return;
    }
    for (too_many, percent) in [(-row.in_roll, 60), (row.in_roll, 40)] {
        let really = row.count - too_many;
        if really >= row.in_roll {
            let speaks_for = usual.speaks_for(really, row.count);
            let weight = weight(CauseKind::RollMiscounted, percent, rows.len(), speaks_for);
            guesses.push(guess(
                CauseKind::RollMiscounted,
                row.value_minor,
                times(row.value_minor, too_many),
                weight,
            ));
        }
    }
}

/// A row with nothing in it, where something usually lies.
fn left_out(rows: &[CountedRow], row: &CountedRow, usual: &Usual, guesses: &mut Vec<Guess>) {
    if row.count != 0 {
        return;
    }
    for really in 1..=usual.most {
        let weight =
            weight(CauseKind::WrongRow, 35, rows.len(), usual.speaks_for(really, 0)) / breadth(usual);
        guesses.push(guess(CauseKind::WrongRow, row.value_minor, times(row.value_minor, -really), weight));
    }
}

/// Over how many counts the weight of a row of unknown count is spread.
fn breadth(usual: &Usual) -> u128 {
    (usual.spread.isqrt() * 2).max(1)
}

fn swapped_rows(
    rows: &[CountedRow],
    one: (&CountedRow, &Usual),
    other: (&CountedRow, &Usual),
    guesses: &mut Vec<Guess>,
) {
    let ((row, usual), (next, usual_next)) = (one, other);
    let speaks_for =
        usual.speaks_for(next.count, row.count) * usual_next.speaks_for(row.count, next.count) / EVEN;
    let weight = weight(CauseKind::WrongRow, 40, rows.len(), speaks_for);
    let amount_minor = times(row.value_minor - next.value_minor, row.count - next.count);
    guesses.push(guess(CauseKind::WrongRow, row.value_minor, amount_minor, weight));
}

/// All of a row counted into the row beside it.
fn into_neighbour(
    rows: &[CountedRow],
    from: (&CountedRow, &Usual),
    to: (&CountedRow, &Usual),
    guesses: &mut Vec<Guess>,
) {
    let ((row, usual), (next, usual_next)) = (from, to);
    if row.count != 0 {
        return;
    }
    for really in 1..=next.count.min(usual.most) {
        let there = usual.speaks_for(really, 0);
        let speaks_for = there * usual_next.speaks_for(next.count - really, next.count) / EVEN;
        let weight = weight(CauseKind::WrongRow, 13, rows.len(), speaks_for) / breadth(usual);
        let amount_minor = times(next.value_minor - row.value_minor, really);
        guesses.push(guess(CauseKind::WrongRow, row.value_minor, amount_minor, weight));
    }
}
