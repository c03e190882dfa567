//! Goods that come in or go elsewhere without being sold, and what is found about lots. What is on the shelf is never
//! kept, only summed from postings.

use crate::account::{Account, Dimension};
use crate::acting::{Acting, check_reason};
use crate::entry::{GoodsLine, GoodsReceived, LotsMarked, LotsReleased, StockMoved};
use crate::id::{EntryId, PlaceId, ProductId, SupplierId};
use crate::limits::{
    MAX_RECEIVED_LINES, MAX_RECEIVED_PACKS, MAX_SHORT_TEXT, check_lines, check_quantity, check_text,
};
use crate::lot::LotState;
use crate::postings::Postings;
use crate::refusal::Refusal;

/// Why goods leave the shelf without being sold.
pub const MOVE_REASONS: [&str; 5] = ["expired", "damaged", "recalled", "lost", "other"];

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
    lines: Vec<GoodsLine>,
) -> Result<GoodsReceived, Refusal> {
    check_goods(&lines)?;
    let mut postings = Postings::new(&acting.currency);
    for line in &lines {
        let lot = line.lot.as_ref();
        postings.packs(Account::Supplier, Dimension::Id(supplier.0), line.product, lot, -line.packs);
        postings.packs(Account::Shelf, Dimension::Id(shelf.0), line.product, lot, line.packs);
    }
    let common = acting.common(entry_id, Vec::new(), postings.finish()?);
    Ok(GoodsReceived { common, sealed: Vec::new(), lines })
}

/// Throws goods of the shelf away. It needs no open session; stock below zero is allowed, since the packs are in
/// somebody's hand.
///
/// # Errors
/// `basket_empty` for nothing, `reason_needed`, `too_many_lines`, `text_too_long`, `quantity_out_of_range`.
pub fn write_off(
    acting: &Acting,
    entry_id: EntryId,
    shelf: PlaceId,
    lines: Vec<GoodsLine>,
    reason: &str,
) -> Result<StockMoved, Refusal> {
    check_reason(reason, &MOVE_REASONS)?;
    check_goods(&lines)?;
    let mut postings = Postings::new(&acting.currency);
    for line in &lines {
        let lot = line.lot.as_ref();
        postings.packs(Account::Shelf, Dimension::Id(shelf.0), line.product, lot, -line.packs);
        postings.packs(Account::Waste, Dimension::None, line.product, lot, line.packs);
    }
    let common = acting.common(entry_id, Vec::new(), postings.finish()?);
    Ok(StockMoved { common, sealed: Vec::new(), lines, reason: reason.to_owned(), reference: None })
}

/// Says that lots of a product must not be sold; no lot means every pack of it.
///
/// # Errors
/// `reason_needed` for [`LotState::Sellable`], `too_many_lines`, `name_missing` for a lot without a number,
/// `text_too_long`.
pub fn mark_lots(
    acting: &Acting,
    entry_id: EntryId,
    product: ProductId,
    mut lots: Vec<String>,
    state: LotState,
    reference: Option<String>,
) -> Result<LotsMarked, Refusal> {
    if state == LotState::Sellable {
        return Err(Refusal::ReasonNeeded);
    }
    check_lines(lots.len(), MAX_RECEIVED_LINES)?;
    lots.iter_mut().for_each(|lot| *lot = lot.trim().to_owned());
    lots.sort();
    lots.dedup();
    for lot in &lots {
        check_text(lot, MAX_SHORT_TEXT)?;
        if lot.is_empty() {
            return Err(Refusal::NameMissing);
        }
    }
    let reference = reference.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    check_text(reference.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
    let common = acting.common(entry_id, Vec::new(), Vec::new());
    Ok(LotsMarked { common, sealed: Vec::new(), product, lots, state: state.code().to_owned(), reference })
}

/// Says that what an entry found about lots does not hold any more.
#[must_use]
pub fn release_lots(acting: &Acting, entry_id: EntryId, marked: EntryId) -> LotsReleased {
    LotsReleased { common: acting.common(entry_id, vec![marked], Vec::new()), sealed: Vec::new(), marked }
}

fn check_goods(lines: &[GoodsLine]) -> Result<(), Refusal> {
    if lines.is_empty() {
        return Err(Refusal::BasketEmpty);
    }
    check_lines(lines.len(), MAX_RECEIVED_LINES)?;
    for line in lines {
        check_text(line.lot.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
        check_quantity(line.packs, MAX_RECEIVED_PACKS)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::is_balanced;
    use crate::sample::{acting, entry_id, on, product, shelf};

    fn received(packs: i64, lot: Option<String>) -> GoodsLine {
        GoodsLine { product: product(1), lot, expiry: None, packs }
    }

    fn receive(lines: Vec<GoodsLine>) -> Result<GoodsReceived, Refusal> {
        receive_goods(&acting(), entry_id(1), SupplierId::opening(), shelf(), lines)
    }

    fn check(lines: Vec<GoodsLine>, refused: &str) {
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
    fn goods_are_thrown_away() {
        let lines = vec![received(3, None), received(2, Some("L1".to_owned()))];
        let moved = write_off(&acting(), entry_id(1), shelf(), lines.clone(), "expired").unwrap();
        assert!(is_balanced(&moved.common.postings));
        assert_eq!(
            (on(&moved.common.postings, Account::Shelf), on(&moved.common.postings, Account::Waste)),
            (-5, 5)
        );
        let refused = |lines, reason| write_off(&acting(), entry_id(1), shelf(), lines, reason).map(|_| ());
        assert_eq!(refused(lines, "mood"), Err(Refusal::ReasonNeeded));
        assert_eq!(refused(vec![], "expired"), Err(Refusal::BasketEmpty));
        assert_eq!(
            refused(vec![received(0, None)], "expired").map_err(Refusal::code),
            Err("quantity_out_of_range")
        );
    }

    #[test]
    fn lots_are_marked() {
        let mark = |lots: &[&str], state, reference: &str| {
            let lots = lots.iter().map(|lot| (*lot).to_owned()).collect();
            mark_lots(&acting(), entry_id(1), product(1), lots, state, Some(reference.to_owned()))
        };
        let marked = mark(&["B ", "A", "B"], LotState::Recalled, " ").unwrap();
        assert_eq!(
            (marked.lots, marked.state, marked.reference),
            (vec!["A".into(), "B".into()], "recalled".into(), None)
        );
        let refused = |lots: &[&str], state, reference: &str| {
            mark(lots, state, reference).map(|_| ()).map_err(Refusal::code)
        };
        assert_eq!(refused(&["A"], LotState::Sellable, ""), Err("reason_needed"));
        assert_eq!(refused(&["A", " "], LotState::OnHold, ""), Err("name_missing"));
        assert_eq!(refused(&[&"A".repeat(61)], LotState::OnHold, ""), Err("text_too_long"));
        assert_eq!(refused(&[], LotState::OnHold, &"A".repeat(61)), Err("text_too_long"));
        assert_eq!(refused(&["A"; 501], LotState::OnHold, ""), Err("too_many_lines"));
        assert_eq!(release_lots(&acting(), entry_id(2), entry_id(1)).common.references, [entry_id(1)]);
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
