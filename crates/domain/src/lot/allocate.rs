//! Which lots packs are taken from: first expiry first out.

use super::LotOnShelf;
use super::rows::{Chosen, Remarks, Row, Rows};
use crate::limits::{MAX_QUANTITY, check_quantity};
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// Packs taken from lots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The lots in the order in which they were taken, each once; their packs sum to what was asked for.
    pub lots: Vec<FromLot>,
    /// Packs in `lots` that the book does not have, 0 or more. They are in the customer's hand, so they are
    /// sold all the same, and somebody looks at the stock afterwards.
    pub short: i64,
    /// What is told about it, in packs.
    pub remarks: Remarks,
}

/// Packs of one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromLot {
    /// Lot number; none where no lot is known.
    pub lot: Option<String>,
    /// The expiry that counted, where known.
    pub expiry: Option<BusinessDate>,
    /// Packs, 1 or more.
    pub packs: i64,
    /// Those of them that the book does not have, 0 or more.
    pub short: i64,
}

/// Takes `wanted` packs (1 to [`MAX_QUANTITY`]) from the lots of one product.
///
/// Packs in hand are of the lot that they name. What else is wanted is taken from that lot as far as it goes,
/// then from what expires first; lots that must not be sold are passed over. A lot that a person chose gives
/// everything. What is short goes to the named lot, else to the first that may be sold, else to none.
///
/// # Errors
/// `quantity_out_of_range`, `too_many_lines`, `text_too_long`, `reason_needed`; for a named lot `lot_recalled`,
/// `lot_damaged`, `lot_expired`, `lot_quarantined`, `lot_on_hold`.
pub fn allocate(
    lots: &[LotOnShelf],
    wanted: i64,
    today: BusinessDate,
    chosen: Chosen<'_>,
) -> Result<Allocation, Refusal> {
    check_quantity(wanted, MAX_QUANTITY)?;
    let rows = Rows::of(lots, today, chosen)?;
    let certain = match chosen {
        Chosen::FirstExpiry => 0,
        Chosen::InHand { packs, .. } => packs.min(wanted),
        Chosen::ByPerson { .. } => wanted,
    };
    let mut taken: Vec<(&Row, i64)> = Vec::new();
    let mut remarks = Remarks::default();
    let mut left = wanted;
    if let Some(named) = &rows.named {
        let packs = named.packs.max(certain).min(wanted);
        taken.push((named, packs));
        left -= packs;
    }
    for row in &rows.others {
        if left == 0 {
            break;
        }
        match row.block {
            Some(block) => remarks.skip(block, row.packs),
            None if row.packs > 0 => {
                taken.push((row, row.packs.min(left)));
                left -= row.packs.min(left);
            }
            None => {}
        }
    }
    let for_short = rows.for_short();
    if left > 0 {
        match taken.iter_mut().find(|(row, _)| row.lot == for_short.lot) {
            Some((_, packs)) => *packs += left,
            None => taken.push((&for_short, left)),
        }
    }
    let mut allocation = Allocation { lots: Vec::with_capacity(taken.len()), short: 0, remarks };
    for (row, packs) in taken {
        allocation.remarks.take(row, today, packs);
        let short = (packs - row.packs).max(0);
        allocation.short += short;
        allocation.lots.push(FromLot { lot: row.lot.clone(), expiry: row.expiry, packs, short });
    }
    Ok(allocation)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lot::LotState;
    use crate::sample::{TODAY, any_lots, on_shelf};

    fn in_hand(lot: &str, packs: i64) -> Chosen<'_> {
        Chosen::InHand { lot, expiry: None, packs }
    }

    /// A lot of these packs that expires in so many days.
    fn lot(number: &str, packs: i64, days: i32) -> LotOnShelf {
        on_shelf(Some(number), packs, 0, Some(days), LotState::Sellable)
    }

    /// Compares the lots as `lot packs`, with `!n` after those of which n are short; `-` is no lot.
    #[track_caller]
    fn check(lots: &[LotOnShelf], wanted: i64, chosen: Chosen<'_>, expected: Result<&str, &str>) -> Remarks {
        let seen = allocate(lots, wanted, TODAY, chosen);
        let text = |from: &FromLot| {
            let short = if from.short > 0 { format!("!{}", from.short) } else { String::new() };
            format!("{} {}{short}", from.lot.as_deref().unwrap_or("-"), from.packs)
        };
        let texts = seen.as_ref().map(|seen| seen.lots.iter().map(text).collect::<Vec<_>>().join(", "));
        assert_eq!(texts.as_deref().map_err(|refusal| refusal.code()), expected);
        seen.map(|seen| seen.remarks).unwrap_or_default()
    }

    #[test]
    fn what_expires_first_goes_first() {
        let first = Chosen::FirstExpiry;
        let undated = on_shelf(Some("U"), 5, 0, None, LotState::Sellable);
        let unnamed = on_shelf(None, 5, 0, None, LotState::Sellable);
        let lots = [unnamed.clone(), undated, lot("b", 2, 100), lot("B", 2, 100), lot("C", 3, 0)];
        check(&lots, 3, first, Ok("C 3"));
        check(&lots, 4, first, Ok("C 3, B 1"));
        check(&lots, 6, first, Ok("C 3, B 2, b 1"));
        check(&lots, 14, first, Ok("C 3, B 2, b 2, U 5, - 2"));
        check(&lots, 18, first, Ok("C 4!1, B 2, b 2, U 5, - 5"));
        check(&lots, 0, first, Err("quantity_out_of_range"));
        check(&lots, 9_999, first, Ok("C 9985!9982, B 2, b 2, U 5, - 5"));
        check(&lots, 10_000, first, Err("quantity_out_of_range"));
        check(&vec![unnamed.clone(); 10_000], 1, first, Ok("- 1"));
        check(&vec![unnamed; 10_001], 1, first, Err("too_many_lines"));
    }

    #[test]
    fn what_is_not_there_is_short() {
        let first = Chosen::FirstExpiry;
        check(&[], 2, first, Ok("- 2!2"));
        check(&[lot("A", 0, 50), lot("B", 1, 90)], 3, first, Ok("B 3!2"));
        check(&[lot("A", -4, 50), lot("B", 0, 90)], 3, first, Ok("A 3!3"));
        check(&[lot("A", 4, -1)], 3, first, Ok("- 3!3"));
        let unnamed = on_shelf(None, 4, 0, None, LotState::OnHold);
        check(&[unnamed], 3, first, Ok("- 3!3"));
    }

    #[test]
    fn what_is_passed_over_is_told() {
        let blocked = |number, packs, days, state| on_shelf(Some(number), packs, 0, Some(days), state);
        let lots = [
            lot("A", 1, -5),
            blocked("B", 2, 10, LotState::OnHold),
            lot("C", 3, 30),
            blocked("D", 4, 31, LotState::Quarantined),
            blocked("E", 5, 32, LotState::Damaged),
            lot("F", 6, 33),
            blocked("G", 7, 34, LotState::Recalled),
            blocked("H", -7, 35, LotState::OnHold),
        ];
        let none = Remarks::default();
        let near = Remarks { skipped_expired: 1, skipped_on_hold: 2, issued_expiring_soon: 3, ..none };
        assert_eq!(check(&lots, 3, Chosen::FirstExpiry, Ok("C 3")), near);
        let far = Remarks { skipped_quarantined: 4, skipped_damaged: 5, ..near };
        assert_eq!(check(&lots, 9, Chosen::FirstExpiry, Ok("C 3, F 6")), far);
        let all = Remarks { skipped_recalled: 7, issued_expiring_soon: 4, ..far };
        assert_eq!(check(&lots, 10, Chosen::FirstExpiry, Ok("C 4!1, F 6")), all);
        assert_eq!(check(&lots, 4, in_hand("F", 1), Ok("F 4")), none);
    }

    #[test]
    fn a_pack_in_hand_is_of_its_lot() {
        let lots = [lot("A", 2, 50), lot("B", 3, 90), lot("C", 9, -1)];
        check(&lots, 1, in_hand("B", 1), Ok("B 1"));
        check(&lots, 4, in_hand("B", 1), Ok("B 3, A 1"));
        check(&lots, 4, in_hand("B", 4), Ok("B 4!1"));
        check(&lots, 9, in_hand("B", 1), Ok("B 7!4, A 2"));
        check(&lots, 1, in_hand("X", 1), Ok("X 1!1"));
        check(&lots, 2, in_hand("X", 1), Ok("X 1!1, A 1"));
        check(&lots, 1, in_hand("X", i64::MAX), Ok("X 1!1"));
        check(&lots, 1, in_hand("X", 0), Err("quantity_out_of_range"));
        check(&lots, 1, in_hand(&"X".repeat(61), 1), Err("text_too_long"));
        check(&lots, 1, in_hand("C", 1), Err("lot_expired"));
        for (state, code) in [
            (LotState::OnHold, "lot_on_hold"),
            (LotState::Quarantined, "lot_quarantined"),
            (LotState::Damaged, "lot_damaged"),
            (LotState::Recalled, "lot_recalled"),
        ] {
            let blocked = [on_shelf(Some("A"), 5, 0, Some(50), state)];
            check(&blocked, 1, in_hand("A", 1), Err(code));
            check(&blocked, 1, Chosen::ByPerson { lot: Some("A"), reason: "other" }, Err(code));
        }
    }

    #[test]
    fn what_the_pack_says_of_its_expiry_counts_too() {
        let on_pack =
            |days: i32| Chosen::InHand { lot: "A", expiry: Some(BusinessDate(TODAY.0 + days)), packs: 1 };
        let lots = [lot("A", 2, 50)];
        assert!(!check(&lots, 1, on_pack(50), Ok("A 1")).has_two_expiries);
        assert!(check(&lots, 1, on_pack(51), Ok("A 1")).has_two_expiries);
        check(&lots, 1, on_pack(-1), Err("lot_expired"));
        check(&[], 1, on_pack(-1), Err("lot_expired"));
        check(&[lot("A", 2, -1)], 1, on_pack(50), Err("lot_expired"));
        // Two entries in the book that contradict each other, of which the stricter one holds.
        let twice = [lot("A", 1, 50), lot("A", 1, 20)];
        let remarks = check(&twice, 2, Chosen::FirstExpiry, Ok("A 2"));
        assert_eq!((remarks.has_two_expiries, remarks.issued_expiring_soon), (true, 2));
        let held = [lot("A", 1, 50), on_shelf(Some("A"), 1, 0, Some(50), LotState::Recalled)];
        assert_eq!(check(&held, 1, Chosen::FirstExpiry, Ok("- 1!1")).skipped_recalled, 2);
    }

    #[test]
    fn a_person_chooses_with_a_reason() {
        let lots = [lot("A", 2, 50), lot("B", 3, 90)];
        let by_person = |lot, reason| Chosen::ByPerson { lot, reason };
        for reason in crate::lot::LOT_REASONS {
            check(&lots, 3, by_person(Some("B"), reason), Ok("B 3"));
        }
        check(&lots, 5, by_person(Some("B"), "other"), Ok("B 5!2"));
        check(&lots, 1, by_person(None, "pack_in_hand"), Ok("- 1!1"));
        check(&lots, 1, by_person(Some("B"), ""), Err("reason_needed"));
        check(&lots, 1, by_person(Some("B"), "because"), Err("reason_needed"));
        check(&lots, 1, by_person(Some(&"B".repeat(61)), "other"), Err("text_too_long"));
    }

    proptest! {
        /// What is asked for is given, nothing of it is blocked, nothing expires before what was given and was
        /// left, and every till that knows the same lots gives the same.
        #[test]
        fn first_expiry_first_out(lots in any_lots(), wanted in 1..60_i64, turn in 0..8_usize) {
            let found = allocate(&lots, wanted, TODAY, Chosen::FirstExpiry)?;
            prop_assert_eq!(found.lots.iter().map(|from| from.packs).sum::<i64>(), wanted);
            let there: i64 = lots.iter().filter(|lot| lot.block(TODAY).is_none()).map(|lot| lot.on_hand.max(0)).sum();
            prop_assert_eq!(found.short, (wanted - there).max(0));
            let last = found.lots.iter().filter(|from| from.short < from.packs).map(|from| from.expiry.map_or(i32::MAX, |day| day.0)).max();
            for lot in &lots {
                let from = found.lots.iter().find(|from| from.lot == lot.lot);
                let packs = from.map_or(0, |from| from.packs - from.short);
                prop_assert!(packs == 0 || lot.block(TODAY).is_none());
                let is_earlier = last.is_some_and(|last| lot.expiry.map_or(i32::MAX, |day| day.0) < last);
                prop_assert!(!is_earlier || lot.block(TODAY).is_some() || packs == lot.on_hand.max(0));
            }
            let mut turned = lots.clone();
            turned.rotate_left(turn.min(lots.len()));
            turned.reverse();
            prop_assert_eq!(allocate(&turned, wanted, TODAY, Chosen::FirstExpiry)?, found);
        }
    }
}
