//! Goods that come in. What is on the shelf is never kept, only summed from postings.

use uuid::Uuid;

use crate::account::{Account, Dimension};
use crate::acting::Acting;
use crate::entry::{GoodsReceived, ReceivedLine};
use crate::id::{EntryId, PlaceId};
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
    supplier_id: Uuid,
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
        postings.packs(Account::Supplier, Dimension::Id(supplier_id), line.product, lot, -line.packs);
        postings.packs(Account::Shelf, Dimension::Id(shelf.0), line.product, lot, line.packs);
    }
    let common = acting.common(entry_id, Vec::new(), postings.finish()?);
    Ok(GoodsReceived { common, sealed: Vec::new(), lines })
}
