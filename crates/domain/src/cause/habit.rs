//! Paid-outs that come back: at this hour on earlier days, and without an entry today.

use std::collections::BTreeMap;

use super::belief::share;
use super::guess::{About, Guess};
use super::{CauseKind, Evidence, PaidOutThen};
use crate::id::EntryId;

/// Days on which it must have taken place to be a habit.
const LEAST_TIMES: usize = 3;
/// How far from its usual minute it still is the same.
const AROUND_MIN: i64 = 90;

/// A paid-out of earlier days that has no entry today.
pub(super) struct Habit {
    /// Its entries, oldest first.
    pub entries: Vec<EntryId>,
    amounts_minor: Vec<i64>,
}

/// The habits that have no entry today, in the order of their reasons.
pub(super) fn habits(evidence: &Evidence) -> Vec<Habit> {
    let mut by_reason: BTreeMap<&str, Vec<&PaidOutThen>> = BTreeMap::new();
    for paid_out in evidence.earlier.iter().flat_map(|earlier| &earlier.paid_outs) {
        by_reason.entry(&paid_out.reason).or_default().push(paid_out);
    }
    let mut habits = Vec::new();
    for (reason, times) in by_reason {
        let mut minutes: Vec<i64> = times.iter().map(|one| one.minute).collect();
        minutes.sort_unstable();
        let usual = minutes[minutes.len() / 2];
        let is_then = |one: &PaidOutThen| {
            one.reason == reason && one.minute.abs_diff(usual) <= AROUND_MIN.unsigned_abs()
        };
        let then: Vec<&PaidOutThen> = times.into_iter().filter(|one| is_then(one)).collect();
        if then.len() >= LEAST_TIMES && !evidence.paid_outs.iter().any(is_then) {
            habits.push(Habit {
                entries: then.iter().map(|one| one.entry).collect(),
                amounts_minor: then.iter().map(|one| one.amount_minor).collect(),
            });
        }
    }
    habits
}

/// A guess for each amount that a missing habit may have come to.
pub(super) fn guesses(evidence: &Evidence) -> Vec<Guess> {
    let habits = habits(evidence);
    let mut guesses = Vec::new();
    for (at, habit) in habits.iter().enumerate() {
        let days = evidence.earlier.len().max(1) as u128;
        let times = habit.amounts_minor.len() as u128;
        // What takes place nearly every day speaks the louder when it is missing.
        let missing_days = days.saturating_sub(times).max(1) + 1;
        let weight =
            share(CauseKind::PaidOutMissing) * 1_000_000 * days / missing_days / habits.len() as u128;
        for (amount_minor, share) in amounts(&habit.amounts_minor) {
            guesses.push(Guess {
                kind: CauseKind::PaidOutMissing,
                about: About::Habit(at),
                amount_minor: -amount_minor,
                on_terminal_minor: 0,
                weight: weight * share / 1_000_000,
            });
        }
    }
    guesses
}

/// What it may come to this time, with a share of a million each: what it was before, as often as it was that,
/// and anything about as large, as often as it was something new.
fn amounts(before_minor: &[i64]) -> BTreeMap<i64, u128> {
    let mut shares: BTreeMap<i64, u128> = BTreeMap::new();
    for amount in before_minor {
        *shares.entry(*amount).or_default() += 1;
    }
    let times = before_minor.len() as u128;
    let new = shares.len() as u128;
    for share in shares.values_mut() {
        *share = if *share > 1 { *share * 1_000_000 / times } else { 0 };
    }
    let least = before_minor.iter().copied().min().unwrap_or(0) * 9 / 10;
    let most = before_minor.iter().copied().max().unwrap_or(0) * 11 / 10;
    let anywhere = new * 1_000_000 / (times + 1) / u128::from(most.abs_diff(least) + 1);
    for amount in least.max(1)..=most.min(least + 20_000) {
        *shares.entry(amount).or_default() += anywhere;
    }
    shares
}
