//! The lots of one product, put in the order in which they are sold.

use std::collections::BTreeMap;

use super::{Block, EXPIRING_SOON_DAYS, LOT_REASONS, LotOnShelf, LotState, days_left, expiry_of};
use crate::acting::check_reason;
use crate::limits::{MAX_LOTS, MAX_SHORT_TEXT, check_lines, check_quantity, check_text};
use crate::refusal::Refusal;
use crate::time::BusinessDate;

/// How the lot was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen<'a> {
    /// By nobody: what expires first is taken first.
    FirstExpiry,
    /// By a code that was scanned: the packs in hand are of this lot, whatever the book says.
    InHand {
        /// Lot number on the pack.
        lot: &'a str,
        /// Expiry on the pack, where it states one.
        expiry: Option<BusinessDate>,
        /// Packs that were scanned, 1 or more.
        packs: i64,
    },
    /// By a person, who gives all that is asked for out of this lot.
    ByPerson {
        /// Lot number; none for packs without a known lot.
        lot: Option<&'a str>,
        /// Of [`LOT_REASONS`].
        reason: &'a str,
    },
}

/// What is told about lots that were taken, and of those that were passed over on the way to the last of them,
/// in the unit that was asked for: packs or pieces. Where something is short, all were passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Remarks {
    /// Passed over because they are expired.
    pub skipped_expired: i64,
    /// Passed over because they are on hold.
    pub skipped_on_hold: i64,
    /// Passed over because they are in quarantine.
    pub skipped_quarantined: i64,
    /// Passed over because they are damaged.
    pub skipped_damaged: i64,
    /// Passed over because they are recalled.
    pub skipped_recalled: i64,
    /// Taken, and expiring within [`EXPIRING_SOON_DAYS`].
    pub issued_expiring_soon: i64,
    /// A lot that was taken has more than one expiry; the earliest counted.
    pub has_two_expiries: bool,
}

impl Remarks {
    pub(super) fn skip(&mut self, block: Block, quantity: i64) {
        let skipped = match block {
            Block::OnHold => &mut self.skipped_on_hold,
            Block::Quarantined => &mut self.skipped_quarantined,
            Block::Expired => &mut self.skipped_expired,
            Block::Damaged => &mut self.skipped_damaged,
            Block::Recalled => &mut self.skipped_recalled,
        };
        *skipped = skipped.saturating_add(quantity);
    }

    pub(super) fn take(&mut self, row: &Row, today: BusinessDate, quantity: i64) {
        if row.expiry.is_some_and(|expiry| days_left(expiry, today) <= EXPIRING_SOON_DAYS) {
            self.issued_expiring_soon = self.issued_expiring_soon.saturating_add(quantity);
        }
        self.has_two_expiries |= row.has_two_expiries;
    }
}

/// A lot with what can be taken from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) lot: Option<String>,
    pub(super) expiry: Option<BusinessDate>,
    /// Whole packs, 0 or more.
    pub(super) packs: i64,
    /// Pieces in opened packs, 0 or more.
    pub(super) pieces: i64,
    pub(super) block: Option<Block>,
    pub(super) has_two_expiries: bool,
}

/// The lots of one product in the order in which they are sold.
#[derive(Debug)]
pub(super) struct Rows {
    /// The lot that is in hand or was chosen; it may be sold.
    pub(super) named: Option<Row>,
    /// All others, also those that must not be sold: expiry ascending, those without last, ties by the bytes
    /// of the lot number, the one without a number last.
    pub(super) others: Vec<Row>,
    pub(super) today: BusinessDate,
}

impl Rows {
    /// Puts the lots in order.
    ///
    /// # Errors
    /// `too_many_lines`, `text_too_long`, `quantity_out_of_range` for no pack in hand, `reason_needed`, or
    /// that the named lot must not be sold.
    pub(super) fn of(lots: &[LotOnShelf], today: BusinessDate, chosen: Chosen<'_>) -> Result<Self, Refusal> {
        check_lines(lots.len(), MAX_LOTS)?;
        let mut by_lot: BTreeMap<Option<&str>, Vec<&LotOnShelf>> = BTreeMap::new();
        for lot in lots {
            by_lot.entry(lot.lot.as_deref()).or_default().push(lot);
        }
        let named = match chosen {
            Chosen::FirstExpiry => None,
            Chosen::InHand { lot, expiry, packs } => {
                check_text(lot, MAX_SHORT_TEXT)?;
                check_quantity(packs, i64::MAX)?;
                Some(row(Some(lot), &by_lot.remove(&Some(lot)).unwrap_or_default(), expiry, today))
            }
            Chosen::ByPerson { lot, reason } => {
                check_text(lot.unwrap_or_default(), MAX_SHORT_TEXT)?;
                check_reason(reason, &LOT_REASONS)?;
                Some(row(lot, &by_lot.remove(&lot).unwrap_or_default(), None, today))
            }
        };
        if let Some(block) = named.as_ref().and_then(|named| named.block) {
            return Err(block.refusal(None));
        }
        let mut others: Vec<Row> =
            by_lot.into_iter().map(|(lot, facts)| row(lot, &facts, None, today)).collect();
        others.sort_by(|a, b| {
            let key = |row: &Row| (row.expiry.is_none(), row.expiry, row.lot.is_none());
            key(a).cmp(&key(b)).then_with(|| a.lot.cmp(&b.lot))
        });
        Ok(Self { named, others, today })
    }

    /// The lot that stands for what the book does not have: the named one, else the first that may be sold
    /// and is there, else the first that may be sold, else none that is known.
    pub(super) fn for_short(&self) -> Row {
        let sellable = || self.others.iter().filter(|row| row.block.is_none());
        let best = self.named.as_ref().or_else(|| sellable().find(|row| row.packs > 0));
        best.or_else(|| sellable().next()).cloned().unwrap_or_else(|| row(None, &[], None, self.today))
    }
}

/// All that is known of one lot, put together: stock is summed, the earliest expiry counts, and the strictest
/// state holds.
fn row(lot: Option<&str>, facts: &[&LotOnShelf], on_pack: Option<BusinessDate>, today: BusinessDate) -> Row {
    let expiry = expiry_of(facts.iter().map(|fact| fact.expiry).chain([on_pack]));
    let sum = |of: fn(&LotOnShelf) -> i64| {
        facts.iter().fold(0_i64, |sum, fact| sum.saturating_add(of(fact))).max(0)
    };
    Row {
        lot: lot.map(str::to_owned),
        expiry: expiry.earliest,
        packs: sum(|fact| fact.on_hand),
        pieces: sum(|fact| fact.pieces),
        block: Block::of(LotState::of(facts.iter().map(|fact| fact.state)), expiry.earliest, today),
        has_two_expiries: expiry.has_two_expiries,
    }
}
