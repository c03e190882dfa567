//! Goods that come back: by the lines of their sale, or without a receipt. The lines come into the same
//! basket as what is sold, so that goods are exchanged in one receipt.

use std::collections::BTreeMap;

use domain::basket::{Basket, BasketLine, REFUND_REASONS, RefundLine};
use domain::entry::{LineLot, RefundOf, SaleLine};
use domain::id::EntryId;
use domain::limits::{MAX_QUANTITY, check_price, check_quantity};
use domain::refusal::Refusal;

use crate::api::basket::BasketView;
use crate::api::sales::{StartRefund, UnlinkedRefund};
use crate::asks::BasketChange;
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};

impl Desk {
    /// Puts lines of a sale into the basket, to be taken back. Asked twice, they are in it once.
    ///
    /// # Errors
    /// `unknown_sale`, `reason_needed`, `quantity_out_of_range`, `not_refundable` where less is left of a line
    /// or no line is named, `nobody_signed_in`.
    pub fn start_refund(&self, asked: StartRefund) -> Result<BasketView, Fault> {
        let sale = id(&asked.sale_id, EntryId::parse)?;
        check_reason(&asked.reason)?;
        let (basket, _) = self.change_basket_once(&asked.ask_id, &[Changed::Basket], |counter, basket| {
            let facts = counter.known_sale(sale)?;
            if asked.lines.is_empty() {
                return Err(Stop::bare("not_refundable"));
            }
            for wanted in &asked.lines {
                check_quantity(wanted.quantity, MAX_QUANTITY)?;
                let line_no = wanted.line_no;
                let sold =
                    facts.receipt.lines.iter().find(|line| line.line_no == line_no && line.quantity > 0);
                let sold = sold.ok_or(Refusal::NotRefundable { line_no })?;
                basket.add(BasketLine {
                    is_unknown: sold.is_unknown,
                    pack_content: sold.pack_content,
                    unit_price_minor: Some(sold.unit_price_minor),
                    lot: sold.lot.clone(),
                    expiry: sold.expiry,
                    scanned: sold.scanned.clone(),
                    refund: Some(RefundLine {
                        of: Some(RefundOf { sale, line_no }),
                        reason: asked.reason.clone(),
                    }),
                    ..BasketLine::new(
                        sold.product,
                        &facts.name_of(sold),
                        wanted.quantity,
                        &sold.tax_code,
                        sold.rate_ppm,
                    )
                })?;
            }
            let priced = counter.price(basket)?;
            let too_much = priced.holds.iter().find(|hold| matches!(hold, Refusal::NotRefundable { .. }));
            too_much.map_or(Ok(BasketChange::default()), |refusal| Err((*refusal).into()))
        })?;
        Ok(basket)
    }

    /// Takes a pack back without its receipt; marked in the book, and listed for the manager. Asked twice, it
    /// is taken back once.
    ///
    /// # Errors
    /// `unknown_product`, `reason_needed`, `price_out_of_range`, `quantity_out_of_range`, `nobody_signed_in`.
    pub fn unlinked_refund(&self, asked: UnlinkedRefund) -> Result<BasketView, Fault> {
        let product = self.known_product(&asked.product_id)?;
        check_reason(&asked.reason)?;
        check_price(asked.unit_price_minor)?;
        let (basket, _) = self.change_basket_once(&asked.ask_id, &[Changed::Basket], |counter, basket| {
            let line = counter.unlinked_line(product, asked.quantity)?;
            let line_no = basket.add(BasketLine {
                unit_price_minor: Some(asked.unit_price_minor),
                rx: false,
                refund: Some(RefundLine { of: None, reason: asked.reason }),
                ..line
            })?;
            Ok(BasketChange::line(line_no))
        })?;
        Ok(basket)
    }
}

fn check_reason(reason: &str) -> Result<(), Fault> {
    if REFUND_REASONS.contains(&reason) { Ok(()) } else { Err(Refusal::ReasonNeeded.into()) }
}

impl Counter<'_> {
    /// Says of lines that take back which lots the packs are of, where they were sold out of several.
    pub(crate) fn fill_refunded_lots(&self, basket: &mut Basket) -> Result<(), Stop> {
        let is_untold =
            |line: &BasketLine| line.lots.is_none() && line.lot.is_none() && line.refunds_a_sale();
        if !basket.lines.iter().any(is_untold) {
            return Ok(());
        }
        let sales = self.refunded_sales(basket)?;
        let mut before: BTreeMap<RefundOf, i64> = BTreeMap::new();
        for line in &mut basket.lines {
            let Some(of) = line.refund.as_ref().and_then(|refund| refund.of) else { continue };
            let Some(sale) = sales.0.get(&of.sale) else { continue };
            let taken = before.entry(of).or_insert_with(|| {
                let of_line = sale.before.iter().filter(|before| before.line_no == of.line_no);
                of_line.map(|before| before.quantity).fold(0, i64::saturating_add)
            });
            let sold = sale.lines.iter().find(|sold| sold.line_no == of.line_no);
            if line.lots.is_none() && line.lot.is_none() && line.lot_reason.is_none() {
                line.lots = sold.and_then(|sold| left_of(sold, line.quantity, *taken));
            }
            *taken = taken.saturating_add(line.quantity);
        }
        Ok(())
    }
}

/// The lots of so many packs that come back of a line that was sold out of several: those that were taken last come
/// first, behind what came back before. None where the line says its one lot itself.
fn left_of(sold: &SaleLine, wanted: i64, before: i64) -> Option<Vec<LineLot>> {
    let (mut passed, mut left) = (before, wanted);
    let mut lots = Vec::new();
    for lot in sold.lots.as_ref()?.iter().rev() {
        let gone = lot.packs.min(passed);
        passed = passed.saturating_sub(gone);
        let packs = lot.packs.saturating_sub(gone).min(left);
        left = left.saturating_sub(packs);
        if packs > 0 {
            lots.push(LineLot { packs, ..lot.clone() });
        }
    }
    if left > 0 {
        lots.push(LineLot { lot: None, expiry: None, packs: left });
    }
    Some(lots)
}
