//! What a command sees of the book that is worked on: who acts, in which session, the basket, the settings.

use std::collections::BTreeMap;
use std::ops::Deref;

use domain::acting::Acting;
use domain::basket::Basket;
use domain::cash::CashContext;
use domain::country::CashRounding;
use domain::entry::Entry;
use domain::id::{EntryId, StaffId};
use domain::price::{RefundedBefore, RefundedSale, RefundedSales};
use domain::refusal::Refusal;
use domain::time::{BusinessDate, Now};
use ledger::{Book, Random};

use crate::fault::Stop;
use crate::gate::Used;
use crate::open::new_entry_id;
use crate::open_book::{House, OpenBook};
use crate::sight::Sight;

/// Name of the local value that keeps the basket on the screen.
pub(crate) const BASKET: &str = "basket";

/// The book as one command at a till sees it: whatever can be read of the branch, and what acting needs.
pub(crate) struct Counter<'b> {
    sight: Sight<'b>,
    pub(crate) open: &'b OpenBook,
    pub(crate) house: &'b House,
    pub(crate) random: &'b Random,
    /// What the act rests on that was allowed before.
    pub(crate) used: Used,
}

impl<'b> Deref for Counter<'b> {
    type Target = Sight<'b>;

    fn deref(&self) -> &Sight<'b> {
        &self.sight
    }
}

impl<'b> Counter<'b> {
    /// Of the till whose book this is, with whoever is on duty there.
    pub(crate) fn new(
        book: &'b Book<'b>,
        open: &'b OpenBook,
        house: &'b House,
        now: Now,
        random: &'b Random,
        on_duty: Option<StaffId>,
    ) -> Self {
        let (branch, till) = (&house.branch, Some(house.till));
        let sight = Sight { book, branch, people: &open.people, now, till, on_duty };
        Self { sight, open, house, random, used: Used::default() }
    }
}

impl Counter<'_> {
    /// A new id of an entry.
    pub(crate) fn new_id(&self) -> EntryId {
        new_entry_id(self.now, self.random)
    }

    /// Whether an act was done already: its entry is in the book, and is of the kind that the act writes.
    ///
    /// # Errors
    /// `entry_id_taken` where something else has the id: that is no second asking, and must not look done.
    pub(crate) fn is_done(&self, entry_id: EntryId, is_its: impl Fn(&Entry) -> bool) -> Result<bool, Stop> {
        match self.book.entry(entry_id)? {
            Some(stored) if is_its(&stored.entry) => Ok(true),
            Some(_) => Err(Refusal::EntryIdTaken.into()),
            None => Ok(false),
        }
    }

    /// What an act at the drawer is decided on.
    pub(crate) fn cash<'a>(&self, acting: &'a Acting) -> Result<CashContext<'a>, Stop> {
        Ok(CashContext { acting, drawer: self.drawer()?, safe: self.house.branch.safe() })
    }

    /// The basket on the screen; an empty one with a new sale id where none is kept.
    pub(crate) fn basket(&self) -> Result<Basket, Stop> {
        let kept = self.book.local(BASKET)?.and_then(|bytes| Basket::from_bytes(&bytes).ok());
        Ok(kept.unwrap_or_else(|| self.new_basket()))
    }

    /// An empty basket with a new sale id.
    pub(crate) fn new_basket(&self) -> Basket {
        Basket::new(self.new_id())
    }

    /// The sales that lines of a basket take back.
    pub(crate) fn refunded_sales(&self, basket: &Basket) -> Result<RefundedSales, Stop> {
        let mut sales = BTreeMap::new();
        for of in basket.lines.iter().filter_map(|line| line.refund.as_ref()?.of) {
            if !sales.contains_key(&of.sale)
                && let Some(sale) = self.refunded_sale(of.sale)?
            {
                sales.insert(of.sale, sale);
            }
        }
        Ok(RefundedSales(sales))
    }

    /// A sale with what was taken back of it; none where it is not known here.
    pub(crate) fn refunded_sale(&self, sale: EntryId) -> Result<Option<RefundedSale>, Stop> {
        let Some(stored) = self.book.receipt_entry(sale)? else { return Ok(None) };
        let Some((_, receipt)) = stored.entry.into_receipt() else { return Ok(None) };
        let before = self.book.refunded_lines(sale)?;
        let before = before
            .into_iter()
            .map(|(line_no, quantity, amount_minor)| RefundedBefore { line_no, quantity, amount_minor })
            .collect();
        Ok(Some(RefundedSale { lines: receipt.lines, taxes: receipt.taxes, before }))
    }

    /// Cash rounding of the country on a day.
    pub(crate) fn rounding(&self, date: BusinessDate) -> Option<CashRounding> {
        self.house.country.cash_rounding_on(date)
    }
}
