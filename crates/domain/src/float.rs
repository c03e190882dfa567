//! Which notes and coins to leave in the drawer as the next float.

use crate::entry::Denomination;

/// Sums that are looked at; a float further up, counted in the smallest step of the notes and coins that are
/// there, is proposed at this many steps at most. Ten thousand euros counted in cents.
const MAX_STEPS: usize = 1_000_000;

/// Proposes what to leave: exactly the target if what is there allows it, else the closest sum below. Small
/// ones first: as many as can be of the smallest, then of the next. The rows keep the values and the order of
/// `counted`; a target of zero or below leaves nothing. Rows that are no count (a value or count below 1)
/// are left out of it.
#[must_use]
pub fn propose_float(counted: &[Denomination], target_minor: i64) -> Vec<Denomination> {
    let mut rows: Vec<Denomination> =
        counted.iter().copied().filter(|row| row.value_minor > 0 && row.count > 0).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.value_minor));
    let step = rows.iter().fold(0, |step, row| greatest_common_divisor(step, row.value_minor)).max(1);
    let steps = usize::try_from(target_minor / step).unwrap_or(0);
    let there: i128 = rows.iter().map(|row| i128::from(row.value_minor / step) * i128::from(row.count)).sum();
    let steps = steps.min(MAX_STEPS).min(usize::try_from(there).unwrap_or(MAX_STEPS));

    // reachable[n] holds the sums that the n largest values can make.
    let mut reachable = vec![vec![false; steps + 1]];
    reachable[0][0] = true;
    for row in &rows {
        let value = usize::try_from(row.value_minor / step).unwrap_or(usize::MAX);
        let next = with_value(&reachable[reachable.len() - 1], value, row.count);
        reachable.push(next);
    }
    let mut left = reachable[rows.len()].iter().rposition(|is_reachable| *is_reachable).unwrap_or(0);
    let mut kept = vec![0; rows.len()];
    for place in (0..rows.len()).rev() {
        let value = usize::try_from(rows[place].value_minor / step).unwrap_or(usize::MAX);
        let most = rows[place].count.min(i64::try_from(left / value).unwrap_or(i64::MAX));
        let fits = |count: &i64| reachable[place][left - value * usize::try_from(*count).unwrap_or(0)];
        kept[place] = (0..=most).rev().find(fits).unwrap_or(0);
        left -= value * usize::try_from(kept[place]).unwrap_or(0);
    }
    let count_of = |value_minor: i64| {
        rows.iter().position(|row| row.value_minor == value_minor).map_or(0, |place| kept[place])
    };
    counted
        .iter()
        .map(|row| Denomination { value_minor: row.value_minor, count: count_of(row.value_minor) })
        .collect()
}

/// The sums that can be made from `before` and up to `count` more of one value.
fn with_value(before: &[bool], value: usize, count: i64) -> Vec<bool> {
    let mut used: Vec<i64> = vec![0; before.len()];
    let mut after = before.to_vec();
    for sum in value..before.len() {
        if !after[sum] && after[sum - value] && used[sum - value] < count {
            after[sum] = true;
            used[sum] = used[sum - value] + 1;
        }
    }
    after
}

fn greatest_common_divisor(one: i64, two: i64) -> i64 {
    if two == 0 { one } else { greatest_common_divisor(two, one % two) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(rows: &[(i64, i64)]) -> Vec<Denomination> {
        rows.iter()
            .map(|(value_minor, count)| Denomination { value_minor: *value_minor, count: *count })
            .collect()
    }

    #[track_caller]
    fn check(counted: &[(i64, i64)], target_minor: i64, counts: &[i64]) {
        let proposed: Vec<i64> =
            propose_float(&rows(counted), target_minor).iter().map(|row| row.count).collect();
        assert_eq!(proposed, counts);
    }

    #[test]
    fn small_ones_first_and_exactly_where_it_goes() {
        check(&[(5_000, 4), (1_000, 10), (500, 6), (100, 20)], 10_000, &[0, 5, 6, 20]);
        check(&[(5_000, 4), (1_000, 0), (200, 7)], 6_000, &[1, 0, 5]);
        // Two of 3 and no 4 make 6; the smallest alone would stop at 5.
        check(&[(4, 1), (3, 2), (1, 1)], 6, &[0, 2, 0]);
        check(&[(5_000, 3)], 12_000, &[2]);
        check(&[(5_000, 3)], 4_999, &[0]);
        check(&[(5_000, 1), (7, 3)], 1_000_000, &[1, 3]);
        check(&[(5_000, 3)], 0, &[0]);
        check(&[(5_000, 3)], -5, &[0]);
        check(&[(0, 3), (-5, 2), (100, -1), (100, 0)], 500, &[0, 0, 0, 0]);
        check(&[], 500, &[]);
        check(&[(i64::MAX, i64::MAX), (1, i64::MAX)], 7, &[0, 7]);
        check(&[(1, i64::MAX)], i64::MAX, &[1_000_000]);
    }

    proptest! {
        #[test]
        fn as_close_as_can_be(
            counts in prop::collection::vec(0..4_i64, 5),
            target in 0..120_i64,
        ) {
            let values = [20, 10, 7, 5, 2];
            let counted: Vec<Denomination> =
                values.iter().zip(&counts).map(|(value, count)| Denomination { value_minor: *value, count: *count }).collect();
            let proposed = propose_float(&counted, target);
            let sum: i64 = proposed.iter().map(|row| row.value_minor * row.count).sum();
            for (proposed, counted) in proposed.iter().zip(&counted) {
                prop_assert!((0..=counted.count).contains(&proposed.count));
            }
            let mut sums = vec![0];
            for row in &counted {
                sums = sums.iter().flat_map(|sum| (0..=row.count).map(move |count| sum + count * row.value_minor)).collect();
            }
            prop_assert_eq!(Some(sum), sums.into_iter().filter(|sum| *sum <= target).max());
        }
    }
}
