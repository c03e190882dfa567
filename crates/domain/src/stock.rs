//! Goods that come in. What is on the shelf is never kept, only summed from postings.

use crate::account::{Account, Dimension};
use crate::acting::Acting;
use crate::entry::{GoodsReceived, ReceivedLine};
use crate::id::{EntryId, PlaceId, SupplierId};
use crate::limits::{
    MAX_RECEIVED_LINES, MAX_RECEIVED_PACKS, MAX_SHORT_TEXT, check_lines, check_quantity, check_text,
};
use crate::postings::Postings;
use crate::refusal::Refusal;

/// Puts a delivery on the shelf. It needs no open session.
///
/// # Errors
/// `basket_empty` for a delivery of nothing, `too_many_lines`, `text_too_long` for a lot,
/// `quantity_out_of_range`.
pub fn receive_goods(
    acting: &Acting,
    entry_id: EntryId,
    supplier: SupplierId,
    shelf: PlaceId,
    lines: Vec<ReceivedLine>,
) -> Result<GoodsReceived, Refusal> {
    if lines.is_empty() {
        return Err(Refusal::BasketEmpty);
    }
    check_lines(lines.len(), MAX_RECEIVED_LINES)?;
    let mut postings = Postings::new(&acting.currency);
    for line in &lines {
        check_text(line.lot.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
        check_quantity(line.packs, MAX_RECEIVED_PACKS)?;
        let lot = line.lot.as_ref();
        postings.packs(Account::Supplier, Dimension::Id(supplier.0), line.product, lot, -line.packs);
        postings.packs(Account::Shelf, Dimension::Id(shelf.0), line.product, lot, line.packs);
    }
    let common = acting.common(entry_id, Vec::new(), postings.finish()?);
    Ok(GoodsReceived { common, sealed: Vec::new(), lines })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::is_balanced;
    use crate::sample::{acting, entry_id, on, product, shelf};

    fn received(packs: i64, lot: Option<String>) -> ReceivedLine {
        ReceivedLine { product: product(1), lot, expiry: None, packs }
    }

    fn receive(lines: Vec<ReceivedLine>) -> Result<GoodsReceived, Refusal> {
        receive_goods(&acting(), entry_id(1), SupplierId::opening(), shelf(), lines)
    }

    fn check(lines: Vec<ReceivedLine>, refused: &str) {
        assert_eq!(receive(lines).map(|_| ()).map_err(Refusal::code), Err(refused));
    }

    #[test]
    fn goods_come_from_the_supplier() {
        let lot = Some("L1".to_owned());
        let entry = receive(vec![received(5, None), received(7, lot.clone()), received(2, lot)]).unwrap();
        let postings = &entry.common.postings;
        assert!(is_balanced(postings));
        assert_eq!((on(postings, Account::Supplier), on(postings, Account::Shelf)), (-14, 14));
        assert_eq!(postings.len(), 4);
    }

    #[test]
    fn refusals() {
        check(vec![], "basket_empty");
        check(vec![received(1, None); 501], "too_many_lines");
        check(vec![received(1, Some("L".repeat(61)))], "text_too_long");
        check(vec![received(0, None)], "quantity_out_of_range");
        check(vec![received(1_000_001, None)], "quantity_out_of_range");
    }
}
