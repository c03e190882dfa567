//! Sums as notes and coins.

use desk::api::cash::DenominationCount;

/// The sum made up of the largest notes and coins; `values_minor` comes largest first. `None` where they
/// cannot make it.
pub fn pieces_of<'a>(
    sum_minor: i64,
    values_minor: impl IntoIterator<Item = &'a i64>,
) -> Option<Vec<DenominationCount>> {
    let mut left = sum_minor;
    let mut pieces = Vec::new();
    for value_minor in values_minor.into_iter().copied().filter(|value| *value > 0) {
        let count = left / value_minor;
        if count > 0 {
            pieces.push(DenominationCount { value_minor, count });
            left -= count * value_minor;
        }
    }
    (left == 0).then_some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sum_minor: i64, made_up: Option<&[(i64, i64)]>) {
        let found = pieces_of(sum_minor, &[5000, 2000, 500, 20]);
        let found: Option<Vec<_>> =
            found.map(|all| all.iter().map(|one| (one.value_minor, one.count)).collect());
        assert_eq!(found.as_deref(), made_up);
    }

    #[test]
    fn sums() {
        check(0, Some(&[]));
        check(9540, Some(&[(5000, 1), (2000, 2), (500, 1), (20, 2)]));
        check(10, None);
        check(-500, None);
    }
}
