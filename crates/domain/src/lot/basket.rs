//! The lots of a basket: which lots its packs are taken from, and which lines must not be sold as they are.

use std::collections::BTreeMap;

use super::{Block, Chosen, LotOnShelf, LotState, allocate, expiry_of, usable_packs};
use crate::basket::{Basket, BasketLine};
use crate::entry::LineLot;
use crate::id::ProductId;
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// What is known of the lots of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductLots {
    /// Every lot that is on the shelf or of which something was found, with what was found about it alone.
    pub lots: Vec<LotOnShelf>,
    /// What was found about every pack of the product.
    pub of_all: LotState,
}

impl Default for ProductLots {
    fn default() -> Self {
        Self { lots: Vec::new(), of_all: LotState::Sellable }
    }
}

impl ProductLots {
    /// Why packs of this lot must not be sold today; none where they may be. `on_pack` is the expiry that the pack
    /// states, where it does.
    #[must_use]
    pub fn block(
        &self,
        lot: Option<&str>,
        on_pack: Option<BusinessDate>,
        today: BusinessDate,
    ) -> Option<Block> {
        let facts = || self.lots.iter().filter(|known| known.lot.as_deref() == lot);
        let expiry = expiry_of(facts().map(|known| known.expiry).chain([on_pack])).earliest;
        let state = LotState::of(facts().map(|known| known.state).chain([self.of_all]));
        Block::of(state, expiry, today)
    }

    /// Whether a pack of which nobody looked at the lot may be one that must not be sold.
    fn may_be_blocked(&self, wanted: i64, today: BusinessDate) -> bool {
        let is_there = |lot: &LotOnShelf| lot.on_hand > 0;
        let unnamed = self.lots.iter().any(|lot| lot.lot.is_none() && is_there(lot));
        let is_recalled = |lot: &LotOnShelf| lot.state == LotState::Recalled && (unnamed || is_there(lot));
        let has_blocked = || self.lots.iter().any(|lot| lot.block(today).is_some() && is_there(lot));
        self.lots.iter().any(is_recalled) || (has_blocked() && usable_packs(&self.lots, today) < wanted)
    }

    /// The lots of so many packs that nobody looked at, what expires first first.
    fn first_expiry(&self, wanted: i64, today: BusinessDate) -> Result<Vec<LineLot>, Refusal> {
        let allocation = allocate(&self.lots, wanted, today, Chosen::FirstExpiry)?;
        let of = |from: super::FromLot| LineLot { lot: from.lot, expiry: from.expiry, packs: from.packs };
        Ok(allocation.lots.into_iter().map(of).collect())
    }
}

/// What is known of the lots of the products in a basket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownLots(pub BTreeMap<ProductId, ProductLots>);

impl KnownLots {
    /// Why packs must not be sold today; none where they may be.
    #[must_use]
    pub fn block(
        &self,
        product: ProductId,
        lot: Option<&str>,
        on_pack: Option<BusinessDate>,
        today: BusinessDate,
    ) -> Option<Block> {
        match self.0.get(&product) {
            Some(known) => known.block(lot, on_pack, today),
            None => ProductLots::default().block(lot, on_pack, today),
        }
    }

    /// Says of the lines that have no lots yet which ones their packs are taken from: what expires first, of what
    /// the other lines leave. Packs whose lot was scanned or chosen, and goods that come back, are not touched.
    ///
    /// # Errors
    /// As [`allocate`].
    pub fn fill(&self, basket: &mut Basket, today: BusinessDate) -> Result<(), Refusal> {
        for at in 0..basket.lines.len() {
            let Some(line) = basket.lines.get(at).filter(|line| !line.has_lots()) else { continue };
            let Some(known) = self.0.get(&line.product) else { continue };
            let mut left = known.clone();
            let others = basket.lines.iter().enumerate().filter(|(other, _)| *other != at);
            for taken in others
                .filter(|(_, other)| is_sold(other, line.product))
                .flat_map(|(_, other)| other.lots().into_owned())
            {
                if let Some(lot) = left.lots.iter_mut().find(|lot| lot.lot == taken.lot) {
                    lot.on_hand = lot.on_hand.saturating_sub(taken.packs);
                }
            }
            let lots = left.first_expiry(line.quantity, today)?;
            if let Some(line) = basket.lines.get_mut(at) {
                line.lots = Some(lots);
            }
        }
        Ok(())
    }

    /// Why lines must not be sold as they are: by line, the most important first of each.
    #[must_use]
    pub fn holds(&self, basket: &Basket, today: BusinessDate) -> Vec<Refusal> {
        let sold = basket.lines.iter().filter(|line| line.refund.is_none());
        sold.filter_map(|line| self.hold(line, today)).collect()
    }

    fn hold(&self, line: &BasketLine, today: BusinessDate) -> Option<Refusal> {
        let block = |lot: &LineLot| self.block(line.product, lot.lot.as_deref(), lot.expiry, today);
        if let Some(block) = line.lots().iter().filter_map(block).max() {
            return Some(block.refusal(Some(line.line_no)));
        }
        let is_looked_at = line.lot.is_some();
        let known = self.0.get(&line.product).filter(|_| !is_looked_at)?;
        known.may_be_blocked(line.quantity, today).then_some(Refusal::LotToCheck { line_no: line.line_no })
    }
}

fn is_sold(line: &BasketLine, product: ProductId) -> bool {
    line.product == product && line.refund.is_none()
}
