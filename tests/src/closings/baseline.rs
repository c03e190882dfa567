//! What a person does who has the list of sales and the difference, to compare with.

use super::{About, Closing, Planted};

/// The first three sales whose cash comes to the difference, either way; nothing else.
#[must_use]
pub fn baseline(closing: &Closing) -> Vec<Planted> {
    let amount_minor = closing.over_short_minor();
    let code = if amount_minor < 0 { "cash_was_card" } else { "card_was_cash" };
    let sales = closing.receipts.iter().filter(|receipt| {
        let tender_minor = if amount_minor < 0 { receipt.cash_minor } else { receipt.card_minor };
        tender_minor == amount_minor.abs()
    });
    sales.take(3).map(|sale| Planted { code, amount_minor, about: About::Entry(sale.entry) }).collect()
}
