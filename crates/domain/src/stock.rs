//! Goods that come in or go elsewhere without being sold, and what is found about lots. What is on the shelf is never
//! kept, only summed from postings.

use crate::account::{Account, Dimension};
use crate::acting::{Acting, check_reason};
use crate::entry::{GoodsLine, GoodsReceived, LotsMarked, LotsReleased, ReceivedLine, StockMoved};
use crate::id::{EntryId, PlaceId, ProductId, SupplierId};
use crate::limits::{
    MAX_PRICE_MINOR, MAX_RECEIVED_LINES, MAX_RECEIVED_PACKS, MAX_SHORT_TEXT, check_lines, check_name,
    check_quantity, check_text,
};
use crate::lot::LotState;
use crate::postings::Postings;
use crate::refusal::Refusal;

/// Why goods leave the shelf without being sold.
pub const MOVE_REASONS: [&str; 5] = ["expired", "damaged", "recalled", "lost", "other"];

/// A delivery as it is to be booked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// Who delivered it, 1 to 100 characters; none for stock that was there at first or that an import brought.
    pub supplier: Option<String>,
    /// Number of the delivery note, at most 60 characters.
    pub reference: Option<String>,
    /// What came, at most 500 lines.
    pub lines: Vec<ReceivedLine>,
}

/// Puts a delivery on the shelf, and what came damaged apart. It needs no open session.
///
/// # Errors
/// `basket_empty` for a delivery of nothing, `name_missing`, `too_many_lines`, `text_too_long`,
/// `quantity_out_of_range`, `price_out_of_range` for a cost below 0 or beyond what a price may be.
pub fn receive_goods(
    acting: &Acting,
    entry_id: EntryId,
    shelf: PlaceId,
    delivery: Delivery,
) -> Result<GoodsReceived, Refusal> {
    let Delivery { supplier, reference, lines } = delivery;
    if lines.is_empty() {
        return Err(Refusal::BasketEmpty);
    }
    check_lines(lines.len(), MAX_RECEIVED_LINES)?;
    let supplier = supplier.map(|name| name.trim().to_owned());
    supplier.as_deref().map_or(Ok(()), check_name)?;
    check_text(reference.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
    let from = supplier.as_deref().map_or_else(SupplierId::opening, SupplierId::of_name);
    let mut postings = Postings::new(&acting.currency);
    for line in &lines {
        check_received(line)?;
        let (lot, damaged) = (line.lot.as_ref(), line.damaged.unwrap_or(0));
        let came = line.packs + damaged;
        postings.packs(Account::Supplier, Dimension::Id(from.0), line.product, lot, -came);
        postings.packs(Account::Shelf, Dimension::Id(shelf.0), line.product, lot, line.packs);
        postings.packs(Account::Quarantine, Dimension::Id(shelf.0), line.product, lot, damaged);
    }
    let common = acting.common(entry_id, Vec::new(), postings.finish()?);
    Ok(GoodsReceived { common, sealed: Vec::new(), lines, supplier, reference })
}

fn check_received(line: &ReceivedLine) -> Result<(), Refusal> {
    check_text(line.lot.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
    let in_range = |packs: i64, least: i64| {
        let refused = Refusal::QuantityOutOfRange { limit: MAX_RECEIVED_PACKS };
        if (least..=MAX_RECEIVED_PACKS).contains(&packs) { Ok(()) } else { Err(refused) }
    };
    let is_told = line.damaged.is_some() || line.announced.is_some();
    in_range(line.packs, if is_told { 0 } else { 1 })?;
    line.announced.map_or(Ok(()), |packs| in_range(packs, 0))?;
    line.damaged.map_or(Ok(()), |packs| in_range(packs, 1))?;
    match line.cost_minor {
        Some(cost) if !(0..=MAX_PRICE_MINOR).contains(&cost) => {
            Err(Refusal::PriceOutOfRange { limit: MAX_PRICE_MINOR })
        }
        _ => Ok(()),
    }
}

/// Why goods go back to whoever delivered them.
pub const RETURN_REASONS: [&str; 6] =
    ["damaged", "wrong_product", "too_many", "short_expiry", "recalled", "booked_wrong"];

/// Sends goods of the shelf back to a supplier, or takes back what was booked wrongly of a delivery.
///
/// # Errors
/// As [`write_off`], and `name_missing`.
pub fn return_goods(
    acting: &Acting,
    entry_id: EntryId,
    shelf: PlaceId,
    supplier: &str,
    reference: Option<String>,
    lines: Vec<GoodsLine>,
    reason: &str,
) -> Result<StockMoved, Refusal> {
    check_reason(reason, &RETURN_REASONS)?;
    check_name(supplier.trim())?;
    check_text(reference.as_deref().unwrap_or_default(), MAX_SHORT_TEXT)?;
    let to = (Account::Supplier, Dimension::Id(SupplierId::of_name(supplier.trim()).0));
    let moved = take_off(acting, entry_id, shelf, to, lines, reason)?;
    Ok(StockMoved { reference, ..moved })
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
    take_off(acting, entry_id, shelf, (Account::Waste, Dimension::None), lines, reason)
}

fn take_off(
    acting: &Acting,
    entry_id: EntryId,
    shelf: PlaceId,
    (account, dimension): (Account, Dimension),
    lines: Vec<GoodsLine>,
    reason: &str,
) -> Result<StockMoved, Refusal> {
    check_goods(&lines)?;
    let mut postings = Postings::new(&acting.currency);
    for line in &lines {
        let lot = line.lot.as_ref();
        postings.packs(Account::Shelf, Dimension::Id(shelf.0), line.product, lot, -line.packs);
        postings.packs(account, dimension.clone(), line.product, lot, line.packs);
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

    fn goods(packs: i64, lot: Option<String>) -> GoodsLine {
        GoodsLine { product: product(1), lot, expiry: None, packs }
    }

    fn received(packs: i64, lot: Option<String>) -> ReceivedLine {
        let (announced, damaged, cost_minor) = (None, None, None);
        ReceivedLine { product: product(1), lot, expiry: None, packs, announced, damaged, cost_minor }
    }

    fn receive(lines: Vec<ReceivedLine>) -> Result<GoodsReceived, Refusal> {
        receive_goods(&acting(), entry_id(1), shelf(), Delivery { lines, ..Delivery::default() })
    }

    fn check(lines: Vec<ReceivedLine>, refused: &str) {
        assert_eq!(receive(lines).map(|_| ()).map_err(Refusal::code), Err(refused));
    }

    #[test]
    fn goods_come_from_the_supplier() {
        let lot = Some("L1".to_owned());
        let damaged = ReceivedLine { damaged: Some(3), ..received(0, None) };
        let entry =
            receive(vec![received(5, None), received(7, lot.clone()), received(2, lot), damaged]).unwrap();
        let postings = &entry.common.postings;
        assert!(is_balanced(postings));
        assert_eq!((on(postings, Account::Supplier), on(postings, Account::Shelf)), (-17, 14));
        assert_eq!(on(postings, Account::Quarantine), 3);
        assert_eq!(postings.len(), 5);
    }

    #[test]
    fn goods_go_back_to_whom_they_came_from() {
        let by = |supplier: &str| Delivery {
            supplier: Some(supplier.to_owned()),
            reference: Some("LS 7".to_owned()),
            lines: vec![received(5, None)],
        };
        let came = receive_goods(&acting(), entry_id(1), shelf(), by(" Großhandel Nord ")).unwrap();
        let back = |supplier, reason| {
            return_goods(&acting(), entry_id(2), shelf(), supplier, None, vec![goods(5, None)], reason)
        };
        let both =
            [came.common.postings, back("grosshandel nord", "too_many").unwrap().common.postings].concat();
        assert!(is_balanced(&both));
        assert_eq!((on(&both, Account::Supplier), on(&both, Account::Shelf)), (0, 0));
        assert_eq!(both[0].dimension, both[2].dimension);
        assert_eq!(back("Nord", "mood").map(|_| ()), Err(Refusal::ReasonNeeded));
        assert_eq!(back(" ", "damaged").map(|_| ()), Err(Refusal::NameMissing));
        assert_eq!(
            receive_goods(&acting(), entry_id(1), shelf(), by(" ")).map(|_| ()),
            Err(Refusal::NameMissing)
        );
    }

    #[test]
    fn goods_are_thrown_away() {
        let lines = vec![goods(3, None), goods(2, Some("L1".to_owned()))];
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
            refused(vec![goods(0, None)], "expired").map_err(Refusal::code),
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
        check(vec![ReceivedLine { announced: Some(-1), ..received(1, None) }], "quantity_out_of_range");
        check(vec![ReceivedLine { damaged: Some(0), ..received(1, None) }], "quantity_out_of_range");
        check(vec![ReceivedLine { cost_minor: Some(-1), ..received(1, None) }], "price_out_of_range");
    }
}
