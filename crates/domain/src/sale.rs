//! The finished sale: refused, or a receipt whose postings balance.

use uuid::Uuid;

use crate::account::{Account, Dimension};
use crate::acting::{Acting, refs, seal_text};
use crate::basket::{Basket, BasketLine, SPOILT_REASONS};
use crate::country::CashRounding;
use crate::entry::{
    LineLot, Measure, Receipt, ReceiptKind, SaleLine, SealedField, TaxLine, TenderCorrected, TenderKind,
    TenderLine, ToSeal,
};
use crate::id::{CashLocationId, CashSessionId, EntryId, PlaceId};
use crate::lot::KnownLots;
use crate::money;
use crate::postings::Postings;
use crate::price::{PricedLine, RefundedSales, price};
use crate::refusal::Refusal;
use crate::tender::{TenderGiven, quote_tenders, seal_references};
use crate::time::BusinessDate;

/// What a sale is decided on.
#[derive(Debug, Clone)]
pub struct SaleContext<'a> {
    /// Who sells, where, in which session.
    pub acting: &'a Acting,
    /// The basket.
    pub basket: &'a Basket,
    /// The sales that its lines take back.
    pub refunded: &'a RefundedSales,
    /// The next receipt number of the stream.
    pub receipt_no: u64,
    /// The till's drawer.
    pub drawer: CashLocationId,
    /// The branch's shelf.
    pub shelf: PlaceId,
    /// Cash rounding of the country on that day.
    pub rounding: Option<CashRounding>,
    /// What is known of the lots of its products.
    pub lots: &'a KnownLots,
    /// The day by which a pack has expired; the session may be of an earlier one.
    pub today: BusinessDate,
}

/// Finishes the sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteSale {
    /// The basket's sale id.
    pub sale_id: EntryId,
    /// Tenders; they must cover the total.
    pub tenders: Vec<TenderGiven>,
    /// The total that the cashier saw.
    pub seen_total_minor: i64,
}

/// Finishes the sale in the basket.
///
/// # Errors
/// `session_closed`, `basket_empty`, `sale_mismatch`, a limit of the basket, its first hold, `total_changed`,
/// or what [`quote_tenders`] refuses, `tender_short`; the first of these in this order.
pub fn complete(
    ctx: &SaleContext<'_>,
    command: &CompleteSale,
) -> Result<(ReceiptKind, Receipt, Vec<ToSeal>), Refusal> {
    ctx.acting.open_session()?;
    let basket = ctx.basket;
    if basket.lines.is_empty() {
        return Err(Refusal::BasketEmpty);
    }
    if command.sale_id != basket.sale_id {
        return Err(Refusal::SaleMismatch);
    }
    basket.check()?;
    let priced = price(basket, ctx.refunded)?;
    let lot_holds = ctx.lots.holds(basket, ctx.today);
    if let Some(hold) = lot_holds.iter().chain(&priced.holds).min() {
        return Err(*hold);
    }
    if command.seen_total_minor != priced.total_minor {
        return Err(Refusal::TotalChanged { total_minor: priced.total_minor });
    }
    let quote = quote_tenders(priced.total_minor, &command.tenders, ctx.rounding, &[])?;
    if !quote.is_enough {
        return Err(Refusal::TenderShort { remaining_minor: quote.remaining_minor });
    }

    let lines: Vec<SaleLine> =
        basket.lines.iter().zip(&priced.lines).map(|(line, priced)| sale_line(line, priced)).collect();
    let mut postings = Postings::new(&ctx.acting.currency);
    post_tenders(&mut postings, (Account::Drawer, ctx.drawer.0), &quote.lines, 1);
    post_revenue(&mut postings, &priced.taxes)?;
    postings.money(Account::CashRounding, Dimension::None, -quote.rounding_minor);
    post_goods(&mut postings, ctx, &lines);

    let mut to_seal: Vec<ToSeal> =
        basket.lines.iter().filter_map(|line| seal_name(basket.sale_id, line)).collect();
    to_seal.extend(seal_references(basket.sale_id, &command.tenders));
    let receipt = Receipt {
        common: ctx.acting.common(basket.sale_id, refunded_sales(basket), postings.finish()?),
        sealed: refs(&to_seal),
        receipt_no: ctx.receipt_no,
        lines,
        basket_discount: basket.discount,
        taxes: priced.taxes,
        tenders: quote.lines,
        total_minor: priced.total_minor,
        rounding_minor: quote.rounding_minor,
        begun_ms: basket.begun_ms,
    };
    Ok((kind(basket), receipt, to_seal))
}

fn kind(basket: &Basket) -> ReceiptKind {
    if basket.lines.iter().any(|line| line.refund.is_none()) {
        ReceiptKind::Sale
    } else if basket.lines.iter().all(BasketLine::refunds_a_sale) {
        ReceiptKind::Refund
    } else {
        ReceiptKind::UnlinkedRefund
    }
}

fn refunded_sales(basket: &Basket) -> Vec<EntryId> {
    let mut sales = Vec::new();
    for of in basket.lines.iter().filter_map(|line| line.refund.as_ref()?.of) {
        if !sales.contains(&of.sale) {
            sales.push(of.sale);
        }
    }
    sales
}

fn sale_line(line: &BasketLine, priced: &PricedLine) -> SaleLine {
    SaleLine {
        line_no: line.line_no,
        product: line.product,
        name: (!line.is_unknown).then(|| line.name.clone()),
        quantity: priced.quantity,
        measure: Measure::Pack,
        pack_content: line.pack_content,
        lot: line.lot.clone().filter(|_| line.lots.is_none()),
        // A line without a price is a hold, so there is one here.
        unit_price_minor: line.unit_price_minor.unwrap_or(0),
        list_price_minor: line.list_price_minor,
        price_reason: line.price_reason.clone(),
        discount: line.discount,
        discount_minor: priced.discount_minor,
        basket_discount_minor: priced.basket_discount_minor,
        amount_minor: priced.amount_minor,
        tax_code: line.tax_code.clone(),
        rate_ppm: line.rate_ppm,
        rx_confirmed: line.rx_confirmed,
        refund_of: line.refund.as_ref().and_then(|refund| refund.of),
        refund_reason: line.refund.as_ref().map(|refund| refund.reason.clone()),
        scanned: line.scanned.clone(),
        is_unknown: line.is_unknown,
        expiry: line.expiry.filter(|_| line.lots.is_none()),
        lots: line.lots.as_ref().map(|lots| {
            let sign = priced.quantity.signum();
            lots.iter().map(|lot| LineLot { packs: sign * lot.packs, ..lot.clone() }).collect()
        }),
        lot_reason: line.lot_reason.clone(),
    }
}

fn seal_name(sale_id: EntryId, line: &BasketLine) -> Option<ToSeal> {
    let name = line.is_unknown.then_some(line.name.as_str());
    seal_text(sale_id, SealedField::ProductName, line.line_no, name)
}

/// What the tenders paid, net of change, times `sign`.
fn post_tenders(postings: &mut Postings<'_>, cash: (Account, Uuid), tenders: &[TenderLine], sign: i64) {
    for tender in tenders {
        let (account, dimension) = match tender.kind {
            TenderKind::Cash => (cash.0, Dimension::Id(cash.1)),
            TenderKind::Card => (Account::CardClearing, Dimension::Id(tender.tender.0)),
            TenderKind::Voucher => (Account::Voucher, Dimension::Id(tender.tender.0)),
            TenderKind::OnAccount => (
                Account::OnAccount,
                tender.customer.map_or(Dimension::None, |customer| Dimension::Id(customer.0)),
            ),
        };
        postings.money(account, dimension, sign * tender.amount_minor);
    }
}

fn post_revenue(postings: &mut Postings<'_>, taxes: &[TaxLine]) -> Result<(), Refusal> {
    for tax in taxes {
        let net_minor = money::sum([tax.gross_minor, -tax.tax_minor])?;
        postings.money(Account::Revenue, Dimension::Code(tax.code.clone()), -net_minor);
        postings.money(Account::Tax, Dimension::Code(tax.code.clone()), -tax.tax_minor);
    }
    Ok(())
}

/// Goods come back to the shelf only where the next customer may have them.
fn post_goods(postings: &mut Postings<'_>, ctx: &SaleContext<'_>, lines: &[SaleLine]) {
    for line in lines {
        let is_set_apart = line.quantity < 0 && is_to_set_apart(ctx, line);
        for LineLot { lot, expiry, packs } in line.lots().iter() {
            let is_blocked = || ctx.lots.block(line.product, lot.as_deref(), *expiry, ctx.today).is_some();
            let is_apart = is_set_apart || (*packs < 0 && is_blocked());
            let place = if is_apart { Account::Quarantine } else { Account::Shelf };
            postings.packs(place, Dimension::Id(ctx.shelf.0), line.product, lot.as_ref(), -packs);
            postings.packs(Account::Sold, Dimension::None, line.product, lot.as_ref(), *packs);
        }
    }
}

/// Whether packs that come back are spoilt, or may be of a lot that must not be sold: nobody said which one they are of.
fn is_to_set_apart(ctx: &SaleContext<'_>, line: &SaleLine) -> bool {
    if line.refund_reason.as_deref().is_some_and(|reason| SPOILT_REASONS.contains(&reason)) {
        return true;
    }
    if line.lot.is_some() {
        return false;
    }
    let sold = line.refund_of.and_then(|of| {
        let sale = ctx.refunded.0.get(&of.sale)?;
        sale.lines.iter().find(|sold| sold.line_no == of.line_no)
    });
    let lots = sold.and_then(|sold| sold.lots.as_ref()).into_iter().flatten();
    let is_blocked =
        |lot: &LineLot| ctx.lots.block(line.product, lot.lot.as_deref(), lot.expiry, ctx.today).is_some();
    ctx.lots.has_findings(line.product) || lots.into_iter().any(is_blocked)
}

/// What a correction of tenders is decided on.
#[derive(Debug, Clone)]
pub struct CorrectContext<'a> {
    /// Who corrects, where, in which session.
    pub acting: &'a Acting,
    /// The sale.
    pub sale: EntryId,
    /// Its total before cash rounding.
    pub total_minor: i64,
    /// Its tenders as they stand, after corrections made before.
    pub before: &'a [TenderLine],
    /// The drawer that the cash was, or was not, put into.
    pub drawer: CashLocationId,
    /// The cash session of the sale, where that is closed.
    pub of_session: Option<CashSessionId>,
    /// Cash rounding as it was for the sale.
    pub rounding: Option<CashRounding>,
}

/// Puts right what a finished sale was really paid with: `after` must pay the sale's total as any tenders
/// do. The postings move only the difference; cash rounding moves with the cash. The cash of a session that
/// is closed is not in the present drawer: there it was too much or too little, and this explains it, with or without
/// a drawer that is open.
///
/// # Errors
/// `session_closed` where neither is open, what [`quote_tenders`] refuses, `tender_short`.
pub fn correct_tender(
    ctx: &CorrectContext<'_>,
    entry_id: EntryId,
    after: &[TenderGiven],
) -> Result<(TenderCorrected, Vec<ToSeal>), Refusal> {
    if ctx.of_session.is_none() {
        ctx.acting.open_session()?;
    }
    let quote = quote_tenders(ctx.total_minor, after, ctx.rounding, &[])?;
    if !quote.is_enough {
        return Err(Refusal::TenderShort { remaining_minor: quote.remaining_minor });
    }
    let mut postings = Postings::new(&ctx.acting.currency);
    let cash =
        ctx.of_session.map_or((Account::Drawer, ctx.drawer.0), |session| (Account::OverShort, session.0));
    post_tenders(&mut postings, cash, ctx.before, -1);
    post_tenders(&mut postings, cash, &quote.lines, 1);
    let paid_before = money::sum(ctx.before.iter().map(|tender| tender.amount_minor))?;
    let paid_after = money::sum(quote.lines.iter().map(|tender| tender.amount_minor))?;
    postings.money(Account::CashRounding, Dimension::None, paid_before - paid_after);

    let to_seal = seal_references(entry_id, after);
    let entry = TenderCorrected {
        common: ctx.acting.common(entry_id, vec![ctx.sale], postings.finish()?),
        sealed: refs(&to_seal),
        sale: ctx.sale,
        before: ctx.before.to_vec(),
        after: quote.lines,
        of_session: ctx.of_session,
    };
    Ok((entry, to_seal))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::account::is_balanced;
    use crate::basket::RefundLine;
    use crate::country::RoundingCondition;
    use crate::entry::TenderKind::{Card, Cash, OnAccount, Voucher};
    use crate::entry::{Discount, Entry};
    use crate::lot::{LotOnShelf, LotState, ProductLots};
    use crate::sample::{
        acting, basket, context, customer, drawer, entry_id, given, line, on, product, refund_of, shelf, sold,
    };

    const SALE: u128 = 50;

    fn none() -> RefundedSales {
        RefundedSales::default()
    }

    fn pay(basket: &Basket, refunded: &RefundedSales, tenders: &[TenderGiven]) -> CompleteSale {
        let seen_total_minor = price(basket, refunded).unwrap().total_minor;
        CompleteSale { sale_id: basket.sale_id, tenders: tenders.to_vec(), seen_total_minor }
    }

    #[track_caller]
    fn check(basket: &Basket, command: &CompleteSale, refused: &str) {
        let result = complete(&context(&acting(), basket, &none()), command);
        assert_eq!(result.map_err(Refusal::code).map(|_| ()), Err(refused));
    }

    #[test]
    fn refusals_in_their_order() {
        let mut open = basket(1, &[line(1, 1, 1_000)]);
        let mut command = CompleteSale { sale_id: entry_id(2), tenders: vec![], seen_total_minor: 5 };

        let closed = Acting { cash_session: None, ..acting() };
        let empty = Basket::new(entry_id(1));
        let refused = complete(&context(&closed, &empty, &none()), &command).map(|_| ());
        assert_eq!(refused, Err(Refusal::SessionClosed));
        check(&empty, &command, "basket_empty");
        open.lines[0].quantity = 0;
        open.lines[0].rx = true;
        open.lines[0].unit_price_minor = None;
        check(&open, &command, "sale_mismatch");
        command.sale_id = entry_id(1);
        check(&open, &command, "quantity_out_of_range");
        open.lines[0].quantity = 1;
        check(&open, &command, "rx_unconfirmed");
        open.lines[0].rx_confirmed = true;
        check(&open, &command, "price_missing");
        open.lines[0].unit_price_minor = Some(1_000);
        open.discount = Some(Discount::Amount(1_001));
        check(&open, &command, "discount_out_of_range");
        open.discount = None;
        check(&open, &command, "total_changed");
        command.seen_total_minor = 1_000;
        check(&open, &command, "tender_short");
        command.tenders = vec![given(Card, 1_001)];
        check(&open, &command, "change_from_card");
        command.tenders = vec![given(Voucher, 1_001)];
        check(&open, &command, "over_tendered");
        command.tenders = vec![TenderGiven { customer: None, ..given(OnAccount, 1_000) }];
        check(&open, &command, "customer_needed");
        open.lines[0].refund = Some(RefundLine { of: Some(refund_line()), reason: "other".to_owned() });
        check(&open, &command, "unknown_sale");
    }

    fn refund_line() -> crate::entry::RefundOf {
        crate::entry::RefundOf { sale: entry_id(SALE), line_no: 1 }
    }

    #[test]
    fn postings_of_a_sale() {
        let mut lines = [line(1, 2, 600), line(2, 1, 1_133)];
        lines[0].lot = Some("L1".to_owned());
        let basket = basket(1, &lines);
        let tenders = [given(Voucher, 100), given(OnAccount, 200), given(Card, 300), given(Cash, 5_000)];
        let (acting, refunded) = (acting(), none());
        let mut ctx = context(&acting, &basket, &refunded);
        ctx.rounding = Some(CashRounding { step_minor: 5, condition: RoundingCondition::Always });
        let (kind, receipt, to_seal) = complete(&ctx, &pay(&basket, &refunded, &tenders)).unwrap();
        assert_eq!((kind, receipt.receipt_no, to_seal), (ReceiptKind::Sale, 7, vec![]));
        let postings = &receipt.common.postings;
        assert!(is_balanced(postings));
        let check = |account: Account, amount: i64| assert_eq!(on(postings, account), amount, "{account:?}");
        check(Account::Drawer, 1_735);
        check(Account::CardClearing, 300);
        check(Account::Voucher, 100);
        check(Account::OnAccount, 200);
        check(Account::Revenue, -1_944);
        check(Account::Tax, -389);
        check(Account::CashRounding, -2);
        check(Account::Shelf, -3);
        check(Account::Sold, 3);
        let where_is = |account: Account| {
            postings
                .iter()
                .find(|posting| posting.account == account as u8)
                .map(|posting| posting.dimension.clone())
        };
        assert_eq!(where_is(Account::Drawer), Some(Dimension::Id(drawer().0)));
        assert_eq!(where_is(Account::Shelf), Some(Dimension::Id(shelf().0)));
        assert_eq!(where_is(Account::OnAccount), Some(Dimension::Id(customer().0)));
        assert_eq!(where_is(Account::Tax), Some(Dimension::Code("normal".to_owned())));
        let cash = &receipt.tenders[3];
        assert_eq!((cash.amount_minor, cash.tendered_minor, cash.change_due_minor), (1_735, 5_000, 3_265));
        assert_eq!((receipt.total_minor, receipt.rounding_minor), (2_333, 2));
    }

    #[test]
    fn typed_text_is_sealed() {
        let unknown = BasketLine { is_unknown: true, ..line(1, 1, 1_000) };
        let basket = basket(1, &[line(2, 1, 500), unknown]);
        let card = TenderGiven { reference: Some(" slip 12 ".to_owned()), ..given(Card, 500) };
        let blank = TenderGiven { reference: Some(" ".to_owned()), ..given(Card, 500) };
        let command = pay(&basket, &none(), &[given(Cash, 500), card, blank]);
        let (_, receipt, to_seal) = complete(&context(&acting(), &basket, &none()), &command).unwrap();
        let seen: Vec<_> =
            to_seal.iter().map(|part| (part.what.field, part.what.index, &part.plain[..])).collect();
        let expected: [(SealedField, u32, &[u8]); 2] =
            [(SealedField::ProductName, 2, b"Product 1"), (SealedField::Reference, 1, b"slip 12")];
        assert_eq!(seen, expected);
        assert_eq!(receipt.sealed, to_seal.iter().map(|part| part.what).collect::<Vec<_>>());
        assert!(receipt.sealed.iter().all(|part| part.subject == entry_id(1).into()));
        assert_eq!(receipt.lines[0].name.as_deref(), Some("Product 2"));
        assert_eq!(receipt.lines[1].name, None);
        let body = receipt.into_entry(ReceiptKind::Sale).to_body();
        assert!(!body.windows(4).any(|part| part == b"slip"), "a body holds no typed text");
    }

    #[test]
    fn kinds_of_receipts() {
        let sale = sold(&basket(SALE, &[line(1, 2, 1_000)]));
        let back = refund_of(entry_id(SALE), &sale.lines[0], 1);
        let unlinked = BasketLine {
            refund: Some(RefundLine { of: None, reason: "other".to_owned() }),
            ..line(2, 1, 300)
        };
        let refunded = RefundedSales(BTreeMap::from([(entry_id(SALE), sale)]));
        let rows: [(&[BasketLine], i64, ReceiptKind, &[u128]); 4] = [
            (std::slice::from_ref(&back), -1_000, ReceiptKind::Refund, &[SALE]),
            (&[back.clone(), unlinked.clone()], -1_300, ReceiptKind::UnlinkedRefund, &[SALE]),
            (std::slice::from_ref(&unlinked), -300, ReceiptKind::UnlinkedRefund, &[]),
            (&[back.clone(), line(3, 1, 1_500)], 500, ReceiptKind::Sale, &[SALE]),
        ];
        for (lines, total, kind, references) in rows {
            let basket = basket(1, lines);
            let command = pay(&basket, &refunded, &[given(Cash, total)]);
            let (seen, receipt, _) = complete(&context(&acting(), &basket, &refunded), &command).unwrap();
            assert_eq!((seen, receipt.total_minor), (kind, total));
            let named: Vec<_> = references.iter().map(|id| entry_id(*id)).collect();
            assert_eq!(receipt.common.references, named);
            assert!(is_balanced(&receipt.common.postings));
            assert_eq!(on(&receipt.common.postings, Account::Drawer), total);
            let entry = receipt.into_entry(seen);
            assert_eq!(Entry::from_body(entry.kind(), &entry.to_body()).unwrap().unwrap(), entry);
        }
    }

    #[test]
    fn goods_exchanged_for_the_same_move_nothing() {
        let sale = sold(&basket(SALE, &[line(1, 1, 1_000)]));
        let basket = basket(1, &[refund_of(entry_id(SALE), &sale.lines[0], 1), line(1, 1, 1_000)]);
        assert_eq!(basket.lines[1].product, product(1));
        let refunded = RefundedSales(BTreeMap::from([(entry_id(SALE), sale)]));
        let command = pay(&basket, &refunded, &[]);
        let (_, receipt, _) = complete(&context(&acting(), &basket, &refunded), &command).unwrap();
        assert_eq!((receipt.total_minor, receipt.common.postings), (0, vec![]));
    }

    #[test]
    fn packs_go_out_of_their_lots_and_come_back_to_where_nobody_gets_them_again() {
        let lots = [("A", 2), ("B", 1)];
        let lots = lots.map(|(lot, packs)| LineLot { lot: Some(lot.to_owned()), expiry: None, packs });
        let of_lots = |line: BasketLine| BasketLine { lots: Some(lots.to_vec()), ..line };
        let checked = |basket: &Basket, refunded: &RefundedSales, known: &KnownLots| {
            let total = price(basket, refunded).unwrap().total_minor;
            let command = pay(basket, refunded, &[given(Cash, total)]);
            let acting = acting();
            let context = SaleContext { lots: known, ..context(&acting, basket, refunded) };
            let (_, receipt, _) = complete(&context, &command)?;
            assert!(is_balanced(&receipt.common.postings));
            Ok::<_, Refusal>(receipt)
        };
        let by_lot = |receipt: &Receipt, account: Account| -> Vec<(String, i64)> {
            let of_account =
                receipt.common.postings.iter().filter(|posting| posting.account == account as u8);
            of_account
                .map(|posting| match &posting.unit {
                    crate::account::Unit::Goods { lot, .. } => {
                        (lot.clone().unwrap_or_default(), posting.amount)
                    }
                    crate::account::Unit::Currency(_) => (String::new(), 0),
                })
                .collect()
        };
        let named = |lots: &[(&str, i64)]| {
            lots.iter().map(|(lot, packs)| ((*lot).to_owned(), *packs)).collect::<Vec<_>>()
        };
        let nothing_known = KnownLots::default();
        let out = checked(&basket(1, &[of_lots(line(1, 3, 500))]), &none(), &nothing_known).unwrap();
        assert_eq!(by_lot(&out, Account::Shelf), named(&[("A", -2), ("B", -1)]));
        assert_eq!(by_lot(&out, Account::Sold), named(&[("A", 2), ("B", 1)]));
        assert_eq!(out.lines[0].lots().iter().map(|lot| lot.packs).collect::<Vec<_>>(), [2, 1]);

        let recalled = LotOnShelf {
            lot: Some("B".to_owned()),
            expiry: None,
            on_hand: 0,
            pieces: 0,
            state: LotState::Recalled,
        };
        let known = ProductLots { lots: vec![recalled], ..ProductLots::default() };
        let known = KnownLots(BTreeMap::from([(product(1), known)]));
        let refused = checked(&basket(1, &[of_lots(line(1, 3, 500))]), &none(), &known);
        assert_eq!(refused.map(|_| ()), Err(Refusal::LotRecalled { line_no: Some(1) }));
        let sale = RefundedSales(BTreeMap::from([(entry_id(SALE), sold(&basket(SALE, &[line(1, 3, 500)])))]));
        let back = refund_of(entry_id(SALE), &sale.0[&entry_id(SALE)].lines[0], 3);
        let unnamed = checked(&basket(1, &[of_lots(back.clone())]), &sale, &known).unwrap();
        assert_eq!(by_lot(&unnamed, Account::Shelf), named(&[]));
        assert_eq!(by_lot(&unnamed, Account::Quarantine), named(&[("A", 2), ("B", 1)]));
        for (lot, place) in [("A", Account::Shelf), ("B", Account::Quarantine)] {
            let of_one = BasketLine { lot: Some(lot.to_owned()), ..back.clone() };
            let came = checked(&basket(1, &[of_one]), &sale, &known).unwrap();
            assert_eq!(by_lot(&came, place), named(&[(lot, 3)]));
        }
        // Nothing was found about any lot, so each goes where it came from.
        let came = checked(&basket(1, &[of_lots(back)]), &sale, &nothing_known).unwrap();
        assert_eq!(by_lot(&came, Account::Shelf), named(&[("A", 2), ("B", 1)]));
        for (reason, place) in [
            ("damaged", Account::Quarantine),
            ("side_effect", Account::Quarantine),
            ("changed_mind", Account::Shelf),
        ] {
            let mut back = refund_of(entry_id(SALE), &sale.0[&entry_id(SALE)].lines[0], 1);
            back.refund = back.refund.map(|refund| RefundLine { reason: reason.to_owned(), ..refund });
            let back = checked(&basket(1, &[back]), &sale, &nothing_known).unwrap();
            assert_eq!(on(&back.common.postings, place), 1, "{reason}");
        }
    }

    fn correct(
        before: &[(TenderKind, i64)],
        after: &[TenderGiven],
        total_minor: i64,
    ) -> Result<(TenderCorrected, Vec<ToSeal>), Refusal> {
        correct_of(None, before, after, total_minor)
    }

    fn correct_of(
        of_session: Option<CashSessionId>,
        before: &[(TenderKind, i64)],
        after: &[TenderGiven],
        total_minor: i64,
    ) -> Result<(TenderCorrected, Vec<ToSeal>), Refusal> {
        let given: Vec<_> = before.iter().map(|(kind, amount)| given(*kind, *amount)).collect();
        let rounding = Some(CashRounding { step_minor: 5, condition: RoundingCondition::Always });
        let before = quote_tenders(total_minor, &given, rounding, &[]).unwrap().lines;
        let acting = acting();
        let sale = entry_id(SALE);
        let ctx = CorrectContext {
            acting: &acting,
            sale,
            total_minor,
            before: &before,
            drawer: drawer(),
            of_session,
            rounding,
        };
        correct_tender(&ctx, entry_id(3), after)
    }

    #[test]
    fn a_wrong_tender_is_put_right() {
        let card = TenderGiven { reference: Some("slip".to_owned()), ..given(Card, 2_333) };
        let (entry, to_seal) = correct(&[(Cash, 5_000)], &[card], 2_333).unwrap();
        assert_eq!((to_seal.len(), entry.common.references.as_slice()), (1, [entry_id(SALE)].as_slice()));
        let postings = &entry.common.postings;
        assert!(is_balanced(postings));
        assert_eq!(on(postings, Account::Drawer), -2_335);
        assert_eq!(on(postings, Account::CardClearing), 2_333);
        assert_eq!(on(postings, Account::CashRounding), 2);
        assert_eq!((entry.before[0].amount_minor, entry.after[0].amount_minor), (2_335, 2_333));

        let (entry, _) =
            correct(&[(Card, 1_000), (Voucher, 500)], &[given(Card, 500), given(Voucher, 1_000)], 1_500)
                .unwrap();
        assert_eq!(on(&entry.common.postings, Account::CardClearing), -500);
        assert_eq!(on(&entry.common.postings, Account::Voucher), 500);
    }

    #[test]
    fn the_cash_of_another_session_is_not_taken_from_this_drawer() {
        let yesterday = CashSessionId(Uuid::from_u128(77));
        let (entry, _) = correct_of(Some(yesterday), &[(Cash, 5_000)], &[given(Card, 2_333)], 2_333).unwrap();
        let postings = &entry.common.postings;
        assert!(is_balanced(postings));
        assert_eq!(on(postings, Account::Drawer), 0);
        assert_eq!((on(postings, Account::OverShort), on(postings, Account::CardClearing)), (-2_335, 2_333));
        let of_yesterday =
            |posting: &crate::account::Posting| posting.dimension == Dimension::Id(yesterday.0);
        assert_eq!(postings.iter().filter(|posting| of_yesterday(posting)).count(), 1);

        let mut figures = crate::entry::Figures::default();
        figures.add(&Entry::TenderCorrected(entry));
        let counted = crate::entry::Figures { correction_count: 1, ..Default::default() };
        assert_eq!(figures, counted);
    }

    #[test]
    fn refusals_of_a_correction() {
        let check = |after: &[TenderGiven], refused: &str| {
            assert_eq!(
                correct(&[(Cash, 1_000)], after, 1_000).map(|_| ()).map_err(Refusal::code),
                Err(refused)
            );
        };
        check(&[given(Card, 999)], "tender_short");
        check(&[given(Card, 1_001)], "change_from_card");
        check(&[TenderGiven { customer: None, ..given(OnAccount, 1_000) }], "customer_needed");
        let closed = Acting { cash_session: None, ..acting() };
        let sale = entry_id(SALE);
        let ctx = CorrectContext {
            acting: &closed,
            sale,
            total_minor: 5,
            before: &[],
            drawer: drawer(),
            of_session: None,
            rounding: None,
        };
        assert_eq!(correct_tender(&ctx, entry_id(3), &[]).map(|_| ()), Err(Refusal::SessionClosed));
    }

    proptest! {
        #[test]
        fn every_sale_balances(
            lines in prop::collection::vec((1..40_u128, 1..9_999_i64, 1..10_000_000_i64, 0..1_000_000_i64), 1..40),
            percent in prop::option::of(1..=10_000_i64),
            by_card in 0..=100_i64,
            more in 0..10_000_i64,
        ) {
            let mut sold = Basket::new(entry_id(1));
            for (number, quantity, price, rate_ppm) in lines {
                let line = BasketLine { rate_ppm, tax_code: format!("t{}", number % 3), ..line(number, quantity, price) };
                // The same line again may be too much; then it is refused and nothing has happened.
                let _ = sold.add(line);
            }
            sold.discount = percent.map(Discount::Percent);
            let total = price(&sold, &none())?.total_minor;
            let card = total / 100 * by_card;
            let mut tenders = vec![];
            if card > 0 {
                tenders.push(given(Card, card));
            }
            if total > card {
                tenders.push(given(Cash, total - card + more));
            }
            let refunded = none();
            let (_, receipt, _) = complete(&context(&acting(), &sold, &refunded), &pay(&sold, &refunded, &tenders))?;
            prop_assert!(is_balanced(&receipt.common.postings));
            prop_assert_eq!(on(&receipt.common.postings, Account::Drawer), total - card);
            prop_assert_eq!(receipt.taxes.iter().map(|tax| tax.gross_minor).sum::<i64>(), total);
            for line in &receipt.lines {
                let off = line.discount_minor + line.basket_discount_minor;
                prop_assert_eq!(line.quantity * line.unit_price_minor - off, line.amount_minor);
            }
        }
    }
}
