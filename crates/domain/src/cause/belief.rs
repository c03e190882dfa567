//! What is believed of counters in general, before a drawer is looked at. Shares are of a thousand, weights of
//! a thousand million.

use super::CauseKind;

/// How often nothing can be found, in a thousand.
pub(super) const WITHOUT_TRACE: u128 = 250;
/// How often one thing went wrong.
pub(super) const ONE_MISTAKE: u128 = 600;
/// How often two did.
pub(super) const TWO_MISTAKES: u128 = 150;

/// How often a mistake is of this kind, in a thousand, where there is occasion for it.
pub(super) fn share(kind: CauseKind) -> u128 {
    match kind {
        CauseKind::CashWasCard => 180,
        CauseKind::CardWasCash => 120,
        CauseKind::ChangeTwice => 80,
        CauseKind::ChangeNotGiven => 50,
        CauseKind::RefundByOtherTender => 120,
        CauseKind::Mistyped => 120,
        CauseKind::WrongRow => 90,
        CauseKind::RollMiscounted => 60,
        CauseKind::PaidOutMissing => 150,
        // Few drawers stand beside others, and few have something on its way; those that do make such
        // mistakes more often than the average drawer.
        CauseKind::OtherTill => 180,
        CauseKind::TransferNotAccepted => 200,
        CauseKind::DropNotTakenOut => 60,
    }
}

/// Notes that get lost or stick to another one, with how often a drawer that is off without a trace is short
/// of just one of them, in a million.
const NOTES: [(i64, u128); 5] =
    [(500, 60_000), (1_000, 90_000), (2_000, 80_000), (5_000, 45_000), (10_000, 5_000)];

/// Differences between a piece and its neighbour, that are given wrong in change; in a million, for both
/// directions together.
const NEIGHBOURS: [(i64, u128); 10] = [
    (1, 3_000),
    (5, 14_000),
    (10, 20_000),
    (30, 20_000),
    (50, 28_000),
    (100, 28_000),
    (300, 14_000),
    (500, 30_000),
    (1_000, 30_000),
    (3_000, 12_000),
];

/// How likely a drawer is off by this amount without any trace, in a thousand million.
pub(super) fn without_trace(off_by: i64) -> u128 {
    let size = i64::try_from(off_by.unsigned_abs()).unwrap_or(i64::MAX);
    let is_short = off_by < 0;
    let of = |table: &[(i64, u128)]| {
        table.iter().find(|(amount, _)| *amount == size).map_or(0, |(_, share)| *share)
    };
    // A note goes missing four times as often as one too many turns up.
    let note = of(&NOTES) * if is_short { 1_000 } else { 250 };
    let neighbour = of(&NEIGHBOURS) * 500;
    // A few small pieces over the day: mostly whole five cents, rarely more than ten euros.
    let few = match (size, size % 5) {
        (..=1_000, 0) => 420_000,
        (..=1_000, _) => 25_000,
        (..=4_000, 0) => 45_000,
        (..=4_000, _) => 2_000,
        _ => 0,
    };
    // Anything: as likely between one and two as between ten and twenty. A sale that was not rung up is of
    // this sort too.
    let anything = 24_000_000 / u128::from(size.unsigned_abs()).clamp(100, 1_000_000);
    note + neighbour + few + anything
}

/// How likely the card terminal's total is off by this much for no fault of the drawer, in a million: its day
/// may end one sale before or after the drawer's.
pub(super) fn card_off_by(left_minor: i64, last_sales_minor: &[i64]) -> u128 {
    if left_minor == 0 {
        920_000
    } else if last_sales_minor.contains(&left_minor.abs()) {
        12_000
    } else {
        20
    }
}
