//! What to order: a reorder point, the stock to order up to, and a proposal, each with the numbers that led
//! there.
//!
//! A product is ordered when what is on hand and on its way has come down to the *reorder point*: what sells
//! while an order is under way, and a safety stock. It is then ordered up to what sells until the order after
//! this one has come, and the same safety stock. The safety stock covers what demand varies over all that
//! time: z × deviation × √(lead + review days), the textbook rule for orders at fixed times.
//!
//! How demand is foretold is not known here: [`propose`] takes a [`Demand`], whoever made it.
//!
//! Every number is exact until its end and rounded there, once, upwards (`reorder/rounding.rs`).

mod class;
mod demand;
mod rounding;

use rust_decimal::Decimal;

use crate::limits::{MAX_DAY_PACKS, MAX_ORDER_PACKS, MAX_REORDER_DAYS, MAX_STOCK_PACKS};
use crate::refusal::Refusal;
use rounding::{root, rounded_down, rounded_up};

pub use class::{AbcClass, DEAD_STOCK_DAYS, XyzClass, abc, is_dead_stock, xyz};
pub use demand::{DaySold, Demand, LEAST_HISTORY_DAYS, demand};

/// The safety stock is never more than sells in so many days. One large sale in a year would else keep the
/// shelf full of what nobody asks for.
pub const SAFETY_DAYS: i64 = 30;

/// How often a product is to be there when it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceLevel {
    /// 90 %.
    Percent90,
    /// 95 %.
    Percent95,
    /// 98 %.
    Percent98,
    /// 99 %.
    Percent99,
}

impl ServiceLevel {
    /// All of them, the lowest first.
    pub const ALL: [Self; 4] = [Self::Percent90, Self::Percent95, Self::Percent98, Self::Percent99];

    /// In whole percent.
    #[must_use]
    pub fn percent(self) -> u8 {
        match self {
            Self::Percent90 => 90,
            Self::Percent95 => 95,
            Self::Percent98 => 98,
            Self::Percent99 => 99,
        }
    }

    /// The level of so many percent.
    #[must_use]
    pub fn from_percent(percent: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.percent() == percent)
    }

    /// How many deviations the safety stock has: the quantile of the standard normal distribution, to ten
    /// digits after the point (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.6.1 and 1.3.6.7.1).
    #[must_use]
    pub fn z(self) -> Decimal {
        let ten_digits = match self {
            Self::Percent90 => 12_815_515_655,
            Self::Percent95 => 16_448_536_270,
            Self::Percent98 => 20_537_489_106,
            Self::Percent99 => 23_263_478_740,
        };
        Decimal::new(ten_digits, 10)
    }
}

/// How a product is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderRule {
    /// Days from an order to its delivery, 0 to [`MAX_REORDER_DAYS`].
    pub lead_days: i64,
    /// Days from one order to the next, 1 to [`MAX_REORDER_DAYS`].
    pub review_days: i64,
    /// How often it is to be there.
    pub service_level: ServiceLevel,
    /// Packs in the supplier's outer, 1 to [`MAX_ORDER_PACKS`]: only whole ones are ordered.
    pub order_multiple: i64,
    /// Packs that the supplier sends at the least, 0 to [`MAX_ORDER_PACKS`].
    pub order_minimum: i64,
    /// Packs that have to be there whatever sells, as of an emergency depot, 0 to [`MAX_ORDER_PACKS`].
    pub shelf_minimum: i64,
}

/// What there is of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InStock {
    /// Packs that may be sold, see [`crate::lot::usable_packs`]; below zero where more were sold than came in.
    /// Not beyond [`MAX_STOCK_PACKS`] on either side.
    pub on_hand: i64,
    /// Packs that were ordered and have not come, 0 to [`MAX_STOCK_PACKS`].
    pub on_order: i64,
}

/// What to order, and why. Packs, unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Ordered when what is on hand and on order is not above it.
    pub reorder_point: i64,
    /// Ordered up to this.
    pub order_up_to: i64,
    /// To order now, 0 or whole outers.
    pub proposed: i64,
    /// Whole days that what is on hand lasts; none where nothing sells.
    pub days_of_stock: Option<i64>,
    /// Mean sales of a day in thousandths of a pack.
    pub mean_thousandths: i64,
    /// Standard deviation of a day's sales in thousandths of a pack.
    pub deviation_thousandths: i64,
    /// Safety stock in thousandths of a pack.
    pub safety_thousandths: i64,
    /// It has been sold for too short a time, so only the mean counted: there is no safety stock.
    pub too_little_history: bool,
}

/// What to order of one product.
///
/// # Errors
/// `quantity_out_of_range` for what is outside of its range.
pub fn propose(demand: &Demand, stock: InStock, rule: &OrderRule) -> Result<Proposal, Refusal> {
    check_ranges(demand, stock, rule)?;
    let (lead, cover) = (Decimal::from(rule.lead_days), Decimal::from(rule.lead_days + rule.review_days));
    let safety = if demand.too_little_history {
        Decimal::ZERO
    } else {
        let over_cover = root(demand.deviation * demand.deviation * cover)?;
        (rule.service_level.z() * over_cover).min(demand.mean * Decimal::from(SAFETY_DAYS))
    };
    let reorder_point = rounded_up(demand.mean * lead + safety)?.max(rule.shelf_minimum);
    let order_up_to = rounded_up(demand.mean * cover + safety)?.max(rule.shelf_minimum);

    let position = stock.on_hand + stock.on_order;
    let missing = order_up_to - position;
    let proposed = if position <= reorder_point && missing > 0 {
        to_multiple(missing.max(rule.order_minimum), rule.order_multiple)
    } else {
        0
    };
    let thousandths = |packs: Decimal| rounded_up(packs * Decimal::ONE_THOUSAND);
    Ok(Proposal {
        reorder_point,
        order_up_to,
        proposed,
        days_of_stock: days_of_stock(demand, stock)?,
        mean_thousandths: thousandths(demand.mean)?,
        deviation_thousandths: thousandths(demand.deviation)?,
        safety_thousandths: thousandths(safety)?,
        too_little_history: demand.too_little_history,
    })
}

/// With everything in its range, no number above comes near the limits of an `i64` or a decimal.
fn check_ranges(demand: &Demand, stock: InStock, rule: &OrderRule) -> Result<(), Refusal> {
    let check = |value: i64, least: i64, most: i64| {
        let refusal = Refusal::QuantityOutOfRange { limit: most };
        if (least..=most).contains(&value) { Ok(()) } else { Err(refusal) }
    };
    if [demand.mean, demand.deviation]
        .iter()
        .any(|packs| !(Decimal::ZERO..=MAX_DAY_PACKS.into()).contains(packs))
    {
        return Err(Refusal::QuantityOutOfRange { limit: MAX_DAY_PACKS });
    }
    check(stock.on_hand, -MAX_STOCK_PACKS, MAX_STOCK_PACKS)?;
    check(stock.on_order, 0, MAX_STOCK_PACKS)?;
    check(rule.lead_days, 0, MAX_REORDER_DAYS)?;
    check(rule.review_days, 1, MAX_REORDER_DAYS)?;
    check(rule.order_multiple, 1, MAX_ORDER_PACKS)?;
    check(rule.order_minimum, 0, MAX_ORDER_PACKS)?;
    check(rule.shelf_minimum, 0, MAX_ORDER_PACKS)
}

/// Whole outers that hold so many packs.
fn to_multiple(packs: i64, multiple: i64) -> i64 {
    (packs / multiple + i64::from(packs % multiple > 0)) * multiple
}

/// Rounded down, because the last day is not covered in full.
fn days_of_stock(demand: &Demand, stock: InStock) -> Result<Option<i64>, Refusal> {
    let Some(days) = Decimal::from(stock.on_hand.max(0)).checked_div(demand.mean) else { return Ok(None) };
    rounded_down(days).map(Some)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAILY: OrderRule = OrderRule {
        lead_days: 1,
        review_days: 1,
        service_level: ServiceLevel::Percent95,
        order_multiple: 1,
        order_minimum: 0,
        shelf_minimum: 0,
    };

    fn of(mean: Decimal, deviation: Decimal) -> Demand {
        Demand { mean, deviation, too_little_history: false }
    }

    fn whole(mean: i64, deviation: i64) -> Demand {
        of(mean.into(), deviation.into())
    }

    fn in_stock(on_hand: i64, on_order: i64) -> InStock {
        InStock { on_hand, on_order }
    }

    /// Compares (reorder point, order up to, proposed).
    #[track_caller]
    fn check(
        demand: Demand,
        stock: (i64, i64),
        rule: OrderRule,
        expected: Result<(i64, i64, i64), &str>,
    ) -> Option<Proposal> {
        let seen = propose(&demand, in_stock(stock.0, stock.1), &rule);
        let numbers = seen.map(|seen| (seen.reorder_point, seen.order_up_to, seen.proposed));
        assert_eq!(numbers.map_err(Refusal::code), expected);
        seen.ok()
    }

    #[test]
    fn points_and_proposals() {
        let two_days = OrderRule { lead_days: 2, ..DAILY };
        check(whole(0, 0), (0, 0), DAILY, Ok((0, 0, 0)));
        check(whole(0, 0), (-3, 0), DAILY, Ok((0, 0, 3)));
        check(whole(1, 0), (0, 0), DAILY, Ok((1, 2, 2)));
        check(whole(1, 0), (1, 0), DAILY, Ok((1, 2, 1)));
        check(whole(1, 0), (2, 0), DAILY, Ok((1, 2, 0)));
        // 1.645 × 3 × √3 = 8.55.
        check(whole(5, 3), (0, 0), two_days, Ok((19, 24, 24)));
        check(whole(5, 3), (19, 0), two_days, Ok((19, 24, 5)));
        check(whole(5, 3), (20, 0), two_days, Ok((19, 24, 0)));
        check(whole(5, 3), (10, 9), two_days, Ok((19, 24, 5)));
        check(whole(5, 3), (10, 10), two_days, Ok((19, 24, 0)));
        for (service_level, up_to) in ServiceLevel::ALL.into_iter().zip([22, 24, 26, 28]) {
            check(
                whole(5, 3),
                (0, 0),
                OrderRule { service_level, ..two_days },
                Ok((up_to - 5, up_to, up_to)),
            );
        }
        // Two thirds of a pack for three days are two packs, although no decimal holds two thirds.
        let thirds = of(Decimal::from(2) / Decimal::from(3), Decimal::ZERO);
        check(thirds, (0, 0), OrderRule { lead_days: 3, review_days: 3, ..DAILY }, Ok((2, 4, 4)));
        check(thirds, (0, 0), OrderRule { lead_days: 4, review_days: 3, ..DAILY }, Ok((3, 5, 5)));
        let young = Demand { too_little_history: true, ..whole(5, 3) };
        check(young, (0, 0), two_days, Ok((10, 15, 15)));
    }

    #[test]
    fn outers_and_minimums() {
        let of_ten = OrderRule { order_multiple: 10, ..DAILY };
        check(whole(4, 0), (4, 0), of_ten, Ok((4, 8, 10)));
        check(whole(5, 0), (0, 0), of_ten, Ok((5, 10, 10)));
        check(whole(6, 0), (0, 0), of_ten, Ok((6, 12, 20)));
        let minimum = OrderRule { order_minimum: 11, ..of_ten };
        check(whole(4, 0), (0, 0), minimum, Ok((4, 8, 20)));
        check(whole(4, 0), (5, 0), minimum, Ok((4, 8, 0)));
        let depot = OrderRule { shelf_minimum: 3, ..DAILY };
        check(whole(0, 0), (2, 0), depot, Ok((3, 3, 1)));
        check(whole(0, 0), (3, 0), depot, Ok((3, 3, 0)));
        check(whole(2, 0), (3, 0), depot, Ok((3, 4, 1)));
    }

    #[test]
    fn rare_demand_does_not_fill_the_shelf() {
        let year = |sold: &[i64]| {
            let packs = |at| sold.get(at).copied().unwrap_or(0);
            let days: Vec<DaySold> =
                (0..365).map(|at| DaySold { packs: packs(at), was_out_of_stock: false }).collect();
            demand(&days).unwrap()
        };
        check(year(&[1]), (0, 0), DAILY, Ok((1, 1, 1)));
        check(year(&[1; 12]), (0, 0), DAILY, Ok((1, 1, 1)));
        check(year(&[300]), (0, 0), DAILY, Ok((26, 27, 27)));
        check(year(&[150; 2]), (0, 0), DAILY, Ok((26, 27, 27)));
        check(year(&[]), (0, 0), DAILY, Ok((0, 0, 0)));
    }

    #[test]
    fn the_numbers_that_led_there() {
        let demand = of(Decimal::new(12_345, 4), Decimal::new(5, 1));
        let seen = check(demand, (7, 0), DAILY, Ok((3, 4, 0))).unwrap();
        // 1.645 × 0.5 × √2 = 1.163.
        let numbers = (seen.mean_thousandths, seen.deviation_thousandths, seen.safety_thousandths);
        assert_eq!(numbers, (1_235, 500, 1_164));
        assert_eq!((seen.days_of_stock, seen.too_little_history), (Some(5), false));
        let days = |mean: Decimal, on_hand| {
            let seen = propose(&of(mean, Decimal::ZERO), in_stock(on_hand, 99), &DAILY);
            seen.unwrap().days_of_stock
        };
        assert_eq!(days(Decimal::ONE, 3), Some(3));
        assert_eq!(days(Decimal::from(2) / Decimal::from(3), 2), Some(3));
        assert_eq!(days(Decimal::ONE, -3), Some(0));
        assert_eq!(days(Decimal::ZERO, 3), None);
    }

    #[test]
    fn ranges() {
        let refused = Err("quantity_out_of_range");
        let most = OrderRule {
            lead_days: 365,
            review_days: 365,
            service_level: ServiceLevel::Percent99,
            order_multiple: 1_000_000,
            order_minimum: 1_000_000,
            shelf_minimum: 1_000_000,
        };
        let largest = Ok((395_000_000, 760_000_000, 1_760_000_000));
        check(whole(1_000_000, 1_000_000), (-1_000_000_000, 0), most, largest);
        check(whole(1, 0), (1_000_000_000, 1_000_000_000), DAILY, Ok((1, 2, 0)));
        check(whole(1, 0), (1_000_000_001, 0), DAILY, refused);
        check(whole(1, 0), (-1_000_000_001, 0), DAILY, refused);
        check(whole(1, 0), (0, 1_000_000_001), DAILY, refused);
        check(whole(1, 0), (0, -1), DAILY, refused);
        check(whole(1_000_001, 0), (0, 0), DAILY, refused);
        check(whole(-1, 0), (0, 0), DAILY, refused);
        check(whole(1, 1_000_001), (0, 0), DAILY, refused);
        check(whole(1, -1), (0, 0), DAILY, refused);
        check(of(Decimal::MAX, Decimal::ZERO), (0, 0), DAILY, refused);
        check(of(Decimal::new(-1, 9), Decimal::ZERO), (0, 0), DAILY, refused);
        check(of(Decimal::ONE, Decimal::new(-1, 9)), (0, 0), DAILY, refused);
        for rule in [
            OrderRule { lead_days: -1, ..DAILY },
            OrderRule { lead_days: 366, ..DAILY },
            OrderRule { review_days: 0, ..DAILY },
            OrderRule { review_days: 366, ..DAILY },
            OrderRule { order_multiple: 0, ..DAILY },
            OrderRule { order_multiple: 1_000_001, ..DAILY },
            OrderRule { order_minimum: -1, ..DAILY },
            OrderRule { order_minimum: 1_000_001, ..DAILY },
            OrderRule { shelf_minimum: -1, ..DAILY },
            OrderRule { shelf_minimum: 1_000_001, ..DAILY },
        ] {
            check(whole(1, 0), (0, 0), rule, refused);
        }
    }

    #[test]
    fn service_levels() {
        for level in ServiceLevel::ALL {
            assert_eq!(ServiceLevel::from_percent(level.percent()), Some(level));
        }
        assert_eq!(ServiceLevel::from_percent(97), None);
        assert_eq!(ServiceLevel::Percent95.z().to_string(), "1.6448536270");
    }

    fn any_days() -> impl Strategy<Value = Vec<DaySold>> {
        let packs = prop_oneof![3 => Just(0_i64), 3 => 0..6_i64, 1 => 0..400_i64];
        let day = (packs, prop_oneof![4 => Just(false), 1 => Just(true)]);
        let day = day.prop_map(|(packs, was_out_of_stock)| DaySold { packs, was_out_of_stock });
        prop::collection::vec(day, 0..=120)
    }

    fn any_rule() -> impl Strategy<Value = OrderRule> {
        let level = prop::sample::select(&ServiceLevel::ALL[..]);
        (0..60_i64, 1..30_i64, level, 1..20_i64, 0..30_i64, 0..10_i64).prop_map(
            |(lead_days, review_days, service_level, order_multiple, order_minimum, shelf_minimum)| {
                OrderRule {
                    lead_days,
                    review_days,
                    service_level,
                    order_multiple,
                    order_minimum,
                    shelf_minimum,
                }
            },
        )
    }

    fn any_stock() -> impl Strategy<Value = InStock> {
        (-20..200_i64, 0..100_i64).prop_map(|(on_hand, on_order)| InStock { on_hand, on_order })
    }

    proptest! {
        /// The order of the days says nothing.
        #[test]
        fn days_may_stand_in_any_order(
            (days, shuffled) in any_days().prop_flat_map(|days| (Just(days.clone()), Just(days).prop_shuffle())),
        ) {
            prop_assert_eq!(demand(&days)?, demand(&shuffled)?);
        }

        /// Whatever is ordered fills the shelf, in whole outers and not below the minimum.
        #[test]
        fn a_proposal_fills_the_shelf(days in any_days(), rule in any_rule(), stock in any_stock()) {
            let seen = propose(&demand(&days)?, stock, &rule)?;
            let position = stock.on_hand + stock.on_order;
            prop_assert!(seen.reorder_point <= seen.order_up_to && seen.reorder_point >= rule.shelf_minimum);
            prop_assert_eq!(seen.proposed % rule.order_multiple, 0);
            prop_assert_eq!(seen.proposed > 0, position <= seen.reorder_point && position < seen.order_up_to);
            if seen.proposed > 0 {
                prop_assert!(seen.proposed + position >= seen.order_up_to);
                prop_assert!(seen.proposed >= rule.order_minimum);
                let one_less = seen.proposed - rule.order_multiple;
                prop_assert!(one_less + position < seen.order_up_to || one_less < rule.order_minimum);
            }
        }

        /// More packs on every day, or every day so many times as much, never propose less. (More on one day
        /// alone may: it can make demand steadier, see `a_hole_that_is_filled_needs_less_safety`.)
        #[test]
        fn more_sales_never_propose_less(
            days in any_days(),
            rule in any_rule(),
            stock in any_stock(),
            more in 0..4_i64,
            times in 1..4_i64,
        ) {
            let counted = |day: &DaySold| !day.was_out_of_stock || day.packs > 0;
            let many: Vec<DaySold> = days.iter().map(|day| DaySold {
                packs: if counted(day) { day.packs * times + more } else { 0 },
                ..*day
            }).collect();
            let (less, more) = (propose(&demand(&days)?, stock, &rule)?, propose(&demand(&many)?, stock, &rule)?);
            prop_assert!(less.reorder_point <= more.reorder_point);
            prop_assert!(less.order_up_to <= more.order_up_to);
            prop_assert!(less.proposed <= more.proposed);
        }

        /// Who wants it to be there more often, or waits longer for it, never has a lower reorder point.
        #[test]
        fn points_rise_with_service_and_lead(
            days in any_days(),
            rule in any_rule(),
            stock in any_stock(),
            days_more in 0..60_i64,
        ) {
            let demand = demand(&days)?;
            let point = |rule: &OrderRule| propose(&demand, stock, rule).map(|seen| seen.reorder_point);
            let mut last = 0;
            for service_level in ServiceLevel::ALL {
                let next = point(&OrderRule { service_level, ..rule })?;
                prop_assert!(last <= next);
                last = next;
            }
            let longer = OrderRule { lead_days: rule.lead_days + days_more, ..rule };
            prop_assert!(point(&rule)? <= point(&longer)?);
        }
    }

    #[test]
    fn a_hole_that_is_filled_needs_less_safety() {
        let steady = vec![DaySold { packs: 10, was_out_of_stock: false }; 30];
        let mut with_hole = steady.clone();
        with_hole[7].packs = 0;
        check(demand(&with_hole).unwrap(), (0, 0), DAILY, Ok((14, 24, 24)));
        check(demand(&steady).unwrap(), (0, 0), DAILY, Ok((10, 20, 20)));
        with_hole[7].was_out_of_stock = true;
        check(demand(&with_hole).unwrap(), (0, 0), DAILY, Ok((10, 20, 20)));
    }
}
