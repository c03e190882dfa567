//! What a basket comes to: discounts, refunds of earlier sales, tax. Shown while the basket is filled and
//! computed again, by the same function, when it is paid.

use std::collections::BTreeMap;

use crate::basket::{Basket, BasketLine, is_allowed};
use crate::entry::{Discount, RefundOf, SaleLine, TaxLine};
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
    let discount_minor = taken_off(line.discount, gross_minor, Some(line_no), holds)?;
    Ok(PricedLine {
        line_no,
        quantity: line.quantity,
        discount_minor,
        basket_discount_minor: 0,
        amount_minor: gross_minor - discount_minor,
    })
}

/// What a discount takes off an amount; at most all of it.
fn taken_off(
    discount: Option<Discount>,
    of_minor: i64,
    line_no: Option<u32>,
    holds: &mut Vec<Refusal>,
) -> Result<i64, Refusal> {
    let Some(discount) = discount else { return Ok(0) };
    if !is_allowed(discount, of_minor) {
        holds.push(Refusal::DiscountOutOfRange { line_no });
    }
    let off = match discount {
        Discount::Percent(hundredths) => money::percent(of_minor, hundredths)?,
        Discount::Amount(amount_minor) => amount_minor,
    };
    Ok(off.clamp(0, of_minor.max(0)))
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
    let discount_minor = taken_off(basket.discount, money::sum(amounts.iter().copied())?, None, holds)?;
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
