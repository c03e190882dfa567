//! Parts of a count. Several people count one drawer at once, each at a device of their own; whoever puts the count
//! in takes up what the others found.

use std::collections::{BTreeMap, BTreeSet};

use crate::cash::{CashContext, sum_denominations};
use crate::entry::{Denomination, DrawerCounted, Entry, PartCounted};
use crate::id::{EntryId, StaffId};
use crate::refusal::Refusal;

/// What one person counted of a drawer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountPart {
    /// Minted by the asker.
    pub entry_id: EntryId,
    /// Cash, by note and coin; nothing takes the part back that it replaces.
    pub denominations: Vec<Denomination>,
    /// An earlier part of the same person, counted anew.
    pub replaces: Option<EntryId>,
}

/// Puts a part in. It tells nobody what is expected, and counts for nothing until a count takes it up. `open` are
/// the parts that [`open_parts`] gives.
///
/// # Errors
/// `session_closed`, a limit of the count, `parts_changed` where the part that is replaced is somebody else's, was
/// replaced already, or belongs to a count by now.
pub fn count_part(
    ctx: &CashContext<'_>,
    command: &CountPart,
    open: &[&PartCounted],
) -> Result<PartCounted, Refusal> {
    ctx.acting.open_session()?;
    let counted_cash_minor = sum_denominations(&command.denominations)?;
    if let Some(replaced) = command.replaces {
        let is_own =
            |part: &PartCounted| part.common.entry_id == replaced && part.common.actor == ctx.acting.actor;
        if !open.iter().any(|part| is_own(part)) {
            return Err(Refusal::PartsChanged);
        }
    }
    Ok(PartCounted {
        common: ctx.acting.common(command.entry_id, command.replaces.into_iter().collect(), Vec::new()),
        sealed: Vec::new(),
        location: ctx.drawer,
        denominations: command.denominations.clone(),
        counted_cash_minor,
        replaces: command.replaces,
    })
}

/// The parts among the entries of a session that stand open: nobody counted them anew or took them back, and no
/// count has taken them up.
pub fn open_parts<'e>(entries: impl Iterator<Item = &'e Entry> + Clone) -> Vec<&'e PartCounted> {
    let mut gone = BTreeSet::new();
    for entry in entries.clone() {
        match entry {
            Entry::PartCounted(part) => gone.extend(part.replaces),
            Entry::DrawerCounted(count) => gone.extend(&count.parts),
            _ => {}
        }
    }
    let parts = entries.filter_map(|entry| match entry {
        Entry::PartCounted(part) => Some(part),
        _ => None,
    });
    let is_empty = |part: &PartCounted| part.denominations.iter().all(|row| row.count == 0);
    parts.filter(|part| !gone.contains(&part.common.entry_id) && !is_empty(part)).collect()
}

/// Who made the counts among the entries of a session that are asked for, or parts that these took up.
pub fn counted_by<'e>(
    entries: impl Iterator<Item = &'e Entry> + Clone,
    is_asked: impl Fn(&DrawerCounted) -> bool,
) -> Vec<StaffId> {
    let counts = entries.clone().filter_map(|entry| match entry {
        Entry::DrawerCounted(count) if is_asked(count) => Some(count),
        _ => None,
    });
    let mut made_by: Vec<StaffId> = counts.clone().map(|count| count.common.actor).collect();
    let taken: BTreeSet<EntryId> = counts.flat_map(|count| count.parts.iter().copied()).collect();
    made_by.extend(entries.filter_map(|entry| match entry {
        Entry::PartCounted(part) if taken.contains(&part.common.entry_id) => Some(part.common.actor),
        _ => None,
    }));
    made_by
}

/// What was counted by oneself and in the parts of these ids, together.
///
/// # Errors
/// `parts_changed` where one of them is not `open`, or is named twice; a limit of the count.
pub fn with_parts(
    own: &[Denomination],
    parts: &[EntryId],
    open: &[&PartCounted],
) -> Result<Vec<Denomination>, Refusal> {
    // What is out of range by itself is never made good by a part.
    sum_denominations(own)?;
    let mut all = own.to_vec();
    let mut places: BTreeMap<i64, usize> =
        own.iter().enumerate().map(|(place, row)| (row.value_minor, place)).collect();
    let mut taken = BTreeSet::new();
    for id in parts {
        let part = open.iter().find(|part| part.common.entry_id == *id && taken.insert(*id));
        for row in &part.ok_or(Refusal::PartsChanged)?.denominations {
            match places.get(&row.value_minor).and_then(|place| all.get_mut(*place)) {
                Some(there) => there.count = there.count.saturating_add(row.count),
                None => {
                    places.insert(row.value_minor, all.len());
                    all.push(*row);
                }
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acting::Acting;
    use crate::cash::{CountDrawer, CountsBefore, count_drawer};
    use crate::id::StaffId;
    use crate::sample::{acting, drawer, entry_id, safe};
    use proptest::prelude::*;

    fn ctx(acting: &Acting) -> CashContext<'_> {
        CashContext { acting, drawer: drawer(), safe: safe() }
    }

    fn rows(rows: &[(i64, i64)]) -> Vec<Denomination> {
        rows.iter()
            .map(|(value_minor, count)| Denomination { value_minor: *value_minor, count: *count })
            .collect()
    }

    fn part(
        no: u128,
        cash: &[(i64, i64)],
        replaces: Option<EntryId>,
        open: &[&PartCounted],
    ) -> Result<PartCounted, Refusal> {
        let command = CountPart { entry_id: entry_id(no), denominations: rows(cash), replaces };
        count_part(&ctx(&acting()), &command, open)
    }

    fn count(
        cash: &[(i64, i64)],
        parts: &[EntryId],
        open: &[&PartCounted],
    ) -> Result<crate::entry::DrawerCounted, Refusal> {
        let command = CountDrawer {
            entry_id: entry_id(50),
            denominations: rows(cash),
            parts: parts.to_vec(),
            other: Vec::new(),
            recount_reason: None,
        };
        count_drawer(&ctx(&acting()), &command, CountsBefore { parts: open, ..CountsBefore::default() }, true)
    }

    #[test]
    fn a_count_is_the_sum_of_its_parts() {
        let (notes, coins) = (
            part(1, &[(2_000, 3)], None, &[]).unwrap(),
            part(2, &[(50, 10), (1_000, 1)], None, &[]).unwrap(),
        );
        let open = [&notes, &coins];
        let both = count(&[(1_000, 2), (50, 0)], &[entry_id(1), entry_id(2)], &open).unwrap();
        assert_eq!(both.counted_cash_minor, 2_000 + 1_000 + 6_000 + 500);
        assert_eq!(both.denominations, rows(&[(1_000, 3), (50, 10), (2_000, 3)]));
        assert_eq!(both.parts, [entry_id(1), entry_id(2)]);
        // What is left out is not counted.
        assert_eq!(count(&[], &[entry_id(2)], &open).unwrap().counted_cash_minor, 1_500);
        for twice_or_gone in [[entry_id(1), entry_id(1)], [entry_id(1), entry_id(9)]] {
            assert_eq!(count(&[], &twice_or_gone, &open), Err(Refusal::PartsChanged));
        }
    }

    #[test]
    fn a_part_is_open_until_it_is_counted_anew_taken_back_or_taken_up() {
        let first = part(1, &[(50, 10)], None, &[]).unwrap();
        let anew = part(2, &[(50, 12)], Some(entry_id(1)), &[&first]).unwrap();
        let other = part(3, &[(10, 1)], None, &[]).unwrap();
        let ids = |entries: &[Entry]| -> Vec<EntryId> {
            open_parts(entries.iter()).iter().map(|part| part.common.entry_id).collect()
        };
        let mut entries = vec![
            Entry::PartCounted(first.clone()),
            Entry::PartCounted(anew.clone()),
            Entry::PartCounted(other),
        ];
        assert_eq!(ids(&entries), [entry_id(2), entry_id(3)]);
        let back = part(4, &[(10, 0)], Some(entry_id(2)), &[&anew]).unwrap();
        entries.push(Entry::PartCounted(back));
        assert_eq!(ids(&entries), [entry_id(3)]);
        let taken = count(&[], &[entry_id(3)], &open_parts(entries.iter())).unwrap();
        entries.push(Entry::DrawerCounted(taken));
        assert_eq!(ids(&entries), []);
        // Only what is open and one's own is counted anew.
        assert_eq!(part(5, &[], Some(entry_id(1)), &[&anew]), Err(Refusal::PartsChanged));
        let stranger = Acting { actor: StaffId(uuid::Uuid::from_u128(77)), ..acting() };
        let command =
            CountPart { entry_id: entry_id(6), denominations: Vec::new(), replaces: Some(entry_id(2)) };
        assert_eq!(count_part(&ctx(&stranger), &command, &[&anew]), Err(Refusal::PartsChanged));
    }

    proptest! {
        #[test]
        fn no_piece_is_lost_or_doubled(
            own in prop::collection::vec((1_i64..6, 0_i64..1_000), 0..6),
            parts in prop::collection::vec(prop::collection::vec((1_i64..6, 0_i64..1_000), 0..6), 0..5),
        ) {
            let distinct = |cash: Vec<(i64, i64)>| cash.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect::<Vec<_>>();
            let own = distinct(own);
            let parts: Vec<PartCounted> = parts.into_iter().enumerate()
                .map(|(no, cash)| part(no as u128 + 1, &distinct(cash), None, &[]).unwrap()).collect();
            let ids: Vec<EntryId> = parts.iter().map(|part| part.common.entry_id).collect();
            let count = count(&own, &ids, &parts.iter().collect::<Vec<_>>()).unwrap();
            let sum = own.iter().map(|(value, pieces)| value * pieces).sum::<i64>()
                + parts.iter().map(|part| part.counted_cash_minor).sum::<i64>();
            prop_assert_eq!(count.counted_cash_minor, sum);
            prop_assert_eq!(sum_denominations(&count.denominations), Ok(sum));
        }
    }
}
