//! Which products matter (ABC), which sell evenly (XYZ), and which do not sell at all.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::demand::{DaySold, Sample};
use crate::id::ProductId;
use crate::limits::{MAX_CLASSED_PRODUCTS, MAX_DAY_PACKS, MAX_HISTORY_DAYS, check_lines};
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// Days without a sale after which stock is usually called dead: half a year, the time in which a product has to
/// be asked for twice to be worth its place on the shelf (rule of thumb, AWA 2021).
pub const DEAD_STOCK_DAYS: i32 = 180;

/// Weeks that have to count before a product has an XYZ class.
const LEAST_WEEKS: i64 = 4;

/// How much of the value sold a product stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AbcClass {
    /// The products that sell most, up to 80 % of the value and the one that reaches it.
    A,
    /// The next, up to 95 % and the one that reaches it.
    B,
    /// All others, and all that sold nothing.
    C,
}

/// How evenly a product sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum XyzClass {
    /// Evenly: the deviation of its weeks is at most half their mean.
    X,
    /// In waves: at most their mean.
    Y,
    /// Now and then.
    Z,
}

/// The class of each product by the value sold of it in minor units, the most valuable first, ties by id. A
/// product that is named twice counts with both; below zero, where more came back than was sold, counts as
/// nothing.
///
/// # Errors
/// `too_many_lines` above [`MAX_CLASSED_PRODUCTS`].
pub fn abc(sold_minor: &[(ProductId, i64)]) -> Result<Vec<(ProductId, AbcClass)>, Refusal> {
    check_lines(sold_minor.len(), MAX_CLASSED_PRODUCTS)?;
    let mut sums: BTreeMap<ProductId, i128> = BTreeMap::new();
    for (product, minor) in sold_minor {
        *sums.entry(*product).or_default() += i128::from(*minor);
    }
    let mut ranked: Vec<(ProductId, i128)> =
        sums.into_iter().map(|(product, minor)| (product, minor.max(0))).collect();
    ranked.sort_by_key(|(product, minor)| (Reverse(*minor), *product));
    let total: i128 = ranked.iter().map(|(_, minor)| minor).sum();
    let mut before = 0;
    let classed = ranked.into_iter().map(|(product, minor)| {
        let class = match before * 100 {
            before if before < total * 80 => AbcClass::A,
            before if before < total * 95 => AbcClass::B,
            _ => AbcClass::C,
        };
        before += minor;
        (product, class)
    });
    Ok(classed.collect())
}

/// The class by the coefficient of variation of weekly sales: deviation by mean, at most 0.5 for X and 1.0 for
/// Y. Books set these bounds as they like; here is why these. A product that people ask for at random, each
/// for himself (Poisson), has 1 ÷ √mean: 0.5 at four packs a week, 1.0 at one. So X is what sells at least as
/// evenly as four packs a week would by chance, and Z what is more uneven than one pack a week.
///
/// Days stand in their order, the oldest first; weeks are counted back from the last one. A week with a day that
/// does not count says how well the shelf was filled, not what is asked for, and is left out, as is the rest
/// before the first whole week. None where fewer than four weeks are left. What sold nothing is Z.
///
/// # Errors
/// As [`demand()`](super::demand()).
pub fn xyz(days: &[DaySold]) -> Result<Option<XyzClass>, Refusal> {
    check_lines(days.len(), MAX_HISTORY_DAYS)?;
    if days.iter().any(|day| day.packs > MAX_DAY_PACKS) {
        return Err(Refusal::QuantityOutOfRange { limit: MAX_DAY_PACKS });
    }
    let weeks = days.rchunks_exact(7).filter(|week| week.iter().all(|day| day.counts()));
    let weeks = Sample::of(weeks.map(|week| week.iter().map(|day| day.packs.max(0)).sum()));
    if weeks.count < LEAST_WEEKS {
        return Ok(None);
    }
    // The square of deviation by mean is n × off_mean ÷ ((n - 1) × sum²): compared without a root.
    let spread = weeks.off_mean() * i128::from(weeks.count);
    let mean = i128::from(weeks.sum) * i128::from(weeks.sum) * i128::from(weeks.count - 1);
    Ok(Some(match spread {
        _ if weeks.sum == 0 => XyzClass::Z,
        spread if spread * 4 <= mean => XyzClass::X,
        spread if spread <= mean => XyzClass::Y,
        _ => XyzClass::Z,
    }))
}

/// Whether packs lie on the shelf of which nothing was sold for so many days (at least one), although they were
/// there: counted from the last sale, or from when the stock came that is there now, whichever is later.
#[must_use]
pub fn is_dead_stock(
    on_hand: i64,
    last_sold: Option<BusinessDate>,
    there_since: BusinessDate,
    today: BusinessDate,
    days: i32,
) -> bool {
    let since = last_sold.map_or(there_since, |sold| sold.max(there_since));
    on_hand > 0 && today.0.saturating_sub(since.0) >= days.max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::product;

    fn check<T: PartialEq + std::fmt::Debug>(seen: T, expected: T) {
        assert_eq!(seen, expected);
    }

    /// Products 1, 2, … of these values, with their classes in the order of the answer.
    fn classes(values: &[i64]) -> String {
        let sold: Vec<_> = (1..).map(product).zip(values.iter().copied()).collect();
        let texts: Vec<String> = abc(&sold)
            .unwrap()
            .iter()
            .map(|(product, class)| format!("{}{class:?}", product.0.as_u128()))
            .collect();
        texts.join(" ")
    }

    #[test]
    fn classes_by_value() {
        check(classes(&[]), String::new());
        check(classes(&[0, -5]), "1C 2C".to_owned());
        check(classes(&[7]), "1A".to_owned());
        check(classes(&[5, 15, 80]), "3A 2B 1C".to_owned());
        check(classes(&[5, 16, 79]), "3A 2A 1C".to_owned());
        check(classes(&[6, 14, 80]), "3A 2B 1B".to_owned());
        check(classes(&[10; 10]), "1A 2A 3A 4A 5A 6A 7A 8A 9B 10B".to_owned());
        check(classes(&[50, 50, 0, -1]), "1A 2A 3C 4C".to_owned());
        check(classes(&[i64::MAX, i64::MAX, i64::MAX]), "1A 2A 3A".to_owned());
        let twice = [(product(1), 3), (product(2), 5), (product(1), 3)];
        check(abc(&twice), Ok(vec![(product(1), AbcClass::A), (product(2), AbcClass::A)]));
        let many = vec![(product(1), 1); 1_000_001];
        check(abc(&many[1..]).map(|classed| classed.len()), Ok(1));
        check(abc(&many).map_err(Refusal::code), Err("too_many_lines"));
    }

    /// The class of weeks of these sales, each sold on its third day.
    fn class_of_weeks(weeks: &[i64]) -> Option<XyzClass> {
        let day = |packs| DaySold { packs, was_out_of_stock: false };
        let week = |packs: &i64| [0, 0, *packs, 0, 0, 0, 0].map(day);
        xyz(&weeks.iter().flat_map(week).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn classes_by_evenness() {
        check(class_of_weeks(&[5, 5, 5]), None);
        check(class_of_weeks(&[5, 5, 5, 5]), Some(XyzClass::X));
        // The deviation is exactly half the mean, then more; exactly the mean, then more.
        check(class_of_weeks(&[6, 2, 6, 2, 4]), Some(XyzClass::X));
        check(class_of_weeks(&[6, 2, 6, 2]), Some(XyzClass::Y));
        check(class_of_weeks(&[5, 1, 1, 1]), Some(XyzClass::Y));
        check(class_of_weeks(&[6, 1, 1, 1]), Some(XyzClass::Z));
        check(class_of_weeks(&[1, 1, 0, 0]), Some(XyzClass::Z));
        check(class_of_weeks(&[1, 1, 1, 0]), Some(XyzClass::Y));
        check(class_of_weeks(&[0, 0, 0, 0]), Some(XyzClass::Z));
        check(class_of_weeks(&[-1, 0, 0, 0]), Some(XyzClass::Z));
        check(class_of_weeks(&[1_000_000; 52]), Some(XyzClass::X));
    }

    #[test]
    fn weeks_that_say_nothing_are_left_out() {
        let day = |packs| DaySold { packs, was_out_of_stock: false };
        let out = DaySold { packs: 0, was_out_of_stock: true };
        let mut days = vec![day(1); 28];
        check(xyz(&days), Ok(Some(XyzClass::X)));
        days.splice(0..0, [day(1_000); 6]);
        check(xyz(&days), Ok(Some(XyzClass::X)));
        days.insert(0, day(1_000));
        check(xyz(&days), Ok(Some(XyzClass::Z)));
        days[3] = out;
        check(xyz(&days), Ok(Some(XyzClass::X)));
        days[34] = out;
        check(xyz(&days), Ok(None));
        check(xyz(&[day(1); 366]).map_err(Refusal::code), Err("too_many_lines"));
        check(xyz(&[day(1_000_001)]).map_err(Refusal::code), Err("quantity_out_of_range"));
    }

    #[test]
    fn stock_that_lies() {
        let today = BusinessDate(20_000);
        let ago = |days: i32| BusinessDate(today.0 - days);
        let dead = |on_hand, last_sold: Option<i32>, there_since| {
            is_dead_stock(on_hand, last_sold.map(ago), ago(there_since), today, DEAD_STOCK_DAYS)
        };
        check(dead(1, Some(180), 400), true);
        check(dead(1, Some(179), 400), false);
        check(dead(0, Some(180), 400), false);
        check(dead(-1, Some(180), 400), false);
        check(dead(1, None, 180), true);
        check(dead(1, None, 179), false);
        check(dead(1, Some(400), 10), false);
        check(is_dead_stock(1, Some(today), today, today, 0), false);
        check(is_dead_stock(1, None, BusinessDate(i32::MIN), BusinessDate(i32::MAX), i32::MAX), true);
    }

    proptest! {
        /// Every product has one class, and none of a class sold less than any of a later one; A alone reaches
        /// 80 %, A and B 95 %, and without their last product they do not.
        #[test]
        fn every_product_has_one_class(values in prop::collection::vec(-5..1_000_i64, 0..60), turn in 0..60_usize) {
            let sold: Vec<_> = (1..).map(product).zip(values.iter().copied()).collect();
            let found = abc(&sold)?;
            let mut named: Vec<_> = found.iter().map(|(product, _)| *product).collect();
            named.sort_unstable();
            prop_assert_eq!(named, sold.iter().map(|(product, _)| *product).collect::<Vec<_>>());
            let by_id: BTreeMap<_, _> = sold.iter().copied().collect();
            let value = |at: usize| by_id[&found[at].0].max(0);
            for at in 1..found.len() {
                prop_assert!(found[at - 1].1 <= found[at].1 && value(at - 1) >= value(at));
            }
            let total: i64 = values.iter().map(|value| (*value).max(0)).sum();
            for (last, percent) in [(AbcClass::A, 80), (AbcClass::B, 95)] {
                let count = found.iter().filter(|(_, class)| *class <= last).count();
                let sum = |count| (0..count).map(value).sum::<i64>() * 100;
                prop_assert!(sum(count) >= total * percent);
                let needed = found.iter().filter(|(_, class)| *class == last).count() > 0;
                prop_assert!(!needed || sum(count - 1) < total * percent);
            }
            let mut turned = sold.clone();
            turned.rotate_left(turn.min(sold.len()));
            prop_assert_eq!(abc(&turned)?, found);
        }
    }
}
