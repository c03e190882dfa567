//! How often an explainer finds what was planted.

use std::collections::BTreeMap;

use domain::cause::{
    Cause, CountedRow, Earlier, Evidence, Moved, OtherTill, PaidOutThen, Part, Taken, causes,
};
use domain::entry::Denomination;
use domain::id::{EntryId, TillId};

use super::{About, Closing, MovementKind, PaidOut, Planted, Receipt, VALUES, baseline};

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Found, or rightly said to be none.
    pub right: usize,
    /// Of all these.
    pub of: usize,
}

impl Share {
    fn count(&mut self, is_right: bool) {
        self.of += 1;
        self.right += usize::from(is_right);
    }

    /// In a thousand, rounded down.
    #[must_use]
    pub fn per_mille(&self) -> usize {
        self.right * 1_000 / self.of.max(1)
    }
}

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Measure {
    /// Single mistakes whose very thing is among the first three.
    pub single: Share,
    /// Single mistakes whose kind and amount are among the first three, be it another sale of that amount.
    pub single_by_kind: Share,
    /// Double ones, both things in one of the first three.
    pub double: Share,
    /// Double ones, at least one of both things in one of the first three.
    pub double_one_of_both: Share,
    /// Those without a cause where nothing was named.
    pub without: Share,
    /// Single ones by their code.
    pub by_code: BTreeMap<&'static str, Share>,
}

/// Measures what `domain::cause` says of these closings.
#[must_use]
pub fn measure(closings: &[Closing]) -> Measure {
    measure_by(closings, |closing| {
        causes(&evidence(closing)).iter().map(|cause| named(closing, cause)).collect()
    })
}

/// Measures the baseline.
#[must_use]
pub fn measure_baseline(closings: &[Closing]) -> Measure {
    measure_by(closings, |closing| baseline(closing).into_iter().map(|one| vec![one]).collect())
}

fn measure_by(closings: &[Closing], propose: impl Fn(&Closing) -> Vec<Vec<Planted>>) -> Measure {
    let mut measure = Measure::default();
    for closing in closings {
        let proposals = propose(closing);
        let first = || proposals.iter().take(3);
        match &closing.planted[..] {
            [] => measure.without.count(proposals.is_empty()),
            [one] => {
                let is_found = first().any(|proposal| proposal[..] == [*one]);
                measure.single.count(is_found);
                measure.by_code.entry(one.code).or_default().count(is_found);
                let is_alike =
                    |other: &Planted| other.code == one.code && other.amount_minor == one.amount_minor;
                measure
                    .single_by_kind
                    .count(first().any(|proposal| matches!(&proposal[..], [other] if is_alike(other))));
            }
            both => {
                let has = |proposal: &[Planted], one: &Planted| proposal.contains(one);
                measure.double.count(first().any(|proposal| both.iter().all(|one| has(proposal, one))));
                measure
                    .double_one_of_both
                    .count(first().any(|proposal| both.iter().any(|one| has(proposal, one))));
            }
        }
    }
    measure
}

/// What the desk would know of a closing.
#[must_use]
pub fn evidence(closing: &Closing) -> Evidence {
    let moved = |kind: MovementKind| {
        let of_kind = closing.movements.iter().filter(move |one| one.kind == kind);
        of_kind.map(|one| Moved { entry: entry(one.entry), amount_minor: one.amount_minor.abs() }).collect()
    };
    let paid_outs = closing.movements.iter().filter(|one| one.kind == MovementKind::PaidOut);
    let other_tills = closing.other_tills.iter().map(|other| OtherTill {
        till: till(other.till),
        taken: other.receipts.iter().map(taken).collect(),
        over_short_minor: other.over_short_minor,
    });
    let transfers = closing.transfers.iter();
    Evidence {
        over_short_minor: closing.over_short_minor(),
        card_over_short_minor: closing
            .card
            .counted_minor
            .map(|counted| counted - closing.card.expected_minor),
        taken: closing.receipts.iter().map(taken).collect(),
        counted: closing
            .count
            .iter()
            .map(|row| CountedRow {
                value_minor: row.value_minor,
                count: row.count,
                in_roll: VALUES
                    .iter()
                    .find(|(value, _)| *value == row.value_minor)
                    .map_or(0, |(_, pieces)| *pieces),
            })
            .collect(),
        paid_outs: paid_outs
            .map(|one| PaidOutThen {
                entry: entry(one.entry),
                reason: one.reason.to_owned(),
                minute: one.minute,
                amount_minor: -one.amount_minor,
            })
            .collect(),
        safe_drops: moved(MovementKind::SafeDrop),
        transfers: transfers
            .map(|one| Moved { entry: entry(one.entry), amount_minor: one.amount_minor })
            .collect(),
        earlier: closing
            .earlier
            .iter()
            .enumerate()
            .map(|(day, earlier)| Earlier {
                paid_outs: earlier.paid_outs.iter().map(|one| paid_out_then(day, one)).collect(),
                counted: earlier
                    .count
                    .iter()
                    .map(|row| Denomination { value_minor: row.value_minor, count: row.count })
                    .collect(),
            })
            .collect(),
        other_tills: other_tills.collect(),
    }
}

fn taken(receipt: &Receipt) -> Taken {
    Taken {
        entry: entry(receipt.entry),
        cash_minor: receipt.cash_minor,
        card_minor: receipt.card_minor,
        change_due_minor: receipt.change_minor,
        is_refund: receipt.is_refund,
        is_refund_of_card: receipt.is_refund_of_card,
    }
}

/// The habits of the generator, so that an entry of an earlier day says which one it is of.
const REASONS: [&str; 4] = ["postage", "courier", "office", "staff"];

/// Entries of earlier days have numbers of their own, by day and reason.
fn paid_out_then(day: usize, paid_out: &PaidOut) -> PaidOutThen {
    let reason = REASONS.iter().position(|reason| *reason == paid_out.reason).unwrap_or(0);
    let number = u32::try_from(1_000_000 + day * 10 + reason).unwrap_or(0);
    PaidOutThen {
        entry: entry(number),
        reason: paid_out.reason.to_owned(),
        minute: paid_out.minute,
        amount_minor: paid_out.amount_minor,
    }
}

fn sixteen(number: u32) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}

fn entry(number: u32) -> EntryId {
    EntryId::from_slice(&sixteen(number)).expect("16 bytes")
}

fn till(number: u32) -> TillId {
    TillId::from_slice(&sixteen(number)).expect("16 bytes")
}

fn number(entry: EntryId) -> u32 {
    u32::try_from(u128::from_be_bytes(*entry.as_bytes())).unwrap_or(0)
}

/// What a cause names, in the words of the generator.
fn named(closing: &Closing, cause: &Cause) -> Vec<Planted> {
    cause.parts.iter().map(|part| named_part(closing, part)).collect()
}

fn named_part(closing: &Closing, part: &Part) -> Planted {
    let first = part.entries.first().map(|entry| number(*entry));
    let about = match (part.denomination_minor, first) {
        (Some(value_minor), _) => About::Denomination(same_pair(closing, value_minor)),
        (None, Some(number)) if number >= 1_000_000 => {
            About::Habit(REASONS[usize::try_from(number % 10).unwrap_or(0)])
        }
        (None, number) => About::Entry(number.unwrap_or(0)),
    };
    Planted { code: part.kind.code(), amount_minor: part.amount_minor, about }
}

/// Of two notes or coins that were mixed up the generator names one; either is right, if the amount is.
fn same_pair(closing: &Closing, value_minor: i64) -> i64 {
    let place = |value: i64| VALUES.iter().position(|(one, _)| *one == value).unwrap_or(usize::MAX);
    let of_count =
        closing.planted.iter().filter(|one| one.code == "wrong_row").find_map(|one| match one.about {
            About::Denomination(planted) => Some(planted),
            _ => None,
        });
    of_count.filter(|planted| place(*planted).abs_diff(place(value_minor)) <= 1).unwrap_or(value_minor)
}
