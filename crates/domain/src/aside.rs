//! What happens to a basket that is not paid: a line or the whole of it voided, parked, taken up again.
//! Nothing moves, but the book says that it happened.

use crate::acting::{Acting, refs, seal_text};
use crate::basket::Basket;
use crate::entry::{
    BasketParked, BasketTaken, BasketVoided, LineVoided, SealedField, SealedRef, ToSeal, VoidedLine,
};
use crate::id::EntryId;
use crate::limits::{MAX_LABEL, MAX_LINES, check_text};
use crate::price::Priced;
use crate::refusal::Refusal;

/// Records that a line was taken out. `priced` is the basket's price before.
///
/// # Errors
/// `unknown_line`.
pub fn void_line(
    acting: &Acting,
    entry_id: EntryId,
    basket: &Basket,
    priced: &Priced,
    line_no: u32,
) -> Result<LineVoided, Refusal> {
    let line = basket.line(line_no).ok_or(Refusal::UnknownLine { line_no })?;
    let priced = priced.lines.iter().find(|priced| priced.line_no == line_no);
    let priced = priced.ok_or(Refusal::UnknownLine { line_no })?;
    Ok(LineVoided {
        common: acting.common(entry_id, Vec::new(), Vec::new()),
        sealed: Vec::new(),
        sale: basket.sale_id,
        line_no,
        product: line.product,
        quantity: priced.quantity,
        amount_minor: priced.amount_minor,
    })
}

/// Records that a basket was given up.
///
/// # Errors
/// `basket_empty`.
pub fn void_basket(
    acting: &Acting,
    entry_id: EntryId,
    basket: &Basket,
    priced: &Priced,
) -> Result<BasketVoided, Refusal> {
    if basket.lines.is_empty() {
        return Err(Refusal::BasketEmpty);
    }
    let lines = basket.lines.iter().zip(&priced.lines).map(|(line, priced)| VoidedLine {
        product: line.product,
        quantity: priced.quantity,
        amount_minor: priced.amount_minor,
    });
    Ok(BasketVoided {
        common: acting.common(entry_id, Vec::new(), Vec::new()),
        sealed: Vec::new(),
        sale: basket.sale_id,
        lines: lines.collect(),
        total_minor: priced.total_minor,
    })
}

/// Sets a basket aside. The basket and its label are sealed under the basket's sale id, so that whoever takes
/// it up again finds them.
///
/// # Errors
/// `basket_empty`, `text_too_long`.
pub fn park(
    acting: &Acting,
    entry_id: EntryId,
    basket: &Basket,
    priced: &Priced,
    label: &str,
) -> Result<(BasketParked, Vec<ToSeal>), Refusal> {
    if basket.lines.is_empty() {
        return Err(Refusal::BasketEmpty);
    }
    check_text(label, MAX_LABEL)?;
    let line_count =
        u32::try_from(basket.lines.len()).map_err(|_| Refusal::TooManyLines { limit: MAX_LINES })?;
    let what = SealedRef { subject: basket.sale_id.into(), field: SealedField::Basket, index: 0 };
    let mut to_seal = vec![ToSeal { what, plain: basket.to_bytes() }];
    to_seal.extend(seal_text(basket.sale_id, SealedField::Label, 0, Some(label)));
    let entry = BasketParked {
        common: acting.common(entry_id, Vec::new(), Vec::new()),
        sealed: refs(&to_seal),
        sale: basket.sale_id,
        line_count,
        total_minor: priced.total_minor,
    };
    Ok((entry, to_seal))
}

/// Takes a parked basket up again.
#[must_use]
pub fn take(acting: &Acting, entry_id: EntryId, sale: EntryId) -> BasketTaken {
    BasketTaken { common: acting.common(entry_id, vec![], vec![]), sealed: vec![], sale }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::{RefundedSales, price};
    use crate::sample::{acting, basket, entry_id, line};

    fn check<T: std::fmt::Debug>(result: Result<T, Refusal>, refused: &str) {
        assert_eq!(result.err().map(Refusal::code), Some(refused));
    }

    #[test]
    fn voided_and_parked() {
        let basket = basket(1, &[line(1, 2, 500), line(2, 1, 300)]);
        let priced = price(&basket, &RefundedSales::default()).unwrap();
        let voided = void_line(&acting(), entry_id(2), &basket, &priced, 1).unwrap();
        assert_eq!((voided.sale, voided.quantity, voided.amount_minor), (entry_id(1), 2, 1_000));
        let voided = void_basket(&acting(), entry_id(2), &basket, &priced).unwrap();
        assert_eq!((voided.lines.len(), voided.total_minor), (2, 1_300));
        let (parked, to_seal) = park(&acting(), entry_id(2), &basket, &priced, "the lady in green").unwrap();
        assert_eq!((parked.line_count, parked.total_minor, parked.sealed.len()), (2, 1_300, 2));
        assert!(parked.sealed.iter().all(|part| part.subject == entry_id(1).into()));
        assert_eq!(Basket::from_bytes(&to_seal[0].plain).unwrap(), basket);
        assert_eq!(to_seal[1].plain, b"the lady in green");
        assert_eq!(take(&acting(), entry_id(3), entry_id(1)).sale, entry_id(1));
    }

    #[test]
    fn refusals() {
        let empty = basket(1, &[]);
        let full = basket(1, &[line(1, 2, 500)]);
        let priced = price(&full, &RefundedSales::default()).unwrap();
        check(void_line(&acting(), entry_id(2), &full, &priced, 9), "unknown_line");
        check(void_basket(&acting(), entry_id(2), &empty, &priced), "basket_empty");
        check(park(&acting(), entry_id(2), &empty, &priced, ""), "basket_empty");
        check(park(&acting(), entry_id(2), &full, &priced, &"l".repeat(61)), "text_too_long");
    }
}
