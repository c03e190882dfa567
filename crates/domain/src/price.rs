//! What a basket comes to: discounts, refunds of earlier sales, tax. Shown while the basket is filled and
//! computed again, by the same function, when it is paid.

use std::collections::BTreeMap;

use crate::basket::{Basket, BasketLine, is_allowed, taken_off};
use crate::entry::{RefundOf, SaleLine, TaxLine};
use crate::id::EntryId;
use crate::money;
use crate::refusal::Refusal;
use crate::tax;

/// The sales that lines of a basket take back, by sale id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefundedSales(pub BTreeMap<EntryId, RefundedSale>);

/// A sale of which lines are taken back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefundedSale {
    /// Its lines as sold.
    pub lines: Vec<SaleLine>,
    /// Its taxes as printed.
    pub taxes: Vec<TaxLine>,
    /// What was taken back of it before.
    pub before: Vec<RefundedBefore>,
}

/// What was taken back of one line before; one or more of these for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundedBefore {
    /// The line of the sale.
    pub line_no: u32,
    /// Packs, positive.
    pub quantity: i64,
    /// Amount, positive.
    pub amount_minor: i64,
}

/// What is left of a sold line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refundable {
    /// Packs that can still be taken back, 0 or more.
    pub quantity: i64,
    /// What they come to together.
    pub amount_minor: i64,
}

/// A priced basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// One for each line of the basket, in its order.
    pub lines: Vec<PricedLine>,
    /// Tax by code and rate, in that order.
    pub taxes: Vec<TaxLine>,
    /// To pay before cash rounding; negative when money goes back.
    pub total_minor: i64,
    /// What the basket discount takes off, positive.
    pub discount_minor: i64,
    /// What stands between the basket and paying, most important first.
    pub holds: Vec<Refusal>,
}

/// A priced line; a line that takes back has amounts of zero or below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricedLine {
    /// Line of the basket.
    pub line_no: u32,
    /// Packs; negative for goods that come back.
    pub quantity: i64,
    /// What its own discount takes off; for a refund its share of all discounts of the sale.
    pub discount_minor: i64,
    /// Its share of the basket discount.
    pub basket_discount_minor: i64,
    /// What it comes to after every discount.
    pub amount_minor: i64,
}

impl RefundedSale {
    /// The line of this number, if it was sold.
    #[must_use]
    pub fn line(&self, line_no: u32) -> Option<&SaleLine> {
        self.lines.iter().find(|line| line.line_no == line_no && line.quantity > 0)
    }

    /// What is left of a sold line; none for a line that was not sold. Where tills that were apart took back
    /// more than was sold, nothing is left.
    #[must_use]
    pub fn refundable(&self, line_no: u32) -> Option<Refundable> {
        let line = self.line(line_no)?;
        let (quantity, amount_minor) = self.taken_before(line_no);
        Some(Refundable {
            quantity: line.quantity.saturating_sub(quantity).max(0),
            amount_minor: line.amount_minor.saturating_sub(amount_minor).max(0),
        })
    }

    fn taken_before(&self, line_no: u32) -> (i64, i64) {
        let before = self.before.iter().filter(|before| before.line_no == line_no);
        before.fold((0, 0), |(quantity, amount), before| {
            (quantity.saturating_add(before.quantity), amount.saturating_add(before.amount_minor))
        })
    }

    /// What was sold under a tax code and rate. The printed tax stands for it alone, unless the receipt also
    /// took goods back under the same code; then it is computed as it was for the part that was sold.
    fn sold(&self, code: &str, rate_ppm: i64) -> Result<tax::Sold, Refusal> {
        let of_code = || self.lines.iter().filter(|line| line.tax_code == code && line.rate_ppm == rate_ppm);
        let gross_minor =
            money::sum(of_code().filter(|line| line.quantity > 0).map(|line| line.amount_minor))?;
        let printed = self.taxes.iter().find(|tax| tax.code == code && tax.rate_ppm == rate_ppm);
        let tax_minor = match printed {
            Some(printed) if of_code().all(|line| line.quantity > 0) => printed.tax_minor,
            _ => tax::contained(gross_minor, rate_ppm)?,
        };
        Ok(tax::Sold { gross_minor, tax_minor, rate_ppm })
    }

    fn gross_before(&self, code: &str, rate_ppm: i64) -> Result<i64, Refusal> {
        money::sum(self.before.iter().filter_map(|before| {
            let line = self.line(before.line_no)?;
            (line.tax_code == code && line.rate_ppm == rate_ppm).then_some(before.amount_minor)
        }))
    }
}

/// Prices a basket. What the person at the counter can put right is a hold, not an error, so that the basket
/// can be shown meanwhile; such a line counts as far as it can.
///
/// # Errors
/// `amount_out_of_range`, `rate_out_of_range`.
pub fn price(basket: &Basket, refunded: &RefundedSales) -> Result<Priced, Refusal> {
    let mut holds = Vec::new();
    let mut in_basket = BTreeMap::new();
    let mut lines = Vec::with_capacity(basket.lines.len());
    for line in &basket.lines {
        lines.push(match &line.refund {
            None => sold_line(line, &mut holds)?,
            Some(refund) => match refund.of {
                None => unlinked_line(line, &mut holds)?,
                Some(of) => refund_line(line, of, refunded, &mut in_basket, &mut holds)?,
            },
        });
    }
    let discount_minor = share_basket_discount(basket, &mut lines, &mut holds)?;
    let taxes = taxes(basket, &lines, refunded)?;
    let total_minor = money::sum(lines.iter().map(|line| line.amount_minor))?;
    holds.sort_unstable();
    Ok(Priced { lines, taxes, total_minor, discount_minor, holds })
}

fn sold_line(line: &BasketLine, holds: &mut Vec<Refusal>) -> Result<PricedLine, Refusal> {
    let line_no = line.line_no;
    if line.rx && !line.rx_confirmed {
        holds.push(Refusal::RxUnconfirmed { line_no });
    }
    if line.unit_price_minor.is_none() {
        holds.push(Refusal::PriceMissing { line_no });
    }
    let gross_minor = line.gross_minor()?;
    if line.discount.is_some_and(|discount| !is_allowed(discount, gross_minor)) {
        holds.push(Refusal::DiscountOutOfRange { line_no: Some(line_no) });
    }
    let discount_minor = taken_off(line.discount, gross_minor)?;
    Ok(PricedLine {
        line_no,
        quantity: line.quantity,
        discount_minor,
        basket_discount_minor: 0,
        amount_minor: gross_minor - discount_minor,
    })
}

fn unlinked_line(line: &BasketLine, holds: &mut Vec<Refusal>) -> Result<PricedLine, Refusal> {
    if line.unit_price_minor.is_none() {
        holds.push(Refusal::PriceMissing { line_no: line.line_no });
    }
    Ok(PricedLine {
        line_no: line.line_no,
        quantity: -line.quantity,
        discount_minor: 0,
        basket_discount_minor: 0,
        amount_minor: -line.gross_minor()?,
    })
}

/// A part of a sold line gives back the difference between what all parts so far come to and what was given
/// back before, so that all parts together give back exactly what was paid.
fn refund_line(
    line: &BasketLine,
    of: RefundOf,
    refunded: &RefundedSales,
    in_basket: &mut BTreeMap<RefundOf, (i64, i64)>,
    holds: &mut Vec<Refusal>,
) -> Result<PricedLine, Refusal> {
    let line_no = line.line_no;
    let nothing = PricedLine {
        line_no,
        quantity: -line.quantity,
        discount_minor: 0,
        basket_discount_minor: 0,
        amount_minor: 0,
    };
    let Some(sale) = refunded.0.get(&of.sale) else {
        holds.push(Refusal::UnknownSale { line_no });
        return Ok(nothing);
    };
    let Some(sold) = sale.line(of.line_no).filter(|sold| is_same(line, sold)) else {
        holds.push(Refusal::NotRefundable { line_no });
        return Ok(nothing);
    };
    let (quantity_before, amount_before) = sale.taken_before(of.line_no);
    let taken = in_basket.entry(of).or_insert((quantity_before, amount_before));
    let up_to = taken.0.saturating_add(line.quantity);
    if up_to > sold.quantity {
        holds.push(Refusal::NotRefundable { line_no });
        return Ok(nothing);
    }
    let amount = money::proportion(sold.amount_minor, up_to, sold.quantity)?.saturating_sub(taken.1).max(0);
    *taken = (up_to, money::sum([taken.1, amount])?);
    let discount = money::sum([money::times(sold.unit_price_minor, line.quantity)?, -amount])?;
    Ok(PricedLine { discount_minor: -discount, amount_minor: -amount, ..nothing })
}

/// What is taken back must be what was sold, at the price and tax that it was sold at.
fn is_same(line: &BasketLine, sold: &SaleLine) -> bool {
    line.product == sold.product
        && line.unit_price_minor == Some(sold.unit_price_minor)
        && line.tax_code == sold.tax_code
        && line.rate_ppm == sold.rate_ppm
}

fn share_basket_discount(
    basket: &Basket,
    lines: &mut [PricedLine],
    holds: &mut Vec<Refusal>,
) -> Result<i64, Refusal> {
    let mut sold: Vec<&mut PricedLine> = lines.iter_mut().filter(|line| line.quantity > 0).collect();
    let amounts: Vec<i64> = sold.iter().map(|line| line.amount_minor).collect();
    let sold_minor = money::sum(amounts.iter().copied())?;
    if basket.discount.is_some_and(|discount| !is_allowed(discount, sold_minor)) {
        holds.push(Refusal::DiscountOutOfRange { line_no: None });
    }
    let discount_minor = taken_off(basket.discount, sold_minor)?;
    for (line, share) in sold.iter_mut().zip(money::split(discount_minor, &amounts)) {
        line.basket_discount_minor = share;
        line.amount_minor -= share;
    }
    Ok(discount_minor)
}

/// Tax of what is sold, and of what comes back without a receipt, is computed on their sum by code and rate;
/// tax of what comes back by receipt is counted on within its sale.
fn taxes(basket: &Basket, lines: &[PricedLine], refunded: &RefundedSales) -> Result<Vec<TaxLine>, Refusal> {
    let mut own: BTreeMap<(&str, i64), i64> = BTreeMap::new();
    let mut back: BTreeMap<(EntryId, &str, i64), i64> = BTreeMap::new();
    for (line, priced) in basket.lines.iter().zip(lines) {
        let (code, rate_ppm) = (line.tax_code.as_str(), line.rate_ppm);
        let gross = match line.refund.as_ref().and_then(|refund| refund.of) {
            Some(of) => back.entry((of.sale, code, rate_ppm)).or_default(),
            None => own.entry((code, rate_ppm)).or_default(),
        };
        *gross = money::sum([*gross, priced.amount_minor])?;
    }
    let mut sums: BTreeMap<(&str, i64), (i64, i64)> = BTreeMap::new();
    for ((code, rate_ppm), gross) in own {
        sums.insert((code, rate_ppm), (gross, tax::contained(gross, rate_ppm)?));
    }
    for ((sale, code, rate_ppm), gross) in back {
        let tax = match refunded.0.get(&sale) {
            Some(sale) => {
                tax::refunded(sale.sold(code, rate_ppm)?, sale.gross_before(code, rate_ppm)?, -gross)?
            }
            None => 0,
        };
        let (gross_sum, tax_sum) = sums.entry((code, rate_ppm)).or_default();
        *gross_sum = money::sum([*gross_sum, gross])?;
        *tax_sum = money::sum([*tax_sum, -tax])?;
    }
    let lines = sums.into_iter().map(|((code, rate_ppm), (gross_minor, tax_minor))| TaxLine {
        code: code.to_owned(),
        rate_ppm,
        gross_minor,
        tax_minor,
    });
    Ok(lines.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::Discount;
    use crate::sample::{basket, discounted, entry_id, line, refund_of, sold};

    const SALE: u128 = 50;

    /// Prices a basket and compares (discounts, share of the basket discount, amount) by line, (gross, tax) by
    /// code, and the holds.
    #[track_caller]
    fn check(
        basket: &Basket,
        refunded: &RefundedSales,
        lines: &[(i64, i64, i64)],
        taxes: &[(i64, i64)],
        holds: &[&str],
    ) {
        let priced = price(basket, refunded).unwrap();
        let seen: Vec<_> = priced
            .lines
            .iter()
            .map(|line| (line.discount_minor, line.basket_discount_minor, line.amount_minor))
            .collect();
        assert_eq!(seen, lines);
        let seen: Vec<_> = priced.taxes.iter().map(|tax| (tax.gross_minor, tax.tax_minor)).collect();
        assert_eq!(seen, taxes);
        assert_eq!(priced.holds.iter().map(|hold| hold.code()).collect::<Vec<_>>(), holds);
        assert_eq!(priced.total_minor, lines.iter().map(|line| line.2).sum::<i64>());
    }

    fn none() -> RefundedSales {
        RefundedSales::default()
    }

    fn off(discount: Discount, line: BasketLine) -> BasketLine {
        BasketLine { discount: Some(discount), ..line }
    }

    fn unlinked(line: BasketLine) -> BasketLine {
        let refund = crate::basket::RefundLine { of: None, reason: "other".to_owned() };
        BasketLine { refund: Some(refund), ..line }
    }

    #[test]
    fn discounts_and_tax() {
        check(&basket(1, &[]), &none(), &[], &[], &[]);
        check(&basket(1, &[line(1, 3, 400)]), &none(), &[(0, 0, 1_200)], &[(1_200, 200)], &[]);
        check(
            &basket(
                1,
                &[
                    off(Discount::Percent(1_000), line(1, 1, 1_005)),
                    off(Discount::Amount(5), line(2, 1, 100)),
                ],
            ),
            &none(),
            &[(101, 0, 904), (5, 0, 95)],
            &[(999, 167)],
            &[],
        );
        check(
            &discounted(
                basket(1, &[line(1, 1, 333), line(2, 1, 333), line(3, 1, 334)]),
                Discount::Amount(100),
            ),
            &none(),
            &[(0, 33, 300), (0, 33, 300), (0, 34, 300)],
            &[(900, 150)],
            &[],
        );
        let reduced = BasketLine { tax_code: "a_reduced".to_owned(), rate_ppm: 55_000, ..line(2, 1, 1_055) };
        check(
            &discounted(basket(1, &[line(1, 1, 1_200), reduced]), Discount::Percent(10_000)),
            &none(),
            &[(0, 1_200, 0), (0, 1_055, 0)],
            &[(0, 0), (0, 0)],
            &[],
        );
        check(
            &discounted(basket(1, &[line(1, 1, 1_000), unlinked(line(2, 2, 300))]), Discount::Percent(1_000)),
            &none(),
            &[(0, 100, 900), (0, 0, -600)],
            &[(300, 50)],
            &[],
        );
    }

    #[test]
    fn holds_come_in_their_order() {
        let mut held = basket(
            1,
            &[
                BasketLine { unit_price_minor: None, ..line(1, 1, 100) },
                BasketLine { rx: true, ..line(2, 1, 100) },
                unlinked(BasketLine { unit_price_minor: None, ..line(3, 1, 100) }),
            ],
        );
        held.discount = Some(Discount::Amount(500));
        held.lines[1].discount = Some(Discount::Amount(101));
        check(
            &held,
            &none(),
            &[(0, 0, 0), (100, 0, 0), (0, 0, 0)],
            &[(0, 0)],
            &[
                "rx_unconfirmed",
                "price_missing",
                "price_missing",
                "discount_out_of_range",
                "discount_out_of_range",
            ],
        );
    }

    fn refunded(sale: RefundedSale) -> RefundedSales {
        RefundedSales(BTreeMap::from([(entry_id(SALE), sale)]))
    }

    #[test]
    fn parts_of_a_line_and_the_rest() {
        // Three packs of 10.00 with 1.00 off: 29.00, of which 4.83 is tax.
        let mut sale = sold(&basket(SALE, &[off(Discount::Amount(100), line(1, 3, 1_000))]));
        let back =
            |sale: &RefundedSale, quantity| basket(1, &[refund_of(entry_id(SALE), &sale.lines[0], quantity)]);
        check(&back(&sale, 1), &refunded(sale.clone()), &[(-33, 0, -967)], &[(-967, -161)], &[]);
        check(&back(&sale, 3), &refunded(sale.clone()), &[(-100, 0, -2_900)], &[(-2_900, -483)], &[]);
        sale.before = vec![RefundedBefore { line_no: 1, quantity: 1, amount_minor: 967 }];
        assert_eq!(sale.refundable(1), Some(Refundable { quantity: 2, amount_minor: 1_933 }));
        assert_eq!(sale.refundable(2), None);
        check(&back(&sale, 2), &refunded(sale.clone()), &[(-67, 0, -1_933)], &[(-1_933, -322)], &[]);
        check(&back(&sale, 3), &refunded(sale.clone()), &[(0, 0, 0)], &[(0, 0)], &["not_refundable"]);
        // Two tills that were apart took back more than was sold.
        sale.before.push(RefundedBefore { line_no: 1, quantity: 3, amount_minor: 2_900 });
        assert_eq!(sale.refundable(1), Some(Refundable { quantity: 0, amount_minor: 0 }));
    }

    #[test]
    fn the_tax_that_comes_back_is_the_one_that_was_printed() {
        let mut sale = sold(&basket(SALE, &[line(1, 1, 1_200)]));
        sale.taxes[0].tax_minor = 201;
        let back = basket(1, &[refund_of(entry_id(SALE), &sale.lines[0], 1)]);
        check(&back, &refunded(sale.clone()), &[(0, 0, -1_200)], &[(-1_200, -201)], &[]);
        // What was printed for an exchange is not the tax of what was sold in it.
        sale.lines.push(SaleLine { line_no: 2, quantity: -1, amount_minor: -600, ..sale.lines[0].clone() });
        sale.taxes[0].gross_minor = 600;
        sale.taxes[0].tax_minor = 100;
        check(&back, &refunded(sale), &[(0, 0, -1_200)], &[(-1_200, -200)], &[]);
    }

    #[test]
    fn only_what_was_sold_comes_back() {
        let sale = sold(&basket(SALE, &[line(1, 3, 1_000)]));
        let mut strange = sale.lines[0].clone();
        strange.line_no = 9;
        let unknown = basket(1, &[refund_of(entry_id(SALE), &strange, 1)]);
        check(&unknown, &refunded(sale.clone()), &[(0, 0, 0)], &[(0, 0)], &["not_refundable"]);
        strange = sale.lines[0].clone();
        strange.unit_price_minor = 2_000;
        let dearer = basket(1, &[refund_of(entry_id(SALE), &strange, 1)]);
        check(&dearer, &refunded(sale.clone()), &[(0, 0, 0)], &[(0, 0)], &["not_refundable"]);
        let elsewhere = basket(1, &[refund_of(entry_id(SALE), &sale.lines[0], 1)]);
        check(&elsewhere, &none(), &[(0, 0, 0)], &[(0, 0)], &["unknown_sale"]);
        // The same line twice in one basket is counted together.
        let mut twice = basket(1, &[refund_of(entry_id(SALE), &sale.lines[0], 2)]);
        twice.lines.push(BasketLine { line_no: 2, ..twice.lines[0].clone() });
        check(&twice, &refunded(sale), &[(0, 0, -2_000), (0, 0, 0)], &[(-2_000, -333)], &["not_refundable"]);
    }

    #[test]
    fn an_exchange_stands_in_one_receipt() {
        let sale =
            sold(&discounted(basket(SALE, &[line(1, 1, 1_000), line(2, 1, 500)]), Discount::Amount(150)));
        let exchange = basket(1, &[refund_of(entry_id(SALE), &sale.lines[0], 1), line(3, 1, 2_400)]);
        check(&exchange, &refunded(sale), &[(-100, 0, -900), (0, 0, 2_400)], &[(1_500, 250)], &[]);
    }

    #[test]
    fn the_largest_basket_has_a_price() {
        let lines: Vec<BasketLine> = (1..=500).map(|number| line(number, 9_999, 10_000_000)).collect();
        assert_eq!(price(&basket(1, &lines), &none()).unwrap().total_minor, 500 * 9_999 * 10_000_000);
        let mut broken = basket(1, &[line(1, 1, 1)]);
        broken.lines[0].unit_price_minor = Some(i64::MAX);
        assert_eq!(price(&broken, &none()), Err(Refusal::AmountOutOfRange));
        broken.lines[0] = BasketLine { rate_ppm: 2_000_000, ..line(1, 1, 1) };
        assert_eq!(price(&broken, &none()), Err(Refusal::RateOutOfRange));
    }

    fn any_line() -> impl Strategy<Value = BasketLine> {
        let discount = prop_oneof![
            Just(None),
            (1..=10_000_i64).prop_map(|part| Some(Discount::Percent(part))),
            (1..=100_i64).prop_map(|amount| Some(Discount::Amount(amount))),
        ];
        (1..1_000_u128, 1..=9_i64, 100..=50_000_i64, discount, any::<bool>()).prop_map(
            |(number, quantity, price, discount, is_reduced)| {
                let line = BasketLine { discount, ..line(number, quantity, price) };
                if is_reduced {
                    BasketLine { tax_code: "reduced".to_owned(), rate_ppm: 21_000, ..line }
                } else {
                    line
                }
            },
        )
    }

    proptest! {
        /// However a sale is taken back, in however many parts, exactly what was paid and exactly the tax that
        /// was printed comes back, and never more.
        #[test]
        fn refunds_give_back_what_was_paid(
            lines in prop::collection::vec(any_line(), 1..6),
            basket_discount in prop::option::of(1..=10_000_i64),
            parts in prop::collection::vec(1..=4_i64, 60),
        ) {
            let mut bought = basket(SALE, &lines);
            bought.discount = basket_discount.map(Discount::Percent);
            let mut sale = sold(&bought);
            let (mut amount, mut taxes) = (0, BTreeMap::<String, (i64, i64)>::new());
            let mut parts = parts.into_iter().cycle();
            loop {
                // Each round takes one part of every line that has something left.
                let mut basket = Basket::new(entry_id(1));
                for sold in &sale.lines {
                    let left = sale.refundable(sold.line_no).map_or(0, |left| left.quantity);
                    let part = parts.next().map_or(left, |part| part.min(left));
                    if part > 0 {
                        basket.add(refund_of(entry_id(SALE), sold, part))?;
                    }
                }
                if basket.lines.is_empty() {
                    break;
                }
                let priced = price(&basket, &refunded(sale.clone()))?;
                prop_assert_eq!(&priced.holds, &[]);
                amount += priced.total_minor;
                for tax in &priced.taxes {
                    let sum = taxes.entry(tax.code.clone()).or_default();
                    *sum = (sum.0 + tax.gross_minor, sum.1 + tax.tax_minor);
                }
                for (line, priced) in basket.lines.iter().zip(&priced.lines) {
                    let of = line.refund.as_ref().and_then(|refund| refund.of).map_or(0, |of| of.line_no);
                    prop_assert!(priced.amount_minor <= 0 && priced.discount_minor <= 0);
                    sale.before.push(RefundedBefore {
                        line_no: of,
                        quantity: line.quantity,
                        amount_minor: -priced.amount_minor,
                    });
                }
            }
            prop_assert_eq!(-amount, sale.lines.iter().map(|line| line.amount_minor).sum::<i64>());
            for tax in &sale.taxes {
                prop_assert_eq!(taxes.get(&tax.code), Some(&(-tax.gross_minor, -tax.tax_minor)));
            }
        }
    }
}
