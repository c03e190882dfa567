//! Lots: which one a line is sold from, which ones must not be sold, who got packs of them, and what expires.

use std::collections::btree_map;

use domain::basket::{Basket, BasketLine};
use domain::entry::{Entry, GoodsLine, LineLot};
use domain::id::{EntryId, ProductId};
use domain::limits::{MAX_RECEIVED_LINES, check_lines};
use domain::lot::{
    EXPIRING_SOON_DAYS, EXPIRY_BUCKET_DAYS, KnownLots, LotOnShelf, LotState, ProductLots, days_left,
    expiry_bucket, is_same_lot,
};
use domain::permission::Permission;
use domain::stock::{mark_lots, release_lots, write_off};
use domain::time::BusinessDate;
use ledger::{LotMark, StoredProduct, Write};

use crate::api::basket::BasketView;
use crate::api::stock::*;
use crate::basket::receipt_no;
use crate::commands::Nothing;
use crate::counter::Counter;
use crate::deliveries::given;
use crate::fault::{Fault, Stop};
use crate::open::{Changed, Desk, id};
use crate::sight::Sight;

/// Sold lines that a list shows.
const MAX_SOLD: usize = 500;
/// Lots that a list shows.
const MAX_EXPIRING: usize = 2_000;

impl Desk {
    /// Gives all packs of a line out of one lot that a person chose.
    ///
    /// # Errors
    /// `unknown_line`, `reason_needed`, `text_too_long`, `lot_is_read`, or that the lot must not be sold
    /// (`lot_recalled`, `lot_damaged`, `lot_expired`, `lot_quarantined`, `lot_on_hold`).
    pub fn choose_lot(&self, chosen: ChooseLot) -> Result<BasketView, Fault> {
        let lot = chosen.lot.as_deref().map(str::trim).filter(|lot| !lot.is_empty());
        self.change_basket(|counter, basket| {
            let known = counter.known_lots(basket, |line| line.line_no == chosen.line_no)?;
            let product = basket.line(chosen.line_no).and_then(|line| known.0.get(&line.product));
            let is_it = |known: &&LotOnShelf| is_same_lot(known.lot.as_deref(), lot);
            let expiry = product.and_then(|product| product.lots.iter().find(is_it)?.expiry);
            basket.choose_lot(chosen.line_no, lot, expiry, &chosen.reason)?;
            // Goods come back whatever was found about them.
            let chosen = basket.line(chosen.line_no).filter(|line| line.refund.is_none());
            let block = chosen.and_then(|line| known.block(line.product, lot, line.expiry, counter.today()));
            block.map_or(Ok(()), |block| Err(block.refusal(chosen.map(|line| line.line_no)).into()))
        })
    }

    /// Says that lots of a product must not be sold. Asked twice, it is one entry.
    ///
    /// # Errors
    /// `unknown_product`, `reason_needed`, `name_missing`, `text_too_long`, `too_many_lines`, `nobody_signed_in`.
    pub fn mark_lots(&self, asked: MarkLots) -> Result<Vec<LotMarkView>, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        let product = self.known_product(&asked.product_id)?.product;
        let state = LotState::parse(&asked.state).unwrap_or(LotState::Sellable);
        self.act(&[Changed::Basket, Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::LotsMarked(_)))? {
                return Ok((Write::default(), ()));
            }
            let mut acting = counter.acting(Permission::MoveStock, 0)?;
            acting.cash_session = None;
            let marked = mark_lots(&acting, entry_id, product, asked.lots, state, asked.reference)?;
            Ok((Write::entry(Entry::LotsMarked(marked)), ()))
        })?;
        self.lot_marks(Nothing {})
    }

    /// Lets lots be sold again. Asked twice, it is one entry.
    ///
    /// # Errors
    /// `unknown_mark` where nothing was said, `nobody_signed_in`.
    pub fn release_lots(&self, asked: ReleaseLots) -> Result<Vec<LotMarkView>, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        let marked = id(&asked.marked_id, EntryId::parse)?;
        self.act(&[Changed::Basket, Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::LotsReleased(_)))? {
                return Ok((Write::default(), ()));
            }
            if !counter.book.lot_marks()?.iter().any(|mark| mark.marked == marked) {
                return Err(Stop::bare("unknown_mark"));
            }
            let mut acting = counter.acting(Permission::ReleaseLots, 0)?;
            acting.cash_session = None;
            Ok((Write::entry(Entry::LotsReleased(release_lots(&acting, entry_id, marked))), ()))
        })?;
        self.lot_marks(Nothing {})
    }

    /// What was found about lots and holds, the newest first.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn lot_marks(&self, _: Nothing) -> Result<Vec<LotMarkView>, Fault> {
        self.ask(|counter| {
            let marks = counter.book.lot_marks()?;
            marks
                .iter()
                .map(|mark| counter.mark_view(mark, self.product_of(counter, mark.product)?))
                .collect()
        })
    }

    /// What was found about lots, with the stock and the sales that it is about.
    ///
    /// # Errors
    /// `unknown_mark`, `history_pending`, or a failure of the machine.
    pub fn lot_mark(&self, of: MarkRef) -> Result<LotMarkDetail, Fault> {
        let marked = id(&of.marked_id, EntryId::parse)?;
        self.ask(|counter| {
            counter.needs_history()?;
            let mark = counter.book.lot_marks()?.into_iter().find(|mark| mark.marked == marked);
            let mark = mark.ok_or_else(|| Stop::bare("unknown_mark"))?;
            let view = counter.mark_view(&mark, self.product_of(counter, mark.product)?)?;
            counter.mark_detail(&mark, view)
        })
    }

    /// What is on the shelf and expires within a year, or has expired.
    ///
    /// # Errors
    /// `not_set_up`, `history_pending`, or a failure of the machine.
    pub fn expiry_list(&self, _: Nothing) -> Result<ExpiryList, Fault> {
        self.ask(|counter| {
            counter.needs_history()?;
            self.ask_catalogue(counter, |catalogue| {
                let today = counter.today();
                let until = BusinessDate(today.0.saturating_add(365));
                let mut list = ExpiryList {
                    today: today.to_string(),
                    rows: Vec::new(),
                    buckets: EXPIRY_BUCKET_DAYS
                        .into_iter()
                        .map(|days| ExpiryBucket { days, lots: 0, packs: 0, value_minor: 0 })
                        .collect(),
                };
                for lot in counter.book.expiring(counter.branch.shelf(), until)? {
                    let Some(bucket) = expiry_bucket(lot.expiry, today) else { continue };
                    let facts = catalogue.product(lot.product)?.map(|product| product.facts);
                    let facts = facts.unwrap_or_default();
                    let value_minor = facts.price_minor.map(|price| price.saturating_mul(lot.packs));
                    if let Some(sum) = list.buckets.iter_mut().find(|sum| sum.days == bucket) {
                        sum.lots = sum.lots.saturating_add(1);
                        sum.packs = sum.packs.saturating_add(lot.packs);
                        sum.value_minor = sum.value_minor.saturating_add(value_minor.unwrap_or(0));
                    }
                    if list.rows.len() < MAX_EXPIRING {
                        list.rows.push(ExpiryRow {
                            product_id: lot.product.to_string(),
                            name: facts.name,
                            pack: facts.pack.unwrap_or_default(),
                            lot: lot.lot,
                            expiry: lot.expiry.to_string(),
                            days_left: days_left(lot.expiry, today),
                            bucket,
                            packs: lot.packs,
                            value_minor,
                        });
                    }
                }
                Ok(list)
            })
        })
    }

    /// Throws packs of the shelf away. Asked twice, it is one entry.
    ///
    /// # Errors
    /// `basket_empty`, `reason_needed`, `unknown_product`, `too_many_lines`, `text_too_long`, `quantity_out_of_range`,
    /// `nobody_signed_in`.
    pub fn write_off(&self, asked: WriteOff) -> Result<ExpiryList, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        check_lines(asked.lines.len(), MAX_RECEIVED_LINES)?;
        let mut lines = Vec::new();
        for line in asked.lines {
            let product = self.known_product(&line.product_id)?.product;
            lines.push(GoodsLine { product, lot: given(line.lot), expiry: None, packs: line.packs });
        }
        self.act(&[Changed::Basket, Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::StockMoved(_)))? {
                return Ok((Write::default(), ()));
            }
            let mut acting = counter.acting(Permission::MoveStock, 0)?;
            acting.cash_session = None;
            let moved = write_off(&acting, entry_id, counter.house.branch.shelf(), lines, &asked.reason)?;
            Ok((Write::entry(Entry::StockMoved(moved)), ()))
        })?;
        self.expiry_list(Nothing {})
    }

    fn product_of(&self, counter: &Counter<'_>, product: ProductId) -> Result<Option<StoredProduct>, Stop> {
        self.ask_catalogue(counter, |catalogue| Ok(catalogue.product(product)?))
    }
}

impl Sight<'_> {
    /// What is known of the lots of the products of some lines.
    pub(crate) fn known_lots(
        &self,
        basket: &Basket,
        is_asked: impl Fn(&BasketLine) -> bool,
    ) -> Result<KnownLots, Stop> {
        let mut known = KnownLots::default();
        let mut is_stock_unknown = None;
        for line in basket.lines.iter().filter(|line| is_asked(line)) {
            if let btree_map::Entry::Vacant(place) = known.0.entry(line.product) {
                let lots = self.book.product_lots(line.product, self.branch.shelf())?;
                let is_stock_unknown = match is_stock_unknown {
                    Some(is_unknown) => is_unknown,
                    None => *is_stock_unknown.insert(self.book.is_history_pending()?),
                };
                place.insert(ProductLots { is_stock_unknown, ..lots });
            }
        }
        Ok(known)
    }

    /// Says which lots the packs of a basket are taken from, where that is not said yet. While nobody knows what is on
    /// the shelf, after an update, none is said.
    pub(crate) fn fill_lots(&self, basket: &mut Basket) -> Result<(), Stop> {
        if basket.lines.iter().any(|line| !line.has_lots()) && !self.book.is_history_pending()? {
            let product = |line: &BasketLine| (!line.has_lots()).then_some(line.product);
            let products: Vec<_> = basket.lines.iter().filter_map(product).collect();
            self.known_lots(basket, |line| products.contains(&line.product))?.fill(basket, self.today());
        }
        Ok(())
    }

    /// The lots of a line as the ui shows them.
    pub(crate) fn line_lots(&self, lots: &[LineLot]) -> Vec<LineLotView> {
        let today = self.today();
        let view = |lot: &LineLot| LineLotView {
            lot: lot.lot.clone(),
            expiry: lot.expiry.map(|expiry| expiry.to_string()),
            packs: lot.packs,
            is_expiring_soon: lot.expiry.is_some_and(|expiry| days_left(expiry, today) <= EXPIRING_SOON_DAYS),
        };
        lots.iter().filter(|lot| lot.lot.is_some() || lot.expiry.is_some()).map(view).collect()
    }

    fn mark_view(&self, mark: &LotMark, product: Option<StoredProduct>) -> Result<LotMarkView, Stop> {
        let stored = self.book.entry(mark.marked)?.ok_or_else(|| Stop::bare("unknown_mark"))?;
        let reference = match &stored.entry {
            Entry::LotsMarked(marked) => marked.reference.clone(),
            _ => None,
        };
        let common = stored.entry.common();
        let facts = product.map(|product| product.facts).unwrap_or_default();
        let packs = self.marked_lots(mark)?.iter().map(|lot| lot.packs).fold(0, i64::saturating_add);
        Ok(LotMarkView {
            marked_id: mark.marked.to_string(),
            product_id: mark.product.to_string(),
            name: facts.name,
            pack: facts.pack.unwrap_or_default(),
            lots: mark.lots.clone(),
            state: mark.state.code().to_owned(),
            reference,
            at_ms: stored.header.recorded_at.ms,
            person: self.name_of(common.actor)?,
            till_no: common.till.and_then(|till| self.till_nos().ok()?.get(&till).copied()),
            packs,
        })
    }

    /// The lots of a mark that are on the shelf.
    fn marked_lots(&self, mark: &LotMark) -> Result<Vec<MarkedLot>, Stop> {
        let known = self.book.product_lots(mark.product, self.branch.shelf())?;
        let is_marked = |lot: Option<&String>| mark.is_of(lot.map(String::as_str));
        let lots = known.lots.into_iter().filter(|lot| lot.on_hand != 0 && is_marked(lot.lot.as_ref()));
        Ok(lots
            .map(|lot| MarkedLot {
                lot: lot.lot,
                expiry: lot.expiry.map(|expiry| expiry.to_string()),
                packs: lot.on_hand,
            })
            .collect())
    }

    fn mark_detail(&self, mark: &LotMark, view: LotMarkView) -> Result<LotMarkDetail, Stop> {
        let mut detail = LotMarkDetail {
            mark: view,
            on_shelf: self.marked_lots(mark)?,
            sold: Vec::new(),
            sold_packs: 0,
            sold_without_lot: 0,
        };
        for sale in self.book.sales_of_product(mark.product)?.into_iter().rev() {
            let Some(stored) = self.book.receipt_entry(sale)? else { continue };
            let series = self.book.series_of(stored.record_no)?;
            let at_ms = stored.header.recorded_at.ms;
            let Some((_, receipt)) = stored.entry.into_receipt() else { continue };
            let lines = receipt.lines.iter().filter(|line| line.product == mark.product);
            for LineLot { lot, packs, .. } in lines.flat_map(|line| line.lots().into_owned()) {
                if lot.is_none() {
                    detail.sold_without_lot = detail.sold_without_lot.saturating_add(packs);
                }
                if !mark.is_of(lot.as_deref()) {
                    continue;
                }
                detail.sold_packs = detail.sold_packs.saturating_add(packs);
                if detail.sold.len() < MAX_SOLD {
                    detail.sold.push(SoldLot {
                        sale_id: sale.to_string(),
                        receipt_no: receipt_no(&series, receipt.receipt_no),
                        at_ms,
                        person: self.name_of(receipt.common.actor)?,
                        lot,
                        packs,
                    });
                }
            }
        }
        Ok(detail)
    }
}
