//! The figures of X and Z: one calculation over entries, in any order.
//!
//! A merge may not be refused, so sums wrap round instead of failing: wrapping addition is order-free, and no
//! honest book comes near the end of an `i64`.

use crate::acting::Acting;
use crate::entry::{Entry, Figures, Receipt, TaxLine, TenderFigure, TenderKind, TenderLine, ZReport};
use crate::id::EntryId;
use crate::money;
use crate::refusal::Refusal;

fn count(figure: &mut i64, amount: i64) {
    *figure = figure.wrapping_add(amount);
}

impl Figures {
    /// Counts an entry in. Every entry may be counted once; the order does not matter.
    pub fn add(&mut self, entry: &Entry) {
        match entry {
            Entry::Sale(_) | Entry::Refund(_) | Entry::UnlinkedRefund(_) => {
                if let Some((_, receipt)) = entry.clone().into_receipt() {
                    self.add_receipt(&receipt);
                }
            }
            Entry::LineVoided(voided) => {
                count(&mut self.void_count, 1);
                count(&mut self.voids_minor, voided.amount_minor);
            }
            Entry::BasketVoided(voided) => {
                count(&mut self.void_count, 1);
                count(&mut self.voids_minor, voided.total_minor);
            }
            Entry::SessionOpened(opened) => count(&mut self.opening_float_minor, opened.opening_float_minor),
            Entry::PaidIn(moved) => count(&mut self.paid_in_minor, moved.amount_minor),
            Entry::PaidOut(moved) => count(&mut self.paid_out_minor, moved.amount_minor),
            Entry::SafeDrop(moved) => count(&mut self.safe_drops_minor, moved.amount_minor),
            Entry::FloatTopUp(moved) => count(&mut self.float_top_ups_minor, moved.amount_minor),
            Entry::NoSale(_) => count(&mut self.no_sale_count, 1),
            Entry::TenderCorrected(corrected) => {
                count(&mut self.correction_count, 1);
                self.add_tenders(&corrected.before, -1);
                self.add_tenders(&corrected.after, 1);
                // Cash rounding moves with the cash, and is the difference between the two payments.
                for (tenders, sign) in [(&corrected.before, -1), (&corrected.after, 1)] {
                    for tender in tenders {
                        count(&mut self.rounding_minor, tender.amount_minor.wrapping_mul(sign));
                    }
                }
            }
            Entry::AccountSettled(settled) => {
                self.add_tender(settled.kind, 1, settled.amount_minor);
                self.add_tender(TenderKind::OnAccount, 0, settled.amount_minor.wrapping_neg());
                if settled.kind == TenderKind::Cash {
                    count(&mut self.settled_cash_minor, settled.amount_minor);
                }
            }
            Entry::PaperCopied(_) => count(&mut self.copy_count, 1),
            _ => (),
        }
    }

    fn add_receipt(&mut self, receipt: &Receipt) {
        let is_sale = receipt.lines.iter().any(|line| line.quantity > 0);
        count(if is_sale { &mut self.sale_count } else { &mut self.refund_count }, 1);
        count(&mut self.takings_minor, receipt.total_minor);
        for line in &receipt.lines {
            if line.quantity < 0 {
                count(&mut self.refunds_minor, line.amount_minor.wrapping_neg());
            } else {
                count(
                    &mut self.discounts_minor,
                    line.discount_minor.wrapping_add(line.basket_discount_minor),
                );
            }
            if line.price_reason.is_some() {
                count(&mut self.override_count, 1);
            }
        }
        self.add_taxes(&receipt.taxes);
        self.add_tenders(&receipt.tenders, 1);
        count(&mut self.rounding_minor, receipt.rounding_minor);
        self.add_receipt_nos(receipt.receipt_no, receipt.receipt_no);
    }

    fn add_taxes(&mut self, taxes: &[TaxLine]) {
        for tax in taxes {
            let key = |line: &TaxLine| (line.code.clone(), line.rate_ppm);
            match self.taxes.binary_search_by_key(&key(tax), key) {
                Ok(place) => {
                    count(&mut self.taxes[place].gross_minor, tax.gross_minor);
                    count(&mut self.taxes[place].tax_minor, tax.tax_minor);
                }
                Err(place) => self.taxes.insert(place, tax.clone()),
            }
        }
    }

    fn add_tenders(&mut self, tenders: &[TenderLine], sign: i64) {
        for tender in tenders {
            self.add_tender(tender.kind, sign, tender.amount_minor.wrapping_mul(sign));
        }
    }

    fn add_tender(&mut self, kind: TenderKind, times: i64, amount_minor: i64) {
        // The order of the kinds is the order of reports.
        match self.tenders.binary_search_by_key(&kind, |figure| figure.kind) {
            Ok(place) => {
                count(&mut self.tenders[place].count, times);
                count(&mut self.tenders[place].amount_minor, amount_minor);
            }
            Err(place) => self.tenders.insert(place, TenderFigure { kind, count: times, amount_minor }),
        }
    }

    fn add_receipt_nos(&mut self, first: u64, last: u64) {
        self.first_receipt_no = match (self.first_receipt_no, first) {
            (0, no) | (no, 0) => no,
            (one, two) => one.min(two),
        };
        self.last_receipt_no = self.last_receipt_no.max(last);
    }

    /// Counts in the figures of other entries.
    pub fn merge(&mut self, other: &Self) {
        let Self {
            sale_count,
            takings_minor,
            refund_count,
            refunds_minor,
            void_count,
            voids_minor,
            discounts_minor,
            no_sale_count,
            taxes,
            tenders,
            rounding_minor,
            opening_float_minor,
            paid_in_minor,
            paid_out_minor,
            safe_drops_minor,
            float_top_ups_minor,
            settled_cash_minor,
            first_receipt_no,
            last_receipt_no,
            copy_count,
            override_count,
            correction_count,
        } = other;
        count(&mut self.sale_count, *sale_count);
        count(&mut self.takings_minor, *takings_minor);
        count(&mut self.refund_count, *refund_count);
        count(&mut self.refunds_minor, *refunds_minor);
        count(&mut self.void_count, *void_count);
        count(&mut self.voids_minor, *voids_minor);
        count(&mut self.discounts_minor, *discounts_minor);
        count(&mut self.no_sale_count, *no_sale_count);
        self.add_taxes(taxes);
        for tender in tenders {
            self.add_tender(tender.kind, tender.count, tender.amount_minor);
        }
        count(&mut self.rounding_minor, *rounding_minor);
        count(&mut self.opening_float_minor, *opening_float_minor);
        count(&mut self.paid_in_minor, *paid_in_minor);
        count(&mut self.paid_out_minor, *paid_out_minor);
        count(&mut self.safe_drops_minor, *safe_drops_minor);
        count(&mut self.float_top_ups_minor, *float_top_ups_minor);
        count(&mut self.settled_cash_minor, *settled_cash_minor);
        self.add_receipt_nos(*first_receipt_no, *last_receipt_no);
        count(&mut self.copy_count, *copy_count);
        count(&mut self.override_count, *override_count);
        count(&mut self.correction_count, *correction_count);
    }

    /// What there should be of a tender: of cash what the drawer should hold, of the others what was taken.
    #[must_use]
    pub fn expected(&self, kind: TenderKind) -> i64 {
        let taken =
            self.tenders.iter().find(|figure| figure.kind == kind).map_or(0, |figure| figure.amount_minor);
        if kind != TenderKind::Cash {
            return taken;
        }
        taken
            .wrapping_add(self.opening_float_minor)
            .wrapping_add(self.paid_in_minor)
            .wrapping_sub(self.paid_out_minor)
            .wrapping_sub(self.safe_drops_minor)
            .wrapping_add(self.float_top_ups_minor)
    }
}

/// What a Z covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZPeriod {
    /// The next Z number of the stream.
    pub z_no: u64,
    /// First record that it covers.
    pub first_seq: u64,
    /// Last record that it covers: the one before the Z.
    pub last_seq: u64,
    /// Figures of these records.
    pub figures: Figures,
    /// Perpetual total of the Z before; 0 for the first.
    pub perpetual_before_minor: i64,
    /// When the session was opened, ms since 1970.
    pub opened_at_ms: i64,
}

/// The till's own closing.
///
/// # Errors
/// `session_closed`, `amount_out_of_range`.
pub fn z_report(acting: &Acting, entry_id: EntryId, period: ZPeriod) -> Result<ZReport, Refusal> {
    acting.open_session()?;
    let perpetual_total_minor = money::sum([period.perpetual_before_minor, period.figures.takings_minor])?;
    Ok(ZReport {
        common: acting.common(entry_id, Vec::new(), Vec::new()),
        sealed: Vec::new(),
        z_no: period.z_no,
        first_seq: period.first_seq,
        last_seq: period.last_seq,
        figures: period.figures,
        perpetual_total_minor,
        opened_at_ms: period.opened_at_ms,
    })
}
