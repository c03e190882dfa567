//! The lots of a basket: which lots its packs are taken from, and which lines must not be sold as they are.

use std::collections::BTreeMap;

use super::{Block, Chosen, LotOnShelf, LotState, allocate, expiry_of, is_same_lot, usable_packs};
use crate::basket::{Basket, BasketLine};
use crate::entry::LineLot;
use crate::id::ProductId;
use crate::limits::{MAX_SHORT_TEXT, check_text};
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// What is known of the lots of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductLots {
    /// Every lot that is on the shelf or of which something was found, with what was found about it alone.
    pub lots: Vec<LotOnShelf>,
    /// What was found about every pack of the product.
    pub of_all: LotState,
    /// Nobody knows yet what is on the shelf: the history is still being derived after an update.
    pub is_stock_unknown: bool,
}

impl Default for ProductLots {
    fn default() -> Self {
        Self { lots: Vec::new(), of_all: LotState::Sellable, is_stock_unknown: false }
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
        let facts = || self.lots.iter().filter(|known| is_same_lot(known.lot.as_deref(), lot));
        let expiry = expiry_of(facts().map(|known| known.expiry).chain([on_pack])).earliest;
        let state = LotState::of(facts().map(|known| known.state).chain([self.of_all]));
        Block::of(state, expiry, today)
    }

    /// Whether a pack of which nobody looked at the lot may be one that must not be sold, where so many packs of the
    /// product are wanted in all.
    fn may_be_blocked(&self, wanted: i64, today: BusinessDate) -> bool {
        let is_there = |lot: &LotOnShelf| lot.on_hand > 0;
        let unnamed = self.lots.iter().any(|lot| lot.lot.is_none() && is_there(lot));
        let is_marked = |lot: &LotOnShelf| lot.state != LotState::Sellable;
        // They stand side by side.
        let is_among =
            |lot: &LotOnShelf| is_marked(lot) && (unnamed || is_there(lot) || self.is_stock_unknown);
        let is_blocked = |lot: &LotOnShelf| is_marked(lot) || (lot.block(today).is_some() && is_there(lot));
        let is_short = usable_packs(&self.lots, today) < wanted;
        self.lots.iter().any(is_among)
            || (is_short && !self.is_stock_unknown && self.lots.iter().any(is_blocked))
    }

    /// Whether anything was found about the product or a lot of it.
    fn has_findings(&self) -> bool {
        self.of_all != LotState::Sellable || self.lots.iter().any(|lot| lot.state != LotState::Sellable)
    }

    /// The lots of the packs of a line: those that a code named, and for the rest what expires first.
    fn taken(&self, line: &BasketLine, today: BusinessDate) -> Result<Vec<LineLot>, Refusal> {
        let chosen = match (&line.lot, line.in_hand) {
            (Some(lot), Some(packs)) => Chosen::InHand { lot, expiry: line.expiry, packs },
            _ => Chosen::FirstExpiry,
        };
        let allocation = allocate(&self.lots, line.quantity, today, chosen)?;
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

    /// Whether anything was found about a product or a lot of it.
    #[must_use]
    pub fn has_findings(&self, product: ProductId) -> bool {
        self.0.get(&product).is_some_and(ProductLots::has_findings)
    }

    /// Says of the lines that have no lots yet which ones their packs are taken from: what expires first, of what
    /// the other lines leave. Packs whose lot was scanned or chosen, and goods that come back, are not touched; a line
    /// whose lots cannot be told stays without, and is held where it must not be sold.
    pub fn fill(&self, basket: &mut Basket, today: BusinessDate) {
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
            let lots = left.taken(line, today).ok();
            if let Some(line) = basket.lines.get_mut(at) {
                line.lots = lots;
                // A lot from elsewhere that no line may carry is none that is known.
                line.lots.take_if(|lots| {
                    lots.iter().any(|lot| {
                        check_text(lot.lot.as_deref().unwrap_or_default(), MAX_SHORT_TEXT).is_err()
                    })
                });
            }
        }
    }

    /// Why lines must not be sold as they are: by line, the most important first of each.
    #[must_use]
    pub fn holds(&self, basket: &Basket, today: BusinessDate) -> Vec<Refusal> {
        let mut wanted: BTreeMap<ProductId, i64> = BTreeMap::new();
        let sold = || basket.lines.iter().filter(|line| line.refund.is_none());
        for line in sold() {
            let sum = wanted.entry(line.product).or_default();
            *sum = sum.saturating_add(line.quantity);
        }
        sold().filter_map(|line| self.hold(line, *wanted.get(&line.product)?, today)).collect()
    }

    fn hold(&self, line: &BasketLine, wanted: i64, today: BusinessDate) -> Option<Refusal> {
        let block = |lot: Option<&str>, expiry| self.block(line.product, lot, expiry, today);
        let of_lots = line.lots().iter().filter_map(|lot| block(lot.lot.as_deref(), lot.expiry)).max();
        if let Some(block) = of_lots.max(block(line.lot.as_deref(), line.expiry)) {
            return Some(block.refusal(Some(line.line_no)));
        }
        let known = self.0.get(&line.product).filter(|_| !line.is_looked_at())?;
        known.may_be_blocked(wanted, today).then_some(Refusal::LotToCheck { line_no: line.line_no })
    }
}

fn is_sold(line: &BasketLine, product: ProductId) -> bool {
    line.product == product && line.refund.is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::basket::RefundLine;
    use crate::sample::{TODAY, any_lots, basket, entry_id, line, on_shelf, product};

    fn known(lots: Vec<LotOnShelf>) -> KnownLots {
        KnownLots(BTreeMap::from([(product(1), ProductLots { lots, ..ProductLots::default() })]))
    }

    fn lot(number: &str, packs: i64, days: i32) -> LotOnShelf {
        on_shelf(Some(number), packs, 0, Some(days), LotState::Sellable)
    }

    fn recalled(number: &str, packs: i64) -> LotOnShelf {
        on_shelf(Some(number), packs, 0, Some(90), LotState::Recalled)
    }

    /// A line of packs whose lot was scanned, with the days until the expiry on the pack.
    fn scanned(quantity: i64, lot: Option<&str>, days: Option<i32>) -> BasketLine {
        let expiry = days.map(|days| BusinessDate(TODAY.0 + days));
        line(1, quantity, 500).read(lot.map(str::to_owned), expiry, quantity)
    }

    /// Fills a basket and compares its lines as `lot packs`, `-` where no lot is known.
    #[track_caller]
    fn check_filled(known: &KnownLots, mut basket: Basket, expected: &[&str]) {
        known.fill(&mut basket, TODAY);
        let text = |lot: &LineLot| format!("{} {}", lot.lot.as_deref().unwrap_or("-"), lot.packs);
        let lines =
            basket.lines.iter().map(|line| line.lots().iter().map(text).collect::<Vec<_>>().join(", "));
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }

    /// Compares why the lines of a filled basket must not be sold, as `line code`.
    #[track_caller]
    fn check_held(known: &KnownLots, mut basket: Basket, expected: &[&str]) {
        known.fill(&mut basket, TODAY);
        let holds = known.holds(&basket, TODAY);
        let texts = holds.iter().map(|hold| format!("{} {hold}", hold.line_no().unwrap_or(0)));
        assert_eq!(texts.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_take_what_expires_first_of_what_the_others_leave() {
        let two = known(vec![lot("B", 3, 90), lot("A", 2, 30)]);
        check_filled(&two, basket(1, &[line(1, 1, 500)]), &["A 1"]);
        check_filled(&two, basket(1, &[line(1, 4, 500)]), &["A 2, B 2"]);
        check_filled(&two, basket(1, &[line(1, 9, 500)]), &["A 2, B 7"].map(|_| "A 6, B 3"));
        check_filled(&two, basket(1, &[scanned(1, Some("A"), None), line(1, 2, 500)]), &["A 1", "A 1, B 1"]);
        check_filled(&two, basket(1, &[scanned(2, Some("B"), None)]), &["B 2"]);
        check_filled(&two, basket(1, &[scanned(1, None, Some(7))]), &["- 1"]);
        check_filled(&two, basket(1, &[line(2, 3, 500)]), &["- 3"]);
        let taken_back = BasketLine {
            refund: Some(RefundLine { of: None, reason: "other".to_owned() }),
            ..line(1, 1, 500)
        };
        check_filled(&two, basket(1, &[taken_back, line(1, 2, 500)]), &["- 1", "A 2"]);
    }

    #[test]
    fn more_packs_are_taken_anew() {
        let two = known(vec![lot("A", 2, 30), lot("B", 3, 90)]);
        let mut filled = basket(1, &[line(1, 1, 500)]);
        two.fill(&mut filled, TODAY);
        filled.set_quantity(1, 3).unwrap();
        check_filled(&two, filled.clone(), &["A 2, B 1"]);
        two.fill(&mut filled, TODAY);
        filled.add(line(1, 2, 500)).unwrap();
        check_filled(&two, filled.clone(), &["A 2, B 3"]);
        filled.choose_lot(1, Some("B"), None, "pack_in_hand").unwrap();
        check_filled(&two, filled.clone(), &["B 5"]);
        let mut untold = basket(1, &[line(1, 1, 500)]);
        untold.choose_lot(1, None, None, "other").unwrap();
        untold.add(line(1, 1, 500)).unwrap();
        check_filled(&two, untold, &["- 1", "A 1"]);
        // A pack that nobody looked at is not of the lot that was chosen for the others.
        filled.add(line(1, 1, 500)).unwrap();
        check_filled(&two, filled, &["B 5", "A 1"]);
    }

    #[test]
    fn what_a_code_said_is_not_unsaid() {
        let mut read = basket(1, &[scanned(1, Some("A"), Some(-1))]);
        let choose =
            |basket: &mut Basket, lot| basket.choose_lot(1, lot, None, "pack_in_hand").map_err(Refusal::code);
        assert_eq!(choose(&mut read, Some("B")), Err("lot_is_read"));
        assert_eq!(choose(&mut read, None), Err("lot_is_read"));
        assert_eq!(choose(&mut read, Some("A")), Ok(()));
        assert_eq!(choose(&mut read, Some("B")), Err("lot_is_read"));
        check_held(&KnownLots::default(), read, &["1 lot_expired"]);
        let mut dated = basket(1, &[scanned(1, None, Some(-1))]);
        assert_eq!(choose(&mut dated, Some("B")), Ok(()));
        check_held(&KnownLots::default(), dated, &["1 lot_expired"]);
    }

    #[test]
    fn packs_that_no_code_named_are_of_what_expires_first() {
        let two = known(vec![lot("A", 2, 30), lot("B", 3, 90)]);
        let mut one_of_four = basket(1, &[scanned(1, Some("B"), None)]);
        one_of_four.set_quantity(1, 4).unwrap();
        check_filled(&two, one_of_four.clone(), &["B 3, A 1"]);
        one_of_four.add(scanned(1, Some("B"), None)).unwrap();
        assert_eq!(one_of_four.lines[0].in_hand, Some(2));
        // The same pack again is no other one.
        one_of_four.tell_of_pack(1, Some("B".to_owned()), None, b"again").unwrap();
        assert_eq!((one_of_four.lines[0].in_hand, one_of_four.lines[0].quantity), (Some(2), 5));
    }

    #[test]
    fn lots_that_must_not_be_sold_hold_their_line() {
        let with = |state| known(vec![on_shelf(Some("A"), 2, 0, Some(30), state)]);
        for (state, code) in [
            (LotState::OnHold, "1 lot_on_hold"),
            (LotState::Quarantined, "1 lot_quarantined"),
            (LotState::Damaged, "1 lot_damaged"),
            (LotState::Recalled, "1 lot_recalled"),
        ] {
            check_held(&with(state), basket(1, &[scanned(1, Some("A"), None)]), &[code]);
            check_held(&with(state), basket(1, &[scanned(1, Some(" a"), None)]), &[code]);
        }
        let open = with(LotState::Sellable);
        check_held(&open, basket(1, &[scanned(1, Some("A"), Some(0))]), &[]);
        check_held(&open, basket(1, &[scanned(1, Some("A"), Some(-1))]), &["1 lot_expired"]);
        check_held(&open, basket(1, &[scanned(1, None, Some(-1))]), &["1 lot_expired"]);
        check_held(&KnownLots::default(), basket(1, &[scanned(1, Some("A"), Some(-1))]), &["1 lot_expired"]);
        let every_pack = ProductLots { of_all: LotState::Recalled, ..ProductLots::default() };
        let every_pack = KnownLots(BTreeMap::from([(product(1), every_pack)]));
        check_held(
            &every_pack,
            basket(1, &[scanned(1, Some("A"), None), line(1, 1, 500)]),
            &["1 lot_recalled", "2 lot_recalled"],
        );
        let taken_back = BasketLine {
            refund: Some(RefundLine { of: None, reason: "recall".to_owned() }),
            ..scanned(1, Some("A"), None)
        };
        check_held(&every_pack, basket(1, &[taken_back]), &[]);
    }

    #[test]
    fn a_pack_that_nobody_looked_at_is_held_while_it_may_be_one_that_must_not_be_sold() {
        let ours = || basket(1, &[line(1, 2, 500)]);
        check_held(&known(vec![lot("A", 1, 30)]), ours(), &[]);
        check_held(&known(vec![lot("A", 1, 30), recalled("R", 1)]), ours(), &["1 lot_to_check"]);
        check_held(&known(vec![lot("A", 1, 30), recalled("R", 0)]), ours(), &["1 lot_to_check"]);
        check_held(&known(vec![lot("A", 2, 30), recalled("R", 0)]), ours(), &[]);
        for state in [LotState::OnHold, LotState::Quarantined, LotState::Damaged] {
            let beside = on_shelf(Some("Q"), 1, 0, Some(90), state);
            check_held(&known(vec![lot("A", 9, 30), beside]), ours(), &["1 lot_to_check"]);
        }
        let unnamed = on_shelf(None, 4, 0, None, LotState::Sellable);
        check_held(&known(vec![unnamed, recalled("R", 0)]), ours(), &["1 lot_to_check"]);
        check_held(&known(vec![lot("A", 2, 30), lot("X", 4, -1)]), ours(), &[]);
        check_held(&known(vec![lot("A", 1, 30), lot("X", 4, -1)]), ours(), &["1 lot_to_check"]);
        // Of five packs one was scanned, and of two lines each leaves enough for itself alone.
        let mut one_of_five = basket(1, &[scanned(1, Some("A"), None)]);
        one_of_five.set_quantity(1, 5).unwrap();
        let held = known(vec![lot("A", 9, 30), recalled("R", 1)]);
        check_held(&held, one_of_five.clone(), &["1 lot_to_check"]);
        one_of_five.choose_lot(1, Some("a"), None, "one_lot_for_all").unwrap();
        check_held(&held, one_of_five, &[]);
        let mut both = basket(1, &[scanned(2, Some("A"), None)]);
        both.add(line(1, 1, 400)).unwrap();
        check_held(&known(vec![lot("A", 2, 30), lot("X", 4, -1)]), both, &["2 lot_to_check"]);
        let unknown =
            ProductLots { lots: vec![recalled("R", 0)], is_stock_unknown: true, ..ProductLots::default() };
        check_held(&KnownLots(BTreeMap::from([(product(1), unknown)])), ours(), &["1 lot_to_check"]);
        // An expiry alone does not say that it is none of the recalled ones.
        check_held(&held, basket(1, &[scanned(1, None, Some(90))]), &["1 lot_to_check"]);
        let looked_at = basket(1, &[scanned(2, Some("A"), None)]);
        check_held(&known(vec![lot("A", 1, 30), recalled("R", 1)]), looked_at, &[]);
    }

    proptest! {
        /// What a basket says of its lots sums to its lines, and none of it is a lot that must not be sold.
        #[test]
        fn lots_sum_to_their_line(lots in any_lots(), first in 1..40_i64, second in 1..40_i64) {
            let known = known(lots);
            let mut filled = Basket::new(entry_id(1));
            filled.add(line(1, first, 500))?;
            filled.add(BasketLine { unit_price_minor: Some(400), ..line(1, second, 500) })?;
            known.fill(&mut filled, TODAY);
            for line in &filled.lines {
                let lots = line.lots();
                prop_assert_eq!(lots.iter().map(|lot| lot.packs).sum::<i64>(), line.quantity);
                for lot in lots.iter() {
                    let block = known.block(line.product, lot.lot.as_deref(), lot.expiry, TODAY);
                    prop_assert!(block.is_none() || lot.lot.is_none());
                }
            }
            filled.check()?;
        }
    }
}
