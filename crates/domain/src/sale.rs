//! The finished sale: refused, or a receipt whose postings balance.

use crate::account::{Account, Dimension};
use crate::acting::{Acting, refs, seal_text};
use crate::basket::{Basket, BasketLine};
use crate::country::CashRounding;
use crate::entry::{
    Measure, Receipt, ReceiptKind, SaleLine, SealedField, TaxLine, TenderCorrected, TenderKind, TenderLine,
    ToSeal,
};
use crate::id::{CashLocationId, EntryId, PlaceId};
use crate::money;
use crate::postings::Postings;
use crate::price::{PricedLine, RefundedSales, price};
use crate::refusal::Refusal;
use crate::tender::{TenderGiven, quote_tenders, seal_references};

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
    if let Some(hold) = priced.holds.first() {
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
    post_tenders(&mut postings, ctx.drawer, &quote.lines, 1);
    post_revenue(&mut postings, &priced.taxes)?;
    postings.money(Account::CashRounding, Dimension::None, -quote.rounding_minor);
    post_goods(&mut postings, ctx.shelf, &lines);

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
        lot: line.lot.clone(),
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
        expiry: line.expiry,
    }
}

fn seal_name(sale_id: EntryId, line: &BasketLine) -> Option<ToSeal> {
    let name = line.is_unknown.then_some(line.name.as_str());
    seal_text(sale_id, SealedField::ProductName, line.line_no, name)
}

/// What the tenders paid, net of change, times `sign`.
fn post_tenders(postings: &mut Postings<'_>, drawer: CashLocationId, tenders: &[TenderLine], sign: i64) {
    for tender in tenders {
        let (account, dimension) = match tender.kind {
            TenderKind::Cash => (Account::Drawer, Dimension::Id(drawer.0)),
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

fn post_goods(postings: &mut Postings<'_>, shelf: PlaceId, lines: &[SaleLine]) {
    for line in lines {
        postings.packs(
            Account::Shelf,
            Dimension::Id(shelf.0),
            line.product,
            line.lot.as_ref(),
            -line.quantity,
        );
        postings.packs(Account::Sold, Dimension::None, line.product, line.lot.as_ref(), line.quantity);
    }
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
    /// Cash rounding as it was for the sale.
    pub rounding: Option<CashRounding>,
}

/// Puts right what a finished sale was really paid with: `after` must pay the sale's total as any tenders
/// do. The postings move only the difference; cash rounding moves with the cash.
///
/// # Errors
/// `session_closed`, what [`quote_tenders`] refuses, `tender_short`.
pub fn correct_tender(
    ctx: &CorrectContext<'_>,
    entry_id: EntryId,
    after: &[TenderGiven],
) -> Result<(TenderCorrected, Vec<ToSeal>), Refusal> {
    ctx.acting.open_session()?;
    let quote = quote_tenders(ctx.total_minor, after, ctx.rounding, &[])?;
    if !quote.is_enough {
        return Err(Refusal::TenderShort { remaining_minor: quote.remaining_minor });
    }
    let mut postings = Postings::new(&ctx.acting.currency);
    post_tenders(&mut postings, ctx.drawer, ctx.before, -1);
    post_tenders(&mut postings, ctx.drawer, &quote.lines, 1);
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
    };
    Ok((entry, to_seal))
}
