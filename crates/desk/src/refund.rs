//! Goods that come back: by the lines of their sale, or without a receipt. The lines come into the same
//! basket as what is sold, so that goods are exchanged in one receipt.

use domain::basket::{BasketLine, REFUND_REASONS, RefundLine};
use domain::entry::RefundOf;
use domain::id::EntryId;
use domain::limits::{MAX_QUANTITY, check_price, check_quantity};
use domain::refusal::Refusal;

use crate::api::basket::BasketView;
use crate::api::sales::{StartRefund, UnlinkedRefund};
use crate::asks::BasketChange;
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
