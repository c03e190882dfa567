//! Collects the legs of an entry: one for each account, dimension and unit, in that order, none of zero.

use std::collections::BTreeMap;

use crate::account::{Account, Dimension, Posting, Unit};
use crate::entry::Measure;
use crate::id::ProductId;
use crate::money;
use crate::refusal::Refusal;

/// Legs being collected.
pub(crate) struct Postings<'a> {
    currency: &'a str,
    sums: BTreeMap<(u8, Dimension, Unit), i128>,
}

impl<'a> Postings<'a> {
    /// None yet, in this currency.
    pub(crate) fn new(currency: &'a str) -> Self {
        Self { currency, sums: BTreeMap::new() }
    }

    fn add(&mut self, account: Account, dimension: Dimension, unit: Unit, amount: i64) {
        // An i128 holds the sum of more legs than fit into memory.
        *self.sums.entry((account as u8, dimension, unit)).or_default() += i128::from(amount);
    }

    /// Money; a debit is positive.
    pub(crate) fn money(&mut self, account: Account, dimension: Dimension, amount_minor: i64) {
        self.add(account, dimension, Unit::Currency(self.currency.to_owned()), amount_minor);
    }

    /// Packs; a debit is positive.
    pub(crate) fn packs(
        &mut self,
        account: Account,
        dimension: Dimension,
        product: ProductId,
        lot: Option<&String>,
        packs: i64,
    ) {
        self.goods((account, dimension), product, lot, (Measure::Pack, packs));
    }

    /// Goods in any measure; a debit is positive.
    pub(crate) fn goods(
        &mut self,
        (account, dimension): (Account, Dimension),
        product: ProductId,
        lot: Option<&String>,
        (measure, amount): (Measure, i64),
    ) {
        self.add(account, dimension, Unit::Goods { product, lot: lot.cloned(), measure }, amount);
    }

    /// The legs.
    ///
    /// # Errors
    /// `amount_out_of_range`.
    pub(crate) fn finish(self) -> Result<Vec<Posting>, Refusal> {
        let legs = self.sums.into_iter().filter(|(_, amount)| *amount != 0);
        legs.map(|((account, dimension, unit), amount)| {
            Ok(Posting { account, dimension, unit, amount: money::bounded(amount)? })
        })
        .collect()
    }
}
